//! The worker's own map of what it has handled: first and next offset per partition of the open transaction.
//!
//! Never the client's `position()`: that counts records which were popped from its buffer and thrown away, for instance
//! while a consumer closes, and committing it loses them.

use std::collections::BTreeMap;
use std::sync::Arc;

use rdkafka::{Offset, TopicPartitionList};

/// The part of a partition that the open transaction covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    /// Offset of the first record handled.
    pub(super) first: i64,
    /// Offset after the last record handled: what is committed.
    pub(super) next: i64,
}

/// Stretches by topic and partition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Offsets {
    topics: BTreeMap<Arc<str>, BTreeMap<i32, Stretch>>,
}

impl Offsets {
    /// A record was handled and its outputs are enqueued. Allocates only for the first record of a topic.
    pub(super) fn advance(&mut self, topic: &str, partition: i32, offset: i64) {
        if !self.topics.contains_key(topic) {
            self.topics.insert(topic.into(), BTreeMap::new());
        }
        if let Some(partitions) = self.topics.get_mut(topic) {
            let stretch = partitions.entry(partition).or_insert(Stretch { first: offset, next: offset });
            stretch.next = stretch.next.max(offset + 1);
        }
    }

    /// The stretch of a partition.
    pub(super) fn get(&self, topic: &str, partition: i32) -> Option<Stretch> {
        self.topics.get(topic)?.get(&partition).copied()
    }

    /// Whether nothing was handled.
    pub(super) fn is_empty(&self) -> bool {
        self.topics.values().all(BTreeMap::is_empty)
    }

    /// Every partition with its stretch, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Arc<str>, i32, Stretch)> {
        self.topics.iter().flat_map(|(topic, partitions)| partitions.iter().map(move |(p, s)| (topic, *p, *s)))
    }

    /// Takes over the stretches of a committed transaction as progress.
    pub(super) fn absorb(&mut self, committed: &Self) {
        for (topic, partition, stretch) in committed.iter() {
            self.topics.entry(Arc::clone(topic)).or_default().insert(partition, stretch);
        }
    }

    /// Forgets a partition.
    pub(super) fn forget(&mut self, topic: &str, partition: i32) {
        if let Some(partitions) = self.topics.get_mut(topic) {
            partitions.remove(&partition);
        }
    }

    /// Forgets everything but keeps the topic names, so that the next transaction allocates little.
    pub(super) fn clear(&mut self) {
        for partitions in self.topics.values_mut() {
            partitions.clear();
        }
    }

    /// What to commit.
    pub(super) fn to_commit(&self) -> TopicPartitionList {
        let mut list = TopicPartitionList::new();
        for (topic, partition, stretch) in self.iter() {
            // Refused only for logical offsets that cannot be represented; these are plain numbers.
            let _ = list.add_partition_offset(topic, partition, Offset::Offset(stretch.next));
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_keeps_its_first_and_never_goes_back() {
        let mut offsets = Offsets::default();
        assert!(offsets.is_empty());
        offsets.advance("t", 0, 10);
        offsets.advance("t", 0, 14);
        offsets.advance("t", 1, 3);
        assert_eq!(offsets.get("t", 0), Some(Stretch { first: 10, next: 15 }));
        offsets.advance("t", 0, 11);
        assert_eq!(offsets.get("t", 0), Some(Stretch { first: 10, next: 15 }));
        let list = offsets.to_commit();
        assert_eq!(list.find_partition("t", 0).unwrap().offset(), Offset::Offset(15));
        assert_eq!(list.find_partition("t", 1).unwrap().offset(), Offset::Offset(4));
        offsets.forget("t", 0);
        assert_eq!(offsets.iter().count(), 1);
        offsets.clear();
        assert!(offsets.is_empty());
    }
}
