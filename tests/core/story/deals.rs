//! Links between stories.

use sanctions_stream::rules::Relation;
use serde_json::{Value, json};

use super::said::{Room, imposed, lifted, release, said};

fn links(story: &Value) -> Vec<(&str, &str, &str)> {
    let text = |link: &'_ Value, name: &str| -> &'static str {
        Box::leak(link[name].as_str().unwrap().to_owned().into_boxed_str())
    };
    let each = story["links"].as_array().unwrap().iter();
    each.map(|link| (text(link, "relation"), text(link, "direction"), text(link, "basis"))).collect()
}

#[test]
fn a_link_in_words_is_told_on_both_sides() {
    let mut room = Room::new();
    let deal = said("a", "2025-12-13T10:00:00Z")
        .that(release("BY").count(123))
        .that(lifted("US", "BY").measure("potash").announced())
        .linked(Relation::InExchangeFor);
    room.hear(deal);
    assert_eq!(room.actions(), ["opened", "opened", "updated"]);
    let [release, relief, linked] = &room.alerts[..] else { panic!() };
    assert_eq!(release["linkedTo"][0].get("storyId"), None, "the other side is not there yet; its mention is named");
    assert!(release["linkedTo"][0]["mention"].is_string());
    assert_eq!(relief["linkedTo"][0]["storyId"], release["storyId"]);
    assert_eq!(
        (&relief["linkedTo"][0]["direction"], &linked["linkedTo"][0]["direction"]),
        (&json!("outgoing"), &json!("incoming"))
    );
    assert_eq!((&linked["storyId"], &linked["linkedTo"][0]["storyId"]), (&release["storyId"], &relief["storyId"]));
    assert_eq!(linked["evidence"][0]["ruleId"], "link.r", "the words of the link are the evidence");
    assert_eq!(linked["changed"], json!([{"field": "linkedTo", "from": [], "to": [relief["storyId"]]}]));
    let stories = room.stories();
    assert_eq!(links(&stories[0]), [("in_exchange_for", "incoming", "cue")]);
    assert_eq!(links(&stories[1]), [("in_exchange_for", "outgoing", "cue")]);
}

#[test]
fn both_sides_of_a_deal_are_linked_whichever_comes_first() {
    let release = || said("a", "2025-09-11T10:00:00Z").names(&["BY", "US"]).that(release("BY").count(52));
    let relief = || said("b", "2025-09-11T12:00:00Z").that(lifted("US", "BY").measure("Belavia"));
    for order in [[release(), relief()], [relief(), release()]] {
        let mut room = Room::new();
        for document in order {
            room.hear(document);
        }
        assert_eq!(room.actions(), ["opened", "opened", "updated"]);
        for story in room.stories() {
            let found = links(&story);
            assert_eq!((found.len(), found[0].0, found[0].2), (1, "in_response_to", "pattern"));
        }
    }
    // The state that lifts has nothing to do with this release.
    let mut room = Room::new();
    room.hear(said("a", "2025-09-11T10:00:00Z").names(&["BY"]).that(super::release("BY").count(52)));
    room.hear(said("b", "2025-09-11T12:00:00Z").that(lifted("US", "BY")));
    assert_eq!(room.actions(), ["opened", "opened"]);
    // And a month is not near.
    room.hear(said("c", "2025-10-20T12:00:00Z").names(&["BY", "US"]).that(super::release("BY").count(7)));
    assert_eq!(room.actions(), ["opened"; 3]);
}

#[test]
fn releases_in_both_directions_are_an_exchange() {
    let mut room = Room::new();
    room.hear(said("a", "2022-12-08T10:00:00Z").that(release("RU").target("US").person("Brittney Griner")));
    room.hear(said("b", "2022-12-08T11:00:00Z").that(release("US").target("RU").person("Viktor Bout")));
    assert_eq!(links(&room.stories()[0]), [("in_exchange_for", "incoming", "pattern")]);
}

#[test]
fn measures_are_answered_and_taken_back() {
    let mut room = Room::new();
    room.hear(said("a", "2014-03-17T10:00:00Z").that(imposed("US", "RU").count(11)));
    room.hear(said("b", "2014-03-20T10:00:00Z").that(imposed("RU", "US").count(9)));
    assert_eq!(links(&room.stories()[1]), [("retaliates", "outgoing", "pattern")]);
    room.hear(said("c", "2018-08-01T10:00:00Z").that(imposed("US", "TR").person("Abdulhamit Gul")));
    room.hear(said("d", "2018-08-20T10:00:00Z").that(lifted("US", "TR").person("Abdülhamit Gül")));
    assert_eq!(links(&room.stories()[3]), [("reverses", "outgoing", "pattern")]);
}

#[test]
fn words_are_better_evidence_than_a_pattern_and_no_new_link() {
    let mut room = Room::new();
    room.hear(said("a", "2025-09-11T10:00:00Z").names(&["BY", "US"]).that(release("BY").count(52)));
    room.hear(said("b", "2025-09-11T12:00:00Z").that(lifted("US", "BY")));
    let before = room.alerts.len();
    let deal = said("c", "2025-09-11T13:00:00Z").that(release("BY").count(52)).that(lifted("US", "BY"));
    room.hear(deal.linked(Relation::InExchangeFor));
    assert!(room.alerts[before..].iter().all(|alert| alert["action"] == "corroborated"), "{:?}", room.actions());
    assert_eq!(links(&room.stories()[0]), [("in_exchange_for", "incoming", "cue")]);
}
