//! What a trigger shares with the verb beside it: a gerund its mood, a base form its "to" or modal; and what the sentence
//! calls new, or come together over a time.
//!
//! Governors, relative clauses and dates are for the room above.

use super::super::Status;
use super::super::trigger::Match;
use super::{Governed, UNREAL, Walk};
use crate::syntax::ChunkKind;

impl Walk<'_, '_> {
    /// A gerund that nothing governs: ", freeing 123 prisoners" goes with its main verb; "Lifting sanctions would help"
    /// asserts nothing.
    pub(super) fn bare_gerund(&mut self, m: &Match) {
        // "while also announcing": adverbs stand aside.
        let before = (0..m.chunk).rev().find(|k| self.s.kind(*k) != ChunkKind::Adverb);
        match before.map(|k| self.s.kind(k)) {
            Some(ChunkKind::Preposition | ChunkKind::Subordinator) => {
                let k = before.unwrap_or(0);
                let head = usize::from(self.s.chunks()[k].head);
                if self.s.is_word(k, UNREAL) {
                    self.lower(Status::Proposed, "considered", "before-gerund", (head, head + 1));
                }
                // "by lifting", "after freeing": as real as the main verb to the left.
                if let Some(main) = (0..k).rev().find(|x| self.s.kind(*x) == ChunkKind::Verb) {
                    self.group(main, false);
                    self.cue_of(main);
                    let _ = self.governors(main);
                }
            }
            Some(ChunkKind::Comma | ChunkKind::Conjunction | ChunkKind::Noun) => {
                // "a bill sanctioning ministers", "a resolution imposing sanctions failed": the noun that the gerund
                // describes, and what becomes of it.
                if let Some(k) = before.filter(|k| self.s.kind(*k) == ChunkKind::Noun) {
                    if !self.decided(k) {
                        self.cue_of(k);
                    }
                    let after = (m.chunk + 1..self.s.chunks().len()).find(|x| self.s.is_finite(*x));
                    if let Some(p) = after.filter(|p| self.s.subject(*p).is_some_and(|n| n <= k)) {
                        self.cue_of(p);
                    }
                    // "ended without the junta freeing anybody".
                    let governing = k.checked_sub(1).filter(|p| self.s.is_word(*p, UNREAL));
                    if let Some(p) = governing {
                        let head = usize::from(self.s.chunks()[p].head);
                        self.lower(Status::Proposed, "considered", "before-gerund", (head, head + 1));
                    }
                }
                if self.in_example_list(m.chunk) {
                    // "opposes relief, including waivers, delisting firms": one of the things that are named.
                    self.a.presupposed = true;
                    self.lower(Status::Background, "presupposed", "listed-gerund", (m.unit, m.unit + 1));
                }
                let main = (0..m.chunk).rev().find(|k| self.s.is_finite(*k));
                if let Some(main) = main {
                    self.group(main, false);
                }
            }
            _ => self.lower(Status::Proposed, "considered", "bare-gerund", (m.unit, m.unit + 1)),
        }
    }

    /// Whether a gerund stands in a list of nouns behind "including" or "such as".
    pub(super) fn in_example_list(&self, gerund: usize) -> bool {
        (0..gerund)
            .rev()
            .take_while(|k| {
                matches!(
                    self.s.kind(*k),
                    ChunkKind::Noun | ChunkKind::Comma | ChunkKind::Conjunction | ChunkKind::Preposition
                )
            })
            .any(|k| self.s.is_word(k, &["including", "such as"]))
    }

    /// "to change course and impose sanctions", "will meet and impose sanctions": the verb whose "to" or modal a base form
    /// behind a conjunction shares.
    pub(super) fn shares_auxiliary(&self, m: &Match) -> Option<usize> {
        let forms = self.s.units()[m.unit].forms;
        let base = forms.has(crate::lexicon::Form::Base) && !forms.has(crate::lexicon::Form::Past);
        let bare = usize::from(self.s.chunks()[m.chunk].first) == m.unit;
        let joint = m.chunk.checked_sub(1).filter(|k| self.s.kind(*k) == ChunkKind::Conjunction)?;
        let first = (0..joint)
            .rev()
            .take_while(|k| !matches!(self.s.kind(*k), ChunkKind::Stop | ChunkKind::Subordinator | ChunkKind::Relative))
            .find(|k| self.s.kind(*k) == ChunkKind::Verb)?;
        let c = self.s.chunks()[first].verb;
        (base && bare && (c.infinitive || c.modal.is_some())).then_some(first)
    }

    /// What a verb that shares its auxiliary makes of the trigger.
    pub(super) fn shared(&mut self, first: usize) {
        self.group(first, true);
        if self.s.chunks()[first].verb.infinitive {
            self.before_to(first);
            let governed = self.governors(first);
            if governed != Some(Governed::Cue) && self.a.cue.is_none() {
                let head = usize::from(self.s.chunks()[first].head);
                self.lower(Status::Proposed, "considered", "infinitive", (head, head + 1));
            }
        }
    }

    /// Whether the sentence calls what it tells new: "also imposed", "new sanctions".
    pub(super) fn fresh(&self, m: &Match) -> bool {
        (0..self.s.units().len())
            .any(|u| matches!(self.s.norm(u), "also" | "additionally" | "meanwhile" | "simultaneously"))
            || m.object.is_some_and(|o| self.has_phrase(self.s.units_of(o.0), &self.set.words.cue_new))
    }

    /// "have been removed", "has imposed".
    pub(super) fn perfect(&self, m: &Match) -> bool {
        let c = self.s.chunks()[m.chunk].verb;
        c.perfect && !c.pluperfect || self.s.units_of(m.chunk).any(|u| matches!(self.s.norm(u), "has" | "have"))
    }

    /// "Since the invasion, Japan has imposed sanctions", "has so far listed 90 firms": what has come together over a time
    /// is no news of the day.
    pub(super) fn cumulative(&mut self, m: &Match) {
        if self.people || self.notice || !self.perfect(m) {
            return;
        }
        let since = |k: usize| self.s.is_word(k, &["since"]);
        let opener = (0..m.chunk).find(|k| since(*k)).filter(|k| {
            *k == 0 || matches!(self.s.kind(*k - 1), ChunkKind::Comma | ChunkKind::Stop | ChunkKind::Adverb)
        });
        let behind = (m.chunk + 1..self.s.chunks().len())
            .take_while(|k| {
                since(*k) || !matches!(self.s.kind(*k), ChunkKind::Stop | ChunkKind::Relative | ChunkKind::Verb)
            })
            .find(|k| since(*k));
        let so_far = (1..self.s.units().len()).find(|u| self.s.norm(*u) == "far" && self.s.norm(*u - 1) == "so");
        let unit = opener.or(behind).map(|k| usize::from(self.s.chunks()[k].head)).or(so_far);
        if let Some(unit) = unit {
            self.lower(Status::Background, "background", "since-then", (unit, unit + 1));
        }
    }
}
