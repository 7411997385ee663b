//! What the state machine is told: one mention of one document, without its evidence and its wording.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use super::id::MentionId;
use crate::rules::{Count, EventType, Relation, Status};

/// A text that many reports share: a code, an outlet, a measure, and a name that a report gives and its story keeps.
pub type Text = Arc<str>;

/// A short list of texts, as small as it can be held: a state holds hundreds of thousands of them.
pub type Words = Box<[Text]>;

/// What an event of a type does. Read from what the rule files declare, so that a new type needs no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Puts a measure on somebody.
    Impose,
    /// Takes a measure away.
    Lift,
    /// Lets people go.
    Release,
}

/// An event type as the state machine needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Type {
    /// The name in the rule files.
    pub name: String,
    /// What its events do.
    pub act: Act,
}

impl From<&EventType> for Type {
    fn from(event: &EventType) -> Self {
        let act = match (event.keyed_by_authority, event.plover[0].as_str()) {
            (true, _) => Act::Release,
            (false, "RETREAT") => Act::Lift,
            (false, _) => Act::Impose,
        };
        Self { name: event.name.clone(), act }
    }
}

/// A mention on its way into the state: the report, what type of event it is about, and the counterparty state.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    /// Index of the event type in the list that the state was made with.
    pub event: u16,
    /// The record key: all mentions of a key stay in one partition.
    pub key: Text,
    /// What is said, by whom and when.
    pub report: Report,
}

/// One document's report of one event. Stories keep these.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The mention.
    pub mention: MentionId,
    /// The document's id.
    pub document: Box<str>,
    /// Its version, where the publisher counts versions.
    pub version: Option<Box<str>>,
    /// The other document whose place this one takes: a correction of an article.
    pub corrects: Option<Box<str>>,
    /// Half of the hash over the document's texts: reprints without a credit have the same.
    pub content: u128,
    /// The outlet.
    pub publisher: Option<Text>,
    /// Who wrote it first, where the outlet says so.
    pub originator: Option<Text>,
    /// Link to the document.
    pub url: Option<Box<str>>,
    /// When it was published.
    pub published: Option<Timestamp>,
    /// Enacted or announced.
    pub status: Status,
    /// The finer class.
    pub subtype: Option<Text>,
    /// Who acts. Sorted, unique.
    pub authority: Words,
    /// Whom it hits, or whose nationals are freed. Sorted, unique.
    pub target: Words,
    /// How many.
    pub count: Option<Count>,
    /// Named persons, as written.
    pub persons: Words,
    /// Sector or measure.
    pub measure: Option<Text>,
    /// The day that the text gives.
    pub date: Option<Date>,
    /// Parties that the opening of the document names, whatever part they play. Sorted, unique.
    pub parties: Words,
    /// Persons that it names, whatever part they play.
    pub named: Words,
    /// Links to other mentions of the document.
    pub ties: Box<[Tie]>,
}

/// A link between two mentions of one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tie {
    /// The other mention.
    pub mention: MentionId,
    /// How they belong together.
    pub relation: Relation,
    /// Whether this mention stands in the relation to the other one, and not the other way round.
    pub outgoing: bool,
}

/// Word that a document has a new version, or corrects another one: ahead of the mentions of the new version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supersession {
    /// The document as it is from now on.
    pub document: Box<str>,
    /// Its version.
    pub version: Option<Box<str>>,
    /// Half of the hash over its texts.
    pub content: u128,
    /// Another document that it replaces.
    pub corrects: Option<Box<str>>,
    /// What it still says.
    pub mentions: Vec<Still>,
}

/// A mention of the new version of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Still {
    /// Index of the event type.
    pub event: u16,
    /// The record key.
    pub key: Box<str>,
    /// Who acts.
    pub authority: Words,
    /// Whom it hits.
    pub target: Words,
}
