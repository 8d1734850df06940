//! What is stored, what is answered, and what the runtime is asked.

use assay_primitives::{AccountId32, Balance};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::ops::Range;
use scale_info::TypeInfo;
use sp_staking::SessionIndex;

/// Most slots without a block that one block counts: the latest of them.
pub const MAX_SKIPPED: u32 = 64;

/// Whose slots had no block. Asked when a block begins, before its session is changed.
pub trait SlotLeaders<AccountId> {
    /// The slots between the parent and this block; empty where that is not known, as in the first block.
    fn skipped() -> Range<u64>;

    /// Who should have made the block of a slot; nobody where that is not known. Asked about at most [`MAX_SKIPPED`]
    /// slots a block.
    fn leader(slot: u64) -> Option<AccountId>;
}

/// Nothing is known of slots, and no missed one is counted.
impl<AccountId> SlotLeaders<AccountId> for () {
    fn skipped() -> Range<u64> {
        0..0
    }

    fn leader(_: u64) -> Option<AccountId> {
        None
    }
}

/// Where a bond stands. How much it is, the hold says.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Bond {
    /// The first session that was planned without this account after it was a validator; 0 if it never was one.
    pub out_since: SessionIndex,
    /// The session in which it began to be unbonded.
    pub unbonding: Option<SessionIndex>,
    /// The offences that its owner pays for together.
    pub offences: Option<Offences>,
}

/// The offences of one time in the set: together they cost as much as the worst of them. Which session an offence is of, may
/// be in the reporter's hands: for GRANDPA, any since the set changed.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Offences {
    /// The session whose penalty is theirs: that of the first that was reported.
    pub session: SessionIndex,
    /// The first session whose offences are others; none yet while the offender is in the set.
    pub until: Option<SessionIndex>,
}

impl Offences {
    /// Whether an offence of this session is one of them.
    pub(crate) fn have(&self, session: SessionIndex) -> bool {
        self.until.is_none_or(|until| session < until)
    }
}

/// Why a validator leaves, or is not admitted after all.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub enum Cause {
    /// It wants to.
    Wish,
    /// Governance wants it to.
    Removal,
    /// It has purged its session keys.
    NoKeys,
    /// It committed an offence.
    Offence,
}

/// A validator that is to leave.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Departure {
    /// Its account.
    pub who: AccountId32,
    /// Why.
    pub cause: Cause,
}

/// What a validator paid for the offences of one session.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Penalty {
    /// Its bond when the first of them was reported: what fractions are of.
    pub stake: Balance,
    /// What was slashed for them so far.
    pub paid: Balance,
}

/// What a validator did in a session.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Tally {
    /// Blocks that it made.
    pub made: u32,
    /// Slots that were its own and had no block.
    pub missed: u32,
}

/// How a validator stands, as it is answered.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub enum Standing {
    /// Admitted, and waiting for its place.
    Joining,
    /// In the set.
    Serving,
    /// In the set, until the next session that is planned without it.
    Leaving(Cause),
}

/// A validator, as it is answered.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct ValidatorView {
    /// Its account.
    pub who: AccountId32,
    /// Its bond.
    pub bond: Balance,
    /// How it stands.
    pub standing: Standing,
}

/// What a validator did lately, as it is answered.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct PerformanceView {
    /// The session that runs.
    pub session: SessionIndex,
    /// What it did in it so far.
    pub now: Tally,
    /// What it did in the session before.
    pub before: Tally,
}
