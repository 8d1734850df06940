//! Strict reading of what `{:?}` wrote: every character is expected, and what is not is named by its place.

use crate::halo2_proofs::ImportError;

/// What is left of a text.
pub(crate) struct Text<'a> {
    rest: &'a str,
    length: usize,
}

impl<'a> Text<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { rest: text, length: text.len() }
    }

    pub(crate) fn error(&self, expected: &'static str) -> ImportError {
        ImportError::Syntax { at: self.length - self.rest.len(), expected }
    }

    /// Takes this literal if it is next.
    pub(crate) fn take(&mut self, literal: &str) -> bool {
        let rest = self.rest.strip_prefix(literal);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Takes this literal, which must be next.
    pub(crate) fn expect(&mut self, literal: &'static str) -> Result<(), ImportError> {
        if self.take(literal) {
            Ok(())
        } else {
            Err(self.error(literal))
        }
    }

    /// Nothing may be left.
    pub(crate) fn end(&self) -> Result<(), ImportError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(self.error("the end"))
        }
    }

    /// A decimal number.
    pub(crate) fn number<N: core::str::FromStr>(&mut self) -> Result<N, ImportError> {
        let end = self.rest.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at(end);
        let number = number.parse().map_err(|_| self.error("a number that fits"))?;
        self.rest = rest;
        Ok(number)
    }

    /// 32 bytes in hex, most significant first.
    pub(crate) fn word(&mut self) -> Result<[u8; 32], ImportError> {
        self.expect("0x")?;
        let (digits, rest) = self.rest.split_at_checked(64).ok_or_else(|| self.error("64 hex digits"))?;
        let mut word = [0; 32];
        hex::decode_to_slice(digits, &mut word).map_err(|_| self.error("64 hex digits"))?;
        self.rest = rest;
        Ok(word)
    }

    /// A list in brackets.
    pub(crate) fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T, ImportError>,
    ) -> Result<Vec<T>, ImportError> {
        self.expect("[")?;
        let mut items = Vec::new();
        while !self.take("]") {
            if !items.is_empty() {
                self.expect(", ")?;
            }
            items.push(item(self)?);
        }
        Ok(items)
    }
}
