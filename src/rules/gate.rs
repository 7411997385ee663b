//! The gate: a few literals, one of which a document must hold before an event type is considered at all.
//!
//! It is part of what a rule set means, not only of how fast it is: the same literals are asked of the raw bytes first
//! (cheap, and may let too much through) and of the decoded texts again (exact), so an answer never depends on escapes.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};

/// Which event types a text can concern, as a bit per event in the order of declaration.
pub type EventMask = u32;

/// The compiled gate: for every set of events, the literals that open it.
#[derive(Debug, Default)]
pub struct Gate {
    groups: Vec<(EventMask, AhoCorasick)>,
}

/// The most literals that are scanned for with SIMD in one pass. With one more the scan would take several times as long
/// as two passes do.
const TEDDY: usize = 64;

impl Gate {
    /// Compiles literals of lower-cased ASCII, each with the events that it opens.
    ///
    /// # Errors
    /// What the automaton builder says, in practice only for absurd sizes.
    pub fn compile(literals: &BTreeMap<String, EventMask>) -> Result<Self, String> {
        let mut by_mask: BTreeMap<EventMask, Vec<&str>> = BTreeMap::new();
        for (literal, mask) in literals {
            by_mask.entry(*mask).or_default().push(literal);
        }
        let groups = by_mask.iter().flat_map(|(mask, literals)| literals.chunks(TEDDY).map(|some| (*mask, some)));
        // Only the leftmost semantics have SIMD.
        let build = |some: &[&str]| AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(some);
        let compiled = groups.map(|(mask, some)| Ok((mask, build(some)?)));
        compiled
            .collect::<Result<_, aho_corasick::BuildError>>()
            .map(|groups| Self { groups })
            .map_err(|e| e.to_string())
    }

    /// The events that a lower-cased text can concern.
    #[must_use]
    pub fn scan(&self, lowered: &[u8]) -> EventMask {
        let opens = |mask, (more, literals): &(EventMask, AhoCorasick)| {
            if mask & more == *more || !literals.is_match(lowered) { mask } else { mask | more }
        };
        self.groups.iter().fold(0, opens)
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

    #[test]
    fn any_number_of_literals_is_seen() {
        let literals: BTreeMap<String, EventMask> = (0..200).map(|n| (format!("word{n:03}"), 1 << (n % 3))).collect();
        let gate = Gate::compile(&literals).unwrap();
        for n in 0..200 {
            assert_eq!(gate.scan(format!("one word{n:03} here").as_bytes()), 1 << (n % 3));
        }
    }

    #[test]
    fn the_built_in_literals_take_few_passes() {
        let set = crate::rules::RuleSet::builtin();
        assert!(set.gate.groups.len() <= 3, "a pass for each of {} groups", set.gate.groups.len());
    }
}
