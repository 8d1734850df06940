//! Each room's tests in a file of its own.

mod deciding;
mod memory;
mod vetoing;
