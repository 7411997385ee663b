//! Links between stories: an exchange, an answer, a reversal; and what they rest on.
//!
//! A document's own words are the best evidence ("in exchange for"). Where no document says so, stories are linked that
//! fit the pattern of a deal: the same parties in the roles of a deal, near in time. A pattern is marked as one, so that
//! whoever wants only what was said can leave it out.

use super::facts::Story;
use super::id::StoryId;
use super::identity::{apart, shares_name};
use super::index::{Index, is_code, party_hash};
use super::report::{Act, Type};
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

/// Slots of stories in which the parties of this one have the roles that a deal would give them.
pub(super) fn neighbours(types: &[Type], index: &Index, story: &Story, found: &mut Vec<u32>) {
    let of = |act: Act| {
        (0_u16..).zip(types).filter(move |(_, known)| known.act == act).map(|(event, _)| event).collect::<Vec<u16>>()
    };
    let codes = |list: &[Box<str>]| list.iter().filter(|p| is_code(p)).map(|p| p.to_string()).collect::<Vec<_>>();
    let (authority, target) = (codes(&story.facts.authority), codes(&story.facts.target));
    match types[usize::from(story.event)].act {
        Act::Release => {
            for a in &authority {
                of(Act::Lift).iter().for_each(|event| index.between(*event, None, Some(a), found));
                of(Act::Release).iter().for_each(|event| index.between(*event, None, Some(a), found));
            }
        }
        Act::Lift => {
            for t in &target {
                of(Act::Release).iter().for_each(|event| index.between(*event, Some(t), None, found));
                for a in &authority {
                    of(Act::Impose).iter().for_each(|event| index.between(*event, Some(a), Some(t), found));
                }
            }
        }
        Act::Impose => {
            for t in &target {
                for a in &authority {
                    of(Act::Impose).iter().for_each(|event| index.between(*event, Some(t), Some(a), found));
                    of(Act::Lift).iter().for_each(|event| index.between(*event, Some(a), Some(t), found));
                }
            }
        }
    }
}

/// How two stories belong together by their parties and days: relation, whether `story` is the one that stands in it to
/// `far`, and what it rests on.
pub(super) fn pattern(types: &[Type], story: &Story, far: &Story) -> Option<(Relation, bool, Basis)> {
    if story.id == far.id {
        return None;
    }
    let (here, there) = (types[usize::from(story.event)].act, types[usize::from(far.event)].act);
    let together = story.reports.iter().any(|r| far.reports.iter().any(|other| other.document == r.document));
    let basis = if together { Basis::Document } else { Basis::Pattern };
    let meet = |a: &[Box<str>], b: &[Box<str>]| a.iter().any(|party| is_code(party) && b.contains(party));
    let days = days_between(story, far);
    let near = |limit: i32| days.is_some_and(|days| days.abs() <= limit);
    // Of two on one day the one that came later follows.
    let later = days.map_or(story.opened > far.opened, |days| days > 0 || days == 0 && story.opened > far.opened);
    let (f, g) = (&story.facts, &far.facts);
    match (here, there) {
        (Act::Release, Act::Lift) | (Act::Lift, Act::Release) => {
            let (release, lift) = if here == Act::Release { (f, g) } else { (g, f) };
            let involved = together
                || meet(&lift.authority, &release.target)
                || lift.authority.iter().any(|a| release.parties.contains(&party_hash(a)));
            let fits = near(DEAL) && meet(&release.authority, &lift.target) && involved;
            fits.then_some((Relation::InResponseTo, later, basis))
        }
        (Act::Release, Act::Release) => {
            let fits = near(EXCHANGE) && meet(&f.authority, &g.target) && meet(&g.authority, &f.target);
            (fits && !meet(&f.authority, &g.authority)).then_some((Relation::InExchangeFor, later, basis))
        }
        (Act::Impose, Act::Impose) => {
            let fits = near(DEAL) && meet(&f.authority, &g.target) && meet(&g.authority, &f.target);
            (fits && !meet(&f.authority, &g.authority)).then_some((Relation::Retaliates, later, basis))
        }
        (Act::Lift, Act::Impose) | (Act::Impose, Act::Lift) => {
            let lifts = here == Act::Lift;
            let in_order = days.is_none_or(|days| if lifts { days >= 0 } else { days <= 0 });
            let same = shares_name(f, g) || f.measures.iter().any(|measure| g.measures.contains(measure));
            let fits = in_order && same && meet(&f.authority, &g.authority) && meet(&f.target, &g.target);
            fits.then_some((Relation::Reverses, lifts, basis))
        }
        (Act::Impose, Act::Release) | (Act::Release, Act::Impose) | (Act::Lift, Act::Lift) => None,
    }
}

/// Days from `far` to `story`.
fn days_between(story: &Story, far: &Story) -> Option<i32> {
    let day = |story: &Story| story.day().or(story.facts.announced);
    let (here, there) = (day(story)?, day(far)?);
    let days = apart(here, there);
    Some(if here < there { -days } else { days })
}
