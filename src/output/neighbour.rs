//! `neighbour.v1`: what one partition of the story stage tells the others, so that links reach across partitions.
//!
//! A partition that has changed a story says so to all others (`story.moved.v1`); one that finds a story of its own to
//! belong with it answers (`story.linked.v1`). Both go through `sanctions.mentions` like everything else that a partition
//! learns: in the transaction of the change that they tell of, and read in one order. Nothing is kept of them but the
//! links that come of them. With one partition there is nobody to tell.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::id::Digest;
use super::incoming::{
    Incoming, LinkIn, basis, date, document, event as event_named, mention_id, not_json, relation, wrong,
};
use super::provenance::Engine;
use super::record::{About, CloudEvent, LINKED, MOVED, SCHEMA_NEIGHBOUR};
use super::story::direction;
use super::{Destination, Emitted};
use crate::input::{Header, Rejected};
use crate::story::{Facts, Link, MentionId, Neighbour, Story, StoryId, Text, Type, hex128};

/// The record as it is written and as it came.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NeighbourIn<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    /// The story that is told of.
    #[serde(borrow)]
    story: SideWire<'a>,
    /// The mention that has changed it, or that the link stands on.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(super) mention: Option<Cow<'a, str>>,
    /// What the document at hand says in words of links of that mention.
    #[serde(borrow)]
    links: Vec<LinkIn<'a>>,
    /// For an answer: the story that it is for, and the link as that story holds it.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    answer: Option<AnswerWire<'a>>,
    /// The document that made the change.
    #[serde(borrow)]
    pub(super) document: &'a RawValue,
}

/// What links look at.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
struct SideWire<'a> {
    story_id: String,
    #[serde(borrow, rename = "type")]
    event: Cow<'a, str>,
    retracted: bool,
    authority: Vec<Cow<'a, str>>,
    target: Vec<Cow<'a, str>>,
    /// Hashes of the parties that the openings of its documents name.
    parties: Vec<u32>,
    persons: Vec<Cow<'a, str>>,
    measures: Vec<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    announced: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_seen: Option<String>,
}

/// The answer to a story of another partition.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct AnswerWire<'a> {
    story_id: String,
    /// Left out when the stories do not belong together any more.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    link: Option<TieWire<'a>>,
}

#[derive(Debug, Deserialize, Serialize)]
struct TieWire<'a> {
    #[serde(borrow)]
    relation: Cow<'a, str>,
    #[serde(borrow)]
    direction: Cow<'a, str>,
    #[serde(borrow)]
    basis: Cow<'a, str>,
}

/// An answer, read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The story that it is for.
    pub to: StoryId,
    /// The story of the partition that answers.
    pub from: StoryId,
    /// The link; `None` takes it back.
    pub link: Option<Link>,
}

impl<'a> NeighbourIn<'a> {
    /// Reads the value of a record between partitions.
    ///
    /// # Errors
    /// [`Rejected`] when it is no `neighbour.v1`.
    pub fn read(value: &'a [u8]) -> Result<Self, Rejected> {
        serde_json::from_slice(value).map_err(|error| not_json("word of another partition", &error))
    }

    /// What is told of the story.
    ///
    /// # Errors
    /// [`Rejected`] when a field holds what it cannot hold.
    pub fn neighbour(&self, types: &[Type]) -> Result<Neighbour, Rejected> {
        let side = &self.story;
        let list = |list: &[Cow<'_, str>]| list.iter().map(|text| Text::from(&**text)).collect::<Vec<Text>>();
        let seen = side.first_seen.as_deref().map(super::incoming::timestamp).transpose()?;
        let day = side.date.as_deref().map(date).transpose()?;
        let announced = side.announced.as_deref().map(date).transpose()?;
        let facts = Facts::told(
            [&list(&side.authority), &list(&side.target), &list(&side.measures)],
            (&side.parties, &list(&side.persons)),
            (day, announced, seen),
        );
        let mention = self.mention.as_deref().map(mention_id).transpose()?;
        let of_mention = mention.is_some().then(|| document(self.document)).transpose()?;
        Ok(Neighbour {
            story: story_id(&side.story_id)?,
            event: event_named(&side.event, types)?,
            facts,
            retracted: side.retracted,
            mention,
            document: of_mention.map(|document| Box::from(&*document.id)),
        })
    }

    /// The answer.
    ///
    /// # Errors
    /// [`Rejected`] when there is none, or a field holds what it cannot hold.
    pub fn answer(&self, types: &[Type]) -> Result<Answer, Rejected> {
        let answer = self.answer.as_ref().ok_or_else(|| wrong("answer: expected one, found", "none"))?;
        let from = story_id(&self.story.story_id)?;
        let event = event_named(&self.story.event, types)?;
        let read = |tie: &TieWire<'_>| {
            let basis = basis(&tie.basis)?;
            let (relation, outgoing) = (relation(&tie.relation)?, tie.direction == "outgoing");
            Ok::<Link, Rejected>(Link { story: from, event, relation, outgoing, basis })
        };
        Ok(Answer { to: story_id(&answer.story_id)?, from, link: answer.link.as_ref().map(read).transpose()? })
    }

    /// The words of the link between a story of this partition and the one that is told of, where the document at hand has
    /// some.
    pub(super) fn words_for(&self, story: &Story) -> Option<&LinkIn<'a>> {
        match &self.answer {
            Some(_) => self.links.first(),
            None => self
                .links
                .iter()
                .find(|link| hex128(&link.mention).is_some_and(|id| story.report(MentionId(id)).is_some())),
        }
    }
}

fn story_id(text: &str) -> Result<StoryId, Rejected> {
    hex128(text).map(StoryId).ok_or_else(|| wrong("storyId: expected 32 hex characters, found", text))
}

/// The record that tells other partitions of a story. `incoming` is the mention that has changed it, if one has, and
/// `raw` the document at hand.
#[must_use]
pub fn moved(
    story: &Story,
    types: &[Type],
    incoming: Option<&Incoming<'_>>,
    raw: &RawValue,
    headers: &[Header<'_>],
    engine: &Engine<'_>,
) -> Emitted {
    let facts = &story.facts;
    let texts = |list: &'_ [Text]| list.iter().map(|text| Cow::Owned(text.to_string())).collect();
    let side = SideWire {
        story_id: story.id.to_string(),
        event: name(types, story.event),
        retracted: story.is_retracted(),
        authority: texts(&facts.authority),
        target: texts(&facts.target),
        parties: facts.parties.to_vec(),
        persons: facts.persons.iter().map(|person| Cow::Borrowed(&*person.name)).collect(),
        measures: texts(&facts.measures),
        date: facts.day().map(|day| day.to_string()),
        announced: facts.announced.map(|day| day.to_string()),
        first_seen: facts.first_seen.map(|at| at.to_string()),
    };
    let mention = incoming.map(|incoming| Cow::Borrowed(&*incoming.id));
    let links = incoming.map_or_else(Vec::new, |incoming| incoming.links.clone());
    record(MOVED, story, side, (mention, links, None), raw, headers, engine)
}

/// The record that answers: `story` is of this partition, and `link` is the one that the story `to` is to hold.
#[must_use]
pub fn linked(
    story: &Story,
    types: &[Type],
    (to, link): (StoryId, Option<Link>),
    heard: &NeighbourIn<'_>,
    headers: &[Header<'_>],
    engine: &Engine<'_>,
) -> Emitted {
    let side = SideWire { story_id: story.id.to_string(), event: name(types, story.event), ..SideWire::default() };
    let words = heard.words_for(story);
    let mention = words.map(|words| Cow::Borrowed(&*words.mention));
    let link = link.map(|link| TieWire {
        relation: Cow::Borrowed(link.relation.name()),
        direction: direction(link.outgoing),
        basis: Cow::Borrowed(link.basis.name()),
    });
    let answer = AnswerWire { story_id: to.to_string(), link };
    let links = words.into_iter().cloned().collect();
    record(LINKED, story, side, (mention, links, Some(answer)), heard.document, headers, engine)
}

fn record(
    kind: &str,
    story: &Story,
    side: SideWire<'_>,
    (mention, links, answer): (Option<Cow<'_, str>>, Vec<LinkIn<'_>>, Option<AnswerWire<'_>>),
    document: &RawValue,
    headers: &[Header<'_>],
    engine: &Engine<'_>,
) -> Emitted {
    let to = answer.as_ref().map(|answer| answer.story_id.clone());
    let id = Digest::of("sanctions-stream/neighbour.v1")
        .text(kind)
        .text(&side.story_id)
        .text(&story.written.to_string())
        .option(to.as_deref())
        .hex32();
    let subject = side.story_id.clone();
    let data = NeighbourIn { id: Cow::Borrowed(&id), story: side, mention, links, answer, document };
    let envelope = CloudEvent { id: &id, kind, schema: SCHEMA_NEIGHBOUR, key: &story.key };
    let time = story.facts.last_seen.map(|at| at.to_string());
    envelope.record(Destination::Neighbours, About { time, subject: Some(&subject), headers }, engine, &data)
}

fn name(types: &[Type], event: u16) -> Cow<'_, str> {
    Cow::Borrowed(types.get(usize::from(event)).map_or("", |known| known.name.as_str()))
}
