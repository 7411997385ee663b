//! What a test does to Kafka from outside: create topics, produce records, read what is committed, ask for offsets.
//!
//! It is a reader and writer for tests: no retries, no groups, one record at a time. It is not the client of the service,
//! which lives in `src/kafka/`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rdkafka::admin::{AdminClient, AdminOptions, NewPartitions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::message::{Header, Headers, Message, OwnedHeaders};
use rdkafka::metadata::MetadataPartition;
use rdkafka::producer::{BaseProducer, BaseRecord, DeliveryResult, Producer, ProducerContext};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use rdkafka::types::RDKafkaErrorCode;
use rdkafka::{ClientConfig, ClientContext};

use crate::broker::Cluster;

const REQUEST_LIMIT: Duration = Duration::from_secs(20);
const READ_LIMIT: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(20);

/// A record as a test writes it, or as it was read. `partition` and `offset` are only known after reading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    pub topic: String,
    pub partition: Option<i32>,
    pub offset: Option<i64>,
    pub timestamp: Option<i64>,
    pub key: Option<Vec<u8>>,
    pub value: Option<Vec<u8>>,
    pub headers: Vec<(String, Option<Vec<u8>>)>,
}

impl Record {
    pub fn new(topic: &str, key: &str, value: impl Into<Vec<u8>>) -> Self {
        Self { topic: topic.into(), key: Some(key.into()), value: Some(value.into()), ..Self::default() }
    }

    /// Adds a header. Kafka allows several of one name and keeps their order.
    pub fn header(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.into(), Some(value.into())));
        self
    }

    /// The first header of that name, as text.
    pub fn header_text(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(n, _)| n == name)?;
        std::str::from_utf8(value.as_deref()?).ok()
    }

    /// The value as JSON.
    pub fn json(&self) -> Result<serde_json::Value> {
        let value = self.value.as_deref().context("a record without a value")?;
        serde_json::from_slice(value).with_context(|| format!("{} at {:?} is not JSON", self.topic, self.offset))
    }
}

/// A topic to create, with the replication that the cluster has by default.
pub struct Topic<'a> {
    pub name: &'a str,
    pub partitions: i32,
    pub settings: &'a [(&'a str, &'a str)],
}

/// A way to talk to one cluster.
#[derive(Clone)]
pub struct Client {
    config: ClientConfig,
    /// Made for the first record: a new one waits half a second for its identity.
    producer: Arc<OnceLock<BaseProducer<Refusals>>>,
}

impl Client {
    pub fn new(cluster: &Cluster) -> Self {
        Self { config: cluster.config(), producer: Arc::default() }
    }

    /// The configuration that connects to the cluster, to build a client that this file does not have.
    pub fn config(&self) -> ClientConfig {
        self.config.clone()
    }

    /// Creates topics and waits until every one of them has leaders. One that exists already is an error.
    pub fn create_topics(&self, topics: &[Topic<'_>]) -> Result<()> {
        let admin: AdminClient<DefaultClientContext> = self.config.create()?;
        let new: Vec<NewTopic<'_>> = topics
            .iter()
            .map(|topic| NewTopic {
                name: topic.name,
                num_partitions: topic.partitions,
                replication: TopicReplication::Fixed(-1),
                config: topic.settings.to_vec(),
            })
            .collect();
        let options = AdminOptions::new().operation_timeout(Some(REQUEST_LIMIT));
        // The answer of an admin call comes through a future, whose other end is a thread of librdkafka.
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        for result in runtime.block_on(admin.create_topics(&new, &options))? {
            result.map_err(|(topic, code)| anyhow::anyhow!("creating {topic}: {code}"))?;
        }
        let consumer: BaseConsumer = self.config.create()?;
        wait_until("the new topics have leaders", REQUEST_LIMIT, || {
            let metadata = consumer.fetch_metadata(None, REQUEST_LIMIT)?;
            Ok(topics.iter().all(|wanted| {
                let found = metadata.topics().iter().find(|topic| topic.name() == wanted.name);
                found.is_some_and(|topic| {
                    !topic.partitions().is_empty() && topic.partitions().iter().all(|p| p.leader() > 0)
                })
            }))
        })
    }

    /// Gives a topic more partitions: so many in all.
    pub fn add_partitions(&self, topic: &str, partitions: usize) -> Result<()> {
        let admin: AdminClient<DefaultClientContext> = self.config.create()?;
        let options = AdminOptions::new().operation_timeout(Some(REQUEST_LIMIT));
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        for result in runtime.block_on(admin.create_partitions(&[NewPartitions::new(topic, partitions)], &options))? {
            result.map_err(|(topic, code)| anyhow::anyhow!("more partitions for {topic}: {code}"))?;
        }
        wait_until("the partitions are there", REQUEST_LIMIT, || Ok(self.partition_count(topic)? == partitions))
    }

    /// How many partitions a topic has.
    pub fn partition_count(&self, topic: &str) -> Result<usize> {
        let consumer: BaseConsumer = self.config.create()?;
        Ok(Self::partitions(&consumer, topic)?.len())
    }

    /// Writes records outside any transaction and waits until Kafka has acknowledged all of them.
    pub fn produce(&self, records: &[Record]) -> Result<()> {
        let producer = self.producer()?;
        for record in records {
            send(producer, record)?;
        }
        drain(producer, READ_LIMIT)?;
        let refused = std::mem::take(&mut *producer.context().0.lock().unwrap_or_else(PoisonError::into_inner));
        ensure!(refused.is_empty(), "{} of {} records were refused: {refused:?}", refused.len(), records.len());
        Ok(())
    }

    fn producer(&self) -> Result<&BaseProducer<Refusals>> {
        if let Some(producer) = self.producer.get() {
            return Ok(producer);
        }
        let producer = self
            .config()
            .set("enable.idempotence", "true")
            .set("partitioner", "murmur2_random")
            .set("message.max.bytes", "40000000")
            .create_with_context(Refusals::default())?;
        Ok(self.producer.get_or_init(|| producer))
    }

    /// Everything that a `read_committed` reader sees in the topic, by partition and offset, up to the last stable offset.
    pub fn read_committed(&self, topic: &str) -> Result<Vec<Record>> {
        self.read(topic, "read_committed")
    }

    /// Everything in the topic, records of open and of aborted transactions included.
    pub fn read_uncommitted(&self, topic: &str) -> Result<Vec<Record>> {
        self.read(topic, "read_uncommitted")
    }

    fn read(&self, topic: &str, isolation: &str) -> Result<Vec<Record>> {
        let consumer = self.reader(isolation, topic)?;
        let partitions = Self::partitions(&consumer, topic)?;
        let mut assignment = TopicPartitionList::new();
        for partition in &partitions {
            assignment.add_partition_offset(topic, *partition, Offset::Beginning)?;
        }
        consumer.assign(&assignment)?;
        // The end of a partition comes as an event. Counting offsets would not do: transaction markers take some.
        let mut open: Vec<i32> = partitions;
        let mut records = Vec::new();
        let start = Instant::now();
        while !open.is_empty() {
            ensure!(start.elapsed() < READ_LIMIT, "reading {topic}: partitions {open:?} did not end in {READ_LIMIT:?}");
            match consumer.poll(POLL) {
                None => {}
                // After its end a partition may go on with records of a writer that still runs; the first end counts.
                Some(Ok(message)) if open.contains(&message.partition()) => records.push(detach(&message)),
                Some(Ok(_)) => {}
                Some(Err(KafkaError::PartitionEOF(ended))) => open.retain(|partition| *partition != ended),
                // A broker that is being bounced; the reader reconnects by itself, within the limit above.
                Some(Err(KafkaError::MessageConsumption(code))) if passes(code) => {}
                Some(Err(error)) => return Err(error).with_context(|| format!("reading {topic}")),
            }
        }
        records.sort_by_key(|record| (record.partition, record.offset));
        Ok(records)
    }

    fn reader(&self, isolation: &str, topic: &str) -> Result<BaseConsumer> {
        // librdkafka wants a group for any assignment. It is never joined and nothing is committed, so Kafka does not see it.
        let consumer = self
            .config()
            .set("group.id", "harness-reader")
            .set("enable.auto.commit", "false")
            .set("isolation.level", isolation)
            .set("enable.partition.eof", "true")
            .set("auto.offset.reset", "error")
            .set("fetch.wait.max.ms", "10")
            .create();
        consumer.with_context(|| format!("a reader of {topic}"))
    }

    /// The committed offset of a group for every partition of the topic; `None` where it has committed nothing.
    /// Kafka does not answer while a transaction with offsets of the group is open: then this waits for its end.
    pub fn committed(&self, group: &str, topic: &str) -> Result<BTreeMap<i32, Option<i64>>> {
        let consumer: BaseConsumer =
            self.config().set("group.id", group).set("enable.auto.commit", "false").create()?;
        let mut asked = TopicPartitionList::new();
        for partition in Self::partitions(&consumer, topic)? {
            asked.add_partition(topic, partition);
        }
        let answer = consumer.committed_offsets(asked, REQUEST_LIMIT)?;
        let mut committed = BTreeMap::new();
        for element in answer.elements() {
            element.error()?;
            let offset = if let Offset::Offset(offset) = element.offset() { Some(offset) } else { None };
            committed.insert(element.partition(), offset);
        }
        Ok(committed)
    }

    /// How many offsets the group is behind the last stable offset of the topic, over all partitions.
    /// It reaches 0 only where the input was not produced in transactions: their markers have offsets that nobody commits.
    pub fn lag(&self, group: &str, topic: &str) -> Result<i64> {
        let consumer: BaseConsumer = self.config().set("isolation.level", "read_committed").create()?;
        let mut lag = 0;
        for (partition, committed) in self.committed(group, topic)? {
            let (low, end) = consumer.fetch_watermarks(topic, partition, REQUEST_LIMIT)?;
            lag += end - committed.unwrap_or(low);
        }
        Ok(lag)
    }

    /// Somebody who looks at what a group has read, again and again, without being a member.
    pub fn observer(&self, group: &str) -> Result<Observer> {
        let consumer = self
            .config()
            .set("group.id", group)
            .set("enable.auto.commit", "false")
            .set("isolation.level", "read_committed")
            .set("enable.partition.eof", "true")
            .set("auto.offset.reset", "error")
            .set("fetch.wait.max.ms", "10")
            .create()?;
        let ends = self.config().set("isolation.level", "read_uncommitted").create()?;
        Ok(Observer { consumer, ends })
    }

    fn partitions<C>(consumer: &BaseConsumer<C>, topic: &str) -> Result<Vec<i32>>
    where
        C: ClientContext + rdkafka::consumer::ConsumerContext,
    {
        let metadata = consumer.fetch_metadata(Some(topic), REQUEST_LIMIT)?;
        let found = metadata.topics().first().context("no metadata")?;
        ensure!(found.error().is_none() && !found.partitions().is_empty(), "the topic {topic} does not exist");
        Ok(found.partitions().iter().map(MetadataPartition::id).collect())
    }
}

/// See [`Client::observer`].
pub struct Observer {
    consumer: BaseConsumer,
    /// Reads uncommitted records, and so sees ends beyond open transactions.
    ends: BaseConsumer,
}

impl Observer {
    /// Whether the topic holds a record that a `read_committed` member of the group has still to read, or may come to hold
    /// one: behind a transaction that a killed process left open nothing can be read until it times out, committed or not.
    ///
    /// Counting offsets would not tell: the markers of transactions and the records of aborted ones have offsets that
    /// nobody commits.
    pub fn unread(&self, topic: &str) -> Result<bool> {
        let mut asked = TopicPartitionList::new();
        for partition in Client::partitions(&self.consumer, topic)? {
            asked.add_partition(topic, partition);
        }
        for element in self.consumer.committed_offsets(asked, REQUEST_LIMIT)?.elements() {
            element.error()?;
            let (low, end) = self.consumer.fetch_watermarks(topic, element.partition(), REQUEST_LIMIT)?;
            let (_, beyond) = self.ends.fetch_watermarks(topic, element.partition(), REQUEST_LIMIT)?;
            if end < beyond {
                return Ok(true);
            }
            let next = if let Offset::Offset(committed) = element.offset() { committed } else { low };
            if next < end && self.holds_a_record(topic, element.partition(), next)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a `read_committed` reader sees a record from that offset on.
    fn holds_a_record(&self, topic: &str, partition: i32, offset: i64) -> Result<bool> {
        let mut assignment = TopicPartitionList::new();
        assignment.add_partition_offset(topic, partition, Offset::Offset(offset))?;
        self.consumer.assign(&assignment)?;
        let start = Instant::now();
        let found = loop {
            ensure!(start.elapsed() < READ_LIMIT, "reading {topic}: partition {partition} did not end");
            match self.consumer.poll(POLL) {
                Some(Ok(message)) if message.topic() == topic && message.partition() == partition => break true,
                Some(Err(KafkaError::PartitionEOF(ended))) if ended == partition => break false,
                Some(Err(KafkaError::PartitionEOF(_)) | Ok(_)) | None => {}
                Some(Err(KafkaError::MessageConsumption(code))) if passes(code) => {}
                Some(Err(error)) => return Err(error).with_context(|| format!("reading {topic}")),
            }
        };
        self.consumer.unassign()?;
        Ok(found)
    }
}

/// What Kafka answered to the records that it did not take. Without it a lost record would look like a delivered one.
#[derive(Default)]
struct Refusals(Mutex<Vec<KafkaError>>);

impl ClientContext for Refusals {}

impl ProducerContext for Refusals {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        if let Err((error, _)) = result {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(error.clone());
        }
    }
}

/// Hands a record to a producer, and waits while its queue is full.
pub fn send<C>(producer: &BaseProducer<C>, record: &Record) -> Result<()>
where
    C: ProducerContext<DeliveryOpaque = ()>,
{
    let mut headers = OwnedHeaders::new_with_capacity(record.headers.len());
    for (key, value) in &record.headers {
        headers = headers.insert(Header { key, value: value.as_deref() });
    }
    let mut out = BaseRecord::<[u8], [u8]>::to(&record.topic).headers(headers);
    out.partition = record.partition;
    out.timestamp = record.timestamp;
    out.key = record.key.as_deref();
    out.payload = record.value.as_deref();
    let start = Instant::now();
    loop {
        match producer.send(out) {
            Ok(()) => return Ok(()),
            Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), back)) if start.elapsed() < READ_LIMIT => {
                out = back;
                producer.poll(POLL);
            }
            Err((error, _)) => return Err(error).with_context(|| format!("producing to {}", record.topic)),
        }
    }
}

/// Waits until every record that was sent is acknowledged or has failed.
pub fn drain<C: ProducerContext>(producer: &BaseProducer<C>, limit: Duration) -> Result<()> {
    let start = Instant::now();
    while producer.in_flight_count() > 0 {
        ensure!(start.elapsed() < limit, "{} records are still in flight after {limit:?}", producer.in_flight_count());
        producer.poll(Duration::from_millis(1));
    }
    Ok(())
}

/// Asks until the answer is yes. An error is an answer too, and ends the wait.
pub fn wait_until(what: &str, limit: Duration, mut ask: impl FnMut() -> Result<bool>) -> Result<()> {
    let start = Instant::now();
    while !ask()? {
        if start.elapsed() > limit {
            bail!("waited {limit:?} in vain until {what}");
        }
        std::thread::sleep(POLL);
    }
    Ok(())
}

fn passes(code: RDKafkaErrorCode) -> bool {
    use RDKafkaErrorCode::{AllBrokersDown, BrokerTransportFailure, OperationTimedOut, Resolve};
    matches!(code, AllBrokersDown | BrokerTransportFailure | OperationTimedOut | Resolve)
}

fn detach(message: &impl Message) -> Record {
    let headers = message.headers().map_or_else(Vec::new, |headers| {
        headers.iter().map(|h| (h.key.to_owned(), h.value.map(<[u8]>::to_vec))).collect()
    });
    Record {
        topic: message.topic().to_owned(),
        partition: Some(message.partition()),
        offset: Some(message.offset()),
        timestamp: message.timestamp().to_millis(),
        key: message.key().map(<[u8]>::to_vec),
        value: message.payload().map(<[u8]>::to_vec),
        headers,
    }
}
