//! `demo`: the whole thing in one process: a mock Kafka, the real workers, the log that ships with the program.
//!
//! It shows; it does not prove. librdkafka's mock cluster keeps nothing and does not implement transactions.

pub mod workers;

use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::Value;

use super::alert_view::AlertView;
use super::exit::ExitCode;
use super::palette::{DIM, STRONG};
use super::terminal::Format;
use super::{RuleArgs, terminal};
use crate::replay::pace::Speed;
use crate::replay::{Entry, Log, Records};
use workers::{Event, Job, Totals, run_workers};

/// The log that ships with the program.
const EVENTS: &str = include_str!("../../demo/events.jsonl");

const INTRO: &str = "\
A mock Kafka cluster in this process, the real workers on it, and an event log that ships with the program.";

const HONESTY: &str = "\
The mock cluster is librdkafka's own: it is no durable broker, it does not implement transactions, and what you saw
proves nothing about exactly-once. The tests against a real Apache Kafka do; the README says how to run them.";

/// Arguments of `demo`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sanctions-stream demo
  sanctions-stream demo --speed 3600x            an hour of news in a second
  sanctions-stream demo --format json | jq .type")]
pub struct Args {
    /// human or json [default: human on a terminal, else json]
    #[arg(long)]
    format: Option<Format>,

    /// max, realtime, or a factor such as 60x, by the articles' publication times
    #[arg(long, default_value = "max", value_parser = str::parse::<Speed>)]
    speed: Speed,

    #[command(flatten)]
    rules: RuleArgs,
}

/// Runs the demo; exit code 1 when not every published record was consumed.
pub fn execute(args: Args) -> anyhow::Result<ExitCode> {
    let job = Job { log: embedded()?, rules: Arc::new(args.rules.load()?), speed: args.speed };
    let started = Instant::now();
    match Format::or_by_terminal(args.format) {
        Format::Json => {
            let mut out = terminal::plain();
            let totals = run_workers(job, &mut |event| {
                match event {
                    Event::Alert { value, .. } => out.write_all(&value).and_then(|()| out.write_all(b"\n"))?,
                    Event::Idle => out.flush()?,
                }
                Ok(())
            })?;
            out.flush()?;
            // Stdout is the alerts' alone; the summary goes where notices go.
            let mut told = Vec::new();
            closing(&mut told, &totals, started.elapsed())?;
            let told = anstream::adapter::strip_bytes(&told).into_vec();
            terminal::notice(String::from_utf8_lossy(&told).trim_end());
            Ok(verdict(&totals))
        }
        Format::Human => {
            let mut out = terminal::styled();
            writeln!(out, "{DIM}{INTRO}{DIM:#}\n")?;
            out.flush()?;
            let mut drawing = Drawing { view: AlertView::new(terminal::width()), waiting: Vec::new() };
            let totals = run_workers(job, &mut |event| drawing.take(&mut out, event))?;
            drawing.draw(&mut out)?;
            closing(&mut out, &totals, started.elapsed())?;
            out.flush()?;
            Ok(verdict(&totals))
        }
    }
}

fn embedded() -> anyhow::Result<Vec<Entry>> {
    let mut log = Log::from_reader("the embedded log", EVENTS.as_bytes(), None)?;
    let mut entries = Vec::new();
    let mut entry = Entry::default();
    while log.read(&mut entry)? {
        entries.push(std::mem::take(&mut entry));
    }
    Ok(entries)
}

/// Alerts that have come and are not drawn yet: those of one document come together, and the first may name the second.
struct Drawing {
    view: AlertView,
    waiting: Vec<Value>,
}

impl Drawing {
    fn take(&mut self, out: &mut dyn Write, event: Event) -> anyhow::Result<()> {
        match event {
            Event::Alert { topic, value } => {
                let alert =
                    serde_json::from_slice(&value).with_context(|| format!("a record of {topic} is not JSON"))?;
                self.view.learn(&alert);
                self.waiting.push(alert);
                Ok(())
            }
            Event::Idle => self.draw(out),
        }
    }

    fn draw(&mut self, out: &mut dyn Write) -> anyhow::Result<()> {
        for alert in self.waiting.drain(..) {
            self.view.write(out, &alert)?;
        }
        Ok(out.flush()?)
    }
}

fn closing(out: &mut dyn Write, totals: &Totals, elapsed: Duration) -> std::io::Result<()> {
    writeln!(out, "{STRONG}Summary{STRONG:#}")?;
    totals.summary.write(out, Some(elapsed))?;
    let (published, consumed) = (totals.published, totals.summary.records);
    if published != consumed {
        writeln!(out, "\n{STRONG}Fell short:{STRONG:#} {published} records published, {consumed} consumed.")?;
    }
    writeln!(out, "\n{HONESTY}")
}

fn verdict(totals: &Totals) -> ExitCode {
    if totals.published > 0 && totals.published == totals.summary.records { ExitCode::Ok } else { ExitCode::Findings }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::summary::Summary;

    #[test]
    fn the_embedded_log_reads_and_falling_short_is_told() {
        assert!(embedded().unwrap().len() >= 3);
        let totals = Totals { published: 3, summary: Summary { records: 2, ..Summary::default() } };
        let mut out = Vec::new();
        closing(&mut out, &totals, Duration::from_secs(1)).unwrap();
        assert!(String::from_utf8(out).unwrap().contains("3 records published, 2 consumed."));
        assert_eq!(verdict(&totals), ExitCode::Findings);
        assert_eq!(verdict(&Totals { published: 2, ..totals }), ExitCode::Ok);
    }
}
