//! CloudEvents 1.0 in Kafka binary mode: attributes in `ce_*` headers, plain JSON in the value.
//!
//! The key is the counterparty state, so that both sides of a deal (a release by BY, sanctions on BY lifted) land in one
//! partition and keep their order. Structured mode is not written: a consumer that wants it can build it from the
//! headers, and a binary value stays readable for those who know nothing of CloudEvents.

use serde::Serialize;

use super::alert::{Alert, alert};
use super::provenance::{Engine, Origin};
use super::quote::BadSpan;
use super::{Destination, Emitted};
use crate::rules::{Classified, EventType};

/// `ce_dataschema` of an alert, and the `$id` of its JSON Schema.
pub const SCHEMA_ALERT: &str = "urn:sanctions-stream:schema:alert.v1";
/// `ce_dataschema` of a retraction.
pub const SCHEMA_RETRACTION: &str = "urn:sanctions-stream:schema:retraction.v1";
/// `ce_dataschema` of a signal.
pub const SCHEMA_SIGNAL: &str = "urn:sanctions-stream:schema:signal.v1";

/// The record key when no counterparty is known: the OpenSanctions code for "everywhere".
pub const UNKNOWN_COUNTERPARTY: &str = "zz";

/// The state that a deal is about: who releases, or whom a sanction hits. The first of a sorted list.
#[must_use]
pub fn counterparty<'a>(event: &EventType, authority: &'a [String], target: &'a [String]) -> &'a str {
    let parties = if event.keyed_by_authority { authority } else { target };
    parties.iter().min().map_or(UNKNOWN_COUNTERPARTY, String::as_str)
}

/// The records of all alerts that a document opens, in the order of `opened`.
///
/// A mention whose type is not in `events` is skipped: mentions and event types come from the same rule set, so there is
/// none. See [`alert`] for `opened` and for the error.
///
/// # Errors
/// [`BadSpan`] when a piece of evidence does not cut the text of its field.
///
/// # Panics
/// When an index in `opened` is no mention of `classified`.
pub fn alerts(
    origin: &Origin<'_>,
    classified: &Classified,
    opened: &[usize],
    events: &[EventType],
    engine: &Engine<'_>,
) -> Result<Vec<Emitted>, BadSpan> {
    let mut records = Vec::with_capacity(opened.len());
    for &index in opened {
        let mention = &classified.mentions[index];
        let Some(event) = events.iter().find(|event| event.name == mention.event) else { continue };
        let alert = alert(origin, classified, opened, index, event, engine)?;
        let key = counterparty(event, &mention.authority, &mention.target);
        records.push(alert_record(&alert, origin, event, key, engine));
    }
    Ok(records)
}

/// The record of one alert under the given key.
#[must_use]
pub fn alert_record(
    alert: &Alert<'_>,
    origin: &Origin<'_>,
    event: &EventType,
    key: &str,
    engine: &Engine<'_>,
) -> Emitted {
    let to = Destination::Alerts(event.topic.clone());
    CloudEvent { id: alert.id.as_str(), kind: &event.ce_type, schema: SCHEMA_ALERT, key }
        .record(to, origin, engine, alert)
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
        origin: &Origin<'_>,
        engine: &Engine<'_>,
        data: &D,
    ) -> Emitted {
        let mut headers = vec![
            header("ce_specversion", "1.0"),
            header("ce_id", self.id),
            header("ce_source", engine.source),
            header("ce_type", self.kind),
        ];
        if let Some(at) = origin.document.published_at {
            headers.push(header("ce_time", &at.to_string()));
        }
        if let Some(subject) = subject(&origin.document.id) {
            headers.push(header("ce_subject", subject));
        }
        headers.push(header("ce_dataschema", self.schema));
        headers.push(header("ce_partitionkey", self.key));
        headers.push(header("content-type", "application/json"));
        headers.extend(trace(origin));
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
fn trace(origin: &Origin<'_>) -> impl Iterator<Item = (String, Option<Vec<u8>>)> {
    ["traceparent", "tracestate"].into_iter().filter_map(|name| {
        let value = origin.headers.iter().find(|header| header.name == name)?.value?;
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
