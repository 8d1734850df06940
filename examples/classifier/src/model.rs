//! The model in plain numbers.

use halo2_gadgets::poseidon::primitives::{ConstantLength, Hash, P128Pow5T3};
use halo2_proofs::pasta::Fp;

/// Most features a model can have: a class's weights and bias are packed into one field element of 31 bytes.
pub const MAX_FEATURES: usize = 29;

/// A linear classifier over unsigned bytes. An input's zero point, if it has one, belongs into the bias.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model<const FEATURES: usize, const CLASSES: usize> {
    /// One row of weights a class.
    pub weights: [[i8; FEATURES]; CLASSES],
    /// What each class's score starts from.
    pub bias: [i16; CLASSES],
    /// Hides the weights behind the commitment; drawn once, kept by the owner.
    pub salt: Fp,
}

impl<const FEATURES: usize, const CLASSES: usize> Model<FEATURES, CLASSES> {
    /// Every class's score: bias plus weights times features.
    pub fn scores(&self, features: &[u8; FEATURES]) -> [i32; CLASSES] {
        core::array::from_fn(|class| {
            let products = self.weights[class].iter().zip(features).map(|(w, x)| i32::from(*w) * i32::from(*x));
            i32::from(self.bias[class]) + products.sum::<i32>()
        })
    }

    /// The class with the highest score; of equals the first.
    pub fn classify(&self, features: &[u8; FEATURES]) -> usize {
        let scores = self.scores(features);
        (0..CLASSES).fold(0, |best, class| if scores[class] > scores[best] { class } else { best })
    }

    /// A class's weights and bias (high byte, low byte) with the sign bit flipped: numbers from 0. It lifts all classes'
    /// scores by the same amount, so the order of classes is unchanged, and the circuit needs no negative numbers.
    pub fn bytes(&self, class: usize) -> Vec<u8> {
        let bias = (self.bias[class] as u16 ^ 0x8000).to_be_bytes();
        self.weights[class].iter().map(|weight| *weight as u8 ^ 0x80).chain(bias).collect()
    }

    /// Commitment to all weights and biases: Poseidon over Pallas' base field, chained over the classes from the salt.
    pub fn commitment(&self) -> Fp {
        (0..CLASSES).fold(self.salt, |state, class| {
            let packed =
                self.bytes(class).iter().fold(Fp::zero(), |sum, byte| sum * Fp::from(256) + Fp::from(u64::from(*byte)));
            Hash::<_, P128Pow5T3, ConstantLength<2>, 3, 2>::init().hash([state, packed])
        })
    }

    /// The public instances: the model's commitment, the features, the class.
    pub fn instances(&self, features: &[u8; FEATURES], class: usize) -> Vec<Fp> {
        let features = features.iter().map(|feature| Fp::from(u64::from(*feature)));
        core::iter::once(self.commitment()).chain(features).chain([Fp::from(class as u64)]).collect()
    }
}
