//! Texts that many reports have in common, held once: codes, outlets, measures.
//!
//! What nobody holds any more is let go from time to time. Which texts are shared changes no result.

use std::collections::HashSet;
use std::hash::BuildHasherDefault;
use std::sync::Arc;

use rustc_hash::FxHasher;

use super::facts::{Facts, Story};
use super::report::{Report, Text};

/// So many texts are held before it is looked which of them are still wanted.
const FEW: usize = 4_096;

/// The texts of a state.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    held: HashSet<Text, BuildHasherDefault<FxHasher>>,
    /// How many there were when it was last looked.
    wanted: usize,
}

impl Texts {
    /// Puts the text that is held already in the place of an equal one.
    pub(super) fn share(&mut self, text: &mut Text) {
        match self.held.get(text) {
            Some(held) => *text = Text::clone(held),
            None => {
                if self.held.len() >= FEW.max(self.wanted * 2) {
                    self.held.retain(|held| Arc::strong_count(held) > 1);
                    self.wanted = self.held.len();
                }
                self.held.insert(Text::clone(text));
            }
        }
    }

    /// Shares what reports have in common. Links, ids and names are each document's own.
    pub(super) fn share_report(&mut self, report: &mut Report) {
        let parties = report.authority.iter_mut().chain(&mut report.target).chain(&mut report.parties);
        let others = [&mut report.publisher, &mut report.originator, &mut report.subtype, &mut report.measure];
        parties.chain(others.into_iter().flatten()).for_each(|text| self.share(text));
    }

    /// Shares the texts of a story that was read back.
    pub(super) fn share_story(&mut self, story: &mut Story) {
        self.share(&mut story.key);
        story.reports.iter_mut().for_each(|report| self.share_report(report));
        for facts in [Some(&mut story.facts), story.rest.as_mut().map(|rest| &mut rest.facts)].into_iter().flatten() {
            let Facts { subtype, authority, target, measures, .. } = facts;
            authority.iter_mut().chain(target).chain(measures).chain(subtype).for_each(|text| self.share(text));
        }
    }
}
