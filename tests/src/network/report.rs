//! What was seen, as tables in Markdown.

use super::faults::Fault;
use crate::binary;
use anyhow::Context;
use std::{
    collections::BTreeMap,
    fmt::Write,
    path::{Path, PathBuf},
    time::Duration,
};

/// One fault and what came of it.
#[derive(Clone, Debug)]
pub struct Row {
    /// What it was.
    pub fault: Fault,
    /// Time from its end until the network had recovered.
    pub recovery: Duration,
    /// Honest payments meanwhile.
    pub payments: usize,
    /// The longest that one of them took until it was in a block.
    pub slowest: Duration,
    /// How many of them were lost.
    pub lost: usize,
    /// Slots from the audit before to the audit after it.
    pub slots: u64,
    /// Those without a finalized block.
    pub skipped: u64,
    /// What else there is to say.
    pub note: String,
}

/// A report that is written anew with every row.
pub struct Report {
    file: PathBuf,
    /// How it came about.
    origin: String,
    rows: Vec<Row>,
    /// How it ended.
    end: Option<String>,
}

impl Report {
    /// A report in the build folder's `soak`.
    pub fn new(file: &str, origin: String) -> anyhow::Result<Self> {
        let binary = binary("assay-node");
        let target = binary.ancestors().nth(2).context("a program lies in a profile's folder")?;
        let folder = target.join("soak");
        std::fs::create_dir_all(&folder)?;
        Ok(Self { file: folder.join(file), origin, rows: Vec::new(), end: None })
    }

    /// Adds a row, prints it, and writes the file.
    pub fn add(&mut self, row: Row) -> anyhow::Result<()> {
        let Row { fault, recovery, payments, slowest, lost, slots, skipped, note } = &row;
        println!(
            "{fault}: recovered after {:.1} s; {payments} payments, {lost} lost, the slowest in a block after {:.1} s; \
             {skipped} of {slots} slots skipped. {note}",
            recovery.as_secs_f64(),
            slowest.as_secs_f64()
        );
        self.rows.push(row);
        self.write()
    }

    /// Says how all ended, and writes the file. Returns where it is.
    pub fn end(&mut self, end: String) -> anyhow::Result<&Path> {
        self.end = Some(end);
        self.write()?;
        Ok(&self.file)
    }

    fn write(&self) -> anyhow::Result<()> {
        std::fs::write(&self.file, self.markdown()?).with_context(|| self.file.display().to_string())
    }

    fn markdown(&self) -> anyhow::Result<String> {
        let mut text = String::new();
        let cores = std::thread::available_parallelism()?;
        writeln!(text, "# Faults\n\n{}; {cores} cores.\n", self.origin)?;
        writeln!(text, "{}\n", self.end.as_deref().unwrap_or("It has not ended."))?;

        writeln!(text, "| fault | times | lost | recovery, median s | recovery, longest s | slots skipped |")?;
        writeln!(text, "|---|---|---|---|---|---|")?;
        let mut kinds = BTreeMap::<&str, Vec<&Row>>::new();
        for row in &self.rows {
            kinds.entry(row.fault.kind()).or_default().push(row);
        }
        for (kind, rows) in kinds {
            let mut recoveries: Vec<f64> = rows.iter().map(|row| row.recovery.as_secs_f64()).collect();
            recoveries.sort_by(f64::total_cmp);
            let median = recoveries.get(recoveries.len() / 2).copied().unwrap_or_default();
            let longest = recoveries.last().copied().unwrap_or_default();
            let lost: usize = rows.iter().map(|row| row.lost).sum();
            let slots: u64 = rows.iter().map(|row| row.slots).sum();
            let skipped: u64 = rows.iter().map(|row| row.skipped).sum();
            writeln!(text, "| {kind} | {} | {lost} | {median:.1} | {longest:.1} | {skipped} of {slots} |", rows.len())?;
        }

        writeln!(text, "\n| fault | recovery, s | payments | slowest, s | lost | slots | skipped | |")?;
        writeln!(text, "|---|---|---|---|---|---|---|---|")?;
        for Row { fault, recovery, payments, slowest, lost, slots, skipped, note } in &self.rows {
            let [recovery, slowest] = [recovery, slowest].map(Duration::as_secs_f64);
            writeln!(
                text,
                "| {fault} | {recovery:.1} | {payments} | {slowest:.1} | {lost} | {slots} | {skipped} | {note} |"
            )?;
        }
        Ok(text)
    }
}
