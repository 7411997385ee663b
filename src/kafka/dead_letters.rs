//! Listing dead letters, and sending them through again.
//!
//! Replaying is itself exactly once: the originals and the position in the dead-letter topic commit in one transaction,
//! under a consumer group of its own, so that running the command twice sends nothing twice. A selection by reason
//! does not move that position: what it leaves out must stay to be replayed later.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::{Offset, TopicPartitionList};

use super::failure::Failure;
use super::range::{OwnedRecord, Range, Reader, partitions, read_partition, reader, unreachable_or};
use super::reach::reach;
use super::stage::MENTIONS;
use super::transaction::Transaction;
use super::worker::{OMITTED, is_ours};
use crate::config::Config;
use crate::input::Coordinates;
use crate::metrics::{Metrics, StageLabels};
use crate::output::{Destination, Emitted};
use crate::rules::RuleSet;

/// Records of one replay transaction.
const BATCH: usize = 500;

/// A dead letter with what its headers say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// The record in the dead-letter topic.
    pub record: OwnedRecord,
    /// Where the original stood, if the headers say so.
    pub origin: Option<Coordinates>,
    /// The stable reason code.
    pub reason: String,
    /// The sentence about it.
    pub detail: String,
}

impl DeadLetter {
    /// Reads the headers of any dialect. Of several headers of one name the last counts.
    #[must_use]
    pub fn of(record: OwnedRecord) -> Self {
        let origin = origin_of(&record.headers);
        let reason = text(&record.headers, "sanctions-stream.error.reason")
            .or_else(|| {
                let names =
                    ["__connect.errors.exception.class.name", "kafka_dlt-exception-fqcn", "__streams.errors.exception"];
                let class = names.iter().find_map(|name| text(&record.headers, name))?;
                let class = class.split(':').next().unwrap_or_default().to_owned();
                Some(class.strip_prefix("sanctions-stream.").unwrap_or(&class).to_owned())
            })
            .unwrap_or_else(|| "unknown".to_owned());
        let details = [
            "sanctions-stream.error.detail",
            "__connect.errors.exception.message",
            "__streams.errors.message",
            "kafka_dlt-exception-message",
        ];
        let detail = details.iter().find_map(|name| text(&record.headers, name)).unwrap_or_default();
        Self { record, origin, reason, detail }
    }

    /// The original record for its original topic; `None` when the headers do not name it or the value was left out.
    fn original(&self) -> Option<(String, Emitted)> {
        let origin = self.origin.as_ref()?;
        if self.record.headers.iter().any(|(name, _)| name == OMITTED) {
            return None;
        }
        let headers = self.record.headers.iter().filter(|(name, _)| !is_ours(name)).cloned().collect();
        let emitted = Emitted {
            to: Destination::DeadLetters,
            key: self.record.key.clone(),
            headers,
            value: self.record.value.clone(),
        };
        Some((origin.topic.clone(), emitted))
    }
}

/// Where the original of a dead letter stood, in any dialect.
#[must_use]
pub fn origin_of(headers: &[(String, Option<Vec<u8>>)]) -> Option<Coordinates> {
    let number = |name: &str| text(headers, name).and_then(|t| t.parse::<i64>().ok());
    for prefix in ["sanctions-stream.error.", "__connect.errors.", "__streams.errors."] {
        if let Some(topic) = text(headers, &format!("{prefix}topic")) {
            return Some(Coordinates {
                topic,
                partition: number(&format!("{prefix}partition")).and_then(|p| i32::try_from(p).ok())?,
                offset: number(&format!("{prefix}offset"))?,
                timestamp: number(&format!("{prefix}timestamp")),
            });
        }
    }
    // Spring writes its numbers as big-endian bytes.
    let bytes = |name: &str| headers.iter().rev().find(|(n, _)| n == name).and_then(|(_, value)| value.as_deref());
    Some(Coordinates {
        topic: text(headers, "kafka_dlt-original-topic")?,
        partition: i32::from_be_bytes(bytes("kafka_dlt-original-partition")?.try_into().ok()?),
        offset: i64::from_be_bytes(bytes("kafka_dlt-original-offset")?.try_into().ok()?),
        timestamp: bytes("kafka_dlt-original-timestamp").and_then(|b| b.try_into().ok()).map(i64::from_be_bytes),
    })
}

fn text(headers: &[(String, Option<Vec<u8>>)], name: &str) -> Option<String> {
    let value = headers.iter().rev().find(|(n, _)| n == name)?.1.as_deref()?;
    Some(String::from_utf8_lossy(value).into_owned())
}

/// Which dead letters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Only these reason codes; all when empty.
    pub reasons: Vec<String>,
    /// Only originals of this topic, by its full name.
    pub topic: Option<String>,
    /// The part of the dead-letter topic, by time of burial.
    pub range: Range,
}

impl Selection {
    fn takes(&self, letter: &DeadLetter) -> bool {
        (self.reasons.is_empty() || self.reasons.contains(&letter.reason))
            && self.topic.as_ref().is_none_or(|topic| letter.origin.as_ref().is_some_and(|o| o.topic == *topic))
    }

    fn is_everything(&self) -> bool {
        *self == Self::default()
    }
}

/// Whether a replay begins behind the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bookmark {
    /// Begin behind what was replayed before, and remember where this one ends.
    Follow,
    /// Begin at the oldest dead letter; nothing is remembered.
    Ignore,
}

/// What a replay did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Records sent to their original topics, by topic.
    pub sent: BTreeMap<String, u64>,
    /// Dead letters that name no origin, or whose value was left out as too large.
    pub impossible: u64,
    /// Dead letters that were not selected.
    pub left: u64,
}

/// Hands every selected dead letter to `each` until it breaks off.
///
/// # Errors
/// As [`super::read`].
pub fn list(
    config: &Config,
    selection: &Selection,
    mut each: impl FnMut(DeadLetter) -> ControlFlow<()>,
) -> Result<u64, Failure> {
    let mut count = 0;
    super::range::read(config, &config.kafka.topic("sanctions.dead-letters"), selection.range, |record| {
        let letter = DeadLetter::of(record);
        if !selection.takes(&letter) {
            return ControlFlow::Continue(());
        }
        count += 1;
        each(letter)
    })?;
    Ok(count)
}

/// Sends selected dead letters to their original topics, untouched but for our headers.
///
/// # Errors
/// As [`super::read`], and what the broker refused. Batches before the error are committed, and so is the position.
pub fn replay(config: &Arc<Config>, selection: &Selection, bookmark: Bookmark) -> Result<Replayed, Failure> {
    let topic = config.kafka.topic("sanctions.dead-letters");
    reach(config)?;
    let mentions = config.kafka.topic(MENTIONS);
    // A selection leaves letters out; remembering its end would skip them for ever.
    let bookmark = if selection.is_everything() { bookmark } else { Bookmark::Ignore };
    // The group must be the one that the offsets commit under; the name keeps it apart from the service's.
    let mut own = (**config).clone();
    own.kafka.group = format!("{}.dead-letters", config.kafka.group);
    let own = Arc::new(own);
    let metrics = Arc::new(Metrics::new(&RuleSet::builtin()));
    let mut transaction = Transaction::start(&own, &metrics, StageLabels { stage: "replay" }, "replay")?;
    let consumer = reader(&own, &own.kafka.group)?;
    let mut replayed = Replayed::default();
    for partition in partitions(&own, &consumer, &topic)? {
        let begin = match bookmark {
            Bookmark::Follow => committed(&own, &consumer, &topic, partition)?,
            Bookmark::Ignore => None,
        };
        let mut batch: Vec<DeadLetter> = Vec::new();
        let mut failure = None;
        let mut count = 0;
        let ended = read_partition(
            &own,
            &consumer,
            (&topic, partition),
            selection.range,
            begin,
            &mut |record| {
                batch.push(DeadLetter::of(record));
                if batch.len() >= BATCH {
                    let how = (selection, bookmark, mentions.as_str());
                    let sent = send(&mut transaction, &consumer, how, &mut batch, &mut replayed);
                    failure = sent.err();
                }
                if failure.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
            &mut count,
        );
        if let Some(failure) = failure {
            return Err(failure);
        }
        let _ = ended?;
        send(&mut transaction, &consumer, (selection, bookmark, &mentions), &mut batch, &mut replayed)?;
    }
    Ok(replayed)
}

fn send(
    transaction: &mut Transaction,
    consumer: &BaseConsumer<Reader>,
    (selection, bookmark, mentions): (&Selection, Bookmark, &str),
    batch: &mut Vec<DeadLetter>,
    replayed: &mut Replayed,
) -> Result<(), Failure> {
    if batch.is_empty() {
        return Ok(());
    }
    let failed = |error: &_| Failure::of("replaying dead letters", error);
    transaction.open().map_err(|error| failed(&error))?;
    let mut sent: Vec<String> = Vec::new();
    let (mut impossible, mut left) = (0, 0);
    for letter in batch.drain(..) {
        if !selection.takes(&letter) {
            left += 1;
        } else if let Some((topic, emitted)) = letter.original() {
            // A mention belongs to the stories of its partition, and a withdrawal there has not even a key that says so.
            let partition = letter.origin.as_ref().map(|origin| origin.partition).filter(|_| topic == mentions);
            transaction.send(&topic, partition, &emitted).map_err(|error| failed(&error))?;
            sent.push(topic);
        } else {
            impossible += 1;
        }
        if bookmark == Bookmark::Follow {
            let at = &letter.record.at;
            transaction.done((&at.topic, at.partition, at.offset), 0, None, 0, crate::pipeline::Tally::default());
        }
    }
    match transaction.commit(consumer)? {
        super::transaction::Ended::Committed => {
            for topic in sent {
                *replayed.sent.entry(topic).or_default() += 1;
            }
            replayed.impossible += impossible;
            replayed.left += left;
            Ok(())
        }
        super::transaction::Ended::Aborted(_) => Err(Failure::Fatal(
            "replaying dead letters: the broker took the transaction back, nothing of this batch was sent; run the \
             command again, and not twice at the same time"
                .to_owned(),
        )),
    }
}

fn committed(
    config: &Config,
    consumer: &BaseConsumer<Reader>,
    topic: &str,
    partition: i32,
) -> Result<Option<i64>, Failure> {
    let mut wanted = TopicPartitionList::new();
    wanted.add_partition(topic, partition);
    let found = consumer
        .committed_offsets(wanted, config.kafka.connect_timeout)
        .map_err(|error| unreachable_or(config, "asking where the last replay ended", &error))?;
    Ok(match found.find_partition(topic, partition).map(|element| element.offset()) {
        Some(Offset::Offset(offset)) => Some(offset),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{Header, Record, Rejected, RejectedReason};
    use crate::output::{Engine, HeaderDialect, dead_letter};

    #[test]
    fn every_dialect_is_read_back_and_the_original_is_untouched() {
        let rules = RuleSet::builtin();
        let engine = Engine::of(&rules, "s");
        let at = Coordinates { topic: "news.articles".to_owned(), partition: 7, offset: 1 << 40, timestamp: Some(5) };
        let rejected = Rejected { reason: RejectedReason::InvalidJson, detail: "line 1: stops early".to_owned() };
        let own = [Header { name: "traceparent", value: Some(b"x") }, Header { name: "null", value: None }];
        let record = Record { key: Some(b"k"), value: Some(b"{"), headers: &own };
        for dialect in [HeaderDialect::Native, HeaderDialect::Connect, HeaderDialect::Streams, HeaderDialect::Spring] {
            let failure =
                crate::output::Failure { rejected: &rejected, at: Some(&at), group: Some("g"), worker: 0, attempts: 1 };
            let emitted = dead_letter(&record, &failure, &engine, dialect);
            let here = Coordinates { topic: "dead".to_owned(), partition: 0, offset: 0, timestamp: None };
            let letter = DeadLetter::of(OwnedRecord {
                at: here,
                key: emitted.key,
                value: emitted.value,
                headers: emitted.headers,
            });
            assert_eq!(letter.reason, "invalid-json", "{dialect:?}");
            assert_eq!(letter.detail, "line 1: stops early", "{dialect:?}");
            let origin = letter.origin.as_ref().unwrap();
            assert_eq!((origin.topic.as_str(), origin.partition, origin.offset), ("news.articles", 7, 1 << 40));
            let (topic, original) = letter.original().unwrap();
            assert_eq!(topic, "news.articles");
            assert_eq!(original.headers, [("traceparent".to_owned(), Some(b"x".to_vec())), ("null".to_owned(), None)]);
            assert_eq!(original.value.as_deref(), Some(&b"{"[..]));
        }
    }
}
