//! Storage patterns that Assay's pallets share.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod calendar;

pub use calendar::{Calendar, Page};
