"""Evidence: what a trusted execution environment signs about the program inside it, and what can be read off it."""

import struct
from dataclasses import dataclass, field

import cbor2

# Bytes that a program can have bound into its evidence.
BOUND = 64


class NoTeeError(Exception):
    """There is no trusted execution environment here, or it gives no evidence."""


@dataclass
class Evidence:
    """One piece of evidence."""

    # sgx, tdx, nitro or snp.
    kind: str
    # As the chain takes it: a quote, a document or a report.
    document: bytes
    # What came with it that the chain needs to verify it: file names, as `assay enclave collateral` knows them.
    collateral: dict[str, bytes] = field(default_factory=dict)

    def measurement(self) -> dict:
        """What was measured, as a policy names it. A note for people: who lists it in a policy has to find it out by
        building the program anew, not by asking the program.
        """
        return {self.kind: MEASUREMENTS[self.kind](self.document)}


def hexed(data: bytes) -> str:
    """Bytes as 0x hex."""
    return "0x" + data.hex()


def sgx(quote: bytes) -> dict:
    """MRENCLAVE, of the report after the quote's header."""
    return {"mrEnclave": hexed(quote[112:144])}


def tdx(quote: bytes) -> dict:
    """MRTD and RTMRs, of the report after the quote's header; since version 5 its type and length come first."""
    start = 54 if int.from_bytes(quote[:2], "little") >= 5 else 48
    report = quote[start:]
    return {"mrTd": hexed(report[136:184]), "rtmr": [hexed(report[at : at + 48]) for at in range(328, 520, 48)]}


def snp(report: bytes) -> dict:
    """The measurement, with privilege level, guest policy and firmware as they are now."""
    [policy], [level] = struct.unpack_from("<Q", report, 8), struct.unpack_from("<I", report, 48)
    return {
        "measurement": hexed(report[144:192]),
        "maxVmpl": level,
        "policyMask": 2**64 - 1,
        "policy": policy,
        "minTcb": hexed(report[384:392]),
    }


def nitro(document: bytes) -> dict:
    """PCR0 to 2: the enclave's image, its kernel, its program."""
    _, _, payload, _ = cbor2.loads(document)
    pcrs = cbor2.loads(payload)["pcrs"]
    return {"pcrs": [[index, hexed(pcrs[index])] for index in range(3)]}


MEASUREMENTS = {"sgx": sgx, "tdx": tdx, "snp": snp, "nitro": nitro}
