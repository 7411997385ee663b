//! `mention.v1`: one mention of one document as the JSON that goes from the rules stage to the story stage.
//!
//! It holds all that an alert needs, but for what only the story stage knows. The wire types are separate from the core
//! types and borrow from them. Keys come in one fixed order. A list is always there, empty when nothing is known; a scalar
//! or an object is left out when it is not known. Nothing is asserted that the mention does not hold: names of countries,
//! programmes and the like are for whoever reads the codes.

use std::collections::BTreeMap;

use serde::Serialize;

use super::id::{mention_id, published_on};
use super::provenance::{DocumentWire, Engine, EngineWire, Origin};
use super::quote::{BadSpan, EvidenceWire};
use super::record::counterparty;
use super::sanction::{SanctionWire, is_code, is_sanction};
use super::withdrawal::replaces;
use crate::input::Document;
use crate::rules::{Classified, EventType, Link, Mention, Relation, Status};

/// A mention, ready to be written. Borrows from the document and the mention.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MentionWire<'a> {
    /// Deterministic id.
    pub(super) id: String,
    #[serde(rename = "type")]
    event: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subtype: Option<&'a str>,
    status: &'static str,
    codes: Codes<'a>,
    authority: Vec<Party<'a>>,
    target: TargetWire<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sanction: Option<SanctionWire<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<Counts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remaining: Option<u32>,
    parts: Vec<PartWire<'a>>,
    persons: Vec<PersonWire<'a>>,
    /// Left out for the people this program is about: it is there only when ordinary criminals were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    criminal: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    measure: Option<&'a str>,
    provisions: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<DateWire>,
    destination: &'a [String],
    links: Vec<LinkWire<'a>>,
    /// The other document whose place this one takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    replaces: Option<&'a str>,
    setting: SettingWire<'a>,
    rule_id: &'a str,
    evidence: Vec<EvidenceWire<'a>>,
    confidence: f64,
    explanations: BTreeMap<&'static str, Explanation>,
    document: DocumentWire<'a>,
    engine: EngineWire<'a>,
}

/// Codes of the field's ontologies.
#[derive(Clone, Debug, Serialize)]
struct Codes<'a> {
    cameo: &'a str,
    plover: Plover<'a>,
}

/// PLOVER event, and mode and context where the rule file gives them.
#[derive(Clone, Debug, Serialize)]
struct Plover<'a> {
    event: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<&'a str>,
}

/// Who acts. `name` is there for parties that have no code; for a code the name is the reader's business.
#[derive(Clone, Debug, Serialize)]
struct Party<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

/// Whom it hits: codes and names apart, so that a consumer can filter on codes without looking at names.
#[derive(Clone, Debug, Serialize)]
pub(super) struct TargetWire<'a> {
    country: Vec<&'a str>,
    name: Vec<&'a str>,
}

impl<'a> TargetWire<'a> {
    pub(super) fn of(target: &'a [String]) -> Self {
        let (country, name) = target.iter().map(String::as_str).partition(|party| is_code(party));
        Self { country, name }
    }
}

/// How many. A sanction counts what FollowTheMoney calls entities (persons and companies), a release counts persons.
#[derive(Clone, Debug, Serialize)]
struct Counts {
    #[serde(skip_serializing_if = "Option::is_none")]
    persons: Option<CountWire>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entities: Option<CountWire>,
}

#[derive(Clone, Debug, Serialize)]
struct CountWire {
    value: u32,
    qualifier: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct PartWire<'a> {
    count: u32,
    place: &'a str,
}

#[derive(Clone, Debug, Serialize)]
struct PersonWire<'a> {
    name: &'a str,
}

/// The day of the event, and whether the text gives it.
#[derive(Clone, Debug, Serialize)]
struct DateWire {
    value: String,
    source: &'static str,
}

/// A link to another mention of the same document.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct LinkWire<'a> {
    mention: String,
    #[serde(rename = "type")]
    event: &'a str,
    /// The record key of the other mention: where its story is told.
    key: &'a str,
    relation: &'static str,
    /// `outgoing`: this mention stands in the relation to the other; `incoming`: the other one to this.
    direction: &'static str,
    cue: EvidenceWire<'a>,
}

/// Whom the opening of the document names.
#[derive(Clone, Debug, Serialize)]
struct SettingWire<'a> {
    parties: &'a [String],
    persons: &'a [String],
}

/// One named part of the confidence.
#[derive(Clone, Debug, Serialize)]
struct Explanation {
    score: f64,
    /// The words the part rests on, where it is named after a role of the evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// Builds the record of `classified.mentions[index]`, whose event type is `event`.
///
/// `told` holds the indices of the mentions that are written. Links are written only between those.
///
/// # Errors
/// [`BadSpan`] when a piece of evidence does not cut the text of its field.
///
/// # Panics
/// When `index` is no mention of `classified`: the caller walks that list.
pub(super) fn mention<'a>(
    origin: &'a Origin<'a>,
    classified: &'a Classified,
    told: &[usize],
    index: usize,
    events: &[EventType],
    event: &'a EventType,
    engine: &Engine<'a>,
) -> Result<MentionWire<'a>, BadSpan> {
    let document = origin.document;
    let mention = &classified.mentions[index];
    let evidence = EvidenceWire::all(document, &mention.evidence)?;
    Ok(MentionWire {
        id: mention_id(document, mention).to_string(),
        event: &mention.event,
        subtype: mention.subtype.as_deref(),
        status: mention.status.name(),
        codes: codes(event, mention),
        authority: mention.authority.iter().map(|id| party(id)).collect(),
        target: TargetWire::of(&mention.target),
        sanction: SanctionWire::of(event, mention),
        counts: counts(event, mention),
        remaining: mention.remaining,
        parts: mention.parts.iter().map(|part| PartWire { count: part.count, place: &part.place }).collect(),
        persons: mention.persons.iter().map(|name| PersonWire { name }).collect(),
        criminal: mention.criminal.then_some(true),
        measure: mention.measure.as_deref(),
        provisions: &mention.provisions,
        date: date(document, mention),
        destination: &mention.destination,
        links: links(document, classified, told, index, events)?,
        replaces: replaces(document),
        setting: SettingWire { parties: &classified.setting.parties, persons: &classified.setting.persons },
        rule_id: &mention.rule,
        confidence: confidence(mention.confidence),
        explanations: explanations(mention, &evidence),
        evidence,
        document: DocumentWire::of(origin),
        engine: engine.wire(),
    })
}

fn codes<'a>(event: &'a EventType, mention: &'a Mention) -> Codes<'a> {
    let [name, mode, context] = &event.plover;
    let given = |part: &'a String| Some(part.as_str()).filter(|part| !part.is_empty());
    Codes { cameo: &mention.cameo, plover: Plover { event: name, mode: given(mode), context: given(context) } }
}

fn party(id: &str) -> Party<'_> {
    Party { id, name: (!is_code(id)).then_some(id) }
}

fn counts(event: &EventType, mention: &Mention) -> Option<Counts> {
    let count = mention.count.map(|count| CountWire { value: count.value, qualifier: count.qualifier.name() })?;
    Some(if is_sanction(event) {
        Counts { persons: None, entities: Some(count) }
    } else {
        Counts { persons: Some(count), entities: None }
    })
}

/// The day that the text gives. What is enacted without a date is dated by its publication, and says so; what is only
/// announced is not, because then the publication is surely not the day it happens.
fn date(document: &Document<'_>, mention: &Mention) -> Option<DateWire> {
    let written = mention.date.map(|date| DateWire { value: date.to_string(), source: "text" });
    written.or_else(|| {
        let published = published_on(document).filter(|_| mention.status == Status::Enacted)?;
        Some(DateWire { value: published.to_string(), source: "published" })
    })
}

fn links<'a>(
    document: &'a Document<'a>,
    classified: &'a Classified,
    told: &[usize],
    index: usize,
    events: &[EventType],
) -> Result<Vec<LinkWire<'a>>, BadSpan> {
    let ends = |link: &Link| match (link.from == index, link.to == index) {
        (true, false) => Some((link.to, "outgoing")),
        (false, true) => Some((link.from, "incoming")),
        _ => None,
    };
    let mut written = Vec::new();
    for link in &classified.links {
        let Some((other, direction)) = ends(link).filter(|(other, _)| told.contains(other)) else { continue };
        let Some(mention) = classified.mentions.get(other) else { continue };
        let Some(event) = events.iter().find(|event| event.name == mention.event) else { continue };
        written.push(LinkWire {
            mention: mention_id(document, mention).to_string(),
            event: &mention.event,
            key: counterparty(event, &mention.authority, &mention.target),
            relation: Relation::name(link.relation),
            direction,
            cue: EvidenceWire::of(document, &link.cue)?,
        });
    }
    Ok(written)
}

/// Four decimals: more would be noise, and the shortest form of a rounded float is the same on every machine.
pub(super) fn rounded(score: f64) -> f64 {
    // Adding positive zero turns a negative zero into a plain one; JSON has no word for infinities.
    if score.is_finite() { (score * 1e4).round() / 1e4 + 0.0 } else { 0.0 }
}

/// The confidence as written: never certain.
pub(super) fn confidence(score: f64) -> f64 {
    rounded(score).clamp(0.0, 0.99)
}

fn explanations(mention: &Mention, evidence: &[EvidenceWire<'_>]) -> BTreeMap<&'static str, Explanation> {
    let explain = |&(name, score): &(&'static str, f64)| {
        let words: Vec<&str> = evidence.iter().filter(|e| e.role() == name).map(EvidenceWire::exact).collect();
        let detail = Some(words.join("; ")).filter(|detail| !detail.is_empty());
        (name, Explanation { score: rounded(score), detail })
    };
    mention.confidence_parts.iter().map(explain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_short_finite_and_never_certain() {
        assert_eq!(rounded(0.1 + 0.2).to_string(), "0.3");
        assert_eq!(rounded(-0.000_01).to_string(), "0");
        assert_eq!(rounded(f64::NAN), 0.0);
        assert_eq!(confidence(1.0), 0.99);
        assert_eq!(confidence(f64::INFINITY), 0.0);
    }

    #[test]
    fn codes_and_names_of_targets_stand_apart() {
        let target = ["BY".to_owned(), "Belavia".to_owned(), "RU".to_owned()];
        let wire = TargetWire::of(&target);
        assert_eq!((wire.country, wire.name), (vec!["BY", "RU"], vec!["Belavia"]));
    }

    #[test]
    fn a_party_without_a_code_is_named() {
        assert_eq!((party("UN").name, party("Hamas").name), (None, Some("Hamas")));
    }
}
