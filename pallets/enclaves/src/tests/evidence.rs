//! Evidence that no policy, or not this one, accepts.

use crate::{mock::*, pallet::*, types::*};
use frame_support::{assert_noop, assert_ok, dispatch::DispatchResult, BoundedVec};

#[test]
fn attack_debug_evidence() {
    run_ready(|| {
        let ask = |kind| Ask::new(kind, policy(terms(kind)));
        let sgx = ask(Kind::Sgx);
        let mut world = sgx.dcap();
        world.enclave().attributes[0] |= 2;
        assert_noop!(register_with(&sgx, quote(&world)), Error::<Test>::DebugEnclave);
        let tdx = ask(Kind::Tdx);
        let mut world = tdx.dcap();
        world.domain().td_attributes |= 1;
        assert_noop!(register_with(&tdx, quote(&world)), Error::<Test>::DebugEnclave);
        let nitro = ask(Kind::Nitro);
        let mut world = nitro.nitro();
        world.pcrs[0].1.fill(0);
        assert_noop!(register_with(&nitro, document(&world)), Error::<Test>::DebugEnclave);
        let snp = ask(Kind::Snp);
        let mut world = snp.snp();
        world.report.policy |= 1 << 19;
        assert_noop!(register_with(&snp, report(&world)), Error::<Test>::DebugEnclave);
    });
}

#[test]
fn attack_an_unlisted_measurement() {
    run_ready(|| {
        let ask = |kind| Ask::new(kind, policy(terms(kind)));
        let unlisted = Error::<Test>::UnlistedMeasurement;
        let sgx = ask(Kind::Sgx);
        let mut world = sgx.dcap();
        world.enclave().mr_enclave[31] ^= 1;
        assert_eq!(register_with(&sgx, quote(&world)), refused(unlisted));
        let tdx = ask(Kind::Tdx);
        for at in 0..4 {
            let mut world = tdx.dcap();
            match at {
                3 => world.domain().mr_td[0] ^= 1,
                register => world.domain().rtmr[register][0] ^= 1,
            }
            assert_noop!(register_with(&tdx, quote(&world)), Error::<Test>::UnlistedMeasurement);
        }
        let nitro = ask(Kind::Nitro);
        for at in 0..3 {
            let mut world = nitro.nitro();
            world.pcrs[at].1[0] ^= 1;
            assert_noop!(register_with(&nitro, document(&world)), Error::<Test>::UnlistedMeasurement);
        }
        let snp = ask(Kind::Snp);
        let ways: [fn(&mut assay_tee_sim::snp::Report); 4] = [
            |report| report.measurement[0] ^= 1,
            |report| report.vmpl = 1,
            |report| report.reported_tcb[6] = 20,
            |report| report.policy |= 1 << 18,
        ];
        for change in ways {
            let mut world = snp.snp();
            change(&mut world.report);
            assert_noop!(register_with(&snp, report(&world)), Error::<Test>::UnlistedMeasurement);
        }
    });
}

#[test]
fn attack_evidence_of_another_kind_than_the_policy_or_the_root() {
    run_ready(|| {
        let ask = Ask { kind: Kind::Tdx, ..Ask::new(Kind::Sgx, policy(terms(Kind::Sgx))) };
        assert_noop!(register(&ask), Error::<Test>::UnlistedMeasurement);
        let SessionEvidence::Dcap { quote, .. } = ask.evidence() else { panic!("a quote") };
        let under = |root| register_with(&ask, SessionEvidence::Dcap { root, quote: quote.clone() });
        assert_eq!(under(root_of(Kind::Nitro)), refused(Error::WrongAuthority));
        assert_eq!(under(root_of(Kind::Snp)), refused(Error::WrongAuthority));
        assert_eq!(under(Default::default()), refused(Error::UnknownRoot));
        assert_ok!(EnclavesPallet::set_root_enabled(root(), root_of(Kind::Sgx), false));
        assert_eq!(under(root_of(Kind::Sgx)), refused(Error::RootDisabled));
    });
}

#[test]
fn attack_a_forged_signature_by_somebody_without_an_enclave() {
    for kind in KINDS {
        run_ready(|| {
            let ask = Ask::new(kind, policy(terms(kind)));
            // The last byte that is not padding belongs to a signature or a signed certificate.
            let forge = |bytes: &[u8], at: usize| {
                let mut bytes = bytes.to_vec();
                bytes[at] ^= 1;
                bytes
            };
            let evidence = match ask.evidence() {
                SessionEvidence::Dcap { root, quote } => {
                    let signature = if kind == Kind::Sgx { 432 + 4 + 10 } else { 632 + 4 + 10 };
                    SessionEvidence::Dcap { root, quote: BoundedVec::truncate_from(forge(&quote, signature)) }
                }
                SessionEvidence::Nitro { root, document } => {
                    let last = document.len() - 1;
                    SessionEvidence::Nitro { root, document: BoundedVec::truncate_from(forge(&document, last)) }
                }
                SessionEvidence::Snp { root, report } => {
                    SessionEvidence::Snp { root, report: BoundedVec::truncate_from(forge(&report, 0x2a0)) }
                }
            };
            assert_noop!(register_with(&ask, evidence), Error::<Test>::BadSignature);
        });
    }
}

#[test]
fn attack_a_platform_whose_status_the_policy_or_governance_does_not_accept() {
    run_ready(|| {
        let hardening = |mut terms: Terms, status| {
            terms.statuses.try_push(status).expect("there is room");
            policy(terms)
        };
        let on = |policy, svn: u8| {
            let ask = Ask::new(Kind::Sgx, policy);
            let mut world = ask.dcap();
            world.platform.cpu_svn = [svn; 16];
            register_with(&ask, quote(&world))
        };
        let strict = policy(terms(Kind::Sgx));
        assert_noop!(on(strict, 3), Error::<Test>::StatusNotAccepted);
        // Not even if the policy accepts it.
        let lax = hardening(terms(Kind::Sgx), TcbStatus::OutOfDate);
        assert_noop!(on(lax, 2), Error::<Test>::StatusNotAllowed);
        // Nor anything that Intel revoked.
        assert_noop!(on(lax, 1), Error::<Test>::TcbRevoked);
        assert_noop!(on(lax, 0), Error::<Test>::NoTcbLevel);
        let enough = hardening(terms(Kind::Sgx), TcbStatus::SwHardeningNeeded);
        assert_ok!(on(enough, 3));
    });
}

/// An SGX platform that needs hardening, with an advisory, under terms that are changed.
fn hardened(change: impl FnOnce(&mut Terms)) -> DispatchResult {
    let mut terms = terms(Kind::Sgx);
    terms.statuses.try_push(TcbStatus::SwHardeningNeeded).expect("there is room");
    change(&mut terms);
    let ask = Ask::new(Kind::Sgx, policy(terms));
    let mut world = ask.dcap();
    world.platform.cpu_svn = [3; 16];
    register_with(&ask, quote(&world))
}

fn advisory() -> Advisory {
    BoundedVec::truncate_from(b"ASSAY-SA-00003".to_vec())
}

#[test]
fn attack_a_platform_with_a_denied_advisory() {
    run_ready(|| {
        let denied = hardened(|terms| terms.denied_advisories = BoundedVec::truncate_from(vec![advisory()]));
        assert_eq!(denied, refused(Error::AdvisoryDenied));
        let mut parameters = SettingsOf::<Test>::get();
        parameters.denied_advisories = BoundedVec::truncate_from(vec![advisory()]);
        assert_ok!(EnclavesPallet::set_parameters(root(), parameters));
        assert_eq!(hardened(|_| ()), refused(Error::AdvisoryDenied));
    });
}

#[test]
fn attack_a_rating_that_is_too_old() {
    run_ready(|| {
        let least = |min_evaluation_number| {
            let parameters = Parameters { min_evaluation_number, ..SettingsOf::<Test>::get() };
            assert_ok!(EnclavesPallet::set_parameters(root(), parameters));
        };
        let ask = Ask::new(Kind::Sgx, policy(terms(Kind::Sgx)));
        // TCB info has 20, the quoting enclave's identity 19.
        least(20);
        assert_noop!(register(&ask), Error::<Test>::EvaluationTooLow);
        least(19);
        assert_ok!(register(&ask));
    });
}

#[test]
fn attack_a_platform_with_a_forbidden_flag() {
    run_ready(|| {
        let forbidden: [fn(&mut PlatformFlags); 2] = [|flags| flags.dynamic = false, |flags| flags.cached_keys = false];
        for forbid in forbidden {
            assert_eq!(hardened(|terms| forbid(&mut terms.platform_flags)), refused(Error::FlagForbidden));
        }
        let mut parameters = SettingsOf::<Test>::get();
        parameters.flags.dynamic = false;
        assert_ok!(EnclavesPallet::set_parameters(root(), parameters));
        let ask = Ask::new(Kind::Sgx, policy(terms(Kind::Sgx)));
        assert_noop!(register(&ask), Error::<Test>::FlagForbidden);
        let mut terms = terms(Kind::Snp);
        terms.platform_flags.smt = false;
        let ask = Ask::new(Kind::Snp, policy(terms));
        assert_noop!(register(&ask), Error::<Test>::FlagForbidden);
    });
}

#[test]
fn attack_a_platform_that_is_not_on_the_list_or_denied() {
    run_ready(|| {
        let platforms =
            |byte: u8| -> Platforms { BoundedVec::truncate_from(vec![BoundedVec::truncate_from(vec![byte; 16])]) };
        assert_eq!(hardened(|terms| terms.platforms = Some(platforms(0x12))), refused(Error::PlatformNotAllowed));
        assert_ok!(hardened(|terms| terms.platforms = Some(platforms(0x11))));
        let id = policy(terms(Kind::Sgx));
        let denial = Narrowing::DenyPlatform(BoundedVec::truncate_from(vec![0x11; 16]));
        assert_ok!(EnclavesPallet::narrow_policy(origin(OWNER), id, denial));
        assert_noop!(register(&Ask::new(Kind::Sgx, id)), Error::<Test>::PlatformDenied);
    });
}

#[test]
fn attack_a_report_whose_chip_key_is_missing_or_of_another_chip() {
    run(|| {
        let ask = Ask::new(Kind::Snp, policy(terms(Kind::Snp)));
        assert_noop!(register(&ask), Error::<Test>::MissingChipKey);
        provision_chip(&ask.snp().build());
        let mut world = ask.snp();
        world.report.chip_id[0] ^= 1;
        assert_noop!(register_with(&ask, report(&world)), Error::<Test>::MissingChipKey);
        let mut world = ask.snp();
        world.report.reported_tcb[7] = 201;
        assert_noop!(register_with(&ask, report(&world)), Error::<Test>::MissingChipKey);
        let mut world = ask.snp();
        world.report.cpu = [0x1a, 2, 0];
        assert_noop!(register_with(&ask, report(&world)), Error::<Test>::WrongChip);
        assert_ok!(register(&ask));
    });
}

#[test]
fn attack_milan_is_refused_unless_governance_says_otherwise() {
    run(|| {
        Roots::<Test>::remove(root_of(Kind::Snp));
        let [_, _, ark, ask_der] = SIMULATED.clone();
        let milan = Authority::Amd(Product::Milan);
        assert_ok!(EnclavesPallet::add_root(root(), milan, der(&ark), Some(der(&ask_der)), true));
        let ask = Ask::new(Kind::Snp, policy(terms(Kind::Snp)));
        let mut world = ask.snp();
        world.product = "Milan-B1".into();
        world.report.cpu = [0x19, 1, 1];
        provision_chip(&world.build());
        assert_noop!(register_with(&ask, report(&world)), Error::<Test>::ProductDisabled);
        assert_ok!(EnclavesPallet::set_product(root(), Product::Milan, true));
        assert_ok!(register_with(&ask, report(&world)));
        assert_eq!(judge(&attested(ask.policy)), Ok(()));
        assert_ok!(EnclavesPallet::set_product(root(), Product::Milan, false));
        assert_eq!(judge(&attested(ask.policy)), refused(Error::ProductDisabled));
    });
}

#[test]
fn attack_a_document_that_is_too_old_or_from_the_future() {
    run_ready(|| {
        let ask = |terms| Ask::new(Kind::Nitro, policy(terms));
        let at = |ask: &Ask, second: u64| {
            let mut world = ask.nitro();
            world.timestamp = second * 1_000;
            register_with(ask, document(&world))
        };
        let lax = ask(Terms { max_evidence_age: 10_000, ..terms(Kind::Nitro) });
        assert_noop!(at(&lax, NOW - 301), Error::<Test>::EvidenceTooOld);
        assert_noop!(at(&lax, NOW + 1), Error::<Test>::NotYetValid);
        let strict = ask(Terms { max_evidence_age: 60, ..terms(Kind::Nitro) });
        assert_noop!(at(&strict, NOW - 61), Error::<Test>::EvidenceTooOld);
        assert_ok!(at(&strict, NOW - 60));
        assert_ok!(at(&lax, NOW - 300));
    });
}

#[test]
fn attack_registering_before_the_policy_begins_after_it_sets_or_when_it_is_ended() {
    run_ready(|| {
        let early = policy(Terms { not_before: NOW + 1, ..terms(Kind::Sgx) });
        assert_noop!(register(&Ask::new(Kind::Sgx, early)), Error::<Test>::PolicyEarly);
        let late = policy(Terms { sunset: Some(NOW - 1), ..terms(Kind::Sgx) });
        assert_noop!(register(&Ask::new(Kind::Sgx, late)), Error::<Test>::PolicySunset);
        let over = policy(terms(Kind::Sgx));
        assert_ok!(EnclavesPallet::end_policy(origin(OWNER), over));
        assert_noop!(register(&Ask::new(Kind::Sgx, over)), Error::<Test>::PolicyEnded);
        let unknown = Ask::new(Kind::Sgx, Default::default());
        assert_noop!(register(&unknown), Error::<Test>::UnknownPolicy);
    });
}

#[test]
fn recorded_evidence_is_read_by_the_pallet_as_it_is() {
    run(|| {
        // It binds nothing of this chain; that it gets so far is what is shown.
        let quote = include_bytes!("../../../../verifiers/tee/vectors/dcap/tdx_quote");
        let ask = Ask::new(Kind::Tdx, policy(terms(Kind::Tdx)));
        let quote = BoundedVec::truncate_from(quote.to_vec());
        let evidence = SessionEvidence::Dcap { root: root_of(Kind::Tdx), quote };
        assert_noop!(register_with(&ask, evidence), Error::<Test>::WrongBinding);
    });
}
