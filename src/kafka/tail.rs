//! Following topics as they grow: what the demo draws its alerts from.
//!
//! No group is joined and nothing is committed. Only committed records are handed out, in the order of each partition.

use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::{Offset, TopicPartitionList};

use super::failure::Failure;
use super::range::{OwnedRecord, Reader, owned, partitions, reader, unreachable_or};
use crate::config::Config;

/// A reader of some topics, from their beginning on.
pub struct Tail {
    consumer: BaseConsumer<Reader>,
    config: Config,
}

impl Tail {
    /// Begins at the oldest record of every partition.
    ///
    /// # Errors
    /// [`Failure::Unreachable`] or [`Failure::MissingTopics`].
    pub fn open(config: &Config, topics: &[String]) -> Result<Self, Failure> {
        let consumer = reader(config, &format!("{}.tail", config.kafka.group))?;
        let mut list = TopicPartitionList::new();
        let failed = |error| unreachable_or(config, "following topics", &error);
        for topic in topics {
            for partition in partitions(config, &consumer, topic)? {
                list.add_partition_offset(topic, partition, Offset::Beginning).map_err(failed)?;
            }
        }
        consumer.assign(&list).map_err(failed)?;
        Ok(Self { consumer, config: config.clone() })
    }

    /// The next record; `None` when none has come within `wait`. What passes by itself, a broker that is away for
    /// instance, counts as no record.
    pub fn next(&self, wait: Duration) -> Option<OwnedRecord> {
        let message = self.consumer.poll(wait)?.ok()?;
        Some(owned(&message))
    }

    /// How many offsets a topic has, over all its partitions. On a broker with transactions that is more than its records:
    /// their markers take offsets too.
    ///
    /// # Errors
    /// [`Failure::Unreachable`] or [`Failure::MissingTopics`].
    pub fn extent(&self, topic: &str) -> Result<u64, Failure> {
        let mut extent = 0;
        for partition in partitions(&self.config, &self.consumer, topic)? {
            let (low, high) = self
                .consumer
                .fetch_watermarks(topic, partition, self.config.kafka.connect_timeout)
                .map_err(|error| unreachable_or(&self.config, "asking for the end of a partition", &error))?;
            extent += u64::try_from(high - low).unwrap_or(0);
        }
        Ok(extent)
    }
}
