//! Certificate revocation lists.
use crate::{
    signature::SignedDer,
    x509::{serial, AuthorityId, Certificate, Serial},
    Error, Window,
};
use alloc::vec::Vec;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use der::Decode as _;
use scale_info::TypeInfo;
use x509_cert::{crl::TbsCertList, ext::Extensions};

/// Most bytes of a revocation list. Intel's largest had 3,400 in 2026.
pub const MAX_CRL: usize = 64 * 1024;
/// Most revoked certificates on a list.
pub const MAX_REVOKED: u32 = 2048;

/// A verified revocation list. Lists of one authority are ordered by `window.from`: their numbers say nothing (Intel's
/// are always 1).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Crl {
    /// Whose certificates it is about.
    pub authority: AuthorityId,
    /// From thisUpdate to nextUpdate, within the validity of the authority's certificates.
    pub window: Window,
    revoked: BoundedVec<Serial, ConstU32<MAX_REVOKED>>,
}

impl Crl {
    /// Verifies a list in DER against the authority that issues it, which the caller has verified, or trusts.
    ///
    /// Refuses lists without nextUpdate, and critical extensions: they mark delta, indirect and partial lists.
    pub(crate) fn of_authority(der: &[u8], authority: &Certificate, now: u64) -> Result<Self, Error> {
        if der.len() > MAX_CRL {
            return Err(Error::TooLong);
        }
        let (signed, algorithm) = SignedDer::split(der)?;
        let tbs = TbsCertList::from_der(signed.tbs)?;
        if tbs.signature != algorithm {
            return Err(Error::Malformed);
        }
        if &tbs.issuer != authority.subject() {
            return Err(Error::Collateral);
        }
        authority.may_revoke()?;
        let next_update = tbs.next_update.ok_or(Error::Malformed)?;
        let listed = Window {
            from: tbs.this_update.to_unix_duration().as_secs(),
            until: next_update.to_unix_duration().as_secs(),
        };
        let window = listed.and(authority.window());
        window.check(now)?;
        uncritical(tbs.crl_extensions.as_ref())?;
        let entries = tbs.revoked_certificates.unwrap_or_default();
        let mut revoked = Vec::with_capacity(entries.len());
        for entry in entries {
            uncritical(entry.crl_entry_extensions.as_ref())?;
            revoked.push(serial(&entry.serial_number)?);
        }
        revoked.sort_unstable();
        let revoked = revoked.try_into().map_err(|_| Error::TooLong)?;
        authority.key().verify(&signed)?;
        // The order of lists is by thisUpdate alone, so the authority's own start must not hide it.
        Ok(Self {
            authority: authority.authority_id()?,
            window: Window { from: listed.from, until: window.until },
            revoked,
        })
    }

    /// Verifies a list that a trusted root issued about the authorities under it.
    pub fn of_root(der: &[u8], root: &Certificate, now: u64) -> Result<Self, Error> {
        Self::of_authority(der, root, now)
    }

    /// Whether a certificate that this list's authority issued is on it.
    pub fn revokes(&self, serial: &Serial) -> bool {
        self.revoked.binary_search(serial).is_ok()
    }

    /// Whether it is of the same authority and strictly newer.
    pub fn supersedes(&self, other: &Self) -> bool {
        self.authority == other.authority && self.window.from > other.window.from
    }

    /// [`Error::Collateral`] unless it is the list of this authority, [`Error::Early`] or [`Error::Expired`] outside
    /// its window, [`Error::Revoked`] if it names `serial`.
    pub(crate) fn clears(&self, authority: AuthorityId, serial: &Serial, now: u64) -> Result<(), Error> {
        if self.authority != authority {
            return Err(Error::Collateral);
        }
        self.window.check(now)?;
        if self.revokes(serial) {
            return Err(Error::Revoked);
        }
        Ok(())
    }
}

fn uncritical(extensions: Option<&Extensions>) -> Result<(), Error> {
    if extensions.is_some_and(|list| list.iter().any(|extension| extension.critical)) {
        return Err(Error::Critical);
    }
    Ok(())
}
