//! Links between stories: an exchange, an answer, a reversal; and what they rest on.

use super::id::StoryId;
use crate::rules::Relation;

/// What a link rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// A document says so in words.
    Cue,
    /// A document reports both, and they fit the pattern of a deal.
    Document,
    /// They fit the pattern of a deal: same parties, opposite directions, near in time.
    Pattern,
}

impl Basis {
    /// The wire name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cue => "cue",
            Self::Document => "document",
            Self::Pattern => "pattern",
        }
    }
}

/// A link from the story that holds it to another one. The other story holds its mirror image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The other story.
    pub story: StoryId,
    /// Event type of the other story.
    pub event: u16,
    /// How they belong together.
    pub relation: Relation,
    /// Whether this story stands in the relation to the other one.
    pub outgoing: bool,
    /// What it rests on.
    pub basis: Basis,
}
