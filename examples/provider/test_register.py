"""What register.py asks the command line for, in which order."""

import json
from pathlib import Path

import proving
import pytest
import register

# //Bob's account and public key.
BOB = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"
BOB_KEY = "0x8eaf04151687736326c9fea17e25fc5287613693c912909cb226aa4794f26a48"
MODEL, CIRCUIT = "0x" + "22" * 32, "0x" + "33" * 32


@pytest.fixture
def asked(monkeypatch) -> list[tuple[str, ...]]:
    """The commands, answered as the command line does."""
    commands = []

    def assay(*args: str) -> dict:
        commands.append(args)
        if args[:2] == ("circuit", "from-ezkl"):
            Path(args[-1]).write_text(json.dumps({"circuit": CIRCUIT, "cost": "0xc057"}))
        if args == ("chain",):
            return {"chainId": 420402, "genesis": "0x" + "44" * 32, "tokens": [{"asset": 1}, {"asset": 2}]}
        return {"id": {"provider": BOB, "model": MODEL}.get(args[0], f"service {len(commands)}")}

    monkeypatch.setattr(register, "assay", assay)
    return commands


def test_a_public_key_is_read_from_an_account():
    assert register.public_key(BOB) == BOB_KEY


def test_a_circuit_is_registered_and_listed_before_it_is_sold(asked, tmp_path):
    register.main(tmp_path / "provider.json")
    assert [command[:2] for command in asked[-5:]] == [
        ("model", "register"),
        ("circuit", "from-ezkl"),
        ("circuit", "register"),
        ("circuit", "list"),
        ("service", "register"),
    ]
    converted, registered, listed, sold = asked[-4:]
    artefacts = dict(zip(converted[2::2], converted[3::2], strict=True))
    assert list(artefacts) == ["--vka", "--settings", "--proof", "--out"]
    assert all(Path(path).stat().st_size > 0 for path in artefacts.values())
    assert registered[2:] == (artefacts["--out"],)
    assert listed[2:] == (MODEL, CIRCUIT)
    assert sold[-8:] == ("--tier", "proven", "--asset", "1", "--price", "10000", "--anchor", CIRCUIT)


def test_the_provider_learns_what_it_sells(asked, tmp_path):
    register.main(tmp_path / "provider.json")
    config = json.loads((tmp_path / "provider.json").read_text())
    assert config["provider"] == BOB_KEY
    services = {name: (service["tier"], service["anchor"]) for name, service in config["services"].items()}
    signed = ("signed", "0x" + "00" * 32)
    assert services == {"iris-linear": signed, "iris-mlp": signed, "iris-proven": ("proven", CIRCUIT)}
    assert config["services"]["iris-proven"]["cost"] == "0xc057"
    assert config["services"]["iris-proven"]["model"] == config["services"]["iris-linear"]["model"]


def test_no_keys_no_circuit(asked, tmp_path, monkeypatch):
    monkeypatch.setattr(proving, "PROVER", "no prover at all")
    monkeypatch.setattr(register, "SPAN", (0, 98))
    with pytest.raises(proving.ProvingError, match="no keys"):
        register.main(tmp_path / "provider.json")
    assert not [command for command in asked if command[0] == "circuit"]
    assert not (tmp_path / "provider.json").exists()
