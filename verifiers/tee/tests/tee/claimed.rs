//! What evidence says of itself, before it is verified, is what it says afterwards.
use crate::{support::*, worlds};
use assay_tee::{dcap, nitro, snp, Error, Measurements, Platform};
use assay_tee_sim::{Nitro, Snp};

#[test]
fn a_quote_claims_what_its_facts_say() {
    for world in [worlds::sgx(), worlds::tdx(), worlds::tdx15()] {
        let evidence = world.build();
        let facts = worlds::verify(&world).unwrap();
        let claimed = dcap::Claimed::read(&evidence.quote).unwrap();
        assert_eq!((claimed.kind, &claimed.measurements), (facts.kind, &facts.measurements));
        assert_eq!(Some(claimed.bound_data), facts.bound_data);
        let issuance = claimed.issuance().unwrap();
        assert!(matches!(facts.platform, Platform::Intel { fmspc, .. } if fmspc == issuance.fmspc));
        assert_eq!(issuance.authority, worlds::checked(&world).pck_crl.authority);
        assert_eq!((issuance.serial[19], issuance.authority_serial[19]), (0x70, 2));
        assert_eq!(dcap::Claimed::read(&evidence.quote[1..]), Err(Error::Unsupported));
    }
}

#[test]
fn recorded_quotes_claim_what_they_are_filed_under() {
    for name in ["sgx_quote", "tdx_quote", "tdx_quote_outdated"] {
        let evidence = recorded_quote(name);
        let issuance = dcap::Claimed::read(&evidence.quote).unwrap().issuance().unwrap();
        let tcb_info = String::from_utf8(evidence.tcb_info.0).unwrap();
        assert!(tcb_info.to_lowercase().contains(&hex::encode(issuance.fmspc)), "{name}");
    }
}

#[test]
fn a_document_claims_what_its_facts_say() {
    let mut world = Nitro::new([0xab; 48], [0x55; 64], NOW);
    world.public_key = Some(vec![1, 2]);
    world.nonce = Some(vec![3]);
    let evidence = world.build();
    let facts = verify_document(&evidence, NOW).unwrap();
    let claimed = nitro::Claimed::read(&evidence.document).unwrap();
    assert_eq!((&claimed.measurements, Some(claimed.issued_at)), (&facts.measurements, facts.issued_at));
    assert_eq!((claimed.public_key, claimed.nonce), (Some(&[1, 2][..]), Some(&[3][..])));
    assert_eq!(claimed.user_data, Some(&[0x55; 64][..]));
    assert_eq!(nitro::Claimed::read(&vec![0; nitro::MAX_DOCUMENT + 1]), Err(Error::TooLong));
    world.pcrs[0].1.fill(0);
    assert_eq!(nitro::Claimed::read(&world.build().document), Err(Error::Debug));
}

#[test]
fn a_report_claims_what_its_facts_say() {
    let evidence = Snp::new([0xab; 48], [0x55; 64], NOW).build();
    let facts = verify_report(&evidence, NOW).unwrap();
    let claimed = snp::Claimed::read(&evidence.report).unwrap();
    assert_eq!((&claimed.measurements, Some(claimed.bound_data)), (&facts.measurements, facts.bound_data));
    assert!(matches!(facts.platform, Platform::Amd { chip_id, .. } if chip_id == claimed.chip_id));
    assert!(
        matches!(facts.measurements, Measurements::Snp { reported_tcb, .. } if reported_tcb == claimed.reported_tcb)
    );
    assert_eq!(snp::Claimed::read(&evidence.report[1..]), Err(Error::Malformed));
}
