//! `dead-letters list` and `dead-letters replay`.

use std::io::Write as _;
use std::ops::ControlFlow;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Subcommand;
use jiff::Timestamp;
use serde::Serialize;

use super::connection::{Args as Connection, coded};
use super::exit::{ExitCode, OrExit as _};
use crate::kafka::{self, Bookmark, DeadLetter, Range, Selection};

/// Arguments of `dead-letters`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print dead letters: where each came from and why it could not be read
    List {
        /// Print at most this many
        #[arg(long, value_name = "N")]
        limit: Option<u64>,

        /// Print one JSON object a line, with the value as text
        #[arg(long)]
        json: bool,

        #[command(flatten)]
        which: Which,
    },
    /// Send dead letters to their original topics again; a second run goes on where the first ended
    Replay {
        /// Begin at the oldest dead letter, also if it was replayed before
        #[arg(long)]
        again: bool,

        #[command(flatten)]
        which: Which,
    },
}

#[derive(Debug, clap::Args)]
struct Which {
    /// Only this reason code; may be given several times. A selection does not move the position of `replay`
    #[arg(long, value_name = "CODE")]
    reason: Vec<String>,

    /// Only records of this topic, by its full name
    #[arg(long, value_name = "TOPIC")]
    topic: Option<String>,

    /// Only what was buried at or after this time, e.g. 2026-01-31T12:00:00Z
    #[arg(long, value_name = "TIME")]
    from: Option<Timestamp>,

    /// Only what was buried before this time
    #[arg(long, value_name = "TIME")]
    to: Option<Timestamp>,

    #[command(flatten)]
    connection: Connection,
}

impl Which {
    fn selection(&self) -> Selection {
        let range =
            Range { from: self.from.map(Timestamp::as_millisecond), to: self.to.map(Timestamp::as_millisecond) };
        Selection { reasons: self.reason.clone(), topic: self.topic.clone(), range }
    }
}

/// Lists or replays.
pub fn execute(args: Args) -> Result<ExitCode, anyhow::Error> {
    match args.command {
        Command::List { limit, json, which } => list(limit, if json { Form::Json } else { Form::Human }, &which),
        Command::Replay { again, which } => replay(if again { Bookmark::Ignore } else { Bookmark::Follow }, &which),
    }
}

/// How dead letters are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Two lines each, for people.
    Human,
    /// One JSON object a line.
    Json,
}

#[derive(Serialize)]
struct Line<'a> {
    reason: &'a str,
    detail: &'a str,
    topic: Option<&'a str>,
    partition: Option<i32>,
    offset: Option<i64>,
    key: Option<String>,
    value: Option<String>,
}

fn list(limit: Option<u64>, form: Form, which: &Which) -> Result<ExitCode, anyhow::Error> {
    let config = which.connection.load()?;
    let mut out = anstream::stdout().lock();
    let mut written: anyhow::Result<()> = Ok(());
    let mut left = limit.unwrap_or(u64::MAX);
    let count = kafka::list(&config, &which.selection(), |letter| {
        if left == 0 {
            return ControlFlow::Break(());
        }
        left -= 1;
        written = print(&mut out, &letter, form);
        if written.is_err() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .map_err(coded)?;
    written?;
    if form == Form::Human && count == 0 {
        writeln!(out, "no dead letters")?;
    }
    Ok(ExitCode::Ok)
}

fn print(out: &mut impl std::io::Write, letter: &DeadLetter, form: Form) -> anyhow::Result<()> {
    let origin = letter.origin.as_ref();
    let value = letter.record.value.as_deref();
    if form == Form::Json {
        let line = Line {
            reason: &letter.reason,
            detail: &letter.detail,
            topic: origin.map(|at| at.topic.as_str()),
            partition: origin.map(|at| at.partition),
            offset: origin.map(|at| at.offset),
            key: letter.record.key.as_deref().map(|key| String::from_utf8_lossy(key).into_owned()),
            value: value.map(|value| String::from_utf8_lossy(value).into_owned()),
        };
        writeln!(out, "{}", serde_json::to_string(&line)?)?;
        return Ok(());
    }
    let place = origin
        .map_or_else(|| "unknown origin".to_owned(), |at| format!("{}[{}]@{}", at.topic, at.partition, at.offset));
    let head: String = value.map_or_else(
        || "null".to_owned(),
        |value| String::from_utf8_lossy(&value[..value.len().min(400)]).escape_debug().take(100).collect(),
    );
    writeln!(out, "{place}  {}  {}\n    {} bytes: {head}", letter.reason, letter.detail, value.map_or(0, <[u8]>::len))?;
    Ok(())
}

fn replay(bookmark: Bookmark, which: &Which) -> Result<ExitCode, anyhow::Error> {
    let config = Arc::new(which.connection.load()?);
    let selection = which.selection();
    let replayed = kafka::replay(&config, &selection, bookmark).map_err(coded)?;
    let mut out = anstream::stdout().lock();
    for (topic, count) in &replayed.sent {
        writeln!(out, "sent {count} to {topic}").context("cannot write the summary").or_exit(ExitCode::Fatal)?;
    }
    if replayed.sent.is_empty() {
        writeln!(out, "nothing to replay")?;
    }
    if replayed.impossible > 0 {
        writeln!(
            out,
            "{} could not be replayed: they name no origin, or their value was too large to keep",
            replayed.impossible
        )?;
    }
    Ok(if replayed.impossible > 0 { ExitCode::Findings } else { ExitCode::Ok })
}
