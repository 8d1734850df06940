//! What is taken back counts for nothing at once, open payments included, and without touching sessions one by one.

use crate::{mock::*, pallet::*, types::*};
use assay_tee_sim::{cert::DAY, Snp};
use frame_support::{assert_noop, assert_ok, dispatch::DispatchResult, BoundedVec};

/// Takes something back after a session was registered and a payment reserved; then gives it back, if that can be.
fn refused_at_use(
    kind: Kind,
    take: impl Fn(PolicyId) -> DispatchResult,
    error: Error<Test>,
    give: Option<&dyn Fn(PolicyId) -> DispatchResult>,
) {
    let error = refused(error);
    run_ready(|| {
        let id = registered(kind);
        let settled = attested(id);
        assert_eq!(judge(&settled), Ok(()));
        advance(5);
        let reserved = attested(id);
        advance(5);
        assert_ok!(take(id));
        assert_eq!((judge(&reserved), judge(&attested(id))), (error, error));
        assert!(!EnclavesPallet::session(id, key()).expect("is there").good);
        // Nor can it be registered anew.
        assert!(register(&Ask::new(kind, id)).is_err());
        if let Some(give) = give {
            assert_ok!(give(id));
            assert_eq!((judge(&reserved), judge(&attested(id))), (Ok(()), Ok(())));
            assert!(EnclavesPallet::session(id, key()).expect("is there").good);
        }
    });
}

fn revoked_at_use(kind: Kind, target: Target, error: Error<Test>) {
    refused_at_use(
        kind,
        |_| EnclavesPallet::revoke(root(), target.clone()),
        error,
        Some(&|_| EnclavesPallet::reinstate(root(), target.clone())),
    );
}

fn platform_of(kind: Kind) -> PlatformId {
    BoundedVec::truncate_from(match kind {
        Kind::Sgx | Kind::Tdx => vec![0x11; 16],
        Kind::Nitro => b"i-0a55a0a55a0a55a0a".to_vec(),
        Kind::Snp => vec![0xc5; 64],
    })
}

#[test]
fn attack_a_key_that_was_revoked_after_registration() {
    for kind in KINDS {
        revoked_at_use(kind, Target::Key(key()), Error::KeyRevoked);
    }
}

#[test]
fn attack_a_measurement_that_was_revoked_after_registration() {
    for kind in KINDS {
        let length = if kind == Kind::Sgx { 32 } else { 48 };
        let program = Target::Program(BoundedVec::truncate_from(vec![PROGRAM; length]));
        revoked_at_use(kind, program, Error::ProgramRevoked);
    }
}

#[test]
fn attack_an_enclave_signer_that_was_revoked_after_registration() {
    revoked_at_use(Kind::Sgx, Target::Signer([0x51; 32]), Error::SignerRevoked);
}

#[test]
fn attack_a_platform_that_was_revoked_after_registration() {
    for kind in KINDS {
        revoked_at_use(kind, Target::Platform(platform_of(kind)), Error::PlatformRevoked);
    }
}

#[test]
fn attack_a_platform_family_that_was_revoked_after_registration() {
    for kind in [Kind::Sgx, Kind::Tdx] {
        revoked_at_use(kind, Target::Fmspc([0xa5, 0x5a, 0, 0, 0, 0]), Error::FmspcRevoked);
    }
}

#[test]
fn attack_a_root_that_was_revoked_or_disabled_after_registration() {
    for kind in KINDS {
        revoked_at_use(kind, Target::Root(root_of(kind)), Error::RootRevoked);
        let switch = |on| EnclavesPallet::set_root_enabled(root(), root_of(kind), on);
        refused_at_use(kind, |_| switch(false), Error::RootDisabled, Some(&|_| switch(true)));
    }
}

#[test]
fn attack_a_kind_or_product_that_was_switched_off_after_registration() {
    for kind in KINDS {
        let switch = |on| EnclavesPallet::set_kind(root(), kind, on);
        refused_at_use(kind, |_| switch(false), Error::KindDisabled, Some(&|_| switch(true)));
    }
    let switch = |on| EnclavesPallet::set_product(root(), Product::Genoa, on);
    refused_at_use(Kind::Snp, |_| switch(false), Error::ProductDisabled, Some(&|_| switch(true)));
}

#[test]
fn attack_a_platform_that_parameters_refuse_since_registration() {
    let ways: [(fn(&mut Parameters), Error<Test>); 3] = [
        (|it| it.statuses.retain(|status| *status != TcbStatus::UpToDate), Error::StatusNotAllowed),
        (|it| it.min_evaluation_number = 20, Error::EvaluationTooLow),
        (|it| it.flags.dynamic = false, Error::FlagForbidden),
    ];
    for (change, error) in ways {
        let set = |change: fn(&mut Parameters)| {
            let mut parameters = <DefaultParameters as frame_support::traits::Get<Parameters>>::get();
            change(&mut parameters);
            EnclavesPallet::set_parameters(root(), parameters)
        };
        refused_at_use(Kind::Sgx, |_| set(change), error, Some(&|_| set(|_| ())));
    }
}

#[test]
fn attack_a_session_that_its_policy_no_longer_accepts() {
    let ways = [
        (Narrowing::Status(TcbStatus::UpToDate), Error::StatusNotAccepted),
        (Narrowing::ForbidFlag(Flag::CachedKeys), Error::FlagForbidden),
        (Narrowing::DenyPlatform(platform_of(Kind::Tdx)), Error::PlatformDenied),
        (Narrowing::Sunset(NOW + 10), Error::SessionExpired),
        (Narrowing::SessionSeconds(9), Error::SessionExpired),
    ];
    for (narrowing, error) in ways {
        run_ready(|| {
            let id = registered(Kind::Tdx);
            advance(10);
            let reserved = attested(id);
            assert_ok!(EnclavesPallet::narrow_policy(origin(OWNER), id, narrowing));
            assert_eq!(judge(&reserved), refused(error));
        });
    }
    run_ready(|| {
        let mut terms = terms(Kind::Tdx);
        terms.measured.try_push(measured(Kind::Sgx)).expect("there is room");
        let id = policy(terms);
        assert_ok!(register(&Ask::new(Kind::Tdx, id)));
        let program = Narrowing::Measured(measured(Kind::Tdx));
        assert_ok!(EnclavesPallet::narrow_policy(origin(OWNER), id, program));
        assert_eq!(judge(&attested(id)), refused(Error::UnlistedMeasurement));
    });
}

#[test]
fn sessions_get_shorter_when_governance_says_so() {
    run_ready(|| {
        let id = registered(Kind::Nitro);
        let parameters = Parameters { max_session_seconds: 60, ..SettingsOf::<Test>::get() };
        assert_ok!(EnclavesPallet::set_parameters(root(), parameters));
        assert_eq!(EnclavesPallet::session(id, key()).map(|session| session.expires), Some(NOW + 60));
        advance_to(NOW + 60);
        assert_eq!(judge(&attested(id)), Ok(()));
        advance_to(NOW + 61);
        assert_eq!(judge(&attested(id)), refused(Error::SessionExpired));
    });
}

#[test]
fn attack_a_machine_whose_certificate_the_vendor_revoked_after_registration() {
    for kind in [Kind::Sgx, Kind::Tdx] {
        // The platform's certificate, and its authority's.
        for platform in [true, false] {
            run_ready(|| {
                let id = registered(kind);
                let mut world = any_dcap(kind);
                let (list, serial) = if platform { (&mut world.pck_crl, 0x70) } else { (&mut world.root_crl, 2) };
                list.serials.push(vec![serial]);
                list.from += 60;
                let evidence = world.build();
                assert_ok!(if platform { submit_pck_crl(&evidence) } else { submit_root_crl(&evidence) });
                assert_eq!(judge(&attested(id)), refused(Error::CertificateRevoked));
            });
        }
    }
    run_ready(|| {
        let id = registered(Kind::Snp);
        let mut world = Snp::new([0; 48], [0; 64], NOW);
        world.crl.serials.push(vec![2]);
        world.crl.from += 60;
        assert_ok!(submit_amd_crl(&world.build()));
        assert_eq!(judge(&attested(id)), refused(Error::CertificateRevoked));
        assert_noop!(register(&Ask::new(Kind::Snp, id)), Error::<Test>::CertificateRevoked);
    });
}

#[test]
fn newer_collateral_leaves_sessions_as_they_are() {
    run_ready(|| {
        let id = registered(Kind::Sgx);
        UnixNow::set(NOW + SECONDS);
        let mut world = any_dcap(Kind::Sgx);
        world.root_crl.from = NOW - DAY + 60;
        provision(Kind::Sgx, &world.build());
        assert_eq!(judge(&attested(id)), Ok(()));
    });
}

#[test]
fn a_revocation_leaves_other_sessions_good() {
    run_ready(|| {
        let id = registered(Kind::Sgx);
        let others = [
            Target::Key(ReceiptKey::Ed25519([9; 32])),
            Target::Program(BoundedVec::truncate_from(vec![PROGRAM; 48])),
            Target::Signer([9; 32]),
            Target::Platform(platform_of(Kind::Snp)),
            Target::Fmspc([9; 6]),
            Target::Root(root_of(Kind::Snp)),
        ];
        for other in others {
            assert_ok!(EnclavesPallet::revoke(root(), other));
            assert_eq!(judge(&attested(id)), Ok(()));
        }
    });
}
