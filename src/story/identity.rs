//! Whether a report can be of the event of a story, and how much speaks for it.
//!
//! Unknown unifies with anything, a conflict splits, and of several stories that fit the one with the most agreement is
//! taken. Agreement and conflict are those of typed fields.

use jiff::civil::Date;

use super::facts::{Facts, Person, day_of, past_day};
use super::index::{is_code, party_hash};
use super::name::Key;
use super::report::{Act, Report};
use crate::rules::{Count, Qualifier, Status};

/// How far reports of one event lie apart, in days: by what speaks for their being of one event.
#[derive(Clone, Copy, Debug)]
struct Reach {
    /// Between two reports of the deed, or of the decision.
    same: i32,
    /// Between the decision and the deed.
    to_deed: i32,
}

/// A name or a number agrees.
const SPECIFIC: Reach = Reach { same: 14, to_deed: 30 };
/// All the parties that matter agree.
const PARTIES: Reach = Reach { same: 3, to_deed: 10 };
/// One party agrees, and the other is not known.
const LOOSE: Reach = Reach { same: 2, to_deed: 4 };

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

/// A report with its names made ready for comparing.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The report.
    pub report: &'a Report,
    /// Its named persons.
    pub persons: &'a [Key],
    /// The persons that the opening of its document names.
    pub named: &'a [Key],
}

/// What speaks for a report being of the event of a story; `None` when something rules it out.
#[must_use]
pub fn weigh(act: Act, facts: &Facts, told: Told<'_>) -> Option<i32> {
    let Told { report, persons, named } = told;
    let is_of = |key: &&Key| facts.persons.iter().any(|person| person.key.matches(key));
    let known = persons.iter().filter(is_of).count();
    // A document that tells of a release without a name, and names the one released elsewhere; or the story did.
    let alluded = known == 0
        && (persons.is_empty() && named.iter().any(|key| is_of(&key))
            || facts.persons.is_empty() && persons.iter().any(|key| facts.named.binary_search(&key.hash()).is_ok()));
    let person = known > 0 || alluded;

    let authority = authorities(act, facts, report);
    let target = targets(act, facts, report);
    let count = report.count.map_or(Unknown, |count| numbers(facts, count));
    let same_number = count == Same && report.count.is_some_and(|count| count.value > 2);

    if authority == Conflict && known == 0 || target == Conflict && known == 0 && !(act == Act::Release && same_number)
    {
        return None;
    }
    if count == Conflict && known == 0 {
        return None;
    }
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
    let apart = days_apart(facts, report, reach);
    if apart.is_some_and(|(days, reach)| days > reach) {
        return None;
    }
    if !person && dated_apart(facts, report).is_some_and(|days| days > 1) {
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
fn authorities(act: Act, facts: &Facts, report: &Report) -> Agreement {
    let said = overlap(&facts.authority, &report.authority);
    if said != Unknown {
        return said;
    }
    let names = |list: &[Box<str>]| list.iter().map(|name| party_hash(name)).collect::<Vec<u32>>();
    let story = (names(&facts.authority), names(&facts.target), &facts.parties);
    let other = (names(&report.authority), names(&report.target), &names(&report.parties));
    match (story.0.is_empty(), other.0.is_empty()) {
        // Neither says: that they name a party in common is all there is.
        (true, true) => {
            let shared = story.2.iter().chain(&story.1).any(|party| other.2.contains(party) || other.1.contains(party));
            if shared { Near } else { Unknown }
        }
        (true, false) => named_there(act, &other.0, &story.1, story.2, &other.1),
        (false, true) => named_there(act, &story.0, &other.1, other.2, &story.1),
        // A code and a name: the name must stand where the code is.
        (false, false) => {
            let near =
                story.0.iter().any(|party| other.2.contains(party)) || other.0.iter().any(|p| story.2.contains(p));
            if near { Near } else { Unknown }
        }
    }
}

/// Whether an authority can be that of a report which names none: it is the state of those freed, or the document names it.
fn named_there(act: Act, authority: &[u32], target: &[u32], parties: &[u32], both: &[u32]) -> Agreement {
    if act == Act::Release && authority.iter().any(|party| target.contains(party)) {
        return Near;
    }
    if authority.iter().any(|party| parties.contains(party)) {
        return Near;
    }
    let others = parties.iter().any(|party| !target.contains(party) && !both.contains(party));
    if others { Conflict } else { Unknown }
}

/// Whom it hits. For a release this is the nationality of foreigners, which most reports leave out.
fn targets(act: Act, facts: &Facts, report: &Report) -> Agreement {
    let said = overlap(&facts.target, &report.target);
    if said != Unknown || act == Act::Release {
        return said;
    }
    let among = |target: &[Box<str>], parties: &[u32]| {
        target.iter().filter(|party| is_code(party)).any(|party| parties.contains(&party_hash(party)))
    };
    let story_has = facts.target.iter().any(|party| is_code(party));
    let report_has = report.target.iter().any(|party| is_code(party));
    let parties: Vec<u32> = report.parties.iter().map(|party| party_hash(party)).collect();
    let (target, there, authority) = match (story_has, report_has) {
        (true, false) => (&facts.target[..], &parties, &report.authority[..]),
        (false, true) => (&report.target[..], &facts.parties, &facts.authority[..]),
        _ => return Unknown,
    };
    if among(target, there) {
        return Near;
    }
    let others = there.iter().any(|party| !authority.iter().any(|known| party_hash(known) == *party));
    if others { Conflict } else { Unknown }
}

/// Parties by code or name: a code and a name say nothing about each other.
fn overlap(known: &[Box<str>], said: &[Box<str>]) -> Agreement {
    if known.is_empty() || said.is_empty() {
        return Unknown;
    }
    if said.iter().any(|party| known.binary_search(party).is_ok()) {
        return Same;
    }
    let coded = |list: &[Box<str>]| list.iter().any(|party| is_code(party));
    if coded(known) == coded(said) { Conflict } else { Unknown }
}

/// Whether different people can be of one group: it must be known to be large enough for all of them.
fn has_room(facts: &Facts, report: &Report, names: usize) -> bool {
    let room = facts.counts.iter().map(|t| t.count.value).chain(report.count.map(|count| count.value)).max();
    let people = u32::try_from(facts.persons.len() + names).unwrap_or(u32::MAX);
    room.is_some_and(|room| room >= people)
}

fn numbers(facts: &Facts, count: Count) -> Agreement {
    let each = facts.counts.iter().map(|known| compare(known.count, count));
    each.min_by_key(|agreement| *agreement as u8).unwrap_or(Unknown)
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
fn days_apart(facts: &Facts, report: &Report, reach: Reach) -> Option<(i32, i32)> {
    let said = past_day(report).or_else(|| report.published.map(day_of))?;
    let announced = report.status == Status::Announced;
    let anchors = facts.dated.map(|(low, high)| [low, high]).into_iter().flatten();
    let deeds = anchors.chain(facts.enacted).map(|day| {
        let waits = announced && said < day;
        (apart(day, said), if waits { reach.to_deed } else { reach.same })
    });
    let decisions = facts.announced.map(|day| {
        // Once the deed is reported, a later deed is another one, whatever was announced before.
        let waits = !announced && day < said && facts.enacted.is_none_or(|deed| said <= deed);
        (apart(day, said), if waits { reach.to_deed } else { reach.same })
    });
    deeds.chain(decisions).min_by_key(|(days, reach)| (days - reach, *days))
}

/// Days between the day that the report gives and those that the story gives, where both do.
fn dated_apart(facts: &Facts, report: &Report) -> Option<i32> {
    let ((low, high), said) = facts.dated.zip(past_day(report))?;
    if low <= said && said <= high { Some(0) } else { Some(apart(low, said).min(apart(high, said))) }
}

pub(super) fn apart(a: Date, b: Date) -> i32 {
    (a - b).get_days().abs()
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
