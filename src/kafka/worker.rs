//! One worker of one stage: consume, transform, produce, commit, on one OS thread.
//!
//! A session lives from a fresh pair of clients until the service stops or something fatal happens; [`super::service`]
//! starts the next one. Nothing in here is async and nothing is shared but counters and the status.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Headers};
use rdkafka::{Message, Offset, TopicPartitionList};

use super::client;
use super::failure::{Blame, Class, Failure, blame, classify};
use super::offsets::Offsets;
use super::rebalance::{Change, Membership, Shared, State, lock};
use super::service::WorkerStatus;
use super::stage::{Desk, MENTIONS, STORIES, Stage};
use super::transaction::{Queue, Transaction};
use crate::config::Config;
use crate::input::{Coordinates, Header, Record, Rejected, RejectedReason};
use crate::metrics::Metrics;
use crate::output::{self, Destination, Emitted, Engine};
use crate::pipeline::{Pipeline, Processed, Tally};

/// How long an idle poll waits; also how soon a stop is noticed.
const IDLE: Duration = Duration::from_millis(50);

/// How long seeking and asking for offsets may take.
const CALL: Duration = Duration::from_secs(10);

/// How long giving up partitions may take at the end.
const LEAVE: Duration = Duration::from_secs(10);

/// What a worker needs from the process around it.
pub(super) struct Shell {
    pub(super) stage: Stage,
    /// The configuration of the stage (see [`Stage::config`]).
    pub(super) config: Arc<Config>,
    pub(super) pipeline: Pipeline,
    pub(super) metrics: Arc<Metrics>,
    pub(super) status: Arc<WorkerStatus>,
    pub(super) stop: Arc<AtomicBool>,
    pub(super) ordinal: usize,
    pub(super) slot: String,
}

/// The full name of the topic that a destination means.
#[must_use]
pub fn topic_of(config: &Config, destination: &Destination) -> String {
    match destination {
        Destination::Alerts(name) => config.kafka.topic(name),
        Destination::Signals => config.kafka.topic("alerts.signals"),
        Destination::Mentions | Destination::Withdrawals | Destination::Neighbours => config.kafka.topic(MENTIONS),
        Destination::Stories => config.kafka.topic(STORIES),
        Destination::DeadLetters => config.kafka.topic("sanctions.dead-letters"),
    }
}

/// One session: until the service stops (`Ok`) or the clients have to be rebuilt.
pub(super) fn session(shell: &Shell) -> Result<(), Failure> {
    shell.status.starting();
    // First the producer: it ends what a predecessor left open, so that the consumer then reads settled offsets.
    let transaction = Transaction::start(&shell.config, &shell.metrics, shell.stage.labels(), &shell.slot)?;
    let desk = Desk::open(shell.stage, &shell.config, &shell.pipeline, &shell.metrics, transaction.client())?;
    let shared: Shared = Arc::new(std::sync::Mutex::new(State::new(transaction)));
    let membership = Membership {
        shared: Arc::clone(&shared),
        stage: shell.stage,
        metrics: Arc::clone(&shell.metrics),
        status: Arc::clone(&shell.status),
    };
    let consumer: BaseConsumer<Membership> = client::consumer(&shell.config, &shell.slot)
        .create_with_context(membership)
        .map_err(|error| Failure::building(&error))?;
    let inputs = shell.config.kafka.inputs();
    let topics: Vec<&str> = inputs.iter().map(String::as_str).collect();
    consumer.subscribe(&topics).map_err(|error| Failure::of("subscribing", &error))?;
    shell.status.joined();

    let mut worker = Worker {
        shell,
        consumer: &consumer,
        shared: &shared,
        desk,
        at: Coordinates { topic: String::new(), partition: 0, offset: 0, timestamp: None },
    };
    let ended = worker.run().and_then(|()| worker.leave());
    if ended.is_err() {
        lock(&shared).transaction.abandon();
    }
    ended
}

struct Worker<'a> {
    shell: &'a Shell,
    consumer: &'a BaseConsumer<Membership>,
    shared: &'a Shared,
    desk: Desk,
    at: Coordinates,
}

impl Worker<'_> {
    fn run(&mut self) -> Result<(), Failure> {
        while !self.shell.stop.load(Ordering::Relaxed) {
            // While stories are restored the slices of that are the pauses.
            let patience = match self.desk.restoring() {
                None => lock(self.shared).transaction.patience(IDLE),
                Some(_) => Duration::ZERO,
            };
            // Rebalance callbacks run inside this call: the lock must not be held.
            let polled = self.consumer.poll(patience);
            let queue = match polled {
                Some(Ok(message)) => {
                    self.take_in(&message)?;
                    Queue::Busy
                }
                Some(Err(error)) => {
                    self.consider(&error)?;
                    Queue::Idle
                }
                None => Queue::Idle,
            };
            self.settle(queue)?;
        }
        Ok(())
    }

    /// After every poll: failures of callbacks, committing, what callbacks and aborts left to do, and a look at the
    /// clients' health when idle.
    fn settle(&mut self, queue: Queue) -> Result<(), Failure> {
        let mut state = lock(self.shared);
        if state.transaction.is_due(queue) || self.desk.is_spoiled() {
            let ended = state.transaction.commit(self.consumer);
            state.ended(ended);
        }
        if let Some(failure) = state.failure.take() {
            return Err(failure);
        }
        let (changes, rewound) = (std::mem::take(&mut state.changes), state.rewind.take());
        drop(state);
        for change in changes {
            match change {
                Change::Came(places) => self.begin(&places)?,
                Change::Went(places) => self.desk.forget(&numbers(&places)),
            }
        }
        if let Some(stretches) = rewound {
            let places: Vec<_> = stretches.iter().map(|(topic, partition, _)| (topic.to_string(), partition)).collect();
            self.begin(&places)?;
            rewind(self.consumer, &stretches).map_err(|error| Failure::of("reading again after an abort", &error))?;
        }
        let spoiled = self.desk.take_spoiled();
        if !spoiled.is_empty() {
            let topic = self.shell.config.kafka.topic(MENTIONS);
            let places: Vec<_> = spoiled.into_iter().map(|partition| (topic.clone(), partition)).collect();
            self.begin(&places)?;
        }
        self.restore()?;

        let state = lock(self.shared);
        if queue == Queue::Idle {
            state.transaction.tend()?;
            if let Some((code, reason)) = self.consumer.client().fatal_error() {
                let error = KafkaError::MessageConsumptionFatal(code);
                return Err(state.transaction.failure(&format!("consumer: {reason}"), &error));
            }
        }
        let open = state.transaction.is_open();
        self.shell.status.progress(if open { state.transaction.last_commit() } else { Instant::now() });
        Ok(())
    }

    /// Partitions begin anew: they came, or what was read of them was taken back. Where the stage remembers what it has
    /// read, they are paused until that is read back.
    fn begin(&mut self, places: &[(String, i32)]) -> Result<(), Failure> {
        let assigned = self.consumer.assignment().map_err(|error| Failure::of("asking for the assignment", &error))?;
        let places = places.iter().filter(|(topic, partition)| assigned.find_partition(topic, *partition).is_some());
        let places: Vec<(String, i32)> = places.cloned().collect();
        if places.is_empty() || !self.desk.begin(&numbers(&places))? {
            return Ok(());
        }
        self.consumer.pause(&list(&places)).map_err(|error| Failure::of("pausing partitions", &error))
    }

    /// Goes on reading state back, if any is to be read.
    fn restore(&mut self) -> Result<(), Failure> {
        if self.desk.restoring().is_none() {
            self.shell.status.restoring(None);
            return Ok(());
        }
        let back = self.desk.restored()?;
        self.shell.status.restoring(self.desk.restoring());
        if back.is_empty() {
            return Ok(());
        }
        let topic = self.shell.config.kafka.topic(MENTIONS);
        let places: Vec<_> = back.into_iter().map(|partition| (topic.clone(), partition)).collect();
        self.consumer.resume(&list(&places)).map_err(|error| Failure::of("resuming partitions", &error))
    }

    fn consider(&self, error: &KafkaError) -> Result<(), Failure> {
        let code = error.rdkafka_error_code().unwrap_or(RDKafkaErrorCode::Unknown);
        if matches!(error, KafkaError::MessageConsumptionFatal(_)) {
            return Err(lock(self.shared).transaction.failure("consuming", error));
        }
        match code {
            RDKafkaErrorCode::AutoOffsetReset => Err(Failure::Fatal(format!(
                "no committed offset to begin at, and kafka.offset_reset is `error`: {error}; \
                 commit one for group `{}`, or choose earliest or latest",
                self.shell.config.kafka.group
            ))),
            _ if blame(code) == Blame::Refused && code != RDKafkaErrorCode::UnknownTopic => {
                Err(Failure::Refused(format!("consuming: {error}")))
            }
            // The client goes on trying by itself: brokers down, topics gone, leaders moving. Its context has logged it.
            _ => Ok(()),
        }
    }

    /// One record: process it, enqueue the outputs, and only then count its offset as handled.
    fn take_in(&mut self, message: &BorrowedMessage<'_>) -> Result<(), Failure> {
        if self.at.topic != message.topic() {
            message.topic().clone_into(&mut self.at.topic);
        }
        self.at.partition = message.partition();
        self.at.offset = message.offset();
        self.at.timestamp = message.timestamp().to_millis();
        if self.is_stale()? {
            return Ok(());
        }
        let headers: Vec<Header<'_>> = message
            .headers()
            .map(|all| all.iter().map(|header| Header { name: header.key, value: header.value }).collect())
            .unwrap_or_default();
        let record = Record { key: message.key(), value: message.payload(), headers: &headers };

        if !self.desk.is_ready(self.at.partition) {
            let Coordinates { topic, partition, offset, .. } = &self.at;
            return Err(Failure::Fatal(format!("{topic}[{partition}]@{offset} came before its stories were restored")));
        }
        let convicted = lock(self.shared).transaction.convicted(&self.at.topic, self.at.partition, self.at.offset);
        let mut processed = match convicted {
            None => self.process(&record),
            Some(attempts) => {
                let detail = "the broker refused what this record turns into, also when it was sent alone";
                self.bury(&record, RejectedReason::Poison, detail.to_owned(), attempts)
            }
        };
        if !self.fits(&processed) {
            let largest = processed.emitted.iter().map(super::transaction::size).max().unwrap_or(0);
            let limit = self.shell.config.kafka.max_message_bytes;
            let detail = format!("an output of {largest} bytes is larger than the largest message of {limit} bytes");
            // All outputs of the record or none: sent again from the dead letters, nothing would come twice.
            processed = match processed.tally.rejected {
                None => {
                    self.desk.spoil(self.at.partition);
                    self.bury(&record, RejectedReason::OutputTooLarge, detail, 1)
                }
                Some(_) => processed,
            };
            self.shorten(&mut processed);
        }

        let bytes = message.payload_len();
        let mut state = lock(self.shared);
        let sent = state.transaction.open().and_then(|()| {
            for emitted in &processed.emitted {
                let topic = topic_of(&self.shell.config, &emitted.to);
                for partition in self.desk.spread(emitted, &self.at).partitions() {
                    state.transaction.send(&topic, partition, emitted)?;
                }
            }
            Ok(())
        });
        let place = (self.at.topic.as_str(), self.at.partition, self.at.offset);
        // Also when sending failed: the stretch to read again must include this record.
        let outputs = processed.emitted.len();
        state.transaction.done(place, bytes, self.desk.received(&record, &self.at), outputs, processed.tally);
        match sent {
            Ok(()) => Ok(()),
            Err(error) if classify(&error) == Class::Fatal => Err(state.transaction.failure("sending", &error)),
            Err(error) => {
                let ended = state.transaction.abort(&error);
                state.ended(ended);
                Ok(())
            }
        }
    }

    /// Whether the record lies before what was handled already: handed out again by the client. If the log itself went
    /// back (truncated, or deleted and created anew) its records are new and are taken.
    fn is_stale(&self) -> Result<bool, Failure> {
        let (topic, partition, offset) = (self.at.topic.as_str(), self.at.partition, self.at.offset);
        let expected = lock(self.shared).transaction.expected(topic, partition);
        let Some(expected) = expected.filter(|expected| offset < *expected) else { return Ok(false) };
        let (_, high) = self
            .consumer
            .fetch_watermarks(topic, partition, CALL)
            .map_err(|error| Failure::of("asking for the end of a partition", &error))?;
        if high >= expected {
            tracing::warn!(target: "kafka", topic, partition, offset, expected, "record handed out twice, skipped");
            return Ok(true);
        }
        tracing::warn!(target: "kafka", topic, partition, offset, expected, "the log went back; reading it anew");
        lock(self.shared).transaction.restart_at(topic, partition);
        Ok(false)
    }

    fn process(&mut self, record: &Record<'_>) -> Processed {
        let (desk, at) = (&mut self.desk, &self.at);
        match catch_unwind(AssertUnwindSafe(|| desk.process(record, at))) {
            Ok(processed) => processed,
            Err(panic) => {
                // Buffers and state may be half-written.
                self.desk.spoil(self.at.partition);
                let stage = self.shell.stage.name();
                let said = panic
                    .downcast_ref::<String>()
                    .cloned()
                    .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
                    .unwrap_or_else(|| "no message".to_owned());
                tracing::error!(
                    target: "kafka", topic = self.at.topic, partition = self.at.partition, offset = self.at.offset,
                    "stage {stage} panicked: {said}"
                );
                self.bury(record, RejectedReason::Panicked, format!("stage {stage} panicked: {said}"), 1)
            }
        }
    }

    /// The dead letter that only the shell knows a reason for.
    fn bury(&self, record: &Record<'_>, reason: RejectedReason, detail: String, attempts: u32) -> Processed {
        let rejected = Rejected { reason, detail };
        let failure = output::Failure {
            rejected: &rejected,
            at: Some(&self.at),
            group: Some(&self.shell.config.kafka.group),
            worker: u32::try_from(self.shell.ordinal).unwrap_or(u32::MAX),
            attempts,
        };
        let engine = Engine::of(self.shell.pipeline.rules(), &self.shell.config.classify.source);
        let letter = output::dead_letter(record, &failure, &engine, self.shell.config.dead_letter_headers);
        Processed { emitted: vec![letter], tally: Tally { rejected: Some(reason.code()), ..Tally::default() } }
    }

    fn fits(&self, processed: &Processed) -> bool {
        let state = lock(self.shared);
        processed.emitted.iter().all(|emitted| state.transaction.fits(emitted))
    }

    /// A dead letter that is itself too large loses its value, and if need be its original headers: the record it came
    /// from is named in the headers and still lies in its topic.
    fn shorten(&self, processed: &mut Processed) {
        for emitted in &mut processed.emitted {
            if self.shell_fits(emitted) {
                continue;
            }
            let bytes = emitted.value.as_ref().map_or(0, Vec::len);
            emitted.value = None;
            emitted.headers.push((OMITTED.to_owned(), Some(bytes.to_string().into_bytes())));
            if !self.shell_fits(emitted) {
                emitted.headers.retain(|(name, _)| is_ours(name));
                for (_, value) in &mut emitted.headers {
                    if let Some(value) = value {
                        value.truncate(1_024);
                    }
                }
            }
            if !self.shell_fits(emitted) {
                emitted.key = None;
            }
        }
    }

    fn shell_fits(&self, emitted: &Emitted) -> bool {
        lock(self.shared).transaction.fits(emitted)
    }

    /// The end of a good session: commit, give the partitions up, and let the callbacks run.
    fn leave(&mut self) -> Result<(), Failure> {
        let mut state = lock(self.shared);
        let ended = state.transaction.commit(self.consumer);
        state.ended(ended);
        if let Some(failure) = state.failure.take() {
            return Err(failure);
        }
        drop(state);
        self.shell.status.stopping();
        self.consumer.unsubscribe();
        let began = Instant::now();
        while began.elapsed() < LEAVE && self.consumer.assignment().is_ok_and(|list| list.count() > 0) {
            // Records that still come out were not handled and are not committed: the next owner reads them.
            let _ = self.consumer.poll(Duration::from_millis(20));
        }
        Ok(())
    }
}

fn numbers(places: &[(String, i32)]) -> Vec<i32> {
    places.iter().map(|(_, partition)| *partition).collect()
}

fn list(places: &[(String, i32)]) -> TopicPartitionList {
    let mut list = TopicPartitionList::with_capacity(places.len());
    for (topic, partition) in places {
        list.add_partition(topic, *partition);
    }
    list
}

/// Header of a dead letter whose value was too large to send: the number of bytes left out.
pub(super) const OMITTED: &str = "sanctions-stream.error.value-omitted";

/// Whether a header was added by a dead letter, in any dialect.
pub(super) fn is_ours(name: &str) -> bool {
    ["sanctions-stream.error.", "__connect.errors.", "__streams.errors.", "kafka_dlt-", "kafka_deliveryAttempt"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}

/// Goes back to where the aborted stretches begin.
///
/// The broker's committed offset wins where there is one: if the transaction should have been committed after all,
/// nothing is read twice. Where the group has none yet, the first record of the stretch is where to begin; the
/// configured reset would skip it when it says `latest`.
fn rewind(consumer: &BaseConsumer<Membership>, stretches: &Offsets) -> Result<(), KafkaError> {
    let assigned = consumer.assignment()?;
    let mut wanted = TopicPartitionList::new();
    for (topic, partition, _) in stretches.iter() {
        if assigned.find_partition(topic, partition).is_some() {
            wanted.add_partition(topic, partition);
        }
    }
    if wanted.count() == 0 {
        return Ok(());
    }
    let committed = consumer.committed_offsets(wanted, CALL)?;
    let mut targets = TopicPartitionList::new();
    for element in committed.elements() {
        element.error()?;
        let first = stretches.get(element.topic(), element.partition()).map_or(0, |stretch| stretch.first);
        let offset = match element.offset() {
            Offset::Offset(committed) => committed.max(first),
            _ => first,
        };
        targets.add_partition_offset(element.topic(), element.partition(), Offset::Offset(offset))?;
    }
    // Each partition has its own answer, which the call itself does not turn into an error.
    for element in consumer.seek_partitions(targets, CALL)?.elements() {
        element.error()?;
    }
    Ok(())
}
