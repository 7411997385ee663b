//! `replay`: an event log through the same pipeline that the service runs, without Kafka.
//!
//! Alerts go to stdout or a file as JSON lines, the summary and everything about single lines to stderr. What a record
//! comes to is decided in `pipeline`; how logs are read, paced and compared stands in [`crate::replay`].

mod kafka_side;
mod outputs;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;

use super::exit::{ExitCode, Failure, OrExit as _};
use super::summary::Summary;
use super::{RuleArgs, connection, palette, terminal};
use crate::pipeline::{Options, Pipeline};
use crate::replay::log::Logs;
use crate::replay::pace::{Pace, Speed, read_time};
use crate::replay::{Entry, Log, Records, Stages, golden, replay};
use outputs::Outputs;

/// Arguments of `replay`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A log has one record a line: a document as it is, or a record as kcat -J prints it (topic, partition, offset, ts, key,
headers, payload). Plain, gzip or zstd, told apart by their first bytes; - is stdin.

Examples:
  sanctions-stream replay events.jsonl.zst > alerts.jsonl
  sanctions-stream replay events.jsonl.zst --alerts alerts.jsonl --stories stories.jsonl
  kcat -b broker -C -t news.articles -e -J | sanctions-stream replay - --envelope
  sanctions-stream replay events.jsonl --expect golden.jsonl --ignore engine
  sanctions-stream replay events.jsonl --speed 60x --to-kafka
  sanctions-stream replay --topic news.articles --from 2025-12-13 --to 2025-12-14")]
pub struct Args {
    /// Event logs, read one after the other; - is stdin
    #[arg(value_name = "LOG", required_unless_present = "topic")]
    logs: Vec<PathBuf>,

    /// Write the alerts to this file instead of stdout
    #[arg(long, value_name = "FILE")]
    alerts: Option<PathBuf>,

    /// Write the stories to this file at the end: one line an event, with all its reports
    #[arg(long, value_name = "FILE")]
    stories: Option<PathBuf>,

    /// Write dead letters to this file, one envelope a line; else they are only counted and told
    #[arg(long, value_name = "FILE")]
    dead_letters: Option<PathBuf>,

    /// Write alerts as envelopes, with topic, key and headers, instead of their bare values
    #[arg(long)]
    envelope: bool,

    /// Compare the alerts with this file; differences go to stdout, exit code 1
    #[arg(long, value_name = "GOLDEN")]
    expect: Option<PathBuf>,

    /// With --expect: show at most this many differences
    #[arg(long, value_name = "N", default_value_t = 20, requires = "expect")]
    max_differences: usize,

    /// With --expect: leave out this field and all below it, e.g. engine; may be given several times
    #[arg(long, value_name = "PATH", requires = "expect")]
    ignore: Vec<String>,

    /// max, realtime, or a factor such as 60x, by the records' publication times
    #[arg(long, default_value = "max", value_parser = str::parse::<Speed>)]
    speed: Speed,

    /// Stop after this many records
    #[arg(long, value_name = "N")]
    limit: Option<u64>,

    /// Emit proposed, threatened and rejected mentions too, as signals
    #[arg(long)]
    signals: bool,

    #[command(flatten)]
    rules: RuleArgs,

    /// Publish the log to Kafka instead of classifying it here
    #[arg(long, conflicts_with_all = ["alerts", "stories", "dead_letters", "expect", "envelope", "signals"])]
    to_kafka: bool,

    /// Read this topic instead of logs; with --to-kafka, the topic for lines that name none [default there: news.articles]
    #[arg(long, value_name = "TOPIC")]
    topic: Option<String>,

    /// With --topic: from this time on (RFC 3339, or a date as UTC)
    #[arg(long, value_name = "TIME", requires = "topic", value_parser = time)]
    from: Option<jiff::Timestamp>,

    /// With --topic: up to this time
    #[arg(long, value_name = "TIME", requires = "topic", value_parser = time)]
    to: Option<jiff::Timestamp>,

    #[command(flatten)]
    connection: connection::Args,
}

fn time(text: &str) -> Result<jiff::Timestamp, String> {
    read_time(text)
        .ok_or_else(|| "expected a time such as 2025-12-13T10:00:00Z or a date such as 2025-12-13".to_owned())
}

/// Replays.
pub fn execute(args: Args) -> anyhow::Result<ExitCode> {
    if args.to_kafka {
        return kafka_side::publish(&args);
    }
    if args.topic.is_some() && !args.logs.is_empty() {
        let said = "give either logs or --topic to read from; --topic names a target only together with --to-kafka";
        return Err(Failure::message(ExitCode::Usage, said).into());
    }
    let golden = args.expect.as_deref().map(read_golden).transpose()?;
    let options = Options { signals: args.signals, ..Options::default() };
    let mut stages = Stages::new(Pipeline::new(Arc::new(args.rules.load()?), options));
    let (mut source, size) = source(&args)?;
    let mut outputs = Outputs::open(&args, golden.is_some())?;

    let bar = progress(size, outputs.draws_on_terminal());
    let mut pace = Pace::new(args.speed);
    let mut summary = Summary::default();
    let started = Instant::now();
    let mut before = |entry: &Entry| {
        std::thread::sleep(pace.before(entry));
        Ok(())
    };
    let mut each = |entry: &Entry, processed: crate::pipeline::Processed| {
        summary.add(&processed.tally);
        if summary.records.is_multiple_of(64) {
            bar.set_position(entry.bytes_read);
        }
        outputs.write(entry, processed, &bar)
    };
    let done = replay(source.as_mut(), &mut stages, args.limit, &mut before, &mut each).or_exit(ExitCode::Usage);
    bar.finish_and_clear();
    // What was found before a fault stays found: the lines go out, then the fault is told.
    let flushed = outputs.close();
    done?;
    flushed?;

    let code = match golden {
        Some(golden) => compare(&args, &golden, outputs.collected())?,
        None => ExitCode::Ok,
    };
    let mut table = Vec::new();
    summary.write(&mut table, Some(started.elapsed()))?;
    terminal::notice(String::from_utf8_lossy(&table).trim_end());
    Ok(code)
}

/// What to read, and how many bytes it has where that is known.
fn source(args: &Args) -> anyhow::Result<(Box<dyn Records>, Option<u64>)> {
    if args.topic.is_some() {
        return Ok((kafka_side::range(args)?, None));
    }
    // All logs are looked at before the first is read: a typing mistake in the third shall not cost an hour.
    let mut size = Some(0);
    for path in &args.logs {
        if path.as_os_str() == "-" {
            size = None;
            continue;
        }
        let length = Log::open(path).or_exit(ExitCode::Usage)?.length();
        size = size.zip(length).map(|(sum, length)| sum + length);
    }
    Ok((Box::new(Logs::new(args.logs.clone())), size))
}

/// A bar on stderr. indicatif hides it by itself where stderr is no terminal.
fn progress(size: Option<u64>, lines_on_terminal: bool) -> ProgressBar {
    // Alerts scrolling through the same terminal are progress enough, and the bar would tear them.
    let (Some(size), false) = (size, lines_on_terminal) else { return ProgressBar::hidden() };
    let style = ProgressStyle::with_template("{bar:32} {percent}% {bytes} of {total_bytes}, {eta} left");
    ProgressBar::new(size).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn read_golden(path: &Path) -> anyhow::Result<Vec<Value>> {
    let mut log = Log::open(path).context("--expect").or_exit(ExitCode::Usage)?;
    let mut lines = Vec::new();
    while let Some((number, line)) = log.line().or_exit(ExitCode::Usage)? {
        let value = serde_json::from_slice(line)
            .with_context(|| format!("--expect: {} line {number} is not JSON", path.display()))
            .or_exit(ExitCode::Usage)?;
        lines.push(outputs::unpacked(value));
    }
    Ok(lines)
}

fn compare(args: &Args, golden: &[Value], actual: &[Value]) -> anyhow::Result<ExitCode> {
    // An envelope in the golden file is compared as such only where this run makes envelopes too.
    let golden: Vec<Value> =
        if args.envelope { golden.to_vec() } else { golden.iter().map(|line| golden::inner(line).clone()).collect() };
    let differences = golden::compare(&golden, actual, &args.ignore);
    let mut out = terminal::plain();
    for difference in differences.iter().take(args.max_differences) {
        writeln!(out, "{difference}")?;
    }
    if differences.len() > args.max_differences {
        writeln!(out, "... and {} more; --max-differences shows them", differences.len() - args.max_differences)?;
    }
    out.flush()?;
    let (expected, got) = (golden.len(), actual.len());
    if differences.is_empty() {
        terminal::notice(&format!("as expected: {}", palette::plural(expected, "alert")));
        return Ok(ExitCode::Ok);
    }
    let count = palette::plural(differences.len(), "difference");
    let expected = palette::plural(expected, "alert");
    terminal::notice(&format!("not as expected: {count} ({expected} expected, {got} came out)"));
    Ok(ExitCode::Findings)
}
