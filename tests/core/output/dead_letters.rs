//! Dead letters: the record untouched, the reason in four dialects.

use super::fixture::{at, engine, validator};
use sanctions_stream::input::{Coordinates, Header, Record, Rejected, RejectedReason};
use sanctions_stream::output::{Destination, Emitted, Failure, HeaderDialect, dead_letter};
use serde_json::{Map, Value, json};

const DIALECTS: [HeaderDialect; 4] =
    [HeaderDialect::Native, HeaderDialect::Connect, HeaderDialect::Streams, HeaderDialect::Spring];

fn headers() -> [Header<'static>; 2] {
    [Header { name: "x-id", value: Some(&[0xff, 0]) }, Header { name: "x-null", value: None }]
}

fn letter(dialect: HeaderDialect, reason: RejectedReason, at: Option<&Coordinates>) -> Emitted {
    let rejected = Rejected { reason, detail: "línea 7".into() };
    let headers = headers();
    let record = Record { key: Some(&[0, 159]), value: Some(b"{\"half\":"), headers: &headers };
    let failure = Failure { rejected: &rejected, at, group: at.map(|_| "watch"), worker: 2, attempts: 1 };
    dead_letter(&record, &failure, &engine(), dialect)
}

/// The headers behind the original two: text as it is, Spring's binary ones as hex, as the schema shows them.
fn added(letter: &Emitted) -> Map<String, Value> {
    let shown = |name: &str, value: &[u8]| {
        let binary = ["partition", "offset", "timestamp", "deliveryAttempt"].iter().any(|end| name.ends_with(end));
        if name.starts_with("kafka_") && binary {
            value.iter().map(|byte| format!("{byte:02x}")).collect()
        } else {
            String::from_utf8(value.to_vec()).unwrap()
        }
    };
    let added = letter.headers[2..].iter();
    added.map(|(name, value)| (name.clone(), shown(name, value.as_deref().unwrap()).into())).collect()
}

#[test]
fn key_value_and_headers_stay_as_they_came() {
    let coordinates = at();
    for dialect in DIALECTS {
        let letter = letter(dialect, RejectedReason::InvalidJson, Some(&coordinates));
        assert_eq!(letter.to, Destination::DeadLetters);
        assert_eq!(letter.key.as_deref(), Some(&[0, 159][..]));
        assert_eq!(letter.value.as_deref(), Some(&b"{\"half\":"[..]));
        assert_eq!(letter.headers[0], ("x-id".into(), Some(vec![0xff, 0])));
        assert_eq!(letter.headers[1], ("x-null".into(), None));
    }
}

#[test]
fn a_tombstone_stays_a_tombstone() {
    let rejected = Rejected { reason: RejectedReason::Tombstone, detail: "the value is null".into() };
    let failure = Failure { rejected: &rejected, at: None, group: None, worker: 0, attempts: 1 };
    let letter = dead_letter(&Record::default(), &failure, &engine(), HeaderDialect::Native);
    assert_eq!((letter.key, letter.value), (None, None));
}

#[test]
fn every_dialect_fits_the_schema_with_and_without_coordinates() {
    let validator = validator("dead-letter-headers.v1.json");
    let coordinates = at();
    for dialect in DIALECTS {
        for place in [None, Some(&coordinates)] {
            for reason in [RejectedReason::InvalidJson, RejectedReason::Panicked] {
                let mut headers = added(&letter(dialect, reason, place));
                headers.insert("x-null".into(), Value::Null);
                let headers = Value::Object(headers);
                let faults: Vec<String> = validator.iter_errors(&headers).map(|fault| fault.to_string()).collect();
                assert!(faults.is_empty(), "{dialect:?}: {faults:?}\n{headers:#}");
            }
        }
    }
    let mut unknown = added(&letter(HeaderDialect::Native, RejectedReason::Empty, None));
    unknown.insert("sanctions-stream.error.extra".into(), "1".into());
    assert!(!validator.is_valid(&Value::Object(unknown)));
}

#[test]
fn native_says_everything() {
    let coordinates = at();
    let headers = added(&letter(HeaderDialect::Native, RejectedReason::InvalidJson, Some(&coordinates)));
    let expected = json!({
        "sanctions-stream.error.reason": "invalid-json",
        "sanctions-stream.error.detail": "línea 7",
        "sanctions-stream.error.stage": "read",
        "sanctions-stream.error.topic": "news.articles",
        "sanctions-stream.error.partition": "3",
        "sanctions-stream.error.offset": "42",
        "sanctions-stream.error.timestamp": "1765000000000",
        "sanctions-stream.error.group": "watch",
        "sanctions-stream.error.attempts": "1",
        "sanctions-stream.error.app-version": "0.1.0",
        "sanctions-stream.error.rules-hash": engine().rules_hash,
    });
    assert_eq!(Value::Object(headers), expected);
}

#[test]
fn connect_uses_the_names_of_its_reporter() {
    let coordinates = at();
    let headers = added(&letter(HeaderDialect::Connect, RejectedReason::InvalidJson, Some(&coordinates)));
    let expected = json!({
        "__connect.errors.topic": "news.articles",
        "__connect.errors.partition": "3",
        "__connect.errors.offset": "42",
        "__connect.errors.connector.name": "watch",
        "__connect.errors.task.id": "2",
        "__connect.errors.stage": "VALUE_CONVERTER",
        "__connect.errors.class.name": "sanctions_stream::input",
        "__connect.errors.exception.class.name": "sanctions-stream.invalid-json",
        "__connect.errors.exception.message": "línea 7",
        "__connect.errors.exception.stacktrace": "sanctions-stream.invalid-json: línea 7",
    });
    assert_eq!(Value::Object(headers), expected);
}

#[test]
fn streams_uses_the_names_of_kip_1034() {
    let coordinates = at();
    let headers = added(&letter(HeaderDialect::Streams, RejectedReason::Panicked, Some(&coordinates)));
    let expected = json!({
        "__streams.errors.exception": "sanctions-stream.panicked: línea 7",
        "__streams.errors.stacktrace": "sanctions-stream.panicked: línea 7",
        "__streams.errors.message": "línea 7",
        "__streams.errors.topic": "news.articles",
        "__streams.errors.partition": "3",
        "__streams.errors.offset": "42",
    });
    assert_eq!(Value::Object(headers), expected);
}

#[test]
fn spring_writes_numbers_as_big_endian_bytes() {
    let coordinates = at();
    let headers = added(&letter(HeaderDialect::Spring, RejectedReason::InvalidJson, Some(&coordinates)));
    let expected = json!({
        "kafka_dlt-original-topic": "news.articles",
        "kafka_dlt-original-partition": "00000003",
        "kafka_dlt-original-offset": "000000000000002a",
        "kafka_dlt-original-timestamp": "0000019af232b200",
        "kafka_dlt-original-consumer-group": "watch",
        "kafka_dlt-exception-fqcn": "sanctions-stream.invalid-json",
        "kafka_dlt-exception-message": "línea 7",
        "kafka_dlt-exception-stacktrace": "sanctions-stream.invalid-json: línea 7",
        "kafka_deliveryAttempt": "00000001",
    });
    assert_eq!(Value::Object(headers), expected);
}
