//! Fuzz targets of evidence, on inputs made up from random bytes. See docs/fuzzing.md.
//!
//! Each kind has two. One changes the bytes as they are: only what was signed may be accepted, with the very same facts.
//! The other changes what is signed and signs it with the simulated keys, so that what lies behind the signatures is
//! reached: only what it says may be accepted.

use arbtest::arbtest;
use assay_tee::{dcap, nitro, snp, Facts, Measurements};
use assay_tee_fuzz::{change_one, changed, same, sane, Intel, AMD, AWS, NOW, SGX, TDX_V4, TDX_V5};
use assay_tee_sim::{
    cert::{pem, sign, tbs, Cert},
    nitro::bytes,
};

#[test]
fn sgx_quote() {
    quote(&SGX);
}

#[test]
fn sgx_quote_signed() {
    quote_signed(&SGX);
}

#[test]
fn tdx_v4_quote() {
    quote(&TDX_V4);
}

#[test]
fn tdx_v4_quote_signed() {
    quote_signed(&TDX_V4);
}

#[test]
fn tdx_v5_quote() {
    quote(&TDX_V5);
}

#[test]
fn tdx_v5_quote_signed() {
    quote_signed(&TDX_V5);
}

fn quote(good: &Intel) {
    arbtest(|input| {
        let quote = changed(input, &good.evidence.quote)?;
        let _ = dcap::Claimed::read(&quote).and_then(|claimed| claimed.issuance());
        if let Ok(facts) = good.verify(&quote) {
            assert_eq!(facts, good.facts);
        }
        Ok(())
    });
}

fn quote_signed(good: &Intel) {
    let (signed, certificates) = (good.world.signed(), good.world.certificates());
    let chain = dcap::pem_chain(&certificates).expect("made here");
    arbtest(|input| {
        match input.int_in_range(0..=3)? {
            // Header and body.
            0 => {
                let signed = changed(input, &signed)?;
                let quote = good.world.quote(&signed, &certificates);
                if let Ok(facts) = good.verify(&quote) {
                    assert_eq!(facts.platform, good.facts.platform);
                    says(&facts, &quote);
                }
            }
            // Certificates around those that were signed.
            1 => {
                let quote = good.world.quote(&signed, &changed(input, &certificates)?);
                if let Ok(facts) = good.verify(&quote) {
                    assert_eq!(facts, good.facts);
                }
            }
            // The platform's certificate.
            2 => {
                let key = sign(&changed(input, &tbs(&chain[0]))?, &good.world.authority.key);
                let quote = good.world.quote(&signed, &pem(&[&key, &chain[1], &chain[2]]));
                if let Ok(facts) = good.verify(&quote) {
                    says(&facts, &quote);
                    let issuance = dcap::Claimed::read(&quote).and_then(|claimed| claimed.issuance());
                    assert_eq!(issuance.expect("accepted").fmspc, good.checked.tcb_info.fmspc);
                }
            }
            // The quoting enclave.
            _ => {
                let mut world = good.world.clone();
                match input.int_in_range(0..=4)? {
                    0 => world.qe.isv_svn = input.arbitrary()?,
                    1 => world.qe.isv_prod_id = input.arbitrary()?,
                    2 => change_one(input, &mut world.qe.attributes)?,
                    3 => change_one(input, &mut world.qe.mr_signer)?,
                    _ => change_one(input, &mut world.qe.report_data[32..])?,
                }
                if let Ok(facts) = good.verify(&world.quote(&signed, &certificates)) {
                    same(&facts, &good.facts);
                    let (qe, good) = (&world.qe, &good.world.qe);
                    assert_eq!((qe.mr_signer, qe.isv_prod_id), (good.mr_signer, good.isv_prod_id));
                    assert_eq!((qe.attributes[0] & 2, &qe.report_data[32..]), (0, &[0; 32][..]));
                }
            }
        }
        Ok(())
    });
}

/// Asserts that a quote with these bytes says so.
fn says(facts: &Facts, quote: &[u8]) {
    sane(facts);
    let claimed = dcap::Claimed::read(quote).expect("accepted");
    assert_eq!((claimed.kind, &claimed.measurements), (facts.kind, &facts.measurements));
    assert_eq!(Some(claimed.bound_data), facts.bound_data);
    let body = if quote[0] == 5 { &quote[54..] } else { &quote[48..] };
    let bound_data = match &facts.measurements {
        Measurements::Sgx { mr_enclave, mr_signer, isv_prod_id, isv_svn, attributes, .. } => {
            assert_eq!(attributes[..], body[48..64]);
            assert_eq!((&mr_enclave[..], &mr_signer[..]), (&body[64..96], &body[128..160]));
            assert_eq!([isv_prod_id.to_le_bytes(), isv_svn.to_le_bytes()].concat(), body[256..260]);
            &body[320..384]
        }
        Measurements::Tdx { mr_td, rtmr, mr_seam, td_attributes, .. } => {
            assert_eq!(mr_seam[..], body[16..64]);
            assert_eq!(td_attributes.to_le_bytes(), body[120..128]);
            assert_eq!((&mr_td[..], rtmr.as_flattened()), (&body[136..184], &body[328..520]));
            &body[520..584]
        }
        _ => panic!("another kind"),
    };
    assert_eq!(facts.bound_data.as_ref().map(|data| &data[..]), Some(bound_data));
}

#[test]
fn nitro_document() {
    let good = &*AWS;
    arbtest(|input| {
        let document = changed(input, &good.evidence.document)?;
        let _ = nitro::Claimed::read(&document);
        if let Ok(verified) = nitro::verify(&document, &good.root(), NOW) {
            assert_eq!(verified.facts, good.facts);
        }
        Ok(())
    });
}

#[test]
fn nitro_document_signed() {
    let good = &*AWS;
    let fields = good.world.fields();
    let payload = good.world.payload(&fields);
    let chain: Vec<Vec<u8>> = good.world.chain.iter().map(Cert::der).collect();
    arbtest(|input| {
        if input.arbitrary()? {
            let payload = changed(input, &payload)?;
            let document = good.world.sign(&payload).document;
            let Ok(verified) = nitro::verify(&document, &good.root(), NOW) else { return Ok(()) };
            sane(&verified.facts);
            // Whatever is said stands in what was signed.
            let stands = |fact: &[u8]| assert!(payload.windows(fact.len()).any(|bytes| bytes == fact));
            let Measurements::Nitro { pcrs } = &verified.facts.measurements else { panic!("another kind") };
            pcrs.iter().for_each(|(_, value)| stands(value));
            stands(&verified.facts.platform.id());
            verified.facts.bound_data.iter().for_each(|data| stands(data));
            assert_eq!(verified.facts.valid_until, good.facts.valid_until);
            let claimed = nitro::Claimed::read(&document).expect("accepted");
            assert_eq!(claimed.measurements, verified.facts.measurements);
            assert_eq!((claimed.user_data, claimed.nonce), (verified.user_data, verified.nonce));
            assert_eq!(claimed.public_key, verified.public_key);
        } else {
            let at = input.int_in_range(1..=4)?;
            let mut chain = chain.clone();
            chain[at] = sign(&changed(input, &tbs(&chain[at]))?, &good.world.chain[at - 1].key);
            let mut fields = fields.clone();
            fields[4].1 = bytes(&chain[4]);
            fields[5].1 = [0x84].into_iter().chain(chain[..4].iter().flat_map(|der| bytes(der))).collect();
            let document = good.world.sign(&good.world.payload(&fields)).document;
            if let Ok(verified) = nitro::verify(&document, &good.root(), NOW) {
                same(&verified.facts, &good.facts);
            }
        }
        Ok(())
    });
}

#[test]
fn snp_report() {
    let good = &*AMD;
    arbtest(|input| {
        let report = changed(input, &good.evidence.report)?;
        let _ = snp::Claimed::read(&report);
        if let Ok(facts) = snp::verify(&report, &good.vcek, NOW) {
            assert_eq!(facts, good.facts);
        }
        Ok(())
    });
}

#[test]
fn snp_report_signed() {
    let good = &*AMD;
    let signed = &good.evidence.report[..0x2a0];
    arbtest(|input| {
        let report = good.world.sign(&changed(input, signed)?);
        let Ok(facts) = snp::verify(&report, &good.vcek, NOW) else { return Ok(()) };
        sane(&facts);
        assert_eq!(facts.platform, good.facts.platform);
        assert_eq!(facts.platform.id()[..], report[0x1a0..0x1e0]);
        assert_eq!(facts.bound_data.as_ref().map(|data| &data[..]), Some(&report[0x50..0x90]));
        let Measurements::Snp { measurement, host_data, policy, vmpl, reported_tcb, .. } = &facts.measurements else {
            panic!("another kind")
        };
        assert_eq!((&measurement[..], &host_data[..]), (&report[0x90..0xc0], &report[0xc0..0xe0]));
        assert_eq!((&policy.to_le_bytes()[..], &vmpl.to_le_bytes()[..]), (&report[8..0x10], &report[0x30..0x34]));
        assert_eq!((&reported_tcb[..], *reported_tcb), (&report[0x180..0x188], good.vcek.tcb));
        let claimed = snp::Claimed::read(&report).expect("accepted");
        assert_eq!((&claimed.measurements, Some(claimed.bound_data)), (&facts.measurements, facts.bound_data));
        Ok(())
    });
}
