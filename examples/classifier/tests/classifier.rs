//! The circuit proves what the model says, and nothing else.

use assay_classifier::{Classifier, Keys, Model};
use halo2_proofs::{
    dev::MockProver,
    pasta::{group::ff::Field, Fp},
};
use std::sync::OnceLock;

const K: u32 = 9;
type Sample = Model<4, 3>;

fn model() -> Sample {
    let weights = [[3, -7, 127, 0], [-128, 1, 2, 3], [3, -7, 127, 1]];
    Model { weights, bias: [-300, 32_767, -300], salt: Fp::from(7) }
}

fn keys() -> &'static Keys<4, 3> {
    static KEYS: OnceLock<Keys<4, 3>> = OnceLock::new();
    KEYS.get_or_init(|| Keys::new(K).expect("the circuit fits"))
}

/// Whether the constraints hold.
fn holds(circuit: &Classifier<4, 3>, instances: Vec<Fp>) -> bool {
    MockProver::run(K, circuit, vec![instances]).expect("the circuit fits").verify().is_ok()
}

#[test]
fn the_winner_is_proven_whoever_wins() {
    let model = model();
    let mut seen = [false; 3];
    for features in [[0, 0, 0, 0], [255, 0, 255, 0], [255, 0, 255, 1], [0, 255, 0, 255], [255; 4], [1, 2, 200, 4]] {
        let class = model.classify(&features);
        seen[class] = true;
        assert!(holds(&Classifier::new(&model, class), model.instances(&features, class)), "{features:?}");
    }
    assert_eq!(seen, [true; 3]);
}

#[test]
fn a_proof_verifies_under_its_own_instances() {
    let proved = keys().prove(&model(), &[255, 0, 255, 1]).expect("proves");
    assert_eq!(proved.class, 2);
    keys().verify(&proved.instances, &proved.proof).expect("verifies");
}

#[test]
fn a_proof_does_not_verify_under_any_other_instance() {
    let proved = keys().prove(&model(), &[9, 8, 7, 6]).expect("proves");
    for row in 0..proved.instances.len() {
        let mut instances = proved.instances.clone();
        instances[row] += Fp::one();
        assert!(keys().verify(&instances, &proved.proof).is_err(), "instance {row}");
    }
}

#[test]
fn a_loser_cannot_be_claimed() {
    let model = model();
    for features in [[0, 0, 0, 0], [255, 0, 255, 0], [255, 0, 255, 1]] {
        for class in (0..3).filter(|class| *class != model.classify(&features)) {
            let circuit = Classifier::new(&model, class);
            let instances = model.instances(&features, class);
            assert!(!holds(&circuit, instances.clone()), "{features:?} as {class}");
            let proof = keys().prove_claim(circuit, &instances).expect("makes some proof");
            assert!(keys().verify(&instances, &proof).is_err());
        }
    }
}

#[test]
fn of_equals_only_the_first_can_be_claimed() {
    let model = model();
    let features = [200, 0, 250, 0];
    assert_eq!(model.scores(&features)[0], model.scores(&features)[2]);
    assert_eq!(model.classify(&features), 0);
    assert!(!holds(&Classifier::new(&model, 2), model.instances(&features, 2)));
}

#[test]
fn a_class_that_is_none_cannot_be_claimed() {
    let model = model();
    for class in [3, 4, 300] {
        assert!(!holds(&Classifier::new(&model, class), model.instances(&[1, 2, 3, 4], class)));
    }
}

#[test]
fn the_winner_cannot_be_told_under_another_index() {
    let model = model();
    let class = model.classify(&[1, 2, 3, 4]);
    for other in (0..4).filter(|other| *other != class) {
        assert!(!holds(&Classifier::new(&model, class), model.instances(&[1, 2, 3, 4], other)));
    }
}

#[test]
fn other_weights_bias_or_salt_do_not_open_the_commitment() {
    let (owned, features) = (model(), [1, 2, 3, 4]);
    let mut others = [owned.clone(), owned.clone(), owned.clone()];
    others[0].weights[1][2] += 1;
    others[1].bias[0] += 1;
    others[2].salt += Fp::one();
    for other in others {
        let class = other.classify(&features);
        let instances = owned.instances(&features, class);
        assert!(!holds(&Classifier::new(&other, class), instances.clone()));
        let proof = keys().prove_claim(Classifier::new(&other, class), &instances).expect("makes some proof");
        assert!(keys().verify(&instances, &proof).is_err());
    }
}

#[test]
fn swapped_classes_do_not_open_the_commitment() {
    let owned = model();
    let mut other = owned.clone();
    other.weights.swap(0, 1);
    other.bias.swap(0, 1);
    assert_ne!(owned.commitment(), other.commitment());
}

#[test]
fn weights_above_a_byte_are_refused_even_when_the_packed_number_is_the_same() {
    let (model, features) = (model(), [1, 2, 3, 4]);
    let class = model.classify(&features);
    let mut circuit = Classifier::new(&model, class);
    let [first, second, ..] = &mut circuit.bytes[0][..] else { panic!("a class has bytes") };
    *first = first.map(|byte| byte - Fp::one());
    *second = second.map(|byte| byte + Fp::from(256));
    assert!(!holds(&circuit, model.instances(&features, class)));
}

#[test]
fn features_above_a_byte_are_refused() {
    let model = model();
    let mut instances = model.instances(&[1, 2, 3, 0], model.classify(&[1, 2, 3, 0]));
    instances[4] = Fp::from(256);
    for class in 0..3 {
        instances[5] = Fp::from(class as u64);
        assert!(!holds(&Classifier::new(&model, class), instances.clone()));
    }
}

#[test]
fn a_feature_that_wraps_the_modulus_is_refused() {
    let model = model();
    for feature in [-Fp::one(), -Fp::from(256), Fp::from(256).invert().expect("is not zero")] {
        let mut instances = model.instances(&[1, 2, 3, 4], 1);
        instances[2] = feature;
        for class in 0..3 {
            instances[5] = Fp::from(class as u64);
            assert!(!holds(&Classifier::new(&model, class), instances.clone()));
        }
    }
}
