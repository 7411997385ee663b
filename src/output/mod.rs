//! Mentions, alerts, stories, signals and dead letters -> records with keys, headers and bytes; and back.
//!
//! CloudEvents 1.0 in Kafka binary mode: the attributes are `ce_*` headers, the value is plain JSON. Ids are
//! deterministic. This room knows JSON and the wire names; it does not know Kafka and it does not decide anything:
//! everything here is a pure function of what it is given.
//!
//! The way through it: [`mentions`] turns a classified document into the records between the two stages, with
//! [`withdrawn`] and [`superseded`] ahead of them where the document takes something back; [`Incoming`] and
//! [`Withdrawal`] read those again; [`alert`], [`retraction`] and [`story_record`] write what the story stage decides, and
//! [`read_story`] takes a story back. [`signals`] and [`dead_letter`] stand beside that road, and
//! [`classification_line`] is what `classify` prints.

mod alert;
mod classify_json;
mod dead_letter;
mod id;
mod incoming;
mod mention;
mod neighbour;
mod provenance;
mod quote;
mod record;
mod retraction;
mod sanction;
mod signal;
mod story;
mod withdrawal;

pub use alert::{Alert, Cause, alert};
pub use classify_json::{classification_line, quiet_line, rejected_line};
pub use dead_letter::{Failure, HeaderDialect, Stage, dead_letter};
pub use id::{alert_id, mention_id};
pub use incoming::{Incoming, Withdrawal};
pub use neighbour::{Answer, NeighbourIn, linked, moved};
pub use provenance::{Engine, Origin};
pub use quote::BadSpan;
pub use record::{
    LINKED, MENTION, MOVED, SCHEMA_ALERT, SCHEMA_MENTION, SCHEMA_NEIGHBOUR, SCHEMA_RETRACTION, SCHEMA_SIGNAL,
    SCHEMA_STORY, SCHEMA_WITHDRAWAL, SUPERSEDED, UNKNOWN_COUNTERPARTY, WITHDRAWN, counterparty, mentions,
};
pub use retraction::retraction;
pub use signal::signals;
pub use story::{event_of, read_story, read_story_key, story_record, tombstone};
pub use withdrawal::{superseded, withdrawn};

/// Where an emitted record goes. The Kafka shell turns it into a topic name, replay into a line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Destination {
    /// The alert topic of an event type, by its suffix from the rule files, e.g. `alerts.sanctions-imposed`.
    Alerts(String),
    /// `alerts.signals`.
    Signals,
    /// `sanctions.mentions`, by key: the counterparty state.
    Mentions,
    /// `sanctions.mentions` too, but every partition of it, ahead of the mentions of the same document.
    Withdrawals,
    /// `sanctions.mentions` again, every partition but the one that it comes from: what the story stage tells itself.
    Neighbours,
    /// `sanctions.stories`, the partition of the mention that it comes from.
    Stories,
    /// `sanctions.dead-letters`.
    DeadLetters,
}

/// One record to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emitted {
    /// Which topic.
    pub to: Destination,
    /// The record key: the counterparty state for mentions and alerts, the story for stories, the document for
    /// withdrawals, the original key for dead letters.
    pub key: Option<Vec<u8>>,
    /// Headers in their order.
    pub headers: Vec<(String, Option<Vec<u8>>)>,
    /// The value; `None` for a story that is forgotten, and for the dead letter of a tombstone.
    pub value: Option<Vec<u8>>,
}
