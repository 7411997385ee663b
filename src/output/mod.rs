//! Alerts, signals, retractions and dead letters -> records with keys, headers and bytes.
//!
//! CloudEvents 1.0 in Kafka binary mode: the attributes are `ce_*` headers, the value is plain JSON. Ids are
//! deterministic. This room knows JSON and the wire names; it does not know Kafka and it does not decide anything: the
//! caller says which mentions open an alert, and everything here is a pure function of what it is given.
//!
//! The way through it: [`alerts`], [`signals`] and [`retractions`] turn one classified document into records,
//! [`dead_letter`] turns a rejected one into its dead letter, and [`classification_line`] is what `classify` prints.

mod alert;
mod classify_json;
mod dead_letter;
mod id;
mod provenance;
mod quote;
mod record;
mod retraction;
mod sanction;
mod signal;

pub use alert::{Action, Alert, alert};
pub use classify_json::{classification_line, quiet_line, rejected_line};
pub use dead_letter::{Failure, HeaderDialect, Stage, dead_letter};
pub use id::{AlertId, StoryKey, alert_id, story_key};
pub use provenance::{Engine, Origin};
pub use quote::BadSpan;
pub use record::{
    SCHEMA_ALERT, SCHEMA_RETRACTION, SCHEMA_SIGNAL, UNKNOWN_COUNTERPARTY, alert_record, alerts, counterparty,
};
pub use retraction::retractions;
pub use signal::signals;

/// Where an emitted record goes. The Kafka shell turns it into a topic name, replay into a line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Destination {
    /// The alert topic of an event type, by its suffix from the rule files, e.g. `alerts.sanctions-imposed`.
    Alerts(String),
    /// `alerts.signals`.
    Signals,
    /// `sanctions.dead-letters`.
    DeadLetters,
}

/// One record to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emitted {
    /// Which topic.
    pub to: Destination,
    /// The record key: the counterparty state for alerts, the original key for dead letters.
    pub key: Option<Vec<u8>>,
    /// Headers in their order.
    pub headers: Vec<(String, Option<Vec<u8>>)>,
    /// The value; `None` only for the dead letter of a tombstone.
    pub value: Option<Vec<u8>>,
}
