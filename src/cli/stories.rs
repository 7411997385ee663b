//! `stories`: the events behind the alerts, as a table, or one of them as a timeline of its reports.
//!
//! It reads the compacted topic, or a file: `story.v1` lines as `replay --stories` writes them, or the topic as `kcat -J`
//! prints it. The last record of a story counts, and a tombstone takes it out. It shows what stands there and decides
//! nothing.

mod draw;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::Value;

use super::connection::{self, coded};
use super::exit::{ExitCode, Failure, OrExit as _};
use super::terminal::{self, Format};
use crate::kafka;
use crate::replay::{Entry, Log, Records};

/// Arguments of `stories`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sanctions-stream replay events.jsonl --alerts alerts.jsonl --stories stories.jsonl
  sanctions-stream stories stories.jsonl
  sanctions-stream stories stories.jsonl --type prisoner_release --party BY
  sanctions-stream stories stories.jsonl --story c549ac94
  sanctions-stream stories --brokers kafka:9092                     the table as it is now in Kafka
  sanctions-stream stories --brokers kafka:9092 --story c549ac94
  kcat -b broker -C -t sanctions.stories -e -J | sanctions-stream stories - --format json")]
pub struct Args {
    /// Stories as JSON lines; - is stdin. Without it, the stories topic of a cluster is read
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,

    /// Show this story with all its reports; the first characters of its id are enough
    #[arg(long, value_name = "ID")]
    story: Option<String>,

    /// Only stories of this event type, e.g. prisoner_release
    #[arg(long, value_name = "TYPE")]
    r#type: Option<String>,

    /// Only stories in which this party acts or is hit: a code such as BY, or a name
    #[arg(long, value_name = "PARTY")]
    party: Option<String>,

    /// Only stories with at least this many independent sources
    #[arg(long, value_name = "N")]
    sources: Option<u64>,

    /// human or json [default: human on a terminal, else json]
    #[arg(long)]
    format: Option<Format>,

    #[command(flatten)]
    connection: connection::Args,
}

/// The latest version of every story, by id.
#[derive(Debug, Default)]
pub struct Table(BTreeMap<String, Value>);

impl Table {
    /// Takes in one record of the stories topic: a story replaces its older version, a tombstone takes it out.
    ///
    /// # Errors
    /// When the value is no story.
    pub fn take(&mut self, key: Option<&[u8]>, value: Option<&[u8]>) -> anyhow::Result<()> {
        let Some(value) = value else {
            self.0.remove(String::from_utf8_lossy(key.unwrap_or_default()).as_ref());
            return Ok(());
        };
        let story: Value = serde_json::from_slice(value).context("not JSON")?;
        let id = story.get("storyId").and_then(Value::as_str);
        let id = id.context("no story: it has no storyId; expected lines as replay --stories writes them")?;
        self.0.insert(id.to_owned(), story);
        Ok(())
    }

    /// The stories by the day of the event, then by id.
    #[must_use]
    pub fn sorted(self) -> Vec<Value> {
        let mut stories: Vec<Value> = self.0.into_values().collect();
        let day = |story: &Value| {
            let text = |name: &str| story.get(name).and_then(Value::as_str).map(str::to_owned);
            text("date").or_else(|| text("firstSeen"))
        };
        stories.sort_by_key(day);
        stories
    }
}

/// Shows stories; exit code 1 when none is as asked for.
pub fn execute(args: Args) -> anyhow::Result<ExitCode> {
    let table = match &args.file {
        Some(path) => read(path)?,
        None => current(&args.connection)?,
    };
    let stories = table.sorted();
    let found: Vec<&Value> = stories.iter().filter(|story| wanted(&args, story)).collect();
    if let Some(prefix) = &args.story
        && found.len() > 1
    {
        let said = format!("{} stories have an id that begins with {prefix:?}: give more of it", found.len());
        return Err(Failure::message(ExitCode::Usage, said).into());
    }
    match Format::or_by_terminal(args.format) {
        Format::Json => {
            let mut out = terminal::plain();
            for story in &found {
                writeln!(out, "{story}")?;
            }
            out.flush()?;
        }
        Format::Human => {
            let mut out = terminal::styled();
            match (&args.story, found.first()) {
                (Some(_), Some(story)) => draw::timeline(&mut out, story, &stories, terminal::width())?,
                _ => draw::table(&mut out, &found, terminal::width())?,
            }
            out.flush()?;
        }
    }
    if found.is_empty() {
        terminal::notice(&match &args.story {
            Some(prefix) => format!("no story has an id that begins with {prefix:?}"),
            None => format!("no story is as asked for, of {}", stories.len()),
        });
        return Ok(ExitCode::Findings);
    }
    Ok(ExitCode::Ok)
}

fn read(path: &Path) -> anyhow::Result<Table> {
    let mut log = Log::open(path).or_exit(ExitCode::Usage)?;
    let (mut table, mut entry) = (Table::default(), Entry::default());
    while log.read(&mut entry).or_exit(ExitCode::Usage)? {
        let taken = entry.with_record(|record| table.take(record.key, record.value));
        taken.with_context(|| entry.place.to_string()).or_exit(ExitCode::Usage)?;
    }
    Ok(table)
}

/// The table as it stands in Kafka: committed records, to the end as it is now.
fn current(connection: &connection::Args) -> anyhow::Result<Table> {
    let config = connection.load()?;
    let (mut table, mut fault) = (Table::default(), None);
    let topic = config.kafka.topic("sanctions.stories");
    let each = |record: kafka::OwnedRecord| match table.take(record.key.as_deref(), record.value.as_deref()) {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            let at = record.at;
            fault = Some(error.context(format!("{}[{}]@{}", at.topic, at.partition, at.offset)));
            ControlFlow::Break(())
        }
    };
    kafka::read(&config, &topic, kafka::Range::default(), each).map_err(coded)?;
    match fault {
        Some(fault) => Err(fault).or_exit(ExitCode::Usage),
        None => Ok(table),
    }
}

fn wanted(args: &Args, story: &Value) -> bool {
    let text = |name: &str| story.get(name).and_then(Value::as_str).unwrap_or_default();
    let has = |name: &str, party: &str| {
        let list = story.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        list.iter().filter_map(Value::as_str).any(|known| known.eq_ignore_ascii_case(party))
    };
    let sources = story.get("independentSources").and_then(Value::as_u64).unwrap_or_default();
    args.story.as_deref().is_none_or(|prefix| text("storyId").starts_with(prefix))
        && args.r#type.as_deref().is_none_or(|event| text("type") == event)
        && args.party.as_deref().is_none_or(|party| has("authority", party) || has("target", party))
        && args.sources.is_none_or(|least| sources >= least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_version_counts_and_a_tombstone_takes_it_out() {
        let mut table = Table::default();
        for value in [
            r#"{"storyId":"b","date":"2025-12-13"}"#,
            r#"{"storyId":"a","date":null,"firstSeen":"2025-12-14T00:00:00Z"}"#,
            r#"{"storyId":"c"}"#,
            r#"{"storyId":"b","date":"2025-12-15"}"#,
        ] {
            table.take(None, Some(value.as_bytes())).unwrap();
        }
        table.take(Some(b"c"), None).unwrap();
        let ids: Vec<String> =
            table.sorted().iter().map(|story| story["storyId"].as_str().unwrap().to_owned()).collect();
        assert_eq!(ids, ["a", "b"]);
        let error = Table::default().take(None, Some(b"{}")).unwrap_err();
        assert!(error.to_string().contains("replay --stories"), "{error}");
    }
}
