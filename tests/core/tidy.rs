//! What a compiler does not hold together: which room may know which, what each file says it is, and how long it may be.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms in the order in which data passes them, first the core, then the edges. A room may use what stands before it.
const ROOMS: &[&str] = &[
    "input",
    "text",
    "lexicon",
    "syntax",
    "rules",
    "story",
    "output",
    "pipeline",
    "evaluation",
    "metrics",
    "config",
    "kafka",
    "replay",
    "serve",
    "cli",
];

/// Who alone may name a library.
const BORDERS: &[(&str, &[&str])] = &[
    ("rdkafka::", &["kafka"]),
    ("axum::", &["serve"]),
    ("clap::", &["cli"]),
    ("prometheus_client::", &["metrics"]),
    // The core knows JSON where bytes come in and go out; at the edges it is also what people are shown.
    ("serde_json::", &["input", "output", "evaluation", "kafka", "replay", "serve", "cli"]),
];

/// The longest that a file may be, in lines: more is two concerns.
const LONGEST: usize = 750;

fn sources() -> BTreeMap<String, String> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder of the sources").flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found)
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path)
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &mut found);
    let name = |path: &Path| path.strip_prefix(&root).expect("below src").to_string_lossy().replace('\\', "/");
    found.iter().map(|path| (name(path), fs::read_to_string(path).expect("a source file"))).collect()
}

fn room(path: &str) -> &str {
    path.split(['/', '.']).next().unwrap_or(path)
}

/// The code of a file, without comments, for it may speak of anything.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(|line| line.split("//").next().unwrap_or(""))
}

#[test]
fn data_flows_one_way() {
    let place = |name: &str| ROOMS.iter().position(|r| *r == name);
    for (path, text) in sources() {
        let Some(own) = place(room(&path)) else { continue };
        for used in code(&text).flat_map(|line| line.split("crate::").skip(1)) {
            let end = used.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(used.len());
            let Some(other) = place(&used[..end]) else { continue };
            assert!(other <= own, "{path} uses {}, which comes after {}", ROOMS[other], ROOMS[own]);
        }
    }
}

#[test]
fn every_room_is_in_its_place() {
    let mut rooms: Vec<String> = sources().keys().map(|path| room(path).to_owned()).collect();
    rooms.dedup();
    rooms.retain(|r| !matches!(r.as_str(), "lib" | "main"));
    let mut known: Vec<&str> = ROOMS.to_vec();
    known.sort_unstable();
    assert_eq!(rooms, known);
}

#[test]
fn borders_hold() {
    for (path, text) in sources() {
        for (library, rooms) in BORDERS.iter().filter(|(_, rooms)| !rooms.contains(&room(&path))) {
            let found = code(&text).find(|line| line.contains(library));
            assert_eq!(found, None, "{path} names {library}, which only {rooms:?} may");
        }
    }
}

#[test]
fn every_file_says_what_it_is_and_is_short_enough_to_read() {
    for (path, text) in sources() {
        assert!(text.starts_with("//!"), "{path} does not open with what it is");
        let lines = text.lines().count();
        assert!(lines <= LONGEST, "{path} has {lines} lines");
        for vague in ["util", "helper", "manager", "common", "misc"] {
            assert!(!path.contains(vague), "{path}: \"{vague}\" says nothing");
        }
    }
}
