//! Native accounts behind addresses.

use crate::{mock::*, pallet::*};
use assay_primitives::address::{account_address, fallback_account};
use frame_support::{assert_noop, assert_ok};

fn pay_native(n: u8, nonce: u64) {
    let authorization = eip3009(0, consent(account_address(&account(n)), 1_000, nonce));
    assert_ok!(X402::pay(RuntimeOrigin::signed(account(2)), authorization));
}

/// Rule 8: a wallet can pay people.
#[test]
fn success_brings_over_what_was_paid_before_and_pays_directly_after() {
    test(|| {
        let address = account_address(&account(1));
        pay_native(1, 1);
        assert_eq!(balance(&fallback_account(address)), 1_000);
        assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(account(2)), fallback_account(address), 500));

        let native = Balances::free_balance(account(1));
        assert_ok!(X402::map_account(RuntimeOrigin::signed(account(1))));
        assert_eq!((balance(&account(1)), balance(&fallback_account(address))), (FUNDS + 1_000, 0));
        assert_eq!(Balances::free_balance(account(1)), native + 500);

        pay_native(1, 2);
        assert_eq!(balance(&account(1)), FUNDS + 2_000);
        assert_eq!(X402::account_behind(address), account(1));
    });
}

#[test]
fn fails_twice() {
    test(|| {
        assert_ok!(X402::map_account(RuntimeOrigin::signed(account(1))));
        assert_noop!(X402::map_account(RuntimeOrigin::signed(account(1))), Error::<Test>::AlreadyMapped);
    });
}

#[test]
fn fails_for_a_wallets_own_account() {
    test(|| {
        let wallet = RuntimeOrigin::signed(wallet_account(0));
        assert_noop!(X402::map_account(wallet), Error::<Test>::IsFallbackAccount);
    });
}
