//! The shapes as data: which field of which standard says what, and how a shape is told from the others.
//!
//! A shape that differs in field names only is a table here and nothing else. What tables cannot say, arrays with
//! roles, publishers, list entries, is read in `draft`, `publisher` and `list_change`.

use super::document::Kind;
use super::fields::Fields;
use super::json::{self, JsonType, Text};
use super::keys::Key;
use super::record::{Rejected, RejectedReason};
use super::values::Path;

/// Where the publisher is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Publisher {
    /// `source` (object or name) or ninjs `infoSources`.
    Article,
    /// schema.org `publisher`, and an organisation as `author`.
    SchemaOrg,
    /// Federal Register `agency_names` or `agencies`; the state is the United States.
    FederalRegister,
    /// The European Union.
    EuropeanUnion,
    /// `source`, else the list's own authority.
    ListAuthority,
}

/// One shape: for everything that a document holds, the fields to read it from, best first.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) kind: Kind,
    pub(super) class: &'static [Key],
    pub(super) id: &'static [Key],
    pub(super) version: &'static [Key],
    pub(super) url: &'static [Key],
    pub(super) published_at: &'static [Key],
    pub(super) embargoed_until: &'static [Key],
    pub(super) language: &'static [Key],
    pub(super) correction_of: &'static [Key],
    pub(super) standing: &'static [Key],
    pub(super) genres: &'static [Key],
    /// The texts in reading order, each with its alternatives: the first that says something is read.
    pub(super) passages: &'static [&'static [Key]],
    pub(super) publisher: Publisher,
}

/// The flat article, `article.v1`, and ninjs 1.
const ARTICLE: Layout = Layout {
    kind: Kind::Article,
    class: &[],
    id: &[Key::Id, Key::Uri],
    version: &[Key::Version],
    url: &[Key::Url],
    published_at: &[Key::PublishedAt, Key::VersionCreated, Key::FirstCreated],
    embargoed_until: &[Key::EmbargoedUntil],
    language: &[Key::Language],
    correction_of: &[Key::CorrectionOf],
    standing: &[Key::PubStatus],
    genres: &[Key::Genres],
    passages: &[
        &[Key::Headline, Key::Headlines],
        &[Key::Description, Key::DescriptionText, Key::Descriptions, Key::DescriptionHtml],
        &[Key::Body, Key::BodyText, Key::Bodies, Key::BodyXhtml, Key::BodyHtml],
    ],
    publisher: Publisher::Article,
};

/// ninjs 2 and 3: arrays with roles, and `uri` for an id.
const NINJS: Layout = Layout {
    id: &[Key::Uri, Key::Id],
    published_at: &[Key::VersionCreated, Key::FirstCreated, Key::PublishedAt],
    passages: &[
        &[Key::Headlines, Key::Headline],
        &[Key::Descriptions, Key::Description, Key::DescriptionText, Key::DescriptionHtml],
        &[Key::Bodies, Key::Body, Key::BodyText, Key::BodyXhtml, Key::BodyHtml],
    ],
    ..ARTICLE
};

/// schema.org `NewsArticle` and its relatives.
const SCHEMA_ORG: Layout = Layout {
    id: &[Key::Identifier, Key::AtId, Key::Id],
    url: &[Key::Url, Key::HtmlUrl],
    published_at: &[Key::DatePublished, Key::DateModified],
    language: &[Key::InLanguage, Key::Language],
    passages: &[&[Key::Headline], &[Key::Description], &[Key::ArticleBody, Key::Text, Key::Body]],
    publisher: Publisher::SchemaOrg,
    ..ARTICLE
};

/// A document of the Federal Register, by the names of its API.
const FEDERAL_REGISTER: Layout = Layout {
    class: &[Key::Type, Key::Subtype],
    id: &[Key::DocumentNumber],
    url: &[Key::HtmlUrl],
    published_at: &[Key::PublicationDate],
    passages: &[&[Key::Title], &[Key::Abstract], &[Key::Action], &[Key::Text, Key::Body]],
    publisher: Publisher::FederalRegister,
    ..NOTICE
};

/// An act of the European Union, by its CELEX number.
const EU_NOTICE: Layout = Layout {
    class: &[Key::Type],
    id: &[Key::Celex],
    url: &[Key::Url, Key::HtmlUrl],
    published_at: &[Key::Date, Key::PublicationDate],
    language: &[Key::Language],
    passages: &[&[Key::Title], &[Key::Text, Key::Body]],
    publisher: Publisher::EuropeanUnion,
    ..NOTICE
};

/// A change of a sanctions list. The entries follow the passages.
const LIST_CHANGE: Layout = Layout {
    kind: Kind::ListChange,
    id: &[Key::Id],
    version: &[Key::Version],
    url: &[Key::Url],
    published_at: &[Key::Date, Key::PublishedAt],
    standing: &[Key::PubStatus],
    passages: &[&[Key::Authority], &[Key::List], &[Key::Action], &[Key::Program]],
    publisher: Publisher::ListAuthority,
    ..NOTICE
};

/// What notices have in common.
const NOTICE: Layout = Layout {
    kind: Kind::Notice,
    class: &[],
    id: &[],
    version: &[],
    url: &[],
    published_at: &[],
    embargoed_until: &[],
    language: &[],
    correction_of: &[Key::CorrectionOf],
    standing: &[],
    genres: &[],
    passages: &[],
    publisher: Publisher::EuropeanUnion,
};

/// Fields that make an object an article.
const ARTICLE_FIELDS: [Key; 14] = [
    Key::Headline,
    Key::Headlines,
    Key::Description,
    Key::DescriptionText,
    Key::DescriptionHtml,
    Key::Descriptions,
    Key::Body,
    Key::BodyText,
    Key::BodyXhtml,
    Key::BodyHtml,
    Key::Bodies,
    Key::PublishedAt,
    Key::VersionCreated,
    Key::PubStatus,
];

/// The shape of a record and, where the shape names it with its type, its class.
pub(super) fn sniff<'a>(fields: &Fields<'a>) -> Result<(&'static Layout, Option<Text<'a>>), Rejected> {
    let headed = fields.has_any(&[Key::Headline, Key::Headlines]);
    let layout = if fields.has_any(&[Key::DocumentNumber]) && !headed {
        &FEDERAL_REGISTER
    } else if fields.has_any(&[Key::Celex]) && !headed {
        &EU_NOTICE
    } else if fields.has_any(&[Key::AtType]) {
        return Ok((&SCHEMA_ORG, Some(article_type(fields)?)));
    } else if fields.has_any(&[Key::ArticleBody]) {
        &SCHEMA_ORG
    } else if fields.has_any(&[Key::List]) && fields.has_any(&[Key::Entries, Key::Action]) && !headed {
        &LIST_CHANGE
    } else if fields.has_any(&[Key::Headlines, Key::Bodies, Key::Descriptions]) {
        &NINJS
    } else if fields.has_any(&ARTICLE_FIELDS) {
        &ARTICLE
    } else {
        return Err(unknown(fields));
    };
    Ok((layout, None))
}

/// The schema.org type, which must be some kind of article.
fn article_type<'a>(fields: &Fields<'a>) -> Result<Text<'a>, Rejected> {
    let Some(found) = fields.get(Key::AtType) else { return Err(unknown(fields)) };
    let mut class = None;
    let mut consider = |path: Path, value: &'a str| {
        let text = fields.text_at(path, value)?;
        class = class.or(text.filter(|text| is_article_type(&text.decode())));
        Ok(())
    };
    let path = Path::field(found.name);
    if JsonType::of(found.value) == JsonType::Array {
        json::each_item(found.value, |index, item| consider(path.item(index), item))?;
    } else {
        consider(path, found.value)?;
    }
    class.ok_or_else(|| {
        Rejected::new(
            RejectedReason::UnknownShape,
            format!("`@type` is {}; expected NewsArticle or another kind of article", json::excerpt(found.value)),
        )
    })
}

fn is_article_type(name: &str) -> bool {
    // The type may be an IRI or a compact IRI: `https://schema.org/NewsArticle`, `schema:NewsArticle`.
    let name = name.rsplit(['/', ':', '#']).next().unwrap_or(name);
    name.ends_with("Article") || name.ends_with("Posting") || name == "Report"
}

#[cold]
fn unknown(fields: &Fields<'_>) -> Rejected {
    let mut known = String::new();
    for name in fields.names() {
        known.push_str(if known.is_empty() { "" } else { ", " });
        known.push_str(name);
    }
    let known = if known.is_empty() { "none of the known fields".to_owned() } else { format!("only: {known}") };
    Rejected::new(
        RejectedReason::UnknownShape,
        format!(
            "no known shape: the object has {known}; expected an article (headline or body; ninjs headlines or \
             bodies; schema.org @type), a Federal Register document (document_number), an EU notice (celex) or a list \
             change (authority, list, action, entries)"
        ),
    )
}
