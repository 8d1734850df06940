//! The artefact's expressions as one program. Equal steps become one.

use super::{
    words::{Cursor, Word},
    Header, VkaError,
};
use assay_halo2::program::{Op, Program};
use std::collections::HashMap;

/// How many of the proof's values are which queries: advice first, then fixed.
#[derive(Clone, Copy)]
pub(super) struct Queries {
    pub(super) advice: usize,
    pub(super) fixed: usize,
}

/// A program in the making.
pub(super) struct Builder<'a> {
    header: &'a Header,
    constants: Vec<[u8; 32]>,
    queries: Queries,
    program: Program,
    known: HashMap<Op, u16>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(header: &'a Header, constants: Vec<[u8; 32]>, queries: Queries) -> Self {
        Self { header, constants, queries, program: Program::default(), known: HashMap::new() }
    }

    /// The program with these polynomials.
    pub(super) fn finish(self, outputs: Vec<u16>) -> Program {
        Program { outputs, ..self.program }
    }

    fn step(&mut self, op: Op) -> Result<u16, VkaError> {
        if let Some(step) = self.known.get(&op) {
            return Ok(*step);
        }
        let step = u16::try_from(self.program.ops.len()).map_err(|_| VkaError("too many expressions"))?;
        self.program.ops.push(op);
        self.known.insert(op, step);
        Ok(step)
    }

    fn constant(&mut self, index: usize) -> Result<u16, VkaError> {
        let constant = *self.constants.get(index).ok_or(VkaError("a constant is not there"))?;
        let place = self.program.constants.iter().position(|known| *known == constant).unwrap_or_else(|| {
            self.program.constants.push(constant);
            self.program.constants.len() - 1
        });
        self.step(Op::Constant(narrow(place)?))
    }

    fn value(&mut self, pointer: usize) -> Result<u16, VkaError> {
        let Queries { advice, fixed } = self.queries;
        let value = self.header.value(pointer)?;
        if value < advice {
            self.step(Op::Advice(narrow(value)?))
        } else if value < advice + fixed {
            self.step(Op::Fixed(narrow(value - advice)?))
        } else {
            Err(VkaError("an expression of something else than columns"))
        }
    }

    /// What a pointer means within an expression whose earlier results start at `base`.
    fn operand(&mut self, pointer: usize, base: usize, results: &[u16]) -> Result<u16, VkaError> {
        let header = self.header;
        if let Some(index) = within(pointer, header.constants, self.constants.len()) {
            return self.constant(index);
        }
        if pointer == header.instance {
            return self.step(Op::Instance(0));
        }
        if let Some(index) = within(pointer, header.challenges, header.challenge_count) {
            return self.step(Op::Challenge(narrow(index)?));
        }
        let result = within(pointer, base, results.len()).and_then(|index| results.get(index));
        result.copied().ok_or(VkaError("an operand is not there"))
    }

    /// One list of operations: its last result.
    pub(super) fn single(&mut self, cursor: &mut Cursor, base: usize) -> Result<u16, VkaError> {
        match self.run(cursor, 1, base)? {
            Results::Last(step) => Ok(step),
            Results::List(_) => Err(VkaError("a gate that is several polynomials")),
        }
    }

    /// One list of operations: the results that it names at its end. `header` bytes stand before it in its first word,
    /// the last of them being the number of its words.
    pub(super) fn list(&mut self, cursor: &mut Cursor, header: usize, base: usize) -> Result<Vec<u16>, VkaError> {
        match self.run(cursor, header, base)? {
            Results::List(steps) if !steps.is_empty() => Ok(steps),
            _ => Err(VkaError("a lookup of an unknown form")),
        }
    }

    fn run(&mut self, cursor: &mut Cursor, header: usize, base: usize) -> Result<Results, VkaError> {
        let mut word = cursor.next()?;
        word.take(header - 1)?;
        let count = word.take(1)?;
        let mut results = Vec::new();
        for index in 0..count {
            if index > 0 {
                word = cursor.next()?;
            }
            while !word.is_spent() {
                let result = match word.take(1)? {
                    0 => self.value(word.take(2)?)?,
                    1 => {
                        let operand = self.operand(word.take(2)?, base, &results)?;
                        self.step(Op::Neg(operand))?
                    }
                    operation @ (2 | 3) => {
                        let left = self.operand(word.take(2)?, base, &results)?;
                        let right = self.operand(word.take(2)?, base, &results)?;
                        self.step(if operation == 2 { Op::Add(left, right) } else { Op::Mul(left, right) })?
                    }
                    4 => return self.named(cursor, word, base, &results),
                    _ => return Err(VkaError("an unknown operation")),
                };
                results.push(result);
            }
        }
        results.last().map(|last| Results::Last(*last)).ok_or(VkaError("an expression without operations"))
    }

    fn named(
        &mut self,
        cursor: &mut Cursor,
        mut word: Word,
        base: usize,
        results: &[u16],
    ) -> Result<Results, VkaError> {
        let mut named = Vec::new();
        for index in 0..word.take(1)? {
            if index > 0 {
                word = cursor.next()?;
            }
            while !word.is_spent() {
                named.push(self.operand(word.take(2)?, base, results)?);
            }
        }
        Ok(Results::List(named))
    }
}

enum Results {
    Last(u16),
    List(Vec<u16>),
}

/// Which word a pointer points to, of so many from `base` on.
pub(super) fn within(pointer: usize, base: usize, count: usize) -> Option<usize> {
    let offset = pointer.checked_sub(base)?;
    (offset % 32 == 0 && offset / 32 < count).then_some(offset / 32)
}

fn narrow(index: usize) -> Result<u16, VkaError> {
    u16::try_from(index).map_err(|_| VkaError("too many of something"))
}
