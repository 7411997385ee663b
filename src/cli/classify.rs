//! `classify`: what stands in documents or plain text, and why other things in it raise no alert.
//!
//! One JSON object a document for programs, a picture for people. What is found is decided in `pipeline`.

mod documents;

use std::io::{IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;

use super::exit::{ExitCode, Failure, OrExit as _};
use super::palette::DIM;
use super::terminal::Format;
use super::{RuleArgs, picture, terminal};
use crate::input::Rejected;
use crate::output::{classification_line, quiet_line, rejected_line};
use crate::pipeline::{Options, Outcome, Pipeline, Scratch};
use crate::replay::pace::read_time;
use crate::replay::{Entry, Log, Place, Records};
use crate::rules::Classified;
use documents::{Documents, Taken, article, sniff};

/// Arguments of `classify`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The input is JSON when it begins with { or [: one document a line, or one over many lines. Else it is one article as
plain text. Compressed files are read as they are.

Examples:
  sanctions-stream classify story.txt --published 2025-12-13
  sanctions-stream classify articles.jsonl > classified.jsonl
  echo 'The EU lifted its sanctions on Freedonia on Monday.' | sanctions-stream classify --format human

Exit code 2 when a document could not be read; the others are classified all the same.")]
pub struct Args {
    /// File to read; - is stdin
    #[arg(default_value = "-")]
    file: PathBuf,

    /// Take the input for plain text whatever it begins with
    #[arg(long)]
    text: bool,

    /// Plain text: when it was published, so that "Saturday" and "last month" mean a date
    #[arg(long, value_name = "DATE", value_parser = date)]
    published: Option<String>,

    /// Plain text: its headline
    #[arg(long, value_name = "TEXT")]
    headline: Option<String>,

    /// human or json [default: human on a terminal, else json]
    #[arg(long)]
    format: Option<Format>,

    #[command(flatten)]
    rules: RuleArgs,
}

fn date(text: &str) -> Result<String, String> {
    match read_time(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err("expected a date such as 2025-12-13 or a time such as 2025-12-13T10:00:00Z".to_owned()),
    }
}

/// Classifies.
pub fn execute(args: Args) -> anyhow::Result<ExitCode> {
    let pipeline = Pipeline::new(Arc::new(args.rules.load()?), Options::default());
    if args.file.as_os_str() == "-" && std::io::stdin().is_terminal() {
        terminal::notice("reading from the terminal; end with Ctrl-D");
    }
    let mut log = Log::open(&args.file).or_exit(ExitCode::Usage)?;
    let taken = if args.text { Taken::Text } else { sniff(&mut log).or_exit(ExitCode::Usage)? };
    let mut records: Box<dyn Records> = match taken {
        Taken::Text => Box::new(Once(Some(plain_text(&args, log)?))),
        Taken::Json if args.published.is_some() || args.headline.is_some() => {
            let said = "--published and --headline are for plain text, and this input begins like JSON";
            let advice = "JSON documents carry publishedAt and headline themselves; --text takes the input as text";
            return Err(Failure::message(ExitCode::Usage, said).advise(advice).into());
        }
        Taken::Json => Box::new(Documents::new(log)),
    };
    let mut shown = match Format::or_by_terminal(args.format) {
        Format::Json => Shown::Json(Box::new(terminal::plain())),
        Format::Human => Shown::Human { out: Box::new(terminal::styled()), width: terminal::width(), first: true },
    };
    let (mut entry, mut scratch) = (Entry::default(), Scratch::default());
    let (mut count, mut rejected) = (0_u64, 0_u64);
    while records.read(&mut entry).or_exit(ExitCode::Usage)? {
        count += 1;
        let readable = entry.with_record(|record| {
            let outcome = pipeline.classify(record, &mut scratch);
            shown.write(&entry.place, &outcome)
        })?;
        rejected += u64::from(readable == Readable::No);
    }
    shown.finish()?;
    if count == 0 {
        terminal::notice("nothing to classify: the input is empty");
    }
    Ok(if rejected == 0 { ExitCode::Ok } else { ExitCode::Usage })
}

fn plain_text(args: &Args, mut log: Log) -> anyhow::Result<Entry> {
    let bytes = log.rest().or_exit(ExitCode::Usage)?;
    let body = String::from_utf8(bytes)
        .map_err(|fault| anyhow::anyhow!("byte {} is not UTF-8", fault.utf8_error().valid_up_to()))
        .with_context(|| format!("cannot read {} as text", log.name()))
        .or_exit(ExitCode::Usage)?;
    let body = body.strip_prefix('\u{feff}').unwrap_or(&body);
    // The file's name and not its path: the answer shall not depend on where the file lies.
    let name = args.file.file_name().filter(|_| args.file != Path::new("-"));
    let name = name.map_or("stdin".into(), |name| name.to_string_lossy());
    let value = article(&name, args.headline.as_deref(), body, args.published.as_deref());
    Ok(Entry { place: Place { log: log.name().clone(), line: 1 }, value: Some(value), ..Entry::default() })
}

/// A single record.
struct Once(Option<Entry>);

impl Records for Once {
    fn read(&mut self, entry: &mut Entry) -> anyhow::Result<bool> {
        let Some(only) = self.0.take() else { return Ok(false) };
        *entry = only;
        Ok(true)
    }
}

/// Whether a record was a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Readable {
    Yes,
    No,
}

/// Where answers go, in their form.
enum Shown {
    Json(Box<dyn Write>),
    Human { out: Box<dyn Write>, width: usize, first: bool },
}

impl Shown {
    fn write(&mut self, place: &Place, outcome: &Outcome<'_>) -> anyhow::Result<Readable> {
        if let Outcome::Rejected(rejected) = outcome {
            self.rejected(place, rejected)?;
            return Ok(Readable::No);
        }
        match self {
            Self::Json(out) => {
                let line = match outcome {
                    Outcome::Classified(document, found) => classification_line(document, found)?,
                    Outcome::Quiet(opened) => {
                        quiet_line(opened.document().ok().as_ref().map(|document| document.id.as_ref()))
                    }
                    Outcome::Rejected(rejected) => rejected_line(rejected),
                };
                writeln!(out, "{line}")?;
            }
            Self::Human { out, width, first } => {
                if !std::mem::replace(first, false) {
                    writeln!(out, "\n{DIM}{}{DIM:#}\n", "─".repeat(*width))?;
                }
                match outcome {
                    Outcome::Classified(document, found) => picture::write(out.as_mut(), document, found, *width)?,
                    Outcome::Quiet(opened) => {
                        if let Ok(document) = opened.document() {
                            picture::write(out.as_mut(), &document, &Classified::default(), *width)?;
                        }
                    }
                    Outcome::Rejected(_) => {}
                }
                out.flush()?;
            }
        }
        Ok(Readable::Yes)
    }

    fn rejected(&mut self, place: &Place, rejected: &Rejected) -> anyhow::Result<()> {
        if let Self::Json(out) = self {
            writeln!(out, "{}", rejected_line(rejected))?;
        }
        terminal::notice(&format!("{place}: not a document, {}: {}", rejected.reason.code(), rejected.detail));
        Ok(())
    }

    fn finish(&mut self) -> std::io::Result<()> {
        match self {
            Self::Json(out) | Self::Human { out, .. } => out.flush(),
        }
    }
}
