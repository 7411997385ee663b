//! What checking a rule set found: diagnostics with stable codes, and a plain description of every rule.
//!
//! Types only. Rendering them for a terminal, for CI or as a page is the command line's business.

use std::ops::Range;

/// How grave a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The rule set does not load.
    Error,
    /// The rule set loads; the author should look.
    Warning,
}

/// One finding, with its place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code: `R001` ...
    pub code: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// The file, relative to the rules directory.
    pub path: String,
    /// Byte span in the file's text.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// The outcome of checking a rule set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Findings in file order.
    pub diagnostics: Vec<Diagnostic>,
    /// Examples that were run.
    pub examples_run: usize,
    /// Examples whose assertion did not hold.
    pub examples_failed: usize,
}

/// What a user may know about one rule.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleInfo {
    /// The rule's id.
    pub id: String,
    /// Its event type.
    pub event: String,
    /// stable, experimental or deprecated.
    pub status: &'static str,
    /// First version with the rule.
    pub since: String,
    /// What it covers.
    pub doc: String,
    /// CAMEO code of an enacted mention.
    pub cameo: String,
    /// Every example: text and what it asserts.
    pub examples: Vec<(String, String)>,
    /// The file that holds it.
    pub path: String,
    /// Line of its id, from 1.
    pub line: usize,
}
