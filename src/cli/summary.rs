//! The count at the end of a replay or a demo: what came in, what went out, and what was held back and why.
//!
//! It adds up tallies; it does not measure time and does not judge.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use super::palette::{self, grouped};
use crate::pipeline::Tally;

/// Tallies added up. Maps are ordered, so that two runs print the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Records read.
    pub records: u64,
    /// Records in which nothing of interest stands.
    pub quiet: u64,
    /// Documents withheld by their publisher.
    pub withheld: u64,
    /// Documents canceled by their publisher.
    pub canceled: u64,
    /// Reports of events: mentions that went to the story stage.
    pub mentions: u64,
    /// Alerts by type and by what they did to their story.
    pub alerts: BTreeMap<(String, String), u64>,
    /// What was suppressed, by reason.
    pub suppressed: BTreeMap<String, u64>,
    /// Dead letters by reason.
    pub dead_letters: BTreeMap<String, u64>,
}

impl Summary {
    /// Adds what one record came to.
    pub fn add(&mut self, tally: &Tally) {
        self.records += 1;
        self.quiet += u64::from(tally.quiet);
        self.withheld += u64::from(tally.withheld);
        self.canceled += u64::from(tally.canceled);
        self.mentions += tally.mentions.len() as u64;
        for alerted in &tally.alerts {
            *self.alerts.entry((alerted.event.clone(), alerted.action.to_owned())).or_default() += 1;
        }
        for reason in &tally.suppressed {
            *self.suppressed.entry((*reason).to_owned()).or_default() += 1;
        }
        if let Some(reason) = tally.rejected {
            *self.dead_letters.entry(reason.to_owned()).or_default() += 1;
        }
    }

    /// The number of alerts of every type and action.
    #[must_use]
    pub fn alerts_in_all(&self) -> u64 {
        self.alerts.values().sum()
    }

    /// Writes the table. With `elapsed`, the rate too.
    pub fn write(&self, out: &mut dyn Write, elapsed: Option<Duration>) -> io::Result<()> {
        let row = |out: &mut dyn Write, name: &str, count: u64| writeln!(out, "  {name:<34} {:>10}", grouped(count));
        let group = |out: &mut dyn Write, name: &str, parts: &mut dyn Iterator<Item = (String, u64)>| {
            let parts: Vec<_> = parts.collect();
            row(out, name, parts.iter().map(|(_, count)| count).sum())?;
            parts.iter().try_for_each(|(part, count)| row(out, &format!("  {part}"), *count))
        };
        row(out, "records in", self.records)?;
        row(out, "quiet", self.quiet)?;
        if self.withheld + self.canceled > 0 {
            row(out, "withheld by their publisher", self.withheld)?;
            row(out, "canceled by their publisher", self.canceled)?;
        }
        row(out, "reports of events", self.mentions)?;
        let alerts = self.alerts.iter();
        group(
            out,
            "alerts",
            &mut alerts.map(|((event, action), count)| {
                (format!("{} {}, {action}", palette::sign(event), palette::words(event)), *count)
            }),
        )?;
        group(out, "suppressed", &mut self.suppressed.iter().map(|(reason, count)| (reason.clone(), *count)))?;
        group(out, "dead letters", &mut self.dead_letters.iter().map(|(reason, count)| (reason.clone(), *count)))?;
        if let Some(elapsed) = elapsed {
            #[expect(clippy::cast_precision_loss, reason = "a rate for people; counts stay far below 2^52")]
            let rate = self.records as f64 / elapsed.as_secs_f64().max(1e-9);
            writeln!(out, "  in {:.2} s, {rate:.0} records/s", elapsed.as_secs_f64())?;
        }
        Ok(())
    }
}
