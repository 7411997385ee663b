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

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_final_stories_do_not_depend_on_the_order_of_arrival(
        (sorted, shuffled) in reports().prop_flat_map(|list| (Just(list.clone()), Just(list).prop_shuffle()))
    ) {
        let mut truth = BTreeMap::<usize, BTreeSet<String>>::new();
        for (event, said) in &sorted {
            truth.entry(*event).or_default().insert(said.document.id.to_string());
        }
        let truth: BTreeSet<BTreeSet<String>> = truth.into_values().collect();
        let (mut one, mut two) = (Room::with_window(10_000).unchecked(), Room::with_window(10_000).unchecked());
        sorted.into_iter().for_each(|(_, said)| { one.hear(said); });
        shuffled.into_iter().for_each(|(_, said)| { two.hear(said); });
        prop_assert_eq!(clusters(&one), truth.clone());
        prop_assert_eq!(clusters(&two), truth);
        // And what they come to is the same, but for what depends on who was first by definition.
        let facts = |room: &Room| -> BTreeSet<String> {
            let part = |story: &serde_json::Value, name: &str| story[name].to_string();
            let fields = ["type", "status", "authority", "target", "count", "counts", "measures", "date", "firstSeen",
                "lastSeen", "independentSources"];
            room.stories().iter().map(|story| fields.map(|name| part(story, name)).join(" ")).collect()
        };
        prop_assert_eq!(facts(&one), facts(&two));
    }
}
