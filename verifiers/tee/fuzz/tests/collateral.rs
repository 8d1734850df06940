//! Fuzz targets of collateral, on inputs made up from random bytes. See docs/fuzzing.md.
//!
//! Each kind has two. One changes the bytes as they are: only what was signed may be accepted, as it was. The other changes
//! what is signed and signs it with the simulated keys: whatever is accepted says what was signed, and under it a good
//! quote or report says nothing else of program, machine and bound data.

use arbtest::{
    arbitrary::{Result, Unstructured},
    arbtest,
};
use assay_tee::{
    dcap::{check_pck_crl, QeIdentity, TcbInfo},
    snp::{self, Vcek},
    x509, Certificate, Crl,
};
use assay_tee_fuzz::{change_one, changed, same, signed, Checked, Intel, AMD, NOW, SGX, TDX_V5};
use assay_tee_sim::cert::{sign, tbs, Cert, Revocations};
use serde_json::Value;
use std::slice::from_ref;

/// An SGX or a TDX world.
fn either(input: &mut Unstructured) -> Result<&'static Intel> {
    Ok(if input.arbitrary()? { &*SGX } else { &*TDX_V5 })
}

/// Asserts what the good quote of this world says under this collateral, if anything.
fn quote_under(checked: &Checked, good: &Intel) {
    if let Ok(facts) = checked.verify(&good.evidence.quote, &good.root()) {
        same(&facts, &good.facts);
        let Checked { root_crl, pck_crl, tcb_info, qe_identity } = checked;
        for window in [root_crl.window, pck_crl.window, tcb_info.window, qe_identity.window] {
            assert!(facts.valid_until <= window.until);
        }
    }
}

#[test]
fn certificate() {
    let good = &*SGX;
    let evidence = &good.evidence;
    let some = [&evidence.signer, &evidence.authority, &evidence.root, &AMD.evidence.vcek, &AMD.evidence.ask];
    let root = good.root();
    arbtest(|input| {
        let of = input.choose(&some)?;
        let der = changed(input, of)?;
        let Ok(certificate) = Certificate::parse(&der) else { return Ok(()) };
        assert_eq!(certificate.der(), der);
        // A root is an authority under itself.
        let authority = [&evidence.authority, &evidence.root].contains(&&der);
        assert!(authority || x509::authority(&root, &certificate, NOW).is_err());
        assert!(x509::path(&root, &[certificate], NOW).is_err() || der == evidence.signer);
        Ok(())
    });
}

#[test]
fn certificate_signed() {
    let good = &*SGX;
    let root = good.root();
    let some = [tbs(&good.evidence.signer), tbs(&good.evidence.authority)];
    arbtest(|input| {
        let of = input.choose(&some)?;
        let der = sign(&changed(input, of)?, &good.world.root.key);
        let Ok(certificate) = Certificate::parse(&der) else { return Ok(()) };
        let window = certificate.window();
        if x509::authority(&root, &certificate, NOW).is_ok() {
            assert_eq!((certificate.issuer(), window.check(NOW)), (root.subject(), Ok(())));
        }
        if let Ok(path) = x509::path(&root, from_ref(&certificate), NOW) {
            assert_eq!((certificate.issuer(), window.check(NOW)), (root.subject(), Ok(())));
            assert_eq!(path, root.window().and(window));
        }
        // As the signer of what another key signed.
        let document = signed(&good.evidence.tcb_info, &der);
        if let Ok(tcb_info) = TcbInfo::check(&document, good.kind, &root, &good.checked.root_crl, NOW) {
            assert_eq!(tcb_info.signer.serial, certificate.serial());
            quote_under(&Checked { tcb_info, ..good.checked.clone() }, good);
        }
        Ok(())
    });
}

/// A list of this authority that names two certificates.
fn list(authority: &Cert) -> Vec<u8> {
    Revocations { serials: vec![vec![9], vec![0xff; 20]], ..Revocations::of(authority, NOW) }.der()
}

#[test]
fn root_crl() {
    let good = &*SGX;
    let (root, der) = (good.root(), list(&good.world.root));
    let kept = Crl::of_root(&der, &root, NOW).expect("a good list");
    arbtest(|input| {
        if let Ok(list) = Crl::of_root(&changed(input, &der)?, &root, NOW) {
            assert_eq!(list, kept);
        }
        Ok(())
    });
}

#[test]
fn root_crl_signed() {
    let good = &*SGX;
    let (root, content) = (good.root(), tbs(&list(&good.world.root)));
    let signer = Certificate::parse(&good.evidence.signer).expect("a good certificate").serial();
    arbtest(|input| {
        let der = sign(&changed(input, &content)?, &good.world.root.key);
        let Ok(root_crl) = Crl::of_root(&der, &root, NOW) else { return Ok(()) };
        assert_eq!(Ok(root_crl.authority), root.authority_id());
        assert_eq!(root_crl.window.check(NOW), Ok(()));
        let revoked = root_crl.revokes(&signer);
        let checked = Checked { root_crl, ..good.checked.clone() };
        assert!(!revoked || checked.verify(&good.evidence.quote, &root).is_err());
        quote_under(&checked, good);
        Ok(())
    });
}

#[test]
fn pck_crl() {
    let good = &*SGX;
    let (root, der) = (good.root(), list(&good.world.authority));
    let check = |der: &[u8], authority: &[u8]| check_pck_crl(der, authority, &root, &good.checked.root_crl, NOW);
    let kept = check(&der, &good.evidence.authority).expect("a good list");
    arbtest(|input| {
        let (mut der, mut authority) = (der.clone(), good.evidence.authority.clone());
        let part = if input.arbitrary()? { &mut der } else { &mut authority };
        *part = changed(input, part)?;
        if let Ok(list) = check(&der, &authority) {
            assert_eq!(list, kept);
        }
        Ok(())
    });
}

#[test]
fn pck_crl_signed() {
    let good = &*SGX;
    let (root, der) = (good.root(), list(&good.world.authority));
    let (content, authority) = (tbs(&der), tbs(&good.evidence.authority));
    arbtest(|input| {
        let (der, authority) = if input.arbitrary()? {
            (sign(&changed(input, &content)?, &good.world.authority.key), good.evidence.authority.clone())
        } else {
            (der.clone(), sign(&changed(input, &authority)?, &good.world.root.key))
        };
        let Ok(pck_crl) = check_pck_crl(&der, &authority, &root, &good.checked.root_crl, NOW) else { return Ok(()) };
        assert_eq!(
            Ok(pck_crl.authority),
            Certificate::parse(&authority).and_then(|authority| authority.authority_id())
        );
        assert_eq!(pck_crl.window.check(NOW), Ok(()));
        quote_under(&Checked { pck_crl, ..good.checked.clone() }, good);
        Ok(())
    });
}

/// Changes the document, its signature, or its signer's certificate.
fn change_signed(
    input: &mut Unstructured,
    (json, signature): &mut (Vec<u8>, [u8; 64]),
    signer: &mut Vec<u8>,
) -> Result<()> {
    match input.int_in_range(0..=2)? {
        0 => *json = changed(input, json)?,
        1 => change_one(input, signature)?,
        _ => *signer = changed(input, signer)?,
    }
    Ok(())
}

/// A changed document, signed by its right signer.
fn sign_changed(input: &mut Unstructured, json: &[u8], good: &Intel) -> Result<(Vec<u8>, [u8; 64])> {
    let json = changed(input, json)?;
    let signature = good.world.signer.key.sign_fixed(&json).try_into().expect("a P-256 key signs in 64 bytes");
    Ok((json, signature))
}

#[test]
fn tcb_info() {
    arbtest(|input| {
        let good = either(input)?;
        let (mut document, mut signer) = (good.evidence.tcb_info.clone(), good.evidence.signer.clone());
        change_signed(input, &mut document, &mut signer)?;
        let checked = TcbInfo::check(&signed(&document, &signer), good.kind, &good.root(), &good.checked.root_crl, NOW);
        assert!(checked.is_err() || checked.as_ref() == Ok(&good.checked.tcb_info));
        Ok(())
    });
}

#[test]
fn tcb_info_signed() {
    arbtest(|input| {
        let good = either(input)?;
        let document = sign_changed(input, &good.evidence.tcb_info.0, good)?;
        let (root, signer) = (good.root(), &good.evidence.signer);
        let checked = TcbInfo::check(&signed(&document, signer), good.kind, &root, &good.checked.root_crl, NOW);
        let Ok(tcb_info) = checked else { return Ok(()) };
        assert_eq!((tcb_info.kind, tcb_info.window.check(NOW)), (good.kind, Ok(())));
        if let Ok(said) = serde_json::from_slice::<Value>(&document.0) {
            assert_eq!(said["tcbEvaluationDataNumber"], tcb_info.evaluation_number);
            let fmspc = said["fmspc"].as_str().map(str::to_lowercase);
            assert_eq!(fmspc, Some(hex::encode(tcb_info.fmspc)));
        }
        quote_under(&Checked { tcb_info, ..good.checked.clone() }, good);
        Ok(())
    });
}

#[test]
fn qe_identity() {
    arbtest(|input| {
        let good = either(input)?;
        let (mut document, mut signer) = (good.evidence.qe_identity.clone(), good.evidence.signer.clone());
        change_signed(input, &mut document, &mut signer)?;
        let checked =
            QeIdentity::check(&signed(&document, &signer), good.kind, &good.root(), &good.checked.root_crl, NOW);
        assert!(checked.is_err() || checked.as_ref() == Ok(&good.checked.qe_identity));
        Ok(())
    });
}

#[test]
fn qe_identity_signed() {
    arbtest(|input| {
        let good = either(input)?;
        let document = sign_changed(input, &good.evidence.qe_identity.0, good)?;
        let (root, signer) = (good.root(), &good.evidence.signer);
        let checked = QeIdentity::check(&signed(&document, signer), good.kind, &root, &good.checked.root_crl, NOW);
        let Ok(qe_identity) = checked else { return Ok(()) };
        assert_eq!((qe_identity.kind, qe_identity.window.check(NOW)), (good.kind, Ok(())));
        if let Ok(said) = serde_json::from_slice::<Value>(&document.0) {
            assert_eq!(said["tcbEvaluationDataNumber"], qe_identity.evaluation_number);
        }
        quote_under(&Checked { qe_identity, ..good.checked.clone() }, good);
        Ok(())
    });
}

#[test]
fn vcek() {
    let good = &*AMD;
    let ark = good.ark();
    arbtest(|input| {
        let (mut vcek, mut ask) = (good.evidence.vcek.clone(), good.evidence.ask.clone());
        let part = if input.arbitrary()? { &mut vcek } else { &mut ask };
        *part = changed(input, part)?;
        if let Ok(vcek) = Vcek::verify(&vcek, &ask, &ark, None, NOW) {
            assert_eq!(vcek, good.vcek);
        }
        Ok(())
    });
}

#[test]
fn vcek_signed() {
    let good = &*AMD;
    let (ark, content) = (good.ark(), tbs(&good.evidence.vcek));
    arbtest(|input| {
        let der = sign(&changed(input, &content)?, &good.world.ask.key);
        let Ok(vcek) = Vcek::verify(&der, &good.evidence.ask, &ark, None, NOW) else { return Ok(()) };
        assert_eq!((vcek.root, vcek.signer), (good.vcek.root, good.vcek.signer));
        assert_eq!(vcek.window.check(NOW), Ok(()));
        if let Ok(facts) = snp::verify(&good.evidence.report, &vcek, NOW) {
            same(&facts, &good.facts);
            assert_eq!(facts.valid_until, vcek.window.until);
        }
        Ok(())
    });
}
