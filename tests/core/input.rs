//! Properties of `input` that hold for every record, and the schemas held against what is read.

use proptest::prelude::*;
use sanctions_stream::input::{
    Document, FILLER, Header, Limits, Record, RejectedReason, blank, looks_like_markup, needs_decoding, open,
};
use serde_json::{Map, Value, json};

fn read(json: &str) -> Document<'_> {
    let record = Record { key: None, value: Some(json.as_bytes()), headers: &[] };
    open(&record, Limits::default()).and_then(|opened| opened.document()).unwrap_or_else(|r| panic!("{r:?}\n{json}"))
}

/// One record of every shape, with nothing left out that is read.
fn samples() -> Vec<Value> {
    vec![
        json!({"id": "a-1", "version": "1", "url": "https://news.example/1", "headline": "Union lifts oil embargo",
            "description": "After a decade.", "body": "<p>The embargo &ndash; in force since May &ndash; ended.</p>",
            "publishedAt": "2025-06-01T08:00:00Z", "language": "en", "pubStatus": "usable", "genres": ["Background"],
            "source": {"name": "Courier", "uri": "https://news.example", "country": "IE", "originator": "Reuters"}}),
        json!({"uri": "urn:n:3", "version": "7", "versionCreated": "2025-06-01T08:00:00Z", "pubStatus": "usable",
            "headlines": [{"role": "main", "value": "Nine detainees walk free"}],
            "bodies": [{"role": "main", "contentType": "text/plain", "value": "Nine.\nAll nine."}],
            "infoSources": [{"name": "Agency"}], "genres": [{"name": "Analysis"}]}),
        json!({"uri": "urn:n:1", "versioncreated": "2016-06-01", "headline": "Truce", "description_text": "T.",
            "body_xhtml": "<p>Both sides <em>ex</em>changed prisoners.</p>", "pubstatus": "withheld"}),
        json!({"@type": "NewsArticle", "headline": "Travel ban widened", "articleBody": "Ten more names.",
            "datePublished": "Mon, 02 Jun 2025 10:00:00 GMT", "identifier": 17, "publisher": {"name": "Mirror"}}),
        json!({"document_number": "2025-1", "title": "Notice of listing", "abstract": "Three entities.",
            "type": "Notice", "publication_date": "2025-06-03", "agency_names": ["Agency"]}),
        json!({"celex": "32025R0001", "title": "Implementing Regulation", "date": "2025-06-04", "text": "Annex I"}),
        json!({"authority": "OFSI", "list": "Consolidated", "action": "added", "date": "2025-06-05",
            "entries": [{"name": "Vessel One", "country": "PA"}, {"name": "Vessel Two"}]}),
    ]
}

/// Any JSON value, nested a little.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..4).prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    })
}

/// Text made of the pieces that markup is made of.
fn marked_up() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("<p>".to_owned()),
        Just("</p>".to_owned()),
        Just("<b>".to_owned()),
        Just("<br/>".to_owned()),
        Just("<a title=\"\u{e9} > x\">".to_owned()),
        Just("<script>".to_owned()),
        Just("</script>".to_owned()),
        Just("<!-- \u{20ac} -->".to_owned()),
        Just("<![CDATA[".to_owned()),
        Just("]]>".to_owned()),
        Just("&rsquo;".to_owned()),
        Just("&#8217;".to_owned()),
        Just("&#x1F600;".to_owned()),
        Just("sanctions".to_owned()),
        "[<>&;#\"'/= a-z\u{e9}\u{1}\n!-]{0,6}",
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// A JSON string with some of its characters escaped that need not be.
fn escaped(text: &str, escape: &[bool]) -> String {
    let mut out = String::from("\"");
    for (index, character) in text.chars().enumerate() {
        if character.is_ascii() && escape[index % escape.len()] {
            out.push_str(&format!("\\u{:04x}", u32::from(character)));
        } else {
            let json = serde_json::to_string(&character).expect("a character");
            out.push_str(&json[1..json.len() - 1]);
        }
    }
    out.push('"');
    out
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_rejected(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let record = Record { key: None, value: Some(&bytes), headers: &[] };
        let _ = open(&record, Limits::default());
        let _ = needs_decoding(&bytes);
    }

    #[test]
    fn any_object_that_opens_decodes(
        sample in 0_usize..7,
        field in any::<prop::sample::Index>(),
        value in any_json(),
        cut in any::<prop::sample::Index>(),
        flip in any::<u8>(),
    ) {
        let Value::Object(mut object) = samples().swap_remove(sample) else { unreachable!() };
        let name = object.keys().nth(field.index(object.len())).cloned().expect("a field");
        object.insert(name, value);
        let mut bytes = Value::Object(object).to_string().into_bytes();
        for damaged in [false, true] {
            if damaged {
                let at = cut.index(bytes.len());
                bytes[at] = flip;
            }
            let record = Record { key: None, value: Some(&bytes), headers: &[] };
            if let Ok(opened) = open(&record, Limits::default()) {
                let document = opened.document();
                prop_assert!(document.is_ok(), "{document:?}");
                let document = document.expect("just checked");
                prop_assert!(document.fields.iter().all(|f| !f.text.trim().is_empty()));
                prop_assert!(document.fields.iter().all(|f| f.reading().len() == f.text.len()));
            }
        }
    }

    #[test]
    fn any_headers_are_read_or_rejected(
        headers in prop::collection::vec((
            prop_oneof![Just("ce_id".to_owned()), Just("ce_time".to_owned()), Just("content-type".to_owned()), any::<String>()],
            prop::option::of(prop_oneof![Just(b"application/cloudevents".to_vec()), prop::collection::vec(any::<u8>(), 0..9)]),
        ), 0..6),
    ) {
        let headers: Vec<Header<'_>> =
            headers.iter().map(|(name, value)| Header { name, value: value.as_deref() }).collect();
        let record = Record { key: None, value: Some(b"{\"headline\":\"H\"}"), headers: &headers };
        if let Err(rejected) = open(&record, Limits::default()) {
            prop_assert!(matches!(rejected.reason, RejectedReason::InvalidCloudEvent | RejectedReason::InvalidDate));
        }
    }

    #[test]
    fn unknown_fields_change_nothing(
        sample in 0_usize..7,
        unknown in prop::collection::vec(("x[a-zA-Z_\u{e9}\"\\\\]{0,12}", any_json()), 1..5),
        first in any::<bool>(),
    ) {
        let Value::Object(plain) = samples().swap_remove(sample) else { unreachable!() };
        let before = Value::Object(plain.clone()).to_string();
        let unknown: Map<String, Value> = unknown.into_iter().collect();
        let unknown = Value::Object(unknown).to_string();
        let (known, unknown) = (&before[1..before.len() - 1], &unknown[1..unknown.len() - 1]);
        let after = if first { format!("{{{unknown},{known}}}") } else { format!("{{{known} , {unknown}}}") };
        prop_assert_eq!(read(&before), read(&after));
    }

    #[test]
    fn derived_ids_depend_on_the_content_alone(headline in "[a-zA-Z\u{e9}\"\\\\ ]{1,20}x", extra in any_json()) {
        let a = json!({"headline": headline, "source": {"name": "S"}, "publishedAt": "2025-01-01"}).to_string();
        let b = format!(
            "{{ \"x1\" : {extra},\n\"publishedAt\":\"2025-01-01T01:00:00+01:00\",\"source\":\"S\",\"headline\":{} }}",
            Value::from(headline)
        );
        let (a, b) = (read(&a), read(&b));
        prop_assert!(a.id_derived && a.id.len() == 64);
        prop_assert_eq!(a.id, b.id);
    }

    #[test]
    fn blanking_keeps_every_offset(text in prop_oneof![any::<String>(), marked_up()]) {
        let blanked = blank(&text);
        prop_assert_eq!(blanked.len(), text.len());
        for (at, character) in blanked.char_indices() {
            if character != FILLER && character != ' ' {
                prop_assert!(text.is_char_boundary(at) && text.is_char_boundary(at + character.len_utf8()));
            }
        }
        let _ = looks_like_markup(&text);
    }

    #[test]
    fn text_without_markup_is_not_touched(text in "[^<&\\]]*") {
        prop_assert_eq!(blank(&text), text);
    }

    #[test]
    fn strings_decode_as_serde_json_decodes_them(text in any::<String>(), escape in prop::collection::vec(any::<bool>(), 1..9)) {
        let string = escaped(&text, &escape);
        let expected: String = serde_json::from_str(&string).expect("a JSON string");
        let json = format!("{{\"headline\":\"H\",\"body\":{string}}}");
        let document = read(&json);
        if let Some(body) = document.fields.get(1) {
            prop_assert_eq!(&body.text, &expected);
        }
    }

    #[test]
    fn no_word_hides_from_a_scan_of_the_raw_bytes(text in marked_up(), escape in prop::collection::vec(any::<bool>(), 1..9)) {
        let string = escaped(&format!("x {text}"), &escape);
        let json = format!("{{\"headline\":{string}}}");
        if !needs_decoding(json.as_bytes()) {
            let document = read(&json);
            let reading = document.fields[0].reading().replace(FILLER, "");
            for word in reading.split(|c: char| !c.is_ascii_alphanumeric()) {
                prop_assert!(json.contains(word), "{word} hides in {json}");
            }
        }
    }
}

#[test]
fn every_sample_is_read() {
    for sample in samples() {
        assert!(!read(&sample.to_string()).fields.is_empty());
    }
}

/// The schemas, by the sample that each is for.
const SCHEMAS: [(&str, &[usize]); 6] = [
    (include_str!("../../schemas/article.v1.json"), &[0]),
    (include_str!("../../schemas/ninjs-article.json"), &[1, 2]),
    (include_str!("../../schemas/news-article.schema-org.json"), &[3]),
    (include_str!("../../schemas/federal-register-document.json"), &[4]),
    (include_str!("../../schemas/eu-notice.json"), &[5]),
    (include_str!("../../schemas/list-change.v1.json"), &[6]),
];

#[test]
fn the_schemas_are_valid_and_their_examples_are_read() {
    for (schema, matching) in SCHEMAS {
        let schema: Value = serde_json::from_str(schema).expect("JSON");
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        jsonschema::meta::validate(&schema).unwrap_or_else(|e| panic!("{e}"));
        assert!(schema["title"].is_string() && schema["description"].is_string());
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let examples = schema["examples"].as_array().expect("examples");
        assert!(!examples.is_empty());
        for example in examples {
            validator.validate(example).unwrap_or_else(|e| panic!("{e}: {example}"));
            read(&example.to_string());
        }
        let samples = samples();
        for &index in matching {
            validator.validate(&samples[index]).unwrap_or_else(|e| panic!("{e}: {}", samples[index]));
        }
    }
}

#[test]
fn what_a_schema_requires_is_missed_when_it_is_not_there() {
    for (schema, _) in SCHEMAS {
        let schema: Value = serde_json::from_str(schema).expect("JSON");
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        assert!(!validator.is_valid(&json!({})) && !validator.is_valid(&json!([])));
    }
}
