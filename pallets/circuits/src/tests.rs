//! Each room's tests in a file of its own.

mod binding;
mod registry;
