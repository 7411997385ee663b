//! CloudEvents 1.0 in Kafka binary mode: attributes in `ce_*` headers, plain JSON in the value.
//!
//! The key is the counterparty state, so that both sides of a deal (a release by BY, sanctions on BY lifted) land in one
//! partition and keep their order. Structured mode is not written: a consumer that wants it can build it from the
//! headers, and a binary value stays readable for those who know nothing of CloudEvents.

use serde::Serialize;

use super::mention::mention;
use super::provenance::{Engine, Origin};
use super::quote::BadSpan;
use super::{Destination, Emitted};
use crate::input::Header;
use crate::rules::{Classified, EventType};

/// `ce_dataschema` of an alert, and the `$id` of its JSON Schema.
pub const SCHEMA_ALERT: &str = "urn:sanctions-stream:schema:alert.v1";
/// `ce_dataschema` of a retraction.
pub const SCHEMA_RETRACTION: &str = "urn:sanctions-stream:schema:retraction.v1";
/// `ce_dataschema` of a signal.
pub const SCHEMA_SIGNAL: &str = "urn:sanctions-stream:schema:signal.v1";
/// `ce_dataschema` of a mention.
pub const SCHEMA_MENTION: &str = "urn:sanctions-stream:schema:mention.v1";
/// `ce_dataschema` of the word that a document was withdrawn or superseded.
pub const SCHEMA_WITHDRAWAL: &str = "urn:sanctions-stream:schema:withdrawal.v1";
/// `ce_dataschema` of a story.
pub const SCHEMA_STORY: &str = "urn:sanctions-stream:schema:story.v1";

/// `ce_dataschema` of what partitions of the story stage tell each other.
pub const SCHEMA_NEIGHBOUR: &str = "urn:sanctions-stream:schema:neighbour.v1";

/// `ce_type` of a mention.
pub const MENTION: &str = "mention.v1";
/// `ce_type` of the word that a document was withdrawn by its publisher.
pub const WITHDRAWN: &str = "document.withdrawn.v1";
/// `ce_type` of the word that a document has a new version.
pub const SUPERSEDED: &str = "document.superseded.v1";
/// `ce_type` of the word that a story of another partition has changed.
pub const MOVED: &str = "story.moved.v1";
/// `ce_type` of the answer that a story of another partition belongs with one of this.
pub const LINKED: &str = "story.linked.v1";

/// The record key when no counterparty is known: the OpenSanctions code for "everywhere".
pub const UNKNOWN_COUNTERPARTY: &str = "zz";

/// The state that a deal is about: who releases, or whom a sanction hits. The first of a sorted list.
#[must_use]
pub fn counterparty<'a>(event: &EventType, authority: &'a [String], target: &'a [String]) -> &'a str {
    let parties = if event.keyed_by_authority { authority } else { target };
    parties.iter().min().map_or(UNKNOWN_COUNTERPARTY, String::as_str)
}

/// The records of all mentions of a document that are alerts in the making, in text order.
///
/// A mention whose type is not in `events` is skipped: mentions and event types come from the same rule set, so there is
/// none.
///
/// # Errors
/// [`BadSpan`] when a piece of evidence does not cut the text of its field.
pub fn mentions(
    origin: &Origin<'_>,
    classified: &Classified,
    events: &[EventType],
    engine: &Engine<'_>,
) -> Result<Vec<Emitted>, BadSpan> {
    let told: Vec<usize> =
        (0..classified.mentions.len()).filter(|at| classified.mentions[*at].status.alerts()).collect();
    let mut records = Vec::with_capacity(told.len());
    for &index in &told {
        let found = &classified.mentions[index];
        let Some(event) = events.iter().find(|event| event.name == found.event) else { continue };
        let wire = mention(origin, classified, &told, index, events, event, engine)?;
        let key = counterparty(event, &found.authority, &found.target);
        let envelope = CloudEvent { id: &wire.id, kind: MENTION, schema: SCHEMA_MENTION, key };
        records.push(envelope.record(Destination::Mentions, About::from(origin), engine, &wire));
    }
    Ok(records)
}

/// When the event was, what it is about, and the headers of the record that it comes from.
#[derive(Clone, Debug)]
pub(super) struct About<'a> {
    /// `ce_time`, RFC 3339.
    pub(super) time: Option<String>,
    /// `ce_subject`: the id of a document.
    pub(super) subject: Option<&'a str>,
    /// Headers to carry the trace context on from.
    pub(super) headers: &'a [Header<'a>],
}

impl<'a> From<&Origin<'a>> for About<'a> {
    fn from(origin: &Origin<'a>) -> Self {
        Self {
            time: origin.document.published_at.map(|at| at.to_string()),
            subject: Some(&origin.document.id),
            headers: origin.headers,
        }
    }
}

/// The attributes in which our events differ from each other.
pub(super) struct CloudEvent<'a> {
    /// `ce_id`.
    pub(super) id: &'a str,
    /// `ce_type`.
    pub(super) kind: &'a str,
    /// `ce_dataschema`.
    pub(super) schema: &'static str,
    /// Record key and `ce_partitionkey`.
    pub(super) key: &'a str,
}

impl CloudEvent<'_> {
    /// The record with this envelope around `data`.
    pub(super) fn record<D: Serialize>(
        &self,
        to: Destination,
        about: About<'_>,
        engine: &Engine<'_>,
        data: &D,
    ) -> Emitted {
        let mut headers = vec![
            header("ce_specversion", "1.0"),
            header("ce_id", self.id),
            header("ce_source", engine.source),
            header("ce_type", self.kind),
        ];
        if let Some(time) = &about.time {
            headers.push(header("ce_time", time));
        }
        if let Some(subject) = about.subject.and_then(subject) {
            headers.push(header("ce_subject", subject));
        }
        headers.push(header("ce_dataschema", self.schema));
        headers.push(header("ce_partitionkey", self.key));
        headers.push(header("content-type", "application/json"));
        headers.extend(trace(about.headers));
        let value = serde_json::to_vec(data).expect("wire types have text keys and finite numbers");
        Emitted { to, key: Some(self.key.as_bytes().to_vec()), headers, value: Some(value) }
    }
}

/// A CloudEvents attribute has at least one character and no control characters. A document id that is no attribute is
/// left out of the headers; the data has it in full.
fn subject(id: &str) -> Option<&str> {
    (!id.is_empty() && !id.chars().any(char::is_control)).then_some(id)
}

/// The W3C trace context of the input record, first header of each name, bytes untouched.
fn trace(headers: &[Header<'_>]) -> impl Iterator<Item = (String, Option<Vec<u8>>)> {
    ["traceparent", "tracestate"].into_iter().filter_map(|name| {
        let value = headers.iter().find(|header| header.name == name)?.value?;
        Some((name.to_owned(), Some(value.to_vec())))
    })
}

pub(super) fn header(name: &str, value: &str) -> (String, Option<Vec<u8>>) {
    (name.to_owned(), Some(value.as_bytes().to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_the_counterparty() {
        let mut event = EventType {
            name: "prisoner_release".into(),
            label: "prisoners released".into(),
            topic: "alerts.prisoners-released".into(),
            ce_type: "prisoners.released.v1".into(),
            plover: ["RETREAT".into(), "release".into(), "legal".into()],
            keyed_by_authority: true,
        };
        let (authority, target) = (["BY".to_owned(), "AA".to_owned()], ["LT".to_owned()]);
        assert_eq!(counterparty(&event, &authority, &target), "AA");
        event.keyed_by_authority = false;
        assert_eq!(counterparty(&event, &authority, &target), "LT");
        assert_eq!(counterparty(&event, &authority, &[]), "zz");
    }

    #[test]
    fn a_subject_is_a_cloudevents_string() {
        assert_eq!(subject("tag:x,2025:é"), Some("tag:x,2025:é"));
        assert_eq!((subject(""), subject("a\nb"), subject("a\u{85}b")), (None, None, None));
    }
}
