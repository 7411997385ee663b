//! Looking into JSON text that the parser has already accepted: types, strings, items and members.
//!
//! Everything here borrows. A value stays the slice of the record that it is until somebody needs it, so a record that
//! nobody needs costs no allocation. This is not a JSON parser: serde_json reads, this file only asks it questions.

use std::borrow::Cow;
use std::fmt;

use memchr::{memchr, memchr2};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::record::{Rejected, RejectedReason};

/// The deepest nesting that is read: what serde_json itself allows, counted with the outermost object.
pub(super) const MAX_DEPTH: usize = 127;

/// The type of a JSON value, told from its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JsonType {
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}

impl JsonType {
    /// The type of `value`, which must be one JSON value without space around it.
    pub(super) fn of(value: &str) -> Self {
        match value.as_bytes().first() {
            Some(b'"') => Self::String,
            Some(b'{') => Self::Object,
            Some(b'[') => Self::Array,
            Some(b't' | b'f') => Self::Boolean,
            Some(b'n') | None => Self::Null,
            Some(_) => Self::Number,
        }
    }
}

impl fmt::Display for JsonType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        })
    }
}

/// A string of the input that has not been decoded yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text<'a> {
    inner: &'a str,
    coding: Coding,
}

#[derive(Clone, Copy, Debug)]
enum Coding {
    /// The text means itself: a header, a number.
    Literal,
    /// The text is what stands between the quotes of a JSON string.
    Json,
}

impl<'a> Text<'a> {
    /// A text that means itself.
    pub(super) fn literal(inner: &'a str) -> Self {
        Self { inner, coding: Coding::Literal }
    }

    /// The content of a JSON string, given with its quotes.
    pub(super) fn of_string(value: &'a str) -> Self {
        let inner = value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).unwrap_or(value);
        Self { inner, coding: Coding::Json }
    }

    /// The text as it stands in the input.
    pub(super) fn undecoded(self) -> &'a str {
        self.inner
    }

    /// The decoded text: borrowed where it has no escapes.
    pub(super) fn decode(self) -> Cow<'a, str> {
        match self.coding {
            Coding::Literal => Cow::Borrowed(self.inner),
            Coding::Json if memchr(b'\\', self.inner.as_bytes()).is_none() => Cow::Borrowed(self.inner),
            Coding::Json => Cow::Owned(unescape(self.inner)),
        }
    }

    /// Whether nothing but white space stands here.
    pub(super) fn is_blank(self) -> bool {
        match self.inner.trim_start().as_bytes().first() {
            None => true,
            Some(b'\\') => self.decode().trim().is_empty(),
            Some(_) => false,
        }
    }
}

/// Resolves the escapes of a JSON string. Half a surrogate pair, which truncating producers leave behind, becomes
/// U+FFFD: a broken emoji is no reason to lose an article.
fn unescape(inner: &str) -> String {
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = memchr(b'\\', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let (character, used) = escape(after);
        out.push(character);
        rest = after.get(used..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// The character of the escape that begins behind the backslash, and how many bytes it takes.
fn escape(after: &str) -> (char, usize) {
    match after.as_bytes().first() {
        Some(b'b') => ('\u{8}', 1),
        Some(b'f') => ('\u{c}', 1),
        Some(b'n') => ('\n', 1),
        Some(b'r') => ('\r', 1),
        Some(b't') => ('\t', 1),
        Some(b'u') => unicode_escape(&after[1..]),
        Some(&other) => (char::from(other), 1),
        None => (char::REPLACEMENT_CHARACTER, 0),
    }
}

fn unicode_escape(digits: &str) -> (char, usize) {
    let high = hex(digits);
    if let Some(character) = char::from_u32(high) {
        return (character, 5);
    }
    let low = digits.get(4..6).filter(|&u| u == "\\u").map_or(0, |_| hex(digits.get(6..).unwrap_or_default()));
    if (0xD800..0xDC00).contains(&high) && (0xDC00..0xE000).contains(&low) {
        let code = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
        return (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 11);
    }
    (char::REPLACEMENT_CHARACTER, 5)
}

fn hex(digits: &str) -> u32 {
    digits.get(..4).and_then(|d| u32::from_str_radix(d, 16).ok()).unwrap_or(0)
}

/// How deep `value` nests, its own level included. serde_json skips values without counting, so this does.
pub(super) fn depth(value: &str) -> usize {
    // A nesting of n levels takes 2n bytes: short values need no look at all, and a long string nests nothing.
    if value.len() < 2 * MAX_DEPTH || !matches!(JsonType::of(value), JsonType::Array | JsonType::Object) {
        return 0;
    }
    let bytes = value.as_bytes();
    let (mut at, mut level, mut deepest) = (0, 0_usize, 0);
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'{' | b'[' => {
                level += 1;
                deepest = deepest.max(level);
            }
            b'}' | b']' => level = level.saturating_sub(1),
            b'"' => at = string_end(bytes, at),
            _ => {}
        }
    }
    deepest
}

/// The offset behind the closing quote of the string whose content begins at `at`.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        if bytes[at + found] == b'"' {
            return at + found + 1;
        }
        at += found + 2;
    }
    bytes.len()
}

/// Calls `visit` with the number and the raw text of every item of an array, until it objects.
pub(super) fn each_item<'a, F>(array: &'a str, visit: F) -> Result<(), Rejected>
where
    F: FnMut(usize, &'a str) -> Result<(), Rejected>,
{
    struct Items<F>(F);
    impl<'a, F: FnMut(usize, &'a str) -> Result<(), Rejected>> Visitor<'a> for Items<F> {
        type Value = Result<(), Rejected>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an array")
        }

        fn visit_seq<A: SeqAccess<'a>>(mut self, mut items: A) -> Result<Self::Value, A::Error> {
            let mut verdict = Ok(());
            let mut index = 0;
            // The array is read to its end in any case: stopping early would look like a syntax error.
            while let Some(item) = items.next_element::<&'a RawValue>()? {
                if verdict.is_ok() {
                    verdict = (self.0)(index, item.get());
                }
                index += 1;
            }
            Ok(verdict)
        }
    }
    let mut deserializer = serde_json::Deserializer::from_str(array);
    deserializer.deserialize_seq(Items(visit)).map_err(|e| syntax(&e, array))?
}

/// The members of an object that have these names, matched without regard to ASCII case; nulls count as absent.
pub(super) fn members<'a, const N: usize>(object: &'a str, names: [&str; N]) -> Result<[Option<&'a str>; N], Rejected> {
    struct Members<'n, const N: usize>([&'n str; N]);
    impl<'a, const N: usize> Visitor<'a> for Members<'_, N> {
        type Value = [Option<&'a str>; N];

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut found = [None; N];
            while let Some(slot) = map.next_key_seed(Name(&self.0))? {
                match slot {
                    Some(slot) => {
                        let value = map.next_value::<&'a RawValue>()?.get();
                        found[slot] = Some(value).filter(|&v| v != "null");
                    }
                    None => {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
            }
            Ok(found)
        }
    }
    let mut deserializer = serde_json::Deserializer::from_str(object);
    deserializer.deserialize_map(Members(names)).map_err(|e| syntax(&e, object))
}

/// Reads a key as its place in a list of names.
struct Name<'n>(&'n [&'n str]);

impl<'a> DeserializeSeed<'a> for Name<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().position(|name| name.eq_ignore_ascii_case(key)))
    }
}

/// The rejection for a syntax error, with line, column and byte.
pub(super) fn syntax(error: &serde_json::Error, json: &str) -> Rejected {
    let line_start = match error.line().checked_sub(2) {
        Some(breaks) => memchr::memchr_iter(b'\n', json.as_bytes()).nth(breaks).map_or(0, |at| at + 1),
        None => 0,
    };
    let byte = line_start + error.column().saturating_sub(1);
    Rejected::new(RejectedReason::InvalidJson, format!("not JSON: {error} (byte {byte}); expected one JSON object"))
}

/// The beginning of a value, short enough for a message.
pub(super) fn excerpt(value: &str) -> String {
    const LONGEST: usize = 60;
    match value.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}...", &value[..cut]),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_without_escapes_are_borrowed() {
        assert!(matches!(Text::of_string("\"plain caf\u{e9}\"").decode(), Cow::Borrowed("plain caf\u{e9}")));
    }

    #[test]
    fn escapes_decode_as_serde_json_decodes_them() {
        for json in [r#""a\"b\\c\/d\b\f\n\r\te""#, r#""\u0041\u00e9\u20AC\ud83d\ude00 end""#, r#""\\u0041""#, r#""""#] {
            let expected: String = serde_json::from_str(json).expect("a JSON string");
            assert_eq!(Text::of_string(json).decode(), expected, "{json}");
        }
    }

    #[test]
    fn half_a_surrogate_pair_becomes_a_replacement_character() {
        for (json, expected) in [
            (r#""cut \ud83d""#, "cut \u{fffd}"),
            (r#""\ud83dx""#, "\u{fffd}x"),
            (r#""\ude00\ud83d\ude00""#, "\u{fffd}\u{1f600}"),
            (r#""\ud83d\n""#, "\u{fffd}\n"),
            (r#""\ud83d\u0041""#, "\u{fffd}A"),
        ] {
            assert_eq!(Text::of_string(json).decode(), expected, "{json}");
        }
    }

    #[test]
    fn blank_strings_are_seen_through_their_escapes() {
        assert!(Text::of_string(r#"" \n\t ""#).is_blank());
        assert!(Text::of_string(r#""""#).is_blank());
        assert!(!Text::of_string(r#""\u0041""#).is_blank());
    }

    #[test]
    fn depth_counts_brackets_outside_strings_only() {
        let nested = format!("{}{}{}", "[".repeat(200), "\"]]]]\\\"]]]\"", "]".repeat(200));
        assert_eq!(depth(&nested), 200);
    }

    #[test]
    fn members_match_either_case_and_leave_nulls_out() {
        let found =
            members(r#"{"contenttype":"a","x":{"role":1},"role":null,"VALUE":[1]}"#, ["contentType", "role", "value"]);
        assert_eq!(found, Ok([Some("\"a\""), None, Some("[1]")]));
    }
}
