//! Reading partitions of the table of stories back into memory.
//!
//! A partition is whole again when everything is read that belongs to a transaction whose input offsets are committed,
//! and nothing of any other. A worker has all its outputs acknowledged before it sends its offsets (see
//! [`super::transaction::Transaction::commit`]), so all of that lies below the high watermark as it is when the partition
//! is assigned. Part of it may still be undecided: the coordinator answers a commit before its markers are written, and a
//! predecessor may have died within its transaction. So in three steps: the high watermark is noted; then the last stable
//! offset is waited for until it reaches it, which a dead predecessor delays by its transaction timeout at most; then the
//! partition is read, committed records only, to the end that a reader sees from then on.
//!
//! It is done in slices of a few milliseconds between polls of the group's consumer, so that other partitions of the
//! worker go on, rebalances are answered, and a stop is noticed. The readers belong to no group.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rdkafka::Message;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::{Offset, TopicPartitionList};

use super::client;
use super::failure::Failure;
use super::range::{Reader, reader};
use super::stage::STORIES;
use crate::config::Config;
use crate::pipeline::StoryStage;

/// How long one slice lasts.
const SLICE: Duration = Duration::from_millis(5);

/// How long one question to a broker may take. It is asked again.
const ASK: Duration = Duration::from_secs(1);

/// Pause between two questions whether a transaction has ended.
const GLANCE: Duration = Duration::from_millis(5);

/// How often progress is told.
const TELL: Duration = Duration::from_secs(2);

/// A partition that is back.
pub(super) struct Restored {
    pub(super) partition: i32,
    pub(super) stage: StoryStage,
    pub(super) records: u64,
    pub(super) elapsed: Duration,
}

/// Partitions that came together and are restored together.
pub(super) struct Restore {
    topic: String,
    pending: BTreeMap<i32, Pending>,
    clients: Option<Clients>,
    step: Step,
    began: Instant,
    /// The last time that anything moved.
    moved: Instant,
    told: Instant,
    records: u64,
}

struct Pending {
    stage: StoryStage,
    end: Option<End>,
    records: u64,
}

/// Where a partition ends.
#[derive(Clone, Copy)]
struct End {
    /// The high watermark when it was asked for.
    high: i64,
    /// Whether everything below it is decided.
    stable: bool,
    /// Whether there is nothing below it.
    empty: bool,
}

impl End {
    fn is_undecided(self) -> bool {
        !self.stable
    }
}

struct Clients {
    /// Sees open transactions.
    uncommitted: BaseConsumer,
    /// Sees what is committed.
    committed: BaseConsumer<Reader>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// High watermarks are asked for, and last stable offsets until they reach them.
    Ends,
    /// Records are read.
    Reading,
}

impl Restore {
    /// Begins with empty stages. Nothing is asked yet.
    pub(super) fn begin(config: &Arc<Config>, stages: Vec<(i32, StoryStage)>) -> Self {
        let pending = stages.into_iter().map(|(p, stage)| (p, Pending { stage, end: None, records: 0 }));
        let now = Instant::now();
        Self {
            topic: config.kafka.topic(STORIES),
            pending: pending.collect(),
            clients: None,
            step: Step::Ends,
            began: now,
            moved: now,
            told: now,
            records: 0,
        }
    }

    /// Partitions that are not back yet.
    pub(super) fn partitions(&self) -> usize {
        self.pending.len()
    }

    /// Records read so far.
    pub(super) fn records(&self) -> u64 {
        self.records
    }

    /// These partitions are no longer wanted.
    pub(super) fn forget(&mut self, partitions: &[i32]) {
        self.pending.retain(|partition, _| !partitions.contains(partition));
    }

    /// Goes on for a slice. Returns what is back.
    pub(super) fn advance(&mut self, config: &Arc<Config>) -> Result<Vec<Restored>, Failure> {
        let before = self.records;
        let mut back = Vec::new();
        match self.step {
            Step::Ends => self.ask(config, &mut back)?,
            Step::Reading => self.read(&mut back)?,
        }
        if !back.is_empty() || self.records > before {
            self.moved = Instant::now();
        }
        // A transaction of a dead process ends after its timeout; a broker may be away for as long as at the start.
        let limit = config.kafka.connect_timeout + config.kafka.transaction_timeout * 2;
        if self.moved.elapsed() > limit && !self.pending.is_empty() {
            return Err(self.stuck(config, limit));
        }
        if self.told.elapsed() > TELL {
            self.told = Instant::now();
            tracing::info!(
                target: "kafka", topic = self.topic, partitions = self.pending.len(), records = self.records,
                "restoring stories"
            );
        }
        Ok(back)
    }

    /// One question, or a short pause.
    fn ask(&mut self, config: &Arc<Config>, back: &mut Vec<Restored>) -> Result<(), Failure> {
        if self.clients.is_none() {
            self.clients = Some(Clients::new(config)?);
        }
        let Some(clients) = &self.clients else { return Ok(()) };
        let mut waits = false;
        let until = Instant::now() + SLICE;
        for (partition, pending) in &mut self.pending {
            if Instant::now() > until {
                return Ok(());
            }
            match pending.end {
                Some(end) if !end.is_undecided() => {}
                Some(end) => {
                    let found = clients.committed.fetch_watermarks(&self.topic, *partition, ASK);
                    let stable = answered(found, &self.topic, *partition).is_some_and(|(_, stable)| stable >= end.high);
                    pending.end = Some(End { stable, ..end });
                    waits |= !stable;
                }
                None => {
                    let found = clients.uncommitted.fetch_watermarks(&self.topic, *partition, ASK);
                    if let Some((low, high)) = answered(found, &self.topic, *partition) {
                        // Where there is nothing, nothing is undecided.
                        pending.end = Some(End { high, stable: low >= high, empty: low >= high });
                        self.moved = Instant::now();
                    } else {
                        waits = true;
                    }
                }
            }
        }
        let empty = |(partition, pending): (&i32, &Pending)| pending.end.filter(|end| end.empty).map(|_| *partition);
        let empty: Vec<i32> = self.pending.iter().filter_map(empty).collect();
        back.extend(empty.into_iter().filter_map(|partition| self.finish(partition)));
        if self.pending.values().all(|pending| pending.end.is_some_and(|end| !end.is_undecided())) {
            return self.start_reading();
        }
        if waits {
            std::thread::sleep(GLANCE);
        }
        Ok(())
    }

    fn start_reading(&mut self) -> Result<(), Failure> {
        self.step = Step::Reading;
        self.moved = Instant::now();
        let Some(clients) = self.clients.as_ref().filter(|_| !self.pending.is_empty()) else { return Ok(()) };
        let mut list = TopicPartitionList::new();
        for partition in self.pending.keys() {
            list.add_partition_offset(&self.topic, *partition, Offset::Beginning)
                .map_err(|error| Failure::of("restoring stories", &error))?;
        }
        clients.committed.assign(&list).map_err(|error| Failure::of("restoring stories", &error))
    }

    fn read(&mut self, back: &mut Vec<Restored>) -> Result<(), Failure> {
        let until = Instant::now() + SLICE;
        while !self.pending.is_empty() {
            let left = until.saturating_duration_since(Instant::now());
            let Some(clients) = &self.clients else { return Ok(()) };
            match clients.committed.poll(left) {
                Some(Ok(message)) => {
                    // A partition that was forgotten may still have records in the queue.
                    if let Some(pending) = self.pending.get_mut(&message.partition()) {
                        pending.stage.restore(message.key(), message.payload()).map_err(|rejected| {
                            unreadable(&self.topic, message.partition(), message.offset(), &rejected.detail)
                        })?;
                        pending.records += 1;
                        self.records += 1;
                    }
                }
                Some(Err(KafkaError::PartitionEOF(partition))) => back.extend(self.finish(partition)),
                // The client goes on trying by itself; its context has logged it.
                Some(Err(_)) | None => {}
            }
            if left.is_zero() {
                break;
            }
        }
        Ok(())
    }

    fn finish(&mut self, partition: i32) -> Option<Restored> {
        let done = self.pending.remove(&partition)?;
        Some(Restored { partition, stage: done.stage, records: done.records, elapsed: self.began.elapsed() })
    }

    fn stuck(&self, config: &Config, limit: Duration) -> Failure {
        let partitions: Vec<String> = self.pending.keys().map(i32::to_string).collect();
        let (topic, partitions, seconds) = (&self.topic, partitions.join(", "), limit.as_secs());
        if self.pending.values().any(|pending| pending.end.is_some_and(End::is_undecided)) {
            return Failure::Fatal(format!(
                "restoring stories: a transaction on {topic} (partitions {partitions}) has stayed open for {seconds} s; \
                 is a process of this group running with a longer transaction timeout? `kafka-transactions.sh \
                 find-hanging` shows what is left open"
            ));
        }
        let detail = format!("restoring stories: nothing came from {topic} (partitions {partitions}) for {seconds} s");
        Failure::Unreachable { brokers: config.kafka.brokers.join(","), detail }
    }
}

impl Clients {
    fn new(config: &Arc<Config>) -> Result<Self, Failure> {
        let group = format!("{}.restore", config.kafka.group);
        let committed = reader(config, &group)?;
        let mut uncommitted = client::common(config);
        uncommitted.set("isolation.level", "read_uncommitted");
        let uncommitted = uncommitted.create().map_err(|error| Failure::building(&error))?;
        Ok(Self { uncommitted, committed })
    }
}

/// An answer, or `None` when it has to be asked for again: brokers are away, or a leader is moving.
fn answered(answer: Result<(i64, i64), KafkaError>, topic: &str, partition: i32) -> Option<(i64, i64)> {
    answer.inspect_err(|error| tracing::warn!(target: "kafka", topic, partition, "asking for its end: {error}")).ok()
}

fn unreadable(topic: &str, partition: i32, offset: i64, detail: &str) -> Failure {
    Failure::Fatal(format!(
        "{topic}[{partition}] cannot be read at offset {offset}: {detail}; it is state, so it is not skipped. If a newer \
         version of this program wrote it, run that one; otherwise write a tombstone for its key"
    ))
}
