//! Reference strings, circuits and their listing.

use crate::{mock::*, pallet::*, types::*};
use assay_halo2::{Part, TEST_SRS};
use assay_primitives::H256;
use frame_support::{assert_noop, assert_ok, traits::Get, BoundedVec};
use sp_runtime::DispatchError::BadOrigin;

fn held(who: u8) -> u128 {
    use frame_support::traits::fungible::InspectHold;
    Balances::total_balance_on_hold(&account(who))
}

mod strings {
    use super::*;

    #[test]
    fn fails_for_an_unsafe_one_outside_of_development() {
        run(|| {
            ReferenceStrings::<Test>::remove(TEST_SRS.id());
            IsDevelopment::set(false);
            assert_noop!(
                CircuitsPallet::add_srs(RuntimeOrigin::root(), vector("logreg_k13").srs, true),
                Error::<Test>::UnsafeSrs
            );
            // Whatever governance calls it.
            assert_noop!(CircuitsPallet::add_srs(RuntimeOrigin::root(), TEST_SRS, false), Error::<Test>::UnsafeSrs);
            assert_ok!(CircuitsPallet::add_srs(RuntimeOrigin::root(), vector("logreg_k13").srs, false));
            IsDevelopment::set(true);
        });
    }

    #[test]
    #[should_panic(expected = "this genesis is refused")]
    fn a_genesis_with_the_unsafe_one_is_refused_outside_of_development() {
        IsDevelopment::set(false);
        new_test_ext();
    }

    #[test]
    fn fails_for_points_that_are_none_and_for_one_that_is_there() {
        run(|| {
            let mut points = TEST_SRS;
            points.minus_tau_g2[5] ^= 1;
            assert_noop!(CircuitsPallet::add_srs(RuntimeOrigin::root(), points, true), Error::<Test>::BadSrs);
            points = TEST_SRS;
            points.minus_tau_g2 = points.g2;
            assert_noop!(CircuitsPallet::add_srs(RuntimeOrigin::root(), points, true), Error::<Test>::BadSrs);
            points.minus_tau_g2 = [0; 128];
            assert_noop!(CircuitsPallet::add_srs(RuntimeOrigin::root(), points, true), Error::<Test>::BadSrs);
            assert_noop!(CircuitsPallet::add_srs(RuntimeOrigin::root(), TEST_SRS, true), Error::<Test>::SrsExists);
        });
    }

    #[test]
    fn fails_for_anyone_but_governance() {
        run(|| {
            let limits = Limits::<Test>::get(assay_halo2::Dialect::Kzg);
            assert_noop!(CircuitsPallet::add_srs(origin(OWNER), vector("logreg_k13").srs, true), BadOrigin);
            assert_noop!(CircuitsPallet::withdraw_srs(origin(OWNER), TEST_SRS.id()), BadOrigin);
            assert_noop!(CircuitsPallet::revoke(origin(OWNER), H256::zero()), BadOrigin);
            assert_noop!(CircuitsPallet::set_limits(origin(OWNER), assay_halo2::Dialect::Kzg, limits), BadOrigin);
            assert_noop!(CircuitsPallet::set_ezkl_floor(origin(OWNER), EzklFloor::<Test>::get()), BadOrigin);
        });
    }

    #[test]
    fn attack_who_may_withdraw_a_string_cannot_add_one() {
        run(|| {
            let guard = || RuntimeOrigin::signed(Guard::get());
            assert_noop!(CircuitsPallet::add_srs(guard(), vector("logreg_k13").srs, true), BadOrigin);
            assert_ok!(CircuitsPallet::withdraw_srs(guard(), TEST_SRS.id()));
        });
    }
}

mod limits {
    use super::*;
    use assay_halo2::{Cost, Dialect, Version};

    fn guard() -> RuntimeOrigin {
        RuntimeOrigin::signed(Guard::get())
    }

    #[test]
    fn attack_who_may_tighten_limits_cannot_widen_them_in_any_part() {
        run(|| {
            let now = Limits::<Test>::get(Dialect::Kzg);
            let most = now.most;
            for more in [
                Cost { proof_len: most.proof_len + 1, ..most },
                Cost { points: most.points + 1, ..most },
                Cost { generators: most.generators + 1, ..most },
                Cost { instances: most.instances + 1, ..most },
                Cost { ops: most.ops + 1, ..most },
                Cost { evaluations: most.evaluations + 1, ..most },
                // Less of one thing does not make up for more of another.
                Cost { points: 1, evaluations: most.evaluations + 1, ..most },
            ] {
                let wider = DialectLimits { most: more, ..now };
                assert_noop!(CircuitsPallet::set_limits(guard(), Dialect::Kzg, wider), BadOrigin);
                assert_ok!(CircuitsPallet::set_limits(RuntimeOrigin::root(), Dialect::Kzg, wider));
                assert_ok!(CircuitsPallet::set_limits(guard(), Dialect::Kzg, now));
            }
            let off = DialectLimits { enabled: false, ..now };
            assert_ok!(CircuitsPallet::set_limits(guard(), Dialect::Kzg, off));
            assert_noop!(CircuitsPallet::set_limits(guard(), Dialect::Kzg, now), BadOrigin);
            assert_ok!(CircuitsPallet::set_limits(RuntimeOrigin::root(), Dialect::Kzg, now));
        });
    }

    #[test]
    fn fails_for_limits_that_fit_no_block() {
        run(|| {
            for dialect in [Dialect::Kzg, Dialect::Ipa] {
                let limits = DialectLimits { enabled: true, most: Cost::MOST };
                assert_noop!(
                    CircuitsPallet::set_limits(RuntimeOrigin::root(), dialect, limits),
                    Error::<Test>::OutOfBounds
                );
            }
        });
    }

    #[test]
    fn attack_who_may_raise_the_floor_cannot_lower_it() {
        run(|| {
            let (old, new) = (DefaultFloor::get(), Version { major: 24, minor: 0, patch: 1 });
            assert_ok!(CircuitsPallet::set_ezkl_floor(guard(), new));
            assert_noop!(CircuitsPallet::set_ezkl_floor(guard(), old), BadOrigin);
            assert_noop!(CircuitsPallet::set_ezkl_floor(guard(), Version { patch: 0, ..new }), BadOrigin);
            assert_ok!(CircuitsPallet::set_ezkl_floor(RuntimeOrigin::root(), old));
        });
    }

    #[test]
    fn fails_for_a_floor_below_what_was_tried() {
        run(|| {
            let older = Version { major: 22, minor: u16::MAX, patch: u16::MAX };
            assert_noop!(CircuitsPallet::set_ezkl_floor(RuntimeOrigin::root(), older), Error::<Test>::OutOfBounds);
        });
    }
}

mod register {
    use super::*;

    #[test]
    fn success_holds_a_deposit_and_gives_it_back() {
        run(|| {
            let vector = vector("logreg_small");
            let id = listed(&vector);
            assert!(held(OWNER) > vector.circuit.encode().len() as u128);
            assert_noop!(CircuitsPallet::remove(origin(OWNER), id), Error::<Test>::CircuitInUse);
            assert_ok!(CircuitsPallet::retire(origin(OWNER), id));
            assert_noop!(CircuitsPallet::remove(origin(OWNER), id), Error::<Test>::CircuitListed);
            assert_noop!(CircuitsPallet::remove_listing(origin(OWNER), MODEL, id), Error::<Test>::AlreadyListed);
            assert_ok!(CircuitsPallet::end_listing(origin(OWNER), MODEL, id));
            System::set_block_number(1 + RETENTION);
            assert_noop!(CircuitsPallet::remove_listing(origin(OWNER), MODEL, id), Error::<Test>::TooEarly);
            System::set_block_number(2 + RETENTION);
            assert_ok!(CircuitsPallet::remove_listing(origin(OWNER), MODEL, id));
            assert_ok!(CircuitsPallet::remove(origin(OWNER), id));
            assert_eq!(held(OWNER), 0);
        });
    }

    #[test]
    fn the_listing_of_a_model_that_is_gone_can_be_removed() {
        run(|| {
            let id = listed(&vector("logreg_small"));
            ModelGone::set(true);
            assert_ok!(CircuitsPallet::remove_listing(origin(OWNER), MODEL, id));
            ModelGone::set(false);
        });
    }

    #[test]
    fn fails_without_one_valid_proof() {
        run(|| {
            let vector = vector("logreg_small");
            let mut wrong = evidence(&vector);
            wrong.outputs[0][31] ^= 1;
            assert_noop!(register_with(registration(&vector), &wrong), Error::<Test>::InvalidProof);
            let nothing = BoundedVec::default();
            assert_noop!(
                CircuitsPallet::register(origin(OWNER), registration(&vector), nothing),
                Error::<Test>::BadEvidence
            );
        });
    }

    #[test]
    fn fails_where_inputs_or_outputs_are_not_among_the_instances() {
        run(|| {
            let vector = vector("logreg_small");
            let all = vector.circuit.description().instances;
            let mut registration = registration(&vector);
            registration.layout.outputs = Part::Absent;
            registration.layout.inputs = Part::Raw(all);
            assert_noop!(register_with(registration, &evidence(&vector)), Error::<Test>::BadLayout);
        });
    }

    #[test]
    fn fails_for_a_layout_of_another_circuit() {
        run(|| {
            let (small, hashed) = (vector("logreg_small"), vector("logreg_hashin"));
            let mut registration = registration(&small);
            registration.layout = hashed.layout.clone();
            assert_noop!(register_with(registration, &evidence(&small)), Error::<Test>::BadLayout);
        });
    }

    #[test]
    fn fails_for_bytes_that_are_no_canonical_description() {
        run(|| {
            let vector = vector("logreg_small");
            let good = vector.circuit.encode();
            for bytes in [vec![], good[1..].to_vec(), [&good[..], &[0]].concat()] {
                let mut registration = registration(&vector);
                registration.description = bytes;
                assert_noop!(register_with(registration, &evidence(&vector)), Error::<Test>::BadDescription);
            }
        });
    }

    #[test]
    fn fails_as_a_circuit_of_the_other_dialect() {
        run(|| {
            let vector = vector("logreg_small");
            let mut registration = registration(&vector);
            registration.source = Source::Halo2Proofs;
            assert_noop!(register_with(registration, &evidence(&vector)), Error::<Test>::BadDescription);
        });
    }

    #[test]
    fn fails_over_a_string_that_is_not_there_or_withdrawn() {
        run(|| {
            let vector = vector("logreg_small");
            let mut elsewhere = registration(&vector);
            elsewhere.source = Source::Ezkl { srs: [0; 32] };
            assert_noop!(register_with(elsewhere, &evidence(&vector)), Error::<Test>::UnknownSrs);
            assert_ok!(CircuitsPallet::withdraw_srs(RuntimeOrigin::root(), TEST_SRS.id()));
            assert_noop!(register_with(registration(&vector), &evidence(&vector)), Error::<Test>::SrsWithdrawn);
        });
    }

    #[test]
    fn fails_when_made_by_an_old_ezkl() {
        run(|| {
            let vector = vector("logreg_small");
            let mut registration = registration(&vector);
            registration.layout.version.major = 22;
            assert_noop!(register_with(registration, &evidence(&vector)), Error::<Test>::EzklTooOld);
        });
    }

    #[test]
    fn fails_twice_and_nobody_can_take_the_id_with_another_meaning() {
        run(|| {
            let vector = vector("logreg_small");
            let mut other = registration(&vector);
            other.layout.input_scales[0] += 1;
            assert_ne!(other.id(), registration(&vector).id());
            assert_ok!(register_with(registration(&vector), &evidence(&vector)));
            assert_noop!(register_with(registration(&vector), &evidence(&vector)), Error::<Test>::CircuitExists);
        });
    }
}

mod list {
    use super::*;

    #[test]
    fn fails_for_anyone_but_the_models_owner() {
        run(|| {
            let id = listed(&vector("logreg_small"));
            assert_noop!(CircuitsPallet::list(origin(STRANGER), OTHER_MODEL, id), Error::<Test>::NotOwner);
            assert_noop!(CircuitsPallet::end_listing(origin(STRANGER), MODEL, id), Error::<Test>::NotOwner);
            assert_noop!(CircuitsPallet::list(origin(OWNER), H256::zero(), id), Error::<Test>::UnknownModel);
        });
    }

    #[test]
    fn fails_for_what_is_not_there_twice_or_over() {
        run(|| {
            let id = listed(&vector("logreg_small"));
            assert_noop!(CircuitsPallet::list(origin(OWNER), MODEL, H256::zero()), Error::<Test>::UnknownCircuit);
            assert_noop!(CircuitsPallet::list(origin(OWNER), MODEL, id), Error::<Test>::AlreadyListed);
            assert_noop!(CircuitsPallet::end_listing(origin(OWNER), OTHER_MODEL, id), Error::<Test>::NotListed);
            assert_ok!(CircuitsPallet::revoke(RuntimeOrigin::root(), id));
            assert_noop!(CircuitsPallet::list(origin(OWNER), OTHER_MODEL, id), Error::<Test>::CircuitRevoked);
        });
    }

    #[test]
    fn fails_to_retire_or_remove_what_belongs_to_somebody_else() {
        run(|| {
            let id = listed(&vector("logreg_small"));
            assert_noop!(CircuitsPallet::retire(origin(STRANGER), id), Error::<Test>::NotOwner);
            assert_ok!(CircuitsPallet::retire(origin(OWNER), id));
            assert_noop!(CircuitsPallet::retire(origin(OWNER), id), Error::<Test>::CircuitRetired);
            assert_noop!(CircuitsPallet::remove(origin(STRANGER), id), Error::<Test>::NotOwner);
        });
    }
}
