//! SNP reports and chip keys.
use crate::support::*;
use assay_tee::{
    snp::{Product, Vcek},
    Certificate, Crl, Error, Kind, Measurements, Platform, TcbStatus,
};
use assay_tee_sim::{cert::Extension, cert::SIGN, key::Key, Snp};

fn good() -> Snp {
    Snp::new([0xab; 48], [0x55; 64], NOW)
}

#[track_caller]
fn refused(world: &Snp, error: Error) {
    assert_eq!(verify_report(&world.build(), NOW).unwrap_err(), error);
}

#[test]
fn a_recorded_report_verifies_within_its_chip_key_s_window() {
    let evidence = recorded_report();
    let (first, last) = (at("2023-04-03T19:23:43Z"), at("2030-04-03T19:23:43Z"));
    let facts = verify_report(&evidence, first).unwrap();
    assert_eq!(verify_report(&evidence, last).unwrap(), facts);
    assert_eq!((facts.kind, facts.tcb, facts.valid_until), (Kind::Snp, TcbStatus::Unrated, last));
    assert_eq!(facts.bound_data.unwrap(), evidence.report[0x50..0x90]);
    let Platform::Amd { product, chip_id } = facts.platform else { panic!() };
    assert_eq!(product, Product::Milan);
    assert_eq!(hex::encode(&chip_id[..4]), "d49554ec");
    let Measurements::Snp { measurement, policy, reported_tcb, .. } = facts.measurements else { panic!() };
    assert_eq!(measurement, evidence.report[0x90..0xc0]);
    assert_eq!((policy, reported_tcb), (0x3_0000, [3, 0, 0, 0, 0, 0, 8, 0x73]));
    assert_eq!(verify_report(&evidence, first - 1), Err(Error::Early));
    assert_eq!(verify_report(&evidence, last + 1), Err(Error::Expired));
}

#[test]
fn the_given_roots_issued_the_given_signing_keys_and_no_other() {
    let products = ["milan", "genoa", "turin"];
    let der = |product, name| {
        let pem = vector(&format!("snp/roots/{product}/{name}.pem"));
        assay_tee::dcap::pem_chain(&pem).unwrap().remove(0)
    };
    for ark in products {
        for ask in products {
            let (root, below) = (der(ark, "ark"), der(ask, "ask"));
            let (root, below) = (Certificate::parse(&root).unwrap(), Certificate::parse(&below).unwrap());
            let expected = if ark == ask { Ok(()) } else { Err(Error::Chain) };
            assert_eq!(assay_tee::x509::authority(&root, &below, NOW), expected, "{ask} under {ark}");
        }
    }
}

#[test]
fn a_chip_key_of_another_product_s_root_is_refused() {
    let pem = |product, name| vector(&format!("snp/roots/{product}/{name}.pem"));
    let der = |product, name| assay_tee::dcap::pem_chain(&pem(product, name)).unwrap().remove(0);
    let evidence = SnpEvidence { ark: der("genoa", "ark"), ask: der("genoa", "ask"), ..recorded_report() };
    assert_eq!(verify_report(&evidence, NOW), Err(Error::Chain));
    let evidence = SnpEvidence { ark: der("genoa", "ark"), ..recorded_report() };
    assert_eq!(verify_report(&evidence, NOW), Err(Error::Chain));
}

#[test]
fn simulated_reports_verify_for_every_version_and_product() {
    let mut world = good();
    for version in 2..=5 {
        world.report.version = version;
        let facts = verify_report(&world.build(), NOW).unwrap();
        assert_eq!(facts.bound_data, Some([0x55; 64]));
        assert_eq!(facts.valid_until, NOW + 29 * 86_400, "the list ends first");
    }
    world.product = "Milan-B1".into();
    world.report.cpu = [0x19, 1, 1];
    assert!(verify_report(&world.build(), NOW).is_ok());
    let turin = turin();
    let Platform::Amd { product, chip_id } = verify_report(&turin.build(), NOW).unwrap().platform else { panic!() };
    assert_eq!((product, &chip_id[..9]), (Product::Turin, &[0xc5, 0xc5, 0xc5, 0xc5, 0xc5, 0xc5, 0xc5, 0xc5, 0][..]));
}

fn turin() -> Snp {
    let mut world = good();
    world.product = "Turin-B1".into();
    world.hardware_id.truncate(8);
    world.svns.push((9, 2));
    world.report.chip_id[8..].fill(0);
    world.report.cpu = [0x1a, 2, 0];
    world.report.reported_tcb = [2, 9, 0, 21, 0, 0, 0, 200];
    world
}

#[test]
fn a_debug_guest_is_refused() {
    let mut world = good();
    world.report.policy |= 1 << 19;
    refused(&world, Error::Debug);
}

#[test]
fn a_policy_without_its_constant_bit_is_refused() {
    let mut world = good();
    world.report.policy = 0x1_0000;
    refused(&world, Error::Malformed);
}

#[test]
fn a_chip_id_that_does_not_match_the_vcek_is_refused() {
    let mut world = good();
    world.report.chip_id[63] ^= 1;
    refused(&world, Error::Chip);
    let mut world = turin();
    world.report.chip_id[8] = 1;
    refused(&world, Error::Chip);
}

#[test]
fn a_masked_chip_id_is_refused() {
    let mut world = good();
    world.report.chip_id = [0; 64];
    world.hardware_id = vec![0; 64];
    refused(&world, Error::Chip);
    let mut world = good();
    world.report.key_info = 1 << 1;
    refused(&world, Error::Chip);
}

#[test]
fn a_tcb_that_does_not_match_the_vcek_is_refused() {
    for at in 0..8 {
        let mut world = good();
        world.report.reported_tcb[at] ^= 1;
        refused(&world, Error::Chip);
    }
    let mut world = turin();
    // The layout of the other products.
    world.report.reported_tcb = [9, 0, 0, 0, 0, 0, 21, 200];
    refused(&world, Error::Chip);
}

#[test]
fn a_processor_that_is_not_the_vcek_s_product_is_refused() {
    let mut world = good();
    world.report.cpu = [0x19, 1, 1];
    refused(&world, Error::Chip);
    world.report.cpu = [0x17, 1, 1];
    refused(&world, Error::Unsupported);
}

#[test]
fn unknown_versions_algorithms_and_products_are_refused() {
    for version in [0, 1, 6, u32::MAX] {
        let mut world = good();
        world.report.version = version;
        refused(&world, Error::Unsupported);
    }
    for algorithm in [0, 2, u32::MAX] {
        let mut world = good();
        world.report.algorithm = algorithm;
        refused(&world, Error::Unsupported);
    }
    for product in ["Rome-B0", "", "milan", "Mila"] {
        let mut world = good();
        world.product = product.into();
        refused(&world, Error::Unsupported);
    }
}

#[test]
fn a_report_signed_by_a_vlek_or_by_nothing_is_refused() {
    for key in [1u32, 7] {
        let mut world = good();
        world.report.key_info = key << 2;
        refused(&world, Error::Unsupported);
    }
    let mut world = good();
    world.vcek.subject = "SEV-VLEK".into();
    refused(&world, Error::Usage);
}

#[test]
fn a_revoked_ask_is_refused() {
    let mut world = good();
    world.crl.serials = vec![vec![2]];
    refused(&world, Error::Revoked);
    let evidence = world.build();
    let ark = Certificate::parse(&evidence.ark).unwrap();
    let crl = Crl::of_root(&evidence.crl, &ark, NOW).unwrap();
    let kept = verify_vcek(&good().build(), NOW).unwrap();
    assert!(crl.revokes(&kept.signer), "a kept chip key can be checked against a later list");
}

#[test]
fn another_root_s_revocation_list_is_refused() {
    let evidence = good().build();
    let dcap = assay_tee_sim::Dcap::sgx([0; 32], [0; 64], NOW).build();
    let other = Crl::of_root(&dcap.root_crl, &Certificate::parse(&dcap.root).unwrap(), NOW).unwrap();
    let ark = Certificate::parse(&evidence.ark).unwrap();
    assert_eq!(Vcek::verify(&evidence.vcek, &evidence.ask, &ark, Some(&other), NOW), Err(Error::Collateral));
}

#[test]
fn a_chain_that_does_not_hold_is_refused() {
    let mut world = good();
    world.ask.issuer = "ARK-Other".into();
    refused(&world, Error::Chain);
    let mut world = good();
    world.vcek.issuer = "SEV-Other".into();
    refused(&world, Error::Chain);
    let mut world = good();
    world.vcek.issuer_key = Key::rsa("ark");
    refused(&world, Error::Signature);
    let mut world = good();
    world.ask.issuer_key = Key::rsa("ask");
    refused(&world, Error::Signature);
    let mut world = good();
    world.vcek.issuer_key = Key::p384("not an RSA key");
    refused(&world, Error::Unsupported);
    let mut world = good();
    world.vcek.key = Key::p256("another curve");
    assert_eq!(verify_vcek(&world_with_report_of(&world), NOW), Err(Error::Unsupported));
}

/// The certificates of this world, whose key cannot sign reports, and the report of a good one.
fn world_with_report_of(world: &Snp) -> SnpEvidence {
    let mut signable = world.clone();
    signable.vcek.key = good().vcek.key;
    let mut evidence = signable.build();
    let mut cert = world.clone().vcek;
    cert.extensions.push(Extension { id: "1.3.6.1.4.1.3704.1.9".into(), critical: false, value: vec![] });
    evidence.vcek = cert.der();
    evidence
}

#[test]
fn an_ask_that_may_not_issue_is_refused() {
    for (constraints, usage) in
        [(None, Some(4)), (Some((false, None)), Some(4)), (Some((true, None)), None), (Some((true, None)), Some(SIGN))]
    {
        let mut world = good();
        (world.ask.constraints, world.ask.usage) = (constraints, usage);
        refused(&world, Error::Usage);
    }
    let mut world = good();
    world.vcek.constraints = Some((true, None));
    refused(&world, Error::Usage);
}

#[test]
fn a_vcek_without_its_extensions_is_refused() {
    let evidence = SnpEvidence { vcek: good().vcek.der(), ..good().build() };
    assert_eq!(verify_vcek(&evidence, NOW), Err(Error::Malformed));
    let mut world = good();
    world.svns.remove(2);
    refused(&world, Error::Malformed);
    let mut world = good();
    world.hardware_id.truncate(63);
    refused(&world, Error::Malformed);
    let mut world = good();
    world.svns.push((3, 255));
    refused(&world, Error::Malformed);
}

#[test]
fn expired_and_early_certificates_are_refused() {
    let set: [fn(&mut Snp) -> &mut assay_tee_sim::cert::Cert; 3] =
        [|world| &mut world.ark, |world| &mut world.ask, |world| &mut world.vcek];
    for part in set {
        let mut world = good();
        part(&mut world).until = NOW - 1;
        refused(&world, Error::Expired);
        let mut world = good();
        part(&mut world).from = NOW + 1;
        refused(&world, Error::Early);
    }
}

#[test]
fn a_kept_vcek_expires() {
    let evidence = SnpEvidence { crl: Vec::new(), ..good().build() };
    let vcek = verify_vcek(&evidence, NOW).unwrap();
    assert!(assay_tee::snp::verify(&evidence.report, &vcek, vcek.window.until).is_ok());
    let late = assay_tee::snp::verify(&evidence.report, &vcek, vcek.window.until + 1);
    assert_eq!(late, Err(Error::Expired));
}

#[test]
fn every_other_length_of_a_report_is_refused() {
    let evidence = good().build();
    let vcek = verify_vcek(&evidence, NOW).unwrap();
    for length in (0..evidence.report.len()).chain([1185, 4096]) {
        let mut report = evidence.report.clone();
        report.resize(length, 0);
        assert_eq!(assay_tee::snp::verify(&report, &vcek, NOW), Err(Error::Malformed));
    }
}

#[test]
fn truncated_and_extended_certificates_are_refused() {
    let evidence = good().build();
    for length in 0..evidence.vcek.len() {
        let cut = SnpEvidence { vcek: evidence.vcek[..length].into(), ..evidence.clone() };
        assert_eq!(verify_vcek(&cut, NOW), Err(Error::Malformed), "{length}");
    }
    let longer = SnpEvidence { vcek: [&evidence.vcek[..], &[0]].concat(), ..evidence.clone() };
    assert_eq!(verify_vcek(&longer, NOW), Err(Error::Malformed));
    let huge = SnpEvidence { vcek: vec![0x30; 5000], ..evidence };
    assert_eq!(verify_vcek(&huge, NOW), Err(Error::TooLong));
}

#[test]
fn a_report_of_another_chip_key_is_refused() {
    let mut world = good();
    let evidence = world.build();
    world.vcek.key = Key::p384("another chip");
    let other = verify_vcek(&world.build(), NOW).unwrap();
    assert_eq!(assay_tee::snp::verify(&evidence.report, &other, NOW), Err(Error::Signature));
}
