//! One pass over the top-level object: the fields that some shape knows, each still raw.
//!
//! Nested values are not looked into, only measured. Which shape reads which field is the business of `layout`.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::json::{self, JsonType, MAX_DEPTH};
use super::keys::{KEYS, Key, spelled, spelling};
use super::record::{Rejected, RejectedReason};

/// A field that the record has: how it spells the name, and the value as raw JSON.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<'a> {
    pub(super) name: &'static str,
    pub(super) value: &'a str,
}

/// The known top-level fields of one JSON object. Absent and null are the same; of a repeated field the last counts.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    json: &'a str,
    values: [Option<&'a str>; KEYS],
    /// How the record spells the key, where there is a value.
    spellings: [u8; KEYS],
    /// The first value that nests too deep.
    too_deep: Option<&'a str>,
}

impl<'a> Fields<'a> {
    /// Reads the object, or says why this is not one.
    pub(super) fn read(json: &'a str) -> Result<Self, Rejected> {
        // A byte order mark is not JSON, but editors and spreadsheets leave it and it changes nothing.
        let json = json.strip_prefix('\u{feff}').unwrap_or(json);
        let content = json.trim_matches([' ', '\t', '\n', '\r']);
        if !content.starts_with('{') {
            return Err(not_an_object(json, content));
        }
        let mut fields = Self { json, values: [None; KEYS], spellings: [0; KEYS], too_deep: None };
        let mut deserializer = serde_json::Deserializer::from_str(json);
        serde::Deserializer::deserialize_map(&mut deserializer, TopLevel(&mut fields))
            .and_then(|()| deserializer.end())
            .map_err(|e| json::syntax(&e, json))?;
        match fields.too_deep {
            Some(value) => Err(too_deep(fields.offset(value))),
            None => Ok(fields),
        }
    }

    /// The JSON that was read.
    pub(super) fn json(&self) -> &'a str {
        self.json
    }

    /// The field, unless it is absent or null.
    pub(super) fn get(&self, key: Key) -> Option<Found<'a>> {
        let value = self.values[key as usize]?;
        Some(Found { name: spelled(self.spellings[key as usize]), value })
    }

    /// Whether the record has any of these fields.
    pub(super) fn has_any(&self, keys: &[Key]) -> bool {
        keys.iter().any(|&key| self.values[key as usize].is_some())
    }

    /// The known fields that the record has, in the order of [`Key`].
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.values.iter().zip(&self.spellings).filter(|(value, _)| value.is_some()).map(|(_, &number)| spelled(number))
    }

    /// Where a raw value of this record begins, in bytes.
    pub(super) fn offset(&self, value: &str) -> usize {
        value.as_ptr().addr().saturating_sub(self.json.as_ptr().addr())
    }

    /// The rejection of a value of the wrong type.
    pub(super) fn wrong_type(&self, at: impl fmt::Display, value: &str, expected: &str) -> Rejected {
        Rejected::new(
            RejectedReason::WrongType,
            format!(
                "`{at}` at byte {} is {} ({}); expected {expected}",
                self.offset(value),
                JsonType::of(value),
                json::excerpt(value)
            ),
        )
    }
}

struct TopLevel<'f, 'a>(&'f mut Fields<'a>);

impl<'a> Visitor<'a> for TopLevel<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(spelling) = map.next_key_seed(KnownKey)? {
            let value = map.next_value::<&'a RawValue>()?.get();
            // The outermost object is a level of its own.
            if self.0.too_deep.is_none() && json::depth(value) >= MAX_DEPTH {
                self.0.too_deep = Some(value);
            }
            if let Some((key, number)) = spelling {
                self.0.values[key as usize] = Some(value).filter(|&value| value != "null");
                self.0.spellings[key as usize] = number;
            }
        }
        Ok(())
    }
}

/// Reads a key as its line in the table of spellings.
struct KnownKey;

impl<'a> DeserializeSeed<'a> for KnownKey {
    type Value = Option<(Key, u8)>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KnownKey {
    type Value = Option<(Key, u8)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(spelling(key))
    }
}

#[cold]
fn not_an_object(json: &str, content: &str) -> Rejected {
    if let Err(error) = serde_json::from_str::<&RawValue>(json) {
        let mut rejected = json::syntax(&error, json);
        if json.starts_with('\0') {
            // Byte 0 and a schema number stand before what a schema registry's serialiser writes.
            rejected.detail.push_str("; the leading zero byte looks like schema-registry framing: send plain JSON");
        }
        return rejected;
    }
    if json::depth(content) > MAX_DEPTH {
        return too_deep(0);
    }
    Rejected::new(
        RejectedReason::NotAnObject,
        format!("the value is {} ({}); expected one JSON object", JsonType::of(content), json::excerpt(content)),
    )
}

#[cold]
fn too_deep(offset: usize) -> Rejected {
    Rejected::new(
        RejectedReason::TooDeep,
        format!("the value at byte {offset} nests too deep; expected at most {MAX_DEPTH} levels of objects and arrays"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(json: &str) -> Result<(), RejectedReason> {
        Fields::read(json).map(|_| ()).map_err(|r| r.reason)
    }

    #[test]
    fn the_last_of_repeated_fields_counts_and_null_is_absent() {
        let fields = Fields::read(r#"{"id":1,"id":"two","url":null,"b\u006fdy":"x"}"#).expect("an object");
        assert_eq!(fields.get(Key::Id).map(|f| f.value), Some("\"two\""));
        assert!(fields.get(Key::Url).is_none());
        assert!(fields.get(Key::Body).is_some());
    }

    #[test]
    fn a_byte_order_mark_is_read_over() {
        assert_eq!(reason("\u{feff} {} "), Ok(()));
    }

    #[test]
    fn what_is_no_json_object_is_told_apart() {
        assert_eq!(reason("[]"), Err(RejectedReason::NotAnObject));
        assert_eq!(reason(" \"text\" "), Err(RejectedReason::NotAnObject));
        assert_eq!(reason("17"), Err(RejectedReason::NotAnObject));
        assert_eq!(reason("{\"a\":}"), Err(RejectedReason::InvalidJson));
        assert_eq!(reason("{\"a\":1"), Err(RejectedReason::InvalidJson));
        assert_eq!(reason("{} {}"), Err(RejectedReason::InvalidJson));
        assert_eq!(reason(" "), Err(RejectedReason::InvalidJson));
        assert_eq!(reason("<p>"), Err(RejectedReason::InvalidJson));
    }

    #[test]
    fn the_depth_limit_is_that_of_serde_json() {
        for levels in [MAX_DEPTH - 1, MAX_DEPTH, MAX_DEPTH + 1, 5_000] {
            let json = format!("{{\"x\":{}{}}}", "[".repeat(levels - 1), "]".repeat(levels - 1));
            let ours = reason(&json);
            let theirs = serde_json::from_str::<serde_json::Value>(&json);
            assert_eq!(ours, if theirs.is_ok() { Ok(()) } else { Err(RejectedReason::TooDeep) }, "{levels}");
        }
        assert_eq!(reason(&format!("{}{}", "[".repeat(200), "]".repeat(200))), Err(RejectedReason::TooDeep));
    }

    #[test]
    fn syntax_errors_name_the_byte() {
        let json = "{\n\"id\": \"a\",\n\"url\" 1}";
        assert_eq!(json.find('1'), Some(19));
        let rejected = Fields::read(json).expect_err("no colon");
        assert!(rejected.detail.contains("line 3 column 7 (byte 19)"), "{}", rejected.detail);
    }
}
