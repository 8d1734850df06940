//! What must be refused: proofs, instances and reference strings that are almost right.

mod common;

use ark_bn254::{Fq, Fr};
use ark_ff::{BigInteger, PrimeField};
use assay_halo2::kzg::{Error, Srs};
use assay_halo2_import::ezkl::{Import, Proof};
use common::*;

/// Adds a modulus to a big-endian number: the same residue, written differently.
fn add(number: &mut [u8], modulus: &[u8]) {
    let mut carry = 0;
    for (digit, other) in number.iter_mut().zip(modulus).rev() {
        let sum = u16::from(*digit) + u16::from(*other) + carry;
        (*digit, carry) = (sum as u8, sum >> 8);
    }
    assert_eq!(carry, 0);
}

fn modulus<F: PrimeField>() -> Vec<u8> {
    F::MODULUS.to_bytes_be()
}

/// Applies a change to the vector's proof and says what becomes of it.
fn changed(import: &Import, change: impl FnOnce(&mut Proof)) -> Result<(), Error> {
    let mut proof = import.proof.clone();
    change(&mut proof);
    assert_ne!(proof, import.proof, "the change must change something");
    verify(&import.circuit, &proof)
}

#[test]
fn a_coordinate_plus_the_modulus_is_refused() {
    for name in PINNED {
        let import = vector(name);
        for at in points(&import.circuit).into_iter().flat_map(|point| [point, point + 32]) {
            let verdict = changed(&import, |proof| add(&mut proof.bytes[at..at + 32], &modulus::<Fq>()));
            assert_eq!(verdict, Err(Error::NonCanonical), "{name} at {at}");
        }
    }
}

#[test]
fn a_value_plus_the_modulus_is_refused() {
    for name in PINNED {
        let import = vector(name);
        for at in values(&import.circuit) {
            let verdict = changed(&import, |proof| add(&mut proof.bytes[at..at + 32], &modulus::<Fr>()));
            assert_eq!(verdict, Err(Error::NonCanonical), "{name} at {at}");
        }
    }
}

#[test]
fn an_instance_plus_the_modulus_is_refused() {
    for name in PINNED {
        let import = vector(name);
        for index in 0..import.proof.instances.len() {
            let verdict = changed(&import, |proof| add(&mut proof.instances[index], &modulus::<Fr>()));
            assert_eq!(verdict, Err(Error::NonCanonical), "{name} instance {index}");
        }
    }
}

#[test]
fn an_extra_instance_is_refused_even_if_zero() {
    for name in PINNED {
        let import = vector(name);
        assert_eq!(changed(&import, |proof| proof.instances.push([0; 32])), Err(Error::Instances));
        assert_eq!(changed(&import, |proof| proof.instances.insert(0, [0; 32])), Err(Error::Instances));
    }
}

#[test]
fn a_dropped_instance_is_refused() {
    for name in PINNED {
        let import = vector(name);
        assert_eq!(changed(&import, |proof| _ = proof.instances.pop()), Err(Error::Instances));
        assert_eq!(changed(&import, |proof| proof.instances.clear()), Err(Error::Instances));
    }
}

#[test]
fn other_instances_are_refused() {
    for name in PINNED {
        let import = vector(name);
        for index in 0..import.proof.instances.len() {
            assert_eq!(changed(&import, |proof| proof.instances[index] = [0; 32]), Err(Error::Pairing));
            assert_eq!(changed(&import, |proof| proof.instances[index][31] ^= 1), Err(Error::Pairing));
        }
        assert_eq!(changed(&import, |proof| proof.instances.reverse()), Err(Error::Pairing));
    }
}

#[test]
fn a_proof_of_another_length_is_refused() {
    for name in PINNED {
        let import = vector(name);
        assert_eq!(changed(&import, |proof| proof.bytes.push(0)), Err(Error::Length));
        assert_eq!(changed(&import, |proof| proof.bytes.extend([0; 32])), Err(Error::Length));
        assert_eq!(changed(&import, |proof| _ = proof.bytes.pop()), Err(Error::Length));
        assert_eq!(changed(&import, |proof| proof.bytes.truncate(64)), Err(Error::Length));
        assert_eq!(changed(&import, |proof| proof.bytes.clear()), Err(Error::Length));
    }
}

#[test]
fn the_identity_anywhere_in_a_proof_is_refused() {
    for name in PINNED {
        let import = vector(name);
        for at in points(&import.circuit) {
            let verdict = changed(&import, |proof| proof.bytes[at..at + 64].fill(0));
            assert_eq!(verdict, Err(Error::IdentityInProof), "{name} at {at}");
        }
    }
}

#[test]
fn a_proof_of_zeros_is_refused() {
    for name in PINNED {
        let import = vector(name);
        assert_eq!(changed(&import, |proof| proof.bytes.fill(0)), Err(Error::IdentityInProof));
    }
}

#[test]
fn a_point_off_the_curve_is_refused_wherever_it_stands() {
    let import = vector("logreg_small");
    for at in points(&import.circuit) {
        assert_eq!(changed(&import, |proof| proof.bytes[at + 63] ^= 1), Err(Error::NotOnCurve), "at {at}");
    }
}

#[test]
fn a_negated_point_is_refused_wherever_it_stands() {
    let import = vector("logreg_small");
    for at in points(&import.circuit) {
        let verdict = changed(&import, |proof| {
            let y = &mut proof.bytes[at + 32..at + 64];
            y.copy_from_slice(&(-Fq::from_be_bytes_mod_order(y)).into_bigint().to_bytes_be());
        });
        assert_eq!(verdict, Err(Error::Pairing), "at {at}");
    }
}

#[test]
fn a_value_plus_one_is_refused_wherever_it_stands() {
    let import = vector("logreg_small");
    for at in values(&import.circuit) {
        let verdict = changed(&import, |proof| {
            let value = &mut proof.bytes[at..at + 32];
            let next = Fr::from_be_bytes_mod_order(value) + Fr::from(1u8);
            value.copy_from_slice(&next.into_bigint().to_bytes_be());
        });
        assert_eq!(verdict, Err(Error::Pairing), "at {at}");
    }
}

#[test]
fn swapped_commitments_are_refused() {
    for name in PINNED {
        let import = vector(name);
        for pair in points(&import.circuit).windows(2) {
            let verdict = changed(&import, |proof| {
                let (first, second) = (proof.bytes[pair[0]..][..64].to_vec(), proof.bytes[pair[1]..][..64].to_vec());
                proof.bytes[pair[0]..][..64].copy_from_slice(&second);
                proof.bytes[pair[1]..][..64].copy_from_slice(&first);
            });
            assert_eq!(verdict, Err(Error::Pairing), "{name} at {pair:?}");
        }
    }
}

#[test]
fn a_proof_on_another_reference_string_is_refused() {
    let import = vector("logreg_othersrs");
    assert_eq!(verify(&import.circuit, &import.proof), Err(Error::Pairing));
    assert_eq!(verify_on(&import.srs, &import.circuit, &import.proof), Ok(()), "it is good on its own");
    let import = vector("logreg_small");
    let other = vector("logreg_othersrs").srs;
    assert_eq!(verify_on(&other, &import.circuit, &import.proof), Err(Error::Pairing));
}

#[test]
fn a_broken_reference_string_accepts_nothing() {
    let import = vector("logreg_small");
    let good = pinned();
    let broken = [
        (Srs { g2: good.minus_tau_g2, minus_tau_g2: good.g2 }, Error::Pairing),
        (Srs { g2: [0; 128], ..good }, Error::Pairing),
        (Srs { minus_tau_g2: [0; 128], ..good }, Error::Pairing),
        (Srs { minus_tau_g2: [1; 128], ..good }, Error::Srs),
        (Srs { g2: [0xff; 128], ..good }, Error::Srs),
    ];
    for (srs, error) in broken {
        assert_eq!(verify_on(&srs, &import.circuit, &import.proof), Err(error));
    }
    // Tau with the plain sign.
    let mut plain = good;
    for part in [64, 96] {
        let y = &mut plain.minus_tau_g2[part..part + 32];
        y.copy_from_slice(&(-Fq::from_be_bytes_mod_order(y)).into_bigint().to_bytes_be());
    }
    assert_eq!(verify_on(&plain, &import.circuit, &import.proof), Err(Error::Pairing));
}

#[test]
fn a_proof_for_another_key_is_refused() {
    for name in PINNED {
        for other in PINNED.into_iter().filter(|other| *other != name) {
            let (import, other) = (vector(name), vector(other));
            assert!(verify(&import.circuit, &other.proof).is_err());
            // Not even for the same instances, where their numbers agree.
            let mixed = Proof { instances: import.proof.instances, bytes: other.proof.bytes };
            assert!(verify(&import.circuit, &mixed).is_err());
        }
    }
}
