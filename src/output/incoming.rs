//! Reading back what the rules stage has written: `mention.v1` and `withdrawal.v1`.
//!
//! What the story stage decides on is read; what it only passes on stays the raw JSON that it came as, so that an alert
//! says what the mention said to the byte. What is not as it should be is a [`Rejected`], like everything that cannot be
//! read.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::input::{Rejected, RejectedReason};
use crate::rules::{Count, Qualifier, Relation, Status};
use crate::story::{Basis, Mention, MentionId, Report, Still, Supersession, Text, Tie, Type, Words, hex128};

/// A mention as it came: typed where the story stage looks, raw where it does not.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Incoming<'a> {
    #[serde(borrow)]
    pub(super) id: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    pub(super) event: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) subtype: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) status: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) codes: &'a RawValue,
    pub(super) authority: Vec<PartyIn>,
    pub(super) target: TargetIn,
    #[serde(borrow)]
    pub(super) sanction: Option<&'a RawValue>,
    pub(super) counts: Option<CountsIn>,
    pub(super) remaining: Option<u32>,
    #[serde(borrow)]
    pub(super) parts: &'a RawValue,
    pub(super) persons: Vec<PersonIn>,
    pub(super) criminal: Option<bool>,
    #[serde(borrow)]
    pub(super) measure: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) provisions: &'a RawValue,
    pub(super) date: Option<DateIn>,
    #[serde(borrow)]
    pub(super) destination: &'a RawValue,
    #[serde(borrow)]
    pub(super) links: Vec<LinkIn<'a>>,
    #[serde(borrow)]
    pub(super) replaces: Option<Cow<'a, str>>,
    pub(super) setting: SettingIn,
    #[serde(borrow)]
    pub(super) rule_id: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) evidence: &'a RawValue,
    #[serde(borrow)]
    pub(super) confidence: &'a RawValue,
    #[serde(borrow)]
    pub(super) explanations: &'a RawValue,
    #[serde(borrow)]
    pub(super) document: &'a RawValue,
    #[serde(borrow)]
    pub(super) engine: &'a RawValue,
}

/// A party by code, or by name where it has no code.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct PartyIn {
    pub(super) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
}

/// Codes and names of whom it hits.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct TargetIn {
    pub(super) country: Vec<String>,
    pub(super) name: Vec<String>,
}

/// One of the two: persons for releases, entities for sanctions.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct CountsIn {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) persons: Option<CountIn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) entities: Option<CountIn>,
}

/// A number and how exact it is.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct CountIn {
    pub(super) value: u32,
    pub(super) qualifier: String,
}

/// A named person.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct PersonIn {
    pub(super) name: String,
}

/// The day, and whether the text gives it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct DateIn {
    pub(super) value: String,
    pub(super) source: String,
}

/// A link to another mention of the document.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct LinkIn<'a> {
    #[serde(borrow)]
    pub(super) mention: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    pub(super) event: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) key: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) relation: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) direction: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) cue: &'a RawValue,
}

/// Whom the opening of the document names.
#[derive(Debug, Deserialize)]
pub(super) struct SettingIn {
    pub(super) parties: Vec<String>,
    pub(super) persons: Vec<String>,
}

/// What is looked at in a document.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DocumentIn<'a> {
    #[serde(borrow)]
    pub(super) id: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) version: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) url: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) publisher: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) originator: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) published_at: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) content_hash: Cow<'a, str>,
}

/// A withdrawal or supersession as it came.
#[derive(Debug, Deserialize)]
pub struct Withdrawal<'a> {
    #[serde(borrow)]
    replaces: Option<Cow<'a, str>>,
    #[serde(borrow)]
    mentions: Vec<StillIn<'a>>,
    #[serde(borrow)]
    pub(super) document: &'a RawValue,
}

#[derive(Debug, Deserialize)]
struct StillIn<'a> {
    #[serde(borrow, rename = "type")]
    event: Cow<'a, str>,
    #[serde(borrow)]
    key: Cow<'a, str>,
    authority: Vec<String>,
    target: Vec<String>,
}

/// Says what is wrong with a record of the mentions or stories topic.
pub(super) fn wrong(what: &str, found: impl std::fmt::Display) -> Rejected {
    Rejected { reason: RejectedReason::WrongType, detail: format!("{what}: {found}") }
}

pub(super) fn not_json(what: &str, error: &serde_json::Error) -> Rejected {
    let reason = match error.classify() {
        serde_json::error::Category::Data => RejectedReason::WrongType,
        _ => RejectedReason::InvalidJson,
    };
    Rejected { reason, detail: format!("{what}: {error}") }
}

impl<'a> Incoming<'a> {
    /// Reads the value of a mention record.
    ///
    /// # Errors
    /// [`Rejected`] when it is no `mention.v1`.
    pub fn read(value: &'a [u8]) -> Result<Self, Rejected> {
        serde_json::from_slice(value).map_err(|error| not_json("a mention", &error))
    }

    /// The mention for the state machine; `key` is the record key.
    ///
    /// # Errors
    /// [`Rejected`] when a field holds what no mention can hold, or the type is none of `types`.
    pub fn mention(&self, key: &str, types: &[Type]) -> Result<Mention, Rejected> {
        let document = document(self.document)?;
        let counts = self.counts.as_ref().and_then(|c| c.persons.as_ref().or(c.entities.as_ref()));
        let mut target: Vec<&str> = self.target.country.iter().chain(&self.target.name).map(String::as_str).collect();
        let mut authority: Vec<&str> = self.authority.iter().map(|party| party.id.as_str()).collect();
        target.sort_unstable();
        target.dedup();
        authority.sort_unstable();
        authority.dedup();
        let texts = |list: &[&str]| -> Words { list.iter().map(|text| Text::from(*text)).collect() };
        let report = Report {
            mention: mention_id(&self.id)?,
            content: content(&document)?,
            published: document.published()?,
            document: Box::from(&*document.id),
            version: document.version.as_deref().map(Box::from),
            corrects: self.replaces.as_deref().map(Box::from),
            publisher: document.publisher.as_deref().map(Text::from),
            originator: document.originator.as_deref().map(Text::from),
            url: document.url.as_deref().map(Box::from),
            status: status(&self.status)?,
            subtype: self.subtype.as_deref().map(Text::from),
            authority: texts(&authority),
            target: texts(&target),
            count: counts.map(count).transpose()?,
            persons: self.persons.iter().map(|person| Text::from(person.name.as_str())).collect(),
            measure: self.measure.as_deref().map(Text::from),
            date: self.date.as_ref().filter(|date| date.source == "text").map(|d| date(&d.value)).transpose()?,
            parties: self.setting.parties.iter().map(|party| Text::from(party.as_str())).collect(),
            named: self.setting.persons.iter().map(|person| Text::from(person.as_str())).collect(),
            ties: self.links.iter().map(LinkIn::tie).collect::<Result<_, _>>()?,
        };
        Ok(Mention { event: event(&self.event, types)?, key: key.into(), report })
    }
}

impl<'a> Withdrawal<'a> {
    /// Reads the value of a withdrawal record.
    ///
    /// # Errors
    /// [`Rejected`] when it is no `withdrawal.v1`.
    pub fn read(value: &'a [u8]) -> Result<Self, Rejected> {
        serde_json::from_slice(value).map_err(|error| not_json("a withdrawal", &error))
    }

    /// The id of the document.
    ///
    /// # Errors
    /// [`Rejected`] when the document is not as it should be.
    pub fn document_id(&self) -> Result<Cow<'a, str>, Rejected> {
        Ok(document(self.document)?.id)
    }

    /// The supersession for the state machine.
    ///
    /// # Errors
    /// [`Rejected`] when a field holds what it cannot hold.
    pub fn supersession(&self, types: &[Type]) -> Result<Supersession, Rejected> {
        let document = document(self.document)?;
        let words = |list: &[String]| list.iter().map(|text| Text::from(text.as_str())).collect();
        let still = |s: &StillIn<'_>| {
            Ok(Still {
                event: event(&s.event, types)?,
                key: Box::from(&*s.key),
                authority: words(&s.authority),
                target: words(&s.target),
            })
        };
        Ok(Supersession {
            content: content(&document)?,
            document: Box::from(&*document.id),
            version: document.version.as_deref().map(Box::from),
            corrects: self.replaces.as_deref().map(Box::from),
            mentions: self.mentions.iter().map(still).collect::<Result<_, Rejected>>()?,
        })
    }
}

impl LinkIn<'_> {
    fn tie(&self) -> Result<Tie, Rejected> {
        Ok(Tie {
            mention: mention_id(&self.mention)?,
            relation: relation(&self.relation)?,
            outgoing: self.direction == "outgoing",
        })
    }
}

impl DocumentIn<'_> {
    fn published(&self) -> Result<Option<Timestamp>, Rejected> {
        self.published_at.as_deref().map(timestamp).transpose()
    }
}

pub(super) fn document(raw: &RawValue) -> Result<DocumentIn<'_>, Rejected> {
    serde_json::from_str(raw.get()).map_err(|error| not_json("document", &error))
}

fn content(document: &DocumentIn<'_>) -> Result<u128, Rejected> {
    let half = document.content_hash.get(..32).and_then(hex128);
    half.ok_or_else(|| wrong("document.contentHash: expected 64 hex characters, found", &document.content_hash))
}

pub(super) fn event(name: &str, types: &[Type]) -> Result<u16, Rejected> {
    let at = types.iter().position(|known| known.name == name).and_then(|at| u16::try_from(at).ok());
    at.ok_or_else(|| wrong("type: the rules of this process declare no event type", name))
}

pub(super) fn mention_id(text: &str) -> Result<MentionId, Rejected> {
    hex128(text).map(MentionId).ok_or_else(|| wrong("expected the id of a mention, 32 hex characters, found", text))
}

pub(super) fn status(name: &str) -> Result<Status, Rejected> {
    let known = [Status::Enacted, Status::Announced].into_iter().find(|status| status.name() == name);
    known.ok_or_else(|| wrong("status: expected enacted or announced, found", name))
}

pub(super) fn basis(text: &str) -> Result<Basis, Rejected> {
    let known = [Basis::Cue, Basis::Document, Basis::Pattern].into_iter().find(|basis| basis.name() == text);
    known.ok_or_else(|| wrong("basis: unknown", text))
}

pub(super) fn relation(name: &str) -> Result<Relation, Rejected> {
    use Relation::{InExchangeFor, InResponseTo, Retaliates, Reverses, SameAnnouncement};
    let all = [InExchangeFor, InResponseTo, SameAnnouncement, Retaliates, Reverses];
    all.into_iter().find(|r| r.name() == name).ok_or_else(|| wrong("relation: unknown", name))
}

pub(super) fn count(of: &CountIn) -> Result<Count, Rejected> {
    use Qualifier::{Approximate, AtLeast, Exact, UpTo};
    let known = [Exact, Approximate, AtLeast, UpTo].into_iter().find(|q| q.name() == of.qualifier);
    let qualifier = known.ok_or_else(|| wrong("qualifier: unknown", &of.qualifier))?;
    Ok(Count { value: of.value, qualifier })
}

pub(super) fn date(text: &str) -> Result<Date, Rejected> {
    text.parse().map_err(|error| wrong("date", error))
}

pub(super) fn timestamp(text: &str) -> Result<Timestamp, Rejected> {
    text.parse().map_err(|error| wrong("time", error))
}
