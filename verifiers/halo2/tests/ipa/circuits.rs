//! Circuits that use what the classifier does not: lookups of several columns, rotations far and back, many permutation
//! sets, several instance columns, and instances inside gates.

use halo2_proofs::{
    circuit::{Layouter, SimpleFloorPlanner, Value},
    pasta::Fp,
    plonk::{Advice, Circuit, Column, ConstraintSystem, Constraints, Error, Instance, Selector, TableColumn},
    poly::Rotation,
};

/// A value and its square, looked up together; the value is public.
#[derive(Clone, Debug)]
pub(crate) struct Squares(pub(crate) Vec<u64>);

/// Columns of [`Squares`].
#[derive(Clone, Debug)]
pub(crate) struct SquaresConfig {
    cells: [Column<Advice>; 2],
    public: Column<Instance>,
    table: [TableColumn; 2],
    lookup: Selector,
}

/// Roots in the table of [`Squares`].
pub(crate) const ROOTS: u64 = 20;

impl Circuit<Fp> for Squares {
    type Config = SquaresConfig;
    type FloorPlanner = SimpleFloorPlanner;

    fn without_witnesses(&self) -> Self {
        self.clone()
    }

    fn configure(meta: &mut ConstraintSystem<Fp>) -> SquaresConfig {
        let cells = [meta.advice_column(), meta.advice_column()];
        let public = meta.instance_column();
        let table = [meta.lookup_table_column(), meta.lookup_table_column()];
        let lookup = meta.complex_selector();
        meta.enable_equality(cells[0]);
        meta.enable_equality(public);
        meta.lookup(|meta| {
            let on = meta.query_selector(lookup);
            let [root, square] = cells.map(|cell| meta.query_advice(cell, Rotation::cur()));
            vec![(on.clone() * root, table[0]), (on * square, table[1])]
        });
        meta.lookup(|meta| {
            let on = meta.query_selector(lookup);
            vec![(on * meta.query_advice(cells[1], Rotation::next()), table[1])]
        });
        SquaresConfig { cells, public, table, lookup }
    }

    fn synthesize(&self, config: SquaresConfig, mut layouter: impl Layouter<Fp>) -> Result<(), Error> {
        layouter.assign_table(
            || "squares",
            |mut table| {
                (0..ROOTS).try_for_each(|root| {
                    let row = root as usize;
                    table.assign_cell(|| "root", config.table[0], row, || Value::known(Fp::from(root)))?;
                    table.assign_cell(|| "square", config.table[1], row, || Value::known(Fp::from(root * root)))
                })
            },
        )?;
        let roots = layouter.assign_region(
            || "roots",
            |mut region| {
                let mut roots = Vec::new();
                for (row, root) in self.0.iter().enumerate() {
                    config.lookup.enable(&mut region, row)?;
                    let cell = |value: u64| Value::known(Fp::from(value));
                    roots.push(region.assign_advice(|| "root", config.cells[0], row, || cell(*root))?);
                    region.assign_advice(|| "square", config.cells[1], row, || cell(root * root))?;
                }
                Ok(roots)
            },
        )?;
        (0..).zip(roots).try_for_each(|(row, root)| layouter.constrain_instance(root.cell(), config.public, row))
    }
}

/// Columns that feed each other over several rows: each cell is the one above times the neighbour's two above, plus its own
/// three above. First and last rows are public, in two instance columns; a gate reads the first directly.
#[derive(Clone, Debug)]
pub(crate) struct Braid<const COLUMNS: usize, const DEGREE: usize>(pub(crate) [u64; 3]);

/// Columns of [`Braid`].
#[derive(Clone, Debug)]
pub(crate) struct BraidConfig<const COLUMNS: usize> {
    cells: [Column<Advice>; COLUMNS],
    public: [Column<Instance>; 2],
    step: Selector,
    start: Selector,
}

/// Rows of a [`Braid`].
pub(crate) const ROWS: usize = 12;

impl<const COLUMNS: usize, const DEGREE: usize> Braid<COLUMNS, DEGREE> {
    /// All its cells, row after row.
    pub(crate) fn cells(&self) -> Vec<[Fp; COLUMNS]> {
        let start = |seed: u64| core::array::from_fn(|column| Fp::from(seed + column as u64));
        let mut rows: Vec<[Fp; COLUMNS]> = self.0.map(start).to_vec();
        while let [.., three_above, two_above, above] = rows[..] {
            if rows.len() == ROWS {
                break;
            }
            let next = |column| above[column] * two_above[(column + 1) % COLUMNS] + three_above[column];
            rows.push(core::array::from_fn(next));
        }
        rows
    }

    /// Its public values.
    pub(crate) fn instances(&self) -> Vec<Vec<Fp>> {
        let rows = self.cells();
        vec![rows[0].to_vec(), rows[ROWS - 1].to_vec()]
    }
}

impl<const COLUMNS: usize, const DEGREE: usize> Circuit<Fp> for Braid<COLUMNS, DEGREE> {
    type Config = BraidConfig<COLUMNS>;
    type FloorPlanner = SimpleFloorPlanner;

    fn without_witnesses(&self) -> Self {
        self.clone()
    }

    fn configure(meta: &mut ConstraintSystem<Fp>) -> BraidConfig<COLUMNS> {
        let cells = core::array::from_fn(|_| meta.advice_column());
        let public = [meta.instance_column(), meta.instance_column()];
        let (step, start) = (meta.selector(), meta.selector());
        cells.iter().for_each(|column| meta.enable_equality(*column));
        public.iter().for_each(|column| meta.enable_equality(*column));
        if DEGREE > 0 {
            meta.set_minimum_degree(DEGREE);
        }
        meta.create_gate("step", |meta| {
            let cell = |meta: &mut halo2_proofs::plonk::VirtualCells<Fp>, column: usize, rotation| {
                meta.query_advice(cells[column % COLUMNS], Rotation(rotation))
            };
            let gates: Vec<_> = (0..COLUMNS)
                .map(|column| {
                    let product = cell(meta, column, -1) * cell(meta, column + 1, -2);
                    cell(meta, column, 0) - product - cell(meta, column, -3)
                })
                .collect();
            Constraints::with_selector(meta.query_selector(step), gates)
        });
        meta.create_gate("start", |meta| {
            let cell = meta.query_advice(cells[0], Rotation::cur());
            let [public, next] = [0, 1].map(|rotation| meta.query_instance(public[0], Rotation(rotation)));
            let one = halo2_proofs::plonk::Expression::Constant(Fp::one());
            Constraints::with_selector(meta.query_selector(start), [cell - public.clone(), next - public - one])
        });
        BraidConfig { cells, public, step, start }
    }

    fn synthesize(&self, config: BraidConfig<COLUMNS>, mut layouter: impl Layouter<Fp>) -> Result<(), Error> {
        let (first, last) = layouter.assign_region(
            || "braid",
            |mut region| {
                config.start.enable(&mut region, 0)?;
                let mut rows = Vec::new();
                for (row, values) in self.cells().into_iter().enumerate() {
                    if row >= 3 {
                        config.step.enable(&mut region, row)?;
                    }
                    let cell = |(column, value)| region.assign_advice(|| "cell", column, row, || Value::known(value));
                    rows.push(config.cells.into_iter().zip(values).map(cell).collect::<Result<Vec<_>, _>>()?);
                }
                Ok((rows.remove(0), rows.remove(ROWS - 2)))
            },
        )?;
        for (cells, public) in [first, last].into_iter().zip(config.public) {
            (0..).zip(cells).try_for_each(|(row, cell)| layouter.constrain_instance(cell.cell(), public, row))?;
        }
        Ok(())
    }
}
