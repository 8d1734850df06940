//! A chain of spec version 1 goes on under this runtime.

use super::*;
use crate::migrations::Migrations;
use codec::Encode;
use configs::{consensus::EpochDuration, money::ASY};
use frame_support::{
    assert_ok,
    traits::{
        fungible::{InspectHold as _, Mutate as _, MutateHold as _},
        tokens::{Precision, Preservation},
        GetStorageVersion, OnRuntimeUpgrade, StorageVersion,
    },
};
use pallet_validators::{Bonds, HoldReason, Joining, Leaving, Set};
use sp_keyring::Sr25519Keyring::*;

fn bond_of(who: &AccountId) -> Balance {
    Balances::balance_on_hold(&HoldReason::Bond.into(), who)
}

/// A test network as the runtime of spec version 1 left it: without what has come since.
fn of_spec_1(test: impl FnOnce()) {
    on_local(|| {
        for who in Set::<Runtime>::take() {
            assert_ok!(Balances::release_all(&HoldReason::Bond.into(), &who, Precision::Exact));
        }
        for pallet in ["Validators", "Council", "CouncilMembership", "TechnicalCommittee", "TechnicalMembership"] {
            let prefix = sp_io::hashing::twox_128(pallet.as_bytes());
            let _ = frame_support::storage::unhashed::clear_prefix(&prefix, None, None);
        }
        pallet_network::SessionSlots::<Runtime>::kill();
        StorageVersion::default().put::<Network>();
        test()
    });
}

#[test]
fn the_validators_are_adopted_with_their_bonds() {
    of_spec_1(|| {
        // One of them can spare less than the least bond.
        let poor = Dave.to_account_id();
        assert_ok!(Balances::transfer(&poor, &Eve.to_account_id(), 999_990 * ASY, Preservation::Preserve));
        assert!(Set::<Runtime>::get().is_empty());
        Migrations::on_runtime_upgrade();

        let validators = Session::validators();
        assert_eq!(Set::<Runtime>::get().into_inner(), validators);
        assert!(validators.iter().all(Bonds::<Runtime>::contains_key));
        for who in validators.iter().filter(|who| **who != poor) {
            assert_eq!(bond_of(who), 1_000 * ASY);
        }
        assert!((9 * ASY..=10 * ASY).contains(&bond_of(&poor)));
        assert!(Joining::<Runtime>::get().is_empty() && Leaving::<Runtime>::get().is_empty());
        // It can add to it.
        assert_ok!(Validators::bond(signed(Alice), ASY));
        assert_eq!(bond_of(&Alice.to_account_id()), 1_001 * ASY);
    });
}

#[test]
fn sessions_last_as_long_as_before() {
    of_spec_1(|| {
        assert_eq!(EpochDuration::get(), 300);
        Migrations::on_runtime_upgrade();
        assert_eq!(EpochDuration::get(), 300);
        assert!(pallet_network::SessionSlots::<Runtime>::exists());
        assert_eq!(Network::on_chain_storage_version(), Network::in_code_storage_version());
    });
}

#[test]
fn a_second_time_they_do_nothing() {
    of_spec_1(|| {
        Migrations::on_runtime_upgrade();
        // Meanwhile somebody left.
        assert!(Set::<Runtime>::mutate(|set| set.pop()).is_some());
        let (set, bonds) = (Set::<Runtime>::get().encode(), bond_of(&Alice.to_account_id()));
        Migrations::on_runtime_upgrade();
        assert_eq!((Set::<Runtime>::get().encode(), bond_of(&Alice.to_account_id())), (set, bonds));
    });
}

#[test]
fn a_network_that_began_with_this_runtime_is_left_as_it_is() {
    on_local(|| {
        frame_support::assert_storage_noop!(Migrations::on_runtime_upgrade());
    });
}

#[test]
fn new_pallets_begin_at_their_version() {
    use frame_support::traits::BeforeAllRuntimeMigrations;
    of_spec_1(|| {
        AllPalletsWithSystem::before_all_runtime_migrations();
        assert_eq!(Validators::on_chain_storage_version(), Validators::in_code_storage_version());
        assert_eq!(Council::on_chain_storage_version(), Council::in_code_storage_version());
        // Adopting is not in the way of that.
        Migrations::on_runtime_upgrade();
        assert_eq!(Set::<Runtime>::get().len(), 4);
    });
}
