//! Nitro documents.
use crate::support::*;
use assay_tee::{nitro::MAX_DOCUMENT, Error, Kind, Platform, TcbStatus};
use assay_tee_sim::{
    cert::{Cert, Extension, DAY},
    key::Key,
    nitro::bytes,
    Nitro,
};

const PCR0: [u8; 48] = [0xab; 48];

fn good() -> Nitro {
    Nitro::new(PCR0, [0x55; 64], NOW)
}

#[track_caller]
fn refused(world: &Nitro, error: Error) {
    assert_eq!(verify_document(&world.build(), NOW).unwrap_err(), error);
}

#[test]
fn a_recorded_document_verifies_within_its_window() {
    let evidence = recorded_document("attestation_2025-01-06.cose");
    let (first, last) = (at("2025-01-06T16:07:05Z"), at("2025-01-06T19:07:05Z"));
    let facts = verify_document(&evidence, first).unwrap();
    assert_eq!(verify_document(&evidence, last).unwrap(), facts);
    assert_eq!(facts.kind, Kind::Nitro);
    assert_eq!(facts.tcb, TcbStatus::Unrated);
    assert_eq!((facts.issued_at, facts.valid_until), (Some(first), last));
    assert_eq!(hex::encode(&facts.measurements.pcr(0).unwrap()[..4]), "8bb159f2");
    assert_eq!(facts.measurements.pcr(5), None);
    assert_eq!(&facts.platform.id()[..], b"i-0bee92034f3d60691");
    assert_eq!(facts.bound_data, None);
    assert_eq!(verify_document(&evidence, first - 1), Err(Error::Early));
    assert_eq!(verify_document(&evidence, last + 1), Err(Error::Expired));
}

#[test]
fn a_recorded_debug_document_is_refused() {
    let evidence = recorded_document("debug_mode_2024-09-09.b64");
    assert_eq!(verify_document(&evidence, at("2024-09-09T20:00:00Z")), Err(Error::Debug));
}

#[test]
fn a_simulated_document_verifies() {
    let facts = verify_document(&good().build(), NOW).unwrap();
    assert_eq!(facts.measurements.pcr(0), Some(&PCR0));
    assert_eq!(facts.bound_data, Some([0x55; 64]));
    assert_eq!(facts.valid_until, NOW - 3 + 3 * 3600);
    assert!(matches!(facts.platform, Platform::Nitro { .. }));
}

#[test]
fn the_enclave_s_fields_are_returned() {
    let mut world = good();
    world.public_key = Some(vec![7; 1024]);
    world.user_data = Some(vec![8; 512]);
    world.nonce = Some(vec![9; 32]);
    let evidence = world.build();
    let root = assay_tee::Certificate::parse(&evidence.root).unwrap();
    let verified = assay_tee::nitro::verify(&evidence.document, &root, NOW).unwrap();
    assert_eq!(verified.public_key, Some(&[7; 1024][..]));
    assert_eq!(verified.user_data, Some(&[8; 512][..]));
    assert_eq!(verified.nonce, Some(&[9; 32][..]));
    assert_eq!(verified.facts.bound_data, None, "only 64 bytes are bound data");
}

#[test]
fn a_debug_enclave_is_refused() {
    let mut world = good();
    world.pcrs[0].1 = vec![0; 48];
    refused(&world, Error::Debug);
    world.pcrs.remove(0);
    refused(&world, Error::Debug);
}

#[test]
fn a_document_from_the_future_is_refused() {
    let mut world = good();
    world.timestamp = (NOW + 1) * 1000;
    refused(&world, Error::Early);
}

#[test]
fn a_root_that_is_not_pinned_is_refused() {
    let mut evidence = good().build();
    evidence.root = recorded_document("attestation_2025-01-06.cose").root;
    assert_eq!(verify_document(&evidence, NOW), Err(Error::Chain));
}

#[test]
fn a_root_of_the_same_name_with_another_key_is_refused() {
    let mut world = good();
    let pinned = world.build().root;
    world.chain[0].key = Key::p384("forged root");
    world.chain[0].issuer_key = Key::p384("forged root");
    world.chain[1].issuer_key = Key::p384("forged root");
    let mut evidence = world.build();
    assert!(verify_document(&evidence, NOW).is_ok(), "the forged world is whole under its own root");
    evidence.root = pinned;
    assert_eq!(verify_document(&evidence, NOW), Err(Error::Chain));
}

#[test]
fn a_swapped_cabundle_is_refused() {
    let mut world = good();
    world.chain.swap(1, 2);
    refused(&world, Error::Chain);
    let mut world = good();
    world.chain.swap(0, 1);
    let mut evidence = world.build();
    evidence.root = good().build().root;
    assert_eq!(verify_document(&evidence, NOW), Err(Error::Chain));
}

#[test]
fn the_cabundle_of_another_enclave_is_refused() {
    let mut world = good();
    // Same names, other keys: the names chain, the signatures do not.
    world.chain[3].key = Key::p384("another instance");
    refused(&world, Error::Signature);
}

#[test]
fn a_shortened_or_lengthened_cabundle_is_refused() {
    let mut world = good();
    world.chain.remove(2);
    refused(&world, Error::Chain);
    let mut world = good();
    let extra = world.chain[3].clone();
    world.chain.insert(4, extra.clone());
    refused(&world, Error::Usage);
    world.chain.insert(4, extra);
    refused(&world, Error::Chain);
}

#[test]
fn a_broken_name_chain_is_refused() {
    for at in 1..5 {
        let mut world = good();
        world.chain[at].issuer = "somebody else".into();
        refused(&world, Error::Chain);
    }
}

#[test]
fn missing_basic_constraints_are_refused() {
    for at in 0..5 {
        let mut world = good();
        world.chain[at].constraints = None;
        refused(&world, Error::Usage);
    }
}

#[test]
fn missing_key_usage_is_refused() {
    for at in 0..5 {
        let mut world = good();
        world.chain[at].usage = None;
        refused(&world, Error::Usage);
    }
}

#[test]
fn a_key_that_may_not_issue_is_refused() {
    for at in 0..4 {
        let mut world = good();
        world.chain[at].constraints = Some((false, None));
        refused(&world, Error::Usage);
        let mut world = good();
        world.chain[at].usage = Some(assay_tee_sim::cert::SIGN);
        refused(&world, Error::Usage);
    }
}

#[test]
fn an_authority_as_the_document_s_signer_is_refused() {
    let mut world = good();
    world.chain[4].constraints = Some((true, None));
    refused(&world, Error::Usage);
    world.chain[4].constraints = Some((false, None));
    world.chain[4].usage = Some(assay_tee_sim::cert::ISSUE);
    refused(&world, Error::Usage);
}

#[test]
fn a_path_longer_than_its_constraint_is_refused() {
    let mut world = good();
    world.chain[1].constraints = Some((true, Some(1)));
    refused(&world, Error::Usage);
}

#[test]
fn expired_and_early_certificates_are_refused() {
    for at in 1..5 {
        let mut world = good();
        world.chain[at].until = NOW - 1;
        refused(&world, Error::Expired);
        let mut world = good();
        world.chain[at].from = NOW + 1;
        refused(&world, Error::Early);
        let mut world = good();
        (world.chain[at].from, world.chain[at].until) = (NOW, NOW);
        assert_eq!(verify_document(&world.build(), NOW).unwrap().valid_until, NOW);
    }
}

#[test]
fn an_unknown_critical_extension_is_refused() {
    let extension = |critical| Extension { id: "2.5.29.30".into(), critical, value: vec![0x30, 0] };
    for at in 1..5 {
        let mut world = good();
        world.chain[at].extensions.push(extension(true));
        refused(&world, Error::Critical);
        world.chain[at].extensions[0].critical = false;
        assert!(verify_document(&world.build(), NOW).is_ok());
        world.chain[at].extensions.push(extension(false));
        refused(&world, Error::Malformed);
    }
}

#[test]
fn a_chain_key_on_another_curve_is_refused() {
    let mut world = good();
    world.chain[4] = Cert { from: NOW - DAY, until: NOW + DAY, ..world.chain[3].holder("x", 4, Key::p256("x")) };
    let (payload, envelope_signer) = (world.payload(&world.fields()), good());
    assert_eq!(verify_document(&envelope_signer.sign(&payload), NOW), Err(Error::Unsupported));
}

#[test]
fn another_algorithm_in_the_header_is_refused() {
    // {1: -7} (ES256), {1: -36} (ES512), {} and ES384 with one more parameter.
    for header in [&[0xa1, 1, 0x26][..], &[0xa1, 1, 0x38, 0x23], &[0xa0], &[0xa2, 1, 0x38, 0x22, 4, 0x40], &[]] {
        let mut world = good();
        world.protected = header.to_vec();
        refused(&world, Error::Unsupported);
    }
}

#[test]
fn a_non_empty_unprotected_header_is_refused() {
    let mut world = good();
    world.unprotected = vec![0xa1, 4, 0x40];
    refused(&world, Error::Malformed);
}

#[test]
fn duplicate_and_unknown_keys_are_refused() {
    let world = good();
    for at in 0..9 {
        let mut fields = world.fields();
        fields[(at + 1) % 9] = fields[at].clone();
        assert_eq!(verify_document(&world.sign(&world.payload(&fields)), NOW), Err(Error::Malformed), "twice {at}");
        let mut fields = world.fields();
        fields[at].0 = "other".into();
        assert_eq!(verify_document(&world.sign(&world.payload(&fields)), NOW), Err(Error::Malformed), "unknown {at}");
    }
    let mut fields = world.fields();
    fields.push(("extra".into(), vec![0]));
    assert_eq!(verify_document(&world.sign(&world.payload(&fields)), NOW), Err(Error::Malformed));
}

#[test]
fn duplicate_and_unordered_pcrs_are_refused() {
    let mut world = good();
    world.pcrs[1].0 = 0;
    refused(&world, Error::Malformed);
    let mut world = good();
    world.pcrs.swap(1, 2);
    refused(&world, Error::Malformed);
    let mut world = good();
    world.pcrs[3].0 = 32;
    refused(&world, Error::Malformed);
}

#[test]
fn indefinite_lengths_are_refused() {
    let world = good();
    let payload = world.payload(&world.fields());
    let open_map = [&[0xbf], &payload[1..], &[0xff]].concat();
    assert_eq!(verify_document(&world.sign(&open_map), NOW), Err(Error::Malformed));
    let mut fields = world.fields();
    fields[7].1 = [&[0x5f][..], &bytes(&[0x55; 64]), &[0xff]].concat();
    assert_eq!(verify_document(&world.sign(&world.payload(&fields)), NOW), Err(Error::Malformed));
    let document = world.build().document;
    let open = NitroEvidence { document: [&[0x9f], &document[1..], &[0xff]].concat(), root: world.build().root };
    assert_eq!(verify_document(&open, NOW), Err(Error::Malformed));
}

#[test]
fn lengths_that_are_not_shortest_are_refused() {
    let world = good();
    let mut fields = world.fields();
    fields[7].1 = [&[0x59, 0, 64][..], &[0x55; 64]].concat();
    assert_eq!(verify_document(&world.sign(&world.payload(&fields)), NOW), Err(Error::Malformed));
    let document = world.build().document;
    let longer = NitroEvidence { document: [&[0x98, 4], &document[1..]].concat(), root: world.build().root };
    assert_eq!(verify_document(&longer, NOW), Err(Error::Malformed));
}

#[test]
fn a_tag_and_trailing_bytes_are_refused() {
    let evidence = good().build();
    for document in [[&[0xd2][..], &evidence.document].concat(), [&evidence.document[..], &[0]].concat()] {
        let evidence = NitroEvidence { document, ..evidence.clone() };
        assert_eq!(verify_document(&evidence, NOW), Err(Error::Malformed));
    }
    let world = good();
    let payload = [world.payload(&world.fields()), vec![0]].concat();
    assert_eq!(verify_document(&world.sign(&payload), NOW), Err(Error::Malformed));
}

#[test]
fn every_truncation_is_refused() {
    for evidence in [good().build(), recorded_document("attestation_2025-01-06.cose")] {
        for length in 0..evidence.document.len() {
            let cut = NitroEvidence { document: evidence.document[..length].into(), root: evidence.root.clone() };
            assert!(verify_document(&cut, at("2025-01-06T18:00:00Z")).is_err(), "{length}");
        }
    }
}

#[test]
fn oversized_lengths_are_refused() {
    let evidence = good().build();
    // The head of the payload: 0x59 and two bytes of length.
    for head in [
        &[0x59, 0xff, 0xff][..],
        &[0x5a, 0xff, 0xff, 0xff, 0xff],
        &[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    ] {
        let document = [&evidence.document[..7], head, &evidence.document[10..]].concat();
        assert_eq!(verify_document(&NitroEvidence { document, ..evidence.clone() }, NOW), Err(Error::Malformed));
    }
    let document = vec![0; MAX_DOCUMENT + 1];
    assert_eq!(verify_document(&NitroEvidence { document, ..evidence }, NOW), Err(Error::TooLong));
    let mut world = good();
    world.user_data = Some(vec![0; 513]);
    refused(&world, Error::Malformed);
    let mut world = good();
    world.public_key = Some(vec![0; 1025]);
    refused(&world, Error::Malformed);
}

#[test]
fn another_digest_or_pcr_length_is_refused() {
    let mut world = good();
    world.digest = "SHA512".into();
    refused(&world, Error::Unsupported);
    let mut world = good();
    world.pcrs[1].1 = vec![1; 64];
    refused(&world, Error::Malformed);
}

#[test]
fn a_signature_by_another_key_is_refused() {
    let world = good();
    let payload = world.payload(&world.fields());
    let mut forger = good();
    forger.chain[4].key = Key::p384("forger");
    assert_eq!(verify_document(&forger.sign(&payload), NOW), Err(Error::Signature));
}

#[test]
fn a_module_id_without_an_instance_is_refused() {
    for id in ["", "i-0123", "enc", "-enc0123", &"i".repeat(129)] {
        let mut world = good();
        world.module_id = id.into();
        refused(&world, Error::Malformed);
    }
}
