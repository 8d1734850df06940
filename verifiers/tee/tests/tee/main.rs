//! Recorded evidence, simulated attacks, malleability, and comparison with other verifiers.
//!
//! No TEE hardware ran for these: quotes, documents and reports are recorded ones, checked at their time, or made
//! under the simulated root.

mod claimed;
mod collateral;
mod dcap;
mod malleability;
mod nitro;
mod oracles;
mod quote;
mod snp;
mod support;
mod worlds;
mod x509;
