//! What token holders can decide by referendum, and what it takes.
//!
//! | track | may do | prepared | voted on for at most | confirmed for | enacted after | least turnout, at last |
//! |---|---|---|---|---|---|---|
//! | `root` | everything | a day | 14 days | a day | a day | 10 % |
//! | `whitelisted_caller` | by root, what the Technical Committee whitelisted | 10 minutes | 14 days | an hour | 10 minutes | 1 % |
//!
//! At least half of the votes must be ayes at last, and more turnout and more ayes the sooner it is to pass. On networks
//! for tests it takes minutes.

use super::{
    governance::{DAYS, HOURS, MINUTES},
    money::ASY,
};
use crate::*;
use alloc::borrow::Cow;
use frame_system::RawOrigin;
use pallet_network::NetworkKind;
use pallet_referenda::{Curve, Track, TrackInfo};
use sp_runtime::{str_array, Perbill};

/// The track of what may do everything.
pub const ROOT: u16 = 0;
/// The track of what the Technical Committee whitelisted.
pub const WHITELISTED: u16 = 1;

/// How long the stages of a referendum last, in blocks.
struct Stages {
    prepare: BlockNumber,
    decide: BlockNumber,
    confirm: BlockNumber,
    enact: BlockNumber,
}

/// From this much at the beginning to that much at the end of the time for the decision.
const fn falling(from: u32, to: u32) -> Curve {
    Curve::LinearDecreasing {
        length: Perbill::from_percent(100),
        floor: Perbill::from_percent(to),
        ceil: Perbill::from_percent(from),
    }
}

const fn root(stages: Stages) -> Track<u16, Balance, BlockNumber> {
    Track {
        id: ROOT,
        info: TrackInfo {
            name: str_array("root"),
            max_deciding: 10,
            decision_deposit: 1_000 * ASY,
            prepare_period: stages.prepare,
            decision_period: stages.decide,
            confirm_period: stages.confirm,
            min_enactment_period: stages.enact,
            min_approval: falling(100, 50),
            min_support: falling(50, 10),
        },
    }
}

const fn whitelisted(stages: Stages) -> Track<u16, Balance, BlockNumber> {
    Track {
        id: WHITELISTED,
        info: TrackInfo {
            name: str_array("whitelisted_caller"),
            max_deciding: 10,
            decision_deposit: 100 * ASY,
            prepare_period: stages.prepare,
            decision_period: stages.decide,
            confirm_period: stages.confirm,
            min_enactment_period: stages.enact,
            min_approval: falling(100, 50),
            min_support: falling(20, 1),
        },
    }
}

/// Where value is at stake.
static LIVE: [Track<u16, Balance, BlockNumber>; 2] = [
    root(Stages { prepare: DAYS, decide: 14 * DAYS, confirm: DAYS, enact: DAYS }),
    whitelisted(Stages { prepare: 10 * MINUTES, decide: 14 * DAYS, confirm: HOURS, enact: 10 * MINUTES }),
];

/// Networks for tests.
static TEST: [Track<u16, Balance, BlockNumber>; 2] = [
    root(Stages { prepare: 5, decide: 5 * MINUTES, confirm: 10, enact: 5 }),
    whitelisted(Stages { prepare: 2, decide: 2 * MINUTES, confirm: 5, enact: 2 }),
];

/// The tracks of this network.
pub struct Tracks;

impl pallet_referenda::TracksInfo<Balance, BlockNumber> for Tracks {
    type Id = u16;
    type RuntimeOrigin = OriginCaller;

    fn tracks() -> impl Iterator<Item = Cow<'static, Track<Self::Id, Balance, BlockNumber>>> {
        let tracks = match Network::kind() {
            NetworkKind::Live => &LIVE,
            NetworkKind::Dev | NetworkKind::Local => &TEST,
        };
        tracks.iter().map(Cow::Borrowed)
    }

    fn track_for(origin: &OriginCaller) -> Result<u16, ()> {
        match origin {
            OriginCaller::system(RawOrigin::Root) => Ok(ROOT),
            OriginCaller::Origins(origins::Origin::WhitelistedCaller) => Ok(WHITELISTED),
            _ => Err(()),
        }
    }
}
