//! Who acts: the agent, the possessor of a measure, "by" whom, and the subject of what governs the trigger.
//!
//! Whom a document holds responsible elsewhere is for `merge` to find.

use super::super::Role;
use super::super::actor::{Actor, actor_at};
use super::super::file::Shape;
use super::{ONTO, Reader};
use crate::syntax::{ChunkKind, UnitKind};

impl Reader<'_, '_> {
    /// Actors of a noun phrase that can act: with those it is coordinated with, and what it is "of" when it names none.
    fn acting(&mut self, chunk: usize) -> Vec<Actor> {
        let s = self.s;
        let range = s.units_of(chunk);
        if range.clone().any(|u| self.set.words.blocked.matches(s.lexicon, &s.units()[u])) {
            self.slots.blocked = true;
        }
        let can = |a: &Actor| !a.not_authority && !a.region;
        let mut found: Vec<Actor> = self.actors(range.clone()).into_iter().filter(can).collect();
        if self.event.shape == Shape::People && self.armed(range) {
            // "Iraqi militants", "Colombia's Farc rebels": the armed men act, not the state that they are described by.
            let state = |a: &Actor| self.set.words.country.matches(s.lexicon, &s.units()[a.unit]);
            found.retain(|a| !state(a));
            if found.is_empty() {
                return found;
            }
        }
        if found.is_empty() {
            let mut inner = Vec::new();
            s.complements(chunk, |prep, np| {
                if inner.is_empty() && np != self.m.chunk && s.is_word(prep, &["of", "in", "from", "for"]) {
                    inner = self.actors(s.units_of(np)).into_iter().filter(can).collect();
                }
            });
            found = inner;
        }
        let mut others = Vec::new();
        if chunk < self.m.chunk {
            // "Russia and Ukraine exchanged": phrases in a list between the first and the verb.
            let mut at = chunk + 1;
            while at + 1 < self.m.chunk
                && matches!(s.kind(at), ChunkKind::Conjunction | ChunkKind::Comma)
                && matches!(s.kind(at + 1), ChunkKind::Noun | ChunkKind::Conjunction)
            {
                if s.kind(at + 1) == ChunkKind::Noun {
                    others.extend(self.actors(s.units_of(at + 1)).into_iter().filter(can));
                    at += 1;
                }
                at += 1;
            }
        } else {
            s.coordinated(chunk, |np| others.extend(self.actors(s.units_of(np)).into_iter().filter(can)));
        }
        // "Israel and Hamas", "the UK, US and Canada": lists of actors act together; other lists do not.
        if !found.is_empty() {
            found.extend(others);
        }
        found
    }

    /// Whether a noun phrase names an armed group or men without a state.
    fn armed(&self, range: std::ops::Range<usize>) -> bool {
        let (s, w) = (self.s, &self.set.words);
        let group = |u: usize| {
            let unit = &s.units()[u];
            unit.classes.meets(&s.grammar.actor)
                && !w.country.matches(s.lexicon, unit)
                && !w.agency.matches(s.lexicon, unit)
                && !w.leader.matches(s.lexicon, unit)
                && w.armed_group.matches(s.lexicon, unit)
        };
        range.clone().any(|u| w.irregular.matches(s.lexicon, &s.units()[u]) || group(u))
    }

    pub(super) fn authority(&mut self) {
        let s = self.s;
        // "Hungary won an exemption": who obtains relief does not grant it.
        let obtained = self.set.words.secure.matches(s.lexicon, &s.units()[self.m.unit]);
        if let Some(agent) = self.m.agent.filter(|_| !obtained) {
            // "A German bank froze the accounts": a company's act is none of its state's.
            let head = usize::from(s.chunks()[agent].head);
            if self.event.shape == Shape::Measure && self.set.words.private.matches(s.lexicon, &s.units()[head]) {
                self.slots.blocked = true;
                return;
            }
            let found = self.acting(agent);
            self.push(Role::Authority, &found);
            if !found.is_empty() || self.slots.blocked {
                return;
            }
        }
        // A possessor or modifier in the trigger's own phrase: "the EU's new sanctions", "US sanctions on Iran".
        let own = self.m.object.map_or(self.m.chunk, |o| o.0);
        let own_measure = self.m.object.is_some_and(|(_, u)| {
            let w = &self.set.words;
            [&w.measure, &w.relief, &w.list, &w.acts].iter().any(|w| w.matches(s.lexicon, &s.units()[u]))
        });
        if self.m.nominal || own_measure && self.event.shape == Shape::Measure {
            let chunk = if self.m.nominal { self.m.chunk } else { own };
            let end = if self.m.nominal { self.m.unit } else { self.m.object.map_or(self.m.unit, |o| o.1) };
            let range = s.units_of(chunk).start..end.max(s.units_of(chunk).start);
            if range.clone().any(|u| self.set.words.blocked.matches(s.lexicon, &s.units()[u])) {
                self.slots.blocked = true;
                return;
            }
            let found: Vec<Actor> = self.actors(range).into_iter().filter(|a| self.modifier_acts(a, end)).collect();
            if !found.is_empty() {
                self.push(Role::Authority, &found);
                return;
            }
        }
        // "sanctions by the EU", "released by Hamas".
        let mut by = Vec::new();
        s.complements(self.m.chunk, |prep, np| {
            if s.is_word(prep, &["by"]) && by.is_empty() {
                by.push(np);
            }
        });
        if let Some(np) = by.first() {
            let found = self.acting(*np);
            if !found.is_empty() {
                self.push(Role::Authority, &found);
                return;
            }
        }
        // "added to the US sanctions list", "an exemption from EU sanctions": whose list or measure it is.
        if self.event.shape == Shape::Measure {
            let mut owners = Vec::new();
            let w = &self.set.words;
            for start in [own, self.m.chunk] {
                s.complements(start, |prep, np| {
                    let on_list = s.is_word(prep, &["to", "on", "onto", "from", "off", "of", "in", "under"]);
                    let list = s.find_in(np, &w.list).filter(|_| on_list);
                    let measure = || s.find_in(np, &w.measure).filter(|_| s.is_word(prep, &["from", "under"]));
                    if let Some(u) = list.or_else(measure).filter(|_| owners.is_empty()) {
                        owners = self.actors(s.units_of(np).start..u);
                        owners.retain(|a| self.modifier_acts(a, u));
                    }
                });
            }
            if !owners.is_empty() {
                self.push(Role::Authority, &owners);
                return;
            }
        }
        // "announced that two men held in Iran were freed": who has held them lets them go, whoever announces it.
        if self.event.shape == Shape::People {
            let found = self.holder();
            if !found.is_empty() {
                self.push(Role::Authority, &found);
                return;
            }
        }
        // The governors: "the US decision to lift", "Minsk agreed to release", "Trump announced the lifting".
        let mut at = self.m.chunk;
        let mut pronoun = self.m.agent.is_some_and(|a| self.is_pronoun(a));
        for _ in 0..3 {
            let Some(g) = s.governor(at) else { break };
            let found = match s.kind(g.chunk) {
                ChunkKind::Verb => {
                    let verb = &s.units()[g.unit];
                    let secured = self.set.words.secure.matches(s.lexicon, verb) || s.chunks()[g.chunk].verb.passive;
                    if secured {
                        Vec::new()
                    } else {
                        let subject = s.subject(g.chunk);
                        let mut found = subject.map(|n| self.acting(n)).unwrap_or_default();
                        // "Iran says sanctions will be lifted": who only reports is not who acts.
                        if verb.classes.meets(&s.grammar.say)
                            && !self.set.words.decides.matches(s.lexicon, verb)
                            && !pronoun
                        {
                            found.retain(|a| self.event.shape == Shape::Measure && self.usual(a));
                        }
                        // "Hamas says it will resume the release": the pronoun stands for who speaks.
                        pronoun |= subject.is_some_and(|n| self.is_pronoun(n));
                        found
                    }
                }
                // "sanctions on Eritrea to be imposed": whom the measure hits does not impose it.
                _ if g.chunk > 0 && s.is_word(g.chunk - 1, ONTO) => Vec::new(),
                // "Nine Lithuanian hostages to be released".
                _ if self.m.object.is_some_and(|o| o.0 == g.chunk) => Vec::new(),
                _ => {
                    let mut found = self.acting(g.chunk);
                    if found.is_empty() {
                        // "the decision by Japan to lift".
                        s.complements(g.chunk, |prep, np| {
                            if found.is_empty() && s.is_word(prep, &["by"]) {
                                found = self.actors(s.units_of(np)).into_iter().filter(|a| !a.not_authority).collect();
                            }
                        });
                    }
                    found
                }
            };
            if !found.is_empty() {
                self.push(Role::Authority, &found);
                return;
            }
            if g.chunk >= at {
                break;
            }
            at = g.chunk;
        }
        // "Under the council's decision, sanctions are put in place": a decision at the head of a sentence is its maker's.
        let opens = s.is_word(0, &["under", "by", "according to", "in line with", "in accordance with", "pursuant to"]);
        let decided = |u: usize| self.set.words.instrument.matches(s.lexicon, &s.units()[u]);
        if self.event.shape == Shape::Measure && opens && s.kind(1) == ChunkKind::Noun && s.units_of(1).any(decided) {
            let found: Vec<Actor> = self.actors(s.units_of(1)).into_iter().filter(|a| !a.not_authority).collect();
            self.push(Role::Authority, &found);
        }
    }

    /// In a notice the agency that the sentence names publishes its own act.
    pub(super) fn issuer(&mut self) {
        let s = self.s;
        let agency = (0..s.units().len()).find(|u| self.set.words.agency.matches(s.lexicon, &s.units()[*u]));
        if let Some(actor) =
            agency.and_then(|u| actor_at(s, &self.set.words, self.date, u)).filter(|a| !a.not_authority)
        {
            self.push(Role::Authority, &[actor]);
        }
    }

    /// Whether an actor inside the measure's own phrase is who acts rather than whom it hits.
    pub(super) fn modifier_acts(&self, a: &Actor, end: usize) -> bool {
        if a.not_authority || a.region {
            return false;
        }
        let possessor = (a.unit + 1..end).any(|u| self.s.units()[u].kind == UnitKind::Possessive);
        possessor || self.event.shape == Shape::People || self.usual(a)
    }

    /// "Norway said it would impose": a pronoun stands for who speaks.
    fn is_pronoun(&self, chunk: usize) -> bool {
        let range = self.s.units_of(chunk);
        range.len() == 1 && matches!(self.s.norm(range.start), "it" | "they" | "he" | "she" | "we")
    }

    /// Whether the event file names the actor among those who act more often than they undergo.
    fn usual(&self, a: &Actor) -> bool {
        let value = self.set.lexicon.symbols().text(a.value);
        self.event.usual_authority.iter().any(|u| u == value)
    }
}
