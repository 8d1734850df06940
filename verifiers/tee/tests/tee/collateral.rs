//! DCAP collateral: TCB info, QE identities, revocation lists, and who signs them.
use crate::{support::*, worlds::*};
use assay_tee::{
    dcap::{check_pck_crl, QeIdentity, TcbInfo},
    Certificate, Crl, Error, Kind,
};
use assay_tee_sim::{
    cert::{Cert, Extension, Revocations, ISSUE},
    dcap::date,
    key::Key,
    Dcap,
};
use serde_json::json;

/// The two revocation lists of a world.
const LISTS: [fn(&mut Dcap) -> &mut Revocations; 2] = [|world| &mut world.root_crl, |world| &mut world.pck_crl];

#[test]
fn edited_or_unsigned_collateral_is_refused() {
    for good in [sgx, tdx] {
        let (evidence, kind) = (good().build(), kind(&good()));
        let edits: [fn(&mut DcapEvidence); 6] = [
            |evidence| *evidence.tcb_info.0.last_mut().unwrap() = b' ',
            |evidence| evidence.tcb_info.0.push(b' '),
            |evidence| evidence.tcb_info.1 = [0; 64],
            |evidence| evidence.qe_identity.0.insert(0, b' '),
            |evidence| evidence.qe_identity.1[63] ^= 1,
            |evidence| std::mem::swap(&mut evidence.tcb_info.1, &mut evidence.qe_identity.1),
        ];
        for edit in edits {
            let mut edited = evidence.clone();
            edit(&mut edited);
            assert_eq!(Checked::new(&edited, kind, NOW).unwrap_err(), Error::Signature);
        }
        let mut huge = evidence;
        huge.tcb_info.0.resize(70_000, b' ');
        assert_eq!(Checked::new(&huge, kind, NOW).unwrap_err(), Error::TooLong);
    }
}

#[test]
fn collateral_of_another_family_is_refused() {
    refused(|world| world.tcb_info["fmspc"] = json!("A55A00000001"), Error::Collateral);
    refused(|world| world.platform.fmspc[5] = 1, Error::Collateral);
    refused(|world| world.tcb_info["pceId"] = json!("0001"), Error::Collateral);
}

#[test]
fn collateral_of_the_other_kind_is_refused() {
    let (sgx, tdx) = (sgx().build(), tdx().build());
    let mixed = DcapEvidence { tcb_info: sgx.tcb_info.clone(), ..tdx.clone() };
    assert_eq!(verify_quote(&mixed, Kind::Tdx, NOW), Err(Error::Collateral), "SGX info for TDX");
    let mixed = DcapEvidence { qe_identity: sgx.qe_identity.clone(), ..tdx.clone() };
    assert_eq!(verify_quote(&mixed, Kind::Tdx, NOW), Err(Error::Collateral));
    let mixed = DcapEvidence { tcb_info: tdx.tcb_info, ..sgx };
    assert_eq!(verify_quote(&mixed, Kind::Sgx, NOW), Err(Error::Collateral), "TDX info for SGX");
}

#[test]
fn no_other_kind_has_intel_collateral() {
    let evidence = sgx().build();
    for kind in [Kind::Nitro, Kind::Snp] {
        assert_eq!(Checked::new(&evidence, kind, NOW).unwrap_err(), Error::Unsupported);
    }
}

#[test]
fn expired_and_early_collateral_is_refused() {
    for name in ["tcb_info", "qe_identity"] {
        let set = |world: &mut Dcap, field: &str, time| {
            let document = if name == "tcb_info" { &mut world.tcb_info } else { &mut world.qe_identity };
            document[field] = json!(date(time));
        };
        refused(|world| set(world, "nextUpdate", NOW - 1), Error::Expired);
        refused(|world| set(world, "issueDate", NOW + 1), Error::Early);
        let mut world = sgx();
        set(&mut world, "nextUpdate", NOW);
        assert_eq!(verify(&world).unwrap().valid_until, NOW, "good up to and including nextUpdate");
        set(&mut world, "nextUpdate", NOW + 1);
        set(&mut world, "issueDate", NOW);
        assert!(verify(&world).is_ok());
    }
    for list in LISTS {
        refused(|world| list(world).until = Some(NOW - 1), Error::Expired);
        refused(|world| list(world).from = NOW + 1, Error::Early);
        refused(|world| list(world).until = None, Error::Malformed);
    }
}

#[test]
fn collateral_that_expired_since_it_was_checked_is_refused() {
    let evidence = sgx().build();
    let checked = Checked::new(&evidence, Kind::Sgx, NOW).unwrap();
    let until = checked.verify(&evidence.quote, NOW).unwrap().valid_until;
    assert!(checked.verify(&evidence.quote, until).is_ok());
    assert_eq!(checked.verify(&evidence.quote, until + 1), Err(Error::Expired));
    let mut shorter = checked.clone();
    shorter.pck_crl.window.until = NOW;
    assert_eq!(shorter.verify(&evidence.quote, NOW + 1), Err(Error::Expired));
    shorter = checked.clone();
    shorter.qe_identity.window.until = NOW;
    assert_eq!(shorter.verify(&evidence.quote, NOW + 1), Err(Error::Expired));
    shorter = checked;
    shorter.tcb_info.window.from = NOW + 1;
    assert_eq!(shorter.verify(&evidence.quote, NOW), Err(Error::Early));
}

#[test]
fn rolled_back_collateral_does_not_supersede() {
    let now = checked(&sgx());
    let mut newer = sgx();
    newer.tcb_info["issueDate"] = json!(date(NOW - 1));
    newer.qe_identity["issueDate"] = json!(date(NOW - 1));
    (newer.root_crl.from, newer.pck_crl.from) = (NOW - 1, NOW - 1);
    let new = checked(&newer);
    assert!(new.tcb_info.supersedes(&now.tcb_info) && !now.tcb_info.supersedes(&new.tcb_info));
    assert!(new.qe_identity.supersedes(&now.qe_identity) && !now.qe_identity.supersedes(&new.qe_identity));
    assert!(new.pck_crl.supersedes(&now.pck_crl) && !now.pck_crl.supersedes(&new.pck_crl));
    assert!(new.root_crl.supersedes(&now.root_crl) && !new.root_crl.supersedes(&now.pck_crl));
    assert!(!now.tcb_info.supersedes(&now.tcb_info) && !now.pck_crl.supersedes(&now.pck_crl), "not newer");

    newer.tcb_info["tcbEvaluationDataNumber"] = json!(19);
    newer.qe_identity["tcbEvaluationDataNumber"] = json!(18);
    let lower = checked(&newer);
    assert!(!lower.tcb_info.supersedes(&now.tcb_info), "newer, with a lower evaluation number");
    assert!(!lower.qe_identity.supersedes(&now.qe_identity));

    newer.tcb_info["tcbEvaluationDataNumber"] = json!(99);
    newer.tcb_info["fmspc"] = json!("000000000000");
    assert!(!checked(&newer).tcb_info.supersedes(&now.tcb_info), "of another family");
    let other = checked(&tdx());
    assert!(!other.tcb_info.supersedes(&now.tcb_info) && !other.qe_identity.supersedes(&now.qe_identity));
}

#[test]
fn collateral_by_the_wrong_signer_under_the_right_root_is_refused() {
    // A PCK key, an authority, and a holder of another name: all chain to the root.
    refused(|world| world.signer.subject = "Assay Simulated SGX PCK Certificate".into(), Error::Usage);
    refused(|world| world.signer = Cert { subject: "SGX TCB Signing".into(), ..world.authority.clone() }, Error::Usage);
    refused(|world| world.signer.usage = Some(ISSUE), Error::Usage);
    refused(|world| world.signer.usage = None, Error::Usage);
    refused(|world| world.signer.constraints = None, Error::Usage);
    let mut world = sgx();
    world.signer = world.authority.holder("Assay Simulated SGX TCB Signing", 3, Key::p256("x"));
    assert_eq!(verify(&world), Err(Error::Chain), "not issued by the root itself");
    let mut world = sgx();
    world.signer.issuer_key = Key::p256("forger");
    assert_eq!(verify(&world), Err(Error::Signature));
}

#[test]
fn collateral_by_an_expired_signer_is_refused() {
    refused(|world| world.signer.until = NOW - 1, Error::Expired);
    refused(|world| world.signer.from = NOW + 1, Error::Early);
    let mut world = sgx();
    world.signer.until = NOW + 5;
    assert_eq!(verify(&world).unwrap().valid_until, NOW + 5);
}

#[test]
fn a_revoked_pck_is_refused() {
    refused(|world| world.pck_crl.serials = vec![vec![1], vec![0x70], vec![0xff; 20]], Error::Revoked);
    let mut world = sgx();
    world.pck_crl.serials = vec![vec![0x71], vec![1, 0x70], vec![0x70, 0]];
    assert!(verify(&world).is_ok(), "others are revoked");
    // A list of the root that names the same number is about another certificate.
    world.root_crl.serials = vec![vec![0x70]];
    assert!(verify(&world).is_ok());
}

#[test]
fn a_revoked_authority_or_signer_is_refused() {
    refused(|world| world.root_crl.serials = vec![vec![2]], Error::Revoked);
    refused(|world| world.root_crl.serials = vec![vec![3]], Error::Revoked);
}

#[test]
fn what_was_revoked_after_the_collateral_was_checked_is_refused() {
    let evidence = sgx().build();
    let before = checked(&sgx());
    for (in_root, serial, expected) in
        [(true, 2, Error::Revoked), (true, 3, Error::Revoked), (false, 0x70, Error::Revoked)]
    {
        let mut world = sgx();
        let list = if in_root { &mut world.root_crl } else { &mut world.pck_crl };
        list.serials = vec![vec![serial]];
        let evidence_now = world.build();
        let root = Certificate::parse(&evidence.root).unwrap();
        let mut after = before.clone();
        if in_root {
            after.root_crl = Crl::of_root(&evidence_now.root_crl, &root, NOW).unwrap();
        } else {
            let list = check_pck_crl(&evidence_now.pck_crl, &evidence.authority, &root, &before.root_crl, NOW);
            after.pck_crl = list.unwrap();
        }
        assert_eq!(after.verify(&evidence.quote, NOW), Err(expected));
    }
}

#[test]
fn a_missing_revocation_list_cannot_be_replaced_by_another() {
    let mut checked = checked(&sgx());
    let evidence = sgx().build();
    checked.pck_crl = checked.root_crl.clone();
    assert_eq!(checked.verify(&evidence.quote, NOW), Err(Error::Collateral));
    let root = Certificate::parse(&evidence.root).unwrap();
    let list = |der: &[u8]| check_pck_crl(der, &evidence.authority, &root, &checked.root_crl, NOW).unwrap_err();
    assert_eq!(list(&evidence.root_crl), Error::Collateral);
    assert_eq!(list(&[]), Error::Malformed);
    assert_eq!(Crl::of_root(&evidence.pck_crl, &root, NOW), Err(Error::Collateral));
}

#[test]
fn an_empty_revocation_list_is_a_list() {
    assert!(sgx().pck_crl.serials.is_empty());
    assert!(verify(&sgx()).is_ok());
}

#[test]
fn a_forged_or_partial_revocation_list_is_refused() {
    for list in LISTS {
        refused(|world| list(world).key = Key::p256("forger"), Error::Signature);
        refused(|world| list(world).issuer = "somebody else".into(), Error::Collateral);
        // deltaCRLIndicator, issuingDistributionPoint.
        for id in ["2.5.29.27", "2.5.29.28"] {
            let extension = Extension { id: id.into(), critical: true, value: vec![0x30, 0] };
            refused(|world| list(world).extensions.push(extension.clone()), Error::Critical);
        }
    }
    refused(|world| world.authority.usage = Some(ISSUE), Error::Usage);
    let evidence = sgx().build();
    for length in 0..evidence.root_crl.len() {
        let root = Certificate::parse(&evidence.root).unwrap();
        assert_eq!(Crl::of_root(&evidence.root_crl[..length], &root, NOW), Err(Error::Malformed));
    }
    let mut world = sgx();
    world.root_crl.serials = (0..2049u32).map(|number| number.to_be_bytes().to_vec()).collect();
    let root = Certificate::parse(&evidence.root).unwrap();
    assert_eq!(Crl::of_root(&world.build().root_crl, &root, NOW), Err(Error::TooLong));
}

#[test]
fn signed_json_of_another_form_is_refused() {
    refused(|world| world.tcb_info["version"] = json!(2), Error::Unsupported);
    refused(|world| world.tcb_info["tcbType"] = json!(1), Error::Unsupported);
    refused(|world| world.qe_identity["version"] = json!(1), Error::Unsupported);
    refused(|world| world.tcb_info["tcbLevels"][0]["tcbStatus"] = json!("Fine"), Error::Unsupported);
    refused(|world| world.qe_identity["tcbLevels"][0]["tcbStatus"] = json!("SWHardeningNeeded"), Error::Unsupported);
    refused(|world| world.tcb_info["fmspc"] = json!("A55A000000"), Error::Malformed);
    refused(|world| world.tcb_info["tcbEvaluationDataNumber"] = json!(-1), Error::Malformed);
    refused(|world| world.tcb_info["issueDate"] = json!("2026-01-01"), Error::Malformed);
    refused(|world| world.tcb_info["tcbLevels"][0]["tcb"]["pcesvn"] = json!(65_536), Error::Malformed);
    refused(
        |world| {
            world.tcb_info["tcbLevels"][0]["tcb"]["sgxtcbcomponents"].as_array_mut().unwrap().pop();
        },
        Error::Malformed,
    );
    refused(|world| world.qe_identity["mrsigner"] = json!("00"), Error::Malformed);
    refused(
        |world| {
            let level = world.tcb_info["tcbLevels"][0].clone();
            world.tcb_info["tcbLevels"] = json!(vec![level; 65]);
        },
        Error::TooLong,
    );
    let mut world = tdx();
    world.tcb_info["tdxModuleIdentities"][0]["id"] = json!("SGX_01");
    assert_eq!(verify(&world), Err(Error::Malformed));
    let mut world = tdx();
    world.tcb_info.as_object_mut().unwrap().remove("tdxModule");
    assert_eq!(verify(&world), Err(Error::Malformed));
}

#[test]
fn duplicate_keys_in_signed_json_are_refused() {
    let evidence = sgx().build();
    let root_der = evidence.root.clone();
    let root = Certificate::parse(&root_der).unwrap();
    let text = String::from_utf8(evidence.tcb_info.0.clone()).unwrap();
    let doubled = text.replacen('{', "{\"fmspc\":\"000000000000\",", 1);
    let signature = sgx().signer.key.sign_fixed(doubled.as_bytes()).try_into().unwrap();
    let evidence = DcapEvidence { tcb_info: (doubled.into_bytes(), signature), ..evidence };
    let root_crl = Crl::of_root(&evidence.root_crl, &root, NOW).unwrap();
    assert_eq!(TcbInfo::check(&tcb_info(&evidence), Kind::Sgx, &root, &root_crl, NOW), Err(Error::Malformed));
    assert!(QeIdentity::check(&qe_identity(&evidence), Kind::Sgx, &root, &root_crl, NOW).is_ok());
}

#[test]
fn collateral_that_was_checked_under_another_root_is_refused() {
    let good = checked(&sgx());
    let mut world = sgx();
    let key = Key::p256("another root");
    (world.root.key, world.root.issuer_key, world.authority.issuer_key) = (key.clone(), key.clone(), key.clone());
    (world.signer.issuer_key, world.root_crl.key) = (key.clone(), key);
    let other = checked(&world);
    let quote = sgx().build().quote;
    for mixed in [
        Checked { tcb_info: other.tcb_info, ..good.clone() },
        Checked { qe_identity: other.qe_identity, ..good.clone() },
        Checked { root_crl: other.root_crl, ..good.clone() },
    ] {
        assert_eq!(mixed.verify(&quote, NOW), Err(Error::Collateral));
    }
    assert!(good.verify(&quote, NOW).is_ok());
}
