//! Names further down: persons whom a document calls captive, freed or listed outside the sentence of the event.
//!
//! "They identified him as ...", "Judges A and B, and lawyers C and D", "The four guards - A, B, C and D - were".
//! A name is only collected here, with the grammar that ties it to captivity or with the noun that it is an apposition
//! of; whether it belongs to a mention is decided in `merge`.

use super::actor::persons_in;
use super::listing::Left;
use super::sentence::Sentence;
use super::set::RuleSet;
use super::words::Words;
use super::{Evidence, Role};
use crate::lexicon::Symbol;
use crate::syntax::{ChunkKind, UnitKind};

/// A person named outside of an event's own words.
#[derive(Clone, Debug)]
pub struct Named {
    /// As written.
    pub name: String,
    /// The noun before the name, by lemma: "judges" of "Judges Moses Mukiibi and Wilson Musene".
    pub title: Option<Symbol>,
    /// The sentence says that the person was held or freed.
    pub captive: bool,
    /// The sentence says that the person was listed, or freed from a list.
    pub listed: bool,
    /// The noun before the name is that of an office: "Foreign Minister NAME".
    pub official: bool,
    /// Where the name stands.
    pub evidence: Evidence,
}

/// Adds the names of one sentence; `left` carries a list from one line to the next.
pub fn read(set: &RuleSet, s: &Sentence<'_>, left: &mut Left, out: &mut Vec<Named>) {
    let on_list = super::listing::listed(set, s, left);
    let mut title = None;
    for (chunk, listed) in on_list.into_iter().enumerate() {
        if s.kind(chunk) != ChunkKind::Noun {
            // A title holds for a list: "lawyers A and B"; a dash opens one: "the four guards - A, B and C".
            let goes_on = matches!(s.kind(chunk), ChunkKind::Conjunction | ChunkKind::Comma | ChunkKind::Quote)
                || s.kind(chunk) == ChunkKind::Stop && matches!(s.norm(usize::from(s.chunks()[chunk].head)), "—" | ":");
            if !goes_on {
                title = None;
            }
            continue;
        }
        let mut ranges = Vec::new();
        persons_in(s, &set.words, chunk, &mut |r| ranges.push(r));
        let first = ranges.first().map_or(s.units_of(chunk).end, |r| r.start);
        if let Some(own) = title_before(set, s, s.core_start(chunk).min(first)..first) {
            title = Some(own);
        } else if ranges.is_empty() {
            title = None;
        }
        if ranges.is_empty() {
            continue;
        }
        let mut held = told_of(set, s, chunk);
        let office = |u: usize| set.words.government.matches(s.lexicon, &s.units()[u]);
        let official = s.units_of(chunk).take_while(|u| *u < first).any(office);
        // "a man accused of a plot to oust President X was freed": a leader whom nothing calls captive is none.
        held &= !s.units_of(chunk).any(|u| set.words.leader.matches(s.lexicon, &s.units()[u]))
            || s.units_of(chunk).any(|u| describes_captive(set, s, u));
        for r in ranges {
            let described = s.units_of(chunk).start..r.start;
            let captive = held || described.clone().any(|u| describes_captive(set, s, u));
            let span = s.span(r.start, r.end);
            out.push(Named {
                name: s.quote(r.start, r.end).to_owned(),
                title,
                captive,
                listed,
                official,
                evidence: Evidence {
                    role: Role::Person,
                    field: s.field,
                    start: span.start,
                    end: span.end,
                    rule: "note.named".to_owned(),
                },
            });
        }
    }
}

/// Whether the clause of a verb opens with one of the words.
fn under(s: &Sentence<'_>, verb: usize, words: &[&str]) -> bool {
    (0..verb)
        .rev()
        .take_while(|k| !matches!(s.kind(*k), ChunkKind::Stop | ChunkKind::Relative))
        .find(|k| s.kind(*k) == ChunkKind::Subordinator || s.is_word(*k, words))
        .is_some_and(|k| s.is_word(k, words))
}

/// Whether a noun of captivity stands anywhere in the sentence.
fn tells_of_captivity(set: &RuleSet, s: &Sentence<'_>) -> bool {
    s.units().iter().any(|u| u.kind == UnitKind::Noun && set.words.captivity.matches(s.lexicon, u))
}

/// Whether what a verb has as object, or where it happens, is captivity.
fn is_confinement(set: &RuleSet, s: &Sentence<'_>, verb: usize) -> bool {
    let captivity = |np: usize| s.find_in(np, &set.words.captivity).is_some();
    let mut found = s.object(verb).is_some_and(captivity);
    let behind = s.object(verb).unwrap_or(verb);
    s.complements(behind, |prep, np| found |= s.is_word(prep, &["in", "behind", "at"]) && captivity(np));
    found
}

/// "is being held", "are still detained": the captivity goes on.
fn is_still(s: &Sentence<'_>, verb: usize) -> bool {
    let range = s.units_of(verb);
    (range.start.saturating_sub(1)..range.end)
        .any(|u| matches!(s.norm(u), "still" | "being" | "is" | "are" | "remain" | "remains"))
}

/// The last people noun before a name.
fn title_before(set: &RuleSet, s: &Sentence<'_>, range: std::ops::Range<usize>) -> Option<Symbol> {
    let unit = range.rev().find(|u| {
        let u = &s.units()[*u];
        u.kind == UnitKind::Noun
            && (set.words.person_noun.matches(s.lexicon, u) || set.words.people_unit.matches(s.lexicon, u))
    })?;
    s.lemma(unit)
}

/// Whether a unit calls people captive: "prisoners", "jailed", "freed"; who is only charged or convicted need not be.
fn describes_captive(set: &RuleSet, s: &Sentence<'_>, unit: usize) -> bool {
    let (words, unit) = (&set.words, &s.units()[unit]);
    let is = |kind: &Words| kind.matches(s.lexicon, unit);
    let taken = is(&words.capture) && !is(&words.charged);
    is(&words.captive) || (taken || is(&words.freeing)) && unit.forms.has(crate::lexicon::Form::Participle)
}

/// Whether a noun phrase is of captives, or the sentence says of it that it was held or freed.
pub fn is_captive(set: &RuleSet, s: &Sentence<'_>, chunk: usize) -> bool {
    s.units_of(chunk).any(|u| describes_captive(set, s, u))
        || told_of(set, s, chunk)
        || s.chunks().get(chunk + 1).is_some_and(|c| {
            // "a Swede held in Iran".
            let head = &s.units()[usize::from(c.head)];
            c.kind == ChunkKind::Verb && c.verb.bare_participle && set.words.capture.matches(s.lexicon, head)
        })
}

/// Whether the sentence says of the noun phrase that it was held or freed.
fn told_of(set: &RuleSet, s: &Sentence<'_>, chunk: usize) -> bool {
    let mut held = false;
    for verb in 0..s.chunks().len() {
        if s.kind(verb) != ChunkKind::Verb {
            continue;
        }
        let c = s.chunks()[verb].verb;
        let head = &s.units()[usize::from(s.chunks()[verb].head)];
        let words = &set.words;
        let undergone = c.passive || c.bare_participle && s.object(verb).is_none_or(|o| s.is_time(o));
        // "would not leave until X was released", "may be released", "are still held": none of these has been freed.
        let open = c.modal.is_some() || c.infinitive || under(s, verb, &["if", "until", "unless", "before", "whether"]);
        if c.negation.is_some() || open {
            continue;
        }
        let still = words.capture.matches(s.lexicon, head) && c.passive && is_still(s, verb);
        if still {
            continue;
        }
        let taken_away = c.passive && words.moved.matches(s.lexicon, head) && tells_of_captivity(set, s);
        if taken_away && covers(s, verb, chunk) {
            // "After 19 months in detention NAME was flown to Paris".
            held = true;
        } else if undergone && covers(s, verb, chunk) {
            held |= words.capture.matches(s.lexicon, head) || words.freeing.matches(s.lexicon, head);
        } else if words.walked.matches(s.lexicon, head) && covers(s, verb, chunk) {
            held = true;
        } else if words.confined.matches(s.lexicon, head) && is_confinement(set, s, verb) && covers(s, verb, chunk) {
            // "was serving a jail term", "had spent two years in prison".
            held = true;
        } else if c.copula && s.is_among(verb) && s.after(verb, chunk) {
            // "Among them were A and B".
            held = true;
        } else if words.identify.matches(s.lexicon, head) && s.is_as(chunk) {
            // "They identified him as Bakr Damanhuri".
            held = true;
        }
    }
    // "52 political prisoners, among them NAME": a list that belongs to the captives of the sentence.
    held | s.in_among_list(chunk)
}

/// Whether the noun phrase is the subject of the verb, or coordinated with it or in apposition before it.
fn covers(s: &Sentence<'_>, verb: usize, chunk: usize) -> bool {
    let Some(subject) = s.subject(verb) else { return false };
    if subject == chunk {
        return true;
    }
    // "A, the academic held for two years, has been freed": everything between the first name and the verb that
    // commas and conjunctions tie together.
    let (from, to) = (subject.min(chunk), subject.max(chunk));
    to < verb
        && (from + 1..to).all(|k| {
            matches!(s.kind(k), ChunkKind::Comma | ChunkKind::Conjunction | ChunkKind::Noun | ChunkKind::Quote)
        })
}

impl Sentence<'_> {
    /// "Among them were ...": an inverted clause whose subject follows its copula.
    fn is_among(&self, copula: usize) -> bool {
        (0..copula).any(|k| self.is_word(k, &["among", "amongst"]))
            && !(0..copula)
                .any(|k| self.kind(k) == ChunkKind::Verb && self.is_finite(k) && !self.chunks()[k].verb.bare_participle)
    }

    /// Whether the noun phrase follows the verb, with nothing but noun phrases and joints between.
    fn after(&self, verb: usize, chunk: usize) -> bool {
        chunk > verb
            && (verb + 1..chunk).all(|k| {
                matches!(self.kind(k), ChunkKind::Comma | ChunkKind::Conjunction | ChunkKind::Noun | ChunkKind::Adverb)
            })
    }

    /// Whether the noun phrase stands in a list behind "among them" or "among whom".
    fn in_among_list(&self, chunk: usize) -> bool {
        let mut at = chunk;
        while at > 0 && matches!(self.kind(at - 1), ChunkKind::Comma | ChunkKind::Conjunction | ChunkKind::Noun) {
            at -= 1;
            let pronoun = self.units_of(at).any(|u| matches!(self.norm(u), "them" | "whom"));
            if pronoun && at > 0 && self.is_word(at - 1, &["among", "amongst"]) {
                return true;
            }
        }
        false
    }

    /// "freed 7 years after", "freed Monday": a time alone is no object; "freed a teacher yesterday" has one.
    fn is_time(&self, chunk: usize) -> bool {
        let range = self.units_of(chunk);
        let number = matches!(self.units()[range.start].kind, UnitKind::Number | UnitKind::Determiner);
        let lasts = matches!(self.norm(range.end - 1), "hours" | "days" | "weeks" | "months" | "years" | "decades");
        range.len() == 1 && self.temporal(chunk) || range.len() == 2 && number && lasts
    }

    /// Whether "as" stands before the noun phrase.
    fn is_as(&self, chunk: usize) -> bool {
        chunk > 0 && self.is_word(chunk - 1, &["as"])
    }
}
