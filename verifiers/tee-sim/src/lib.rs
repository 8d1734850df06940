//! A simulated attestation root of the project's own, for the dev chain and for tests, and a generator of evidence and
//! collateral under it.
//!
//! All private keys are derived from [`SEED`], which everybody can read: **what is attested under these roots proves
//! nothing.** A chain that holds money must not list them.
//!
//! Each of [`Dcap`], [`Nitro`], [`Snp`] describes a whole world: certificates, lists, documents, reports. `new` gives
//! one in which everything is right; change any field, and `build` signs what the fields say. So a thing can be made
//! wrong under right signatures; to break a signature, change what `build` returned.
//!
//! | module | what lives there |
//! |---|---|
//! | [`key`] | keys from the seed |
//! | [`cert`] | certificates and revocation lists |
//! | [`dcap`] | SGX and TDX quotes and their collateral |
//! | [`nitro`] | Nitro documents |
//! | [`snp`] | SNP reports and chip keys |

pub mod cert;
pub mod dcap;
mod encode;
pub mod key;
pub mod nitro;
pub mod snp;

pub use dcap::Dcap;
pub use nitro::Nitro;
pub use snp::Snp;

/// What every key here is derived from.
pub const SEED: &[u8] = b"assay simulated attestation: known to everybody, proves nothing";
