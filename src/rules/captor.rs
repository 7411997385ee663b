//! Who holds captives, as far as a sentence says it: "jailed in China", "held hostage by Hamas", "in Chinese detention".
//!
//! Asked first of the sentence that tells of a release, then of the whole document. It says nothing about a release.

use jiff::civil::Date;

use super::actor::{Actor, actors_in};
use super::sentence::Sentence;
use super::set::RuleSet;
use crate::syntax::ChunkKind;

/// The holders that a sentence names, of its first verb or noun of captivity that has one.
pub fn held_by(set: &RuleSet, s: &Sentence<'_>, date: Option<Date>) -> Vec<Actor> {
    let words = &set.words;
    for chunk in 0..s.chunks().len() {
        let mut found = Vec::new();
        match s.kind(chunk) {
            ChunkKind::Verb => found = held_under(set, s, date, chunk),
            ChunkKind::Noun if s.find_in(chunk, &words.captivity).is_some() => {
                let hostage = s.units_of(chunk).any(|u| words.hostage.matches(s.lexicon, &s.units()[u]));
                // "the US capture of the president": an act on somebody else.
                if s.is_word(chunk + 1, &["of"])
                    && s.kind(chunk + 2) == ChunkKind::Noun
                    && s.find_in(chunk, &words.seizure).is_some()
                {
                    continue;
                }
                actors_in(s, words, date, s.units_of(chunk), |a| found.push(a));
                if found.is_empty() && !hostage {
                    s.complements(chunk, |prep, np| {
                        if found.is_empty() && s.is_word(prep, &["in", "of"]) {
                            actors_in(s, words, date, s.units_of(np), |a| found.push(a));
                        }
                    });
                }
            }
            _ => {}
        }
        found.retain(|a| !a.not_authority && !a.weak);
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// The holders that a verb of captivity names: "held by X", "jailed in Y", "Z, which has jailed".
pub fn held_under(set: &RuleSet, s: &Sentence<'_>, date: Option<Date>, verb: usize) -> Vec<Actor> {
    let words = &set.words;
    let head = &s.units()[usize::from(s.chunks()[verb].head)];
    let mut found = Vec::new();
    if !words.capture.matches(s.lexicon, head) || words.freeing.matches(s.lexicon, head) {
        return found;
    }
    // Kidnappers act everywhere; only who is named as one is one.
    let taken = words.hostage.matches(s.lexicon, head);
    let passive = s.chunks()[verb].verb.passive || s.chunks()[verb].verb.bare_participle;
    let mut at = verb;
    // "held hostage by Hamas": the complement of the captivity noun counts as the verb's.
    if s.kind(verb + 1) == ChunkKind::Noun && passive {
        at = verb + 1;
    }
    s.complements(at, |prep, np| {
        if found.is_empty() && s.is_word(prep, if taken { &["by"] } else { &["by", "in", "inside", "at"] }) {
            actors_in(s, words, date, s.units_of(np), |a| found.push(a));
        }
    });
    if !passive && found.is_empty() {
        // "Iran, which has jailed him", "the Taliban had seized".
        if let Some(subject) = s.subject(verb) {
            actors_in(s, words, date, s.units_of(subject), |a| found.push(a));
        }
    }
    found
}
