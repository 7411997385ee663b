//! `story.v1`: the latest version of one event with all its reports, written to the compacted topic and read back.
//!
//! It is two things at once: a public table of events, and the state of the story stage. Reading back the last record of
//! every key, in any order, makes the state that wrote them.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::id::alert_id;
use super::incoming::{
    CountIn, basis, count, date, event as event_named, mention_id, not_json, relation, status, timestamp, wrong,
};
use super::provenance::Engine;
use super::record::{About, CloudEvent, SCHEMA_STORY};
use super::{Destination, Emitted};
use crate::input::{Header, Rejected};
use crate::rules::EventType;
use crate::story::{Claim, Clock, Facts, Link, Report, Story, StoryId, Tie, Type, hex128};

/// A story on the wire. Owned where it is read, borrowed where it is written.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct StoryWire<'a> {
    story_id: String,
    #[serde(borrow, rename = "type")]
    event: Cow<'a, str>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    subtype: Option<Cow<'a, str>>,
    /// `retracted` when no report is left.
    #[serde(borrow)]
    status: Cow<'a, str>,
    authority: Vec<Cow<'a, str>>,
    target: Vec<Cow<'a, str>>,
    count: Option<u32>,
    counts: Vec<TalliedWire<'a>>,
    persons: Vec<Cow<'a, str>>,
    measures: Vec<Cow<'a, str>>,
    date: Option<String>,
    first_seen: Option<String>,
    last_seen: Option<String>,
    revision: u32,
    independent_sources: u32,
    reports: Vec<ReportWire<'a>>,
    links: Vec<LinkWire<'a>>,
    /// What the stage itself needs to go on from here.
    state: StateWire<'a>,
}

#[derive(Debug, Deserialize, Serialize)]
struct TalliedWire<'a> {
    value: u32,
    #[serde(borrow)]
    qualifier: Cow<'a, str>,
    reports: u32,
}

/// One report. Fields that the document does not give are left out.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct ReportWire<'a> {
    #[serde(borrow)]
    document: Cow<'a, str>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    version: Option<Cow<'a, str>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    source: Option<Cow<'a, str>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    originator: Option<Cow<'a, str>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    url: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<String>,
    #[serde(borrow)]
    status: Cow<'a, str>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    subtype: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    authority: Vec<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    target: Vec<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<CountIn>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    persons: Vec<Cow<'a, str>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    measure: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    mention: String,
    content: String,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    corrects: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    parties: Vec<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    named: Vec<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    links: Vec<TieWire<'a>>,
}

#[derive(Debug, Deserialize, Serialize)]
struct TieWire<'a> {
    mention: String,
    #[serde(borrow)]
    relation: Cow<'a, str>,
    #[serde(borrow)]
    direction: Cow<'a, str>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct LinkWire<'a> {
    story_id: String,
    #[serde(borrow, rename = "type")]
    event: Cow<'a, str>,
    #[serde(borrow)]
    relation: Cow<'a, str>,
    #[serde(borrow)]
    direction: Cow<'a, str>,
    #[serde(borrow)]
    basis: Cow<'a, str>,
}

/// The stage's own bookkeeping.
#[derive(Debug, Deserialize, Serialize)]
struct StateWire<'a> {
    /// The key of the mention that opened the story.
    #[serde(borrow)]
    key: Cow<'a, str>,
    opened: u64,
    written: u64,
    told: u32,
    touched: Option<i64>,
    watermark: Option<i64>,
    since: Option<i64>,
    ahead: Option<(i64, u64, u32, u64)>,
}

/// The name of a direction.
pub(super) fn direction(outgoing: bool) -> Cow<'static, str> {
    Cow::Borrowed(if outgoing { "outgoing" } else { "incoming" })
}

fn texts(list: &[Box<str>]) -> Vec<Cow<'_, str>> {
    list.iter().map(|text| Cow::Borrowed(&**text)).collect()
}

#[expect(clippy::ptr_arg, reason = "it is mapped over lists of them")]
fn boxed(text: &Cow<'_, str>) -> Box<str> {
    Box::from(&**text)
}

/// The record of a story's latest version.
#[must_use]
pub fn story_record(
    story: &Story,
    clock: Clock,
    types: &[Type],
    headers: &[Header<'_>],
    engine: &Engine<'_>,
) -> Emitted {
    let name = |event: u16| types.get(usize::from(event)).map_or("", |known| known.name.as_str());
    let facts = &story.facts;
    let id = story.id.to_string();
    let data = StoryWire {
        story_id: id.clone(),
        event: Cow::Borrowed(name(story.event)),
        subtype: facts.subtype.as_deref().map(Cow::Borrowed),
        status: Cow::Borrowed(facts.status.map_or("retracted", crate::rules::Status::name)),
        authority: texts(&facts.authority),
        target: texts(&facts.target),
        count: facts.count().map(|count| count.value),
        counts: facts
            .counts
            .iter()
            .map(|t| TalliedWire {
                value: t.count.value,
                qualifier: Cow::Borrowed(t.count.qualifier.name()),
                reports: t.reports,
            })
            .collect(),
        persons: facts.persons.iter().map(|person| Cow::Borrowed(&*person.name)).collect(),
        measures: texts(&facts.measures),
        date: story.day().map(|day| day.to_string()),
        first_seen: facts.first_seen.map(|at| at.to_string()),
        last_seen: facts.last_seen.map(|at| at.to_string()),
        revision: story.revision,
        independent_sources: story.independent(),
        reports: story.reports.iter().map(report_wire).collect(),
        links: story
            .links
            .iter()
            .map(|link| LinkWire {
                story_id: link.story.to_string(),
                event: Cow::Borrowed(name(link.event)),
                relation: Cow::Borrowed(link.relation.name()),
                direction: direction(link.outgoing),
                basis: Cow::Borrowed(link.basis.name()),
            })
            .collect(),
        state: StateWire {
            key: Cow::Borrowed(&story.key),
            opened: story.opened,
            written: story.written,
            told: story.told,
            touched: story.touched,
            watermark: clock.watermark,
            since: clock.since,
            ahead: clock.ahead.map(|claim| (claim.at, claim.source, claim.times, claim.since)),
        },
    };
    let ce_id = alert_id(story.id, story.revision, &story.written.to_string());
    let about = About { time: data.last_seen.clone(), subject: Some(&id), headers };
    let envelope = CloudEvent { id: &ce_id, kind: "story.v1", schema: SCHEMA_STORY, key: &id };
    envelope.record(Destination::Stories, about, engine, &data)
}

fn report_wire(report: &Report) -> ReportWire<'_> {
    let text =
        |text: &'_ Option<Box<str>>| -> Option<Cow<'_, str>> { text.as_deref().map(|t| Cow::Owned(t.to_owned())) };
    ReportWire {
        document: Cow::Borrowed(&report.document),
        version: text(&report.version),
        source: text(&report.publisher),
        originator: text(&report.originator),
        url: text(&report.url),
        published_at: report.published.map(|at| at.to_string()),
        status: Cow::Borrowed(report.status.name()),
        subtype: text(&report.subtype),
        authority: texts(&report.authority),
        target: texts(&report.target),
        count: report.count.map(|c| CountIn { value: c.value, qualifier: c.qualifier.name().to_owned() }),
        persons: texts(&report.persons),
        measure: text(&report.measure),
        date: report.date.map(|date| date.to_string()),
        mention: report.mention.to_string(),
        content: format!("{:032x}", report.content),
        corrects: text(&report.corrects),
        parties: texts(&report.parties),
        named: texts(&report.named),
        links: report
            .ties
            .iter()
            .map(|tie| TieWire {
                mention: tie.mention.to_string(),
                relation: Cow::Borrowed(tie.relation.name()),
                direction: direction(tie.outgoing),
            })
            .collect(),
    }
}

/// The record that forgets a story.
#[must_use]
pub fn tombstone(story: StoryId) -> Emitted {
    Emitted { to: Destination::Stories, key: Some(story.to_string().into_bytes()), headers: Vec::new(), value: None }
}

/// Reads the id of a story from a record key.
///
/// # Errors
/// [`Rejected`] when it is no story id.
pub fn read_story_key(key: Option<&[u8]>) -> Result<StoryId, Rejected> {
    let text = key.and_then(|key| std::str::from_utf8(key).ok()).unwrap_or_default();
    hex128(text)
        .map(StoryId)
        .ok_or_else(|| wrong("a story's key: expected 32 hex characters, found", format!("{text:?}")))
}

/// Reads back a story, and the clock of the stage as it was then.
///
/// # Errors
/// [`Rejected`] when the value is no `story.v1`, or its type is none of `types`.
pub fn read_story(value: &[u8], types: &[Type]) -> Result<(Story, Clock), Rejected> {
    let wire: StoryWire<'_> = serde_json::from_slice(value).map_err(|error| not_json("a story", &error))?;
    let id =
        |text: &str| hex128(text).map(StoryId).ok_or_else(|| wrong("storyId: expected 32 hex characters, found", text));
    let reports = wire.reports.iter().map(read_report).collect::<Result<Vec<_>, _>>()?;
    let read_link = |link: &LinkWire<'_>| {
        Ok(Link {
            story: id(&link.story_id)?,
            event: event_named(&link.event, types)?,
            relation: relation(&link.relation)?,
            outgoing: link.direction == "outgoing",
            basis: basis(&link.basis)?,
        })
    };
    let state = &wire.state;
    let story = Story {
        id: id(&wire.story_id)?,
        event: event_named(&wire.event, types)?,
        key: boxed(&state.key),
        revision: wire.revision,
        told: state.told,
        opened: state.opened,
        written: state.written,
        touched: state.touched,
        facts: Facts::of(&reports),
        reports,
        links: wire.links.iter().map(read_link).collect::<Result<_, Rejected>>()?,
    };
    let clock = Clock {
        watermark: state.watermark,
        since: state.since,
        ahead: state.ahead.map(|(at, source, times, since)| Claim { at, source, times, since }),
    };
    Ok((story, clock))
}

fn read_report(wire: &ReportWire<'_>) -> Result<Report, Rejected> {
    let list = |list: &[Cow<'_, str>]| list.iter().map(boxed).collect();
    let tie = |tie: &TieWire<'_>| {
        Ok(Tie {
            mention: mention_id(&tie.mention)?,
            relation: relation(&tie.relation)?,
            outgoing: tie.direction == "outgoing",
        })
    };
    Ok(Report {
        mention: mention_id(&wire.mention)?,
        document: boxed(&wire.document),
        version: wire.version.as_ref().map(boxed),
        corrects: wire.corrects.as_ref().map(boxed),
        content: hex128(&wire.content)
            .ok_or_else(|| wrong("content: expected 32 hex characters, found", &wire.content))?,
        publisher: wire.source.as_ref().map(boxed),
        originator: wire.originator.as_ref().map(boxed),
        url: wire.url.as_ref().map(boxed),
        published: wire.published_at.as_deref().map(timestamp).transpose()?,
        status: status(&wire.status)?,
        subtype: wire.subtype.as_ref().map(boxed),
        authority: list(&wire.authority),
        target: list(&wire.target),
        count: wire.count.as_ref().map(count).transpose()?,
        persons: list(&wire.persons),
        measure: wire.measure.as_ref().map(boxed),
        date: wire.date.as_deref().map(date).transpose()?,
        parties: list(&wire.parties),
        named: list(&wire.named),
        ties: wire.links.iter().map(tie).collect::<Result<_, Rejected>>()?,
    })
}

/// The event type of a story among those that the rules declare.
#[must_use]
pub fn event_of<'a>(story: &Story, events: &'a [EventType]) -> Option<&'a EventType> {
    events.get(usize::from(story.event))
}
