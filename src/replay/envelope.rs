//! A Kafka record as one line of JSON, the way `kcat -J` prints it: read and written.
//!
//! `{"topic": .., "partition": .., "offset": .., "ts": .., "key": .., "headers": ["name", "value", ..], "payload": ..}`.
//! A line is an envelope when it has both `topic` and `payload`; anything else is a bare document. A payload that is not
//! UTF-8 cannot stand in a JSON string: it is written as `payloadBase64` beside a readable `payload`, and read back.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::base64;
use crate::input::Coordinates;

/// What an envelope holds, owned.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Opened {
    pub(super) topic: String,
    pub(super) coordinates: Option<Coordinates>,
    pub(super) timestamp: Option<i64>,
    pub(super) key: Option<Vec<u8>>,
    pub(super) headers: Vec<(String, Option<Vec<u8>>)>,
    pub(super) payload: Option<Vec<u8>>,
}

/// The fields that we look at; raw, so that an odd value in one of them does not cost us the record.
#[derive(Deserialize)]
struct Fields<'a> {
    #[serde(borrow)]
    topic: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "present")]
    payload: Option<&'a RawValue>,
    #[serde(borrow, rename = "payloadBase64")]
    payload_base64: Option<Cow<'a, str>>,
    #[serde(borrow)]
    partition: Option<&'a RawValue>,
    #[serde(borrow)]
    offset: Option<&'a RawValue>,
    #[serde(borrow)]
    ts: Option<&'a RawValue>,
    #[serde(borrow)]
    key: Option<&'a RawValue>,
    #[serde(borrow)]
    headers: Option<&'a RawValue>,
}

/// Keeps `null` apart from absent: a null payload is a tombstone, an absent one means that this is no envelope.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// Opens the envelope, or `None` when the line is a bare document.
pub(super) fn open(line: &[u8]) -> Option<Opened> {
    // Looking for the two names first spares bare documents, the usual case, a second JSON parse.
    memchr::memmem::find(line, br#""payload""#)?;
    memchr::memmem::find(line, br#""topic""#)?;
    let fields: Fields<'_> = serde_json::from_slice(line).ok()?;
    let (topic, payload) = (fields.topic?, fields.payload?);
    let number = |raw: Option<&RawValue>| raw.and_then(|raw| raw.get().parse::<i64>().ok());
    let timestamp = number(fields.ts);
    let coordinates = match (number(fields.partition).and_then(|n| i32::try_from(n).ok()), number(fields.offset)) {
        (Some(partition), Some(offset)) => {
            Some(Coordinates { topic: topic.clone().into_owned(), partition, offset, timestamp })
        }
        _ => None,
    };
    Some(Opened {
        topic: topic.into_owned(),
        coordinates,
        timestamp,
        key: fields.key.and_then(bytes),
        headers: fields.headers.map(headers).unwrap_or_default(),
        payload: fields.payload_base64.and_then(|text| base64::decode(&text)).or_else(|| bytes(payload)),
    })
}

/// The bytes of a value: a string's text, nothing for null, and JSON as it stands for anything else (`jq` users like
/// to unpack the payload).
fn bytes(raw: &RawValue) -> Option<Vec<u8>> {
    match raw.get() {
        "null" => None,
        text if text.starts_with('"') => {
            let text: Cow<'_, str> = serde_json::from_str(text).ok()?;
            Some(text.into_owned().into_bytes())
        }
        text => Some(text.as_bytes().to_vec()),
    }
}

fn headers(raw: &RawValue) -> Vec<(String, Option<Vec<u8>>)> {
    let flat: Vec<Option<String>> = serde_json::from_str(raw.get()).unwrap_or_default();
    let (pairs, _odd) = flat.as_chunks::<2>();
    pairs.iter().filter_map(|[name, value]| Some((name.clone()?, value.clone().map(String::into_bytes)))).collect()
}

/// Writes a record as an envelope line, without the line feed. Fields in kcat's order; coordinates only where known.
#[must_use]
pub fn seal(topic: &str, key: Option<&[u8]>, headers: &[(String, Option<Vec<u8>>)], value: Option<&[u8]>) -> String {
    let flat: Vec<Value> =
        headers.iter().flat_map(|(name, value)| [Value::from(name.as_str()), text(value.as_deref())]).collect();
    let mut line = String::from("{\"topic\":");
    line.push_str(&Value::from(topic).to_string());
    line.push_str(",\"key\":");
    line.push_str(&text(key).to_string());
    line.push_str(",\"headers\":");
    line.push_str(&Value::from(flat).to_string());
    line.push_str(",\"payload\":");
    line.push_str(&text(value).to_string());
    if let Some(value) = value.filter(|value| std::str::from_utf8(value).is_err()) {
        line.push_str(",\"payloadBase64\":\"");
        line.push_str(&base64::encode(value));
        line.push('"');
    }
    line.push('}');
    line
}

fn text(bytes: Option<&[u8]>) -> Value {
    bytes.map_or(Value::Null, |bytes| Value::from(String::from_utf8_lossy(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_what_kcat_prints() {
        let line =
            br#"{"topic":"news.articles","partition":2,"offset":17,"tstype":"create","ts":1765612800000,"broker":0,
            "headers":["ce_type","article","n",null],"key":"BY","payload":"{\"id\":\"a\"}"}"#;
        let opened = open(line).unwrap();
        assert_eq!(opened.topic, "news.articles");
        let at = opened.coordinates.unwrap();
        assert_eq!((at.partition, at.offset, at.timestamp), (2, 17, Some(1_765_612_800_000)));
        assert_eq!(opened.key.as_deref(), Some(&b"BY"[..]));
        let headers = [("ce_type".to_owned(), Some(b"article".to_vec())), ("n".to_owned(), None)];
        assert_eq!(opened.headers, headers);
        assert_eq!(opened.payload.as_deref(), Some(&br#"{"id":"a"}"#[..]));
    }

    #[test]
    fn a_null_payload_is_a_tombstone_and_a_document_is_no_envelope() {
        assert_eq!(open(br#"{"topic":"t","payload":null}"#).unwrap().payload, None);
        assert_eq!(open(br#"{"topic":"t","payload":{"id":1}}"#).unwrap().payload.as_deref(), Some(&br#"{"id":1}"#[..]));
        assert_eq!(open(br#"{"id":"a","body":"the \"payload\" and the \"topic\""}"#), None);
        assert_eq!(open(br#"{"topic":"t","payload":"#), None);
    }

    #[test]
    fn what_is_sealed_opens_again_even_when_it_is_not_utf8() {
        let headers = vec![("reason".to_owned(), Some(b"invalid-utf8".to_vec())), ("none".to_owned(), None)];
        let line = seal("sanctions.dead-letters", Some(b"k"), &headers, Some(b"\xff\x00\"x"));
        let opened = open(line.as_bytes()).unwrap();
        assert_eq!(opened.payload.as_deref(), Some(&b"\xff\x00\"x"[..]));
        assert_eq!((opened.key.as_deref(), opened.headers), (Some(&b"k"[..]), headers));
    }
}
