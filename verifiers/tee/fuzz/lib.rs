//! What the fuzz targets start from: good evidence and collateral under the simulated keys, and ways to change bytes. See
//! docs/fuzzing.md.

use arbtest::arbitrary::{Result as Arbitrary, Unstructured};
use assay_tee::{
    dcap::{self, check_pck_crl, Collateral, QeIdentity, SignedJson, TcbInfo},
    nitro,
    snp::{self, Vcek},
    Certificate, Crl, Error, Facts, Kind, Measurements, TcbStatus,
};
use assay_tee_sim::{
    dcap::Evidence as DcapEvidence, nitro::Evidence as NitroEvidence, snp::Evidence as SnpEvidence, Dcap, Nitro, Snp,
};
use std::sync::LazyLock;

/// When everything is made and verified: 2026-06-01.
pub const NOW: u64 = 1_780_272_000;
/// What the programs measure.
const HASH: [u8; 48] = [0xab; 48];
/// What the programs bind.
const DATA: [u8; 64] = [0x55; 64];

/// A world with an SGX enclave.
pub static SGX: LazyLock<Intel> = LazyLock::new(|| Intel::new(Dcap::sgx([0xab; 32], DATA, NOW), Kind::Sgx));
/// A world with a TDX 1.0 trust domain: quote version 4.
pub static TDX_V4: LazyLock<Intel> = LazyLock::new(|| Intel::new(Dcap::tdx(HASH, DATA, NOW), Kind::Tdx));
/// A world with a TDX 1.5 trust domain: quote version 5.
pub static TDX_V5: LazyLock<Intel> = LazyLock::new(|| Intel::new(Dcap::tdx15(HASH, DATA, NOW), Kind::Tdx));
/// A world with a Nitro enclave.
pub static AWS: LazyLock<Aws> = LazyLock::new(Aws::new);
/// A world with an SNP guest.
pub static AMD: LazyLock<Amd> = LazyLock::new(Amd::new);

/// A DCAP world, what it yields, and what that says.
pub struct Intel {
    /// What can be changed and signed again.
    pub world: Dcap,
    /// SGX or TDX.
    pub kind: Kind,
    /// What the world yields.
    pub evidence: DcapEvidence,
    /// Its collateral.
    pub checked: Checked,
    /// What its quote says.
    pub facts: Facts,
}

/// Collateral that was checked.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The root's list.
    pub root_crl: Crl,
    /// The platform authority's list.
    pub pck_crl: Crl,
    /// TCB info.
    pub tcb_info: TcbInfo,
    /// QE identity.
    pub qe_identity: QeIdentity,
}

/// A Nitro world, what it yields, and what that says.
pub struct Aws {
    /// What can be changed and signed again.
    pub world: Nitro,
    /// What the world yields.
    pub evidence: NitroEvidence,
    /// What its document says.
    pub facts: Facts,
}

/// An SNP world, what it yields, and what that says.
pub struct Amd {
    /// What can be changed and signed again.
    pub world: Snp,
    /// What the world yields.
    pub evidence: SnpEvidence,
    /// Its chip key.
    pub vcek: Vcek,
    /// What its report says.
    pub facts: Facts,
}

fn good<T>(result: Result<T, Error>) -> T {
    result.expect("what is simulated verifies")
}

impl Intel {
    fn new(world: Dcap, kind: Kind) -> Self {
        let evidence = world.build();
        let (checked, facts) = {
            let root = good(Certificate::parse(&evidence.root));
            let root_crl = good(Crl::of_root(&evidence.root_crl, &root, NOW));
            let tcb_info = signed(&evidence.tcb_info, &evidence.signer);
            let qe_identity = signed(&evidence.qe_identity, &evidence.signer);
            let checked = Checked {
                pck_crl: good(check_pck_crl(&evidence.pck_crl, &evidence.authority, &root, &root_crl, NOW)),
                tcb_info: good(TcbInfo::check(&tcb_info, kind, &root, &root_crl, NOW)),
                qe_identity: good(QeIdentity::check(&qe_identity, kind, &root, &root_crl, NOW)),
                root_crl,
            };
            let facts = good(checked.verify(&evidence.quote, &root));
            (checked, facts)
        };
        Self { world, kind, evidence, checked, facts }
    }

    /// The trusted root.
    pub fn root(&self) -> Certificate<'_> {
        good(Certificate::parse(&self.evidence.root))
    }

    /// Verifies a quote with the collateral of this world.
    pub fn verify(&self, quote: &[u8]) -> Result<Facts, Error> {
        self.checked.verify(quote, &self.root())
    }
}

/// A document with its signature, and the certificate of who is said to have signed it.
pub fn signed<'a>((json, signature): &'a (Vec<u8>, [u8; 64]), signer: &'a [u8]) -> SignedJson<'a> {
    SignedJson { json, signature, signer }
}

impl Checked {
    /// Verifies a quote with this collateral.
    pub fn verify(&self, quote: &[u8], root: &Certificate) -> Result<Facts, Error> {
        let Self { root_crl, pck_crl, tcb_info, qe_identity } = self;
        dcap::verify(quote, root, &Collateral { root_crl, pck_crl, tcb_info, qe_identity }, NOW)
    }
}

impl Aws {
    fn new() -> Self {
        let world = Nitro::new(HASH, DATA, NOW);
        let evidence = world.build();
        let facts = {
            let root = good(Certificate::parse(&evidence.root));
            good(nitro::verify(&evidence.document, &root, NOW)).facts
        };
        Self { world, evidence, facts }
    }

    /// The trusted root.
    pub fn root(&self) -> Certificate<'_> {
        good(Certificate::parse(&self.evidence.root))
    }
}

impl Amd {
    fn new() -> Self {
        let world = Snp::new(HASH, DATA, NOW);
        let evidence = world.build();
        let vcek = {
            let ark = good(Certificate::parse(&evidence.ark));
            good(Vcek::verify(&evidence.vcek, &evidence.ask, &ark, None, NOW))
        };
        let facts = good(snp::verify(&evidence.report, &vcek, NOW));
        Self { world, evidence, vcek, facts }
    }

    /// The trusted root.
    pub fn ark(&self) -> Certificate<'_> {
        good(Certificate::parse(&self.evidence.ark))
    }
}

/// Good bytes with a few edits, at times cut short or lengthened; at times bytes that have nothing to do with them.
pub fn changed(input: &mut Unstructured, good: &[u8]) -> Arbitrary<Vec<u8>> {
    if input.ratio(1, 8)? {
        return Ok(input.arbitrary::<&[u8]>()?.to_vec());
    }
    let mut bytes = good.to_vec();
    for _ in 0..input.int_in_range(0..=4)? {
        let (at, byte): (u16, u8) = input.arbitrary()?;
        let at = usize::from(at) % bytes.len().max(1);
        if let Some(place) = bytes.get_mut(at) {
            *place = byte;
        }
    }
    if input.ratio(1, 8)? {
        let length = input.int_in_range(0..=bytes.len() + 16)?;
        bytes.resize(length, 0);
    }
    Ok(bytes)
}

/// Writes one byte at one place.
pub fn change_one(input: &mut Unstructured, bytes: &mut [u8]) -> Arbitrary<()> {
    let at = input.choose_index(bytes.len())?;
    if let Some(place) = bytes.get_mut(at) {
        *place = input.arbitrary()?;
    }
    Ok(())
}

/// Asserts what must hold of all that is accepted, whoever signed it.
pub fn sane(facts: &Facts) {
    assert!(facts.valid_until >= NOW);
    assert!(facts.issued_at.is_none_or(|issued| issued <= NOW));
    assert_ne!(facts.tcb, TcbStatus::Revoked);
    match &facts.measurements {
        Measurements::Sgx { attributes, .. } => assert_eq!(attributes[0] & 2, 0),
        Measurements::Tdx { td_attributes, .. } => assert_eq!(td_attributes & 0xff, 0),
        Measurements::Nitro { .. } => assert!(facts.measurements.pcr(0).is_some_and(|hash| *hash != [0; 48])),
        Measurements::Snp { policy, .. } => assert_eq!(policy & 1 << 19, 0),
    }
}

/// Asserts that the same program on the same machine bound the same data.
pub fn same(facts: &Facts, good: &Facts) {
    sane(facts);
    assert_eq!((facts.kind, &facts.platform), (good.kind, &good.platform));
    assert_eq!((&facts.measurements, facts.bound_data), (&good.measurements, good.bound_data));
}
