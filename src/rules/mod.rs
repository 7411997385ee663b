//! Tokens -> [`Mention`]s: gate, triggers, slots, scope, merging, links.
//!
//! Rules are data: TOML files that name word classes and grammar, each with its own examples, which are its tests. This
//! room turns them into a [`RuleSet`] and applies it to a [`crate::input::Document`]. It knows no event type, no verb and
//! no country by name; those are in the files under `rules/`.

mod actor;
mod captor;
mod check;
mod compile;
mod dated;
mod file;
mod gate;
mod governor;
mod index;
mod known;
mod link;
mod listed;
mod listing;
mod mention;
mod merge;
mod named;
mod note;
mod number;
mod picture;
mod read;
mod report;
mod scope;
mod sentence;
mod set;
mod setting;
mod slot;
mod tally;
mod trigger;
mod words;

pub use check::check;
pub use mention::{
    Classified, Count, Evidence, Link, Mention, Part, Qualifier, Relation, Role, Setting, Status, Suppressed,
};
pub use read::Reading;
pub use report::{Diagnostic, ExampleInfo, Report, RuleInfo, Severity};
pub use set::{REASONS, RuleSet};

/// One rule, cue or lexicon file as text, with the path to name in messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Path relative to the rules directory, e.g. `lifted/measures.toml`.
    pub path: String,
    /// The whole text of the file.
    pub text: String,
}

/// An event type as a rule file declares it.
#[derive(Clone, Debug, PartialEq)]
pub struct EventType {
    /// `sanction_imposed`.
    pub name: String,
    /// A human label for terminals: `sanctions imposed`.
    pub label: String,
    /// Alert topic without prefix: `alerts.sanctions-imposed`.
    pub topic: String,
    /// CloudEvents type: `sanctions.imposed.v1`.
    pub ce_type: String,
    /// PLOVER event, mode, context.
    pub plover: [String; 3],
    /// Whether the counterparty state (record key) is the authority (a release) or the target (a sanction).
    pub keyed_by_authority: bool,
}
