//! Fuzz targets for every kind of attestation evidence and collateral.
//!
//! A mutated signature never verifies, so each input begins with a byte that says how the rest is used: `0`, as it is;
//! else as the content that the simulated keys sign, so that what lies behind the signature is reached. Nothing may
//! panic; and what was not signed here must not be accepted with other facts than those that were.
use assay_tee::{
    dcap::{check_pck_crl, Collateral, QeIdentity, SignedJson, TcbInfo},
    nitro as aws,
    snp::{self, Vcek},
    Certificate, Crl, Facts, Kind, Measurements,
};
use assay_tee_sim::{
    cert::{sign, Revocations},
    dcap::Evidence,
    Dcap, Nitro, Snp,
};
use std::sync::LazyLock;

/// 2026-06-01.
const NOW: u64 = 1_780_272_000;
const HASH: [u8; 48] = [0xab; 48];
const DATA: [u8; 64] = [0x55; 64];

/// A DCAP world, what it yields, and its checked collateral.
struct Intel {
    world: Dcap,
    evidence: Evidence,
    kind: Kind,
    root_crl: Crl,
    pck_crl: Crl,
    tcb_info: TcbInfo,
    qe_identity: QeIdentity,
    facts: Facts,
}

static INTEL: LazyLock<[Intel; 3]> = LazyLock::new(|| {
    [Dcap::sgx([0xab; 32], DATA, NOW), Dcap::tdx(HASH, DATA, NOW), Dcap::tdx15(HASH, DATA, NOW)].map(Intel::new)
});
static AWS: LazyLock<Nitro> = LazyLock::new(|| Nitro::new(HASH, DATA, NOW));
static AMD: LazyLock<(Snp, Vcek)> = LazyLock::new(|| {
    let world = Snp::new(HASH, DATA, NOW);
    let evidence = world.build();
    let ark = Certificate::parse(&evidence.ark).expect("a good root");
    let vcek = Vcek::verify(&evidence.vcek, &evidence.ask, &ark, None, NOW).expect("a good chip key");
    (world, vcek)
});

impl Intel {
    fn new(world: Dcap) -> Self {
        let evidence = world.build();
        let kind = if world.version == 3 { Kind::Sgx } else { Kind::Tdx };
        let root = Certificate::parse(&evidence.root).expect("a good root");
        let root_crl = Crl::of_root(&evidence.root_crl, &root, NOW).expect("a good list");
        let signed = |(json, signature)| SignedJson { json, signature, signer: &evidence.signer };
        let tcb_info = signed((&evidence.tcb_info.0, &evidence.tcb_info.1));
        let qe_identity = signed((&evidence.qe_identity.0, &evidence.qe_identity.1));
        let tcb_info = TcbInfo::check(&tcb_info, kind, &root, &root_crl, NOW).expect("good TCB info");
        let qe_identity = QeIdentity::check(&qe_identity, kind, &root, &root_crl, NOW).expect("a good identity");
        let pck_crl =
            check_pck_crl(&evidence.pck_crl, &evidence.authority, &root, &root_crl, NOW).expect("a good list");
        let collateral =
            Collateral { root_crl: &root_crl, pck_crl: &pck_crl, tcb_info: &tcb_info, qe_identity: &qe_identity };
        let facts = assay_tee::dcap::verify(&evidence.quote, &root, &collateral, NOW).expect("a good quote");
        Self { kind, root_crl, pck_crl, tcb_info, qe_identity, facts, evidence, world }
    }

    fn verify(&self, quote: &[u8]) -> Option<Facts> {
        let root = Certificate::parse(&self.evidence.root).ok()?;
        let Self { root_crl, pck_crl, tcb_info, qe_identity, .. } = self;
        let collateral = Collateral { root_crl, pck_crl, tcb_info, qe_identity };
        assay_tee::dcap::verify(quote, &root, &collateral, NOW).ok()
    }

    fn json(&self, data: &[u8], mode: u8, signature: &[u8; 64]) -> ([u8; 64], Vec<u8>) {
        let signature = match mode {
            0 => *signature,
            _ => self.world.signer.key.sign_fixed(data).try_into().expect("a P-256 key signs in 64 bytes"),
        };
        (signature, data.to_vec())
    }
}

/// Splits off the byte that says how the rest is used.
fn mode(data: &[u8]) -> (u8, &[u8]) {
    data.split_first().map_or((0, data), |(mode, rest)| (*mode, rest))
}

/// What evidence that code accepted must satisfy, whoever signed it.
fn sane(facts: &Facts) {
    assert!(facts.valid_until >= NOW);
    assert!(facts.issued_at.is_none_or(|issued| issued <= NOW));
    match &facts.measurements {
        Measurements::Sgx { attributes, .. } => assert_eq!(attributes[0] & 2, 0),
        Measurements::Tdx { td_attributes, .. } => assert_eq!(td_attributes & 0xff, 0),
        Measurements::Nitro { .. } => assert!(facts.measurements.pcr(0).is_some_and(|hash| *hash != [0; 48])),
        Measurements::Snp { policy, .. } => assert_eq!(policy & 1 << 19, 0),
    }
}

/// Quotes: raw, or with header and body, or the certificates, taken from the input and signed.
pub fn quote(data: &[u8]) {
    let (mode, data) = mode(data);
    for intel in &*INTEL {
        let facts = match mode {
            0 => intel.verify(data).inspect(|facts| assert_eq!(facts, &intel.facts)),
            1 => intel.verify(&intel.world.quote(data, &intel.world.certificates())),
            2 => intel
                .verify(&intel.world.quote(&intel.world.signed(), data))
                .inspect(|facts| assert_eq!(facts, &intel.facts)),
            _ => return,
        };
        if let Some(facts) = facts {
            sane(&facts);
        }
    }
}

/// TCB info: raw, or signed.
pub fn tcb_info(data: &[u8]) {
    let (mode, data) = mode(data);
    for intel in &*INTEL {
        let Ok(root) = Certificate::parse(&intel.evidence.root) else { return };
        let (signature, json) = intel.json(data, mode, &intel.evidence.tcb_info.1);
        let signed = SignedJson { json: &json, signature: &signature, signer: &intel.evidence.signer };
        if let Ok(info) = TcbInfo::check(&signed, intel.kind, &root, &intel.root_crl, NOW) {
            assert!(mode != 0 || info == intel.tcb_info);
            let collateral = Collateral {
                root_crl: &intel.root_crl,
                pck_crl: &intel.pck_crl,
                tcb_info: &info,
                qe_identity: &intel.qe_identity,
            };
            if let Ok(facts) = assay_tee::dcap::verify(&intel.evidence.quote, &root, &collateral, NOW) {
                sane(&facts);
            }
        }
    }
}

/// QE identities: raw, or signed.
pub fn qe_identity(data: &[u8]) {
    let (mode, data) = mode(data);
    for intel in &*INTEL {
        let Ok(root) = Certificate::parse(&intel.evidence.root) else { return };
        let (signature, json) = intel.json(data, mode, &intel.evidence.qe_identity.1);
        let signed = SignedJson { json: &json, signature: &signature, signer: &intel.evidence.signer };
        if let Ok(identity) = QeIdentity::check(&signed, intel.kind, &root, &intel.root_crl, NOW) {
            assert!(mode != 0 || identity == intel.qe_identity);
            let collateral = Collateral {
                root_crl: &intel.root_crl,
                pck_crl: &intel.pck_crl,
                tcb_info: &intel.tcb_info,
                qe_identity: &identity,
            };
            if let Ok(facts) = assay_tee::dcap::verify(&intel.evidence.quote, &root, &collateral, NOW) {
                sane(&facts);
            }
        }
    }
}

/// Revocation lists of a root: raw, or with the input as the signed part.
pub fn crl(data: &[u8]) {
    let (mode, data) = mode(data);
    let intel = &INTEL[0];
    let Ok(root) = Certificate::parse(&intel.evidence.root) else { return };
    let list = if mode == 0 { data.to_vec() } else { sign(data, &intel.world.root.key) };
    if let Ok(list) = Crl::of_root(&list, &root, NOW) {
        assert!(mode != 0 || list == intel.root_crl);
        assert!(list.window.check(NOW).is_ok());
    }
}

/// Revocation lists of a platform authority: the list, or the authority's certificate, as the signed part.
pub fn pck_crl(data: &[u8]) {
    let (mode, data) = mode(data);
    let Intel { evidence, world, root_crl, pck_crl, .. } = &INTEL[0];
    let Ok(root) = Certificate::parse(&evidence.root) else { return };
    let check = |list: &[u8], authority: &[u8]| check_pck_crl(list, authority, &root, root_crl, NOW);
    let checked = match mode {
        0 => check(data, &evidence.authority).inspect(|list| assert_eq!(list, pck_crl)),
        1 => check(&sign(data, &world.authority.key), &evidence.authority),
        _ => check(&evidence.pck_crl, &sign(data, &world.root.key)),
    };
    if let Ok(list) = checked {
        assert!(list.window.check(NOW).is_ok());
    }
}

/// Certificates: parsed, raw or as the signed part; in a path under a root.
pub fn certificate(data: &[u8]) {
    let (mode, data) = mode(data);
    let Intel { evidence, world, .. } = &INTEL[0];
    let Ok(root) = Certificate::parse(&evidence.root) else { return };
    let der = if mode == 0 { data.to_vec() } else { sign(data, &world.root.key) };
    let Ok(certificate) = Certificate::parse(&der) else { return };
    assert_eq!(certificate.der(), der);
    let signer = certificate.der() == evidence.signer;
    let path = assay_tee::x509::path(&root, &[certificate], NOW);
    assert!(mode != 0 || path.is_err() || signer);
}

/// Nitro documents: raw, or with the input as the signed payload.
pub fn nitro(data: &[u8]) {
    let (mode, data) = mode(data);
    let evidence = if mode == 0 { AWS.build() } else { AWS.sign(data) };
    let Ok(root) = Certificate::parse(&evidence.root) else { return };
    let document = if mode == 0 { data } else { &evidence.document };
    if let Ok(verified) = aws::verify(document, &root, NOW) {
        sane(&verified.facts);
        assert!(mode != 0 || verified.facts.measurements.pcr(0) == Some(&HASH));
    }
}

/// SNP reports: raw, or with the input as the signed part.
pub fn report(data: &[u8]) {
    let (mode, data) = mode(data);
    let (world, vcek) = &*AMD;
    let report = if mode == 0 { data.to_vec() } else { world.sign(data) };
    if let Ok(facts) = snp::verify(&report, vcek, NOW) {
        sane(&facts);
        assert_eq!(facts.platform.id()[..], vcek.chip_id);
        assert!(mode != 0 || facts.bound_data == Some(DATA));
    }
}

/// Chip keys: raw, or with the input as the signed part.
pub fn vcek(data: &[u8]) {
    let (mode, data) = mode(data);
    let (world, kept) = &*AMD;
    let (ark, ask) = (world.ark.der(), world.ask.der());
    let Ok(ark) = Certificate::parse(&ark) else { return };
    let der = if mode == 0 { data.to_vec() } else { sign(data, &world.ask.key) };
    if let Ok(vcek) = Vcek::verify(&der, &ask, &ark, None, NOW) {
        assert!(mode != 0 || vcek == *kept);
    }
}

/// The first inputs of a target; none for a name that is no target's.
pub fn seeds(target: &str) -> Vec<Vec<u8>> {
    let with = |mode: u8, data: &[u8]| [&[mode][..], data].concat();
    // The signed part of a certificate or list.
    let tbs = |der: &[u8]| assay_tee_sim::cert::tbs(der);
    match target {
        "quote" => INTEL
            .iter()
            .flat_map(|intel| {
                let world = &intel.world;
                [with(0, &intel.evidence.quote), with(1, &world.signed()), with(2, &world.certificates())]
            })
            .collect(),
        "tcb_info" => INTEL.iter().flat_map(|i| [0, 1].map(|mode| with(mode, &i.evidence.tcb_info.0))).collect(),
        "qe_identity" => INTEL.iter().flat_map(|i| [0, 1].map(|mode| with(mode, &i.evidence.qe_identity.0))).collect(),
        "crl" => {
            let mut full = Revocations::of(&INTEL[0].world.root, NOW);
            full.serials = vec![vec![9], vec![0xff; 20]];
            let empty = &INTEL[0].evidence.root_crl;
            vec![with(0, empty), with(1, &tbs(empty)), with(1, &tbs(&full.der()))]
        }
        "pck_crl" => {
            let Evidence { pck_crl, authority, .. } = &INTEL[0].evidence;
            vec![with(0, pck_crl), with(1, &tbs(pck_crl)), with(2, &tbs(authority))]
        }
        "certificate" => {
            let Evidence { signer, authority, root, .. } = &INTEL[0].evidence;
            let vcek = AMD.0.build().vcek;
            [signer, authority, root, &vcek].into_iter().flat_map(|der| [with(0, der), with(1, &tbs(der))]).collect()
        }
        "nitro" => vec![with(0, &AWS.build().document), with(1, &AWS.payload(&AWS.fields()))],
        "report" => {
            let report = AMD.0.build().report;
            vec![with(1, &report[..0x2a0]), with(0, &report)]
        }
        "vcek" => {
            let vcek = AMD.0.build().vcek;
            vec![with(0, &vcek), with(1, &tbs(&vcek))]
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs every target on its seeds, on their truncations and on flips of single bytes.
    #[test]
    fn targets_hold_near_their_seeds() {
        let targets: [(&str, fn(&[u8])); 9] = [
            ("quote", quote),
            ("tcb_info", tcb_info),
            ("qe_identity", qe_identity),
            ("crl", crl),
            ("pck_crl", pck_crl),
            ("certificate", certificate),
            ("nitro", nitro),
            ("report", report),
            ("vcek", vcek),
        ];
        for (name, target) in targets {
            let seeds = seeds(name);
            assert!(seeds.len() > 1, "{name}");
            for seed in seeds {
                target(&seed);
                for at in (0..seed.len()).step_by(seed.len() / 40 + 1) {
                    target(&seed[..at]);
                    let mut seed = seed.clone();
                    seed[at] ^= 0x10;
                    target(&seed);
                }
            }
        }
    }
}
