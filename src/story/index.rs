//! Finding the few stories that a mention can belong to, among a hundred thousand open ones.
//!
//! Stories are filed under every pair of authority and target that they have, with the unknown as a value of its own, and
//! under every name. The index proposes; [`super::identity`] decides. Keys are hashes: a collision proposes a story too
//! many and changes nothing.

use std::collections::{BTreeSet, HashMap};
use std::hash::BuildHasherDefault;

use rustc_hash::FxHasher;

use super::facts::Facts;
use super::report::Report;

type Map<K, V> = HashMap<K, V, BuildHasherDefault<FxHasher>>;

/// The party that nobody named.
const UNKNOWN: u32 = 0;
/// Stands for every party, the unknown one too.
const ANY: u32 = 1;

/// Where stories are filed. Slots are those of the state.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    parties: BTreeSet<(u16, u32, u32, u32)>,
    documents: Map<u64, Vec<u32>>,
    mentions: Map<u128, u32>,
    persons: Map<(u16, u64), Vec<u32>>,
}

/// A hash of a text, the same in every process.
pub(super) fn hash(text: &str) -> u64 {
    use std::hash::Hasher as _;
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.write_u8(0xff);
    hasher.finish()
}

#[expect(clippy::cast_possible_truncation, reason = "half of a hash is a hash")]
fn party(name: &str) -> u32 {
    (hash(name) >> 32) as u32 | 2
}

fn parties(list: &[Box<str>]) -> Vec<u32> {
    if list.is_empty() { vec![UNKNOWN] } else { list.iter().map(|name| party(name)).collect() }
}

impl Index {
    /// Files a story under what its facts say.
    pub(super) fn add(&mut self, event: u16, facts: &Facts, slot: u32) {
        self.each(event, facts, slot, |set, key| {
            set.insert(key);
        });
        for person in &facts.persons {
            for hash in person.key.hashes() {
                let slots = self.persons.entry((event, hash)).or_default();
                if !slots.contains(&slot) {
                    slots.push(slot);
                }
            }
        }
    }

    /// Takes a story out again; the facts are those it was filed under.
    pub(super) fn remove(&mut self, event: u16, facts: &Facts, slot: u32) {
        self.each(event, facts, slot, |set, key| {
            set.remove(&key);
        });
        for person in &facts.persons {
            for hash in person.key.hashes() {
                if let Some(slots) = self.persons.get_mut(&(event, hash)) {
                    slots.retain(|known| *known != slot);
                    if slots.is_empty() {
                        self.persons.remove(&(event, hash));
                    }
                }
            }
        }
    }

    fn each(
        &mut self,
        event: u16,
        facts: &Facts,
        slot: u32,
        mut act: impl FnMut(&mut BTreeSet<(u16, u32, u32, u32)>, (u16, u32, u32, u32)),
    ) {
        let (authority, target) = (parties(&facts.authority), parties(&facts.target));
        for a in &authority {
            act(&mut self.parties, (event, *a, ANY, slot));
            for t in &target {
                act(&mut self.parties, (event, *a, *t, slot));
            }
        }
        for t in &target {
            act(&mut self.parties, (event, ANY, *t, slot));
        }
    }

    /// Stories that have a party or a name in common with the report, each once, in no meaningful order.
    pub(super) fn candidates(&self, event: u16, report: &Report, keys: &[super::name::Key]) -> Vec<u32> {
        let mut found = Vec::new();
        let mut look = |a: u32, t: u32| {
            found.extend(self.parties.range((event, a, t, 0)..=(event, a, t, u32::MAX)).map(|key| key.3));
        };
        let (authority, target) = (parties(&report.authority), parties(&report.target));
        match (report.authority.is_empty(), report.target.is_empty()) {
            (true, true) => {}
            (false, true) => authority.iter().for_each(|a| look(*a, ANY)),
            (true, false) => target.iter().for_each(|t| look(ANY, *t)),
            (false, false) => {
                for a in &authority {
                    look(*a, UNKNOWN);
                    target.iter().for_each(|t| look(*a, *t));
                }
                target.iter().for_each(|t| look(UNKNOWN, *t));
            }
        }
        for hash in keys.iter().flat_map(super::name::Key::hashes) {
            found.extend(self.persons.get(&(event, hash)).into_iter().flatten());
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Remembers which story holds a document's mention.
    pub(super) fn file(&mut self, report: &Report, slot: u32) {
        self.mentions.insert(report.mention.0, slot);
        let slots = self.documents.entry(hash(&report.document)).or_default();
        if !slots.contains(&slot) {
            slots.push(slot);
        }
    }

    /// Forgets it. `last` when no other report of the document is left in the story.
    pub(super) fn unfile(&mut self, report: &Report, slot: u32, last: bool) {
        if self.mentions.get(&report.mention.0) == Some(&slot) {
            self.mentions.remove(&report.mention.0);
        }
        if last && let Some(slots) = self.documents.get_mut(&hash(&report.document)) {
            slots.retain(|known| *known != slot);
            if slots.is_empty() {
                self.documents.remove(&hash(&report.document));
            }
        }
    }

    /// The story that holds a mention.
    pub(super) fn mention(&self, mention: u128) -> Option<u32> {
        self.mentions.get(&mention).copied()
    }

    /// The stories that hold reports of a document (or of one whose id has the same hash).
    pub(super) fn document(&self, id: &str) -> Vec<u32> {
        let mut slots = self.documents.get(&hash(id)).cloned().unwrap_or_default();
        slots.sort_unstable();
        slots
    }
}
