"""What register.py asks the command line for, in which order."""

import json
from pathlib import Path

import proving
import pytest
import register
import sessions

# //Bob's account and public key.
BOB = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"
BOB_KEY = "0x8eaf04151687736326c9fea17e25fc5287613693c912909cb226aa4794f26a48"
MODEL, CIRCUIT = "0x" + "22" * 32, "0x" + "33" * 32
POLICY, ROOT, KEY = "0x" + "55" * 32, "0x" + "66" * 32, "secp256k1:0x" + "77" * 20
BOUND = {"binding": "0x" + "88" * 64, "block": 7, "hash": "0x" + "99" * 32, "genesis": "0x" + "44" * 32}
ROOTS = [
    {"id": "0x01", "authority": "intel", "enabled": True, "simulated": False},
    {"id": "0x02", "authority": "amd genoa", "enabled": True, "simulated": True},
    {"id": "0x03", "authority": "intel", "enabled": False, "simulated": True},
    {"id": ROOT, "authority": "intel", "enabled": True, "simulated": True},
]


class StandIn:
    """An enclave that says what an enclave would say."""

    def __init__(self):
        self.key, self.binding, self.asked = KEY, BOUND["binding"], []

    def session(self) -> dict:
        return {"key": self.key, "kind": "tdx", "measurement": {"tdx": {"mrTd": "0x00"}}, "simulated": True}

    def attest(self, terms: dict) -> dict:
        self.asked.append(terms)
        return {"binding": self.binding, "evidence": "0xe0", "collateral": {"root-crl.der": "0xc0"}}


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
        if args[0] == "enclave":
            return enclave(*args[1:])
        return {"id": {"provider": BOB, "model": MODEL}.get(args[0], f"service {len(commands)}")}

    def enclave(*args: str) -> dict | list:
        if args == ("roots",):
            return ROOTS
        if args[:2] == ("policy", "create"):
            commands.append(("terms", Path(args[-1]).read_text()))
        if args[:2] == ("collateral", "submit"):
            commands.append(("files", {file.name: file.read_bytes() for file in Path(args[-1]).iterdir()}))
        return {"id": POLICY, "status": "good", "expires": 0, **BOUND}

    monkeypatch.setattr(register, "assay", assay)
    monkeypatch.setattr(sessions, "assay", assay)
    monkeypatch.setattr(register, "Enclave", StandIn)
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
    attested, proven = ("attested", POLICY), ("proven", CIRCUIT)
    assert services == {"iris-linear": signed, "iris-mlp": signed, "iris-attested": attested, "iris-proven": proven}
    assert config["services"]["iris-proven"]["cost"] == "0xc057"
    assert len({config["services"][name]["model"] for name in ("iris-linear", "iris-attested", "iris-proven")}) == 1
    assert config["attestation"] == {"policy": POLICY, "account": BOB, "root": ROOT, "seconds": 3600}


def test_no_keys_no_circuit(asked, tmp_path, monkeypatch):
    monkeypatch.setattr(proving, "PROVER", "no prover at all")
    monkeypatch.setattr(register, "SPAN", (0, 98))
    with pytest.raises(proving.ProvingError, match="no keys"):
        register.main(tmp_path / "provider.json")
    assert not [command for command in asked if command[0] == "circuit"]
    assert not (tmp_path / "provider.json").exists()


# --- tier Attested ----------------------------------------------------------------------------------------------------

WANTED = sessions.Attestation(POLICY, BOB, ROOT, 3600)


def test_a_policy_and_a_session_are_made_before_the_service(asked, tmp_path):
    register.main(tmp_path / "provider.json")
    made = [command for command in asked if command[0] in ("terms", "files", "enclave")]
    assert [command[1:3] for command in made if command[0] == "enclave"] == [
        ("policy", "create"),
        ("roots",),
        ("binding", "--policy"),
        ("collateral", "submit"),
        ("session", "register"),
    ]
    [terms] = [json.loads(command[1]) for command in made if command[0] == "terms"]
    assert terms == {**register.POLICY, "measured": [{"tdx": {"mrTd": "0x00"}}]}
    [sold] = [command for command in asked if command[0] == "service" and "attested" in command]
    assert sold[-2:] == ("--anchor", POLICY) and asked.index(sold) > asked.index(made[-1])


def test_a_session_is_registered_with_what_the_enclave_gave(asked):
    enclave = StandIn()
    sessions.open_session(enclave, WANTED)
    terms = {"genesis": BOUND["genesis"], "policy": POLICY, "block": BOUND["hash"], "account": BOB_KEY}
    assert enclave.asked == [terms]
    assert ("files", {"evidence": b"\xe0", "root-crl.der": b"\xc0"}) in asked
    options = asked[-1][3:]
    given = dict(zip(options[::2], options[1::2], strict=True))
    assert Path(given.pop("--evidence")).name == "evidence"
    assert given == {"--policy": POLICY, "--key": KEY, "--kind": "tdx", "--root": ROOT, "--block": "7"}


def test_evidence_that_binds_something_else_is_not_registered(asked):
    enclave = StandIn()
    enclave.binding = "0x" + "00" * 64
    with pytest.raises(sessions.EnclaveError, match="something else"):
        sessions.open_session(enclave, WANTED)
    assert not [command for command in asked if command[1:3] == ("session", "register")]


@pytest.mark.parametrize(
    ("left", "status", "renewed"),
    [(3600, "good", False), (1801, "good", False), (1799, "good", True), (3600, "ended", True), (None, "none", True)],
)
def test_a_session_is_renewed_when_half_of_its_time_is_over(asked, monkeypatch, left, status, renewed):
    shown = {"status": status} | ({} if left is None else {"expires": 1_000_000 + left})
    monkeypatch.setattr(sessions.time, "time", lambda: 1_000_000)
    monkeypatch.setattr(sessions, "assay", lambda *args: shown)
    opened = []
    monkeypatch.setattr(sessions, "open_session", lambda *args: opened.append(args))
    enclave = StandIn()
    sessions.keep(enclave, WANTED)
    assert opened == ([(enclave, WANTED)] if renewed else [])


def test_a_root_that_cannot_be_told_is_to_be_named(asked, monkeypatch):
    session = {**StandIn().session(), "kind": "nitro"}
    with pytest.raises(sessions.EnclaveError, match="ENCLAVE_ROOT"):
        register.find_root(session)
    monkeypatch.setenv("ENCLAVE_ROOT", "0x04")
    assert register.find_root(session) == "0x04"
