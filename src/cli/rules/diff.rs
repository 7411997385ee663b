//! `rules diff`: which alerts appear, vanish or change between two rule sets, over a log.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use serde_json::{Value, json};

use super::super::exit::{ExitCode, Failure, OrExit as _};
use super::super::palette::{DIM, PLAIN, STRONG, plural, words};
use super::super::terminal::{self, Format};
use super::super::wrap::{Run, paragraph};
use super::super::{picture, rule_source};
use crate::evaluation::Change;
use crate::evaluation::diff::{self, FIELDS};
use crate::evaluation::excerpt;
use crate::input::Document;
use crate::pipeline::{Options, Outcome, Pipeline, Scratch};
use crate::replay::log::Logs;
use crate::replay::{Entry, Records};
use crate::rules::{Classified, Evidence, Mention, RuleSet, Suppressed};
use crate::text::Abbreviations;

/// The word for the rules compiled into the binary.
const BUILTIN: &str = "builtin";

/// Arguments of `rules diff`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sanctions-stream rules diff builtin my-rules events.jsonl.zst
  git worktree add ../before HEAD~1 && sanctions-stream rules diff ../before/rules rules events.jsonl
  sanctions-stream rules diff old new events.jsonl --ignore confidence,evidence --format json

Exit code 1 when an alert appears, vanishes or changes.")]
pub struct Args {
    /// The rules as they were: a directory, or builtin
    #[arg(value_name = "OLD")]
    old: PathBuf,

    /// The rules as they are to be: a directory, or builtin
    #[arg(value_name = "NEW")]
    new: PathBuf,

    /// Event logs, as `replay` reads them; - is stdin
    #[arg(value_name = "LOG", required = true)]
    logs: Vec<PathBuf>,

    /// Leave out a field of alerts, e.g. confidence; several with commas
    #[arg(long, value_name = "FIELD", value_delimiter = ',', value_parser = clap::builder::PossibleValuesParser::new(FIELDS))]
    ignore: Vec<String>,

    /// human or json [default: human on a terminal, else json]
    #[arg(long)]
    format: Option<Format>,
}

/// Compares.
pub fn execute(args: &Args) -> anyhow::Result<ExitCode> {
    let old = Pipeline::new(Arc::new(load(&args.old)?), Options::default());
    let new = Pipeline::new(Arc::new(load(&args.new)?), Options::default());
    let abbreviations = Arc::clone(new.rules());
    let abbreviations = abbreviations.abbreviations();
    let format = Format::or_by_terminal(args.format);
    let mut out: Box<dyn Write> = match format {
        Format::Json => Box::new(terminal::plain()),
        Format::Human => Box::new(terminal::styled()),
    };
    let mut logs = Logs::new(args.logs.clone());
    let (mut entry, mut scratches) = (Entry::default(), (Scratch::default(), Scratch::default()));
    let mut count = Counts::default();
    while logs.read(&mut entry).or_exit(ExitCode::Usage)? {
        count.documents += 1;
        entry.with_record(|record| -> anyhow::Result<()> {
            let outcomes = (old.classify(record, &mut scratches.0), new.classify(record, &mut scratches.1));
            if matches!(outcomes.0, Outcome::Rejected(_)) {
                count.rejected += 1;
            }
            let nothing = Classified::default();
            let ((old_document, old), (new_document, new)) = (read(&outcomes.0, &nothing), read(&outcomes.1, &nothing));
            let Some(document) = old_document.or(new_document) else { return Ok(()) };
            let quoted = |evidence: &Evidence| picture::quoted(document, evidence);
            let changes = diff::compare(old, new, &args.ignore, &quoted);
            count.add(&changes);
            match format {
                Format::Json => changes.iter().try_for_each(|change| writeln!(out, "{}", as_json(document, change)))?,
                Format::Human => draw(out.as_mut(), (document, abbreviations), &changes, terminal::width())?,
            }
            Ok(())
        })?;
    }
    out.flush()?;
    terminal::notice(&count.to_string());
    Ok(if count.differing == 0 { ExitCode::Ok } else { ExitCode::Findings })
}

fn load(named: &Path) -> anyhow::Result<RuleSet> {
    let dir = (named.as_os_str() != BUILTIN).then_some(named);
    if let Some(dir) = dir.filter(|dir| !dir.is_dir()) {
        let said = format!("there are no rules at {}", dir.display());
        return Err(Failure::message(ExitCode::Usage, said).advise("give a rules directory, or `builtin`").into());
    }
    let told = || format!("{}", named.display());
    rule_source::load(dir, &[]).with_context(told).or_exit(ExitCode::Usage)
}

/// What was found, and the document where it was read in full. In a quiet or unreadable one nothing was found.
fn read<'o, 'd>(outcome: &'o Outcome<'d>, nothing: &'o Classified) -> (Option<&'o Document<'d>>, &'o Classified) {
    match outcome {
        Outcome::Classified(document, found) => (Some(document), found),
        Outcome::Quiet(_) | Outcome::Rejected(_) => (None, nothing),
    }
}

#[derive(Debug, Default)]
struct Counts {
    documents: usize,
    rejected: usize,
    differing: usize,
    appear: usize,
    vanish: usize,
    change: usize,
}

impl Counts {
    fn add(&mut self, changes: &[Change<'_>]) {
        self.differing += usize::from(!changes.is_empty());
        for change in changes {
            *match change {
                Change::Appears { .. } => &mut self.appear,
                Change::Vanishes { .. } => &mut self.vanish,
                Change::Changes { .. } => &mut self.change,
            } += 1;
        }
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let documents = plural(self.documents, "document");
        if self.differing == 0 {
            write!(f, "no alert differs in {documents}")?;
        } else {
            write!(f, "{} of {documents} differ: ", self.differing)?;
            let one_or_many = |count: usize, one: &str, many: &str| match count {
                0 => None,
                1 => Some(format!("1 alert {one}")),
                _ => Some(format!("{} {many}", plural(count, "alert"))),
            };
            let told = [
                one_or_many(self.appear, "appears", "appear"),
                one_or_many(self.vanish, "vanishes", "vanish"),
                one_or_many(self.change, "changes", "change"),
            ];
            let told: Vec<String> = told.into_iter().flatten().collect();
            f.write_str(&told.join(", "))?;
        }
        match self.rejected {
            0 => Ok(()),
            1 => f.write_str("; 1 record is no document"),
            rejected => write!(f, "; {rejected} records are no documents"),
        }
    }
}

fn draw(
    out: &mut dyn Write,
    within: (&Document<'_>, &Abbreviations),
    changes: &[Change<'_>],
    width: usize,
) -> io::Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    writeln!(out, "{STRONG}{}{STRONG:#}", within.0.id)?;
    for change in changes {
        match change {
            Change::Appears { new, before } => {
                writeln!(out, "  + appears   {}", title(new))?;
                because(out, within, new, before.map(|s| ("before", s)), width)?;
            }
            Change::Vanishes { old, now } => {
                writeln!(out, "  - vanishes  {}", title(old))?;
                because(out, within, old, now.map(|s| ("now", s)), width)?;
            }
            Change::Changes { new, fields } => {
                writeln!(out, "  ~ changes   {}", title(new))?;
                for field in fields {
                    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "(none)".to_owned());
                    let text = format!("{}: {} -> {}", field.field, shown(&field.old), shown(&field.new));
                    paragraph(out, &[Run::new(text, PLAIN)], width, "      ")?;
                }
            }
        }
    }
    writeln!(out)
}

fn title(mention: &Mention) -> String {
    let who = picture::who_whom(&mention.authority, &mention.target);
    format!("{}, {}, {who}  {DIM}rule {}{DIM:#}", words(&mention.event), mention.status.name(), mention.rule)
}

fn because(
    out: &mut dyn Write,
    (document, abbreviations): (&Document<'_>, &Abbreviations),
    mention: &Mention,
    otherwise: Option<(&'static str, &Suppressed)>,
    width: usize,
) -> io::Result<()> {
    let sentences = excerpt::of_evidence(document, &mention.evidence, abbreviations);
    sentences.iter().try_for_each(|excerpt| picture::sentence(out, excerpt, width))?;
    if let Some((when, s)) = otherwise {
        let cue = s.cue.as_deref().map(|cue| format!(", cue {cue}")).unwrap_or_default();
        let text = format!("{when}: no alert, {} ({}) [rule {}{cue}]", s.reason, s.status.name(), s.rule);
        paragraph(out, &[Run::new(text, DIM)], width, "      ")?;
    }
    Ok(())
}

fn as_json(document: &Document<'_>, change: &Change<'_>) -> Value {
    let object = |kind: &str, mention: &Mention| {
        json!({
            "document": document.id, "change": kind, "type": mention.event, "status": mention.status.name(),
            "authority": mention.authority, "target": mention.target, "rule": mention.rule,
        })
    };
    let otherwise = |s: Option<&Suppressed>| {
        s.map(|s| json!({"status": s.status.name(), "reason": s.reason, "rule": s.rule, "cue": s.cue}))
    };
    match change {
        Change::Appears { new, before } => {
            let mut value = object("appears", new);
            value["before"] = otherwise(*before).into();
            value
        }
        Change::Vanishes { old, now } => {
            let mut value = object("vanishes", old);
            value["now"] = otherwise(*now).into();
            value
        }
        Change::Changes { new, fields } => {
            let mut value = object("changes", new);
            let fields = fields.iter().map(|field| json!({"field": field.field, "old": field.old, "new": field.new}));
            value["fields"] = fields.collect();
            value
        }
    }
}
