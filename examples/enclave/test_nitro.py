"""The messages of the Nitro security module, byte by byte, and a document that a real one made. No enclave was at
hand.
"""

from pathlib import Path

import nitro
import pytest
from evidence import NoTeeError
from nitro import Nitro

VECTORS = Path(__file__).parents[2] / "verifiers" / "tee" / "vectors"
DOCUMENT = (VECTORS / "nitro" / "attestation_2025-01-06.cose").read_bytes()
# {"Attestation": {"document": ...}}, as the module writes it: two maps of one, then bytes with its length in two bytes.
RESPONSE = b"\xa1\x6bAttestation\xa1\x68document\x59" + len(DOCUMENT).to_bytes(2, "big") + DOCUMENT


def test_a_request_is_encoded_as_the_module_reads_it():
    fields = [b"\x69user_data\x58\x40" + b"\xaa" * 64, b"\x65nonce\x58\x20" + b"\xcc" * 32]
    fields.append(b"\x6apublic_key\x55\0" + b"\xbb" * 20)
    expected = b"\xa1\x6bAttestation\xa3" + b"".join(fields)
    assert nitro.request(b"\xaa" * 64, b"\0" + b"\xbb" * 20, b"\xcc" * 32) == expected


def test_what_is_empty_is_left_out_of_a_request():
    expected = b"\xa1\x6bAttestation\xa3\x69user_data\x41\1\x65nonce\xf6\x6apublic_key\xf6"
    assert nitro.request(b"\1", b"", b"") == expected


def test_a_recorded_document_is_found_in_a_response():
    assert nitro.answered(RESPONSE) == DOCUMENT


@pytest.mark.parametrize(
    "response",
    [
        b"\xa1\x65Error\x6fInvalidArgument",
        b"\xa1\x6bAttestation\xf6",
        b"\x6bAttestation",
        RESPONSE[:-1],
        b"",
    ],
)
def test_what_holds_no_document_is_an_error(response):
    with pytest.raises(NoTeeError, match="no document"):
        nitro.answered(response)


def test_a_document_is_asked_for_by_one_ioctl(tmp_path, monkeypatch):
    device, seen = tmp_path / "nsm", []
    device.touch()

    def ioctl(_, number: int, raw: nitro.Raw) -> None:
        seen.append((number, nitro.ctypes.string_at(raw.request.address, raw.request.length), raw.response.length))
        nitro.ctypes.memmove(raw.response.address, RESPONSE, len(RESPONSE))
        raw.response.length = len(RESPONSE)

    monkeypatch.setattr(nitro.fcntl, "ioctl", ioctl)
    given = Nitro(device).evidence(b"\xaa" * 64, b"key", b"nonce")
    assert (given.kind, given.document, given.collateral) == ("nitro", DOCUMENT, {})
    assert seen == [(0xC0200A00, nitro.request(b"\xaa" * 64, b"key", b"nonce"), 0x3000)]


def test_a_file_is_no_security_module(tmp_path):
    device = tmp_path / "nsm"
    device.touch()
    with pytest.raises(NoTeeError, match="gives no evidence"):
        Nitro(device).evidence(b"", b"", b"")


def test_a_machine_without_a_security_module_is_told_so(tmp_path):
    with pytest.raises(NoTeeError, match="no Nitro enclave"):
        Nitro(tmp_path / "nsm")
