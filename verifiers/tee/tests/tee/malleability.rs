//! What an onlooker may do to evidence that verifies: never another key, measurement or platform.
//!
//! Other forms that verify: the other s of an ECDSA signature (n - s), zeros after a quote, and other line ends in its
//! certificates. So evidence must not be told apart by its hash, but by the key and nonce that it binds.
use crate::support::*;
use assay_tee::{Certificate, Error, Facts, Kind};
use assay_tee_sim::{Dcap, Nitro, Snp};
use std::ops::Range;

/// Flips bits of each byte in turn; what still verifies must say the same. Returns the places that may be flipped.
fn flips(bytes: &[u8], facts: &Facts, mask: u8, verify: impl Fn(&[u8]) -> Result<Facts, Error>) -> Vec<usize> {
    let mut bytes = bytes.to_vec();
    (0..bytes.len())
        .filter(|at| {
            bytes[*at] ^= mask;
            let verdict = verify(&bytes);
            bytes[*at] ^= mask;
            assert!(verdict.as_ref().map_or(true, |other| other == facts), "byte {at} changed what is said");
            verdict.is_ok()
        })
        .collect()
}

fn quotes() -> Vec<(DcapEvidence, Kind, u64)> {
    let recorded = at("2025-06-20T00:00:00Z");
    vec![
        (recorded_quote("sgx_quote"), Kind::Sgx, recorded),
        (recorded_quote("tdx_quote"), Kind::Tdx, recorded),
        (Dcap::sgx([1; 32], [2; 64], NOW).build(), Kind::Sgx, NOW),
        (Dcap::tdx15([1; 48], [2; 64], NOW).build(), Kind::Tdx, NOW),
    ]
}

#[test]
fn no_byte_of_a_quote_may_be_flipped() {
    for (evidence, kind, now) in quotes() {
        let checked = Checked::new(&evidence, kind, now).unwrap();
        let facts = checked.verify(&evidence.quote, now).unwrap();
        for mask in [1, 0x80] {
            assert_eq!(flips(&evidence.quote, &facts, mask, |quote| checked.verify(quote, now)), [0usize; 0]);
        }
    }
}

#[test]
fn no_byte_of_a_nitro_document_may_be_flipped() {
    let recorded = recorded_document("attestation_2025-01-06.cose");
    for (evidence, now) in [(recorded, at("2025-01-06T18:00:00Z")), (Nitro::new([1; 48], [2; 64], NOW).build(), NOW)] {
        let facts = verify_document(&evidence, now).unwrap();
        let root = Certificate::parse(&evidence.root).unwrap();
        let verify = |document: &[u8]| assay_tee::nitro::verify(document, &root, now).map(|verified| verified.facts);
        assert_eq!(flips(&evidence.document, &facts, 0x81, verify), [0usize; 0]);
    }
}

#[test]
fn no_byte_of_an_snp_report_may_be_flipped() {
    for evidence in [recorded_report(), Snp::new([1; 48], [2; 64], NOW).build()] {
        let vcek = verify_vcek(&evidence, NOW).unwrap();
        let facts = assay_tee::snp::verify(&evidence.report, &vcek, NOW).unwrap();
        for mask in [1, 0x80] {
            let places = flips(&evidence.report, &facts, mask, |report| assay_tee::snp::verify(report, &vcek, NOW));
            assert_eq!(places, [0usize; 0]);
        }
    }
}

#[test]
fn no_byte_of_a_chip_key_s_certificate_may_be_flipped() {
    let evidence = recorded_report();
    let facts = verify_report(&evidence, NOW).unwrap();
    let verify = |vcek: &[u8]| verify_report(&SnpEvidence { vcek: vcek.to_vec(), ..evidence.clone() }, NOW);
    assert_eq!(flips(&evidence.vcek, &facts, 1, verify), [0usize; 0]);
}

/// Replaces the s of a signature, in these bytes, by n - s. `n` and `s` are big-endian.
fn negate(bytes: &mut [u8], s: Range<usize>, n: &str) {
    let n = hex::decode(n).unwrap();
    let mut borrow = 0i16;
    for (byte, n) in bytes[s].iter_mut().rev().zip(n.iter().rev()) {
        let difference = i16::from(*n) - i16::from(*byte) - borrow;
        borrow = i16::from(difference < 0);
        *byte = difference.rem_euclid(256) as u8;
    }
}

const N256: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
const N384: &str = "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973";

#[test]
fn the_other_s_of_a_quote_says_the_same() {
    for (evidence, kind, now) in quotes() {
        let checked = Checked::new(&evidence, kind, now).unwrap();
        let facts = checked.verify(&evidence.quote, now).unwrap();
        // SGX: header, body, length. TDX 1.0 and 1.5 likewise; the quoting enclave's signature is further on.
        let auth = match (kind, u16::from_le_bytes([evidence.quote[0], evidence.quote[1]])) {
            (Kind::Sgx, _) => 48 + 384 + 4,
            (_, 4) => 48 + 584 + 4,
            _ => 48 + 6 + 648 + 4,
        };
        let qe = auth + 128 + if kind == Kind::Sgx { 0 } else { 6 } + 384;
        for s in [auth + 32..auth + 64, qe + 32..qe + 64] {
            let mut quote = evidence.quote.clone();
            negate(&mut quote, s, N256);
            assert_ne!(quote, evidence.quote);
            assert_eq!(checked.verify(&quote, now).unwrap(), facts);
        }
    }
}

#[test]
fn other_line_ends_in_a_quote_s_certificates_say_the_same() {
    for world in [Dcap::sgx([1; 32], [2; 64], NOW), Dcap::tdx([1; 48], [2; 64], NOW)] {
        let kind = if world.version == 3 { Kind::Sgx } else { Kind::Tdx };
        let mut evidence = world.build();
        let facts = verify_quote(&evidence, kind, NOW).unwrap();
        let certificates = String::from_utf8(world.certificates()).unwrap();
        for other in [certificates.replace('\n', "\r\n"), certificates.trim_end().into(), certificates.clone() + "\0\0"]
        {
            let quote = world.quote(&world.signed(), other.as_bytes());
            assert_ne!(quote, evidence.quote);
            evidence.quote = quote;
            assert_eq!(verify_quote(&evidence, kind, NOW).unwrap(), facts);
        }
    }
}

#[test]
fn the_other_s_of_a_nitro_document_says_the_same() {
    let evidence = recorded_document("attestation_2025-01-06.cose");
    let now = at("2025-01-06T18:00:00Z");
    let length = evidence.document.len();
    let mut other = evidence.clone();
    negate(&mut other.document, length - 48..length, N384);
    assert_ne!(other.document, evidence.document);
    assert_eq!(verify_document(&other, now).unwrap(), verify_document(&evidence, now).unwrap());
}

#[test]
fn the_other_s_of_a_report_says_the_same() {
    let evidence = recorded_report();
    let mut other = evidence.clone();
    let s = 0x2a0 + 72..0x2a0 + 72 + 48;
    other.report[s.clone()].reverse();
    negate(&mut other.report, s.clone(), N384);
    other.report[s].reverse();
    assert_ne!(other.report, evidence.report);
    assert_eq!(verify_report(&other, NOW).unwrap(), verify_report(&evidence, NOW).unwrap());
}
