//! Ids are promises to consumers: the expected values were computed by another program and must not move.

use super::fixture::{Fixture, at, engine, events, header, json};
use sanctions_stream::output::{alert_id, alerts, retractions, signals, story_key};

#[test]
fn ids_are_what_they_always_were() {
    let fixture = Fixture::new();
    let ids: Vec<String> =
        fixture.classified.mentions.iter().map(|m| alert_id(&fixture.document, m).as_str().to_owned()).collect();
    let keys: Vec<String> =
        fixture.classified.mentions.iter().map(|m| story_key(&fixture.document, m).as_str().to_owned()).collect();
    assert_eq!(ids, ["37e127dacffd0a6a7d362ecd10db6953", "6a6d0d040ed40a8be952049b19817d00"]);
    assert_eq!(keys, ["75c9e3763d0c93b282fdc5027e716e23", "9eaf2bff29c43d43c5536c35d9c5765e"]);
    let origin = fixture.origin(None, &[]);
    assert_eq!(
        header(&retractions(&origin, &events(), &engine())[0], "ce_id"),
        Some("ee045011ef1d927996a3c5e353422ce8")
    );
    let signals = signals(&origin, &fixture.classified, &events(), &engine()).unwrap();
    assert_eq!(header(&signals[0], "ce_id"), Some("a728f747338aab5b2a268a10fc071f94"));
    let records = alerts(&origin, &fixture.classified, &[0], &events(), &engine()).unwrap();
    assert_eq!(
        json(&records[0])["document"]["contentHash"],
        "b296ee52950fc866d2c5cc81cd18af8e723470a009bddfad4e44ad463d236fcf"
    );
}

#[test]
fn neither_coordinates_nor_rule_ids_nor_confidence_change_an_id() {
    let plain = Fixture::new();
    let mut renamed = Fixture::new();
    for mention in &mut renamed.classified.mentions {
        mention.rule = "renamed".into();
        mention.confidence = 0.5;
        mention.evidence.iter_mut().for_each(|evidence| evidence.rule = "renamed".into());
    }
    let coordinates = at();
    let (before, after) = (plain.origin(None, &[]), renamed.origin(Some(&coordinates), &[]));
    let before = alerts(&before, &plain.classified, &[0, 1], &events(), &engine()).unwrap();
    let after = alerts(&after, &renamed.classified, &[0, 1], &events(), &engine()).unwrap();
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(header(before, "ce_id"), header(after, "ce_id"));
        assert_eq!(json(before)["storyId"], json(after)["storyId"]);
        assert_ne!(json(before), json(after));
    }
}

#[test]
fn every_part_of_an_id_counts() {
    let base = Fixture::new();
    let id = |fixture: &Fixture| alert_id(&fixture.document, &fixture.classified.mentions[1]);
    let edits: [fn(&mut Fixture); 9] = [
        |f| f.document.id = "other".into(),
        |f| f.document.version = None,
        |f| f.classified.mentions[1].event = "sanction_imposed".into(),
        |f| f.classified.mentions[1].subtype = Some("easing".into()),
        |f| f.classified.mentions[1].authority.clear(),
        |f| f.classified.mentions[1].target.truncate(1),
        |f| f.classified.mentions[1].measure = None,
        |f| f.classified.mentions[1].date = None,
        |f| f.classified.mentions[1].evidence[0].end += 1,
    ];
    for (number, edit) in edits.iter().enumerate() {
        let mut edited = Fixture::new();
        edit(&mut edited);
        assert_ne!(id(&edited), id(&base), "edit {number}");
    }
}

#[test]
fn a_story_is_the_same_in_every_document_of_the_day() {
    let first = Fixture::new();
    let mut second = Fixture::new();
    second.document.id = "urn:other:2".into();
    second.document.version = None;
    second.document.published_at = Some("2025-12-13T23:59:59Z".parse().unwrap());
    let key = |fixture: &Fixture, index: usize| story_key(&fixture.document, &fixture.classified.mentions[index]);
    assert_eq!((key(&first, 0), key(&first, 1)), (key(&second, 0), key(&second, 1)));
    second.document.published_at = Some("2026-12-14T00:00:00Z".parse().unwrap());
    assert_ne!(key(&first, 0), key(&second, 0), "undated: the day of publication is part of the key");
    assert_eq!(key(&first, 1), key(&second, 1), "dated by its text");
}
