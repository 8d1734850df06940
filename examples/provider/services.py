"""What the provider's services answer, and how each tier commits to questions and answers and makes receipts true."""

import asyncio
import hashlib
import hmac
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import assay
import elements
import onnxruntime
import proving

SPECIES = ["setosa", "versicolor", "virginica"]
# Greatest measurement that can be asked about, in millimetres.
GREATEST = 1000
# Models take centimetres.
SPAN = (0, GREATEST // 10)


@dataclass
class Answer:
    """One inference's answer."""

    response: dict
    # What the receipt's response is.
    commitment: str
    # What comes with the answer, for the buyer.
    details: dict
    # What comes with the receipt, for the chain.
    evidence: dict


class Signed:
    """Answers for which there is the provider's word. Salted commitments cover canonical JSON."""

    # Seconds that an answer may take besides what every payment takes.
    answer_time = 0

    def __init__(self, model: Path, secret: str):
        self.session = onnxruntime.InferenceSession(model)
        self.secret = secret.encode()

    def salt(self, *parts: bytes) -> bytes:
        """A keyed function: the same request always gets the same salt, so the same offer; nobody else can tell it."""
        return hmac.new(self.secret, b"\0".join(parts), hashlib.sha256).digest()

    def request(self, inference: dict) -> tuple[str, dict]:
        """The request's commitment, and what the buyer needs to compute it itself."""
        content = assay.canonical(inference)
        salt = self.salt(b"request", content)
        return assay.commitment(salt, content), {"salt": assay.hexed(salt)}

    def infer(self, inference: dict) -> dict:
        """The species and each species' score in thousandths."""
        inputs = [[millimetres / 10 for millimetres in inference["measurements"]]]
        [[scores]] = self.session.run(["scores"], {"measurements": inputs})
        return {"species": SPECIES[scores.argmax()], "scores": [round(float(score) * 1000) for score in scores]}

    async def answer(self, inference: dict, payment: str, leg: int) -> Answer:
        """Answers one leg of a payment."""
        response = await asyncio.to_thread(self.infer, inference)
        content, salt = assay.canonical(response), self.salt(b"response", payment.encode(), str(leg).encode())
        disclosure = {"salt": assay.hexed(salt), "response": assay.hexed(content)}
        evidence = {"disclosure": disclosure if inference.get("disclose") else None}
        return Answer(response, assay.commitment(salt, content), {"responseSalt": assay.hexed(salt)}, evidence)


class Proven:
    """Answers with a proof. Commitments cover the model's inputs and outputs as field elements; all of it is public."""

    answer_time = proving.PROOF_TIME

    def __init__(self, model: Path, cost: str):
        self.circuit = proving.Circuit(model, SPAN)
        # The circuit's cost as it is registered.
        self.cost = bytes.fromhex(cost.removeprefix("0x"))

    def values(self, inference: dict) -> list[Fraction]:
        """The model's inputs."""
        return [Fraction(millimetres, 10) for millimetres in inference["measurements"]]

    def request(self, inference: dict) -> tuple[str, dict]:
        """The request's commitment, and the scale that the buyer needs to compute it itself."""
        commitment = elements.commitment(self.circuit.inputs(self.values(inference)))
        return commitment, {"inputScale": self.circuit.input_scale}

    async def answer(self, inference: dict, payment: str, leg: int) -> Answer:
        """Answers one leg of a payment: the species with the greatest score, the first of equals, and each species'
        score in units of 2^-outputScale.
        """
        proof = await self.circuit.prove(self.values(inference))
        scores = [elements.number(output) for output in proof.outputs]
        response = {"species": SPECIES[scores.index(max(scores))], "scores": scores}
        material = elements.material(self.cost, proof.inputs, proof.outputs, proof.proof)
        # There is no salt: the outputs are in the evidence anyway.
        disclosure = {"salt": assay.hexed(bytes(32)), "response": assay.hexed(b"".join(proof.outputs))}
        details = {"outputScale": self.circuit.output_scale, "provingSeconds": round(proof.seconds, 2)}
        evidence = {
            "material": assay.hexed(material),
            "disclosure": disclosure if inference.get("disclose") else None,
        }
        return Answer(response, elements.commitment(proof.outputs), details, evidence)


def open_service(service: dict, folder: Path, secret: str) -> Signed | Proven:
    """Makes a service of the configuration ready to answer."""
    model = folder / service["file"]
    return Proven(model, service["cost"]) if service["tier"] == "proven" else Signed(model, secret)
