"""How configfs-tsm is asked, against a folder that stands for it. A folder is no kernel: this shows the order of
reading and writing and how the answers are read, nothing about a TEE. No TEE was at hand.
"""

import struct
from pathlib import Path

import pytest
import tsm
from evidence import Evidence, NoTeeError
from tsm import Tsm

VECTORS = Path(__file__).parents[2] / "verifiers" / "tee" / "vectors"
BOUND = bytes(range(64))


class Folder(type(Path())):
    """A folder of reports whose requests come to be as configfs makes them: with their files, which go with them."""

    files = {}
    written = []
    steps = 1

    def __truediv__(self, name):
        return Request(super().__truediv__(name))


class Request(type(Path())):
    """One request."""

    def mkdir(self):
        super().mkdir()
        for name, content in {"generation": b"4", **Folder.files}.items():
            (Path(self) / name).write_bytes(content)

    def rmdir(self):
        for file in Path(self).iterdir():
            if file.name == "inblob":
                Folder.written.append(file.read_bytes())
            file.unlink()
        super().rmdir()

    def __truediv__(self, name):
        file = Path(self) / name
        if name == "outblob" and (Path(self) / "inblob").exists():
            (Path(self) / "generation").write_text(str(4 + Folder.steps))
        return file


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Folder:
    monkeypatch.setattr(Folder, "written", [])
    monkeypatch.setattr(Folder, "steps", 1)
    return Folder(tmp_path)


def test_a_tdx_quote_is_asked_for_and_read(folder, monkeypatch):
    quote = (VECTORS / "dcap" / "tdx_quote").read_bytes()
    monkeypatch.setattr(Folder, "files", {"outblob": quote, "provider": b"tdx_guest\n", "auxblob": b""})
    assert Tsm(folder).evidence(BOUND, b"", b"") == Evidence("tdx", quote)
    assert Folder.written == [BOUND]
    assert not list(folder.iterdir())


def test_an_snp_report_comes_with_its_chip_key(folder, monkeypatch):
    report = bytes.fromhex((VECTORS / "snp" / "report_milan.hex").read_text())
    key = (VECTORS / "snp" / "vcek_milan.der").read_bytes()
    other, end = bytes(range(16)), bytes(24)
    table = other + struct.pack("<II", 72, 3) + tsm.VCEK.bytes + struct.pack("<II", 75, len(key)) + end + b"abc" + key
    monkeypatch.setattr(Folder, "files", {"outblob": report, "provider": b"sev_guest\n", "auxblob": table})
    assert Tsm(folder).evidence(BOUND, b"", b"") == Evidence("snp", report, {"vcek.der": key})


@pytest.mark.parametrize("table", [b"", bytes(24), b"\1" * 30, bytes(24) + tsm.VCEK.bytes + bytes(8)])
def test_a_table_without_a_chip_key_has_none(table):
    assert tsm.chip_key(table) == {}


@pytest.mark.parametrize("steps", [0, 2])
def test_evidence_that_somebody_else_asked_for_is_not_taken(folder, monkeypatch, steps):
    monkeypatch.setattr(Folder, "files", {"outblob": b"quote", "provider": b"tdx_guest\n"})
    monkeypatch.setattr(Folder, "steps", steps)
    with pytest.raises(NoTeeError, match="somebody else"):
        Tsm(folder).evidence(BOUND, b"", b"")
    assert not list(folder.iterdir())


def test_a_kernel_that_gives_no_evidence_is_reported(folder, monkeypatch):
    monkeypatch.setattr(Folder, "files", {"provider": b"tdx_guest\n"})
    with pytest.raises(NoTeeError, match="gives no evidence"):
        Tsm(folder).evidence(BOUND, b"", b"")


def test_an_unknown_module_is_named(folder, monkeypatch):
    monkeypatch.setattr(Folder, "files", {"outblob": b"token", "provider": b"arm_cca_guest\n"})
    with pytest.raises(NoTeeError, match="arm_cca_guest"):
        Tsm(folder).evidence(BOUND, b"", b"")


def test_exactly_64_bytes_are_bound(folder):
    with pytest.raises(ValueError, match="64 bytes"):
        Tsm(folder).evidence(BOUND[1:], b"", b"")


def test_a_machine_without_configfs_tsm_is_told_what_is_missing(tmp_path):
    with pytest.raises(NoTeeError, match="no TDX or SNP guest"):
        Tsm(tmp_path / "tsm")
