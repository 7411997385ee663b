//! `schemas/asyncapi.yaml` against AsyncAPI's own schema, and against what the builders write.

use std::collections::BTreeSet;

use super::fixture::{Fixture, engine, events, file, through_both_stages};
use sanctions_stream::output::{
    Destination, Emitted, SCHEMA_ALERT, SCHEMA_MENTION, SCHEMA_NEIGHBOUR, SCHEMA_RETRACTION, SCHEMA_SIGNAL,
    SCHEMA_STORY, SCHEMA_WITHDRAWAL, signals,
};
use serde_json::{Value, json};

fn asyncapi() -> Value {
    yaml_serde::from_str(&file("schemas/asyncapi.yaml")).unwrap()
}

#[test]
fn asyncapi_fits_its_own_schema() {
    let schema: Value = serde_json::from_str(&file("tests/schemas/asyncapi-3.0.0.json")).unwrap();
    let validator = jsonschema::draft7::options().build(&schema).unwrap();
    let document = asyncapi();
    let faults: Vec<String> =
        validator.iter_errors(&document).map(|fault| format!("{fault} at {}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "{faults:#?}");

    let mut broken = document;
    broken["channels"]["signals"]["bindings"]["kafka"]["partitions"] = json!("many");
    assert!(!validator.is_valid(&broken), "the schema does not look into Kafka bindings");
}

/// Every `$ref` below a value.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(target)) = members.get("$ref") {
                found.insert(target.clone());
            }
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = asyncapi();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    let (inside, files): (Vec<&String>, Vec<&String>) = found.iter().partition(|target| target.starts_with('#'));
    for target in inside {
        assert!(document.pointer(&target[1..]).is_some(), "{target} leads nowhere");
    }
    let expected = [
        "./alert.v1.json",
        "./article.v1.json",
        "./dead-letter-headers.v1.json",
        "./eu-notice.json",
        "./federal-register-document.json",
        "./list-change.v1.json",
        "./mention.v1.json",
        "./neighbour.v1.json",
        "./news-article.schema-org.json",
        "./ninjs-article.json",
        "./retraction.v1.json",
        "./signal.v1.json",
        "./story.v1.json",
        "./withdrawal.v1.json",
    ];
    assert_eq!(files, expected);
}

#[test]
fn versions_and_schema_ids_are_those_of_the_program() {
    assert_eq!(asyncapi()["info"]["version"], env!("CARGO_PKG_VERSION"));
    let ids = [
        ("alert", SCHEMA_ALERT),
        ("mention", SCHEMA_MENTION),
        ("neighbour", SCHEMA_NEIGHBOUR),
        ("retraction", SCHEMA_RETRACTION),
        ("signal", SCHEMA_SIGNAL),
        ("story", SCHEMA_STORY),
        ("withdrawal", SCHEMA_WITHDRAWAL),
    ];
    for (name, id) in ids {
        let schema: Value = serde_json::from_str(&file(&format!("schemas/{name}.v1.json"))).unwrap();
        assert_eq!(schema["$id"], id);
    }
}

#[test]
fn what_is_written_is_what_asyncapi_says() {
    let (document, fixture) = (asyncapi(), Fixture::new());
    let origin = fixture.origin(None, &[]);
    let mut records = through_both_stages(&fixture);
    records.extend(signals(&origin, &fixture.classified, &events(), &engine()).unwrap());
    for record in &records {
        let topic = match &record.to {
            Destination::Alerts(topic) => topic.as_str(),
            Destination::Signals => "alerts.signals",
            Destination::Mentions | Destination::Withdrawals | Destination::Neighbours => "sanctions.mentions",
            Destination::Stories => "sanctions.stories",
            Destination::DeadLetters => "sanctions.dead-letters",
        };
        let channels = document["channels"].as_object().unwrap();
        let channel = channels.values().find(|channel| channel["address"] == topic).unwrap();
        let fitting = channel["messages"].as_object().unwrap().values().filter(|m| fits(&document, m, record)).count();
        assert_eq!(fitting, 1, "exactly one message of {topic} describes {:?}", record.headers);
    }
}

/// Whether the header schema of a message accepts the headers of a record.
fn fits(document: &Value, message: &Value, record: &Emitted) -> bool {
    let message = document.pointer(&message["$ref"].as_str().unwrap()[1..]).unwrap();
    // The references of the header schema lead into the AsyncAPI document, so it goes in as the root.
    let schema = json!({"components": document["components"], "allOf": [message["headers"]]});
    let text = |value: &Option<Vec<u8>>| String::from_utf8(value.clone().unwrap()).unwrap();
    let headers = record.headers.iter().map(|(name, value)| (name.clone(), text(value).into())).collect();
    jsonschema::draft7::options().build(&schema).unwrap().is_valid(&Value::Object(headers))
}
