//! `rules`: check rule files, list the rules, explain one, write their manual; compare two rule sets, count what fires.
//!
//! The lints and the examples are the business of [`crate::rules`]; this file asks and draws.

mod coverage;
mod diff;
mod findings;
mod manual;

use std::io::Write;
use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use serde_json::json;

use super::exit::{ExitCode, Failure, OrExit as _};
use super::palette::{DIM, PLAIN, STRONG};
use super::terminal::Format;
use super::wrap::{Run, paragraph};
use super::{RuleArgs, rule_source, terminal};
use crate::rules::{self, RuleInfo};

/// Arguments of `rules`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sanctions-stream rules check my-rules             lint the files and run every example in them
  sanctions-stream rules check --format github      findings as annotations of a pull request
  sanctions-stream rules list
  sanctions-stream rules explain lifted.measure.lift
  sanctions-stream rules diff builtin my-rules events.jsonl
  sanctions-stream rules coverage events.jsonl")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lint rule files and run every example; exit code 1 when there is a finding
    Check {
        /// The rules directory [default: the built-in rules]
        dir: Option<PathBuf>,
        /// Further rule files or directories on top
        #[arg(long, value_name = "PATH")]
        rules_extra: Vec<PathBuf>,
        /// How to show the findings
        #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
        format: CheckFormat,
    },
    /// Say what a rule does, with its examples
    Explain {
        /// The rule's id, as alerts and `rules list` show it
        id: String,
        #[command(flatten)]
        rules: RuleArgs,
        /// human or json [default: human on a terminal, else json]
        #[arg(long)]
        format: Option<Format>,
    },
    /// List the rules
    List {
        #[command(flatten)]
        rules: RuleArgs,
        /// human or json [default: human on a terminal, else json]
        #[arg(long)]
        format: Option<Format>,
    },
    /// Write the manual of all rules as Markdown
    Docs {
        #[command(flatten)]
        rules: RuleArgs,
    },
    /// Say which alerts appear, vanish or change between two rule sets; exit code 1 when one does
    Diff(diff::Args),
    /// Count which rules and cues fire on a log, and which never do
    Coverage(coverage::Args),
}

/// The forms of `rules check`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// With the lines and carets.
    Human,
    /// One JSON object.
    Json,
    /// Workflow commands of GitHub Actions.
    Github,
}

/// Does what the subcommand says.
pub fn execute(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Check { dir, rules_extra, format } => {
            let files = rule_source::files(dir.as_deref(), &rules_extra).or_exit(ExitCode::Usage)?;
            let report = rules::check(&files);
            let mut out = terminal::styled();
            findings::write(&mut out, &files, &report, format)?;
            out.flush()?;
            Ok(if report.diagnostics.is_empty() && report.examples_failed == 0 {
                ExitCode::Ok
            } else {
                ExitCode::Findings
            })
        }
        Command::Explain { id, rules, format } => {
            let rules = rules.load()?;
            let rule = rules.rules().iter().find(|rule| rule.id == id).ok_or_else(|| unknown(&id, rules.rules()))?;
            let mut out = terminal::styled();
            match Format::or_by_terminal(format) {
                Format::Json => writeln!(out, "{}", as_json(rule))?,
                Format::Human => explain(&mut out, rule, terminal::width())?,
            }
            Ok(out.flush().map(|()| ExitCode::Ok)?)
        }
        Command::List { rules, format } => {
            let rules = rules.load()?;
            let mut out = terminal::styled();
            match Format::or_by_terminal(format) {
                Format::Json => rules.rules().iter().try_for_each(|rule| writeln!(out, "{}", as_json(rule)))?,
                Format::Human => list(&mut out, rules.rules())?,
            }
            Ok(out.flush().map(|()| ExitCode::Ok)?)
        }
        Command::Docs { rules } => {
            let rules = rules.load()?;
            let mut out = terminal::plain();
            manual::write(&mut out, &rules)?;
            Ok(out.flush().map(|()| ExitCode::Ok)?)
        }
        Command::Diff(args) => diff::execute(&args),
        Command::Coverage(args) => coverage::execute(&args),
    }
}

fn as_json(rule: &RuleInfo) -> serde_json::Value {
    let examples: Vec<_> =
        rule.examples.iter().map(|e| json!({"text": e.text, "expectation": e.expectation})).collect();
    json!({
        "id": rule.id, "event": rule.event, "status": rule.status, "since": rule.since, "cameo": rule.cameo,
        "doc": rule.doc, "path": rule.path, "line": rule.line, "examples": examples,
    })
}

fn list(out: &mut dyn Write, rules: &[RuleInfo]) -> std::io::Result<()> {
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in rules {
        let first = rule.doc.trim().lines().next().unwrap_or_default();
        let status = if rule.status == "stable" { String::new() } else { format!("[{}] ", rule.status) };
        writeln!(out, "{STRONG}{:width$}{STRONG:#}  {status}{first}", rule.id)?;
    }
    Ok(())
}

fn explain(out: &mut dyn Write, rule: &RuleInfo, width: usize) -> std::io::Result<()> {
    writeln!(out, "{STRONG}{}{STRONG:#}", rule.id)?;
    writeln!(
        out,
        "{DIM}{}, {} since {}, CAMEO {}, {} line {}{DIM:#}\n",
        rule.event, rule.status, rule.since, rule.cameo, rule.path, rule.line
    )?;
    for block in rule.doc.trim().split("\n\n") {
        paragraph(out, &[Run::new(block, PLAIN)], width, "")?;
        writeln!(out)?;
    }
    for example in &rule.examples {
        paragraph(out, &[Run::new(example.text.as_str(), PLAIN)], width, "  | ")?;
        paragraph(out, &[Run::new(example.expectation.as_str(), DIM)], width, "      ")?;
    }
    Ok(())
}

fn unknown(id: &str, rules: &[RuleInfo]) -> Failure {
    let failure = Failure::message(ExitCode::Usage, format!("there is no rule with the id {id:?}"));
    let shared = |rule: &&RuleInfo| {
        let parts: Vec<_> = id.split('.').collect();
        rule.id.split('.').filter(|part| parts.contains(part)).count()
    };
    match rules.iter().max_by_key(shared).filter(|rule| shared(rule) > 0) {
        Some(near) => failure.advise(format!("did you mean {}? `rules list` shows them all", near.id)),
        None => failure.advise("`sanctions-stream rules list` shows the ids"),
    }
}
