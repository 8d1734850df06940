//! Poseidon as EZKL uses it: width 2, rate 1, 8 full and 56 partial rounds, for messages of any length.

use ark_bn254::Fr;
use ark_crypto_primitives::sponge::poseidon::find_poseidon_ark_and_mds;
use ark_ff::{Field, PrimeField, Zero};
use assay_halo2::field;
use std::sync::LazyLock;

const FULL_ROUNDS: usize = 8;
const PARTIAL_ROUNDS: usize = 56;
/// Capacity at the start, the mark of messages of any length: 2^64.
const CAPACITY: u128 = 1 << 64;

/// Two field elements a row.
type Rows = Vec<Vec<Fr>>;

/// Each round's constants and the mixing matrix, from the Grain generator of the Poseidon paper.
static PARAMETERS: LazyLock<(Rows, Rows)> = LazyLock::new(|| {
    find_poseidon_ark_and_mds::<Fr>(Fr::MODULUS_BIT_SIZE.into(), 1, FULL_ROUNDS as u64, PARTIAL_ROUNDS as u64, 0)
});

/// The hash of field elements, big-endian and canonical; `None` if one is not, or if there are none.
pub fn hash(message: &[[u8; 32]]) -> Option<[u8; 32]> {
    if message.is_empty() {
        return None;
    }
    let mut state = [Fr::zero(), Fr::from(CAPACITY)];
    for element in message {
        state[0] += field::from_be::<Fr>(element)?;
        permute(&mut state);
    }
    Some(field::to_be(&state[0]))
}

fn permute(state: &mut [Fr; 2]) {
    let (constants, matrix) = &*PARAMETERS;
    for (round, constants) in constants.iter().enumerate() {
        state.iter_mut().zip(constants).for_each(|(element, constant)| *element += constant);
        state[0] = state[0].pow([5]);
        let partial = FULL_ROUNDS / 2..FULL_ROUNDS / 2 + PARTIAL_ROUNDS;
        if !partial.contains(&round) {
            state[1] = state[1].pow([5]);
        }
        let mixed = |row: &Vec<Fr>| row.iter().zip(&*state).map(|(factor, element)| *factor * element).sum();
        *state = [mixed(&matrix[0]), mixed(&matrix[1])];
    }
}
