//! Who is freed: their nationality, their number, their names, what they are exchanged for, and who held them.

use super::super::actor::{Actor, persons_in};
use super::super::captor::held_by;
use super::super::file::Shape;
use super::super::number::{number_in, qualifier};
use super::super::sentence::Sentence;
use super::super::set::RuleSet;
use super::super::{Count, Role};
use super::{INCLUDING, Reader};
use crate::lexicon::Symbol;
use crate::syntax::{ChunkKind, UnitKind};

impl Reader<'_, '_> {
    /// Captives: how many, who, whose nationals, and out of whose hands.
    pub(super) fn people(&mut self) {
        let s = self.s;
        // "freed Nicaraguan prisoners": the trigger's own phrase names the people.
        let own = self.m.nominal
            && (self.set.words.person_noun.matches(s.lexicon, &s.units()[self.m.unit])
                || self.set.words.demonym.matches(s.lexicon, &s.units()[self.m.unit]));
        let own = own.then_some((self.m.chunk, self.m.unit));
        let Some((object, unit)) = self.m.object.or(own).or_else(|| self.of_whom()) else {
            // "prisoner releases in Tunisia".
            if self.slots.authority.is_empty() {
                self.captor(self.m.chunk);
            }
            self.released_subject();
            self.slots.prisoners = self.set.words.captive_matter.matches(s.lexicon, &s.units()[self.m.unit]);
            return;
        };
        self.criminal(object);
        self.slots.home = s.units_of(object).any(|u| self.set.words.home_captive.matches(s.lexicon, &s.units()[u]));
        self.slots.prisoners = self.slots.home || self.set.words.captive.matches(s.lexicon, &s.units()[unit]);
        self.slots.several = s.units()[unit].plural || s.units_of(object).any(|u| s.units()[u].plural);
        let mut chunks = vec![object];
        if self.m.object_left && object < self.m.chunk {
            s.listed_before(object, self.m.chunk, |np| chunks.push(np));
        } else {
            // "release NAME, a dual citizen hostage": the object is what the verb has, and its appositions.
            if let Some(first) = s.object(self.m.chunk).filter(|k| *k < object && !self.m.nominal) {
                chunks.insert(0, first);
            }
            s.coordinated(object, |np| chunks.push(np));
        }
        if object >= 2 && s.is_word(object - 1, &["of"]) && s.kind(object - 2) == ChunkKind::Noun {
            // "80 of the last group of 400", "100 of the 315 pupils": the part is what is freed.
            if let Some((value, first, last)) =
                number_in(s, s.units_of(object - 2)).filter(|n| n.2 == s.units_of(object - 2).end)
            {
                self.slots.count = Some(Count { value, qualifier: qualifier(s, &self.set.words, first) });
                self.slots.add(s, self.rule, Role::Count, first, last);
            }
            self.people_count(object - 2);
        }
        let mut found = Vec::new();
        for np in &chunks {
            let range = s.core_start(*np)..s.units_of(*np).end;
            // A person's title is no nationality: "US envoy"; a captive's adjective is.
            found.extend(
                self.actors(range)
                    .into_iter()
                    .filter(|a| a.demonym || self.event.shape == Shape::People && !a.not_authority),
            );
            self.people_count(*np);
            self.persons(*np);
        }
        // "Among those freed was X": the subject stands behind the copula.
        if self.m.reduced
            && s.chunks().get(self.m.chunk + 1).is_some_and(|c| c.verb.copula)
            && s.kind(self.m.chunk + 2) == ChunkKind::Noun
        {
            let first = self.m.chunk + 2;
            self.persons(first);
            let mut others = Vec::new();
            s.coordinated(first, |np| others.push(np));
            for np in others {
                self.persons(np);
            }
        }
        // "X was among those released", "is among a large number of prisoners freed".
        if let Some(copula) = s.among(object) {
            let mut names = s.subject(copula).into_iter().collect::<Vec<_>>();
            if let Some(first) = names.first().copied() {
                s.listed_before(first, copula, |np| names.push(np));
            }
            for np in names {
                self.persons(np);
            }
        }
        s.complements(self.m.chunk, |prep, np| {
            if s.is_word(prep, &["including", "alongside", "along with", "together with"]) {
                self.persons(np);
            }
        });
        // "declared an amnesty for 20 prisoners".
        let clemency = !self.set.words.person_noun.matches(s.lexicon, &s.units()[unit])
            && !self.set.words.people_unit.matches(s.lexicon, &s.units()[unit]);
        self.sum_people(&chunks);
        self.split_phrase(object);
        self.traded();
        s.complements(object, |prep, np| {
            if s.is_word(prep, INCLUDING) {
                self.persons(np);
            } else if s.is_word(prep, &["of"])
                && self.slots.count.is_none()
                && self.set.words.package.matches(s.lexicon, &s.units()[unit])
            {
                // "commuted the sentences of 19 dissidents".
                self.people_count(np);
            } else if (s.is_word(prep, &["to"]) || (self.m.nominal || clemency) && s.is_word(prep, &["for"]))
                && self.slots.count.is_none()
            {
                // "granted clemency to 457 convicts", "grants a pardon to opposition leader X".
                self.people_count(np);
                if clemency {
                    self.persons(np);
                }
            } else if s.is_word(prep, &["of", "from"]) && found.is_empty() && s.is_word(prep, &["of"]) {
                found.extend(self.actors(s.units_of(np)).into_iter().filter(|a| a.demonym));
            }
        });
        if self.slots.authority.is_empty() {
            self.captor(object);
        }
        let authority = self.slots.authority.clone();
        // A nationality is a state's: "Taliban prisoners" says whose they are, not of what country.
        let state = |a: &Actor| self.set.words.country.matches(s.lexicon, &s.units()[a.unit]);
        found.retain(|a| !authority.contains(&a.value) && state(a));
        // "Turkmen political prisoners", "a Tanzanian opposition leader": those are their own state's captives.
        let home = |u: usize| self.set.words.home_captive.matches(s.lexicon, &s.units()[u]);
        let home = authority.is_empty() && s.units_of(object).any(home);
        if home && found.is_empty() {
            // "Myanmar's ousted president".
            let owner = s.units_of(object).start..s.core_start(object);
            found.extend(self.actors(owner).into_iter().filter(|a| !a.not_authority));
        }
        if home && found.is_empty() {
            // "the ousted president of Mali".
            s.complements(object, |prep, np| {
                if found.is_empty() && np < self.m.chunk && s.is_word(prep, &["of"]) {
                    found.extend(self.actors(s.units_of(np)).into_iter().filter(|a| !a.not_authority));
                }
            });
        }
        self.push(if home && found.len() == 1 { Role::Authority } else { Role::Target }, &found);
    }

    /// "NAME returns home after release from an Iranian prison": who has a release behind them is the subject.
    fn released_subject(&mut self) {
        let s = self.s;
        let Some(after) = self.m.chunk.checked_sub(1) else { return };
        let main = (0..after).rev().find(|k| s.kind(*k) == ChunkKind::Verb && s.is_finite(*k));
        let Some(main) = main.filter(|_| s.is_word(after, &["after", "following", "upon", "since"])) else { return };
        let verb = &s.units()[usize::from(s.chunks()[main].head)];
        let w = &self.set.words;
        let moves = w.walked.matches(s.lexicon, verb) || w.motion.matches(s.lexicon, verb);
        let own = matches!(s.norm(s.units_of(self.m.chunk).start), "his" | "her" | "their");
        let compound = w.captive_matter.matches(s.lexicon, &s.units()[self.m.unit]);
        if own && !moves || compound {
            return;
        }
        let Some(subject) = s.subject(main) else { return };
        let range = s.core_start(subject)..s.units_of(subject).end;
        self.persons(subject);
        let mut found: Vec<Actor> = self.actors(range).into_iter().filter(|a| a.demonym).collect();
        found.retain(|a| !self.slots.authority.contains(&a.value));
        self.push(Role::Target, &found);
    }

    /// "the release of two teachers from a prison": whom a noun concerns that its rule asks no object of.
    fn of_whom(&self) -> Option<(usize, usize)> {
        let mut found = None;
        // "the sailors' release".
        let owner = (self.s.core_start(self.m.chunk) > self.s.units_of(self.m.chunk).start)
            .then(|| self.s.core_start(self.m.chunk) - 2)
            .filter(|u| self.m.nominal && self.set.words.person_noun.matches(self.s.lexicon, &self.s.units()[*u]));
        if let Some(unit) = owner {
            return Some((self.m.chunk, unit));
        }
        if self.m.nominal {
            self.s.complements(self.m.chunk, |prep, np| {
                if found.is_none() && self.s.is_word(prep, &["of"]) {
                    found = Some((np, usize::from(self.s.chunks()[np].head)));
                }
            });
        }
        found
    }

    /// "seven women and four children" is eleven; ", 14 of them foreigners" is no further part.
    fn sum_people(&mut self, chunks: &[usize]) {
        let s = self.s;
        let joined = |np: usize| np > 0 && s.kind(np - 1) == ChunkKind::Conjunction;
        let mut parts = Vec::new();
        if let Some(last) = chunks.iter().rposition(|np| joined(*np)).filter(|k| *k > 0) {
            for np in &chunks[..=last] {
                let range = s.units_of(*np);
                match number_in(s, range.clone()) {
                    Some((n, first, end)) if (end..range.end).any(|u| self.is_counted(u)) => {
                        parts.push((n, first, end))
                    }
                    None if self.is_single(*np) => parts.push((1, range.start, range.start + 1)),
                    _ => return,
                }
            }
        } else if let Some((n, first, end)) = chunks.first().and_then(|np| number_in(s, s.units_of(*np))) {
            parts.push((n, first, end));
        }
        // "four journalists were released along with 27 activists".
        if !parts.is_empty() {
            s.complements(self.m.chunk, |prep, np| {
                let with = s.is_word(prep, &["along with", "together with", "alongside", "as well as"]);
                if let Some((n, first, end)) = number_in(s, s.units_of(np)).filter(|_| with)
                    && (end..s.units_of(np).end).any(|u| self.is_counted(u))
                {
                    parts.push((n, first, end));
                }
            });
        }
        // "eight hostages, three Israelis and five Thais": the first number is the sum already.
        let total = parts.iter().skip(1).map(|p| p.0).fold(0_u32, u32::saturating_add);
        if parts.len() > 2 && parts[0].0 == total {
            parts.truncate(1);
            self.slots.count = None;
            self.people_count(chunks[0]);
            return;
        }
        // "A and B were freed" gives names, not a number.
        let numbered = |p: &(u32, usize, usize)| p.0 > 1 || matches!(s.norm(p.1), "a" | "an" | "one" | "another");
        if parts.len() < 2 || !(parts.iter().any(|p| p.0 > 1) || parts.iter().all(numbered)) {
            return;
        }
        let value = parts.iter().map(|p| p.0).fold(0_u32, u32::saturating_add);
        self.slots.count = Some(Count { value, qualifier: qualifier(s, &self.set.words, parts[0].1) });
        for (_, first, end) in parts {
            self.slots.add(s, self.rule, Role::Count, first, end);
        }
    }

    /// "a Turk", "an Egyptian woman", "Alaa Abdel Fattah": one person.
    fn is_single(&self, np: usize) -> bool {
        let s = self.s;
        let range = s.units_of(np);
        let person = |u: usize| {
            let unit = &s.units()[u];
            !unit.plural
                && (self.set.words.person_noun.matches(s.lexicon, unit)
                    || self.set.words.demonym.matches(s.lexicon, unit))
        };
        let head = usize::from(s.chunks()[np].head);
        if matches!(s.norm(range.start), "a" | "an" | "one" | "another") {
            return person(head);
        }
        let mut names = 0;
        persons_in(s, &self.set.words, np, &mut |_| names += 1);
        names == 1 && !range.clone().any(|u| s.units()[u].plural)
    }

    /// "13 elderly and sick political prisoners": the number stands before a coordination of adjectives.
    pub(super) fn split_phrase(&mut self, object: usize) {
        let s = self.s;
        if self.slots.count.is_some() || object < 2 || s.kind(object - 1) != ChunkKind::Conjunction {
            return;
        }
        let before = s.units_of(object - 2);
        let adjective = before.end.checked_sub(1).is_some_and(|u| s.units()[u].classes.meets(&s.grammar.adjective));
        if s.kind(object - 2) == ChunkKind::Noun
            && adjective
            && let Some((value, first, last)) = number_in(s, before)
        {
            self.slots.count = Some(Count { value, qualifier: qualifier(s, &self.set.words, first) });
            self.slots.add(s, self.rule, Role::Count, first, last);
        }
    }

    /// "a prisoner swap for three Iranians", "in exchange for two Russians", "traded for".
    fn traded(&mut self) {
        let s = self.s;
        for prep in self.m.chunk + 1..s.chunks().len() {
            let exchange = s.is_word(prep, &["in exchange for", "in return for"])
                || s.is_word(prep, &["for"])
                    && (s.is_exchange(prep.wrapping_sub(1), self.set) || prep == self.m.chunk + 1 && self.m.nominal);
            if !exchange || s.kind(prep + 1) != ChunkKind::Noun {
                continue;
            }
            let mut np = prep + 1;
            // "in exchange for the release of NAME".
            let head = usize::from(s.chunks()[np].head);
            if self.set.words.freeing.matches(s.lexicon, &s.units()[head])
                && s.is_word(np + 1, &["of"])
                && s.kind(np + 2) == ChunkKind::Noun
            {
                np += 2;
            }
            persons_in(s, &self.set.words, np, &mut |r| {
                self.slots.traded_persons.push(s.quote(r.start, r.end).to_owned());
            });
            let actors: Vec<Symbol> = self.actors(s.units_of(np)).into_iter().map(|a| a.value).collect();
            let people = s.find_in(np, &self.set.words.person_noun).is_some() || !actors.is_empty();
            let count = number_in(s, s.units_of(np)).filter(|_| people);
            if let Some((value, first, last)) = count {
                self.slots.add(s, self.rule, Role::Count, first, last);
                self.slots.traded =
                    Some((Some(Count { value, qualifier: qualifier(s, &self.set.words, first) }), actors));
            } else if people {
                self.slots.traded = Some((None, actors));
            }
            return;
        }
    }

    /// "freed from an Iranian prison", "held by Hamas", "released in Minsk", "after three years in Chinese detention".
    fn captor(&mut self, object: usize) {
        let s = self.s;
        // Where a hostage is freed says little about who held them.
        let hostages = s.units().iter().any(|u| self.set.words.hostage.matches(s.lexicon, u));
        let mut found: Vec<Actor> = Vec::new();
        for start in [self.m.chunk, object] {
            if !found.is_empty() {
                break;
            }
            s.complements(start, |prep, np| {
                let place = s.is_word(prep, if hostages { &["by"] } else { &["by", "in", "from", "inside"] });
                if place && found.is_empty() {
                    found.extend(self.actors(s.units_of(np)).into_iter().filter(|a| !a.not_authority));
                    self.slots.placed |= !found.is_empty() && !s.is_word(prep, &["by"]);
                }
            });
        }
        if found.is_empty() && !hostages && s.is_word(0, &["in"]) && s.kind(1) == ChunkKind::Noun {
            // "In Ethiopia, four journalists were released from prison".
            found.extend(self.actors(s.units_of(1)).into_iter().filter(|a| !a.not_authority && !a.demonym));
            self.slots.placed |= !found.is_empty();
        }
        if found.is_empty() {
            found = held_by(self.set, s, self.date);
        }
        self.push(Role::Authority, &found);
    }

    /// Who has held the people, where the sentence ties that to them: "from a prison in Belarus", "24 sailors detained in
    /// Russia were freed", "in a swap between the two countries".
    pub(super) fn holder(&self) -> Vec<Actor> {
        let s = self.s;
        let mut found: Vec<Actor> = Vec::new();
        let object = self.m.object.map(|o| o.0);
        let hostages = s.units().iter().any(|u| self.set.words.hostage.matches(s.lexicon, u));
        for start in [Some(self.m.chunk), object].into_iter().flatten() {
            let mut inside = false;
            s.complements(start, |prep, np| {
                if !found.is_empty() {
                    return;
                }
                let captivity = s.find_in(np, &self.set.words.captivity).is_some();
                let from = s.is_word(prep, &["from", "out of"]) && !hostages;
                let swap = s.is_word(prep, &["between"]) && s.is_exchange(prep.wrapping_sub(1), self.set);
                if swap {
                    found = self.actors(s.units_of(np));
                    s.coordinated(np, |other| found.extend(self.actors(s.units_of(other))));
                } else if from || inside && s.is_word(prep, &["in", "at", "near"]) {
                    found = self.actors(s.units_of(np));
                }
                inside = captivity && s.is_word(prep, &["from", "out of"]);
            });
        }
        if let (true, Some(object)) = (found.is_empty(), object) {
            let verb = object + 1;
            let held = s.chunks().get(verb).is_some_and(|c| c.verb.bare_participle && verb != self.m.chunk);
            if held {
                found = super::super::captor::held_under(self.set, s, self.date, verb);
            }
        }
        found.retain(|a| !a.not_authority && !a.weak);
        found
    }

    fn criminal(&mut self, chunk: usize) {
        let s = self.s;
        for u in s.units_of(chunk) {
            if self.set.words.criminal.matches(s.lexicon, &s.units()[u]) {
                self.slots.criminal = true;
            }
        }
    }

    pub(super) fn persons(&mut self, chunk: usize) {
        let s = self.s;
        for u in s.units_of(chunk) {
            let unit = &s.units()[u];
            let noun = unit.kind == UnitKind::Noun
                && (self.set.words.person_noun.matches(s.lexicon, unit)
                    || self.set.words.people_unit.matches(s.lexicon, unit));
            if let Some(lemma) = s.lemma(u).filter(|l| noun && !self.slots.people.contains(l)) {
                self.slots.people.push(lemma);
            }
        }
        let mut ranges = Vec::new();
        persons_in(s, &self.set.words, chunk, &mut |r| ranges.push(r));
        for r in ranges {
            // "added Sugon and Higon to the list": a lone word is as often a firm.
            let lone = r.len() == 1 && !self.set.words.leader.matches(s.lexicon, &s.units()[r.start]);
            let titled = r.start > 0 && self.set.words.person_noun.matches(s.lexicon, &s.units()[r.start - 1]);
            if self.event.shape == Shape::Measure && lone && !titled {
                self.slots.surnames.push(s.quote(r.start, r.end).to_owned());
                continue;
            }
            let name = s.quote(r.start, r.end).to_owned();
            if !self.slots.persons.contains(&name) {
                self.slots.persons.push(name);
                self.slots.add(s, self.rule, Role::Person, r.start, r.end);
            }
        }
    }

    /// Whether a noun can be what a number of people or entities counts.
    pub(super) fn is_counted(&self, unit: usize) -> bool {
        let u = &self.s.units()[unit];
        self.set.words.counted.matches(self.s.lexicon, u) || u.classes.meets(&self.s.grammar.actor) || u.plural
    }

    /// The number of people or entities in a noun phrase.
    pub(super) fn people_count(&mut self, chunk: usize) {
        if self.slots.count.is_some() {
            return;
        }
        let s = self.s;
        let range = s.units_of(chunk);
        if let Some((value, first, last)) = number_in(s, range.clone()) {
            let head = &s.units()[usize::from(s.chunks()[chunk].head)];
            // "in 2025 A man was": a year before one person counts nobody.
            let year = (1900..=2100).contains(&value) && !s.quote(first, last).contains(',');
            if year && !head.plural {
                return;
            }
            let counted =
                (last..range.end).any(|u| self.is_counted(u)) || self.m.object.is_some_and(|o| o.0 == chunk) && !year;
            let vessels = (last..range.end).any(|u| self.set.words.vessel.matches(s.lexicon, &s.units()[u]));
            if counted && value > 0 && !vessels {
                self.slots.count = Some(Count { value, qualifier: qualifier(s, &self.set.words, first) });
                self.slots.add(s, self.rule, Role::Count, first, last);
            }
        }
    }
}

impl Sentence<'_> {
    /// The copula of "X was among those released": the verb before an "among" that leads to the noun phrase.
    fn among(&self, chunk: usize) -> Option<usize> {
        // "among a large number of prisoners", in quotation marks or not.
        let at = (0..chunk)
            .rev()
            .find(|k| !(matches!(self.kind(*k), ChunkKind::Noun | ChunkKind::Quote) || self.is_word(*k, &["of"])))?;
        let verb = at.checked_sub(1).filter(|_| self.is_word(at, &["among", "amongst"]))?;
        (self.kind(verb) == ChunkKind::Verb && self.chunks()[verb].verb.copula).then_some(verb)
    }

    /// Whether a noun phrase is an exchange: "a prisoner swap", "an exchange".
    fn is_exchange(&self, chunk: usize, set: &RuleSet) -> bool {
        self.kind(chunk) == ChunkKind::Noun
            && self.units_of(chunk).any(|u| set.words.exchange.matches(self.lexicon, &self.units()[u]))
    }
}
