//! AMD SEV-SNP: reports, and the chip keys (VCEK) that sign them.
//!
//! A chip key is verified once ([`Vcek::verify`]: two RSA signatures) and kept; each report then costs one P-384
//! signature ([`verify`]). Formats: AMD 56860 (SEV-SNP firmware ABI), 57230 (VCEK certificate and KDS).
mod report;
mod vcek;

pub use report::{verify, Claimed, REPORT};
pub use vcek::{Product, Vcek};
