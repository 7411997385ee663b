//! Consumer lag from the client library's statistics.
//!
//! The library's own `consumer_lag` counts from offsets that it committed itself, which here is never: they commit
//! inside transactions. So the end of each partition is taken from the statistics and the position from the worker.
//! Only the few fields needed are parsed; the whole document has hundreds.

use std::collections::HashMap;

use serde::Deserialize;

/// What one report says about one partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PartitionEnd {
    /// Offset behind the last record that a read_committed reader can see; negative while unknown.
    pub(super) end: i64,
    /// The offset from which the next fetch will read; negative while unknown.
    pub(super) next_fetch: i64,
    /// Records fetched and not yet polled.
    pub(super) waiting: i64,
    /// The group's committed offset when the partition was assigned; negative if there was none.
    pub(super) committed: i64,
    /// The oldest offset of the partition; negative while unknown.
    pub(super) low: i64,
}

impl PartitionEnd {
    /// Records that are not committed yet, where the report knows. `committed` and `expected` are the worker's own:
    /// the offset after its last commit, and after the last record that it has seen.
    pub(super) fn lag(&self, committed: Option<i64>, expected: Option<i64>) -> Option<i64> {
        if self.end < 0 {
            return None;
        }
        // Transaction markers stand behind the last record and are never handed out: once everything is fetched, polled
        // and committed nothing is left, whatever the end says.
        if committed.is_some() && committed == expected && self.waiting == 0 && self.next_fetch >= self.end {
            return Some(0);
        }
        let position =
            committed.or((self.committed >= 0).then_some(self.committed)).or((self.low >= 0).then_some(self.low))?;
        Some((self.end - position).max(0))
    }
}

#[derive(Deserialize)]
struct Report {
    #[serde(default)]
    topics: HashMap<String, Topic>,
}

#[derive(Deserialize)]
struct Topic {
    #[serde(default)]
    partitions: HashMap<String, Partition>,
}

#[derive(Deserialize)]
struct Partition {
    partition: i32,
    #[serde(default = "unknown")]
    ls_offset: i64,
    #[serde(default = "unknown")]
    hi_offset: i64,
    #[serde(default = "unknown")]
    lo_offset: i64,
    #[serde(default = "unknown")]
    next_offset: i64,
    #[serde(default = "unknown")]
    committed_offset: i64,
    #[serde(default)]
    fetchq_cnt: i64,
}

const fn unknown() -> i64 {
    -1
}

/// Reads a statistics report. An unreadable one is no partition at all: lag is worth no crash.
pub(super) fn partitions(json: &[u8]) -> Vec<(String, i32, PartitionEnd)> {
    let Ok(report) = serde_json::from_slice::<Report>(json) else { return Vec::new() };
    let mut found: Vec<_> = report
        .topics
        .into_iter()
        .flat_map(|(name, topic)| {
            topic.partitions.into_values().filter(|p| p.partition >= 0).map(move |p| {
                let end = PartitionEnd {
                    end: if p.ls_offset >= 0 { p.ls_offset } else { p.hi_offset },
                    next_fetch: p.next_offset,
                    waiting: p.fetchq_cnt,
                    committed: p.committed_offset,
                    low: p.lo_offset,
                };
                (name.clone(), p.partition, end)
            })
        })
        .collect();
    found.sort_unstable_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = r#"{"name":"c","topics":{"news":{"topic":"news","partitions":{
        "0":{"partition":0,"ls_offset":120,"hi_offset":130,"lo_offset":0,"next_offset":120,"committed_offset":40,"fetchq_cnt":0},
        "-1":{"partition":-1}}}}}"#;

    #[test]
    fn lag_is_counted_to_the_last_stable_offset_and_from_our_own_commits() {
        let found = partitions(REPORT.as_bytes());
        assert_eq!(found.len(), 1);
        let end = found[0].2;
        assert_eq!(end.lag(None, None), Some(80));
        assert_eq!(end.lag(Some(100), Some(110)), Some(20));
        assert_eq!(PartitionEnd { end: -1001, ..end }.lag(Some(1), Some(1)), None);
    }

    #[test]
    fn markers_behind_the_last_record_are_no_lag() {
        let end = partitions(REPORT.as_bytes())[0].2;
        assert_eq!(end.lag(Some(119), Some(119)), Some(0));
        assert_eq!(PartitionEnd { waiting: 3, ..end }.lag(Some(116), Some(116)), Some(4));
    }

    #[test]
    fn nonsense_is_no_partition() {
        assert!(partitions(b"nonsense").is_empty());
    }
}
