//! `alert.retracted.v1`: a document was withdrawn by its publisher, and with it every alert that it raised.
//!
//! A canceled document often comes without its text, and this room keeps no state, so it cannot be known which alerts
//! the document raised, nor of which types, nor under which keys. Therefore one retraction goes to the topic of every
//! event type, naming the document: a consumer drops whatever it holds with that `document.id`, and most drop nothing.
//! They are keyed `zz`, so they are not ordered against the alerts they retract: a consumer that sees the retraction
//! first must remember it.

use serde::Serialize;

use super::id::Digest;
use super::provenance::{DocumentWire, Engine, EngineWire, Origin};
use super::record::{CloudEvent, SCHEMA_RETRACTION, UNKNOWN_COUNTERPARTY};
use super::{Action, Destination, Emitted};
use crate::rules::EventType;

/// A retraction on the wire.
#[derive(Debug, Serialize)]
struct Retraction<'a> {
    id: &'a str,
    action: Action,
    #[serde(rename = "type")]
    event: &'a str,
    retracts: Retracts<'a>,
    document: DocumentWire<'a>,
    engine: EngineWire<'a>,
}

/// What is taken back: all alerts of this document, whatever their version; `version` is that of the withdrawal.
#[derive(Debug, Serialize)]
struct Retracts<'a> {
    document: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
}

/// The retractions of a canceled document: one for each event type, on the topic of that type.
#[must_use]
pub fn retractions(origin: &Origin<'_>, events: &[EventType], engine: &Engine<'_>) -> Vec<Emitted> {
    events.iter().map(|event| retraction(origin, event, engine)).collect()
}

fn retraction(origin: &Origin<'_>, event: &EventType, engine: &Engine<'_>) -> Emitted {
    let document = origin.document;
    let id = Digest::of("sanctions-stream/retraction.v1")
        .text(&document.id)
        .option(document.version.as_deref())
        .text(&event.name)
        .hex32();
    let data = Retraction {
        id: &id,
        action: Action::Retracted,
        event: &event.name,
        retracts: Retracts { document: &document.id, version: document.version.as_deref() },
        document: DocumentWire::of(origin),
        engine: engine.wire(),
    };
    let envelope =
        CloudEvent { id: &id, kind: "alert.retracted.v1", schema: SCHEMA_RETRACTION, key: UNKNOWN_COUNTERPARTY };
    envelope.record(Destination::Alerts(event.topic.clone()), origin, engine, &data)
}
