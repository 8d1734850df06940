//! SNP reports and chip keys.
use crate::{
    cert::{Cert, Extension, Revocations, ISSUE, REVOKE},
    encode::{integer, tlv},
    key::Key,
};
use der::Tag;

/// A world in which an SNP guest attests.
#[derive(Clone, Debug)]
pub struct Snp {
    /// Root key.
    pub ark: Cert,
    /// Signing key.
    pub ask: Cert,
    /// Chip key; [`Snp::new`] gives it no extensions, `build` adds those that the next fields say.
    pub vcek: Cert,
    /// The root's revocation list.
    pub crl: Revocations,
    /// Product name, as in `Milan-B0`.
    pub product: String,
    /// Chip id in the certificate.
    pub hardware_id: Vec<u8>,
    /// Security versions in the certificate: the last number of the extension's identifier, and the value.
    pub svns: Vec<(u8, u8)>,
    /// The report.
    pub report: Report,
}

/// What a report says; fields that are not here are zero.
#[derive(Clone, Debug)]
pub struct Report {
    /// Version of the format.
    pub version: u32,
    /// Security version of the guest.
    pub guest_svn: u32,
    /// Guest policy.
    pub policy: u64,
    /// Privilege level.
    pub vmpl: u32,
    /// Signature algorithm.
    pub algorithm: u32,
    /// PLATFORM_INFO.
    pub platform_info: u64,
    /// Which key signed, and what is masked.
    pub key_info: u32,
    /// Bound by the guest.
    pub report_data: [u8; 64],
    /// Hash of the guest.
    pub measurement: [u8; 48],
    /// Given by the host.
    pub host_data: [u8; 32],
    /// Firmware version.
    pub reported_tcb: [u8; 8],
    /// Family, model, stepping (since version 3).
    pub cpu: [u8; 3],
    /// Chip id.
    pub chip_id: [u8; 64],
}

/// What an SNP world yields, all in DER but the report.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Root's certificate.
    pub ark: Vec<u8>,
    /// Signing key's certificate.
    pub ask: Vec<u8>,
    /// Chip key's certificate.
    pub vcek: Vec<u8>,
    /// Root's revocation list.
    pub crl: Vec<u8>,
    /// The report.
    pub report: Vec<u8>,
}

/// The root's certificate in DER.
pub fn ark() -> Vec<u8> {
    root_cert().der()
}

/// The signing key's certificate in DER.
pub fn ask() -> Vec<u8> {
    signing_cert(&root_cert()).der()
}

fn root_cert() -> Cert {
    Cert { usage: Some(ISSUE | REVOKE), ..Cert::root("ARK-Simulated", Key::rsa("ark")) }
}

fn signing_cert(ark: &Cert) -> Cert {
    Cert {
        constraints: Some((true, Some(0))),
        usage: Some(ISSUE),
        ..ark.authority("SEV-Simulated", 2, Key::rsa("ask"))
    }
}

impl Snp {
    /// A guest on a Genoa with this measurement that binds `report_data`.
    pub fn new(measurement: [u8; 48], report_data: [u8; 64], now: u64) -> Self {
        let ark = root_cert();
        let ask = signing_cert(&ark);
        let vcek =
            Cert { constraints: None, usage: None, serial: vec![0], ..ask.holder("SEV-VCEK", 0, Key::p384("vcek")) };
        let chip_id = [0xc5; 64];
        Self {
            crl: Revocations::of(&ark, now),
            ark,
            ask,
            vcek,
            product: "Genoa-B1".into(),
            hardware_id: chip_id.into(),
            svns: vec![(1, 9), (2, 0), (3, 21), (4, 0), (5, 0), (6, 0), (7, 0), (8, 200)],
            report: Report {
                version: 3,
                guest_svn: 0,
                policy: 0x3_0000,
                vmpl: 0,
                algorithm: 1,
                platform_info: 1,
                key_info: 0,
                report_data,
                measurement,
                host_data: [0; 32],
                reported_tcb: [9, 0, 0, 0, 0, 0, 21, 200],
                cpu: [0x19, 0x11, 0x01],
                chip_id,
            },
        }
    }

    /// The chip key's certificate with the extensions that the fields say.
    fn chip_key(&self) -> Cert {
        let id = |tail: &str| format!("1.3.6.1.4.1.3704.1.{tail}");
        let plain = |tail: &str, value| Extension { id: id(tail), critical: false, value };
        let mut cert = self.vcek.clone();
        cert.extensions.push(plain("1", integer(&[1])));
        cert.extensions.push(plain("2", tlv(Tag::Ia5String, self.product.as_bytes())));
        for (number, svn) in &self.svns {
            cert.extensions.push(plain(&format!("3.{number}"), integer(&[*svn])));
        }
        cert.extensions.push(plain("4", self.hardware_id.clone()));
        cert
    }

    /// Signs what the fields say.
    pub fn build(&self) -> Evidence {
        Evidence {
            ark: self.ark.der(),
            ask: self.ask.der(),
            vcek: self.chip_key().der(),
            crl: self.crl.der(),
            report: self.sign(&self.report.bytes()),
        }
    }

    /// The report with this signed part.
    pub fn sign(&self, signed: &[u8]) -> Vec<u8> {
        let mut report = signed.to_vec();
        for half in self.vcek.key.sign_fixed(signed).chunks(48) {
            report.extend(half.iter().rev());
            report.extend([0; 24]);
        }
        report.resize(1184, 0);
        report
    }
}

impl Report {
    /// The 672 bytes that are signed (AMD 56860, table 23).
    fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend(self.version.to_le_bytes());
        out.extend(self.guest_svn.to_le_bytes());
        out.extend(self.policy.to_le_bytes());
        out.extend([0; 32]);
        out.extend(self.vmpl.to_le_bytes());
        out.extend(self.algorithm.to_le_bytes());
        out.extend(self.reported_tcb);
        out.extend(self.platform_info.to_le_bytes());
        out.extend(self.key_info.to_le_bytes());
        out.extend([0; 4]);
        out.extend(self.report_data);
        out.extend(self.measurement);
        out.extend(self.host_data);
        out.extend([0; 160]);
        out.extend(self.reported_tcb);
        out.extend(self.cpu);
        out.extend([0; 21]);
        out.extend(self.chip_id);
        out.extend(self.reported_tcb);
        out.extend([1, 55, 0, 0, 1, 55, 0, 0]);
        out.extend(self.reported_tcb);
        out.resize(0x2a0, 0);
        out
    }
}
