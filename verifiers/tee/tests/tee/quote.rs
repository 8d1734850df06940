//! Quotes: the platform's chain, and the bytes.
use crate::{support::*, worlds::*};
use assay_tee::{
    dcap::{pem_chain, MAX_QUOTE},
    Error, Kind,
};
use assay_tee_sim::{
    cert::{pem, SIGN},
    key::Key,
    Dcap,
};

#[test]
fn a_pck_chain_of_another_shape_is_refused() {
    let world = sgx();
    let chain = pem_chain(&world.build().quote[1052..]).unwrap();
    let [leaf, authority, root] = &chain[..] else { panic!() };
    for shape in [
        vec![leaf],
        vec![leaf, authority],
        vec![leaf, root],
        vec![leaf, root, authority],
        vec![authority, leaf, root],
        vec![leaf, authority, authority],
        vec![leaf, authority, root, root],
        vec![leaf, authority, authority, authority, authority, authority, root],
    ] {
        let mut world = world.clone();
        world.chain = Some(shape.into_iter().cloned().collect());
        assert!(matches!(verify(&world), Err(Error::Chain | Error::Usage)));
    }
}

#[test]
fn a_pck_under_another_root_is_refused() {
    let mut world = sgx();
    let key = Key::p256("forged root");
    (world.root.key, world.root.issuer_key, world.authority.issuer_key) = (key.clone(), key.clone(), key.clone());
    (world.signer.issuer_key, world.root_crl.key) = (key.clone(), key);
    let forged = world.build();
    assert!(verify_quote(&forged, Kind::Sgx, NOW).is_ok(), "whole under its own root");
    assert_eq!(checked(&sgx()).verify(&forged.quote, NOW), Err(Error::Chain));
    let pinned = DcapEvidence { root: sgx().build().root, ..forged };
    assert_eq!(verify_quote(&pinned, Kind::Sgx, NOW), Err(Error::Signature));
}

#[test]
fn a_pck_certificate_that_does_not_chain_is_refused() {
    refused(|world| world.pck.issuer = "somebody else".into(), Error::Chain);
    refused(|world| world.pck.issuer_key = Key::p256("forger"), Error::Signature);
    refused(|world| world.pck.until = NOW - 1, Error::Expired);
    refused(|world| world.pck.from = NOW + 1, Error::Early);
    refused(|world| world.authority.until = NOW - 1, Error::Expired);
    refused(|world| world.authority.issuer = "somebody else".into(), Error::Chain);
}

#[test]
fn a_pck_certificate_without_its_constraints_is_refused() {
    refused(|world| world.pck.constraints = None, Error::Usage);
    refused(|world| world.pck.constraints = Some((true, None)), Error::Usage);
    refused(|world| world.pck.usage = None, Error::Usage);
    refused(|world| world.authority.constraints = None, Error::Usage);
    refused(|world| world.authority.usage = Some(SIGN), Error::Usage);
    refused(|world| world.root.constraints = Some((true, Some(0))), Error::Usage);
}

#[test]
fn the_signer_of_collateral_posing_as_a_platform_is_refused() {
    refused(|world| world.pck.subject = "Assay Simulated SGX TCB Signing".into(), Error::Usage);
}

#[test]
fn a_quoting_enclave_certified_by_another_platform_is_refused() {
    let evidence = sgx().build();
    let mut other = sgx();
    other.pck.key = Key::p256("another platform");
    let chain = pem_chain(&other.build().quote[1052..]).unwrap();
    let mut world = sgx();
    world.chain = Some(chain);
    assert_eq!(checked(&sgx()).verify(&world.build().quote, NOW), Err(Error::Signature));
    assert!(checked(&sgx()).verify(&evidence.quote, NOW).is_ok());
}

#[test]
fn every_truncation_is_refused() {
    let recorded = at("2025-06-20T00:00:00Z");
    for (evidence, kind, now) in [
        (sgx().build(), Kind::Sgx, NOW),
        (tdx().build(), Kind::Tdx, NOW),
        (tdx15().build(), Kind::Tdx, NOW),
        (recorded_quote("sgx_quote"), Kind::Sgx, recorded),
    ] {
        let checked = Checked::new(&evidence, kind, now).unwrap();
        assert!(checked.verify(&evidence.quote, now).is_ok());
        for length in 0..evidence.quote.len() {
            assert_eq!(checked.verify(&evidence.quote[..length], now), Err(Error::Malformed), "{length}");
        }
    }
}

#[test]
fn only_zeros_may_follow_a_quote() {
    for good in [sgx, tdx, tdx15] {
        let quote = good().build().quote;
        let checked = checked(&good());
        let facts = checked.verify(&quote, NOW).unwrap();
        assert_eq!(checked.verify(&[&quote[..], &[0; 100]].concat(), NOW).unwrap(), facts);
        assert_eq!(checked.verify(&[&quote[..], &[0, 0, 1]].concat(), NOW), Err(Error::Malformed));
        assert_eq!(checked.verify(&[&quote[..], &quote].concat(), NOW), Err(Error::Malformed));
        assert_eq!(checked.verify(&vec![0; MAX_QUOTE + 1], NOW), Err(Error::TooLong));
    }
}

#[test]
fn oversized_and_negative_lengths_are_refused() {
    for (good, places) in
        [(sgx as fn() -> Dcap, &[432usize, 1048][..]), (tdx, &[632, 766, 1254]), (tdx15, &[702, 836, 1324])]
    {
        let quote = good().build().quote;
        for place in places {
            let length = u32::from_le_bytes(quote[*place..place + 4].try_into().unwrap());
            for other in [0, 1, length - 1, length + 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff] {
                let mut quote = quote.clone();
                quote[*place..place + 4].copy_from_slice(&other.to_le_bytes());
                assert_eq!(checked(&good()).verify(&quote, NOW), Err(Error::Malformed), "{place}: {other}");
            }
        }
    }
}

#[test]
fn other_and_nested_certification_data_is_refused() {
    for (good, places) in [(sgx as fn() -> Dcap, &[1046usize][..]), (tdx, &[764, 1252]), (tdx15, &[834, 1322])] {
        let quote = good().build().quote;
        for place in places {
            let right = quote[*place];
            for kind in (0..=8).filter(|kind| *kind != right) {
                let mut quote = quote.clone();
                quote[*place] = kind;
                assert_eq!(checked(&good()).verify(&quote, NOW), Err(Error::Unsupported), "{place}: {kind}");
            }
        }
    }
}

#[test]
fn quoting_enclave_data_of_another_length_is_refused() {
    let quote = sgx().build().quote;
    let place = 48 + 384 + 4 + 128 + 384 + 64;
    for length in [0u16, 31, 33, 0xffff] {
        let mut quote = quote.clone();
        quote[place..place + 2].copy_from_slice(&length.to_le_bytes());
        assert_eq!(checked(&sgx()).verify(&quote, NOW), Err(Error::Malformed));
    }
}

#[test]
fn pem_with_anything_else_in_it_is_refused() {
    let chain = pem_chain(&sgx().build().quote[1052..]).unwrap();
    let good = pem(&chain);
    assert_eq!(pem_chain(&good).unwrap(), chain);
    assert_eq!(pem_chain(&[&good[..], &[0]].concat()).unwrap(), chain);
    assert_eq!(pem_chain(&[&good[..], b"x"].concat()), Err(Error::Malformed));
    assert_eq!(pem_chain(&[b"x", &good[..]].concat()), Err(Error::Malformed));
    assert_eq!(pem_chain(&[b"\n", &good[..]].concat()), Err(Error::Malformed));
    assert_eq!(pem_chain(b""), Err(Error::Malformed));
    assert_eq!(pem_chain(&[&good[..], &good].concat()), Err(Error::Chain));
    assert_eq!(pem_chain(&vec![b'-'; 13_000]), Err(Error::TooLong));
    let text = String::from_utf8(good).unwrap();
    assert_eq!(pem_chain(text.replace("CERTIFICATE", "X509 CRL").as_bytes()), Err(Error::Malformed));
    assert_eq!(pem_chain(text.replace("-----\n", "-----\nA: b\n\n").as_bytes()), Err(Error::Malformed));
}
