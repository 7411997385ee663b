//! `retraction.v1`: the last report of a story was withdrawn by its publisher, or corrected away.
//!
//! It takes the story back, and with it every alert that carries the same `storyId`. It goes to the topic and under the
//! key of those alerts, so a consumer sees it behind them.

use serde::Serialize;
use serde_json::value::RawValue;

use super::Destination;
use super::Emitted;
use super::id::alert_id;
use super::incoming::{DocumentIn, Withdrawal, document};
use super::provenance::{Engine, EngineWire};
use super::record::{About, CloudEvent, SCHEMA_RETRACTION};
use crate::input::{Header, Rejected};
use crate::rules::EventType;
use crate::story::{Action, Story};

/// A retraction on the wire.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Retraction<'a> {
    id: &'a str,
    story_id: String,
    revision: u32,
    action: &'static str,
    #[serde(rename = "type")]
    event: &'a str,
    retracts: Retracts<'a>,
    document: &'a RawValue,
    engine: EngineWire<'a>,
}

/// The document whose withdrawal or correction took the last report; `version` is that of the withdrawal.
#[derive(Debug, Serialize)]
struct Retracts<'a> {
    document: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
}

/// The retraction of a story.
///
/// # Errors
/// [`Rejected`] when the document of the withdrawal is not as it should be.
pub fn retraction(
    story: &Story,
    revision: u32,
    event: &EventType,
    withdrawal: &Withdrawal<'_>,
    headers: &[Header<'_>],
    engine: &Engine<'_>,
) -> Result<Emitted, Rejected> {
    let DocumentIn { id: subject, version, published_at, .. } = document(withdrawal.document)?;
    let id = alert_id(story.id, revision, Action::Retracted.name());
    let data = Retraction {
        id: &id,
        story_id: story.id.to_string(),
        revision,
        action: Action::Retracted.name(),
        event: &event.name,
        retracts: Retracts { document: &subject, version: version.as_deref() },
        document: withdrawal.document,
        engine: engine.wire(),
    };
    let about = About { time: published_at.map(Into::into), subject: Some(&subject), headers };
    let envelope = CloudEvent { id: &id, kind: "alert.retracted.v1", schema: SCHEMA_RETRACTION, key: &story.key };
    Ok(envelope.record(Destination::Alerts(event.topic.clone()), about, engine, &data))
}
