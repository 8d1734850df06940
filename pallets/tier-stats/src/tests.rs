//! What is counted, and what is forgotten.

use crate as pallet_tier_stats;
use crate::pallet::*;
use assay_primitives::{views::DayRow, AccountId32, OnSettled, Receipt, SettledLeg, Tier, H160, H256};
use frame_support::{
    derive_impl,
    traits::{ConstU32, Hooks},
    weights::Weight,
};
use sp_runtime::BuildStorage;

const KEPT: u32 = 10;
const FIRST_DAY: u32 = 20_000;

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Timestamp: pallet_timestamp,
        TierStats: pallet_tier_stats,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = frame_system::mocking::MockBlock<Test>;
}

#[derive_impl(pallet_timestamp::config_preludes::TestDefaultConfig)]
impl pallet_timestamp::Config for Test {}

impl Config for Test {
    type Time = Timestamp;
    type KeptDays = ConstU32<KEPT>;
    type WeightInfo = ();
}

fn test(body: impl FnOnce()) {
    let storage = frame_system::GenesisConfig::<Test>::default().build_storage().expect("genesis builds");
    sp_io::TestExternalities::from(storage).execute_with(|| {
        on_day(FIRST_DAY);
        body();
        TierStats::do_try_state().expect("state is sane");
    });
}

fn on_day(day: u32) {
    Timestamp::set_timestamp(u64::from(day) * 86_400_000 + 1);
}

fn settled(tier: Tier, asset: u32, amount: u128, self_paid: bool) {
    let provider = AccountId32::new([1; 32]);
    let receipt = Receipt {
        payment: H256::zero(),
        leg: 0,
        service: H256::zero(),
        request: H256::zero(),
        response: H256::zero(),
        amount,
        issued_at: 0,
    };
    TierStats::on_settled(&SettledLeg {
        receipt: &receipt,
        payer: H160::zero(),
        provider: &provider,
        model: H256::zero(),
        service: H256::zero(),
        tier,
        asset,
        fee: 0,
        self_paid,
    });
}

fn row(day: u32, tier: Tier, asset: u32, others: (u64, u128), own: (u64, u128)) -> DayRow {
    DayRow { day, tier, asset, inferences: others.0, captured: others.1, self_inferences: own.0, self_captured: own.1 }
}

#[test]
fn counts_by_day_tier_and_asset_and_self_payments_apart() {
    test(|| {
        settled(Tier::Signed, 1, 5, false);
        settled(Tier::Signed, 1, 7, false);
        settled(Tier::Signed, 1, 100, true);
        settled(Tier::Proven, 1, 9, false);
        settled(Tier::Signed, 2, 11, false);
        on_day(FIRST_DAY + 2);
        settled(Tier::Attested, 1, 13, false);
        assert_eq!(
            TierStats::daily(FIRST_DAY, 3),
            [
                row(FIRST_DAY, Tier::Signed, 1, (2, 12), (1, 100)),
                row(FIRST_DAY, Tier::Signed, 2, (1, 11), (0, 0)),
                row(FIRST_DAY, Tier::Proven, 1, (1, 9), (0, 0)),
                row(FIRST_DAY + 2, Tier::Attested, 1, (1, 13), (0, 0)),
            ]
        );
        assert_eq!(TierStats::daily(FIRST_DAY, 2).len(), 3);
        assert_eq!(TierStats::daily(FIRST_DAY + 3, u32::MAX).len(), 0);
    });
}

#[test]
fn days_older_than_the_kept_ones_are_forgotten_and_no_others() {
    test(|| {
        for day in 0..3 * KEPT {
            on_day(FIRST_DAY + day);
            settled(Tier::Signed, 1, 1, false);
            TierStats::on_idle(1, Weight::MAX);
        }
        let today = FIRST_DAY + 3 * KEPT - 1;
        for _ in 0..10 {
            TierStats::on_idle(1, Weight::MAX);
        }
        let kept: Vec<u32> = TierStats::daily(FIRST_DAY, 100).into_iter().map(|row| row.day).collect();
        assert_eq!(kept, (today - KEPT..=today).collect::<Vec<_>>());
    });
}

#[test]
fn nothing_is_forgotten_without_idle_time() {
    test(|| {
        settled(Tier::Signed, 1, 1, false);
        on_day(FIRST_DAY + 2 * KEPT);
        assert_eq!(TierStats::on_idle(1, Weight::zero()), Weight::zero());
        assert_eq!(TierStats::daily(FIRST_DAY, 1).len(), 1);
    });
}
