//! Bytes -> [`Opened`]: a record that is known to be a good document, before anything of it has been decoded.
//!
//! Most records are good and quiet, so opening is the whole of what happens to them; [`Opened::document`] is for the
//! few that deserve a reading.

use super::cloud_event::{self, Data, Envelope, Transport};
use super::document::{Document, Kind, Standing};
use super::draft::Draft;
use super::fields::Fields;
use super::record::{Record, Rejected, RejectedReason};

/// What is refused unread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest value in bytes.
    pub max_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 8 << 20 }
    }
}

/// A record that has passed every check: [`Opened::document`] will not find fault with it.
#[derive(Debug)]
pub struct Opened<'a> {
    kind: Kind,
    standing: Standing,
    revises: bool,
    held: Held<'a>,
}

/// Where the document's JSON lives.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "the large variant is the common one, and boxing it would allocate")]
enum Held<'a> {
    /// In the record.
    Borrowed { fields: Fields<'a>, draft: Draft<'a> },
    /// In a CloudEvent that had wrapped it once more.
    Owned { json: String, envelope: Envelope<'a> },
}

/// Opens a record: takes its CloudEvent off if there is one, tells its shape, and checks all that the shape knows.
///
/// A plain article is opened without allocating.
///
/// # Errors
/// What cannot be read is the value [`Rejected`], which names the fault, the place and the expectation.
pub fn open<'a>(record: &Record<'a>, limits: Limits) -> Result<Opened<'a>, Rejected> {
    let json = text(record, limits)?;
    match cloud_event::transport(record.headers)? {
        Transport::Binary(envelope) => Opened::new(Fields::read(json)?, envelope),
        Transport::Structured => Opened::unwrap(&Fields::read(json)?),
        Transport::Plain => {
            let fields = Fields::read(json)?;
            if cloud_event::is_structured(&fields) {
                Opened::unwrap(&fields)
            } else {
                Opened::new(fields, Envelope::default())
            }
        }
    }
}

/// The value of the record as text.
fn text<'a>(record: &Record<'a>, limits: Limits) -> Result<&'a str, Rejected> {
    let Some(value) = record.value else {
        return Err(Rejected::new(
            RejectedReason::Tombstone,
            "the value is null (a tombstone); expected a JSON object",
        ));
    };
    if value.is_empty() {
        return Err(Rejected::new(RejectedReason::Empty, "the value has no bytes; expected a JSON object"));
    }
    if value.len() > limits.max_bytes {
        return Err(Rejected::new(
            RejectedReason::TooLarge,
            format!("the value has {} bytes; expected at most {}", value.len(), limits.max_bytes),
        ));
    }
    std::str::from_utf8(value).map_err(|fault| {
        let at = fault.valid_up_to();
        Rejected::new(
            RejectedReason::InvalidUtf8,
            format!("byte {at} (0x{:02x}) is not UTF-8; expected a JSON object in UTF-8", value[at]),
        )
    })
}

impl<'a> Opened<'a> {
    fn new(fields: Fields<'a>, envelope: Envelope<'a>) -> Result<Self, Rejected> {
        let draft = Draft::read(&fields, envelope)?;
        let (kind, standing, revises) = (draft.kind(), draft.standing, draft.revises());
        Ok(Self { kind, standing, revises, held: Held::Borrowed { fields, draft } })
    }

    /// Opens the data of a structured event. An event inside an event is no known shape.
    fn unwrap(event: &Fields<'a>) -> Result<Self, Rejected> {
        match cloud_event::unwrap(event)? {
            (envelope, Data::Json(json)) => {
                Fields::read(json).and_then(|fields| Self::new(fields, envelope)).map_err(cloud_event::inside_data)
            }
            (envelope, Data::Unwrapped(json)) => {
                let (kind, standing, revises) = Fields::read(&json)
                    .and_then(|fields| Draft::read(&fields, envelope))
                    .map(|draft| (draft.kind(), draft.standing, draft.revises()))
                    .map_err(cloud_event::inside_data)?;
                Ok(Self { kind, standing, revises, held: Held::Owned { json, envelope } })
            }
        }
    }

    /// Article, notice or list change.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Usable, withheld or canceled.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.standing
    }

    /// Whether it can take the place of something that was read before: it corrects another article, or it has a version
    /// that is not known to be the first.
    #[must_use]
    pub fn revises(&self) -> bool {
        self.revises
    }

    /// The document's own JSON, without the event around it: what a literal scan has to look at.
    #[must_use]
    pub fn json(&self) -> &str {
        match &self.held {
            Held::Borrowed { fields, .. } => fields.json(),
            Held::Owned { json, .. } => json,
        }
    }

    /// Decodes the document.
    ///
    /// # Errors
    /// None for a record that has been opened; the type leaves room for it.
    pub fn document(&self) -> Result<Document<'a>, Rejected> {
        match &self.held {
            Held::Borrowed { fields, draft } => draft.document(fields),
            Held::Owned { json, envelope } => {
                let fields = Fields::read(json)?;
                let draft = Draft::read(&fields, *envelope)?;
                Ok(draft.document(&fields)?.into_owned())
            }
        }
    }
}

#[cfg(test)]
#[path = "opened_tests.rs"]
mod tests;
