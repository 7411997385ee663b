//! Deterministic ids: sha256 over length-prefixed parts, written as the first 32 hex characters (128 bits).
//!
//! The id of a mention names what was said in which document, so it does not depend on rule ids (a renamed rule is the same mention), on
//! Kafka coordinates (a replayed log gives the same ids) or on any clock. It is not a checksum: confidence
//! and persons may change between rule sets under the same id.
//!
//! Every part is prefixed with its length or its absence, so that no two lists of parts read as the same bytes:
//!
//! | part | bytes |
//! | --- | --- |
//! | text | length in bytes as a big-endian u64, then the bytes |
//! | optional text | `00` for none, or `01` and the text |
//! | list | number of items as a big-endian u64, then each text |
//! | number | big-endian u64 |

use jiff::civil::Date;
use jiff::tz::Offset;
use sha2::{Digest as _, Sha256};

use crate::input::Document;
use crate::rules::{Evidence, Mention, Role};
use crate::story::{MentionId, StoryId};

/// The id of this mention in this document, equal for the same statement of the same document and version.
///
/// Made of document id and version, type, subtype, authority, target, measure, date and the span of the first trigger.
/// The measure is among the parts because one verb may act on two measures ("bans oil and arms").
#[must_use]
pub fn mention_id(document: &Document<'_>, mention: &Mention) -> MentionId {
    let digest = Digest::of("sanctions-stream/alert.v1")
        .text(&document.id)
        .option(document.version.as_deref())
        .text(&mention.event)
        .option(mention.subtype.as_deref())
        .list(&mention.authority)
        .list(&mention.target)
        .option(mention.measure.as_deref())
        .option(mention.date.map(|date| date.to_string()).as_deref())
        .span(document, &mention.evidence);
    MentionId(digest.number128())
}

/// The id of the alert that brings a story to this revision.
#[must_use]
pub fn alert_id(story: StoryId, revision: u32, action: &str) -> String {
    Digest::of("sanctions-stream/alert.v2").text(&story.to_string()).number(u64::from(revision)).text(action).hex32()
}

/// The day of publication in UTC.
pub(super) fn published_on(document: &Document<'_>) -> Option<Date> {
    document.published_at.map(|at| Offset::UTC.to_datetime(at).date())
}

/// sha256 in full over the names and texts of all fields: equal for equal texts, whatever the envelope around them.
pub(super) fn content_hash(document: &Document<'_>) -> String {
    let start = Digest::of("sanctions-stream/content.v1");
    document.fields.iter().fold(start, |digest, field| digest.text(&field.name).text(&field.text)).hex64()
}

/// A sha256 being fed with self-delimiting parts.
pub(super) struct Digest(Sha256);

impl Digest {
    /// Starts with the name of what is being identified, so that ids of different kinds never meet.
    pub(super) fn of(domain: &str) -> Self {
        Self(Sha256::new()).text(domain)
    }

    /// A text.
    pub(super) fn text(self, part: &str) -> Self {
        let mut digest = self.number(part.len() as u64);
        digest.0.update(part.as_bytes());
        digest
    }

    /// A text that may be missing; missing differs from empty.
    pub(super) fn option(mut self, part: Option<&str>) -> Self {
        self.0.update([u8::from(part.is_some())]);
        match part {
            Some(part) => self.text(part),
            None => self,
        }
    }

    /// A list of texts in the order given; the rules stage sorts them.
    pub(super) fn list(self, parts: &[String]) -> Self {
        parts.iter().fold(self.number(parts.len() as u64), |digest, part| digest.text(part))
    }

    /// The span that stands for the event: its first trigger, else its first evidence, else none.
    ///
    /// The field goes in by name, because its index changes when a publisher adds a description.
    pub(super) fn span(self, document: &Document<'_>, evidence: &[Evidence]) -> Self {
        let Some(anchor) = evidence.iter().find(|e| e.role == Role::Trigger).or_else(|| evidence.first()) else {
            return self.option(None);
        };
        // A field that does not exist is reported when the evidence is quoted; an id must not panic over it.
        let name = document.fields.get(anchor.field).map_or("", |field| &*field.name);
        self.option(Some(name)).number(anchor.start as u64).number(anchor.end as u64)
    }

    /// A number.
    pub(super) fn number(mut self, number: u64) -> Self {
        self.0.update(number.to_be_bytes());
        self
    }

    /// The first 128 bits.
    fn number128(self) -> u128 {
        self.0.finalize()[..16].iter().fold(0, |id, byte| id << 8 | u128::from(*byte))
    }

    /// The first 128 bits in hex.
    pub(super) fn hex32(self) -> String {
        let mut hex = self.hex64();
        hex.truncate(32);
        hex
    }

    /// All 256 bits in hex.
    fn hex64(self) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let bytes = self.0.finalize();
        bytes.iter().flat_map(|b| [b >> 4, b & 15]).map(|nibble| char::from(DIGITS[usize::from(nibble)])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Digest;

    #[test]
    fn parts_are_delimited() {
        let ids = [
            Digest::of("t").text("ab").text("c").hex32(),
            Digest::of("t").text("a").text("bc").hex32(),
            Digest::of("t").list(&["ab".into(), "c".into()]).hex32(),
            Digest::of("t").option(Some("")).hex32(),
            Digest::of("t").option(None).hex32(),
            Digest::of("t").text("").hex32(),
        ];
        for (i, id) in ids.iter().enumerate() {
            assert_eq!(id.len(), 32);
            assert!(!ids[..i].contains(id), "part list {i} collides with an earlier one");
        }
    }

    #[test]
    fn the_hash_is_plain_sha256() {
        // sha256 of eight zero bytes of length and nothing else, computed with coreutils.
        assert_eq!(Digest::of("").hex64(), "af5570f5a1810b7af78caf4bc70a660f0df51e42baf91d4de5b2328de0e83dfc");
    }
}
