"""Field elements: what a proof speaks of, how commitments cover them, and the evidence for the chain. Nothing here does
I/O.
"""

from collections.abc import Sequence
from fractions import Fraction

from eth_utils import keccak

# Order of the scalar field of BN254.
ORDER = 0x30644E72E131A029B85045B68181585D2833E84879B9709143E1F593F0000001


def quantised(value: Fraction | float, scale: int) -> int:
    """A number in units of 2^-scale. Halves are rounded away from zero, as EZKL does it; the arithmetic is exact."""
    scaled = abs(Fraction(value)) * Fraction(2) ** scale
    number = int(scaled + Fraction(1, 2))
    return -number if value < 0 else number


def element(number: int) -> bytes:
    """The field element of an integer, 32 bytes big-endian; -v is ORDER - v."""
    if abs(number) > ORDER // 2:
        raise ValueError("the number does not fit into the field")
    return (number % ORDER).to_bytes(32, "big")


def number(element: bytes) -> int:
    """The integer of a field element. The inverse of element()."""
    value = int.from_bytes(element, "big")
    if len(element) != 32 or value >= ORDER:
        raise ValueError("not a field element")
    return value - ORDER if value > ORDER // 2 else value


def commitment(elements: Sequence[bytes]) -> str:
    """Commitment of a request or a response at tier Proven. There is no salt: the elements are public."""
    return "0x" + keccak(b"".join(elements)).hex()


def compact(length: int) -> bytes:
    """SCALE's compact encoding of a length."""
    for bits, mode in ((6, 0), (14, 1), (30, 2)):
        if 0 <= length < 1 << bits:
            return (length << 2 | mode).to_bytes(1 << mode, "little")
    raise ValueError("no length of anything on chain")


def material(cost: bytes, inputs: Sequence[bytes], outputs: Sequence[bytes], proof: bytes) -> bytes:
    """The evidence of tier Proven, in SCALE: the circuit's cost as registered, then inputs, outputs and proof."""
    vectors = (compact(len(part)) + b"".join(part) for part in (inputs, outputs))
    return cost + b"".join(vectors) + compact(len(proof)) + proof
