//! `eval`: how good the rules are on documents that somebody has read and labelled.
//!
//! The score is defined in [`crate::evaluation`], what is found is decided in `pipeline`; this file brings the two
//! together and draws. So that a user can measure their own rules on their own data, and hold a build to it.

mod errors;
mod inputs;
mod json;
mod page;
mod tables;

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::ValueEnum;

use super::exit::{ExitCode, Failure, OrExit as _};
use super::palette::{DIM, plural};
use super::{RuleArgs, terminal};
use crate::evaluation::figures::{self, Minimum};
use crate::evaluation::report::Axis;
use crate::evaluation::{Answer, Judge, Report, Verdict};
use crate::input::Document;
use crate::pipeline::{Options, Outcome, Pipeline, Scratch};
use crate::replay::log::Logs;
use crate::replay::{Entry, Place, Records};
use crate::rules::Classified;
use inputs::Labelled;
use tables::Table;

/// Arguments of `eval`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
GOLD has one JSON object a line: {\"id\", \"events\": [{\"type\", \"status\", \"authority\", \"target\", \"count\", \"persons\"}],
\"flags\"}. An event's names may be a string, a list or null; \"quote\" may hold the words that carry it. DOCUMENTS are what
classify and replay read, one a line, plain, gzip or zstd; they are matched by id. For a directory, its *.gold.jsonl
files are the gold and its other *.jsonl files the documents.

An alert (enacted or announced) is right when its document reports such an event. Documents flagged \"ambiguous\" are
outside the strict score; releases in documents flagged \"criminal\" are neither right nor wrong.

Figures for --minimum: precision, recall and f1 of all alerts; each-precision, each-recall and each-f1 of the worst type;
the same of one type (prisoner-release-recall) or argument (authority-f1, target-f1, count-f1, persons-f1); status.

Examples:
  sanctions-stream eval gold.jsonl articles.jsonl notices.jsonl.zst
  sanctions-stream eval gold.jsonl articles.jsonl --errors --rules my-rules
  sanctions-stream eval gold.jsonl articles.jsonl --by source,year --format json > report.json
  sanctions-stream eval gold.jsonl articles.jsonl --minimum each-precision=0.95,each-recall=0.9
  sanctions-stream eval labelled/ labelled/ --into ACCURACY.md --section labelled --check

Exit code 1 when a figure is below its minimum or --check finds the page out of date, 2 when something cannot be read.")]
pub struct Args {
    /// What careful readers found: a file, a directory, or - for stdin
    #[arg(value_name = "GOLD")]
    gold: PathBuf,

    /// The documents: files, directories, or - for stdin
    #[arg(value_name = "DOCUMENTS", required = true)]
    documents: Vec<PathBuf>,

    /// Show every error: its document, sentence, rule, cue, and what was expected
    #[arg(long)]
    errors: bool,

    /// Report parts of the set as well
    #[arg(long, value_name = "KEY", value_delimiter = ',')]
    by: Vec<By>,

    /// Exit with 1 unless this figure is reached, e.g. f1=0.9; several with commas
    #[arg(long, value_name = "NAME=VALUE", value_delimiter = ',', value_parser = str::parse::<Minimum>)]
    minimum: Vec<Minimum>,

    /// Count alerts from this confidence on
    #[arg(long, value_name = "SHARE", default_value_t = Options::default().min_confidence, value_parser = confidence)]
    min_confidence: f64,

    /// How to show the report [default: human on a terminal, else json]
    #[arg(long)]
    format: Option<Format>,

    /// Write the report as Markdown into this page, between the marks of a section
    #[arg(long, value_name = "FILE", requires = "section", conflicts_with = "format")]
    into: Option<PathBuf>,

    /// With --into: the section's name
    #[arg(long, value_name = "NAME", requires = "into")]
    section: Option<String>,

    /// With --into: write nothing, but exit with 1 when the page is out of date
    #[arg(long, requires = "into")]
    check: bool,

    #[command(flatten)]
    rules: RuleArgs,
}

/// The forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Tables for a terminal.
    Human,
    /// One JSON object.
    Json,
    /// Tables for a page.
    Markdown,
}

/// The ways to part a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum By {
    /// The prefix of the id up to its first colon, else the publisher.
    Source,
    /// The year of publication.
    Year,
    /// Article, notice or list change.
    Kind,
    /// The gold file.
    File,
}

impl From<By> for Axis {
    fn from(by: By) -> Self {
        match by {
            By::Source => Self::Source,
            By::Year => Self::Year,
            By::Kind => Self::Kind,
            By::File => Self::File,
        }
    }
}

fn confidence(text: &str) -> Result<f64, String> {
    let wrong = || "expected a confidence from 0 to 1, such as 0.8".to_owned();
    text.parse().ok().filter(|share| (0.0..=1.0).contains(share)).ok_or_else(wrong)
}

/// Measures.
pub fn execute(args: Args) -> anyhow::Result<ExitCode> {
    let rules = Arc::new(args.rules.load()?);
    let types: Vec<&str> = rules.events().iter().map(|event| event.name.as_str()).collect();
    if args.gold.as_os_str() == "-" && args.documents.iter().any(|path| path.as_os_str() == "-") {
        let said = "gold and documents cannot both come from stdin";
        return Err(Failure::message(ExitCode::Usage, said).advise("give one of them as a file").into());
    }
    let gold = inputs::gold(&args.gold, &types).or_exit(ExitCode::Usage)?;
    let documents = inputs::documents(&args.documents).or_exit(ExitCode::Usage)?;
    // Alerts of every confidence, so that the report can say what another threshold would do; the judge applies this one.
    let options = Options { min_confidence: 0.0, ..Options::default() };
    let pipeline = Pipeline::new(Arc::clone(&rules), options);
    let axes: Vec<Axis> = args.by.iter().copied().map(Axis::from).collect();

    let mut measured =
        Measured { judge: Judge::new(&rules, args.min_confidence), axes: &axes, gold, strangers: 0, stranger: None };
    let rejected = measured.read(&mut Logs::new(documents), &pipeline)?;
    measured.some_must_match()?;
    if measured.strangers > 0 {
        let documents = plural(measured.strangers, "document");
        terminal::notice(&format!(
            "left out {documents} without gold, such as {:?}",
            measured.stranger.unwrap_or_default()
        ));
    }
    let report = report(&rules, &measured.judge, &axes, measured.gold);

    let short = figures::shortfalls(&report.whole, &args.minimum).map_err(|name| unknown(&name, &report))?;
    let dated = show(&args, &rules, &report)?;
    short.iter().for_each(|shortfall| terminal::notice(&shortfall.to_string()));
    Ok(match (rejected, short.is_empty() && !dated) {
        (1.., _) => ExitCode::Usage,
        (0, true) => ExitCode::Ok,
        (0, false) => ExitCode::Findings,
    })
}

/// Gold that meets its documents.
struct Measured<'r> {
    judge: Judge<'r>,
    axes: &'r [Axis],
    gold: Vec<Labelled>,
    /// Documents without gold, and the first of them.
    strangers: usize,
    stranger: Option<String>,
}

impl Measured<'_> {
    /// Judges every document that has gold; returns how many records were no documents.
    fn read(&mut self, records: &mut dyn Records, pipeline: &Pipeline) -> anyhow::Result<u64> {
        let ids: std::collections::BTreeMap<String, usize> =
            self.gold.iter().enumerate().map(|(index, labelled)| (labelled.gold.id.clone(), index)).collect();
        let (mut entry, mut scratch, mut rejected) = (Entry::default(), Scratch::default(), 0);
        while records.read(&mut entry).or_exit(ExitCode::Usage)? {
            entry.with_record(|record| match pipeline.classify(record, &mut scratch) {
                Outcome::Classified(document, found) => self.judge(&ids, &entry.place, &document, &found),
                Outcome::Quiet(opened) => match opened.document() {
                    Ok(document) => self.judge(&ids, &entry.place, &document, &Classified::default()),
                    Err(_) => Ok(()),
                },
                Outcome::Rejected(fault) => {
                    rejected += 1;
                    let (place, reason, detail) = (&entry.place, fault.reason.code(), &fault.detail);
                    terminal::notice(&format!("{place}: not a document, {reason}: {detail}"));
                    Ok(())
                }
            })?;
        }
        Ok(rejected)
    }

    fn judge(
        &mut self,
        ids: &std::collections::BTreeMap<String, usize>,
        place: &Place,
        document: &Document<'_>,
        found: &Classified,
    ) -> anyhow::Result<()> {
        let Some(labelled) = ids.get(document.id.as_ref()).map(|index| &mut self.gold[*index]) else {
            self.strangers += 1;
            self.stranger.get_or_insert_with(|| document.id.to_string());
            return Ok(());
        };
        if let Some(judged) = &labelled.judged {
            let said = format!("{place}: the document {:?} stands in {} already", document.id, judged.place);
            return Err(Failure::message(ExitCode::Usage, said).advise("each document may be judged once").into());
        }
        let verdict = self.judge.verdict(&labelled.gold, Some(Answer { document, found }));
        let parts = self.axes.iter().map(|axis| (*axis, axis.part(&labelled.gold, Some(document), &labelled.file)));
        labelled.judged = Some(inputs::Judged { place: place.clone(), verdict, parts: parts.collect() });
        Ok(())
    }

    /// Scores over nothing would look like very bad rules.
    fn some_must_match(&self) -> anyhow::Result<()> {
        if self.gold.is_empty() {
            return Err(Failure::message(ExitCode::Usage, "the gold is empty: there is nothing to measure").into());
        }
        if self.gold.iter().all(|labelled| labelled.judged.is_none()) {
            let said = "no document has gold: their ids do not match";
            let first = self
                .stranger
                .as_ref()
                .map_or("there is no document".to_owned(), |id| format!("the first document is {id:?}"));
            let advice = format!("{first}, the first gold {:?}", self.gold[0].gold.id);
            return Err(Failure::message(ExitCode::Usage, said).advise(advice).into());
        }
        Ok(())
    }
}

fn report(rules: &crate::rules::RuleSet, judge: &Judge<'_>, axes: &[Axis], gold: Vec<Labelled>) -> Report {
    let mut report = Report::new(rules);
    for labelled in gold {
        let Labelled { gold, file, judged, .. } = labelled;
        let absent = || -> (Verdict, Vec<(Axis, String)>) {
            let parts = axes.iter().map(|axis| (*axis, axis.part(&gold, None, &file)));
            (judge.verdict(&gold, None), parts.collect())
        };
        let (verdict, parts) = judged.map_or_else(absent, |judged| (judged.verdict, judged.parts));
        report.add(rules, verdict, parts);
    }
    report.finish();
    report
}

/// Shows the report; whether a page that was to be checked is out of date.
fn show(args: &Args, rules: &crate::rules::RuleSet, report: &Report) -> anyhow::Result<bool> {
    let listed = if args.errors { report.findings.as_slice() } else { &[] };
    if let (Some(path), Some(section)) = (&args.into, &args.section) {
        let mut text = Vec::new();
        markdown(&mut text, report, listed, args.min_confidence)?;
        let text = String::from_utf8_lossy(&text);
        return page::put(path, section, &text, args.check).or_exit(ExitCode::Usage);
    }
    let by_terminal = || if terminal::stdout_is_terminal() { Format::Human } else { Format::Json };
    match args.format.unwrap_or_else(by_terminal) {
        Format::Json => {
            let mut out = terminal::plain();
            writeln!(out, "{}", json::report(rules, report, args.min_confidence, args.errors))?;
            out.flush()?;
        }
        Format::Markdown => {
            let mut out = terminal::plain();
            markdown(&mut out, report, listed, args.min_confidence)?;
            out.flush()?;
        }
        Format::Human => {
            let mut out = terminal::styled();
            writeln!(out, "{}\n", tables::heading(&report.whole, args.min_confidence))?;
            for table in tables::all(report) {
                table.write_human(&mut out)?;
                writeln!(out)?;
            }
            for finding in listed {
                errors::write(&mut out, finding, terminal::width())?;
            }
            if !args.errors && !report.findings.is_empty() {
                writeln!(out, "{DIM}{}; --errors shows them{DIM:#}", plural(report.findings.len(), "error"))?;
            }
            out.flush()?;
        }
    }
    Ok(false)
}

fn markdown(
    out: &mut dyn Write,
    report: &Report,
    listed: &[crate::evaluation::Finding],
    threshold: f64,
) -> std::io::Result<()> {
    writeln!(out, "{}\n", tables::heading(&report.whole, threshold))?;
    let mut tables = tables::all(report);
    if !listed.is_empty() {
        tables.push(tables::errors(listed));
    }
    for (index, table) in tables.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        Table::write_markdown(table, out)?;
    }
    Ok(())
}

fn unknown(name: &str, report: &Report) -> Failure {
    let names: Vec<String> = figures::all(&report.whole).into_iter().map(|(name, _)| name).collect();
    let said = format!("--minimum: there is no figure named {name:?}");
    Failure::message(ExitCode::Usage, said).advise(format!("the figures are {}", names.join(", ")))
}
