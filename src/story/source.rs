//! Who stands behind a report, and how many sources did not copy from each other.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use rustc_hash::FxHasher;

use super::index::hash;
use super::report::Report;

/// The source of a report as a hash: the originator before the outlet, the document where neither is told.
pub(super) fn of(report: &Report) -> u64 {
    let name = report.originator.as_deref().or(report.publisher.as_deref()).unwrap_or(&report.document);
    hash(&name.trim().to_lowercase())
}

/// The number of independent sources: reports of one originator are one, and so are reports with equal texts.
pub(super) fn independent(reports: &[Report]) -> u32 {
    let mut by_source: HashMap<u64, usize, BuildHasherDefault<FxHasher>> = HashMap::default();
    let mut by_text: HashMap<u128, usize, BuildHasherDefault<FxHasher>> = HashMap::default();
    let mut leader: Vec<usize> = (0..reports.len()).collect();
    let mut count = reports.len();
    for (at, report) in reports.iter().enumerate() {
        for same in [*by_source.entry(of(report)).or_insert(at), *by_text.entry(report.content).or_insert(at)] {
            let (a, b) = (root(&mut leader, same), root(&mut leader, at));
            if a != b {
                leader[a.max(b)] = a.min(b);
                count -= 1;
            }
        }
    }
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn root(leader: &mut [usize], mut at: usize) -> usize {
    while leader[at] != at {
        leader[at] = leader[leader[at]];
        at = leader[at];
    }
    at
}
