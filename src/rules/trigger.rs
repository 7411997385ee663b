//! Triggers: where in a sentence a rule's words stand in the grammar that the rule asks for.
//!
//! A match says which unit triggers, what it acts on and who acts; whether that is an event is for `scope` to say.

use super::file::{Support, Voice};
use super::known::Known;
use super::sentence::Sentence;
use super::set::Rule;
use super::words::Words;
use crate::syntax::{ChunkKind, UnitKind};

/// A rule's words found in the grammar that it asks for.
#[derive(Clone, Debug)]
pub struct Match {
    /// Index of the rule.
    pub rule: usize,
    /// The trigger's chunk.
    pub chunk: usize,
    /// The trigger's unit.
    pub unit: usize,
    /// What it acts on: chunk and the unit that matched.
    pub object: Option<(usize, usize)>,
    /// Who acts, as the grammar shows it: a noun chunk.
    pub agent: Option<usize>,
    /// The object stands left of the verb: passive or intransitive.
    pub object_left: bool,
    /// A participle without auxiliary behind its noun: "sanctions imposed on ...".
    pub reduced: bool,
    /// The trigger is a noun.
    pub nominal: bool,
}

/// Finds every match of `rule` in the sentence. `context` holds the word classes of the document up to its end.
pub fn find(
    s: &Sentence<'_>,
    known: &Known,
    index: usize,
    rule: &Rule,
    context: &crate::lexicon::ClassSet,
    out: &mut Vec<Match>,
) {
    let w = &rule.when;
    let any = |words: &Words| s.heard.can_match(words) && s.units().iter().any(|u| words.matches(s.lexicon, u));
    // What stands for a name is no word of the lexicon.
    let nameless = ![&known.person, &known.full_name, &known.named].iter().any(|k| w.object.classes.meets(&k.classes));
    if nameless && !w.object.is_empty() && !s.heard.can_match(&w.object) {
        return;
    }
    let vetoes = |u: usize| w.unless.matches(s.lexicon, &s.units()[u]) && !s.long_after(u);
    if s.heard.can_match(&w.unless) && (0..s.units().len()).any(vetoes) || !w.beside.is_empty() && !any(&w.beside) {
        return;
    }
    if !w.context.is_empty() && !w.context.meets(context) {
        return;
    }
    for chunk in 0..s.chunks().len() {
        let found = match s.kind(chunk) {
            ChunkKind::Verb if !w.verb.is_empty() => verb(s, known, rule, chunk),
            ChunkKind::Noun if !w.noun.is_empty() => noun(s, known, rule, chunk),
            _ => None,
        };
        if let Some(mut found) = found {
            found.rule = index;
            out.push(found);
        }
    }
}

fn verb(s: &Sentence<'_>, known: &Known, rule: &Rule, chunk: usize) -> Option<Match> {
    let w = &rule.when;
    let c = &s.chunks()[chunk];
    let unit = usize::from(c.head);
    if s.units()[unit].kind != UnitKind::Verb || !w.verb.matches(s.lexicon, &s.units()[unit]) {
        return None;
    }
    if w.negated {
        let fails = || s.governor(chunk).is_some_and(|g| known.fail.matches(s.lexicon, &s.units()[g.unit]));
        if c.verb.negation.is_none() && !fails() {
            return None;
        }
    }
    let mut found =
        Match { rule: 0, chunk, unit, object: None, agent: None, object_left: false, reduced: false, nominal: false };
    match w.voice {
        Voice::Intransitive => {
            // "The sanctions will end all cooperation": with an object of its own the verb is another one.
            let own_object = s.object(chunk).is_some_and(|o| !s.temporal(o));
            if own_object && !w.with.as_ref().is_some_and(|(p, _)| p.iter().any(String::is_empty)) {
                return None;
            }
            let subject = s.subject(chunk)?;
            found.object = Some(matching_object(s, known, rule, subject)?);
            found.object_left = true;
        }
        Voice::Active | Voice::Both => {
            let right = s.object(chunk).and_then(|o| {
                // "granted Iraq a waiver": the second of two objects.
                let second = Some(o + 1).filter(|k| s.kind(*k) == ChunkKind::Noun && !s.temporal(*k));
                matching_object(s, known, rule, o).or_else(|| second.and_then(|k| matching_object(s, known, rule, k)))
            });
            let passive = c.verb.passive;
            if !passive && let Some(object) = right {
                found.object = Some(object);
                found.agent = s.subject(chunk);
            } else if w.voice == Voice::Both && (passive || c.verb.bare_participle) {
                // "sanctions were lifted", "sanctions lifted on X", "prisoners who were freed".
                let left = s.subject(chunk)?;
                if !passive && s.object(chunk).is_some_and(|o| o == chunk + 1 && !s.temporal(o)) {
                    return None;
                }
                let mut object = matching_object(s, known, rule, left);
                // "new video of a suspect released": what is excluded as subject is not sought behind it.
                if object.is_none() && s.find_in(left, &w.without).is_none() {
                    // "a group of prisoners freed": the noun directly before a reduced participle.
                    let near = chunk.checked_sub(1).filter(|k| s.kind(*k) == ChunkKind::Noun);
                    object = near.and_then(|n| matching_object(s, known, rule, n));
                }
                // "Hungary was granted an exemption": the object that a passive keeps.
                let kept = || {
                    let kept = s.object(chunk).filter(|o| passive && *o == chunk + 1 && !s.temporal(*o))?;
                    matching_object(s, known, rule, kept)
                };
                found.object_left = object.is_some();
                found.object = Some(object.or_else(kept)?);
                found.reduced = !passive;
                found.agent = by_agent(s, chunk);
            } else {
                return None;
            }
        }
    }
    if !w.subject.is_empty() {
        let subject = found.agent.or_else(|| s.subject(chunk))?;
        s.find_in(subject, &w.subject)?;
    }
    // "exports of fuel to Iran were banned": in the passive the complement stands behind either.
    let behind = found.object.filter(|_| !found.object_left).map_or(chunk, |o| o.0);
    let passive = || found.object.filter(|_| found.object_left).and_then(|o| with_complement(s, rule, o.0));
    with_complement(s, rule, behind).or_else(passive)?;
    governed(s, rule, chunk)?;
    Some(found)
}

/// The agent of a passive: "by X" to the right in the same clause.
fn by_agent(s: &Sentence<'_>, chunk: usize) -> Option<usize> {
    let mut at = chunk + 1;
    for _ in 0..10 {
        match s.kind(at) {
            ChunkKind::Preposition if s.is_word(at, &["by"]) && s.kind(at + 1) == ChunkKind::Noun => {
                return Some(at + 1);
            }
            ChunkKind::Preposition | ChunkKind::Noun | ChunkKind::Adverb => at += 1,
            _ => return None,
        }
    }
    None
}

fn noun(s: &Sentence<'_>, known: &Known, rule: &Rule, chunk: usize) -> Option<Match> {
    let w = &rule.when;
    let unit = s.find_in(chunk, &w.noun)?;
    let range = s.core_start(chunk)..s.units_of(chunk).end;
    let head = range.clone().rev().find(|u| matches!(s.units()[*u].kind, UnitKind::Noun | UnitKind::Name))?;
    // "release talks", "sanctions bill": the head is another noun, and the trigger only describes it; a package of the
    // trigger, a number or a name behind it does not change what it is.
    if head != unit && !known.package.matches(s.lexicon, &s.units()[head]) {
        return None;
    }
    if !w.modifier.is_empty() && !(range.start..unit).any(|u| w.modifier.matches(s.lexicon, &s.units()[u])) {
        return None;
    }
    if !w.without.is_empty() && range.clone().any(|u| w.without.matches(s.lexicon, &s.units()[u])) {
        return None;
    }
    let mut object = None;
    if !w.object.is_empty() {
        // "prisoner release", then "release of prisoners".
        // A single person before it only describes it: "an official release".
        let describes = |u: &usize| {
            let one = &s.units()[*u];
            known.releasable.matches(s.lexicon, one) && !known.captive.matches(s.lexicon, one) && !one.plural
        };
        object = (range.start..unit)
            .rev()
            .find(|u| w.object.matches(s.lexicon, &s.units()[*u]) && !describes(u))
            .map(|u| (chunk, u));
        if object.is_none() {
            s.complements(chunk, |prep, np| {
                if object.is_none()
                    && s.is_word(prep, &["of", "for", "on", "to", "from", "between", "involving", "against"])
                {
                    object = matching_object(s, known, rule, np);
                }
            });
        }
        object?;
    }
    with_complement(s, rule, chunk)?;
    governed(s, rule, chunk)?;
    Some(Match { rule: 0, chunk, unit, object, agent: None, object_left: false, reduced: false, nominal: true })
}

/// The object words in a noun phrase, in what it is "of", or in a phrase coordinated with it.
fn matching_object(s: &Sentence<'_>, known: &Known, rule: &Rule, chunk: usize) -> Option<(usize, usize)> {
    let w = &rule.when;
    let mut found = accept(s, known, rule, chunk);
    if found.is_none() {
        let head = usize::from(s.chunks()[chunk].head);
        let h = &s.units()[head];
        let partitive = known.package.matches(s.lexicon, h)
            || known.people_unit.matches(s.lexicon, h)
            || matches!(h.kind, UnitKind::Number | UnitKind::Determiner | UnitKind::Pronoun)
            || h.unknown;
        // "the remains of four hostages": what is excluded as head stays excluded.
        // "the tanker and its crew": the crew is no part of what is excluded.
        if s.find_in(chunk, &w.without).is_some() && !known.vessel.matches(s.lexicon, h) {
            return None;
        }
        // "an 'important number' of prisoners": a quotation mark may stand between.
        let of = chunk + 1 + usize::from(s.kind(chunk + 1) == ChunkKind::Quote);
        if partitive && s.is_word(of, &["of"]) && s.kind(of + 1) == ChunkKind::Noun {
            found = accept(s, known, rule, of + 1);
        }
    }
    if found.is_none() && !w.object.is_empty() {
        s.coordinated(chunk, |other| {
            if found.is_none() {
                found = accept(s, known, rule, other);
            }
        });
    }
    if found.is_none() && !w.object.is_empty() {
        // "announced new support for Kyiv and sanctions against the Kremlin": a second object behind the first one's
        // complements.
        let mut at = chunk + 1;
        while s.kind(at) == ChunkKind::Preposition && s.kind(at + 1) == ChunkKind::Noun {
            at += 2;
        }
        if at > chunk + 1 && s.is_word(at, &["and"]) && s.kind(at + 1) == ChunkKind::Noun {
            found = accept(s, known, rule, at + 1).filter(|_| s.is_word(at + 2, &["on", "against"]));
        }
    }
    found
}

fn accept(s: &Sentence<'_>, known: &Known, rule: &Rule, chunk: usize) -> Option<(usize, usize)> {
    let w = &rule.when;
    let range = s.core_start(chunk)..s.units_of(chunk).end;
    if !w.without.is_empty() && range.clone().any(|u| w.without.matches(s.lexicon, &s.units()[u])) {
        return None;
    }
    if !w.qualified.is_empty() && !s.units_of(chunk).any(|u| w.qualified.matches(s.lexicon, &s.units()[u])) {
        return None;
    }
    if w.object.is_empty() {
        return Some((chunk, usize::from(s.chunks()[chunk].head)));
    }
    let unit = s.find_in(chunk, &w.object).or_else(|| person_object(s, known, rule, chunk))?;
    let strong = !s.units()[unit].weak
        || range.clone().any(|u| u != unit && !s.units()[u].weak && w.object.matches(s.lexicon, &s.units()[u]));
    if w.support == Support::Actor && !strong {
        // A weak word ("ban", "restriction") needs a foreign actor in its phrase or behind it.
        let acts = (0..s.units_of(chunk).start)
            .any(|u| known.country.matches(s.lexicon, &s.units()[u]) || known.agency.matches(s.lexicon, &s.units()[u]));
        let mut supported = s.notice && (0..s.units().len()).any(|u| s.units()[u].classes.meets(&s.grammar.actor))
            || s.units_of(chunk).any(|u| s.units()[u].classes.meets(&s.grammar.actor));
        // "the measures placed on 17 firms": what the participle's complement names.
        let participle = Some(chunk + 1).filter(|k| s.chunks().get(*k).is_some_and(|c| c.verb.bare_participle));
        let mut each = |prep: usize, np: usize| {
            if s.is_word(prep, &["on", "against", "to", "from", "for", "with", "targeting"]) {
                // A name behind the preposition will do where a state acts: "US lifts ban on ZTE".
                supported |= s.units_of(np).any(|u| {
                    s.units()[u].classes.meets(&s.grammar.actor) || acts && s.units()[u].kind == UnitKind::Name
                });
            }
        };
        s.complements(chunk, &mut each);
        if let Some(k) = participle {
            s.complements(k, &mut each);
        }
        if !supported {
            return None;
        }
    }
    Some((chunk, unit))
}

/// `@person` in a rule's object is a named person without any noun, `@full-name` one of more than a single name ("Iran frees Nazanin Zaghari-Ratcliffe"); `@named` is
/// anything with a name of its own ("will delist Rusal").
fn person_object(s: &Sentence<'_>, known: &Known, rule: &Rule, chunk: usize) -> Option<usize> {
    let wants = |kind: &Words| rule.when.object.classes.meets(&kind.classes);
    if wants(&known.named) {
        let range = s.core_start(chunk)..s.units_of(chunk).end;
        if let Some(unit) = range.clone().find(|u| super::actor::is_name(s, *u)) {
            return Some(unit);
        }
    }
    let any = wants(&known.person);
    if !any && !wants(&known.full_name) {
        return None;
    }
    let mut first = None;
    super::actor::persons_in(s, known, chunk, &mut |r| {
        if any || r.len() > 1 {
            first = first.or(Some(r.start));
        }
    });
    first
}

fn with_complement(s: &Sentence<'_>, rule: &Rule, chunk: usize) -> Option<()> {
    let Some((prepositions, words)) = &rule.when.with else { return Some(()) };
    // An empty preposition stands for the direct object: "left prison".
    let mut fits =
        prepositions.iter().any(String::is_empty) && s.object(chunk).is_some_and(|o| s.find_in(o, words).is_some());
    s.complements(chunk, |prep, np| {
        let word = s.norm(usize::from(s.chunks()[prep].head));
        fits |= prepositions.iter().any(|p| p == word) && s.find_in(np, words).is_some();
    });
    fits.then_some(())
}

fn governed(s: &Sentence<'_>, rule: &Rule, chunk: usize) -> Option<()> {
    let under = &rule.when.under;
    if under.is_empty() {
        return Some(());
    }
    let by = |unit: usize| under.matches(s.lexicon, &s.units()[unit]);
    let via = &rule.when.via;
    let through = |v: Option<usize>| via.is_empty() || v.is_some_and(|v| via.iter().any(|p| p == s.word(v)));
    let governor = s.governor(chunk).is_some_and(|g| by(g.unit) && through(g.via));
    let predicate = || via.is_empty() && s.predicate(chunk).is_some_and(|p| by(usize::from(s.chunks()[p].head)));
    (governor || predicate()).then_some(())
}
