//! The one internal form of everything that can be read: article, notice, list change.
//!
//! Deliberately not serialisable: wire shapes live in `input` and `output`, and this type may change freely.

use std::borrow::Cow;

use jiff::Timestamp;

/// What kind of document a record held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A news article in any of the article shapes.
    Article,
    /// An official notice: Federal Register document or EU act.
    Notice,
    /// A structured change of a sanctions list; its fields are the entries, not prose.
    ListChange,
}

/// What the publisher says may be done with the document (ninjs `pubStatus`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// To be published; also the standing of documents that do not say.
    #[default]
    Usable,
    /// Not to be published: read, but raises no alert.
    Withheld,
    /// Withdrawn: earlier alerts from this document are retracted.
    Canceled,
}

/// One text of the document, by the name it has in the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// The field's name in the input: `headline`, `description`, `body`, `title`, `abstract`, `entries[0].name` ...
    pub name: Cow<'static, str>,
    /// The text as the JSON string decodes; evidence spans are byte offsets into it.
    pub text: Cow<'a, str>,
    /// The same text with markup blanked out, of equal length in bytes so that every offset holds; `None` where the
    /// text has no markup. Block tags become line feeds and spaces; inline tags and the padding behind a decoded
    /// entity become U+0001, which the tokenizer reads as nothing at all.
    pub blanked: Option<String>,
}

impl Field<'_> {
    /// The text to analyse: `blanked` where there is one, else `text`.
    #[must_use]
    pub fn reading(&self) -> &str {
        self.blanked.as_deref().unwrap_or(&self.text)
    }

    /// Whether this is the headline or title, under any of its names (`headline`, `title`, `headlines[0].value`).
    #[must_use]
    pub fn is_headline(&self) -> bool {
        matches!(&*self.name, "headline" | "title") || self.name.starts_with("headlines")
    }

    /// The same field, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> Field<'static> {
        Field { name: self.name, text: owned(self.text), blanked: self.blanked }
    }
}

fn owned(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}

/// Who published the document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source<'a> {
    /// The outlet's name.
    pub name: Option<Cow<'a, str>>,
    /// The outlet's URI.
    pub uri: Option<Cow<'a, str>>,
    /// The outlet's country, ISO 3166-1 alpha-2 where the publisher uses it.
    pub country: Option<Cow<'a, str>>,
    /// Who first wrote it, where a republisher says so (AP, Reuters): independent sources are counted by this.
    pub originator: Option<Cow<'a, str>>,
}

/// Whether a version is the publisher's first: nothing of that document can have been read before.
pub(super) fn is_first_version(version: &str) -> bool {
    matches!(version.trim().parse::<u64>(), Ok(0 | 1))
}

/// A document: everything the rules stage may look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document<'a> {
    /// The document's identity: `id`, `uri`, `identifier`, `document_number`, `celex`; or derived.
    pub id: Cow<'a, str>,
    /// Whether `id` had to be derived (sha256 of url, or of source, headline and date).
    pub id_derived: bool,
    /// The publisher's version of this document, where it has one.
    pub version: Option<Cow<'a, str>>,
    /// Article, notice or list change.
    pub kind: Kind,
    /// The publisher's own class, e.g. `Proposed Rule`, `Decision CFSP`, `NewsArticle`.
    pub class: Option<Cow<'a, str>>,
    /// The texts in reading order, headline or title first, each non-blank. Never empty, but for a canceled document:
    /// a cancellation needs to name what it takes back and nothing else.
    pub fields: Vec<Field<'a>>,
    /// When it was published: the anchor of "Saturday" and "last month". UTC; a bare date is its midnight.
    pub published_at: Option<Timestamp>,
    /// Link to the original.
    pub url: Option<Cow<'a, str>>,
    /// BCP 47 language, where given.
    pub language: Option<Cow<'a, str>>,
    /// Publisher and originator.
    pub source: Source<'a>,
    /// Usable, withheld or canceled.
    pub standing: Standing,
    /// The document that this one corrects (`correction_of`), where it says so.
    pub correction_of: Option<Cow<'a, str>>,
    /// Not to be published before this time; alerts carry it.
    pub embargoed_until: Option<Timestamp>,
    /// Genres as given (IPTC): Background, Analysis, History ... lower the confidence.
    pub genres: Vec<Cow<'a, str>>,
}

impl Document<'_> {
    /// Whether it has a version that is not known to be the first.
    #[must_use]
    pub fn is_later_version(&self) -> bool {
        self.version.as_deref().is_some_and(|version| !is_first_version(version))
    }

    /// The same document, borrowing nothing from the record.
    #[must_use]
    pub fn into_owned(self) -> Document<'static> {
        let Source { name, uri, country, originator } = self.source;
        Document {
            id: owned(self.id),
            id_derived: self.id_derived,
            version: self.version.map(owned),
            kind: self.kind,
            class: self.class.map(owned),
            fields: self.fields.into_iter().map(Field::into_owned).collect(),
            published_at: self.published_at,
            url: self.url.map(owned),
            language: self.language.map(owned),
            source: Source {
                name: name.map(owned),
                uri: uri.map(owned),
                country: country.map(owned),
                originator: originator.map(owned),
            },
            standing: self.standing,
            correction_of: self.correction_of.map(owned),
            embargoed_until: self.embargoed_until,
            genres: self.genres.into_iter().map(owned).collect(),
        }
    }
}
