//! A story in the length of a cache line: enough to turn most reports away without looking at the story itself.
//!
//! It never lets in more than [`identity::weigh`] does, nor does it decide: what it does not exclude is weighed. Of a
//! hundred stories that the index proposes for a report it leaves a handful.

use super::day::{NO_DAY, number_or_none};
use super::facts::Facts;
use super::identity::{self, Agreement, LOOSE, PARTIES, Reach, SPECIFIC, Told};
use super::index::{is_code, party_hash};
use super::report::{Act, Text};
use crate::rules::Count;

/// What is compared first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Brief {
    /// First and last of the days that texts give, or [`NO_DAY`].
    dated: (i32, i32),
    enacted: i32,
    announced: i32,
    authority: Side,
    target: Side,
    count: Counts,
    /// How many people it names.
    persons: u32,
    /// Whether the openings of its documents name anybody.
    names: bool,
}

/// Parties of one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Unknown,
    /// The hash of the only party, and whether it is a code.
    One(u32, bool),
    Several,
}

#[derive(Clone, Copy, Debug)]
enum Counts {
    Unknown,
    One(Count),
    Several,
}

impl Side {
    fn of(list: &[Text]) -> Self {
        match list {
            [] => Self::Unknown,
            [only] => Self::One(party_hash(only), is_code(only)),
            _ => Self::Several,
        }
    }

    /// Whether it is certain that the other side is another one.
    fn conflicts(self, said: &[u32], coded: bool) -> bool {
        matches!((self, said), (Self::One(known, code), [only]) if known != *only && code == coded)
    }

    /// Whether both may be known and the same.
    fn can_agree(self, said: &[u32]) -> bool {
        match (self, said) {
            (Self::Unknown, _) | (_, []) => false,
            (Self::One(known, _), _) => said.contains(&known),
            (Self::Several, _) => true,
        }
    }
}

impl Brief {
    /// The facts in brief.
    pub(super) fn of(facts: &Facts) -> Self {
        let dated = facts.dated.map_or([None; 2], |(low, high)| [Some(low), Some(high)]).map(number_or_none);
        Self {
            dated: (dated[0], dated[1]),
            enacted: number_or_none(facts.enacted),
            announced: number_or_none(facts.announced),
            authority: Side::of(&facts.authority),
            target: Side::of(&facts.target),
            count: match facts.counts[..] {
                [] => Counts::Unknown,
                [only] => Counts::One(only.count),
                _ => Counts::Several,
            },
            persons: u32::try_from(facts.persons.len()).unwrap_or(u32::MAX),
            names: !facts.named.is_empty(),
        }
    }

    /// Whether the report cannot be of this story, whatever else the two say.
    pub(super) fn excludes(&self, act: Act, told: &Told<'_>) -> bool {
        let people = told.persons.len();
        let (same_number, other_number) = match (self.count, told.report.count) {
            (Counts::Unknown, _) | (_, None) => (false, false),
            (Counts::One(known), Some(said)) => {
                let agreement = identity::numbers_of(known, self.persons as usize, said, people);
                (agreement == Agreement::Same && said.value > 2, agreement == Agreement::Conflict)
            }
            (Counts::Several, Some(said)) => (said.value > 2, false),
        };
        let conflict = other_number
            || self.authority.conflicts(&told.authority, told.acts)
            || self.target.conflicts(&told.target, told.hits) && !(act == Act::Release && same_number);
        if conflict && (people == 0 || self.persons == 0) {
            return true;
        }
        let person =
            if people > 0 { self.persons > 0 || self.names } else { self.persons > 0 && !told.named.is_empty() };
        let reach = if person || same_number {
            SPECIFIC
        } else if self.authority.can_agree(&told.authority)
            && (act == Act::Release || self.target.can_agree(&told.target))
        {
            PARTIES
        } else {
            LOOSE
        };
        self.is_far(told, reach) || !person && self.is_dated_apart(told)
    }

    /// See [`identity::days_apart`].
    fn is_far(&self, told: &Told<'_>, reach: Reach) -> bool {
        let Some(said) = told.day else { return false };
        let beyond =
            identity::beyond_reach([self.dated.0, self.dated.1, self.enacted], self.announced, told, said, reach);
        beyond.is_some_and(|(beyond, _)| beyond > 0)
    }

    fn is_dated_apart(&self, told: &Told<'_>) -> bool {
        let (low, high) = self.dated;
        told.past.is_some_and(|said| low != NO_DAY && (said < low - 1 || said > high + 1))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rules::{Qualifier, Status};
    use crate::story::{MentionId, Report};

    fn texts(all: &'static [&'static str], most: usize) -> impl Strategy<Value = crate::story::Words> {
        let list = prop::collection::btree_set(prop::sample::select(all), 0..=most);
        list.prop_map(|list| list.into_iter().map(Text::from).collect())
    }

    fn report() -> impl Strategy<Value = Report> {
        const PARTIES: &[&str] = &["BY", "RU", "US", "Wagner Group"];
        const PEOPLE: &[&str] = &["Ales Bialiatski", "Maria Kalesnikava", "Kolesnikova", "Viktor Bout"];
        let count = prop::option::of((1_u32..12, any::<bool>()));
        let parties = (texts(PARTIES, 2), texts(PARTIES, 2), texts(PARTIES, 3));
        let people = (texts(PEOPLE, 2), texts(PEOPLE, 2));
        let days = (prop::option::of(0_i64..40), prop::option::of(0_i64..40));
        (count, parties, people, days, any::<bool>()).prop_map(
            |(count, (authority, target, parties), (persons, named), (published, dated), announced)| {
                let day = |day: i64| jiff::civil::Date::constant(2025, 9, 1) + jiff::Span::new().days(day);
                let at = |day: i64| jiff::Timestamp::from_second(1_756_684_800 + day * 86_400).unwrap();
                Report {
                    mention: MentionId(1),
                    document: "d".into(),
                    version: None,
                    corrects: None,
                    content: 1,
                    publisher: None,
                    originator: None,
                    url: None,
                    published: published.map(at),
                    status: if announced { Status::Announced } else { Status::Enacted },
                    subtype: None,
                    authority,
                    target,
                    count: count.map(|(value, exact)| Count {
                        value,
                        qualifier: if exact { Qualifier::Exact } else { Qualifier::AtLeast },
                    }),
                    persons,
                    measure: None,
                    date: dated.map(day),
                    parties,
                    named,
                    ties: [].into(),
                }
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

        #[test]
        fn nothing_is_turned_away_that_could_be_of_the_story(
            known in prop::collection::vec(report(), 1..4),
            said in report(),
            act in prop::sample::select(vec![Act::Impose, Act::Lift, Act::Release]),
        ) {
            let (facts, told) = (Facts::of(&known), Told::of(&said));
            if Brief::of(&facts).excludes(act, &told) {
                prop_assert_eq!(identity::weigh(act, &facts, &told), None);
            }
        }
    }
}
