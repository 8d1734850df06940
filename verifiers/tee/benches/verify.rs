//! What each kind of evidence, and each kind of collateral, costs to verify.
use assay_tee::{
    dcap::{self, check_pck_crl, Collateral, QeIdentity, SignedJson, TcbInfo},
    nitro, snp,
    snp::Vcek,
    Certificate, Crl, Kind,
};
use assay_tee_sim::{Dcap, Nitro, Snp};
use criterion::{criterion_group, criterion_main, Criterion};
use std::hint::black_box;

/// 2026-06-01.
const NOW: u64 = 1_780_272_000;

fn intel(criterion: &mut Criterion) {
    for (name, kind, world) in [
        ("sgx", Kind::Sgx, Dcap::sgx([1; 32], [2; 64], NOW)),
        ("tdx 1.0", Kind::Tdx, Dcap::tdx([1; 48], [2; 64], NOW)),
        ("tdx 1.5", Kind::Tdx, Dcap::tdx15([1; 48], [2; 64], NOW)),
    ] {
        let evidence = world.build();
        let root = Certificate::parse(&evidence.root).unwrap();
        let signed = |part: &'static str| {
            let (json, signature) = if part == "tcb" { &evidence.tcb_info } else { &evidence.qe_identity };
            SignedJson { json, signature, signer: &evidence.signer }
        };
        let root_crl = Crl::of_root(&evidence.root_crl, &root, NOW).unwrap();
        let pck_crl = || check_pck_crl(&evidence.pck_crl, &evidence.authority, &root, &root_crl, NOW).unwrap();
        let tcb_info = || TcbInfo::check(&signed("tcb"), kind, &root, &root_crl, NOW).unwrap();
        let qe_identity = || QeIdentity::check(&signed("qe"), kind, &root, &root_crl, NOW).unwrap();
        let mut group = criterion.benchmark_group(name);
        group.bench_function("root list", |b| b.iter(|| Crl::of_root(black_box(&evidence.root_crl), &root, NOW)));
        group.bench_function("platform list", |b| b.iter(pck_crl));
        group.bench_function("tcb info", |b| b.iter(tcb_info));
        group.bench_function("qe identity", |b| b.iter(qe_identity));
        let (pck_crl, tcb_info, qe_identity) = (&pck_crl(), &tcb_info(), &qe_identity());
        let collateral = Collateral { root_crl: &root_crl, pck_crl, tcb_info, qe_identity };
        group.bench_function("quote", |b| {
            b.iter(|| dcap::verify(black_box(&evidence.quote), &root, &collateral, NOW).unwrap())
        });
        group.finish();
    }
}

fn aws(criterion: &mut Criterion) {
    let evidence = Nitro::new([1; 48], [2; 64], NOW).build();
    let root = Certificate::parse(&evidence.root).unwrap();
    criterion.bench_function("nitro/document", |b| {
        b.iter(|| nitro::verify(black_box(&evidence.document), &root, NOW).unwrap())
    });
}

fn amd(criterion: &mut Criterion) {
    let evidence = Snp::new([1; 48], [2; 64], NOW).build();
    let ark = Certificate::parse(&evidence.ark).unwrap();
    let crl = Crl::of_root(&evidence.crl, &ark, NOW).unwrap();
    let vcek = || Vcek::verify(black_box(&evidence.vcek), &evidence.ask, &ark, Some(&crl), NOW).unwrap();
    let mut group = criterion.benchmark_group("snp");
    group.bench_function("root list", |b| b.iter(|| Crl::of_root(black_box(&evidence.crl), &ark, NOW)));
    group.bench_function("chip key", |b| b.iter(vcek));
    let kept = vcek();
    group.bench_function("report", |b| b.iter(|| snp::verify(black_box(&evidence.report), &kept, NOW).unwrap()));
    group.finish();
}

criterion_group!(benches, intel, aws, amd);
criterion_main!(benches);
