//! ECDSA over NIST's curves, by AWS-LC, which is much faster than what is written in Rust alone; the tests compare the two.
//! The same for each curve, but for the width of a coordinate in bytes.

macro_rules! ecdsa_over {
    ($(#[$doc:meta])* $curve:ident, $width:literal, $algorithm:ident, $hash:ident) => {
        $(#[$doc])*
        pub mod $curve {
            /// Bytes of an uncompressed SEC1 point: tag 4, x, y.
            pub const PUBLIC_KEY: usize = 1 + 2 * $width;
            /// Bytes of a signature: r, s, each big-endian at full width.
            pub const SIGNATURE: usize = 2 * $width;
            /// Bytes of the hash that is signed.
            pub const PREHASH: usize = $width;
            /// What an uncompressed SEC1 point begins with.
            #[cfg(feature = "std")]
            const UNCOMPRESSED: u8 = 4;

            /// Whether `signature_fixed` is an ECDSA signature of `prehash` by `public_key_sec1` (FIPS 186-5, 6.4.2).
            ///
            /// False for any other length than the constants above, for a compressed or invalid point, and for r or s outside
            /// `1..n`. Both s and n - s are accepted, as the standard does: whoever needs one form checks it.
            #[cfg(feature = "std")]
            pub fn verify(public_key_sec1: &[u8], prehash: &[u8], signature_fixed: &[u8]) -> bool {
                use aws_lc_rs::{digest, signature};

                if public_key_sec1.len() != PUBLIC_KEY || signature_fixed.len() != SIGNATURE || prehash.len() != PREHASH {
                    return false;
                }
                // The library would take other encodings of a key as well.
                if public_key_sec1[0] != UNCOMPRESSED {
                    return false;
                }
                let Ok(digest) = digest::Digest::import_less_safe(prehash, &digest::$hash) else { return false };
                signature::UnparsedPublicKey::new(&signature::$algorithm, public_key_sec1)
                    .verify_digest(&digest, signature_fixed)
                    .is_ok()
            }

            #[cfg(test)]
            mod tests {
                use super::*;
                use ::$curve::ecdsa::{
                    signature::hazmat::{PrehashSigner, PrehashVerifier},
                    Signature, SigningKey, VerifyingKey,
                };
                use proptest::prelude::*;

                fn signed() -> (Vec<u8>, [u8; PREHASH], Vec<u8>) {
                    let key = SigningKey::from_slice(&[7; PREHASH]).unwrap();
                    let hash = [9; PREHASH];
                    let signature: Signature = key.sign_prehash(&hash).unwrap();
                    (key.verifying_key().to_sec1_point(false).as_bytes().to_vec(), hash, signature.to_bytes().to_vec())
                }

                #[test]
                fn accepts_its_own_signature() {
                    let (key, hash, signature) = signed();
                    assert!(verify(&key, &hash, &signature));
                }

                #[test]
                fn refuses_every_flipped_bit() {
                    let (key, hash, signature) = signed();
                    for bit in 0..8 * PUBLIC_KEY {
                        let mut key = key.clone();
                        key[bit / 8] ^= 1 << (bit % 8);
                        assert!(!verify(&key, &hash, &signature), "key bit {bit}");
                    }
                    for bit in 0..8 * PREHASH {
                        let mut hash = hash;
                        hash[bit / 8] ^= 1 << (bit % 8);
                        assert!(!verify(&key, &hash, &signature), "hash bit {bit}");
                    }
                    for bit in 0..8 * SIGNATURE {
                        let mut signature = signature.clone();
                        signature[bit / 8] ^= 1 << (bit % 8);
                        assert!(!verify(&key, &hash, &signature), "signature bit {bit}");
                    }
                }

                #[test]
                fn refuses_every_other_length() {
                    let (key, hash, signature) = signed();
                    for length in 0..PUBLIC_KEY {
                        assert!(!verify(&key[..length], &hash, &signature));
                    }
                    for length in 0..PREHASH {
                        assert!(!verify(&key, &hash[..length], &signature));
                    }
                    for length in 0..SIGNATURE {
                        assert!(!verify(&key, &hash, &signature[..length]));
                    }
                    let longer = |bytes: &[u8]| [bytes, &[0]].concat();
                    assert!(!verify(&longer(&key), &hash, &signature));
                    assert!(!verify(&key, &longer(&hash), &signature));
                    assert!(!verify(&key, &hash, &longer(&signature)));
                }

                #[test]
                fn refuses_zero_and_unreduced_scalars() {
                    let (key, hash, signature) = signed();
                    let (zero, most) = ([0u8; PREHASH], [0xffu8; PREHASH]);
                    for bad in [zero, most] {
                        assert!(!verify(&key, &hash, &[&bad[..], &signature[PREHASH..]].concat()));
                        assert!(!verify(&key, &hash, &[&signature[..PREHASH], &bad[..]].concat()));
                    }
                }

                #[test]
                fn refuses_points_that_are_not_uncompressed_on_the_curve() {
                    let (key, hash, signature) = signed();
                    for tag in (0..=255u8).filter(|tag| *tag != 4) {
                        let mut key = key.clone();
                        key[0] = tag;
                        assert!(!verify(&key, &hash, &signature), "tag {tag}");
                    }
                    let zero = [&[4u8][..], &[0; PUBLIC_KEY - 1]].concat();
                    assert!(!verify(&zero, &hash, &signature));
                }

                #[test]
                fn refuses_coordinates_that_are_not_below_the_modulus() {
                    let (key, hash, signature) = signed();
                    for coordinate in [1..1 + $width, 1 + $width..PUBLIC_KEY] {
                        let mut key = key.clone();
                        key[coordinate].fill(0xff);
                        assert!(!verify(&key, &hash, &signature));
                    }
                }

                /// The same question, put to the implementation in Rust.
                fn verify_in_rust(key: &[u8], hash: &[u8], signature: &[u8]) -> bool {
                    let (Ok(key), Ok(signature)) = (VerifyingKey::from_sec1_bytes(key), Signature::from_slice(signature))
                    else {
                        return false;
                    };
                    key.verify_prehash(hash, &signature).is_ok()
                }

                /// What is special to a field, or to a scalar: nothing, one, and all bits set.
                fn special() -> impl Strategy<Value = [u8; $width]> {
                    let mut one = [0; $width];
                    one[$width - 1] = 1;
                    prop_oneof![Just([0; $width]), Just(one), Just([0xff; $width])]
                }

                fn bytes() -> impl Strategy<Value = [u8; $width]> {
                    prop_oneof![4 => prop::array::uniform::<_, $width>(any::<u8>()), 1 => special()]
                }

                proptest! {
                    #[test]
                    fn answers_what_the_implementation_in_rust_answers(
                        secret in prop::array::uniform::<_, $width>(any::<u8>()),
                        hash in bytes(),
                        spoilt in prop::option::of((0..4usize, bytes())),
                        flipped in prop::option::of(0..8 * SIGNATURE),
                    ) {
                        let Ok(secret) = SigningKey::from_slice(&secret) else { return Ok(()) };
                        let mut key = secret.verifying_key().to_sec1_point(false).as_bytes().to_vec();
                        let signed: Signature = secret.sign_prehash(&hash).unwrap();
                        let mut signature = signed.to_bytes().to_vec();
                        match spoilt {
                            Some((part @ (0 | 1), with)) => signature[part * $width..][..$width].copy_from_slice(&with),
                            Some((part, with)) => key[1 + (part - 2) * $width..][..$width].copy_from_slice(&with),
                            None => {}
                        }
                        if let Some(bit) = flipped {
                            signature[bit / 8] ^= 1 << (bit % 8);
                        }
                        let answer = verify(&key, &hash, &signature);
                        prop_assert_eq!(answer, verify_in_rust(&key, &hash, &signature));
                        prop_assert_eq!(answer, spoilt.is_none() && flipped.is_none());
                    }
                }

                #[test]
                fn accepts_the_other_s_as_the_standard_does() {
                    let (key, hash, signature) = signed();
                    let parsed = Signature::from_slice(&signature).unwrap();
                    let other = Signature::from_scalars(parsed.r(), -parsed.s()).unwrap();
                    assert_ne!(other, parsed);
                    assert!(verify(&key, &hash, &other.to_bytes()));
                }
            }
        }
    };
}

ecdsa_over! {
    /// ECDSA over NIST P-256.
    p256, 32, ECDSA_P256_SHA256_FIXED, SHA256
}
ecdsa_over! {
    /// ECDSA over NIST P-384.
    p384, 48, ECDSA_P384_SHA384_FIXED, SHA384
}
