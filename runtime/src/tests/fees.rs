//! Where fees go, and what the treasury pays.

use super::*;
use codec::Encode;
use configs::{
    fees::{AssetFees, NativeFees},
    money::{TreasuryAccount, ASY, EXISTENTIAL_DEPOSIT},
    parameters::{dynamic_params::fees, RuntimeParameters, Share},
};
use frame_support::{
    assert_noop, assert_ok,
    traits::{
        fungible::{Balanced as _, Inspect as _, NativeOrWithId},
        fungibles::Balanced as _,
        OnUnbalanced,
    },
};
use genesis_config_presets::TEST_USD;
use pallet_asset_tx_payment::HandleCredit;
use sp_consensus_babe::digests::{PreDigest, SecondaryPlainPreDigest};
use sp_keyring::Sr25519Keyring::*;
use sp_runtime::{traits::Header as _, Digest, DigestItem, DispatchError, Permill};

/// Runs a test in the first block, made by the validator at this place; gives it that validator.
fn in_a_block_by(place: u32, test: impl FnOnce(AccountId)) {
    state(preset("local_testnet")).execute_with(|| {
        let slot = SecondaryPlainPreDigest { authority_index: place, slot: 7.into() };
        let seal = DigestItem::PreRuntime(sp_consensus_babe::BABE_ENGINE_ID, PreDigest::SecondaryPlain(slot).encode());
        let digest = Digest { logs: vec![seal] };
        Executive::initialize_block(&Header::new(1, H256::zero(), H256::zero(), H256::zero(), digest));
        test(Session::validators()[place as usize].clone())
    });
}

fn free(who: &AccountId) -> Balance {
    Balances::balance(who)
}

fn pay_native(amount: Balance) {
    NativeFees::on_unbalanced(Balances::issue(amount));
}

fn pay_asset(amount: Balance) {
    AssetFees::handle_credit(Assets::issue(TEST_USD, amount));
}

fn set_share(percent: u32) {
    let share = Share::new(Permill::from_percent(percent)).expect("within the bounds");
    let key_value = RuntimeParameters::Fees(fees::Parameters::AuthorShare(fees::AuthorShare, Some(share)));
    assert_ok!(Parameters::set_parameter(enacted(), key_value));
}

#[test]
fn the_author_gets_a_fifth_and_the_treasury_the_rest() {
    in_a_block_by(2, |author| {
        let treasury = TreasuryAccount::get();
        let before = (free(&author), free(&treasury));
        pay_native(1_000);
        assert_eq!((free(&author) - before.0, free(&treasury) - before.1), (200, 800));

        let usd = |who: &AccountId| Assets::balance(TEST_USD, who);
        let before = (usd(&author), usd(&treasury));
        pay_asset(1_000);
        assert_eq!((usd(&author) - before.0, usd(&treasury) - before.1), (200, 800));
    });
}

#[test]
fn the_authors_share_is_what_governance_says() {
    in_a_block_by(0, |author| {
        for (percent, expected) in [(0, 0), (50, 500)] {
            set_share(percent);
            let before = (free(&author), free(&TreasuryAccount::get()));
            pay_native(1_000);
            let earned = (free(&author) - before.0, free(&TreasuryAccount::get()) - before.1);
            assert_eq!(earned, (expected, 1_000 - expected));
        }
    });
}

#[test]
fn no_fee_is_lost_where_nobody_made_the_block_or_its_author_cannot_take_it() {
    on_local(|| {
        let before = free(&TreasuryAccount::get());
        pay_native(1_000);
        assert_eq!(free(&TreasuryAccount::get()) - before, 1_000);
    });
    in_a_block_by(1, |author| {
        // An account that does not exist takes no less than its minimum balance.
        frame_system::Account::<Runtime>::remove(&author);
        let before = free(&TreasuryAccount::get());
        pay_native(1_000);
        assert_eq!(free(&TreasuryAccount::get()) - before, 1_000);
        assert_eq!(free(&author), 0);
    });
}

#[test]
fn the_treasury_pays_what_was_decided_but_never_its_last() {
    on_local(|| {
        let treasury = TreasuryAccount::get();
        pay_native(10 * ASY);
        let who = || Box::new(Ferdie.to_account_id().into());
        let spend = |kind, amount| Treasury::spend(enacted(), Box::new(kind), amount, who(), None);
        assert_ok!(spend(NativeOrWithId::Native, 4 * ASY));
        assert_ok!(spend(NativeOrWithId::Native, free(&treasury)));
        assert_ok!(spend(NativeOrWithId::WithId(TEST_USD), 999_999));
        assert_ok!(spend(NativeOrWithId::WithId(TEST_USD), 1));

        let before = (free(&Ferdie.to_account_id()), Assets::balance(TEST_USD, Ferdie.to_account_id()));
        let payout = |index| Treasury::payout(signed(Eve), index);
        assert_ok!(payout(0));
        assert_noop!(payout(1), pallet_treasury::Error::<Runtime>::PayoutError);
        assert_ok!(payout(2));
        assert_noop!(payout(3), pallet_treasury::Error::<Runtime>::PayoutError);
        let earned = (free(&Ferdie.to_account_id()), Assets::balance(TEST_USD, Ferdie.to_account_id()));
        assert_eq!((earned.0 - before.0, earned.1 - before.1), (4 * ASY, 999_999));
        assert!(free(&treasury) >= EXISTENTIAL_DEPOSIT);
        assert_eq!(Assets::balance(TEST_USD, &treasury), 1);
    });
}

#[test]
fn attack_nobody_but_governance_spends() {
    on_local(|| {
        pay_native(10 * ASY);
        for origin in [signed(Alice), council(3, 3), committee(3, 3)] {
            let beneficiary = Box::new(Alice.to_account_id().into());
            assert_noop!(
                Treasury::spend(origin, Box::new(NativeOrWithId::Native), ASY, beneficiary, None),
                DispatchError::BadOrigin
            );
        }
    });
}

#[test]
fn what_the_treasury_has_counts_for_no_turnout() {
    on_local(|| {
        let active = Balances::active_issuance();
        pay_native(10 * ASY);
        pass_blocks(1);
        assert_eq!(Balances::active_issuance(), active);
    });
}

#[test]
fn least_fees_rise_and_fall_with_the_parameter() {
    use configs::{money::MinimumMultiplier, parameters::Multiplier};
    use sp_runtime::FixedU128;
    on_local(|| {
        assert_eq!(MinimumMultiplier::get(), FixedU128::from_u32(1));
        for least in [Multiplier::LEAST, Multiplier::MOST] {
            let bounded = Multiplier::new(least).expect("a bound is within");
            let parameter = fees::Parameters::LeastMultiplier(fees::LeastMultiplier, Some(bounded));
            assert_ok!(Parameters::set_parameter(enacted(), RuntimeParameters::Fees(parameter)));
            assert_eq!(MinimumMultiplier::get(), least);
        }
    });
}
