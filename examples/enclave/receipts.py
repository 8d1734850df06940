"""What a trusted execution environment (TEE) is there for: a key that nobody else has, bound by evidence to the program
that holds it, and signing only receipts for answers that this program computed.

Everything that arrives here is taken for hostile, the provider's words included.
"""

import sys
from hashlib import sha512
from pathlib import Path

from evidence import BOUND
from nitro import Nitro
from simulated import Simulated
from tsm import Tsm

HERE = Path(__file__).parent
PROVIDER = HERE.parent / "provider"
sys.path.append(str(PROVIDER))

import assay  # noqa: E402
from eth_account import Account  # noqa: E402
from eth_utils import keccak, to_bytes  # noqa: E402
from iris import GREATEST, Iris  # noqa: E402

MODEL = PROVIDER / "models" / "iris-linear.onnx"
# The hash that the model is registered by. It is part of what is measured, so the measured program names its model.
MODEL_HASH = "0x295cfc4b8ce36176ab33c213b2a0fdea65bdbd1f4443fe3839b4add13f783d0a"
# What a TEE would measure: these files, and so the model's hash.
PROGRAM = [HERE / f"{name}.py" for name in ("enclave", "evidence", "nitro", "receipts", "simulated", "tsm")]
PROGRAM += [PROVIDER / f"{name}.py" for name in ("assay", "iris")]


class RefusedError(Exception):
    """What was asked is not done."""


class Enclave:
    """The model, and the key that signs for it."""

    def __init__(self, source: Tsm | Nitro | Simulated, model: bytes):
        if assay.hexed(keccak(model)) != MODEL_HASH:
            raise RefusedError("the model is not the one that this program was made for")
        # The bytes that were hashed are the bytes that run.
        self.model = Iris(model)
        # From the operating system's randomness, only ever in this process's memory.
        self.account = Account.create()
        # SCALE of a receipt key: its kind, 0 for secp256k1, and its address.
        self.key = b"\0" + to_bytes(hexstr=self.account.address)
        self.source = source
        # Binds zeros, which no chain takes for a binding: tells early whether there is a TEE, and what it measures.
        self.measured = source.evidence(bytes(BOUND), b"", b"")

    def session(self) -> dict:
        """Who this is."""
        return {
            "key": f"secp256k1:{self.account.address.lower()}",
            "kind": self.measured.kind,
            "measurement": self.measured.measurement(),
            "simulated": isinstance(self.source, Simulated),
        }

    def attest(self, terms: dict) -> dict:
        """Evidence for a session.

        It binds chain (genesis), policy, provider (account), this key and a recent block, so that it is good there, for
        them, now, and nowhere else. The binding is computed here: evidence over bytes that somebody else chose could
        make a key this program's that is not.
        """
        genesis, policy, account, block = (word(terms[name]) for name in ("genesis", "policy", "account", "block"))
        binding = sha512(b"assay/session/1" + genesis + policy + account + self.key + block).digest()
        evidence = self.source.evidence(binding, self.key, block)
        return {
            "binding": assay.hexed(binding),
            "evidence": assay.hexed(evidence.document),
            "collateral": {name: assay.hexed(content) for name, content in evidence.collateral.items()},
        }

    def infer(self, question: dict) -> dict:
        """Runs the model and signs the receipt of what came out.

        The signature binds: the chain, by its domain; the payment, leg, amount and time, which are the provider's word;
        the service, which names model, tier and policy, and the chain takes this key for policies that it was
        attested under only; and the request and response, both committed to here. There is no way to have a response
        signed that this model did not give to this request.
        """
        inference, asked = question["inference"], question["receipt"]
        request_salt, response_salt = (word(question["salts"][part]) for part in ("request", "response"))
        check(inference)
        request = assay.commitment(request_salt, assay.canonical(inference))
        if asked["request"] != request:
            raise RefusedError("the receipt is for another request")
        response = self.model.infer(inference)
        receipt = {name: assay.hexed(word(asked[name])) for name in ("payment", "service")}
        receipt |= {name: number(asked[name], bits) for name, bits in (("leg", 32), ("amount", 128), ("issuedAt", 64))}
        receipt |= {"request": request, "response": assay.commitment(response_salt, assay.canonical(response))}
        chain = question["chain"]
        domain = assay.chain_domain(number(chain["chainId"], 64), assay.hexed(word(chain["salt"])))
        receipt["signature"] = assay.sign_receipt(self.account.key, domain, receipt)
        return {"response": response, "receipt": receipt}


def word(text: str) -> bytes:
    """32 bytes in hex."""
    if len(data := to_bytes(hexstr=text)) != 32:
        raise RefusedError("not 32 bytes")
    return data


def number(value: int | str, bits: int) -> int:
    """An unsigned integer of at most so many bits, in decimal if it is text."""
    if not 0 <= int(value) < 1 << bits:
        raise RefusedError(f"not a number of {bits} bits")
    return int(value)


def check(inference: dict) -> None:
    """The model's four inputs are whole millimetres."""
    values = inference["measurements"]
    if len(values) != 4 or not all(type(value) is int and 0 <= value <= GREATEST for value in values):
        raise RefusedError(f"not four measurements from 0 to {GREATEST}")
