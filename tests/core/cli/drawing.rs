//! Snapshots of what is drawn for people, over documents and alerts made by hand.

use std::borrow::Cow;

use sanctions_stream::cli::alert_view::AlertView;
use sanctions_stream::cli::picture;
use sanctions_stream::cli::summary::Summary;
use sanctions_stream::input::{Document, Field, Kind, Source, Standing};
use sanctions_stream::pipeline::{Alerted, Tally};
use sanctions_stream::rules::{
    Classified, Count, Evidence, Link, Mention, Part, Qualifier, Relation, Role, Status, Suppressed,
};
use serde_json::{Value, json};

const BODY: &str = "Belarus released about 120 prisoners, among them Ales Bialiatski, on Saturday, following the US \
                    decision to lift sanctions on Belarusian potash.\n\nThe sanctions were first imposed by the EU in \
                    2020. Some 1,227 remain behind bars.";

fn document() -> Document<'static> {
    let field = |name: &'static str, text: &'static str| Field {
        name: Cow::Borrowed(name),
        text: Cow::Borrowed(text),
        blanked: None,
    };
    Document {
        id: Cow::Borrowed("wire-17"),
        id_derived: false,
        version: None,
        kind: Kind::Article,
        class: None,
        fields: vec![field("headline", "Belarus frees prisoners"), field("body", BODY)],
        published_at: Some("2025-12-13T12:00:00Z".parse().expect("a time")),
        url: None,
        language: None,
        source: Source { name: Some(Cow::Borrowed("Example Wire")), ..Source::default() },
        standing: Standing::Usable,
        correction_of: None,
        embargoed_until: None,
        genres: vec![],
    }
}

fn span(role: Role, words: &str, rule: &str) -> Evidence {
    let start = BODY.find(words).expect("in the text");
    Evidence { role, field: 1, start, end: start + words.len(), rule: rule.to_owned() }
}

fn mention(event: &str, status: Status, rule: &str, evidence: &[(Role, &str)]) -> Mention {
    Mention {
        event: event.to_owned(),
        subtype: None,
        status,
        cameo: "0841".to_owned(),
        authority: vec![],
        target: vec![],
        count: None,
        remaining: None,
        parts: vec![],
        persons: vec![],
        measure: None,
        provisions: vec![],
        date: None,
        destination: vec![],
        criminal: false,
        confidence: 0.87,
        confidence_parts: vec![("trigger", 0.6), ("authority", 0.27)],
        evidence: evidence.iter().map(|(role, words)| span(*role, words, rule)).collect(),
        rule: rule.to_owned(),
    }
}

fn classified() -> Classified {
    let release = Mention {
        subtype: Some("pardon".to_owned()),
        authority: vec!["BY".to_owned()],
        count: Some(Count { value: 120, qualifier: Qualifier::Approximate }),
        remaining: Some(1227),
        parts: vec![Part { count: 114, place: "UA".to_owned() }],
        persons: vec!["Ales Bialiatski".to_owned()],
        destination: vec!["LT".to_owned(), "UA".to_owned()],
        date: Some("2025-12-13".parse().expect("a date")),
        ..mention(
            "prisoner_release",
            Status::Enacted,
            "released.persons.free",
            &[
                (Role::Authority, "Belarus"),
                (Role::Trigger, "released"),
                (Role::Count, "about 120"),
                (Role::Object, "prisoners"),
                (Role::Person, "Ales Bialiatski"),
                (Role::Date, "on Saturday"),
                (Role::Remaining, "1,227"),
            ],
        )
    };
    let lifting = Mention {
        cameo: "085".to_owned(),
        authority: vec!["US".to_owned()],
        target: vec!["BY".to_owned()],
        measure: Some("potash".to_owned()),
        ..mention(
            "sanction_lifted",
            Status::Announced,
            "lifted.sanctions.lift",
            &[
                (Role::Authority, "US"),
                (Role::Trigger, "lift"),
                (Role::Object, "sanctions"),
                (Role::Target, "Belarusian potash"),
                (Role::Measure, "potash"),
                (Role::Cue, "decision to"),
            ],
        )
    };
    let imposed = Suppressed {
        event: "sanction_imposed".to_owned(),
        status: Status::Background,
        reason: "historical",
        rule: "imposed.sanctions.impose".to_owned(),
        cue: Some("historical.first".to_owned()),
        cameo: "163".to_owned(),
        authority: vec!["EU".to_owned()],
        target: vec!["BY".to_owned()],
        evidence: vec![
            span(Role::Trigger, "imposed", "imposed.sanctions.impose"),
            span(Role::Cue, "first", "historical.first"),
            span(Role::Authority, "EU", "imposed.sanctions.impose"),
        ],
    };
    let cue = span(Role::Cue, "following", "link.following");
    let link = Link { from: 0, to: 1, relation: Relation::InResponseTo, cue };
    Classified {
        mentions: vec![release, lifting],
        suppressed: vec![imposed],
        links: vec![link],
        ..Classified::default()
    }
}

fn picture(width: usize) -> Vec<u8> {
    let mut out = Vec::new();
    picture::write(&mut out, &document(), &classified(), width).expect("writes to memory");
    out
}

fn plain(styled: &[u8]) -> String {
    String::from_utf8(anstream::adapter::strip_bytes(styled).into_vec()).expect("UTF-8")
}

#[test]
fn a_picture_says_everything_without_colour() {
    insta::assert_snapshot!("picture", plain(&picture(90)));
}

#[test]
fn a_narrow_picture_stays_within_its_width() {
    let drawn = plain(&picture(40));
    insta::assert_snapshot!("picture-narrow", drawn);
    for line in drawn.lines().skip_while(|line| !line.starts_with("body")).take_while(|line| !line.contains("1.")) {
        assert!(line.chars().count() <= 40, "{line:?}");
    }
}

#[test]
fn colour_comes_on_top() {
    let drawn = String::from_utf8(picture(90)).expect("UTF-8");
    insta::assert_snapshot!("picture-colours", drawn.replace('\u{1b}', "ESC"));
}

#[test]
fn a_document_without_findings_says_so() {
    let mut out = Vec::new();
    picture::write(&mut out, &document(), &Classified::default(), 90).expect("writes to memory");
    insta::assert_snapshot!("picture-quiet", plain(&out));
}

/// Spans that do not cut the text must neither panic nor hide the rest; control characters must not reach a terminal.
#[test]
fn odd_spans_and_control_characters_do_no_harm() {
    let mut document = document();
    document.fields[1].text = Cow::Borrowed("Grüße \u{1b}[31mred\u{7}, Ales");
    let out_of = |start, end, field| Evidence { role: Role::Trigger, field, start, end, rule: String::new() };
    let mut found = classified();
    found.mentions[0].evidence = vec![out_of(3, 4, 1), out_of(5, 2, 1), out_of(0, 999, 1), out_of(0, 1, 9)];
    let mut out = Vec::new();
    picture::write(&mut out, &document, &found, 90).expect("writes to memory");
    let drawn = plain(&out);
    assert!(drawn.contains("Grüße [31mred, Ales"), "{drawn}");
}

fn evidence(role: &str, words: &str) -> Value {
    let start = BODY.find(words).expect("in the text");
    let end = start + words.len();
    let before = BODY[..start].char_indices().rev().nth(31).map_or(0, |(at, _)| at);
    let after = BODY[end..].char_indices().nth(32).map_or(BODY.len(), |(at, _)| end + at);
    json!({
        "role": role, "field": "body", "byteStart": start, "byteEnd": end, "ruleId": "r",
        "selector": [
            {"type": "TextPositionSelector", "start": start, "end": end},
            {"type": "TextQuoteSelector", "exact": words, "prefix": &BODY[before..start], "suffix": &BODY[end..after]},
        ],
    })
}

fn alerts() -> [Value; 2] {
    let document = json!({"id": "wire-17", "publisher": "Example Wire", "publishedAt": "2025-12-13T12:00:00Z"});
    let release = json!({
        "id": "1f", "storyId": "s1", "action": "opened", "type": "prisoner_release", "status": "enacted",
        "authority": [{"id": "BY"}], "target": {"country": [], "name": []},
        "counts": {"persons": {"value": 120, "qualifier": "approximate"}}, "persons": [{"name": "Ales Bialiatski"}],
        "evidence": [evidence("trigger", "released"), evidence("count", "about 120"), evidence("person", "Ales Bialiatski")],
        "linkedTo": [{"storyId": "s2", "basis": "cue", "type": "sanction_lifted", "relation": "in_response_to", "direction": "outgoing"}],
        "document": document,
    });
    let lifting = json!({
        "id": "2e", "storyId": "s2", "action": "opened", "type": "sanction_lifted", "status": "announced",
        "authority": [{"id": "US"}], "target": {"country": ["BY"], "name": []}, "measure": "potash",
        "evidence": [evidence("authority", "US"), evidence("trigger", "lift"), evidence("target", "Belarusian potash"),
            evidence("measure", "potash")],
        "linkedTo": [{"storyId": "s1", "basis": "cue", "type": "prisoner_release", "relation": "in_response_to", "direction": "incoming"}],
        "document": document,
    });
    [release, lifting]
}

#[test]
fn alerts_are_drawn_with_their_words_and_their_links() {
    let (mut view, mut out) = (AlertView::new(100), Vec::new());
    let alerts = alerts();
    alerts.iter().for_each(|alert| view.learn(alert));
    for alert in &alerts {
        view.write(&mut out, alert).expect("writes to memory");
    }
    let sources = json!({"count": 6, "independentCount": 5, "publishers": ["Example Wire", "B", "C", "D", "E"]});
    let mut grown = alerts[0].clone();
    grown["action"] = "corroborated".into();
    grown["sources"] = sources.clone();
    grown["linkedTo"] = json!([]);
    view.write(&mut out, &grown).expect("writes to memory");
    grown["action"] = "updated".into();
    grown["changed"] = json!([{"field": "count", "from": [], "to": ["123"]}]);
    view.write(&mut out, &grown).expect("writes to memory");
    grown["changed"] = json!([{"field": "linkedTo", "from": [], "to": ["s2"]}]);
    grown["linkedTo"] = json!([{"storyId": "s2", "type": "sanction_lifted", "relation": "in_response_to", "direction": "outgoing", "basis": "pattern"}]);
    grown["evidence"] = json!([]);
    view.write(&mut out, &grown).expect("writes to memory");
    let retracted =
        json!({"action": "retracted", "storyId": "s2", "type": "sanction_lifted", "document": {"id": "wire-17"}});
    view.write(&mut out, &retracted).expect("writes to memory");
    insta::assert_snapshot!("alerts", plain(&out));
}

#[test]
fn odd_alerts_are_drawn_as_far_as_they_go() {
    let mut view = AlertView::new(100);
    for odd in [
        json!({}),
        json!(null),
        json!({"type": 7, "evidence": [{"role": "trigger", "field": "body", "byteStart": 0, "byteEnd": 9, "selector": []}]}),
        json!({"evidence": [{"role": "trigger", "field": "b", "byteStart": 3, "byteEnd": 5, "selector": {"exact": "ö", "prefix": "abc"}}]}),
        json!({"linkedTo": [{}], "authority": "US", "counts": {"persons": 3}}),
    ] {
        let mut out = Vec::new();
        view.write(&mut out, &odd).expect("writes to memory");
        assert!(!out.is_empty(), "{odd}");
    }
}

#[test]
fn a_summary_adds_up() {
    let mut summary = Summary::default();
    summary.add(&Tally { quiet: true, ..Tally::default() });
    let alerted = |event: &str, action| Alerted { event: event.to_owned(), status: "enacted", action };
    let alerts = vec![alerted("sanction_lifted", "opened"), alerted("prisoner_release", "corroborated")];
    let mentions = vec![("sanction_lifted".to_owned(), "announced"); 2];
    summary.add(&Tally {
        mentions,
        alerts,
        suppressed: vec!["historical", "historical", "demanded"],
        ..Tally::default()
    });
    summary.add(&Tally { rejected: Some("invalid-json"), ..Tally::default() });
    let mut out = Vec::new();
    summary.write(&mut out, None).expect("writes to memory");
    insta::assert_snapshot!("summary", plain(&out));
}
