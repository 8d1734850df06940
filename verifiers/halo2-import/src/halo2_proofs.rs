//! Verifying keys of `halo2_proofs` 0.4. The crate writes no keys, but the Debug text of `VerifyingKey::pinned()` holds all
//! that a verifier needs, and its hash is what the crate's own transcripts begin with; so the text is the key.

use crate::{
    expression::{Builder, Kind},
    text::Text,
};
use ark_ff::{FftField, PrimeField};
use assay_halo2::{
    field,
    ipa::{Circuit, CircuitError, Column, Query},
};
use assay_host::vesta::Point;

/// Pallas' scalar field, over which Vesta lies.
const BASE_MODULUS: &str = "\"0x40000000000000000000000000000000224698fc0994a8dd8c46eb2100000001\"";
/// Pallas' base field, over which circuits are written.
const SCALAR_MODULUS: &str = "\"0x40000000000000000000000000000000224698fc094cf91b992d30ed00000001\"";

/// Why a text is no key that the verifier takes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// The text is not what halo2_proofs 0.4 writes.
    #[error("not a key of halo2_proofs 0.4: expected {expected} at byte {at}")]
    Syntax {
        /// Where, in bytes.
        at: usize,
        /// What should be there.
        expected: &'static str,
    },
    /// The domain is not the one that follows from k and the degree of the constraints.
    #[error("the domain does not follow from k and the constraints' degree")]
    Domain,
    /// Numbers of columns, queries and commitments contradict each other.
    #[error("an expression, a query or a commitment names a column that the key does not have")]
    Query,
    /// More steps or constants than a program can number, or expressions nested too deep.
    #[error("the expressions are too large")]
    TooLarge,
    /// A commitment is the point at infinity.
    #[error("a commitment is the point at infinity")]
    Infinity,
    /// The circuit would be refused on chain.
    #[error("the circuit is not sound: {0:?}")]
    Circuit(CircuitError),
}

/// The circuit of a key: `text` is `format!("{:?}", key.pinned())`, `instance_rows` says how many public values each
/// instance column holds, which the key does not know.
pub fn circuit(text: &str, instance_rows: &[u16]) -> Result<Circuit, ImportError> {
    let digest = digest(text);
    let text = &mut Text::new(text);
    text.expect("PinnedVerificationKey { base_modulus: ")?;
    text.expect(BASE_MODULUS)?;
    text.expect(", scalar_modulus: ")?;
    text.expect(SCALAR_MODULUS)?;
    text.expect(", domain: PinnedEvaluationDomain { k: ")?;
    let k: u8 = text.number()?;
    text.expect(", extended_k: ")?;
    let extended_k: u8 = text.number()?;
    text.expect(", omega: ")?;
    let omega = text.word()?;
    text.expect(" }, cs: PinnedConstraintSystem { num_fixed_columns: ")?;
    let fixed_columns: usize = text.number()?;
    text.expect(", num_advice_columns: ")?;
    let advice_columns = text.number()?;
    text.expect(", num_instance_columns: ")?;
    let instance_columns: usize = text.number()?;
    text.expect(", num_selectors: ")?;
    // Selectors have become fixed columns: their number means nothing to a verifier.
    text.number::<usize>()?;

    let mut builder = Builder::default();
    text.expect(", gates: ")?;
    text.list(|text| builder.output(text))?;
    text.expect(", advice_queries: ")?;
    let advice_queries = queries(text, "Advice")?;
    text.expect(", instance_queries: ")?;
    let instance_queries = queries(text, "Instance")?;
    text.expect(", fixed_queries: ")?;
    let fixed_queries = queries(text, "Fixed")?;
    text.expect(", permutation: Argument { columns: ")?;
    let permutation = text.list(column)?;
    text.expect(" }, lookups: ")?;
    let lookups = text.list(|text| lookup(text, &mut builder))?;
    text.expect(", constants: ")?;
    // Which fixed columns hold constants mattered while the key was made.
    text.list(column)?;
    text.expect(", minimum_degree: ")?;
    let minimum_degree = minimum_degree(text)?;
    text.expect(" }, fixed_commitments: ")?;
    let fixed_commitments = text.list(point)?;
    text.expect(", permutation: VerifyingKey { commitments: ")?;
    let permutation_commitments = text.list(point)?;
    text.expect(" } }")?;
    text.end()?;

    if fixed_commitments.len() != fixed_columns || instance_rows.len() != instance_columns {
        return Err(ImportError::Query);
    }
    let program = builder.finish(|kind| match kind {
        Kind::Fixed => fixed_queries.clone(),
        Kind::Advice => advice_queries.clone(),
        Kind::Instance => instance_queries.clone(),
    })?;
    let circuit = Circuit {
        k,
        digest,
        minimum_degree,
        advice_columns,
        instance_rows: instance_rows.to_vec(),
        advice_queries,
        instance_queries,
        fixed_queries,
        program,
        lookups,
        permutation,
        fixed_commitments,
        permutation_commitments,
    };
    check_domain(&circuit, extended_k, omega)?;
    Ok(circuit)
}

/// The first scalar of every transcript under this key: a hash of the key's text and its length.
pub fn digest(text: &str) -> [u8; 32] {
    let mut state = blake2b_simd::Params::new().hash_length(64).personal(b"Halo2-Verify-Key").to_state();
    state.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
    field::to_be(&ark_vesta::Fr::from_le_bytes_mod_order(state.finalize().as_bytes()))
}

/// The root of unity must be the verifier's, and the extended domain the smallest that holds the quotient.
fn check_domain(circuit: &Circuit, extended_k: u8, omega: [u8; 32]) -> Result<(), ImportError> {
    let cost = circuit.cost().map_err(ImportError::Circuit)?;
    let pieces = cost.degree.saturating_sub(1).next_power_of_two();
    let root = ark_vesta::Fr::get_root_of_unity(1u64 << circuit.k).map(|root| field::to_be(&root));
    if root == Some(omega) && u32::from(extended_k) == u32::from(circuit.k) + pieces.trailing_zeros() {
        Ok(())
    } else {
        Err(ImportError::Domain)
    }
}

fn queries(text: &mut Text, kind: &'static str) -> Result<Vec<Query>, ImportError> {
    text.list(|text| {
        text.expect("(Column { index: ")?;
        let column = text.number()?;
        text.expect(", column_type: ")?;
        text.expect(kind)?;
        text.expect(" }, Rotation(")?;
        let rotation = text.number()?;
        text.expect("))")?;
        Ok(Query { column, rotation })
    })
}

fn column(text: &mut Text) -> Result<Column, ImportError> {
    text.expect("Column { index: ")?;
    let index = text.number()?;
    text.expect(", column_type: ")?;
    let column = if text.take("Advice") {
        Column::Advice(index)
    } else if text.take("Fixed") {
        Column::Fixed(index)
    } else if text.take("Instance") {
        Column::Instance(index)
    } else {
        return Err(text.error("a kind of column"));
    };
    text.expect(" }")?;
    Ok(column)
}

/// Reads a lookup's expressions into the program, and returns how many inputs it has.
fn lookup(text: &mut Text, builder: &mut Builder) -> Result<u16, ImportError> {
    text.expect("Argument { input_expressions: ")?;
    let inputs = text.list(|text| builder.output(text))?.len();
    text.expect(", table_expressions: ")?;
    let table = text.list(|text| builder.output(text))?.len();
    text.expect(" }")?;
    if inputs != table {
        return Err(ImportError::Query);
    }
    u16::try_from(inputs).map_err(|_| ImportError::TooLarge)
}

fn minimum_degree(text: &mut Text) -> Result<u8, ImportError> {
    if text.take("None") {
        return Ok(0);
    }
    text.expect("Some(")?;
    let degree = text.number()?;
    text.expect(")")?;
    Ok(degree)
}

fn point(text: &mut Text) -> Result<Point, ImportError> {
    if text.take("Infinity") {
        return Err(ImportError::Infinity);
    }
    text.expect("(")?;
    let mut x = text.word()?;
    text.expect(", ")?;
    let mut y = text.word()?;
    text.expect(")")?;
    x.reverse();
    y.reverse();
    let mut point = [0; 64];
    point[..32].copy_from_slice(&x);
    point[32..].copy_from_slice(&y);
    Ok(point)
}
