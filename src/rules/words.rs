//! Word patterns: what a rule means by `["@measure", "slap"]`.
//!
//! A pattern names word classes (`@measure`) and lemmas (`slap`); it matches a unit, never a string, so every inflected
//! form and spelling that the lexicon knows is covered.

use crate::lexicon::{ClassSet, Lexicon, Symbol};
use crate::syntax::Unit;

/// A set of classes and lemmas.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// Classes, any of which matches.
    pub classes: ClassSet,
    /// Lemmas, sorted.
    pub lemmas: Vec<Symbol>,
}

impl Words {
    /// Whether the pattern names nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.lemmas.is_empty() && self.classes.is_empty()
    }

    /// Whether a unit is of one of the classes or has one of the lemmas.
    #[must_use]
    pub fn matches(&self, lexicon: &Lexicon, unit: &Unit) -> bool {
        unit.classes.meets(&self.classes)
            || !self.lemmas.is_empty()
                && lexicon.entries(&unit.senses).iter().any(|e| self.lemmas.binary_search(&e.lemma).is_ok())
    }
}
