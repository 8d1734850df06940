//! The artefact's last section: which polynomials are opened at which rotations. Its lists run backwards.

use super::{
    words::{Cursor, Word},
    Header, VkaError,
};
use assay_halo2::kzg::shape::{Commitment, Opened, RotationSet};

/// The rotation sets, in the prover's order.
pub(super) fn decode(header: &Header, cursor: &mut Cursor) -> Result<Vec<RotationSet>, VkaError> {
    let rotations = rotations(cursor)?;
    // Distances from mu to each rotation's point, computed: only where they lie matters.
    let mut word = cursor.next()?;
    let distances = word.take(2)?;
    word.take(4)?;
    let vanishing_words = word.take(1)?;
    cursor.skip(vanishing_words.checked_sub(1).ok_or(VkaError("no opening points"))?);
    let mut word = cursor.next()?;
    word.take(2)?;
    let count = word.take(2)?;
    cursor.skip(count);

    let mut word = cursor.next()?;
    word.take(1)?;
    let mut sizes = Vec::new();
    for _ in 0..count {
        let size = cursor.take_on(&mut word, 1)?;
        // Of nothing, any number of lists fits a word.
        if size == 0 {
            return Err(VkaError("a set without rotations"));
        }
        sizes.push(size);
    }
    let mut sets = Vec::new();
    for size in sizes {
        sets.push(set_rotations(cursor, size, distances, &rotations)?);
    }
    cursor.skip(1);
    let normalising_words = cursor.next()?.take(1)?;
    cursor.skip(normalising_words.checked_sub(1).ok_or(VkaError("no normalisation"))?);

    let mut values = Vec::new();
    for rotations in &sets {
        values.push(set_values(header, cursor, rotations.len())?);
    }
    let skipped = cursor.next()?.take(1)?;
    cursor.skip(skipped);
    let mut word = cursor.next()?;
    let first = cursor.position();
    let header_words = word.take(1)?;
    (0..3).try_for_each(|_| word.take(4).map(drop))?;
    let mut words = Vec::new();
    for _ in 0..count {
        words.push(cursor.take_on(&mut word, 1)? / 32);
    }
    *cursor = cursor.moved_to((first + header_words).checked_sub(1).ok_or(VkaError("no commitments"))?);

    let mut openings = Vec::new();
    for ((rotations, values), words) in sets.into_iter().zip(values).zip(words) {
        let commitments = set_commitments(header, cursor, words)?;
        if commitments.len() != values.len() {
            return Err(VkaError("not as many commitments as values"));
        }
        let opened =
            commitments.into_iter().zip(values).map(|(commitment, values)| ordered(commitment, &rotations, values));
        let opened = opened.collect();
        let mut rotations = rotations;
        rotations.sort_unstable();
        openings.push(RotationSet { rotations, opened });
    }
    Ok(openings)
}

/// Values in the order of their rotations.
fn ordered(commitment: Commitment, rotations: &[i8], values: Vec<usize>) -> Opened {
    let mut pairs: Vec<(i8, usize)> = rotations.iter().copied().zip(values).collect();
    pairs.sort_unstable();
    Opened { commitment, values: pairs.into_iter().map(|(_, value)| value).collect() }
}

/// All rotations, ascending.
fn rotations(cursor: &mut Cursor) -> Result<Vec<i8>, VkaError> {
    let mut present = vec![0];
    let mut positive = cursor.next()?;
    for rotation in 1..=positive.take(1)? {
        if cursor.take_on(&mut positive, 2)? != 0 {
            present.push(i8::try_from(rotation).map_err(|_| VkaError("a rotation is too large"))?);
        }
    }
    let mut negative = cursor.next()?;
    negative.take(2)?;
    for rotation in 1..=negative.take(1)? {
        if cursor.take_on(&mut negative, 2)? != 0 {
            present.push(-i8::try_from(rotation).map_err(|_| VkaError("a rotation is too large"))?);
        }
    }
    present.sort_unstable();
    Ok(present)
}

fn set_rotations(cursor: &mut Cursor, size: usize, distances: usize, all: &[i8]) -> Result<Vec<i8>, VkaError> {
    let mut word = cursor.next()?;
    // A set of several points first names their coefficients.
    for _ in 0..if size > 1 { size } else { 0 } {
        word.take(2)?;
    }
    let mut rotations = Vec::new();
    for _ in 0..size {
        let place = super::expressions::within(word.take(2)?, distances, all.len());
        let rotation = place.and_then(|place| all.get(place)).ok_or(VkaError("a rotation is not there"))?;
        rotations.push(*rotation);
    }
    Ok(rotations)
}

/// The places of the values of each polynomial of a set, in the prover's order.
fn set_values(header: &Header, cursor: &mut Cursor, size: usize) -> Result<Vec<Vec<usize>>, VkaError> {
    let mut word = cursor.next()?;
    let words = word.take(1)?;
    let mut values = Vec::new();
    if size == 1 {
        // The last is a value of the proof, the one before it the quotient's.
        values.push(vec![header.value(word.take(2)?)?]);
        values.push(vec![header.values]);
    }
    for index in 0..words {
        if index > 0 {
            word = cursor.next()?;
        }
        while !word.is_spent() {
            if size == 1 {
                for pointer in run(&mut word, 2, 32)? {
                    values.push(vec![header.value(pointer)?]);
                }
            } else {
                let mut polynomial = Vec::new();
                for _ in 0..size {
                    polynomial.push(header.value(word.take(2)?)?);
                }
                values.push(polynomial);
            }
        }
    }
    values.reverse();
    Ok(values)
}

/// The commitments of a set, in the prover's order.
fn set_commitments(header: &Header, cursor: &mut Cursor, words: usize) -> Result<Vec<Commitment>, VkaError> {
    let mut word = cursor.next()?;
    let mut commitments = vec![header.point(word.take(2)?)?];
    word.take(2)?;
    for index in 0..words {
        if index > 0 {
            word = cursor.next()?;
        }
        while !word.is_spent() {
            match word.take(1)? {
                0 => {
                    for pointer in run(&mut word, 4, 64)? {
                        commitments.push(header.key_point(pointer)?);
                    }
                }
                1 => {
                    for pointer in run(&mut word, 4, 64)? {
                        commitments.push(header.point(pointer)?);
                    }
                }
                2 => {
                    word.take(1)?;
                    commitments.push(Commitment::Quotient);
                }
                _ => return Err(VkaError("a commitment of an unknown kind")),
            }
        }
    }
    commitments.reverse();
    Ok(commitments)
}

/// So many pointers, of so many bytes each, or for the number zero a range of them downwards, its end excluded.
fn run(word: &mut Word, size: usize, step: usize) -> Result<Vec<usize>, VkaError> {
    let count = word.take(1)?;
    if count > 0 {
        return (0..count)
            .map(|_| {
                let pointer = word.take(2)?;
                // A point's second coordinate, which follows from its first.
                word.take(size - 2)?;
                Ok(pointer)
            })
            .collect();
    }
    let (from, end) = (word.take(2)?, word.take(2)?);
    Ok((0..).map_while(|index| from.checked_sub(step * index)).take_while(|pointer| *pointer > end).collect())
}
