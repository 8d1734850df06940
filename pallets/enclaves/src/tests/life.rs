//! The life of a session: registered, used, renewed, expired or ended, removed.

use crate::{mock::*, pallet::*, types::*};
use assay_tee_sim::cert::DAY;
use frame_support::{assert_noop, assert_ok};

fn view(policy: PolicyId) -> SessionView {
    EnclavesPallet::session(policy, key()).expect("is there")
}

fn end(who: u8, policy: PolicyId) -> frame_support::dispatch::DispatchResult {
    EnclavesPallet::end_session(origin(who), policy, key())
}

fn remove(policy: PolicyId) -> frame_support::dispatch::DispatchResult {
    EnclavesPallet::remove_session(origin(STRANGER), policy, key())
}

#[test]
fn success_of_a_whole_life_for_every_kind() {
    for kind in KINDS {
        run_ready(|| {
            let id = registered(kind);
            let first = view(id);
            assert_eq!((first.provider.clone(), first.facts.kind, first.good), (account(PROVIDER), kind, true));
            assert_eq!((first.registered, first.expires), (BLOCK, NOW + SECONDS));
            assert!(held(PROVIDER) > 0);
            assert_eq!(judge(&attested(id)), Ok(()));
            assert_noop!(register(&Ask::new(kind, id)), Error::<Test>::NotLater);

            // Renewed before it expires, it never was away.
            advance(100);
            let open = attested(id);
            assert_ok!(register(&Ask::new(kind, id)));
            assert_eq!((view(id).registered, view(id).expires), (BLOCK, NOW + 200 + SECONDS));
            assert_eq!((judge(&open), judge(&attested(id))), (Ok(()), Ok(())));
            advance_to(NOW + 200 + SECONDS);
            assert_eq!((judge(&open), judge(&attested(id))), (Ok(()), Ok(())));

            assert_ok!(end(PROVIDER, id));
            assert_eq!((judge(&open), judge(&attested(id))), (Ok(()), refused(Error::SessionEnded)));
            advance(RETENTION);
            assert_noop!(remove(id), Error::<Test>::TooEarly);
            advance(1);
            assert_ok!(remove(id));
            assert_eq!(held(PROVIDER), 0);
            assert_eq!(judge(&open), refused(Error::UnknownSession));
            assert_noop!(remove(id), Error::<Test>::UnknownSession);
        });
    }
}

#[test]
fn boundary_a_session_at_the_second_of_its_expiry() {
    for kind in KINDS {
        run_ready(|| {
            let id = registered(kind);
            for (second, verdict) in
                [(SECONDS - 1, Ok(())), (SECONDS, Ok(())), (SECONDS + 1, refused(Error::SessionExpired))]
            {
                advance_to(NOW + second);
                assert_eq!(judge(&attested(id)), verdict, "{second}");
            }
        });
    }
}

#[test]
fn boundary_an_expired_session_is_good_for_what_was_reserved_while_it_was() {
    run_ready(|| {
        let id = registered(Kind::Tdx);
        advance_to(NOW + SECONDS);
        let last = attested(id);
        advance(1);
        let late = attested(id);
        assert_eq!((judge(&last), judge(&late)), (Ok(()), refused(Error::SessionExpired)));
        advance(50);
        assert_eq!((judge(&last), judge(&late)), (Ok(()), refused(Error::SessionExpired)));
        // What is not certain counts against it: blocks may have stood still before or after the reserve.
        UnixNow::mutate(|now| *now += 1);
        assert_eq!(judge(&last), refused(Error::SessionExpired));
        let earlier = Attested { reserved_at: last.reserved_at - 1, ..last };
        assert_eq!(judge(&earlier), Ok(()));
    });
}

#[test]
fn boundary_a_session_is_good_for_what_was_reserved_before_it_only_while_it_lasts() {
    run_ready(|| {
        let before = attested(policy(terms(Kind::Sgx)));
        advance(1);
        assert_ok!(register(&Ask::new(Kind::Sgx, before.policy)));
        let after = attested(before.policy);
        assert_eq!((judge(&before), judge(&after)), (Ok(()), Ok(())));
        let expires = view(before.policy).expires;
        advance_to(expires + 2);
        assert_eq!((judge(&before), judge(&after)), (refused(Error::SessionExpired), Ok(())));
    });
}

#[test]
fn a_session_that_was_renewed_late_or_after_its_end_has_a_gap() {
    for ended in [false, true] {
        run_ready(|| {
            let id = registered(Kind::Nitro);
            let gap = match ended {
                true => {
                    advance(10);
                    assert_ok!(end(PROVIDER, id));
                    attested(id)
                }
                false => {
                    advance_to(NOW + SECONDS + 2);
                    attested(id)
                }
            };
            advance(10);
            assert_ok!(register(&Ask::new(Kind::Nitro, id)));
            assert_eq!(view(id).registered, System::block_number());
            assert_eq!(judge(&gap), Ok(()), "it is good now");
            advance_to(view(id).expires + 2);
            assert_eq!(judge(&gap), refused(Error::SessionExpired));
        });
    }
}

#[test]
fn a_session_expires_with_whatever_expires_first() {
    run_ready(|| {
        let long = |kind, sunset| {
            let id = policy(Terms { session_seconds: 60 * DAY, sunset, ..terms(kind) });
            assert_ok!(register(&Ask::new(kind, id)));
            view(id).expires
        };
        // Collateral; AMD's list; what governance allows; the policy's sunset.
        assert_eq!(long(Kind::Sgx, None), NOW + 29 * DAY);
        assert_eq!(long(Kind::Tdx, None), NOW + 29 * DAY);
        assert_eq!(long(Kind::Snp, None), NOW + 29 * DAY);
        assert_eq!(long(Kind::Nitro, None), NOW + 30 * DAY);
        for kind in KINDS {
            assert_eq!(long(kind, Some(NOW + 5)), NOW + 5);
        }
    });
}

#[test]
fn an_enclave_with_a_new_key_registers_beside_the_old_one() {
    run_ready(|| {
        let id = registered(Kind::Sgx);
        let other = assay_primitives::signer::Signer::from_word(b"another enclave").expect("a key");
        let ask = Ask { key: other.receipt_key(), ..Ask::new(Kind::Sgx, id) };
        assert_ok!(register(&ask));
        let by_other = Attested { signer: other, ..attested(id) };
        assert_eq!((judge(&attested(id)), judge(&by_other)), (Ok(()), Ok(())));
        assert_eq!(EnclavesPallet::policy(id).map(|policy| policy.sessions), Some(2));
    });
}

#[test]
fn attack_anyone_but_its_provider_ends_a_session() {
    run_ready(|| {
        let id = registered(Kind::Sgx);
        for who in [STRANGER, OWNER, OTHER_PROVIDER] {
            assert_noop!(end(who, id), Error::<Test>::NotOwner);
        }
        assert_ok!(end(PROVIDER, id));
        assert_noop!(end(PROVIDER, id), Error::<Test>::SessionEnded);
        assert_noop!(end(PROVIDER, Default::default()), Error::<Test>::UnknownSession);
    });
}

#[test]
fn attack_a_session_is_removed_while_a_payment_may_be_open() {
    run_ready(|| {
        let id = registered(Kind::Sgx);
        assert_noop!(remove(id), Error::<Test>::TooEarly);
        advance_to(NOW + SECONDS);
        let last = attested(id);
        advance(RETENTION);
        assert_eq!(judge(&last), Ok(()));
        assert_noop!(remove(id), Error::<Test>::TooEarly);
        advance(1);
        assert_ok!(remove(id));
        assert_eq!(held(PROVIDER), 0, "whoever removes it, who paid gets it back");
    });
}

#[test]
fn a_policy_outlives_its_sessions() {
    run_ready(|| {
        let id = registered(Kind::Sgx);
        assert_ok!(EnclavesPallet::end_policy(origin(OWNER), id));
        assert_ok!(end(PROVIDER, id));
        advance(RETENTION + 1);
        assert_noop!(EnclavesPallet::remove_policy(origin(OWNER), id), Error::<Test>::PolicyHasSessions);
        assert_ok!(remove(id));
        assert_ok!(EnclavesPallet::remove_policy(origin(OWNER), id));
        assert_eq!((held(OWNER), held(PROVIDER)), (0, 0));
    });
}
