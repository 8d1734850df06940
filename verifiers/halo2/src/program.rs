//! Polynomial expressions as a straight-line program: bounded, without recursion, common parts computed once. Gates and
//! lookups of both dialects are programs.

use crate::field::{self, Field256};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;

/// One step. Operands are the numbers of earlier steps; the query variants number the circuit's lists of queries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum Op {
    /// A constant of the program.
    #[codec(index = 0)]
    Constant(u16),
    /// The value of a query to a fixed column.
    #[codec(index = 1)]
    Fixed(u16),
    /// The value of a query to an advice column.
    #[codec(index = 2)]
    Advice(u16),
    /// The value of a query to an instance column.
    #[codec(index = 3)]
    Instance(u16),
    /// A challenge that was drawn between the advice phases.
    #[codec(index = 4)]
    Challenge(u16),
    /// Minus a step.
    #[codec(index = 5)]
    Neg(u16),
    /// A sum of two steps.
    #[codec(index = 6)]
    Add(u16, u16),
    /// A difference of two steps.
    #[codec(index = 7)]
    Sub(u16, u16),
    /// A product of two steps.
    #[codec(index = 8)]
    Mul(u16, u16),
}

/// Several polynomials over one list of steps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Program {
    /// Constants, big-endian and canonical.
    pub constants: Vec<[u8; 32]>,
    /// Steps, each over earlier ones only.
    pub ops: Vec<Op>,
    /// The steps that are the polynomials' values.
    pub outputs: Vec<u16>,
}

/// How many of each input a program may name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Arity {
    /// Queries to fixed columns.
    pub fixed: usize,
    /// Queries to advice columns.
    pub advice: usize,
    /// Queries to instance columns.
    pub instance: usize,
    /// Challenges.
    pub challenges: usize,
}

/// The most that a program may have of each thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProgramLimits {
    /// Constants.
    pub constants: usize,
    /// Steps; above 65,536 nothing could name them.
    pub ops: usize,
    /// Polynomials.
    pub outputs: usize,
}

/// The values of the inputs at the point of evaluation.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a, F> {
    /// Of the queries to fixed columns.
    pub fixed: &'a [F],
    /// Of the queries to advice columns.
    pub advice: &'a [F],
    /// Of the queries to instance columns.
    pub instance: &'a [F],
    /// The challenges.
    pub challenges: &'a [F],
}

/// What is wrong with a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgramError {
    /// More constants, steps or polynomials than the limits allow.
    TooLarge,
    /// A constant is not below the modulus.
    NonCanonical,
    /// A step names an input that is not there, or a step that is not earlier.
    OutOfRange,
}

impl Program {
    /// Whether every evaluation with inputs of this arity will succeed.
    pub fn check<F: Field256>(&self, arity: Arity, limits: ProgramLimits) -> Result<(), ProgramError> {
        if self.constants.len() > limits.constants || self.ops.len() > limits.ops || self.outputs.len() > limits.outputs
        {
            return Err(ProgramError::TooLarge);
        }
        if !self.constants.iter().all(|bytes| field::from_be::<F>(bytes).is_some()) {
            return Err(ProgramError::NonCanonical);
        }
        let steps_in_range = self.ops.iter().enumerate().all(|(step, op)| {
            let (operands, bound): (&[u16], usize) = match op {
                Op::Constant(index) => (&[*index], self.constants.len()),
                Op::Fixed(index) => (&[*index], arity.fixed),
                Op::Advice(index) => (&[*index], arity.advice),
                Op::Instance(index) => (&[*index], arity.instance),
                Op::Challenge(index) => (&[*index], arity.challenges),
                Op::Neg(a) => (&[*a], step),
                Op::Add(a, b) | Op::Sub(a, b) | Op::Mul(a, b) => (&[*a, *b], step),
            };
            operands.iter().all(|operand| usize::from(*operand) < bound)
        });
        let outputs_in_range = self.outputs.iter().all(|output| usize::from(*output) < self.ops.len());
        if steps_in_range && outputs_in_range {
            Ok(())
        } else {
            Err(ProgramError::OutOfRange)
        }
    }

    /// The polynomials' values, in the order of the outputs. Costs one field operation a step.
    pub fn evaluate<F: Field256>(&self, inputs: &Inputs<F>) -> Result<Vec<F>, ProgramError> {
        fn at<F: Copy>(values: &[F], index: u16) -> Result<F, ProgramError> {
            values.get(usize::from(index)).copied().ok_or(ProgramError::OutOfRange)
        }
        let constants = self.constants.iter().map(|bytes| field::from_be(bytes).ok_or(ProgramError::NonCanonical));
        let constants: Vec<F> = constants.collect::<Result<_, _>>()?;
        let mut steps: Vec<F> = Vec::with_capacity(self.ops.len());
        for op in &self.ops {
            let value = match *op {
                Op::Constant(index) => at(&constants, index)?,
                Op::Fixed(index) => at(inputs.fixed, index)?,
                Op::Advice(index) => at(inputs.advice, index)?,
                Op::Instance(index) => at(inputs.instance, index)?,
                Op::Challenge(index) => at(inputs.challenges, index)?,
                Op::Neg(a) => -at(&steps, a)?,
                Op::Add(a, b) => at(&steps, a)? + at(&steps, b)?,
                Op::Sub(a, b) => at(&steps, a)? - at(&steps, b)?,
                Op::Mul(a, b) => at(&steps, a)? * at(&steps, b)?,
            };
            steps.push(value);
        }
        self.outputs.iter().map(|output| at(&steps, *output)).collect()
    }
}
