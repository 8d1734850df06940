//! Small pieces of the chain's encoding.

use assay_client::{At, Call};
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

/// What a call is charged before it is made, as calls take a weight: picoseconds, and bytes of proof.
pub async fn weight(at: &At, call: &Call) -> anyhow::Result<(Compact<u64>, Compact<u64>)> {
    let mut arguments = call.encode(at.metadata())?;
    let length = u32::try_from(arguments.len())?;
    length.encode_to(&mut arguments);
    let answer = at.ask("TransactionPaymentCallApi_query_call_info", Raw(&arguments)).await?;
    Ok(Decode::decode(&mut &answer[..])?)
}
