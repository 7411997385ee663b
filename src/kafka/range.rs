//! Reading a topic from one time to another, to its end: `replay --topic`, and listing dead letters.
//!
//! No group is joined and nothing is committed. Partitions are read one after the other in their order, so that the
//! same range gives the same sequence every time; between partitions Kafka knows no order anyway.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use rdkafka::ClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::Headers;
use rdkafka::metadata::Metadata;
use rdkafka::{Message, Offset, TopicPartitionList};

use super::client;
use super::failure::Failure;
use super::reach::reach;
use crate::config::Config;
use crate::input::Coordinates;

/// The context of a consumer that reads to an end: reaching it is no error.
pub(super) struct Reader;

impl ClientContext for Reader {
    fn error(&self, error: KafkaError, reason: &str) {
        if !matches!(error.rdkafka_error_code(), Some(RDKafkaErrorCode::PartitionEOF)) {
            tracing::warn!(target: "kafka", "reader: {error}: {reason}");
        }
    }
}

impl ConsumerContext for Reader {}

/// A consumer that reads to an end.
pub(super) fn reader(config: &Config, group: &str) -> Result<BaseConsumer<Reader>, Failure> {
    client::reader(config, group).create_with_context(Reader).map_err(|error| Failure::building(&error))
}

/// Which part of a topic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// From this time on, in milliseconds since the Unix epoch; from the beginning when `None`.
    pub from: Option<i64>,
    /// Up to but without this time; to the end as it is now when `None`.
    pub to: Option<i64>,
}

/// A record as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedRecord {
    /// Where it stands.
    pub at: Coordinates,
    /// The key.
    pub key: Option<Vec<u8>>,
    /// The value; `None` is a tombstone.
    pub value: Option<Vec<u8>>,
    /// Headers in their order.
    pub headers: Vec<(String, Option<Vec<u8>>)>,
}

/// Hands every record of the range to `each` until it breaks off. Returns the number of records handed out.
///
/// # Errors
/// [`Failure::Unreachable`], [`Failure::MissingTopics`], or what the broker refused.
pub fn read(
    config: &Config,
    topic: &str,
    range: Range,
    mut each: impl FnMut(OwnedRecord) -> ControlFlow<()>,
) -> Result<u64, Failure> {
    reach(config)?;
    let consumer = reader(config, &format!("{}.reader", config.kafka.group))?;
    let mut count = 0;
    for partition in partitions(config, &consumer, topic)? {
        if read_partition(config, &consumer, (topic, partition), range, None, &mut each, &mut count)?.is_break() {
            break;
        }
    }
    Ok(count)
}

/// The partitions of a topic, in order.
pub(super) fn partitions(config: &Config, consumer: &BaseConsumer<Reader>, topic: &str) -> Result<Vec<i32>, Failure> {
    let metadata = consumer
        .fetch_metadata(Some(topic), config.kafka.connect_timeout)
        .map_err(|error| unreachable_or(config, "asking for the partitions", &error))?;
    Ok((0..count_partitions(&metadata, topic)?).collect())
}

/// How many partitions a topic has. They are numbered from 0 without gaps.
pub(super) fn count_partitions(metadata: &Metadata, topic: &str) -> Result<i32, Failure> {
    let found = metadata.topics().iter().find(|t| t.name() == topic && t.error().is_none());
    match found.map_or(0, |topic| topic.partitions().len()) {
        0 => Err(Failure::MissingTopics(topic.to_owned())),
        count => Ok(i32::try_from(count).unwrap_or(i32::MAX)),
    }
}

/// Reads one partition; `begin` overrides where the range would begin.
pub(super) fn read_partition(
    config: &Config,
    consumer: &BaseConsumer<Reader>,
    (topic, partition): (&str, i32),
    range: Range,
    begin: Option<i64>,
    each: &mut impl FnMut(OwnedRecord) -> ControlFlow<()>,
    count: &mut u64,
) -> Result<ControlFlow<()>, Failure> {
    let failed = |doing: &str, error: &KafkaError| unreachable_or(config, doing, error);
    let patience = config.kafka.connect_timeout;
    let (low, high) = consumer
        .fetch_watermarks(topic, partition, patience)
        .map_err(|error| failed("asking for the ends of a partition", &error))?;
    let at_time = |time: Option<i64>, otherwise: i64| -> Result<i64, Failure> {
        let Some(time) = time else { return Ok(otherwise) };
        let mut wanted = TopicPartitionList::new();
        let added = wanted.add_partition_offset(topic, partition, Offset::Offset(time));
        let found = added.and_then(|()| consumer.offsets_for_times(wanted, patience));
        let found = found.map_err(|error| failed("asking for the offset of a time", &error))?;
        Ok(match found.find_partition(topic, partition).map(|element| element.offset()) {
            Some(Offset::Offset(offset)) => offset,
            // No record is that young.
            _ => high,
        })
    };
    let begin = match begin {
        Some(offset) => offset.max(low),
        None => at_time(range.from, low)?,
    };
    let end = at_time(range.to, high)?.min(high);
    if begin >= end {
        return Ok(ControlFlow::Continue(()));
    }
    let mut list = TopicPartitionList::new();
    list.add_partition_offset(topic, partition, Offset::Offset(begin))
        .and_then(|()| consumer.assign(&list))
        .map_err(|error| failed("assigning a partition", &error))?;
    let mut heard = Instant::now();
    loop {
        match consumer.poll(Duration::from_millis(100)) {
            Some(Ok(message)) => {
                heard = Instant::now();
                // An earlier partition's records may still be in the queue.
                if message.topic() != topic || message.partition() != partition {
                    continue;
                }
                if message.offset() >= end {
                    return Ok(ControlFlow::Continue(()));
                }
                let record = owned(&message);
                let last = record.at.offset + 1 >= end;
                *count += 1;
                if each(record).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
                if last {
                    return Ok(ControlFlow::Continue(()));
                }
            }
            // Behind the last record there may be markers that are never handed out; this says that they are passed.
            Some(Err(KafkaError::PartitionEOF(at))) if at == partition => return Ok(ControlFlow::Continue(())),
            Some(Err(KafkaError::PartitionEOF(_))) => {}
            Some(Err(error)) if heard.elapsed() > patience => return Err(failed("reading", &error)),
            Some(Err(error)) => tracing::warn!(target: "kafka", "reading: {error}"),
            None if heard.elapsed() > patience => {
                return Err(Failure::Unreachable {
                    brokers: config.kafka.brokers.join(","),
                    detail: format!("nothing came from {topic}[{partition}] for {} s", patience.as_secs()),
                });
            }
            None => {}
        }
    }
}

pub(super) fn owned(message: &impl Message) -> OwnedRecord {
    let headers = message
        .headers()
        .map(|all| all.iter().map(|header| (header.key.to_owned(), header.value.map(<[u8]>::to_vec))).collect());
    OwnedRecord {
        at: Coordinates {
            topic: message.topic().to_owned(),
            partition: message.partition(),
            offset: message.offset(),
            timestamp: message.timestamp().to_millis(),
        },
        key: message.key().map(<[u8]>::to_vec),
        value: message.payload().map(<[u8]>::to_vec),
        headers: headers.unwrap_or_default(),
    }
}

pub(super) fn unreachable_or(config: &Config, doing: &str, error: &KafkaError) -> Failure {
    use RDKafkaErrorCode as Code;
    match error.rdkafka_error_code() {
        Some(Code::OperationTimedOut | Code::BrokerTransportFailure | Code::AllBrokersDown | Code::Resolve) => {
            Failure::Unreachable { brokers: config.kafka.brokers.join(","), detail: format!("{doing}: {error}") }
        }
        _ => Failure::of(doing, error),
    }
}
