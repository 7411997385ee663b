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
    let mut firsts = Firsts::of(reports.len());
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
        let source = of(report);
        for same in firsts.of_equals(at, source, report.content) {
            join(&mut leader, same, at);
        }
        let text = (report.content >> 64) as u64;
        if rest.is_some_and(|rest| rest.knows(source) || rest.knows(text)) {
            join(&mut leader, at, all);
        }
    }
    u32::try_from(count).unwrap_or(u32::MAX).saturating_add(rest.map_or(0, |rest| rest.independent))
}

/// The first reports with each source and with each text.
enum Firsts {
    /// Of few reports: all of them.
    Few(Vec<(u64, u128)>),
    Many(HashMap<u64, usize, BuildHasherDefault<FxHasher>>, HashMap<u128, usize, BuildHasherDefault<FxHasher>>),
}

impl Firsts {
    fn of(reports: usize) -> Self {
        if reports <= 16 {
            Self::Few(Vec::with_capacity(reports))
        } else {
            Self::Many(HashMap::default(), HashMap::default())
        }
    }

    /// The first report with this source and the first with this text; itself where it is the first.
    fn of_equals(&mut self, at: usize, source: u64, text: u128) -> [usize; 2] {
        match self {
            Self::Few(all) => {
                all.push((source, text));
                let first = |equal: &dyn Fn(&(u64, u128)) -> bool| all.iter().position(equal).unwrap_or(at);
                [first(&|one| one.0 == source), first(&|one| one.1 == text)]
            }
            Self::Many(sources, texts) => [*sources.entry(source).or_insert(at), *texts.entry(text).or_insert(at)],
        }
    }
}

fn root(leader: &mut [usize], mut at: usize) -> usize {
    while leader[at] != at {
        leader[at] = leader[leader[at]];
        at = leader[at];
    }
    at
}
