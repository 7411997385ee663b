//! SEAM: the four things that `classify` asks of `input` and `output`, until those rooms have them.
//!
//! To be replaced by `output::{classification_line, quiet_line, rejected_line}` and by
//! `input::open(record, limits)?.document()`; delete this file then.

use serde_json::json;

use crate::input::{Document, Record, Rejected};
use crate::rules::Classified;

/// The line of a classified document.
pub(super) fn classification_line(document: &Document<'_>, found: &Classified) -> anyhow::Result<String> {
    let mentions: Vec<_> =
        found.mentions.iter().map(|m| json!({"type": m.event, "status": m.status.name(), "rule": m.rule})).collect();
    Ok(json!({"id": document.id, "mentions": mentions, "suppressed": [], "links": []}).to_string())
}

/// The line of a quiet record.
pub(super) fn quiet_line(id: Option<&str>) -> String {
    json!({"id": id, "mentions": [], "suppressed": [], "links": []}).to_string()
}

/// The line of a record that is no document.
pub(super) fn rejected_line(rejected: &Rejected) -> String {
    json!({"id": null, "rejected": {"reason": rejected.reason.code(), "detail": rejected.detail}}).to_string()
}

/// Builds the document of a quiet record, which the pipeline did not, and lends it.
pub(super) fn with_quiet_document<T>(record: &Record<'_>, read: impl FnOnce(Quiet<'_>) -> T) -> T {
    let value: Option<serde_json::Value> = record.value.and_then(|value| serde_json::from_slice(value).ok());
    let id = value.as_ref().and_then(|value| value.get("id")).and_then(serde_json::Value::as_str);
    read(Quiet { id, document: None })
}

/// What is known of a quiet record.
pub(super) struct Quiet<'a> {
    pub(super) id: Option<&'a str>,
    pub(super) document: Option<&'a Document<'a>>,
}
