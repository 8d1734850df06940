"""Buys inferences with the official x402 client, unmodified, and checks what it gets.

Usage: python buy.py [URL] [SERVICE ...]     several services are bought with one signature, all or nothing
Environment: BUYER_KEY
"""

import asyncio
import json
import os
import secrets
import sys

from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils import keccak, to_checksum_address
from x402 import AbortResult, x402Client
from x402.http.clients import x402HttpxClient
from x402.http.utils import decode_payment_required_header
from x402.mechanisms.evm.exact import ExactEvmScheme

NETWORK = "eip155:420402"
TEST_USD = "0x0000000100000000000000000000000001200000"
TIERS = ["signed", "attested", "proven"]
SPECIES = ["setosa", "versicolor", "virginica"]
# The circuit's inputs are in units of 2^-8, as the chain has it. A seller's word for it could change the question.
INPUT_SCALE = 8
# Order of the field that proofs compute in.
FIELD = 0x30644E72E131A029B85045B68181585D2833E84879B9709143E1F593F0000001
# Key 0 of the public test mnemonic "test test test test test test test test test test test junk".
KEY = os.environ.get("BUYER_KEY", "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")

# --- the checks of a careful buyer; buying works without them ---------------------------------------------------------

LEG = "bytes32 service,uint128 maxAmount,bytes32 request,bool disclose"
OFFER = "address asset,uint64 deliverySeconds,Leg[] legs"
RECEIPT = "bytes32 payment,uint32 leg,bytes32 service,bytes32 request,bytes32 response,uint128 amount,uint64 issuedAt"


def expect(condition: bool, otherwise: str) -> None:
    if not condition:
        raise ValueError(otherwise)


def fields(text: str) -> list[dict]:
    return [dict(zip(("type", "name"), field.split(), strict=True)) for field in text.split(",")]


def commitment(salt: str, value: dict) -> str:
    """Commits to a JSON value: keys sorted, no spaces."""
    content = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return "0x" + keccak(b"assay/commitment" + bytes.fromhex(salt[2:]) + content).hex()


def field_elements(numbers: list[int]) -> str:
    """Commits to integers as field elements, as tier Proven does. Greater ones could stand for others."""
    expect(all(abs(number) < 2**53 for number in numbers), "a number is too large")
    return "0x" + keccak(b"".join((number % FIELD).to_bytes(32, "big") for number in numbers)).hex()


def request_of(terms: dict, inference: dict) -> str:
    """The commitment of a question to a service of these terms."""
    if terms["tier"] != "proven":
        return commitment(terms["salt"], inference)
    # The model takes centimetres.
    return field_elements([round(millimetres * 2**INPUT_SCALE / 10) for millimetres in inference["measurements"]])


def service_id(terms: dict, asset: str) -> str:
    """The id of a service: it cannot be of another tier, model or circuit than its id says."""
    provider, model, anchor, asset = (
        bytes.fromhex(part[2:]) for part in (terms["provider"], terms["model"], terms["anchor"], asset)
    )
    tier = bytes([TIERS.index(terms["tier"])])
    return "0x" + keccak(b"assay/service" + provider + model + tier + anchor + asset).hex()


def check_offer(requirements, inferences: list[dict]) -> None:
    """Before signing: the address that is paid is that of the offer, and the offer is for these very questions."""
    extra = requirements.extra
    offer = {**extra["offer"], "legs": [{**leg, "maxAmount": int(leg["maxAmount"])} for leg in extra["offer"]["legs"]]}
    message = encode_typed_data(extra["assay"], {"Offer": fields(OFFER), "Leg": fields(LEG)}, offer)
    digest = keccak(b"\x19" + message.version + message.header + message.body)
    expect(requirements.pay_to == to_checksum_address(b"\xa5\x5a" + digest[:18]), "the address is not the offer's")
    for leg, terms, inference in zip(offer["legs"], extra["services"], inferences, strict=True):
        expect(leg["service"] == service_id(terms, offer["asset"]), "a service is not what it is said to be")
        expect(leg["request"] == request_of(terms, inference), "the offer is for other questions")


def check_answer(requirements, index: int, answer: dict) -> str:
    """Afterwards: the receipt is for this leg and commits to this response. Returns the address that signed it."""
    leg, receipt = requirements.extra["offer"]["legs"][index], answer["receipt"]
    same = (receipt["leg"], receipt["service"], receipt["request"]) == (index, leg["service"], leg["request"])
    expect(same, "the receipt is for another leg")
    expect(int(receipt["amount"]) <= int(leg["maxAmount"]), "it cost more than was offered")
    response = answer["response"]
    if requirements.extra["services"][index]["tier"] == "proven":
        scores = response["scores"]
        expect(receipt["response"] == field_elements(scores), "the receipt is for other scores")
        expect(response["species"] == SPECIES[scores.index(max(scores))], "the scores say another species")
    else:
        committed = commitment(answer["responseSalt"], response)
        expect(receipt["response"] == committed, "the receipt is for another response")
    message = encode_typed_data(
        requirements.extra["assay"], {"Receipt": fields(RECEIPT)}, {**receipt, "amount": int(receipt["amount"])}
    )
    return Account.recover_message(message, signature=receipt["signature"])


# --- buying -----------------------------------------------------------------------------------------------------------


async def main(url: str, services: list[str]) -> None:
    inferences = [
        {"service": service, "measurements": [62, 29, 43, 13], "nonce": secrets.token_hex(16)} for service in services
    ]
    accepted = []

    def before_signing(context):
        try:
            check_offer(context.selected_requirements, inferences)
        except (KeyError, ValueError) as error:
            return AbortResult(reason=f"bad offer: {error}")
        accepted.append(context.selected_requirements)

    client = x402Client()
    client.register("eip155:*", ExactEvmScheme(Account.from_key(KEY)))
    # Without this line the client pays only in the assets that it was published with.
    client.set_spend_controls({"allowed_assets": [{"network": NETWORK, "asset": TEST_USD}]})
    client.on_before_payment_creation(before_signing)

    async with x402HttpxClient(client, timeout=90) as http:
        response = await http.post(url, json={"inferences": inferences})
    if response.status_code != 200:
        refusal = response.headers.get("payment-required")
        reason = decode_payment_required_header(refusal).error if refusal else response.text
        sys.exit(f"{url}: {response.status_code} {reason}")
    for index, answer in enumerate(response.json()["answers"]):
        signer = check_answer(accepted[-1], index, answer)
        tier = accepted[-1].extra["services"][index]["tier"]
        time = f" in {answer['provingSeconds']} s" if tier == "proven" else ""
        print(f"{services[index]} ({tier}{time}): {answer['response']}\n  receipt, signed by {signer}:")
        for key, value in answer["receipt"].items():
            print(f"    {key:9} {value}")


if __name__ == "__main__":
    url, *services = sys.argv[1:] or ["http://127.0.0.1:4021/classify"]
    asyncio.run(main(url, services or ["iris-linear"]))
