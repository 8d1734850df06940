//! A proof earns if and only if the model maps this request to this response.

use crate::{mock::*, pallet::*, types::*};
use assay_halo2::{Dialect, TEST_SRS};
use assay_primitives::{Disclosure, Verifier, H256};
use frame_support::{assert_ok, dispatch::DispatchResult, weights::Weight, BoundedVec};

/// EZKL's ways to say what instances are: raw, inputs hashed, parameters hashed, parameters committed.
const LAYOUTS: [&str; 4] = ["logreg_small", "logreg_hashin", "logreg_hashparam", "logreg_kzgparam"];

#[test]
fn success_for_every_visibility_that_binds_a_model() {
    for name in LAYOUTS {
        run(|| {
            let vector = vector(name);
            let circuit = listed(&vector);
            assert_eq!(judge(&proven(&vector, circuit)), Ok(()), "{name}");
        });
    }
}

#[test]
fn a_proof_of_another_input_earns_nothing() {
    for name in LAYOUTS {
        run(|| {
            let vector = vector(name);
            let mut claim = proven(&vector, listed(&vector));
            claim.evidence.inputs[0][31] ^= 1;
            assert_eq!(judge(&claim), refused(Error::WrongInputs), "{name}: the request commits to the input");
            claim.request = H256(vector.layout.inputs.commitment(&claim.evidence.inputs).unwrap());
            assert_eq!(judge(&claim), refused(Error::InvalidProof), "{name}: the proof is of that input");
        });
    }
}

#[test]
fn a_proof_of_another_output_earns_nothing() {
    for name in LAYOUTS {
        run(|| {
            let vector = vector(name);
            let mut claim = proven(&vector, listed(&vector));
            claim.evidence.outputs[0][31] ^= 1;
            assert_eq!(judge(&claim), refused(Error::WrongOutputs), "{name}: the response commits to the output");
            claim.response = H256(vector.layout.outputs.commitment(&claim.evidence.outputs).unwrap());
            assert_eq!(judge(&claim), refused(Error::InvalidProof), "{name}: the proof is of that output");
        });
    }
}

#[test]
fn a_proof_of_another_model_with_hashed_parameters_earns_nothing() {
    run(|| {
        let (honest, swapped) = (vector("logreg_hashparam"), vector("swap_hashparam"));
        assert_eq!(honest.circuit, swapped.circuit, "the same key is good for both models' weights");
        let circuit = listed(&honest);
        assert_eq!(judge(&proven(&swapped, circuit)), refused(Error::InvalidProof));
    });
}

#[test]
fn a_proof_that_commits_to_other_parameters_earns_nothing() {
    run(|| {
        let vector = vector("logreg_kzgparam");
        let mut claim = proven(&vector, listed(&vector));
        claim.evidence.proof[..64].copy_from_slice(&[&[0u8; 31][..], &[1], &[0; 31], &[2]].concat());
        assert_eq!(judge(&claim), refused(Error::WrongParameters));
    });
}

#[test]
fn a_proof_of_another_circuit_earns_nothing() {
    run(|| {
        let (small, hashed) = (vector("logreg_small"), vector("logreg_hashin"));
        let circuit = listed(&small);
        let mut claim = proven(&hashed, circuit);
        assert!(judge(&claim).is_err());
        claim.evidence.cost = evidence(&small).cost;
        assert!(judge(&claim).is_err());
    });
}

#[test]
fn a_proof_over_another_string_earns_nothing() {
    run(|| {
        let (pinned, other) = (vector("logreg_small"), vector("logreg_othersrs"));
        let circuit = listed(&pinned);
        let mut claim = proven(&pinned, circuit);
        claim.evidence.proof = other.proof.bytes.clone();
        assert_eq!(judge(&claim), refused(Error::InvalidProof));
        assert_eq!(register_with(registration(&other), &evidence(&other)), refused(Error::InvalidProof));
    });
}

#[test]
fn a_proof_with_any_part_changed_earns_nothing() {
    run(|| {
        let vector = vector("logreg_small");
        let honest = proven(&vector, listed(&vector));
        for at in (0..honest.evidence.proof.len()).step_by(97) {
            let mut claim = honest.clone();
            claim.evidence.proof[at] ^= 1;
            let verdict = judge(&claim);
            assert!(
                [refused(Error::InvalidProof), refused(Error::MalformedProof)].contains(&verdict),
                "{at}: {verdict:?}"
            );
        }
        for proof in [vec![], honest.evidence.proof[1..].to_vec(), [&honest.evidence.proof[..], &[0]].concat()] {
            let mut claim = honest.clone();
            claim.evidence.proof = proof;
            assert_eq!(judge(&claim), refused(Error::WrongProofLength));
        }
        let mut claim = honest.clone();
        claim.evidence.proof.fill(0);
        assert_eq!(judge(&claim), refused(Error::MalformedProof));
    });
}

#[test]
fn evidence_that_declares_less_than_its_circuit_costs_earns_nothing() {
    run(|| {
        let vector = vector("logreg_small");
        let mut claim = proven(&vector, listed(&vector));
        claim.evidence.cost.points -= 1;
        assert_eq!(judge(&claim), refused(Error::WrongCost));
    });
}

#[test]
fn evidence_with_bytes_behind_it_earns_nothing() {
    run(|| {
        assert!(matches!(CircuitsPallet::decode_evidence(&[0; 7]), Err(Error::BadEvidence)));
        let vector = vector("logreg_small");
        let mut bytes = codec::Encode::encode(&evidence(&vector));
        assert_ok!(CircuitsPallet::decode_evidence(&bytes).map(drop));
        bytes.push(0);
        assert!(matches!(CircuitsPallet::decode_evidence(&bytes), Err(Error::BadEvidence)));
    });
}

#[test]
fn a_bad_proof_among_good_ones_is_named_and_the_others_stand() {
    run(|| {
        let vectors = ["logreg_small", "logreg_hashin"].map(vector);
        let circuits = [listed(&vectors[0]), listed(&vectors[1])];
        let mut claims: Vec<Proven> = (0..8).map(|n| proven(&vectors[n % 2], circuits[n % 2])).collect();
        let (each, unused) = judge_all(&claims);
        assert!(each.iter().all(Result::is_ok));
        assert!(unused.ref_time() > 0, "a batch of good proofs is charged as a batch");

        claims[3].evidence.outputs[0] = claims[2].evidence.outputs[0];
        claims[3].evidence.proof[70] ^= 1;
        claims[3].response = H256(vectors[1].layout.outputs.commitment(&claims[3].evidence.outputs).unwrap());
        let (each, unused) = judge_all(&claims);
        assert_eq!(each.iter().filter(|verdict| verdict.is_err()).count(), 1);
        assert!(each[3].is_err());
        assert_eq!(unused, Weight::zero(), "evidence that fails pays in full");
    });
}

#[test]
fn what_ends_is_good_for_what_was_reserved_before() {
    run(|| {
        let vector = vector("logreg_small");
        let circuit = listed(&vector);
        let before = proven(&vector, circuit);
        System::set_block_number(5);
        assert_ok!(CircuitsPallet::end_listing(origin(OWNER), MODEL, circuit));
        let after = proven(&vector, circuit);
        assert_eq!((judge(&before), judge(&after)), (Ok(()), refused(Error::NotListed)));
        assert_eq!(CircuitsPallet::check_anchor(&account(STRANGER), MODEL, circuit), refused(Error::NotListed));
        assert_ok!(CircuitsPallet::list(origin(OWNER), MODEL, circuit));
        assert_ok!(CircuitsPallet::retire(origin(OWNER), circuit));
        assert_eq!((judge(&before), judge(&after)), (Ok(()), refused(Error::CircuitRetired)));
        assert_eq!(CircuitsPallet::check_anchor(&account(STRANGER), MODEL, circuit), refused(Error::CircuitRetired));
    });
}

#[test]
fn what_governance_takes_back_is_good_for_nothing_at_once() {
    let vector = vector("logreg_small");
    let root = RuntimeOrigin::root;
    let ways: [(&dyn Fn(CircuitId) -> DispatchResult, Error<Test>); 5] = [
        (&|circuit| CircuitsPallet::revoke(root(), circuit), Error::CircuitRevoked),
        (&|_| CircuitsPallet::withdraw_srs(root(), TEST_SRS.id()), Error::SrsWithdrawn),
        (
            &|_| {
                let limits = DialectLimits { enabled: false, ..Limits::<Test>::get(Dialect::Kzg) };
                CircuitsPallet::set_limits(root(), Dialect::Kzg, limits)
            },
            Error::DialectDisabled,
        ),
        (
            &|_| {
                let mut limits = Limits::<Test>::get(Dialect::Kzg);
                limits.most.points = 10;
                CircuitsPallet::set_limits(root(), Dialect::Kzg, limits)
            },
            Error::CircuitTooLarge,
        ),
        (
            &|_| {
                let mut floor = EzklFloor::<Test>::get();
                floor.major += 1;
                CircuitsPallet::set_ezkl_floor(root(), floor)
            },
            Error::EzklTooOld,
        ),
    ];
    for (take_back, error) in ways {
        run(|| {
            let circuit = listed(&vector);
            let reserved_before = proven(&vector, circuit);
            assert_eq!(judge(&reserved_before), Ok(()));
            System::set_block_number(5);
            assert_ok!(take_back(circuit));
            let error: sp_runtime::DispatchError = error.into();
            assert_eq!(judge(&reserved_before), Err(error));
            assert_eq!(CircuitsPallet::check_anchor(&account(STRANGER), MODEL, circuit), Err(error));
        });
    }
}

#[test]
fn a_circuit_that_the_models_owner_does_not_vouch_for_earns_nothing() {
    run(|| {
        let vector = vector("logreg_small");
        let mut claim = proven(&vector, listed(&vector));
        claim.model = OTHER_MODEL;
        assert_eq!(judge(&claim), refused(Error::NotListed));
        assert_eq!(
            CircuitsPallet::check_anchor(&account(STRANGER), OTHER_MODEL, claim.circuit),
            refused(Error::NotListed)
        );
        claim.circuit = H256::zero();
        assert_eq!(judge(&claim), refused(Error::UnknownCircuit));
    });
}

#[test]
fn a_disclosure_is_the_outputs_themselves() {
    let vector = vector("logreg_small");
    let outputs = evidence(&vector).outputs;
    let response = H256(vector.layout.outputs.commitment(&outputs).unwrap());
    let disclosed = |salt, bytes: Vec<u8>| Disclosure { salt, response: BoundedVec::truncate_from(bytes) };
    assert!(CircuitsPallet::opens(&disclosed([0; 32], outputs.concat()), response));
    assert!(!CircuitsPallet::opens(&disclosed([1; 32], outputs.concat()), response));
    assert!(!CircuitsPallet::opens(&disclosed([0; 32], outputs[..outputs.len() - 1].concat()), response));
}

/// The classifier, registered and listed, and an honest claim.
fn listed_classifier() -> (Registration, Proven) {
    let (registration, evidence) = classifier();
    let circuit = H256(registration.id());
    assert_ok!(register_with(registration.clone(), &evidence));
    assert_ok!(CircuitsPallet::list(origin(OWNER), MODEL, circuit));
    let claim = proven_by(&registration.layout, evidence, circuit);
    (registration, claim)
}

#[test]
fn success_of_a_circuit_of_halo2_proofs_without_a_reference_string() {
    run(|| {
        ReferenceStrings::<Test>::remove(TEST_SRS.id());
        let (_, claim) = listed_classifier();
        assert_eq!(judge(&claim), Ok(()));
    });
}

#[test]
fn a_proof_by_halo2_proofs_of_another_class_input_or_model_earns_nothing() {
    run(|| {
        let (registration, honest) = listed_classifier();
        let layout = &registration.layout;
        let mut other_class = honest.evidence.clone();
        other_class.outputs[0][31] ^= 1;
        let mut other_input = honest.evidence.clone();
        other_input.inputs[3][31] ^= 1;
        for evidence in [other_class, other_input] {
            let claim = proven_by(layout, evidence.clone(), honest.circuit);
            assert_eq!(judge(&claim), refused(Error::InvalidProof));
            // Nor under the honest claim's commitments.
            assert!(judge(&Proven { evidence, ..honest.clone() }).is_err());
        }

        let mut other_model = registration.clone();
        let assay_halo2::ParamBinding::Hash(commitment) = &mut other_model.layout.params else { unreachable!() };
        commitment[31] ^= 1;
        assert_eq!(register_with(other_model, &honest.evidence), refused(Error::InvalidProof));
    });
}

#[test]
fn proofs_of_both_dialects_are_judged_in_one_call() {
    run(|| {
        let (_, ipa) = listed_classifier();
        let vector = vector("logreg_small");
        let kzg = proven(&vector, listed(&vector));
        let mut bad = ipa.clone();
        bad.evidence.proof[40] ^= 1;
        let (each, _) = judge_all(&[ipa.clone(), kzg.clone(), bad, kzg, ipa]);
        assert_eq!(each.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, true, false, true, true]);
    });
}
