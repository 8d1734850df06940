//! Other verifiers on every vector and mutation: what is accepted here, they accept, with the same facts.
//!
//! The reverse does not hold, on purpose: some read parts less strictly, or leave debug to their caller.
use crate::support::*;
use assay_tee::{Error, Facts, Kind, Measurements, TcbStatus};
use assay_tee_sim::{cert::pem, Dcap, Nitro, Snp};
use dcap_qvl::{quote::Report, verify::QuoteVerifier, QuoteCollateralV3};
use nitro_attest::UnparsedAttestationDoc;
use serde_json::json;
use sev::{
    certs::snp::{ca, Certificate as SevCertificate, Chain, Verifiable},
    firmware::guest::AttestationReport,
    parser::ByteParser,
};
use time::OffsetDateTime;

// --- dcap-qvl --------------------------------------------------------------------------------------------------------

fn qvl(evidence: &DcapEvidence, now: u64) -> Option<dcap_qvl::verify::VerifiedReport> {
    let chain = |der: &[u8]| String::from_utf8(pem(&[der, &evidence.root])).unwrap();
    let text = |json: &[u8]| String::from_utf8(json.to_vec()).ok();
    let collateral = QuoteCollateralV3 {
        pck_crl_issuer_chain: chain(&evidence.authority),
        root_ca_crl: evidence.root_crl.clone(),
        pck_crl: evidence.pck_crl.clone(),
        tcb_info_issuer_chain: chain(&evidence.signer),
        tcb_info: text(&evidence.tcb_info.0)?,
        tcb_info_signature: evidence.tcb_info.1.to_vec(),
        qe_identity_issuer_chain: chain(&evidence.signer),
        qe_identity: text(&evidence.qe_identity.0)?,
        qe_identity_signature: evidence.qe_identity.1.to_vec(),
        pck_certificate_chain: None,
    };
    QuoteVerifier::new(evidence.root.clone()).verify(&evidence.quote, &collateral, now).ok()
}

fn status(name: &str) -> TcbStatus {
    match name {
        "UpToDate" => TcbStatus::UpToDate,
        "SWHardeningNeeded" => TcbStatus::SwHardeningNeeded,
        "ConfigurationNeeded" => TcbStatus::ConfigurationNeeded,
        "ConfigurationAndSWHardeningNeeded" => TcbStatus::ConfigurationAndSwHardeningNeeded,
        "OutOfDate" => TcbStatus::OutOfDate,
        "OutOfDateConfigurationNeeded" => TcbStatus::OutOfDateConfigurationNeeded,
        "TDRelaunchAdvised" => TcbStatus::TdRelaunchAdvised,
        "TDRelaunchAdvisedConfigurationNeeded" => TcbStatus::TdRelaunchAdvisedConfigurationNeeded,
        other => panic!("a status that is never a fact: {other}"),
    }
}

#[track_caller]
fn same(facts: &Facts, theirs: &dcap_qvl::verify::VerifiedReport) {
    assert_eq!(facts.tcb, status(&theirs.status));
    let mut advisories: Vec<_> = theirs.advisory_ids.iter().map(|name| name.as_bytes().to_vec()).collect();
    advisories.sort();
    advisories.dedup();
    assert_eq!(facts.advisories.iter().map(|name| name.to_vec()).collect::<Vec<_>>(), advisories);
    assert_eq!(facts.platform.id()[..], theirs.ppid[..]);
    match (&facts.measurements, &theirs.report) {
        (Measurements::Sgx { mr_enclave, mr_signer, isv_prod_id, isv_svn, .. }, Report::SgxEnclave(report)) => {
            assert_eq!((*mr_enclave, *mr_signer), (report.mr_enclave, report.mr_signer));
            assert_eq!((*isv_prod_id, *isv_svn), (report.isv_prod_id, report.isv_svn));
            assert_eq!(facts.bound_data, Some(report.report_data));
        }
        (Measurements::Tdx { mr_td, rtmr, .. }, report) => {
            let report = report.as_td10().unwrap();
            assert_eq!(*mr_td, report.mr_td);
            assert_eq!(*rtmr, [report.rt_mr0, report.rt_mr1, report.rt_mr2, report.rt_mr3]);
            assert_eq!(facts.bound_data, Some(report.report_data));
        }
        _ => panic!("another kind of report"),
    }
}

/// Whether both accept; if only one does, it must be the other verifier.
#[track_caller]
fn compare(ours: Result<Facts, Error>, theirs: Option<dcap_qvl::verify::VerifiedReport>) -> bool {
    match (ours, theirs) {
        (Ok(facts), Some(theirs)) => {
            same(&facts, &theirs);
            true
        }
        (Ok(_), None) => panic!("accepted here only"),
        (Err(_), _) => false,
    }
}

#[test]
fn dcap_qvl_agrees_on_the_recorded_quotes_at_every_time() {
    for (name, kind, start, accepted) in [
        ("sgx_quote", Kind::Sgx, "2025-06-10T00:00:00Z", true),
        ("tdx_quote", Kind::Tdx, "2025-06-10T00:00:00Z", true),
        ("tdx_quote_outdated", Kind::Tdx, "2026-02-10T00:00:00Z", false),
    ] {
        let evidence = recorded_quote(name);
        let mut seen = 0;
        for hours in (0..50 * 24).step_by(3) {
            let now = at(start) + hours * 3600;
            let (ours, theirs) = (verify_quote(&evidence, kind, now), qvl(&evidence, now));
            assert_eq!(ours.is_ok(), theirs.is_some(), "{name} at {now}: {ours:?}");
            seen += usize::from(compare(ours, theirs));
        }
        assert_eq!(seen > 0, accepted);
    }
}

#[test]
fn dcap_qvl_agrees_on_every_mutation_of_a_quote() {
    let recorded = at("2025-06-20T00:00:00Z");
    for (evidence, kind, now) in [
        (recorded_quote("sgx_quote"), Kind::Sgx, recorded),
        (recorded_quote("tdx_quote"), Kind::Tdx, recorded),
        (recorded_quote("tdx_quote_outdated"), Kind::Tdx, at("2026-03-01T00:00:00Z")),
    ] {
        let checked = Checked::new(&evidence, kind, now).unwrap();
        let mut mutated = evidence.clone();
        let mut theirs_only = 0;
        for at in 0..evidence.quote.len() {
            mutated.quote[at] ^= 1;
            let (ours, theirs) = (checked.verify(&mutated.quote, now), qvl(&mutated, now));
            theirs_only += usize::from(ours.is_err() && theirs.is_some());
            compare(ours, theirs);
            mutated.quote[at] ^= 1;
        }
        // They do not look at the root's certificate in the quote, nor at what follows the quote.
        assert!(theirs_only < 1000, "{theirs_only}");
    }
}

#[test]
fn dcap_qvl_agrees_on_mutations_of_collateral() {
    let now = at("2025-06-20T00:00:00Z");
    let parts: [fn(&mut DcapEvidence) -> &mut [u8]; 8] = [
        |evidence| &mut evidence.root_crl,
        |evidence| &mut evidence.pck_crl,
        |evidence| &mut evidence.tcb_info.0,
        |evidence| &mut evidence.tcb_info.1,
        |evidence| &mut evidence.qe_identity.0,
        |evidence| &mut evidence.qe_identity.1,
        |evidence| &mut evidence.signer,
        |evidence| &mut evidence.authority,
    ];
    for (name, kind) in [("sgx_quote", Kind::Sgx), ("tdx_quote", Kind::Tdx)] {
        let evidence = recorded_quote(name);
        for part in parts {
            let mut mutated = evidence.clone();
            for at in (0..part(&mut mutated).len()).step_by(5) {
                part(&mut mutated)[at] ^= 1;
                assert!(!compare(verify_quote(&mutated, kind, now), qvl(&mutated, now)), "{name} {at}");
                part(&mut mutated)[at] ^= 1;
            }
        }
    }
}

#[test]
fn dcap_qvl_agrees_on_simulated_worlds() {
    let worlds =
        || [Dcap::sgx([1; 32], [2; 64], NOW), Dcap::tdx([1; 48], [2; 64], NOW), Dcap::tdx15([1; 48], [2; 64], NOW)];
    let changes: [fn(&mut Dcap); 22] = [
        |_| {},
        |world| world.platform.cpu_svn = [3; 16],
        |world| world.platform.cpu_svn = [2; 16],
        |world| world.platform.cpu_svn = [1; 16],
        |world| world.platform.cpu_svn = [0; 16],
        |world| world.platform.pce_svn = 10,
        |world| world.platform.fmspc = [0; 6],
        |world| world.qe.isv_svn = 7,
        |world| world.qe.isv_svn = 5,
        |world| world.qe.isv_svn = 3,
        |world| world.qe.mr_signer = [0; 32],
        |world| world.qe.attributes[0] |= 2,
        |world| world.tcb_info["tcbLevels"][0]["tcbStatus"] = json!("ConfigurationNeeded"),
        |world| {
            world.tcb_info["tcbLevels"][0]["tcbStatus"] = json!("ConfigurationAndSWHardeningNeeded");
            world.qe.isv_svn = 7;
        },
        |world| world.tcb_info["tcbLevels"].as_array_mut().unwrap().reverse(),
        |world| world.pck_crl.serials = vec![vec![0x70]],
        |world| world.root_crl.serials = vec![vec![2]],
        |world| world.root_crl.serials = vec![vec![3]],
        |world| world.signer.until = NOW - 1,
        |world| world.authority.constraints = None,
        |world| world.pck.issuer = "somebody else".into(),
        |world| world.root_crl.until = Some(NOW - 1),
    ];
    // Not a module that is outdated under a running domain: they, like Intel, look at the launch alone.
    let domain_changes: [fn(&mut Dcap); 7] = [
        |world| world.domain().tee_tcb_svn[0] = 5,
        |world| world.domain().tee_tcb_svn[0] = 3,
        |world| world.domain().tee_tcb_svn[..2].copy_from_slice(&[5, 0]),
        |world| world.domain().td_attributes |= 1,
        |world| world.domain().td_attributes |= 1 << 29,
        |world| world.domain().td_attributes = 0,
        |world| world.domain().mr_signer_seam[0] = 1,
    ];
    let mut accepted = 0;
    for (number, world) in worlds().into_iter().enumerate() {
        let kind = if number == 0 { Kind::Sgx } else { Kind::Tdx };
        let more = if number == 0 { &[][..] } else { &domain_changes };
        for (at, change) in changes.iter().chain(more).enumerate() {
            let mut world = world.clone();
            change(&mut world);
            let evidence = world.build();
            let (ours, theirs) = (verify_quote(&evidence, kind, NOW), qvl(&evidence, NOW));
            assert_eq!(ours.is_ok(), theirs.is_some(), "world {number}, change {at}: {ours:?}");
            accepted += usize::from(compare(ours, theirs));
        }
    }
    assert!(accepted >= 20, "{accepted}");
}

// --- nitro_attest ----------------------------------------------------------------------------------------------------

fn nitro_attest(document: &[u8], now: u64) -> Option<nitro_attest::AttestationDoc> {
    let now = OffsetDateTime::from_unix_timestamp(now as i64).unwrap();
    UnparsedAttestationDoc::from(document).parse_and_verify(now).ok()
}

#[track_caller]
fn compare_documents(ours: Result<Facts, Error>, theirs: Option<nitro_attest::AttestationDoc>) -> bool {
    let Ok(facts) = ours else { return false };
    let theirs = theirs.expect("accepted here only");
    let Measurements::Nitro { pcrs } = facts.measurements else { panic!("another kind") };
    let same: Vec<_> = theirs.pcrs.iter().map(|(index, digest)| (*index as u8, digest.value.clone())).collect();
    assert_eq!(pcrs.iter().map(|(index, value)| (*index, value.to_vec())).collect::<Vec<_>>(), same);
    assert_eq!(facts.issued_at, Some(theirs.timestamp.unix_timestamp() as u64));
    true
}

#[test]
fn nitro_attest_agrees_on_the_recorded_documents_at_every_time() {
    let evidence = recorded_document("attestation_2025-01-06.cose");
    let issued = at("2025-01-06T16:07:05Z");
    for now in (at("2025-01-06T15:00:00Z")..at("2025-01-06T20:00:00Z")).step_by(60) {
        let (ours, theirs) = (verify_document(&evidence, now), nitro_attest(&evidence.document, now));
        assert_eq!(ours.is_ok(), theirs.is_some() && now >= issued, "{now}");
        compare_documents(ours, theirs);
    }
    let debug = recorded_document("debug_mode_2024-09-09.b64");
    let now = at("2024-09-09T20:00:00Z");
    assert!(nitro_attest(&debug.document, now).is_some(), "they leave debug to their caller");
    assert_eq!(verify_document(&debug, now), Err(Error::Debug));
}

#[test]
fn nitro_attest_agrees_on_every_mutation_of_a_document() {
    let mut evidence = recorded_document("attestation_2025-01-06.cose");
    let now = at("2025-01-06T18:00:00Z");
    for at in 0..evidence.document.len() {
        evidence.document[at] ^= 1;
        let ours = verify_document(&evidence, now);
        if at % 4 == 0 || ours.is_ok() {
            compare_documents(ours, nitro_attest(&evidence.document, now));
        }
        evidence.document[at] ^= 1;
    }
}

#[test]
fn nitro_attest_refuses_the_simulated_root() {
    let evidence = Nitro::new([1; 48], [2; 64], NOW).build();
    assert!(nitro_attest(&evidence.document, NOW).is_none());
    assert!(verify_document(&evidence, NOW).is_ok());
}

// --- sev -------------------------------------------------------------------------------------------------------------

fn sev(evidence: &SnpEvidence) -> Option<AttestationReport> {
    let cert = |der: &[u8]| SevCertificate::from_der(der).ok();
    let ca = ca::Chain { ark: cert(&evidence.ark)?, ask: cert(&evidence.ask)? };
    let chain = Chain { ca, vek: cert(&evidence.vcek)? };
    let report = AttestationReport::from_bytes(&evidence.report).ok()?;
    (&chain, &report).verify().ok()?;
    Some(report)
}

#[track_caller]
fn compare_reports(ours: Result<Facts, Error>, theirs: Option<AttestationReport>) -> bool {
    let Ok(facts) = ours else { return false };
    let theirs = theirs.expect("accepted here only");
    let Measurements::Snp { measurement, host_data, vmpl, guest_svn, policy, .. } = facts.measurements else {
        panic!("another kind")
    };
    assert_eq!(measurement[..], theirs.measurement[..]);
    assert_eq!(host_data[..], theirs.host_data[..]);
    assert_eq!((vmpl, guest_svn, policy), (theirs.vmpl, theirs.guest_svn, theirs.policy.into()));
    assert_eq!(facts.bound_data.unwrap()[..], theirs.report_data[..]);
    assert_eq!(facts.platform.id()[..], theirs.chip_id[..]);
    true
}

#[test]
fn sev_agrees_on_recorded_and_simulated_reports() {
    let recorded = recorded_report();
    assert!(compare_reports(verify_report(&recorded, NOW), sev(&recorded)));
    for version in [2, 3, 5] {
        let mut world = Snp::new([1; 48], [2; 64], NOW);
        world.report.version = version;
        if version == 2 {
            // The processor is named since version 3; before, sev wants zeros there.
            world.report.cpu = [0; 3];
        }
        let evidence = world.build();
        assert!(compare_reports(verify_report(&evidence, NOW), sev(&evidence)), "{version}");
    }
}

#[test]
fn sev_agrees_on_every_mutation_of_a_report() {
    let mut evidence = recorded_report();
    let vcek = verify_vcek(&evidence, NOW).unwrap();
    for at in 0..evidence.report.len() {
        evidence.report[at] ^= 1;
        let ours = assay_tee::snp::verify(&evidence.report, &vcek, NOW);
        // Their chain costs two RSA verifications each time.
        if at % 8 == 0 || ours.is_ok() {
            compare_reports(ours, sev(&evidence));
        }
        evidence.report[at] ^= 1;
    }
}

#[test]
fn sev_agrees_on_mutations_of_the_chip_key_s_certificate() {
    let mut evidence = recorded_report();
    for at in (0..evidence.vcek.len()).step_by(9) {
        evidence.vcek[at] ^= 1;
        assert!(!compare_reports(verify_report(&evidence, NOW), sev(&evidence)), "{at}");
        evidence.vcek[at] ^= 1;
    }
}
