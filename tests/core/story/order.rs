//! Where the typed fields decide, the order of arrival does not.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::said::{Event, Room, Said, imposed, lifted, release, said};

/// Events that differ from each other in fields that every report gives, or lie far apart.
fn events() -> Vec<(&'static str, Event)> {
    vec![
        ("2025-09-11", release("BY").count(52).target("LT")),
        ("2025-12-13", release("BY").count(123).target("LT")),
        ("2025-11-22", release("BY").count(31).target("UA")),
        ("2025-12-13", release("RU").count(16).target("US")),
        ("2025-12-12", lifted("US", "BY").measure("potash")),
        ("2025-12-12", lifted("EU", "BY").measure("potash")),
        ("2025-09-11", lifted("US", "BY").measure("Belavia")),
        ("2025-12-13", imposed("US", "RU").count(36)),
        ("2025-12-13", imposed("US", "CN").count(36)),
        ("2025-12-13", imposed("EU", "RU").count(36)),
        ("2025-10-23", imposed("EU", "RU").count(64)),
        ("2025-12-10", release("IR").count(1).person("Fariba Adelkhah").target("FR")),
        ("2025-12-10", release("IR").count(1).person("Benjamin Brière").target("FR")),
    ]
}

/// Reports: which event, which document, how many hours later, in which of two spellings, and whether only announced.
fn reports() -> impl Strategy<Value = Vec<(usize, Said)>> {
    let report = (0..events().len(), 0_u32..40, 0_u32..60, any::<bool>());
    prop::collection::vec(report, 1..40).prop_map(|list| {
        let known = events();
        let mut seen = BTreeSet::new();
        let mut reports = Vec::new();
        for (event, document, hours, respelled) in list {
            if !seen.insert((event, document)) {
                continue;
            }
            let (day, told) = known[event].clone();
            let mut told = told;
            for name in &mut told.0.persons {
                if respelled {
                    *name = name.replace('è', "e");
                }
            }
            let at = format!("{day}T06:00:00Z").parse::<jiff::Timestamp>().unwrap();
            let at = (at + jiff::SignedDuration::from_hours(i64::from(hours % 40))).to_string();
            let document = said(&format!("e{event}-d{document}"), &at).by(&format!("Outlet {document}"));
            reports.push((event, document.that(told)));
        }
        reports
    })
}

fn clusters(room: &Room) -> BTreeSet<BTreeSet<String>> {
    let documents = |story: &serde_json::Value| {
        story["reports"].as_array().unwrap().iter().map(|r| r["document"].as_str().unwrap().to_owned()).collect()
    };
    room.stories().iter().map(documents).collect()
}

/// What the stories come to, but for what depends on who was first by definition.
fn facts(room: &Room) -> BTreeSet<String> {
    let part = |story: &serde_json::Value, name: &str| story[name].to_string();
    let fields = [
        "type",
        "status",
        "authority",
        "target",
        "count",
        "counts",
        "measures",
        "date",
        "firstSeen",
        "lastSeen",
        "independentSources",
    ];
    room.stories().iter().map(|story| fields.map(|name| part(story, name)).join(" ")).collect()
}

/// Reports of a group of whom some are named: the number is that of all of them, or that of the others.
fn groups() -> impl Strategy<Value = Vec<(usize, Said)>> {
    const NAMES: [[&str; 4]; 3] = [
        ["Ales Bialiatski", "Maria Kalesnikava", "Viktar Babaryka", "Ihar Losik"],
        ["Brittney Griner", "Paul Whelan", "Evan Gershkovich", "Trevor Reed"],
        ["Mikola Statkevich", "Palina Sharenda", "Andrei Pachobut", "Roman Protasevich"],
    ];
    // Two groups of two states, and one of the first state half a year later.
    let group =
        |all: [u32; 3]| [("BY", "2025-09-11", all[0]), ("RU", "2025-09-11", all[1]), ("BY", "2026-03-20", all[2])];
    let report = (0..3_usize, 0_usize..=4, any::<bool>(), 0_i64..40);
    let sizes = [3_u32..30, 3_u32..30, 3_u32..30];
    (sizes, prop::collection::vec(report, 1..24)).prop_map(move |(sizes, list)| {
        let each = list.into_iter().enumerate().map(|(number, (event, named, others, hours))| {
            let (state, day, all) = group(sizes)[event];
            let named = named.min(all as usize - 2);
            let count = if others && named > 0 { all - u32::try_from(named).unwrap() } else { all };
            let told = NAMES[event][..named].iter().fold(release(state).count(count), |told, name| told.person(name));
            let at = format!("{day}T06:00:00Z").parse::<jiff::Timestamp>().unwrap();
            let at = (at + jiff::SignedDuration::from_hours(hours)).to_string();
            (event, said(&format!("d{number}"), &at).by(&format!("Outlet {number}")).that(told))
        });
        each.collect()
    })
}

/// Documents with several versions, some of which correct another document, and what each comes to in the end.
fn versions() -> impl Strategy<Value = Vec<Vec<(usize, Said)>>> {
    let version = (any::<bool>(), any::<bool>(), 0_u32..30);
    let document = (0..events().len(), prop::collection::vec(version, 1..4), any::<bool>());
    prop::collection::vec(document, 1..12).prop_map(|list| {
        let known = events();
        let each = list.into_iter().enumerate().map(|(number, (event, versions, corrects))| {
            let (day, told) = &known[event];
            let last = versions.len() - 1;
            let each = versions.into_iter().enumerate().map(|(version, (announced, dated, hours))| {
                let mut told = told.clone();
                told = if announced && version < last { told.announced() } else { told };
                told = if dated { told.on(day) } else { told };
                let at = format!("{day}T06:00:00Z").parse::<jiff::Timestamp>().unwrap();
                let at = (at + jiff::SignedDuration::from_hours(hours.into())).to_string();
                // The last word is that of the document itself, or that of another one which corrects it.
                let own = !corrects || version < last || version == 0;
                let document = if own {
                    said(&format!("d{number}"), &at).version(&(version + 1).to_string())
                } else {
                    said(&format!("c{number}"), &at).corrects(&format!("d{number}"))
                };
                // Each version has a text of its own.
                let document = document.text(&format!("Text {version} of {number}.")).by(&format!("Outlet {number}"));
                (event, document.that(told))
            });
            each.collect()
        });
        each.collect()
    })
}

/// The stories are the events that the reports were made of, however they come, and what they come to is the same.
fn the_events_in_either_order(sorted: Vec<(usize, Said)>, shuffled: Vec<(usize, Said)>) -> Result<(), TestCaseError> {
    let mut truth = BTreeMap::<usize, BTreeSet<String>>::new();
    for (event, said) in &sorted {
        truth.entry(*event).or_default().insert(said.document.id.to_string());
    }
    let truth: BTreeSet<BTreeSet<String>> = truth.into_values().collect();
    let in_order = |reports: Vec<(usize, Said)>| {
        let mut room = Room::with_window(10_000).unchecked();
        reports.into_iter().for_each(|(_, said)| drop(room.hear(said)));
        room
    };
    let (one, two) = (in_order(sorted), in_order(shuffled));
    prop_assert_eq!(clusters(&one), truth.clone());
    prop_assert_eq!(clusters(&two), truth);
    prop_assert_eq!(facts(&one), facts(&two));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// "The engineer and two others", "three men", "the engineer, the teacher and another one".
    #[test]
    fn the_named_and_the_others_are_the_whole_in_any_order(
        (sorted, shuffled) in groups().prop_flat_map(|list| (Just(list.clone()), Just(list).prop_shuffle()))
    ) {
        the_events_in_either_order(sorted, shuffled)?;
    }

    /// Versions and corrections of different documents, in any order, each version late or early: what counts in the end is
    /// the last one.
    #[test]
    fn the_last_versions_make_the_stories_in_any_order(
        (sorted, shuffled) in versions().prop_flat_map(|list| {
            let all: Vec<(usize, Said)> = list.iter().flatten().cloned().collect();
            (Just(list), Just(all).prop_shuffle())
        })
    ) {
        let (mut last, mut one, mut two) = (
            Room::with_window(10_000).unchecked(),
            Room::with_window(10_000).unchecked(),
            Room::with_window(10_000).unchecked(),
        );
        for document in &sorted {
            document.last().into_iter().for_each(|(_, said)| { last.hear(said.clone()); });
            document.iter().for_each(|(_, said)| { one.hear(said.clone()); });
        }
        shuffled.into_iter().for_each(|(_, said)| { two.hear(said); });
        prop_assert_eq!(clusters(&one), clusters(&last));
        prop_assert_eq!(clusters(&two), clusters(&last));
        prop_assert_eq!(facts(&one), facts(&last));
        prop_assert_eq!(facts(&two), facts(&last));
    }

    #[test]
    fn the_final_stories_do_not_depend_on_the_order_of_arrival(
        (sorted, shuffled) in reports().prop_flat_map(|list| (Just(list.clone()), Just(list).prop_shuffle()))
    ) {
        the_events_in_either_order(sorted, shuffled)?;
    }
}
