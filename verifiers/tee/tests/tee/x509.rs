//! Certificates: their bytes.
use crate::{support::*, worlds::*};
use assay_tee::{Certificate, Error};
use assay_tee_sim::cert::{sign, tbs};

/// A good certificate of the root's with a part of what is signed replaced, signed by the root.
fn replaced(from: &[u8], to: &[u8]) -> Vec<u8> {
    let content = tbs(&sgx().build().signer);
    let places: Vec<_> = (0..content.len()).filter(|at| content[*at..].starts_with(from)).collect();
    assert_eq!((from.len(), places.len()), (to.len(), 1), "one place to replace");
    let content = [&content[..places[0]], to, &content[places[0] + from.len()..]].concat();
    sign(&content, &sgx().root.key)
}

#[track_caller]
fn refused(der: &[u8], error: Error) {
    assert_eq!(Certificate::parse(der).unwrap_err(), error);
}

/// Version 3 and number 3.
const HEAD: &[u8] = &[0xa0, 3, 2, 1, 2, 2, 1, 3];

#[test]
fn a_replaced_certificate_is_otherwise_good() {
    let other = replaced(HEAD, &[0xa0, 3, 2, 1, 2, 2, 1, 4]);
    assert_eq!(Certificate::parse(&other).unwrap().serial()[19], 4);
    let mut evidence = sgx().build();
    evidence.signer = other;
    assert!(verify_quote(&evidence, assay_tee::Kind::Sgx, NOW).is_ok());
}

#[test]
fn a_negative_number_is_refused() {
    refused(&replaced(HEAD, &[0xa0, 3, 2, 1, 2, 2, 1, 0x83]), Error::Malformed);
}

#[test]
fn another_version_is_refused() {
    refused(&replaced(HEAD, &[0xa0, 3, 2, 1, 1, 2, 1, 3]), Error::Unsupported);
    refused(&replaced(HEAD, &[0xa0, 3, 2, 1, 3, 2, 1, 3]), Error::Malformed);
}

#[test]
fn two_algorithms_in_one_certificate_are_refused() {
    // ecdsa-with-SHA256 and ecdsa-with-SHA384.
    let (sha256, sha384) = ([0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2], [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3]);
    refused(&replaced(&sha256, &sha384), Error::Malformed);
}

#[test]
fn lengths_that_are_indefinite_oversized_or_not_shortest_are_refused() {
    let der = sgx().build().signer;
    assert_eq!(der[..2], [0x30, 0x82]);
    let (length, content) = (&der[2..4], &der[4..]);
    for head in [
        &[0x30, 0x80][..],
        &[0x30, 0x82, 0xff, 0xff],
        &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
        &[0x30, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        &[&[0x30, 0x83, 0][..], length].concat()[..],
    ] {
        refused(&[head, content].concat(), Error::Malformed);
    }
    refused(&[&[0x30, 0x80][..], content, &[0, 0]].concat(), Error::Malformed);
}

#[test]
fn an_algorithm_that_is_not_the_issuer_s_is_refused() {
    // Signed by a P-384 key, where the root's is on P-256.
    let mut world = sgx();
    world.signer.issuer_key = assay_tee_sim::key::Key::p384("another curve");
    assert_eq!(verify(&world), Err(Error::Unsupported));
}
