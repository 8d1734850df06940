//! What TCB info, TDX modules and QE identities have in common: levels, their statuses, and how statuses add up.
use crate::{
    facts::{Advisories, Advisory, TcbStatus},
    Error, Window,
};
use alloc::vec::Vec;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::Deserialize;
use TcbStatus::*;

/// Most levels of a quoting enclave or TDX module.
const MAX_ISV_LEVELS: u32 = 32;

/// Levels by security version, highest first.
pub(super) type IsvLevels = BoundedVec<Level<u16>, ConstU32<MAX_ISV_LEVELS>>;

/// Statuses of a platform.
pub(super) const TCB_STATUSES: &[TcbStatus] = &[
    UpToDate,
    SwHardeningNeeded,
    ConfigurationNeeded,
    ConfigurationAndSwHardeningNeeded,
    OutOfDate,
    OutOfDateConfigurationNeeded,
    Revoked,
];
/// Statuses of a TDX module.
pub(super) const MODULE_STATUSES: &[TcbStatus] = &[UpToDate, OutOfDate, Revoked];
/// Statuses of a quoting enclave.
pub(super) const QE_STATUSES: &[TcbStatus] =
    &[UpToDate, ConfigurationNeeded, OutOfDate, OutOfDateConfigurationNeeded, Revoked];

/// What a level requires, its status and its advisories.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub(super) struct Level<T> {
    pub(super) tcb: T,
    pub(super) status: TcbStatus,
    pub(super) advisories: Advisories,
}

/// The status of a platform as it is being put together, with the advisories of every part.
pub(super) struct Rating<'a> {
    pub(super) status: TcbStatus,
    advisories: Vec<&'a Advisory>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LevelJson<'a, T> {
    pub(super) tcb: T,
    tcb_status: &'a str,
    #[serde(borrow, rename = "advisoryIDs", default)]
    advisories: Vec<&'a str>,
}

/// The TCB of a level that has one security version.
#[derive(Deserialize)]
pub(super) struct IsvJson {
    pub(super) isvsvn: u16,
}

/// `N` bytes of hexadecimal text.
pub(super) fn hex<const N: usize>(text: &str) -> Result<[u8; N], Error> {
    let mut out = [0; N];
    hex::decode_to_slice(text, &mut out).map_err(|_| Error::Malformed)?;
    Ok(out)
}

/// The window of collateral: checked now, and ending no later than its signer.
pub(super) fn window(issued: u64, next_update: u64, signer: Window, now: u64) -> Result<Window, Error> {
    let window = Window { from: issued, until: next_update.min(signer.until) };
    window.check(now)?;
    Ok(window)
}

impl<T> LevelJson<'_, T> {
    pub(super) fn read<U>(&self, tcb: U, statuses: &[TcbStatus]) -> Result<Level<U>, Error> {
        let status = match self.tcb_status {
            "UpToDate" => UpToDate,
            "SWHardeningNeeded" => SwHardeningNeeded,
            "ConfigurationNeeded" => ConfigurationNeeded,
            "ConfigurationAndSWHardeningNeeded" => ConfigurationAndSwHardeningNeeded,
            "OutOfDate" => OutOfDate,
            "OutOfDateConfigurationNeeded" => OutOfDateConfigurationNeeded,
            "Revoked" => Revoked,
            _ => return Err(Error::Unsupported),
        };
        if !statuses.contains(&status) {
            return Err(Error::Unsupported);
        }
        let advisories = self
            .advisories
            .iter()
            .map(|name| name.as_bytes().to_vec().try_into().map_err(|_| Error::TooLong))
            .collect::<Result<Vec<Advisory>, _>>()?;
        Ok(Level { tcb, status, advisories: advisories.try_into().map_err(|_| Error::TooLong)? })
    }
}

/// Whether `actual` equals `expected` in the bits of `mask`.
pub(super) fn masked<const N: usize>(actual: &[u8; N], expected: &[u8; N], mask: &[u8; N]) -> bool {
    actual.iter().zip(expected).zip(mask).all(|((actual, expected), mask)| actual & mask == expected & mask)
}

/// Levels by security version, highest first.
pub(super) fn isv_levels(json: Vec<LevelJson<IsvJson>>, statuses: &[TcbStatus]) -> Result<IsvLevels, Error> {
    let mut levels = json.iter().map(|level| level.read(level.tcb.isvsvn, statuses)).collect::<Result<Vec<_>, _>>()?;
    levels.sort_by_key(|level| core::cmp::Reverse(level.tcb));
    levels.try_into().map_err(|_| Error::TooLong)
}

impl<'a> Rating<'a> {
    pub(super) fn of<T>(level: &'a Level<T>) -> Self {
        Self { status: level.status, advisories: level.advisories.iter().collect() }
    }

    /// Takes account of a component (TDX module, quoting enclave) that has a status of its own.
    pub(super) fn converge(&mut self, component: TcbStatus, advisories: impl IntoIterator<Item = &'a Advisory>) {
        self.status = match (component, self.status) {
            (Revoked, _) => Revoked,
            (OutOfDate, UpToDate | SwHardeningNeeded) => OutOfDate,
            (OutOfDate, ConfigurationNeeded | ConfigurationAndSwHardeningNeeded) => OutOfDateConfigurationNeeded,
            (ConfigurationNeeded, UpToDate) => ConfigurationNeeded,
            (ConfigurationNeeded, SwHardeningNeeded) => ConfigurationAndSwHardeningNeeded,
            (ConfigurationNeeded, OutOfDate) => OutOfDateConfigurationNeeded,
            (OutOfDateConfigurationNeeded, status) if status != Revoked => OutOfDateConfigurationNeeded,
            (_, status) => status,
        };
        self.advisories.extend(advisories);
    }

    /// Takes account of the module that runs now under a trust domain that was launched on another: a good one under a
    /// launch that is out of date advises a relaunch, and one that is out of date counts whatever the launch was.
    pub(super) fn relaunch(&mut self, current: Self) {
        let good = matches!(
            current.status,
            UpToDate | SwHardeningNeeded | ConfigurationNeeded | ConfigurationAndSwHardeningNeeded
        );
        if !good {
            return self.converge(current.status, current.advisories);
        }
        let configure = matches!(current.status, ConfigurationNeeded | ConfigurationAndSwHardeningNeeded);
        self.status = match self.status {
            OutOfDate if !configure => TdRelaunchAdvised,
            OutOfDate | OutOfDateConfigurationNeeded => TdRelaunchAdvisedConfigurationNeeded,
            status => status,
        };
    }

    /// The advisories of all parts, sorted, each once.
    pub(super) fn advisories(mut self) -> Result<Advisories, Error> {
        self.advisories.sort_unstable();
        self.advisories.dedup();
        self.advisories.into_iter().cloned().collect::<Vec<_>>().try_into().map_err(|_| Error::TooLong)
    }
}
