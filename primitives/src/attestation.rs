//! What an enclave binds when it attests its key.

use crate::{AccountId32, ReceiptKey, H256};
use codec::Encode;
use sha2::{Digest, Sha512};

/// What the 64 bytes are about, so that they mean nothing elsewhere.
const DOMAIN: &[u8] = b"assay/session/1";

/// The 64 bytes that evidence must bind for a key to become a session: SHA-512 over `assay/session/1`, the hash of block
/// 0, the policy's id, the provider's account, the SCALE encoding of the key and the hash of a recent block.
///
/// SGX, TDX and SNP evidence carries them as report data. A Nitro document carries them as user data, and besides the
/// key's SCALE encoding as public key and the block's hash as nonce.
pub fn session_binding(genesis: H256, policy: H256, account: &AccountId32, key: &ReceiptKey, block: H256) -> [u8; 64] {
    let account: &[u8; 32] = account.as_ref();
    Sha512::new()
        .chain_update(DOMAIN)
        .chain_update(genesis)
        .chain_update(policy)
        .chain_update(account)
        .chain_update(key.encode())
        .chain_update(block)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sp_core::H160;

    /// Computed with Python's hashlib.
    const GOLDEN: [(ReceiptKey, &str); 2] = [
        (
            ReceiptKey::Secp256k1(H160([4; 20])),
            "dcdbde8a3ff4ad33d05e4bd52751fc1555ae12dc89b3e883575ad6345b0c7a23\
             3f8e0db2b4009e2b22f9070e7b88070d7ca7f4a23fd041277a710618dbdc6491",
        ),
        (
            ReceiptKey::Ed25519([4; 32]),
            "40778565526363459a01cc212392e54eb5647cb1c2138097fcf94ff86396e260\
             7430c2f426d8d4e6dbe0cba509d9fc4dd1b33c3c8021723c69f51d16ee9d2bd2",
        ),
    ];

    fn word(byte: u8) -> H256 {
        H256([byte; 32])
    }

    #[test]
    fn the_binding_is_the_one_that_programs_in_enclaves_compute() {
        for (key, expected) in GOLDEN {
            let binding = session_binding(word(1), word(2), &AccountId32::new([3; 32]), &key, word(5));
            assert_eq!(hex::encode(binding), expected);
        }
    }

    #[test]
    fn the_binding_depends_on_every_part() {
        let bind = |genesis, policy, account, key, block| {
            session_binding(word(genesis), word(policy), &AccountId32::new([account; 32]), &key, word(block))
        };
        let (key, other) = (ReceiptKey::Ed25519([4; 32]), ReceiptKey::Sr25519([4; 32]));
        let all = [
            bind(1, 2, 3, key, 5),
            bind(9, 2, 3, key, 5),
            bind(1, 9, 3, key, 5),
            bind(1, 2, 9, key, 5),
            bind(1, 2, 3, other, 5),
            bind(1, 2, 3, key, 9),
        ];
        for (at, one) in all.iter().enumerate() {
            assert!(!all[..at].contains(one), "{at}");
        }
    }
}
