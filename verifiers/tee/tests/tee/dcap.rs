//! Quotes: statuses, and what is refused whatever the policy.
use crate::{support::*, worlds::*};
use assay_tee::{Error, Kind, Measurements, Platform, TcbStatus};
use assay_tee_sim::{cert::DAY, Dcap};
use serde_json::json;

#[test]
fn the_recorded_sgx_quote_verifies_within_its_window() {
    let evidence = recorded_quote("sgx_quote");
    let facts = verify_quote(&evidence, Kind::Sgx, at("2025-06-19T11:00:00Z")).unwrap();
    assert_eq!(facts.tcb, TcbStatus::ConfigurationAndSwHardeningNeeded);
    assert_eq!(advisories(&facts), ["INTEL-SA-00289", "INTEL-SA-00615"]);
    assert_eq!((facts.kind, facts.evaluation_number), (Kind::Sgx, Some(17)));
    assert_eq!(facts.bound_data.unwrap(), evidence.quote[48 + 320..48 + 384]);
    let Measurements::Sgx { mr_enclave, mr_signer, .. } = facts.measurements else { panic!() };
    assert_eq!((&mr_enclave[..], &mr_signer[..]), (&evidence.quote[112..144], &evidence.quote[176..208]));
    let Platform::Intel { fmspc, dynamic, .. } = facts.platform else { panic!() };
    assert_eq!((hex::encode(fmspc), dynamic), ("00a067110000".into(), None));

    assert!(verify_quote(&evidence, Kind::Sgx, facts.valid_until).is_ok());
    assert_eq!(verify_quote(&evidence, Kind::Sgx, facts.valid_until + 1), Err(Error::Expired));
    assert!(facts.valid_until > at("2025-07-19T10:00:00Z"));
    assert_eq!(verify_quote(&evidence, Kind::Sgx, at("2025-06-19T10:00:00Z")), Err(Error::Early));
}

#[test]
fn the_recorded_tdx_quote_is_up_to_date_within_its_window() {
    let evidence = recorded_quote("tdx_quote");
    let facts = verify_quote(&evidence, Kind::Tdx, at("2025-06-19T10:40:00Z")).unwrap();
    assert_eq!((facts.kind, facts.tcb, facts.evaluation_number), (Kind::Tdx, TcbStatus::UpToDate, Some(17)));
    assert_eq!(advisories(&facts), [""; 0]);
    assert_eq!(facts.bound_data.unwrap(), evidence.quote[48 + 520..48 + 584]);
    let Measurements::Tdx { mr_td, rtmr, .. } = facts.measurements else { panic!() };
    assert_eq!(mr_td, evidence.quote[48 + 136..48 + 184]);
    assert_eq!(rtmr[3], evidence.quote[48 + 472..48 + 520]);
    let Platform::Intel { fmspc, dynamic, cached_keys, smt, .. } = facts.platform else { panic!() };
    assert_eq!(hex::encode(fmspc), "b0c06f000000");
    assert_eq!((dynamic.is_some(), cached_keys.is_some(), smt.is_some()), (true, true, true));
    assert!(verify_quote(&evidence, Kind::Tdx, facts.valid_until).is_ok());
    assert!(facts.valid_until >= at("2025-07-19T09:50:00Z"));
    assert_eq!(verify_quote(&evidence, Kind::Tdx, facts.valid_until + 1), Err(Error::Expired));
}

#[test]
fn the_recorded_outdated_tdx_platform_matches_no_level() {
    let evidence = recorded_quote("tdx_quote_outdated");
    for time in ["2026-02-18T11:00:00Z", "2026-03-20T00:00:00Z"] {
        assert_eq!(verify_quote(&evidence, Kind::Tdx, at(time)), Err(Error::NoTcbLevel));
    }
}

#[test]
fn collateral_of_one_recorded_platform_does_not_serve_another() {
    let (sgx, tdx) = (recorded_quote("sgx_quote"), recorded_quote("tdx_quote"));
    let now = at("2025-06-20T00:00:00Z");
    let checked = |evidence, kind| Checked::new(evidence, kind, now).unwrap();
    let (for_sgx, for_tdx) = (checked(&sgx, Kind::Sgx), checked(&tdx, Kind::Tdx));
    assert_eq!(for_tdx.verify(&sgx.quote, now), Err(Error::Collateral));
    assert_eq!(for_sgx.verify(&tdx.quote, now), Err(Error::Collateral));
    let mixed = Checked { tcb_info: for_tdx.tcb_info.clone(), ..for_sgx.clone() };
    assert_eq!(mixed.verify(&sgx.quote, now), Err(Error::Collateral));
    let mixed = Checked { qe_identity: for_tdx.qe_identity.clone(), ..for_sgx.clone() };
    assert_eq!(mixed.verify(&sgx.quote, now), Err(Error::Collateral));
    let mixed = Checked { pck_crl: for_tdx.pck_crl, ..for_sgx };
    assert_eq!(mixed.verify(&sgx.quote, now), Err(Error::Collateral), "the list of the other authority");
}

#[test]
fn simulated_quotes_of_every_kind_verify() {
    for (world, expected) in [(sgx(), Kind::Sgx), (tdx(), Kind::Tdx), (tdx15(), Kind::Tdx)] {
        let facts = verify(&world).unwrap();
        assert_eq!((facts.kind, facts.tcb), (expected, TcbStatus::UpToDate));
        assert_eq!(facts.evaluation_number, Some(19), "the lower of 20 and 19");
        assert_eq!(facts.bound_data, Some([0x55; 64]));
        assert_eq!(facts.valid_until, NOW + 29 * DAY);
        assert_eq!(facts.platform.id()[..], [0x11; 16]);
    }
    let mut world = tdx();
    world.version = 5;
    assert_eq!(verify(&world).unwrap().kind, Kind::Tdx, "version 5 with a body of TDX 1.0");
}

#[test]
fn the_status_is_that_of_the_highest_level_met() {
    for (svn, status, names) in [
        (5, TcbStatus::UpToDate, &[][..]),
        (3, TcbStatus::SwHardeningNeeded, &["ASSAY-SA-00003"]),
        (2, TcbStatus::OutOfDate, &["ASSAY-SA-00002", "ASSAY-SA-00003"]),
    ] {
        let mut world = sgx();
        world.platform.cpu_svn = [svn; 16];
        let facts = verify(&world).unwrap();
        assert_eq!(facts.tcb, status);
        assert_eq!(advisories(&facts), names);
    }
    // One component below is enough to miss a level, and so is the PCE.
    for at in 0..16 {
        let mut world = sgx();
        world.platform.cpu_svn[at] = 3;
        assert_eq!(verify(&world).unwrap().tcb, TcbStatus::SwHardeningNeeded);
    }
    refused(|world| world.platform.pce_svn = 10, Error::NoTcbLevel);
    refused(|world| world.platform.cpu_svn = [0; 16], Error::NoTcbLevel);
    refused(|world| world.platform.cpu_svn = [1; 16], Error::TcbRevoked);
}

#[test]
fn the_order_of_levels_in_the_document_does_not_matter() {
    let mut world = sgx();
    world.tcb_info["tcbLevels"].as_array_mut().unwrap().reverse();
    world.qe_identity["tcbLevels"].as_array_mut().unwrap().reverse();
    assert_eq!(verify(&world).unwrap().tcb, TcbStatus::UpToDate);
}

#[test]
fn the_quoting_enclave_s_status_counts() {
    let mut world = sgx();
    world.qe.isv_svn = 7;
    let facts = verify(&world).unwrap();
    assert_eq!((facts.tcb, advisories(&facts)), (TcbStatus::OutOfDate, vec!["ASSAY-SA-00001".to_string()]));
    refused(|world| world.qe.isv_svn = 5, Error::TcbRevoked);
    refused(|world| world.qe.isv_svn = 3, Error::NoTcbLevel);
}

#[test]
fn the_tdx_module_s_status_counts() {
    let mut world = tdx();
    world.domain().tee_tcb_svn[0] = 5;
    let facts = verify(&world).unwrap();
    assert_eq!((facts.tcb, advisories(&facts)), (TcbStatus::OutOfDate, vec!["ASSAY-SA-00004".to_string()]));
    world.domain().tee_tcb_svn[0] = 3;
    assert_eq!(verify(&world), Err(Error::TcbRevoked));
    world.domain().tee_tcb_svn[0] = 1;
    assert_eq!(verify(&world), Err(Error::NoTcbLevel));
    // Version 0 has no identity of its own: component 0 then counts against the platform's levels.
    let mut world = tdx();
    world.domain().tee_tcb_svn[..2].copy_from_slice(&[5, 0]);
    assert_eq!(verify(&world).unwrap().tcb, TcbStatus::UpToDate);
    world.domain().tee_tcb_svn[0] = 4;
    assert_eq!(verify(&world), Err(Error::NoTcbLevel));
}

#[test]
fn a_module_updated_under_a_running_domain_advises_a_relaunch() {
    let mut world = tdx15();
    world.domain().tee_tcb_svn[0] = 5;
    assert_eq!(verify(&world).unwrap().tcb, TcbStatus::TdRelaunchAdvised);
    world.tcb_info["tcbLevels"][0]["tcbStatus"] = json!("ConfigurationNeeded");
    assert_eq!(verify(&world).unwrap().tcb, TcbStatus::TdRelaunchAdvisedConfigurationNeeded);
}

#[test]
fn an_outdated_module_under_a_running_domain_counts() {
    let mut world = tdx15();
    world.domain().tee_tcb_svn_2[0] = 5;
    let facts = verify(&world).unwrap();
    assert_eq!((facts.tcb, advisories(&facts)), (TcbStatus::OutOfDate, vec!["ASSAY-SA-00004".to_string()]));
    world.tcb_info["tcbLevels"][0]["tcbStatus"] = json!("ConfigurationNeeded");
    assert_eq!(verify(&world).unwrap().tcb, TcbStatus::OutOfDateConfigurationNeeded);
    world.domain().tee_tcb_svn[0] = 5;
    assert_eq!(verify(&world).unwrap().tcb, TcbStatus::OutOfDateConfigurationNeeded, "no reason to relaunch");
}

#[test]
fn a_revoked_or_unknown_module_under_a_running_domain_is_refused() {
    let mut world = tdx15();
    world.domain().tee_tcb_svn_2[0] = 3;
    assert_eq!(verify(&world), Err(Error::TcbRevoked));
    world.domain().tee_tcb_svn_2[1] = 9;
    assert_eq!(verify(&world), Err(Error::Module));
}

#[test]
fn a_debug_enclave_is_refused() {
    let mut world = sgx();
    world.enclave().attributes[0] |= 2;
    assert_eq!(verify(&world), Err(Error::Debug));
}

#[test]
fn a_debug_quoting_enclave_is_refused() {
    refused(
        |world| {
            world.qe.attributes[0] |= 2;
            world.qe_identity["attributesMask"] = json!("00000000000000000000000000000000");
        },
        Error::Debug,
    );
}

#[test]
fn a_debugged_or_profiled_trust_domain_is_refused() {
    for good in [tdx, tdx15] {
        for bit in 0..8 {
            let mut world = good();
            world.domain().td_attributes |= 1 << bit;
            assert_eq!(verify(&world), Err(Error::Debug), "{bit}");
        }
    }
}

#[test]
fn a_trust_domain_with_attributes_that_weaken_it_is_refused() {
    let allowed = [16, 27, 28, 30, 31, 62, 63];
    for good in [tdx, tdx15] {
        for bit in 8..64 {
            let mut world = good();
            world.domain().td_attributes |= 1 << bit;
            let expected = if allowed.contains(&bit) { None } else { Some(Error::Attributes) };
            assert_eq!(verify(&world).err(), expected, "{bit}");
        }
        let mut world = good();
        world.domain().td_attributes = 0;
        assert_eq!(verify(&world), Err(Error::Attributes), "without SEPT_VE_DISABLE");
    }
    let mut world = tdx15();
    world.domain().mr_service_td[47] = 1;
    assert_eq!(verify(&world), Err(Error::Attributes), "bound to a service");
}

#[test]
fn a_module_of_another_signer_or_with_other_attributes_is_refused() {
    let changes: [fn(&mut Dcap); 4] = [
        |world| world.domain().mr_signer_seam[0] = 1,
        |world| world.domain().seam_attributes[7] = 1,
        |world| world.domain().tee_tcb_svn[1] = 2,
        |world| {
            // Bits outside the mask.
            world.tcb_info["tdxModuleIdentities"][0]["attributesMask"] = json!("FFFFFFFFFFFFFF00");
            world.domain().seam_attributes[7] = 1;
        },
    ];
    for good in [tdx, tdx15] {
        for change in changes {
            let mut world = good();
            change(&mut world);
            assert_eq!(verify(&world), Err(Error::Module));
        }
    }
}

#[test]
fn a_quoting_enclave_that_intel_does_not_describe_is_refused() {
    refused(|world| world.qe.mr_signer[0] ^= 1, Error::QuotingEnclave);
    refused(|world| world.qe.isv_prod_id += 1, Error::QuotingEnclave);
    refused(|world| world.qe.misc_select = 1, Error::QuotingEnclave);
    refused(|world| world.qe.attributes[0] ^= 0x10, Error::QuotingEnclave);
    refused(|world| world.qe.attributes[1] = 1, Error::QuotingEnclave);
}

#[test]
fn an_attestation_key_that_the_quoting_enclave_did_not_report_is_refused() {
    refused(|world| world.reported_key = Some(vec![7; 64]), Error::QuotingEnclave);
    refused(|world| world.qe.report_data[63] = 1, Error::QuotingEnclave);
}

#[test]
fn unknown_versions_key_types_and_vendors_are_refused() {
    for version in [0, 1, 2, 6, 0xffff] {
        refused(|world| world.version = version, Error::Unsupported);
    }
    for key_type in [0, 1, 3, 0xffff] {
        refused(|world| world.key_type = key_type, Error::Unsupported);
    }
    refused(|world| world.vendor[15] ^= 1, Error::Unsupported);
}

#[test]
fn an_enclave_quote_posing_as_a_trust_domain_is_refused_and_the_reverse() {
    for (good, tee) in [(sgx as fn() -> Dcap, 0x81u32), (tdx, 0), (tdx15, 0), (tdx, 0x82)] {
        let evidence = good().build();
        let mut quote = evidence.quote.clone();
        quote[4..8].copy_from_slice(&tee.to_le_bytes());
        let checked = Checked::new(&evidence, kind(&good()), NOW).unwrap();
        assert_eq!(checked.verify(&quote, NOW), Err(Error::Unsupported));
    }
    let evidence = tdx15().build();
    for (body, size) in [(1u16, 384u32), (3, 584), (2, 648), (4, 648), (3, 0xffff_ffff)] {
        let mut quote = evidence.quote.clone();
        quote[48..50].copy_from_slice(&body.to_le_bytes());
        quote[50..54].copy_from_slice(&size.to_le_bytes());
        let checked = Checked::new(&evidence, Kind::Tdx, NOW).unwrap();
        assert_eq!(checked.verify(&quote, NOW), Err(Error::Unsupported));
    }
}
