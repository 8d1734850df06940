//! How each pallet is set up, by topic.

pub mod accounts;
pub mod consensus;
pub mod inference;
pub mod money;
pub mod network;
pub mod system;
