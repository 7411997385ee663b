//! Notes on captives that are no event of their own: how many remain, how many went where.
//!
//! Kept apart from triggers so that "1,227 remain behind bars" can never become a count of the released.

use jiff::civil::Date;

use super::actor::actors_in;
use super::number::number_in;
use super::read::Note;
use super::sentence::Sentence;
use super::set::RuleSet;
use super::{Evidence, Role};
use crate::syntax::ChunkKind;

/// Adds the notes of one sentence.
pub fn read(set: &RuleSet, s: &Sentence<'_>, date: Option<Date>, out: &mut Vec<Note>) {
    for chunk in 0..s.chunks().len() {
        if s.kind(chunk) != ChunkKind::Verb {
            continue;
        }
        let c = &s.chunks()[chunk];
        let unit = usize::from(c.head);
        let head = &s.units()[unit];
        let captives = |np: usize| {
            s.find_in(np, &set.words.captive)
                .or_else(|| s.find_in(np, &set.words.people_unit))
                .or_else(|| s.find_in(np, &set.words.releasable))
        };
        if set.words.remain.matches(s.lexicon, head) || c.verb.copula && still(s, chunk) {
            let Some(subject) = s.subject(chunk) else { continue };
            let held = s.units().iter().any(|u| set.words.captivity.matches(s.lexicon, u))
                || s.find_in(subject, &set.words.captive).is_some();
            if !held {
                continue;
            }
            if let Some((n, a, b)) = number_in(s, s.units_of(subject)) {
                out.push(Note { place: None, count: Some(n), evidence: vec![evidence(s, Role::Remaining, a, b)] });
            }
        } else if set.words.motion.matches(s.lexicon, head) || set.words.moved.matches(s.lexicon, head) {
            let np = if c.verb.passive || s.object(chunk).is_none() { s.subject(chunk) } else { s.object(chunk) };
            let Some(np) = np else { continue };
            let freed = s.units().iter().any(|u| set.words.freeing.matches(s.lexicon, u));
            let pronoun = s.units_of(np).all(|u| s.units()[u].kind != crate::syntax::UnitKind::Name);
            if captives(np).is_none() && !(freed && pronoun) {
                continue;
            }
            let number = number_in(s, s.units_of(np));
            let mut places = Vec::new();
            s.complements(chunk, |prep, place| {
                if s.is_word(prep, &["to", "in", "into"]) {
                    actors_in(s, &set.words, date, s.units_of(place), |a| {
                        if !a.demonym && !a.weak {
                            places.push(a);
                        }
                    });
                }
            });
            // "to Lithuania, where some of those freed are to be taken": the place stands before the clause.
            if places.is_empty()
                && let Some(relative) = (0..chunk).rev().find(|k| s.is_word(*k, &["where"]))
                && let Some(place) = (0..relative).rev().find(|k| s.kind(*k) == ChunkKind::Noun)
            {
                actors_in(s, &set.words, date, s.units_of(place), |a| places.push(a));
            }
            if let Some(place) = places.first() {
                let mut spans = vec![evidence(s, Role::Destination, place.unit, place.unit + 1)];
                if let Some((_, a, b)) = number {
                    spans.push(evidence(s, Role::Count, a, b));
                }
                let code = set.lexicon.symbols().text(place.value).to_owned();
                out.push(Note { place: Some(code), count: number.map(|n| n.0), evidence: spans });
            }
        }
    }
}

fn still(s: &Sentence<'_>, chunk: usize) -> bool {
    let range = s.units_of(chunk);
    (range.start.saturating_sub(1)..(range.end + 1).min(s.units().len())).any(|u| matches!(s.norm(u), "still" | "left"))
}

fn evidence(s: &Sentence<'_>, role: Role, a: usize, b: usize) -> Evidence {
    let span = s.span(a, b);
    Evidence { role, field: s.field, start: span.start, end: span.end, rule: "note.captives".to_owned() }
}
