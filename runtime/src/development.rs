//! The accounts whose keys everybody knows: funded on development networks, refused on live ones.

use crate::AccountId;
use assay_primitives::address::fallback_account;
use sp_core::{hex2array, H160};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

/// The accounts of the mnemonic that anvil and hardhat start with, "test test ... junk".
pub const ETHEREUM_ACCOUNTS: [H160; 10] = [
    H160(hex2array!("f39Fd6e51aad88F6F4ce6aB8827279cffFb92266")),
    H160(hex2array!("70997970C51812dc3A010C7d01b50e0d17dc79C8")),
    H160(hex2array!("3C44CdDdB6a900fa2b585dd299e03d12FA4293BC")),
    H160(hex2array!("90F79bf6EB2c4f870365E785982E1f101E93b906")),
    H160(hex2array!("15d34AAf54267DB7D7c367839AAf71A00a2C6A65")),
    H160(hex2array!("9965507D1a55bcC2695C58ba16FB37d819B0A4dc")),
    H160(hex2array!("976EA74026E726554dB657fA54763abd0C3a0aa9")),
    H160(hex2array!("14dC79964da2C08b23698B3D3cc7Ca32193d9955")),
    H160(hex2array!("23618e81E3f5cdF7f54C3d65f7FBc0aBf5B21E8f")),
    H160(hex2array!("a0Ee7A142d267C1f36714E4a8F75612F20a79720")),
];

/// All of them.
pub fn accounts() -> impl Iterator<Item = AccountId> {
    endowed_accounts().chain(Ed25519Keyring::iter().map(|key| key.to_account_id()))
}

/// Those that development networks fund.
pub fn endowed_accounts() -> impl Iterator<Item = AccountId> {
    let substrate = Sr25519Keyring::iter().map(|key| key.to_account_id());
    substrate.chain(ETHEREUM_ACCOUNTS.into_iter().map(fallback_account))
}
