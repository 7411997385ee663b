//! Scope: what the words around a trigger make of it.
//!
//! The ConText idea (cue, direction, reach) over grammar instead of over token windows: modals and negations of the verb
//! group, the chain of governors ("urged the EU to agree to lift"), predicates, clause openers, modifiers, and dates. A
//! scope never deletes a match; it changes its status and says why.

mod clauses;
mod shared;

use jiff::civil::Date;

use super::Status;
use super::dated::find_date;
use super::file::{Place, Shape};
use super::sentence::Sentence;
use super::set::{Event, Rule, RuleSet, Scope};
use super::trigger::Match;
use super::words::Words;
use crate::syntax::{ChunkKind, UnitKind};
use crate::text::CalendarHint;

/// What scope makes of a match.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// The status.
    pub status: Status,
    /// Reason code when the status is no alert.
    pub reason: &'static str,
    /// Id of the deciding cue.
    pub cue: Option<String>,
    /// Units of the deciding cue.
    pub cue_units: Option<(usize, usize)>,
    /// The text only presupposes the event ("sanctions imposed in ...").
    pub presupposed: bool,
    /// The sentence itself calls it new: "also", "new".
    pub fresh: bool,
    /// It is told in the present perfect.
    pub perfect: bool,
    /// When, if the sentence says so, and the units that say it.
    pub date: Option<(CalendarHint, (usize, usize))>,
}

/// Prepositions behind which a gerund has not happened: "without lifting", "instead of freeing".
const UNREAL: &[&str] = &[
    "before",
    "without",
    "instead",
    "of",
    "from",
    "against",
    "about",
    "towards",
    "toward",
    "despite",
    "to",
    "instead of",
    "rather than",
    "short of",
    "as opposed to",
    "in favour of",
    "in favor of",
];

/// Days between event and document up to which an event is still news.
pub(super) const NEWS_DAYS: i32 = 16;

/// Assesses a match.
pub fn assess(set: &RuleSet, s: &Sentence<'_>, rule: &Rule, m: &Match, date: Option<Date>, notice: bool) -> Assessment {
    let mut a = Assessment {
        status: rule.when.status.unwrap_or(Status::Enacted),
        // A rule that is itself about keeping or proposing says so before any cue does.
        reason: match rule.when.status {
            Some(Status::Rejected) => "kept",
            Some(Status::Proposed) => "proposed",
            Some(Status::Background) => "background",
            Some(Status::Enacted | Status::Announced) | None => "",
        },
        cue: None,
        cue_units: None,
        presupposed: false,
        fresh: false,
        perfect: false,
        date: None,
    };
    let bit = 1u32 << rule.event;
    let scopes: Vec<&Scope> =
        set.index.scopes(s.heard, set.scopes.len()).map(|i| &set.scopes[i]).filter(|c| c.events & bit != 0).collect();
    let mut w = Walk {
        people: set.events[rule.event].shape == Shape::People,
        affirmed: rule.when.status.is_some(),
        negated: rule.when.negated,
        notice,
        set,
        s,
        scopes: &scopes,
        a: &mut a,
    };
    w.affirm(m);
    if m.nominal {
        w.nominal(m);
    } else {
        w.verbal(m, rule);
    }
    w.surroundings(m);
    w.condition_behind(m);
    w.future_clause(m);
    w.question();
    w.a.fresh = w.fresh(m);
    w.a.perfect = w.perfect(m);
    w.cumulative(m);
    find_date(set, s, m, date, &mut a);
    if let (Some((hint, units)), None) = (a.date, date)
        && matches!(hint, CalendarHint::Year(_))
        && !notice
        && a.status.alerts()
    {
        // A document without a date that names a year looks back at it.
        a.status = Status::Background;
        a.reason = "historical";
        a.cue = Some("date".to_owned());
        a.cue_units = Some(units);
    }
    if let (Some((hint, units)), Some(anchor)) = (a.date, date) {
        let age = hint.age_in_days(anchor);
        if age > NEWS_DAYS && !notice && matches!(a.status, Status::Enacted | Status::Announced) {
            a.status = Status::Background;
            a.reason = "historical";
            a.cue = Some("date".to_owned());
            a.cue_units = Some(units);
        } else if age < 0 && a.status == Status::Enacted && !m.nominal {
            a.status = Status::Announced;
        } else if a.presupposed
            && (0..=NEWS_DAYS).contains(&age)
            && a.status == Status::Background
            && a.reason == "presupposed"
            && hint.day().is_some()
        {
            a.status = Status::Enacted;
            a.reason = "";
            a.cue = None;
        }
    }
    a
}

/// What kind of word governs a trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Governed {
    /// One that a scope cue knows.
    Cue,
    /// A verb that no cue knows.
    Verb,
    /// A noun that no cue knows.
    Noun,
}

struct Walk<'w, 's> {
    /// The event concerns people, not measures.
    people: bool,
    /// A cue says that a noun trigger has happened.
    affirmed: bool,
    /// The negation of the trigger is the event itself.
    negated: bool,
    /// The document is a notice, whose publication is the news.
    notice: bool,
    set: &'w RuleSet,
    s: &'w Sentence<'s>,
    scopes: &'w [&'w Scope],
    a: &'w mut Assessment,
}

impl Walk<'_, '_> {
    /// Lowers the status along the ladder; what is already no alert keeps its first reason, except that a refusal of a
    /// proposal is a refusal.
    fn lower(&mut self, status: Status, reason: &'static str, cue: &str, units: (usize, usize)) {
        if self.negated && status == Status::Rejected {
            return;
        }
        let now = self.a.status;
        if status == Status::Enacted {
            self.affirmed = true;
            return;
        }
        let next = match (now, status) {
            (Status::Background, _) | (_, Status::Enacted) => now,
            (Status::Enacted, s) => s,
            (Status::Announced, Status::Announced) => now,
            (Status::Announced, s) => s,
            (Status::Proposed, Status::Rejected | Status::Background) => status,
            (Status::Proposed | Status::Rejected, _) => now,
        };
        if next != now || self.a.cue.is_none() && next == status && status != Status::Enacted {
            self.a.status = next;
            self.a.reason = reason;
            self.a.cue = Some(cue.to_owned());
            self.a.cue_units = Some(units);
        }
    }

    fn verbal(&mut self, m: &Match, rule: &Rule) {
        self.group(m.chunk, true);
        // "imposed no sanctions", "rather than lift sanctions".
        let object = m.object.map(|o| self.s.units_of(o.0).start);
        if let Some(first) = object.filter(|u| self.s.norm(*u) == "no") {
            self.lower(Status::Rejected, "negated", "no-object", (first, first + 1));
        }
        if let Some(before) = usize::from(self.s.chunks()[m.chunk].first).checked_sub(1)
            && self.s.word(before) == "rather than"
        {
            self.lower(Status::Proposed, "considered", "rather-than", (before, before + 1));
        }
        let c = self.s.chunks()[m.chunk].verb;
        if c.infinitive {
            self.before_to(m.chunk);
            let before = m.chunk.checked_sub(1);
            if let Some(k) = before.filter(|k| self.s.kind(*k) == ChunkKind::Verb && self.s.chunks()[*k].verb.copula) {
                // "five detainees are to be released".
                let head = usize::from(self.s.chunks()[k].head);
                self.lower(Status::Announced, "announced", "be-to", (head, head + 1));
            }
            let governed = self.governors(m.chunk);
            let direct = m.chunk.checked_sub(1).is_some_and(|k| {
                matches!(self.s.kind(k), ChunkKind::Noun | ChunkKind::Adverb | ChunkKind::Quote | ChunkKind::Comma)
            });
            if governed.is_none() || governed == Some(Governed::Noun) && self.s.headline {
                let agent = m.agent.or_else(|| self.s.subject(m.chunk));
                if self.a.cue.is_some() {
                    // A cue before "to" has decided already.
                } else if agent.is_some_and(|n| n == 0 || self.s.kind(n - 1) != ChunkKind::Preposition)
                    && direct
                    && self.no_finite_before(m.chunk)
                {
                    // "US to lift sanctions": headline grammar for what has been decided.
                    self.lower(Status::Announced, "announced", "headline-infinitive", (m.unit, m.unit + 1));
                } else {
                    self.lower(Status::Proposed, "considered", "bare-infinitive", (m.unit, m.unit + 1));
                }
            } else if governed != Some(Governed::Cue) && self.a.cue.is_none() {
                // "it would be a mistake to lift", "used the visit to free": only a known governor asserts an infinitive.
                self.lower(Status::Proposed, "considered", "infinitive", (m.unit, m.unit + 1));
            }
        } else if c.gerund {
            if self.governors(m.chunk) != Some(Governed::Cue) {
                self.bare_gerund(m);
            }
        } else if m.reduced {
            self.reduced(m);
            let _ = self.governors(m.object.map_or(m.chunk, |o| o.0));
        } else {
            if let Some(first) = self.shares_auxiliary(m) {
                self.shared(first);
            }
            let _ = self.governors(m.chunk);
            self.imperative(m);
            self.relative(m);
            if rule.when.definite_is_known && m.object_left && !self.notice {
                self.definite(m);
            }
        }
    }

    /// "The embargo was imposed after the coup": a measure that the text takes as known is background.
    fn definite(&mut self, m: &Match) {
        let Some((object, _)) = m.object else { return };
        let range = self.s.units_of(object);
        let first = self.s.norm(range.start);
        let c = self.s.chunks()[m.chunk].verb;
        if matches!(first, "the" | "its" | "their" | "those" | "these" | "his")
            && c.past_auxiliary
            && !self.has_phrase(range, &self.set.words.cue_new)
        {
            self.a.presupposed = true;
            self.lower(Status::Background, "presupposed", "definite", (m.unit, m.unit + 1));
        }
    }

    /// The word directly before an infinitive: "likely to", "ready to", "set to", "to free".
    fn before_to(&mut self, chunk: usize) {
        let first = usize::from(self.s.chunks()[chunk].first);
        let Some(unit) = first.checked_sub(1) else { return };
        if self.s.units()[unit].kind == UnitKind::Verb || self.decided(chunk - 1) {
            return;
        }
        for scope in self.scopes.iter().filter(|x| x.at == Place::Governor) {
            if scope.cue.matches(self.s.lexicon, &self.s.units()[unit])
                && (scope.via.is_empty() || scope.via.iter().any(String::is_empty))
            {
                self.lower(scope.status, scope.reason, &scope.id, (unit, unit + 1));
                return;
            }
        }
    }

    fn no_finite_before(&self, chunk: usize) -> bool {
        (0..chunk).rev().take_while(|k| !matches!(self.s.kind(*k), ChunkKind::Stop | ChunkKind::Subordinator)).all(
            |k| {
                // "Lawmaker says dozens of prisoners to be freed".
                let head = &self.s.units()[usize::from(self.s.chunks()[k].head)];
                let says = self.s.headline && head.classes.meets(&self.s.grammar.say);
                !self.s.is_finite(k) || self.s.chunks()[k].verb.bare_participle || says
            },
        )
    }

    /// Modal, negation and tense of one verb group.
    fn group(&mut self, chunk: usize, trigger: bool) {
        let c = self.s.chunks()[chunk].verb;
        // What an act "shall" or "should" do, it does.
        if let Some(modal) = c.modal.filter(|_| !self.notice) {
            let modal = usize::from(modal);
            let past_would = c.perfect;
            for scope in self.scopes.iter().filter(|x| x.at == Place::Modal) {
                let subject = || self.s.subject(chunk).is_some_and(|n| self.s.find_in(n, &scope.if_subject).is_some());
                if scope.cue.matches(self.s.lexicon, &self.s.units()[modal])
                    && (scope.if_subject.is_empty() || subject())
                {
                    let (status, reason) =
                        if past_would && !trigger { (Status::Proposed, "modal") } else { (scope.status, scope.reason) };
                    self.lower(status, reason, &scope.id, (modal, modal + 1));
                    break;
                }
            }
        }
        if let Some(negation) = c.negation {
            let n = usize::from(negation);
            let pseudo = self.phrase_at(n, &self.set.words.cue_pseudo);
            if !pseudo {
                self.lower(Status::Rejected, "negated", "negation", (n, n + 1));
            }
        }
        // "said that it had freed": the pluperfect of reported speech is the perfect of what was said.
        let reported = || {
            self.s.governor(chunk).is_some_and(|g| {
                let saying = self.s.units()[g.unit].classes.meets(&self.s.grammar.say);
                saying || g.via.is_some_and(|v| self.s.word(v) == "that")
            })
        };
        if c.pluperfect && trigger && self.a.status == Status::Enacted && !reported() {
            self.lower(
                Status::Background,
                "historical",
                "pluperfect",
                (usize::from(self.s.chunks()[chunk].first), usize::from(self.s.chunks()[chunk].last)),
            );
        }
        self.no_subject(chunk);
    }

    /// "No prisoners were freed", "neither side has lifted", "nobody was released": the negation is in the subject.
    fn no_subject(&mut self, chunk: usize) {
        let Some(subject) = self.s.subject(chunk) else { return };
        let first = self.s.units_of(subject).start;
        let denies = |u: usize| matches!(self.s.norm(u), "no" | "neither" | "nobody" | "none");
        let before = first.checked_sub(1).filter(|u| denies(*u));
        if let Some(u) = Some(first).filter(|u| denies(*u)).or(before) {
            self.lower(Status::Rejected, "negated", "no-subject", (u, u + 1));
        }
    }

    /// Whether a cue phrase of that kind starts at a unit.
    fn phrase_at(&self, unit: usize, kind: &Words) -> bool {
        let phrase = self.s.heard.phrase(unit);
        phrase.is_some_and(|(senses, _)| self.set.cues.entries(senses).iter().any(|e| kind.has(e)))
    }

    /// Walks the chain of governors outwards and says what the nearest one was.
    fn governors(&mut self, chunk: usize) -> Option<Governed> {
        let mut at = chunk;
        let mut nearest = None;
        // Behind a noun that no cue knows ("contact over a swap") nothing further out can affirm the trigger.
        let mut opaque = false;
        for _ in 0..5 {
            let Some(g) = self.s.governor(at) else { break };
            let unit = &self.s.units()[g.unit];
            let via = g.via.map(|v| self.s.word(v));
            let mut hit = false;
            for scope in self.scopes.iter().filter(|x| x.at == Place::Governor) {
                if !scope.cue.matches(self.s.lexicon, unit)
                    || opaque && matches!(scope.status, Status::Enacted | Status::Announced)
                {
                    continue;
                }
                if !scope.via.is_empty()
                    && !via.is_some_and(|v| scope.via.iter().any(|p| p == v))
                    && !(via.is_none() && scope.via.iter().any(String::is_empty))
                {
                    continue;
                }
                // "to vote to lift", "will vote to lift": what is itself to come has decided nothing.
                if scope.if_asserted && self.s.kind(g.chunk) == ChunkKind::Verb {
                    let c = self.s.chunks()[g.chunk].verb;
                    if c.infinitive || c.modal.is_some() || c.gerund {
                        continue;
                    }
                }
                if !scope.unless_subject.is_empty()
                    && self.s.subject(g.chunk).is_some_and(|n| self.s.find_in(n, &scope.unless_subject).is_some())
                {
                    continue;
                }
                // "Iranian authorities to free": a plural of those who govern is who acts, not what they may do.
                if unit.plural && self.set.words.government.matches(self.s.lexicon, unit) {
                    continue;
                }
                if self.decided(g.chunk) {
                    return Some(Governed::Cue);
                }
                self.lower(scope.status, scope.reason, &scope.id, (g.unit, g.unit + 1));
                hit = true;
                break;
            }
            if self.s.kind(g.chunk) == ChunkKind::Noun && self.s.norm(self.s.units_of(g.chunk).start) == "no" {
                // "has taken no decision to lift".
                let first = self.s.units_of(g.chunk).start;
                self.lower(Status::Rejected, "negated", "no-noun", (first, first + 1));
            }
            let verb = self.s.kind(g.chunk) == ChunkKind::Verb;
            if verb {
                self.group(g.chunk, false);
            } else if hit && let Some(p) = self.s.predicate(g.chunk) {
                // "A deal to free the hostages could be reached": the predicate of the governing noun.
                self.group(p, false);
            }
            if verb && hit && self.people && self.purpose(g.chunk) {
                // "works to secure the release", "in order to obtain the freedom of".
                self.lower(Status::Proposed, "considered", "infinitive", (g.unit, g.unit + 1));
            }
            opaque |= !hit && !verb;
            nearest = nearest.or(Some(match (hit, verb) {
                (true, _) => Governed::Cue,
                (false, true) => Governed::Verb,
                (false, false) => Governed::Noun,
            }));
            if g.chunk >= at {
                break;
            }
            at = g.chunk;
        }
        nearest
    }

    /// Whether a verb is an infinitive that nothing known governs: it says what for, not that it was done.
    fn purpose(&self, verb: usize) -> bool {
        if !self.s.chunks()[verb].verb.infinitive || self.notice {
            return false;
        }
        let known = |unit: usize| {
            let unit = &self.s.units()[unit];
            self.scopes.iter().any(|x| x.at == Place::Governor && x.cue.matches(self.s.lexicon, unit))
        };
        let headline = self.s.headline && self.no_finite_before(verb);
        // "in order to secure", however it goes on to the left.
        let first = &self.s.units()[usize::from(self.s.chunks()[verb].first)];
        first.last > first.first + 1 && first.kind == UnitKind::To
            || !headline && !self.s.governor(verb).is_some_and(|g| known(g.unit))
    }

    /// Whether the noun that governs a trigger is itself decided: "signed an order freezing" has done it, "announced plans
    /// to impose" has decided it. Sets the status that follows.
    fn decided(&mut self, noun: usize) -> bool {
        let head = usize::from(self.s.chunks()[noun].head);
        // "signed a petition for the lifting" decides nothing.
        let instrument = self.set.words.instrument.matches(self.s.lexicon, &self.s.units()[head]);
        if instrument && self.governed_by(noun, &self.set.words.signs) {
            self.affirmed = true;
            return true;
        }
        let plan =
            self.s.kind(noun) == ChunkKind::Noun && self.set.words.plan.matches(self.s.lexicon, &self.s.units()[head]);
        if plan && self.governed_by(noun, &self.set.words.plans) {
            self.lower(Status::Announced, "promised", "announced-plan", (head, head + 1));
            return true;
        }
        false
    }

    /// Whether a noun is what somebody signs, or announces: the object of such a verb that asserts it.
    fn governed_by(&self, noun: usize, verbs: &Words) -> bool {
        if self.s.kind(noun) != ChunkKind::Noun {
            return false;
        }
        self.s.governor(noun).is_some_and(|g| {
            let c = &self.s.chunks()[g.chunk].verb;
            self.s.kind(g.chunk) == ChunkKind::Verb
                && verbs.matches(self.s.lexicon, &self.s.units()[g.unit])
                && !c.infinitive
                && c.modal.is_none()
                && c.negation.is_none()
        })
    }

    /// Applies the governor cue that a verb or noun itself is.
    fn cue_of(&mut self, chunk: usize) {
        let unit = usize::from(self.s.chunks()[chunk].head);
        let direct = |x: &&&Scope| x.at == Place::Governor && (x.via.is_empty() || x.via.iter().any(String::is_empty));
        for scope in self.scopes.iter().filter(direct) {
            if scope.cue.matches(self.s.lexicon, &self.s.units()[unit]) {
                self.lower(scope.status, scope.reason, &scope.id, (unit, unit + 1));
                return;
            }
        }
    }

    /// "sanctions imposed on X": news as a headline or with "new"; otherwise only presupposed.
    fn reduced(&mut self, m: &Match) {
        let other_verb = (0..self.s.chunks().len()).any(|k| {
            let c = &self.s.chunks()[k];
            let head = &self.s.units()[usize::from(c.head)];
            let main =
                !c.verb.bare_participle || self.s.object(k).is_some() || k < m.chunk && self.first_verb() == Some(k);
            k != m.chunk
                && self.s.is_finite(k)
                && main
                && !(self.s.headline && (k > m.chunk || head.classes.meets(&self.s.grammar.say)))
        });
        let fresh = m.object.is_some_and(|o| self.has_phrase(self.s.units_of(o.0), &self.set.words.cue_new));
        if other_verb && !fresh && !self.notice {
            self.a.presupposed = true;
            // "An American freed from a Russian prison tells of torture": what somebody says who is free again.
            let tells = m.object.is_some_and(|o| self.s.subject_of_saying(o.0));
            if !self.people || tells {
                self.lower(Status::Background, "presupposed", "reduced-relative", (m.unit, m.unit + 1));
            }
        }
    }

    /// The first verb of the sentence; where none has an auxiliary, it is the main one.
    fn first_verb(&self) -> Option<usize> {
        (0..self.s.chunks().len()).find(|k| self.s.kind(*k) == ChunkKind::Verb)
    }

    /// The relative pronoun that opens the clause of a verb directly before it or its subject.
    fn relative_before(&self, verb: usize) -> Option<usize> {
        (1..=2).filter_map(|k| verb.checked_sub(k)).find(|k| self.s.kind(*k) == ChunkKind::Relative)
    }

    /// "sanctions, which were imposed in 2014": a relative clause presupposes.
    fn relative(&mut self, m: &Match) {
        // "the bank, whose assets were frozen".
        let whose = || self.s.subject(m.chunk).is_some_and(|n| self.s.norm(self.s.units_of(n).start) == "whose");
        // "the decree according to which journalists were removed": what a decision says is decided.
        let decreed = |k: usize| k > 0 && self.s.is_word(k - 1, &["according to", "under", "by", "in accordance with"]);
        let opener = self.relative_before(m.chunk);
        let relative = opener.is_some_and(|k| !decreed(k)) || whose();
        // "signed an order that ends the programme": the relative clause says what the order does.
        let ordered = || self.s.subject(m.chunk).is_some_and(|n| self.governed_by(n, &self.set.words.signs));
        if relative && !self.notice && !ordered() {
            self.a.presupposed = true;
            if !self.people {
                self.lower(Status::Background, "presupposed", "relative-clause", (m.unit, m.unit + 1));
            }
        }
    }

    /// Whether a cue phrase of that class stands in the units.
    fn has_phrase(&self, range: std::ops::Range<usize>, kind: &Words) -> bool {
        range.into_iter().any(|u| self.phrase_at(u, kind))
    }

    fn nominal(&mut self, m: &Match) {
        // "there would be no easing of sanctions".
        let first = self.s.units_of(m.chunk).start;
        if self.s.norm(first) == "no" {
            self.lower(Status::Rejected, "negated", "no-noun", (first, first + 1));
        }
        let _ = self.governors(m.chunk);
        if let Some(p) = self.s.predicate(m.chunk) {
            let head = usize::from(self.s.chunks()[p].head);
            for scope in self.scopes.iter().filter(|x| x.at == Place::Predicate) {
                if scope.cue.matches(self.s.lexicon, &self.s.units()[head]) {
                    self.lower(scope.status, scope.reason, &scope.id, (head, head + 1));
                }
            }
            self.group(p, false);
        }
        // "were handed over as part of a prisoner swap": what happened in an exchange says that there was one.
        let exchange = self.set.words.exchange.matches(self.s.lexicon, &self.s.units()[m.unit]);
        if let Some(g) = self.s.governor(m.chunk).filter(|_| exchange)
            && self.s.kind(g.chunk) == ChunkKind::Verb
            && g.via.is_some_and(|v| matches!(self.s.word(v), "in" | "as part of" | "during" | "under" | "of"))
        {
            self.affirmed = true;
        }
        // "will recognise the state upon the release": what is to follow makes a condition of it.
        let before = usize::from(self.s.chunks()[m.chunk].first).checked_sub(1);
        if let Some(upon) = before.filter(|u| self.s.norm(*u) == "upon") {
            let matrix = (0..m.chunk).rev().find(|k| self.s.is_finite(*k));
            if matrix.is_some_and(|k| self.s.chunks()[k].verb.modal.is_some()) {
                self.lower(Status::Proposed, "conditional", "future-clause", (upon, upon + 1));
            }
        }
        if !self.affirmed && !self.notice && self.a.status == Status::Enacted {
            // A noun alone asserts nothing: "the release of prisoners is a condition of the talks".
            self.a.presupposed = true;
            self.lower(Status::Background, "presupposed", "bare-noun", (m.unit, m.unit + 1));
        }
    }

    /// Cues to the left that say that a noun has happened: "after the release", "following the lifting".
    fn affirm(&mut self, m: &Match) {
        let (left, _) = self.clause(m.unit);
        for scope in self.scopes.iter().filter(|x| x.at == Place::Left && x.status == Status::Enacted) {
            let first = usize::from(self.s.chunks()[m.chunk].first);
            self.affirmed |= self.find_cue(scope, left.max(first.saturating_sub(scope.reach))..first).is_some();
        }
    }

    /// Cues that are not grammar: left, right, modifier, opener, sentence.
    fn surroundings(&mut self, m: &Match) {
        let units = self.s.units();
        let (left, right) = self.clause(m.unit);
        let modifier = {
            let chunk = m.object.map_or(m.chunk, |o| o.0);
            let range = self.s.units_of(chunk);
            range.start..m.object.map_or(m.unit, |o| o.1)
        };
        // "the likely lifting of sanctions": what describes a noun trigger stands in its own phrase.
        let own = if m.nominal { self.s.units_of(m.chunk).start..m.unit } else { 0..0 };
        for k in 0..self.scopes.len() {
            let scope = self.scopes[k];
            let range = match scope.at {
                Place::Left => left.max(m.unit.saturating_sub(scope.reach))..m.unit,
                Place::Right => m.unit + 1..right.min(m.unit + 1 + scope.reach),
                Place::Modifier => modifier.clone(),
                Place::Opener => left..(left + 1).min(m.unit),
                Place::Sentence => 0..units.len(),
                Place::Governor | Place::Modal | Place::Predicate => continue,
            };
            let also = if scope.at == Place::Modifier { own.clone() } else { 0..0 };
            if let Some((unit, end)) = self.find_cue(scope, range).or_else(|| self.find_cue(scope, also)) {
                self.lower(scope.status, scope.reason, &scope.id, (unit, end));
            }
        }
    }

    fn find_cue(&self, scope: &Scope, range: std::ops::Range<usize>) -> Option<(usize, usize)> {
        let units = self.s.units();
        for u in range {
            if scope.cue.matches(self.s.lexicon, &units[u]) {
                return Some((u, u + 1));
            }
            if scope.cue_phrases.is_empty() {
                continue;
            }
            if let Some((senses, behind)) = self.s.heard.phrase(u)
                && self.set.cues.entries(senses).iter().any(|e| scope.cue_phrases.has(e))
            {
                return Some((u, behind));
            }
        }
        None
    }

    /// The clause around a unit: from the last sign, subordinator or relative to the next.
    fn clause(&self, unit: usize) -> (usize, usize) {
        let units = self.s.units();
        let edge = |u: usize| matches!(units[u].kind, UnitKind::Stop | UnitKind::Subordinator | UnitKind::Relative);
        let left = (0..unit).rev().find(|u| edge(*u)).unwrap_or(0);
        let right = (unit + 1..units.len()).find(|u| edge(*u)).unwrap_or(units.len());
        (left, right)
    }
}

impl RuleSet {
    /// The CAMEO code of an assessed match.
    #[must_use]
    pub(super) fn cameo(event: &Event, a: &Assessment) -> String {
        event.cameo(a.status, (!a.reason.is_empty()).then_some(a.reason))
    }
}
