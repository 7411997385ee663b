//! Clauses that assert nothing: questions, demands in the imperative, conditions before and behind.
//!
//! They look at the shape of the clause around a match, never at what governs it.

use super::Walk;
use crate::rules::Status;
use crate::rules::trigger::Match;
use crate::syntax::{ChunkKind, UnitKind};

impl Walk<'_, '_> {
    /// A question asserts nothing: "Will the US lift sanctions?", "What it will take to free the hostages".
    pub(super) fn question(&mut self) {
        let units = self.s.units();
        let Some(last) = units.len().checked_sub(1) else { return };
        let asks =
            units.iter().rposition(|u| u.kind == UnitKind::Stop).is_some_and(|k| self.s.norm(k) == "?" && k + 3 > last);
        let how = self.s.headline
            && matches!(
                self.s.norm(0),
                "what" | "how" | "why" | "will" | "can" | "could" | "should" | "would" | "whether"
            );
        if asks || how {
            self.lower(Status::Proposed, "conditional", "question", (last, last + 1));
        }
    }

    /// "will comply once the US lifts sanctions", "after it proves its will by freeing them": a time clause under a future
    /// is a condition.
    pub(super) fn future_clause(&mut self, m: &Match) {
        let opener = (0..m.chunk)
            .rev()
            .find(|k| matches!(self.s.kind(*k), ChunkKind::Stop | ChunkKind::Subordinator | ChunkKind::Relative));
        let Some(opener) = opener.filter(|k| self.s.is_word(*k, &["after", "once", "when", "until", "as soon as"]))
        else {
            return;
        };
        let verb = (opener + 1..=m.chunk).find(|k| self.s.is_finite(*k));
        let present = verb.is_some_and(|k| {
            let c = self.s.chunks()[k].verb;
            !c.bare_participle && !c.past_auxiliary && !c.pluperfect
        });
        let matrix = (0..opener).rev().find(|k| self.s.is_finite(*k) && !self.s.chunks()[*k].verb.bare_participle);
        if present && matrix.is_some_and(|k| self.s.chunks()[k].verb.modal.is_some()) && !self.notice {
            let head = usize::from(self.s.chunks()[opener].head);
            self.lower(Status::Proposed, "conditional", "future-clause", (head, head + 1));
        }
    }

    /// "would lift sanctions if the talks succeeded", "will impose them unless": a condition behind what is only announced.
    pub(super) fn condition_behind(&mut self, m: &Match) {
        let c = self.s.chunks()[m.chunk].verb;
        if m.nominal || self.notice || !(c.infinitive || c.modal.is_some()) {
            return;
        }
        for k in m.chunk + 1..self.s.chunks().len() {
            match self.s.kind(k) {
                ChunkKind::Subordinator
                    if self.s.is_word(
                        k,
                        &["if", "unless", "provided", "provided that", "only if", "as long as", "on condition that"],
                    ) =>
                {
                    let head = usize::from(self.s.chunks()[k].head);
                    self.lower(Status::Proposed, "conditional", "condition-behind", (head, head + 1));
                    return;
                }
                ChunkKind::Stop | ChunkKind::Subordinator => return,
                _ => {}
            }
        }
    }

    /// "Free the prisoners now": a base form at the head of a sentence or quotation asks for what it names.
    pub(super) fn imperative(&mut self, m: &Match) {
        let first = usize::from(self.s.chunks()[m.chunk].first);
        let opens = (0..first)
            .all(|u| matches!(self.s.units()[u].kind, UnitKind::Quote | UnitKind::Adverb | UnitKind::Stop))
            || first > 0 && self.s.units()[first - 1].kind == UnitKind::Quote;
        let forms = self.s.units()[m.unit].forms;
        if opens && first == m.unit && forms.has(crate::lexicon::Form::Base) && !forms.has(crate::lexicon::Form::Past) {
            self.lower(Status::Proposed, "demanded", "imperative", (m.unit, m.unit + 1));
        }
    }
}
