//! Keys of halo2_proofs: read whole or refused.

use assay_classifier::Keys;
use assay_halo2::ipa::{CircuitError, Limits};
use assay_halo2_import::halo2_proofs::{circuit, ImportError};
use std::{collections::HashSet, sync::OnceLock};

/// Commitment, four features, the class.
const ROWS: [u16; 1] = [6];

fn text() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| format!("{:?}", Keys::<4, 3>::new(9).expect("fits").verifying().pinned()))
}

fn replaced(from: &str, to: &str) -> Result<(), ImportError> {
    assert!(text().contains(from), "{from}");
    circuit(&text().replacen(from, to, 1), &ROWS).map(|_| ())
}

#[test]
fn a_key_becomes_a_circuit_within_the_limits() {
    let circuit = circuit(text(), &ROWS).expect("imports");
    assert_eq!(circuit.check(&Limits::default()), Ok(()));
    assert_eq!((circuit.k, circuit.instances()), (9, 6));
    let cost = circuit.cost().expect("is sound");
    assert_eq!((cost.degree, cost.generators), (6, 514));
}

#[test]
fn equal_steps_become_one() {
    let circuit = circuit(text(), &ROWS).expect("imports");
    let ops = &circuit.program.ops;
    assert_eq!(ops.iter().collect::<HashSet<_>>().len(), ops.len());
    let nodes = ["Sum(", "Product(", "Scaled(", "Negated(", "Constant(", "query_index: "];
    let nodes: usize = nodes.iter().map(|node| text().matches(node).count()).sum();
    assert!(ops.len() * 2 < nodes, "{} of {nodes}", ops.len());
}

#[test]
fn a_key_cut_short_anywhere_is_refused() {
    for length in (0..text().len()).step_by(7) {
        assert!(matches!(circuit(&text()[..length], &ROWS), Err(ImportError::Syntax { .. })), "{length}");
    }
}

#[test]
fn anything_after_the_key_is_refused() {
    assert!(matches!(circuit(&format!("{} ", text()), &ROWS), Err(ImportError::Syntax { .. })));
}

#[test]
fn a_changed_character_is_refused_or_changes_the_digest() {
    let honest = circuit(text(), &ROWS).expect("imports");
    for at in (0..text().len()).step_by(11) {
        let mut bytes = text().as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'1' { b'2' } else { b'1' };
        let changed = String::from_utf8(bytes).expect("is ASCII");
        if changed != text() {
            assert!(circuit(&changed, &ROWS).map_or(true, |circuit| circuit.digest != honest.digest));
        }
    }
}

#[test]
fn a_key_of_another_curve_is_refused() {
    let refused = replaced("0x40000000000000000000000000000000224698fc0994a8dd8c46eb2100000001", "0x40");
    assert!(matches!(refused, Err(ImportError::Syntax { .. })));
}

#[test]
fn another_domain_is_refused() {
    assert_eq!(replaced("k: 9,", "k: 8,"), Err(ImportError::Domain));
    assert_eq!(replaced("extended_k: 12", "extended_k: 11"), Err(ImportError::Domain));
    assert_eq!(replaced("omega: 0x0", "omega: 0x1"), Err(ImportError::Domain));
}

#[test]
fn a_selector_that_was_not_compressed_is_refused() {
    assert!(matches!(
        replaced("[Product(Fixed", "[Product(Selector(Selector(0, true)), Fixed"),
        Err(ImportError::Syntax { .. })
    ));
}

#[test]
fn a_commitment_at_infinity_is_refused() {
    let at = text().find("fixed_commitments: [").expect("is there") + "fixed_commitments: [".len();
    let end = text()[at..].find(')').expect("is there") + at + 1;
    assert_eq!(replaced(&text()[at..end], "Infinity"), Err(ImportError::Infinity));
}

#[test]
fn contradictions_are_refused() {
    assert_eq!(replaced("num_fixed_columns: 11", "num_fixed_columns: 12"), Err(ImportError::Query));
    assert_eq!(circuit(text(), &[]).map(|_| ()), Err(ImportError::Query));
    assert_eq!(circuit(text(), &[6, 1]).map(|_| ()), Err(ImportError::Query));
    let query = "query_index: 1, column_index: 1";
    assert_eq!(replaced(query, "query_index: 1, column_index: 2"), Err(ImportError::Query));
    assert_eq!(replaced(query, "query_index: 99, column_index: 1"), Err(ImportError::Query));
    assert_eq!(circuit(text(), &[512]).map(|_| ()), Err(ImportError::Circuit(CircuitError::Rows)));
}

#[test]
fn expressions_nested_without_end_are_refused() {
    let deep = format!("gates: [{}", "Negated(".repeat(100_000));
    assert_eq!(replaced("gates: [", &deep), Err(ImportError::TooLarge));
}
