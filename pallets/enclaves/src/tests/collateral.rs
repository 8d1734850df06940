//! Collateral: anybody hands it in, and only what is signed, fresh and newer is taken.

use crate::{mock::*, pallet::*, types::*};
use assay_primitives::H256;
use assay_tee_sim::{cert::DAY, dcap::date, key::Key, Snp};
use frame_support::{assert_noop, assert_ok, BoundedVec};
use serde_json::json;

const INTEL: [Kind; 2] = [Kind::Sgx, Kind::Tdx];

#[test]
fn success_for_every_piece_and_again_when_it_is_newer() {
    run(|| {
        for kind in INTEL {
            provision(kind, &any_dcap(kind).build());
        }
        provision_chip(&Snp::new([0; 48], [0; 64], NOW).build());
        UnixNow::set(NOW + DAY);
        for kind in INTEL {
            provision(kind, &any_dcap(kind).build());
        }
        assert_ok!(submit_amd_crl(&Snp::new([0; 48], [0; 64], NOW + DAY).build()));
    });
}

#[test]
fn attack_collateral_that_is_rolled_back_or_equal_is_refused() {
    for kind in INTEL {
        run(|| {
            let older = any_dcap(kind).build();
            UnixNow::set(NOW + DAY);
            let newer = any_dcap(kind).build();
            provision(kind, &newer);
            for evidence in [&older, &newer] {
                assert_noop!(submit_root_crl(evidence), Error::<Test>::NotNewer);
                assert_noop!(submit_pck_crl(evidence), Error::<Test>::NotNewer);
                assert_noop!(submit_tcb_info(kind, evidence), Error::<Test>::NotNewer);
                assert_noop!(submit_qe_identity(kind, evidence), Error::<Test>::NotNewer);
            }
            // Newer by its date, older by its number.
            UnixNow::set(NOW + 2 * DAY);
            let mut world = any_dcap(kind);
            world.tcb_info["tcbEvaluationDataNumber"] = json!(19);
            world.qe_identity["tcbEvaluationDataNumber"] = json!(18);
            assert_noop!(submit_tcb_info(kind, &world.build()), Error::<Test>::NotNewer);
            assert_noop!(submit_qe_identity(kind, &world.build()), Error::<Test>::NotNewer);
        });
    }
}

#[test]
fn attack_collateral_that_is_expired_or_early_is_refused() {
    for (second, error) in [(NOW + 29 * DAY + 1, Error::<Test>::NoLongerValid), (NOW - DAY - 1, Error::NotYetValid)] {
        run(|| {
            let mut world = any_dcap(Kind::Sgx);
            let chip = Snp::new([0; 48], [0; 64], NOW).build();
            let error: sp_runtime::DispatchError = error.into();
            // A root's list that is good for longer, to get that far.
            world.root_crl.from = NOW - 9 * DAY;
            world.root_crl.until = Some(NOW + 99 * DAY);
            assert_ok!(submit_root_crl(&world.build()));
            let mut late = any_dcap(Kind::Sgx);
            late.root_crl.from = NOW - DAY;
            UnixNow::set(second);
            assert_noop!(submit_root_crl(&late.build()), error);
            assert_noop!(submit_pck_crl(&world.build()), error);
            assert_noop!(submit_tcb_info(Kind::Sgx, &world.build()), error);
            assert_noop!(submit_qe_identity(Kind::Sgx, &world.build()), error);
            assert_noop!(submit_amd_crl(&chip), error);
        });
    }
}

#[test]
fn attack_collateral_that_was_good_is_refused_after_its_next_update() {
    run_ready(|| {
        let policy = policy(terms(Kind::Sgx));
        advance_to(NOW + 29 * DAY);
        let ask = Ask::new(Kind::Sgx, policy);
        let quote = ask.evidence();
        advance_to(NOW + 29 * DAY + 2);
        assert_noop!(register_with(&ask, quote), Error::<Test>::NoLongerValid);
    });
}

#[test]
fn attack_collateral_without_the_roots_list_is_refused() {
    run(|| {
        let evidence = any_dcap(Kind::Sgx).build();
        assert_noop!(submit_pck_crl(&evidence), Error::<Test>::MissingCrl);
        assert_noop!(submit_tcb_info(Kind::Sgx, &evidence), Error::<Test>::MissingCrl);
        assert_noop!(submit_qe_identity(Kind::Sgx, &evidence), Error::<Test>::MissingCrl);
    });
}

#[test]
fn attack_a_quote_without_any_one_piece_of_its_collateral_is_refused() {
    for missing in 0..4 {
        run(|| {
            let (policy, evidence) = (policy(terms(Kind::Tdx)), any_dcap(Kind::Tdx).build());
            assert_ok!(submit_root_crl(&evidence));
            let error = match missing {
                0 => {
                    assert_ok!(submit_tcb_info(Kind::Tdx, &evidence));
                    assert_ok!(submit_qe_identity(Kind::Tdx, &evidence));
                    Error::MissingCrl
                }
                1 => {
                    assert_ok!(submit_pck_crl(&evidence));
                    assert_ok!(submit_qe_identity(Kind::Tdx, &evidence));
                    Error::MissingTcbInfo
                }
                2 => {
                    assert_ok!(submit_pck_crl(&evidence));
                    assert_ok!(submit_tcb_info(Kind::Tdx, &evidence));
                    Error::MissingQeIdentity
                }
                // That of the other kind does not stand in.
                _ => {
                    assert_ok!(submit_pck_crl(&evidence));
                    let sgx = any_dcap(Kind::Sgx).build();
                    assert_ok!(submit_tcb_info(Kind::Sgx, &sgx));
                    assert_ok!(submit_qe_identity(Kind::Sgx, &sgx));
                    Error::MissingTcbInfo
                }
            };
            assert_eq!(register(&Ask::new(Kind::Tdx, policy)), refused(error));
        });
    }
}

#[test]
fn attack_a_quote_of_another_family_than_the_tcb_info_is_refused() {
    run_ready(|| {
        let ask = Ask::new(Kind::Sgx, policy(terms(Kind::Sgx)));
        let mut world = ask.dcap();
        world.platform.fmspc = [9; 6];
        assert_noop!(register_with(&ask, quote(&world)), Error::<Test>::MissingTcbInfo);
        world.platform.fmspc = [0xa5, 0x5a, 0, 0, 0, 0];
        world.platform.pce_id = [1, 0];
        assert_noop!(register_with(&ask, quote(&world)), Error::<Test>::WrongCollateral);
    });
}

#[test]
fn attack_tcb_info_and_identities_of_another_kind_are_refused() {
    run(|| {
        let (sgx, tdx) = (any_dcap(Kind::Sgx).build(), any_dcap(Kind::Tdx).build());
        assert_ok!(submit_root_crl(&sgx));
        assert_noop!(submit_tcb_info(Kind::Tdx, &sgx), Error::<Test>::WrongCollateral);
        assert_noop!(submit_tcb_info(Kind::Sgx, &tdx), Error::<Test>::WrongCollateral);
        assert_noop!(submit_qe_identity(Kind::Tdx, &sgx), Error::<Test>::WrongCollateral);
        assert_noop!(submit_qe_identity(Kind::Sgx, &tdx), Error::<Test>::WrongCollateral);
        for kind in [Kind::Nitro, Kind::Snp] {
            assert_noop!(submit_tcb_info(kind, &sgx), Error::<Test>::Unsupported);
            assert_noop!(submit_qe_identity(kind, &sgx), Error::<Test>::Unsupported);
        }
    });
}

#[test]
fn attack_edited_or_unsigned_json_is_refused() {
    for kind in INTEL {
        run(|| {
            let good = any_dcap(kind).build();
            assert_ok!(submit_root_crl(&good));
            let mut edited = good.clone();
            let json = String::from_utf8(edited.tcb_info.0).unwrap();
            edited.tcb_info.0 = json.replace("OutOfDate", "UpToDate ").into_bytes();
            edited.qe_identity.0.push(b' ');
            assert_noop!(submit_tcb_info(kind, &edited), Error::<Test>::BadSignature);
            assert_noop!(submit_qe_identity(kind, &edited), Error::<Test>::BadSignature);
            let mut unsigned = good;
            unsigned.tcb_info.1 = [0; 64];
            unsigned.qe_identity.1 = [0; 64];
            assert_noop!(submit_tcb_info(kind, &unsigned), Error::<Test>::BadSignature);
            assert_noop!(submit_qe_identity(kind, &unsigned), Error::<Test>::BadSignature);
        });
    }
}

#[test]
fn attack_a_wrong_signer_under_the_right_root_is_refused() {
    run(|| {
        let good = any_dcap(Kind::Sgx);
        assert_ok!(submit_root_crl(&good.build()));
        // The platform's certificate signs data too.
        let mut world = good.clone();
        world.signer = world.root.holder("Assay Simulated SGX PCK Certificate", 4, Key::p256("dcap pck"));
        assert_noop!(submit_tcb_info(Kind::Sgx, &world.build()), Error::<Test>::WrongUsage);
        // Another authority's.
        let mut world = good.clone();
        world.signer = world.authority.holder("Assay Simulated SGX TCB Signing", 4, Key::p256("dcap signer"));
        assert_noop!(submit_tcb_info(Kind::Sgx, &world.build()), Error::<Test>::BrokenChain);
        // Another key's signature under the right certificate.
        let mut other = good.clone();
        other.signer.key = Key::p256("another");
        let mut evidence = other.build();
        evidence.signer = good.build().signer;
        assert_noop!(submit_tcb_info(Kind::Sgx, &evidence), Error::<Test>::BadSignature);
        assert_noop!(submit_qe_identity(Kind::Sgx, &evidence), Error::<Test>::BadSignature);
        // A list of the root's that the authority signed.
        let mut world = good.clone();
        world.root_crl.key = world.authority.key.clone();
        world.root_crl.from += 60;
        assert_noop!(submit_root_crl(&world.build()), Error::<Test>::BadSignature);
    });
}

#[test]
fn attack_a_revoked_platform_certificate_is_refused() {
    run(|| {
        let mut world = any_dcap(Kind::Sgx);
        world.pck_crl.serials.push(vec![0x70]);
        provision(Kind::Sgx, &world.build());
        let ask = Ask::new(Kind::Sgx, policy(terms(Kind::Sgx)));
        assert_noop!(register(&ask), Error::<Test>::CertificateRevoked);
    });
}

#[test]
fn attack_a_revoked_platform_authority_is_refused() {
    run(|| {
        let mut world = any_dcap(Kind::Sgx);
        world.root_crl.serials.push(vec![2]);
        assert_ok!(submit_root_crl(&world.build()));
        assert_noop!(submit_pck_crl(&world.build()), Error::<Test>::CertificateRevoked);
    });
}

#[test]
fn attack_collateral_of_a_revoked_signer_is_refused_and_what_it_signed_before_too() {
    run_ready(|| {
        let ask = Ask::new(Kind::Sgx, policy(terms(Kind::Sgx)));
        let mut world = any_dcap(Kind::Sgx);
        world.root_crl.serials.push(vec![3]);
        world.root_crl.from += 60;
        assert_ok!(submit_root_crl(&world.build()));
        assert_noop!(register(&ask), Error::<Test>::CertificateRevoked);
        world.tcb_info["issueDate"] = json!(date(NOW));
        assert_noop!(submit_tcb_info(Kind::Sgx, &world.build()), Error::<Test>::CertificateRevoked);
        assert_noop!(submit_qe_identity(Kind::Sgx, &world.build()), Error::<Test>::CertificateRevoked);
    });
}

#[test]
fn fails_under_a_root_that_is_unknown_disabled_or_of_another_authority() {
    run(|| {
        let evidence = any_dcap(Kind::Sgx).build();
        let list = || BoundedVec::truncate_from(evidence.root_crl.clone());
        let submit = |root| EnclavesPallet::submit_root_crl(origin(STRANGER), root, list());
        assert_noop!(submit(H256::zero()), Error::<Test>::UnknownRoot);
        assert_noop!(submit(root_of(Kind::Nitro)), Error::<Test>::WrongAuthority);
        assert_noop!(submit(root_of(Kind::Snp)), Error::<Test>::WrongCollateral);
        assert_ok!(EnclavesPallet::set_root_enabled(root(), root_of(Kind::Sgx), false));
        assert_noop!(submit(root_of(Kind::Sgx)), Error::<Test>::RootDisabled);
        let chip = Snp::new([0; 48], [0; 64], NOW).build();
        let amd = |id| EnclavesPallet::submit_chip_key(origin(STRANGER), id, der(&chip.vcek));
        assert_noop!(amd(root_of(Kind::Nitro)), Error::<Test>::WrongAuthority);
        let json = BoundedVec::truncate_from(evidence.tcb_info.0.clone());
        assert_noop!(
            EnclavesPallet::submit_tcb_info(
                origin(STRANGER),
                root_of(Kind::Snp),
                Kind::Sgx,
                json,
                evidence.tcb_info.1,
                der(&evidence.signer)
            ),
            Error::<Test>::WrongAuthority
        );
    });
}

#[test]
fn a_chip_key_holds_a_deposit_until_it_is_removed_or_replaced() {
    run(|| {
        let mut world = Snp::new([0; 48], [0; 64], NOW);
        assert_ok!(submit_chip_key(&world.build()));
        let paid = held(STRANGER);
        assert!(paid > 0);
        assert_noop!(submit_chip_key(&world.build()), Error::<Test>::NotNewer);
        world.vcek.from += 1;
        let newer = der(&world.build().vcek);
        assert_ok!(EnclavesPallet::submit_chip_key(origin(PROVIDER), root_of(Kind::Snp), newer));
        assert_eq!((held(STRANGER), held(PROVIDER)), (0, paid));
        let chip = ChipKeys::<Test>::iter_keys().next().expect("one is there").1;
        let remove = |who| EnclavesPallet::remove_chip_key(origin(who), root_of(Kind::Snp), chip);
        assert_noop!(remove(STRANGER), Error::<Test>::NotOwner);
        assert_ok!(remove(PROVIDER));
        assert_noop!(remove(PROVIDER), Error::<Test>::MissingChipKey);
        assert_eq!(held(PROVIDER), 0);
    });
}

#[test]
fn attack_a_chip_key_of_another_line_than_its_root_is_refused() {
    run(|| {
        let mut world = Snp::new([0; 48], [0; 64], NOW);
        world.product = "Milan-B1".into();
        assert_noop!(submit_chip_key(&world.build()), Error::<Test>::WrongProduct);
    });
}

#[test]
fn attack_a_chip_key_under_a_revoked_signing_key_is_refused() {
    run(|| {
        let mut world = Snp::new([0; 48], [0; 64], NOW);
        world.crl.serials.push(vec![2]);
        assert_ok!(submit_amd_crl(&world.build()));
        assert_noop!(submit_chip_key(&world.build()), Error::<Test>::CertificateRevoked);
    });
}

#[test]
fn attack_a_chip_key_whose_list_is_out_of_date_is_refused() {
    run_ready(|| {
        let policy = policy(terms(Kind::Snp));
        advance_to(NOW + 29 * DAY + 2);
        assert_noop!(register(&Ask::new(Kind::Snp, policy)), Error::<Test>::NoLongerValid);
        // A newer list is enough: the key need not be handed in again.
        assert_ok!(submit_amd_crl(&Snp::new([0; 48], [0; 64], UnixNow::get()).build()));
        assert_ok!(register(&Ask::new(Kind::Snp, policy)));
    });
}
