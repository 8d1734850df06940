//! A receipt is attested if and only if a good session of this policy and provider signed it.

use crate::{mock::*, pallet::*, types::*};
use assay_primitives::{signer::Signer, H256};
use frame_support::{assert_ok, weights::Weight};

#[test]
fn attack_a_receipt_signed_by_a_key_that_is_not_registered() {
    run_ready(|| {
        let id = registered(Kind::Sgx);
        let signer = Signer::from_word(b"no enclave").expect("a key");
        assert_eq!(judge(&Attested { signer, ..attested(id) }), refused(Error::UnknownSession));
    });
}

#[test]
fn attack_a_signature_of_the_sessions_key_over_something_else() {
    run_ready(|| {
        let id = registered(Kind::Sgx);
        let binding = Ask::new(Kind::Sgx, id).binding();
        // Another receipt's digest, the zero digest, halves of what it bound, the policy's id.
        let others =
            [H256([8; 32]), H256::zero(), H256::from_slice(&binding[..32]), H256::from_slice(&binding[32..]), id];
        for signed in others {
            assert_eq!(judge(&Attested { signed, ..attested(id) }), refused(Error::UnknownSession));
        }
    });
}

#[test]
fn attack_a_session_of_another_policy() {
    run_ready(|| {
        let mine = registered(Kind::Sgx);
        let other = policy(Terms { version: 2, ..terms(Kind::Sgx) });
        assert_eq!(judge(&attested(other)), refused(Error::UnknownSession));
        assert_eq!(judge(&attested(H256::zero())), refused(Error::UnknownSession));
        assert_eq!(judge(&attested(mine)), Ok(()));
    });
}

#[test]
fn attack_a_session_of_another_provider() {
    run_ready(|| {
        let id = registered(Kind::Sgx);
        let claim = Attested { provider: OTHER_PROVIDER, ..attested(id) };
        assert_eq!(judge(&claim), refused(Error::WrongProvider));
    });
}

#[test]
fn attack_a_policy_of_another_model() {
    run_ready(|| {
        let id = registered(Kind::Sgx);
        assert_eq!(judge(&Attested { model: OTHER_MODEL, ..attested(id) }), refused(Error::WrongModel));
    });
}

#[test]
fn attack_bytes_beside_the_signature() {
    run_ready(|| {
        let id = registered(Kind::Sgx);
        assert_eq!(judge(&Attested { material: vec![0], ..attested(id) }), refused(Error::UnexpectedMaterial));
    });
}

#[test]
fn an_ended_policy_is_good_for_what_was_reserved_before() {
    run_ready(|| {
        let id = registered(Kind::Sgx);
        let before = attested(id);
        advance(3);
        assert_ok!(EnclavesPallet::end_policy(origin(OWNER), id));
        assert_eq!((judge(&before), judge(&attested(id))), (Ok(()), refused(Error::PolicyEnded)));
    });
}

#[test]
fn each_receipt_of_a_call_has_its_own_verdict_and_good_ones_do_not_pay_for_a_second_look() {
    run_ready(|| {
        let id = registered(Kind::Sgx);
        let second_look = <() as crate::WeightInfo>::reappraise();
        let (each, unused) = judge_all(&[attested(id), attested(id)]);
        assert_eq!((each, unused), (vec![Ok(()), Ok(())], second_look.saturating_mul(2)));

        assert_ok!(EnclavesPallet::revoke(root(), Target::Fmspc([9; 6])));
        let bad = Attested { provider: STRANGER, ..attested(id) };
        let (each, unused) = judge_all(&[attested(id), bad.clone(), attested(id)]);
        assert_eq!(each, [Ok(()), refused(Error::WrongProvider), Ok(())]);
        assert_eq!(unused, second_look, "the first was looked at again, the failing one pays in full");
        assert_eq!(judge_all(&[bad]).1, Weight::zero());
    });
}
