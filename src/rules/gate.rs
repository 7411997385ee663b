//! The gate: a few literals, one of which a document must hold before an event type is considered at all.
//!
//! It is part of what a rule set means, not only of how fast it is: the same literals are asked of the raw bytes first
//! (cheap, and may let too much through) and of the decoded texts again (exact), so an answer never depends on escapes.

use aho_corasick::{AhoCorasick, MatchKind};

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
    /// Compiles literals, each with the events that it opens. Literals are lower-cased ASCII.
    ///
    /// # Errors
    /// What the automaton builder says, in practice only for absurd sizes.
    pub fn compile(literals: &[(String, EventMask)]) -> Result<Self, String> {
        // Standard semantics let overlapping literals all be seen, which the mask needs.
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostFirst)
            .build(literals.iter().map(|(l, _)| l.to_ascii_lowercase()))
            .map_err(|e| e.to_string())?;
        let masks: Vec<EventMask> = literals.iter().map(|(_, m)| *m).collect();
        let all = masks.iter().fold(0, |a, m| a | m);
        Ok(Self { automaton: Some(automaton), masks, all })
    }

    /// The events that a lower-cased text can concern.
    #[must_use]
    pub fn scan(&self, lowered: &[u8]) -> EventMask {
        let Some(automaton) = &self.automaton else { return 0 };
        let mut mask = 0;
        for found in automaton.find_iter(lowered) {
            mask |= self.masks[found.pattern().as_usize()];
            if mask == self.all {
                break;
            }
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
