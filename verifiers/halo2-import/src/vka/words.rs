//! The artefact's 256-bit words, read from their low end.

use super::VkaError;

/// A word's bytes from the lowest on, and how many of them were taken.
#[derive(Clone, Copy)]
pub(super) struct Word {
    bytes: [u8; 32],
    taken: usize,
}

impl Word {
    /// Whether all that is left is zero: the artefact's mark for the end of a list.
    pub(super) fn is_spent(&self) -> bool {
        self.bytes.iter().skip(self.taken).all(|byte| *byte == 0)
    }

    /// The next field of so many bytes, at most 4.
    pub(super) fn take(&mut self, count: usize) -> Result<usize, VkaError> {
        let field = self.bytes.get(self.taken..self.taken + count).ok_or(VkaError("a word ends within a field"))?;
        self.taken += count;
        Ok(field.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
    }

    /// The whole word as a small number.
    pub(super) fn number(mut self) -> Result<usize, VkaError> {
        let number = self.take(4)?;
        if self.is_spent() {
            Ok(number)
        } else {
            Err(VkaError("a number is too large"))
        }
    }

    /// The word, big-endian.
    pub(super) fn be(&self) -> [u8; 32] {
        let mut bytes = self.bytes;
        bytes.reverse();
        bytes
    }
}

/// All words.
pub(super) struct Words(Vec<[u8; 32]>);

impl Words {
    /// The file: the number of words, 8 bytes little-endian, then the words, big-endian.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, VkaError> {
        let (count, rest) = bytes.split_first_chunk().ok_or(VkaError("shorter than its length"))?;
        let (words, odd) = rest.as_chunks::<32>();
        if !odd.is_empty() || words.len() as u64 != u64::from_le_bytes(*count) {
            return Err(VkaError("not as many words as it says"));
        }
        Ok(Self(words.to_vec()))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn at(&self, index: usize) -> Result<Word, VkaError> {
        let mut bytes = *self.0.get(index).ok_or(VkaError("it ends too early"))?;
        bytes.reverse();
        Ok(Word { bytes, taken: 0 })
    }

    /// Two words as a point's coordinates.
    pub(super) fn point(&self, index: usize) -> Result<[u8; 64], VkaError> {
        let mut point = [0; 64];
        point[..32].copy_from_slice(&self.at(index)?.be());
        point[32..].copy_from_slice(&self.at(index + 1)?.be());
        Ok(point)
    }
}

/// A place among the words.
pub(super) struct Cursor<'a> {
    words: &'a Words,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(words: &'a Words, at: usize) -> Self {
        Self { words, at }
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    pub(super) fn next(&mut self) -> Result<Word, VkaError> {
        let word = self.words.at(self.at)?;
        self.at += 1;
        Ok(word)
    }

    /// The same words at another place.
    pub(super) fn moved_to(&self, at: usize) -> Self {
        Self { words: self.words, at }
    }

    pub(super) fn skip(&mut self, count: usize) {
        self.at += count;
    }

    /// A field of the word, or of the next one if this is full.
    pub(super) fn take_on(&mut self, word: &mut Word, count: usize) -> Result<usize, VkaError> {
        if word.taken + count > 32 {
            *word = self.next()?;
        }
        word.take(count)
    }
}
