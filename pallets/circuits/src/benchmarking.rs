//! Benchmarks of every call and of judging a proof. Proofs here are well formed and wrong, which costs what a right one
//! costs: only the last comparison differs. So their circuits can have any size.

use crate::{pallet::*, types::*};
use alloc::{vec, vec::Vec};
use assay_halo2::{
    ipa, kzg,
    program::{Op, Program},
    Circuit as Description, Cost, Dialect, Evidence, Layout, ParamBinding, Part, TEST_SRS,
};
use assay_primitives::{AccountId32, Claim, Evidence as Delivered, ModelId, Receipt, ReceiptSignature, Verifier, H256};
use codec::Encode;
use frame_benchmarking::v2::*;
use frame_support::{
    traits::{EnsureOrigin, Get},
    BoundedVec,
};
use frame_system::RawOrigin;

/// What the benchmarks need of a runtime besides its configuration.
pub trait BenchmarkHelper {
    /// A model of this account, which gets plenty of native currency.
    fn model(owner: &AccountId32) -> ModelId;
}

/// A registration with its first proof, as `assay circuit from-ezkl` writes them: logistic regression at k = 15.
const REGISTRATION: &[u8] = include_bytes!("../vectors/logreg.registration.scale");
const EVIDENCE: &[u8] = include_bytes!("../vectors/logreg.evidence.scale");

fn owner() -> AccountId32 {
    frame_benchmarking::account("assay", 0, 0)
}

fn origin<T: Config>(outcome: Result<T::RuntimeOrigin, ()>) -> Result<T::RuntimeOrigin, BenchmarkError> {
    outcome.map_err(|()| BenchmarkError::Weightless)
}

fn registration() -> Registration {
    codec::Decode::decode(&mut &REGISTRATION[..]).expect("the vector is a registration")
}

/// The vector's circuit, its owner's model, and the string that it needs.
fn registered<T: Config>() -> (ModelId, CircuitId) {
    let model = T::BenchmarkHelper::model(&owner());
    put_string::<T>();
    let registration = registration();
    let id = H256(registration.id());
    Pallet::<T>::do_register(owner(), registration, EVIDENCE).expect("registers");
    (model, id)
}

fn listed<T: Config>() -> (ModelId, CircuitId) {
    let (model, circuit) = registered::<T>();
    Pallet::<T>::do_list(owner(), model, circuit).expect("lists");
    (model, circuit)
}

fn put_string<T: Config>() {
    let record = SrsRecord { points: TEST_SRS, unsafe_for_tests: true, withdrawn: false };
    ReferenceStrings::<T>::insert(TEST_SRS.id(), record);
}

/// `steps` multiplications of the first advice query with itself, and their last value for a gate.
fn program(steps: u32) -> Program {
    let mut ops = vec![Op::Advice(0)];
    ops.extend((1..steps.max(2)).map(|_| Op::Mul(0, 0)));
    let last = ops.len() as u16 - 1;
    Program { constants: vec![], ops, outputs: vec![last] }
}

/// At least so many evaluations: queries to `columns` columns at as many rotations as it takes.
fn rotations(columns: u32, evaluations: u32) -> impl Iterator<Item = (u16, i8)> {
    (0..evaluations).map(move |number| ((number % columns) as u16, (number / columns) as i8))
}

fn kzg_circuit(points: u32, ops: u32, evaluations: u32, instances: u32) -> Description {
    let advice = points.max(1);
    let description = kzg::Description {
        digest: [1; 32],
        k: 15,
        degree: 3,
        blinding: 5,
        instances: instances as u16,
        phases: vec![kzg::Phase { advice: advice as u16, challenges: 0 }],
        advice_queries: rotations(advice, evaluations.max(advice))
            .map(|(column, rotation)| kzg::Query { column, rotation })
            .collect(),
        fixed_queries: vec![],
        program: program(ops),
        gates: 1,
        lookups: vec![],
        permutation: vec![],
        fixed: vec![],
        sigma: vec![],
    };
    let limits = kzg::Limits { bytes: u32::MAX, points: u32::MAX, ops: u32::MAX, ..Default::default() };
    Description::Kzg(kzg::Circuit::new(description, &limits).expect("a circuit"))
}

fn ipa_circuit(k: u8, points: u32, ops: u32, evaluations: u32, instances: u32) -> Description {
    let advice = points.max(1);
    let circuit = ipa::Circuit {
        k,
        digest: [1; 32],
        minimum_degree: 0,
        advice_columns: advice as u16,
        instance_rows: vec![instances as u16],
        advice_queries: rotations(advice, evaluations.max(advice))
            .map(|(column, rotation)| ipa::Query { column, rotation: rotation.into() })
            .collect(),
        instance_queries: vec![ipa::Query { column: 0, rotation: 0 }],
        fixed_queries: vec![],
        program: program(ops),
        lookups: vec![],
        permutation: vec![],
        fixed_commitments: vec![],
        permutation_commitments: vec![],
    };
    Description::Ipa(circuit)
}

/// A multiple of G1's generator: equal points are merged before they are multiplied, so each point is to be another.
fn multiple(number: usize) -> [u8; 64] {
    let generator = [&[0; 31][..], &[1], &[0; 31], &[2]].concat();
    let factor = [&[0; 24][..], &(number as u64).to_be_bytes()].concat();
    assay_host::bn254::msm(&generator, &factor).expect("a point and a number")
}

/// A proof of the right length: a good point wherever a point stands, ones elsewhere.
fn wrong_proof(description: &Description) -> Vec<u8> {
    let cost = description.cost();
    match description {
        Description::Kzg(_) => {
            let scalars = cost.evaluations as usize;
            let before = (cost.proof_len as usize - 32 * scalars) / 64 - 2;
            let points = |numbers: core::ops::RangeInclusive<usize>| numbers.flat_map(multiple).collect::<Vec<u8>>();
            let ones = [&[0; 31][..], &[1]].concat().repeat(scalars);
            [points(1..=before), ones, points(before + 1..=before + 2)].concat()
        }
        Description::Ipa(_) => VESTA_POINT.repeat(cost.proof_len as usize / 32),
    }
}

/// x = 1 on Vesta: y² = 6 has a root there. As a scalar it is one.
const VESTA_POINT: [u8; 32] = {
    let mut x = [0; 32];
    x[0] = 1;
    x
};

/// Puts a circuit where a registered and listed one would be, and judges a wrong proof of it.
fn claim_of<T: Config>(description: &Description) -> (ModelId, CircuitId, Receipt, Delivered) {
    let (source, bytes) = match description {
        Description::Kzg(circuit) => (Source::Ezkl { srs: TEST_SRS.id() }, circuit.encode()),
        Description::Ipa(circuit) => (Source::Halo2Proofs, circuit.encode()),
    };
    put_string::<T>();
    let (model, id) = (H256::repeat_byte(1), H256::repeat_byte(2));
    let cost = description.cost();
    let instances = description.instances() as u16;
    let layout = Layout {
        version: EzklFloor::<T>::get(),
        inputs: Part::Raw(instances),
        params: ParamBinding::Fixed,
        outputs: Part::Raw(0),
        input_scales: Default::default(),
        output_scales: Default::default(),
    };
    Limits::<T>::insert(source.dialect(), DialectLimits { enabled: true, most: Cost::MOST });
    let inputs = vec![[0; 32]; instances.into()];
    let request = H256(layout.inputs.commitment(&inputs).expect("raw inputs"));
    let response = H256(layout.outputs.commitment(&[]).expect("no outputs"));
    let circuit =
        Circuit { owner: owner(), source, layout, cost, retired: None, revoked: false, listings: 1, ticket: None };
    Circuits::<T>::insert(id, circuit);
    Descriptions::<T>::insert(id, BoundedVec::truncate_from(bytes));
    let _ = T::BenchmarkHelper::model(&owner());
    let ticket = <T::Deposit as frame_support::traits::Consideration<_, _>>::new(
        &owner(),
        frame_support::traits::Footprint::from_mel::<Listing<T::Deposit>>(),
    );
    Listings::<T>::insert(model, id, Listing { ended: None, owner: owner(), ticket: ticket.expect("is funded") });
    let evidence = Evidence { cost, inputs, outputs: vec![], proof: wrong_proof(description) };
    let delivered = Delivered {
        signature: ReceiptSignature::Secp256k1([0; 65]),
        material: BoundedVec::truncate_from(evidence.encode()),
        disclosure: None,
    };
    let receipt =
        Receipt { payment: H256::zero(), leg: 0, service: H256::zero(), request, response, amount: 0, issued_at: 0 };
    (model, id, receipt, delivered)
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn add_srs() -> Result<(), BenchmarkError> {
        let origin = origin::<T>(T::SrsOrigin::try_successful_origin())?;
        ReferenceStrings::<T>::remove(TEST_SRS.id());
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, TEST_SRS, true);
        Ok(())
    }

    #[benchmark]
    fn withdraw_srs() -> Result<(), BenchmarkError> {
        let origin = origin::<T>(T::WithdrawSrsOrigin::try_successful_origin())?;
        put_string::<T>();
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, TEST_SRS.id());
        Ok(())
    }

    #[benchmark]
    fn register() {
        T::BenchmarkHelper::model(&owner());
        put_string::<T>();
        let registration = registration();
        let id = H256(registration.id());
        #[extrinsic_call]
        _(RawOrigin::Signed(owner()), registration, BoundedVec::truncate_from(EVIDENCE.to_vec()));
        assert!(Circuits::<T>::contains_key(id));
    }

    #[benchmark]
    fn retire() {
        let (_, circuit) = registered::<T>();
        #[extrinsic_call]
        _(RawOrigin::Signed(owner()), circuit);
    }

    #[benchmark]
    fn revoke() -> Result<(), BenchmarkError> {
        let origin = origin::<T>(T::RevokeOrigin::try_successful_origin())?;
        let (_, circuit) = registered::<T>();
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, circuit);
        Ok(())
    }

    #[benchmark]
    fn remove() {
        let (_, circuit) = registered::<T>();
        Pallet::<T>::do_retire(owner(), circuit).expect("retires");
        frame_system::Pallet::<T>::set_block_number((T::Retention::get() + 10).into());
        #[extrinsic_call]
        _(RawOrigin::Signed(owner()), circuit);
        assert!(!Circuits::<T>::contains_key(circuit));
    }

    #[benchmark]
    fn list() {
        let (model, circuit) = registered::<T>();
        #[extrinsic_call]
        _(RawOrigin::Signed(owner()), model, circuit);
    }

    #[benchmark]
    fn end_listing() {
        let (model, circuit) = listed::<T>();
        #[extrinsic_call]
        _(RawOrigin::Signed(owner()), model, circuit);
    }

    #[benchmark]
    fn remove_listing() {
        let (model, circuit) = listed::<T>();
        Pallet::<T>::do_end_listing(owner(), model, circuit).expect("ends");
        frame_system::Pallet::<T>::set_block_number((T::Retention::get() + 10).into());
        #[extrinsic_call]
        _(RawOrigin::Signed(owner()), model, circuit);
        assert!(!Listings::<T>::contains_key(model, circuit));
    }

    #[benchmark]
    fn set_limits() -> Result<(), BenchmarkError> {
        let origin = origin::<T>(T::TightenLimitsOrigin::try_successful_origin())?;
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, Dialect::Kzg, DefaultLimits::get());
        Ok(())
    }

    #[benchmark]
    fn set_ezkl_floor() -> Result<(), BenchmarkError> {
        let origin = origin::<T>(T::RaiseFloorOrigin::try_successful_origin())?;
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, DefaultFloor::get());
        Ok(())
    }

    #[benchmark]
    fn check_anchor() {
        let (model, circuit) = listed::<T>();
        let verdict;
        #[block]
        {
            verdict = Pallet::<T>::check_anchor(&owner(), model, circuit);
        }
        assert_eq!(verdict, Ok(()));
    }

    #[benchmark]
    fn pairing() {
        let point = [&[0; 31][..], &[1], &[0; 31], &[2]].concat();
        let pairs = [&point, &TEST_SRS.g2[..], &point, &TEST_SRS.minus_tau_g2[..]].concat();
        let holds;
        #[block]
        {
            holds = assay_host::bn254::pairing_check(&pairs);
        }
        assert_eq!(holds, Ok(false));
    }

    #[benchmark]
    fn verify_kzg(p: Linear<32, 64>, o: Linear<2, 2_048>, e: Linear<64, 192>, i: Linear<0, 128>) {
        let description = kzg_circuit(p, o, e, i);
        let (model, anchor, receipt, evidence) = claim_of::<T>(&description);
        let provider = owner();
        let claim = Claim {
            provider: &provider,
            model,
            anchor,
            receipt: &receipt,
            digest: H256::zero(),
            evidence: &evidence,
            reserved_at: 0,
        };
        let verdicts;
        #[block]
        {
            verdicts = Pallet::<T>::verify(&[claim]);
        }
        assert_eq!(verdicts.each, [Err(Error::<T>::InvalidProof.into())]);
    }

    #[benchmark]
    fn verify_ipa(g: Linear<258, 2_050>, p: Linear<8, 64>, o: Linear<2, 2_048>, e: Linear<64, 128>, i: Linear<1, 60>) {
        let k = (g - 2).next_power_of_two().ilog2() as u8;
        let description = ipa_circuit(k, p, o, e, i);
        let (model, anchor, receipt, evidence) = claim_of::<T>(&description);
        let provider = owner();
        let claim = Claim {
            provider: &provider,
            model,
            anchor,
            receipt: &receipt,
            digest: H256::zero(),
            evidence: &evidence,
            reserved_at: 0,
        };
        let verdicts;
        #[block]
        {
            verdicts = Pallet::<T>::verify(&[claim]);
        }
        assert_eq!(verdicts.each, [Err(Error::<T>::InvalidProof.into())]);
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
