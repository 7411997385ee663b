//! Links between stories: an exchange, an answer, a reversal; and what they rest on.
//!
//! A document's own words are the best evidence ("in exchange for"). Where no document says so, stories are linked that
//! fit the pattern of a deal: the same parties in the roles of a deal, near in time. A pattern is marked as one, so that
//! whoever wants only what was said can leave it out.

use jiff::civil::Date;

use super::day::day_number;
use super::facts::{Facts, Story};
use super::id::{MentionId, StoryId};
use super::identity::shares_name;
use super::index::{ANY, Index, is_code, party_hash};
use super::report::{Act, Text, Type};
use crate::rules::Relation;

/// How many days may lie between the two sides of a deal, or between a measure and the answer to it.
const DEAL: i32 = 7;
/// How many days may lie between the two releases of an exchange.
const EXCHANGE: i32 = 3;
/// A story with more links than this is about a war, and a further link tells nobody anything.
pub(super) const MOST: usize = 16;

/// What a link rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// A document says so in words.
    Cue,
    /// A document reports both, and they fit the pattern of a deal.
    Document,
    /// They fit the pattern of a deal: same parties, opposite directions, near in time.
    Pattern,
}

impl Basis {
    /// The wire name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cue => "cue",
            Self::Document => "document",
            Self::Pattern => "pattern",
        }
    }
}

/// A link from the story that holds it to another one. The other story holds its mirror image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The other story.
    pub story: StoryId,
    /// Event type of the other story.
    pub event: u16,
    /// How they belong together.
    pub relation: Relation,
    /// Whether this story stands in the relation to the other one.
    pub outgoing: bool,
    /// What it rests on.
    pub basis: Basis,
}

/// What one partition tells the others of a story: what links look at, and no more.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbour {
    /// The story.
    pub story: StoryId,
    /// Its event type.
    pub event: u16,
    /// Parties, names, measures and days; the rest is not told.
    pub facts: Facts,
    /// Whether all its sources were withdrawn.
    pub retracted: bool,
    /// The mention that has changed it, if one has.
    pub mention: Option<MentionId>,
    /// The document of that mention.
    pub document: Option<Box<str>>,
}

/// Slots of stories in which the parties of this one have the roles that a deal would give them, near enough in time.
pub(super) fn neighbours(types: &[Type], index: &Index, story: Side<'_>, found: &mut Vec<u32>) {
    let of = |act: Act| (0_u16..).zip(types).filter(move |(_, known)| known.act == act).map(|(event, _)| event);
    let codes = |list: &'_ [Text]| list.iter().filter(|p| is_code(p)).map(|p| party_hash(p)).collect::<Vec<u32>>();
    let (authority, target) = (codes(&story.facts.authority), codes(&story.facts.target));
    let day = day(story.facts).map(day_number);
    // What has to be near, and has no day, is near nothing.
    let mut look = |act: Act, authority: u32, target: u32, limit: Option<i32>| {
        let near = match (limit, day) {
            (Some(limit), Some(day)) => Some((day, limit)),
            (Some(_), None) => return,
            (None, _) => None,
        };
        of(act).for_each(|event| index.between(event, (authority, target), near, found));
    };
    // Of many measures between two states, what names the same people or the same measure is taken back.
    let (by_measure, persons) = (!story.facts.measures.is_empty(), &story.facts.persons);
    match types[usize::from(story.event)].act {
        Act::Release => {
            for a in &authority {
                look(Act::Lift, ANY, *a, Some(DEAL));
                // Of the other release this one's people are the nationals, and the other way round.
                for t in &target {
                    look(Act::Release, *t, *a, Some(EXCHANGE));
                }
            }
        }
        Act::Lift => {
            for t in &target {
                look(Act::Release, *t, ANY, Some(DEAL));
                for a in authority.iter().filter(|_| by_measure) {
                    look(Act::Impose, *a, *t, None);
                }
            }
        }
        Act::Impose => {
            for t in &target {
                for a in &authority {
                    look(Act::Impose, *t, *a, Some(DEAL));
                    if by_measure {
                        look(Act::Lift, *a, *t, None);
                    }
                }
            }
        }
    }
    let reversed = match types[usize::from(story.event)].act {
        Act::Lift => Act::Impose,
        Act::Impose => Act::Lift,
        Act::Release => return,
    };
    if !by_measure {
        of(reversed).for_each(|event| persons.iter().for_each(|person| index.named(event, &person.key, found)));
    }
}

/// A story as far as links look at it: one of this partition, or one that another partition told of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side<'a> {
    pub(super) id: StoryId,
    pub(super) event: u16,
    pub(super) facts: &'a Facts,
}

impl<'a> From<&'a Story> for Side<'a> {
    fn from(story: &'a Story) -> Self {
        Self { id: story.id, event: story.event, facts: &story.facts }
    }
}

/// How two stories belong together by their parties and days: relation, whether `here` is the one that stands in it to
/// `there`, and what it rests on. `together` when one document reports both.
///
/// It looks at what the reports say and never at the order in which they came, so that two partitions which each know one
/// of the stories come to the same.
pub(super) fn pattern(
    types: &[Type],
    here: Side<'_>,
    there: Side<'_>,
    together: impl FnOnce() -> bool,
) -> Option<(Relation, bool, Basis)> {
    if here.id == there.id {
        return None;
    }
    let meet = |a: &[Text], b: &[Text]| a.iter().any(|party| is_code(party) && b.contains(party));
    let (f, g) = (here.facts, there.facts);
    let days = days_between(f, g);
    let near = |limit: i32| days.is_some_and(|days| days.abs() <= limit);
    // Of two on one day the one that was published later follows.
    let behind = (f.first_seen, here.id) > (g.first_seen, there.id);
    let later = days.map_or(behind, |days| days > 0 || days == 0 && behind);
    let crosswise = meet(&f.authority, &g.target) && meet(&g.authority, &f.target) && !meet(&f.authority, &g.authority);
    let (fits, relation, outgoing) = match (types[usize::from(here.event)].act, types[usize::from(there.event)].act) {
        (act @ Act::Release, Act::Lift) | (act @ Act::Lift, Act::Release) => {
            let (release, lift) = if act == Act::Release { (f, g) } else { (g, f) };
            let fits = near(DEAL) && meet(&release.authority, &lift.target);
            if fits
                && !meet(&lift.authority, &release.target)
                && !lift.authority.iter().any(|a| release.parties.contains(&party_hash(a)))
            {
                // The one who lifts has no part in the release, unless somebody tells of both.
                return together().then_some((Relation::InResponseTo, later, Basis::Document));
            }
            (fits, Relation::InResponseTo, later)
        }
        (Act::Release, Act::Release) => (near(EXCHANGE) && crosswise, Relation::InExchangeFor, later),
        (Act::Impose, Act::Impose) => (near(DEAL) && crosswise, Relation::Retaliates, later),
        (act @ Act::Lift, Act::Impose) | (act @ Act::Impose, Act::Lift) => {
            let lifts = act == Act::Lift;
            let in_order = days.is_none_or(|days| if lifts { days >= 0 } else { days <= 0 });
            let fits = in_order
                && meet(&f.authority, &g.authority)
                && meet(&f.target, &g.target)
                && (f.measures.iter().any(|measure| g.measures.contains(measure)) || shares_name(f, g));
            (fits, Relation::Reverses, lifts)
        }
        (Act::Impose, Act::Release) | (Act::Release, Act::Impose) | (Act::Lift, Act::Lift) => return None,
    };
    fits.then(|| (relation, outgoing, if together() { Basis::Document } else { Basis::Pattern }))
}

/// Whether a story has the parties that a pattern asks for. Without them only words can link it.
pub(super) fn has_parts(types: &[Type], event: u16, facts: &Facts) -> bool {
    let coded = |list: &[Text]| list.iter().any(|party| is_code(party));
    match types[usize::from(event)].act {
        Act::Release => coded(&facts.authority),
        Act::Lift => coded(&facts.target),
        Act::Impose => coded(&facts.authority) && coded(&facts.target),
    }
}

/// The day of the event, or else of its announcement.
fn day(facts: &Facts) -> Option<Date> {
    facts.day().or(facts.announced)
}

/// Days from `there` to `here`.
fn days_between(here: &Facts, there: &Facts) -> Option<i32> {
    Some(day_number(day(here)?) - day_number(day(there)?))
}
