//! `rules coverage`: which rules and cues fire on a log, how often and to what end, and which never do.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};

use super::super::RuleArgs;
use super::super::exit::{ExitCode, OrExit as _};
use super::super::palette::{DIM, PLAIN, STRONG, grouped, plural};
use super::super::terminal::{self, Format};
use super::super::wrap::{Run, paragraph};
use crate::evaluation::Coverage;
use crate::evaluation::coverage::{CueUse, RuleUse};
use crate::pipeline::{Options, Outcome, Pipeline, Scratch};
use crate::replay::log::Logs;
use crate::replay::{Entry, Records};

/// Arguments of `rules coverage`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sanctions-stream rules coverage events.jsonl.zst
  sanctions-stream rules coverage events.jsonl --rules my-rules --format json | jq -r 'select(.fired | not).id'")]
pub struct Args {
    /// Event logs, as `replay` reads them; - is stdin
    #[arg(value_name = "LOG", required = true)]
    logs: Vec<PathBuf>,

    /// human or json [default: human on a terminal, else json]
    #[arg(long)]
    format: Option<Format>,

    #[command(flatten)]
    rules: RuleArgs,
}

/// Counts.
pub fn execute(args: &Args) -> anyhow::Result<ExitCode> {
    let rules = Arc::new(args.rules.load()?);
    let pipeline = Pipeline::new(Arc::clone(&rules), Options::default());
    let mut coverage = Coverage::new(&rules);
    let mut logs = Logs::new(args.logs.clone());
    let (mut entry, mut scratch) = (Entry::default(), Scratch::default());
    let (mut quiet, mut rejected) = (0, 0);
    while logs.read(&mut entry).or_exit(ExitCode::Usage)? {
        entry.with_record(|record| match pipeline.classify(record, &mut scratch) {
            Outcome::Classified(_, found) => coverage.add(&found),
            Outcome::Quiet(_) => quiet += 1,
            Outcome::Rejected(_) => rejected += 1,
        });
    }
    match Format::or_by_terminal(args.format) {
        Format::Json => {
            let mut out = terminal::plain();
            coverage.rules.iter().try_for_each(|rule| writeln!(out, "{}", rule_json(rule)))?;
            coverage.cues.iter().try_for_each(|cue| writeln!(out, "{}", cue_json(cue)))?;
            out.flush()?;
        }
        Format::Human => {
            let mut out = terminal::styled();
            draw(&mut out, &coverage, terminal::width())?;
            out.flush()?;
        }
    }
    let read = plural(usize::try_from(coverage.documents).unwrap_or(usize::MAX), "document");
    terminal::notice(&format!("{read} read, {} quiet, {} no document", grouped(quiet), grouped(rejected)));
    Ok(ExitCode::Ok)
}

/// Those that fired, most alerts first, then the names of those that did not.
fn draw(out: &mut dyn Write, coverage: &Coverage, width: usize) -> io::Result<()> {
    let column = coverage.rules.iter().map(|rule| rule.id.len()).chain(coverage.cues.iter().map(|cue| cue.id.len()));
    let column = column.max().unwrap_or(0);

    let mut rules: Vec<&RuleUse> = coverage.rules.iter().filter(|rule| rule.fired()).collect();
    rules.sort_by_key(|rule| std::cmp::Reverse((rule.alerts_in_all(), rule.suppressed_in_all(), rule.support)));
    writeln!(out, "{STRONG}{:column$}  alerts  support  no alert{STRONG:#}", "rules")?;
    for rule in rules {
        let (alerts, silent) = (grouped(rule.alerts_in_all()), grouped(rule.suppressed_in_all()));
        write!(out, "{:column$}  {alerts:>6}  {:>7}  {silent:>8}", rule.id, grouped(rule.support))?;
        reasons(out, rule.suppressed.iter().map(|(reason, count)| (*reason, *count)))?;
    }
    idle(out, &coverage.idle_rules().collect::<Vec<_>>(), "rule", width)?;

    let mut cues: Vec<&CueUse> = coverage.cues.iter().filter(|cue| cue.fired()).collect();
    cues.sort_by_key(|cue| std::cmp::Reverse((cue.suppressed_in_all(), cue.alerts, cue.links)));
    writeln!(out, "\n{STRONG}{:column$}  alerts    links  no alert{STRONG:#}", "cues")?;
    for cue in cues {
        let (alerts, links, silent) = (grouped(cue.alerts), grouped(cue.links), grouped(cue.suppressed_in_all()));
        write!(out, "{:column$}  {alerts:>6}  {links:>7}  {silent:>8}", cue.id)?;
        reasons(out, cue.suppressed.iter().map(|(event, count)| (event.as_str(), *count)))?;
    }
    idle(out, &coverage.idle_cues().collect::<Vec<_>>(), "cue", width)
}

/// What the "no alert" column is made of, the most frequent first.
fn reasons<'a>(out: &mut dyn Write, parts: impl Iterator<Item = (&'a str, u64)>) -> io::Result<()> {
    let mut parts: Vec<(&str, u64)> = parts.collect();
    parts.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    let parts: Vec<String> = parts.iter().map(|(name, count)| format!("{name} {}", grouped(*count))).collect();
    if parts.is_empty() { writeln!(out) } else { writeln!(out, "  {DIM}{}{DIM:#}", parts.join(", ")) }
}

fn idle(out: &mut dyn Write, ids: &[&str], noun: &str, width: usize) -> io::Result<()> {
    if ids.is_empty() {
        return writeln!(out, "{DIM}every {noun} fired{DIM:#}");
    }
    writeln!(out, "{DIM}{} never fired:{DIM:#}", plural(ids.len(), noun))?;
    paragraph(out, &[Run::new(ids.join(", "), PLAIN)], width, "  ")
}

fn rule_json(rule: &RuleUse) -> Value {
    json!({
        "kind": "rule", "id": rule.id, "type": rule.event, "fired": rule.fired(), "alerts": rule.alerts,
        "support": rule.support, "suppressed": rule.suppressed,
    })
}

fn cue_json(cue: &CueUse) -> Value {
    json!({
        "kind": cue.kind.name(), "id": cue.id, "fired": cue.fired(), "alerts": cue.alerts, "links": cue.links,
        "suppressed": cue.suppressed,
    })
}
