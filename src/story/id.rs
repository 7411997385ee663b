//! Names of mentions and stories: 128 bits, written as 32 hex characters.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// What was said in which document: see `output::mention_id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MentionId(pub u128);

/// One real-world event as this program came to know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoryId(pub u128);

impl StoryId {
    /// The story that this mention opens. Made from the mention alone, so that a replay opens the same story again.
    #[must_use]
    pub fn opened_by(mention: MentionId) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"sanctions-stream/story.v2");
        hash.update(mention.0.to_be_bytes());
        let bytes = hash.finalize();
        Self(bytes[..16].iter().fold(0, |id, byte| id << 8 | u128::from(*byte)))
    }
}

impl fmt::Display for MentionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Display for StoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Reads 32 lower-case hex characters.
pub(crate) fn hex128(text: &str) -> Option<u128> {
    let plain = text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    plain.then(|| u128::from_str_radix(text, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_as_they_are_written() {
        let id = StoryId::opened_by(MentionId(7));
        assert_eq!(hex128(&id.to_string()), Some(id.0));
        assert_eq!(MentionId(10).to_string(), "0000000000000000000000000000000a");
        assert_eq!((hex128("A0"), hex128(&"G".repeat(32)), hex128(&"+".repeat(32))), (None, None, None));
        assert_ne!(StoryId::opened_by(MentionId(7)), StoryId::opened_by(MentionId(8)));
    }
}
