//! One record as a log or a topic holds it, before anybody has read it.
//!
//! Deliberately not an rdkafka type: files, stdin and tests make records too.

/// A Kafka record header, or its stand-in from a replayed log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header<'a> {
    /// The header's name, e.g. `ce_type`.
    pub name: &'a str,
    /// The header's bytes; `None` is Kafka's null header value.
    pub value: Option<&'a [u8]>,
}

/// Where a record stands in Kafka. Absent for files and stdin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coordinates {
    /// The source topic.
    pub topic: String,
    /// The partition of that topic.
    pub partition: i32,
    /// The offset in that partition.
    pub offset: i64,
    /// The record's own timestamp in milliseconds since the Unix epoch, where the broker gave one.
    pub timestamp: Option<i64>,
}

/// The raw record: borrowed bytes, nothing decoded.
#[derive(Clone, Copy, Debug, Default)]
pub struct Record<'a> {
    /// The record key, kept for dead letters.
    pub key: Option<&'a [u8]>,
    /// The record value; `None` is a tombstone.
    pub value: Option<&'a [u8]>,
    /// The record headers in their order.
    pub headers: &'a [Header<'a>],
}

/// Why a record cannot be read as a document. Stable codes: they are header values and metric labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RejectedReason {
    /// The value is null.
    Tombstone,
    /// The value has no bytes.
    Empty,
    /// The value is larger than the configured limit.
    TooLarge,
    /// The value is not UTF-8.
    InvalidUtf8,
    /// The value is not JSON, or JSON that stops early.
    InvalidJson,
    /// The JSON nests deeper than the parser's limit.
    TooDeep,
    /// The JSON is not an object.
    NotAnObject,
    /// No known shape has these fields.
    UnknownShape,
    /// A known field has the wrong JSON type, or a value outside its closed set.
    WrongType,
    /// There is no headline, abstract or body to read.
    NoText,
    /// A date cannot be read or lies outside the years 1900 to 2200.
    InvalidDate,
    /// A CloudEvent lacks a required attribute or its data cannot be unwrapped.
    InvalidCloudEvent,
    /// Classifying the record panicked: a defect of this program, kept from stopping the stream.
    Panicked,
    /// The broker refuses what the record turns into, however often and however alone it is sent.
    Poison,
    /// What the record turns into is larger than the largest message that may be sent.
    OutputTooLarge,
}

impl RejectedReason {
    /// The stable code of this reason, as written to headers, metrics and summaries.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Tombstone => "tombstone",
            Self::Empty => "empty",
            Self::TooLarge => "too-large",
            Self::InvalidUtf8 => "invalid-utf8",
            Self::InvalidJson => "invalid-json",
            Self::TooDeep => "too-deep",
            Self::NotAnObject => "not-an-object",
            Self::UnknownShape => "unknown-shape",
            Self::WrongType => "wrong-type",
            Self::NoText => "no-text",
            Self::InvalidDate => "invalid-date",
            Self::InvalidCloudEvent => "invalid-cloudevent",
            Self::Panicked => "panicked",
            Self::Poison => "poison",
            Self::OutputTooLarge => "output-too-large",
        }
    }
}

/// A record that could not be read, with the sentence that tells its producer what to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The class of the fault.
    pub reason: RejectedReason,
    /// What was wrong, where, and what was expected.
    pub detail: String,
}

impl Rejected {
    pub(super) fn new(reason: RejectedReason, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into() }
    }
}
