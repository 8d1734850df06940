//! Each room's tests in a file of its own.
//!
//! No TEE hardware ran for these: evidence is made under the simulated roots, whose keys everybody has.

mod binding;
mod collateral;
mod evidence;
mod governance;
mod life;
mod policies;
mod receipts;
mod revocation;
mod vectors;
