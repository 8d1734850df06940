//! Keys and proofs.

use crate::{circuit::Classifier, model::Model};
use halo2_proofs::{
    pasta::{EqAffine, Fp},
    plonk::{create_proof, keygen_pk, keygen_vk, verify_proof, Error, ProvingKey, SingleVerifier, VerifyingKey},
    poly::commitment::Params,
    transcript::{Blake2bRead, Blake2bWrite, Challenge255},
};
use rand::{rand_core::UnwrapErr, rngs::SysRng};

/// What proving needs: the same for all models of a shape, because weights are witnesses.
#[derive(Debug)]
pub struct Keys<const FEATURES: usize, const CLASSES: usize> {
    params: Params<EqAffine>,
    proving: ProvingKey<EqAffine>,
}

/// One proven inference.
#[derive(Clone, Debug)]
pub struct Proved {
    /// The class that won.
    pub class: usize,
    /// The public instances: [`Model::instances`].
    pub instances: Vec<Fp>,
    /// The proof.
    pub proof: Vec<u8>,
}

impl<const FEATURES: usize, const CLASSES: usize> Keys<FEATURES, CLASSES> {
    /// Keys over 2^k rows. Fails if the circuit does not fit.
    pub fn new(k: u32) -> Result<Self, Error> {
        let params = Params::new(k);
        let model = Model { weights: [[0; FEATURES]; CLASSES], bias: [0; CLASSES], salt: Fp::zero() };
        let circuit = Classifier::<FEATURES, CLASSES>::new(&model, 0);
        let verifying = keygen_vk(&params, &circuit)?;
        let proving = keygen_pk(&params, verifying, &circuit)?;
        Ok(Self { params, proving })
    }

    /// The commitment scheme's parameters.
    pub fn params(&self) -> &Params<EqAffine> {
        &self.params
    }

    /// The verifying key.
    pub fn verifying(&self) -> &VerifyingKey<EqAffine> {
        self.proving.get_vk()
    }

    /// Runs the model and proves what it says.
    pub fn prove(&self, model: &Model<FEATURES, CLASSES>, features: &[u8; FEATURES]) -> Result<Proved, Error> {
        let class = model.classify(features);
        let instances = model.instances(features, class);
        let proof = self.prove_claim(Classifier::new(model, class), &instances)?;
        Ok(Proved { class, instances, proof })
    }

    /// Proves whatever is claimed; of a claim that is not true no verifier will accept the proof.
    pub fn prove_claim(&self, circuit: Classifier<FEATURES, CLASSES>, instances: &[Fp]) -> Result<Vec<u8>, Error> {
        let mut transcript = Blake2bWrite::<_, EqAffine, Challenge255<_>>::init(Vec::new());
        let rng = UnwrapErr(SysRng);
        create_proof(&self.params, &self.proving, &[circuit], &[&[instances]], rng, &mut transcript)?;
        Ok(transcript.finalize())
    }

    /// Halo2's own verdict.
    pub fn verify(&self, instances: &[Fp], proof: &[u8]) -> Result<(), Error> {
        let mut transcript = Blake2bRead::<_, EqAffine, Challenge255<_>>::init(proof);
        let strategy = SingleVerifier::new(&self.params);
        verify_proof(&self.params, self.verifying(), strategy, &[&[instances]], &mut transcript)
    }
}
