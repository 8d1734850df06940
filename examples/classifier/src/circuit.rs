//! The classifier in constraints. Every number is a byte or made of bytes, and every byte is looked up in a table of 256;
//! so no score comes near the modulus, and comparing scores is comparing numbers.

use crate::model::{Model, MAX_FEATURES};
use halo2_gadgets::poseidon::{primitives::ConstantLength, primitives::P128Pow5T3, Hash, Pow5Chip, Pow5Config};
use halo2_proofs::{
    circuit::{AssignedCell, Layouter, Region, SimpleFloorPlanner, Value},
    pasta::{group::ff::PrimeField, Fp},
    plonk::{
        Advice, Circuit, Column, ConstraintSystem, Constraints, Error, Expression, Instance, Selector, TableColumn,
    },
    poly::Rotation,
};

/// Bytes of a gap between two scores: a score is below 2^21.
const GAP_BYTES: usize = 3;

type Cell = AssignedCell<Fp, Fp>;

/// Witnesses of a [`Model`]'s inference. The features come from the public instances.
#[derive(Clone, Debug)]
pub struct Classifier<const FEATURES: usize, const CLASSES: usize> {
    /// Each class's [`Model::bytes`].
    pub bytes: Vec<Vec<Value<Fp>>>,
    /// The commitment's salt.
    pub salt: Value<Fp>,
    /// The class that is claimed to win.
    pub class: Value<usize>,
}

/// Columns and selectors. `general` is shared by all parts; what it means in a row depends on the row's selectors.
#[derive(Clone, Debug)]
pub struct Config {
    byte: Column<Advice>,
    general: [Column<Advice>; 5],
    instance: Column<Instance>,
    table: TableColumn,
    pack: Selector,
    score: Selector,
    pick: Selector,
    gap: Selector,
    poseidon: Pow5Config<Fp, 3, 2>,
}

impl<const FEATURES: usize, const CLASSES: usize> Classifier<FEATURES, CLASSES> {
    /// The witnesses for claiming that `class` wins.
    pub fn new(model: &Model<FEATURES, CLASSES>, class: usize) -> Self {
        let witness =
            |class| model.bytes(class).into_iter().map(|byte| Value::known(Fp::from(u64::from(byte)))).collect();
        Self { bytes: (0..CLASSES).map(witness).collect(), salt: Value::known(model.salt), class: Value::known(class) }
    }
}

impl<const FEATURES: usize, const CLASSES: usize> Circuit<Fp> for Classifier<FEATURES, CLASSES> {
    type Config = Config;
    type FloorPlanner = SimpleFloorPlanner;

    fn without_witnesses(&self) -> Self {
        let bytes = vec![vec![Value::unknown(); FEATURES + 2]; CLASSES];
        Self { bytes, salt: Value::unknown(), class: Value::unknown() }
    }

    fn configure(meta: &mut ConstraintSystem<Fp>) -> Config {
        let byte = meta.advice_column();
        let general = core::array::from_fn(|_| meta.advice_column());
        let instance = meta.instance_column();
        let table = meta.lookup_table_column();
        meta.enable_equality(byte);
        meta.enable_equality(instance);
        general.iter().for_each(|column| meta.enable_equality(*column));
        let [a, b, c, d, e] = general;
        let (first, second) =
            (core::array::from_fn(|_| meta.fixed_column()), core::array::from_fn(|_| meta.fixed_column()));
        meta.enable_constant(second[0]);
        let poseidon = Pow5Chip::configure::<P128Pow5T3>(meta, [a, b, c], d, first, second);
        let (pack, score, pick, gap) = (meta.selector(), meta.selector(), meta.selector(), meta.selector());
        let one = || Expression::Constant(Fp::one());

        meta.lookup(|meta| vec![(meta.query_advice(byte, Rotation::cur()), table)]);
        meta.create_gate("a: the bytes so far, as one number", |meta| {
            let (before, after) = (meta.query_advice(a, Rotation::prev()), meta.query_advice(a, Rotation::cur()));
            let byte = meta.query_advice(byte, Rotation::cur());
            Constraints::with_selector(meta.query_selector(pack), [after - before * Fp::from(256) - byte])
        });
        meta.create_gate("c: the sum so far of bytes times b", |meta| {
            let (before, after) = (meta.query_advice(c, Rotation::prev()), meta.query_advice(c, Rotation::cur()));
            let product = meta.query_advice(byte, Rotation::cur()) * meta.query_advice(b, Rotation::cur());
            Constraints::with_selector(meta.query_selector(score), [after - before - product])
        });
        meta.create_gate(
            "a: does this class win? b: its score; c: the winner's; d: has it been? e: classes before it",
            |meta| {
                let [wins, score, best, been, index] = general.map(|column| meta.query_advice(column, Rotation::cur()));
                let [best_before, been_before, index_before] =
                    [c, d, e].map(|column| meta.query_advice(column, Rotation::prev()));
                let constraints = [
                    wins.clone() * (one() - wins.clone()),
                    best - best_before - wins.clone() * score,
                    been.clone() - been_before - wins,
                    index - index_before - (one() - been),
                ];
                Constraints::with_selector(meta.query_selector(pick), constraints)
            },
        );
        meta.create_gate(
            "a: how far score b is below the winner's c, less 1 where the winner is yet to come (d)",
            |meta| {
                let [lead, score, best, been] = [a, b, c, d].map(|column| meta.query_advice(column, Rotation::cur()));
                Constraints::with_selector(meta.query_selector(gap), [lead - (best - score - (one() - been))])
            },
        );
        Config { byte, general, instance, table, pack, score, pick, gap, poseidon }
    }

    fn synthesize(&self, config: Config, mut layouter: impl Layouter<Fp>) -> Result<(), Error> {
        const { assert!(FEATURES <= MAX_FEATURES && CLASSES <= 256) };
        config.load_table(layouter.namespace(|| "bytes"))?;
        let features = config.features::<FEATURES>(layouter.namespace(|| "features"))?;
        let mut commitment = config.salt(layouter.namespace(|| "salt"), self.salt)?;
        let mut scores = Vec::with_capacity(CLASSES);
        for bytes in &self.bytes {
            let (packed, score) = config.score(layouter.namespace(|| "score"), bytes, &features)?;
            commitment = config.hash(layouter.namespace(|| "commitment"), [commitment, packed])?;
            scores.push(score);
        }
        let (best, been, class) = config.pick(layouter.namespace(|| "winner"), &scores, self.class)?;
        for (score, been) in scores.iter().zip(&been) {
            config.check_gap(layouter.namespace(|| "gap"), score, &best, been)?;
        }
        layouter.constrain_instance(commitment.cell(), config.instance, 0)?;
        layouter.constrain_instance(class.cell(), config.instance, FEATURES + 1)
    }
}

impl Config {
    fn load_table(&self, mut layouter: impl Layouter<Fp>) -> Result<(), Error> {
        layouter.assign_table(
            || "0 to 255",
            |mut table| {
                (0..256).try_for_each(|byte| {
                    table.assign_cell(|| "byte", self.table, byte, || Value::known(Fp::from(byte as u64)))
                })
            },
        )
    }

    /// The features, as bytes, out of the instances behind the commitment.
    fn features<const FEATURES: usize>(&self, mut layouter: impl Layouter<Fp>) -> Result<Vec<Cell>, Error> {
        layouter.assign_region(
            || "features",
            |mut region| {
                let cell =
                    |row| region.assign_advice_from_instance(|| "feature", self.instance, row + 1, self.byte, row);
                (0..FEATURES).map(cell).collect()
            },
        )
    }

    fn salt(&self, mut layouter: impl Layouter<Fp>, salt: Value<Fp>) -> Result<Cell, Error> {
        layouter.assign_region(|| "salt", |mut region| region.assign_advice(|| "salt", self.general[0], 0, || salt))
    }

    fn hash(&self, mut layouter: impl Layouter<Fp>, message: [Cell; 2]) -> Result<Cell, Error> {
        let chip = Pow5Chip::construct(self.poseidon.clone());
        let hash = Hash::<_, _, P128Pow5T3, ConstantLength<2>, 3, 2>::init(chip, layouter.namespace(|| "init"))?;
        hash.hash(layouter.namespace(|| "hash"), message)
    }

    /// The next of the bytes packed into one number; row 0 holds the 0 that they start from.
    fn pack(&self, region: &mut Region<Fp>, row: usize, before: &Cell, byte: Value<Fp>) -> Result<(Cell, Cell), Error> {
        self.pack.enable(region, row)?;
        let byte = region.assign_advice(|| "byte", self.byte, row, || byte)?;
        let packed = before.value().zip(byte.value()).map(|(before, byte)| before * Fp::from(256) + byte);
        Ok((region.assign_advice(|| "packed", self.general[0], row, || packed)?, byte))
    }

    /// A class's bytes as one number, and its score: the sum of weight bytes times features and of the bias's two bytes.
    fn score(
        &self,
        mut layouter: impl Layouter<Fp>,
        bytes: &[Value<Fp>],
        features: &[Cell],
    ) -> Result<(Cell, Cell), Error> {
        let [a, b, c, ..] = self.general;
        layouter.assign_region(
            || "score",
            |mut region| {
                let mut packed = region.assign_advice_from_constant(|| "packed", a, 0, Fp::zero())?;
                let mut score = region.assign_advice_from_constant(|| "score", c, 0, Fp::zero())?;
                let bias = [Fp::from(256), Fp::one()];
                for (row, byte) in bytes.iter().enumerate() {
                    let row = row + 1;
                    let byte_cell;
                    (packed, byte_cell) = self.pack(&mut region, row, &packed, *byte)?;
                    let factor = match features.get(row - 1) {
                        Some(feature) => feature.copy_advice(|| "feature", &mut region, b, row)?,
                        None => {
                            region.assign_advice_from_constant(|| "bias", b, row, bias[row - 1 - features.len()])?
                        }
                    };
                    self.score.enable(&mut region, row)?;
                    let product = byte_cell.value().zip(factor.value()).map(|(byte, factor)| byte * factor);
                    let sum = score.value().zip(product).map(|(score, product)| score + product);
                    score = region.assign_advice(|| "score", c, row, || sum)?;
                }
                Ok((packed, score))
            },
        )
    }

    /// The winner's score, for each class whether the winner is it or before it, and the winner's index.
    fn pick(
        &self,
        mut layouter: impl Layouter<Fp>,
        scores: &[Cell],
        class: Value<usize>,
    ) -> Result<(Cell, Vec<Cell>, Cell), Error> {
        let [a, b, c, d, e] = self.general;
        layouter.assign_region(
            || "winner",
            |mut region| {
                let mut best = region.assign_advice_from_constant(|| "best", c, 0, Fp::zero())?;
                let mut been = vec![region.assign_advice_from_constant(|| "been", d, 0, Fp::zero())?];
                let mut index = region.assign_advice_from_constant(|| "index", e, 0, Fp::zero())?;
                for (at, score) in scores.iter().enumerate() {
                    let row = at + 1;
                    self.pick.enable(&mut region, row)?;
                    region.assign_advice(|| "wins", a, row, || class.map(|class| Fp::from(u64::from(at == class))))?;
                    score.copy_advice(|| "score", &mut region, b, row)?;
                    let winner = best.value().zip(score.value()).zip(class);
                    let winner = winner.map(|((best, score), class)| if at == class { best + score } else { *best });
                    best = region.assign_advice(|| "best", c, row, || winner)?;
                    let has_been = class.map(|class| Fp::from(u64::from(at >= class)));
                    been.push(region.assign_advice(|| "been", d, row, || has_been)?);
                    let before = index.value().zip(has_been).map(|(index, been)| index + Fp::one() - been);
                    index = region.assign_advice(|| "index", e, row, || before)?;
                }
                if let Some(last) = been.last() {
                    region.constrain_constant(last.cell(), Fp::one())?;
                }
                Ok((best, been.split_off(1), index))
            },
        )
    }

    /// No score is above the winner's, and none before the winner equals it: the gap is a number of few bytes.
    fn check_gap(&self, mut layouter: impl Layouter<Fp>, score: &Cell, best: &Cell, been: &Cell) -> Result<(), Error> {
        let [a, b, c, d, _] = self.general;
        layouter.assign_region(
            || "gap",
            |mut region| {
                let gap = best.value().zip(score.value()).zip(been.value());
                let gap = gap.map(|((best, score), been)| (best - score - (Fp::one() - been)).to_repr());
                let mut packed = region.assign_advice_from_constant(|| "packed", a, 0, Fp::zero())?;
                for row in 1..=GAP_BYTES {
                    let byte = gap.map(|gap| Fp::from(u64::from(gap[GAP_BYTES - row])));
                    (packed, _) = self.pack(&mut region, row, &packed, byte)?;
                }
                self.gap.enable(&mut region, GAP_BYTES)?;
                score.copy_advice(|| "score", &mut region, b, GAP_BYTES)?;
                best.copy_advice(|| "best", &mut region, c, GAP_BYTES)?;
                been.copy_advice(|| "been", &mut region, d, GAP_BYTES)?;
                Ok(())
            },
        )
    }
}
