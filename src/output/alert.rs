//! `alert.v1`: what one mention did to its story, as the JSON that goes out.
//!
//! The alert says what the mention says, with the mention's evidence for every field, and beside it what the story is now
//! that the mention is in it. Where a story changes although no report of it is at hand (a link was found, another report
//! was withdrawn) the fields are those of the story, and the evidence is what there is: the words of the link, or none.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::value::RawValue;

use super::id::alert_id;
use super::incoming::{
    CountIn, CountsIn, DateIn, DocumentIn, Incoming, PartyIn, PersonIn, TargetIn, Withdrawal, document,
};
use super::neighbour::NeighbourIn;
use super::provenance::{Engine, EngineWire};
use super::record::{About, CloudEvent, SCHEMA_ALERT};
use super::sanction::{is_code, is_sanction};
use super::{Destination, Emitted};
use crate::input::{Header, Rejected};
use crate::rules::{EventType, Status};
use crate::story::{Action, Changed, MentionId, State, Story, Text, hex128};

/// An alert, ready to be written.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AlertWire<'a> {
    id: &'a str,
    story_id: String,
    revision: u32,
    action: &'static str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    changed: &'a [ChangedWire<'a>],
    #[serde(rename = "type")]
    event: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subtype: Option<&'a str>,
    status: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    codes: Option<&'a RawValue>,
    authority: Cow<'a, [PartyIn]>,
    target: Cow<'a, TargetIn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sanction: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<Cow<'a, CountsIn>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remaining: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parts: Option<&'a RawValue>,
    persons: Cow<'a, [PersonIn]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    criminal: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    measure: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provisions: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<Cow<'a, DateIn>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    destination: Option<&'a RawValue>,
    linked_to: Vec<LinkWire<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_id: Option<&'a str>,
    evidence: EvidenceList<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanations: Option<&'a RawValue>,
    sources: SourcesWire<'a>,
    story: StoryWire<'a>,
    document: &'a RawValue,
    engine: EngineOf<'a>,
}

/// What an update changed.
#[derive(Debug, Serialize)]
struct ChangedWire<'a> {
    field: &'static str,
    from: &'a [String],
    to: &'a [String],
}

/// The evidence of the mention as it came, or the words of links.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum EvidenceList<'a> {
    Mention(&'a RawValue),
    Cues(Vec<&'a RawValue>),
}

/// The program that read the mention, or this one where there is no mention.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum EngineOf<'a> {
    Mention(&'a RawValue),
    Story(EngineWire<'a>),
}

/// A link to another story.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct LinkWire<'a> {
    /// Left out where the other story is not in this partition; its alerts then name the mention.
    #[serde(skip_serializing_if = "Option::is_none")]
    story_id: Option<String>,
    /// The other mention of the same document, where the link was read in this document.
    #[serde(skip_serializing_if = "Option::is_none")]
    mention: Option<&'a str>,
    #[serde(rename = "type")]
    event: &'a str,
    relation: &'a str,
    direction: &'a str,
    basis: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cue: Option<&'a RawValue>,
}

/// Who reported the event so far.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SourcesWire<'a> {
    count: usize,
    independent_count: u32,
    publishers: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_seen: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_seen: Option<String>,
}

/// The story as it is now: what all its reports say together.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct StoryWire<'a> {
    status: &'static str,
    authority: Vec<&'a str>,
    target: Vec<&'a str>,
    /// Every number that some report gives, and how many reports give it: outlets are not averaged.
    counts: Vec<TalliedWire>,
    persons: Vec<&'a str>,
    measures: Vec<&'a str>,
}

#[derive(Debug, Serialize)]
struct TalliedWire {
    value: u32,
    qualifier: &'static str,
    reports: u32,
}

/// What made the alert.
#[derive(Clone, Copy, Debug)]
pub enum Cause<'a> {
    /// A mention.
    Mention(&'a Incoming<'a>),
    /// A withdrawal or a new version of a document.
    Withdrawal(&'a Withdrawal<'a>),
    /// Another partition, which keeps the other story of a link.
    Neighbour(&'a NeighbourIn<'a>),
}

impl<'a> Cause<'a> {
    /// The document at hand.
    #[must_use]
    pub fn document(self) -> &'a RawValue {
        match self {
            Self::Mention(incoming) => incoming.document,
            Self::Withdrawal(withdrawal) => withdrawal.document,
            Self::Neighbour(neighbour) => neighbour.document,
        }
    }
}

/// An alert in the terms of the story stage.
#[derive(Clone, Copy, Debug)]
pub struct Alert<'a> {
    /// The story, at the revision that the alert brings.
    pub story: &'a Story,
    /// What the alert does.
    pub action: Action,
    /// What changed.
    pub changed: &'a [Changed],
    /// The revision of the story that it tells of.
    pub revision: u32,
    /// Whether the mention at hand is a report of this story.
    pub reported: bool,
    /// What made it.
    pub cause: Cause<'a>,
}

/// The record of an alert of that event type.
///
/// # Errors
/// [`Rejected`] when the document at hand is not as it should be.
pub fn alert(
    alert: &Alert<'_>,
    state: &State,
    event: &EventType,
    headers: &[Header<'_>],
    engine: &Engine<'_>,
) -> Result<Emitted, Rejected> {
    let Alert { story, action, .. } = *alert;
    let incoming = match alert.cause {
        Cause::Mention(incoming) => Some(incoming),
        Cause::Withdrawal(_) | Cause::Neighbour(_) => None,
    };
    let raw = alert.cause.document();
    let DocumentIn { id: subject, published_at, .. } = document(raw)?;
    let body = incoming.filter(|_| alert.reported);
    let id = alert_id(story.id, alert.revision, action.name());
    let mut linked_to = links(story, state, &subject, incoming, alert.reported);
    if let Cause::Neighbour(neighbour) = alert.cause {
        let told = alert.changed.iter().flat_map(|changed| &changed.to);
        let words = neighbour.words_for(story);
        for link in linked_to.iter_mut().filter(|link| told.clone().any(|to| link.story_id.as_ref() == Some(to))) {
            link.mention = words.and(neighbour.mention.as_deref());
            link.cue = words.map(|words| words.cue);
        }
    }
    let facts = &story.facts;
    let changed: Vec<ChangedWire<'_>> =
        alert.changed.iter().map(|c| ChangedWire { field: c.field.name(), from: &c.from, to: &c.to }).collect();
    let status = facts.status.unwrap_or(Status::Announced).name();
    let data = AlertWire {
        id: &id,
        story_id: story.id.to_string(),
        revision: alert.revision,
        action: action.name(),
        changed: &changed,
        event: &event.name,
        subtype: body.map_or(facts.subtype.as_deref(), |body| body.subtype.as_deref()),
        status: body.map_or(status, |body| &body.status),
        codes: body.map(|body| body.codes),
        authority: body.map_or_else(
            || Cow::Owned(facts.authority.iter().map(|id| party(id)).collect()),
            |body| Cow::Borrowed(&body.authority[..]),
        ),
        target: body.map_or_else(|| Cow::Owned(target(&facts.target)), |body| Cow::Borrowed(&body.target)),
        sanction: body.and_then(|body| body.sanction),
        counts: body
            .map_or_else(|| counts(event, story).map(Cow::Owned), |body| body.counts.as_ref().map(Cow::Borrowed)),
        remaining: body.and_then(|body| body.remaining),
        parts: body.map(|body| body.parts),
        persons: body.map_or_else(
            || Cow::Owned(facts.persons.iter().map(|p| PersonIn { name: p.name.to_string() }).collect()),
            |body| Cow::Borrowed(&body.persons[..]),
        ),
        criminal: body.and_then(|body| body.criminal),
        measure: body.map_or_else(|| facts.measures.first().map(|m| &**m), |body| body.measure.as_deref()),
        provisions: body.map(|body| body.provisions),
        date: body.map_or_else(|| day(story).map(Cow::Owned), |body| body.date.as_ref().map(Cow::Borrowed)),
        destination: body.map(|body| body.destination),
        rule_id: body.map(|body| &*body.rule_id),
        evidence: match body {
            Some(body) => EvidenceList::Mention(body.evidence),
            None => EvidenceList::Cues(linked_to.iter().filter_map(|link| link.cue).collect()),
        },
        linked_to,
        confidence: body.map(|body| body.confidence),
        explanations: body.map(|body| body.explanations),
        sources: SourcesWire {
            count: story.heard(),
            independent_count: story.independent(),
            publishers: story.publishers(),
            first_seen: facts.first_seen.map(|at| at.to_string()),
            last_seen: facts.last_seen.map(|at| at.to_string()),
        },
        story: StoryWire {
            status,
            authority: facts.authority.iter().map(|a| &**a).collect(),
            target: facts.target.iter().map(|t| &**t).collect(),
            counts: facts
                .counts
                .iter()
                .map(|t| TalliedWire { value: t.count.value, qualifier: t.count.qualifier.name(), reports: t.reports })
                .collect(),
            persons: facts.persons.iter().map(|person| &*person.name).collect(),
            measures: facts.measures.iter().map(|m| &**m).collect(),
        },
        document: raw,
        engine: body.map_or_else(|| EngineOf::Story(engine.wire()), |body| EngineOf::Mention(body.engine)),
    };
    let about = About { time: published_at.map(Into::into), subject: Some(&subject), headers };
    let envelope = CloudEvent { id: &id, kind: &event.ce_type, schema: SCHEMA_ALERT, key: &story.key };
    Ok(envelope.record(Destination::Alerts(event.topic.clone()), about, engine, &data))
}

/// The links of the story, and those of the mention whose other side is kept elsewhere.
fn links<'a>(
    story: &'a Story,
    state: &'a State,
    document: &str,
    incoming: Option<&'a Incoming<'a>>,
    reported: bool,
) -> Vec<LinkWire<'a>> {
    let mut written: Vec<LinkWire<'a>> = Vec::new();
    for link in &story.links {
        // The words are those of the document at hand; links that other documents told of go without.
        let told = incoming.and_then(|incoming| {
            let other = |text: &str| hex128(text).and_then(|id| state.story_of(document, MentionId(id)));
            if reported {
                incoming.links.iter().find(|l| other(&l.mention).is_some_and(|s| s.id == link.story))
            } else {
                // Seen from the other side: the mention at hand is of the other story, and its link leads here.
                incoming.links.iter().find(|l| other(&l.mention).is_some_and(|s| s.id == story.id))
            }
        });
        let mention = told.map(|told| if reported { &*told.mention } else { incoming.map_or("", |i| &i.id) });
        written.push(LinkWire {
            story_id: Some(link.story.to_string()),
            mention,
            event: state.types().get(usize::from(link.event)).map_or("", |t| t.name.as_str()),
            relation: link.relation.name(),
            direction: if link.outgoing { "outgoing" } else { "incoming" },
            basis: link.basis.name(),
            cue: told.map(|told| told.cue),
        });
    }
    for link in incoming.filter(|_| reported).map_or(&[][..], |incoming| &incoming.links[..]) {
        let known = hex128(&link.mention).is_some_and(|id| state.story_of(document, MentionId(id)).is_some());
        if !known {
            written.push(LinkWire {
                story_id: None,
                mention: Some(&link.mention),
                event: &link.event,
                relation: &link.relation,
                direction: &link.direction,
                basis: "cue",
                cue: Some(link.cue),
            });
        }
    }
    written
}

fn party(id: &str) -> PartyIn {
    PartyIn { id: id.to_owned(), name: (!is_code(id)).then(|| id.to_owned()) }
}

fn target(parties: &[Text]) -> TargetIn {
    let (country, name) = parties.iter().map(ToString::to_string).partition(|party| is_code(party));
    TargetIn { country, name }
}

fn counts(event: &EventType, story: &Story) -> Option<CountsIn> {
    let count = story.facts.count()?;
    let count = Some(CountIn { value: count.value, qualifier: count.qualifier.name().to_owned() });
    Some(if is_sanction(event) {
        CountsIn { persons: None, entities: count }
    } else {
        CountsIn { persons: count, entities: None }
    })
}

fn day(story: &Story) -> Option<DateIn> {
    let source = if story.facts.dated.is_some() { "text" } else { "published" };
    Some(DateIn { value: story.day()?.to_string(), source: source.to_owned() })
}
