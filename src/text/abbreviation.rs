//! Abbreviations whose full stop does not end a sentence, read from a data file.

use std::collections::BTreeSet;

use super::normal_form;

/// The set of abbreviations, without their dots, folded.
#[derive(Debug, Default)]
pub struct Abbreviations(BTreeSet<String>);

impl Abbreviations {
    /// Reads one abbreviation a line; `#` starts a comment.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let lines = text.lines().map(|l| l.split('#').next().unwrap_or("").trim());
        Self(lines.filter(|l| !l.is_empty()).map(|l| normal_form(l.trim_end_matches('.'))).collect())
    }

    /// Whether the folded word is an abbreviation.
    #[must_use]
    pub fn contains(&self, norm: &str) -> bool {
        self.0.contains(norm)
    }
}
