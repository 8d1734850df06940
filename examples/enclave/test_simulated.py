"""How simulated evidence is asked for, with a stand-in for the command line."""

import sys

import pytest
import simulated
from evidence import NoTeeError
from simulated import Simulated

# Writes what it was asked for, as evidence, and a file of collateral.
COMMAND = """
import json, pathlib, sys
folder = pathlib.Path(sys.argv[-1])
(folder / "evidence").write_text(" ".join(sys.argv[1:-1]))
(folder / "root-crl.der").write_bytes(b"list")
print(json.dumps({"evidence": str(folder / "evidence"), "root": "0x01"}))
"""


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A file that is measured."""
    (tmp_path / "command.py").write_text(COMMAND)
    monkeypatch.setattr(simulated, "ASSAY", [sys.executable, str(tmp_path / "command.py")])
    file = tmp_path / "program.py"
    file.write_text("one")
    return file


def test_evidence_comes_with_its_collateral(program):
    source = Simulated("nitro", [program])
    given = source.evidence(b"\xaa" * 64, b"\xbb", b"\xcc")
    asked = f"--kind nitro --binding 0x{'aa' * 64} --measurement 0x{source.measurement.hex()} --key 0xbb --nonce 0xcc"
    assert given.document.decode() == f"--json enclave simulate {asked} --out"
    assert (given.kind, given.collateral) == ("nitro", {"root-crl.der": b"list"})


@pytest.mark.parametrize(("kind", "size"), simulated.SIZES.items())
def test_another_program_is_measured_otherwise(program, kind, size):
    before = Simulated(kind, [program]).measurement
    program.write_text("two")
    after = Simulated(kind, [program]).measurement
    assert len(before) == len(after) == size and before != after


def test_where_there_is_no_command_there_is_no_evidence(program, monkeypatch):
    monkeypatch.setattr(simulated, "ASSAY", ["no-such-command"])
    with pytest.raises(NoTeeError, match="no-such-command"):
        Simulated("tdx", [program]).evidence(bytes(64), b"", b"")


def test_a_command_that_fails_gives_no_evidence(program, monkeypatch):
    monkeypatch.setattr(simulated, "ASSAY", [sys.executable, "-c", "raise SystemExit(1)"])
    with pytest.raises(NoTeeError, match="gives no evidence"):
        Simulated("tdx", [program]).evidence(bytes(64), b"", b"")
