//! The line that `classify` prints for one record: everything the rules stage found, and why the rest is no alert.
//!
//! It is for people, tests and evaluations, and it is flat: codes as bare lists, the count as a bare number, every key
//! always there with `null` for what the text does not say. `start` and `end` are byte offsets into the field as it came
//! in. It is not the alert; whoever consumes alerts reads the topics.

use serde::Serialize;

use super::mention::{confidence, rounded};
use super::quote::{BadSpan, Quote};
use crate::input::{Document, Rejected};
use crate::rules::{Classified, Evidence, Link, Mention, Suppressed};

/// The line of a classified document, without a line feed.
///
/// # Errors
/// [`BadSpan`] when a piece of evidence does not cut the text of its field.
pub fn classification_line(document: &Document<'_>, classified: &Classified) -> Result<String, BadSpan> {
    let line = Line {
        id: Some(&document.id),
        mentions: classified.mentions.iter().map(|m| MentionLine::of(document, m)).collect::<Result<_, _>>()?,
        suppressed: classified.suppressed.iter().map(|s| SuppressedLine::of(document, s)).collect::<Result<_, _>>()?,
        links: classified.links.iter().map(|l| LinkLine::of(document, l)).collect::<Result<_, _>>()?,
    };
    Ok(json(&line))
}

/// The line of a quiet record. Quiet records are not built into documents, so the id is known only to a caller who has
/// looked for it.
#[must_use]
pub fn quiet_line(id: Option<&str>) -> String {
    json(&Line { id, mentions: vec![], suppressed: vec![], links: vec![] })
}

/// The line of a record that is no document.
#[must_use]
pub fn rejected_line(rejected: &Rejected) -> String {
    let reason = RejectedWire { reason: rejected.reason.code(), detail: &rejected.detail };
    json(&RejectedLine { id: None, rejected: reason })
}

fn json<L: Serialize>(line: &L) -> String {
    serde_json::to_string(line).expect("wire types have text keys and finite numbers")
}

#[derive(Serialize)]
struct Line<'a> {
    id: Option<&'a str>,
    mentions: Vec<MentionLine<'a>>,
    suppressed: Vec<SuppressedLine<'a>>,
    links: Vec<LinkLine<'a>>,
}

#[derive(Serialize)]
struct RejectedLine<'a> {
    /// Always null: what cannot be read has no id. It is there so that every line has the key.
    id: Option<&'a str>,
    rejected: RejectedWire<'a>,
}

#[derive(Serialize)]
struct RejectedWire<'a> {
    reason: &'static str,
    detail: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MentionLine<'a> {
    #[serde(rename = "type")]
    event: &'a str,
    status: &'static str,
    subtype: Option<&'a str>,
    authority: &'a [String],
    target: &'a [String],
    count: Option<u32>,
    count_qualifier: Option<&'static str>,
    remaining: Option<u32>,
    parts: Vec<PartLine<'a>>,
    persons: &'a [String],
    measure: Option<&'a str>,
    provisions: &'a [String],
    cameo: &'a str,
    date: Option<String>,
    destination: &'a [String],
    criminal: bool,
    confidence: f64,
    confidence_parts: Vec<ConfidenceLine>,
    evidence: Vec<EvidenceLine<'a>>,
    rule: &'a str,
}

impl<'a> MentionLine<'a> {
    fn of(document: &'a Document<'a>, mention: &'a Mention) -> Result<Self, BadSpan> {
        let parts = mention.confidence_parts.iter();
        Ok(Self {
            event: &mention.event,
            status: mention.status.name(),
            subtype: mention.subtype.as_deref(),
            authority: &mention.authority,
            target: &mention.target,
            count: mention.count.map(|count| count.value),
            count_qualifier: mention.count.map(|count| count.qualifier.name()),
            remaining: mention.remaining,
            parts: mention.parts.iter().map(|part| PartLine { count: part.count, place: &part.place }).collect(),
            persons: &mention.persons,
            measure: mention.measure.as_deref(),
            provisions: &mention.provisions,
            cameo: &mention.cameo,
            date: mention.date.map(|date| date.to_string()),
            destination: &mention.destination,
            criminal: mention.criminal,
            confidence: confidence(mention.confidence),
            confidence_parts: parts.map(|&(name, score)| ConfidenceLine { name, score: rounded(score) }).collect(),
            evidence: EvidenceLine::all(document, &mention.evidence)?,
            rule: &mention.rule,
        })
    }
}

#[derive(Serialize)]
struct PartLine<'a> {
    count: u32,
    place: &'a str,
}

#[derive(Serialize)]
struct ConfidenceLine {
    name: &'static str,
    score: f64,
}

#[derive(Serialize)]
struct EvidenceLine<'a> {
    role: &'static str,
    field: &'a str,
    start: usize,
    end: usize,
    quote: &'a str,
    rule: &'a str,
}

impl<'a> EvidenceLine<'a> {
    fn of(document: &'a Document<'a>, evidence: &'a Evidence) -> Result<Self, BadSpan> {
        let quote = Quote::of(document, evidence)?;
        Ok(Self {
            role: evidence.role.name(),
            field: quote.field,
            start: evidence.start,
            end: evidence.end,
            quote: quote.exact,
            rule: &evidence.rule,
        })
    }

    fn all(document: &'a Document<'a>, evidence: &'a [Evidence]) -> Result<Vec<Self>, BadSpan> {
        evidence.iter().map(|evidence| Self::of(document, evidence)).collect()
    }
}

#[derive(Serialize)]
struct SuppressedLine<'a> {
    #[serde(rename = "type")]
    event: &'a str,
    status: &'static str,
    reason: &'static str,
    rule: &'a str,
    cue: Option<&'a str>,
    cameo: &'a str,
    authority: &'a [String],
    target: &'a [String],
    evidence: Vec<EvidenceLine<'a>>,
}

impl<'a> SuppressedLine<'a> {
    fn of(document: &'a Document<'a>, suppressed: &'a Suppressed) -> Result<Self, BadSpan> {
        Ok(Self {
            event: &suppressed.event,
            status: suppressed.status.name(),
            reason: suppressed.reason,
            rule: &suppressed.rule,
            cue: suppressed.cue.as_deref(),
            cameo: &suppressed.cameo,
            authority: &suppressed.authority,
            target: &suppressed.target,
            evidence: EvidenceLine::all(document, &suppressed.evidence)?,
        })
    }
}

/// `from` and `to` are indices into `mentions` of the same line.
#[derive(Serialize)]
struct LinkLine<'a> {
    from: usize,
    to: usize,
    relation: &'static str,
    cue: EvidenceLine<'a>,
}

impl<'a> LinkLine<'a> {
    fn of(document: &'a Document<'a>, link: &'a Link) -> Result<Self, BadSpan> {
        let cue = EvidenceLine::of(document, &link.cue)?;
        Ok(Self { from: link.from, to: link.to, relation: link.relation.name(), cue })
    }
}
