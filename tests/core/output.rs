//! The builders of `src/output` over hand-made documents, held against the published schemas.
//!
//! Deliberately without the rules stage: what a mention should be is tested elsewhere, here it is given.

mod asyncapi;
mod dead_letters;
pub mod fixture;
mod ids;

use fixture::{Fixture, at, engine, events, header, json, validator};
use sanctions_stream::input::{Header, Rejected, RejectedReason};
use sanctions_stream::output::{
    Destination, Emitted, SCHEMA_MENTION, classification_line, mentions, quiet_line, rejected_line, signals,
    superseded, withdrawn,
};
use sanctions_stream::rules::{Classified, Evidence, Role, Status};
use serde_json::{Value, json};

/// The mentions of the fixture: a release by BY at 0, relief by the US at 1.
fn emitted(fixture: &Fixture) -> Vec<Emitted> {
    mentions(&fixture.origin(None, &[]), &fixture.classified, &events(), &engine()).unwrap()
}

#[track_caller]
pub fn assert_valid(schema: &str, instance: &Value) {
    let faults: Vec<String> = validator(schema)
        .iter_errors(instance)
        .map(|fault| format!("{} at {}", fault, fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{schema}: {faults:#?}\n{instance:#}");
}

#[test]
fn mentions_fit_their_schema() {
    let fixture = Fixture::new();
    for record in emitted(&fixture) {
        assert_valid("mention.v1.json", &json(&record));
    }
    let coordinates = at();
    let origin = fixture.origin(Some(&coordinates), &[]);
    for record in mentions(&origin, &fixture.classified, &events(), &engine()).unwrap() {
        let value = json(&record);
        assert_valid("mention.v1.json", &value);
        assert_eq!(value["document"]["kafka"], json!({"topic": "news.articles", "partition": 3, "offset": 42}));
    }
}

#[test]
fn a_bare_mention_of_a_bare_document_fits_too() {
    let mut fixture = Fixture::bare();
    fixture.classified.mentions[0].status = Status::Announced;
    for record in mentions(&fixture.origin(None, &[]), &fixture.classified, &events(), &engine()).unwrap() {
        let value = json(&record);
        assert_valid("mention.v1.json", &value);
        assert_eq!(value["date"], Value::Null, "announced without a date: the day is not known");
        assert_eq!(header(&record, "ce_time"), None);
        assert_eq!(header(&record, "ce_partitionkey"), Some("zz"));
        assert_eq!(record.key.as_deref(), Some(&b"zz"[..]));
    }
}

#[test]
fn the_schema_is_strict() {
    let value = json(&emitted(&Fixture::new())[0]);
    let wrong = [("extra", json!(1)), ("status", json!("proposed")), ("confidence", json!(1.0)), ("id", json!("x"))];
    for (key, wrong) in wrong {
        let mut value = value.clone();
        value[key] = wrong;
        assert!(!validator("mention.v1.json").is_valid(&value), "{key} is not checked");
    }
}

#[test]
fn a_mention_is_a_binary_cloudevent() {
    let fixture = Fixture::new();
    let trace = [
        Header { name: "ce_type", value: Some(b"news.article.v1") },
        Header { name: "traceparent", value: Some(b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01") },
        Header { name: "tracestate", value: None },
    ];
    let origin = fixture.origin(None, &trace);
    let records = mentions(&origin, &fixture.classified, &events(), &engine()).unwrap();
    let release = &records[0];
    let names: Vec<&str> = release.headers.iter().map(|(name, _)| name.as_str()).collect();
    let expected = "ce_specversion ce_id ce_source ce_type ce_time ce_subject ce_dataschema ce_partitionkey content-type \
                    traceparent";
    assert_eq!(names.join(" "), expected);
    assert_eq!(header(release, "ce_type"), Some("mention.v1"));
    assert_eq!(header(release, "ce_time"), Some("2025-12-13T15:04:05Z"));
    assert_eq!(header(release, "ce_subject"), Some("urn:news:délfi:1"));
    assert_eq!(header(release, "ce_dataschema"), Some(SCHEMA_MENTION));
    assert_eq!(header(release, "ce_source"), Some("test-source"));
    assert_eq!(header(release, "ce_id"), json(release)["id"].as_str());
    assert!(header(release, "traceparent").unwrap().starts_with("00-4bf9"));
    assert_eq!(release.to, Destination::Mentions);
    // Both sides of the deal are keyed by BY: it releases, and it is relieved.
    assert_eq!((release.key.as_deref(), records[1].key.as_deref()), (Some(&b"BY"[..]), Some(&b"BY"[..])));
}

#[test]
fn keys_come_in_a_fixed_order_and_bytes_are_the_same_every_time() {
    let fixture = Fixture::new();
    assert_eq!(emitted(&fixture), emitted(&fixture));
    let text = String::from_utf8(emitted(&fixture)[1].value.clone().unwrap()).unwrap();
    let order = ["id", "type", "status", "codes", "authority", "target", "sanction"];
    let places: Vec<usize> = order.iter().map(|key| text.find(&format!("\"{key}\":")).unwrap()).collect();
    assert!(places.is_sorted(), "{text}");
}

#[test]
fn a_release_has_persons_and_a_sanction_has_its_followthemoney_object() {
    let records = emitted(&Fixture::new());
    let (release, relief) = (json(&records[0]), json(&records[1]));
    assert_eq!(release["counts"], json!({"persons": {"value": 123, "qualifier": "at-least"}}));
    assert_eq!(release["persons"], json!([{"name": "Алесь Беляцкий"}]));
    assert_eq!(release["parts"], json!([{"count": 9, "place": "LT"}]));
    assert_eq!((&release["remaining"], &release["sanction"]), (&json!(1227), &Value::Null));
    assert_eq!(release["date"], json!({"value": "2025-12-13", "source": "published"}));
    assert_eq!(release["codes"]["plover"], json!({"event": "RETREAT", "mode": "release", "context": "legal"}));
    let expected = json!({"authority": ["US"], "country": ["BY"], "provisions": ["Sectoral sanctions"],
        "status": "Active", "endDate": "2025-12-14"});
    assert_eq!(relief["sanction"], expected, "announced relief leaves the sanction active");
    assert_eq!(relief["target"], json!({"country": ["BY"], "name": ["Беларуськалий"]}));
    assert_eq!(relief["codes"]["plover"], json!({"event": "RETREAT", "context": "economic"}));
    assert_eq!(relief["explanations"]["trigger"], json!({"score": 0.3, "detail": "lift"}));
    assert_eq!(relief["explanations"]["genre"], json!({"score": -0.1}));
    assert_eq!(relief["setting"], json!({"parties": ["BY", "LT", "US"], "persons": ["Алесь Беляцкий"]}));
}

#[test]
fn both_sides_of_a_deal_name_each_other() {
    let records = emitted(&Fixture::new());
    let (release, relief) = (json(&records[0]), json(&records[1]));
    assert_eq!(relief["links"][0]["mention"], release["id"]);
    assert_eq!(relief["links"][0]["direction"], "outgoing");
    assert_eq!(relief["links"][0]["key"], "BY");
    assert_eq!(release["links"][0]["mention"], relief["id"]);
    assert_eq!(release["links"][0]["type"], "sanction_lifted");
    assert_eq!(release["links"][0]["direction"], "incoming");
    assert_eq!(release["links"][0]["relation"], "in_exchange_for");
    assert_eq!(release["links"][0]["cue"]["selector"][1]["exact"], "in exchange");
}

#[test]
fn a_mention_that_raises_no_alert_is_neither_written_nor_linked_to() {
    let mut fixture = Fixture::new();
    fixture.classified.mentions[0].status = Status::Proposed;
    let records = emitted(&fixture);
    assert_eq!(records.len(), 1);
    assert_eq!(json(&records[0])["links"], json!([]));
}

#[test]
fn evidence_counts_code_points_and_bytes() {
    let fixture = Fixture::new();
    let mut seen = 0;
    for record in emitted(&fixture) {
        for evidence in json(&record)["evidence"].as_array().unwrap() {
            let field = fixture.document.fields.iter().find(|field| field.name == evidence["field"].as_str().unwrap());
            let text = &*field.unwrap().text;
            let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
            let (position, quote) = (&evidence["selector"][0], &evidence["selector"][1]);
            let exact = quote["exact"].as_str().unwrap();
            assert_eq!(&text[number(&evidence["byteStart"])..number(&evidence["byteEnd"])], exact);
            let (start, end) = (number(&position["start"]), number(&position["end"]));
            assert_eq!(text.chars().skip(start).take(end - start).collect::<String>(), exact);
            let around = format!("{}{exact}{}", quote["prefix"].as_str().unwrap(), quote["suffix"].as_str().unwrap());
            assert!(text.contains(&around), "{around}");
            seen += 1;
            assert!(start < number(&evidence["byteStart"]), "the texts begin with letters of two bytes");
        }
    }
    assert_eq!(seen, 4);
}

#[test]
fn a_bad_span_is_a_value_everywhere() {
    let mut fixture = Fixture::new();
    fixture.classified.mentions[0].evidence[0].start = 1;
    let origin = fixture.origin(None, &[]);
    let bad = mentions(&origin, &fixture.classified, &events(), &engine()).unwrap_err();
    assert_eq!((bad.rule.as_str(), bad.start), ("release.frees", 1));
    assert_eq!(classification_line(&fixture.document, &fixture.classified).unwrap_err(), bad);
    assert_eq!(Rejected::from(bad).reason, RejectedReason::Panicked);
}

#[test]
fn a_withdrawal_names_the_document_and_nothing_else() {
    let fixture = Fixture::new();
    let record = withdrawn(&fixture.origin(None, &[]), &engine());
    let value = json(&record);
    assert_valid("withdrawal.v1.json", &value);
    assert_eq!((&record.to, record.key.as_deref()), (&Destination::Withdrawals, Some("urn:news:délfi:1".as_bytes())));
    assert_eq!(header(&record, "ce_type"), Some("document.withdrawn.v1"));
    assert_eq!((&value["mentions"], &value["replaces"]), (&json!([]), &Value::Null));
}

#[test]
fn a_new_version_says_what_it_still_says() {
    let fixture = Fixture::new();
    let origin = fixture.origin(None, &[]);
    let record = superseded(&origin, &fixture.classified, &events(), &engine()).unwrap();
    let value = json(&record);
    assert_valid("withdrawal.v1.json", &value);
    assert_eq!(header(&record, "ce_type"), Some("document.superseded.v1"));
    let ids: Vec<Value> = emitted(&fixture).iter().map(|mention| json(mention)["id"].clone()).collect();
    assert_eq!(value["mentions"][0]["mention"], ids[0]);
    let relief = json!({"mention": ids[1], "type": "sanction_lifted", "key": "BY", "authority": ["US"],
        "target": ["BY", "Беларуськалий"]});
    assert_eq!(value["mentions"][1], relief);
    assert_eq!(value["replaces"], "urn:news:délfi:0");

    let mut notice = Fixture::new();
    notice.document.kind = sanctions_stream::input::Kind::Notice;
    let record = superseded(&notice.origin(None, &[]), &notice.classified, &events(), &engine()).unwrap();
    assert_eq!(json(&record)["replaces"], Value::Null, "a gazette corrects a line and lets the rest stand");
    notice.document.version = None;
    assert_eq!(superseded(&notice.origin(None, &[]), &notice.classified, &events(), &engine()), None);
}

#[test]
fn signals_are_the_proposed_and_the_rejected_only() {
    let mut fixture = Fixture::new();
    fixture.classified.mentions[0].status = Status::Rejected;
    let records = signals(&fixture.origin(None, &[]), &fixture.classified, &events(), &engine()).unwrap();
    let reasons: Vec<Value> = records.iter().map(|record| json(record)["reason"].clone()).collect();
    assert_eq!(reasons, ["rejected", "demanded"], "the historical candidate is no signal");
    for record in &records {
        assert_valid("signal.v1.json", &json(record));
        assert_eq!(record.to, Destination::Signals);
        assert_eq!(header(record, "ce_type"), Some("signal.v1"));
    }
    assert_eq!(json(&records[1])["codes"], json!({"cameo": "1054"}));
    assert_eq!(records[1].key.as_deref(), Some(&b"BY"[..]));
}

#[test]
fn the_classification_line_fits_its_schema() {
    let fixture = Fixture::new();
    let line = classification_line(&fixture.document, &fixture.classified).unwrap();
    assert!(!line.contains('\n'));
    let value: Value = serde_json::from_str(&line).unwrap();
    assert_valid("classification.v1.json", &value);
    let release = &value["mentions"][0];
    assert_eq!((&release["count"], &release["countQualifier"]), (&json!(123), &json!("at-least")));
    assert_eq!(release["evidence"][0]["quote"], "frees");
    assert_eq!(release["measure"], Value::Null);
    assert_eq!(value["links"][0]["cue"]["quote"], "in exchange");
    assert_eq!(value["suppressed"][0]["cue"], "demand.calls-on");

    let empty = classification_line(&fixture.document, &Classified::default()).unwrap();
    assert_valid("classification.v1.json", &serde_json::from_str(&empty).unwrap());
    assert_valid("classification.v1.json", &serde_json::from_str(&quiet_line(None)).unwrap());
}

#[test]
fn the_line_of_a_rejected_record() {
    let rejected = Rejected { reason: RejectedReason::InvalidJson, detail: "stops at byte 7".into() };
    let line = rejected_line(&rejected);
    assert_eq!(line, r#"{"id":null,"rejected":{"reason":"invalid-json","detail":"stops at byte 7"}}"#);
    assert_valid("classification.v1.json", &serde_json::from_str(&line).unwrap());
}

#[test]
fn evidence_of_markup_quotes_the_original_and_not_the_blanked_text() {
    let mut fixture = Fixture::bare();
    let field = &mut fixture.document.fields[0];
    field.text = "<p>frees</p>".into();
    field.blanked = Some("   frees    ".into());
    fixture.classified.mentions[0].evidence =
        vec![Evidence { role: Role::Trigger, field: 0, start: 0, end: 8, rule: "r".into() }];
    let records = mentions(&fixture.origin(None, &[]), &fixture.classified, &events(), &engine()).unwrap();
    assert_eq!(json(&records[0])["evidence"][0]["selector"][1]["exact"], "<p>frees");
}
