//! Random sequences of everything that can happen: no path makes or destroys money.

use crate::{mock::*, types::Settings};
use assay_primitives::{address::account_address, Balance, PaymentId, PaymentRef, Payments, Payout};
use frame_support::{storage::with_storage_layer, traits::fungibles::Inspect};
use proptest::prelude::*;
use sp_runtime::Permill;

#[derive(Clone, Debug)]
enum Step {
    Pay { payer: u8, to: u8, value: Balance, nonce: u64, permit2: bool },
    Reserve { payer: u8, value: Balance, nonce: u64, permit2: bool },
    Capture { which: usize, amounts: Vec<Balance> },
    Direct { payer: u8, value: Balance, nonce: u64, amounts: Vec<Balance> },
    Refund { which: usize, early: bool },
    Claim { who: u8, to: u8 },
    Map { who: u8 },
    Pass { blocks: u32 },
    Fee { percent: u32 },
    Freeze { frozen: bool },
    Block { who: u8 },
}

fn step() -> impl Strategy<Value = Step> {
    let payer = 0..PAYERS;
    let value = prop_oneof![0..50u128, 50..FUNDS, Just(FUNDS), any::<Balance>()];
    let amounts = prop::collection::vec(0..FUNDS / 2, 1..4);
    prop_oneof![
        3 => (payer.clone(), 1u8..4, value.clone(), 0u64..30, any::<bool>())
            .prop_map(|(payer, to, value, nonce, permit2)| Step::Pay { payer, to, value, nonce, permit2 }),
        5 => (payer.clone(), value.clone(), 0u64..30, any::<bool>())
            .prop_map(|(payer, value, nonce, permit2)| Step::Reserve { payer, value, nonce, permit2 }),
        4 => (any::<usize>(), amounts.clone()).prop_map(|(which, amounts)| Step::Capture { which, amounts }),
        2 => (payer, value, 0u64..30, amounts)
            .prop_map(|(payer, value, nonce, amounts)| Step::Direct { payer, value, nonce, amounts }),
        3 => (any::<usize>(), any::<bool>()).prop_map(|(which, early)| Step::Refund { which, early }),
        1 => (1u8..4, 1u8..4).prop_map(|(who, to)| Step::Claim { who, to }),
        1 => (1u8..4).prop_map(|who| Step::Map { who }),
        3 => (0u32..8).prop_map(|blocks| Step::Pass { blocks }),
        1 => (0u32..20).prop_map(|percent| Step::Fee { percent }),
        1 => any::<bool>().prop_map(|frozen| Step::Freeze { frozen }),
        1 => (1u8..4).prop_map(|who| Step::Block { who }),
    ]
}

fn payouts(amounts: &[Balance]) -> Vec<Payout> {
    (1u8..).zip(amounts).map(|(n, amount)| Payout { owner: account(n), account: account(n), amount: *amount }).collect()
}

/// Errors are fine here: only what they leave behind matters.
fn run(step: &Step, reserved: &mut Vec<PaymentId>) {
    let authorize =
        |payer: u8, permit: bool, consent| if permit { permit2(payer, consent) } else { eip3009(payer, consent) };
    let anyone = RuntimeOrigin::signed(account(1));
    let chosen = |which: usize, ids: &[PaymentId]| ids.get(which.checked_rem(ids.len())?).copied();
    let _ = with_storage_layer(|| match step {
        Step::Pay { payer, to, value, nonce, permit2 } => {
            let to = account_address(&account(*to));
            X402::pay(anyone, authorize(*payer, *permit2, consent(to, *value, *nonce)))
        }
        Step::Reserve { payer, value, nonce, permit2 } => {
            let authorization = authorize(*payer, *permit2, consent(OFFER, *value, *nonce));
            reserved.push(<X402 as Payments>::reserve(&authorization, &terms(OFFER, *value))?.id);
            Ok(())
        }
        Step::Capture { which, amounts } => {
            let Some(id) = chosen(*which, reserved) else { return Ok(()) };
            let Some(open) = <X402 as Payments>::find(&PaymentRef::Reserved(id))? else { return Ok(()) };
            <X402 as Payments>::capture(&open, &payouts(amounts)).map(drop)
        }
        Step::Direct { payer, value, nonce, amounts } => {
            let open =
                <X402 as Payments>::examine(&eip3009(*payer, consent(OFFER, *value, *nonce)), &terms(OFFER, *value))?;
            <X402 as Payments>::capture(&open, &payouts(amounts)).map(drop)
        }
        Step::Refund { which, early } => match chosen(*which, reserved) {
            Some(id) if *early => <X402 as Payments>::refund(id),
            Some(id) => X402::refund(anyone, id),
            None => Ok(()),
        },
        Step::Claim { who, to } => X402::claim(RuntimeOrigin::signed(account(*who)), TUSD, account(*to)),
        Step::Map { who } => {
            X402::map_account(RuntimeOrigin::signed(account(*who))).map(drop).map_err(|error| error.error)
        }
        Step::Pass { blocks } => {
            pass_blocks(*blocks);
            Ok(())
        }
        Step::Fee { percent } => X402::set_settings(
            RuntimeOrigin::root(),
            Settings { fee: Permill::from_percent(*percent), ..Default::default() },
        ),
        Step::Freeze { frozen: true } => Assets::freeze_asset(RuntimeOrigin::signed(issuer()), TUSD),
        Step::Freeze { frozen: false } => Assets::thaw_asset(RuntimeOrigin::signed(issuer()), TUSD),
        Step::Block { who } => Assets::block(RuntimeOrigin::signed(issuer()), TUSD, account(*who)),
    });
}

/// What all accounts have, free and held.
fn total() -> Balance {
    let accounts: std::collections::BTreeSet<_> =
        pallet_assets::Account::<Test>::iter_prefix(TUSD).map(|(who, _)| who).collect();
    accounts.iter().map(|who| balance(who) + held(who)).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn money_is_conserved_and_held_money_is_that_of_open_payments(steps in prop::collection::vec(step(), 1..60)) {
        new_test_ext().execute_with(|| {
            let (issued, existing) = (Assets::total_issuance(TUSD), total());
            prop_assert_eq!(issued, existing);
            let mut reserved = Vec::new();
            for step in &steps {
                run(step, &mut reserved);
                prop_assert_eq!(Assets::total_issuance(TUSD), issued, "issuance after {:?}", step);
                prop_assert_eq!(total(), existing, "money after {:?}", step);
                prop_assert_eq!(X402::do_try_state(), Ok(()), "state after {:?}", step);
            }
            // Whatever happened, all of it comes free in the end.
            let _ = Assets::thaw_asset(RuntimeOrigin::signed(issuer()), TUSD);
            pass_blocks(200);
            for payer in 0..PAYERS {
                prop_assert_eq!(held(&wallet_account(payer)), 0);
            }
            Ok(())
        })?;
    }
}
