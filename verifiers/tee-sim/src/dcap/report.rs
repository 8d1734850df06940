//! What a quote is about: reports of enclaves and trust domains.

/// What a quote is about, and so its version.
#[derive(Clone, Debug)]
pub enum Body {
    /// An enclave: quote version 3.
    Sgx(SgxReport),
    /// A trust domain of TDX 1.0: quote version 4, or 5 with the same body.
    Td10(TdReport),
    /// A trust domain of TDX 1.5: quote version 5.
    Td15(TdReport),
}

/// REPORT body of an enclave; fields that are not here are zero.
#[derive(Clone, Debug)]
pub struct SgxReport {
    /// MISCSELECT.
    pub misc_select: u32,
    /// ATTRIBUTES.
    pub attributes: [u8; 16],
    /// Hash of the enclave.
    pub mr_enclave: [u8; 32],
    /// Hash of its signer's key.
    pub mr_signer: [u8; 32],
    /// Product id.
    pub isv_prod_id: u16,
    /// Security version.
    pub isv_svn: u16,
    /// Bound by the enclave.
    pub report_data: [u8; 64],
}

/// TD report; fields that are not here are zero.
#[derive(Clone, Debug)]
pub struct TdReport {
    /// Security versions of the TDX module at launch.
    pub tee_tcb_svn: [u8; 16],
    /// Who signed the TDX module.
    pub mr_signer_seam: [u8; 48],
    /// Attributes of the TDX module.
    pub seam_attributes: [u8; 8],
    /// TD attributes.
    pub td_attributes: u64,
    /// Hash of the initial memory.
    pub mr_td: [u8; 48],
    /// Run-time registers.
    pub rtmr: [[u8; 48]; 4],
    /// Bound by the trust domain.
    pub report_data: [u8; 64],
    /// Security versions of the TDX module now (TDX 1.5).
    pub tee_tcb_svn_2: [u8; 16],
    /// Hash of the service trust domains (TDX 1.5).
    pub mr_service_td: [u8; 48],
}

pub(super) fn quoting_enclave(isv_prod_id: u16) -> SgxReport {
    let mut attributes = [0; 16];
    attributes[0] = 0x11;
    SgxReport {
        misc_select: 0,
        attributes,
        mr_enclave: [0x9e; 32],
        mr_signer: [0x51; 32],
        isv_prod_id,
        isv_svn: 8,
        report_data: [0; 64],
    }
}

impl SgxReport {
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut out = vec![0; 384];
        let mut put = |at: usize, bytes: &[u8]| out[at..at + bytes.len()].copy_from_slice(bytes);
        put(16, &self.misc_select.to_le_bytes());
        put(48, &self.attributes);
        put(64, &self.mr_enclave);
        put(128, &self.mr_signer);
        put(256, &self.isv_prod_id.to_le_bytes());
        put(258, &self.isv_svn.to_le_bytes());
        put(320, &self.report_data);
        out
    }
}

impl TdReport {
    pub(super) fn new(mr_td: [u8; 48], report_data: [u8; 64]) -> Self {
        let mut tee_tcb_svn = [0; 16];
        tee_tcb_svn[..3].copy_from_slice(&[6, 1, 4]);
        Self {
            tee_tcb_svn,
            mr_signer_seam: [0; 48],
            seam_attributes: [0; 8],
            td_attributes: 1 << 28,
            mr_td,
            rtmr: [[0x10; 48], [0x20; 48], [0x30; 48], [0; 48]],
            report_data,
            tee_tcb_svn_2: tee_tcb_svn,
            mr_service_td: [0; 48],
        }
    }

    pub(super) fn bytes(&self, td15: bool) -> Vec<u8> {
        let mut out = vec![0; if td15 { 648 } else { 584 }];
        let mut put = |at: usize, bytes: &[u8]| out[at..at + bytes.len()].copy_from_slice(bytes);
        put(0, &self.tee_tcb_svn);
        put(64, &self.mr_signer_seam);
        put(112, &self.seam_attributes);
        put(120, &self.td_attributes.to_le_bytes());
        put(128, &[0xe7, 0, 6]);
        put(136, &self.mr_td);
        put(328, &self.rtmr.concat());
        put(520, &self.report_data);
        if td15 {
            put(584, &self.tee_tcb_svn_2);
            put(600, &self.mr_service_td);
        }
        out
    }
}
