//! Fuzz targets of dialect IPA, on inputs made up from random bytes. See docs/fuzzing.md.

use arbtest::arbtest;
use assay_halo2::{
    ipa::{self, verify, verify_batch, Error, Job},
    Circuit, Dialect,
};
use assay_halo2_fuzz::{classifier, edit};
use codec::Encode;

type Edits = Vec<(u16, u8)>;

fn decode(bytes: &[u8]) -> Option<ipa::Circuit> {
    match Circuit::decode(Dialect::Ipa, bytes) {
        Ok(Circuit::Ipa(circuit)) => Some(circuit),
        Ok(Circuit::Kzg(_)) => panic!("another dialect"),
        Err(_) => None,
    }
}

#[test]
fn circuit_from_anything() {
    arbtest(|input| {
        let bytes: &[u8] = input.arbitrary()?;
        if let Some(circuit) = decode(bytes) {
            assert_eq!(circuit.encode(), bytes);
        }
        Ok(())
    });
}

#[test]
fn circuit_from_an_edited_one() {
    let good = classifier();
    let encoded = good.circuit.encode();
    arbtest(|input| {
        let bytes = edit(&encoded, &input.arbitrary::<Edits>()?);
        let Some(circuit) = decode(&bytes) else { return Ok(()) };
        assert_eq!(circuit.encode(), bytes);
        assert!(circuit.cost().is_ok());
        let accepted = verify(&Job { circuit: &circuit, instances: &good.instances, proof: &good.proof }).is_ok();
        assert!(accepted || bytes != encoded);
        // Another program may come to the same values. A bound on the degree below what that is anyway means nothing.
        let program = good.circuit.program.clone();
        let same = ipa::Circuit { minimum_degree: good.circuit.minimum_degree, program, ..circuit } == good.circuit;
        assert!(same || !accepted);
        Ok(())
    });
}

#[test]
fn proof_from_anything() {
    let good = classifier();
    arbtest(|input| {
        let mut bytes = input.arbitrary::<&[u8]>()?.to_vec();
        if input.arbitrary()? {
            bytes.resize(good.proof.len(), 1);
        }
        let job = Job { circuit: &good.circuit, instances: &good.instances, proof: &bytes };
        assert!(verify(&job).is_err());
        Ok(())
    });
}

#[test]
fn proof_and_instances_from_edited_ones() {
    let good = classifier();
    let honest = Job { circuit: &good.circuit, instances: &good.instances, proof: &good.proof };
    arbtest(|input| {
        let proof = edit(&good.proof, &input.arbitrary::<Edits>()?);
        let instances = edit(good.instances.as_flattened(), &input.arbitrary::<Edits>()?);
        let same = proof == good.proof && instances == good.instances.as_flattened();
        let job = Job { circuit: &good.circuit, instances: instances.as_chunks().0, proof: &proof };
        let verdict = verify(&job);
        match verdict {
            Ok(()) => assert!(same),
            Err(error) => assert!(!same && error != Error::Length),
        }
        // Nor does an honest proof beside it make up for it.
        assert_eq!(verify_batch(&[honest, job]), [Ok(()), verdict]);
        Ok(())
    });
}
