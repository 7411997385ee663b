//! Who stands behind a report, and how many sources did not copy from each other.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use rustc_hash::FxHasher;

use super::index::{hash, hash_bytes};
use super::report::Report;
use super::rest::Rest;

/// The source of a report as a hash: the originator before the outlet, the document where neither is told.
pub(super) fn of(report: &Report) -> u64 {
    let name = report.originator.as_deref().or(report.publisher.as_deref()).unwrap_or(&report.document).trim();
    let mut lower = [0; 64];
    match lower.get_mut(..name.len()).filter(|_| name.is_ascii()) {
        Some(lower) => {
            lower.copy_from_slice(name.as_bytes());
            lower.make_ascii_lowercase();
            hash_bytes(lower)
        }
        None => hash(&name.to_lowercase()),
    }
}

/// What a report is known again by: its source, and half of the hash of its text.
pub(super) fn hashes(report: &Report) -> [u64; 2] {
    [of(report), (report.content >> 64) as u64]
}

/// The number of independent sources: reports of one originator are one, and so are reports with equal texts. Reports that
/// were left out count with them.
pub(super) fn independent(reports: &[Report], rest: Option<&Rest>) -> u32 {
    if let ([_], None) = (reports, rest) {
        return 1;
    }
    let mut by_source: HashMap<u64, usize, BuildHasherDefault<FxHasher>> = HashMap::default();
    let mut by_text: HashMap<u128, usize, BuildHasherDefault<FxHasher>> = HashMap::default();
    // Those that copied from reports left out stand behind one that stands for all of these.
    let all = reports.len();
    let mut leader: Vec<usize> = (0..=all).collect();
    let mut count = all;
    let mut join = |leader: &mut Vec<usize>, one: usize, other: usize| {
        let (a, b) = (root(leader, one), root(leader, other));
        if a != b {
            leader[a.max(b)] = a.min(b);
            count -= 1;
        }
    };
    for (at, report) in reports.iter().enumerate() {
        join(&mut leader, *by_source.entry(of(report)).or_insert(at), at);
        join(&mut leader, *by_text.entry(report.content).or_insert(at), at);
        if rest.is_some_and(|rest| hashes(report).into_iter().any(|hash| rest.knows(hash))) {
            join(&mut leader, at, all);
        }
    }
    u32::try_from(count).unwrap_or(u32::MAX).saturating_add(rest.map_or(0, |rest| rest.independent))
}

fn root(leader: &mut [usize], mut at: usize) -> usize {
    while leader[at] != at {
        leader[at] = leader[leader[at]];
        at = leader[at];
    }
    at
}
