//! Proves one inference of the sample model and writes what a chain needs: `key.txt`, `instances.txt`, `proof.bin`.

use anyhow::{ensure, Context, Result};
use assay_classifier::{Keys, Model};
use halo2_proofs::pasta::{
    group::ff::{Field, PrimeField},
    Fp,
};
use rand::{rand_core::UnwrapErr, rngs::SysRng};
use std::{fs, path::PathBuf, time::Instant};

/// Rows of the circuit: 2^9 holds 16 features and 3 classes.
const K: u32 = 9;

/// Three patterns on a grid of 4 by 4: a horizontal bar, a vertical bar, a frame.
const WEIGHTS: [[i8; 16]; 3] = [
    [-20, -20, -20, -20, 40, 40, 40, 40, 40, 40, 40, 40, -20, -20, -20, -20],
    [-20, 40, 40, -20, -20, 40, 40, -20, -20, 40, 40, -20, -20, 40, 40, -20],
    [30, 30, 30, 30, 30, -60, -60, 30, 30, -60, -60, 30, 30, 30, 30, 30],
];

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().context("usage: assay-classifier FOLDER [16 pixels from 0 to 255]")?);
    let pixels = arguments.map(|pixel| pixel.parse::<u8>()).collect::<Result<Vec<_>, _>>()?;
    let features = if pixels.is_empty() {
        [0, 200, 210, 5, 10, 220, 205, 0, 0, 190, 230, 8, 3, 215, 200, 0]
    } else {
        ensure!(pixels.len() == 16, "16 pixels are needed, {} are given", pixels.len());
        core::array::from_fn(|pixel| pixels[pixel])
    };
    let model = Model { weights: WEIGHTS, bias: [0, 0, -500], salt: Fp::random(&mut UnwrapErr(SysRng)) };

    let start = Instant::now();
    let keys = Keys::<16, 3>::new(K)?;
    println!("keys for 2^{K} rows: {:.1?}", start.elapsed());
    let start = Instant::now();
    let proved = keys.prove(&model, &features)?;
    println!("class {}, proven in {:.1?}, proof of {} bytes", proved.class, start.elapsed(), proved.proof.len());
    let start = Instant::now();
    keys.verify(&proved.instances, &proved.proof)?;
    println!("verified by halo2_proofs in {:.1?}", start.elapsed());

    fs::create_dir_all(&folder)?;
    fs::write(folder.join("key.txt"), format!("{:?}", keys.verifying().pinned()))?;
    let big_endian = |instance: &Fp| hex::encode(instance.to_repr().iter().rev().copied().collect::<Vec<_>>());
    fs::write(folder.join("instances.txt"), proved.instances.iter().map(big_endian).collect::<Vec<_>>().join("\n"))?;
    fs::write(folder.join("proof.bin"), &proved.proof)?;
    Ok(())
}
