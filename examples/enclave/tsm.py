"""Evidence by Linux's configfs-tsm, for Intel TDX and AMD SEV-SNP: the kernel's
Documentation/ABI/testing/configfs-tsm-report says how.
"""

import struct
import uuid
from pathlib import Path

from evidence import BOUND, Evidence, NoTeeError

REPORTS = Path("/sys/kernel/config/tsm/report")
KINDS = {"tdx_guest": "tdx", "sev_guest": "snp"}
# The chip's own key, among the certificates that come with an SNP report.
VCEK = uuid.UUID("63da758d-e664-4564-adc5-f4b93be8accd")


class Tsm:
    """The kernel's interface to the platform's security module."""

    def __init__(self, reports: Path = REPORTS):
        if not reports.is_dir():
            raise NoTeeError(f"there is no {reports}: this is no TDX or SNP guest, or its kernel is older than 6.7")
        self.reports = reports

    def evidence(self, bound: bytes, key: bytes, nonce: bytes) -> Evidence:
        """Evidence of this machine that binds these bytes. They cover key and nonce, which have no other place."""
        if len(bound) != BOUND:
            raise ValueError(f"{BOUND} bytes are bound, not {len(bound)}")
        # A folder of its own, so that nobody else's request gets in between.
        report = self.reports / f"assay-{uuid.uuid4().hex}"
        report.mkdir()
        try:
            before = int((report / "generation").read_text())
            (report / "inblob").write_bytes(bound)
            document, auxiliary = (report / "outblob").read_bytes(), read_optional(report / "auxblob")
            provider = (report / "provider").read_text().strip()
            # It counts what was written: more than one means that this is the answer to something else.
            if int((report / "generation").read_text()) != before + 1:
                raise NoTeeError("somebody else wrote to the request for evidence")
        except OSError as error:
            raise NoTeeError(f"the kernel gives no evidence: {error}") from error
        finally:
            report.rmdir()
        if provider not in KINDS:
            raise NoTeeError(f"evidence of {provider} is not known here: only of {', '.join(KINDS)}")
        kind = KINDS[provider]
        return Evidence(kind, document, chip_key(auxiliary) if kind == "snp" else {})


def read_optional(file: Path) -> bytes:
    """What is in a file that need not be there."""
    return file.read_bytes() if file.exists() else b""


def chip_key(table: bytes) -> dict[str, bytes]:
    """The chip's key in a table of certificates: id, offset and length of each, up to a row of zeros. Hosts may leave
    it out; it is to be had from AMD then.
    """
    for row in range(0, len(table) - 23, 24):
        name, offset, length = table[row : row + 16], *struct.unpack_from("<II", table, row + 16)
        if name == VCEK.bytes:
            return {"vcek.der": table[offset : offset + length]}
        if not any(name):
            break
    return {}
