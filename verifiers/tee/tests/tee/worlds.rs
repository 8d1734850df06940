//! Good DCAP worlds, and what becomes of them.
use crate::support::*;
use assay_tee::{Error, Facts, Kind};
use assay_tee_sim::{dcap::Body, Dcap};

pub(crate) fn sgx() -> Dcap {
    Dcap::sgx([0xab; 32], [0x55; 64], NOW)
}

pub(crate) fn tdx() -> Dcap {
    Dcap::tdx([0xab; 48], [0x55; 64], NOW)
}

pub(crate) fn tdx15() -> Dcap {
    Dcap::tdx15([0xab; 48], [0x55; 64], NOW)
}

pub(crate) fn kind(world: &Dcap) -> Kind {
    match world.body {
        Body::Sgx(_) => Kind::Sgx,
        _ => Kind::Tdx,
    }
}

pub(crate) fn verify(world: &Dcap) -> Result<Facts, Error> {
    verify_quote(&world.build(), kind(world), NOW)
}

/// Applies a change to a good world of each kind, and expects it to be refused.
#[track_caller]
pub(crate) fn refused(change: impl Fn(&mut Dcap), error: Error) {
    for good in [sgx, tdx, tdx15] {
        let mut world = good();
        assert!(verify(&world).is_ok());
        change(&mut world);
        assert_eq!(verify(&world), Err(error), "version {}", world.version);
    }
}

pub(crate) fn advisories(facts: &Facts) -> Vec<String> {
    facts.advisories.iter().map(|name| String::from_utf8(name.to_vec()).unwrap()).collect()
}

/// The collateral of this world, checked.
pub(crate) fn checked(world: &Dcap) -> Checked {
    Checked::new(&world.build(), kind(world), NOW).unwrap()
}
