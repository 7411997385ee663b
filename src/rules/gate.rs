//! The gate: a few literals, one of which a document must hold before an event type is considered at all.
//!
//! It is part of what a rule set means, not only of how fast it is: the same literals are asked of the raw bytes first
//! (cheap, and may let too much through) and of the decoded texts again (exact), so an answer never depends on escapes.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, Input, MatchKind};

/// Which event types a text can concern, as a bit per event in the order of declaration.
pub type EventMask = u32;

/// The compiled gate.
#[derive(Debug, Default)]
pub struct Gate {
    automaton: Option<AhoCorasick>,
    masks: Vec<EventMask>,
    all: EventMask,
}

impl Gate {
    /// Compiles literals of lower-cased ASCII, each with the events that it opens.
    ///
    /// # Errors
    /// What the automaton builder says, in practice only for absurd sizes.
    pub fn compile(literals: &BTreeMap<String, EventMask>) -> Result<Self, String> {
        // The leftmost semantics are those with a prefilter, and show one literal at a place: the longest, which
        // therefore stands for all others that begin it.
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(literals.keys())
            .map_err(|e| e.to_string())?;
        let opened_by = |longest: &String| {
            let begun = literals.iter().filter(|(l, _)| longest.starts_with(l.as_str()));
            begun.fold(0, |mask, (_, m)| mask | m)
        };
        let masks: Vec<EventMask> = literals.keys().map(opened_by).collect();
        let all = masks.iter().fold(0, |a, m| a | m);
        Ok(Self { automaton: Some(automaton), masks, all })
    }

    /// The events that a lower-cased text can concern: those of every literal in it, wherever two overlap.
    #[must_use]
    pub fn scan(&self, lowered: &[u8]) -> EventMask {
        let Some(automaton) = &self.automaton else { return 0 };
        let (mut mask, mut at) = (0, 0);
        while mask != self.all
            && let Some(found) = automaton.find(Input::new(lowered).range(at..))
        {
            mask |= self.masks[found.pattern().as_usize()];
            at = found.start() + 1;
        }
        mask
    }

    /// Copies `text` into `lowered` in ASCII lower case, byte offsets unchanged, and scans it.
    pub fn scan_text(&self, text: &[u8], lowered: &mut Vec<u8>) -> EventMask {
        lowered.clear();
        lowered.extend_from_slice(text);
        lowered.make_ascii_lowercase();
        self.scan(lowered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_that_overlap_are_all_seen() {
        let literals = [("free", 1), ("freeze", 2), ("zero", 4), ("unfreez", 8)];
        let gate = Gate::compile(&literals.map(|(l, m)| (l.to_owned(), m)).into()).unwrap();
        assert_eq!(gate.scan(b"set free"), 1);
        assert_eq!(gate.scan(b"a freeze"), 1 | 2);
        // Begun inside the one before, and ending behind it.
        assert_eq!(gate.scan(b"freezero"), 1 | 2 | 4);
        assert_eq!(gate.scan(b"unfreeze"), 1 | 2 | 8);
        assert_eq!(gate.scan(b"nothing of it"), 0);
    }
}
