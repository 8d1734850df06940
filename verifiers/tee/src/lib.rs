//! The verifiers of tier Attested: pure functions from evidence, trusted roots, checked collateral and a time to
//! [`Facts`].
//!
//! | module | what lives there |
//! |---|---|
//! | [`facts`] | what verified evidence says: measurements, platform, TCB status, bound data, valid until |
//! | [`dcap`] | Intel SGX (quote v3) and TDX (quotes v4 and v5), and their collateral |
//! | [`nitro`] | AWS Nitro attestation documents |
//! | [`snp`] | AMD SEV-SNP reports and the chip keys (VCEK) that sign them |
//! | [`x509`] | certificates, paths, the CA rules that all three share |
//! | [`signature`] | keys and signatures as certificates hold them |
//! | [`crl`] | certificate revocation lists |
//! | [`time`] | unix seconds and validity windows |
//!
//! A verifier refuses what no policy may allow (debug, unknown versions, a broken chain, anything expired) and returns
//! everything else as a fact: which measurements, statuses and platforms are good is for the caller to say. Nothing
//! here reads a clock, panics, or does work that the size bounds do not bound. Of evidence, lengths, formats and dates are
//! checked before any curve operation.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod bytes;
pub mod crl;
pub mod dcap;
pub mod error;
pub mod facts;
pub mod nitro;
pub mod signature;
pub mod snp;
pub mod time;
pub mod x509;

pub use crl::Crl;
pub use error::Error;
pub use facts::{Advisories, Advisory, Facts, Kind, Measurements, Platform, TcbStatus};
pub use time::Window;
pub use x509::Certificate;
