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
use crate::story::{Claim, Clock, Facts, Link, Report, Rest, Story, StoryId, Tallied, Text, Tie, Type, hex128};

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
    /// How many reports are counted in all that stands above and not listed, where there are too many for one record.
    #[serde(default, skip_serializing_if = "is_zero")]
    left_out: u32,
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
    /// What is still known of reports that are not listed.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    rest: Option<RestWire<'a>>,
}

/// What the reports came to that are not listed.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct RestWire<'a> {
    /// How many of the listed reports came before them.
    first: u32,
    independent: u32,
    /// Hashes of sources and texts, sixteen hex characters each.
    sources: String,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    status: Option<Cow<'a, str>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    subtype: Option<Cow<'a, str>>,
    authority: Vec<Cow<'a, str>>,
    target: Vec<Cow<'a, str>>,
    persons: Vec<Cow<'a, str>>,
    counts: Vec<TalliedWire<'a>>,
    measures: Vec<Cow<'a, str>>,
    dated: Option<(String, String)>,
    enacted: Option<String>,
    announced: Option<String>,
    first_seen: Option<String>,
    last_seen: Option<String>,
    /// Hashes of the parties that openings of documents name.
    parties: Vec<u32>,
    /// And of the persons, sixteen hex characters each.
    named: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// The name of a direction.
pub(super) fn direction(outgoing: bool) -> Cow<'static, str> {
    Cow::Borrowed(if outgoing { "outgoing" } else { "incoming" })
}

fn texts(list: &[Text]) -> Vec<Cow<'_, str>> {
    list.iter().map(|text| Cow::Borrowed(&**text)).collect()
}

#[expect(clippy::ptr_arg, reason = "it is mapped over lists of them")]
fn boxed(text: &Cow<'_, str>) -> Box<str> {
    Box::from(&**text)
}

#[expect(clippy::ptr_arg, reason = "it is mapped over lists of them")]
fn text(text: &Cow<'_, str>) -> Text {
    Text::from(&**text)
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
        counts: tallied(facts),
        persons: facts.persons.iter().map(|person| Cow::Borrowed(&*person.name)).collect(),
        measures: texts(&facts.measures),
        date: story.day().map(|day| day.to_string()),
        first_seen: facts.first_seen.map(|at| at.to_string()),
        last_seen: facts.last_seen.map(|at| at.to_string()),
        revision: story.revision,
        independent_sources: story.independent(),
        reports: story.reports.iter().map(report_wire).collect(),
        left_out: story.left_out(),
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
            rest: story.rest.as_deref().map(rest_wire),
        },
    };
    let ce_id = alert_id(story.id, story.revision, &story.written.to_string());
    let about = About { time: data.last_seen.clone(), subject: Some(&id), headers };
    let envelope = CloudEvent { id: &ce_id, kind: "story.v1", schema: SCHEMA_STORY, key: &id };
    envelope.record(Destination::Stories, about, engine, &data)
}

fn tallied(facts: &Facts) -> Vec<TalliedWire<'_>> {
    let wire = |t: &Tallied| TalliedWire {
        value: t.count.value,
        qualifier: Cow::Borrowed(t.count.qualifier.name()),
        reports: t.reports,
    };
    facts.counts.iter().map(wire).collect()
}

fn rest_wire(rest: &Rest) -> RestWire<'_> {
    let hex = |hashes: &[u64]| hashes.iter().map(|hash| format!("{hash:016x}")).collect::<String>();
    let facts = &rest.facts;
    RestWire {
        first: rest.first,
        independent: rest.independent,
        sources: hex(&rest.sources),
        status: facts.status.map(|status| Cow::Borrowed(status.name())),
        subtype: facts.subtype.as_deref().map(Cow::Borrowed),
        authority: texts(&facts.authority),
        target: texts(&facts.target),
        persons: facts.persons.iter().map(|person| Cow::Borrowed(&*person.name)).collect(),
        counts: tallied(facts),
        measures: texts(&facts.measures),
        dated: facts.dated.map(|(first, last)| (first.to_string(), last.to_string())),
        enacted: facts.enacted.map(|day| day.to_string()),
        announced: facts.announced.map(|day| day.to_string()),
        first_seen: facts.first_seen.map(|at| at.to_string()),
        last_seen: facts.last_seen.map(|at| at.to_string()),
        parties: facts.parties.to_vec(),
        named: hex(&facts.named),
    }
}

fn read_rest(wire: &RestWire<'_>, reports: u32) -> Result<Rest, Rejected> {
    let hashes = |hex: &str| {
        let each =
            (0..hex.len()).step_by(16).map(|at| hex.get(at..at + 16).and_then(|one| u64::from_str_radix(one, 16).ok()));
        each.collect::<Option<Box<[u64]>>>()
            .ok_or_else(|| wrong("state.rest: expected hashes of 16 hex characters, found", hex))
    };
    let list = |list: &[Cow<'_, str>]| list.iter().map(text).collect();
    let day = |day: &Option<String>| day.as_deref().map(date).transpose();
    let time = |at: &Option<String>| at.as_deref().map(timestamp).transpose();
    let tallied = |t: &TalliedWire<'_>| {
        let count = count(&CountIn { value: t.value, qualifier: t.qualifier.clone().into_owned() })?;
        Ok(Tallied { count, reports: t.reports })
    };
    let dated = wire.dated.as_ref().map(|(first, last)| Ok::<_, Rejected>((date(first)?, date(last)?)));
    let facts = Facts {
        status: wire.status.as_deref().map(status).transpose()?,
        subtype: wire.subtype.as_ref().map(text),
        authority: list(&wire.authority),
        target: list(&wire.target),
        counts: wire.counts.iter().map(tallied).collect::<Result<_, Rejected>>()?,
        measures: list(&wire.measures),
        dated: dated.transpose()?,
        enacted: day(&wire.enacted)?,
        announced: day(&wire.announced)?,
        first_seen: time(&wire.first_seen)?,
        last_seen: time(&wire.last_seen)?,
        parties: wire.parties.clone().into(),
        named: hashes(&wire.named)?,
        persons: Box::default(),
    };
    Ok(Rest {
        reports,
        first: wire.first,
        independent: wire.independent,
        sources: hashes(&wire.sources)?,
        facts: facts.with_persons(wire.persons.iter().map(text)),
    })
}

fn report_wire(report: &Report) -> ReportWire<'_> {
    fn text(text: Option<&str>) -> Option<Cow<'_, str>> {
        text.map(Cow::Borrowed)
    }
    ReportWire {
        document: Cow::Borrowed(&report.document),
        version: text(report.version.as_deref()),
        source: text(report.publisher.as_deref()),
        originator: text(report.originator.as_deref()),
        url: text(report.url.as_deref()),
        published_at: report.published.map(|at| at.to_string()),
        status: Cow::Borrowed(report.status.name()),
        subtype: text(report.subtype.as_deref()),
        authority: texts(&report.authority),
        target: texts(&report.target),
        count: report.count.map(|c| CountIn { value: c.value, qualifier: c.qualifier.name().to_owned() }),
        persons: texts(&report.persons),
        measure: text(report.measure.as_deref()),
        date: report.date.map(|date| date.to_string()),
        mention: report.mention.to_string(),
        content: format!("{:032x}", report.content),
        corrects: text(report.corrects.as_deref()),
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
    let rest = state.rest.as_ref().map(|rest| read_rest(rest, wire.left_out)).transpose()?;
    let mut story = Story {
        id: id(&wire.story_id)?,
        event: event_named(&wire.event, types)?,
        key: text(&state.key),
        revision: wire.revision,
        told: state.told,
        opened: state.opened,
        written: state.written,
        touched: state.touched,
        facts: Facts::default(),
        reports,
        rest: rest.map(Box::new),
        links: wire.links.iter().map(read_link).collect::<Result<_, Rejected>>()?,
    };
    story.facts = story.fold();
    let clock = Clock {
        watermark: state.watermark,
        since: state.since,
        ahead: state.ahead.map(|(at, source, times, since)| Claim { at, source, times, since }),
    };
    Ok((story, clock))
}

fn read_report(wire: &ReportWire<'_>) -> Result<Report, Rejected> {
    let list = |list: &[Cow<'_, str>]| list.iter().map(text).collect();
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
        publisher: wire.source.as_ref().map(text),
        originator: wire.originator.as_ref().map(text),
        url: wire.url.as_ref().map(boxed),
        published: wire.published_at.as_deref().map(timestamp).transpose()?,
        status: status(&wire.status)?,
        subtype: wire.subtype.as_ref().map(text),
        authority: list(&wire.authority),
        target: list(&wire.target),
        count: wire.count.as_ref().map(count).transpose()?,
        persons: list(&wire.persons),
        measure: wire.measure.as_ref().map(text),
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
