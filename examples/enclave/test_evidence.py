"""What is read off evidence that real machines made: the recorded vectors of verifiers/tee."""

import json
from pathlib import Path

import pytest
from evidence import Evidence

VECTORS = Path(__file__).parents[2] / "verifiers" / "tee" / "vectors"


def recorded(kind: str) -> dict:
    document = {
        "sgx": lambda: (VECTORS / "dcap" / "sgx_quote").read_bytes(),
        "tdx": lambda: (VECTORS / "dcap" / "tdx_quote").read_bytes(),
        "nitro": lambda: (VECTORS / "nitro" / "attestation_2025-01-06.cose").read_bytes(),
        "snp": lambda: bytes.fromhex((VECTORS / "snp" / "report_milan.hex").read_text()),
    }[kind]()
    return Evidence(kind, document).measurement()[kind]


def test_an_enclave_is_named_by_its_hash():
    assert recorded("sgx") == {"mrEnclave": "0x33d8736db756ed4997e04ba358d27833188f1932ff7b1d156904d3f560452fbb"}


def test_a_trust_domain_is_named_by_its_memory_and_registers():
    measured = recorded("tdx")
    assert measured["mrTd"].startswith("0x91eb2b44")
    assert len(measured["rtmr"]) == 4 and measured["rtmr"][3] == "0x" + "00" * 48


def test_a_trust_domain_is_read_at_its_place_since_version_5():
    quote = (VECTORS / "dcap" / "tdx_quote_outdated").read_bytes()
    assert quote[:2] == b"\5\0"
    assert Evidence("tdx", quote).measurement()["tdx"]["mrTd"] == "0x" + quote[190:238].hex()


def test_a_nitro_enclave_is_named_by_its_first_registers():
    measured = recorded("nitro")
    assert [index for index, _ in measured["pcrs"]] == [0, 1, 2]
    assert measured["pcrs"][0][1].startswith("0x8bb159f2")


def test_an_snp_guest_is_named_by_measurement_policy_and_firmware():
    measured = recorded("snp")
    assert measured.pop("measurement").startswith("0x7a1e5c26")
    terms = {"maxVmpl": 0, "policyMask": 2**64 - 1, "policy": 0x30000, "minTcb": "0x0300000000000873"}
    assert measured == terms


@pytest.mark.parametrize("kind", ["sgx", "tdx", "nitro", "snp"])
def test_a_measurement_is_written_in_json(kind):
    assert json.loads(json.dumps(recorded(kind))) == recorded(kind)
