//! How each pallet is set up, by topic.

pub mod accounts;
pub mod consensus;
pub mod emergency;
pub mod fees;
pub mod governance;
pub mod inference;
pub mod key_owners;
pub mod money;
pub mod network;
pub mod parameters;
pub mod slots;
pub mod system;
pub mod tracks;
