//! Extrinsics through the whole pipeline.

use super::*;
use assay_primitives::address::fallback_account;
use codec::Encode;
use configs::money::TreasuryAccount;
use frame_support::{assert_ok, traits::fungible::Inspect as _};
use genesis_config_presets::TEST_USD;
use pallet_asset_tx_payment::ChargeAssetTxPayment;
use sp_core::Pair;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
    generic::Era,
    traits::{Hash as _, Header as _},
    transaction_validity::InvalidTransaction,
};

/// A remark by this account, signed with this function, that pays its fee in this asset.
fn remark(who: AccountId, fee_asset: Option<AssetId>, sign: impl FnOnce(&[u8]) -> Signature) -> UncheckedExtrinsic {
    let call = RuntimeCall::from(frame_system::Call::remark { remark: vec![] });
    let extension: TxExtension = (
        frame_system::AuthorizeCall::new(),
        frame_system::CheckNonZeroSender::new(),
        frame_system::CheckSpecVersion::new(),
        frame_system::CheckTxVersion::new(),
        frame_system::CheckGenesis::new(),
        frame_system::CheckMortality::from(Era::Immortal),
        frame_system::CheckNonce::from(0),
        frame_system::CheckWeight::new(),
        ChargeAssetTxPayment::from(0, fee_asset),
        frame_metadata_hash_extension::CheckMetadataHash::new(false),
        frame_system::WeightReclaim::new(),
    );
    let payload = generic::SignedPayload::new(call.clone(), extension.clone()).expect("the payload is known");
    let signature = payload.using_encoded(sign);
    UncheckedExtrinsic::new_signed(call, who.into(), signature, extension)
}

/// Runs a test in the first block of a development network.
fn in_the_first_block(test: impl FnOnce()) {
    let mut state = state(preset("development"));
    state.execute_with(|| {
        let genesis = BlakeTwo256::hash(b"genesis");
        frame_system::BlockHash::<Runtime>::insert(0, genesis);
        Executive::initialize_block(&Header::new(
            1,
            Default::default(),
            Default::default(),
            genesis,
            Default::default(),
        ));
        test()
    });
}

#[test]
fn a_fee_is_paid_in_asy_to_the_treasury() {
    in_the_first_block(|| {
        let alice = Sr25519Keyring::Alice;
        let before = Balances::balance(&TreasuryAccount::get());
        let extrinsic = remark(alice.to_account_id(), None, |payload| alice.sign(payload).into());
        assert_ok!(Executive::apply_extrinsic(extrinsic).unwrap());
        assert!(Balances::balance(&TreasuryAccount::get()) > before);
    });
}

#[test]
fn a_fee_is_paid_in_test_usd_to_the_treasury() {
    in_the_first_block(|| {
        let alice = Sr25519Keyring::Alice;
        let (asy, usd) = (Balances::balance(&alice.to_account_id()), Assets::balance(TEST_USD, TreasuryAccount::get()));
        let extrinsic = remark(alice.to_account_id(), Some(TEST_USD), |payload| alice.sign(payload).into());
        assert_ok!(Executive::apply_extrinsic(extrinsic).unwrap());
        assert_eq!(Balances::balance(&alice.to_account_id()), asy);
        assert!(Assets::balance(TEST_USD, TreasuryAccount::get()) > usd);
    });
}

#[test]
fn no_fee_is_paid_in_an_asset_without_a_rate() {
    in_the_first_block(|| {
        let alice = Sr25519Keyring::Alice;
        pallet_asset_rate::ConversionRateToNative::<Runtime>::remove(TEST_USD);
        let extrinsic = remark(alice.to_account_id(), Some(TEST_USD), |payload| alice.sign(payload).into());
        assert!(Executive::apply_extrinsic(extrinsic).is_err());
    });
}

#[test]
fn an_eth_signature_does_not_sign_for_the_fallback_account() {
    in_the_first_block(|| {
        let who = fallback_account(ethereum_address(0));
        let extrinsic = remark(who, None, |payload| MultiSignature::Eth(ethereum_key(0).sign(payload)));
        assert_eq!(Executive::apply_extrinsic(extrinsic), Err(InvalidTransaction::BadProof.into()));
    });
}

#[test]
fn an_eth_signature_signs_for_the_account_of_its_compressed_key() {
    in_the_first_block(|| {
        let who = sp_runtime::MultiSigner::Eth(ethereum_key(0).public()).into_account();
        let free = configs::money::ASY;
        assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), who.clone().into(), free));
        let extrinsic = remark(who.clone(), None, |payload| MultiSignature::Eth(ethereum_key(0).sign(payload)));
        assert_ok!(Executive::apply_extrinsic(extrinsic).unwrap());
        assert!(Balances::balance(&who) < free);
    });
}
