//! The rule files as they are written: TOML with a closed set of keys.
//!
//! Only shapes and spans; what the words mean is settled in `compile`. An unknown key or a wrong type is an error with
//! its place, never ignored.

use serde::Deserialize;
use toml::Spanned;

/// One TOML file under `rules/`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// The engine that the file was written for; this program reads 1.
    pub engine: u32,
    /// Semantic version of the rule set; only in `rules.toml`.
    pub version: Option<String>,
    /// Event types.
    #[serde(default)]
    pub event: Vec<RawEvent>,
    /// Rules.
    #[serde(default)]
    pub rule: Vec<RawRule>,
    /// Scope cues.
    #[serde(default)]
    pub scope: Vec<RawScope>,
    /// Link cues.
    #[serde(default)]
    pub link: Vec<RawLink>,
    /// Word patterns that the engine asks for by name.
    #[serde(default)]
    pub pattern: std::collections::BTreeMap<Spanned<String>, Vec<Spanned<String>>>,
}

/// `[[event]]`: an event type.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawEvent {
    /// `sanction_imposed`.
    pub name: Spanned<String>,
    /// For people: `sanctions imposed`.
    pub label: String,
    /// Topic without prefix.
    pub topic: String,
    /// CloudEvents type.
    pub ce_type: String,
    /// Event, mode, context.
    pub plover: [String; 3],
    /// Which side keys the record: `authority` or `target`.
    pub key: KeyedBy,
    /// CAMEO code by status or by reason; `enacted` is required.
    pub cameo: std::collections::BTreeMap<String, String>,
    /// Literals one of which stands in every text that a rule of this event can match.
    pub gate: Vec<Spanned<String>>,
    /// Whom the release concerns (`people`) or whom the measure hits (`sanction`).
    pub shape: Shape,
    /// Codes that act on others more often than they are acted on: as a bare modifier ("US sanctions") they are the
    /// authority, any other state is the target ("Iran sanctions").
    #[serde(default)]
    pub usual_authority: Vec<String>,
}

/// Which side of an event keys its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyedBy {
    /// The one who acts.
    Authority,
    /// The one it hits.
    Target,
}

/// What kind of arguments an event has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// A measure by somebody on somebody.
    Measure,
    /// People freed, held, arrested ...
    People,
}

/// `[[rule]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRule {
    /// `lifted.measure.lift`; never reused.
    pub id: Spanned<String>,
    /// The event type.
    pub event: Spanned<String>,
    /// stable | experimental | deprecated; only stable is on by default.
    #[serde(default)]
    pub status: Maturity,
    /// First version with this rule.
    pub since: String,
    /// What it covers and what it leaves to others.
    pub doc: String,
    /// Finer class.
    pub subtype: Option<String>,
    /// Share of matches that are right, as measured; the base of the confidence.
    #[serde(default = "default_weight")]
    pub weight: f64,
    /// What must stand there.
    pub when: RawWhen,
    /// Examples, which are tests.
    #[serde(default)]
    pub example: Vec<Spanned<RawExample>>,
}

fn default_weight() -> f64 {
    0.9
}

/// Life cycle of a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Maturity {
    /// On by default.
    #[default]
    Stable,
    /// Off by default.
    Experimental,
    /// On, and going away.
    Deprecated,
}

/// `[rule.when]`: the trigger.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawWhen {
    /// Head of a verb group.
    #[serde(default)]
    pub verb: Vec<Spanned<String>>,
    /// Head of a noun phrase.
    #[serde(default)]
    pub noun: Vec<Spanned<String>>,
    /// What the verb acts on, or what the noun is "of"; in the passive its subject.
    #[serde(default)]
    pub object: Vec<Spanned<String>>,
    /// Who acts, when the rule needs a certain kind of subject.
    #[serde(default)]
    pub subject: Vec<Spanned<String>>,
    /// Words that must stand in the noun phrase before its head.
    #[serde(default)]
    pub modifier: Vec<Spanned<String>>,
    /// A complement that must follow.
    pub with: Option<RawWith>,
    /// Words of which one must stand in the object's own phrase: "bans [Russian] oil".
    #[serde(default)]
    pub qualified: Vec<Spanned<String>>,
    /// Words that may not stand in the object or the noun phrase.
    #[serde(default)]
    pub without: Vec<Spanned<String>>,
    /// Words that may not stand anywhere in the sentence.
    #[serde(default)]
    pub unless: Vec<Spanned<String>>,
    /// Words that must stand somewhere in the sentence.
    #[serde(default)]
    pub beside: Vec<Spanned<String>>,
    /// Word classes one of which must stand in the sentence or anywhere before it in the document.
    #[serde(default)]
    pub context: Vec<Spanned<String>>,
    /// Words that govern the trigger and make it an event: "announced" over "sanctions".
    #[serde(default)]
    pub under: Vec<Spanned<String>>,
    /// The prepositions through which `under` governs: "retaliated with sanctions". Any, or none, when empty.
    #[serde(default)]
    pub via: Vec<String>,
    /// What may support a weak object: `actor`, `sector`, or nothing.
    #[serde(default)]
    pub support: Support,
    /// Voices in which the verb counts.
    #[serde(default)]
    pub voice: Voice,
    /// Kinds of document in which the rule is on; all when empty: article, notice, list-change.
    #[serde(default)]
    pub document: Vec<String>,
    /// Only in this field of the document, e.g. `title`.
    pub field: Option<String>,
    /// Status when nothing in the sentence says otherwise.
    pub status: Option<String>,
    /// The trigger must be negated or fail: "did not renew", "failed to renew". The negation then is the event.
    #[serde(default)]
    pub negated: bool,
    /// A definite object ("the embargo was imposed") is taken as known already, so the sentence is background.
    #[serde(default)]
    pub definite_is_known: bool,
    /// Structured fields of a list change: name and value.
    #[serde(default)]
    pub value: std::collections::BTreeMap<String, String>,
}

/// A complement: one of the prepositions, then a noun phrase with one of the words.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawWith {
    /// Prepositions, as words.
    pub preposition: Vec<String>,
    /// What the noun phrase holds.
    pub object: Vec<Spanned<String>>,
}

/// What a weak word needs beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Support {
    /// Nothing: weak words count as they are.
    #[default]
    None,
    /// A foreign actor as target or modifier.
    Actor,
}

/// Voices of a verb rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Voice {
    /// Active and passive.
    #[default]
    Both,
    /// Active only; the subject acts.
    Active,
    /// No object: the subject itself undergoes ("walked free", "sanctions expired").
    Intransitive,
}

/// `[[rule.example]]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawExample {
    /// The text; a sentence or a whole article.
    pub text: String,
    /// A headline before it.
    pub headline: Option<String>,
    /// The document's date.
    pub date: Option<String>,
    /// Read as this kind of document: article (default) or notice.
    pub document: Option<String>,
    /// The rule must make a mention with these slots.
    pub want: Option<RawWant>,
    /// The rule must match and be suppressed for this reason.
    pub not: Option<String>,
    /// The rule must not match.
    #[serde(default)]
    pub none: bool,
    /// A known miss: fails when it starts to pass.
    #[serde(default)]
    pub todo: bool,
}

/// What an example asserts of the extracted slots; keys left out are not checked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawWant {
    /// enacted (default) or announced.
    pub status: Option<String>,
    /// All authorities.
    pub authority: Option<Vec<String>>,
    /// All targets.
    pub target: Option<Vec<String>>,
    /// The number.
    pub count: Option<u32>,
    /// No number may be found.
    #[serde(default)]
    pub no_count: bool,
    /// All persons.
    pub persons: Option<Vec<String>>,
    /// Sector or measure.
    pub measure: Option<String>,
    /// Finer class.
    pub subtype: Option<String>,
    /// The day.
    pub date: Option<String>,
}

/// `[[scope]]`: a cue that changes the status of what it covers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawScope {
    /// `demanded.urge`.
    pub id: Spanned<String>,
    /// The reason code that it gives: demanded, threatened, historical ...
    pub reason: String,
    /// The status that it gives.
    pub status: String,
    /// The cue words.
    pub cue: Vec<Spanned<String>>,
    /// Where the cue stands.
    pub at: Place,
    /// Prepositions that must part a governing cue from what it governs; any when empty.
    #[serde(default)]
    pub via: Vec<String>,
    /// Event types on which it works; all when empty.
    #[serde(default)]
    pub event: Vec<String>,
    /// How far a cue to the left or right reaches, in units.
    #[serde(default = "default_reach")]
    pub reach: usize,
    /// Subject classes that the governing verb must not have for the cue to work.
    #[serde(default)]
    pub unless_subject: Vec<Spanned<String>>,
    /// Subject words of which a modal cue needs one: "the bill would impose".
    #[serde(default)]
    pub if_subject: Vec<Spanned<String>>,
    /// A governing cue works only where its verb is asserted itself: not "to vote", not "will vote".
    #[serde(default)]
    pub if_asserted: bool,
    /// What it is for.
    #[expect(dead_code, reason = "it is for who reads the file")]
    pub doc: Option<String>,
}

fn default_reach() -> usize {
    12
}

/// Where a scope cue stands relative to the trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// It governs the trigger: "urged X to lift", "decision to lift", "call for the release".
    Governor,
    /// It is the modal of the trigger's verb group.
    Modal,
    /// Left of the trigger in the same clause.
    Left,
    /// Right of the trigger in the same clause.
    Right,
    /// It is the verb of which the trigger noun is subject: "the release was delayed".
    Predicate,
    /// In the noun phrase of the trigger or its object, before the head: "existing sanctions".
    Modifier,
    /// Opens the clause that holds the trigger: "if", "unless".
    Opener,
    /// Anywhere in the sentence.
    Sentence,
}

/// `[[link]]`: words that tie two mentions of one document together.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawLink {
    /// `link.following`.
    pub id: Spanned<String>,
    /// in_exchange_for, in_response_to, same_announcement, retaliates, reverses.
    pub relation: String,
    /// The cue phrases.
    pub cue: Vec<String>,
    /// What it is for.
    #[expect(dead_code, reason = "it is for who reads the file")]
    pub doc: Option<String>,
}
