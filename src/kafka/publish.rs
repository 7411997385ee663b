//! Writing a log of records to topics: `replay --to-kafka` and the demo.
//!
//! Idempotent, so that a retry inside the client writes nothing twice; not transactional, because publishing a log
//! again is a new publication anyway.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::ClientContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Header, OwnedHeaders};
use rdkafka::metadata::Metadata;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer, ProducerContext};

use super::client;
use super::failure::Failure;
use super::reach::reach;
use crate::config::Config;

/// How long a broker may take to hear of a topic that another one has just made.
const HEARSAY: Duration = Duration::from_secs(3);
const PAUSE: Duration = Duration::from_millis(100);

/// One record to publish.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Publication {
    /// The full topic name.
    pub topic: String,
    /// The key; without one the partition is chosen at random.
    pub key: Option<Vec<u8>>,
    /// The value.
    pub value: Option<Vec<u8>>,
    /// Headers in their order.
    pub headers: Vec<(String, Option<Vec<u8>>)>,
    /// Timestamp in milliseconds since the Unix epoch; now when `None`.
    pub timestamp: Option<i64>,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// Records confirmed by the broker.
    pub records: u64,
    /// Bytes of their keys and values.
    pub bytes: u64,
}

#[derive(Default)]
struct Confirmations {
    confirmed: AtomicU64,
    refused: Mutex<Option<KafkaError>>,
}

impl ClientContext for Confirmations {
    fn error(&self, error: KafkaError, reason: &str) {
        tracing::warn!(target: "kafka", "publisher: {error}: {reason}");
    }
}

impl ProducerContext for Confirmations {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        match result {
            Ok(_) => {
                self.confirmed.fetch_add(1, Ordering::Relaxed);
            }
            Err((error, _)) => {
                self.refused.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error.clone());
            }
        }
    }
}

/// A publisher that takes records one by one.
pub struct Publisher {
    producer: BaseProducer<Confirmations>,
    brokers: String,
    patience: Duration,
    /// The topics that the cluster has.
    known: BTreeSet<String>,
    sent: Published,
}

fn names(metadata: &Metadata) -> impl Iterator<Item = String> {
    metadata.topics().iter().map(|topic| topic.name().to_owned())
}

impl Publisher {
    /// Creates the client, once the cluster answers.
    ///
    /// # Errors
    /// [`Failure::Configuration`], [`Failure::Unreachable`] or [`Failure::Refused`].
    pub fn new(config: &Config) -> Result<Self, Failure> {
        let known = names(&reach(config)?).collect();
        let producer = client::publisher(config)
            .create_with_context(Confirmations::default())
            .map_err(|error| Failure::building(&error))?;
        let (brokers, patience) = (config.kafka.brokers.join(","), config.kafka.connect_timeout);
        Ok(Self { producer, brokers, patience, known, sent: Published::default() })
    }

    /// Enqueues one record, waiting while the queue is full.
    ///
    /// # Errors
    /// When the record is refused, or an earlier one was.
    pub fn send(&mut self, publication: &Publication) -> Result<(), Failure> {
        self.find(&publication.topic)?;
        let mut headers = OwnedHeaders::new_with_capacity(publication.headers.len());
        for (key, value) in &publication.headers {
            headers = headers.insert(Header { key, value: value.as_deref() });
        }
        let mut record: BaseRecord<'_, [u8], [u8]> = BaseRecord::to(&publication.topic);
        if !publication.headers.is_empty() {
            record = record.headers(headers);
        }
        record.key = publication.key.as_deref();
        record.payload = publication.value.as_deref();
        record.timestamp = publication.timestamp;
        loop {
            self.check()?;
            match self.producer.send(record) {
                Ok(()) => break,
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), back)) => {
                    self.producer.poll(Duration::from_millis(1));
                    record = back;
                }
                Err((error, _)) => return Err(self.failed(&publication.topic, &error)),
            }
        }
        self.sent.records += 1;
        let bytes = publication.key.as_ref().map_or(0, Vec::len) + publication.value.as_ref().map_or(0, Vec::len);
        self.sent.bytes += bytes as u64;
        self.producer.poll(Duration::ZERO);
        Ok(())
    }

    /// That the topic is there. The client would wait for one that is missing, and then say that no broker answered.
    fn find(&mut self, topic: &str) -> Result<(), Failure> {
        let began = Instant::now();
        while !self.known.contains(topic) {
            if began.elapsed() > HEARSAY {
                return Err(Failure::MissingTopics(topic.to_owned()));
            }
            std::thread::sleep(PAUSE);
            let answer = self.producer.client().fetch_metadata(None, self.patience);
            let metadata = answer.map_err(|error| self.failed(topic, &error))?;
            self.known.extend(names(&metadata));
        }
        Ok(())
    }

    /// Waits until the broker has confirmed everything.
    ///
    /// # Errors
    /// The first refusal, if there was one.
    pub fn finish(self) -> Result<Published, Failure> {
        while self.producer.in_flight_count() > 0 {
            self.producer.poll(Duration::from_millis(1));
        }
        self.check()?;
        let confirmed = self.producer.client().context().confirmed.load(Ordering::Relaxed);
        Ok(Published { records: confirmed, ..self.sent })
    }

    fn check(&self) -> Result<(), Failure> {
        let context = self.producer.client().context();
        let refused = context.refused.lock().unwrap_or_else(PoisonError::into_inner).clone();
        refused.map_or(Ok(()), |error| Err(self.failed("a record", &error)))
    }

    fn failed(&self, what: &str, error: &KafkaError) -> Failure {
        match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::MessageTimedOut) => {
                Failure::Unreachable { brokers: self.brokers.clone(), detail: format!("publishing: {error}") }
            }
            Some(RDKafkaErrorCode::UnknownTopic | RDKafkaErrorCode::UnknownTopicOrPartition) => {
                Failure::MissingTopics(what.to_owned())
            }
            _ => Failure::of(&format!("publishing {what}"), error),
        }
    }
}

/// Publishes all records in their order.
///
/// # Errors
/// The first refusal; records before it may have been published.
pub fn publish(config: &Config, records: impl IntoIterator<Item = Publication>) -> Result<Published, Failure> {
    let mut publisher = Publisher::new(config)?;
    for record in records {
        publisher.send(&record)?;
    }
    publisher.finish()
}
