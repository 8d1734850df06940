//! Roots, switches, parameters: what governance owns.

use crate::{mock::*, pallet::*, types::*};
use assay_primitives::H256;
use frame_support::{assert_noop, assert_ok, BoundedVec};
use sp_io::hashing::sha2_256;
use sp_runtime::DispatchError::BadOrigin;

#[test]
fn the_simulated_certificates_are_known_by_their_fingerprints() {
    let fingerprints = SIMULATED.clone().map(|der| sha2_256(&der));
    assert_eq!(fingerprints, SIMULATED_ROOTS, "SIMULATED_ROOTS is to be {fingerprints:02x?}");
}

#[test]
fn the_simulated_certificates_in_this_folder_are_the_generators() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("simulated");
    for (name, der) in ["intel", "nitro", "ark", "ask"].iter().zip(SIMULATED.iter()) {
        let kept = std::fs::read(folder.join(format!("{name}.der"))).expect("made by tee-sim's example `roots`");
        assert_eq!(&kept, der, "{name}");
    }
}

#[test]
fn attack_a_simulated_root_is_refused_outside_of_development_whatever_its_flag_says() {
    run(|| {
        let [intel, _, ark, ask] = SIMULATED.clone();
        Roots::<Test>::remove(root_of(Kind::Sgx));
        Roots::<Test>::remove(root_of(Kind::Snp));
        let add = |authority, root_der: &[u8], below: Option<&[u8]>, simulated| {
            EnclavesPallet::add_root(root(), authority, der(root_der), below.map(der), simulated)
        };
        Roots::<Test>::remove(root_of(Kind::Nitro));
        IsDevelopment::set(false);
        for simulated in [true, false] {
            assert_noop!(add(Authority::Intel, &intel, None, simulated), Error::<Test>::SimulatedRoot);
            let genoa = Authority::Amd(Product::Genoa);
            assert_noop!(add(genoa, &ark, Some(&ask[..]), simulated), Error::<Test>::SimulatedRoot);
        }
        // A genuine one called simulated is one.
        let genuine = include_bytes!("../../../../verifiers/tee/vectors/dcap/TrustedRootCA.der");
        assert_noop!(add(Authority::Intel, genuine, None, true), Error::<Test>::SimulatedRoot);
        assert_ok!(add(Authority::Intel, genuine, None, false));
        IsDevelopment::set(true);
        assert_ok!(add(Authority::Intel, &intel, None, false));
        assert!(Roots::<Test>::get(root_of(Kind::Sgx)).is_some_and(|root| root.simulated), "whatever it is called");
    });
}

#[test]
fn attack_a_simulated_root_that_got_in_counts_for_nothing_outside_of_development() {
    run_ready(|| {
        let policy = policy(terms(Kind::Sgx));
        let ask = Ask::new(Kind::Sgx, policy);
        IsDevelopment::set(false);
        assert_noop!(register(&ask), Error::<Test>::SimulatedRoot);
        IsDevelopment::set(true);
        assert_ok!(register(&ask));
    });
}

#[test]
#[should_panic(expected = "this genesis is refused")]
fn attack_a_genesis_with_a_simulated_root_is_refused_outside_of_development() {
    IsDevelopment::set(false);
    new_test_ext();
}

#[test]
fn fails_to_add_what_is_no_root() {
    run(|| {
        let [intel, _, ark, ask] = SIMULATED.clone();
        let add = |authority, root_der: &[u8], below: Option<&[u8]>| {
            EnclavesPallet::add_root(root(), authority, der(root_der), below.map(der), true)
        };
        assert_noop!(add(Authority::Intel, &intel, None), Error::<Test>::RootExists);
        assert_noop!(add(Authority::Intel, &intel[1..], None), Error::<Test>::Malformed);
        assert_noop!(add(Authority::Intel, &ask, None), Error::<Test>::BrokenChain);
        Roots::<Test>::remove(root_of(Kind::Snp));
        let milan = Authority::Amd(Product::Milan);
        assert_noop!(add(milan, &ark, None), Error::<Test>::WrongIntermediate);
        assert_noop!(add(Authority::Intel, &ark, Some(&ask[..])), Error::<Test>::WrongIntermediate);
        assert_noop!(add(milan, &ark, Some(&intel[..])), Error::<Test>::BrokenChain);
        assert_ok!(add(milan, &ark, Some(&ask[..])));
    });
}

#[test]
fn the_genuine_roots_of_all_vendors_are_roots() {
    run(|| {
        let pem = |name: &str| {
            let path = format!("{}/../../verifiers/tee/vectors/{name}", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read(path).expect("the vectors are there");
            der(&assay_tee::dcap::pem_chain(text.as_slice()).expect("is PEM").remove(0))
        };
        for (product, name) in [(Product::Milan, "milan"), (Product::Genoa, "genoa"), (Product::Turin, "turin")] {
            let (ark, ask) = (pem(&format!("snp/roots/{name}/ark.pem")), pem(&format!("snp/roots/{name}/ask.pem")));
            assert_ok!(EnclavesPallet::add_root(root(), Authority::Amd(product), ark, Some(ask), false));
        }
        let aws = pem("nitro/aws_root.pem");
        assert_ok!(EnclavesPallet::add_root(root(), Authority::Nitro, aws, None, false));
    });
}

#[test]
fn fails_for_anyone_but_governance() {
    run(|| {
        let (id, stranger) = (root_of(Kind::Sgx), || origin(OWNER));
        let target = Target::Fmspc([0; 6]);
        let root_der = der(&SIMULATED[0]);
        assert_noop!(EnclavesPallet::add_root(stranger(), Authority::Intel, root_der, None, true), BadOrigin);
        assert_noop!(EnclavesPallet::set_root_enabled(stranger(), id, false), BadOrigin);
        assert_noop!(EnclavesPallet::set_kind(stranger(), Kind::Sgx, false), BadOrigin);
        assert_noop!(EnclavesPallet::set_product(stranger(), Product::Milan, true), BadOrigin);
        assert_noop!(EnclavesPallet::set_parameters(stranger(), SettingsOf::<Test>::get()), BadOrigin);
        assert_noop!(EnclavesPallet::revoke(stranger(), target.clone()), BadOrigin);
        assert_noop!(EnclavesPallet::reinstate(stranger(), target), BadOrigin);
    });
}

#[test]
fn attack_who_may_switch_off_or_revoke_cannot_switch_on_or_reinstate() {
    run(|| {
        let (id, guard) = (root_of(Kind::Sgx), || RuntimeOrigin::signed(Guard::get()));
        let target = Target::Fmspc([0; 6]);
        let added = EnclavesPallet::add_root(guard(), Authority::Intel, der(&SIMULATED[0]), None, true);
        assert_eq!(added, Err(BadOrigin));
        assert_ok!(EnclavesPallet::set_root_enabled(guard(), id, false));
        assert_noop!(EnclavesPallet::set_root_enabled(guard(), id, true), BadOrigin);
        assert_ok!(EnclavesPallet::set_kind(guard(), Kind::Sgx, false));
        assert_noop!(EnclavesPallet::set_kind(guard(), Kind::Sgx, true), BadOrigin);
        assert_ok!(EnclavesPallet::set_product(guard(), Product::Genoa, false));
        assert_noop!(EnclavesPallet::set_product(guard(), Product::Genoa, true), BadOrigin);
        assert_ok!(EnclavesPallet::revoke(guard(), target.clone()));
        assert_noop!(EnclavesPallet::reinstate(guard(), target), BadOrigin);
    });
}

#[test]
fn attack_who_may_ask_more_of_sessions_cannot_ask_less_in_any_part() {
    run(|| {
        let no_flag = PlatformFlags { dynamic: false, cached_keys: false, smt: false };
        let advisory = Advisory::truncate_from(b"INTEL-SA-00001".to_vec());
        let now = Parameters {
            min_evaluation_number: 7,
            statuses: BoundedVec::truncate_from(vec![TcbStatus::UpToDate, TcbStatus::Unrated]),
            denied_advisories: BoundedVec::truncate_from(vec![advisory.clone()]),
            flags: no_flag,
            ..SettingsOf::<Test>::get()
        };
        assert_ok!(EnclavesPallet::set_parameters(root(), now.clone()));
        let guard = || RuntimeOrigin::signed(Guard::get());
        let less: [fn(&mut Parameters); 9] = [
            |it| it.min_evaluation_number -= 1,
            |it| it.statuses.force_push(TcbStatus::SwHardeningNeeded),
            |it| it.denied_advisories.clear(),
            |it| it.flags.dynamic = true,
            |it| it.flags.cached_keys = true,
            |it| it.flags.smt = true,
            |it| it.nonce_blocks += 1,
            |it| it.max_session_seconds += 1,
            |it| it.max_evidence_age += 1,
        ];
        for change in less {
            let mut wider = now.clone();
            change(&mut wider);
            // More of another thing does not make up for it.
            wider.denied_advisories.force_push(Advisory::truncate_from(b"INTEL-SA-00002".to_vec()));
            assert_noop!(EnclavesPallet::set_parameters(guard(), wider), BadOrigin);
        }
        let tighter = Parameters {
            min_evaluation_number: 8,
            statuses: BoundedVec::truncate_from(vec![TcbStatus::UpToDate]),
            nonce_blocks: 1,
            max_session_seconds: 1,
            max_evidence_age: 0,
            ..now.clone()
        };
        assert_ok!(EnclavesPallet::set_parameters(guard(), tighter));
        assert_noop!(EnclavesPallet::set_parameters(guard(), now), BadOrigin);
    });
}

#[test]
fn fails_for_parameters_outside_their_bounds() {
    run(|| {
        let ways: [fn(&mut Parameters); 5] = [
            |it| it.nonce_blocks = 0,
            |it| it.nonce_blocks = 4_097,
            |it| it.max_session_seconds = 0,
            |it| it.max_session_seconds = MAX_SESSION_SECONDS + 1,
            |it| it.max_evidence_age = MAX_EVIDENCE_AGE + 1,
        ];
        for change in ways {
            let mut parameters = SettingsOf::<Test>::get();
            change(&mut parameters);
            assert_noop!(EnclavesPallet::set_parameters(root(), parameters), Error::<Test>::BadParameters);
        }
        let parameters = Parameters {
            nonce_blocks: 4_096,
            max_session_seconds: MAX_SESSION_SECONDS,
            max_evidence_age: MAX_EVIDENCE_AGE,
            ..SettingsOf::<Test>::get()
        };
        assert_ok!(EnclavesPallet::set_parameters(root(), parameters));
    });
}

#[test]
fn fails_to_switch_revoke_or_reinstate_what_is_not_so() {
    run(|| {
        let target = Target::Program(BoundedVec::truncate_from(vec![1; 48]));
        assert_noop!(EnclavesPallet::set_root_enabled(root(), H256::zero(), true), Error::<Test>::UnknownRoot);
        assert_noop!(EnclavesPallet::reinstate(root(), target.clone()), Error::<Test>::NotRevoked);
        assert_ok!(EnclavesPallet::revoke(root(), target.clone()));
        assert_noop!(EnclavesPallet::revoke(root(), target), Error::<Test>::AlreadyRevoked);
    });
}

#[test]
fn views_say_what_is_trusted() {
    run(|| {
        let roots = EnclavesPallet::roots();
        assert_eq!(roots.len(), 3);
        assert!(roots.iter().all(|root| root.enabled && root.simulated));
    });
}
