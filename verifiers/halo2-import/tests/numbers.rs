//! Quantisation and hashing against what EZKL itself gives.

use assay_halo2_import::{
    poseidon,
    quantise::{dequantise, quantise},
};

/// EZKL prints elements little-endian.
fn little_endian(digits: &str) -> [u8; 32] {
    let mut element: [u8; 32] = hex::decode(digits).unwrap().try_into().unwrap();
    element.reverse();
    element
}

fn element(number: u64) -> [u8; 32] {
    quantise(number as f64, 0).unwrap()
}

#[test]
fn poseidon_is_ezkls() {
    // ezkl.poseidon_hash of [1], [1, 2], [1, 2, 3] and 0..40.
    let hashes = [
        (1..2, "90bbb9c2adeaf0b1cc6c34ed80f11266193aef9e5cfd18a6a1ca283261695608"),
        (1..3, "8c2bde792da25f9124562e03e8b5a4883b3eaf481bf6e15866f38a53315b8729"),
        (1..4, "59528b9f494e1db729574a1870f3d01cb23fecd448c029755104f416b994322c"),
        (0..40, "510ed8552fb4aecfae9b90852eb0f72fdaf12107cce0bbb15674cdfb2b5ea801"),
    ];
    for (message, hash) in hashes {
        let message: Vec<_> = message.map(element).collect();
        assert_eq!(poseidon::hash(&message), Some(little_endian(hash)));
    }
}

#[test]
fn poseidon_refuses_nothing_and_second_writings() {
    assert_eq!(poseidon::hash(&[]), None);
    assert_eq!(poseidon::hash(&[element(1), [0xff; 32]]), None);
}

#[test]
fn quantisation_is_ezkls() {
    // ezkl.float_to_felt at scale 7: halves go away from zero.
    for (number, digits) in [
        (0.00390625, "0100000000000000000000000000000000000000000000000000000000000000"),
        (-0.00390625, "000000f093f5e1439170b97948e833285d588181b64550b829a031e1724e6430"),
        (0.01171875, "0200000000000000000000000000000000000000000000000000000000000000"),
        (-0.01171875, "ffffffef93f5e1439170b97948e833285d588181b64550b829a031e1724e6430"),
    ] {
        assert_eq!(quantise(number, 7), Some(little_endian(digits)));
    }
}

#[test]
fn what_is_no_number_is_not_quantised() {
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e30, -1e30] {
        assert_eq!(quantise(number, 7), None);
    }
    assert_eq!(quantise(1.0, 127), None);
    assert_eq!(dequantise(&[0xff; 32], 7), None);
    assert_eq!(dequantise(&[1; 32], 7), None);
}

#[test]
fn numbers_come_back() {
    for number in [0.0, 1.0, -1.0, 0.5625, -0.0703125, 4095.9921875] {
        assert_eq!(dequantise(&quantise(number, 7).unwrap(), 7), Some(number));
    }
    assert_eq!(dequantise(&quantise(640.0, -6).unwrap(), -6), Some(640.0));
}
