//! A compiled rule set: what rule files become, ready to be applied.
//!
//! Types, and what the outside may ask of a whole set. How files become one is `compile`; what is done with one, `read`.

use std::collections::BTreeMap;

use super::file::{Maturity, Place, Shape, Support, Voice};
use super::gate::Gate;
use super::index::Index;
use super::known::Known;
use super::report::RuleInfo;
use super::words::Words;
use super::{EventType, Relation, Status};
use crate::lexicon::{ClassSet, Lexicon};
use crate::syntax::{Grammar, Parts};
use crate::text::Abbreviations;

/// A compiled event type.
#[derive(Clone, Debug)]
pub struct Event {
    /// What the outside sees.
    pub public: EventType,
    /// CAMEO code by status or reason.
    pub cameo: BTreeMap<String, String>,
    /// Measures or people.
    pub shape: Shape,
    /// Codes that, as a bare modifier, act rather than undergo.
    pub usual_authority: Vec<String>,
}

impl Event {
    /// The CAMEO code for a reason, else for the status, else for an enacted event.
    #[must_use]
    pub fn cameo(&self, status: Status, reason: Option<&str>) -> String {
        reason
            .and_then(|r| self.cameo.get(r))
            .or_else(|| self.cameo.get(status.name()))
            .or_else(|| self.cameo.get("enacted"))
            .cloned()
            .unwrap_or_default()
    }
}

/// A compiled rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its id.
    pub id: String,
    /// Index of its event.
    pub event: usize,
    /// Whether it is on by default.
    pub maturity: Maturity,
    /// Finer class.
    pub subtype: Option<String>,
    /// Base confidence.
    pub weight: f64,
    /// The trigger's words and conditions.
    pub when: When,
}

/// The compiled trigger.
#[derive(Clone, Debug, Default)]
pub struct When {
    /// Verb heads.
    pub verb: Words,
    /// Noun heads.
    pub noun: Words,
    /// Objects.
    pub object: Words,
    /// Subjects.
    pub subject: Words,
    /// Required modifiers.
    pub modifier: Words,
    /// Required complement: prepositions and words.
    pub with: Option<(Vec<String>, Words)>,
    /// Required in the object's own phrase.
    pub qualified: Words,
    /// Excluded from the object.
    pub without: Words,
    /// Excluded from the sentence.
    pub unless: Words,
    /// Required in the sentence.
    pub beside: Words,
    /// Required in the sentence or before it in the document.
    pub context: ClassSet,
    /// Required governor.
    pub under: Words,
    /// Prepositions through which it governs; any when empty.
    pub via: Vec<String>,
    /// Support for weak objects.
    pub support: Support,
    /// Voices.
    pub voice: Voice,
    /// Article allowed.
    pub article: bool,
    /// Notice allowed.
    pub notice: bool,
    /// Only in this field.
    pub field: Option<String>,
    /// Status by default.
    pub status: Option<Status>,
    /// The negated trigger is the event.
    pub negated: bool,
    /// A definite object is taken as known already.
    pub definite_is_known: bool,
    /// Values of a list change.
    pub value: BTreeMap<String, String>,
}

/// A compiled scope cue.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Its id.
    pub id: String,
    /// The reason that it gives.
    pub reason: &'static str,
    /// The status that it gives.
    pub status: Status,
    /// Its words, as units of the sentence.
    pub cue: Words,
    /// Its phrases, as tags of the cue lexicon.
    pub cue_phrases: Words,
    /// Where it stands.
    pub at: Place,
    /// Prepositions that must part it from what it governs.
    pub via: Vec<String>,
    /// Events on which it works, as a mask; all bits when unrestricted.
    pub events: u32,
    /// Reach in units.
    pub reach: usize,
    /// Subjects that disarm it.
    pub unless_subject: Words,
    /// Subjects one of which it needs.
    pub if_subject: Words,
    /// The governing verb must be asserted itself, not "to vote" or "will vote".
    pub if_asserted: bool,
}

/// A compiled link cue.
#[derive(Clone, Debug)]
pub struct LinkCue {
    /// Its id.
    pub id: String,
    /// The relation that it gives.
    pub relation: Relation,
    /// Folded phrases.
    pub cues: Vec<String>,
}

/// Reason codes that the engine itself gives, and those that scope files may give. A closed list, because they are metric
/// labels and header values.
pub const REASONS: &[&str] = &[
    "announced",
    "background",
    "conditional",
    "considered",
    "criminal",
    "delayed",
    "demanded",
    "denied",
    "domestic",
    "expected",
    "historical",
    "kept",
    "low-confidence",
    "modal",
    "negated",
    "no-actor",
    "offered",
    "promised",
    "presupposed",
    "proposed",
    "refused",
    "rescued",
    "threatened",
    "withheld",
];

/// A compiled rule set: rules, scope cues and lexicon, with the hash of everything that can change an answer.
#[derive(Debug, Default)]
pub struct RuleSet {
    pub(super) version: String,
    pub(super) hash: String,
    pub(super) lexicon: Lexicon,
    pub(super) cues: Lexicon,
    pub(super) grammar: Grammar,
    pub(super) parts: Parts,
    pub(super) abbreviations: Abbreviations,
    pub(super) events: Vec<Event>,
    pub(super) public_events: Vec<EventType>,
    pub(super) rules: Vec<Rule>,
    pub(super) scopes: Vec<Scope>,
    pub(super) links: Vec<LinkCue>,
    pub(super) gate: Gate,
    pub(super) index: Index,
    pub(super) infos: Vec<RuleInfo>,
    pub(super) words: Known,
}

impl RuleSet {
    /// The event types, in the order of declaration.
    #[must_use]
    pub fn events(&self) -> &[EventType] {
        &self.public_events
    }

    /// The event type of that name.
    #[must_use]
    pub fn event(&self, name: &str) -> Option<&EventType> {
        self.public_events.iter().find(|e| e.name == name)
    }

    /// sha256 in hex over every rule, cue and lexicon file: what alerts carry as `engine.rulesHash`.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Semantic version of the rules, from `rules.toml`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// A plain description of every rule, in file order.
    #[must_use]
    pub fn rules(&self) -> &[RuleInfo] {
        &self.infos
    }

    /// The scope cues, in file order: id, the reason that each gives, and the status.
    pub fn scope_cues(&self) -> impl Iterator<Item = (&str, &'static str, Status)> {
        self.scopes.iter().map(|scope| (scope.id.as_str(), scope.reason, scope.status))
    }

    /// The ids of the link cues, in file order.
    pub fn link_cues(&self) -> impl Iterator<Item = &str> {
        self.links.iter().map(|link| link.id.as_str())
    }

    /// The abbreviations that end no sentence, for who cuts the sentences of a document as the rules do.
    #[must_use]
    pub fn abbreviations(&self) -> &Abbreviations {
        &self.abbreviations
    }
}
