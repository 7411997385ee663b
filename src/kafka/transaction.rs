//! One transactional producer and the transaction that is open on it.
//!
//! Records go in with their outputs; commit sends the offsets and ends the transaction; abort takes everything back and
//! says from where to read again. It is shared between the poll loop and the rebalance callback, which run on the same
//! thread one after the other. It does not poll the consumer and does not decide when to commit.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rdkafka::ClientContext;
use rdkafka::client::Client;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Header as KafkaHeader, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer, ProducerContext, PurgeConfig};
use rdkafka::util::Timeout;

use super::client;
use super::failure::{Blame, Class, Failure, blame, classify, is_fenced};
use super::offsets::Offsets;
use super::poison::Isolation;
use crate::config::Config;
use crate::metrics::{AlertLabels, MentionLabels, Metrics, ReasonLabels, StageLabels};
use crate::output::{Destination, Emitted};
use crate::pipeline::{Alerted, Tally};

/// How long one call to the coordinator may take before it is made again.
const CALL: Duration = Duration::from_secs(10);

/// What a message costs on the wire besides its own bytes; librdkafka's own estimate, rounded up.
const FRAME: usize = 128;

/// Collects delivery reports: the first error of a transaction says who is to blame for its abort.
#[derive(Debug, Default)]
pub(super) struct Reports {
    first_error: Mutex<Option<RDKafkaErrorCode>>,
}

impl Reports {
    fn take(&self) -> Option<RDKafkaErrorCode> {
        self.first_error.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl ClientContext for Reports {
    fn error(&self, error: KafkaError, reason: &str) {
        tracing::warn!(target: "kafka", "producer: {error}: {reason}");
    }
}

impl ProducerContext for Reports {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        if let Err((error, _)) = result {
            let code = error.rdkafka_error_code().unwrap_or(RDKafkaErrorCode::Unknown);
            // Purging is our own doing; the reason for it came before.
            if !matches!(code, RDKafkaErrorCode::PurgeQueue | RDKafkaErrorCode::PurgeInflight) {
                self.first_error.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(code);
            }
        }
    }
}

/// What the open transaction holds that is counted when it commits.
#[derive(Debug, Default)]
struct Pending {
    records: usize,
    bytes: usize,
    outputs: usize,
    quiet: u64,
    withheld: u64,
    canceled: u64,
    mentions: Vec<(String, &'static str)>,
    alerts: Vec<Alerted>,
    suppressed: Vec<&'static str>,
    dead_letters: Vec<&'static str>,
    stories: u64,
    evicted: u64,
    /// Timestamps of the records that have outputs, in milliseconds since the epoch.
    born: Vec<i64>,
    /// Records and bytes since the first output: only then does a longer transaction keep readers waiting.
    records_since_output: usize,
    bytes_since_output: usize,
}

/// How a commit or an abort ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// Everything is committed.
    Committed,
    /// Everything was taken back; these stretches have to be read again.
    Aborted(Offsets),
}

/// The producer and its open transaction.
pub(super) struct Transaction {
    producer: BaseProducer<Reports>,
    config: Arc<Config>,
    metrics: Arc<Metrics>,
    labels: StageLabels,
    slot: String,
    opened: Option<Instant>,
    offsets: Offsets,
    progress: Offsets,
    pending: Pending,
    isolation: Isolation,
    refusals: u32,
    last_commit: Instant,
}

impl Transaction {
    /// Creates the producer and initialises transactions, which fences whoever had this slot before and aborts what
    /// they left open.
    pub(super) fn start(
        config: &Arc<Config>,
        metrics: &Arc<Metrics>,
        labels: StageLabels,
        slot: &str,
    ) -> Result<Self, Failure> {
        let producer: BaseProducer<Reports> = client::producer(config, slot)
            .create_with_context(Reports::default())
            .map_err(|error| Failure::building(&error))?;
        let transaction = Self {
            producer,
            config: Arc::clone(config),
            metrics: Arc::clone(metrics),
            labels,
            slot: slot.to_owned(),
            opened: None,
            offsets: Offsets::default(),
            progress: Offsets::default(),
            pending: Pending::default(),
            isolation: Isolation::default(),
            refusals: 0,
            last_commit: Instant::now(),
        };
        let patience = config.kafka.connect_timeout;
        transaction
            .retrying(patience, || transaction.producer.init_transactions(CALL))
            .map_err(|error| transaction.failure("starting transactions", &error))?;
        Ok(transaction)
    }

    /// Opens a transaction if none is open. Local: the broker hears of it with the first output.
    pub(super) fn open(&mut self) -> Result<(), KafkaError> {
        if self.opened.is_none() {
            self.producer.begin_transaction()?;
            self.opened = Some(Instant::now());
        }
        Ok(())
    }

    /// Whether a transaction is open.
    pub(super) fn is_open(&self) -> bool {
        self.opened.is_some()
    }

    /// Whether a record of this size may be sent at all.
    pub(super) fn fits(&self, emitted: &Emitted) -> bool {
        size(emitted) + FRAME <= self.config.kafka.max_message_bytes
    }

    /// Enqueues one output, for the partition that its key says where none is given. Waits while the queue is full; the
    /// broker drains it, or `message.timeout.ms` does.
    pub(super) fn send(&mut self, topic: &str, partition: Option<i32>, emitted: &Emitted) -> Result<(), KafkaError> {
        let mut headers = OwnedHeaders::new_with_capacity(emitted.headers.len());
        for (key, value) in &emitted.headers {
            headers = headers.insert(KafkaHeader { key, value: value.as_deref() });
        }
        let mut record: BaseRecord<'_, [u8], [u8]> = BaseRecord::to(topic).headers(headers);
        record.key = emitted.key.as_deref();
        record.payload = emitted.value.as_deref();
        record.partition = partition;
        loop {
            match self.producer.send(record) {
                Ok(()) => {
                    self.pending.outputs += 1;
                    if emitted.to == Destination::Stories {
                        self.pending.stories += u64::from(emitted.value.is_some());
                        self.pending.evicted += u64::from(emitted.value.is_none());
                    }
                    return Ok(());
                }
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), back)) => {
                    self.producer.poll(Duration::from_millis(1));
                    record = back;
                }
                Err((error, _)) => {
                    // Refused before it was enqueued: no delivery report will say why.
                    if let (Some(code), Class::Abortable) = (error.rdkafka_error_code(), classify(&error)) {
                        let reports = self.producer.client().context();
                        reports.first_error.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(code);
                    }
                    return Err(error);
                }
            }
        }
    }

    /// A record is done: its outputs are enqueued. Also for tombstones and for records without outputs.
    pub(super) fn done(&mut self, at: (&str, i32, i64), bytes: usize, born: Option<i64>, outputs: usize, tally: Tally) {
        self.offsets.advance(at.0, at.1, at.2);
        let pending = &mut self.pending;
        pending.records += 1;
        pending.bytes += bytes;
        if pending.outputs > 0 {
            pending.records_since_output += 1;
            pending.bytes_since_output += bytes;
        }
        if outputs > 0 {
            pending.born.extend(born);
        }
        pending.quiet += u64::from(tally.quiet);
        pending.withheld += u64::from(tally.withheld);
        pending.canceled += u64::from(tally.canceled);
        pending.mentions.extend(tally.mentions);
        pending.alerts.extend(tally.alerts);
        pending.suppressed.extend(tally.suppressed);
        pending.dead_letters.extend(tally.rejected);
    }

    /// Whether the transaction should be committed now. `Idle` says that no record is waiting.
    ///
    /// A transaction with outputs keeps readers waiting and is committed as soon as nothing more is at hand; one that
    /// holds offsets only keeps nobody waiting and is bounded by time alone, which is what makes quiet streams cheap.
    pub(super) fn is_due(&self, queue: Queue) -> bool {
        let Some(opened) = self.opened else { return false };
        let (batch, pending) = (&self.config.batch, &self.pending);
        if self.isolation.limit().is_some_and(|limit| pending.records >= limit) {
            return true;
        }
        let full = pending.records_since_output >= batch.max_records || pending.bytes_since_output >= batch.max_bytes;
        let readers_wait = pending.outputs > 0;
        opened.elapsed() >= batch.interval || (readers_wait && (full || queue == Queue::Idle))
    }

    /// How long the poll may wait before the open transaction is due.
    pub(super) fn patience(&self, idle: Duration) -> Duration {
        match self.opened {
            None => idle,
            Some(_) if self.pending.outputs > 0 => Duration::ZERO,
            Some(opened) => self.config.batch.interval.saturating_sub(opened.elapsed()).min(idle),
        }
    }

    /// Commits outputs and offsets. An abortable error aborts; an error in the return value is fatal.
    ///
    /// Every output is acknowledged before the offsets are sent. Without it the client waits out a poll of 100 ms inside
    /// its commit; and restoring relies on it: what belongs to a committed offset lies below the high watermark.
    pub(super) fn commit<C: ConsumerContext>(&mut self, consumer: &BaseConsumer<C>) -> Result<Ended, Failure> {
        let Some(opened) = self.opened else { return Ok(Ended::Committed) };
        let began = Instant::now();
        self.drain();
        match self.try_commit(consumer) {
            Ok(()) => {
                let seconds = began.elapsed().as_secs_f64();
                self.metrics.transaction_commit_seconds.get_or_create(&self.labels).observe(seconds);
                self.observe_open(opened);
                self.opened = None;
                self.count();
                self.isolation.committed(&self.offsets);
                self.progress.absorb(&self.offsets);
                self.offsets.clear();
                self.refusals = 0;
                self.last_commit = Instant::now();
                let _ = self.producer.client().context().take();
                Ok(Ended::Committed)
            }
            Err(error) if classify(&error) == Class::Abortable => self.abort(&error),
            Err(error) => Err(self.failure("committing", &error)),
        }
    }

    fn try_commit<C: ConsumerContext>(&self, consumer: &BaseConsumer<C>) -> Result<(), KafkaError> {
        let patience = self.patience_with_broker();
        if !self.offsets.is_empty() {
            let offsets = self.offsets.to_commit();
            // Fetched for every commit: it carries the generation, and a stale one must be refused (KIP-447).
            let group = consumer.group_metadata().ok_or(KafkaError::Canceled)?;
            self.retrying(patience, || self.producer.send_offsets_to_transaction(&offsets, &group, CALL))?;
        }
        self.retrying(patience, || self.producer.commit_transaction(Timeout::Never))
    }

    /// Takes everything back because of `cause`. An error in the return value is fatal.
    pub(super) fn abort(&mut self, cause: &KafkaError) -> Result<Ended, Failure> {
        let Some(opened) = self.opened else { return Ok(Ended::Aborted(Offsets::default())) };
        let reported = self.producer.client().context().take();
        let code = reported.or_else(|| cause.rdkafka_error_code()).unwrap_or(RDKafkaErrorCode::Unknown);
        tracing::warn!(
            target: "kafka", slot = self.slot, code = ?code, records = self.pending.records,
            "transaction aborted, its records will be read again: {cause}"
        );
        // Undelivered messages would keep the abort waiting until its timeout.
        self.producer.purge(PurgeConfig::default().queue().inflight());
        self.drain();
        let patience = self.patience_with_broker();
        self.retrying(patience, || self.producer.abort_transaction(Timeout::Never))
            .map_err(|error| self.failure("aborting", &error))?;
        self.metrics.transaction_aborts.get_or_create(&self.labels).inc();
        self.observe_open(opened);
        match blame(code) {
            Blame::Records => self.isolation.aborted(&self.offsets, self.pending.records),
            Blame::Refused => {
                self.refusals += 1;
                if self.refusals >= 3 {
                    return Err(Failure::Refused(format!("{cause} ({code:?}), three times in a row")));
                }
            }
            Blame::Circumstances => {}
        }
        let _ = self.producer.client().context().take();
        self.opened = None;
        self.pending = Pending::default();
        let stretches = self.offsets.clone();
        self.offsets.clear();
        Ok(Ended::Aborted(stretches))
    }

    fn observe_open(&self, opened: Instant) {
        self.metrics.transaction_open_seconds.get_or_create(&self.labels).observe(opened.elapsed().as_secs_f64());
    }

    /// Forgets the open transaction without a word to the broker: the producer is dead, and its successor will end what
    /// is open there. Keeps the callbacks of a closing consumer from committing on a dead producer.
    pub(super) fn abandon(&mut self) {
        self.opened = None;
        self.offsets.clear();
        self.pending = Pending::default();
    }

    /// Serves the producer's events without waiting, and says so when its client has died in the background.
    pub(super) fn tend(&self) -> Result<(), Failure> {
        self.producer.poll(Duration::ZERO);
        match self.producer.client().fatal_error() {
            None => Ok(()),
            Some((code, reason)) => Err(self.fatal(code, &format!("producer: {reason}"))),
        }
    }

    /// A partition went to somebody else.
    pub(super) fn forget(&mut self, topic: &str, partition: i32) {
        self.offsets.forget(topic, partition);
        self.progress.forget(topic, partition);
        self.isolation.forget(topic, partition);
    }

    /// The next offset expected of a partition, from the open transaction or the last commit; `None` if neither has it.
    pub(super) fn expected(&self, topic: &str, partition: i32) -> Option<i64> {
        self.offsets.get(topic, partition).or_else(|| self.progress.get(topic, partition)).map(|stretch| stretch.next)
    }

    /// The next offset after the last commit of this assignment.
    pub(super) fn committed(&self, topic: &str, partition: i32) -> Option<i64> {
        self.progress.get(topic, partition).map(|stretch| stretch.next)
    }

    /// Lets a partition go back: its log was truncated or created anew.
    pub(super) fn restart_at(&mut self, topic: &str, partition: i32) {
        self.progress.forget(topic, partition);
    }

    /// Whether this record must become a dead letter, and after how many attempts.
    pub(super) fn convicted(&self, topic: &str, partition: i32, offset: i64) -> Option<u32> {
        self.isolation.convicted(topic, partition, offset)
    }

    /// The client of the producer, to ask for metadata.
    pub(super) fn client(&self) -> &Client<Reports> {
        self.producer.client()
    }

    /// When the last commit succeeded.
    pub(super) fn last_commit(&self) -> Instant {
        self.last_commit
    }

    /// The failure that a fatal error amounts to.
    pub(super) fn failure(&self, doing: &str, error: &KafkaError) -> Failure {
        match error.rdkafka_error_code() {
            Some(code) if is_fenced(code) => self.fatal(code, &error.to_string()),
            Some(RDKafkaErrorCode::OperationTimedOut) if doing.starts_with("starting") => Failure::Unreachable {
                brokers: self.config.kafka.brokers.join(","),
                detail: format!("{doing}: {error}"),
            },
            _ => Failure::of(doing, error),
        }
    }

    fn fatal(&self, code: RDKafkaErrorCode, detail: &str) -> Failure {
        if is_fenced(code) {
            self.metrics.fenced.get_or_create(&self.labels).inc();
            let (instance, group) = (self.slot.clone(), self.config.kafka.group.clone());
            return Failure::Fenced { instance, group, detail: detail.to_owned() };
        }
        Failure::Fatal(detail.to_owned())
    }

    /// Waits until every message has its delivery report. Bounded by `message.timeout.ms`.
    fn drain(&self) {
        while self.producer.in_flight_count() > 0 {
            self.producer.poll(Duration::from_millis(1));
        }
    }

    /// A transactional call may be repeated while the error is retriable: always the same call with the same arguments.
    fn retrying(&self, patience: Duration, mut call: impl FnMut() -> KafkaResult<()>) -> KafkaResult<()> {
        let began = Instant::now();
        loop {
            match call() {
                Err(error) if classify(&error) == Class::Retriable && began.elapsed() < patience => {
                    tracing::debug!(target: "kafka", slot = self.slot, "trying again: {error}");
                    self.producer.poll(Duration::from_millis(50));
                }
                other => return other,
            }
        }
    }

    /// How long a coordinator may be away before the worker is rebuilt instead of waited for. Below the poll interval,
    /// because a worker that misses it loses its partitions.
    fn patience_with_broker(&self) -> Duration {
        (self.config.kafka.transaction_timeout * 3).min(self.config.kafka.max_poll_interval / 2)
    }

    fn count(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        let metrics = &self.metrics;
        metrics.records_consumed.get_or_create(&self.labels).inc_by(pending.records as u64);
        metrics.consumed_bytes.get_or_create(&self.labels).inc_by(pending.bytes as u64);
        metrics.stories_written.inc_by(pending.stories);
        metrics.stories_evicted.inc_by(pending.evicted);
        metrics.quiet.inc_by(pending.quiet);
        metrics.withheld.inc_by(pending.withheld);
        metrics.canceled.inc_by(pending.canceled);
        for (r#type, status) in pending.mentions {
            metrics.mentions.get_or_create(&MentionLabels { r#type, status }).inc();
        }
        for Alerted { event: r#type, status, action } in pending.alerts {
            metrics.alerts.get_or_create(&AlertLabels { r#type, status, action }).inc();
        }
        for reason in pending.suppressed {
            metrics.suppressed.get_or_create(&ReasonLabels { reason: reason.to_owned() }).inc();
        }
        for reason in pending.dead_letters {
            metrics.dead_letters.get_or_create(&ReasonLabels { reason: reason.to_owned() }).inc();
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis() as i64);
        let end_to_end = metrics.end_to_end_seconds.get_or_create(&self.labels);
        for born in pending.born {
            end_to_end.observe((now - born).max(0) as f64 / 1_000.0);
        }
    }
}

/// Whether records are waiting to be polled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Queue {
    /// The last poll gave a record: more may be waiting.
    Busy,
    /// The last poll gave nothing.
    Idle,
}

/// Bytes of a message as the client counts them against `message.max.bytes`.
pub(super) fn size(emitted: &Emitted) -> usize {
    let headers: usize =
        emitted.headers.iter().map(|(name, value)| name.len() + value.as_ref().map_or(0, Vec::len) + 10).sum();
    emitted.key.as_ref().map_or(0, Vec::len) + emitted.value.as_ref().map_or(0, Vec::len) + headers
}
