//! How many are listed: numbers of persons and entities in sentences that say more of a measure.
//!
//! "The asset freeze applies to 81 people and nine organisations", "In total, 27 firms were added to the list". Numbers of
//! all who are listed by now, or remain so, are none of this event's. Which event a number belongs to is for `merge`.

use super::number::{number_in, qualifier};
use super::sentence::Sentence;
use super::set::RuleSet;
use super::{Count, Evidence, Role};
use crate::syntax::{ChunkKind, UnitKind};

/// How deep in a document a number can still be the event's.
const REACH: usize = 20;

/// A number of persons and entities that a sentence calls listed.
#[derive(Clone, Debug)]
pub struct Tally {
    /// How many.
    pub count: Count,
    /// The sentence calls it a total.
    pub total: bool,
    /// Where it says so; never empty.
    pub evidence: Vec<Evidence>,
}

/// Adds what one sentence says.
pub fn read(set: &RuleSet, s: &Sentence<'_>, ordinal: usize, out: &mut Vec<Tally>) {
    let words = &set.words;
    if ordinal > REACH || s.units().iter().any(|u| words.cumulative.matches(s.lexicon, u)) {
        return;
    }
    let told =
        (0..s.chunks().len()).any(|k| {
            let unit = &s.units()[usize::from(s.chunks()[k].head)];
            match s.kind(k) {
                ChunkKind::Verb => {
                    let c = s.chunks()[k].verb;
                    c.negation.is_none()
                        && (words.listing.matches(s.lexicon, unit) || words.comprise.matches(s.lexicon, unit))
                }
                _ => false,
            }
        }) || s.units().iter().any(|u| words.measure.matches(s.lexicon, u) && !u.weak && u.kind == UnitKind::Noun);
    if !told {
        return;
    }
    let mut parts: Vec<(u32, usize, usize)> = Vec::new();
    let mut last = None;
    for k in (0..s.chunks().len()).filter(|k| s.kind(*k) == ChunkKind::Noun) {
        let range = s.units_of(k);
        let Some((value, first, end)) = number_in(s, range.clone()) else { continue };
        let counted = (end..range.end).any(|u| {
            let unit = &s.units()[u];
            (words.people_unit.matches(s.lexicon, unit)
                || words.entity_unit.matches(s.lexicon, unit)
                || words.demonym.matches(s.lexicon, unit) && unit.plural)
                && !words.vessel.matches(s.lexicon, unit)
                && !matches!(s.norm(u), "countries" | "nations" | "states" | "members" | "governments")
        });
        // "two firms and three men" add up; a number elsewhere in the sentence is another matter.
        let tied = last.is_none_or(|l: usize| {
            (l + 1..k).all(|j| matches!(s.kind(j), ChunkKind::Conjunction | ChunkKind::Comma | ChunkKind::Adverb))
        });
        if counted && value > 0 && tied && (last.is_some() || is_hit(set, s, k)) {
            parts.push((value, first, end));
            last = Some(k);
        }
    }
    let Some(first) = parts.first() else { return };
    let value = parts.iter().map(|p| p.0).fold(0_u32, u32::saturating_add);
    let total = (0..s.units().len()).any(|u| matches!(s.word(u), "in total" | "in all" | "altogether" | "a total of"))
        || (0..s.units().len()).any(|u| s.norm(u) == "total");
    if value > 1 {
        let evidence = parts
            .iter()
            .map(|(_, first, end)| {
                let span = s.span(*first, *end);
                Evidence {
                    role: Role::Count,
                    field: s.field,
                    start: span.start,
                    end: span.end,
                    rule: "note.tally".to_owned(),
                }
            })
            .collect();
        out.push(Tally { count: Count { value, qualifier: qualifier(s, words, first.1) }, total, evidence });
    }
}

/// Whether the sentence ties a noun phrase to the measure: "hits 19 men", "against 12 firms", "the assets of nine", "27 were
/// added"; a number of those who were killed or freed is none of those listed.
fn is_hit(set: &RuleSet, s: &Sentence<'_>, noun: usize) -> bool {
    let words = &set.words;
    let head = |k: usize| &s.units()[usize::from(s.chunks()[k].head)];
    let lists =
        |k: usize| [&words.listing, &words.comprise, &words.removal].iter().any(|w| w.matches(s.lexicon, head(k)));
    if s.predicate(noun).is_some_and(|p| s.chunks()[p].verb.passive && lists(p)) {
        return true;
    }
    let Some(before) = (0..noun).rev().find(|k| !matches!(s.kind(*k), ChunkKind::Adverb | ChunkKind::Quote)) else {
        return false;
    };
    match s.kind(before) {
        ChunkKind::Verb => lists(before) || words.aim.matches(s.lexicon, head(before)),
        ChunkKind::Preposition if s.is_word(before, &["on", "against", "upon"]) => true,
        // "The freeze applies to 81 people".
        ChunkKind::Preposition if s.is_word(before, &["to"]) => before > 0 && s.kind(before - 1) == ChunkKind::Verb,
        ChunkKind::Preposition if s.is_word(before, &["of"]) => {
            let of = before.checked_sub(1).filter(|k| s.kind(*k) == ChunkKind::Noun);
            of.is_some_and(|k| {
                words.asset.matches(s.lexicon, head(k)) || matches!(s.norm(s.units_of(k).end - 1), "total" | "list")
            })
        }
        _ => false,
    }
}
