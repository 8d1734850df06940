//! Recorded vectors, and verification of everything that a piece of evidence needs.
use assay_tee::{
    dcap::{self, check_pck_crl, pem_chain, Collateral, QeIdentity, SignedJson, TcbInfo},
    snp::{self, Vcek},
    Certificate, Crl, Error, Facts, Kind,
};
pub(crate) use assay_tee_sim::{
    dcap::Evidence as DcapEvidence, nitro::Evidence as NitroEvidence, snp::Evidence as SnpEvidence,
};

/// When simulated evidence is made: 2026-06-01.
pub(crate) const NOW: u64 = 1_780_272_000;

pub(crate) fn at(date: &str) -> u64 {
    assay_tee::time::rfc3339(date).unwrap()
}

/// A file of recorded evidence.
pub(crate) fn vector(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/vectors/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// A recorded quote and its collateral, `sgx_quote`, `tdx_quote` or `tdx_quote_outdated`.
pub(crate) fn recorded_quote(name: &str) -> DcapEvidence {
    let json: serde_json::Value = serde_json::from_slice(&vector(&format!("dcap/{name}_collateral.json"))).unwrap();
    let text = |field: &str| json[field].as_str().unwrap();
    let bytes = |field: &str| hex::decode(text(field)).unwrap();
    let first = |field: &str| pem_chain(text(field).as_bytes()).unwrap().remove(0);
    assert_eq!(text("tcb_info_issuer_chain"), text("qe_identity_issuer_chain"));
    let signed = |name: &str| (text(name).as_bytes().to_vec(), bytes(&format!("{name}_signature")).try_into().unwrap());
    DcapEvidence {
        quote: vector(&format!("dcap/{name}")),
        root: vector("dcap/TrustedRootCA.der"),
        authority: first("pck_crl_issuer_chain"),
        signer: first("tcb_info_issuer_chain"),
        root_crl: bytes("root_ca_crl"),
        pck_crl: bytes("pck_crl"),
        tcb_info: signed("tcb_info"),
        qe_identity: signed("qe_identity"),
    }
}

/// Collateral that was checked.
#[derive(Clone, Debug)]
pub(crate) struct Checked {
    pub(crate) root: Vec<u8>,
    pub(crate) root_crl: Crl,
    pub(crate) pck_crl: Crl,
    pub(crate) tcb_info: TcbInfo,
    pub(crate) qe_identity: QeIdentity,
}

impl Checked {
    pub(crate) fn new(evidence: &DcapEvidence, kind: Kind, now: u64) -> Result<Self, Error> {
        let root = Certificate::parse(&evidence.root)?;
        let root_crl = Crl::of_root(&evidence.root_crl, &root, now)?;
        let (tcb_info, qe_identity) = (tcb_info(evidence), qe_identity(evidence));
        Ok(Self {
            pck_crl: check_pck_crl(&evidence.pck_crl, &evidence.authority, &root, &root_crl, now)?,
            tcb_info: TcbInfo::check(&tcb_info, kind, &root, &root_crl, now)?,
            qe_identity: QeIdentity::check(&qe_identity, kind, &root, &root_crl, now)?,
            root_crl,
            root: evidence.root.clone(),
        })
    }

    pub(crate) fn verify(&self, quote: &[u8], now: u64) -> Result<Facts, Error> {
        let Self { root, root_crl, pck_crl, tcb_info, qe_identity } = self;
        dcap::verify(quote, &Certificate::parse(root)?, &Collateral { root_crl, pck_crl, tcb_info, qe_identity }, now)
    }
}

pub(crate) fn tcb_info(evidence: &DcapEvidence) -> SignedJson<'_> {
    let (json, signature) = &evidence.tcb_info;
    SignedJson { json, signature, signer: &evidence.signer }
}

pub(crate) fn qe_identity(evidence: &DcapEvidence) -> SignedJson<'_> {
    let (json, signature) = &evidence.qe_identity;
    SignedJson { json, signature, signer: &evidence.signer }
}

/// Checks all collateral, then the quote.
pub(crate) fn verify_quote(evidence: &DcapEvidence, kind: Kind, now: u64) -> Result<Facts, Error> {
    Checked::new(evidence, kind, now)?.verify(&evidence.quote, now)
}

pub(crate) fn recorded_document(name: &str) -> NitroEvidence {
    let root = String::from_utf8(vector("nitro/aws_root.pem")).unwrap();
    let document = match name.strip_suffix(".b64") {
        Some(_) => base64(&vector(&format!("nitro/{name}"))),
        None => vector(&format!("nitro/{name}")),
    };
    NitroEvidence { document, root: pem_chain(root.as_bytes()).unwrap().remove(0) }
}

fn base64(text: &[u8]) -> Vec<u8> {
    let lines: Vec<_> = text.iter().filter(|byte| !byte.is_ascii_whitespace()).copied().collect();
    let wrapped: Vec<_> = lines.chunks(64).flat_map(|line| [line, b"\n"].concat()).collect();
    let pem = [&b"-----BEGIN DOCUMENT-----\n"[..], &wrapped, b"-----END DOCUMENT-----\n"].concat();
    pem_rfc7468::decode_vec(&pem).unwrap().1
}

pub(crate) fn verify_document(evidence: &NitroEvidence, now: u64) -> Result<Facts, Error> {
    let root = Certificate::parse(&evidence.root)?;
    assay_tee::nitro::verify(&evidence.document, &root, now).map(|verified| verified.facts)
}

pub(crate) fn recorded_report() -> SnpEvidence {
    let pem = |name: &str| pem_chain(&vector(&format!("snp/roots/milan/{name}.pem"))).unwrap().remove(0);
    SnpEvidence {
        ark: pem("ark"),
        ask: pem("ask"),
        vcek: vector("snp/vcek_milan.der"),
        crl: Vec::new(),
        report: hex::decode(vector("snp/report_milan.hex").trim_ascii()).unwrap(),
    }
}

/// Verifies the chip key, then the report; with the revocation list if there is one.
pub(crate) fn verify_report(evidence: &SnpEvidence, now: u64) -> Result<Facts, Error> {
    snp::verify(&evidence.report, &verify_vcek(evidence, now)?, now)
}

pub(crate) fn verify_vcek(evidence: &SnpEvidence, now: u64) -> Result<Vcek, Error> {
    let ark = Certificate::parse(&evidence.ark)?;
    let crl = match evidence.crl.is_empty() {
        true => None,
        false => Some(Crl::of_root(&evidence.crl, &ark, now)?),
    };
    Vcek::verify(&evidence.vcek, &evidence.ask, &ark, crl.as_ref(), now)
}
