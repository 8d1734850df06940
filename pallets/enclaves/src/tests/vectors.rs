//! The evidence that benchmarks take is the recorded one.

use std::path::{Path, PathBuf};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn ours(name: &str) -> Vec<u8> {
    std::fs::read(folder("vectors").join(name)).expect("the vectors are there")
}

fn recorded(name: &str) -> Vec<u8> {
    std::fs::read(folder("../../verifiers/tee/vectors").join(name)).expect("the vectors are there")
}

fn first(pem: &[u8]) -> Vec<u8> {
    assay_tee::dcap::pem_chain(pem).expect("is PEM").remove(0)
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).expect("is hexadecimal");
    (0..text.len()).step_by(2).map(digit).collect()
}

#[test]
fn collateral_is_the_recorded_one() {
    for kind in ["sgx", "tdx"] {
        let json: serde_json::Value =
            serde_json::from_slice(&recorded(&format!("dcap/{kind}_quote_collateral.json"))).expect("is JSON");
        let text = |field: &str| json[field].as_str().expect("is text");
        assert_eq!(ours(&format!("{kind}.authority.der")), first(text("pck_crl_issuer_chain").as_bytes()));
        assert_eq!(ours(&format!("{kind}.signer.der")), first(text("tcb_info_issuer_chain").as_bytes()));
        assert_eq!(ours(&format!("{kind}.root_crl.der")), unhex(text("root_ca_crl")));
        assert_eq!(ours(&format!("{kind}.pck_crl.der")), unhex(text("pck_crl")));
        for name in ["tcb_info", "qe_identity"] {
            assert_eq!(ours(&format!("{kind}.{name}.json")), text(name).as_bytes());
            let signature = unhex(text(&format!("{name}_signature")));
            assert_eq!(ours(&format!("{kind}.{name}.signature")), signature);
        }
    }
}

#[test]
fn certificates_and_the_report_are_the_recorded_ones() {
    assert_eq!(ours("aws_root.der"), first(&recorded("nitro/aws_root.pem")));
    assert_eq!(ours("milan_ark.der"), first(&recorded("snp/roots/milan/ark.pem")));
    assert_eq!(ours("milan_ask.der"), first(&recorded("snp/roots/milan/ask.pem")));
    let report = String::from_utf8(recorded("snp/report_milan.hex")).expect("is text");
    assert_eq!(ours("milan_report.bin"), unhex(report.trim()));
}
