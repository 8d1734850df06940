//! Small pieces of the chain's encoding.

use codec::{Compact, Decode, Encode};

/// Picoseconds of a weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weight(pub u64);

impl Decode for Weight {
    fn decode<I: codec::Input>(input: &mut I) -> Result<Self, codec::Error> {
        let (Compact(time), Compact(_size)) = <(Compact<u64>, Compact<u64>)>::decode(input)?;
        Ok(Self(time))
    }
}

/// Bytes that are encoded already.
pub struct Raw<'a>(pub &'a [u8]);

impl Encode for Raw<'_> {
    fn encode(&self) -> Vec<u8> {
        self.0.to_vec()
    }
}
