//! Chunks: noun phrases, verb groups and the joints between them.
//!
//! Flat on purpose. Who is subject and what is object follows from order, voice and joints, which `rules` reads off the
//! chunk list; a wrong tree cannot mislead it.

use super::{Grammar, Unit, UnitKind};
use crate::lexicon::Form;

/// What a chunk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChunkKind {
    /// A noun phrase; its head is the last nominal unit.
    Noun,
    /// A verb group; its head is the lexical verb, or the auxiliary that stands alone.
    Verb,
    /// A preposition.
    Preposition,
    /// `and`, `or`, `but`.
    Conjunction,
    /// A comma.
    Comma,
    /// A sign that parts clauses.
    Stop,
    /// A word that opens a subordinate clause.
    Subordinator,
    /// A relative pronoun.
    Relative,
    /// Adverbs and whatever else stands alone.
    Adverb,
    /// A quotation mark.
    Quote,
}

/// The grammar of a verb group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VerbGroup {
    /// Unit index of the modal.
    pub modal: Option<u16>,
    /// Unit index of the negation.
    pub negation: Option<u16>,
    /// `have` + participle.
    pub perfect: bool,
    /// `had` + participle.
    pub pluperfect: bool,
    /// `be` or `get` + participle.
    pub passive: bool,
    /// `be` + gerund.
    pub progressive: bool,
    /// `to` + base.
    pub infinitive: bool,
    /// A gerund without auxiliary.
    pub gerund: bool,
    /// A form that is past or participle, without auxiliary: voice is decided by what stands around it.
    pub bare_participle: bool,
    /// The head is a form of `be` alone.
    pub copula: bool,
    /// `was`, `were` as auxiliary.
    pub past_auxiliary: bool,
}

/// One chunk: units `first..last` and its head.
#[derive(Clone, Copy, Debug)]
pub struct Chunk {
    /// What it is.
    pub kind: ChunkKind,
    /// Index of the first unit.
    pub first: u16,
    /// Index behind the last unit.
    pub last: u16,
    /// Unit index of the head.
    pub head: u16,
    /// Grammar of a verb group; default for others.
    pub verb: VerbGroup,
}

/// Builds the chunks of a sentence.
pub fn chunk(g: &Grammar, units: &[Unit], out: &mut Vec<Chunk>) {
    out.clear();
    let mut at = 0;
    while at < units.len() && at < usize::from(u16::MAX) {
        let next = match units[at].kind {
            UnitKind::Verb | UnitKind::Auxiliary | UnitKind::Modal | UnitKind::To => verb_group(g, units, at, out),
            UnitKind::Negation if begins_verb_group(units, at) => verb_group(g, units, at, out),
            UnitKind::Noun | UnitKind::Name | UnitKind::Number | UnitKind::Determiner => noun_phrase(g, units, at, out),
            UnitKind::Pronoun => single(ChunkKind::Noun, at, out),
            UnitKind::Preposition => single(ChunkKind::Preposition, at, out),
            UnitKind::Conjunction => single(ChunkKind::Conjunction, at, out),
            UnitKind::Subordinator => single(ChunkKind::Subordinator, at, out),
            UnitKind::Relative => single(ChunkKind::Relative, at, out),
            UnitKind::Comma => single(ChunkKind::Comma, at, out),
            UnitKind::Stop => single(ChunkKind::Stop, at, out),
            UnitKind::Quote => single(ChunkKind::Quote, at, out),
            UnitKind::Adverb | UnitKind::Negation | UnitKind::Possessive => single(ChunkKind::Adverb, at, out),
        };
        at = next;
    }
    for k in 1..out.len() {
        share_auxiliaries(units, out, k);
    }
}

/// Gives a verb behind "and" the auxiliaries that it shares with the verb before: "to ensure safety and release him",
/// "will lift the curbs and free 12 prisoners", "will be released and repatriated".
fn share_auxiliaries(units: &[Unit], chunks: &mut [Chunk], k: usize) {
    if chunks[k].kind != ChunkKind::Verb || chunks[k - 1].kind != ChunkKind::Conjunction {
        return;
    }
    let head = &units[usize::from(chunks[k].head)];
    let alone = chunks[k].last == chunks[k].first + 1 && head.kind == UnitKind::Verb;
    let ends = |c: &Chunk| matches!(c.kind, ChunkKind::Stop | ChunkKind::Subordinator | ChunkKind::Relative);
    let before = chunks[..k - 1].iter().rposition(|c| ends(c) || c.kind == ChunkKind::Verb && !c.verb.gerund);
    let Some(before) = before.filter(|b| chunks[*b].kind == ChunkKind::Verb && alone) else { return };
    let shared = chunks[before].verb;
    let own = &mut chunks[k].verb;
    if head.forms.has(Form::Base) && !head.forms.has(Form::Past) {
        own.infinitive |= shared.infinitive;
        own.modal = own.modal.or(shared.modal);
    } else if own.bare_participle && shared.passive && before + 2 == k {
        *own = VerbGroup { copula: false, ..shared };
    }
}

fn index(i: usize) -> u16 {
    u16::try_from(i).unwrap_or(u16::MAX)
}

fn single(kind: ChunkKind, at: usize, out: &mut Vec<Chunk>) -> usize {
    let i = index(at);
    out.push(Chunk { kind, first: i, last: i + 1, head: i, verb: VerbGroup::default() });
    at + 1
}

fn begins_verb_group(units: &[Unit], at: usize) -> bool {
    units.get(at + 1).is_some_and(|u| {
        u.kind == UnitKind::To || u.kind == UnitKind::Verb && u.forms.has(Form::Gerund) && !u.forms.has(Form::Base)
    })
}

fn verb_group(g: &Grammar, units: &[Unit], start: usize, out: &mut Vec<Chunk>) -> usize {
    let mut group = VerbGroup::default();
    let mut head = start;
    let mut at = start;
    let mut last_be = false;
    let mut last_have = false;
    let mut end = start;
    while let Some(unit) = units.get(at) {
        match unit.kind {
            UnitKind::To if at == end && (end == start || units[end - 1].kind == UnitKind::Negation) => {
                group.infinitive = true;
            }
            UnitKind::Modal if !group.infinitive => {
                group.modal = Some(index(at));
                if unit.classes.meets(&g.contraction) {
                    group.negation = Some(index(at));
                }
            }
            UnitKind::Negation => {
                group.negation = Some(index(at));
                at += 1;
                continue;
            }
            UnitKind::Adverb if end > start => {
                at += 1;
                continue;
            }
            UnitKind::Auxiliary => {
                if unit.classes.meets(&g.contraction) {
                    group.negation = Some(index(at));
                }
                last_have = unit.classes.meets(&g.have);
                group.pluperfect |= last_have && unit.classes.meets(&g.have_past);
                last_be = unit.classes.meets(&g.be) || unit.classes.meets(&g.get);
                group.past_auxiliary |= unit.classes.meets(&g.be_past);
                head = at;
            }
            UnitKind::Verb => {
                // A second lexical verb begins a group of its own.
                if head > start && units[head].kind == UnitKind::Verb
                    || head == start && end > start && units[start].kind == UnitKind::Verb
                {
                    break;
                }
                if end > start && !fits_behind(g, &units[..at], unit, end, last_be, last_have, &group) {
                    break;
                }
                head = at;
                let participle = unit.forms.has(Form::Participle);
                if last_be && unit.forms.has(Form::Gerund) && !participle {
                    group.progressive = true;
                } else if last_be && participle {
                    group.passive = true;
                } else if last_have && participle {
                    group.perfect = true;
                } else if end == start {
                    group.gerund = unit.forms.has(Form::Gerund) && !unit.forms.has(Form::Base);
                    group.bare_participle = participle;
                }
                end = at + 1;
                break;
            }
            _ => break,
        }
        at += 1;
        end = at;
    }
    if units[head].kind == UnitKind::Auxiliary {
        group.copula = units[head].classes.meets(&g.be);
        group.pluperfect = false;
        // "was not a prisoner": a negation behind the copula belongs to the group.
        if units.get(end).is_some_and(|u| u.kind == UnitKind::Negation) {
            group.negation = Some(index(end));
            end += 1;
        }
    }
    if !group.perfect && !group.passive {
        group.pluperfect = false;
    }
    let end = end.max(start + 1);
    out.push(Chunk { kind: ChunkKind::Verb, first: index(start), last: index(end), head: index(head), verb: group });
    end
}

/// Whether a lexical verb can follow the auxiliaries read so far.
fn fits_behind(g: &Grammar, before: &[Unit], unit: &Unit, end: usize, be: bool, have: bool, group: &VerbGroup) -> bool {
    let last = &before[end - 1];
    let base = unit.forms.has(Form::Base);
    match last.kind {
        UnitKind::Modal | UnitKind::To | UnitKind::Negation => base || group.modal.is_none() && !group.infinitive,
        UnitKind::Auxiliary if be => unit.forms.has(Form::Participle) || unit.forms.has(Form::Gerund),
        UnitKind::Auxiliary if have => unit.forms.has(Form::Participle),
        UnitKind::Auxiliary => base || last.classes.meets(&g.contraction),
        _ => true,
    }
}

fn noun_phrase(g: &Grammar, units: &[Unit], start: usize, out: &mut Vec<Chunk>) -> usize {
    let mut at = start;
    let mut head = start;
    while let Some(unit) = units.get(at) {
        match unit.kind {
            UnitKind::Determiner if at > start && !opens_inside(units, at) => break,
            UnitKind::Noun | UnitKind::Name | UnitKind::Number | UnitKind::Determiner => {
                // "the US 123 prisoners" does not exist: a number behind a head noun begins a new phrase.
                if unit.kind == UnitKind::Number && at > start && ends_before_number(units, at) {
                    break;
                }
                head = at;
            }
            UnitKind::Possessive if at > start => {}
            // "its 'entities' blacklist": quotation marks inside a phrase do not end it.
            UnitKind::Quote
                if at > start
                    && units.get(at + 1).is_some_and(|u| matches!(u.kind, UnitKind::Noun | UnitKind::Name)) => {}
            // "economic and financial sanctions": adjectives that share their noun.
            UnitKind::Conjunction if at > start && joins_adjectives(g, units, at) => {}
            UnitKind::Adverb
                if at > start
                    && units.get(at + 1).is_some_and(|u| u.kind == UnitKind::Noun)
                    && adverb_inside(units, at) => {}
            _ => break,
        }
        at += 1;
    }
    let end = at.max(start + 1);
    out.push(Chunk {
        kind: ChunkKind::Noun,
        first: index(start),
        last: index(end),
        head: index(head),
        verb: VerbGroup::default(),
    });
    end
}

/// A determiner goes on with a phrase behind another determiner ("all the prisoners") or a possessive ("its own").
fn opens_inside(units: &[Unit], at: usize) -> bool {
    matches!(units[at - 1].kind, UnitKind::Determiner | UnitKind::Possessive | UnitKind::Number)
}

fn ends_before_number(units: &[Unit], at: usize) -> bool {
    let before = &units[at - 1];
    before.kind == UnitKind::Noun && before.plural
}

fn adverb_inside(units: &[Unit], at: usize) -> bool {
    matches!(units[at - 1].kind, UnitKind::Determiner | UnitKind::Number)
}

/// Whether a conjunction joins two adjectives before one noun: an adjective stands before it, and behind it a noun, or an
/// adjective with its noun.
fn joins_adjectives(g: &Grammar, units: &[Unit], at: usize) -> bool {
    let adjective =
        |u: &Unit| u.kind == UnitKind::Noun && u.classes.meets(&g.adjective) && !u.classes.meets(&g.actor) && !u.plural;
    let noun = |u: &Unit| u.kind == UnitKind::Noun && !adjective(u);
    adjective(&units[at - 1])
        && match (units.get(at + 1), units.get(at + 2)) {
            (Some(next), Some(behind)) if adjective(next) => noun(behind),
            // "financial and weapons sanctions": an adjective and a noun that describe the same noun.
            (Some(next), Some(behind))
                if noun(next)
                    && next.last == next.first + 1
                    && !next.classes.meets(&g.actor)
                    && !next.capital
                    && noun(behind) =>
            {
                !behind.capital && !behind.classes.meets(&g.time)
            }
            (Some(next), _) => noun(next) && next.last > next.first + 1,
            (None, _) => false,
        }
}
