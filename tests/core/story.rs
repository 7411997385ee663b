//! The second stage from outside: records of `sanctions.mentions` in, alerts and stories out.
//!
//! Documents and what they say are made by hand, so that these tests hold for any rules. Every record that goes in or
//! comes out is held against its schema.

mod deals;
mod lifecycle;
mod many;
mod memory;
mod order;
mod partitions;
mod said;

use said::{Room, imposed, lifted, release, said};
use serde_json::json;

#[test]
fn many_outlets_are_one_story_and_reprints_are_one_source() {
    let mut room = Room::new();
    let outlets = ["Delfi", "Reuters", "BBC", "DW", "Le Monde", "AFP", "LRT", "RFE", "Nasha Niva", "Meduza", "Zerkalo"];
    for (number, outlet) in outlets.into_iter().enumerate() {
        room.hear(said(&format!("d{number}"), "2025-12-13T10:00:00Z").by(outlet).that(release("BY").count(123)));
        // Ten papers print what the first agency sent.
        room.hear(
            said(&format!("r{number}"), "2025-12-13T11:00:00Z")
                .by(&format!("Paper {number}"))
                .from("Delfi")
                .that(release("BY").count(123)),
        );
    }
    assert_eq!(room.actions(), ["opened", "corroborated", "corroborated", "corroborated"]);
    let told: Vec<u64> = room.alerts.iter().map(|a| a["sources"]["independentCount"].as_u64().unwrap()).collect();
    assert_eq!(told, [1, 2, 5, 10]);
    let stories = room.stories();
    assert_eq!(stories.len(), 1);
    assert_eq!((&stories[0]["independentSources"], stories[0]["reports"].as_array().unwrap().len()), (&json!(11), 22));
    assert_eq!(stories[0]["revision"], 4);
}

#[test]
fn equal_texts_without_a_credit_are_one_source() {
    let mut room = Room::new();
    for outlet in ["Delfi", "LRT", "15min"] {
        room.hear(
            said(outlet, "2025-12-13T10:00:00Z").by(outlet).text("The same words.").that(release("BY").count(123)),
        );
    }
    assert_eq!(room.actions(), ["opened"]);
}

#[test]
fn announcement_execution_and_follow_up_are_one() {
    let mut room = Room::new();
    room.hear(said("a", "2025-12-13T10:00:00Z").that(lifted("US", "BY").measure("potash").announced()));
    room.hear(said("b", "2025-12-15T10:00:00Z").that(lifted("US", "BY").measure("potash")));
    room.hear(said("c", "2025-12-17T10:00:00Z").that(lifted("US", "BY")));
    assert_eq!(room.actions(), ["opened", "updated"], "the third source is no milestone and says nothing new");
    assert_eq!(room.alerts[1]["changed"], json!([{"field": "status", "from": ["announced"], "to": ["enacted"]}]));
    assert_eq!(room.stories().len(), 1);
}

#[test]
fn packages_and_days_of_a_series_are_different_stories() {
    let mut room = Room::new();
    room.hear(said("a", "2023-02-04T10:00:00Z").that(release("RU").target("UA").count(116)));
    room.hear(said("b", "2023-02-16T10:00:00Z").that(release("RU").target("UA").count(101)));
    room.hear(said("c", "2023-02-25T10:00:00Z").that(imposed("EU", "RU")));
    room.hear(said("d", "2023-06-21T10:00:00Z").that(imposed("EU", "RU")));
    room.hear(said("e", "2023-02-25T12:00:00Z").that(imposed("GB", "RU")));
    // Two days running, the same number: the texts give the days.
    room.hear(said("f", "2023-11-25T23:00:00Z").that(release("Hamas").count(13).on("2023-11-24")));
    room.hear(said("g", "2023-11-26T23:00:00Z").that(release("Hamas").count(13).on("2023-11-26")));
    assert_eq!(room.actions(), ["opened"; 7]);
}

#[test]
fn people_freed_separately_are_different_stories_and_spellings_of_a_name_are_not() {
    let mut room = Room::new();
    room.hear(said("a", "2025-09-11T10:00:00Z").that(release("BY").person("Ihar Losik")));
    room.hear(said("b", "2025-09-11T10:00:00Z").that(release("BY").person("Maria Kalesnikava")));
    room.hear(said("c", "2025-09-12T10:00:00Z").that(release("BY").person("Мария Колесникова")));
    assert_eq!(room.actions(), ["opened", "opened", "corroborated"]);
    // A group has room for both.
    room.hear(said("d", "2025-12-13T10:00:00Z").that(release("BY").count(123).person("Ales Bialiatski")));
    room.hear(said("e", "2025-12-13T10:00:00Z").that(release("BY").person("Viktar Babaryka")));
    assert_eq!(room.actions()[3..], ["opened", "updated"]);
    assert_eq!(room.alerts[4]["story"]["persons"], json!(["Ales Bialiatski", "Viktar Babaryka"]));
}

#[test]
fn numbers_that_differ_stand_side_by_side() {
    let mut room = Room::new();
    room.hear(said("a", "2024-08-01T10:00:00Z").that(release("RU").count(24)));
    room.hear(said("b", "2024-08-01T11:00:00Z").that(release("RU").count(26)));
    room.hear(said("c", "2024-08-01T12:00:00Z").that(release("RU").count(26)));
    assert_eq!(room.actions(), ["opened", "corroborated"]);
    let story = &room.stories()[0];
    assert_eq!(story["count"], 26);
    assert_eq!(
        story["counts"],
        json!([{"value": 24, "qualifier": "exact", "reports": 1}, {"value": 26, "qualifier": "exact", "reports": 2}])
    );
}

#[test]
fn what_one_report_leaves_out_another_one_fills_in() {
    let mut room = Room::new();
    room.hear(said("a", "2023-02-09T10:00:00Z").names(&["NI", "US"]).that(release("").count(222)));
    room.hear(said("b", "2023-02-09T12:00:00Z").that(release("NI").person("Felix Maradiaga")));
    room.hear(said("c", "2023-02-10T12:00:00Z").that(release("").target("NI").count(222)));
    // Nothing in common with it but the type.
    room.hear(said("d", "2023-02-09T12:00:00Z").names(&["MM"]).that(release("")));
    assert_eq!(room.actions(), ["opened", "updated", "updated", "opened"]);
    let fields: Vec<&str> =
        room.alerts[1]["changed"].as_array().unwrap().iter().map(|c| c["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["authority", "persons"]);
}

#[test]
fn a_document_without_a_date_joins_by_what_it_says() {
    let mut room = Room::new();
    room.hear(said("a", "2025-12-13T10:00:00Z").that(release("BY").count(123)));
    room.hear(said("b", "").that(release("BY").count(123)));
    room.hear(said("c", "").that(release("BY").count(52)));
    assert_eq!(room.actions(), ["opened", "corroborated", "opened"]);
    assert_eq!(room.stories()[0]["reports"][1].get("publishedAt"), None);
}

#[test]
fn two_mentions_of_one_type_in_a_document_are_two_stories() {
    let mut room = Room::new();
    room.hear(said("a", "2025-12-13T10:00:00Z").that(imposed("US", "RU")).that(imposed("GB", "RU")));
    room.hear(said("b", "2025-12-13T10:00:00Z").that(release("IL")).that(release("IL").target("PS")));
    assert_eq!(room.actions(), ["opened"; 4]);
}

#[test]
fn what_is_no_mention_is_a_dead_letter_that_says_why() {
    let mut room = Room::new();
    for (kind, value, words) in [
        (Some("mention.v1"), Some(&b"{"[..]), "a mention: EOF"),
        (Some("mention.v1"), Some(b"{}"), "missing field"),
        (Some("document.withdrawn.v1"), Some(b"[]"), "a withdrawal"),
        (
            Some("news.article.v1"),
            Some(b"{}"),
            "expected mention.v1, document.withdrawn.v1, document.superseded.v1, story.moved.v1",
        ),
        (None, Some(b"{}"), "found none"),
        (Some("mention.v1"), None, "without a value"),
    ] {
        let letters = room.raw(kind, value);
        assert_eq!(letters.len(), 1, "{words}");
        let detail = said::header(&letters[0], "sanctions-stream.error.detail").unwrap();
        assert!(detail.contains(words), "{words:?} in {detail:?}");
        assert_eq!(letters[0].value.as_deref(), value);
    }
    assert_eq!(room.stage.open_stories(), 0);
}
