//! Evidence is good for one chain, policy, account, key and block, and for nothing else.

use crate::{mock::*, pallet::*, types::*};
use assay_primitives::H256;
use codec::{Decode, Encode};
use frame_support::{assert_noop, assert_ok, BoundedVec};

/// Changes what the enclave binds; what is registered stays.
fn refused_if_bound(change: impl Fn(&mut Ask)) {
    for kind in KINDS {
        run_ready(|| {
            let honest = Ask::new(kind, policy(terms(kind)));
            let mut other = honest.clone();
            change(&mut other);
            assert_noop!(register_with(&honest, other.evidence()), Error::<Test>::WrongBinding);
            assert_ok!(register(&honest));
        });
    }
}

#[test]
fn attack_evidence_of_another_chain() {
    refused_if_bound(|ask| ask.genesis = H256([9; 32]));
}

#[test]
fn attack_evidence_for_another_policy() {
    refused_if_bound(|ask| ask.policy = H256([9; 32]));
}

#[test]
fn attack_evidence_for_another_account() {
    refused_if_bound(|ask| ask.account = account(OTHER_PROVIDER));
}

#[test]
fn attack_evidence_for_another_key() {
    refused_if_bound(|ask| ask.key = ReceiptKey::Ed25519([9; 32]));
}

#[test]
fn attack_evidence_for_the_same_bytes_as_a_key_of_another_type() {
    for kind in KINDS {
        run_ready(|| {
            let mut ask = Ask::new(kind, policy(terms(kind)));
            ask.key = ReceiptKey::Ed25519([9; 32]);
            let evidence = ask.evidence();
            ask.key = ReceiptKey::Sr25519([9; 32]);
            assert_noop!(register_with(&ask, evidence), Error::<Test>::WrongBinding);
        });
    }
}

#[test]
fn attack_evidence_of_another_block() {
    refused_if_bound(|ask| ask.block -= 1);
}

#[test]
fn attack_evidence_is_put_on_another_chain_with_the_same_policy_and_account() {
    for kind in KINDS {
        run_ready(|| {
            let ask = Ask::new(kind, policy(terms(kind)));
            frame_system::BlockHash::<Test>::insert(0, H256([9; 32]));
            assert_noop!(register(&ask), Error::<Test>::WrongBinding);
        });
    }
}

#[test]
fn attack_a_stale_a_future_or_an_unknown_block() {
    for kind in KINDS {
        run_ready(|| {
            let policy = policy(terms(kind));
            let at = |block| Ask { block, ..Ask::new(kind, policy) };
            assert_noop!(register(&at(BLOCK - 101)), Error::<Test>::StaleBlock);
            assert_noop!(register(&at(BLOCK)), Error::<Test>::FutureBlock);
            assert_noop!(register(&at(BLOCK + 1)), Error::<Test>::FutureBlock);
            frame_system::BlockHash::<Test>::remove(BLOCK - 7);
            assert_noop!(register(&at(BLOCK - 7)), Error::<Test>::UnknownBlock);
            assert_ok!(register(&at(BLOCK - 100)));
        });
    }
}

#[test]
fn attack_a_block_of_zeros_is_bound_where_its_hash_is_unknown() {
    run_ready(|| {
        let ask = Ask::new(Kind::Sgx, policy(terms(Kind::Sgx)));
        let zeros = assay_primitives::attestation::session_binding(
            ask.genesis,
            ask.policy,
            &ask.account,
            &ask.key,
            H256::zero(),
        );
        let mut world = ask.dcap();
        world.enclave().report_data = zeros;
        for block in [BLOCK, BLOCK + 1, u32::MAX] {
            let ask = Ask { block, ..ask.clone() };
            assert_noop!(register_with(&ask, quote(&world)), Error::<Test>::FutureBlock);
        }
        frame_system::BlockHash::<Test>::remove(ask.block);
        assert_noop!(register_with(&ask, quote(&world)), Error::<Test>::UnknownBlock);
    });
}

#[test]
fn attack_another_provider_registers_the_same_key() {
    for kind in KINDS {
        run_ready(|| {
            let policy = registered(kind);
            // Even with evidence that binds it to this provider.
            let ask = Ask { account: account(OTHER_PROVIDER), ..Ask::new(kind, policy) };
            assert_noop!(register(&ask), Error::<Test>::KeyTaken);
        });
    }
}

#[test]
fn attack_evidence_is_seen_in_the_pool_and_submitted_first() {
    for kind in KINDS {
        run_ready(|| {
            let honest = Ask::new(kind, policy(terms(kind)));
            let thief = Ask { account: account(OTHER_PROVIDER), ..honest.clone() };
            assert_noop!(register_with(&thief, honest.evidence()), Error::<Test>::WrongBinding);
            assert_ok!(register(&honest));
        });
    }
}

#[test]
fn attack_a_document_whose_public_key_or_nonce_is_not_what_it_binds() {
    run_ready(|| {
        let ask = Ask::new(Kind::Nitro, policy(terms(Kind::Nitro)));
        for other in [None, Some(ReceiptKey::Ed25519([9; 32]).encode()), Some(key().encode()[1..].to_vec())] {
            let mut world = ask.nitro();
            world.public_key = other;
            assert_noop!(register_with(&ask, document(&world)), Error::<Test>::WrongPublicKey);
        }
        for other in [None, Some(vec![]), Some(hash_of(ask.block - 1).as_bytes().to_vec())] {
            let mut world = ask.nitro();
            world.nonce = other;
            assert_noop!(register_with(&ask, document(&world)), Error::<Test>::WrongNonce);
        }
        for other in [None, Some(ask.binding()[..63].to_vec()), Some([&ask.binding()[..], &[0]].concat())] {
            let mut world = ask.nitro();
            world.user_data = other;
            assert_noop!(register_with(&ask, document(&world)), Error::<Test>::WrongBinding);
        }
    });
}

#[test]
fn attack_evidence_that_is_oversized_or_truncated() {
    let root = H256::zero();
    let decodes = |variant: u8, length: usize| {
        let bytes = [vec![variant], root.encode(), vec![0u8; length].encode()].concat();
        SessionEvidence::decode(&mut &bytes[..]).is_ok()
    };
    for (variant, most) in [(0, 16_384), (1, 16_384), (2, 1_184)] {
        assert!(decodes(variant, most));
        assert!(!decodes(variant, most + 1));
    }
    for kind in KINDS {
        run_ready(|| {
            let ask = Ask::new(kind, policy(terms(kind)));
            let cut = |bytes: &[u8]| bytes[..bytes.len() - 1].to_vec();
            let evidence = match ask.evidence() {
                SessionEvidence::Dcap { root, quote } => {
                    SessionEvidence::Dcap { root, quote: BoundedVec::truncate_from(cut(&quote)) }
                }
                SessionEvidence::Nitro { root, document } => {
                    SessionEvidence::Nitro { root, document: BoundedVec::truncate_from(cut(&document)) }
                }
                SessionEvidence::Snp { root, report } => {
                    SessionEvidence::Snp { root, report: BoundedVec::truncate_from(cut(&report)) }
                }
            };
            assert_noop!(register_with(&ask, evidence), Error::<Test>::Malformed);
        });
    }
}

#[test]
fn the_view_says_what_evidence_must_bind() {
    run(|| {
        let ask = Ask::new(Kind::Sgx, H256([3; 32]));
        let view = |block| EnclavesPallet::binding(ask.policy, ask.account.clone(), ask.key, block);
        assert_eq!(view(ask.block), Some(ask.binding()));
        assert_eq!(view(BLOCK), None);
    });
}
