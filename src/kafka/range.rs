//! Reading a topic from one time to another, to its end: `replay --topic`, and listing dead letters.
//!
//! No group is joined and nothing is committed. Kafka knows no order between partitions, and reading one after the other
//! would show the stories of a month to end before those of the next partition begin. So they are read side by side, and
//! of the next record of each the oldest comes first: by timestamp, then by partition. Within a partition the order stays
//! what it is. The same range gives the same sequence every time.

use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rdkafka::ClientContext;
use rdkafka::consumer::base_consumer::PartitionQueue;
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
    let consumer = Arc::new(reader(config, &format!("{}.reader", config.kafka.group))?);
    let mut list = TopicPartitionList::new();
    let mut stretches = BTreeMap::new();
    for partition in partitions(config, &consumer, topic)? {
        let (begin, end) = bounds(config, &consumer, (topic, partition), range, None)?;
        if begin < end {
            let added = list.add_partition_offset(topic, partition, Offset::Offset(begin));
            added.map_err(|error| unreachable_or(config, "assigning partitions", &error))?;
            stretches.insert(partition, Stretch { queue: None, ahead: VecDeque::new(), end, done: false });
        }
    }
    consumer.assign(&list).map_err(|error| unreachable_or(config, "assigning partitions", &error))?;
    for (partition, stretch) in &mut stretches {
        // Each partition has a queue of its own, filled as far as the client allows and no further.
        stretch.queue = consumer.split_partition_queue(topic, *partition);
    }
    let mut count = 0;
    let mut heard = Instant::now();
    loop {
        let mut waits = None;
        for (partition, stretch) in &mut stretches {
            match stretch.fill() {
                Ok(true) => heard = Instant::now(),
                Ok(false) => waits = waits.or(stretch.waits().then_some(*partition)),
                Err(error) if heard.elapsed() > config.kafka.connect_timeout => {
                    return Err(unreachable_or(config, "reading", &error));
                }
                Err(error) => {
                    tracing::warn!(target: "kafka", "reading: {error}");
                    waits = waits.or(Some(*partition));
                }
            }
        }
        if let Some(partition) = waits {
            if heard.elapsed() > config.kafka.connect_timeout {
                return Err(Failure::Unreachable {
                    brokers: config.kafka.brokers.join(","),
                    detail: format!("nothing came from {topic}[{partition}] for {:?}", config.kafka.connect_timeout),
                });
            }
            // What came before the queues were parted, and what is of no partition.
            match consumer.poll(GLANCE) {
                Some(Ok(message)) => {
                    if let Some(stretch) = stretches.get_mut(&message.partition()) {
                        stretch.take(owned(&message));
                    }
                }
                Some(Err(KafkaError::PartitionEOF(partition))) => {
                    if let Some(stretch) = stretches.get_mut(&partition) {
                        stretch.done = true;
                    }
                }
                Some(Err(_)) | None => {}
            }
            continue;
        }
        let next =
            stretches.iter().filter_map(|(partition, stretch)| Some((stretch.ahead.front()?.at.timestamp, *partition)));
        let Some((_, partition)) = next.min() else { return Ok(count) };
        let Some(record) = stretches.get_mut(&partition).and_then(|stretch| stretch.ahead.pop_front()) else {
            continue;
        };
        count += 1;
        if each(record).is_break() {
            return Ok(count);
        }
    }
}

/// A glance at a queue.
const GLANCE: Duration = Duration::from_millis(5);

/// What is still to be read of one partition.
struct Stretch {
    queue: Option<PartitionQueue<Reader>>,
    /// Records read and not handed out.
    ahead: VecDeque<OwnedRecord>,
    /// The first offset that is not of the range.
    end: i64,
    /// Whether nothing more is to be read.
    done: bool,
}

impl Stretch {
    /// Whether nothing can be said of the order before more has come of this partition.
    fn waits(&self) -> bool {
        !self.done && self.ahead.is_empty()
    }

    /// Reads the next record where there is none; says whether anything came.
    fn fill(&mut self) -> Result<bool, KafkaError> {
        if !self.waits() {
            return Ok(false);
        }
        let Some(queue) = &self.queue else { return Ok(false) };
        match queue.poll(Duration::ZERO) {
            Some(Ok(message)) => {
                let record = owned(&message);
                self.take(record);
                Ok(true)
            }
            // Behind the last record there may be markers that are never handed out; this says that they are passed.
            Some(Err(KafkaError::PartitionEOF(_))) => {
                self.done = true;
                Ok(true)
            }
            Some(Err(error)) => Err(error),
            None => Ok(false),
        }
    }

    fn take(&mut self, record: OwnedRecord) {
        self.done |= record.at.offset + 1 >= self.end;
        if record.at.offset < self.end {
            self.ahead.push_back(record);
        }
    }
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

/// The offsets between which the range lies in a partition; `begin` overrides where it would begin.
fn bounds(
    config: &Config,
    consumer: &BaseConsumer<Reader>,
    (topic, partition): (&str, i32),
    range: Range,
    begin: Option<i64>,
) -> Result<(i64, i64), Failure> {
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
    Ok((begin, end))
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
    let (begin, end) = bounds(config, consumer, (topic, partition), range, begin)?;
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
