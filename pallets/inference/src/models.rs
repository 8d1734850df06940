//! Models, and the services that run them.

use crate::{
    pallet::*,
    types::{Model, ModelLink, ModelName, Service},
};
use assay_primitives::{
    id::{model_id, service_id},
    views::ServiceView,
    AccountId32, AssetId, Balance, ModelId, ModelOwners, Payments, ServiceId, Tier, TierStatus, H256,
};
use frame_support::{
    ensure,
    traits::{Consideration, Footprint},
};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_register_model(
        owner: AccountId32,
        name: ModelName,
        content: H256,
        link: ModelLink,
    ) -> DispatchResult {
        ensure!(!name.is_empty(), Error::<T>::NoName);
        let id = model_id(&owner, content, &name);
        ensure!(!Models::<T>::contains_key(id), Error::<T>::ModelExists);
        let ticket = T::Deposit::new(&owner, Footprint::from_mel::<Model<T::Deposit>>())?;
        let model =
            Model { owner: owner.clone(), name: name.clone(), content, link: link.clone(), services: 0, ticket };
        Models::<T>::insert(id, model);
        Self::deposit_event(Event::ModelRegistered { model: id, owner, name, content, link });
        Ok(())
    }

    pub(crate) fn do_remove_model(owner: AccountId32, id: ModelId) -> DispatchResult {
        let model = Models::<T>::take(id).ok_or(Error::<T>::UnknownModel)?;
        ensure!(model.owner == owner, Error::<T>::NotOwner);
        ensure!(model.services == 0, Error::<T>::HasServices);
        model.ticket.drop(&owner)?;
        Self::deposit_event(Event::ModelRemoved { model: id });
        Ok(())
    }

    pub(crate) fn do_register_service(
        provider: AccountId32,
        model: ModelId,
        tier: Tier,
        anchor: H256,
        asset: AssetId,
        price: Balance,
        payout: AccountId32,
    ) -> DispatchResult {
        Self::ensure_in_good_standing(&provider)?;
        ensure!(Self::is_bonded(&provider, asset), Error::<T>::NotBonded);
        Self::check_anchor(tier, &provider, model, anchor)?;
        ensure!(T::Payments::can_be_paid(&payout, asset), Error::<T>::PayoutCannotReceive);
        let id = service_id(&provider, model, tier, anchor, asset);
        ensure!(!Services::<T>::contains_key(id), Error::<T>::ServiceExists);
        Models::<T>::try_mutate(model, |slot| {
            let model = slot.as_mut().ok_or(Error::<T>::UnknownModel)?;
            model.services = model.services.saturating_add(1);
            Ok::<_, Error<T>>(())
        })?;
        Providers::<T>::mutate(&provider, |slot| {
            if let Some(provider) = slot {
                provider.services = provider.services.saturating_add(1);
            }
        });
        let ticket = T::Deposit::new(&provider, Footprint::from_mel::<Service<T::Deposit>>())?;
        let service = Service {
            provider: provider.clone(),
            model,
            tier,
            anchor,
            asset,
            price,
            inactive_since: None,
            payout: payout.clone(),
            ticket,
        };
        Services::<T>::insert(id, service);
        Self::deposit_event(Event::ServiceRegistered {
            service: id,
            provider,
            model,
            tier,
            anchor,
            asset,
            price,
            payout,
        });
        Ok(())
    }

    pub(crate) fn do_update_service(
        provider: AccountId32,
        id: ServiceId,
        price: Balance,
        active: bool,
        payout: AccountId32,
    ) -> DispatchResult {
        Services::<T>::try_mutate(id, |slot| {
            let service = slot.as_mut().ok_or(Error::<T>::UnknownService)?;
            ensure!(service.provider == provider, Error::<T>::NotOwner);
            ensure!(T::Payments::can_be_paid(&payout, service.asset), Error::<T>::PayoutCannotReceive);
            service.price = price;
            service.payout = payout.clone();
            service.inactive_since = if active { None } else { service.inactive_since.or(Some(Self::block())) };
            Self::deposit_event(Event::ServiceUpdated { service: id, price, active, payout });
            Ok(())
        })
    }

    pub(crate) fn do_remove_service(provider: AccountId32, id: ServiceId) -> DispatchResult {
        let service = Services::<T>::take(id).ok_or(Error::<T>::UnknownService)?;
        ensure!(service.provider == provider, Error::<T>::NotOwner);
        let since = service.inactive_since.ok_or(Error::<T>::ServiceActive)?;
        // Its receipts can be reported for as long as they are kept.
        let last_capture = Bonds::<T>::get(&provider, service.asset).map_or(0, |bond| bond.last_capture);
        ensure!(since.max(last_capture) < Self::forgotten(), Error::<T>::TooEarly);
        Models::<T>::mutate(service.model, |slot| {
            if let Some(model) = slot {
                model.services = model.services.saturating_sub(1);
            }
        });
        Providers::<T>::mutate(&provider, |slot| {
            if let Some(provider) = slot {
                provider.services = provider.services.saturating_sub(1);
            }
        });
        service.ticket.drop(&provider)?;
        Self::deposit_event(Event::ServiceRemoved { service: id });
        Ok(())
    }

    /// Whether a service takes new payments.
    pub(crate) fn ensure_available(service: &Service<T::Deposit>) -> DispatchResult {
        match TierSwitches::<T>::get(service.tier) {
            TierStatus::Open => {}
            TierStatus::Closed => return Err(Error::<T>::TierClosed.into()),
            TierStatus::Halted => return Err(Error::<T>::TierHalted.into()),
        }
        ensure!(service.inactive_since.is_none(), Error::<T>::ServiceInactive);
        Self::ensure_in_good_standing(&service.provider)?;
        ensure!(Self::is_bonded(&service.provider, service.asset), Error::<T>::NotBonded);
        Self::check_anchor(service.tier, &service.provider, service.model, service.anchor)
    }

    pub(crate) fn service_view(id: ServiceId) -> Option<ServiceView> {
        let service = Services::<T>::get(id)?;
        Some(ServiceView {
            id,
            available: Self::ensure_available(&service).is_ok(),
            tier_status: TierSwitches::<T>::get(service.tier),
            provider: service.provider,
            model: service.model,
            tier: service.tier,
            anchor: service.anchor,
            asset: service.asset,
            price: service.price,
            payout: service.payout,
        })
    }
}

impl<T: Config> ModelOwners for Pallet<T> {
    fn owner_of(model: ModelId) -> Option<AccountId32> {
        Models::<T>::get(model).map(|model| model.owner)
    }
}
