//! Writes the first inputs of a target into a folder: `seeds <target> <folder>`.
use std::{env, fs, path::Path};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(target), Some(folder)) = (arguments.next(), arguments.next()) else {
        return Err("usage: seeds <target> <folder>".into());
    };
    fs::create_dir_all(&folder)?;
    for (number, seed) in assay_tee_fuzz::seeds(&target).iter().enumerate() {
        fs::write(Path::new(&folder).join(format!("seed-{number}")), seed)?;
    }
    Ok(())
}
