//! Fuzz targets of dialect KZG, on inputs made up from random bytes. See docs/fuzzing.md.

use arbtest::arbtest;
use assay_halo2::kzg::{verify, Circuit, Error, Job, Limits};
use assay_halo2_fuzz::{edit, seed};
use assay_halo2_import::vka;
use assay_host::bn254;

type Edits = Vec<(u16, u8)>;

#[test]
fn circuit_from_anything() {
    arbtest(|input| {
        let bytes: &[u8] = input.arbitrary()?;
        if let Ok(circuit) = Circuit::decode(bytes, &Limits::default()) {
            assert_eq!(circuit.encode(), bytes);
        }
        Ok(())
    });
}

#[test]
fn circuit_from_an_edited_one() {
    let good = seed();
    let encoded = good.circuit.encode();
    arbtest(|input| {
        let bytes = edit(&encoded, &input.arbitrary::<Edits>()?);
        let Ok(circuit) = Circuit::decode(&bytes, &Limits::default()) else { return Ok(()) };
        assert_eq!(circuit.encode(), bytes);
        let job = Job { circuit: &circuit, instances: &good.proof.instances, proof: &good.proof.bytes };
        // Programs may differ where an unused selector hides it: see tests/mutations.rs of the verifier.
        if circuit.description().program == good.circuit.description().program {
            assert_eq!(verify(&good.srs, &job).is_ok(), circuit == good.circuit);
        }
        Ok(())
    });
}

#[test]
fn proof_from_anything() {
    let good = seed();
    arbtest(|input| {
        let mut bytes = input.arbitrary::<&[u8]>()?.to_vec();
        if input.arbitrary()? {
            bytes.resize(good.proof.bytes.len(), 1);
        }
        let job = Job { circuit: &good.circuit, instances: &good.proof.instances, proof: &bytes };
        assert!(verify(&good.srs, &job).is_err());
        Ok(())
    });
}

#[test]
fn proof_and_instances_from_edited_ones() {
    let good = seed();
    arbtest(|input| {
        let proof = edit(&good.proof.bytes, &input.arbitrary::<Edits>()?);
        let instances = edit(good.proof.instances.as_flattened(), &input.arbitrary::<Edits>()?);
        let same = proof == good.proof.bytes && instances == good.proof.instances.as_flattened();
        let job = Job { circuit: &good.circuit, instances: instances.as_chunks().0, proof: &proof };
        match verify(&good.srs, &job) {
            Ok(()) => assert!(same),
            Err(error) => assert!(!same && error != Error::Length && error != Error::Instances),
        }
        Ok(())
    });
}

#[test]
fn artefact_from_an_edited_one() {
    let good = include_bytes!("../../vectors/ezkl/logreg_small/vka.bytes");
    let circuit = seed().circuit;
    arbtest(|input| {
        let bytes = edit(good, &input.arbitrary::<Edits>()?);
        if let Ok(vka) = vka::decode(&bytes, &Limits::default()) {
            // Whatever decodes is a circuit that the chain decodes too.
            assert_eq!(Circuit::decode(&vka.circuit.encode(), &Limits::default()).as_ref(), Ok(&vka.circuit));
            assert!(bytes != good || vka.circuit == circuit);
        }
        Ok(())
    });
}

#[test]
fn arithmetic_on_anything() {
    arbtest(|input| {
        let bytes: &[u8] = input.arbitrary()?;
        // As many points as scalars, and at times not.
        let (points, scalars) = bytes.split_at(bytes.len() / 96 * 64);
        let scalars = if input.arbitrary()? { &scalars[..points.len() / 2] } else { scalars };
        // Random bytes are no point but for the identity.
        if let Ok(sum) = bn254::msm(points, scalars) {
            assert_eq!(sum, [0; 64]);
        }
        if !bytes.len().is_multiple_of(192) {
            assert_eq!(bn254::pairing_check(bytes), Err(assay_host::Error::Length));
        }
        let pairs = &bytes[..bytes.len() / 192 * 192];
        assert_eq!(bn254::pairing_check(pairs).is_ok(), pairs.is_empty());
        Ok(())
    });
}
