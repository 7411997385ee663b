//! Each shape from an example in our own words, and each reason of rejection.

use super::*;

fn record(json: &str) -> Record<'_> {
    Record { key: None, value: Some(json.as_bytes()), headers: &[] }
}

fn read(json: &str) -> Document<'_> {
    let opened = open(&record(json), Limits::default()).unwrap_or_else(|r| panic!("{r:?}\n{json}"));
    let document = opened.document().expect("what opens decodes");
    assert_eq!((document.kind, document.standing), (opened.kind(), opened.standing()));
    document
}

fn rejected(json: &str) -> Rejected {
    open(&record(json), Limits::default()).map(|_| ()).expect_err(json)
}

/// Rejects `json` for `reason`, with a detail that holds every one of `parts`.
#[track_caller]
fn check_rejected(json: &str, reason: RejectedReason, parts: &[&str]) {
    let rejected = rejected(json);
    assert_eq!(rejected.reason, reason, "{rejected:?}");
    for part in parts {
        assert!(rejected.detail.contains(part), "{part} not in: {}", rejected.detail);
    }
}

fn texts<'d>(document: &'d Document<'_>) -> Vec<(&'d str, &'d str)> {
    document.fields.iter().map(|f| (&*f.name, &*f.text)).collect()
}

#[test]
fn a_flat_article_is_read_in_full() {
    let document = read(
        r#"{"id":"wire-77","version":2,"url":"https://example.org/77","headline":"Minsk frees 14","description":"Short.",
        "body":"Fourteen people left prison.\n\nMore soon.","publishedAt":"2025-06-21T14:00:00+02:00","language":"en-GB",
        "source":{"name":"Daily Example","uri":"https://example.org","country":"GB","originator":"AP"},
        "pubStatus":"withheld","embargoedUntil":"2025-06-22","genres":["Analysis",{"name":"Background"}],
        "correctionOf":"wire-70","people":[{"name":"unread"}]}"#,
    );
    assert_eq!(document.id, "wire-77");
    assert!(!document.id_derived);
    assert_eq!(document.version.as_deref(), Some("2"));
    assert_eq!(document.kind, Kind::Article);
    assert_eq!(
        texts(&document),
        [
            ("headline", "Minsk frees 14"),
            ("description", "Short."),
            ("body", "Fourteen people left prison.\n\nMore soon.")
        ]
    );
    assert!(document.fields[0].is_headline() && !document.fields[2].is_headline());
    assert_eq!(document.published_at.map(|t| t.to_string()).as_deref(), Some("2025-06-21T12:00:00Z"));
    assert_eq!(document.embargoed_until.map(|t| t.to_string()).as_deref(), Some("2025-06-22T00:00:00Z"));
    assert_eq!(document.url.as_deref(), Some("https://example.org/77"));
    assert_eq!(document.language.as_deref(), Some("en-GB"));
    assert_eq!(document.source.name.as_deref(), Some("Daily Example"));
    assert_eq!(document.source.country.as_deref(), Some("GB"));
    assert_eq!(document.source.originator.as_deref(), Some("AP"));
    assert_eq!(document.standing, Standing::Withheld);
    assert_eq!(document.genres, ["Analysis", "Background"]);
    assert_eq!(document.correction_of.as_deref(), Some("wire-70"));
}

#[test]
fn ninjs_3_reads_the_main_plain_text_of_its_arrays() {
    let document = read(
        r#"{"uri":"urn:example:9","version":"4","versionCreated":"2025-09-11T10:00:00Z","firstCreated":"2025-09-10",
        "pubStatus":"usable","language":"en","headlines":[{"role":"short","value":"52 freed"},
        {"role":"main","value":"Belarus lets 52 go"}],"descriptions":[{"value":"A teaser."}],
        "bodies":[{"role":"main","contentType":"text/html","value":"<p>Fifty-two.</p>"},
        {"role":"main","contentType":"text/plain","value":"Fifty-two."}],
        "infoSources":[{"name":"Herald","uri":"https://herald.example"},{"name":"Reuters","role":"origin"}],
        "genres":[{"name":"History"}]}"#,
    );
    assert_eq!(document.id, "urn:example:9");
    assert_eq!(
        texts(&document),
        [
            ("headlines[1].value", "Belarus lets 52 go"),
            ("descriptions[0].value", "A teaser."),
            ("bodies[1].value", "Fifty-two.")
        ]
    );
    assert!(document.fields[0].is_headline());
    assert_eq!(document.published_at.map(|t| t.to_string()).as_deref(), Some("2025-09-11T10:00:00Z"));
    assert_eq!(document.source.name.as_deref(), Some("Herald"));
    assert_eq!(document.source.originator.as_deref(), Some("Reuters"));
    assert_eq!(document.genres, ["History"]);
}

#[test]
fn ninjs_2_spells_its_arrays_in_lower_case() {
    let document = read(
        r#"{"uri":"u","versioncreated":"2020-01-02T03:04:05Z","pubstatus":"usable",
        "headlines":[{"value":"Embargo eased"}],
        "bodies":[{"role":"html","contenttype":"text/html","value":"<p>It &amp; more.</p>"}],
        "infosources":[{"name":"Agency"}]}"#,
    );
    assert_eq!(texts(&document)[1], ("bodies[0].value", "<p>It &amp; more.</p>"));
    assert_eq!(document.fields[1].reading(), "\n  It &\u{1}\u{1}\u{1}\u{1} more.\n   ");
    assert_eq!(document.source.name.as_deref(), Some("Agency"));
}

#[test]
fn ninjs_1_has_one_body_in_several_formats() {
    let document = read(
        r#"{"uri":"u1","versioncreated":"2015-01-02","headline":"H","description_text":"D",
        "body_xhtml":"<p>X</p>","body_text":"plain"}"#,
    );
    assert_eq!(texts(&document), [("headline", "H"), ("description_text", "D"), ("body_text", "plain")]);
    let document = read(r#"{"uri":"u1","body_html":"no tags, declared &c"}"#);
    assert_eq!(texts(&document), [("body_html", "no tags, declared &c")]);
}

#[test]
fn schema_org_articles_are_told_by_their_type() {
    let document = read(
        r#"{"@context":"https://schema.org","@type":["Thing","schema:NewsArticle"],"headline":"Ban ends","articleBody":"It ended.",
        "datePublished":"Sat, 13 Dec 2025 09:30:00 GMT","dateModified":"2025-12-14","identifier":{"@type":"PropertyValue","value":9},
        "publisher":{"@type":"Organization","name":"Post","url":"https://post.example"},"inLanguage":{"alternateName":"en"},
        "mainEntityOfPage":{"@id":"https://post.example/9"},
        "author":[{"@type":"Person","name":"A. Writer"},{"@type":"NewsMediaOrganization","name":"AFP"}]}"#,
    );
    assert_eq!(document.id, "9");
    assert_eq!(document.class.as_deref(), Some("schema:NewsArticle"));
    assert_eq!(texts(&document), [("headline", "Ban ends"), ("articleBody", "It ended.")]);
    assert_eq!(document.published_at.map(|t| t.to_string()).as_deref(), Some("2025-12-13T09:30:00Z"));
    assert_eq!(document.language.as_deref(), Some("en"));
    assert_eq!(document.url.as_deref(), Some("https://post.example/9"));
    assert_eq!(document.source.name.as_deref(), Some("Post"));
    assert_eq!(document.source.uri.as_deref(), Some("https://post.example"));
    assert_eq!(document.source.originator.as_deref(), Some("AFP"));
}

#[test]
fn federal_register_documents_are_notices() {
    let document = read(
        r#"{"document_number":"2025-00001","title":"Notice of Example Actions","type":"Proposed Rule","subtype":null,
        "abstract":"Two persons were added.","action":"Notice.","dates":"See text.","publication_date":"2025-03-04",
        "agency_names":["Example Department","Office"],"agencies":[{"name":"x"}],"correction_of":null,
        "html_url":"https://example.gov/1","citation":"90 FR 1"}"#,
    );
    assert_eq!((&*document.id, document.kind), ("2025-00001", Kind::Notice));
    assert_eq!(document.class.as_deref(), Some("Proposed Rule"));
    assert_eq!(
        texts(&document),
        [("title", "Notice of Example Actions"), ("abstract", "Two persons were added."), ("action", "Notice.")]
    );
    assert_eq!(document.source.name.as_deref(), Some("Example Department"));
    assert_eq!(document.source.country.as_deref(), Some("US"));
    assert_eq!(document.url.as_deref(), Some("https://example.gov/1"));
    assert_eq!(document.correction_of, None);
}

#[test]
fn eu_notices_are_known_by_their_celex_number() {
    let document = read(
        r#"{"celex":"32025D0001","title":"Council Decision on measures","date":"2025-02-24","type":"Decision CFSP","text":"Article 1"}"#,
    );
    assert_eq!((&*document.id, document.kind), ("32025D0001", Kind::Notice));
    assert_eq!(document.class.as_deref(), Some("Decision CFSP"));
    assert_eq!(texts(&document), [("title", "Council Decision on measures"), ("text", "Article 1")]);
    assert_eq!(document.source.country.as_deref(), Some("EU"));
}

#[test]
fn list_changes_name_their_entries_by_path() {
    let document = read(
        r#"{"authority":"OFAC","list":"SDN","action":"removed","date":"2025-03-21","program":"EXAMPLE",
        "entries":[{"name":"Acme Shipping","country":"RU","aliases":["unread"]},"Borealis Ltd"]}"#,
    );
    assert_eq!(document.kind, Kind::ListChange);
    assert_eq!(
        texts(&document),
        [
            ("authority", "OFAC"),
            ("list", "SDN"),
            ("action", "removed"),
            ("program", "EXAMPLE"),
            ("entries[0].name", "Acme Shipping"),
            ("entries[0].country", "RU"),
            ("entries[1]", "Borealis Ltd"),
        ]
    );
    assert!(document.id_derived);
    assert_eq!(document.source.name.as_deref(), Some("OFAC"));
}

#[test]
fn list_changes_of_one_day_have_different_ids() {
    let change = |name: &str| {
        let json = format!(
            r#"{{"authority":"A","list":"L","action":"added","date":"2025-01-01","entries":[{{"name":"{name}"}}]}}"#
        );
        read(&json).id.into_owned()
    };
    assert_ne!(change("one"), change("two"));
}

#[test]
fn fields_of_other_shapes_are_no_business_of_an_article() {
    let document = read(
        r#"{"id":"a","headline":"H","type":7,"entries":{},"list":1,"date":"soon","action":[],"document_number":5,
        "celex":false,"title":{},"text":3}"#,
    );
    assert_eq!(texts(&document), [("headline", "H")]);
}

#[test]
fn an_id_is_derived_from_the_url_else_from_what_there_is() {
    let by_url = read(r#"{"url":"https://example.org/a","headline":"H"}"#);
    assert!(by_url.id_derived);
    assert_eq!(by_url.id, "b5b10dd0429e69ac7cfaf0a20b6901c1265c50b55d1751bcb684ed96ef7b300a");
    let a = read(r#"{"headline":"H","source":"S","publishedAt":"2025-01-01T00:00:00Z"}"#);
    let b = read(r#"{"publishedAt":"2025-01-01","source":{"name":"S"},"headline":"\u0048","x":1}"#);
    let c = read(r#"{"headline":"H2","source":"S","publishedAt":"2025-01-01"}"#);
    assert_eq!(a.id, b.id);
    assert_ne!(a.id, c.id);
    assert_ne!(read(r#"{"body":"one"}"#).id, read(r#"{"body":"two"}"#).id);
    assert_eq!(read(r#"{"id":" ","headline":"H"}"#).id.len(), 64);
    let numbered = read(r#"{"id":12345678901234567890123,"headline":"H"}"#);
    assert_eq!((&*numbered.id, numbered.id_derived), ("12345678901234567890123", false));
}

#[test]
fn a_cancellation_needs_no_text_but_a_name() {
    let document = read(r#"{"uri":"urn:x:1","version":"3","pubstatus":"stat:canceled"}"#);
    assert_eq!((document.standing, document.fields.len()), (Standing::Canceled, 0));
    check_rejected(r#"{"pubStatus":"canceled"}"#, RejectedReason::NoText, &["nothing to read"]);
    check_rejected(r#"{"id":"1","pubStatus":"withheld"}"#, RejectedReason::NoText, &[]);
}

#[test]
fn markup_is_blanked_whether_declared_or_not() {
    let document = read(r#"{"headline":"R&amp;D","body":"<p>It<\/p><script>x<\/script>"}"#);
    assert_eq!(document.fields[0].reading(), "R&\u{1}\u{1}\u{1}\u{1}D");
    assert_eq!(document.fields[1].reading().split_whitespace().collect::<Vec<_>>(), ["It"]);
    assert_eq!(read(r#"{"headline":"1 < 2"}"#).fields[0].blanked, None);
}

#[test]
fn plain_strings_are_borrowed_and_escaped_ones_owned() {
    use std::borrow::Cow;
    let document = read(r#"{"headline":"plain","body":"two\nlines"}"#);
    assert!(matches!(document.fields[0].text, Cow::Borrowed("plain")));
    assert!(matches!(&document.fields[1].text, Cow::Owned(text) if text == "two\nlines"));
}

#[test]
fn values_that_are_no_document_are_told_apart() {
    let reason = |value: Option<&[u8]>, max_bytes| {
        let record = Record { key: None, value, headers: &[] };
        open(&record, Limits { max_bytes }).map(|_| ()).map_err(|r| r.reason)
    };
    assert_eq!(reason(None, 10), Err(RejectedReason::Tombstone));
    assert_eq!(reason(Some(b""), 10), Err(RejectedReason::Empty));
    assert_eq!(reason(Some(b"{\"headline\":\"H\"}"), 15), Err(RejectedReason::TooLarge));
    assert_eq!(reason(Some(b"{\"headline\":\"H\"}"), 16), Ok(()));
    assert_eq!(reason(Some(b"{\"headline\":\"\xff\"}"), 99), Err(RejectedReason::InvalidUtf8));
    assert_eq!(reason(Some(b"{\"headline\":"), 99), Err(RejectedReason::InvalidJson));
    assert_eq!(reason(Some(b"[1]"), 99), Err(RejectedReason::NotAnObject));
    check_rejected(
        &format!("{{\"x\":{}1{}}}", "[".repeat(400), "]".repeat(400)),
        RejectedReason::TooDeep,
        &["byte 5", "127"],
    );
}

#[test]
fn wrong_types_name_field_place_and_expectation() {
    check_rejected(
        r#"{"headline":7}"#,
        RejectedReason::WrongType,
        &["`headline` at byte 12 is a number (7)", "a string"],
    );
    check_rejected(r#"{"headline":"H","id":1.5}"#, RejectedReason::WrongType, &["`id`", "whole number"]);
    check_rejected(r#"{"headline":"H","source":[]}"#, RejectedReason::WrongType, &["`source`", "an array"]);
    check_rejected(r#"{"headline":"H","source":{"name":{}}}"#, RejectedReason::WrongType, &["`source.name`"]);
    check_rejected(
        r#"{"headlines":[{"value":"H"},{"value":3}]}"#,
        RejectedReason::WrongType,
        &["`headlines[1].value`"],
    );
    check_rejected(r#"{"headlines":true}"#, RejectedReason::WrongType, &["`headlines`", "a boolean"]);
    check_rejected(r#"{"bodies":[3]}"#, RejectedReason::WrongType, &["`bodies[0]`"]);
    check_rejected(
        r#"{"headline":"H","pubstatus":"maybe"}"#,
        RejectedReason::WrongType,
        &["`pubstatus`", "maybe", "withheld"],
    );
    check_rejected(r#"{"headline":"H","genres":[true]}"#, RejectedReason::WrongType, &["`genres[0]`"]);
    check_rejected(r#"{"headline":"H","publishedAt":1765618200}"#, RejectedReason::WrongType, &["`publishedAt`"]);
    check_rejected(r#"{"headline":"H","body":["a"]}"#, RejectedReason::WrongType, &["`body`"]);
}

#[test]
fn dates_name_field_and_value() {
    check_rejected(
        r#"{"headline":"H","publishedAt":"yesterday"}"#,
        RejectedReason::InvalidDate,
        &["`publishedAt` at byte 30", "\"yesterday\"", "RFC 3339"],
    );
    check_rejected(r#"{"headline":"H","embargoedUntil":"0001-01-01"}"#, RejectedReason::InvalidDate, &["1900 to 2200"]);
    check_rejected(
        r#"{"@type":"NewsArticle","headline":"H","datePublished":"2025-01-01","dateModified":"later"}"#,
        RejectedReason::InvalidDate,
        &["`dateModified`"],
    );
    assert_eq!(read(r#"{"headline":"H","publishedAt":""}"#).published_at, None);
}

#[test]
fn texts_that_say_nothing_are_no_texts() {
    for json in [
        r#"{"headline":" ","body":"\n"}"#,
        r#"{"headline":null,"body":"<p>&nbsp;</p>"}"#,
        r#"{"headlines":[],"uri":"u"}"#,
        r#"{"document_number":"1","title":""}"#,
        r#"{"authority":"A","list":"L","action":"added","entries":[]}"#,
    ] {
        check_rejected(json, RejectedReason::NoText, &["expected"]);
    }
    assert_eq!(texts(&read(r#"{"body":" ","body_html":"<p>Text</p>"}"#)), [("body_html", "<p>Text</p>")]);
}

#[test]
fn what_no_shape_knows_is_listed() {
    check_rejected(r#"{"id":"1","x":2}"#, RejectedReason::UnknownShape, &["only: id", "document_number"]);
    check_rejected("{}", RejectedReason::UnknownShape, &["none of the known fields"]);
    check_rejected(r#"{"@type":"Person","headline":"H"}"#, RejectedReason::UnknownShape, &["Person", "NewsArticle"]);
    check_rejected(r#"{"list":"L","action":"added","entries":["x"]}"#, RejectedReason::UnknownShape, &["`authority`"]);
}

#[test]
fn list_changes_are_checked() {
    let change = |action: &str, entries: &str| {
        format!(r#"{{"authority":"A","list":"L","action":"{action}","entries":{entries}}}"#)
    };
    check_rejected(
        &change("changed", r#"["x"]"#),
        RejectedReason::WrongType,
        &["`action`", "added, removed or amended"],
    );
    check_rejected(&change("added", r#"[{"country":"RU"}]"#), RejectedReason::WrongType, &["`entries[0]`", "a name"]);
    check_rejected(&change("added", "7"), RejectedReason::WrongType, &["`entries`"]);
    check_rejected(
        &change("added", r#"[{"name":"x","country":["RU"]}]"#),
        RejectedReason::WrongType,
        &["`entries[0].country`"],
    );
}

#[path = "event_tests.rs"]
mod events;
