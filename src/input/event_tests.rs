//! Documents in CloudEvents: every mode, and every way in which an event can be incomplete.

use super::*;
use crate::input::Header;

const CE: [Header<'static>; 4] = [
    Header { name: "ce_specversion", value: Some(b"1.0") },
    Header { name: "ce_id", value: Some(b"event-1") },
    Header { name: "ce_source", value: Some(b"/feed") },
    Header { name: "ce_type", value: Some(b"news.article.v1") },
];

fn open_with<'a>(json: &'a str, headers: &'a [Header<'a>]) -> Result<Document<'a>, Rejected> {
    let record = Record { key: None, value: Some(json.as_bytes()), headers };
    open(&record, Limits::default()).and_then(|opened| opened.document())
}

#[test]
fn binary_events_lend_id_and_time() {
    let mut headers = CE.to_vec();
    headers.push(Header { name: "ce_time", value: Some(b"2025-12-13T00:00:00Z") });
    headers.push(Header { name: "content-type", value: Some(b"application/json") });
    let document = open_with(r#"{"headline":"H"}"#, &headers).expect("an event");
    assert_eq!((&*document.id, document.id_derived), ("event-1", false));
    assert_eq!(document.published_at.map(|t| t.to_string()).as_deref(), Some("2025-12-13T00:00:00Z"));
    let document = open_with(r#"{"headline":"H","id":"own","publishedAt":"2024-01-01"}"#, &headers).expect("an event");
    assert_eq!(document.id, "own");
    assert_eq!(document.published_at.map(|t| t.to_string()).as_deref(), Some("2024-01-01T00:00:00Z"));
}

#[test]
fn binary_events_must_be_complete() {
    for missing in 0..CE.len() {
        let mut headers = CE.to_vec();
        let name = headers.remove(missing).name;
        let rejected = open_with(r#"{"headline":"H"}"#, &headers).expect_err("incomplete");
        assert_eq!(rejected.reason, RejectedReason::InvalidCloudEvent);
        assert!(rejected.detail.contains(name), "{}", rejected.detail);
        headers.push(Header { name, value: Some(b"\xff") });
        assert_eq!(open_with("{}", &headers).map_err(|r| r.reason), Err(RejectedReason::InvalidCloudEvent));
    }
    let mut headers = CE.to_vec();
    headers.push(Header { name: "ce_time", value: Some(b"noon") });
    assert_eq!(open_with(r#"{"headline":"H"}"#, &headers).map_err(|r| r.reason), Err(RejectedReason::InvalidDate));
    headers[0].value = Some(b"0.3");
    assert_eq!(
        open_with(r#"{"headline":"H"}"#, &headers).map_err(|r| r.reason),
        Err(RejectedReason::InvalidCloudEvent)
    );
}

#[test]
fn other_headers_are_no_event() {
    let headers = [Header { name: "traceparent", value: None }, Header { name: "cé_", value: Some(b"\xff") }];
    assert!(open_with(r#"{"headline":"H"}"#, &headers).is_ok());
}

#[test]
fn structured_events_are_unwrapped_however_they_hold_their_data() {
    let event = |data: &str| {
        format!(r#"{{"specversion":"1.0","id":"e-1","source":"/s","type":"t","time":"2025-12-13T01:02:03Z",{data}}}"#)
    };
    let content_type = [Header { name: "Content-Type", value: Some(b"Application/CloudEvents+JSON; charset=UTF-8") }];
    for data in [
        r#""data":{"headline":"Freed"}"#,
        r#""datacontenttype":"application/json","data":"{\"headline\":\"Freed\"}""#,
        r#""data_base64":"eyJoZWFkbGluZSI6IkZyZWVkIn0=""#,
    ] {
        let json = event(data);
        for headers in [&[][..], &content_type] {
            let document = open_with(&json, headers).expect("an event");
            assert_eq!((&*document.id, texts(&document)), ("e-1", vec![("headline", "Freed")]));
            assert_eq!(document.published_at.map(|t| t.to_string()).as_deref(), Some("2025-12-13T01:02:03Z"));
        }
        let opened = open(&record(&json), Limits::default()).expect("an event");
        assert_eq!(opened.json(), r#"{"headline":"Freed"}"#);
    }
}

#[test]
fn structured_events_that_cannot_be_unwrapped_are_invalid() {
    let attributes = r#""specversion":"1.0","id":"e","source":"/s","type":"t""#;
    for (json, part) in [
        (format!(r#"{{{attributes},"data":{{}},"data_base64":"e30="}}"#), "both"),
        (format!(r#"{{{attributes},"data_base64":"*"}}"#), "not base64"),
        (format!(r#"{{{attributes},"data_base64":"/w=="}}"#), "UTF-8"),
        (format!(r#"{{{attributes},"data_base64":7}}"#), "a number"),
        (r#"{"specversion":"1.0","id":"e","source":"/s","data":{}}"#.to_owned(), "`type`"),
        (r#"{"specversion":"1.0","id":5,"source":"/s","type":"t","data":{}}"#.to_owned(), "`id`"),
        (r#"{"specversion":"2.0","id":"e","source":"/s","type":"t","data":{}}"#.to_owned(), "2.0"),
    ] {
        check_rejected(&json, RejectedReason::InvalidCloudEvent, &[part]);
    }
    let declared = [Header { name: "content-type", value: Some(b"application/cloudevents") }];
    let reason = |json: &str| open_with(json, &declared).map(|_| ()).map_err(|r| r.reason);
    assert_eq!(reason(&format!("{{{attributes}}}")), Err(RejectedReason::InvalidCloudEvent));
    assert_eq!(reason(r#"{"headline":"H"}"#), Err(RejectedReason::InvalidCloudEvent));
    let batch = [Header { name: "content-type", value: Some(b"application/cloudevents-batch+json") }];
    assert_eq!(open_with("[]", &batch).map_err(|r| r.reason), Err(RejectedReason::InvalidCloudEvent));
}

#[test]
fn faults_in_the_data_of_an_event_are_told_as_such() {
    let event = |data: &str| format!(r#"{{"specversion":"1.0","id":"e","source":"/s","type":"t","data":{data}}}"#);
    check_rejected(&event(r#"{"headline":1}"#), RejectedReason::WrongType, &["in the data of the CloudEvent"]);
    check_rejected(&event("7"), RejectedReason::NotAnObject, &["in the data"]);
    check_rejected(&event(r#""plain text""#), RejectedReason::InvalidJson, &["in the data"]);
    check_rejected(&event(&event(r#"{"headline":"H"}"#)), RejectedReason::UnknownShape, &["in the data"]);
}
