//! The artefact's sections: rounds, gates, permutation, lookups.

use super::{
    expressions::Builder,
    narrow,
    words::{Cursor, Words},
    Column, Header, Phase, Query, VkaError, HEADER, LOOKUP_SCRATCH,
};
use assay_halo2::kzg::{
    shape::{Commitment, RotationSet},
    Lookup,
};
use std::ops::Range;

/// Points read, then challenges drawn.
pub(super) struct Round {
    pub(super) points: usize,
    pub(super) challenges: usize,
}

/// The rounds, and the index of the first word after them.
pub(super) fn rounds(words: &Words) -> Result<(Vec<Round>, usize), VkaError> {
    let mut cursor = Cursor::new(words, HEADER);
    let mut word = cursor.next()?;
    let count = word.take(1)?;
    let mut rounds = Vec::new();
    for index in 0..count {
        if index > 0 {
            word = cursor.next()?;
        }
        while !word.is_spent() {
            rounds.push(Round { points: word.take(2)? / 64, challenges: word.take(1)? });
        }
    }
    Ok((rounds, cursor.position()))
}

/// The phases: the rounds without what every circuit has. Theta belongs to the last phase's round; without lookups, beta
/// and gamma too.
pub(super) fn phases(rounds: &[Round], lookups: usize, challenges: usize) -> Result<Vec<Phase>, VkaError> {
    let (common, joined) = if lookups > 0 { (3, 1) } else { (2, 3) };
    let own = rounds.len().checked_sub(common).and_then(|count| rounds.get(..count)).unwrap_or_default();
    let mut phases = Vec::new();
    for (index, round) in own.iter().enumerate() {
        let shared = if index + 1 == own.len() { joined } else { 0 };
        let challenges = round.challenges.checked_sub(shared).ok_or(VkaError("a phase lacks challenges"))?;
        phases.push(Phase { advice: narrow(round.points)?, challenges: narrow(challenges)? });
    }
    let declared: usize = phases.iter().map(|phase| usize::from(phase.challenges)).sum();
    if phases.is_empty() || declared != challenges {
        return Err(VkaError("its rounds are not those of a known proof system"));
    }
    Ok(phases)
}

/// A permutation product's columns: pointers to the column's value, unless it is the instance column, and to the
/// permutation polynomial's.
pub(super) struct Chunk {
    pub(super) columns: Vec<(Option<usize>, usize)>,
}

pub(super) fn permutation(cursor: &mut Cursor) -> Result<Vec<Chunk>, VkaError> {
    let mut word = cursor.next()?;
    let (last, words, last_words) = (word.take(1)?, word.take(2)? / 32, word.take(2)? / 32);
    let mut chunks = Vec::new();
    for index in 0..=last {
        let mut word = cursor.next()?;
        // Where the product's values are follows from the circuit.
        word.take(4)?;
        word.take(2)?;
        let mut columns = Vec::new();
        for word_index in 0..if index == last { last_words } else { words } {
            if word_index > 0 {
                word = cursor.next()?;
            }
            while !word.is_spent() {
                let (instance, value, sigma) = (word.take(1)? != 0, word.take(2)?, word.take(2)?);
                columns.push(((!instance).then_some(value), sigma));
            }
        }
        chunks.push(Chunk { columns });
    }
    Ok(chunks)
}

/// The permutation's columns, in order.
pub(super) fn columns(
    header: &Header,
    chunks: &[Chunk],
    advice: &[Query],
    fixed: &[Query],
) -> Result<Vec<Column>, VkaError> {
    let mut columns = Vec::new();
    for (value, sigma) in chunks.iter().flat_map(|chunk| &chunk.columns) {
        // After the queries comes the random polynomial, then the permutation's.
        if header.value(*sigma)? != advice.len() + fixed.len() + 1 + columns.len() {
            return Err(VkaError("its permutation polynomials are out of order"));
        }
        columns.push(match value.map(|pointer| header.value(pointer)).transpose()? {
            None => Column::Instance,
            Some(value) => match (advice.get(value), fixed.get(value.saturating_sub(advice.len()))) {
                (Some(Query { column, rotation: 0 }), _) => Column::Advice(*column),
                (None, Some(Query { column, rotation: 0 })) => Column::Fixed(*column),
                _ => return Err(VkaError("its permutation is over something else than columns")),
            },
        });
    }
    Ok(columns)
}

/// The queries, from what is opened where: a proof's values start with the advice columns', then the fixed columns'.
pub(super) fn queries(header: &Header, openings: &[RotationSet]) -> Result<(Vec<Query>, Vec<Query>), VkaError> {
    let mut by_value = vec![None; header.values];
    for set in openings {
        for opened in &set.opened {
            for (rotation, value) in set.rotations.iter().zip(&opened.values) {
                match by_value.get_mut(*value) {
                    Some(place @ None) => *place = Some((opened.commitment, *rotation)),
                    Some(_) => return Err(VkaError("a value is opened twice")),
                    None if opened.commitment == Commitment::Quotient => (),
                    None => return Err(VkaError("a value is not there")),
                }
            }
        }
    }
    // The random polynomial, the first after the fixed columns, is the last point before the quotient's pieces.
    let fixed_from = by_value.iter().position(|value| matches!(value, Some((Commitment::Fixed(_), _))));
    let fixed_from = fixed_from.ok_or(VkaError("no fixed columns"))?;
    let (advice, rest) = by_value.split_at(fixed_from);
    let advice = advice.iter().map(|value| match value {
        Some((Commitment::Proof(column), rotation)) => Ok(Query { column: narrow(*column)?, rotation: *rotation }),
        _ => Err(VkaError("its values are out of order")),
    });
    let fixed = rest.iter().map_while(|value| match value {
        Some((Commitment::Fixed(column), rotation)) => {
            Some(narrow(*column).map(|column| Query { column, rotation: *rotation }))
        }
        _ => None,
    });
    Ok((advice.collect::<Result<_, _>>()?, fixed.collect::<Result<_, _>>()?))
}

/// The gates' polynomials.
pub(super) fn gates(
    builder: &mut Builder,
    header: &Header,
    words: &Words,
    range: Range<usize>,
) -> Result<Vec<u16>, VkaError> {
    let mut cursor = Cursor::new(words, range.start);
    let count = cursor.next()?.number()? / 32;
    let mut gates = Vec::new();
    for _ in 0..count {
        gates.push(builder.single(&mut cursor, header.results)?);
    }
    if cursor.position() != range.end {
        return Err(VkaError("its gates do not end where the permutation starts"));
    }
    Ok(gates)
}

/// The lookups; their polynomials go to `outputs`.
pub(super) fn lookups(
    builder: &mut Builder,
    header: &Header,
    words: &Words,
    range: Range<usize>,
    outputs: &mut Vec<u16>,
) -> Result<Vec<Lookup>, VkaError> {
    let mut cursor = Cursor::new(words, range.start);
    let mut meta = cursor.next()?;
    let end = meta.take(2)?;
    if !meta.is_spent() {
        return Err(VkaError("lookups of an unknown form"));
    }
    let end = if end == 0 { range.start + 1 } else { end.saturating_sub(super::ARTEFACT) / 32 };
    let base = header.results + 32 * LOOKUP_SCRATCH;
    let (mut lookups, mut table) = (Vec::new(), Vec::new());
    while cursor.position() < end {
        // A lookup over the same table as the one before does not repeat it.
        if cursor.next()?.take(1)? != 0 {
            table = builder.list(&mut cursor, 1, base)?;
        }
        outputs.extend(&table);
        let inputs = words.at(cursor.position())?.take(2)? / 32;
        for index in 0..inputs {
            let before = if index == 0 { 3 } else { 1 };
            let input = builder.list(&mut cursor, before, base + 32 * index)?;
            if input.len() != table.len() {
                return Err(VkaError("a lookup whose input and table differ in width"));
            }
            outputs.extend(input);
        }
        lookups.push(Lookup { width: narrow(table.len())?, inputs: narrow(inputs)? });
    }
    if cursor.position() != range.end || end != range.end {
        return Err(VkaError("its lookups do not end where the openings start"));
    }
    Ok(lookups)
}
