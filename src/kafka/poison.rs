//! Finding the record that makes every transaction fail, without losing its neighbours.
//!
//! A broker that refuses a message refuses the whole batch around it, so the error does not say which record it was.
//! When the same stretch of a partition has been aborted three times through a fault of the records, batches are halved
//! until one record stands alone; if that one is refused too, it goes to the dead letters in a transaction of its own.
//!
//! This is the bookkeeping only, free of Kafka calls. Rebalances and outages must never come here: they would turn good
//! news into dead letters (see [`super::failure::Blame`]).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::offsets::Offsets;

/// So many aborts at the same place begin the search.
const SUSPICIOUS_AFTER: u32 = 3;

/// A stretch of a partition that keeps being aborted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Suspect {
    /// Where the aborted stretch begins.
    start: i64,
    /// The offset behind the longest aborted stretch: the search ends there.
    until: i64,
    /// Aborts at this start.
    aborts: u32,
    /// Records of the next batch; `None` before the search has begun.
    limit: Option<usize>,
    /// The record at `start` was refused when it stood alone.
    convicted: bool,
}

/// The searches of one worker.
#[derive(Clone, Debug, Default)]
pub(super) struct Isolation {
    suspects: BTreeMap<(Arc<str>, i32), Suspect>,
}

impl Isolation {
    /// A transaction of `records` records over these stretches was aborted through a fault of the records.
    pub(super) fn aborted(&mut self, stretches: &Offsets, records: usize) {
        for (topic, partition, stretch) in stretches.iter() {
            let fresh = Suspect { start: stretch.first, until: stretch.next, aborts: 0, limit: None, convicted: false };
            let suspect = self.suspects.entry((Arc::clone(topic), partition)).or_insert(fresh);
            if suspect.start != stretch.first {
                *suspect = Suspect { limit: suspect.limit, until: suspect.until.max(stretch.next), ..fresh };
            }
            suspect.until = suspect.until.max(stretch.next);
            suspect.aborts += 1;
            // A search under way halves at every abort; a new one waits for the third.
            if records == 1 && (suspect.limit == Some(1) || suspect.aborts >= SUSPICIOUS_AFTER) {
                suspect.convicted = true;
                suspect.limit = Some(1);
            } else if suspect.limit.is_some() || suspect.aborts >= SUSPICIOUS_AFTER {
                suspect.limit = Some((records / 2).max(1));
            }
        }
    }

    /// These stretches were committed: searches that lie behind are over, others go on from there.
    pub(super) fn committed(&mut self, stretches: &Offsets) {
        if self.suspects.is_empty() {
            return;
        }
        for (topic, partition, stretch) in stretches.iter() {
            let key = (Arc::clone(topic), partition);
            if let Some(suspect) = self.suspects.get_mut(&key) {
                if stretch.next >= suspect.until || suspect.limit.is_none() {
                    self.suspects.remove(&key);
                } else {
                    // What went through alone says nothing bad about what follows: the next batch may be larger again.
                    let limit = suspect.limit.map(|limit| limit.saturating_mul(2));
                    *suspect = Suspect { start: stretch.next, aborts: 0, convicted: false, limit, ..*suspect };
                }
            }
        }
    }

    /// A partition went to somebody else.
    pub(super) fn forget(&mut self, topic: &str, partition: i32) {
        self.suspects.retain(|(t, p), _| &**t != topic || *p != partition);
    }

    /// How many records the next transaction may hold at most; `None` is no limit.
    pub(super) fn limit(&self) -> Option<usize> {
        self.suspects.values().filter_map(|suspect| suspect.limit).min()
    }

    /// Whether this record was refused when it stood alone, and after how many attempts.
    pub(super) fn convicted(&self, topic: &str, partition: i32, offset: i64) -> Option<u32> {
        if self.suspects.is_empty() {
            return None;
        }
        let suspect = self.suspects.iter().find(|((t, p), _)| &**t == topic && *p == partition)?.1;
        (suspect.convicted && suspect.start == offset).then_some(suspect.aborts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays a partition of `len` records of which some are refused; returns what became dead letters.
    fn play(len: i64, bad: &[i64], batch: usize) -> (Vec<i64>, u32) {
        let (mut isolation, mut dead, mut at, mut aborts) = (Isolation::default(), Vec::new(), 0, 0);
        while at < len {
            let size = isolation.limit().unwrap_or(batch).min(batch) as i64;
            let mut offsets = Offsets::default();
            let mut refused = false;
            let mut letters = Vec::new();
            for offset in at..(at + size).min(len) {
                if isolation.convicted("t", 0, offset).is_some() {
                    letters.push(offset);
                } else {
                    refused |= bad.contains(&offset);
                }
                offsets.advance("t", 0, offset);
            }
            if refused {
                aborts += 1;
                assert!(aborts < 1_000, "the search does not end");
                isolation.aborted(&offsets, (size.min(len - at)) as usize);
            } else {
                isolation.committed(&offsets);
                dead.extend(letters);
                at += size;
            }
        }
        (dead, aborts)
    }

    #[test]
    fn exactly_the_bad_records_become_dead_letters() {
        assert_eq!(play(50, &[], 10), (vec![], 0));
        for bad in [&[0_i64][..], &[49], &[17], &[17, 18], &[0, 9, 10, 49]] {
            assert_eq!(play(50, bad, 10).0, bad, "{bad:?}");
            assert_eq!(play(50, bad, 1).0, bad, "{bad:?} one by one");
        }
        let all: Vec<i64> = (0..20).collect();
        assert_eq!(play(20, &all, 8).0, all);
    }

    #[test]
    fn one_bad_record_in_two_thousand_costs_few_aborts() {
        let (dead, aborts) = play(2_000, &[1_234], 2_000);
        assert_eq!(dead, [1_234]);
        assert!(aborts <= 30, "{aborts}");
    }

    #[test]
    fn a_revoked_partition_ends_its_search() {
        let mut isolation = Isolation::default();
        let mut offsets = Offsets::default();
        offsets.advance("t", 0, 5);
        for _ in 0..3 {
            isolation.aborted(&offsets, 1);
        }
        assert_eq!(isolation.convicted("t", 0, 5), Some(3));
        isolation.forget("t", 0);
        assert_eq!(isolation.convicted("t", 0, 5), None);
        assert_eq!(isolation.limit(), None);
    }
}
