//! A key, its imported circuit and one honest proof; and both verdicts on whatever becomes of them.

use crate::circuits::{Braid, Squares};
use assay_classifier::{Classifier, Model};
use assay_halo2::ipa::{self, Error, Job};
use assay_halo2_import::halo2_proofs as import;
use halo2_proofs::{
    pasta::{group::ff::PrimeField, EqAffine, Fp},
    plonk::{create_proof, keygen_pk, keygen_vk, verify_proof, Circuit, ProvingKey, SingleVerifier},
    poly::commitment::Params,
    transcript::{Blake2bRead, Blake2bWrite, Challenge255},
};
use rand_010::{rand_core::UnwrapErr, rngs::SysRng};
use std::{
    panic::{catch_unwind, AssertUnwindSafe},
    sync::OnceLock,
};

/// Columns of public values.
pub(crate) type Instances = Vec<Vec<Fp>>;

/// A key and one honest proof.
pub(crate) struct Sample {
    pub(crate) params: Params<EqAffine>,
    pub(crate) key: ProvingKey<EqAffine>,
    pub(crate) circuit: ipa::Circuit,
    pub(crate) instances: Instances,
    pub(crate) proof: Vec<u8>,
}

impl Sample {
    pub(crate) fn new<C: Circuit<Fp>>(k: u32, circuit: C, instances: Instances) -> Self {
        let params = Params::new(k);
        let key = keygen_vk(&params, &circuit).expect("fits");
        let key = keygen_pk(&params, key, &circuit).expect("fits");
        let rows: Vec<u16> = instances.iter().map(|column| column.len() as u16).collect();
        let description = import::circuit(&format!("{:?}", key.get_vk().pinned()), &rows).expect("imports");
        let mut sample = Self { params, key, circuit: description, instances, proof: Vec::new() };
        sample.proof = sample.prove(circuit, &sample.instances);
        sample
    }

    /// A proof under this key, true or not.
    pub(crate) fn prove<C: Circuit<Fp>>(&self, circuit: C, instances: &Instances) -> Vec<u8> {
        let mut transcript = Blake2bWrite::<_, EqAffine, Challenge255<_>>::init(Vec::new());
        let columns: Vec<&[Fp]> = instances.iter().map(|column| &column[..]).collect();
        create_proof(&self.params, &self.key, &[circuit], &[&columns], UnwrapErr(SysRng), &mut transcript)
            .expect("makes some proof");
        transcript.finalize()
    }

    /// Our verdict.
    pub(crate) fn ours(&self, instances: &Instances, proof: &[u8]) -> Result<(), Error> {
        ipa::verify(&Job { circuit: &self.circuit, instances: &encoded(instances), proof })
    }

    /// The verdict of halo2_proofs; a panic is a refusal.
    pub(crate) fn theirs(&self, instances: &Instances, proof: &[u8]) -> bool {
        let columns: Vec<&[Fp]> = instances.iter().map(|column| &column[..]).collect();
        let verdict = catch_unwind(AssertUnwindSafe(|| {
            let mut transcript = Blake2bRead::<_, EqAffine, Challenge255<_>>::init(proof);
            let strategy = SingleVerifier::new(&self.params);
            verify_proof(&self.params, self.key.get_vk(), strategy, &[&columns], &mut transcript).is_ok()
        }));
        verdict.unwrap_or(false)
    }
}

/// Public values as a chain passes them.
pub(crate) fn encoded(instances: &Instances) -> Vec<[u8; 32]> {
    let big_endian = |value: &Fp| {
        let mut bytes = value.to_repr();
        bytes.reverse();
        bytes
    };
    instances.iter().flatten().map(big_endian).collect()
}

/// The classifier's model in these tests.
pub(crate) fn model() -> Model<4, 3> {
    let weights = [[3, -7, 127, 0], [-128, 1, 2, 3], [5, 6, -7, 8]];
    Model { weights, bias: [-300, 200, 100], salt: Fp::from(7) }
}

/// The classifier's input in these tests.
pub(crate) const FEATURES: [u8; 4] = [9, 8, 7, 6];

/// The classifier at its smallest size, k = 9.
pub(crate) fn classifier() -> &'static Sample {
    static SAMPLE: OnceLock<Sample> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let class = model().classify(&FEATURES);
        Sample::new(9, Classifier::new(&model(), class), vec![model().instances(&FEATURES, class)])
    })
}

/// Lookups of two columns, k = 6.
pub(crate) fn squares() -> &'static Sample {
    static SAMPLE: OnceLock<Sample> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let roots = vec![3, 19, 0, 7];
        Sample::new(6, Squares(roots.clone()), vec![roots.into_iter().map(Fp::from).collect()])
    })
}

/// Eight permutation sets, k = 5.
pub(crate) fn braid() -> &'static Sample {
    static SAMPLE: OnceLock<Sample> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let circuit = Braid::<6, 0>([1, 20, 300]);
        let instances = circuit.instances();
        Sample::new(5, circuit, instances)
    })
}

/// The same with fewer columns under a degree that its author widened.
pub(crate) fn wide_braid() -> &'static Sample {
    static SAMPLE: OnceLock<Sample> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let circuit = Braid::<4, 7>([4, 50, 6]);
        let instances = circuit.instances();
        Sample::new(6, circuit, instances)
    })
}

/// All of them.
pub(crate) fn all() -> [&'static Sample; 4] {
    [classifier(), squares(), braid(), wide_braid()]
}
