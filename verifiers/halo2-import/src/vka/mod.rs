//! EZKL's verifying-key artefact (vka.bytes, "reusable verifier"): memory words for a contract that interprets them. Here
//! they are decoded once into a typed description; every pointer must point to something of the right kind, and what the
//! chain would derive must be what the artefact says.

mod expressions;
mod openings;
mod sections;
mod words;

use assay_halo2::kzg::{shape::Commitment, Circuit, CircuitError, Column, Description, Limits, Phase, Query, Srs};
use expressions::{within, Builder, Queries};
use words::{Cursor, Words};

/// Where the contract's memory holds the artefact's first word.
const ARTEFACT: usize = 0xa0;
/// Where a proof starts in the call data.
const PROOF: usize = 0x84;
/// Words of the header.
const HEADER: usize = 33;
/// Where the instance column's value stands, in words after the phases' challenges.
const INSTANCE: usize = 17;
/// What a lookup's expressions have in memory before them, in words.
const LOOKUP_SCRATCH: usize = 5;

/// Why the artefact does not decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct VkaError(pub(crate) &'static str);

/// Why the artefact gives no circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// It does not decode.
    #[error("the verifying-key artefact does not decode: {0}")]
    Vka(#[from] VkaError),
    /// It decodes to no circuit that a chain would take.
    #[error("the verifying-key artefact describes no acceptable circuit: {0:?}")]
    Circuit(CircuitError),
}

/// An artefact, decoded.
pub struct Vka {
    /// The circuit.
    pub circuit: Circuit,
    /// The reference string that it was made with: to be compared with the pinned one, never used.
    pub srs: Srs,
}

/// What the header says, and what its pointers mean.
pub(crate) struct Header {
    /// Points of a proof before the opening's two.
    points: usize,
    /// Values of a proof.
    values: usize,
    /// Fixed columns.
    fixed: usize,
    /// Commitments of fixed columns and permutation.
    commitments: usize,
    /// Where these are.
    key: usize,
    /// Where the constants are.
    constants: usize,
    /// Where the phases' challenges are.
    challenges: usize,
    challenge_count: usize,
    /// Where the instance column's value is.
    instance: usize,
    /// Where expressions' results start.
    results: usize,
}

impl Header {
    /// Which value of the proof a pointer means.
    fn value(&self, pointer: usize) -> Result<usize, VkaError> {
        within(pointer, PROOF + 64 * self.points, self.values).ok_or(VkaError("a value is not there"))
    }

    /// Which point of the proof a pointer means.
    fn point(&self, pointer: usize) -> Result<Commitment, VkaError> {
        let index = within(pointer, PROOF, 2 * self.points).filter(|word| word % 2 == 0);
        index.map(|word| Commitment::Proof(word / 2)).ok_or(VkaError("a point of the proof is not there"))
    }

    /// Which point of the key a pointer means.
    fn key_point(&self, pointer: usize) -> Result<Commitment, VkaError> {
        let word = within(pointer, self.key, 2 * self.commitments).filter(|word| word % 2 == 0);
        match word.ok_or(VkaError("a point of the key is not there"))? / 2 {
            index if index < self.fixed => Ok(Commitment::Fixed(index)),
            index => Ok(Commitment::Sigma(index - self.fixed)),
        }
    }
}

/// Decodes the file. The limits are the chain's.
pub fn decode(file: &[u8], limits: &Limits) -> Result<Vka, DecodeError> {
    if file.len() > 2 * limits.bytes as usize {
        return Err(VkaError("larger than any circuit that is taken").into());
    }
    let words = Words::parse(file)?;
    let (description, openings) = describe(&words)?;
    let circuit = Circuit::new(description, limits).map_err(DecodeError::Circuit)?;
    if circuit.shape().sets != openings {
        return Err(VkaError("it opens other polynomials than its circuit would").into());
    }
    Ok(Vka { circuit, srs: srs(&words)? })
}

/// The header's words 16 to 23: the generator of G2 and minus tau times it.
fn srs(words: &Words) -> Result<Srs, VkaError> {
    let g2 = |first: usize| -> Result<[u8; 128], VkaError> {
        let mut point = [0; 128];
        point[..64].copy_from_slice(&words.point(first)?);
        point[64..].copy_from_slice(&words.point(first + 2)?);
        Ok(point)
    };
    Ok(Srs { g2: g2(16)?, minus_tau_g2: g2(20)? })
}

type Openings = Vec<assay_halo2::kzg::shape::RotationSet>;

fn describe(words: &Words) -> Result<(Description, Openings), VkaError> {
    let number = |index: usize| words.at(index)?.number();
    let section = |index: usize| -> Result<usize, VkaError> {
        let offset = number(index)?.checked_sub(ARTEFACT).filter(|offset| offset % 32 == 0);
        offset.map(|offset| offset / 32).ok_or(VkaError("a section is not there"))
    };
    let (scratch, instances, values, challenge_bytes, k) = (number(1)?, number(2)?, number(3)?, number(4)?, number(5)?);
    // Pointers to them have 16 bits.
    if values > usize::from(u16::MAX) {
        return Err(VkaError("more values than pointers could tell apart"));
    }
    if number(10)? != 0 {
        return Err(VkaError("it carries an accumulator: proofs of proofs are not taken"));
    }
    let (last_piece, first_piece) = (number(24)?, number(25)?);
    let (gates, permutation, lookups, opening) = (section(26)?, section(27)?, section(28)?, section(29)?);
    let (behind, fixed) = (number(31)?, number(32)?);

    let (rounds, after_rounds) = sections::rounds(words)?;
    let points = rounds.iter().map(|round| round.points).sum();
    let pieces = last_piece.checked_sub(first_piece).map(|bytes| bytes / 64 + 1).ok_or(VkaError("no quotient"))?;
    let chunks = sections::permutation(&mut Cursor::new(words, permutation))?;
    let columns: usize = chunks.iter().map(|chunk| chunk.columns.len()).sum();
    let commitments = fixed.checked_add(columns).ok_or(VkaError("too many columns"))?;
    let constants = after_rounds + 2 * commitments;
    let end = ARTEFACT + 32 * words.len();
    let header = Header {
        points,
        values,
        fixed,
        commitments,
        key: ARTEFACT + 32 * after_rounds,
        constants: ARTEFACT + 32 * constants,
        challenges: end + scratch,
        challenge_count: challenge_bytes / 32,
        instance: end + scratch + challenge_bytes + 32 * INSTANCE,
        results: end,
    };
    let openings = openings::decode(&header, &mut Cursor::new(words, opening))?;
    let (advice_queries, fixed_queries) = sections::queries(&header, &openings)?;

    let queries = Queries { advice: advice_queries.len(), fixed: fixed_queries.len() };
    let constants: Result<_, _> = (constants..gates).map(|index| Ok(words.at(index)?.be())).collect();
    let mut builder = Builder::new(&header, constants?, queries);
    let mut outputs = sections::gates(&mut builder, &header, words, gates..permutation)?;
    let gate_count = outputs.len();
    let lookups = sections::lookups(&mut builder, &header, words, lookups..opening, &mut outputs)?;
    let phases = sections::phases(&rounds, lookups.len(), header.challenge_count)?;
    let permutation = sections::columns(&header, &chunks, &advice_queries, &fixed_queries)?;
    let point = |index: usize| words.point(after_rounds + 2 * index);
    let description = Description {
        digest: words.at(0)?.be(),
        k: narrow(k)?,
        degree: narrow(pieces + 1)?,
        blinding: narrow(behind.checked_sub(1).ok_or(VkaError("no blinding rows"))?)?,
        instances: narrow(instances)?,
        phases,
        advice_queries,
        fixed_queries,
        program: builder.finish(outputs),
        gates: narrow(gate_count)?,
        lookups,
        permutation,
        fixed: (0..fixed).map(point).collect::<Result<_, _>>()?,
        sigma: (fixed..commitments).map(point).collect::<Result<_, _>>()?,
    };
    Ok((description, openings))
}

fn narrow<T: TryFrom<usize>>(number: usize) -> Result<T, VkaError> {
    T::try_from(number).map_err(|_| VkaError("a number is too large"))
}
