//! Typed questions to the fields of a record, and the rejections that name the field, the byte and the expectation.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;

use super::dates;
use super::fields::{Fields, Found};
use super::json::{self, JsonType, Text};
use super::keys::Key;
use super::record::{Rejected, RejectedReason};

/// Where a value stands in a record: `headline`, `bodies[1].value`, `source.name`. Costs nothing until it is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path {
    field: &'static str,
    item: Option<usize>,
    member: Option<&'static str>,
}

impl Path {
    /// A top-level field, by the spelling of the input.
    pub(super) fn field(field: &'static str) -> Self {
        Self { field, item: None, member: None }
    }

    /// An item of that array.
    pub(super) fn item(self, index: usize) -> Self {
        Self { item: Some(index), ..self }
    }

    /// A member of that object.
    pub(super) fn member(self, name: &'static str) -> Self {
        Self { member: Some(name), ..self }
    }

    /// The path as a field name.
    pub(super) fn name(self) -> Cow<'static, str> {
        if self.item.is_none() && self.member.is_none() {
            Cow::Borrowed(self.field)
        } else {
            Cow::Owned(self.to_string())
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.field)?;
        if let Some(index) = self.item {
            write!(f, "[{index}]")?;
        }
        if let Some(member) = self.member {
            write!(f, ".{member}")?;
        }
        Ok(())
    }
}

impl<'a> Fields<'a> {
    /// A string; a blank one is the same as none.
    pub(super) fn text_at(&self, path: Path, value: &'a str) -> Result<Option<Text<'a>>, Rejected> {
        match JsonType::of(value) {
            JsonType::String => Ok(Some(Text::of_string(value)).filter(|text| !text.is_blank())),
            JsonType::Null => Ok(None),
            _ => Err(self.wrong_type(path, value, "a string")),
        }
    }

    /// The string in this member of the object at `path`, if the object has it.
    pub(super) fn member_text(
        &self,
        path: Path,
        member: &'static str,
        value: Option<&'a str>,
    ) -> Result<Option<Text<'a>>, Rejected> {
        value.map_or(Ok(None), |value| self.text_at(path.member(member), value))
    }

    /// The string in this field.
    pub(super) fn text(&self, key: Key) -> Result<Option<Text<'a>>, Rejected> {
        self.get(key).map_or(Ok(None), |found| self.text_at(Path::field(found.name), found.value))
    }

    /// The first of these fields that says something. All are checked, so that a fault does not hide behind a good one.
    pub(super) fn first_text(&self, keys: &[Key]) -> Result<Option<Text<'a>>, Rejected> {
        self.first(keys, |found| self.text_at(Path::field(found.name), found.value))
    }

    /// The first of these fields that is an identifier: a string or a whole number, taken as its decimal text.
    pub(super) fn first_identifier(&self, keys: &[Key]) -> Result<Option<Text<'a>>, Rejected> {
        self.first(keys, |found| self.identifier_at(Path::field(found.name), found.value))
    }

    fn identifier_at(&self, path: Path, value: &'a str) -> Result<Option<Text<'a>>, Rejected> {
        match JsonType::of(value) {
            JsonType::Number if value.bytes().all(|b| b.is_ascii_digit() || b == b'-') => {
                Ok(Some(Text::literal(value)))
            }
            JsonType::String | JsonType::Null => self.text_at(path, value),
            _ => Err(self.wrong_type(path, value, "a string or a whole number")),
        }
    }

    /// The first of these fields that is a version: a string or a number as it is written.
    pub(super) fn first_version(&self, keys: &[Key]) -> Result<Option<Text<'a>>, Rejected> {
        self.first(keys, |found| match JsonType::of(found.value) {
            JsonType::Number => Ok(Some(Text::literal(found.value))),
            JsonType::String => self.text_at(Path::field(found.name), found.value),
            _ => Err(self.wrong_type(Path::field(found.name), found.value, "a string or a number")),
        })
    }

    /// The first of these fields that names something, in any of the ways of JSON-LD: a string, an object with one of
    /// `members`, or an array of such, of which the first counts.
    pub(super) fn first_label(&self, keys: &[Key], members: [&'static str; 2]) -> Result<Option<Text<'a>>, Rejected> {
        self.first(keys, |found| self.label_at(Path::field(found.name), found.value, members))
    }

    /// The name that `value` gives, in any of the ways of JSON-LD.
    pub(super) fn label_at(
        &self,
        path: Path,
        value: &'a str,
        names: [&'static str; 2],
    ) -> Result<Option<Text<'a>>, Rejected> {
        match JsonType::of(value) {
            JsonType::Array => {
                let mut label = None;
                json::each_item(value, |index, item| {
                    if label.is_none() && JsonType::of(item) != JsonType::Array {
                        label = self.label_at(path.item(index), item, names)?;
                    }
                    Ok(())
                })?;
                Ok(label)
            }
            JsonType::Object => {
                for (name, member) in names.into_iter().zip(json::members(value, names)?) {
                    let label = member.map_or(Ok(None), |member| self.identifier_at(path.member(name), member))?;
                    if label.is_some() {
                        return Ok(label);
                    }
                }
                Ok(None)
            }
            _ => self.identifier_at(path, value),
        }
    }

    /// The first of these fields that is a date.
    pub(super) fn first_date(&self, keys: &[Key]) -> Result<Option<Timestamp>, Rejected> {
        self.first(keys, |found| {
            let Some(text) = self.text_at(Path::field(found.name), found.value)? else { return Ok(None) };
            dates::parse(&text.decode()).map(Some).map_err(|fault| {
                let value = json::excerpt(found.value);
                let at = self.offset(found.value);
                Rejected::new(
                    RejectedReason::InvalidDate,
                    format!("`{}` at byte {at} ({value}) {}", found.name, fault.explain()),
                )
            })
        })
    }

    fn first<T>(
        &self,
        keys: &[Key],
        read: impl Fn(Found<'a>) -> Result<Option<T>, Rejected>,
    ) -> Result<Option<T>, Rejected> {
        let mut first = None;
        for found in keys.iter().filter_map(|&key| self.get(key)) {
            let value = read(found)?;
            first = first.or(value);
        }
        Ok(first)
    }
}
