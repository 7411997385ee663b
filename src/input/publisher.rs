//! Who published a document and who first wrote it, in the ways of every shape.
//!
//! Reprints are told apart by the originator, so it is kept even where it is only hinted at; it is never guessed from
//! the text ("MINSK (AP) -"): that is prose.

use std::borrow::Cow;

use super::document::Source;
use super::fields::{Fields, Found};
use super::json::{self, JsonType, Text};
use super::keys::Key;
use super::layout::Publisher;
use super::record::Rejected;
use super::values::Path;

/// A source that has not been decoded yet.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SourceDraft<'a> {
    pub(super) name: Option<Text<'a>>,
    pub(super) uri: Option<Text<'a>>,
    pub(super) country: Option<Text<'a>>,
    pub(super) originator: Option<Text<'a>>,
}

impl<'a> SourceDraft<'a> {
    /// Reads the source where this shape has it.
    pub(super) fn read(fields: &Fields<'a>, publisher: Publisher) -> Result<Self, Rejected> {
        Ok(match publisher {
            Publisher::Article => match fields.get(Key::Source) {
                Some(found) => source(fields, found)?,
                None => fields.get(Key::InfoSources).map_or(Ok(Self::default()), |f| info_sources(fields, f))?,
            },
            Publisher::SchemaOrg => schema_org(fields)?,
            Publisher::FederalRegister => {
                let agency = fields.first_label(&[Key::AgencyNames, Key::Agencies], ["name", "raw_name"])?;
                Self { name: agency, country: Some(Text::literal("US")), ..Self::default() }
            }
            Publisher::EuropeanUnion => {
                let source = fields.get(Key::Source).map_or(Ok(Self::default()), |found| source(fields, found))?;
                Self { country: source.country.or(Some(Text::literal("EU"))), ..source }
            }
            Publisher::ListAuthority => {
                let source = fields.get(Key::Source).map_or(Ok(Self::default()), |found| source(fields, found))?;
                Self { name: source.name.or(fields.text(Key::Authority)?), ..source }
            }
        })
    }

    pub(super) fn decode(self) -> Source<'a> {
        let decode = |text: Option<Text<'a>>| -> Option<Cow<'a, str>> { text.map(Text::decode) };
        Source {
            name: decode(self.name),
            uri: decode(self.uri),
            country: decode(self.country),
            originator: decode(self.originator),
        }
    }
}

/// `source`: an object, or just a name.
fn source<'a>(fields: &Fields<'a>, found: Found<'a>) -> Result<SourceDraft<'a>, Rejected> {
    let path = Path::field(found.name);
    match JsonType::of(found.value) {
        JsonType::Object => {
            let [name, uri, url, country, originator] =
                json::members(found.value, ["name", "uri", "url", "country", "originator"])?;
            let text = |member, value| fields.member_text(path, member, value);
            Ok(SourceDraft {
                name: text("name", name)?,
                uri: text("uri", uri)?.or(text("url", url)?),
                country: text("country", country)?,
                originator: originator
                    .map_or(Ok(None), |value| fields.label_at(path.member("originator"), value, ["name", "uri"]))?,
            })
        }
        JsonType::String => Ok(SourceDraft { name: fields.text_at(path, found.value)?, ..SourceDraft::default() }),
        _ => Err(fields.wrong_type(path, found.value, "an object with name, uri, country, originator, or a name")),
    }
}

/// ninjs `infoSources`: the first is the source, unless its role says that it is where the story came from.
fn info_sources<'a>(fields: &Fields<'a>, found: Found<'a>) -> Result<SourceDraft<'a>, Rejected> {
    let path = Path::field(found.name);
    if JsonType::of(found.value) != JsonType::Array {
        return Err(fields.wrong_type(path, found.value, "an array of objects with name, role, uri"));
    }
    let mut source = SourceDraft::default();
    json::each_item(found.value, |index, item| {
        let path = path.item(index);
        if JsonType::of(item) != JsonType::Object {
            return Err(fields.wrong_type(path, item, "an object with name, role, uri"));
        }
        let [name, uri, role] = json::members(item, ["name", "uri", "role"])?;
        let text = |member, value| fields.member_text(path, member, value);
        let (name, uri, role) = (text("name", name)?, text("uri", uri)?, text("role", role)?);
        if role.is_some_and(|role| role.decode().to_ascii_lowercase().contains("origin")) {
            source.originator = source.originator.or(name).or(uri);
        } else if source.name.is_none() && source.uri.is_none() {
            source.name = name;
            source.uri = uri;
        }
        Ok(())
    })?;
    Ok(source)
}

/// schema.org: the publisher, and an author that is an organisation, which is how reprints credit an agency.
fn schema_org<'a>(fields: &Fields<'a>) -> Result<SourceDraft<'a>, Rejected> {
    let name = fields.first_label(&[Key::Publisher], ["name", "alternateName"])?;
    let uri = match fields.get(Key::Publisher) {
        Some(found) if JsonType::of(found.value) == JsonType::Object => {
            fields.label_at(Path::field(found.name), found.value, ["url", "@id"])?
        }
        _ => None,
    };
    let mut originator = None;
    if let Some(found) = fields.get(Key::Author) {
        let path = Path::field(found.name);
        match JsonType::of(found.value) {
            JsonType::Array => json::each_item(found.value, |index, item| {
                originator = originator.or(organisation(fields, path.item(index), item)?);
                Ok(())
            })?,
            JsonType::Object => originator = organisation(fields, path, found.value)?,
            JsonType::String | JsonType::Null => {}
            _ => {
                return Err(fields.wrong_type(path, found.value, "a string, an object with name, or an array of them"));
            }
        }
    }
    Ok(SourceDraft { name, uri, country: None, originator })
}

/// The name of an author that is an organisation.
fn organisation<'a>(fields: &Fields<'a>, path: Path, author: &'a str) -> Result<Option<Text<'a>>, Rejected> {
    if JsonType::of(author) != JsonType::Object {
        return Ok(None);
    }
    match json::members(author, ["@type", "name"])? {
        [Some(class), Some(name)] if class.contains("Organization") => fields.text_at(path.member("name"), name),
        _ => Ok(None),
    }
}
