//! Finding the few stories that a mention can belong to, among a hundred thousand open ones.
//!
//! Stories are filed by day under every pair of authority and target that they have, with the unknown as a value of its
//! own, and under the parties that their documents name where the authority is unknown; and without a day under every
//! name, and under every number with a party. The index proposes; [`super::identity`] decides. Keys are hashes: a
//! collision proposes a story too many and changes nothing.

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher as _};

use rustc_hash::FxHasher;

use super::day::{NO_DAY, number_or_none};
use super::facts::Facts;
use super::id::StoryId;
use super::identity::{LOOSE, PARTIES, Reach, Told};
use super::name::Key;
use super::report::{Report, Text};

mod row;

use row::Rows;

pub(super) type Map<K, V> = HashMap<K, V, BuildHasherDefault<FxHasher>>;

/// The party that nobody named.
const UNKNOWN: u32 = 0;
/// Stands for every party, the unknown one too.
pub(super) const ANY: u32 = 1;
/// Stands in the place of the authority for stories that have none: beside it their targets and named parties.
const SETTING: u32 = 2;
/// Hashes of parties begin here.
const FIRST: u32 = 4;

/// Event type, and two of authority, target and number.
type Place = (u16, u32, u32);

/// Where stories are filed. Slots are those of the state.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    /// By event type, authority and target.
    parties: Rows<Place>,
    /// By event type, party and number.
    numbers: Rows<Place>,
    /// How many entries there are of stories without a day: mostly none, and then nobody looks for them.
    undated: usize,
    /// By event type and hash of a name.
    persons: Rows<(u16, u64)>,
    /// By hash of a document's id.
    documents: Rows<u64>,
    /// By hash of the id of a document that was corrected by another one: the stories that hold the correction.
    corrected: Rows<u64>,
    /// Stories that are linked to, here or elsewhere, and the slots of those that hold the link.
    links: BTreeSet<(u128, u32)>,
}

/// A hash of a text, the same in every process.
pub(super) fn hash(text: &str) -> u64 {
    hash_bytes(text.as_bytes())
}

/// The same of the bytes of a text.
pub(super) fn hash_bytes(text: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text);
    hasher.write_u8(0xff);
    hasher.finish()
}

/// A hash of a party's code or name.
pub(super) fn party_hash(name: &str) -> u32 {
    ((hash(name) >> 32) as u32).max(FIRST)
}

/// Whether a party is a two-letter code (a state, `EU`, `UN`) and not a name.
pub(super) fn is_code(party: &str) -> bool {
    matches!(party.as_bytes(), [b'A'..=b'Z', b'A'..=b'Z'])
}

/// Codes and names, and the unknown where there is no code: a name says nothing about the codes of other reports.
fn sides(list: &[Text]) -> Vec<u32> {
    let mut sides: Vec<u32> = list.iter().map(|name| party_hash(name)).collect();
    if !list.iter().any(|party| is_code(party)) {
        sides.push(UNKNOWN);
    }
    sides
}

impl Index {
    /// Files a story under what its facts say.
    pub(super) fn add(&mut self, event: u16, facts: &Facts, slot: u32) {
        each(event, facts, |place, day| self.enter(place, day, slot));
        numbers(event, facts, |place| {
            self.numbers.insert(place, (0, slot));
        });
        for hash in facts.persons.iter().flat_map(|person| person.key.filed()) {
            self.persons.insert((event, hash), (0, slot));
        }
    }

    /// Takes a story out again; the facts are those it was filed under.
    pub(super) fn remove(&mut self, event: u16, facts: &Facts, slot: u32) {
        each(event, facts, |place, day| self.leave(place, day, slot));
        numbers(event, facts, |place| {
            self.numbers.remove(place, (0, slot));
        });
        for hash in facts.persons.iter().flat_map(|person| person.key.filed()) {
            self.persons.remove((event, hash), (0, slot));
        }
    }

    /// Files a story under what its facts say now, and no more under what they said before where that is something else.
    /// Says whether it is.
    pub(super) fn refile(&mut self, event: u16, before: &Facts, now: &Facts, slot: u32) -> bool {
        let sides = before.authority != now.authority || before.target != now.target;
        let parties = before.parties != now.parties;
        let days = known_days(before) != known_days(now);
        let values = |facts: &Facts| facts.counts.iter().map(|tallied| tallied.count.value).collect::<Vec<u32>>();
        let counts = before.counts.len() != now.counts.len() || values(before) != values(now);
        let persons = before.persons != now.persons;
        if sides || parties || days {
            let places = |facts: &Facts| {
                let mut places = Vec::with_capacity(16);
                each(event, facts, |place, day| places.push((place, day)));
                places
            };
            let (old, new) = (places(before), places(now));
            for (place, day) in old.iter().filter(|place| !new.contains(place)) {
                self.leave(*place, *day, slot);
            }
            for (place, day) in new.iter().filter(|place| !old.contains(place)) {
                self.enter(*place, *day, slot);
            }
        }
        if counts || sides || parties {
            numbers(event, before, |place| {
                self.numbers.remove(place, (0, slot));
            });
            numbers(event, now, |place| {
                self.numbers.insert(place, (0, slot));
            });
        }
        if persons {
            for hash in before.persons.iter().flat_map(|person| person.key.filed()) {
                self.persons.remove((event, hash), (0, slot));
            }
            for hash in now.persons.iter().flat_map(|person| person.key.filed()) {
                self.persons.insert((event, hash), (0, slot));
            }
        }
        sides || parties || days || counts || persons
    }

    fn enter(&mut self, place: Place, day: i32, slot: u32) {
        if self.parties.insert(place, (day, slot)) && day == NO_DAY {
            self.undated += 1;
        }
    }

    fn leave(&mut self, place: Place, day: i32, slot: u32) {
        if self.parties.remove(place, (day, slot)) && day == NO_DAY {
            self.undated -= 1;
        }
    }

    /// Stories that the report can be of, some of them more than once, in no meaningful order: those of near days with a
    /// party in common, and those of any day with a name in common, or a party and a number.
    pub(super) fn candidates(&self, event: u16, told: &Told<'_>, mut found: impl FnMut(u32)) {
        let announced = told.announced;
        let mut look = |a: u32, t: u32, reach: Reach| {
            // A decision comes ahead of its deed, and never the other way round.
            let near = told.day.map_or((NO_DAY + 1, i32::MAX), |day| match announced {
                true => (day - reach.same(), day + reach.widest()),
                false => (day - reach.widest(), day + reach.same()),
            });
            let mut tell = |first, last| {
                self.parties.between((event, a, t), first, last).iter().for_each(|entry| found(entry.1));
            };
            tell(near.0, near.1);
            if self.undated > 0 {
                tell(NO_DAY, NO_DAY);
            }
        };
        let (loose, wide) = (LOOSE, PARTIES);
        let (acts, hits) = (told.acts, told.hits);
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
        if let Some(count) = told.report.count.map(|count| count.value) {
            let sides = told.authority.iter().chain(&told.target);
            for party in sides.chain(told.parties.iter().filter(|_| !acts)) {
                self.numbers.all((event, *party, count)).iter().for_each(|entry| found(entry.1));
            }
        }
        for hash in told.persons.iter().chain(&told.named).flat_map(Key::asked) {
            self.persons.all((event, hash)).iter().for_each(|entry| found(entry.1));
        }
    }

    /// Stories of a type by a party, or against one, or both: of any day, or so near to one.
    pub(super) fn between(
        &self,
        event: u16,
        (authority, target): (u32, u32),
        near: Option<(i32, i32)>,
        found: &mut Vec<u32>,
    ) {
        let (first, last) = near.map_or((i32::MIN, i32::MAX), |(day, reach)| (day - reach, day + reach));
        found.extend(self.parties.between((event, authority, target), first, last).iter().map(|entry| entry.1));
    }

    /// Stories of a type that name this person.
    pub(super) fn named(&self, event: u16, key: &Key, found: &mut Vec<u32>) {
        found.extend(key.asked().flat_map(|hash| self.persons.all((event, hash))).map(|entry| entry.1));
    }

    /// Remembers which story holds a report of a document.
    pub(super) fn file(&mut self, report: &Report, slot: u32) {
        self.documents.insert(hash(&report.document), (0, slot));
        if let Some(corrected) = &report.corrects {
            self.corrected.insert(hash(corrected), (0, slot));
        }
    }

    /// Forgets it: no other report of the document is left in the story.
    pub(super) fn unfile(&mut self, report: &Report, slot: u32) {
        self.documents.remove(hash(&report.document), (0, slot));
        if let Some(corrected) = &report.corrects {
            self.corrected.remove(hash(corrected), (0, slot));
        }
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

    /// The stories that hold a correction of a document, or of one whose id has the same hash.
    pub(super) fn corrections(&self, id: &str) -> impl Iterator<Item = u32> {
        self.corrected.all(hash(id)).iter().map(|entry| entry.1)
    }

    /// The stories that hold reports of a document, or of one whose id has the same hash.
    pub(super) fn document(&self, id: &str) -> impl Iterator<Item = u32> {
        self.documents.all(hash(id)).iter().map(|entry| entry.1)
    }
}

/// Every place of a story, on each of its days. Nobody asks for a place that names no party.
fn each(event: u16, facts: &Facts, mut act: impl FnMut(Place, i32)) {
    let (authority, target) = (sides(&facts.authority), sides(&facts.target));
    let open = authority.contains(&UNKNOWN);
    let named = |sides: &'_ [u32]| sides.len() - usize::from(sides.last() == Some(&UNKNOWN));
    let (acting, hit) = (&authority[..named(&authority)], &target[..named(&target)]);
    for day in days(facts) {
        for a in acting {
            act((event, *a, ANY), day);
        }
        for t in hit {
            act((event, ANY, *t), day);
        }
        for (a, t) in authority.iter().flat_map(|a| target.iter().map(move |t| (*a, *t))) {
            if (a, t) != (UNKNOWN, UNKNOWN) {
                act((event, a, t), day);
            }
        }
        if open {
            hit.iter().chain(&facts.parties).for_each(|party| act((event, SETTING, *party), day));
        }
    }
}

fn numbers(event: u16, facts: &Facts, mut act: impl FnMut(Place)) {
    let sides = || facts.authority.iter().chain(&facts.target).map(|name| party_hash(name));
    for tallied in facts.counts.iter().filter(|tallied| tallied.count.value > 2) {
        if facts.authority.is_empty() {
            facts.parties.iter().for_each(|party| act((event, *party, tallied.count.value)));
        }
        sides().for_each(|party| act((event, party, tallied.count.value)));
    }
}

/// The days that a story is known to be of, each once, in order behind [`NO_DAY`]s.
fn known_days(facts: &Facts) -> [i32; 4] {
    let dated = facts.dated.map_or([None; 2], |(low, high)| [Some(low), Some(high)]);
    let mut days = [dated[0], dated[1], facts.enacted, facts.announced].map(number_or_none);
    days.sort_unstable();
    for at in (1..days.len()).rev() {
        if days[at] == days[at - 1] {
            days[at] = NO_DAY;
        }
    }
    days.sort_unstable();
    days
}

/// Those days, or [`NO_DAY`] where none is known.
fn days(facts: &Facts) -> impl Iterator<Item = i32> {
    let days = known_days(facts);
    let none = (days[3] == NO_DAY).then_some(NO_DAY);
    days.into_iter().filter(|day| *day != NO_DAY).chain(none)
}
