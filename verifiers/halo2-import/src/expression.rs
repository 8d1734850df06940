//! Expressions as halo2_proofs prints them, into a program in which equal steps are one.

use crate::{halo2_proofs::ImportError, text::Text};
use assay_halo2::{
    ipa::Query,
    program::{Op, Program},
};
use std::collections::HashMap;

/// Deepest nesting that is followed.
const MAX_DEPTH: usize = 1024;

/// Kinds of columns, as queries name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Fixed,
    Advice,
    Instance,
}

/// A program that grows.
#[derive(Default)]
pub(crate) struct Builder {
    program: Program,
    steps: HashMap<Op, u16>,
    constants: HashMap<[u8; 32], u16>,
    queries: HashMap<(Kind, u16), Query>,
}

impl Builder {
    /// Reads an expression and makes it the next output.
    pub(crate) fn output(&mut self, text: &mut Text) -> Result<(), ImportError> {
        let output = self.expression(text, 0)?;
        self.program.outputs.push(output);
        Ok(())
    }

    /// The program, if every query that an expression named is in the key's lists.
    pub(crate) fn finish(self, list: impl Fn(Kind) -> Vec<Query>) -> Result<Program, ImportError> {
        for ((kind, index), query) in &self.queries {
            if list(*kind).get(usize::from(*index)) != Some(query) {
                return Err(ImportError::Query);
            }
        }
        Ok(self.program)
    }

    fn expression(&mut self, text: &mut Text, depth: usize) -> Result<u16, ImportError> {
        if depth > MAX_DEPTH {
            return Err(ImportError::TooLarge);
        }
        let op = if text.take("Constant(") {
            let constant = self.constant(text.word()?)?;
            text.expect(")")?;
            constant
        } else if text.take("Fixed { ") {
            Op::Fixed(self.query(text, Kind::Fixed)?)
        } else if text.take("Advice { ") {
            Op::Advice(self.query(text, Kind::Advice)?)
        } else if text.take("Instance { ") {
            Op::Instance(self.query(text, Kind::Instance)?)
        } else if text.take("Negated(") {
            let inner = self.expression(text, depth + 1)?;
            text.expect(")")?;
            Op::Neg(inner)
        } else if text.take("Sum(") {
            let left = self.expression(text, depth + 1)?;
            text.expect(", ")?;
            let difference = text.take("Negated(");
            let right = self.expression(text, depth + 1)?;
            text.expect(if difference { "))" } else { ")" })?;
            if difference {
                Op::Sub(left, right)
            } else {
                Op::Add(left, right)
            }
        } else if text.take("Product(") {
            let left = self.expression(text, depth + 1)?;
            text.expect(", ")?;
            let right = self.expression(text, depth + 1)?;
            text.expect(")")?;
            Op::Mul(left, right)
        } else if text.take("Scaled(") {
            let inner = self.expression(text, depth + 1)?;
            text.expect(", ")?;
            let factor = self.constant(text.word()?)?;
            text.expect(")")?;
            Op::Mul(inner, self.step(factor)?)
        } else {
            return Err(text.error("an expression without selectors"));
        };
        self.step(op)
    }

    fn query(&mut self, text: &mut Text, kind: Kind) -> Result<u16, ImportError> {
        text.expect("query_index: ")?;
        let index = text.number()?;
        text.expect(", column_index: ")?;
        let column = text.number()?;
        text.expect(", rotation: Rotation(")?;
        let query = Query { column, rotation: text.number()? };
        text.expect(") }")?;
        if *self.queries.entry((kind, index)).or_insert(query) != query {
            return Err(ImportError::Query);
        }
        Ok(index)
    }

    fn constant(&mut self, constant: [u8; 32]) -> Result<Op, ImportError> {
        let next = u16::try_from(self.program.constants.len()).map_err(|_| ImportError::TooLarge)?;
        let index = *self.constants.entry(constant).or_insert(next);
        if index == next {
            self.program.constants.push(constant);
        }
        Ok(Op::Constant(index))
    }

    fn step(&mut self, op: Op) -> Result<u16, ImportError> {
        let next = u16::try_from(self.program.ops.len()).map_err(|_| ImportError::TooLarge)?;
        let step = *self.steps.entry(op).or_insert(next);
        if step == next {
            self.program.ops.push(op);
        }
        Ok(step)
    }
}
