//! Whether a report can be of the event of a story, and how much speaks for it.
//!
//! Unknown unifies with anything, a conflict splits, and of several stories that fit the one with the most agreement is
//! taken. Agreement and conflict are those of typed fields.

use jiff::civil::Date;

use super::facts::{Facts, Person, day_of};
use super::index::hash;
use super::name::Key;
use super::report::{Act, Report};
use crate::rules::{Count, Qualifier, Status};

/// How far reports of one event lie apart, in days, where only the parties agree.
const NEAR: i32 = 4;
/// The same, from an announcement to its execution.
const NEAR_ANNOUNCED: i32 = 10;
/// How far they lie apart where a name or a number agrees as well.
const FAR: i32 = 14;
/// The same, from an announcement to its execution.
const FAR_ANNOUNCED: i32 = 30;

/// What speaks for a report being of the event of a story; `None` when something rules it out.
#[must_use]
pub fn weigh(act: Act, facts: &Facts, report: &Report, keys: &[Key]) -> Option<i32> {
    let authority = overlap(&facts.authority, &report.authority);
    let target = overlap(&facts.target, &report.target);
    let known = keys.iter().filter(|key| facts.persons.iter().any(|person| person.key.matches(key))).count();
    let named = known > 0;
    let count = report.count.and_then(|count| numbers(facts, count));
    let same_number = count == Some(Agreement::Same) && report.count.is_some_and(|count| count.value > 2);

    if authority == Agreement::Conflict && !named {
        return None;
    }
    if target == Agreement::Conflict && !named && !(act == Act::Release && same_number) {
        return None;
    }
    if count == Some(Agreement::Conflict) && !named {
        return None;
    }
    if !named && !keys.is_empty() && !facts.persons.is_empty() && !has_room(facts, report, keys.len()) {
        return None;
    }
    if !named && authority != Agreement::Same && target != Agreement::Same {
        return None;
    }

    let specific = named || same_number;
    let apart = days_apart(facts, report);
    let waiting = facts.enacted.is_none() || report.status == Status::Announced;
    let reach = match (specific, waiting) {
        (false, false) => NEAR,
        (false, true) => NEAR_ANNOUNCED,
        (true, false) => FAR,
        (true, true) => FAR_ANNOUNCED,
    };
    if apart.is_some_and(|days| days > reach) {
        return None;
    }
    if !named && dated_apart(facts, report).is_some_and(|days| days > 1) {
        return None;
    }

    let mut score = 8 * i32::try_from(known.min(2)).unwrap_or(2);
    score += match count {
        Some(Agreement::Same) if same_number => 6,
        Some(Agreement::Same) => 2,
        Some(Agreement::Near) => 3,
        _ => 0,
    };
    score += 3 * i32::from(authority == Agreement::Same) + 3 * i32::from(target == Agreement::Same);
    if let Some(measure) = &report.measure
        && !facts.measures.is_empty()
    {
        score += if facts.measures.contains(measure) { 2 } else { -2 };
    }
    score += apart.map_or(0, |days| 3 - days.min(6));
    Some(score)
}

/// How two values of a field stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// One of them is not known.
    Unknown,
    /// They agree.
    Same,
    /// They differ as much as outlets differ about one event.
    Near,
    /// They cannot both be of one event.
    Conflict,
}

/// Parties by code or name: a code and a name say nothing about each other.
fn overlap(known: &[Box<str>], said: &[Box<str>]) -> Agreement {
    if known.is_empty() || said.is_empty() {
        return Agreement::Unknown;
    }
    if said.iter().any(|party| known.binary_search(party).is_ok()) {
        return Agreement::Same;
    }
    let coded = |list: &[Box<str>]| list.iter().any(|party| is_code(party));
    if coded(known) == coded(said) { Agreement::Conflict } else { Agreement::Unknown }
}

fn is_code(party: &str) -> bool {
    party.len() == 2 && party.bytes().all(|b| b.is_ascii_uppercase())
}

/// Whether different people can be of one group: it must be known to be large enough for all of them.
fn has_room(facts: &Facts, report: &Report, names: usize) -> bool {
    let room = facts.counts.iter().map(|t| t.count.value).chain(report.count.map(|count| count.value)).max();
    let people = u32::try_from(facts.persons.len() + names).unwrap_or(u32::MAX);
    room.is_some_and(|room| room >= people)
}

fn numbers(facts: &Facts, count: Count) -> Option<Agreement> {
    let each = facts.counts.iter().map(|known| compare(known.count, count));
    each.min_by_key(|agreement| *agreement as u8)
}

/// How two numbers of people stand to each other.
#[must_use]
pub fn compare(a: Count, b: Count) -> Agreement {
    use Qualifier::{Approximate, AtLeast, Exact, UpTo};
    let (low, high) = (u64::from(a.value.min(b.value)), u64::from(a.value.max(b.value)));
    if low == high {
        return Agreement::Same;
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
    if off_by_one || within(12) && low >= 4 || bounded(a, b) || bounded(b, a) {
        Agreement::Near
    } else {
        Agreement::Conflict
    }
}

/// Days between the report and the nearest known day of the story.
fn days_apart(facts: &Facts, report: &Report) -> Option<i32> {
    let said = report.date.or_else(|| report.published.map(day_of))?;
    let anchors = facts.dated.map(|(low, high)| [low, high]).into_iter().flatten();
    anchors.chain(facts.enacted).chain(facts.announced).map(|day| apart(day, said)).min()
}

/// Days between the day that the report gives and those that the story gives, where both do.
fn dated_apart(facts: &Facts, report: &Report) -> Option<i32> {
    let ((low, high), said) = facts.dated.zip(report.date)?;
    if low <= said && said <= high { Some(0) } else { Some(apart(low, said).min(apart(high, said))) }
}

pub(super) fn apart(a: Date, b: Date) -> i32 {
    (a - b).get_days().abs()
}

/// Whether two lists of named persons have one in common.
#[must_use]
pub fn shares_person(known: &[Person], keys: &[Key]) -> bool {
    keys.iter().any(|key| known.iter().any(|person| person.key.matches(key)))
}

/// Who stands behind a report, as far as it is told: the originator before the outlet.
pub(super) fn source(report: &Report) -> u64 {
    let name = report.originator.as_deref().or(report.publisher.as_deref()).unwrap_or(&report.document);
    hash(&name.trim().to_lowercase())
}

/// The number of sources that did not copy from each other.
pub(super) fn independent(reports: &[Report]) -> u32 {
    // Each report points at an earlier one of the same source or the same text, or at itself.
    let keys: Vec<(u64, u128)> = reports.iter().map(|report| (source(report), report.content)).collect();
    let mut leader: Vec<usize> = (0..keys.len()).collect();
    for at in 1..keys.len() {
        for earlier in 0..at {
            if keys[earlier].0 == keys[at].0 || keys[earlier].1 == keys[at].1 {
                let (a, b) = (find(&leader, earlier), find(&leader, at));
                leader[a.max(b)] = a.min(b);
            }
        }
    }
    let count = (0..keys.len()).filter(|at| leader[*at] == *at).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn find(leader: &[usize], mut at: usize) -> usize {
    while leader[at] != at {
        at = leader[at];
    }
    at
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
