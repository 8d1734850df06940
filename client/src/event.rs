//! Events, and why a call failed.

use crate::Error;
use codec::Decode;
use sp_runtime::DispatchError;
use subxt::{
    events::Phase,
    ext::{
        scale_decode::{DecodeAsFields, Field},
        scale_value::Composite,
    },
    ArcMetadata, Metadata,
};

/// Something that happened in a block.
#[derive(Clone, Debug)]
pub struct Event {
    /// The pallet that tells of it.
    pub pallet: String,
    /// Its name in the pallet.
    pub name: String,
    /// The place in the block of the extrinsic that made it happen, if one did.
    pub extrinsic: Option<u32>,
    /// Its fields, encoded.
    pub fields: Vec<u8>,
    metadata: ArcMetadata,
}

impl Event {
    pub(crate) fn new(event: &subxt::events::Event<'_, crate::Config>, metadata: ArcMetadata) -> Self {
        Self {
            pallet: event.pallet_name().into(),
            name: event.event_name().into(),
            extrinsic: match event.phase() {
                Phase::ApplyExtrinsic(index) => Some(index),
                Phase::Initialization | Phase::Finalization => None,
            },
            fields: event.field_bytes().to_vec(),
            metadata,
        }
    }

    /// Whether it has these names.
    pub fn is(&self, pallet: &str, name: &str) -> bool {
        self.pallet == pallet && self.name == name
    }

    /// Its first fields, as a tuple.
    pub fn decode<T: Decode>(&self) -> Result<T, Error> {
        T::decode(&mut &self.fields[..]).map_err(|error| Error::decode(&self.name, error))
    }

    /// Its fields with their names, for people.
    pub fn values(&self) -> Result<Composite<()>, Error> {
        let unknown = || Error::Unknown(format!("event {}.{}", self.pallet, self.name));
        let pallet = self.metadata.pallet_by_name(&self.pallet).ok_or_else(unknown)?;
        let variant = pallet
            .event_variants()
            .and_then(|variants| variants.iter().find(|variant| variant.name == self.name))
            .ok_or_else(unknown)?;
        let mut fields = variant.fields.iter().map(|field| Field::new(field.ty.id, field.name.as_deref()));
        Composite::decode_as_fields(&mut &self.fields[..], &mut fields, self.metadata.types())
            .map_err(|error| Error::decode(&self.name, error))
    }
}

/// Why the runtime refused a call.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {docs}")]
pub struct Failure {
    /// `Pallet::Error`, or the name of the runtime's own error.
    pub name: String,
    /// What the runtime says about it.
    pub docs: String,
}

impl Failure {
    pub(crate) fn new(error: &DispatchError, metadata: &Metadata) -> Self {
        let known = match error {
            DispatchError::Module(module) => metadata.pallet_by_error_index(module.index).and_then(|pallet| {
                let variant = pallet.error_variant_by_index(module.error[0])?;
                let name = format!("{}::{}", pallet.name(), variant.name);
                Some(Self { name, docs: variant.docs.join(" ").trim().into() })
            }),
            _ => None,
        };
        known.unwrap_or_else(|| {
            let text: &'static str = (*error).into();
            Self { name: format!("{error:?}"), docs: text.into() }
        })
    }

    /// Whether it is this error of this pallet.
    pub fn is(&self, pallet: &str, error: &str) -> bool {
        self.name.split_once("::") == Some((pallet, error))
    }
}
