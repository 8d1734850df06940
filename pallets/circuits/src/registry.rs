//! Reference strings, limits, circuits and their listing on models.

use crate::{pallet::*, types::*};
use assay_halo2::{Circuit as Description, Cost, Dialect, Srs, Version};
use assay_primitives::{AccountId32, BlockNumber, ModelId, ModelOwners, H256};
use frame_support::{
    dispatch::DispatchClass,
    ensure,
    traits::{Consideration, ConstU32, Footprint, Get},
    BoundedVec,
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{DispatchError, DispatchResult, SaturatedConversion};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_add_srs(points: Srs, unsafe_for_tests: bool) -> DispatchResult {
        let id = points.id();
        // The string that this repository's examples use is unsafe, whatever it is called.
        let unsafe_for_tests = unsafe_for_tests || points == assay_halo2::TEST_SRS;
        ensure!(T::IsDevelopment::get() || !unsafe_for_tests, Error::<T>::UnsafeSrs);
        ensure!(!ReferenceStrings::<T>::contains_key(id), Error::<T>::SrsExists);
        points.check().map_err(|_| Error::<T>::BadSrs)?;
        ReferenceStrings::<T>::insert(id, SrsRecord { points, unsafe_for_tests, withdrawn: false });
        Self::deposit_event(Event::SrsAdded { srs: id, unsafe_for_tests });
        Ok(())
    }

    pub(crate) fn do_withdraw_srs(id: SrsId) -> DispatchResult {
        ReferenceStrings::<T>::try_mutate(id, |slot| {
            let srs = slot.as_mut().ok_or(Error::<T>::UnknownSrs)?;
            ensure!(!srs.withdrawn, Error::<T>::SrsWithdrawn);
            srs.withdrawn = true;
            Self::deposit_event(Event::SrsWithdrawn { srs: id });
            Ok(())
        })
    }

    pub(crate) fn do_set_limits(dialect: Dialect, limits: DialectLimits) -> DispatchResult {
        ensure!(Self::fits_a_block(&limits.most), Error::<T>::OutOfBounds);
        Limits::<T>::insert(dialect, limits);
        Self::deposit_event(Event::LimitsChanged { dialect, limits });
        Ok(())
    }

    /// Whether a call with the dearest proof of this cost fits a block, in either dialect.
    pub(crate) fn fits_a_block(most: &Cost) -> bool {
        let limits = T::BlockWeights::get();
        let room = limits.get(DispatchClass::Normal).max_extrinsic.unwrap_or(limits.max_block);
        [*most, Cost { generators: 0, ..*most }].iter().all(|cost| Self::cost_weight(cost).all_lte(room))
    }

    pub(crate) fn do_set_ezkl_floor(floor: Version) -> DispatchResult {
        ensure!(floor >= DefaultFloor::get(), Error::<T>::OutOfBounds);
        EzklFloor::<T>::put(floor);
        Self::deposit_event(Event::EzklFloorChanged { floor });
        Ok(())
    }

    pub(crate) fn do_register(owner: AccountId32, registration: Registration, evidence: &[u8]) -> DispatchResult {
        let id = H256(registration.id());
        ensure!(!Circuits::<T>::contains_key(id), Error::<T>::CircuitExists);
        let mut circuit = Self::examine(&owner, id, &registration, evidence)?;
        let bytes: BoundedVec<u8, ConstU32<MAX_DESCRIPTION>> =
            registration.description.try_into().map_err(|_| Error::<T>::CircuitTooLarge)?;
        let record = Footprint::from_mel::<Circuit<T::Deposit>>();
        let size = record.size.saturating_add(bytes.len().saturated_into());
        circuit.ticket = Some(T::Deposit::new(&owner, Footprint { count: record.count.saturating_add(1), size })?);
        Self::deposit_event(Event::CircuitRegistered { circuit: id, owner, source: circuit.source });
        Circuits::<T>::insert(id, circuit);
        Descriptions::<T>::insert(id, bytes);
        Ok(())
    }

    /// Every check on a registration, changing nothing.
    pub(crate) fn examine(
        owner: &AccountId32,
        id: CircuitId,
        registration: &Registration,
        evidence: &[u8],
    ) -> Result<Circuit<T::Deposit>, DispatchError> {
        let Registration { source, layout, description: bytes } = registration;
        ensure!(bytes.len() <= MAX_DESCRIPTION as usize, Error::<T>::CircuitTooLarge);
        let evidence = Self::decode_evidence(evidence)?;
        let description = Description::decode(source.dialect(), bytes).map_err(|_| Error::<T>::BadDescription)?;
        ensure!(layout.fits(description.instances()), Error::<T>::BadLayout);
        let circuit = Circuit {
            owner: owner.clone(),
            source: *source,
            layout: layout.clone(),
            cost: description.cost(),
            retired: None,
            revoked: false,
            listings: 0,
            ticket: None,
        };
        Self::ensure_allowed(&circuit)?;
        Self::check_first_proof(id, &circuit, &description, evidence)?;
        Ok(circuit)
    }

    pub(crate) fn do_retire(owner: AccountId32, id: CircuitId) -> DispatchResult {
        Circuits::<T>::try_mutate(id, |slot| {
            let circuit = slot.as_mut().ok_or(Error::<T>::UnknownCircuit)?;
            ensure!(circuit.owner == owner, Error::<T>::NotOwner);
            ensure!(circuit.retired.is_none(), Error::<T>::CircuitRetired);
            circuit.retired = Some(Self::block());
            Self::deposit_event(Event::CircuitRetired { circuit: id });
            Ok(())
        })
    }

    pub(crate) fn do_revoke(id: CircuitId) -> DispatchResult {
        Circuits::<T>::try_mutate(id, |slot| {
            let circuit = slot.as_mut().ok_or(Error::<T>::UnknownCircuit)?;
            ensure!(!circuit.revoked, Error::<T>::CircuitRevoked);
            circuit.revoked = true;
            Self::deposit_event(Event::CircuitRevoked { circuit: id });
            Ok(())
        })
    }

    pub(crate) fn do_remove(owner: AccountId32, id: CircuitId) -> DispatchResult {
        let circuit = Circuits::<T>::take(id).ok_or(Error::<T>::UnknownCircuit)?;
        ensure!(circuit.owner == owner, Error::<T>::NotOwner);
        let retired = circuit.retired.ok_or(Error::<T>::CircuitInUse)?;
        ensure!(circuit.listings == 0, Error::<T>::CircuitListed);
        Self::ensure_forgotten(retired)?;
        Descriptions::<T>::remove(id);
        if let Some(ticket) = circuit.ticket {
            ticket.drop(&owner)?;
        }
        Self::deposit_event(Event::CircuitRemoved { circuit: id });
        Ok(())
    }

    pub(crate) fn do_list(owner: AccountId32, model: ModelId, id: CircuitId) -> DispatchResult {
        Self::ensure_owns_model(&owner, model)?;
        Circuits::<T>::try_mutate(id, |slot| {
            let circuit = slot.as_mut().ok_or(Error::<T>::UnknownCircuit)?;
            ensure!(circuit.retired.is_none(), Error::<T>::CircuitRetired);
            ensure!(!circuit.revoked, Error::<T>::CircuitRevoked);
            Listings::<T>::try_mutate(model, id, |slot| match slot {
                Some(listing) => {
                    ensure!(listing.ended.is_some(), Error::<T>::AlreadyListed);
                    listing.ended = None;
                    Ok(())
                }
                None => {
                    let ticket = T::Deposit::new(&owner, Footprint::from_mel::<Listing<T::Deposit>>())?;
                    *slot = Some(Listing { ended: None, owner: owner.clone(), ticket });
                    circuit.listings = circuit.listings.saturating_add(1);
                    Ok::<_, DispatchError>(())
                }
            })?;
            Self::deposit_event(Event::CircuitListed { model, circuit: id });
            Ok(())
        })
    }

    pub(crate) fn do_end_listing(owner: AccountId32, model: ModelId, id: CircuitId) -> DispatchResult {
        Self::ensure_owns_model(&owner, model)?;
        Listings::<T>::try_mutate(model, id, |slot| {
            let listing = slot.as_mut().filter(|listing| listing.ended.is_none()).ok_or(Error::<T>::NotListed)?;
            listing.ended = Some(Self::block());
            Self::deposit_event(Event::ListingEnded { model, circuit: id });
            Ok(())
        })
    }

    pub(crate) fn do_remove_listing(owner: AccountId32, model: ModelId, id: CircuitId) -> DispatchResult {
        let listing = Listings::<T>::take(model, id).ok_or(Error::<T>::NotListed)?;
        ensure!(listing.owner == owner, Error::<T>::NotOwner);
        // A model goes only when no service runs it: then nothing can refer to its listings.
        if T::Models::owner_of(model).is_some() {
            Self::ensure_forgotten(listing.ended.ok_or(Error::<T>::AlreadyListed)?)?;
        }
        Circuits::<T>::mutate(id, |slot| {
            if let Some(circuit) = slot {
                circuit.listings = circuit.listings.saturating_sub(1);
            }
        });
        listing.ticket.drop(&owner)?;
        Self::deposit_event(Event::ListingRemoved { model, circuit: id });
        Ok(())
    }

    /// Whether what governance allows includes this circuit now. Asked at registration, at reserve and at capture.
    pub(crate) fn ensure_allowed(circuit: &Circuit<T::Deposit>) -> Result<(), Error<T>> {
        ensure!(!circuit.revoked, Error::<T>::CircuitRevoked);
        let limits = Limits::<T>::get(circuit.source.dialect());
        ensure!(limits.enabled, Error::<T>::DialectDisabled);
        ensure!(circuit.cost.within(&limits.most), Error::<T>::CircuitTooLarge);
        if let Source::Ezkl { srs } = circuit.source {
            ensure!(circuit.layout.version >= EzklFloor::<T>::get(), Error::<T>::EzklTooOld);
            let srs = ReferenceStrings::<T>::get(srs).ok_or(Error::<T>::UnknownSrs)?;
            ensure!(!srs.withdrawn, Error::<T>::SrsWithdrawn);
        }
        Ok(())
    }

    pub(crate) fn block() -> BlockNumber {
        let now: BlockNumberFor<T> = frame_system::Pallet::<T>::block_number();
        now.saturated_into()
    }

    /// Whether no open payment can refer to what ended then.
    fn ensure_forgotten(ended: BlockNumber) -> Result<(), Error<T>> {
        ensure!(Self::block() > ended.saturating_add(T::Retention::get()), Error::<T>::TooEarly);
        Ok(())
    }

    fn ensure_owns_model(who: &AccountId32, model: ModelId) -> Result<(), Error<T>> {
        let owner = T::Models::owner_of(model).ok_or(Error::<T>::UnknownModel)?;
        ensure!(owner == *who, Error::<T>::NotOwner);
        Ok(())
    }
}
