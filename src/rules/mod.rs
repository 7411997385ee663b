//! Tokens -> [`Mention`]s.
mod mention;
mod report;

pub use mention::{Classified, Count, Evidence, Link, Mention, Part, Qualifier, Relation, Role, Status, Suppressed};
pub use report::{Diagnostic, ExampleInfo, Report, RuleInfo, Severity};

/// One rule, cue or lexicon file as text, with the path to name in messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Path relative to the rules directory, e.g. `lifted/sanctions.toml`.
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

/// A compiled rule set: rules, scope cues and lexicon, with the hash of everything that can change an answer.
#[derive(Debug, Default)]
pub struct RuleSet {
    events: Vec<EventType>,
    hash: String,
    version: String,
    infos: Vec<RuleInfo>,
}

impl RuleSet {
    /// The rule set compiled into the binary.
    #[must_use]
    pub fn builtin() -> Self {
        Self::default()
    }

    /// Compiles rule and lexicon files. The files are given as text: reading them is the caller's business.
    pub fn compile(_files: &[SourceFile]) -> Result<Self, Vec<String>> {
        Ok(Self::default())
    }

    /// The event types, in the order of declaration.
    #[must_use]
    pub fn events(&self) -> &[EventType] {
        &self.events
    }

    /// The event type of that name.
    #[must_use]
    pub fn event(&self, name: &str) -> Option<&EventType> {
        self.events.iter().find(|e| e.name == name)
    }

    /// The rules, in the order of their files.
    #[must_use]
    pub fn rules(&self) -> &[RuleInfo] {
        &self.infos
    }

    /// sha256 in hex over every rule, cue and lexicon file: what alerts carry as `engine.rulesHash`.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Semantic version of the rules, from `rules/rules.toml`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }
}

/// The files compiled into the binary.
#[must_use]
pub fn builtin_sources() -> Vec<SourceFile> {
    Vec::new()
}

/// Lints the files and runs every example in them.
#[must_use]
pub fn check(_files: &[SourceFile]) -> Report {
    Report::default()
}
