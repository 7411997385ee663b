//! Word patterns: what a rule means by `["@measure", "slap"]`.
//!
//! A pattern names word classes (`@measure`) and lemmas (`slap`); it matches a unit, never a string, so every inflected
//! form and spelling that the lexicon knows is covered.

use crate::lexicon::{ClassSet, Entry, Lexicon, Symbol};
use crate::syntax::{Unit, lemma_bit};

/// A set of classes and lemmas.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// Classes, any of which matches.
    pub classes: ClassSet,
    /// Lemmas, sorted.
    lemmas: Vec<Symbol>,
    /// A bit for every lemma, as [`lemma_bit`] has it: most units are ruled out by it.
    bits: u64,
}

impl Words {
    /// The pattern of these classes and lemmas.
    #[must_use]
    pub fn new(classes: ClassSet, mut lemmas: Vec<Symbol>) -> Self {
        lemmas.sort_unstable();
        lemmas.dedup();
        let bits = lemmas.iter().fold(0, |bits, lemma| bits | lemma_bit(*lemma));
        Self { classes, lemmas, bits }
    }

    /// Everything that this pattern or the other one matches.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self::new(self.classes.union(other.classes), [self.lemmas, other.lemmas].concat())
    }

    /// The lemmas, sorted.
    #[must_use]
    pub fn lemmas(&self) -> &[Symbol] {
        &self.lemmas
    }

    /// Whether the pattern names nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.lemmas.is_empty() && self.classes.is_empty()
    }

    /// Whether a unit is of one of the classes or has one of the lemmas.
    #[must_use]
    #[inline]
    pub fn matches(&self, lexicon: &Lexicon, unit: &Unit) -> bool {
        unit.classes.meets(&self.classes)
            || unit.lemmas & self.bits != 0
                && lexicon.entries(&unit.senses).iter().any(|e| self.lemmas.binary_search(&e.lemma).is_ok())
    }

    /// Whether anything of those classes, with lemmas of those bits, can match; where it says no, nothing does.
    #[must_use]
    pub const fn can_match(&self, classes: &ClassSet, lemmas: u64) -> bool {
        self.classes.meets(classes) || self.bits & lemmas != 0
    }

    /// Whether an entry is of one of the classes or has one of the lemmas.
    #[must_use]
    pub fn has(&self, entry: &Entry) -> bool {
        self.classes.has(entry.class) || self.lemmas.binary_search(&entry.lemma).is_ok()
    }
}
