//! Policies: made by the model's owner, and only ever narrower.

use crate::{mock::*, pallet::*, types::*};
use assay_primitives::{Verifier, H256};
use frame_support::{assert_noop, assert_ok, BoundedVec};

fn advisory() -> Advisory {
    BoundedVec::truncate_from(b"ASSAY-SA-00003".to_vec())
}

fn platform(byte: u8) -> PlatformId {
    BoundedVec::truncate_from(vec![byte; 16])
}

fn narrow(policy: PolicyId, narrowing: Narrowing) -> frame_support::dispatch::DispatchResult {
    EnclavesPallet::narrow_policy(origin(OWNER), policy, narrowing)
}

fn anchored(policy: PolicyId) -> frame_support::dispatch::DispatchResult {
    EnclavesPallet::check_anchor(&account(PROVIDER), MODEL, policy)
}

/// Terms with two of everything that can be taken away.
fn wide() -> Terms {
    let mut terms = terms(Kind::Sgx);
    terms.measured = BoundedVec::truncate_from(vec![measured(Kind::Sgx), measured(Kind::Tdx)]);
    terms.sunset = Some(NOW + 1_000_000);
    terms
}

#[test]
fn success_holds_a_deposit_that_follows_its_size_and_gives_it_back() {
    run(|| {
        let id = policy(wide());
        let paid = held(OWNER);
        assert!(paid > 0);
        assert_ok!(narrow(id, Narrowing::DenyPlatform(platform(1))));
        assert_eq!(held(OWNER), paid + 17);
        assert_noop!(EnclavesPallet::remove_policy(origin(OWNER), id), Error::<Test>::PolicyInUse);
        assert_ok!(EnclavesPallet::end_policy(origin(OWNER), id));
        advance(RETENTION);
        assert_noop!(EnclavesPallet::remove_policy(origin(OWNER), id), Error::<Test>::TooEarly);
        advance(1);
        assert_ok!(EnclavesPallet::remove_policy(origin(OWNER), id));
        assert_eq!(held(OWNER), 0);
        assert_eq!(EnclavesPallet::policy(id), None);
    });
}

#[test]
fn attack_a_stranger_makes_a_policy_for_somebodys_model() {
    run(|| {
        let terms = terms(Kind::Sgx);
        let create = |who, terms: &Terms| EnclavesPallet::create_policy(origin(who), terms.clone());
        assert_noop!(create(STRANGER, &terms), Error::<Test>::NotOwner);
        assert_noop!(create(OWNER, &Terms { model: H256::zero(), ..terms.clone() }), Error::<Test>::UnknownModel);
        assert_ok!(create(OWNER, &terms));
        assert_noop!(create(OWNER, &terms), Error::<Test>::PolicyExists);
    });
}

#[test]
fn attack_anyone_but_its_owner_narrows_ends_or_removes_a_policy() {
    run(|| {
        let id = policy(wide());
        for who in [STRANGER, PROVIDER] {
            let sunset = Narrowing::Sunset(NOW);
            assert_noop!(EnclavesPallet::narrow_policy(origin(who), id, sunset), Error::<Test>::NotOwner);
            assert_noop!(EnclavesPallet::end_policy(origin(who), id), Error::<Test>::NotOwner);
            assert_noop!(EnclavesPallet::remove_policy(origin(who), id), Error::<Test>::NotOwner);
        }
        assert_noop!(narrow(H256::zero(), Narrowing::Sunset(NOW)), Error::<Test>::UnknownPolicy);
        assert_noop!(EnclavesPallet::end_policy(origin(OWNER), H256::zero()), Error::<Test>::UnknownPolicy);
    });
}

#[test]
fn fails_for_terms_that_can_never_be_met() {
    run(|| {
        let pcrs = |pcrs: Vec<(u8, [u8; 48])>| Measured::Nitro { pcrs: BoundedVec::truncate_from(pcrs) };
        let guest = Measured::Snp { measurement: [1; 48], max_vmpl: 0, policy_mask: 1, policy: 2, min_tcb: [0; 8] };
        let programs = [
            vec![],
            vec![measured(Kind::Sgx), measured(Kind::Sgx)],
            vec![guest],
            vec![pcrs(vec![])],
            vec![pcrs(vec![(0, [1; 48]), (1, [1; 48])])],
            vec![pcrs(vec![(0, [1; 48]), (2, [1; 48]), (1, [1; 48])])],
            vec![pcrs(vec![(0, [1; 48]), (1, [1; 48]), (1, [1; 48]), (2, [1; 48])])],
            // What a debug enclave has.
            vec![pcrs(vec![(0, [0; 48]), (1, [1; 48]), (2, [1; 48])])],
        ];
        let mut bad: Vec<Terms> = programs
            .into_iter()
            .map(|measured| Terms { measured: BoundedVec::truncate_from(measured), ..terms(Kind::Sgx) })
            .collect();
        bad.push(Terms { statuses: BoundedVec::new(), ..terms(Kind::Sgx) });
        bad.push(Terms { platforms: Some(BoundedVec::new()), ..terms(Kind::Sgx) });
        bad.push(Terms { session_seconds: 0, ..terms(Kind::Sgx) });
        bad.push(Terms { not_before: 2, sunset: Some(1), ..terms(Kind::Sgx) });
        for terms in bad {
            assert_noop!(EnclavesPallet::create_policy(origin(OWNER), terms), Error::<Test>::BadTerms);
        }
    });
}

#[test]
fn success_narrows_each_way_once() {
    run(|| {
        let id = policy(wide());
        let ways = [
            Narrowing::Measured(measured(Kind::Tdx)),
            Narrowing::Status(TcbStatus::Unrated),
            Narrowing::DenyAdvisory(advisory()),
            Narrowing::ForbidFlag(Flag::Dynamic),
            Narrowing::ForbidFlag(Flag::CachedKeys),
            Narrowing::ForbidFlag(Flag::Smt),
            Narrowing::DenyPlatform(platform(1)),
            Narrowing::SessionSeconds(SECONDS - 1),
            Narrowing::Sunset(NOW + 10),
            Narrowing::EvidenceAge(299),
        ];
        for narrowing in ways {
            assert_ok!(narrow(id, narrowing.clone()));
            assert_noop!(narrow(id, narrowing), Error::<Test>::NotNarrower);
        }
        let view = EnclavesPallet::policy(id).expect("is there");
        assert_eq!(view.terms.measured.to_vec(), [measured(Kind::Sgx)]);
        assert_eq!(view.terms.statuses.to_vec(), [TcbStatus::UpToDate]);
        assert_eq!(view.denied_platforms.to_vec(), [platform(1)]);
        assert_eq!((view.terms.session_seconds, view.terms.sunset), (SECONDS - 1, Some(NOW + 10)));
        assert!(!view.terms.platform_flags.allow(&PlatformFlags { dynamic: false, cached_keys: false, smt: true }));
    });
}

#[test]
fn attack_a_policy_is_widened() {
    run(|| {
        let id = policy(wide());
        let ways = [
            // What is not there cannot be taken away, and nothing can be put there.
            Narrowing::Measured(measured(Kind::Snp)),
            Narrowing::Status(TcbStatus::OutOfDate),
            Narrowing::SessionSeconds(SECONDS),
            Narrowing::SessionSeconds(SECONDS + 1),
            Narrowing::SessionSeconds(0),
            Narrowing::Sunset(NOW + 1_000_000),
            Narrowing::Sunset(NOW + 1_000_001),
            Narrowing::EvidenceAge(300),
            Narrowing::EvidenceAge(301),
        ];
        for narrowing in ways {
            assert_noop!(narrow(id, narrowing), Error::<Test>::NotNarrower);
        }
    });
}

#[test]
fn the_last_program_and_the_last_status_stay() {
    run(|| {
        let id = policy(terms(Kind::Sgx));
        assert_noop!(narrow(id, Narrowing::Measured(measured(Kind::Sgx))), Error::<Test>::NotNarrower);
        assert_ok!(narrow(id, Narrowing::Status(TcbStatus::UpToDate)));
        assert_noop!(narrow(id, Narrowing::Status(TcbStatus::Unrated)), Error::<Test>::NotNarrower);
    });
}

#[test]
fn denials_are_bounded() {
    run(|| {
        let id = policy(terms(Kind::Sgx));
        for byte in 0..MAX_PLATFORMS as u8 {
            assert_ok!(narrow(id, Narrowing::DenyPlatform(platform(byte))));
        }
        assert_noop!(narrow(id, Narrowing::DenyPlatform(platform(0xff))), Error::<Test>::NotNarrower);
    });
}

#[test]
fn services_anchor_to_a_policy_of_their_model_in_its_time_while_a_kind_of_its_counts() {
    run(|| {
        let mut terms = wide();
        terms.not_before = NOW + 10;
        terms.sunset = Some(NOW + 20);
        let id = policy(terms);
        for (second, verdict) in [
            (NOW + 9, refused(Error::PolicyEarly)),
            (NOW + 10, Ok(())),
            (NOW + 20, Ok(())),
            (NOW + 21, refused(Error::PolicySunset)),
        ] {
            UnixNow::set(second);
            assert_eq!(anchored(id), verdict, "{second}");
        }
        UnixNow::set(NOW + 15);
        assert_eq!(anchored(H256::zero()), refused(Error::UnknownPolicy));
        let other = EnclavesPallet::check_anchor(&account(PROVIDER), OTHER_MODEL, id);
        assert_eq!(other, refused(Error::WrongModel));
        assert_ok!(EnclavesPallet::set_kind(root(), Kind::Sgx, false));
        assert_eq!(anchored(id), Ok(()), "the other kind counts");
        assert_ok!(EnclavesPallet::set_kind(root(), Kind::Tdx, false));
        assert_eq!(anchored(id), refused(Error::KindDisabled));
        assert_ok!(EnclavesPallet::set_kind(root(), Kind::Sgx, true));
        assert_ok!(EnclavesPallet::end_policy(origin(OWNER), id));
        assert_eq!(anchored(id), refused(Error::PolicyEnded));
        assert_noop!(EnclavesPallet::end_policy(origin(OWNER), id), Error::<Test>::PolicyEnded);
    });
}
