//! Where an output comes from: the document, its place in Kafka, and the program and rules that read it.
//!
//! Both halves are told in every output, so that an alert can be traced to its bytes and made again. Nothing here says
//! when the program ran: the same input gives the same bytes.

use std::cell::OnceCell;

use serde::Serialize;

use super::id::content_hash;
use crate::input::{Coordinates, Document, Header};
use crate::rules::RuleSet;

/// The document that an output is about, and what the record around it carried.
#[derive(Clone, Debug)]
pub struct Origin<'a> {
    /// The document.
    pub document: &'a Document<'a>,
    /// Its place in Kafka; `None` for files and stdin.
    pub at: Option<&'a Coordinates>,
    /// The headers of its record: `traceparent` and `tracestate` are carried through to everything emitted.
    pub headers: &'a [Header<'a>],
    /// Told in every record that comes of the document, and worked out for the first.
    content_hash: OnceCell<String>,
}

impl<'a> Origin<'a> {
    /// The origin of what is said about this document.
    #[must_use]
    pub fn new(document: &'a Document<'a>, at: Option<&'a Coordinates>, headers: &'a [Header<'a>]) -> Self {
        Self { document, at, headers, content_hash: OnceCell::new() }
    }

    fn content_hash(&self) -> &str {
        self.content_hash.get_or_init(|| content_hash(self.document))
    }
}

/// The program and the rules that made an output.
#[derive(Clone, Copy, Debug)]
pub struct Engine<'a> {
    /// Version of this program.
    pub version: &'a str,
    /// Semantic version of the rules.
    pub rules_version: &'a str,
    /// sha256 in hex over everything that can change an answer.
    pub rules_hash: &'a str,
    /// `ce_source` of everything emitted.
    pub source: &'a str,
}

impl<'a> Engine<'a> {
    /// This program with that rule set, emitting under that `ce_source`.
    #[must_use]
    pub fn of(rules: &'a RuleSet, source: &'a str) -> Self {
        Self { version: env!("CARGO_PKG_VERSION"), rules_version: rules.version(), rules_hash: rules.hash(), source }
    }

    pub(super) fn wire(self) -> EngineWire<'a> {
        EngineWire { version: self.version, rules_version: self.rules_version, rules_hash: self.rules_hash }
    }
}

/// `engine` on the wire.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EngineWire<'a> {
    version: &'a str,
    rules_version: &'a str,
    rules_hash: &'a str,
}

/// `document` on the wire. Field names follow FollowTheMoney and ninjs where those have one.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DocumentWire<'a> {
    id: &'a str,
    id_derived: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    originator: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    embargoed_until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    correction_of: Option<&'a str>,
    content_hash: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kafka: Option<KafkaWire<'a>>,
}

/// The place of the input record. Part of the value, never of an id.
#[derive(Clone, Debug, Serialize)]
struct KafkaWire<'a> {
    topic: &'a str,
    partition: i32,
    offset: i64,
}

impl<'a> DocumentWire<'a> {
    pub(super) fn of(origin: &'a Origin<'_>) -> Self {
        let document = origin.document;
        Self {
            id: &document.id,
            id_derived: document.id_derived,
            version: document.version.as_deref(),
            url: document.url.as_deref(),
            publisher: document.source.name.as_deref().or(document.source.uri.as_deref()),
            originator: document.source.originator.as_deref(),
            published_at: document.published_at.map(|at| at.to_string()),
            language: document.language.as_deref(),
            embargoed_until: document.embargoed_until.map(|at| at.to_string()),
            correction_of: document.correction_of.as_deref(),
            content_hash: origin.content_hash(),
            kafka: origin.at.map(|at| KafkaWire { topic: &at.topic, partition: at.partition, offset: at.offset }),
        }
    }
}
