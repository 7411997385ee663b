//! Where `replay` meets Kafka: publishing a log, and reading a range of a topic as if it were one.
//!
//! Both only carry records from one side to the other; what a record comes to is decided elsewhere.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

use jiff::Timestamp;

use super::Args;
use crate::cli::connection::coded;
use crate::cli::exit::{ExitCode, OrExit as _};
use crate::cli::{palette, terminal};
use crate::config::Config;
use crate::kafka::{self, OwnedRecord, Publication, Publisher, Range};
use crate::replay::log::{Logs, Place};
use crate::replay::pace::Pace;
use crate::replay::{Entry, Log, Records};

/// The topic for lines that name none.
const DEFAULT_TOPIC: &str = "news.articles";

/// Records read ahead of the pipeline.
const AHEAD: usize = 1_000;

/// Publishes the logs to Kafka at the wanted speed; envelopes to their own topic, documents to `--topic`.
///
/// The records are dated now: with the dates of an old log, a topic's retention would take them away at once.
pub(super) fn publish(args: &Args) -> anyhow::Result<ExitCode> {
    let config = args.connection.load()?;
    // All logs are looked at before the first is published: half a log is hard to take back.
    for path in args.logs.iter().filter(|path| path.as_os_str() != "-") {
        Log::open(path).or_exit(ExitCode::Usage)?;
    }
    let paths: Vec<PathBuf> = if args.logs.is_empty() { vec!["-".into()] } else { args.logs.clone() };
    let mut logs = Logs::new(paths);
    let mut publisher = Publisher::new(&config).map_err(coded)?;
    let (mut pace, mut entry, mut left) = (Pace::new(args.speed), Entry::default(), args.limit.unwrap_or(u64::MAX));
    while left > 0 && logs.read(&mut entry).or_exit(ExitCode::Usage)? {
        left -= 1;
        std::thread::sleep(pace.before(&entry));
        let topic = entry.topic.as_deref().or(args.topic.as_deref()).unwrap_or(DEFAULT_TOPIC);
        let publication = Publication {
            topic: full_name(&config, topic),
            key: entry.key.take(),
            value: entry.value.take(),
            headers: std::mem::take(&mut entry.headers),
            timestamp: None,
        };
        publisher.send(&publication).map_err(coded)?;
    }
    let published = publisher.finish().map_err(coded)?;
    let records = usize::try_from(published.records).unwrap_or(usize::MAX);
    terminal::notice(&format!("published {}, {} bytes", palette::plural(records, "record"), published.bytes));
    Ok(ExitCode::Ok)
}

/// The records of a topic between two times.
pub(super) fn range(args: &Args) -> anyhow::Result<Box<dyn Records>> {
    let config = args.connection.load()?;
    let topic = full_name(&config, args.topic.as_deref().unwrap_or(DEFAULT_TOPIC));
    let range = Range { from: args.from.map(Timestamp::as_millisecond), to: args.to.map(Timestamp::as_millisecond) };
    let (sender, records) = sync_channel(AHEAD);
    // The Kafka room hands records out, the replay takes them: the channel turns one into the other. Nobody joins the
    // thread: it ends with its last record, or when nobody listens any more.
    std::thread::Builder::new().name("range".to_owned()).spawn(move || {
        let each = |record| match sender.send(Ok(record)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        };
        if let Err(failure) = kafka::read(&config, &topic, range, each) {
            let _ = sender.send(Err(failure));
        }
    })?;
    Ok(Box::new(TopicRange { records }))
}

/// A topic's range as a log.
struct TopicRange {
    records: Receiver<Result<OwnedRecord, kafka::Failure>>,
}

impl Records for TopicRange {
    fn read(&mut self, entry: &mut Entry) -> anyhow::Result<bool> {
        let Ok(received) = self.records.recv() else { return Ok(false) };
        let OwnedRecord { at, key, value, headers } = received.map_err(coded)?;
        let place = format!("{}[{}]@{}", at.topic, at.partition, at.offset);
        *entry = Entry {
            place: Place { log: Arc::from(place), line: 0 },
            topic: Some(at.topic.clone()),
            timestamp: at.timestamp,
            coordinates: Some(at),
            key,
            headers,
            value,
            bytes_read: 0,
        };
        Ok(true)
    }
}

/// The full name of a topic: names are given without the prefix of a deployment, and logs of it have it already.
fn full_name(config: &Config, topic: &str) -> String {
    if topic.starts_with(&config.kafka.topic_prefix) { topic.to_owned() } else { config.kafka.topic(topic) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_of_a_deployment_is_put_in_front_once() {
        let mut config = Config::default();
        assert_eq!(full_name(&config, "news.articles"), "news.articles");
        config.kafka.topic_prefix = "staging.".to_owned();
        assert_eq!(full_name(&config, "news.articles"), "staging.news.articles");
        assert_eq!(full_name(&config, "staging.news.articles"), "staging.news.articles");
    }
}
