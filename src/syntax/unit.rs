//! Units: lexicon entries and unknown tokens, each with one part of speech.
//!
//! A first pass takes the longest entry at every token; a second pass settles the words that can be noun or verb by
//! their neighbours. Unknown words are nouns unless their ending or capital says otherwise.

use std::ops::Range;

use super::Grammar;
use super::part::{Part, Parts};
use crate::lexicon::{ClassSet, Form, Forms, Lexicon};
use crate::text::{TokenKind, Tokens};

/// Part of speech of a [`Unit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitKind {
    /// Common nouns, adjectives, demonyms, actors: anything a noun phrase is built of.
    Noun,
    /// A capitalised word that no lexicon entry explains.
    Name,
    /// Digits or a number word.
    Number,
    /// Article, demonstrative, quantifier, possessive pronoun.
    Determiner,
    /// `'s`.
    Possessive,
    /// A pronoun that stands for a noun phrase.
    Pronoun,
    /// A preposition.
    Preposition,
    /// `to` before a verb.
    To,
    /// A lexical verb used as verb.
    Verb,
    /// `be`, `have`, `do`, `get` in any form.
    Auxiliary,
    /// A modal.
    Modal,
    /// `not`, `never`.
    Negation,
    /// An adverb.
    Adverb,
    /// `and`, `or`, `but`.
    Conjunction,
    /// A word that opens a subordinate clause.
    Subordinator,
    /// `who`, `which`, `that` behind a noun.
    Relative,
    /// A comma.
    Comma,
    /// Any other sign that parts clauses: `;`, `:`, dash, parenthesis, full stop.
    Stop,
    /// A quotation mark.
    Quote,
}

/// The function words whose part of speech hangs on what follows them, or on themselves alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Particle {
    /// Any other word.
    None,
    /// `to`.
    To,
    /// `that`.
    That,
    /// `as`, `after`, `while`: they open a clause whatever else they can be.
    Opener,
    /// `no`.
    No,
    /// `about`, `over`, `nearly`: before a number they belong to it.
    Approximate,
}

impl Particle {
    /// The particle that a folded word is.
    #[must_use]
    pub fn of(norm: &str) -> Self {
        match norm {
            "to" => Self::To,
            "that" => Self::That,
            "as" | "after" | "before" | "since" | "until" | "while" | "when" | "once" => Self::Opener,
            "no" => Self::No,
            "about" | "around" | "over" | "nearly" | "almost" | "some" | "roughly" | "approximately" | "under"
            | "above" => Self::Approximate,
            _ => Self::None,
        }
    }
}

/// One unit of a sentence.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Index of the first token in the field's tokens.
    pub first: u32,
    /// Index behind the last token.
    pub last: u32,
    /// Part of speech.
    pub kind: UnitKind,
    /// All word classes of the senses whose case fits.
    pub classes: ClassSet,
    /// Senses, for [`Lexicon::entries`].
    pub senses: Range<u32>,
    /// A bit for the lemma of every sense, as [`super::lemma_bit`] has it.
    pub lemmas: u64,
    /// The function word that it is, where that decides more than its classes do.
    pub particle: Particle,
    /// Verb forms that the word can be.
    pub forms: Forms,
    /// It has a sense that is not a verb.
    pub nominal: bool,
    /// The first letter is a capital.
    pub capital: bool,
    /// Joined to the unit before by a hyphen.
    pub hyphened: bool,
    /// A plural noun form.
    pub plural: bool,
    /// Every fitting sense is marked weak.
    pub weak: bool,
    /// No lexicon entry explains it.
    pub unknown: bool,
}

/// Reads the units of the tokens `range` and settles their parts of speech.
pub fn read_units(
    lexicon: &Lexicon,
    parts: &Parts,
    grammar: &Grammar,
    tokens: &Tokens,
    text: &str,
    range: Range<u32>,
    out: &mut Vec<Unit>,
) {
    out.clear();
    let mut at = range.start;
    while at < range.end {
        let unit = read_unit(lexicon, parts, grammar, tokens, text, at, range.end);
        at = unit.last;
        out.push(unit);
    }
    for i in 0..out.len() {
        settle(grammar, tokens, out, i);
    }
}

fn read_unit(
    lexicon: &Lexicon,
    parts: &Parts,
    grammar: &Grammar,
    tokens: &Tokens,
    text: &str,
    at: u32,
    end: u32,
) -> Unit {
    let items = tokens.as_slice();
    let token = &items[at as usize];
    let Some(tag) = lexicon.longest(tokens, text, at as usize, end as usize) else {
        return unknown_unit(tokens, at);
    };
    let seen;
    let (part, lemmas) = parts.of(tag.senses.start, token.capital);
    let part = if let Some(part) = part {
        part
    } else {
        let span = &items[tag.first as usize..tag.last as usize];
        let fitting = lexicon.entries(&tag.senses).iter().filter(|e| lexicon.fits(e, span, text));
        seen = Part::new(grammar, fitting, tokens.norm(token), span.len() == 1);
        &seen
    };
    let mut kind = part.kind;
    // "must-have": an auxiliary is none behind a hyphen.
    if kind == UnitKind::Auxiliary && token.hyphened && !part.classes.meets(&grammar.contraction) {
        kind = if part.classes.meets(&grammar.verb) { UnitKind::Verb } else { UnitKind::Noun };
    }
    // "in May": the month, unless the whole text is in capitals.
    if kind == UnitKind::Modal && part.classes.meets(&grammar.time) && token.capital && !token.all_caps {
        kind = UnitKind::Noun;
    }
    Unit {
        first: at,
        last: tag.last,
        kind,
        classes: part.classes,
        senses: tag.senses,
        lemmas,
        particle: part.particle,
        forms: part.forms,
        nominal: part.nominal,
        capital: token.capital,
        hyphened: token.hyphened,
        plural: part.plural,
        weak: part.weak,
        unknown: false,
    }
}

fn unknown_unit(tokens: &Tokens, at: u32) -> Unit {
    let token = &tokens.as_slice()[at as usize];
    let mut unit = Unit {
        first: at,
        last: at + 1,
        kind: UnitKind::Noun,
        classes: ClassSet::EMPTY,
        senses: 0..0,
        lemmas: 0,
        particle: Particle::None,
        forms: Forms::default(),
        nominal: true,
        capital: token.capital,
        hyphened: token.hyphened,
        plural: false,
        weak: false,
        unknown: true,
    };
    unit.kind = unknown_kind(tokens, at, &mut unit);
    unit
}

/// The part of speech of a word that the lexicon knows, as far as it does not depend on neighbours.
pub(super) fn known_kind(g: &Grammar, part: &Part, norm: &str, single: bool) -> UnitKind {
    let c = &part.classes;
    let is = |set: &ClassSet| c.meets(set);
    let inflects = part.forms.0 != 0;
    match norm {
        "who" | "which" | "whom" if single => return UnitKind::Relative,
        "to" if single => return UnitKind::Preposition,
        "his" | "her" | "its" | "their" | "my" | "our" | "your" | "whose" => return UnitKind::Determiner,
        "and" | "or" | "but" | "nor" | "&" => return UnitKind::Conjunction,
        _ => {}
    }
    if is(&g.infinitive_marker) {
        UnitKind::To
    } else if is(&g.modal) {
        UnitKind::Modal
    } else if is(&g.contraction) || is(&g.be) || is(&g.have) || is(&g.r#do) || is(&g.get) {
        UnitKind::Auxiliary
    } else if is(&g.actor) {
        UnitKind::Noun
    } else if is(&g.negation) && norm != "no" {
        UnitKind::Negation
    } else if is(&g.number) || is(&g.ordinal) && !inflects || is(&g.vague) && single {
        UnitKind::Number
    } else if is(&g.determiner) && !inflects && (!single || !is(&g.preposition) && !is(&g.adverb)) {
        UnitKind::Determiner
    } else if is(&g.preposition) && !is(&g.noun) {
        UnitKind::Preposition
    } else if is(&g.subordinator) {
        UnitKind::Subordinator
    } else if is(&g.conjunction) {
        UnitKind::Conjunction
    } else if is(&g.pronoun) {
        UnitKind::Pronoun
    } else if is(&g.adverb) && !is(&g.noun) && !inflects {
        UnitKind::Adverb
    } else if is(&g.verb) {
        UnitKind::Verb
    } else if is(&g.given_name) && !is(&g.noun) {
        UnitKind::Name
    } else {
        UnitKind::Noun
    }
}

fn unknown_kind(tokens: &Tokens, at: u32, unit: &mut Unit) -> UnitKind {
    let token = &tokens.as_slice()[at as usize];
    let norm = tokens.norm(token);
    match token.kind {
        TokenKind::Number => UnitKind::Number,
        TokenKind::Possessive => UnitKind::Possessive,
        TokenKind::Quote => UnitKind::Quote,
        TokenKind::Punct => match norm {
            "," => UnitKind::Comma,
            "$" | "€" | "£" | "%" | "/" | "&" | "#" | "@" | "'" => UnitKind::Noun,
            _ => UnitKind::Stop,
        },
        TokenKind::Word if token.capital => UnitKind::Name,
        TokenKind::Word => {
            if norm.len() > 4 && norm.ends_with("ly") {
                UnitKind::Adverb
            } else if norm.len() > 4 && norm.ends_with("ed") {
                unit.forms.insert(Form::Past);
                unit.forms.insert(Form::Participle);
                UnitKind::Verb
            } else if norm.len() > 5 && norm.ends_with("ing") {
                unit.forms.insert(Form::Gerund);
                UnitKind::Verb
            } else {
                unit.plural = norm.len() > 3 && norm.ends_with('s') && !norm.ends_with("ss");
                UnitKind::Noun
            }
        }
    }
}

impl Unit {
    /// Whether a noun phrase can begin or go on with this unit.
    #[must_use]
    pub const fn in_noun_phrase(&self) -> bool {
        matches!(
            self.kind,
            UnitKind::Noun | UnitKind::Name | UnitKind::Number | UnitKind::Determiner | UnitKind::Possessive
        )
    }
}

/// Settles a unit that could be several parts of speech, from the settled unit before and the open one behind it.
fn settle(g: &Grammar, tokens: &Tokens, units: &mut [Unit], i: usize) {
    match units[i].particle {
        Particle::None => {}
        Particle::To => {
            if followed_by_base_verb(g, units, i + 1) {
                units[i].kind = UnitKind::To;
            }
            return;
        }
        Particle::That => {
            units[i].kind = that_kind(units, i);
            return;
        }
        Particle::Opener => {
            units[i].kind = UnitKind::Subordinator;
            return;
        }
        Particle::No => {
            units[i].kind = UnitKind::Determiner;
            return;
        }
        Particle::Approximate => {
            // "over 120 prisoners", "about 50": before a number they belong to its phrase.
            if units.get(i + 1).is_some_and(|u| u.kind == UnitKind::Number) {
                units[i].kind = UnitKind::Determiner;
            }
            return;
        }
    }
    // "Sofia Petrova", "Jordan Smith": a given name that is a place as well, before a surname that nothing explains.
    if units[i].classes.meets(&g.given_place)
        && units[i].kind == UnitKind::Noun
        && units.get(i + 1).is_some_and(|u| u.kind == UnitKind::Name && u.unknown && !u.hyphened)
        && !units.get(i + 2).is_some_and(|u| u.kind == UnitKind::Name && u.unknown)
    {
        units[i].kind = UnitKind::Name;
        units[i].classes = units[i].classes.without(g.actor);
        return;
    }
    // "were first imposed": an ordinal between auxiliary and verb is an adverb.
    if units[i].classes.meets(&g.ordinal)
        && units[i].kind == UnitKind::Number
        && units.get(i + 1).is_some_and(|u| matches!(u.kind, UnitKind::Verb | UnitKind::Auxiliary))
        && i > 0
        && matches!(units[i - 1].kind, UnitKind::Auxiliary | UnitKind::Modal)
    {
        units[i].kind = UnitKind::Adverb;
        return;
    }
    // "is considering", "has given": prepositions that are gerunds or participles, behind their auxiliary.
    if units[i].kind == UnitKind::Preposition && units[i].forms.0 != 0 && i > 0 {
        let auxiliary = units[..i].iter().rev().find(|u| u.kind != UnitKind::Adverb);
        let (be, have) = (
            auxiliary.is_some_and(|u| u.classes.meets(&g.be)),
            auxiliary.is_some_and(|u| u.kind == UnitKind::Auxiliary && u.classes.meets(&g.have)),
        );
        // "he's considering": the contraction of "is" looks like a possessive.
        let is = i >= 2 && units[i - 1].kind == UnitKind::Possessive && units[i - 2].kind == UnitKind::Pronoun;
        if (be || is) && units[i].forms.has(Form::Gerund) || (be || have) && units[i].forms.has(Form::Participle) {
            units[i].kind = UnitKind::Verb;
            return;
        }
    }
    if units[i].kind != UnitKind::Verb {
        return;
    }
    let verb = is_verb_here(g, tokens, units, i);
    if !verb {
        units[i].kind = if units[i].capital && units[i].unknown { UnitKind::Name } else { UnitKind::Noun };
    }
}

fn followed_by_base_verb(g: &Grammar, units: &[Unit], mut i: usize) -> bool {
    while units.get(i).is_some_and(|u| matches!(u.kind, UnitKind::Adverb | UnitKind::Negation)) {
        i += 1;
    }
    // "adds four firms to blacklist": a list at the end of its phrase is no verb.
    let ends = units.get(i + 1).is_none_or(|u| !u.in_noun_phrase());
    if units.get(i).is_some_and(|u| u.classes.meets(&g.list)) && ends {
        return false;
    }
    units.get(i).is_some_and(|u| {
        u.kind == UnitKind::Verb && u.forms.has(Form::Base)
            || u.kind == UnitKind::Auxiliary && !u.hyphened
            || u.kind == UnitKind::Noun && u.forms.has(Form::Base)
    })
}

fn that_kind(units: &[Unit], i: usize) -> UnitKind {
    let before = i.checked_sub(1).map(|k| units[k].kind);
    let behind = units.get(i + 1).map(|u| u.kind);
    let verbal = matches!(behind, Some(UnitKind::Verb | UnitKind::Auxiliary | UnitKind::Modal | UnitKind::Adverb));
    match before {
        Some(UnitKind::Noun | UnitKind::Name | UnitKind::Number) if verbal => UnitKind::Relative,
        Some(UnitKind::Preposition | UnitKind::To) => UnitKind::Determiner,
        None => UnitKind::Determiner,
        _ => UnitKind::Subordinator,
    }
}

/// Whether the word at `i`, which can be a verb, is used as one.
fn is_verb_here(g: &Grammar, tokens: &Tokens, units: &[Unit], i: usize) -> bool {
    let unit = &units[i];
    let participle_only = !unit.forms.has(Form::Base) && !unit.forms.has(Form::Third);
    let mut before = i;
    while before > 0 && units[before - 1].kind == UnitKind::Adverb {
        before -= 1;
    }
    // "the Treasury (OFAC) removed": what stands before a parenthesis stands before the word.
    before = before_parenthesis(tokens, units, before);
    let before = before.checked_sub(1).map(|k| &units[k]);
    let mut k = i + 1;
    while units.get(k).is_some_and(|u| u.kind == UnitKind::Adverb) {
        k += 1;
    }
    let behind = units.get(k);
    let behind_nominal = behind.is_some_and(|u| {
        u.in_noun_phrase() && u.kind != UnitKind::Possessive
            || u.kind == UnitKind::Verb && u.nominal && !u.forms.has(Form::Past)
    });
    let behind_bare_noun = behind
        .is_some_and(|u| matches!(u.kind, UnitKind::Noun | UnitKind::Name) || u.kind == UnitKind::Verb && u.nominal);
    if units.get(i + 1).is_some_and(|u| u.kind == UnitKind::Possessive) {
        return false;
    }
    if unit.hyphened {
        // "US-led", "state-run": a participle behind a hyphen describes; "re-impose" keeps its verb.
        return !participle_only && !unit.nominal;
    }
    let Some(before) = before else {
        // Sentence start: "Freed prisoners arrive", "Lifting sanctions would help", "Release of prisoners".
        if participle_only {
            return unit.forms.has(Form::Gerund) || !behind_bare_noun;
        }
        return !unit.nominal && !unit.capital || !unit.nominal && behind_nominal;
    };
    let before_norm = tokens.norm(&tokens.as_slice()[before.first as usize]);
    // "rather than free the prisoners".
    if before_norm == "rather" && before.last > before.first + 1 && unit.forms.has(Form::Base) && behind_nominal {
        return true;
    }
    match before.kind {
        UnitKind::To | UnitKind::Modal | UnitKind::Negation | UnitKind::Relative => {
            !(before_norm == "no" || before.kind == UnitKind::Negation && unit.nominal && !unit.forms.has(Form::Base))
        }
        UnitKind::Auxiliary => {
            // "is freed", "has released", "did free"; "have sanctions" is a noun.
            if unit.nominal && !unit.forms.has(Form::Past) && !unit.forms.has(Form::Gerund) {
                before.classes.meets(&g.r#do)
            } else {
                true
            }
        }
        UnitKind::Pronoun => true,
        UnitKind::Determiner | UnitKind::Possessive => {
            // "Russia and Ukraine each returned 303 prisoners".
            if matches!(before_norm, "each" | "both" | "all")
                && unit.forms.has(Form::Past)
                && behind.is_some_and(|u| u.kind == UnitKind::Number)
            {
                return true;
            }
            // "the released prisoners", "its lifting of": never finite; a gerund may head "the lifting of".
            if participle_only
                && !behind_nominal
                && before.kind == UnitKind::Determiner
                && unit.forms.has(Form::Participle)
            {
                // "those freed on Monday", "the 52 released".
                return matches!(before_norm, "those" | "all" | "some" | "most" | "many" | "others" | "both");
            }
            false
        }
        UnitKind::Preposition => unit.forms.has(Form::Gerund),
        UnitKind::Number => participle_only && !behind_bare_noun || unit.forms.has(Form::Past) && !behind_bare_noun,
        UnitKind::Verb => {
            // "vows release", "began freeing", "agreed lifting": gerunds and participles go on, nouns do not.
            if participle_only {
                // "imposed sweeping sanctions".
                !behind_bare_noun || unit.forms.has(Form::Gerund) && !unit.classes.meets(&g.adjective)
            } else {
                !unit.nominal
            }
        }
        UnitKind::Noun | UnitKind::Name => {
            if participle_only {
                // "Belarus freed prisoners", "prisoners freed in Minsk", "Belarus freeing"; "vote rigging" is a noun.
                return !(unit.unknown && unit.forms.has(Form::Gerund) && !behind_nominal && !before.plural);
            }
            // "US sanctions Russian bank" and "sanctions on Russia"; "rebels free hostages".
            // "Ukraine and Russia swap prisoners", "Canada, US place sanctions": two subjects are a plural.
            let joint = i.saturating_sub(2 + usize::from(i >= 2 && units[i - 2].kind == UnitKind::Determiner));
            // "El Salvador, the United States, and Venezuela conduct a swap": a comma before the last of a list.
            let serial = usize::from(joint >= 2 && units[joint - 1].kind == UnitKind::Comma);
            let several = joint > serial
                && matches!(units[joint].kind, UnitKind::Conjunction | UnitKind::Comma)
                && units[joint - 1 - serial].in_noun_phrase();
            let agrees = if unit.forms.has(Form::Third) {
                !before.plural
            } else {
                // "Hamas free eight hostages": a side is often a plural.
                let side = before.classes.meets(&g.actor)
                    && behind.is_some_and(|u| u.kind == UnitKind::Number || u.plural || u.classes.meets(&g.actor));
                // "Will Hamas free the hostages?".
                let asked = i < 6 && units[0].kind == UnitKind::Modal;
                before.plural || several || side || asked || unit.forms.has(Form::Past)
            };
            let headed_elsewhere = behind.is_some_and(|u| matches!(u.kind, UnitKind::Auxiliary | UnitKind::Modal));
            if !unit.nominal && !(unit.forms.has(Form::Base) && behind_causative(g, &units[..i])) {
                // "Pressure grows on", "Washington announces fresh sanctions": a word that is no noun at all; but "set
                // the prisoners free".
                return !headed_elsewhere;
            }
            // "lifts Turkey sanctions ten days after": a stretch of time is no object.
            let time = behind.is_some_and(|u| u.kind == UnitKind::Number)
                && units.get(k + 1).is_some_and(|u| is_stretch(tokens, u));
            let object = !time && behind.is_some_and(|u| begins_object(g, unit, u, &units[k + 1..]));
            // "NAME returns home after": a verb of several words that takes no object.
            let whole = unit.last > unit.first + 1 && unit.forms.has(Form::Third) && !behind_nominal;
            agrees && (object || whole) && !headed_elsewhere
        }
        UnitKind::Adverb => true,
        UnitKind::Conjunction | UnitKind::Comma | UnitKind::Quote | UnitKind::Stop | UnitKind::Subordinator => {
            if participle_only {
                // "Rep. Jane Roe (R-NY) lobbied ministers".
                let parenthesis = before_norm == ")" && !unit.forms.has(Form::Gerund);
                unit.forms.has(Form::Gerund) || !behind_bare_noun || coordinated_with_verb(units, i) || parenthesis
            } else if unit.nominal {
                // "..., and orders the release": a noun in -s takes no article behind it.
                let article = behind.is_some_and(|u| u.kind == UnitKind::Determiner);
                if unit.forms.has(Form::Third) && article && units[..i].iter().any(|u| u.kind == UnitKind::Verb) {
                    return true;
                }
                // "and later release him".
                coordinated_with_verb(units, i)
                    && (behind_nominal || behind.is_some_and(|u| u.kind == UnitKind::Pronoun))
            } else {
                true
            }
        }
    }
}

/// Whether a unit is a measure of time: "days", "years".
fn is_stretch(tokens: &Tokens, unit: &Unit) -> bool {
    matches!(
        tokens.norm(&tokens.as_slice()[unit.first as usize]),
        "hour" | "hours" | "day" | "days" | "week" | "weeks" | "month" | "months" | "year" | "years" | "decades"
    )
}

/// The index behind what stands before a short parenthesis that ends at `at`; `at` itself where none does.
fn before_parenthesis(tokens: &Tokens, units: &[Unit], at: usize) -> usize {
    let sign = |k: usize, sign: &str| {
        units[k].kind == UnitKind::Stop && tokens.norm(&tokens.as_slice()[units[k].first as usize]) == sign
    };
    if at == 0 || !sign(at - 1, ")") {
        return at;
    }
    (at.saturating_sub(8)..at - 1).rev().find(|k| sign(*k, "(")).filter(|k| *k > 0).unwrap_or(at)
}

/// Whether the last verb so far takes an object with a bare complement: "set the prisoners", "let them".
fn behind_causative(g: &Grammar, before: &[Unit]) -> bool {
    before
        .iter()
        .rev()
        .take(8)
        .find(|u| matches!(u.kind, UnitKind::Verb | UnitKind::Stop))
        .is_some_and(|u| u.kind == UnitKind::Verb && u.classes.meets(&g.causative))
}

/// Whether an `and`, `or` or comma before `i` joins it to a verb group of the same form: "arrested and freed".
fn coordinated_with_verb(units: &[Unit], i: usize) -> bool {
    units[..i]
        .iter()
        .rev()
        .take(24)
        .skip_while(|u| matches!(u.kind, UnitKind::Conjunction | UnitKind::Comma | UnitKind::Adverb))
        // "detain a lawyer representing the mayor and release him": a gerund describes what stands before it.
        .filter(|u| u.forms.0 & units[i].forms.0 != 0 || !only_gerund(u))
        .find(|u| matches!(u.kind, UnitKind::Verb | UnitKind::Stop | UnitKind::Subordinator))
        .is_some_and(|u| u.kind == UnitKind::Verb && u.forms.0 & units[i].forms.0 != 0)
}

/// Whether a unit is a verb that can only be a gerund here.
fn only_gerund(u: &Unit) -> bool {
    u.kind == UnitKind::Verb && u.forms.has(Form::Gerund) && !u.forms.has(Form::Base)
}

/// Whether `next`, which stands behind a word that can be a verb or a noun, and what follows it begin an object.
fn begins_object(g: &Grammar, verb: &Unit, next: &Unit, rest: &[Unit]) -> bool {
    let third = verb.forms.has(Form::Third);
    let follows = |kind: UnitKind| rest.first().is_some_and(|u| u.kind == kind);
    match next.kind {
        // "Hamas says it will": a clause stands behind it as well as an object.
        UnitKind::Determiner | UnitKind::Number | UnitKind::Name | UnitKind::Pronoun => true,
        _ if next.classes.meets(&g.adjective) || next.classes.meets(&g.vague) => true,
        UnitKind::Noun => {
            next.plural
                || next.capital
                || next.classes.meets(&g.actor)
                || next.classes.meets(&g.noun)
                // "Gabon releases opposition lawyer Albert Moussavou".
                || third && rest.iter().take(2).take_while(|n| n.in_noun_phrase()).any(|n| n.kind == UnitKind::Name)
        }
        // "lifts ban on", "grants amnesty to": a noun that could be a verb, with what it is on.
        UnitKind::Verb if next.nominal => next.plural || follows(UnitKind::Preposition),
        UnitKind::Verb => next.forms.has(Form::Participle) && !next.forms.has(Form::Base) && follows(UnitKind::Noun),
        // "pardons and releases 4,893 prisoners".
        UnitKind::Conjunction => {
            third && rest.first().is_some_and(|n| n.kind == UnitKind::Verb && n.forms.has(Form::Third))
        }
        // "releases over 1,900 detainees".
        _ => next.particle == Particle::Approximate && follows(UnitKind::Number),
    }
}
