//! What a worker of the second stage remembers: the open stories of each partition that it owns.
//!
//! The truth is the table of stories in Kafka; this is a copy of it plus what the open transaction adds. Whenever the
//! two could differ, the copy is thrown away and read again. Nothing is repaired in place.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::failure::Failure;
use super::restore::Restore;
use super::stage::{MENTIONS, STORIES};
use crate::config::Config;
use crate::input::{Coordinates, Record};
use crate::metrics::{Metrics, PartitionLabels};
use crate::pipeline::{Pipeline, Processed, StoryStage};

/// The open stories by partition, and the partitions on their way back into memory.
pub(super) struct Memory {
    config: Arc<Config>,
    pipeline: Pipeline,
    metrics: Arc<Metrics>,
    partitions: i32,
    open: BTreeMap<i32, StoryStage>,
    restores: Vec<Restore>,
    spoiled: Vec<i32>,
}

impl Memory {
    /// A worker that owns nothing yet; mentions and stories have so many partitions.
    pub(super) fn new(config: &Arc<Config>, pipeline: &Pipeline, metrics: &Arc<Metrics>, partitions: i32) -> Self {
        Self {
            config: Arc::clone(config),
            pipeline: pipeline.clone(),
            metrics: Arc::clone(metrics),
            partitions,
            open: BTreeMap::new(),
            restores: Vec::new(),
            spoiled: Vec::new(),
        }
    }

    /// How many partitions mentions and stories have.
    pub(super) fn partitions(&self) -> i32 {
        self.partitions
    }

    pub(super) fn is_open(&self, partition: i32) -> bool {
        self.open.contains_key(&partition)
    }

    pub(super) fn process(&mut self, record: &Record<'_>, at: &Coordinates) -> Processed {
        // The caller asks `is_open` first: a record without its stories would open all of them again.
        let Some(stage) = self.open.get_mut(&at.partition) else { return Processed::default() };
        let before = stage.open_stories();
        let processed = stage.process(record, Some(at));
        let after = stage.open_stories();
        if before != after {
            self.gauge(at.partition, after);
        }
        processed
    }

    pub(super) fn spoil(&mut self, partition: i32) {
        if !self.spoiled.contains(&partition) {
            self.spoiled.push(partition);
        }
    }

    pub(super) fn is_spoiled(&self) -> bool {
        !self.spoiled.is_empty()
    }

    pub(super) fn take_spoiled(&mut self) -> Vec<i32> {
        std::mem::take(&mut self.spoiled)
    }

    /// Throws away what is remembered of these partitions and begins to read it back.
    pub(super) fn begin(&mut self, partitions: &[i32]) -> Result<(), Failure> {
        if let Some(beyond) = partitions.iter().find(|partition| **partition >= self.partitions) {
            return Err(Failure::Fatal(format!(
                "partition {beyond} of {} has come, and {} had {} when this worker started: both topics must grow \
                 together, and their processes start anew",
                self.config.kafka.topic(MENTIONS),
                self.config.kafka.topic(STORIES),
                self.partitions,
            )));
        }
        self.forget(partitions);
        if !partitions.is_empty() {
            let all = usize::try_from(self.partitions).unwrap_or(1);
            let fresh = partitions.iter().map(|partition| {
                let stage = StoryStage::new(Arc::clone(self.pipeline.rules()), self.pipeline.options());
                (*partition, stage.one_of(all))
            });
            self.restores.push(Restore::begin(&self.config, fresh.collect()));
        }
        Ok(())
    }

    pub(super) fn forget(&mut self, partitions: &[i32]) {
        for partition in partitions {
            self.open.remove(partition);
            self.metrics.open_stories.remove(&self.labels(*partition));
        }
        self.spoiled.retain(|partition| !partitions.contains(partition));
        for restore in &mut self.restores {
            restore.forget(partitions);
        }
        self.restores.retain(|restore| restore.partitions() > 0);
    }

    /// Goes on restoring; returns the partitions that are back.
    pub(super) fn restored(&mut self) -> Result<Vec<i32>, Failure> {
        let mut back = Vec::new();
        for restore in &mut self.restores {
            for done in restore.advance(&self.config)? {
                self.metrics.restored_records.inc_by(done.records);
                self.metrics.restore_seconds.observe(done.elapsed.as_secs_f64());
                tracing::info!(
                    target: "kafka", partition = done.partition, records = done.records,
                    stories = done.stage.open_stories(), ms = done.elapsed.as_millis() as u64, "stories restored"
                );
                back.push(done.partition);
                self.open.insert(done.partition, done.stage);
            }
        }
        self.restores.retain(|restore| restore.partitions() > 0);
        for partition in &back {
            let stories = self.open.get(partition).map_or(0, StoryStage::open_stories);
            self.gauge(*partition, stories);
        }
        Ok(back)
    }

    pub(super) fn restoring(&self) -> Option<(usize, u64)> {
        if self.restores.is_empty() {
            return None;
        }
        let partitions = self.restores.iter().map(Restore::partitions).sum();
        Some((partitions, self.restores.iter().map(Restore::records).sum()))
    }

    fn gauge(&self, partition: i32, stories: usize) {
        let stories = i64::try_from(stories).unwrap_or(i64::MAX);
        self.metrics.open_stories.get_or_create(&self.labels(partition)).set(stories);
    }

    fn labels(&self, partition: i32) -> PartitionLabels {
        PartitionLabels { topic: self.config.kafka.topic(MENTIONS), partition }
    }
}

impl Drop for Memory {
    /// The gauges are of the process, the partitions are not this worker's any more.
    fn drop(&mut self) {
        let partitions: Vec<i32> = self.open.keys().copied().collect();
        self.forget(&partitions);
    }
}
