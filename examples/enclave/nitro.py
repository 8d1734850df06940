"""Evidence by the Nitro security module of an AWS Nitro enclave: CBOR through one ioctl of /dev/nsm."""

import ctypes
import fcntl
from pathlib import Path

import cbor2
from evidence import Evidence, NoTeeError

DEVICE = Path("/dev/nsm")
# _IOWR(0x0A, 0, struct nsm_raw), of the kernel's include/uapi/linux/nsm.h.
IOCTL = 0xC020_0A00
# Most bytes of a response.
RESPONSE = 0x3000


class Buffer(ctypes.Structure):
    """struct nsm_iovec"""

    _fields_ = [("address", ctypes.c_uint64), ("length", ctypes.c_uint64)]


class Raw(ctypes.Structure):
    """struct nsm_raw"""

    _fields_ = [("request", Buffer), ("response", Buffer)]


class Nitro:
    """The security module."""

    def __init__(self, device: Path = DEVICE):
        if not device.exists():
            raise NoTeeError(f"there is no {device}: this is no Nitro enclave, or its kernel has no driver for it")
        self.device = device

    def evidence(self, bound: bytes, key: bytes, nonce: bytes) -> Evidence:
        """A document about this enclave that carries these bytes."""
        return Evidence("nitro", answered(self.ask(request(bound, key, nonce))))

    def ask(self, message: bytes) -> bytes:
        """Sends one request and returns the response."""
        question = ctypes.create_string_buffer(message, len(message))
        answer = ctypes.create_string_buffer(RESPONSE)
        raw = Raw(Buffer(ctypes.addressof(question), len(message)), Buffer(ctypes.addressof(answer), RESPONSE))
        try:
            with self.device.open("r+b", buffering=0) as module:
                fcntl.ioctl(module, IOCTL, raw)
        except OSError as error:
            raise NoTeeError(f"the security module gives no evidence: {error}") from error
        return answer.raw[: raw.response.length]


def request(bound: bytes, key: bytes, nonce: bytes) -> bytes:
    """A request for a document. What is empty is left out."""
    fields = {"user_data": bound, "nonce": nonce, "public_key": key}
    return cbor2.dumps({"Attestation": {name: value or None for name, value in fields.items()}})


def answered(response: bytes) -> bytes:
    """The document in a response."""
    try:
        return cbor2.loads(response)["Attestation"]["document"]
    except (cbor2.CBORDecodeError, KeyError, TypeError) as error:
        raise NoTeeError(f"the security module gives no document: {response[:64]!r}") from error
