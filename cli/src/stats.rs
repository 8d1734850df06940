//! The table by day and tier: how inferences are spread over the tiers of assurance.

use crate::{args::TierName, session::Session};
use anyhow::Result;
use assay_client::At;
use assay_primitives::{views::DayRow, AssetId, Balance, Tier};
use codec::Encode;
use serde_json::{json, Value};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// Milliseconds of a day.
const DAY: u64 = 86_400_000;

/// How an asset's amounts are written.
#[derive(Clone, Debug, Default)]
struct Unit {
    symbol: String,
    decimals: u8,
}

impl Unit {
    async fn read(at: &At, asset: AssetId) -> Result<Self> {
        // pallet-assets' metadata: deposit, name, symbol, decimals, frozen.
        let metadata: Option<(Balance, Vec<u8>, Vec<u8>, u8, bool)> =
            at.storage("Assets", "Metadata", vec![asset.encode()]).await?;
        Ok(metadata.map_or_else(
            || Self { symbol: format!("of asset {asset}"), decimals: 0 },
            |(_, _, symbol, decimals, _)| Self { symbol: String::from_utf8_lossy(&symbol).into_owned(), decimals },
        ))
    }

    fn write(&self, amount: Balance) -> String {
        let one = 10u128.saturating_pow(self.decimals.into());
        let (whole, part, width) = (amount / one, amount % one, usize::from(self.decimals));
        match self.decimals {
            0 => format!("{whole} {}", self.symbol),
            _ => format!("{whole}.{part:0width$} {}", self.symbol),
        }
    }
}

/// Some days' rows.
pub(crate) struct Stats {
    rows: Vec<DayRow>,
    units: BTreeMap<AssetId, Unit>,
}

impl Stats {
    /// The last days up to the best block's.
    pub(crate) async fn read(session: &Session, days: u32) -> Result<Self> {
        let at = session.best().await?;
        let today = u32::try_from(at.time().await? / DAY)?;
        let rows = at.daily((today + 1).saturating_sub(days), days).await?;
        let mut units = BTreeMap::new();
        for asset in rows.iter().map(|row| row.asset).collect::<BTreeSet<_>>() {
            units.insert(asset, Unit::read(&at, asset).await?);
        }
        Ok(Self { rows, units })
    }

    /// The rows as they are.
    pub(crate) fn json(&self) -> Value {
        let rows = self.rows.iter().map(|row| {
            json!({
                "day": date(row.day),
                "tier": TierName(row.tier).to_string(),
                "asset": row.asset,
                "inferences": row.inferences,
                "captured": row.captured.to_string(),
                "selfInferences": row.self_inferences,
                "selfCaptured": row.self_captured.to_string(),
            })
        });
        Value::Array(rows.collect())
    }

    /// One row for each tier and asset: the sum over all days.
    fn totals(&self) -> Vec<DayRow> {
        let mut totals: BTreeMap<(Tier, AssetId), DayRow> = BTreeMap::new();
        for row in &self.rows {
            let empty = DayRow { inferences: 0, captured: 0, self_inferences: 0, self_captured: 0, ..row.clone() };
            let total = totals.entry((row.tier, row.asset)).or_insert(empty);
            total.inferences += row.inferences;
            total.captured += row.captured;
            total.self_inferences += row.self_inferences;
            total.self_captured += row.self_captured;
        }
        totals.into_values().collect()
    }

    fn line(&self, f: &mut fmt::Formatter, label: &str, row: &DayRow, of: u64) -> fmt::Result {
        let unit = &self.units[&row.asset];
        let share = if of == 0 { 0.0 } else { 100.0 * row.inferences as f64 / of as f64 };
        let (tier, inferences, captured) = (TierName(row.tier), row.inferences, unit.write(row.captured));
        write!(f, "{label:10}  {tier:8}  {inferences:>10}  {share:>5.1} %  {captured:>22}")?;
        match row.self_inferences {
            0 => writeln!(f),
            selves => writeln!(f, "  {selves:>6} for {}", unit.write(row.self_captured)),
        }
    }
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if self.rows.is_empty() {
            return writeln!(f, "no inferences");
        }
        writeln!(f, "day         tier      inferences    share                captured  self-paid, not counted")?;
        for row in &self.rows {
            let of = self.rows.iter().filter(|other| other.day == row.day).map(|other| other.inferences).sum();
            self.line(f, &date(row.day), row, of)?;
        }
        let of = self.rows.iter().map(|row| row.inferences).sum();
        self.totals().iter().try_for_each(|total| self.line(f, "total", total, of))
    }
}

/// A day since 1970-01-01 as a date of the Gregorian calendar.
fn date(day: u32) -> String {
    // Years of 400-year eras that begin in March, so that leap days come last.
    let shifted = u64::from(day) + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_dates() {
        for (day, expected) in [
            (0, "1970-01-01"),
            (58, "1970-02-28"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (20_778, "2026-11-21"),
        ] {
            assert_eq!(date(day), expected);
        }
    }

    #[test]
    fn amounts_are_written_in_whole_units() {
        let unit = Unit { symbol: "TUSD".into(), decimals: 6 };
        assert_eq!(unit.write(1_002_030), "1.002030 TUSD");
        assert_eq!(Unit { symbol: "X".into(), decimals: 0 }.write(7), "7 X");
    }

    #[test]
    fn the_table_sums_by_tier() {
        let row = |day, tier, inferences, captured, self_inferences, self_captured| DayRow {
            day,
            tier,
            asset: 1,
            inferences,
            captured,
            self_inferences,
            self_captured,
        };
        let stats = Stats {
            rows: vec![
                row(20_777, Tier::Signed, 3, 3_000, 0, 0),
                row(20_778, Tier::Signed, 3, 3_000, 1, 500),
                row(20_778, Tier::Proven, 1, 9_000, 0, 0),
            ],
            units: BTreeMap::from([(1, Unit { symbol: "TUSD".into(), decimals: 6 })]),
        };
        assert_eq!(
            stats.to_string(),
            "\
day         tier      inferences    share                captured  self-paid, not counted
2026-11-20  signed             3  100.0 %           0.003000 TUSD
2026-11-21  signed             3   75.0 %           0.003000 TUSD       1 for 0.000500 TUSD
2026-11-21  proven             1   25.0 %           0.009000 TUSD
total       signed             6   85.7 %           0.006000 TUSD       1 for 0.000500 TUSD
total       proven             1   14.3 %           0.009000 TUSD
"
        );
    }
}
