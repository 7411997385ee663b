//! Dead letters: the record as it came, and headers that say why it could not be read.
//!
//! Key, value and headers stay untouched and in place, so that a mended record can be sent again as it is; the reason
//! headers are appended. A dead letter that is read again and rejected again gets a second set behind the first: readers
//! take the last header of a name, as Kafka's own clients do.
//!
//! The names are ours, or those of the tool that already watches the dead letters of the house: Kafka Connect, Kafka
//! Streams (KIP-1034) or Spring Kafka. What a dialect has no header for is left out, not squeezed in.

use super::provenance::Engine;
use super::record::header;
use super::{Destination, Emitted};
use crate::input::{Coordinates, Record, Rejected, RejectedReason};

/// Whose header names a dead letter uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeaderDialect {
    /// `sanctions-stream.error.*`: everything we know, UTF-8.
    #[default]
    Native,
    /// `__connect.errors.*` of Kafka Connect's `DeadLetterQueueReporter`, UTF-8.
    Connect,
    /// `__streams.errors.*` of Kafka Streams, UTF-8.
    Streams,
    /// `kafka_dlt-*` of Spring Kafka: partition, offset, timestamp and attempts are big-endian binary.
    Spring,
}

/// Where in the pipeline a record failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Bytes to document.
    Read,
    /// Document to mentions and alerts: reached only by defects of this program.
    Classify,
}

impl Stage {
    /// The stage at which a record is rejected for this reason.
    #[must_use]
    pub const fn of(reason: RejectedReason) -> Self {
        match reason {
            RejectedReason::Panicked | RejectedReason::Poison | RejectedReason::OutputTooLarge => Self::Classify,
            _ => Self::Read,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Classify => "classify",
        }
    }

    /// The member of Connect's `Stage` enum that does the same work.
    const fn connect_name(self) -> &'static str {
        match self {
            Self::Read => "VALUE_CONVERTER",
            Self::Classify => "TRANSFORMATION",
        }
    }

    /// Stands where Java tools name the class that was at work.
    const fn module(self) -> &'static str {
        match self {
            Self::Read => "sanctions_stream::input",
            Self::Classify => "sanctions_stream::pipeline",
        }
    }
}

/// Why a record becomes a dead letter, and what the shell knows about it.
#[derive(Clone, Copy, Debug)]
pub struct Failure<'a> {
    /// The reason and its sentence.
    pub rejected: &'a Rejected,
    /// The place of the record; `None` for files and stdin, which then have no coordinate headers.
    pub at: Option<&'a Coordinates>,
    /// The consumer group.
    pub group: Option<&'a str>,
    /// The worker that read it: Connect's task id.
    pub worker: u32,
    /// How often it was tried. Reading is deterministic, so this is 1 unless a shell retries.
    pub attempts: u32,
}

/// The dead letter of a record.
#[must_use]
pub fn dead_letter(record: &Record<'_>, failure: &Failure<'_>, engine: &Engine<'_>, dialect: HeaderDialect) -> Emitted {
    let original = record.headers.iter().map(|header| (header.name.to_owned(), header.value.map(<[u8]>::to_vec)));
    let mut headers: Vec<_> = original.collect();
    match dialect {
        HeaderDialect::Native => native(&mut headers, failure, engine),
        HeaderDialect::Connect => connect(&mut headers, failure, engine),
        HeaderDialect::Streams => streams(&mut headers, failure),
        HeaderDialect::Spring => spring(&mut headers, failure),
    }
    Emitted {
        to: Destination::DeadLetters,
        key: record.key.map(<[u8]>::to_vec),
        headers,
        value: record.value.map(<[u8]>::to_vec),
    }
}

type Headers = Vec<(String, Option<Vec<u8>>)>;

fn native(headers: &mut Headers, failure: &Failure<'_>, engine: &Engine<'_>) {
    let rejected = failure.rejected;
    headers.push(header("sanctions-stream.error.reason", rejected.reason.code()));
    headers.push(header("sanctions-stream.error.detail", &rejected.detail));
    headers.push(header("sanctions-stream.error.stage", Stage::of(rejected.reason).name()));
    if let Some(at) = failure.at {
        headers.push(header("sanctions-stream.error.topic", &at.topic));
        headers.push(header("sanctions-stream.error.partition", &at.partition.to_string()));
        headers.push(header("sanctions-stream.error.offset", &at.offset.to_string()));
        if let Some(timestamp) = at.timestamp {
            headers.push(header("sanctions-stream.error.timestamp", &timestamp.to_string()));
        }
    }
    if let Some(group) = failure.group {
        headers.push(header("sanctions-stream.error.group", group));
    }
    headers.push(header("sanctions-stream.error.attempts", &failure.attempts.to_string()));
    headers.push(header("sanctions-stream.error.app-version", engine.version));
    headers.push(header("sanctions-stream.error.rules-hash", engine.rules_hash));
}

fn connect(headers: &mut Headers, failure: &Failure<'_>, engine: &Engine<'_>) {
    let rejected = failure.rejected;
    let stage = Stage::of(rejected.reason);
    if let Some(at) = failure.at {
        headers.push(header("__connect.errors.topic", &at.topic));
        headers.push(header("__connect.errors.partition", &at.partition.to_string()));
        headers.push(header("__connect.errors.offset", &at.offset.to_string()));
    }
    headers.push(header("__connect.errors.connector.name", failure.group.unwrap_or(engine.source)));
    headers.push(header("__connect.errors.task.id", &failure.worker.to_string()));
    headers.push(header("__connect.errors.stage", stage.connect_name()));
    headers.push(header("__connect.errors.class.name", stage.module()));
    headers.push(header("__connect.errors.exception.class.name", &exception(rejected)));
    headers.push(header("__connect.errors.exception.message", &rejected.detail));
    headers.push(header("__connect.errors.exception.stacktrace", &stack_trace(rejected)));
}

fn streams(headers: &mut Headers, failure: &Failure<'_>) {
    let rejected = failure.rejected;
    // Streams writes the exception's toString() here, which is class and message, not the class alone.
    headers.push(header("__streams.errors.exception", &stack_trace(rejected)));
    headers.push(header("__streams.errors.stacktrace", &stack_trace(rejected)));
    headers.push(header("__streams.errors.message", &rejected.detail));
    if let Some(at) = failure.at {
        headers.push(header("__streams.errors.topic", &at.topic));
        headers.push(header("__streams.errors.partition", &at.partition.to_string()));
        headers.push(header("__streams.errors.offset", &at.offset.to_string()));
    }
}

fn spring(headers: &mut Headers, failure: &Failure<'_>) {
    let rejected = failure.rejected;
    if let Some(at) = failure.at {
        headers.push(header("kafka_dlt-original-topic", &at.topic));
        headers.push(binary("kafka_dlt-original-partition", &at.partition.to_be_bytes()));
        headers.push(binary("kafka_dlt-original-offset", &at.offset.to_be_bytes()));
        if let Some(timestamp) = at.timestamp {
            headers.push(binary("kafka_dlt-original-timestamp", &timestamp.to_be_bytes()));
        }
    }
    if let Some(group) = failure.group {
        headers.push(header("kafka_dlt-original-consumer-group", group));
    }
    headers.push(header("kafka_dlt-exception-fqcn", &exception(rejected)));
    headers.push(header("kafka_dlt-exception-message", &rejected.detail));
    headers.push(header("kafka_dlt-exception-stacktrace", &stack_trace(rejected)));
    headers.push(binary("kafka_deliveryAttempt", &failure.attempts.to_be_bytes()));
}

/// Stands where Java tools name the exception's class: they group and filter by it.
fn exception(rejected: &Rejected) -> String {
    format!("sanctions-stream.{}", rejected.reason.code())
}

/// A Java stack trace begins with class and message; ours has no frames below that line.
fn stack_trace(rejected: &Rejected) -> String {
    format!("{}: {}", exception(rejected), rejected.detail)
}

fn binary(name: &str, value: &[u8]) -> (String, Option<Vec<u8>>) {
    (name.to_owned(), Some(value.to_vec()))
}
