//! The names of top-level fields: every spelling that some shape knows, and the key that it stands for.
//!
//! Adding a spelling is one line in [`SPELLINGS`]. camelCase stands beside a standard's own spelling, so that a
//! producer which renames consistently is still read.

/// A field of the top-level object, whatever its spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Abstract,
    Action,
    Agencies,
    AgencyNames,
    ArticleBody,
    AtId,
    AtType,
    Author,
    Authority,
    Bodies,
    Body,
    BodyHtml,
    BodyText,
    BodyXhtml,
    Celex,
    CorrectionOf,
    Data,
    DataBase64,
    Date,
    DateModified,
    DatePublished,
    Description,
    DescriptionHtml,
    Descriptions,
    DescriptionText,
    DocumentNumber,
    EmbargoedUntil,
    Entries,
    FirstCreated,
    Genres,
    Headline,
    Headlines,
    HtmlUrl,
    Id,
    Identifier,
    InfoSources,
    InLanguage,
    Language,
    List,
    Program,
    PublicationDate,
    PublishedAt,
    Publisher,
    PubStatus,
    Source,
    SpecVersion,
    Subtype,
    Text,
    Time,
    Title,
    Type,
    Uri,
    Url,
    Version,
    VersionCreated,
}

/// How many keys there are.
pub(super) const KEYS: usize = Key::VersionCreated as usize + 1;

/// Every spelling that is read, shortest first: a key is looked for among those of its own length.
const SPELLINGS: [(&str, Key); 80] = [
    ("id", Key::Id),
    ("@id", Key::AtId),
    ("uri", Key::Uri),
    ("url", Key::Url),
    ("body", Key::Body),
    ("data", Key::Data),
    ("date", Key::Date),
    ("list", Key::List),
    ("text", Key::Text),
    ("time", Key::Time),
    ("type", Key::Type),
    ("@type", Key::AtType),
    ("celex", Key::Celex),
    ("genre", Key::Genres),
    ("title", Key::Title),
    ("action", Key::Action),
    ("author", Key::Author),
    ("bodies", Key::Bodies),
    ("genres", Key::Genres),
    ("source", Key::Source),
    ("entries", Key::Entries),
    ("htmlUrl", Key::HtmlUrl),
    ("program", Key::Program),
    ("subtype", Key::Subtype),
    ("version", Key::Version),
    ("abstract", Key::Abstract),
    ("agencies", Key::Agencies),
    ("bodyHtml", Key::BodyHtml),
    ("bodyText", Key::BodyText),
    ("headline", Key::Headline),
    ("html_url", Key::HtmlUrl),
    ("language", Key::Language),
    ("authority", Key::Authority),
    ("body_html", Key::BodyHtml),
    ("body_text", Key::BodyText),
    ("bodyXhtml", Key::BodyXhtml),
    ("embargoed", Key::EmbargoedUntil),
    ("headlines", Key::Headlines),
    ("pubStatus", Key::PubStatus),
    ("pubstatus", Key::PubStatus),
    ("publisher", Key::Publisher),
    ("body_xhtml", Key::BodyXhtml),
    ("identifier", Key::Identifier),
    ("inLanguage", Key::InLanguage),
    ("infoSource", Key::InfoSources),
    ("infosource", Key::InfoSources),
    ("pub_status", Key::PubStatus),
    ("agencyNames", Key::AgencyNames),
    ("articleBody", Key::ArticleBody),
    ("data_base64", Key::DataBase64),
    ("description", Key::Description),
    ("infoSources", Key::InfoSources),
    ("infosources", Key::InfoSources),
    ("publishedAt", Key::PublishedAt),
    ("specversion", Key::SpecVersion),
    ("agency_names", Key::AgencyNames),
    ("correctionOf", Key::CorrectionOf),
    ("dateModified", Key::DateModified),
    ("descriptions", Key::Descriptions),
    ("firstCreated", Key::FirstCreated),
    ("firstcreated", Key::FirstCreated),
    ("published_at", Key::PublishedAt),
    ("correction_of", Key::CorrectionOf),
    ("datePublished", Key::DatePublished),
    ("documentNumber", Key::DocumentNumber),
    ("embargoedUntil", Key::EmbargoedUntil),
    ("embargoeduntil", Key::EmbargoedUntil),
    ("versionCreated", Key::VersionCreated),
    ("versioncreated", Key::VersionCreated),
    ("descriptionHtml", Key::DescriptionHtml),
    ("descriptionText", Key::DescriptionText),
    ("document_number", Key::DocumentNumber),
    ("embargoed_until", Key::EmbargoedUntil),
    ("publicationDate", Key::PublicationDate),
    ("description_html", Key::DescriptionHtml),
    ("description_text", Key::DescriptionText),
    ("publication_date", Key::PublicationDate),
    ("descriptionXhtml", Key::DescriptionHtml),
    ("mainEntityOfPage", Key::HtmlUrl),
    ("description_xhtml", Key::DescriptionHtml),
];

/// The longest spelling.
const LONGEST: usize = 17;

/// `BUCKETS[n]` is where the spellings of `n` bytes begin.
const BUCKETS: [usize; LONGEST + 2] = buckets();

/// Computed, and checked to be sorted by length, while compiling.
const fn buckets() -> [usize; LONGEST + 2] {
    let mut starts = [0; LONGEST + 2];
    let mut index = 0;
    let mut length = 0;
    while length <= LONGEST + 1 {
        while index < SPELLINGS.len() && SPELLINGS[index].0.len() < length {
            index += 1;
        }
        starts[length] = index;
        length += 1;
    }
    assert!(SPELLINGS.len() < 256, "the number of a spelling must fit a byte");
    assert!(index == SPELLINGS.len(), "a spelling is longer than LONGEST");
    let mut next = 1;
    while next < SPELLINGS.len() {
        assert!(SPELLINGS[next - 1].0.len() <= SPELLINGS[next].0.len(), "SPELLINGS is not sorted by length");
        next += 1;
    }
    starts
}

/// The key that a record spells so, and the number of the spelling.
pub(super) fn spelling(key: &str) -> Option<(Key, u8)> {
    let bucket = BUCKETS.get(key.len()..key.len() + 2)?;
    let at = bucket[0] + SPELLINGS[bucket[0]..bucket[1]].iter().position(|(name, _)| *name == key)?;
    // There are fewer than 256 spellings, which `buckets` has checked.
    Some((SPELLINGS[at].1, u8::try_from(at).ok()?))
}

/// The spelling of that number.
pub(super) fn spelled(number: u8) -> &'static str {
    SPELLINGS[usize::from(number)].0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_finds_its_key() {
        for (name, key) in SPELLINGS {
            assert_eq!(spelling(name).map(|(key, number)| (key, spelled(number))), Some((key, name)));
        }
        for unknown in ["", "x", "headlinf", "a key that is longer than every key that is known"] {
            assert_eq!(spelling(unknown), None);
        }
    }
}
