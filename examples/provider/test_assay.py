"""assay.py against the golden vectors that viem made."""

import json
from pathlib import Path

import assay
import pytest

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "assay.json").read_text())
ASSETS = {asset["id"]: asset["address"] for asset in VECTORS["assets"]}
DOMAIN = assay.chain_domain(int(VECTORS["chainId"]), VECTORS["genesis"])
# Key 9 of the mnemonic "test test test test test test test test test test test junk".
KEY_9 = "0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6"


def raw(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


@pytest.mark.parametrize("vector", VECTORS["offers"], ids=lambda vector: vector["name"])
def test_offer_address(vector):
    offer = {**vector, "asset": ASSETS[vector["asset"]]}
    assert assay.offer_address(DOMAIN, offer).lower() == vector["address"]


@pytest.mark.parametrize("vector", VECTORS["payments"], ids=lambda vector: f"{vector['method']} {vector['from']}")
def test_payment(vector):
    token = VECTORS["token"]
    accepted = {
        "network": f"eip155:{VECTORS['chainId']}",
        "asset": token["address"],
        "extra": {"name": token["name"], "version": token["version"]},
    }
    if vector["method"] == "permit2":
        witness = {"to": vector["to"], "validAfter": vector["validAfter"]}
        permitted = {"token": token["address"], "amount": vector["amount"]}
        payload = {"permit2Authorization": {**vector, "permitted": permitted, "witness": witness}}
    else:
        payload = {"authorization": vector}
    assert assay.payment_of(payload, accepted) == vector["payment"]


@pytest.mark.parametrize("vector", VECTORS["services"], ids=lambda vector: vector["tier"])
def test_service_id(vector):
    asset, tier = ASSETS[vector["asset"]], vector["tier"].lower()
    identified = assay.service_id(vector["provider"], vector["model"], tier, vector["anchor"], asset)
    assert identified == vector["id"]


@pytest.mark.parametrize("vector", VECTORS["receipts"], ids=lambda vector: vector["name"])
def test_receipt(vector):
    assert assay.hexed(assay.receipt_digest(DOMAIN, vector)) == vector["digest"]
    assert assay.receipt_signer(DOMAIN, vector, vector["signature"]) == vector["signer"]


def test_signatures_are_those_of_viem():
    vector = VECTORS["receipts"][0]
    assert assay.sign_receipt(KEY_9, DOMAIN, vector) == vector["signature"]


@pytest.mark.parametrize("vector", VECTORS["commitments"], ids=lambda vector: vector["commitment"][:10])
def test_commitment(vector):
    assert assay.commitment(raw(vector["salt"]), raw(vector["content"])) == vector["commitment"]


def test_canonical_json_is_sorted_and_bare():
    assert assay.canonical({"b": [1, -2], "a": "é\n"}) == '{"a":"é\\n","b":[1,-2]}'.encode()
