//! Finding the few stories that a mention can belong to, among a hundred thousand open ones.
//!
//! Stories are filed under every pair of authority and target that they have, with the unknown as a value of its own,
//! under the parties that their documents name where the authority is unknown, and under every name. The index proposes;
//! [`super::identity`] decides. Keys are hashes: a collision proposes a story too many and changes nothing.

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher as _};

use rustc_hash::FxHasher;

use super::facts::Facts;
use super::name::Key;
use super::report::Report;

type Map<K, V> = HashMap<K, V, BuildHasherDefault<FxHasher>>;

/// The party that nobody named.
const UNKNOWN: u32 = 0;
/// Stands for every party, the unknown one too.
const ANY: u32 = 1;
/// Stands in the place of the authority for stories that have none: beside it their targets and named parties.
const SETTING: u32 = 2;
/// Hashes of parties begin here.
const FIRST: u32 = 4;

/// Event type, authority, target, slot.
type Entry = (u16, u32, u32, u32);

/// Where stories are filed. Slots are those of the state.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    parties: BTreeSet<Entry>,
    persons: BTreeSet<(u16, u64, u32)>,
    documents: BTreeSet<(u64, u32)>,
    mentions: Map<u128, u32>,
}

/// A hash of a text, the same in every process.
pub(super) fn hash(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.write_u8(0xff);
    hasher.finish()
}

/// A hash of a party's code or name.
#[expect(clippy::cast_possible_truncation, reason = "half of a hash is a hash")]
pub(super) fn party_hash(name: &str) -> u32 {
    ((hash(name) >> 32) as u32).max(FIRST)
}

/// Whether a party is a two-letter code (a state, `EU`, `UN`) and not a name.
pub(super) fn is_code(party: &str) -> bool {
    party.len() == 2 && party.bytes().all(|b| b.is_ascii_uppercase())
}

/// Codes and names, and the unknown where there is no code: a name says nothing about the codes of other reports.
fn sides(list: &[Box<str>]) -> Vec<u32> {
    let mut sides: Vec<u32> = list.iter().map(|name| party_hash(name)).collect();
    if !list.iter().any(|party| is_code(party)) {
        sides.push(UNKNOWN);
    }
    sides
}

impl Index {
    /// Files a story under what its facts say.
    pub(super) fn add(&mut self, event: u16, facts: &Facts, slot: u32) {
        each(event, facts, slot, |entry| {
            self.parties.insert(entry);
        });
        for hash in facts.persons.iter().flat_map(|person| person.key.hashes()) {
            self.persons.insert((event, hash, slot));
        }
    }

    /// Takes a story out again; the facts are those it was filed under.
    pub(super) fn remove(&mut self, event: u16, facts: &Facts, slot: u32) {
        each(event, facts, slot, |entry| {
            self.parties.remove(&entry);
        });
        for hash in facts.persons.iter().flat_map(|person| person.key.hashes()) {
            self.persons.remove(&(event, hash, slot));
        }
    }

    /// Whether stories with these facts are filed in the same places.
    pub(super) fn same_places(a: &Facts, b: &Facts) -> bool {
        a.authority == b.authority && a.target == b.target && a.parties == b.parties && a.persons == b.persons
    }

    /// Stories that have a party or a name in common with the report, each once, in no meaningful order.
    pub(super) fn candidates(&self, event: u16, report: &Report, keys: &[Key], named: &[Key], found: &mut Vec<u32>) {
        found.clear();
        let mut look = |a: u32, t: u32| {
            found.extend(self.parties.range((event, a, t, 0)..=(event, a, t, u32::MAX)).map(|entry| entry.3));
        };
        let hashes = |list: &[Box<str>]| list.iter().map(|name| party_hash(name)).collect::<Vec<u32>>();
        let (authority, target) = (hashes(&report.authority), hashes(&report.target));
        let acts = report.authority.iter().any(|party| is_code(party));
        let hits = report.target.iter().any(|party| is_code(party));
        for a in &authority {
            if hits {
                look(*a, UNKNOWN);
                target.iter().for_each(|t| look(*a, *t));
            } else {
                look(*a, ANY);
            }
            look(SETTING, *a);
        }
        for t in &target {
            if acts {
                look(UNKNOWN, *t);
            } else {
                look(ANY, *t);
                look(*t, ANY);
                look(SETTING, *t);
            }
        }
        if !acts {
            for p in report.parties.iter().map(|name| party_hash(name)) {
                if hits {
                    look(p, UNKNOWN);
                } else {
                    look(p, ANY);
                    look(ANY, p);
                    look(SETTING, p);
                }
            }
        }
        for hash in keys.iter().chain(named).flat_map(Key::hashes) {
            found.extend(self.persons.range((event, hash, 0)..=(event, hash, u32::MAX)).map(|entry| entry.2));
        }
        found.sort_unstable();
        found.dedup();
    }

    /// Stories of a type by a party, or against one, or both.
    pub(super) fn between(&self, event: u16, authority: Option<&str>, target: Option<&str>, found: &mut Vec<u32>) {
        let (a, t) = (authority.map_or(ANY, party_hash), target.map_or(ANY, party_hash));
        found.extend(self.parties.range((event, a, t, 0)..=(event, a, t, u32::MAX)).map(|entry| entry.3));
    }

    /// Remembers which story holds a document's mention.
    pub(super) fn file(&mut self, report: &Report, slot: u32) {
        self.mentions.insert(report.mention.0, slot);
        self.documents.insert((hash(&report.document), slot));
    }

    /// Forgets it. `last` when no other report of the document is left in the story.
    pub(super) fn unfile(&mut self, report: &Report, slot: u32, last: bool) {
        if self.mentions.get(&report.mention.0) == Some(&slot) {
            self.mentions.remove(&report.mention.0);
        }
        if last {
            self.documents.remove(&(hash(&report.document), slot));
        }
    }

    /// The story that holds a mention.
    pub(super) fn mention(&self, mention: u128) -> Option<u32> {
        self.mentions.get(&mention).copied()
    }

    /// The stories that hold reports of a document, or of one whose id has the same hash.
    pub(super) fn document(&self, id: &str) -> impl Iterator<Item = u32> {
        let hash = hash(id);
        self.documents.range((hash, 0)..=(hash, u32::MAX)).map(|entry| entry.1)
    }
}

fn each(event: u16, facts: &Facts, slot: u32, mut act: impl FnMut(Entry)) {
    let (authority, target) = (sides(&facts.authority), sides(&facts.target));
    for a in &authority {
        act((event, *a, ANY, slot));
        for t in &target {
            act((event, *a, *t, slot));
        }
    }
    for t in &target {
        act((event, ANY, *t, slot));
    }
    if authority.contains(&UNKNOWN) {
        for party in target.iter().chain(&facts.parties) {
            act((event, SETTING, *party, slot));
        }
    }
}
