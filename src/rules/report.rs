//! What a check of rule files found, and what a rule says about itself: plain values for commands and documents.
//!
//! Types only. The compiler fills them; `cli/rules.rs` draws them.

use std::ops::Range;

/// How bad a finding is. Either kind makes `rules check` fail; only errors keep a rule set from loading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The rule set does not load.
    Error,
    /// It loads, and something in it is most likely not meant.
    Warning,
}

impl Severity {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One finding in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code of the lint: `R001` ...
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// Path of the file, as in [`super::SourceFile::path`].
    pub path: String,
    /// Byte offsets of the place in the file.
    pub span: Range<usize>,
    /// What is wrong, in one line.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// The result of checking a set of files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Findings, ordered by path and place.
    pub diagnostics: Vec<Diagnostic>,
    /// Examples that were run.
    pub examples_run: usize,
    /// Examples that did not give what they say; each of them has a diagnostic too.
    pub examples_failed: usize,
}

/// One example of a rule, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleInfo {
    /// The sentence.
    pub text: String,
    /// What the rule must make of it, e.g. `authority US, target BY` or `not: demanded`.
    pub expectation: String,
}

/// A rule as documents and `rules explain` show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// The rule's id.
    pub id: String,
    /// The event type it finds.
    pub event: String,
    /// `stable`, `experimental` or `deprecated`.
    pub status: String,
    /// The rules version that brought it.
    pub since: String,
    /// What it is for, in prose.
    pub doc: String,
    /// Its examples.
    pub examples: Vec<ExampleInfo>,
    /// Path of its file.
    pub path: String,
    /// Line of its `[[rule]]` header, from 1.
    pub line: usize,
    /// CAMEO code; a string, so that `0841` keeps its zero.
    pub cameo: String,
}
