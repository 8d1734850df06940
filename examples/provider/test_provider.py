"""What the provider quotes and answers."""

import asyncio
import socket
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import assay
import elements
import pytest
from attesting import EnclaveError
from provider import DOMAIN, READY, Question, Quote
from pydantic import ValidationError

sys.path += [str(Path(__file__).parents[1] / folder) for folder in ("buyers/python", "enclave")]
import buy  # noqa: E402
import enclave  # noqa: E402

SETOSA = {"service": "iris-linear", "measurements": [51, 35, 14, 2]}
ATTESTED = {**SETOSA, "service": "iris-attested"}
PROVEN = {**SETOSA, "service": "iris-proven"}
# Key 9 of the mnemonic "test test test test test test test test test test test junk".
KEY_9 = "0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6"
SIGNER_9 = "0xa0Ee7A142d267C1f36714E4a8F75612F20a79720"


def question(*inferences: dict) -> Question:
    return Question.model_validate({"inferences": list(inferences)})


def test_the_same_question_is_quoted_the_same_address():
    assert Quote.of(question(SETOSA)).address() == Quote.of(question(SETOSA)).address()
    assert Quote.of(question(SETOSA)).address().lower().startswith("0xa55a")


@pytest.mark.parametrize(
    "change", [{"service": "iris-mlp"}, {"measurements": [51, 35, 14, 3]}, {"nonce": "x"}, {"disclose": True}]
)
def test_any_other_question_is_quoted_another_address(change):
    assert Quote.of(question(SETOSA)).address() != Quote.of(question({**SETOSA, **change})).address()


def test_a_quote_costs_the_sum_of_its_legs():
    quote = Quote.of(question(SETOSA, {**SETOSA, "service": "iris-mlp"}))
    assert [leg["maxAmount"] for leg in quote.offer["legs"]] == ["1000", "2500"]
    assert quote.price()["amount"] == "3500"


@pytest.mark.parametrize(
    "change",
    [
        {"service": "other"},
        {"measurements": [5.1, 3.5, 1.4, 0.2]},
        {"measurements": [1, 2, 3]},
        {"measurements": [1, 2, 3, 1001]},
        {"service": "iris-proven", "measurements": [1, 2, 3, -1]},
        {"more": 1},
    ],
)
def test_what_cannot_be_answered_is_not_quoted(change):
    with pytest.raises(ValidationError):
        question({**SETOSA, **change})


def test_one_payment_has_one_to_sixteen_legs():
    assert len(Quote.of(question(*[SETOSA] * 16)).offer["legs"]) == 16
    for number in (0, 17):
        with pytest.raises(ValidationError):
            question(*[SETOSA] * number)


IRISES = [([51, 35, 14, 2], "setosa"), ([70, 32, 47, 14], "versicolor"), ([63, 33, 60, 25], "virginica")]


def receipt_of(asked: Question, leg: int = 0) -> dict:
    """What a receipt says before there is an answer."""
    paid = Quote.of(asked).offer["legs"][leg]
    terms = {"service": paid["service"], "request": paid["request"], "amount": paid["maxAmount"]}
    return {"payment": "0x" + "77" * 32, "leg": leg, **terms, "issuedAt": 1}


def answer(asked: Question, leg: int = 0):
    inference = asked.asked()[leg]
    return asyncio.run(READY[inference["service"]].answer(inference, receipt_of(asked, leg)))


@pytest.fixture
def program() -> enclave.Enclave:
    """The enclave, with a stand-in for its TEE, where the provider looks for it."""
    stand_in = SimpleNamespace(evidence=lambda *_: SimpleNamespace(kind="tdx", measurement=dict))
    program = enclave.Enclave(stand_in, enclave.MODEL.read_bytes())
    with enclave.serve(program, 0) as server:
        threading.Thread(target=server.serve_forever).start()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(READY["iris-attested"].enclave, "url", f"http://127.0.0.1:{server.server_port}")
            yield program
        server.shutdown()


@pytest.mark.parametrize("service", ["iris-linear", "iris-mlp", "iris-attested", "iris-proven"])
@pytest.mark.parametrize(("measurements", "species"), IRISES)
def test_every_service_tells_irises_apart(program, service, measurements, species):
    assert answer(question({"service": service, "measurements": measurements})).response["species"] == species


def test_an_offer_leaves_time_to_prove():
    delivery = [Quote.of(question(*legs)).offer["deliverySeconds"] for legs in ([SETOSA], [PROVEN], [PROVEN, PROVEN])]
    assert delivery == [120, 180, 240]


def test_a_proven_question_is_committed_to_as_the_model_gets_it():
    # Millimetres in units of 2^-8 cm: 51 * 25.6 = 1305.6, 35 * 25.6 = 896, 14 * 25.6 = 358.4, 2 * 25.6 = 51.2.
    inputs = [elements.element(number) for number in (1306, 896, 358, 51)]
    [leg] = Quote.of(question(PROVEN)).offer["legs"]
    assert leg["request"] == elements.commitment(inputs)


def test_the_evidence_carries_what_the_receipt_commits_to():
    asked = question({**PROVEN, "disclose": True})
    [leg], given = Quote.of(asked).offer["legs"], answer(asked)
    material = bytes.fromhex(given.evidence["material"].removeprefix("0x"))
    # The registered cost, then four inputs, three outputs and the proof, each with its compact length.
    assert material[:3] == b"\xc0\x57" + bytes([4 << 2])
    inputs, outputs = material[3:131], material[132:228]
    assert material[131] == 3 << 2
    assert elements.commitment([inputs]) == leg["request"]
    assert elements.commitment([outputs]) == given.commitment
    assert material[228:] == elements.compact(len(material) - 230) + material[230:]
    assert given.evidence["disclosure"] == {"salt": assay.hexed(bytes(32)), "response": assay.hexed(outputs)}


def test_a_second_proof_does_not_contradict_the_first():
    first, second = answer(question(PROVEN)), answer(question(PROVEN))
    assert first.evidence["material"] != second.evidence["material"]
    assert (first.commitment, first.response) == (second.commitment, second.response)


def test_an_attested_answer_is_signed_by_the_enclave(program):
    asked = question({**ATTESTED, "disclose": True})
    given = answer(asked)
    receipt = {**receipt_of(asked), "response": given.commitment}
    assert assay.receipt_signer(DOMAIN, receipt, given.signature) == program.account.address
    assert given.evidence["disclosure"]["response"] == assay.hexed(assay.canonical(given.response))


def test_an_attested_answer_is_the_signed_one_with_another_signature(program):
    attested, signed = answer(question(ATTESTED)), answer(question(SETOSA))
    assert (attested.response, attested.commitment) == (signed.response, signed.commitment)
    assert signed.signature is None


def test_an_enclave_that_is_not_there_is_no_answer(monkeypatch):
    with socket.socket() as taken:
        # Bound, but nobody listens.
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setattr(READY["iris-attested"].enclave, "url", f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(EnclaveError, match="does not answer"):
            answer(question(ATTESTED))


def test_what_the_enclave_refuses_is_no_answer(program):
    asked = question(ATTESTED)
    receipt = {**receipt_of(asked), "request": "0x" + "99" * 32}
    with pytest.raises(EnclaveError, match="another request"):
        asyncio.run(READY["iris-attested"].answer(asked.asked()[0], receipt))


# --- what a careful buyer sees ----------------------------------------------------------------------------------------


def quoted(asked: Question) -> SimpleNamespace:
    """The requirements that a buyer gets."""
    quote = Quote.of(asked)
    return SimpleNamespace(pay_to=quote.address(), extra=quote.price()["extra"])


MIXED = question(SETOSA, ATTESTED, PROVEN)


def test_a_buyer_accepts_an_offer_of_three_tiers():
    buy.check_offer(quoted(MIXED), MIXED.asked())


@pytest.mark.parametrize("tier", ["attested", "proven"])
def test_a_signed_service_cannot_pass_for_a_better_one(tier):
    requirements = quoted(MIXED)
    requirements.extra["services"][0]["tier"] = tier
    with pytest.raises(ValueError, match="not what it is said to be"):
        buy.check_offer(requirements, MIXED.asked())


@pytest.mark.parametrize("leg", [0, 1, 2])
def test_an_offer_for_another_question_is_not_signed(leg):
    asked = MIXED.asked()
    asked[leg]["measurements"] = [52, 35, 14, 2]
    with pytest.raises(ValueError, match="other questions"):
        buy.check_offer(quoted(MIXED), asked)


def test_an_attested_service_cannot_be_of_another_policy():
    requirements = quoted(MIXED)
    requirements.extra["services"][1]["anchor"] = "0x" + "66" * 32
    with pytest.raises(ValueError, match="not what it is said to be"):
        buy.check_offer(requirements, MIXED.asked())


def delivered(asked: Question) -> tuple[SimpleNamespace, dict]:
    """Requirements, and the first leg's answer as the provider sends it."""
    requirements, given = quoted(asked), answer(asked)
    receipt = {**receipt_of(asked), "response": given.commitment}
    receipt["signature"] = given.signature or assay.sign_receipt(KEY_9, requirements.extra["assay"], receipt)
    return requirements, {"response": given.response, **given.details, "receipt": receipt}


def test_a_buyer_accepts_a_proven_answer():
    requirements, sent = delivered(question(PROVEN))
    assert buy.check_answer(requirements, 0, sent) == SIGNER_9


def test_a_buyer_accepts_an_attested_answer(program):
    requirements, sent = delivered(question(ATTESTED))
    assert buy.check_answer(requirements, 0, sent) == program.account.address


def changed(response: dict, change: str) -> dict:
    scores = response["scores"]
    return {
        "another score": {**response, "scores": [scores[0] + 1, *scores[1:]]},
        "another species": {**response, "species": "virginica"},
        "an equal element": {"species": "virginica", "scores": [*scores[:2], scores[2] + elements.ORDER]},
    }[change]


@pytest.mark.parametrize("change", ["another score", "another species", "an equal element"])
def test_a_buyer_refuses_what_was_not_proven(change):
    requirements, sent = delivered(question(PROVEN))
    with pytest.raises(ValueError, match="score|too large"):
        buy.check_answer(requirements, 0, {**sent, "response": changed(sent["response"], change)})
