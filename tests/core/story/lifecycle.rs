//! Duplicates, new versions, corrections, withdrawals.

use sanctions_stream::input::Record;
use sanctions_stream::pipeline::{Options, Pipeline};
use sanctions_stream::replay::Stages;
use serde_json::json;

use super::said::{Room, imposed, lifted, release, said};

#[test]
fn a_duplicate_does_nothing_at_all() {
    let mut room = Room::new();
    let document = said("a", "2025-12-13T10:00:00Z").that(release("BY").count(123));
    room.hear(document.clone());
    assert_eq!(room.hear(document), []);
    assert_eq!(room.actions(), ["opened"]);
}

#[test]
fn a_new_version_takes_the_place_of_the_old_one() {
    let mut room = Room::new();
    room.hear(said("a", "2025-12-13T10:00:00Z").version("1").that(release("BY").count(52)));
    room.hear(said("a", "2025-12-13T11:00:00Z").version("2").that(release("BY").count(123)));
    assert_eq!(room.actions(), ["opened", "updated"]);
    assert_eq!(room.alerts[1]["changed"], json!([{"field": "count", "from": ["52"], "to": ["123"]}]));
    let stories = room.stories();
    assert_eq!((stories.len(), &stories[0]["reports"][0]["version"]), (1, &json!("2")));
    // The first version, late: what is known already is newer.
    assert_eq!(room.hear(said("a", "2025-12-13T10:00:00Z").version("1").that(release("BY").count(52))), []);
}

#[test]
fn a_version_that_changes_nothing_makes_no_alert() {
    let mut room = Room::new();
    room.hear(said("a", "2025-12-13T10:00:00Z").version("1").that(release("BY").count(123)));
    room.hear(said("a", "2025-12-13T11:00:00Z").version("2").that(release("BY").count(123)));
    assert_eq!(room.actions(), ["opened"]);
    assert_eq!(room.stories()[0]["reports"].as_array().unwrap().len(), 1);
}

#[test]
fn what_a_new_version_no_longer_says_is_retracted() {
    let mut room = Room::new();
    room.hear(said("a", "2025-12-13T10:00:00Z").version("1").that(release("BY").count(123)).that(lifted("US", "BY")));
    room.hear(said("a", "2025-12-13T11:00:00Z").version("2").that(release("BY").count(123)));
    assert_eq!(room.actions()[..], ["opened", "opened", "updated", "retracted"][..]);
    assert_eq!(room.alerts[3]["type"], "sanction_lifted");
    assert_eq!(room.alerts[3]["retracts"], json!({"document": "a", "version": "2"}));
    let stories = room.stories();
    assert_eq!((&stories[0]["status"], &stories[1]["status"]), (&json!("enacted"), &json!("retracted")));
    assert_eq!(stories[0]["links"], json!([]), "nothing is left to be linked to");
}

#[test]
fn of_two_events_of_a_type_the_one_that_is_no_longer_told_goes() {
    let mut room = Room::new();
    let first = said("a", "2025-12-13T10:00:00Z").version("1");
    room.hear(first.that(imposed("GB", "RU").count(7)).that(imposed("US", "RU").count(9)));
    room.hear(said("a", "2025-12-13T11:00:00Z").version("2").that(imposed("US", "RU").count(9)));
    assert_eq!(room.actions(), ["opened", "opened", "retracted"]);
    assert_eq!(room.alerts[2]["storyId"], room.alerts[0]["storyId"]);
    let stories = room.stories();
    assert_eq!((&stories[0]["status"], &stories[1]["authority"]), (&json!("retracted"), &json!(["US"])));
}

#[test]
fn a_text_that_changes_without_a_version_is_a_new_version_too() {
    let mut room = Room::new();
    room.hear(said("a", "2025-12-13T10:00:00Z").that(release("BY").count(52)));
    room.hear(said("a", "2025-12-13T10:00:00Z").text("Edited.").that(release("BY").count(123)));
    assert_eq!(room.actions(), ["opened", "updated"]);
    assert_eq!(room.stories().len(), 1);
}

#[test]
fn the_last_withdrawal_retracts_and_not_the_first() {
    let mut room = Room::new();
    room.hear(said("a", "2025-12-13T10:00:00Z").that(imposed("EU", "RU").count(64)));
    room.hear(said("b", "2025-12-13T11:00:00Z").that(imposed("EU", "RU").count(64)));
    room.hear(said("a", "2025-12-13T12:00:00Z").canceled());
    assert_eq!(room.actions(), ["opened", "corroborated"]);
    room.hear(said("b", "2025-12-13T13:00:00Z").canceled());
    assert_eq!(room.actions(), ["opened", "corroborated", "retracted"]);
    assert_eq!(room.alerts[2]["storyId"], room.alerts[0]["storyId"]);
    assert_eq!(room.alerts[2]["revision"], 3);
    assert_eq!(room.hear(said("b", "2025-12-13T14:00:00Z").canceled()), []);

    // Somebody else reports it after all: another story. And the first document comes back: the old one again.
    room.hear(said("c", "2025-12-14T10:00:00Z").that(imposed("EU", "RU").count(64)));
    assert_eq!(room.alerts[3]["action"], "opened");
    assert_ne!(room.alerts[3]["storyId"], room.alerts[0]["storyId"]);
}

#[test]
fn a_document_that_comes_back_alone_opens_its_story_again_under_a_new_revision() {
    let mut room = Room::new();
    let document = said("a", "2025-12-13T10:00:00Z").that(imposed("EU", "RU").count(64));
    room.hear(document.clone());
    room.hear(said("a", "2025-12-13T12:00:00Z").canceled());
    room.hear(document);
    assert_eq!(room.actions(), ["opened", "retracted", "opened"]);
    assert_eq!(room.alerts[2]["storyId"], room.alerts[0]["storyId"]);
    assert_eq!(room.alerts[2]["revision"], 3);
    assert_ne!(room.alerts[2]["id"], room.alerts[0]["id"]);
}

#[test]
fn a_withdrawn_number_is_told() {
    let mut room = Room::new();
    room.hear(said("a", "2025-12-13T10:00:00Z").that(release("BY").count(123)));
    room.hear(said("b", "2025-12-13T11:00:00Z").that(release("BY")));
    room.hear(said("a", "2025-12-13T12:00:00Z").canceled());
    assert_eq!(room.actions(), ["opened", "corroborated", "updated"]);
    let update = &room.alerts[2];
    assert_eq!(update["changed"], json!([{"field": "count", "from": ["123"], "to": []}]));
    assert_eq!((&update["document"]["id"], &update["evidence"]), (&json!("a"), &json!([])));
}

#[test]
fn a_correction_takes_the_place_of_what_it_corrects() {
    let mut room = Room::new();
    room.hear(said("a", "2025-12-13T10:00:00Z").that(release("BY").count(52)));
    room.hear(said("b", "2025-12-13T11:00:00Z").corrects("a").that(release("BY").count(123)));
    assert_eq!(room.actions(), ["opened", "updated"]);
    assert_eq!(room.stories()[0]["reports"][0]["document"], "b");
    room.hear(said("c", "2025-12-13T12:00:00Z").corrects("b"));
    assert_eq!(room.actions(), ["opened", "updated", "retracted"]);
}

/// What `replay` tells of articles, from their bytes on.
fn told(articles: &[serde_json::Value]) -> Vec<String> {
    let mut stages = Stages::new(Pipeline::new(super::said::rules(), Options::default()));
    let mut actions = Vec::new();
    for article in articles {
        let value = article.to_string();
        let record = Record { key: None, value: Some(value.as_bytes()), headers: &[] };
        let processed = stages.process(&record, None);
        assert_eq!(processed.tally.rejected, None);
        actions.extend(processed.tally.alerts.iter().map(|alert| alert.action.to_owned()));
    }
    actions
}

#[test]
fn a_version_that_takes_its_own_report_and_another_back_retracts_once() {
    let mut room = Room::new();
    room.hear(said("a", "2025-12-13T10:00:00Z").that(release("BY").count(123)));
    room.hear(said("b", "2025-12-13T11:00:00Z").version("1").that(release("BY").person("Maria Kalesnikava")));
    let before = room.alerts.len();
    // Without "b" nobody is named in the story, and without "a" nothing is left of it.
    room.hear(said("b", "2025-12-13T12:00:00Z").version("2").corrects("a"));
    assert_eq!(room.actions()[before..], ["retracted"]);
    let revisions: Vec<u64> = room.alerts.iter().map(|alert| alert["revision"].as_u64().unwrap()).collect();
    assert_eq!(revisions, (1..=revisions.len() as u64).collect::<Vec<_>>());
}

#[test]
fn a_quiet_version_or_correction_takes_the_old_report_back() {
    let hot = json!({
        "id": "q:1", "version": "1", "headline": "Belarus frees 52 political prisoners",
        "body": "Belarus released 52 political prisoners on Thursday, their families said.",
        "publishedAt": "2025-09-11T12:00:00Z", "source": { "name": "Wharf Dispatch" },
    });
    let quiet = json!({
        "id": "q:1", "version": "2", "headline": "Harbour market reopens",
        "body": "The market by the harbour opened again on Thursday.",
        "publishedAt": "2025-09-11T13:00:00Z", "source": { "name": "Wharf Dispatch" },
    });
    let with = |article: &serde_json::Value, name: &str, value: serde_json::Value| {
        let mut article = article.clone();
        article[name] = value;
        article
    };
    assert_eq!(told(&[hot.clone(), quiet.clone()]), ["opened", "retracted"]);
    assert_eq!(
        told(&[hot.clone(), with(&quiet, "version", json!(2))]),
        ["opened", "retracted"],
        "a version is a number"
    );
    let correction = with(&with(&quiet, "id", json!("q:2")), "correction_of", json!("q:1"));
    assert_eq!(told(&[hot.clone(), correction]), ["opened", "retracted"]);

    // The first version of anything takes nothing back; nor does an old version that comes late, or another document.
    assert_eq!(told(&[hot.clone(), with(&quiet, "version", json!("1"))]), ["opened"]);
    let later = with(&hot, "version", json!("3"));
    assert_eq!(told(&[later, quiet.clone()]), ["opened"]);
    assert_eq!(told(&[hot, with(&quiet, "id", json!("q:9"))]), ["opened"]);
}
