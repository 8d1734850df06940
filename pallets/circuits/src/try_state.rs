//! What must hold in every block.

use crate::{pallet::*, types::*};
use alloc::collections::BTreeMap;
use assay_halo2::Circuit as Description;
use assay_primitives::H256;
use frame_support::{ensure, traits::Get};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
    /// Every circuit has its description, under the id that both hash to, with the cost that follows from it; listings
    /// are counted; reference strings lie under their ids, and unsafe ones on development networks only.
    pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
        let mut listings: BTreeMap<CircuitId, u32> = BTreeMap::new();
        for (_, circuit, _) in Listings::<T>::iter() {
            *listings.entry(circuit).or_default() += 1;
        }
        let mut circuits = 0;
        for (id, circuit) in Circuits::<T>::iter() {
            let description = Descriptions::<T>::get(id).ok_or("a circuit has a description")?;
            let decoded = Description::decode(circuit.source.dialect(), &description)
                .map_err(|_| "a circuit's description decodes")?;
            ensure!(decoded.cost() == circuit.cost, "a circuit's cost follows from its description");
            let registration =
                Registration { source: circuit.source, layout: circuit.layout, description: description.into_inner() };
            ensure!(H256(registration.id()) == id, "a circuit's id is the hash of what was registered");
            ensure!(circuit.listings == listings.remove(&id).unwrap_or(0), "a circuit's listings are counted");
            ensure!(circuit.ticket.is_some(), "a circuit has its deposit");
            circuits += 1;
        }
        ensure!(listings.is_empty(), "what is listed is registered");
        ensure!(Descriptions::<T>::iter_keys().count() == circuits, "a description has a circuit");
        for (id, srs) in ReferenceStrings::<T>::iter() {
            ensure!(srs.points.id() == id, "a reference string lies under its id");
            ensure!(!srs.unsafe_for_tests || T::IsDevelopment::get(), "unsafe strings are for development networks");
        }
        Ok(())
    }
}
