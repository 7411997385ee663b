//! Whether a report can be of the event of a story, and how much speaks for it.
//!
//! Unknown unifies with anything, a conflict splits, and of several stories that fit the one with the most agreement is
//! taken. Agreement and conflict are those of typed fields.

use super::day::{NO_DAY, day_number, day_of, number_or_none};
use super::facts::{Facts, Person, past_day};
use super::index::{is_code, party_hash};
use super::name::Key;
use super::report::{Act, Report, Text};
use crate::rules::{Count, Qualifier, Status};

/// How far reports of one event lie apart, in days: by what speaks for their being of one event.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    /// Between two reports of the deed, or of the decision.
    same: i32,
    /// Between the decision and the deed.
    to_deed: i32,
}

impl Reach {
    pub(super) fn same(self) -> i32 {
        self.same
    }

    pub(super) fn widest(self) -> i32 {
        self.same.max(self.to_deed)
    }
}

/// A name or a number agrees.
pub(super) const SPECIFIC: Reach = Reach { same: 14, to_deed: 30 };
/// All the parties that matter agree.
pub(super) const PARTIES: Reach = Reach { same: 3, to_deed: 10 };
/// One party agrees, and the other is not known.
pub(super) const LOOSE: Reach = Reach { same: 2, to_deed: 4 };

/// How two values of a field stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// They agree.
    Same,
    /// They differ as much as outlets differ about one event; or one of them is not told, and the document names it.
    Near,
    /// One of them is not known.
    Unknown,
    /// They cannot both be of one event.
    Conflict,
}

use Agreement::{Conflict, Near, Same, Unknown};

/// A report made ready for comparing with many stories.
#[derive(Clone, Debug)]
pub struct Told<'a> {
    /// The report.
    pub(super) report: &'a Report,
    /// Its named persons.
    pub(super) persons: Vec<Key>,
    /// The persons that the opening of its document names.
    pub(super) named: Vec<Key>,
    /// Hashes of who acts, of whom it hits, and of all parties named.
    pub(super) authority: Vec<u32>,
    pub(super) target: Vec<u32>,
    pub(super) parties: Vec<u32>,
    /// Whether who acts is told by code, and whom it hits.
    pub(super) acts: bool,
    pub(super) hits: bool,
    /// Whether it is only announced.
    pub(super) announced: bool,
    /// The day that it puts the event on: the one that the text gives, else that of publication.
    pub(super) day: Option<i32>,
    /// The day that the text gives for what has happened.
    pub(super) past: Option<i32>,
}

/// What a story takes of a report, made ready.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    pub(super) persons: Vec<Key>,
    pub(super) named: Vec<Key>,
    pub(super) parties: Vec<u32>,
}

impl<'a> Told<'a> {
    /// Makes a report ready.
    #[must_use]
    pub fn of(report: &'a Report) -> Self {
        let keys = |names: &[Text]| names.iter().map(|name| Key::of(name)).collect();
        let hashes = |names: &[Text]| names.iter().map(|name| party_hash(name)).collect();
        let coded = |list: &[Text]| list.iter().any(|party| is_code(party));
        let past = past_day(report).map(day_number);
        Self {
            report,
            persons: keys(&report.persons),
            named: keys(&report.named),
            authority: hashes(&report.authority),
            target: hashes(&report.target),
            parties: hashes(&report.parties),
            acts: coded(&report.authority),
            hits: coded(&report.target),
            announced: report.status == Status::Announced,
            day: past.or_else(|| report.published.map(|at| day_number(day_of(at)))),
            past,
        }
    }

    /// What a story takes of it.
    pub(super) fn keys(self) -> Keys {
        Keys { persons: self.persons, named: self.named, parties: self.parties }
    }
}

/// What speaks for a report being of the event of a story; `None` when something rules it out.
#[must_use]
pub fn weigh(act: Act, facts: &Facts, told: &Told<'_>) -> Option<i32> {
    let Told { report, persons, named, .. } = told;
    // What is cheap and rules out most comes first.
    let count = report.count.map_or(Unknown, |count| numbers(facts, report, count));
    let same_number = count == Same && report.count.is_some_and(|count| count.value > 2);
    let authority = authorities(act, facts, told);
    let target = targets(act, facts, told);
    let conflict =
        count == Conflict || authority == Conflict || target == Conflict && !(act == Act::Release && same_number);
    if conflict && (persons.is_empty() || facts.persons.is_empty()) {
        return None;
    }

    let is_of = |key: &&Key| facts.persons.iter().any(|person| person.key.matches(key));
    let known = persons.iter().filter(is_of).count();
    if conflict && known == 0 {
        return None;
    }
    // A document that tells of a release without a name, and names the one released elsewhere; or the story did.
    let alluded = known == 0
        && (persons.is_empty() && named.iter().any(|key| is_of(&key))
            || facts.persons.is_empty() && persons.iter().any(|key| facts.named.binary_search(&key.hash()).is_ok()));
    let person = known > 0 || alluded;
    if !person && !persons.is_empty() && !facts.persons.is_empty() && !has_room(facts, report, persons.len()) {
        return None;
    }
    let agrees = |agreement| matches!(agreement, Same | Near);
    if !person && !agrees(authority) && !agrees(target) {
        return None;
    }

    let reach = if person || same_number {
        SPECIFIC
    } else if authority == Same && (target == Same || act == Act::Release) {
        PARTIES
    } else {
        LOOSE
    };
    let apart = days_apart(facts, told, reach);
    if apart.is_some_and(|(days, reach)| days > reach) {
        return None;
    }
    if !person && dated_apart(facts, told).is_some_and(|days| days > 1) {
        return None;
    }

    let mut score = 8 * i32::try_from(known.min(2)).unwrap_or(2) + 5 * i32::from(alluded);
    score += match count {
        Same if same_number => 6,
        Same => 2,
        Near => 3,
        _ => 0,
    };
    let party = |agreement| match agreement {
        Same => 3,
        Near => 1,
        _ => 0,
    };
    score += party(authority) + party(target);
    if let Some(measure) = &report.measure
        && !facts.measures.is_empty()
    {
        score += if facts.measures.contains(measure) { 2 } else { -2 };
    }
    score += apart.map_or(0, |(days, _)| 3 - days.min(6));
    Some(score)
}

/// Who acts. Where one side does not say, the other's authority must be among the parties that it names, or it must name
/// nobody who could be it.
fn authorities(act: Act, facts: &Facts, told: &Told<'_>) -> Agreement {
    let said = overlap(&facts.authority, &told.report.authority);
    if said != Unknown {
        return said;
    }
    let in_story = |party: u32| facts.parties.binary_search(&party).is_ok();
    let in_report = |party: u32| told.parties.contains(&party);
    let mut story_hits = facts.target.iter().map(|name| party_hash(name));
    match (facts.authority.is_empty(), told.authority.is_empty()) {
        // Neither says: that they name a party in common is all there is.
        (true, true) => {
            let shared = told.parties.iter().chain(&told.target).any(|party| in_story(*party))
                || story_hits.any(|party| in_report(party) || told.target.contains(&party));
            if shared { Near } else { Unknown }
        }
        (true, false) => {
            let home = act == Act::Release && story_hits.any(|party| told.authority.contains(&party));
            if home || told.authority.iter().any(|party| in_story(*party)) {
                return Near;
            }
            let targets: Vec<u32> = facts.target.iter().map(|name| party_hash(name)).collect();
            let others = facts.parties.iter().any(|party| !targets.contains(party) && !told.target.contains(party));
            if others { Conflict } else { Unknown }
        }
        (false, true) => {
            let mut acts = facts.authority.iter().map(|name| party_hash(name));
            if acts.any(|party| in_report(party) || act == Act::Release && told.target.contains(&party)) {
                return Near;
            }
            let targets: Vec<u32> = story_hits.collect();
            let others = told.parties.iter().any(|party| !targets.contains(party) && !told.target.contains(party));
            if others { Conflict } else { Unknown }
        }
        // A code and a name: the name must stand where the code is.
        (false, false) => {
            let mut acts = facts.authority.iter().map(|name| party_hash(name));
            let near = acts.any(in_report) || told.authority.iter().any(|party| in_story(*party));
            if near { Near } else { Unknown }
        }
    }
}

/// Whom it hits. For a release this is the nationality of foreigners, which most reports leave out.
fn targets(act: Act, facts: &Facts, told: &Told<'_>) -> Agreement {
    let report = told.report;
    let said = overlap(&facts.target, &report.target);
    if said != Unknown || act == Act::Release {
        return said;
    }
    let coded = |list: &[Text]| list.iter().any(|party| is_code(party));
    let codes = |list: &[Text], there: &dyn Fn(u32) -> bool| {
        list.iter().filter(|party| is_code(party)).any(|party| there(party_hash(party)))
    };
    let (near, others) = match (coded(&facts.target), coded(&report.target)) {
        (true, false) => (
            codes(&facts.target, &|party| told.parties.contains(&party)),
            told.parties.iter().any(|party| !told.authority.contains(party)),
        ),
        (false, true) => (
            codes(&report.target, &|party| facts.parties.binary_search(&party).is_ok()),
            facts.parties.iter().any(|party| !facts.authority.iter().any(|known| party_hash(known) == *party)),
        ),
        _ => return Unknown,
    };
    match (near, others) {
        (true, _) => Near,
        (false, true) => Conflict,
        (false, false) => Unknown,
    }
}

/// Parties by code or name: a code and a name say nothing about each other.
fn overlap(known: &[Text], said: &[Text]) -> Agreement {
    if known.is_empty() || said.is_empty() {
        return Unknown;
    }
    if said.iter().any(|party| known.binary_search(party).is_ok()) {
        return Same;
    }
    let coded = |list: &[Text]| list.iter().any(|party| is_code(party));
    if coded(known) == coded(said) { Conflict } else { Unknown }
}

/// Whether different people can be of one group: it must be known to be large enough for all of them.
fn has_room(facts: &Facts, report: &Report, names: usize) -> bool {
    let room = facts.counts.iter().map(|t| t.count.value).chain(report.count.map(|count| count.value)).max();
    let people = u32::try_from(facts.persons.len() + names).unwrap_or(u32::MAX);
    room.is_some_and(|room| room >= people)
}

fn numbers(facts: &Facts, report: &Report, count: Count) -> Agreement {
    let each =
        facts.counts.iter().map(|known| numbers_of(known.count, facts.persons.len(), count, report.persons.len()));
    each.min_by_key(|agreement| *agreement as u8).unwrap_or(Unknown)
}

/// How a number of a story that names so many people stands to that of a report that names so many.
pub(super) fn numbers_of(known: Count, named: usize, said: Count, told: usize) -> Agreement {
    match compare(known, said) {
        Conflict if counts_others(known, named, said) || counts_others(said, told, known) => Near,
        agreement => agreement,
    }
}

/// "The engineer and two others": the named stand beside the number or are in it, and the text seldom tells which. So a
/// number of others and the number of all can be of one event when the named make up the difference; one alone is
/// mostly the one who is named.
fn counts_others(others: Count, named: usize, all: Count) -> bool {
    let both = u32::try_from(named).ok().and_then(|named| others.value.checked_add(named));
    others.value > 1 && named > 0 && both == Some(all.value) && others.qualifier == Qualifier::Exact
}

/// How two numbers of people stand to each other.
#[must_use]
pub fn compare(a: Count, b: Count) -> Agreement {
    use Qualifier::{Approximate, AtLeast, Exact, UpTo};
    let (low, high) = (u64::from(a.value.min(b.value)), u64::from(a.value.max(b.value)));
    if low == high {
        return Same;
    }
    let within = |percent: u64| (high - low) * 100 <= high * percent;
    // "More than 120" and 123 are one number; "more than 50" and 123 are not said of one event.
    let bounded = |bound: Count, other: Count| match bound.qualifier {
        AtLeast => other.value >= bound.value && within(50),
        UpTo => other.value <= bound.value && within(50),
        Approximate => within(20),
        Exact => false,
    };
    let off_by_one = high - low == 1 && low >= 4;
    if off_by_one || within(12) && low >= 4 || bounded(a, b) || bounded(b, a) { Near } else { Conflict }
}

/// Whether two lists of parties are known and have none in common.
pub(super) fn disjoint(a: &[Text], b: &[Text]) -> bool {
    !a.is_empty() && !b.is_empty() && !a.iter().any(|party| b.contains(party))
}

/// How much an old report of a document and a new one are alike; 0 when they are of different parties.
pub(super) fn likeness(old: &Report, new: &Report) -> u32 {
    if disjoint(&old.authority, &new.authority) || disjoint(&old.target, &new.target) {
        return 0;
    }
    1 + u32::from(old.authority == new.authority)
        + u32::from(old.target == new.target)
        + u32::from(old.count == new.count)
        + u32::from(old.persons == new.persons)
        + u32::from(old.measure == new.measure)
}

/// Whether two lists of named persons have one in common.
#[must_use]
pub fn shares_person(known: &[Person], keys: &[Key]) -> bool {
    keys.iter().any(|key| known.iter().any(|person| person.key.matches(key)))
}

/// Whether two stories name the same person.
pub(super) fn shares_name(a: &Facts, b: &Facts) -> bool {
    a.persons.iter().any(|person| b.persons.iter().any(|other| other.key.matches(&person.key)))
}

/// Days between the report and the nearest known day of the story, and how many there may be.
pub(super) fn days_apart(facts: &Facts, told: &Told<'_>, reach: Reach) -> Option<(i32, i32)> {
    let dated = facts.dated.map_or([None; 2], |(low, high)| [Some(low), Some(high)]);
    let deeds = [dated[0], dated[1], facts.enacted].map(number_or_none);
    let (beyond, days) = beyond_reach(deeds, number_or_none(facts.announced), told, told.day?, reach)?;
    Some((days, days - beyond))
}

/// How many days the report lies beyond the reach of the known days of a story, by the day that is best for it, and how
/// many from that. Those days are those of the deed, and that of the decision; [`NO_DAY`] where one is not known.
pub(super) fn beyond_reach(
    deeds: [i32; 3],
    decision: i32,
    told: &Told<'_>,
    said: i32,
    reach: Reach,
) -> Option<(i32, i32)> {
    let mut best: Option<(i32, i32)> = None;
    let mut take = |day: i32, waits: bool| {
        let days = (day - said).abs();
        let found = (days - if waits { reach.to_deed } else { reach.same }, days);
        best = Some(best.map_or(found, |best| best.min(found)));
    };
    for day in deeds.into_iter().filter(|day| *day != NO_DAY) {
        take(day, told.announced && said < day);
    }
    if decision != NO_DAY {
        // Once the deed is reported, a later deed is another one, whatever was announced before.
        let enacted = deeds[2];
        take(decision, !told.announced && decision < said && (enacted == NO_DAY || said <= enacted));
    }
    best
}

/// Days between the day that the report gives and those that the story gives, where both do.
fn dated_apart(facts: &Facts, told: &Told<'_>) -> Option<i32> {
    let ((low, high), said) = facts.dated.zip(told.past)?;
    let (low, high) = (day_number(low), day_number(high));
    Some((low - said).max(said - high).max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(value: u32) -> Count {
        Count { value, qualifier: Qualifier::Exact }
    }

    #[test]
    fn numbers_of_one_event_and_of_two() {
        let at_least = |value| Count { value, qualifier: Qualifier::AtLeast };
        for (a, b, expected) in [
            (exact(123), exact(123), Agreement::Same),
            (exact(24), exact(26), Agreement::Near),
            (exact(4), exact(5), Agreement::Near),
            (exact(238), exact(252), Agreement::Near),
            (at_least(120), exact(123), Agreement::Near),
            (exact(1), exact(3), Agreement::Conflict),
            (exact(1), exact(2), Agreement::Conflict),
            (exact(101), exact(116), Agreement::Conflict),
            (exact(52), exact(123), Agreement::Conflict),
            (at_least(50), exact(123), Agreement::Conflict),
            (at_least(130), exact(123), Agreement::Near),
        ] {
            assert_eq!(compare(a, b), expected, "{a:?} {b:?}");
            assert_eq!(compare(b, a), expected, "{b:?} {a:?}");
        }
    }
}
