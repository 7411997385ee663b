//! Slots: who, whom, how many, which persons, which measure.
//!
//! Each slot is read from the grammar around the match and leaves its evidence. What a sentence does not say stays
//! empty; filling from the rest of the document is `merge`'s business. Here stands what the three rooms share: `authority`
//! is who acts, `measure` what a measure is called and whom it hits, `people` who is freed and how many.

mod authority;
mod measure;
mod people;

use jiff::civil::Date;

use super::actor::{Actor, actors_in};
use super::file::Shape;
use super::sentence::Sentence;
use super::set::{Event, RuleSet};
use super::trigger::Match;
use super::{Count, Evidence, Role};
use crate::lexicon::Symbol;

/// The arguments of one match.
#[derive(Clone, Debug, Default)]
pub struct Slots {
    /// Who acts.
    pub authority: Vec<Symbol>,
    /// Whom it hits or whose nationals are freed.
    pub target: Vec<Symbol>,
    /// How many.
    pub count: Option<Count>,
    /// Named persons.
    pub persons: Vec<String>,
    /// Lone capitalised words where a person can stand: the surnames of persons whom the text names in full elsewhere.
    pub surnames: Vec<String>,
    /// What the captives are exchanged for: how many of which nationality.
    pub traded: Option<(Option<Count>, Vec<Symbol>)>,
    /// Who they are, by name.
    pub traded_persons: Vec<String>,
    /// The noun that the object is named by, by lemma: "judges" of "sanctions on two judges".
    pub people: Vec<Symbol>,
    /// Sector or measure.
    pub measure: Option<String>,
    /// OpenSanctions provision.
    pub provision: Option<String>,
    /// The people are ordinary criminals.
    pub criminal: bool,
    /// The people are called prisoners or detainees: held by a state, not hostages.
    pub prisoners: bool,
    /// The people are called what only their own state's captives are: political prisoners, an opposition leader.
    pub home: bool,
    /// The object is a plural.
    pub several: bool,
    /// Who acts is only read from where it happened: "freed in Sudan".
    pub placed: bool,
    /// The acting side is a body whose sanctions are none: sport, exchanges.
    pub blocked: bool,
    /// Evidence of every slot.
    pub evidence: Vec<Evidence>,
}

impl Slots {
    fn add(&mut self, s: &Sentence<'_>, rule: &str, role: Role, first: usize, last: usize) {
        let span = s.span(first, last);
        let evidence = Evidence { role, field: s.field, start: span.start, end: span.end, rule: rule.to_owned() };
        if !self.evidence.contains(&evidence) {
            self.evidence.push(evidence);
        }
    }
}

/// Reads the slots of a match.
pub fn read(
    set: &RuleSet,
    s: &Sentence<'_>,
    event: &Event,
    rule: &str,
    m: &Match,
    date: Option<Date>,
    notice: bool,
) -> Slots {
    let mut slots = Slots::default();
    slots.add(s, rule, Role::Trigger, m.unit, m.unit + 1);
    if let Some((_, unit)) = m.object {
        slots.add(s, rule, Role::Object, unit, unit + 1);
    }
    let mut r = Reader { set, s, event, rule, m, date, notice, slots };
    r.authority();
    if notice && r.slots.authority.is_empty() {
        r.issuer();
    }
    match event.shape {
        Shape::Measure => r.measure_target(),
        Shape::People => r.people(),
    }
    r.slots
}

struct Reader<'r, 's> {
    set: &'r RuleSet,
    s: &'r Sentence<'s>,
    event: &'r Event,
    rule: &'r str,
    m: &'r Match,
    date: Option<Date>,
    notice: bool,
    slots: Slots,
}

/// Prepositions that lead to examples of a group.
const INCLUDING: &[&str] = &["including", "like", "such as", "among", "namely"];
/// Prepositions that lead to whom a measure hits.
const ONTO: &[&str] =
    &["on", "against", "upon", "toward", "towards", "with respect to", "regarding", "concerning", "relating to"];

impl Reader<'_, '_> {
    fn actors(&self, range: std::ops::Range<usize>) -> Vec<Actor> {
        let mut out = Vec::new();
        actors_in(self.s, &self.set.words, self.date, range, |a| out.push(a));
        if out.iter().any(|a| !a.weak) {
            out.retain(|a| !a.weak);
        }
        // "Serbia's Russian-owned oil company": a state that only describes how something stands to it comes second.
        let describes = |a: &Actor| {
            let next = self.s.units().get(a.unit + 1);
            next.is_some_and(|u| u.hyphened && u.forms.has(crate::lexicon::Form::Participle))
        };
        if out.iter().any(|a| !describes(a)) {
            out.retain(|a| !describes(a));
        }
        out
    }

    fn push(&mut self, role: Role, actors: &[Actor]) {
        for a in actors {
            let list = if role == Role::Authority { &mut self.slots.authority } else { &mut self.slots.target };
            if !list.contains(&a.value) {
                list.push(a.value);
            }
            self.slots.add(self.s, self.rule, role, a.unit, a.unit + 1);
        }
    }
}
