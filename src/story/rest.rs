//! The reports that a story no longer keeps one by one.
//!
//! The record of a story has to fit into a message, and an event may have ten thousand reports. Beyond a few hundred of
//! them, or beyond their share of a message, the oldest are left out, but for the very first: who began is asked for, and
//! the latest are those that are still corrected and withdrawn. What the others said stays in the facts, in the counts and
//! in the number of sources. What is left out cannot be taken back any more, and is not known again when it comes twice.

use super::facts::{Facts, Story};
use super::identity::Told;
use super::report::{Report, Text, Tie};
use super::source;

/// The most reports that a story keeps.
const MOST: usize = 256;
/// How many are left when it has more: they go in numbers, so that not every further report makes the facts anew.
const LEFT: usize = 192;
/// The first reports, which stay as long as there is room.
const FIRST: usize = 16;
/// Hashes of sources and texts that are remembered. Beyond them a source counts as a new one.
const REMEMBERED: usize = 4_096;

/// Reports that were left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rest {
    /// How many.
    pub reports: u32,
    /// How many of the reports that are kept came before them.
    pub first: u32,
    /// How many sources they had that did not copy from each other.
    pub independent: u32,
    /// Hashes of those sources, and of the texts. Sorted.
    pub sources: Box<[u64]>,
    /// What they said together.
    pub facts: Facts,
}

impl Rest {
    /// Whether a source or a text is among them.
    pub(super) fn knows(&self, hash: u64) -> bool {
        self.sources.binary_search(&hash).is_ok()
    }

    fn take(&mut self, gone: &[Report]) {
        self.independent = source::independent(gone, Some(self));
        let known = std::mem::take(&mut self.sources).into_iter();
        let mut sources: Vec<u64> = known.chain(gone.iter().flat_map(source::hashes).take(REMEMBERED)).collect();
        sources.sort_unstable();
        sources.dedup();
        sources.truncate(REMEMBERED);
        self.sources = sources.into();
        for report in gone {
            self.facts.add(report, Told::of(report).keys());
        }
        self.reports = self.reports.saturating_add(u32::try_from(gone.len()).unwrap_or(u32::MAX));
    }
}

impl Story {
    /// How many reports there were, also those that are not kept.
    #[must_use]
    pub fn heard(&self) -> usize {
        self.reports.len() + self.left_out() as usize
    }

    /// How many reports are not kept.
    #[must_use]
    pub fn left_out(&self) -> u32 {
        self.rest.as_ref().map_or(0, |rest| rest.reports)
    }

    /// What all its reports come to together, in the order in which they came.
    #[must_use]
    pub fn fold(&self) -> Facts {
        let Some(rest) = &self.rest else { return Facts::of(&self.reports) };
        let (first, latest) = self.reports.split_at(self.reports.len().min(rest.first as usize));
        let mut facts = Facts::of(first);
        facts.merge(&rest.facts);
        latest.iter().for_each(|report| facts.add(report, Told::of(report).keys()));
        facts
    }

    /// Takes reports out. What they were is left to whoever asked.
    pub(super) fn remove(&mut self, leaves: impl Fn(&Report) -> bool) -> Vec<Report> {
        if let Some(rest) = &mut self.rest {
            let first = self.reports.iter().take(rest.first as usize).filter(|report| !leaves(report)).count();
            rest.first = u32::try_from(first).unwrap_or(u32::MAX);
        }
        let (gone, left) = self.reports.drain(..).partition(leaves);
        self.reports = left;
        gone
    }

    /// Leaves reports out when there are too many, or when they would take more than so many bytes of a record. The last
    /// one stays: it is the one that is told of. The facts are then to be folded anew.
    pub(super) fn leave_out(&mut self, most_bytes: usize) -> Vec<Report> {
        let mut bytes: usize = self.reports.iter().map(weight).sum();
        if self.reports.len() <= MOST && bytes <= most_bytes {
            return Vec::new();
        }
        let mut rest = self.rest.take().unwrap_or_else(|| {
            let first = u32::try_from(FIRST.min(self.reports.len() - 1)).unwrap_or(0);
            Box::new(Rest { first, ..Rest::default() })
        });
        let mut gone = Vec::new();
        let room = most_bytes / MOST * LEFT;
        while self.reports.len() > 1 && (self.reports.len() > LEFT || bytes > room) {
            // The oldest behind the first ones; when those alone are too much, the last of them.
            let at = (rest.first as usize).min(self.reports.len() - 2);
            rest.first = rest.first.min(u32::try_from(at).unwrap_or(0));
            let report = self.reports.remove(at);
            bytes -= weight(&report);
            gone.push(report);
        }
        rest.take(&gone);
        self.rest = Some(rest);
        self.reports.shrink_to(self.reports.len() + 1);
        gone
    }
}

/// About how many bytes a report takes in a record.
fn weight(report: &Report) -> usize {
    const EACH: usize = 480;
    const TIE: usize = 96;
    // A quote or a backslash takes two bytes, a control character six; there are few of either.
    let text =
        |text: &str| text.len() + 4 + text.bytes().filter(|b| *b < b' ' || matches!(b, b'"' | b'\\')).count() * 5;
    let list = |list: &[Text]| list.iter().map(|item| text(item)).sum::<usize>();
    let Report { document, version, corrects, publisher, originator, url, subtype, measure, .. } = report;
    let own = [version, corrects, url].into_iter().flatten().map(|own| text(own)).sum::<usize>();
    let shared =
        [publisher, originator, subtype, measure].into_iter().flatten().map(|shared| text(shared)).sum::<usize>();
    let lists = [&report.authority, &report.target, &report.persons, &report.parties, &report.named];
    let ties: &[Tie] = &report.ties;
    EACH + text(document) + own + shared + lists.into_iter().map(|of| list(of)).sum::<usize>() + ties.len() * TIE
}
