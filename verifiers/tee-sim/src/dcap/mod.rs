//! SGX and TDX quotes and their collateral.
mod report;

use crate::{
    cert::{pem, Cert, Extension, Revocations, DAY, ISSUE, REVOKE},
    encode::{boolean, integer, octets, oid, sequence},
    key::Key,
};
use der::{asn1::GeneralizedTime, DateTime};
use report::quoting_enclave;
pub use report::{Body, SgxReport, TdReport};
use serde_json::{json, Value};
use sha2::{Digest, Sha256};
use std::time::Duration;

/// What the PCK certificate says.
#[derive(Clone, Debug)]
pub struct Platform {
    /// Platform id.
    pub ppid: [u8; 16],
    /// Platform family.
    pub fmspc: [u8; 6],
    /// Provisioning certification enclave.
    pub pce_id: [u8; 2],
    /// SGX components.
    pub cpu_svn: [u8; 16],
    /// PCE.
    pub pce_svn: u16,
}

/// A world in which an enclave or a trust domain attests.
#[derive(Clone, Debug)]
pub struct Dcap {
    /// Root.
    pub root: Cert,
    /// Authority for PCK certificates.
    pub authority: Cert,
    /// PCK certificate; `build` adds the SGX extension that `platform` describes.
    pub pck: Cert,
    /// Signer of TCB info and QE identity.
    pub signer: Cert,
    /// The root's list.
    pub root_crl: Revocations,
    /// The authority's list.
    pub pck_crl: Revocations,
    /// What the PCK certificate says.
    pub platform: Platform,
    /// TCB info.
    pub tcb_info: Value,
    /// QE identity.
    pub qe_identity: Value,
    /// Quote version.
    pub version: u16,
    /// Attestation key type; 2 is ECDSA on P-256.
    pub key_type: u16,
    /// Quoting enclave's vendor.
    pub vendor: [u8; 16],
    /// What is attested.
    pub body: Body,
    /// The quoting enclave; `build` sets its report data.
    pub qe: SgxReport,
    /// The attestation key that the quoting enclave reports, if not the one that signs.
    pub reported_key: Option<Vec<u8>>,
    /// Certificates in the quote, in DER, if not PCK certificate, authority and root.
    pub chain: Option<Vec<Vec<u8>>>,
}

/// What a DCAP world yields.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The quote.
    pub quote: Vec<u8>,
    /// Root's certificate in DER.
    pub root: Vec<u8>,
    /// Authority's certificate in DER.
    pub authority: Vec<u8>,
    /// Signer's certificate in DER.
    pub signer: Vec<u8>,
    /// Root's list in DER.
    pub root_crl: Vec<u8>,
    /// Authority's list in DER.
    pub pck_crl: Vec<u8>,
    /// TCB info and its signature.
    pub tcb_info: (Vec<u8>, [u8; 64]),
    /// QE identity and its signature.
    pub qe_identity: (Vec<u8>, [u8; 64]),
}

/// The root's certificate in DER.
pub fn root() -> Vec<u8> {
    root_cert().der()
}

fn root_cert() -> Cert {
    Cert {
        constraints: Some((true, Some(1))),
        usage: Some(ISSUE | REVOKE),
        ..Cert::root("Assay Simulated SGX Root CA", Key::p256("dcap root"))
    }
}

/// `YYYY-MM-DDThh:mm:ssZ`.
pub fn date(unix: u64) -> String {
    let time = GeneralizedTime::from_unix_duration(Duration::from_secs(unix)).expect("before the year 10000");
    DateTime::from(time).to_string()
}

impl Dcap {
    /// An SGX enclave on a platform that is up to date.
    pub fn sgx(mr_enclave: [u8; 32], report_data: [u8; 64], now: u64) -> Self {
        let enclave = SgxReport { mr_enclave, report_data, isv_prod_id: 7, isv_svn: 3, ..quoting_enclave(1) };
        Self::new(3, Body::Sgx(enclave), now)
    }

    /// A TDX 1.0 trust domain (quote version 4) on a platform that is up to date.
    pub fn tdx(mr_td: [u8; 48], report_data: [u8; 64], now: u64) -> Self {
        Self::new(4, Body::Td10(TdReport::new(mr_td, report_data)), now)
    }

    /// A TDX 1.5 trust domain (quote version 5) on a platform that is up to date.
    pub fn tdx15(mr_td: [u8; 48], report_data: [u8; 64], now: u64) -> Self {
        Self::new(5, Body::Td15(TdReport::new(mr_td, report_data)), now)
    }

    fn new(version: u16, body: Body, now: u64) -> Self {
        let root = root_cert();
        let authority = Cert {
            constraints: Some((true, Some(0))),
            ..root.authority("Assay Simulated SGX PCK Platform CA", 2, Key::p256("dcap authority"))
        };
        let pck = authority.holder("Assay Simulated SGX PCK Certificate", 0x70, Key::p256("dcap pck"));
        let signer = root.holder("Assay Simulated SGX TCB Signing", 3, Key::p256("dcap signer"));
        let tdx = !matches!(body, Body::Sgx(_));
        let (issued, next) = (date(now - DAY), date(now + 29 * DAY));
        let svns = |svns: [u8; 16]| svns.map(|svn| json!({ "svn": svn })).to_vec();
        let level = |svn: u8, status: &str, advisories: &[&str]| {
            let mut tcb = json!({ "sgxtcbcomponents": svns([svn; 16]), "pcesvn": 11 });
            if tdx {
                tcb["tdxtcbcomponents"] = json!(svns([5, 0, svn, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
            }
            json!({ "tcb": tcb, "tcbDate": "2025-01-01T00:00:00Z", "tcbStatus": status, "advisoryIDs": advisories })
        };
        let isv = |svn: u16, status: &str, advisories: &[&str]| {
            json!({ "tcb": { "isvsvn": svn }, "tcbDate": "2025-01-01T00:00:00Z", "tcbStatus": status,
                "advisoryIDs": advisories })
        };
        let mut tcb_info = json!({
            "id": if tdx { "TDX" } else { "SGX" }, "version": 3, "issueDate": issued, "nextUpdate": next,
            "fmspc": "A55A00000000", "pceId": "0000", "tcbType": 0, "tcbEvaluationDataNumber": 20,
            "tcbLevels": [
                level(4, "UpToDate", &[]),
                level(3, "SWHardeningNeeded", &["ASSAY-SA-00003"]),
                level(2, "OutOfDate", &["ASSAY-SA-00002", "ASSAY-SA-00003"]),
                level(1, "Revoked", &[]),
            ],
        });
        if tdx {
            let signer = json!({ "mrsigner": "00".repeat(48), "attributes": "00".repeat(8),
                "attributesMask": "FF".repeat(8) });
            let mut identity = signer.clone();
            identity["id"] = json!("TDX_01");
            identity["tcbLevels"] =
                json!([isv(6, "UpToDate", &[]), isv(4, "OutOfDate", &["ASSAY-SA-00004"]), isv(2, "Revoked", &[])]);
            tcb_info["tdxModule"] = signer;
            tcb_info["tdxModuleIdentities"] = json!([identity]);
        }
        let prod_id = if tdx { 2 } else { 1 };
        let qe = quoting_enclave(prod_id);
        let qe_identity = json!({
            "id": if tdx { "TD_QE" } else { "QE" }, "version": 2, "issueDate": issued, "nextUpdate": next,
            "tcbEvaluationDataNumber": 19, "miscselect": "00000000", "miscselectMask": "FFFFFFFF",
            "attributes": "11000000000000000000000000000000", "attributesMask": "FBFFFFFFFFFFFFFF0000000000000000",
            "mrsigner": hex::encode_upper(qe.mr_signer), "isvprodid": prod_id,
            "tcbLevels": [isv(8, "UpToDate", &[]), isv(6, "OutOfDate", &["ASSAY-SA-00001"]), isv(4, "Revoked", &[])],
        });
        Self {
            root_crl: Revocations::of(&root, now),
            pck_crl: Revocations::of(&authority, now),
            root,
            authority,
            pck,
            signer,
            platform: Platform {
                ppid: [0x11; 16],
                fmspc: [0xa5, 0x5a, 0, 0, 0, 0],
                pce_id: [0; 2],
                cpu_svn: [4; 16],
                pce_svn: 11,
            },
            tcb_info,
            qe_identity,
            version,
            key_type: 2,
            vendor: [0x93, 0x9a, 0x72, 0x33, 0xf7, 0x9c, 0x4c, 0xa9, 0x94, 0x0a, 0x0d, 0xb3, 0x95, 0x7f, 0x06, 0x07],
            body,
            qe,
            reported_key: None,
            chain: None,
        }
    }

    /// The enclave's report, if the world is about one.
    pub fn enclave(&mut self) -> &mut SgxReport {
        let Body::Sgx(report) = &mut self.body else { panic!("no enclave in this world") };
        report
    }

    /// The trust domain's report, if the world is about one.
    pub fn domain(&mut self) -> &mut TdReport {
        let (Body::Td10(report) | Body::Td15(report)) = &mut self.body else { panic!("no trust domain in this world") };
        report
    }

    /// The PCK certificate with the SGX extension that `platform` describes.
    fn platform_key(&self) -> Cert {
        let sgx = |tail: &str| oid(&format!("1.2.840.113741.1.13.1{tail}"));
        let Platform { ppid, fmspc, pce_id, cpu_svn, pce_svn } = &self.platform;
        let mut tcb: Vec<_> = cpu_svn
            .iter()
            .zip(1..)
            .map(|(svn, number)| sequence(&[sgx(&format!(".2.{number}")), integer(&[*svn])]))
            .collect();
        tcb.push(sequence(&[sgx(".2.17"), integer(&pce_svn.to_be_bytes())]));
        tcb.push(sequence(&[sgx(".2.18"), octets(cpu_svn)]));
        let flags = [(".7.1", true), (".7.2", true), (".7.3", false)];
        let flags = flags.map(|(tail, flag)| sequence(&[sgx(tail), boolean(flag)]));
        let mut kind = integer(&[1]);
        kind[0] = 0x0a; // ENUMERATED
        let value = sequence(&[
            sequence(&[sgx(".1"), octets(ppid)]),
            sequence(&[sgx(".2"), sequence(&tcb)]),
            sequence(&[sgx(".3"), octets(pce_id)]),
            sequence(&[sgx(".4"), octets(fmspc)]),
            sequence(&[sgx(".5"), kind]),
            sequence(&[sgx(".7"), sequence(&flags)]),
        ]);
        let mut cert = self.pck.clone();
        cert.extensions.push(Extension { id: "1.2.840.113741.1.13.1".into(), critical: false, value });
        cert
    }

    /// Signs what the fields say.
    pub fn build(&self) -> Evidence {
        let sign = |json: &Value| {
            let json = json.to_string().into_bytes();
            let signature = fixed(&self.signer.key, &json);
            (json, signature)
        };
        Evidence {
            quote: self.quote(&self.signed(), &self.certificates()),
            root: self.root.der(),
            authority: self.authority.der(),
            root_crl: self.root_crl.der(),
            pck_crl: self.pck_crl.der(),
            signer: self.signer.der(),
            tcb_info: sign(&self.tcb_info),
            qe_identity: sign(&self.qe_identity),
        }
    }

    /// Certificates of the quote, in PEM.
    pub fn certificates(&self) -> Vec<u8> {
        let whole = || vec![self.platform_key().der(), self.authority.der(), self.root.der()];
        pem(&self.chain.clone().unwrap_or_else(whole))
    }

    /// Header and body of the quote: what the attestation key signs.
    pub fn signed(&self) -> Vec<u8> {
        let (tee, body) = match &self.body {
            Body::Sgx(report) => (0u32, report.bytes()),
            Body::Td10(report) if self.version == 5 => {
                (0x81, [&[2, 0, 0x48, 2, 0, 0][..], &report.bytes(false)].concat())
            }
            Body::Td10(report) => (0x81, report.bytes(false)),
            Body::Td15(report) => (0x81, [&[3, 0, 0x88, 2, 0, 0][..], &report.bytes(true)].concat()),
        };
        let mut signed = Vec::new();
        signed.extend(self.version.to_le_bytes());
        signed.extend(self.key_type.to_le_bytes());
        signed.extend(tee.to_le_bytes());
        signed.extend([0; 4]);
        signed.extend(self.vendor);
        signed.extend([0; 20]);
        signed.extend(body);
        signed
    }

    /// The quote with this header and body, and these certificates.
    pub fn quote(&self, signed: &[u8], certificates: &[u8]) -> Vec<u8> {
        let attestation = Key::p256("dcap attestation");
        let key = attestation.public()[1..].to_vec();
        let auth_data: [u8; 32] = core::array::from_fn(|at| at as u8);
        let reported = self.reported_key.as_ref().unwrap_or(&key);
        let mut qe = self.qe.clone();
        qe.report_data[..32].copy_from_slice(&Sha256::new().chain_update(reported).chain_update(auth_data).finalize());
        let qe = qe.bytes();
        let mut certified = qe.clone();
        certified.extend(fixed(&self.pck.key, &qe));
        certified.extend(32u16.to_le_bytes());
        certified.extend(auth_data);
        certified.extend(certification(5, certificates));

        let mut auth = fixed(&attestation, signed).to_vec();
        auth.extend(key);
        auth.extend(if self.version == 3 { certified } else { certification(6, &certified) });
        let mut quote = signed.to_vec();
        quote.extend((auth.len() as u32).to_le_bytes());
        quote.extend(auth);
        quote
    }
}

fn certification(kind: u16, data: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(data.len() as u32).to_le_bytes(), data].concat()
}

fn fixed(key: &Key, message: &[u8]) -> [u8; 64] {
    key.sign_fixed(message).try_into().expect("a P-256 key signs in 64 bytes")
}
