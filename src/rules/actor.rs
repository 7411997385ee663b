//! Who: actors and named persons inside a noun phrase.
//!
//! A capital, a ministry or a leader counts as its state (docs/events.md); a leader only while in office at the
//! document's date, or, out of office, as a last resort. Which of the actors acts is decided in `slots`.

use jiff::civil::Date;

use super::known::Known;
use super::sentence::Sentence;
use crate::lexicon::{Entry, EntryFlags, Symbol};
use crate::syntax::{ChunkKind, UnitKind};

/// An actor that a unit names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// ISO code, `EU`, `UN` or a name.
    pub value: Symbol,
    /// The unit.
    pub unit: usize,
    /// It may be named here by accident (`Georgia`, `Congress`).
    pub weak: bool,
    /// It never imposes, lifts or releases (`World Bank`).
    pub not_authority: bool,
    /// A demonym or people: describes as often as it acts.
    pub demonym: bool,
    /// A region of a state.
    pub region: bool,
}

/// Calls `each` for every actor in the units `range`, left to right.
pub fn actors_in(
    s: &Sentence<'_>,
    known: &Known,
    date: Option<Date>,
    range: std::ops::Range<usize>,
    mut each: impl FnMut(Actor),
) {
    for unit in range {
        if let Some(actor) = actor_at(s, known, date, unit) {
            each(actor);
        }
    }
}

/// The actor that a unit names, if any.
#[must_use]
pub fn actor_at(s: &Sentence<'_>, known: &Known, date: Option<Date>, unit: usize) -> Option<Actor> {
    let u = &s.units()[unit];
    if !u.classes.meets(&s.grammar.actor) || known.not_actor.matches(s.lexicon, u) || u.kind == UnitKind::Verb {
        return None;
    }
    let span = &s.tokens.as_slice()[u.first as usize..u.last as usize];
    let mut best: Option<(u8, &Entry)> = None;
    for entry in s.lexicon.entries(&u.senses) {
        if !s.grammar.actor.has(entry.class) || !s.lexicon.fits(entry, span, s.text) {
            continue;
        }
        // "Aguila Saleh": behind another first name a surname is hardly that of who led once.
        if entry.tenure.is_some_and(|t| date.is_some_and(|d| d < t.from || t.to < d))
            && unit.checked_sub(1).is_some_and(|b| s.units()[b].unknown && s.units()[b].kind == UnitKind::Name)
        {
            continue;
        }
        // "Abbas Hassan Gharib": a surname with a name behind it is a first name.
        if entry.tenure.is_some()
            && u.last == u.first + 1
            && s.units().get(unit + 1).is_some_and(|n| n.kind == UnitKind::Name && n.capital && n.unknown)
        {
            continue;
        }
        // In office beats strong beats weak; the first of equals is kept, so that file order decides.
        let in_office = match (entry.tenure, date) {
            (None, _) => 2,
            (Some(t), Some(d)) if t.from <= d && d <= t.to => 3,
            (Some(t), None) if t.to == Date::MAX => 2,
            (Some(_), _) => 0,
        };
        let rank = in_office * 2 + u8::from(!entry.flags.has(EntryFlags::WEAK));
        if best.is_none_or(|(r, _)| rank > r) {
            best = Some((rank, entry));
        }
    }
    let (_, entry) = best?;
    let class = s.lexicon.classes().name(entry.class);
    Some(Actor {
        value: entry.value,
        unit,
        weak: entry.flags.has(EntryFlags::WEAK),
        not_authority: entry.flags.has(EntryFlags::NOT_AUTHORITY) || class == "people",
        demonym: matches!(class, "demonym" | "people"),
        region: class == "region",
    })
}

/// The named persons of a noun phrase: unit ranges of two or more capitalised names, or of one behind a title.
pub fn persons_in(s: &Sentence<'_>, known: &Known, chunk: usize, each: &mut dyn FnMut(std::ops::Range<usize>)) {
    if s.kind(chunk) != ChunkKind::Noun {
        return;
    }
    let range = s.units_of(chunk);
    let mut at = range.start;
    while at < range.end {
        if !is_name(s, at) {
            // A head of state can be the one who is listed or freed: "sanctions on North Korean leader Kim Jong Un".
            // "Maduro ally Alex Saab", "Putin's critic": a leader who describes somebody else is not that person.
            let describes = at + 1 < range.end
                && matches!(s.units()[at + 1].kind, UnitKind::Noun | UnitKind::Name | UnitKind::Possessive);
            if known.leader.matches(s.lexicon, &s.units()[at])
                && s.units()[at].kind != UnitKind::Verb
                && !describes
                && !s.units().get(at + 1).is_some_and(|u| u.kind == UnitKind::Possessive)
            {
                each(at..at + 1);
            }
            at += 1;
            continue;
        }
        let mut end = at + 1;
        let mut words = 1;
        let mut given = is_given(s, at);
        while end < range.end {
            if is_name(s, end) {
                given |= is_given(s, end);
                words += 1;
                end += 1;
            } else if is_particle(s, end) && end + 1 < range.end && is_name(s, end + 1) {
                end += 2;
                words += 1;
            } else if end > at && s.units()[end].hyphened && s.units()[end - 1].capital && is_joined(s, end) {
                // "Kim Kyung-ja": what a hyphen ties to a name belongs to it.
                end += 1;
            } else if s.units()[end].capital
                && s.units()[end].last == s.units()[end].first + 1
                && known.leader.matches(s.lexicon, &s.units()[end])
            {
                // "Avera Mengistu": a surname that a leader has as well.
                words += 1;
                end += 1;
            } else if !s.headline && is_capital_word(s, end) {
                // "Wang Man", "Wa Lone": a common word that is written as a name behind one.
                words += 1;
                end += 1;
            } else {
                break;
            }
        }
        let titled = at > range.start && known.person_noun.matches(s.lexicon, &s.units()[at - 1]);
        let entity = |u: usize| {
            let unit = &s.units()[u];
            known.entity_unit.matches(s.lexicon, unit) || known.name_of_body.matches(s.lexicon, unit)
        };
        // "Prima TV", "the tanker Stena Impero": a body or a ship, not a person.
        let organisation = end < range.end && entity(end)
            || (at..end).any(|u| entity(u) || matches!(s.norm(u), "tv" | "radio" | "news"))
            || at > range.start && (known.vessel.matches(s.lexicon, &s.units()[at - 1]) || entity(at - 1))
            || at == range.start && !given && in_apposition(s, known, chunk);
        // A title-case headline capitalises everything; there only a given name shows a person.
        let shown = if s.headline && title_case(s) { given || titled && words >= 2 } else { true };
        let possessor = s.units().get(end).is_some_and(|u| u.kind == UnitKind::Possessive);
        // A phrase that is one unknown name and nothing else is a person too: "Kalesnikava was also released".
        let alone = at == range.start
            && end == range.end
            && s.units()[at].unknown
            && !s.temporal(chunk)
            && !(s.headline && title_case(s));
        if (words >= 2 || titled || alone) && !organisation && shown && !possessor {
            each(at..end);
        }
        at = end;
    }
}

/// "its subsidiary, Mammut Diesel": a name behind a comma that only renames a body before it.
fn in_apposition(s: &Sentence<'_>, known: &Known, chunk: usize) -> bool {
    let Some(before) = chunk.checked_sub(2) else { return false };
    let head = &s.units()[usize::from(s.chunks()[before].head)];
    s.kind(chunk - 1) == ChunkKind::Comma
        && s.kind(before) == ChunkKind::Noun
        && !head.plural
        && known.entity_unit.matches(s.lexicon, head)
        && !known.people_unit.matches(s.lexicon, head)
        && !(before >= 1 && s.kind(before - 1) == ChunkKind::Preposition)
}

/// Whether a unit can be part of a person's name.
#[must_use]
pub fn is_name(s: &Sentence<'_>, unit: usize) -> bool {
    let u = &s.units()[unit];
    u.capital && (u.kind == UnitKind::Name || is_given(s, unit))
}

fn is_given(s: &Sentence<'_>, unit: usize) -> bool {
    let u = &s.units()[unit];
    u.capital && u.classes.meets(&s.grammar.given_name) && !u.classes.meets(&s.grammar.actor)
}

/// Whether a hyphen stands directly between a unit and the one before.
fn is_joined(s: &Sentence<'_>, unit: usize) -> bool {
    let items = s.tokens.as_slice();
    let before = items[s.units()[unit - 1].last as usize - 1].end as usize;
    let start = items[s.units()[unit].first as usize].start as usize;
    s.text.get(before..start) == Some("-")
}

/// Whether a unit is a common word with a capital, which inside a sentence only a name has.
fn is_capital_word(s: &Sentence<'_>, unit: usize) -> bool {
    let u = &s.units()[unit];
    u.capital
        && u.kind == UnitKind::Noun
        && u.last == u.first + 1
        && !u.classes.meets(&s.grammar.actor)
        && !u.classes.meets(&s.grammar.time)
        && !title_case(s)
}

fn is_particle(s: &Sentence<'_>, unit: usize) -> bool {
    matches!(
        s.norm(unit),
        "al" | "el"
            | "bin"
            | "ibn"
            | "de"
            | "da"
            | "dos"
            | "van"
            | "von"
            | "der"
            | "la"
            | "abd"
            | "abu"
            | "."
            | "ben"
            | "bint"
    )
}

/// Whether most words of the sentence are capitalised.
#[must_use]
pub fn title_case(s: &Sentence<'_>) -> bool {
    let words = s.units().iter().filter(|u| u.kind != UnitKind::Stop && u.kind != UnitKind::Comma);
    let (mut all, mut capital) = (0, 0);
    for u in words {
        if s.tokens.as_slice()[u.first as usize].end - s.tokens.as_slice()[u.first as usize].start > 3 {
            all += 1;
            capital += usize::from(u.capital);
        }
    }
    all > 2 && capital * 4 > all * 3
}
