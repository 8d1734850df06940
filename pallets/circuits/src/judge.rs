//! From evidence to a verdict.

use crate::{pallet::*, types::*, weights::WeightInfo};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use assay_halo2::{Circuit as Description, Cost, Dialect, Evidence, Job, LayoutError, Refusal, Srs};
use assay_primitives::{AccountId32, Claim, Disclosure, Evidence as Delivered, ModelId, Verdicts, Verifier, H256};
use codec::{Decode, DecodeAll};
use frame_support::{ensure, weights::Weight};
use sp_io::hashing::keccak_256;
use sp_runtime::{DispatchError, DispatchResult};

/// A proof with the instances that this pallet put together for it.
struct Statement {
    circuit: CircuitId,
    dialect: Dialect,
    srs: Option<SrsId>,
    instances: Vec<[u8; 32]>,
    proof: Vec<u8>,
}

impl<T: Config> Verifier for Pallet<T> {
    fn check_anchor(_: &AccountId32, model: ModelId, anchor: H256) -> DispatchResult {
        let circuit = Circuits::<T>::get(anchor).ok_or(Error::<T>::UnknownCircuit)?;
        ensure!(circuit.retired.is_none(), Error::<T>::CircuitRetired);
        let listing = Listings::<T>::get(model, anchor).ok_or(Error::<T>::NotListed)?;
        ensure!(listing.ended.is_none(), Error::<T>::NotListed);
        Ok(Self::ensure_allowed(&circuit)?)
    }

    fn anchor_weight() -> Weight {
        T::WeightInfo::check_anchor()
    }

    fn weight(evidence: &Delivered) -> Weight {
        Self::declared_weight(&evidence.material)
    }

    /// The response is disclosed as the outputs' field elements, 32 bytes each; there is no salt.
    fn opens(disclosure: &Disclosure, response: H256) -> bool {
        disclosure.salt == [0; 32] && H256(keccak_256(&disclosure.response)) == response
    }

    fn verify(claims: &[Claim]) -> Verdicts {
        let mut statements = Vec::with_capacity(claims.len());
        let each: Vec<DispatchResult> = claims
            .iter()
            .map(|claim| {
                statements.push(Self::statement(claim)?);
                Ok(())
            })
            .collect();
        let verdicts = Self::prove(&statements);
        // Evidence that failed pays in full: the others only for what a batch of good proofs takes.
        let all_good = each.iter().chain(&verdicts).all(Result::is_ok);
        let unused = if all_good { Self::unused_by_good(claims) } else { Weight::zero() };
        let mut verdicts = verdicts.into_iter();
        let each =
            each.into_iter().map(|statement| statement.and_then(|()| verdicts.next().unwrap_or(Ok(())))).collect();
        Verdicts { each, unused }
    }
}

impl<T: Config> Pallet<T> {
    /// The most that evidence may weigh, from the cost that it declares.
    pub(crate) fn declared_weight(material: &[u8]) -> Weight {
        match Cost::decode(&mut &*material) {
            Ok(cost) => Self::cost_weight(&cost),
            // Without a cost it will not decode as a whole, and is refused.
            Err(_) => Weight::zero(),
        }
    }

    /// A place in a batch that fails, and a verification of its own after that.
    pub(crate) fn cost_weight(cost: &Cost) -> Weight {
        Self::single_weight(cost).saturating_mul(2)
    }

    fn single_weight(cost: &Cost) -> Weight {
        let Cost { points, generators, instances, ops, evaluations, .. } = *cost;
        match generators {
            0 => T::WeightInfo::verify_kzg(points, ops, evaluations, instances),
            _ => T::WeightInfo::verify_ipa(generators, points, ops, evaluations, instances),
        }
    }

    /// What good claims were charged for nothing: the verifications one by one, and of a batch all pairings but one.
    fn unused_by_good(claims: &[Claim]) -> Weight {
        let mut strings = BTreeSet::new();
        claims
            .iter()
            .filter_map(|claim| Cost::decode(&mut &claim.evidence.material[..]).ok().map(|cost| (claim, cost)))
            .fold(Weight::zero(), |sum, (claim, cost)| {
                let srs = Circuits::<T>::get(claim.anchor).and_then(|circuit| circuit.source.srs());
                let paired_before = srs.is_some_and(|srs| !strings.insert(srs));
                let spared = if paired_before { T::WeightInfo::pairing() } else { Weight::zero() };
                sum.saturating_add(Self::single_weight(&cost)).saturating_add(spared)
            })
    }

    pub(crate) fn decode_evidence(material: &[u8]) -> Result<Evidence, Error<T>> {
        Evidence::decode_all(&mut &*material).map_err(|_| Error::<T>::BadEvidence)
    }

    /// Everything about a claim that is cheaper than its proof.
    fn statement(claim: &Claim) -> Result<Statement, DispatchError> {
        let circuit = Circuits::<T>::get(claim.anchor).ok_or(Error::<T>::UnknownCircuit)?;
        Self::ensure_allowed(&circuit)?;
        let listing = Listings::<T>::get(claim.model, claim.anchor).ok_or(Error::<T>::NotListed)?;
        let good_then = |ended: Option<u32>| ended.is_none_or(|block| claim.reserved_at < block);
        ensure!(good_then(circuit.retired), Error::<T>::CircuitRetired);
        ensure!(good_then(listing.ended), Error::<T>::NotListed);
        let evidence = Self::decode_evidence(&claim.evidence.material)?;
        let (request, response) = (claim.receipt.request, claim.receipt.response);
        ensure!(Self::commits(circuit.layout.inputs.commitment(&evidence.inputs), request), Error::<T>::WrongInputs);
        ensure!(
            Self::commits(circuit.layout.outputs.commitment(&evidence.outputs), response),
            Error::<T>::WrongOutputs
        );
        Self::stated(claim.anchor, &circuit, evidence)
    }

    fn commits(commitment: Result<[u8; 32], LayoutError>, to: H256) -> bool {
        commitment.is_ok_and(|commitment| H256(commitment) == to)
    }

    /// What the evidence's proof must prove if it is to be one of this circuit and these parameters.
    fn stated(id: CircuitId, circuit: &Circuit<T::Deposit>, evidence: Evidence) -> Result<Statement, DispatchError> {
        let Evidence { cost, inputs, outputs, proof } = evidence;
        ensure!(cost == circuit.cost, Error::<T>::WrongCost);
        ensure!(proof.len() == circuit.cost.proof_len as usize, Error::<T>::WrongProofLength);
        circuit.layout.check_params(&proof).map_err(|_| Error::<T>::WrongParameters)?;
        let instances = circuit.layout.instances(&inputs, &outputs).map_err(|error| match error {
            LayoutError::Inputs => Error::<T>::WrongInputs,
            _ => Error::<T>::WrongOutputs,
        })?;
        Ok(Statement { circuit: id, dialect: circuit.source.dialect(), srs: circuit.source.srs(), instances, proof })
    }

    /// One verdict a statement; those over one reference string are verified together.
    fn prove(statements: &[Statement]) -> Vec<DispatchResult> {
        let mut descriptions = BTreeMap::new();
        let mut groups: BTreeMap<Option<SrsId>, Vec<usize>> = BTreeMap::new();
        for (index, Statement { circuit, dialect, srs, .. }) in statements.iter().enumerate() {
            descriptions.entry(*circuit).or_insert_with(|| Self::description(*circuit, *dialect));
            groups.entry(*srs).or_default().push(index);
        }
        let mut verdicts: Vec<DispatchResult> =
            statements.iter().map(|_| Err(Error::<T>::BadDescription.into())).collect();
        for (srs, members) in groups {
            let Ok(srs) = srs.map(Self::points_of).transpose() else { continue };
            let (members, jobs): (Vec<usize>, Vec<Job>) = members
                .into_iter()
                .filter_map(|index| {
                    let Statement { circuit, instances, proof, .. } = statements.get(index)?;
                    let circuit = descriptions.get(circuit)?.as_ref()?;
                    Some((index, Job { circuit, instances, proof }))
                })
                .unzip();
            for (index, verdict) in members.into_iter().zip(assay_halo2::verify_batch(srs.as_ref(), &jobs)) {
                if let Some(slot) = verdicts.get_mut(index) {
                    *slot = verdict.map_err(Self::refusal);
                }
            }
        }
        verdicts
    }

    fn description(id: CircuitId, dialect: Dialect) -> Option<Description> {
        Description::decode(dialect, &Descriptions::<T>::get(id)?).ok()
    }

    fn points_of(id: SrsId) -> Result<Srs, Error<T>> {
        Ok(ReferenceStrings::<T>::get(id).ok_or(Error::<T>::UnknownSrs)?.points)
    }

    fn refusal(refusal: Refusal) -> DispatchError {
        match refusal {
            Refusal::Malformed => Error::<T>::MalformedProof.into(),
            Refusal::Wrong => Error::<T>::InvalidProof.into(),
        }
    }

    /// Whether the proof that comes with a registration holds, for whatever inputs and outputs it is about.
    pub(crate) fn check_first_proof(
        id: CircuitId,
        circuit: &Circuit<T::Deposit>,
        description: &Description,
        evidence: Evidence,
    ) -> DispatchResult {
        let Statement { srs, instances, proof, .. } = Self::stated(id, circuit, evidence)?;
        let srs = srs.map(Self::points_of).transpose()?;
        let job = Job { circuit: description, instances: &instances, proof: &proof };
        let verdicts = assay_halo2::verify_batch(srs.as_ref(), &[job]);
        verdicts.into_iter().next().unwrap_or(Err(Refusal::Malformed)).map_err(Self::refusal)
    }
}
