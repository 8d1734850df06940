//! Rule 8 of money: no transfer goes to an offer's address, however it is wrapped.

use super::*;
use assay_primitives::address::{fallback_account, offer_address};
use configs::{money::ASY, system::CallFilter};
use frame_support::{assert_noop, traits::Contains};
use genesis_config_presets::TEST_USD;
use sp_core::{H160, H256};
use sp_keyring::Sr25519Keyring::Alice;
use sp_runtime::traits::Dispatchable;

fn transfers(to: AccountId) -> Vec<RuntimeCall> {
    use pallet_assets::Call as Asset;
    use pallet_balances::Call as Native;
    let (id, target, amount): (_, Address, _) = (codec::Compact(TEST_USD), to.into(), ASY);
    let (dest, value, source) = (target.clone(), ASY, Address::from(Alice.to_account_id()));
    vec![
        Asset::transfer { id, target: target.clone(), amount }.into(),
        Asset::transfer_keep_alive { id, target: target.clone(), amount }.into(),
        Asset::transfer_approved { id, owner: source.clone(), destination: target.clone(), amount }.into(),
        Asset::transfer_all { id, dest: target.clone(), keep_alive: true }.into(),
        Asset::force_transfer { id, source: source.clone(), dest: target.clone(), amount }.into(),
        Asset::mint { id, beneficiary: target, amount }.into(),
        Native::transfer_allow_death { dest: dest.clone(), value }.into(),
        Native::transfer_keep_alive { dest: dest.clone(), value }.into(),
        Native::transfer_all { dest: dest.clone(), keep_alive: true }.into(),
        Native::force_transfer { source, dest, value }.into(),
    ]
}

#[test]
fn rule_8_no_transfer_goes_to_an_offers_address() {
    let offer = fallback_account(offer_address(H256::repeat_byte(1)));
    on_local(|| {
        for call in transfers(offer) {
            assert!(!CallFilter::contains(&call), "{call:?}");
        }
    });
}

#[test]
fn transfers_go_to_every_other_address() {
    let wallet = fallback_account(H160::repeat_byte(1));
    let mut native = [0xA5; 32];
    native[1] = 0x5A;
    on_local(|| {
        for to in [wallet, native.into()] {
            for call in transfers(to) {
                assert!(CallFilter::contains(&call), "{call:?}");
            }
        }
    });
}

#[test]
fn rule_8_wrapping_a_transfer_does_not_get_it_through() {
    state(preset("development")).execute_with(|| {
        let offer = fallback_account(offer_address(H256::repeat_byte(1)));
        let calls = transfers(offer);
        let batch = RuntimeCall::from(pallet_utility::Call::batch_all { calls });
        let filtered = frame_system::Error::<Runtime>::CallFiltered;
        assert_noop!(
            batch.dispatch(RuntimeOrigin::signed(Alice.to_account_id())).map_err(|error| error.error),
            filtered
        );
    });
}
