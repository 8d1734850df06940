//! 20-byte addresses as x402 clients use them, and what they stand for here.
//!
//! The rules for accounts and assets are those of pallet-revive's fallback mapping and of pallet-assets-precompiles'
//! inline ids, so that wallets and tools of that ecosystem compute the same addresses.

use crate::AssetId;
use sp_core::{H160, H256};
use sp_io::hashing::keccak_256;
use sp_runtime::AccountId32;

/// First two bytes of every offer address.
pub const OFFER_PREFIX: [u8; 2] = [0xA5, 0x5A];

/// Bytes 16..18 of every asset address.
const ASSET_MARK: [u8; 2] = [0x01, 0x20];

/// The account at which an address without a mapping of its own holds its assets: the address, then twelve bytes 0xEE.
pub fn fallback_account(address: H160) -> AccountId32 {
    let mut bytes = [0xEE; 32];
    bytes[..20].copy_from_slice(address.as_bytes());
    AccountId32::new(bytes)
}

/// The address of an account: the first 20 bytes of a fallback account, else the last 20 of the account's keccak256.
pub fn account_address(account: &AccountId32) -> H160 {
    let bytes: &[u8; 32] = account.as_ref();
    if is_fallback(account) {
        H160::from_slice(&bytes[..20])
    } else {
        H160::from_slice(&keccak_256(bytes)[12..])
    }
}

/// Whether an account is the fallback account of some address.
pub fn is_fallback(account: &AccountId32) -> bool {
    let bytes: &[u8; 32] = account.as_ref();
    bytes[20..] == [0xEE; 12]
}

/// The contract address under which an asset is known to wallets.
pub fn asset_address(asset: AssetId) -> H160 {
    let mut bytes = [0; 20];
    bytes[..4].copy_from_slice(&asset.to_be_bytes());
    bytes[16..18].copy_from_slice(&ASSET_MARK);
    H160(bytes)
}

/// The asset behind a contract address, if it is one.
pub fn asset_from_address(address: H160) -> Option<AssetId> {
    let asset = AssetId::from_be_bytes(address.0[..4].try_into().ok()?);
    (asset_address(asset) == address).then_some(asset)
}

/// The address that stands for an offer: the prefix, then the first 18 bytes of the offer's digest.
pub fn offer_address(digest: H256) -> H160 {
    let mut bytes = [0; 20];
    bytes[..2].copy_from_slice(&OFFER_PREFIX);
    bytes[2..].copy_from_slice(&digest.as_bytes()[..18]);
    H160(bytes)
}

/// Whether an address is reserved for offers.
pub fn is_offer_address(address: H160) -> bool {
    address.0.starts_with(&OFFER_PREFIX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn asset_address_is_that_of_pallet_assets_precompiles() {
        assert_eq!(hex::encode(asset_address(1337)), "0000053900000000000000000000000001200000");
    }

    #[test]
    fn fallback_account_is_that_of_pallet_revive() {
        let account = fallback_account(H160::repeat_byte(0x11));
        assert_eq!(
            hex::encode(<AccountId32 as AsRef<[u8; 32]>>::as_ref(&account)),
            "1111111111111111111111111111111111111111eeeeeeeeeeeeeeeeeeeeeeee"
        );
    }

    proptest! {
        #[test]
        fn asset_addresses_round_trip(asset: u32) {
            prop_assert_eq!(asset_from_address(asset_address(asset)), Some(asset));
        }

        #[test]
        fn an_address_with_any_other_byte_is_no_asset(asset: u32, at in 4usize..20, flip in 1u8..) {
            let mut address = asset_address(asset);
            address.0[at] ^= flip;
            prop_assert_eq!(asset_from_address(address), None);
        }

        #[test]
        fn fallback_accounts_round_trip(address: [u8; 20]) {
            prop_assert_eq!(account_address(&fallback_account(H160(address))), H160(address));
        }

        #[test]
        fn offer_addresses_are_told_by_their_prefix(digest: [u8; 32], other: [u8; 20]) {
            prop_assert!(is_offer_address(offer_address(H256(digest))));
            prop_assert_eq!(is_offer_address(H160(other)), other[..2] == OFFER_PREFIX);
        }
    }
}
