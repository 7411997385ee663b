//! Which date of a sentence belongs to a match, and what day it means.
//!
//! What an old date makes of an event is for `scope` to say.

use jiff::civil::{Date, Weekday};

use super::scope::{Assessment, NEWS_DAYS};
use super::sentence::Sentence;
use super::set::RuleSet;
use super::trigger::Match;
use super::words::Words;
use crate::syntax::{ChunkKind, UnitKind};
use crate::text::{CalendarHint, parse_number, resolve_weekday};

/// The date that belongs to the match: the nearest in its clause, else one in the sentence's first words.
pub fn find_date(set: &RuleSet, s: &Sentence<'_>, m: &Match, anchor: Option<Date>, a: &mut Assessment) {
    let units = s.units();
    let edge = |u: usize| matches!(units[u].kind, UnitKind::Stop | UnitKind::Relative);
    let left = (0..m.unit).rev().find(|u| edge(*u)).map_or(0, |u| u + 1);
    let right = (m.unit + 1..units.len()).find(|u| edge(*u)).unwrap_or(units.len());
    let group = s.chunks()[m.chunk].verb;
    // "to sanction diamonds as of January", "will be lifted in March".
    let ahead = !m.nominal && (group.infinitive || group.modal.is_some());
    let mut best: Option<(usize, CalendarHint, (usize, usize))> = None;
    let mut u = left;
    while u < right {
        if let Some((hint, end)) = date_at(set, s, u, anchor, ahead).or_else(|| long_ago(set, s, u, anchor)) {
            // A date behind the trigger belongs to it more readily than one before it.
            let distance = if u > m.unit { u - m.unit } else { (m.unit - u) + 3 };
            let between = if u > m.unit { m.unit + 1..u } else { end..m.unit };
            // "since 2022" is a date of the match, "since it invaded in 2022" is none.
            let since = |k: usize| k + 1 == u && s.norm(k) == "since";
            // "in response to the sinking in March": the day is that of the cause.
            let cause = |k: usize| u > m.unit && CAUSES.contains(&s.word(k));
            let verb = between.clone().any(|k| {
                units[k].kind == UnitKind::Verb || units[k].kind == UnitKind::Subordinator && !since(k) || cause(k)
            });
            // "the January 19 ceasefire deal": a date that describes a noun is the noun's.
            let described = describes(s, u, end);
            // "all students abducted in May were released": a date behind a participle of the subject is that one's.
            let theirs = u < m.unit
                && hint.day().is_none()
                && (left..u)
                    .any(|k| units[k].kind == UnitKind::Verb && units[k].forms.has(crate::lexicon::Form::Participle));
            // ", who led the protests in 2020, was freed": a date inside a parenthesis belongs to it.
            let aside = u < m.unit && u > left + 3 && between.clone().any(|k| units[k].kind == UnitKind::Comma);
            if !verb && !described && !theirs && !aside && best.is_none_or(|b| distance < b.0) {
                best = Some((distance, hint, (u, end)));
            }
            u = end;
        } else {
            u += 1;
        }
    }
    // "The EU imposed sanctions in 2002, banning travel and freezing assets": a participle takes the date of its sentence.
    let shared = || {
        let participle = group.gerund && !m.nominal && s.chunks()[..m.chunk].iter().any(|c| c.kind == ChunkKind::Comma);
        (left..right)
            .filter(|_| participle)
            .find_map(|u| date_at(set, s, u, anchor, ahead).map(|(hint, end)| (hint, (u, end))))
    };
    a.date = best.map(|(_, hint, units)| (hint, units)).or_else(|| years_after(set, s, m, anchor)).or_else(shared);
}

/// Whether a date stands inside a noun phrase before its head.
fn describes(s: &Sentence<'_>, first: usize, end: usize) -> bool {
    let timely = |u: usize| s.units()[u].classes.meets(&s.grammar.time) || s.units()[u].kind == UnitKind::Number;
    s.chunks().iter().any(|c| {
        let (from, to, head) = (usize::from(c.first), usize::from(c.last), usize::from(c.head));
        c.kind == ChunkKind::Noun && from < first && end < to && head >= end && !timely(head)
    })
}

/// Prepositions that lead to why something was done.
const CAUSES: &[&str] = &[
    "in response to",
    "in retaliation for",
    "following",
    "over",
    "because of",
    "due to",
    "in connection with",
    "in the wake of",
    "in return for",
    "in exchange for",
];

/// Days back from which on a phrase such as "earlier this year" dates something away from the news.
const LONG_AGO: i64 = 60;

fn days_before(anchor: Date, days: i64) -> CalendarHint {
    CalendarHint::Day(anchor.saturating_sub(jiff::Span::new().days(days)))
}

/// A time phrase of the lexicon that means long ago ("earlier this year", "a decade ago"), with the unit behind it. What
/// is near says nothing that the tense does not.
fn long_ago(set: &RuleSet, s: &Sentence<'_>, u: usize, anchor: Option<Date>) -> Option<(CalendarHint, usize)> {
    let (senses, behind) = s.heard.phrase(u)?;
    let entry = set.cues.entries(senses).iter().find(|e| set.words.cue_time.has(e))?;
    let days: i64 = set.cues.symbols().text(entry.value).parse().ok()?;
    (days <= -LONG_AGO).then_some((days_before(anchor?, -days), behind))
}

/// "Ten years after the EU imposed sanctions", "marks five years since": the clause is dated by how long ago it was.
fn years_after(
    set: &RuleSet,
    s: &Sentence<'_>,
    m: &Match,
    anchor: Option<Date>,
) -> Option<(CalendarHint, (usize, usize))> {
    let units = s.units();
    let opener = (0..m.unit).rev().find(|u| matches!(units[*u].kind, UnitKind::Subordinator | UnitKind::Stop))?;
    let first = usize::from(s.chunks()[m.chunk].first);
    // "weeks after Washington decided to revoke": the verb that governs the trigger is of its clause.
    let governing = s.chunks()[m.chunk].verb.infinitive.then(|| s.governor(m.chunk)).flatten().map(|g| g.unit);
    let other_verb = (opener..first).any(|u| units[u].kind == UnitKind::Verb && Some(u) != governing);
    if other_verb || !matches!(s.norm(opener), "after" | "since") || opener == 0 {
        return None;
    }
    let each = match s.norm(opener - 1) {
        "year" | "years" => 365,
        "month" | "months" => 30,
        "week" | "weeks" => 7,
        "decade" | "decades" => 3650,
        _ => return None,
    };
    // "weeks after", "months after": at least three, or two, of what is not counted.
    let several = match s.norm(opener - 1) {
        "weeks" => 3,
        "months" | "years" | "decades" => 2,
        _ => 1,
    };
    let count = opener.checked_sub(2).and_then(|u| number_word(set, s, u)).unwrap_or(several);
    let days = i64::from(count.min(100)) * each;
    (days > i64::from(NEWS_DAYS)).then_some((days_before(anchor?, days), (opener - 1, opener + 1)))
}

/// The value of a unit that is a number, in digits or words.
fn number_word(set: &RuleSet, s: &Sentence<'_>, u: usize) -> Option<u32> {
    let unit = s.units().get(u)?;
    if unit.kind != UnitKind::Number {
        return None;
    }
    parse_number(s.norm(u)).or_else(|| {
        let entry = s.lexicon.entries(&unit.senses).iter().find(|e| set.words.number.has(e))?;
        s.lexicon.symbols().text(entry.value).parse().ok()
    })
}

/// The date expression that starts at a unit, with the unit behind it.
fn date_at(
    set: &RuleSet,
    s: &Sentence<'_>,
    u: usize,
    anchor: Option<Date>,
    ahead: bool,
) -> Option<(CalendarHint, usize)> {
    let units = s.units();
    let unit = &units[u];
    let norm = s.norm(u);
    let value = |u: usize, kind: &Words| -> Option<i64> {
        if !units.get(u)?.classes.meets(&kind.classes) {
            return None;
        }
        let entry = s.lexicon.entries(&units[u].senses).iter().find(|e| kind.has(e))?;
        s.lexicon.symbols().text(entry.value).parse().ok()
    };
    let number = |u: usize| -> Option<u32> {
        let unit = units.get(u)?;
        (unit.kind == UnitKind::Number)
            .then(|| parse_number(s.norm(u).trim_end_matches(|c: char| c.is_ascii_alphabetic())))?
    };
    // "2,010 prisoners" is a number.
    let written = |u: usize| u < units.len() && !s.quote(u, u + 1).contains(',');
    let year = |u: usize| {
        number(u).filter(|_| written(u)).filter(|y| (1900..=2100).contains(y)).and_then(|y| i16::try_from(y).ok())
    };
    let timely = unit.classes.meets(&s.grammar.time);
    if let Some(month) = value(u, &set.words.month).filter(|_| timely).and_then(|m| i8::try_from(m).ok()) {
        // "March 5, 2020", "March 2020", "5 March 2020", "in March".
        let before = u.checked_sub(1).and_then(number).filter(|d| (1..=31).contains(d));
        let behind = number(u + 1).filter(|d| (1..=31).contains(d));
        let day = behind.or(before).and_then(|d| i8::try_from(d).ok());
        let mut next = if behind.is_some() { u + 2 } else { u + 1 };
        if units.get(next).is_some_and(|x| x.kind == UnitKind::Comma) && year(next + 1).is_some() {
            next += 1;
        }
        let (year, end) = match year(next) {
            Some(y) => (Some(y), next + 1),
            None => (None, next),
        };
        let year = year.or_else(|| nearest_year(month, day, anchor?, ahead))?;
        let hint = day
            .and_then(|d| Date::new(year, month, d).ok())
            .map_or(CalendarHint::Month(year, month), CalendarHint::Day);
        return Some((hint, end));
    }
    if let Some(weekday) = value(u, &set.words.weekday).and_then(|w| i8::try_from(w).ok()) {
        let weekday = Weekday::from_monday_one_offset(weekday).ok()?;
        let anchor = anchor?;
        if u > 0 && matches!(s.norm(u - 1), "next" | "coming") {
            return Some((CalendarHint::Day(anchor.saturating_add(jiff::Span::new().days(7))), u + 1));
        }
        return Some((CalendarHint::Day(resolve_weekday(weekday, anchor)), u + 1));
    }
    // "the 1990s".
    if unit.kind == UnitKind::Number && norm.len() == 5 && norm.ends_with('s') && u > 0 && s.norm(u - 1) == "the" {
        return number(u).and_then(|y| i16::try_from(y).ok()).map(|y| (CalendarHint::Year(y.saturating_add(9)), u + 1));
    }
    if let Some(y) = year(u) {
        let dated = u == 0
            || matches!(
                s.norm(u - 1),
                "in" | "since"
                    | "of"
                    | "from"
                    | "during"
                    | "until"
                    | "by"
                    | "early"
                    | "late"
                    | "mid"
                    | "after"
                    | "before"
            )
            || units[u - 1].kind == UnitKind::Stop;
        return dated.then_some((CalendarHint::Year(y), u + 1));
    }
    let anchor = anchor?;
    if matches!(norm, "today" | "tonight") {
        return Some((CalendarHint::Day(anchor), u + 1));
    }
    if matches!(norm, "last" | "previous" | "past") {
        let days = match units.get(u + 1).map(|_| s.norm(u + 1))? {
            "year" => 365,
            "month" => return Some((CalendarHint::Day(anchor.saturating_sub(jiff::Span::new().days(20))), u + 2)),
            "week" => 7,
            "decade" => 3650,
            "summer" | "autumn" | "winter" | "spring" => 150,
            _ => return None,
        };
        return Some((CalendarHint::Day(anchor.saturating_sub(jiff::Span::new().days(days))), u + 2));
    }
    // "two years ago", "years ago", "a month earlier".
    if matches!(norm, "ago" | "earlier") && u >= 1 {
        let unit_days = match s.norm(u - 1) {
            "year" | "years" => 365,
            "month" | "months" => 30,
            "week" | "weeks" => 7,
            "day" | "days" => 1,
            "decade" | "decades" => 3650,
            _ => return None,
        };
        let n = (u >= 2)
            .then(|| number(u - 2).or_else(|| value(u - 2, &set.words.number).and_then(|v| u32::try_from(v).ok())))
            .flatten()
            .unwrap_or(1);
        return Some((
            CalendarHint::Day(anchor.saturating_sub(jiff::Span::new().days(i64::from(n.min(4000)) * unit_days))),
            u + 1,
        ));
    }
    None
}

/// The year that a date without one means: the last such date, or the next one when the sentence looks `ahead`.
fn nearest_year(month: i8, day: Option<i8>, anchor: Date, ahead: bool) -> Option<i16> {
    let this = Date::new(anchor.year(), month, day.unwrap_or(1)).ok()?;
    let distance = this.since(anchor).ok()?.get_days();
    Some(match distance {
        ..-40 if ahead => anchor.year() + 1,
        61.. if !ahead => anchor.year() - 1,
        _ => anchor.year(),
    })
}
