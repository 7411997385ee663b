//! `signal.v1`: what was proposed, threatened, demanded or refused. Off unless asked for.
//!
//! A signal is not a weak alert: it says that an event did not happen, in whose words, and by which cue that was
//! decided. Background and whatever else was suppressed is no signal; `classify` shows that.

use serde::Serialize;

use super::id::Digest;
use super::mention::TargetWire;
use super::provenance::{DocumentWire, Engine, EngineWire, Origin};
use super::quote::{BadSpan, EvidenceWire};
use super::record::{About, CloudEvent, SCHEMA_SIGNAL, UNKNOWN_COUNTERPARTY, counterparty};
use super::{Destination, Emitted};
use crate::rules::{Classified, EventType, Evidence, Mention, Status, Suppressed};

/// What a signal is made of, whether it comes from a merged mention or from a suppressed candidate.
struct Candidate<'a> {
    event: &'a str,
    status: Status,
    reason: &'static str,
    cue: Option<&'a str>,
    cameo: &'a str,
    authority: &'a [String],
    target: &'a [String],
    rule: &'a str,
    evidence: &'a [Evidence],
}

impl<'a> From<&'a Suppressed> for Candidate<'a> {
    fn from(of: &'a Suppressed) -> Self {
        Self {
            event: &of.event,
            status: of.status,
            reason: of.reason,
            cue: of.cue.as_deref(),
            cameo: &of.cameo,
            authority: &of.authority,
            target: &of.target,
            rule: &of.rule,
            evidence: &of.evidence,
        }
    }
}

impl<'a> From<&'a Mention> for Candidate<'a> {
    /// A mention has no reason code of its own: its status is the reason.
    fn from(of: &'a Mention) -> Self {
        Self {
            event: &of.event,
            status: of.status,
            reason: of.status.name(),
            cue: None,
            cameo: &of.cameo,
            authority: &of.authority,
            target: &of.target,
            rule: &of.rule,
            evidence: &of.evidence,
        }
    }
}

/// A signal on the wire.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Signal<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    event: &'a str,
    status: &'static str,
    reason: &'static str,
    codes: SignalCodes<'a>,
    authority: &'a [String],
    target: TargetWire<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cue: Option<&'a str>,
    rule_id: &'a str,
    evidence: Vec<EvidenceWire<'a>>,
    document: DocumentWire<'a>,
    engine: EngineWire<'a>,
}

/// The code of the act as it stands, e.g. 1054 for a demand to ease; the PLOVER codes are those of the done deed.
#[derive(Debug, Serialize)]
struct SignalCodes<'a> {
    cameo: &'a str,
}

/// The signals of a document: its proposed and rejected mentions, then its proposed and rejected candidates.
///
/// # Errors
/// [`BadSpan`] when a piece of evidence does not cut the text of its field.
pub fn signals(
    origin: &Origin<'_>,
    classified: &Classified,
    events: &[EventType],
    engine: &Engine<'_>,
) -> Result<Vec<Emitted>, BadSpan> {
    let mentions = classified.mentions.iter().map(Candidate::from);
    let suppressed = classified.suppressed.iter().map(Candidate::from);
    mentions
        .chain(suppressed)
        .filter(|candidate| matches!(candidate.status, Status::Proposed | Status::Rejected))
        .map(|candidate| signal(origin, &candidate, events, engine))
        .collect()
}

fn signal(
    origin: &Origin<'_>,
    candidate: &Candidate<'_>,
    events: &[EventType],
    engine: &Engine<'_>,
) -> Result<Emitted, BadSpan> {
    let document = origin.document;
    let id = Digest::of("sanctions-stream/signal.v1")
        .text(&document.id)
        .option(document.version.as_deref())
        .text(candidate.event)
        .text(candidate.status.name())
        .list(candidate.authority)
        .list(candidate.target)
        .span(document, candidate.evidence)
        .hex32();
    let event = events.iter().find(|event| event.name == candidate.event);
    let key = event.map_or(UNKNOWN_COUNTERPARTY, |event| counterparty(event, candidate.authority, candidate.target));
    let data = Signal {
        id: &id,
        event: candidate.event,
        status: candidate.status.name(),
        reason: candidate.reason,
        codes: SignalCodes { cameo: candidate.cameo },
        authority: candidate.authority,
        target: TargetWire::of(candidate.target),
        cue: candidate.cue,
        rule_id: candidate.rule,
        evidence: EvidenceWire::all(document, candidate.evidence)?,
        document: DocumentWire::of(origin),
        engine: engine.wire(),
    };
    let envelope = CloudEvent { id: &id, kind: "signal.v1", schema: SCHEMA_SIGNAL, key };
    Ok(envelope.record(Destination::Signals, About::from(origin), engine, &data))
}
