//! What governance turns without a new runtime, and how far. What is storage of its own pallet, with a call that sets it,
//! is not here.
//!
//! | parameter | who turns it | least | most | unless turned |
//! |---|---|---|---|---|
//! | `Governance::EnactmentDelay` | Root | 5 blocks | 30 days | a day; half a minute on networks for tests |
//! | `Fees::AuthorShare` | the Council | nothing | 50 % | 20 % |
//! | `Fees::LeastMultiplier` | the Council | 1/1000 | 1000 | 1 |
//! | `Validators::MinimumBond` | the Council | 1 ASY | 10,000,000 ASY | 1,000 ASY |
//! | `Validators::ChangesPerSession` | the Council | 1 | 10 | 1 |
//!
//! A value outside of its bounds has no encoding: a call that would set one does not decode, wherever it is proposed, and
//! so nothing out of bounds is ever stored or read.

use super::{
    governance::{Enacted, DAYS, MINUTES},
    money::ASY,
};
use crate::*;
use codec::{Decode, DecodeWithMemTracking, Encode, Input, MaxEncodedLen};
use frame_support::{
    dynamic_params::{dynamic_pallet_params, dynamic_params},
    traits::{EnsureOrigin, EnsureOriginWithArg},
};
use frame_system::EnsureRoot;
use pallet_network::NetworkKind;
use scale_info::TypeInfo;
use sp_runtime::{FixedU128, Permill};

/// A number within bounds. To clients it is the number.
macro_rules! bounded {
    ($($(#[$doc:meta])* $name:ident: $number:ty = $least:expr, $most:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Encode, Eq, MaxEncodedLen, PartialEq)]
        pub struct $name($number);

        impl $name {
            /// The least.
            pub const LEAST: $number = $least;
            /// The greatest.
            pub const MOST: $number = $most;

            /// The number, if it lies within the bounds.
            pub fn new(number: $number) -> Option<Self> {
                (Self::LEAST..=Self::MOST).contains(&number).then_some(Self(number))
            }
        }

        impl Decode for $name {
            fn decode<I: Input>(input: &mut I) -> Result<Self, codec::Error> {
                Self::new(Decode::decode(input)?).ok_or_else(|| "a parameter lies outside its bounds".into())
            }
        }

        impl DecodeWithMemTracking for $name {}

        impl TypeInfo for $name {
            type Identity = <$number as TypeInfo>::Identity;

            fn type_info() -> scale_info::Type {
                <$number>::type_info()
            }
        }

        impl From<$name> for $number {
            fn from(bounded: $name) -> Self {
                bounded.0
            }
        }
    )*};
}

bounded! {
    /// Blocks between a decision and its enactment.
    Delay: BlockNumber = 5, 30 * DAYS;
    /// A part of the fees.
    Share: Permill = Permill::zero(), Permill::from_percent(50);
    /// What fees are multiplied by.
    Multiplier: FixedU128 = FixedU128::from_rational(1, 1_000), FixedU128::from_u32(1_000);
    /// A validator's bond.
    Bond: Balance = ASY, 10_000_000 * ASY;
    /// Validators that come, and that go, in a session.
    Changes: u32 = 1, 10;
}

/// A decision waits for a day where value is at stake.
fn usual_delay() -> Delay {
    match Network::kind() {
        NetworkKind::Live => Delay(DAYS),
        NetworkKind::Dev | NetworkKind::Local => Delay(MINUTES / 2),
    }
}

/// The parameters. Indices are part of the encoding of calls and of the state, and never change.
#[dynamic_params(RuntimeParameters, pallet_parameters::Parameters::<Runtime>)]
pub mod dynamic_params {
    use super::*;

    /// How decisions are made.
    #[dynamic_pallet_params]
    #[codec(index = 0)]
    pub mod governance {
        /// Blocks between the Council's decision and its enactment, in which everybody sees it coming and the Technical
        /// Committee may veto it.
        #[codec(index = 0)]
        pub static EnactmentDelay: Delay = usual_delay();
    }

    /// What transactions cost, and who earns it.
    #[dynamic_pallet_params]
    #[codec(index = 1)]
    pub mod fees {
        /// The part of a transaction's fee that its block's author gets; the treasury gets the rest.
        #[codec(index = 0)]
        pub static AuthorShare: Share = Share(Permill::from_percent(20));

        /// The least that fees for execution are multiplied by, when blocks are empty.
        #[codec(index = 1)]
        pub static LeastMultiplier: Multiplier = Multiplier(FixedU128::from_u32(1));
    }

    /// Who may be a validator.
    #[dynamic_pallet_params]
    #[codec(index = 2)]
    pub mod validators {
        /// The least bond with which a validator is admitted.
        #[codec(index = 0)]
        pub static MinimumBond: Bond = Bond(1_000 * ASY);

        /// How many validators come at most in a session, and how many go.
        #[codec(index = 1)]
        pub static ChangesPerSession: Changes = Changes(1);
    }
}

/// Who turns what.
pub struct ByKey;

impl EnsureOriginWithArg<RuntimeOrigin, RuntimeParametersKey> for ByKey {
    type Success = ();

    fn try_origin(origin: RuntimeOrigin, key: &RuntimeParametersKey) -> Result<(), RuntimeOrigin> {
        match key {
            // The Council does not shorten the time in which it may be vetoed.
            RuntimeParametersKey::Governance(_) => {
                <EnsureRoot<AccountId> as EnsureOrigin<RuntimeOrigin>>::try_origin(origin)
            }
            RuntimeParametersKey::Fees(_) | RuntimeParametersKey::Validators(_) => {
                <Enacted as EnsureOrigin<RuntimeOrigin>>::try_origin(origin)
            }
        }
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn try_successful_origin(_: &RuntimeParametersKey) -> Result<RuntimeOrigin, ()> {
        Ok(RuntimeOrigin::root())
    }
}

impl pallet_parameters::Config for Runtime {
    type AdminOrigin = ByKey;
    type RuntimeEvent = RuntimeEvent;
    type RuntimeParameters = RuntimeParameters;
    type WeightInfo = ();
}
