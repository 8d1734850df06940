//! Where fees go, and how the treasury spends them.

use super::{
    governance::{Enacted, Veto, DAYS},
    money::{TreasuryAccount, TreasuryId},
    parameters,
};
use crate::*;
use frame_support::{
    parameter_types,
    traits::{
        fungible::{self, NativeOrWithId},
        fungibles,
        tokens::{
            imbalance::{ResolveAssetTo, ResolveTo},
            Pay, PaymentStatus, Preservation, UnityAssetBalanceConversion,
        },
        ConstU32, Get, Imbalance as _, OnUnbalanced,
    },
};
use frame_system::EnsureWithSuccess;
use pallet_asset_tx_payment::HandleCredit;
use sp_runtime::{traits::AccountIdLookup, DispatchError, Permill};

parameter_types! {
    /// The part of the fees that a block's author gets.
    pub AuthorShare: Permill = parameters::dynamic_params::fees::AuthorShare::get().into();
    /// How long a spend can be claimed.
    pub const PayoutPeriod: BlockNumber = 30 * DAYS;
    /// How often the treasury pays what was approved as local spends.
    pub const SpendPeriod: BlockNumber = DAYS;
    /// Nothing is burnt.
    pub const NothingBurnt: Permill = Permill::zero();
    /// A decision spends as much as it says.
    pub const NoLimit: Balance = Balance::MAX;
}

/// Fees in the native token: a part goes to the block's author, the rest to the treasury. What the author cannot take, goes
/// to the treasury too.
pub struct NativeFees;

impl OnUnbalanced<fungible::Credit<AccountId, Balances>> for NativeFees {
    fn on_nonzero_unbalanced(fees: fungible::Credit<AccountId, Balances>) {
        let share = AuthorShare::get() * fees.peek();
        let (for_author, mut for_treasury) = fees.split(share);
        let left = match author_of(share) {
            Some(author) => <Balances as fungible::Balanced<_>>::resolve(&author, for_author).err(),
            None => Some(for_author),
        };
        if let Some(left) = left {
            for_treasury.subsume(left);
        }
        ResolveTo::<TreasuryAccount, Balances>::on_unbalanced(for_treasury);
    }
}

/// Who gets this share, if it is one.
fn author_of(share: Balance) -> Option<AccountId> {
    (share > 0).then(Authorship::author).flatten()
}

/// Fees in an asset go where the others go.
pub struct AssetFees;

impl HandleCredit<AccountId, Assets> for AssetFees {
    fn handle_credit(fees: fungibles::Credit<AccountId, Assets>) {
        let share = AuthorShare::get() * fees.peek();
        let (for_author, for_treasury) = fees.split(share);
        let left = match author_of(share) {
            Some(author) => <Assets as fungibles::Balanced<_>>::resolve(&author, for_author).err(),
            None => Some(for_author),
        };
        for credit in left.into_iter().chain([for_treasury]) {
            ResolveAssetTo::<TreasuryAccount, Assets>::on_unbalanced(credit);
        }
    }
}

/// Pays out of the treasury, but not its minimum balance: without it, it could not take every fee.
pub struct FromTreasury;

impl Pay for FromTreasury {
    type AssetKind = NativeOrWithId<AssetId>;
    type Balance = Balance;
    type Beneficiary = AccountId;
    type Error = DispatchError;
    type Id = ();

    fn pay(who: &AccountId, kind: Self::AssetKind, amount: Balance) -> Result<(), DispatchError> {
        let treasury = TreasuryAccount::get();
        match kind {
            NativeOrWithId::Native => {
                <Balances as fungible::Mutate<_>>::transfer(&treasury, who, amount, Preservation::Preserve)?
            }
            NativeOrWithId::WithId(asset) => {
                <Assets as fungibles::Mutate<_>>::transfer(asset, &treasury, who, amount, Preservation::Preserve)?
            }
        };
        Ok(())
    }

    fn check_payment(_: ()) -> PaymentStatus {
        PaymentStatus::Success
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn ensure_successful(_: &AccountId, kind: Self::AssetKind, amount: Balance) {
        let (treasury, enough) = (TreasuryAccount::get(), amount.saturating_mul(2));
        match kind {
            NativeOrWithId::Native => <Balances as fungible::Mutate<_>>::set_balance(&treasury, enough),
            NativeOrWithId::WithId(asset) => <Assets as fungibles::Mutate<_>>::set_balance(asset, &treasury, enough),
        };
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn ensure_concluded(_: ()) {}
}

impl pallet_treasury::Config for Runtime {
    type AssetKind = NativeOrWithId<AssetId>;
    type BalanceConverter = UnityAssetBalanceConversion;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = crate::benchmarks::Spends;
    type Beneficiary = AccountId;
    type BeneficiaryLookup = AccountIdLookup<AccountId, ()>;
    type BlockNumberProvider = System;
    type Burn = NothingBurnt;
    type BurnDestination = ();
    type Currency = Balances;
    type MaxApprovals = ConstU32<20>;
    type PalletId = TreasuryId;
    type Paymaster = FromTreasury;
    type PayoutPeriod = PayoutPeriod;
    type RejectOrigin = Veto;
    type RuntimeEvent = RuntimeEvent;
    type SpendFunds = ();
    type SpendOrigin = EnsureWithSuccess<Enacted, AccountId, NoLimit>;
    type SpendPeriod = SpendPeriod;
    type WeightInfo = pallet_treasury::weights::SubstrateWeight<Runtime>;
}
