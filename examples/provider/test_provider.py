"""What the provider quotes and answers."""

import pytest
from provider import Question, Quote, infer
from pydantic import ValidationError

SETOSA = {"service": "iris-linear", "measurements": [51, 35, 14, 2]}


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
    "change", [{"service": "other"}, {"measurements": [5.1, 3.5, 1.4, 0.2]}, {"measurements": [1, 2, 3]}, {"more": 1}]
)
def test_what_cannot_be_answered_is_not_quoted(change):
    with pytest.raises(ValidationError):
        question({**SETOSA, **change})


def test_one_payment_has_one_to_sixteen_legs():
    assert len(Quote.of(question(*[SETOSA] * 16)).offer["legs"]) == 16
    for number in (0, 17):
        with pytest.raises(ValidationError):
            question(*[SETOSA] * number)


@pytest.mark.parametrize("service", ["iris-linear", "iris-mlp"])
@pytest.mark.parametrize(
    ("measurements", "species"),
    [([51, 35, 14, 2], "setosa"), ([70, 32, 47, 14], "versicolor"), ([63, 33, 60, 25], "virginica")],
)
def test_models_tell_irises_apart(service, measurements, species):
    [inference] = question({"service": service, "measurements": measurements}).inferences
    assert infer(inference)["species"] == species
