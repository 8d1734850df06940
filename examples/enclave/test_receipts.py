"""What the enclave attests and signs, and what it refuses. No TEE: a stand-in says what it was asked for."""

import json
import threading
from contextlib import contextmanager
from hashlib import sha512
from pathlib import Path
from types import SimpleNamespace

import enclave
import httpx
import pytest
import receipts
from evidence import NoTeeError
from receipts import MODEL, Enclave, RefusedError, assay

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "assay.json").read_text())
CHAIN = assay.chain_domain(int(VECTORS["chainId"]), VECTORS["genesis"])
SALTS = {"request": "0x" + "01" * 32, "response": "0x" + "02" * 32}
INFERENCE = {"service": "iris-attested", "measurements": [51, 35, 14, 2], "nonce": "x"}
BYTES = {"genesis": "aa", "policy": "bb", "account": "cc", "block": "dd"}
TERMS = {name: "0x" + byte * 32 for name, byte in BYTES.items()}


class StandIn:
    """Gives what it is to bind as its evidence."""

    def evidence(self, bound: bytes, key: bytes, nonce: bytes) -> SimpleNamespace:
        self.asked = bound, key, nonce
        return SimpleNamespace(kind="tdx", document=bound, collateral={"a": b"\1"}, measurement=lambda: {"tdx": {}})


@pytest.fixture
def program() -> Enclave:
    return Enclave(StandIn(), MODEL.read_bytes())


def raw(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def question(**receipt) -> dict:
    """A question as the provider asks it."""
    request = assay.commitment(raw(SALTS["request"]), assay.canonical(INFERENCE))
    asked = {"payment": "0x" + "77" * 32, "leg": 2, "service": "0x" + "88" * 32, "amount": "4000", "issuedAt": 9}
    return {"chain": CHAIN, "inference": INFERENCE, "salts": SALTS, "receipt": {**asked, "request": request, **receipt}}


def test_every_enclave_has_a_key_of_its_own(program):
    other = Enclave(StandIn(), MODEL.read_bytes())
    assert program.session()["key"] != other.session()["key"]


def test_the_key_is_bound_to_chain_policy_provider_and_block(program):
    given = program.attest(TERMS)
    key = b"\0" + raw(program.session()["key"].removeprefix("secp256k1:"))
    bound = sha512(b"assay/session/1" + b"\xaa" * 32 + b"\xbb" * 32 + b"\xcc" * 32 + key + b"\xdd" * 32).digest()
    assert program.source.asked == (bound, key, b"\xdd" * 32)
    assert given == {"binding": assay.hexed(bound), "evidence": assay.hexed(bound), "collateral": {"a": "0x01"}}


def test_nobody_else_chooses_what_evidence_binds(program):
    chosen = "0x" + "ee" * 64
    assert program.attest({**TERMS, "binding": chosen, "key": chosen})["binding"] == program.attest(TERMS)["binding"]


@pytest.mark.parametrize("name", TERMS)
def test_evidence_binds_all_terms_in_full(program, name):
    with pytest.raises(KeyError):
        program.attest({other: value for other, value in TERMS.items() if other != name})
    with pytest.raises(RefusedError):
        program.attest({**TERMS, name: "0xaa"})


def test_a_receipt_is_signed_for_the_answer_that_was_computed(program):
    given = program.infer(question())
    assert given["response"]["species"] == "setosa"
    receipt, content = given["receipt"], assay.canonical(given["response"])
    assert receipt["response"] == assay.commitment(raw(SALTS["response"]), content)
    signer = assay.receipt_signer(CHAIN, receipt, receipt["signature"])
    assert f"secp256k1:{signer.lower()}" == program.session()["key"]


def test_a_receipt_for_another_request_is_not_signed(program):
    with pytest.raises(RefusedError, match="another request"):
        program.infer(question(request="0x" + "99" * 32))


@pytest.mark.parametrize(
    "change", [{"measurements": [51, 35, 14, 3]}, {"nonce": "y"}, {"service": "iris-linear"}, {"more": 1}]
)
def test_a_receipt_for_a_changed_request_is_not_signed(program, change):
    with pytest.raises(RefusedError, match="another request"):
        program.infer({**question(), "inference": {**INFERENCE, **change}})


def test_a_response_of_the_providers_choice_is_not_signed(program):
    chosen = {"response": "0x" + "99" * 32}
    given = program.infer({**question(**chosen), **chosen})
    assert given["receipt"]["response"] != chosen["response"]
    assert given["receipt"] == program.infer(question())["receipt"]


@pytest.mark.parametrize("measurements", [[1, 2, 3], [1, 2, 3, 1001], [1, 2, 3, -1], [1, 2, 3, 1.5], [1, 2, 3, True]])
def test_what_the_model_was_not_made_for_is_not_answered(program, measurements):
    with pytest.raises(RefusedError, match="measurements"):
        program.infer({**question(), "inference": {**INFERENCE, "measurements": measurements}})


@pytest.mark.parametrize("change", [{"leg": 1 << 32}, {"amount": "-1"}, {"issuedAt": 1 << 64}, {"payment": "0x77"}])
def test_a_receipt_that_cannot_be_is_not_signed(program, change):
    with pytest.raises(RefusedError):
        program.infer(question(**change))


def test_the_program_runs_no_other_model():
    with pytest.raises(RefusedError, match="not the one"):
        Enclave(StandIn(), (MODEL.parent / "iris-mlp.onnx").read_bytes())


# --- over HTTP --------------------------------------------------------------------------------------------------------


@contextmanager
def listening(program: Enclave):
    """An enclave that listens on a free port."""
    with enclave.serve(program, 0) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}") as client:
                yield client
        finally:
            server.shutdown()


@pytest.fixture
def client(program):
    with listening(program) as client:
        yield client


def test_a_question_is_answered_over_http(client, program):
    assert client.get("/session").json()["key"] == program.session()["key"]
    assert client.post("/infer", json=question()).json() == program.infer(question())
    assert client.post("/attest", json=TERMS).json() == program.attest(TERMS)


@pytest.mark.parametrize(
    ("path", "body", "status", "error"),
    [
        ("/infer", b" " * (enclave.LIMIT + 1), 413, "at most 16384 bytes"),
        ("/infer", json.dumps(question(request="0x" + "99" * 32)).encode(), 400, "another request"),
        ("/infer", json.dumps(question(leg=float("inf"))).encode(), 400, "OverflowError"),
        ("/infer", b"{}", 400, "inference"),
        ("/infer", b"[]", 400, "TypeError"),
        ("/infer", b"[" * enclave.LIMIT, 400, "not as it should be"),
        ("/attest", b"not JSON", 400, "JSONDecodeError"),
        ("/sign", b"{}", 404, "nothing here"),
    ],
)
def test_what_is_not_done_is_said(client, path, body, status, error):
    response = client.post(path, content=body)
    assert response.status_code == status
    assert error in response.json()["error"]


def test_a_request_without_a_length_is_not_read(client):
    assert client.post("/infer", content=iter([b"{}"])).status_code == 413


def test_the_key_is_never_told(client, program):
    told = client.get("/session").text + client.post("/infer", json=question()).text
    assert program.account.key.hex().removeprefix("0x") not in told


def test_where_there_is_no_tee_the_program_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(enclave.Tsm, "__init__", lambda self: missing("there is no /sys/kernel/config/tsm/report"))
    monkeypatch.setattr(enclave.Nitro, "__init__", lambda self: missing("there is no /dev/nsm"))
    monkeypatch.setattr("sys.argv", ["enclave.py"])
    with pytest.raises(SystemExit) as end:
        enclave.main()
    said = str(end.value)
    assert "no trusted execution environment here" in said
    assert "tsm/report" in said and "/dev/nsm" in said and "--simulate" in said


def missing(what: str) -> None:
    raise NoTeeError(what)


def test_everything_that_is_measured_is_there():
    assert all(file.is_file() for file in receipts.PROGRAM)


def test_the_binding_is_the_one_that_the_chain_computes(program):
    # A golden vector of primitives/src/attestation.rs.
    program.key = b"\0" + b"\4" * 20
    values = {"genesis": "01", "policy": "02", "account": "03", "block": "05"}
    assert program.attest({name: "0x" + byte * 32 for name, byte in values.items()})["binding"] == (
        "0xdcdbde8a3ff4ad33d05e4bd52751fc1555ae12dc89b3e883575ad6345b0c7a23"
        "3f8e0db2b4009e2b22f9070e7b88070d7ca7f4a23fd041277a710618dbdc6491"
    )
