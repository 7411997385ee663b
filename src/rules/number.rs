//! Numbers in a noun phrase: "twenty-two", "two dozen", "more than 120", and those that count no people.
//!
//! What a number counts is for `slot` to say.

use super::Qualifier;
use super::known::Known;
use super::sentence::Sentence;
use super::words::Words;
use crate::syntax::UnitKind;
use crate::text::parse_number;

/// The first number in a range of units: its value and its units.
#[must_use]
pub fn number_in(s: &Sentence<'_>, range: std::ops::Range<usize>) -> Option<(u32, usize, usize)> {
    let mut at = range.start;
    while at < range.end {
        if let Some((value, next)) = number_at(s, at, range.end) {
            return Some((value, at, next));
        }
        at += 1;
    }
    None
}

/// The number at a unit, over "twenty-two", "two dozen", "1.2 thousand".
fn number_at(s: &Sentence<'_>, at: usize, end: usize) -> Option<(u32, usize)> {
    let one = |u: usize| -> Option<u32> {
        let unit = &s.units()[u];
        if unit.kind != UnitKind::Number || unit.hyphened && u == at {
            return None;
        }
        if unit.unknown {
            return parse_number(s.norm(u));
        }
        let entry = s.lexicon.entries(&unit.senses).iter().find(|e| s.grammar.number.has(e.class))?;
        s.lexicon.symbols().text(entry.value).parse().ok()
    };
    let mut value = one(at)?;
    let mut next = at + 1;
    while next < end
        && let Some(n) = one(next)
    {
        value = match n {
            100 | 1000 | 12 if value < 100 || n == 1000 => value.checked_mul(n)?,
            n if n < 10 && value >= 20 && value % 10 == 0 || n < 100 && value % 100 == 0 => value.checked_add(n)?,
            _ => break,
        };
        next += 1;
    }
    // "4 million", "30 per cent", "20 years": no people.
    let behind = if next < s.units().len() { s.norm(next) } else { "" };
    if matches!(
        behind,
        "%" | "per"
            | "percent"
            | "years"
            | "year"
            | "months"
            | "days"
            | "day"
            | "weeks"
            | "hours"
            | "million"
            | "billion"
            | "year old"
            | "old"
    ) {
        return None;
    }
    if at > 0 && matches!(s.norm(at - 1), "$" | "€" | "£") {
        return None;
    }
    Some((value, next))
}

/// What stands before a number: "more than", "about", "up to".
pub fn qualifier(s: &Sentence<'_>, known: &Known, first: usize) -> Qualifier {
    let Some(before) = first.checked_sub(1) else { return Qualifier::Exact };
    let classes = s.units()[before].classes;
    let is = |kind: &Words| classes.meets(&kind.classes);
    if is(&known.at_least) {
        Qualifier::AtLeast
    } else if is(&known.up_to) {
        Qualifier::UpTo
    } else if is(&known.approximately) {
        Qualifier::Approximate
    } else {
        Qualifier::Exact
    }
}
