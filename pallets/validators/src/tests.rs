//! Each room's tests in a file of its own.

mod bonds;
mod genesis;
mod keys;
mod offences;
mod performance;
mod set;
