//! Fields -> everything of a document, checked but not decoded.
//!
//! All checks of a record happen here, so that a faulty record is rejected whether or not the gate would have looked
//! at it twice. Nothing is allocated unless a value has escapes or is made of markup.

use std::borrow::Cow;

use jiff::Timestamp;

use super::cloud_event::Envelope;
use super::document::{Document, Field, Kind, Standing, is_first_version};
use super::fields::{Fields, Found};
use super::identity;
use super::json::{self, JsonType, Text};
use super::keys::Key;
use super::layout::{self, Layout};
use super::list_change;
use super::markup::{self, FILLER};
use super::publisher::SourceDraft;
use super::record::{Rejected, RejectedReason};
use super::values::Path;

/// The most passages that a shape has.
const MOST_PASSAGES: usize = 4;

/// Whether the publisher says that a text is HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Markup {
    /// By its field or its content type.
    Declared,
    /// Nothing is said: it is told from the text.
    Unsaid,
}

/// One text of the record.
#[derive(Clone, Copy, Debug)]
struct Passage<'a> {
    path: Path,
    text: Text<'a>,
    markup: Markup,
}

/// A checked record.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    layout: &'static Layout,
    pub(super) standing: Standing,
    class: Option<Text<'a>>,
    id: Option<Text<'a>>,
    version: Option<Text<'a>>,
    url: Option<Text<'a>>,
    published_at: Option<Timestamp>,
    embargoed_until: Option<Timestamp>,
    language: Option<Text<'a>>,
    correction_of: Option<Text<'a>>,
    source: SourceDraft<'a>,
    passages: [Option<Passage<'a>>; MOST_PASSAGES],
}

impl<'a> Draft<'a> {
    /// Checks the fields of a record; the envelope lends an id and a date where the record has none.
    pub(super) fn read(fields: &Fields<'a>, envelope: Envelope<'a>) -> Result<Self, Rejected> {
        let (layout, class) = layout::sniff(fields)?;
        if layout.kind == Kind::ListChange {
            list_change::check(fields)?;
        }
        let mut passages = [None; MOST_PASSAGES];
        for (slot, alternatives) in passages.iter_mut().zip(layout.passages) {
            *slot = passage(fields, alternatives)?;
        }
        each_genre(fields, layout, |_| ())?;
        let draft = Self {
            layout,
            standing: standing(fields, layout)?,
            class: class.or(fields.first_text(layout.class)?),
            id: identifier(fields, layout)?.or(envelope.id),
            version: fields.first_version(layout.version)?,
            url: url(fields, layout)?,
            published_at: fields.first_date(layout.published_at)?.or(envelope.time),
            embargoed_until: fields.first_date(layout.embargoed_until)?,
            language: fields.first_label(layout.language, ["alternateName", "name"])?,
            correction_of: fields.first_identifier(layout.correction_of)?,
            source: SourceDraft::read(fields, layout.publisher)?,
            passages,
        };
        if draft.passages.iter().all(Option::is_none) && !draft.cancels() {
            return Err(no_text(layout));
        }
        Ok(draft)
    }

    /// Article, notice or list change.
    pub(super) fn kind(&self) -> Kind {
        self.layout.kind
    }

    /// Whether this can take the place of something that was read before: it says that it corrects another article, or it
    /// has a version that is not known to be the first.
    pub(super) fn revises(&self) -> bool {
        self.version.is_some_and(|version| !is_first_version(version.undecoded()))
            || self.kind() == Kind::Article && self.correction_of.is_some()
    }

    /// Whether this takes a named document back, which needs no text.
    fn cancels(&self) -> bool {
        self.standing == Standing::Canceled && (self.id.is_some() || self.url.is_some())
    }

    /// Decodes everything.
    pub(super) fn document(&self, fields: &Fields<'a>) -> Result<Document<'a>, Rejected> {
        let mut texts: Vec<Field<'a>> = self.passages.iter().flatten().map(Passage::decode).collect();
        if self.kind() == Kind::ListChange {
            list_change::each_entry(fields, |path, text| {
                texts.push(Passage { path, text, markup: Markup::Unsaid }.decode());
            })?;
        }
        let mut genres = Vec::new();
        each_genre(fields, self.layout, |genre| genres.push(genre.decode()))?;
        let source = self.source.decode();
        let url = self.url.map(Text::decode);
        let id = match self.id {
            Some(id) => id.decode(),
            None => Cow::Owned(self.derive_id(url.as_deref(), source.name.as_deref(), &texts)),
        };
        Ok(Document {
            id,
            id_derived: self.id.is_none(),
            version: self.version.map(Text::decode),
            kind: self.kind(),
            class: self.class.map(Text::decode),
            fields: texts,
            published_at: self.published_at,
            url,
            language: self.language.map(Text::decode),
            source,
            standing: self.standing,
            correction_of: self.correction_of.map(Text::decode),
            embargoed_until: self.embargoed_until,
            genres,
        })
    }

    /// The id of a record that has none: of its url, else of source, headline and date. A record without a headline
    /// is known by its first text instead, and a list change by all of them: many are published on one day.
    fn derive_id(&self, url: Option<&str>, source: Option<&str>, texts: &[Field<'_>]) -> String {
        if let Some(url) = url {
            return identity::derive([url]);
        }
        let published = self.published_at.map(|at| at.to_string()).unwrap_or_default();
        let known_by = if self.kind() == Kind::ListChange { texts.len() } else { 1 };
        let parts = std::iter::once(source.unwrap_or_default())
            .chain(texts.iter().take(known_by).map(|field| field.text.as_ref()))
            .chain(std::iter::once(published.as_str()));
        identity::derive(parts)
    }
}

impl<'a> Passage<'a> {
    fn decode(&self) -> Field<'a> {
        let text = self.text.decode();
        let blanked = self.blanked(&text);
        Field { name: self.path.name(), text, blanked }
    }

    fn blanked(&self, text: &str) -> Option<String> {
        let marked_up = self.markup == Markup::Declared || markup::looks_like_markup(text);
        marked_up.then(|| markup::blank(text)).filter(|blanked| blanked != text)
    }

    /// Whether a reader would see anything. `<p></p>` and `&nbsp;` say nothing.
    fn says_something(&self) -> bool {
        // A text that begins with a letter is not made of markup alone: nearly all are done here.
        if self.text.undecoded().trim_start().starts_with(char::is_alphanumeric) {
            return true;
        }
        let text = self.text.decode();
        let blanked = self.blanked(&text);
        blanked.as_deref().unwrap_or(&text).chars().any(|c| !c.is_whitespace() && c != FILLER)
    }
}

/// The first of the alternatives that says something. All are checked for their types.
fn passage<'a>(fields: &Fields<'a>, alternatives: &[Key]) -> Result<Option<Passage<'a>>, Rejected> {
    let mut first = None;
    for &key in alternatives {
        let Some(found) = fields.get(key) else { continue };
        let passage = match key {
            Key::Headlines | Key::Descriptions | Key::Bodies => best_item(fields, found)?,
            _ => {
                let html = matches!(key, Key::BodyHtml | Key::BodyXhtml | Key::DescriptionHtml);
                let markup = if html { Markup::Declared } else { Markup::Unsaid };
                let path = Path::field(found.name);
                fields.text_at(path, found.value)?.map(|text| Passage { path, text, markup })
            }
        };
        first = first.or(passage.filter(Passage::says_something));
    }
    Ok(first)
}

/// ninjs arrays hold the same text in several roles and formats: the main one is read, plain text before HTML.
fn best_item<'a>(fields: &Fields<'a>, found: Found<'a>) -> Result<Option<Passage<'a>>, Rejected> {
    let path = Path::field(found.name);
    let mut best: Option<(u8, Passage<'a>)> = None;
    let mut consider = |rank: u8, passage: Passage<'a>| {
        if best.as_ref().is_none_or(|(other, _)| rank < *other) && passage.says_something() {
            best = Some((rank, passage));
        }
    };
    match JsonType::of(found.value) {
        JsonType::Array => json::each_item(found.value, |index, item| {
            let path = path.item(index);
            match JsonType::of(item) {
                JsonType::Object => {
                    let [value, role, content_type] = json::members(item, ["value", "role", "contentType"])?;
                    let text = |member, value| fields.member_text(path, member, value);
                    let role = text("role", role)?.map(Text::decode);
                    let content_type = text("contentType", content_type)?.map(Text::decode);
                    if let Some(text) = text("value", value)? {
                        let (format, markup) = format_of(content_type.as_deref().unwrap_or_default());
                        let main = role.is_none_or(|role| role.rsplit(['/', ':', '#']).next() == Some("main"));
                        consider(
                            format + if main { 0 } else { 3 },
                            Passage { path: path.member("value"), text, markup },
                        );
                    }
                    Ok(())
                }
                JsonType::String => {
                    let text = fields.text_at(path, item)?;
                    text.into_iter().for_each(|text| consider(0, Passage { path, text, markup: Markup::Unsaid }));
                    Ok(())
                }
                _ => Err(fields.wrong_type(path, item, "an object with role, contentType, value")),
            }
        })?,
        JsonType::String => {
            let text = fields.text_at(path, found.value)?;
            text.into_iter().for_each(|text| consider(0, Passage { path, text, markup: Markup::Unsaid }));
        }
        _ => return Err(fields.wrong_type(path, found.value, "an array of objects with role, contentType, value")),
    }
    Ok(best.map(|(_, passage)| passage))
}

/// How good a content type is to read, 0 the best, and whether it is HTML.
fn format_of(content_type: &str) -> (u8, Markup) {
    let content_type = content_type.to_ascii_lowercase();
    if content_type.contains("html") || content_type.contains("xml") {
        (1, Markup::Declared)
    } else if content_type.is_empty() || content_type.starts_with("text/") {
        (0, Markup::Unsaid)
    } else {
        (2, Markup::Unsaid)
    }
}

/// The id; schema.org may wrap its identifier into a `PropertyValue`.
fn identifier<'a>(fields: &Fields<'a>, layout: &Layout) -> Result<Option<Text<'a>>, Rejected> {
    if layout.id.contains(&Key::Identifier) {
        fields.first_label(layout.id, ["value", "name"])
    } else {
        fields.first_identifier(layout.id)
    }
}

/// The link; `mainEntityOfPage` may be an object.
fn url<'a>(fields: &Fields<'a>, layout: &Layout) -> Result<Option<Text<'a>>, Rejected> {
    fields.first_label(layout.url, ["@id", "url"])
}

/// Calls `visit` with every genre: strings, or objects with a name.
fn each_genre<'a>(fields: &Fields<'a>, layout: &Layout, mut visit: impl FnMut(Text<'a>)) -> Result<(), Rejected> {
    for found in layout.genres.iter().filter_map(|&key| fields.get(key)) {
        let path = Path::field(found.name);
        if JsonType::of(found.value) == JsonType::Array {
            json::each_item(found.value, |index, item| {
                fields.label_at(path.item(index), item, ["name", "uri"])?.into_iter().for_each(&mut visit);
                Ok(())
            })?;
        } else {
            fields.label_at(path, found.value, ["name", "uri"])?.into_iter().for_each(&mut visit);
        }
    }
    Ok(())
}

/// What the publisher says may be done: a closed set, since guessing could publish what was withdrawn.
fn standing(fields: &Fields<'_>, layout: &Layout) -> Result<Standing, Rejected> {
    let Some(found) = layout.standing.iter().find_map(|&key| fields.get(key)) else { return Ok(Standing::Usable) };
    let Some(text) = fields.text_at(Path::field(found.name), found.value)? else { return Ok(Standing::Usable) };
    let status = text.decode();
    // NewsML-G2 and its URIs write `stat:canceled` and `.../pubstatusg2/canceled`.
    let status = status.trim().rsplit([':', '/']).next().unwrap_or_default();
    let is = |name: &str| status.eq_ignore_ascii_case(name);
    if is("usable") {
        Ok(Standing::Usable)
    } else if is("withheld") {
        Ok(Standing::Withheld)
    } else if is("canceled") || is("cancelled") {
        Ok(Standing::Canceled)
    } else {
        Err(fields.wrong_type(found.name, found.value, "usable, withheld or canceled"))
    }
}

#[cold]
fn no_text(layout: &Layout) -> Rejected {
    let expected = match layout.kind {
        Kind::Article => "a headline, a description or a body that is not blank",
        Kind::Notice => "a title, an abstract or a text that is not blank",
        Kind::ListChange => "authority, list, action and entries",
    };
    Rejected::new(RejectedReason::NoText, format!("nothing to read; expected {expected}"))
}
