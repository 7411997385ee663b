//! The window, and taking the state back from what was written.

use proptest::prelude::*;
use sanctions_stream::output::Emitted;
use sanctions_stream::rules::Relation;

use super::said::{Room, Said, imposed, lifted, release, said};

#[test]
fn stories_leave_the_window_with_a_tombstone() {
    let mut room = Room::new();
    for day in 0..60 {
        let at = format!("2025-{:02}-{:02}T10:00:00Z", 10 + day / 30, day % 30 + 1);
        room.hear(
            said(&format!("d{day}"), &at).by(&format!("o{}", day % 3)).that(imposed("US", "RU").count(100 + day * day)),
        );
    }
    assert_eq!(room.table.len(), room.stage.open_stories());
    assert_eq!(room.tombstones + room.stage.open_stories(), room.actions().iter().filter(|a| **a == "opened").count());
    assert!(room.stage.open_stories() <= 32, "{}", room.stage.open_stories());
}

#[test]
fn a_document_from_the_future_does_not_empty_the_window() {
    let mut room = Room::new();
    room.hear(said("a", "2025-12-13T10:00:00Z").that(release("BY").count(123)));
    room.hear(said("b", "2025-12-13T11:00:00Z").that(imposed("US", "RU")));
    room.hear(said("x", "2099-01-01T00:00:00Z").that(imposed("US", "CN")));
    room.hear(said("y", "2099-01-02T00:00:00Z").by("Outlet of x").that(imposed("US", "IR")));
    room.hear(said("c", "2025-12-14T10:00:00Z").that(release("BY").count(123)));
    assert_eq!(room.tombstones, 0);
    assert_eq!(room.actions(), ["opened", "opened", "opened", "opened", "corroborated"]);
}

#[test]
fn the_window_may_jump_without_losing_what_came_with_the_jump() {
    let mut room = Room::new();
    room.hear(said("a", "2025-06-21T10:00:00Z").that(release("BY").count(14)));
    room.hear(said("b", "2025-06-21T11:00:00Z").that(release("BY").count(14)));
    // Nothing for a long time; the first report of September is only a claim until the second one comes.
    room.hear(said("c", "2025-09-11T10:00:00Z").that(lifted("US", "BY").measure("aviation")));
    room.hear(said("d", "2025-09-11T11:00:00Z").that(release("BY").count(52)));
    room.hear(said("e", "2025-09-11T12:00:00Z").that(lifted("US", "BY").measure("aviation")));
    assert_eq!(room.tombstones, 1, "the story of June has left");
    assert_eq!(room.actions(), ["opened", "corroborated", "opened", "opened", "corroborated"]);
}

#[test]
fn an_old_report_finds_its_story_and_a_very_old_one_opens_its_own() {
    let mut room = Room::new();
    room.hear(said("a", "2025-12-01T10:00:00Z").that(release("BY").count(123)));
    room.hear(said("b", "2025-12-20T10:00:00Z").that(imposed("US", "RU")));
    room.hear(said("c", "2025-12-02T10:00:00Z").that(release("BY").count(123)));
    room.hear(said("d", "2015-08-22T10:00:00Z").that(release("BY").count(6)));
    room.hear(said("e", "2015-08-22T11:00:00Z").that(release("BY").count(6)));
    assert_eq!(room.actions(), ["opened", "opened", "corroborated", "opened", "corroborated"]);
}

#[test]
fn a_record_that_is_no_story_is_refused_and_changes_nothing() {
    let mut room = Room::new();
    for (key, value) in [(None, Some(&b"{}"[..])), (Some(&b"x"[..]), None), (None, None), (None, Some(b"no"))] {
        assert!(room.stage.restore(key, value).is_err());
    }
    assert_eq!(room.stage.open_stories(), 0);
}

fn text(records: &[Emitted]) -> String {
    let value =
        |record: &Emitted| record.value.as_deref().map(String::from_utf8_lossy).unwrap_or_default().into_owned();
    records.iter().map(value).collect::<Vec<_>>().join("\n")
}

/// What can happen to one of few documents.
fn happening() -> impl Strategy<Value = Said> {
    let party = prop::sample::select(vec!["", "US", "RU", "BY", "EU", "Hamas"]);
    let other = prop::sample::select(vec!["", "BY", "RU", "US", "Wagner Group"]);
    let person =
        prop::sample::select(vec!["", "", "Ales Bialiatski", "Maria Kalesnikava", "Kolesnikova", "Viktor Bout"]);
    let day = prop::option::of(0_i64..50);
    let kind = 0_u8..12;
    (0_u8..24, day, party, other, prop::option::of(1_u32..130), person, kind, 0_u8..4, any::<bool>()).prop_map(
        |(id, day, party, other, count, person, kind, version, announced)| {
            let start: jiff::Timestamp = "2025-10-01T10:00:00Z".parse().unwrap();
            let at =
                day.map(|day| (start + jiff::SignedDuration::from_hours(day * 24)).to_string()).unwrap_or_default();
            let mut document = said(&format!("d{id}"), &at).by(&format!("Outlet {}", id % 7));
            if version > 0 {
                document = document.version(&version.to_string());
            }
            let with = |mut event: super::said::Event| {
                if let Some(count) = count {
                    event = event.count(count);
                }
                if !person.is_empty() {
                    event = event.person(person);
                }
                if announced { event.announced() } else { event }
            };
            match kind {
                0 => document.canceled(),
                1 => document.corrects(&format!("d{}", (id + 1) % 24)).that(with(release(party))),
                2 | 3 => document.that(with(imposed(party, other))),
                4 | 5 => document.that(with(lifted(party, other))),
                6 => document.that(with(release(party))).that(lifted(other, party)).linked(Relation::InExchangeFor),
                7 => document,
                _ => document.names(&["BY", "US"]).that(with(release(party))),
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whatever happened before a restart, what is written after it is the same to the byte.
    #[test]
    fn what_was_written_makes_the_same_state_again(
        before in prop::collection::vec(happening(), 0..40),
        after in prop::collection::vec(happening(), 1..20),
        backwards: bool,
        narrow: bool,
    ) {
        // In the narrow room a story keeps hardly two reports.
        let mut room = Room::narrow(20, if narrow { 4_000 } else { 1_000_000 }).unchecked();
        before.into_iter().for_each(|said| { room.hear(said); });
        let mut again = room.restored(backwards);
        let stories = |room: &Room| room.stage.state().stories().cloned().collect::<Vec<_>>();
        prop_assert_eq!(stories(&room), stories(&again));
        prop_assert_eq!(room.table.len(), room.stage.open_stories(), "the table is the state");
        for said in after {
            let (here, there) = (room.hear(said.clone()), again.hear(said));
            prop_assert!(here == there, "{}\n{}", text(&here), text(&there));
        }
    }

    /// The same log makes the same bytes, and everything fits its schema.
    #[test]
    fn the_same_log_makes_the_same_bytes(log in prop::collection::vec(happening(), 0..12)) {
        let (mut one, mut two) = (Room::with_window(20), Room::with_window(20).unchecked());
        for said in log {
            prop_assert!(one.hear(said.clone()) == two.hear(said));
        }
    }

    /// Revisions of a story count its alerts without a gap, and a story is opened before anything else happens to it.
    #[test]
    fn revisions_count_the_alerts_of_a_story(log in prop::collection::vec(happening(), 0..60)) {
        let mut room = Room::with_window(10_000).unchecked();
        log.into_iter().for_each(|said| { room.hear(said); });
        let mut seen = std::collections::BTreeMap::<String, u64>::new();
        for alert in &room.alerts {
            let last = seen.entry(alert["storyId"].as_str().unwrap().to_owned()).or_default();
            prop_assert_eq!(alert["revision"].as_u64().unwrap(), *last + 1);
            prop_assert_eq!(*last == 0, alert["action"] == "opened" && alert["revision"] == 1);
            *last += 1;
        }
    }
}
