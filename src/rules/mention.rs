//! What the rules stage says about a document: mentions, what was suppressed and why, and the links between mentions.
//!
//! Not a wire format: `output` turns these into JSON.

use jiff::civil::Date;

/// Realis of a mention (ANNOTATION: enacted, announced, proposed, rejected, background).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Asserted as done or being done.
    Enacted,
    /// Decided, agreed or ordered by the side that has the power, not yet done.
    Announced,
    /// Asked for, considered, threatened, possible.
    Proposed,
    /// Refused, vetoed, denied, kept.
    Rejected,
    /// Happened earlier and is told as context.
    Background,
}

impl Status {
    /// Every status, from what is done to what is over.
    pub const LADDER: [Self; 5] = [Self::Enacted, Self::Announced, Self::Proposed, Self::Rejected, Self::Background];

    /// The wire name of the status.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Enacted => "enacted",
            Self::Announced => "announced",
            Self::Proposed => "proposed",
            Self::Rejected => "rejected",
            Self::Background => "background",
        }
    }

    /// Whether a mention of this status opens an alert.
    #[must_use]
    pub const fn alerts(self) -> bool {
        matches!(self, Self::Enacted | Self::Announced)
    }
}

/// What a piece of evidence supports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The words that carry the event itself.
    Trigger,
    /// The measure or captives that the trigger acts on.
    Object,
    /// Who acts.
    Authority,
    /// Whom it hits, or whose nationals are freed.
    Target,
    /// The number.
    Count,
    /// A named person.
    Person,
    /// The sector or measure.
    Measure,
    /// When.
    Date,
    /// Where the released go.
    Destination,
    /// Those still held.
    Remaining,
    /// A scope cue that set the status.
    Cue,
}

impl Role {
    /// The wire name of the role.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Trigger => "trigger",
            Self::Object => "object",
            Self::Authority => "authority",
            Self::Target => "target",
            Self::Count => "count",
            Self::Person => "person",
            Self::Measure => "measure",
            Self::Date => "date",
            Self::Destination => "destination",
            Self::Remaining => "remaining",
            Self::Cue => "cue",
        }
    }
}

/// A span of one field of the document, and the rule that used it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// What it supports.
    pub role: Role,
    /// Index into `Document::fields`.
    pub field: usize,
    /// Byte offset of the first byte, on a character boundary.
    pub start: usize,
    /// Byte offset behind the last byte, on a character boundary.
    pub end: usize,
    /// Id of the rule or scope cue that used the span.
    pub rule: String,
}

/// A number of people or entities, with what the text says about its precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// The number as written.
    pub value: u32,
    /// Exact, about, at least, up to.
    pub qualifier: Qualifier,
}

/// How exact a [`Count`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Qualifier {
    /// "123".
    Exact,
    /// "about 120".
    Approximate,
    /// "more than 120".
    AtLeast,
    /// "up to 120".
    UpTo,
}

impl Qualifier {
    /// The wire name of the qualifier.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Approximate => "approximate",
            Self::AtLeast => "at-least",
            Self::UpTo => "up-to",
        }
    }
}

/// A part of a release by destination or nationality: never summed into the count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The number of people in this part.
    pub count: u32,
    /// ISO 3166-1 alpha-2 of the destination or nationality.
    pub place: String,
}

/// One event that a document mentions, merged over the document.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    /// The event type as the rule files name it: `sanction_imposed`, ...
    pub event: String,
    /// The finer class: `designation`, `pardon`, `exchange` ... from the rule or its cues.
    pub subtype: Option<String>,
    /// Realis.
    pub status: Status,
    /// CAMEO code that goes with type and status; a string, so that `0841` keeps its zero.
    pub cameo: String,
    /// Who acts: ISO 3166-1 alpha-2, `EU`, `UN`, or a name. Sorted, unique.
    pub authority: Vec<String>,
    /// Whom it hits, or the nationality of those released. Sorted, unique.
    pub target: Vec<String>,
    /// People released, or persons and entities listed.
    pub count: Option<Count>,
    /// Those still held, where the text says so.
    pub remaining: Option<u32>,
    /// Parts of the released by destination.
    pub parts: Vec<Part>,
    /// Named persons, as written, in text order.
    pub persons: Vec<String>,
    /// Sector or measure: potash, oil, asset freeze.
    pub measure: Option<String>,
    /// OpenSanctions provision names (Asset freeze, Travel ban ...). Sorted, unique.
    pub provisions: Vec<String>,
    /// When it happened or takes effect, where the text says.
    pub date: Option<Date>,
    /// Destinations of the released, ISO codes. Sorted, unique.
    pub destination: Vec<String>,
    /// The people are ordinary criminals: filtered unless asked for.
    pub criminal: bool,
    /// 0 to 0.99.
    pub confidence: f64,
    /// The named parts that make up the confidence, in a fixed order.
    pub confidence_parts: Vec<(&'static str, f64)>,
    /// Every span that carries a field, sorted by field and start.
    pub evidence: Vec<Evidence>,
    /// Id of the rule that made the mention.
    pub rule: String,
}

/// A candidate that raises no alert, and why not.
#[derive(Clone, Debug, PartialEq)]
pub struct Suppressed {
    /// The event type it would have been.
    pub event: String,
    /// The status the scope gave it.
    pub status: Status,
    /// Stable reason code: `negated`, `demanded`, `historical` ...
    pub reason: &'static str,
    /// The rule that matched.
    pub rule: String,
    /// The scope cue that decided.
    pub cue: Option<String>,
    /// CAMEO code of the suppressed act, e.g. 1054 for a demand to ease.
    pub cameo: String,
    /// Who acts and whom it concerns, where found.
    pub authority: Vec<String>,
    /// Whom it concerns, where found.
    pub target: Vec<String>,
    /// Where.
    pub evidence: Vec<Evidence>,
}

/// How two mentions of one document belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The release is the price of the relief, or the other way round.
    InExchangeFor,
    /// One follows the other.
    InResponseTo,
    /// Announced together.
    SameAnnouncement,
    /// Counter-sanctions.
    Retaliates,
    /// Undoes the other.
    Reverses,
}

impl Relation {
    /// The wire name of the relation.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InExchangeFor => "in_exchange_for",
            Self::InResponseTo => "in_response_to",
            Self::SameAnnouncement => "same_announcement",
            Self::Retaliates => "retaliates",
            Self::Reverses => "reverses",
        }
    }
}

/// A link between two mentions, with the cue that says so.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Index into `Classified::mentions` of the mention that follows.
    pub from: usize,
    /// Index of the mention that it follows.
    pub to: usize,
    /// How they belong together.
    pub relation: Relation,
    /// The words that say so.
    pub cue: Evidence,
}

/// Whom the opening of a document names, whatever part they play: tells two reports of one event from reports of two,
/// where the event's own words leave a party out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setting {
    /// States, bodies and armed groups. Sorted, unique.
    pub parties: Vec<String>,
    /// Persons, as written, in text order.
    pub persons: Vec<String>,
}

/// Everything the rules stage found in one document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Classified {
    /// Merged mentions, alerts first, in text order.
    pub mentions: Vec<Mention>,
    /// What was matched and raises no alert.
    pub suppressed: Vec<Suppressed>,
    /// Links between `mentions`.
    pub links: Vec<Link>,
    /// Whom the document names at its beginning.
    pub setting: Setting,
}
