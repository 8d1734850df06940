"""What the provider's services answer, and how each tier commits to questions and answers and makes receipts true."""

import asyncio
import hashlib
import hmac
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import assay
import attesting
import elements
import proving
from iris import GREATEST, SPECIES, Iris

# What circuits hold for. Models take centimetres.
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
    # The receipt's signature, where it is not the provider's to sign.
    signature: str | None = None


class Salted:
    """Salted commitments, which cover canonical JSON."""

    # Seconds that an answer may take besides what every payment takes.
    answer_time = 0

    def __init__(self, secret: str):
        self.secret = secret.encode()

    def salt(self, *parts: bytes) -> bytes:
        """A keyed function: the same request always gets the same salt, so the same offer; nobody else can tell it."""
        return hmac.new(self.secret, b"\0".join(parts), hashlib.sha256).digest()

    def request(self, inference: dict) -> tuple[str, dict]:
        """The request's commitment, and what the buyer needs to compute it itself."""
        content = assay.canonical(inference)
        salt = self.salt(b"request", content)
        return assay.commitment(salt, content), {"salt": assay.hexed(salt)}

    def response_salt(self, receipt: dict) -> bytes:
        """The salt of the response to one leg of a payment."""
        return self.salt(b"response", receipt["payment"].encode(), str(receipt["leg"]).encode())

    def answered(self, inference: dict, response: dict, salt: bytes, signature: str | None = None) -> Answer:
        """The answer that this response makes."""
        content = assay.canonical(response)
        disclosure = {"salt": assay.hexed(salt), "response": assay.hexed(content)}
        evidence = {"disclosure": disclosure if inference.get("disclose") else None}
        commitment, details = assay.commitment(salt, content), {"responseSalt": assay.hexed(salt)}
        return Answer(response, commitment, details, evidence, signature)


class Signed(Salted):
    """Answers for which there is the provider's word."""

    def __init__(self, model: Path, secret: str):
        super().__init__(secret)
        self.model = Iris(model)

    async def answer(self, inference: dict, receipt: dict) -> Answer:
        """Answers one leg of a payment: what its receipt says but for the response is known."""
        response = await asyncio.to_thread(self.model.infer, inference)
        return self.answered(inference, response, self.response_salt(receipt))


class Attested(Salted):
    """Answers for which there is a measured program's word: the enclave runs the model and signs the receipt, and gets
    from here only the question, the salts and what the receipt says besides.
    """

    def __init__(self, secret: str, domain: dict):
        super().__init__(secret)
        self.enclave, self.domain = attesting.Enclave(), domain

    async def answer(self, inference: dict, receipt: dict) -> Answer:
        """Answers one leg of a payment."""
        _, opening = self.request(inference)
        salt = self.response_salt(receipt)
        salts = {"request": opening["salt"], "response": assay.hexed(salt)}
        question = {"chain": self.domain, "inference": inference, "salts": salts, "receipt": receipt}
        given = await self.enclave.infer(question)
        return self.answered(inference, given["response"], salt, given["receipt"]["signature"])


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

    async def answer(self, inference: dict, receipt: dict) -> Answer:
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


def open_service(service: dict, folder: Path, secret: str, domain: dict) -> Signed | Attested | Proven:
    """Makes a service of the configuration ready to answer."""
    model = folder / service["file"]
    match service["tier"]:
        case "signed":
            return Signed(model, secret)
        case "attested":
            return Attested(secret, domain)
        case "proven":
            return Proven(model, service["cost"])
    raise ValueError(f"no tier: {service['tier']}")
