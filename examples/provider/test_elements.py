"""elements.py against EZKL, and against bytes worked out by hand."""

from fractions import Fraction

import elements
import ezkl
import pytest

R = elements.ORDER


@pytest.mark.parametrize(
    ("value", "scale", "number"),
    [
        (Fraction(51, 10), 8, 1306),
        (Fraction(-51, 10), 8, -1306),
        (0, 8, 0),
        (0.5, 0, 1),
        (-0.5, 0, -1),
        (1.5, 0, 2),
        (2.5, 0, 3),
        (-2.5, 0, -3),
        (0.49999999999999994, 0, 0),
        (-17.203125, 7, -2202),
        (100, 8, 25600),
        (1000, -2, 250),
    ],
)
def test_numbers_are_rounded_half_away_from_zero(value, scale, number):
    assert elements.quantised(value, scale) == number


@pytest.mark.parametrize("value", [0.0, 5.1, -5.1, 0.2, 0.001953125, -0.001953125, 0.00195, 100.0, -13.578903])
def test_elements_are_those_of_ezkl(value):
    # EZKL writes elements little-endian.
    assert elements.element(elements.quantised(value, 8))[::-1].hex() == ezkl.float_to_felt(value, 8)


@pytest.mark.parametrize("millimetres", range(0, 1001, 7))
def test_every_measurement_is_quantised_as_ezkl_does_it(millimetres):
    ours = elements.element(elements.quantised(Fraction(millimetres, 10), 8))
    assert ours[::-1].hex() == ezkl.float_to_felt(millimetres / 10, 8)


def test_negative_numbers_are_counted_down_from_the_order():
    assert elements.element(1) == bytes(31) + b"\x01"
    assert elements.element(-1) == (R - 1).to_bytes(32, "big")
    for number in (0, 1, -1, 25600, -25600, R // 2, -(R // 2)):
        assert elements.number(elements.element(number)) == number


@pytest.mark.parametrize("number", [R // 2 + 1, -(R // 2) - 1, R])
def test_a_number_that_could_stand_for_another_has_no_element(number):
    with pytest.raises(ValueError, match="fit"):
        elements.element(number)


@pytest.mark.parametrize("element", [R.to_bytes(32, "big"), b"\xff" * 32, bytes(31), bytes(33)])
def test_bytes_that_are_not_canonical_are_no_element(element):
    with pytest.raises(ValueError, match="element"):
        elements.number(element)


def test_a_commitment_covers_all_elements_in_their_order():
    one, two = elements.element(1), elements.element(2)
    # keccak256 of 63 zero bytes and a one, and of the words 1 and 2, as Solidity's abi.encode lays them out.
    assert elements.commitment([bytes(32), one]) == "0xa6eef7e35abe7026729641147f7915573c7e97b47efa546f5f6e3230263bcb49"
    assert elements.commitment([one, two]) == "0xe90b7bceb6e7df5418fb78d8ee546e97c83a08bbccc01a0644d599ccd2a7c2e0"
    assert len({elements.commitment(part) for part in ([one, two], [two, one], [one], [one, two, bytes(32)])}) == 4


@pytest.mark.parametrize(
    ("length", "encoded"),
    [
        (0, "00"),
        (1, "04"),
        (63, "fc"),
        (64, "0101"),
        (3072, "0130"),
        (16383, "fdff"),
        (16384, "02000100"),
        (2**30 - 1, "feffffff"),
    ],
)
def test_lengths_are_scale_compact(length, encoded):
    assert elements.compact(length).hex() == encoded


@pytest.mark.parametrize("length", [-1, 2**30])
def test_a_length_that_no_chain_carries_is_not_encoded(length):
    with pytest.raises(ValueError, match="length"):
        elements.compact(length)


def test_material_is_cost_inputs_outputs_and_proof():
    five, minus_one, two = (elements.element(number) for number in (5, -1, 2))
    made = elements.material(b"\xc0\x57", [five], [minus_one, two], b"\xab" * 64)
    by_hand = (
        "c057"
        "04" + "00" * 31 + "05"
        "08" + "30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000000" + "00" * 31 + "02"
        "0101" + "ab" * 64
    )
    assert made.hex() == by_hand
