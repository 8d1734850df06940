//! Calls, by the names of their pallet and function.

use crate::Error;
use assay_primitives::{Authorization, Offer, PaymentId, Settlement};
use codec::{Compact, Encode};
use subxt::{
    ext::{scale_encode, scale_type_resolver::TypeResolver},
    Metadata,
};

/// What happens to the other settlements of a call when one fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode)]
pub enum SettleMode {
    /// The whole call fails.
    #[codec(index = 0)]
    AllOrNothing,
    /// The others stand; an event tells which failed and why.
    #[codec(index = 1)]
    Independent,
}

/// A call of the runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    pallet: String,
    name: String,
    args: Vec<Arg>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Arg {
    Encoded(Vec<u8>),
    Call(Call),
    Calls(Vec<Call>),
}

impl Call {
    /// A call without arguments.
    pub fn new(pallet: &str, name: &str) -> Self {
        Self { pallet: pallet.into(), name: name.into(), args: Vec::new() }
    }

    /// Adds the next argument.
    pub fn arg(mut self, value: &(impl Encode + ?Sized)) -> Self {
        self.args.push(Arg::Encoded(value.encode()));
        self
    }

    /// Adds a call as the next argument.
    pub fn arg_call(mut self, call: Call) -> Self {
        self.args.push(Arg::Call(call));
        self
    }

    /// Adds a list of calls as the next argument.
    pub fn arg_calls(mut self, calls: Vec<Call>) -> Self {
        self.args.push(Arg::Calls(calls));
        self
    }

    /// Makes a plain payment.
    pub fn pay(authorization: &Authorization) -> Self {
        Self::new("X402", "pay").arg(authorization)
    }

    /// Refunds a payment whose delivery time has passed.
    pub fn refund(payment: PaymentId) -> Self {
        Self::new("X402", "refund").arg(&payment)
    }

    /// Puts the money of an authorization on hold for an offer.
    pub fn reserve(authorization: &Authorization, offer: &Offer) -> Self {
        Self::new("Inference", "reserve").arg(authorization).arg(offer)
    }

    /// Captures payments whose receipts are true.
    pub fn settle(settlements: &[Settlement], mode: SettleMode) -> Self {
        Self::new("Inference", "settle").arg(settlements).arg(&mode)
    }

    /// Gives up a payment before its time, or refunds one that cannot be captured any more.
    pub fn refund_early(payment: PaymentId, offer: &Offer) -> Self {
        Self::new("Inference", "refund_early").arg(&payment).arg(offer)
    }

    /// All of the calls, or none.
    pub fn batch_all(calls: Vec<Call>) -> Self {
        Self::new("Utility", "batch_all").arg_calls(calls)
    }

    /// The call as root, where there is sudo.
    pub fn sudo(call: Call) -> Self {
        Self::new("Sudo", "sudo").arg_call(call)
    }

    /// The call's bytes for a runtime with this metadata.
    pub fn encode(&self, metadata: &Metadata) -> Result<Vec<u8>, Error> {
        let unknown = || Error::Unknown(format!("call {}.{}", self.pallet, self.name));
        let pallet = metadata.pallet_by_name(&self.pallet).ok_or_else(unknown)?;
        let call = pallet.call_variant_by_name(&self.name).ok_or_else(unknown)?;
        let mut bytes = vec![pallet.call_index(), call.index];
        bytes.extend(self.encode_args(metadata)?);
        Ok(bytes)
    }

    fn encode_args(&self, metadata: &Metadata) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        for arg in &self.args {
            match arg {
                Arg::Encoded(encoded) => bytes.extend_from_slice(encoded),
                Arg::Call(call) => bytes.extend(call.encode(metadata)?),
                Arg::Calls(calls) => {
                    Compact(calls.len() as u32).encode_to(&mut bytes);
                    for call in calls {
                        bytes.extend(call.encode(metadata)?);
                    }
                }
            }
        }
        Ok(bytes)
    }

    pub(crate) fn payload(&self, metadata: &Metadata) -> Result<Payload<'_>, Error> {
        Ok(Payload { call: self, args: Scale(self.encode_args(metadata)?) })
    }
}

/// A call as subxt wants it.
pub(crate) struct Payload<'a> {
    call: &'a Call,
    args: Scale,
}

impl subxt::tx::Payload for Payload<'_> {
    type CallData = Scale;

    fn pallet_name(&self) -> &str {
        &self.call.pallet
    }

    fn call_name(&self) -> &str {
        &self.call.name
    }

    fn call_data(&self) -> &Scale {
        &self.args
    }
}

/// Bytes that are encoded already.
pub(crate) struct Scale(pub(crate) Vec<u8>);

impl scale_encode::EncodeAsFields for Scale {
    fn encode_as_fields_to<R: TypeResolver>(
        &self,
        _: &mut dyn scale_encode::FieldIter<'_, R::TypeId>,
        _: &R,
        out: &mut Vec<u8>,
    ) -> Result<(), scale_encode::Error> {
        out.extend_from_slice(&self.0);
        Ok(())
    }
}

impl scale_encode::EncodeAsType for Scale {
    fn encode_as_type_to<R: TypeResolver>(
        &self,
        _: R::TypeId,
        _: &R,
        out: &mut Vec<u8>,
    ) -> Result<(), scale_encode::Error> {
        out.extend_from_slice(&self.0);
        Ok(())
    }
}
