//! Finding the few stories that a mention can belong to, among a hundred thousand open ones.
//!
//! Stories are filed by day under every pair of authority and target that they have, with the unknown as a value of its
//! own, and under the parties that their documents name where the authority is unknown; and without a day under every
//! name, and under every number with a party. The index proposes; [`super::identity`] decides. Keys are hashes: a
//! collision proposes a story too many and changes nothing.

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher as _};

use jiff::civil::Date;
use rustc_hash::FxHasher;

use super::facts::Facts;
use super::id::StoryId;
use super::identity::{LOOSE, PARTIES, Reach, Told, day_said};
use super::name::Key;
use super::report::Report;
use crate::rules::Status;

type Map<K, V> = HashMap<K, V, BuildHasherDefault<FxHasher>>;

/// The party that nobody named.
const UNKNOWN: u32 = 0;
/// Stands for every party, the unknown one too.
const ANY: u32 = 1;
/// Stands in the place of the authority for stories that have none: beside it their targets and named parties.
const SETTING: u32 = 2;
/// Hashes of parties begin here.
const FIRST: u32 = 4;

/// Event type, authority, target, day, slot.
type Entry = (u16, u32, u32, i32, u32);

/// The day of stories that have none.
const NO_DAY: i32 = i32::MIN;

/// Where stories are filed. Slots are those of the state.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    parties: BTreeSet<Entry>,
    /// Event type, party, number, slot.
    numbers: BTreeSet<(u16, u32, u32, u32)>,
    /// How many entries there are of stories without a day: mostly none, and then nobody looks for them.
    undated: usize,
    persons: BTreeSet<(u16, u64, u32)>,
    documents: BTreeSet<(u64, u32)>,
    /// Stories that are linked to, here or elsewhere, and the slots of those that hold the link.
    links: BTreeSet<(u128, u32)>,
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
            if self.parties.insert(entry) && entry.3 == NO_DAY {
                self.undated += 1;
            }
        });
        numbers(event, facts, slot, |entry| {
            self.numbers.insert(entry);
        });
        for hash in facts.persons.iter().flat_map(|person| person.key.filed()) {
            self.persons.insert((event, hash, slot));
        }
    }

    /// Takes a story out again; the facts are those it was filed under.
    pub(super) fn remove(&mut self, event: u16, facts: &Facts, slot: u32) {
        each(event, facts, slot, |entry| {
            if self.parties.remove(&entry) && entry.3 == NO_DAY {
                self.undated -= 1;
            }
        });
        numbers(event, facts, slot, |entry| {
            self.numbers.remove(&entry);
        });
        for hash in facts.persons.iter().flat_map(|person| person.key.filed()) {
            self.persons.remove(&(event, hash, slot));
        }
    }

    /// Whether stories with these facts are filed in the same places.
    pub(super) fn same_places(a: &Facts, b: &Facts) -> bool {
        let counts = |facts: &Facts| facts.counts.iter().map(|tallied| tallied.count.value).collect::<Vec<u32>>();
        a.authority == b.authority
            && a.target == b.target
            && a.parties == b.parties
            && a.persons == b.persons
            && days(a) == days(b)
            && (a.counts.len() == b.counts.len() || counts(a) == counts(b))
    }

    /// Stories that the report can be of, each once, in no meaningful order: those of near days with a party in common,
    /// and those of any day with a name in common, or a party and a number.
    pub(super) fn candidates(&self, event: u16, told: &Told<'_>, found: &mut Vec<u32>) {
        found.clear();
        let report = told.report;
        let day = day_said(report).map(day_number);
        let announced = report.status == Status::Announced;
        let mut look = |a: u32, t: u32, reach: Reach| {
            // A decision comes ahead of its deed, and never the other way round.
            let near = day.map_or((i32::MIN + 1, i32::MAX), |day| match announced {
                true => (day - reach.same(), day + reach.widest()),
                false => (day - reach.widest(), day + reach.same()),
            });
            let range = (event, a, t, near.0, 0)..=(event, a, t, near.1, u32::MAX);
            found.extend(self.parties.range(range).map(|entry| entry.4));
            if self.undated > 0 {
                let range = (event, a, t, NO_DAY, 0)..=(event, a, t, NO_DAY, u32::MAX);
                found.extend(self.parties.range(range).map(|entry| entry.4));
            }
        };
        let (loose, wide) = (LOOSE, PARTIES);
        let acts = report.authority.iter().any(|party| is_code(party));
        let hits = report.target.iter().any(|party| is_code(party));
        for a in &told.authority {
            if hits {
                look(*a, UNKNOWN, loose);
                told.target.iter().for_each(|t| look(*a, *t, wide));
            } else {
                // Of a release the authority is all that matters.
                look(*a, ANY, wide);
            }
            look(SETTING, *a, loose);
        }
        for t in &told.target {
            if acts {
                look(UNKNOWN, *t, loose);
            } else {
                look(ANY, *t, loose);
                look(*t, ANY, loose);
                look(SETTING, *t, loose);
            }
        }
        if !acts {
            for p in &told.parties {
                if hits {
                    look(*p, UNKNOWN, loose);
                } else {
                    look(*p, ANY, loose);
                    look(ANY, *p, loose);
                    look(SETTING, *p, loose);
                }
            }
        }
        if let Some(count) = report.count.map(|count| count.value) {
            let sides = told.authority.iter().chain(&told.target);
            for party in sides.chain(told.parties.iter().filter(|_| !acts)) {
                let range = (event, *party, count, 0)..=(event, *party, count, u32::MAX);
                found.extend(self.numbers.range(range).map(|entry| entry.3));
            }
        }
        for hash in told.persons.iter().chain(&told.named).flat_map(Key::asked) {
            found.extend(self.persons.range((event, hash, 0)..=(event, hash, u32::MAX)).map(|entry| entry.2));
        }
        found.sort_unstable();
        found.dedup();
    }

    /// Stories of a type by a party, or against one, or both: of any day, or so near to one.
    pub(super) fn between(
        &self,
        event: u16,
        authority: Option<&str>,
        target: Option<&str>,
        near: Option<(Date, i32)>,
        found: &mut Vec<u32>,
    ) {
        let (a, t) = (authority.map_or(ANY, party_hash), target.map_or(ANY, party_hash));
        let (first, last) = near.map_or((i32::MIN, i32::MAX), |(day, reach)| {
            let day = day_number(day);
            (day - reach, day + reach)
        });
        let range = (event, a, t, first, 0)..=(event, a, t, last, u32::MAX);
        found.extend(self.parties.range(range).map(|entry| entry.4));
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

    /// Remembers that the story in this slot is linked to another one.
    pub(super) fn link(&mut self, to: StoryId, slot: u32) {
        self.links.insert((to.0, slot));
    }

    /// Forgets it.
    pub(super) fn unlink(&mut self, to: StoryId, slot: u32) {
        self.links.remove(&(to.0, slot));
    }

    /// The stories that are linked to this one.
    pub(super) fn linked(&self, to: StoryId) -> impl Iterator<Item = u32> {
        self.links.range((to.0, 0)..=(to.0, u32::MAX)).map(|entry| entry.1)
    }

    /// The stories that hold reports of a document, or of one whose id has the same hash.
    pub(super) fn document(&self, id: &str) -> impl Iterator<Item = u32> {
        let hash = hash(id);
        self.documents.range((hash, 0)..=(hash, u32::MAX)).map(|entry| entry.1)
    }
}

/// Every place of a story, on each of its days.
fn each(event: u16, facts: &Facts, slot: u32, mut act: impl FnMut(Entry)) {
    let (authority, target) = (sides(&facts.authority), sides(&facts.target));
    for day in days(facts) {
        for a in &authority {
            act((event, *a, ANY, day, slot));
            for t in &target {
                act((event, *a, *t, day, slot));
            }
        }
        for t in &target {
            act((event, ANY, *t, day, slot));
        }
        if authority.contains(&UNKNOWN) {
            for party in target.iter().chain(&facts.parties) {
                act((event, SETTING, *party, day, slot));
            }
        }
    }
}

fn numbers(event: u16, facts: &Facts, slot: u32, mut act: impl FnMut((u16, u32, u32, u32))) {
    let sides = || facts.authority.iter().chain(&facts.target).map(|name| party_hash(name));
    for tallied in facts.counts.iter().filter(|tallied| tallied.count.value > 2) {
        if facts.authority.is_empty() {
            facts.parties.iter().for_each(|party| act((event, *party, tallied.count.value, slot)));
        }
        sides().for_each(|party| act((event, party, tallied.count.value, slot)));
    }
}

/// The days that a story is known to be of, as numbers.
fn days(facts: &Facts) -> impl Iterator<Item = i32> + PartialEq {
    let dated = facts.dated.map_or([None; 2], |(low, high)| [Some(low), Some(high)]);
    let mut days = [dated[0], dated[1], facts.enacted, facts.announced].map(|day| day.map(day_number));
    days.sort_unstable();
    for at in (1..days.len()).rev() {
        if days[at] == days[at - 1] {
            days[at] = None;
        }
    }
    let none = days.iter().all(Option::is_none).then_some(NO_DAY);
    Days([days[0], days[1], days[2], days[3], none], 0)
}

/// A few days, each once.
#[derive(PartialEq)]
struct Days([Option<i32>; 5], usize);

impl Iterator for Days {
    type Item = i32;

    fn next(&mut self) -> Option<i32> {
        while let Some(day) = self.0.get(self.1) {
            self.1 += 1;
            if day.is_some() {
                return *day;
            }
        }
        None
    }
}

/// Days since the epoch.
fn day_number(day: Date) -> i32 {
    (day - Date::constant(1970, 1, 1)).get_days()
}
