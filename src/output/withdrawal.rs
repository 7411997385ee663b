//! `withdrawal.v1`: a document was withdrawn by its publisher, or it has a new version.
//!
//! Which stories that concerns is known only where stories are kept, and under which keys a lost version was written is
//! not known at all. Therefore this record goes to every partition of the mentions topic, ahead of the mentions of the
//! new version, and names the document and what the new version still says.

use serde::Serialize;

use super::id::{Digest, mention_id};
use super::provenance::{DocumentWire, Engine, EngineWire, Origin};
use super::record::{About, CloudEvent, SCHEMA_WITHDRAWAL, SUPERSEDED, WITHDRAWN, counterparty};
use super::{Destination, Emitted};
use crate::input::{Document, Kind};
use crate::rules::{Classified, EventType};

/// A withdrawal on the wire.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct WithdrawalWire<'a> {
    id: &'a str,
    /// The other document that this one takes the place of.
    #[serde(skip_serializing_if = "Option::is_none")]
    replaces: Option<&'a str>,
    /// What the document says from now on; nothing after a withdrawal.
    mentions: Vec<StillWire<'a>>,
    document: DocumentWire<'a>,
    engine: EngineWire<'a>,
}

/// A mention of the new version: enough to know which old report it takes the place of.
#[derive(Debug, Serialize)]
struct StillWire<'a> {
    mention: String,
    #[serde(rename = "type")]
    event: &'a str,
    key: &'a str,
    authority: &'a [String],
    target: &'a [String],
}

/// The record that takes a canceled document back.
#[must_use]
pub fn withdrawn(origin: &Origin<'_>, engine: &Engine<'_>) -> Emitted {
    record(origin, engine, WITHDRAWN, None, Vec::new())
}

/// The document whose place this one takes: an article that corrects another one does, a notice does not. Gazettes correct
/// a line and let the rest stand.
pub(super) fn replaces<'a>(document: &'a Document<'_>) -> Option<&'a str> {
    document.correction_of.as_deref().filter(|_| document.kind == Kind::Article)
}

/// The record that makes room for a later version, or for a correction of another document; `None` when the document is
/// neither: nothing was there before it.
#[must_use]
pub fn superseded(
    origin: &Origin<'_>,
    classified: &Classified,
    events: &[EventType],
    engine: &Engine<'_>,
) -> Option<Emitted> {
    let document = origin.document;
    let replaces = replaces(document);
    if !document.is_later_version() && replaces.is_none() {
        return None;
    }
    let alerting = classified.mentions.iter().filter(|mention| mention.status.alerts());
    let mentions = alerting.filter_map(|mention| {
        let event = events.iter().find(|event| event.name == mention.event)?;
        Some(StillWire {
            mention: mention_id(document, mention).to_string(),
            event: &mention.event,
            key: counterparty(event, &mention.authority, &mention.target),
            authority: &mention.authority,
            target: &mention.target,
        })
    });
    Some(record(origin, engine, SUPERSEDED, replaces, mentions.collect()))
}

fn record(
    origin: &Origin<'_>,
    engine: &Engine<'_>,
    kind: &str,
    replaces: Option<&str>,
    mentions: Vec<StillWire<'_>>,
) -> Emitted {
    let document = origin.document;
    let id = Digest::of("sanctions-stream/withdrawal.v1")
        .text(kind)
        .text(&document.id)
        .option(document.version.as_deref())
        .hex32();
    let data =
        WithdrawalWire { id: &id, replaces, mentions, document: DocumentWire::of(origin), engine: engine.wire() };
    let envelope = CloudEvent { id: &id, kind, schema: SCHEMA_WITHDRAWAL, key: &document.id };
    envelope.record(Destination::Withdrawals, About::from(origin), engine, &data)
}
