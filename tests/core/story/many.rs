//! Events with very many reports: the record keeps within a message, and what was said stays.

use serde_json::{Value, json};

use super::said::{Room, imposed, release, said};

/// Hours after the first of December.
fn hour(number: usize) -> String {
    let start: jiff::Timestamp = "2025-12-01T00:00:00Z".parse().unwrap();
    (start + jiff::SignedDuration::from_secs(i64::try_from(number).unwrap() * 30)).to_string()
}

/// Bytes of the largest record of a story, and of an alert.
fn largest(room: &Room) -> (usize, usize) {
    let stories = room.table.values().map(Vec::len).max().unwrap_or(0);
    (stories, room.alerts.iter().map(|alert| alert.to_string().len()).max().unwrap_or(0))
}

fn documents(story: &Value) -> Vec<&str> {
    story["reports"].as_array().unwrap().iter().map(|report| report["document"].as_str().unwrap()).collect()
}

#[test]
fn thousands_of_reports_of_one_event_are_all_counted() {
    const REPORTS: usize = 3_000;
    let mut room = Room::new().unchecked();
    for number in 0..REPORTS {
        // Four of five papers print what an agency sent.
        let document = said(&format!("d{number}"), &hour(number)).by(&format!("Outlet {number}"));
        let document = if number % 5 == 0 { document } else { document.from(&format!("Agency {}", number % 7)) };
        room.hear(document.names(&["BY", "LT"]).that(release("BY").count(123).person("Ales Bialiatski")));
    }
    let (story, alert) = largest(&room);
    assert!(story < 300_000 && alert < 30_000, "{story} and {alert} bytes");
    let stories = room.stories();
    assert_eq!(stories.len(), 1);
    let story = &stories[0];
    let listed = documents(story);
    assert!((192..=256).contains(&listed.len()), "{} reports", listed.len());
    assert_eq!(listed.len() as u64 + story["leftOut"].as_u64().unwrap(), REPORTS as u64);
    assert_eq!(story["counts"], json!([{"value": 123, "qualifier": "exact", "reports": REPORTS}]));
    assert_eq!((&story["firstSeen"], &story["independentSources"]), (&json!("2025-12-01T00:00:00Z"), &json!(607)));
    assert_eq!((listed[0], listed[15], listed[listed.len() - 1]), ("d0", "d15", "d2999"));
    let last = room.alerts.last().unwrap();
    assert_eq!((&last["action"], &last["sources"]["independentCount"]), (&json!("corroborated"), &json!(500)));
    assert_eq!(last["sources"]["count"].as_u64().unwrap(), 2_461, "as many as there were then, not as are listed");

    // Nothing of it hangs on the memory of the process.
    let mut again = room.restored(true);
    for room in [&mut room, &mut again] {
        room.hear(said("late", &hour(REPORTS)).by("Outlet 5").that(release("BY").count(123)));
        assert_eq!(room.stories()[0]["independentSources"], json!(607), "the outlet was heard before");
    }
    assert!(room.table == again.table);
}

/// A name unlike the others.
fn company(number: usize) -> String {
    const HEADS: [&str; 10] = ["Ba", "Da", "Ga", "Ka", "Lo", "Mi", "Pe", "Ru", "Se", "Vu"];
    const TAILS: [&str; 10] = ["bek", "dan", "gor", "hal", "jan", "kor", "lem", "nar", "sil", "vit"];
    let digit = |place: u32| number / 10_usize.pow(place) % 10;
    format!("{}{} {}{} Trading House", HEADS[digit(0)], TAILS[digit(1)], HEADS[digit(2)], TAILS[9 - digit(0)])
}

#[test]
fn few_reports_with_very_many_names_are_too_many_as_well() {
    let mut room = Room::new();
    for number in 0..60 {
        // The whole list, printed again and again.
        let names = (0..400).map(company);
        let event = names.fold(imposed("US", "RU").count(400), |event, name| event.person(&name));
        room.hear(said(&format!("d{number}"), &hour(number)).that(event));
    }
    let (story, alert) = largest(&room);
    assert!(story < 700_000 && alert < 400_000, "{story} and {alert} bytes");
    let stories = room.stories();
    let heard = |story: &Value| documents(story).len() as u64 + story["leftOut"].as_u64().unwrap_or(0);
    assert_eq!(stories.iter().map(heard).sum::<u64>(), 60);
    assert!(stories.iter().any(|story| story["leftOut"].as_u64().is_some()));
}

#[test]
fn what_is_listed_can_be_withdrawn_and_what_is_left_out_cannot() {
    let mut room = Room::narrow(30, 20_000);
    for number in 0..40 {
        room.hear(said(&format!("d{number}"), &hour(number)).that(imposed("EU", "RU").count(64)));
    }
    let stories = room.stories();
    let (listed, left_out) = (documents(&stories[0]).len(), stories[0]["leftOut"].as_u64().unwrap());
    assert_eq!(listed as u64 + left_out, 40);
    room.hear(said("d0", &hour(50)).canceled());
    room.hear(said("d39", &hour(51)).canceled());
    let stories = room.stories();
    assert_eq!(documents(&stories[0]).len(), listed - 2, "the first and the last were listed");
    assert_eq!(stories[0]["counts"][0]["reports"], json!(38));
    for number in 1..39 {
        room.hear(said(&format!("d{number}"), &hour(60 + number)).canceled());
    }
    let stories = room.stories();
    assert_eq!((documents(&stories[0]).len(), &stories[0]["leftOut"]), (0, &json!(left_out)));
    assert_eq!(stories[0]["counts"][0]["reports"], json!(left_out));
    assert_eq!(stories[0]["status"], "enacted");
    assert!(!room.actions().contains(&"retracted"), "the others stand");
    let mut again = room.restored(false);
    for room in [&mut room, &mut again] {
        room.hear(said("e", &hour(200)).that(imposed("EU", "RU").count(64)));
        assert_eq!(room.stories().len(), 1);
    }
    assert!(room.table == again.table);
}
