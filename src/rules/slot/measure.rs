//! What a measure is called, whom it hits, and how many are listed.

use super::super::actor::{Actor, actor_at, is_name, persons_in};
use super::super::number::{number_in, qualifier};
use super::super::sentence::Sentence;
use super::super::set::RuleSet;
use super::super::trigger::Match;
use super::super::words::Words;
use super::super::{Count, Role};
use super::{INCLUDING, ONTO, Reader};
use crate::syntax::{ChunkKind, UnitKind};

/// Prepositions that narrow a phrase down to a place or owner.
const WITHIN: &[&str] = &["of", "in", "from", "to", "with", "inside"];

impl Reader<'_, '_> {
    /// Whom a measure hits.
    pub(super) fn measure_target(&mut self) {
        let s = self.s;
        let Some((object, unit)) = self.m.object.or(self.m.nominal.then_some((self.m.chunk, self.m.unit))) else {
            return;
        };
        let is_measure = [&self.set.words.measure, &self.set.words.relief, &self.set.words.list, &self.set.words.acts]
            .iter()
            .any(|w| w.matches(s.lexicon, &s.units()[unit]));
        // "granted Iraq a waiver", "Iraq was granted a waiver": who is given relief is whose relief it is.
        if self.set.words.relief.matches(s.lexicon, &s.units()[unit]) && !self.m.nominal {
            let given = if self.set.words.secure.matches(s.lexicon, &s.units()[self.m.unit]) {
                self.m.agent
            } else if self.m.object_left {
                None
            } else if s.chunks()[self.m.chunk].verb.passive {
                s.subject(self.m.chunk)
            } else {
                Some(object - 1).filter(|k| *k > self.m.chunk && s.kind(*k) == ChunkKind::Noun)
            };
            if let Some(np) = given {
                let authority = self.slots.authority.clone();
                let mut found = self.actors(s.units_of(np));
                found.retain(|a| !authority.contains(&a.value));
                // "granted Iraq a waiver to buy Iranian gas": the sanctions are those on the other state.
                let given: Vec<_> = found.iter().map(|a| a.value).collect();
                let other = self.foreign_behind(object).find(|a| !self.notice && !given.contains(&a.value));
                match other {
                    Some(other) => self.push(Role::Target, &[other]),
                    None => self.push(Role::Target, &found),
                }
                self.people_count(np);
            }
        }
        if !self.slots.target.is_empty() {
            self.measure_name(object);
        } else if is_measure && self.m.object_is_target(self.set, s) {
            self.direct_target(object);
        } else if is_measure {
            self.measure_name(object);
            self.complement_target(object, unit);
        } else {
            self.direct_target(object);
        }
        if self.slots.target.is_empty() && !self.m.nominal && self.m.chunk != object {
            self.complement_target(self.m.chunk, unit);
        }
        if self.slots.target.is_empty() {
            // "rescinded Sudan's designation as a state sponsor of terrorism".
            let possessor = s.units_of(object).start..s.core_start(object);
            let found: Vec<Actor> = self.actors(possessor);
            let authority = self.slots.authority.clone();
            let others: Vec<Actor> = found.into_iter().filter(|a| !authority.contains(&a.value)).collect();
            self.push(Role::Target, &others);
        }
        if self.slots.target.is_empty()
            && !self.m.object_left
            && object > self.m.chunk + 1
            && s.kind(object - 1) == ChunkKind::Noun
        {
            // "granted Iraq a waiver".
            let found = self.actors(s.units_of(object - 1));
            self.push(Role::Target, &found);
        }
        if self.slots.target.is_empty() {
            self.mentioned_target(object);
        }
        let authority = self.slots.authority.clone();
        if self.notice || self.slots.target.iter().any(|t| !authority.contains(t)) {
            self.slots.target.retain(|t| !authority.contains(t));
        }
        self.sum_counts(object);
    }

    /// The first foreign state further right in the sentence: "sanctions on firms linked to warring Sudanese factions".
    /// In a notice, any other state that it names: the programme is that state's.
    fn mentioned_target(&mut self, object: usize) {
        let assets = self.is_assets(object);
        // "listed four firms in support of Ukraine", "as part of our support for it": whom it helps is not whom it hits.
        let helped = |a: &Actor| {
            let words = |k: usize| a.unit.checked_sub(k).map_or("", |u| self.s.norm(u));
            matches!(
                (words(2), words(1)),
                ("support" | "aid" | "assistance" | "solidarity", "for" | "of" | "to" | "with")
            )
        };
        let aside =
            |a: &Actor| helped(a) || !self.notice && (assets || self.holds(object, a.unit)) && self.is_place(a.unit);
        let found = self.foreign_behind(object).find(|a| !aside(a));
        let found = self.buyer_aside(object, found);
        if let Some(actor) = found {
            self.push(Role::Target, &[actor]);
        }
    }

    /// The states behind the object that are not who acts.
    fn foreign_behind(&self, object: usize) -> impl Iterator<Item = Actor> {
        let s = self.s;
        let start = if self.notice { 0 } else { s.units_of(object).end };
        let authority = &self.slots.authority;
        (start..s.units().len())
            .take_while(|u| self.notice || s.units()[*u].kind != UnitKind::Stop)
            .filter_map(|u| actor_at(s, &self.set.words, self.date, u))
            .filter(|a| {
                !authority.contains(&a.value)
                    && !a.not_authority
                    && self.set.words.country.matches(s.lexicon, &s.units()[a.unit])
            })
    }

    /// "a waiver that allows Iraq to buy power from Iran": of two states behind relief the sanctions are those on the second.
    fn buyer_aside(&self, object: usize, first: Option<Actor>) -> Option<Actor> {
        let s = self.s;
        let relief = s.units_of(object).any(|u| self.set.words.relief.matches(s.lexicon, &s.units()[u]));
        let first = first?;
        let acts = s.units().get(first.unit + 1).is_some_and(|u| u.kind == UnitKind::To);
        let second =
            self.foreign_behind(object).find(|a| a.value != first.value).filter(|_| relief && acts && !self.notice);
        second.or(Some(first))
    }

    /// Whether assets are told of between the object and a unit: "the sanctions hit A, freezing all he holds in Canada".
    fn holds(&self, object: usize, unit: usize) -> bool {
        let s = self.s;
        (s.units_of(object).end..unit).any(|u| self.set.words.asset.matches(s.lexicon, &s.units()[u]))
    }

    /// Whether a noun phrase is assets, which lie somewhere and belong to somebody.
    fn is_assets(&self, chunk: usize) -> bool {
        let head = usize::from(self.s.chunks()[chunk].head);
        self.set.words.asset.matches(self.s.lexicon, &self.s.units()[head])
    }

    /// "assets held in Canada": a state behind such a preposition is where something lies.
    fn is_place(&self, unit: usize) -> bool {
        (1..=2).filter_map(|k| unit.checked_sub(k)).any(|u| matches!(self.s.norm(u), "in" | "within" | "inside"))
    }

    /// "nine officials and seven entities" is sixteen: persons and entities of one list add up, vessels do not count.
    fn sum_counts(&mut self, object: usize) {
        let s = self.s;
        let mut chunks = vec![object];
        if self.m.object_left && object < self.m.chunk {
            // "Four firms and two officials were listed".
            s.listed_before(object, self.m.chunk, |np| chunks.push(np));
        } else {
            s.coordinated(object, |np| chunks.push(np));
        }
        // "three entities and two individuals that have been placed": the list may stand before the object as well.
        let mut at = object;
        while at >= 2
            && matches!(s.kind(at - 1), ChunkKind::Conjunction | ChunkKind::Comma)
            && s.kind(at - 2) == ChunkKind::Noun
        {
            at -= 2;
            chunks.push(at);
        }
        s.complements(object, |prep, np| {
            if s.is_word(prep, ONTO) || s.is_word(prep, &["of", "belonging to", "as well as", "along with", "plus"]) {
                chunks.push(np);
            }
        });
        s.complements(self.m.chunk, |prep, np| {
            if s.is_word(prep, ONTO) || s.is_word(prep, &["as well as", "along with", "plus"]) {
                chunks.push(np);
            }
        });
        chunks.sort_unstable();
        chunks.dedup();
        self.count_with_named(&chunks);
        let mut parts = Vec::new();
        for np in chunks {
            let range = s.units_of(np);
            if let Some((n, first, last)) = number_in(s, range.clone())
                && (last..range.end).any(|u| self.is_counted(u))
                && !(last..range.end).any(|u| self.set.words.vessel.matches(s.lexicon, &s.units()[u]))
            {
                parts.push((n, first, last));
            }
        }
        if parts.len() > 1 {
            let value = parts.iter().map(|p| p.0).fold(0_u32, u32::saturating_add);
            self.slots.count = Some(Count { value, qualifier: qualifier(s, &self.set.words, parts[0].1) });
            for (_, first, last) in parts {
                self.slots.add(s, self.rule, Role::Count, first, last);
            }
        }
    }

    /// "the president and 86 other officials" is 87, "Huawei and 70 affiliates" 71: whom a list names before a number of
    /// others counts as well.
    fn count_with_named(&mut self, chunks: &[usize]) {
        let s = self.s;
        let words = &self.set.words;
        let others = |u: usize| {
            matches!(s.norm(u), "other" | "others" | "comparable" | "similar" | "further" | "more" | "his" | "her")
        };
        let Some(last) = chunks.iter().rposition(|np| number_in(s, s.units_of(*np)).is_some()) else { return };
        let range = s.units_of(chunks[last]);
        let joint = chunks[last].checked_sub(1).map_or(ChunkKind::Stop, |k| s.kind(k));
        let tied = last > 0 && (joint == ChunkKind::Conjunction || s.headline && joint == ChunkKind::Comma);
        let Some((n, first, end)) = number_in(s, range.clone()).filter(|_| tied) else { return };
        // "19 of his closest associates".
        let of = s.is_word(chunks[last] + 1, &["of"]) && range.end == end;
        let more = of || range.clone().any(others);
        let single = |np: usize| {
            let units = s.units_of(np);
            let head = &s.units()[usize::from(s.chunks()[np].head)];
            let named = units.clone().any(|u| is_name(s, u) || words.leader.matches(s.lexicon, &s.units()[u]));
            let titled = more && words.person_noun.matches(s.lexicon, head) && !head.plural;
            number_in(s, units.clone()).is_none() && !head.plural && (named || titled)
        };
        let measure = |np: usize| {
            s.units_of(np)
                .any(|u| words.measure.matches(s.lexicon, &s.units()[u]) && s.units()[u].kind == UnitKind::Noun)
        };
        let before: Vec<usize> = chunks[..last].iter().copied().filter(|np| !measure(*np)).collect();
        let named = before.len();
        let listed = named > 0 && before.iter().all(|np| single(*np));
        let counted = of || (end..range.end).any(|u| self.is_counted(u) || s.norm(u) == "others");
        if listed && counted {
            let value = n.saturating_add(u32::try_from(named).unwrap_or(u32::MAX));
            self.slots.count = Some(Count { value, qualifier: qualifier(s, words, first) });
            self.slots.add(s, self.rule, Role::Count, first, end);
        }
    }

    /// The target is the object itself: "sanctions two Chinese firms".
    fn direct_target(&mut self, object: usize) {
        let s = self.s;
        let assets = self.is_assets(object);
        let mut found = Vec::new();
        if assets {
            // "the Canadian assets of Haitian politicians": whose they are, before where they are.
            s.complements(object, |prep, np| {
                if found.is_empty() && s.is_word(prep, &["of", "belonging to"]) {
                    found = self.actors(s.units_of(np));
                }
            });
        }
        if found.is_empty() {
            let authority = self.slots.authority.clone();
            found = self.actors(s.units_of(object));
            found.retain(|a| !assets || !authority.contains(&a.value));
        }
        let mut chunks = vec![object];
        s.coordinated(object, |np| chunks.push(np));
        for np in &chunks[1..] {
            found.extend(self.actors(s.units_of(*np)));
        }
        let mut places = Vec::new();
        s.complements(object, |prep, np| {
            if assets && s.is_word(prep, &["in", "within", "inside"]) {
                places.extend(self.actors(s.units_of(np)));
            } else if found.is_empty() && s.is_word(prep, WITHIN) && s.find_in(np, &self.set.words.list).is_none() {
                // "removed A from the EU list": whose list it is is not whose person.
                found = self.actors(s.units_of(np));
            }
        });
        if self.slots.authority.is_empty() {
            // "all assets in China are frozen": by the state in which they lie.
            self.push(Role::Authority, &places);
        }
        self.push(Role::Target, &found);
        for np in chunks {
            self.people_count(np);
            self.persons(np);
            self.sector(np);
        }
        let mut examples = false;
        s.complements(object, |prep, np| {
            if s.is_word(prep, INCLUDING) {
                examples = true;
                if !self.is_body(object) {
                    self.persons(np);
                }
            } else if s.is_word(prep, &["of", "belonging to"]) && !examples {
                // "freeze the assets of 78 groups".
                self.people_count(np);
                self.persons(np);
            }
        });
    }

    /// The target follows the measure: "sanctions on X", "measures targeting Y"; or stands before it: "Iran sanctions".
    fn complement_target(&mut self, chunk: usize, unit: usize) {
        let s = self.s;
        let relief = self.set.words.relief.matches(s.lexicon, &s.units()[unit]);
        let mut pairs = Vec::new();
        s.complements(chunk, |prep, np| pairs.push((prep, np)));
        // "the lifting of sanctions imposed on two ministers": whom the participle's complement names.
        let behind = pairs.last().map_or(chunk, |p: &(usize, usize)| p.1) + 1;
        if s.kind(behind) == ChunkKind::Verb
            && s.chunks()[behind].verb.bare_participle
            && self.set.words.decides.matches(s.lexicon, &s.units()[usize::from(s.chunks()[behind].head)])
        {
            // "imposed last year on": over a time.
            let time = s.kind(behind + 1) == ChunkKind::Noun && s.temporal(behind + 1);
            s.complements(behind + usize::from(time), |prep, np| pairs.push((prep, np)));
        }
        let mut last = chunk;
        let mut found = Vec::new();
        // "ban on new investment in South Africa": the measure's own name holds the preposition.
        let mut onto = s.word(unit).contains(" on ");
        // Those whom the measure hits are companies; they are assets, which belong to who stands behind "of"; or nobody has
        // been named by a state yet.
        let (mut bodies, mut assets, mut bare) = (false, false, false);
        for (prep, np) in &pairs {
            last = *np;
            let here = s.is_word(*prep, ONTO);
            let before = s.is_word(*prep, if relief { &["for", "with", "to", "involving"] } else { &["for"] }) && !onto;
            if here
                || onto && s.is_word(*prep, WITHIN) && (found.is_empty() || bare)
                || before && self.actors(s.units_of(*np)).iter().any(|a| !a.demonym)
            {
                onto |= here;
                let mut own = self.actors(s.units_of(*np));
                // "a waiver to Iraq for power from Iran": relief from sanctions on whom the buyer deals with.
                if let Some(other) = own
                    .first()
                    .filter(|_| relief && !here && !self.notice && s.is_word(*prep, &["to"]))
                    .and_then(|first| {
                        let end = s.units_of(*np).end;
                        self.foreign_behind(chunk).find(|a| a.unit >= end && a.value != first.value)
                    })
                {
                    own = vec![other];
                }
                bare = here && own.is_empty();
                found.extend(own);
                if here {
                    bodies = self.is_body(*np);
                    assets = self.is_assets(*np);
                    self.people_count(*np);
                    self.split_phrase(*np);
                    self.persons(*np);
                    self.sector(*np);
                }
            }
            if assets && s.is_word(*prep, &["of", "belonging to"]) {
                // "a freeze on the assets of NAME".
                self.people_count(*np);
                self.persons(*np);
            }
            // "sanctions on two firms, including X", "on the speaker of the house, NAME": examples and appositions.
            let renamed = s.kind(*np - 1) != ChunkKind::Preposition && !here && !self.names(*np - 2);
            if onto && (s.is_word(*prep, INCLUDING) && !bodies || renamed) {
                self.persons(*np);
            }
        }
        // "sanctions targeting Russian oil", "measures aimed at Iran".
        if found.is_empty() && s.kind(last + 1) == ChunkKind::Verb && !s.chunks()[last + 1].verb.passive {
            let head = usize::from(s.chunks()[last + 1].head);
            if self.set.words.aim.matches(s.lexicon, &s.units()[head]) {
                let mut np = s.object(last + 1);
                if np.is_none() && s.kind(last + 2) == ChunkKind::Preposition {
                    np = Some(last + 3).filter(|k| s.kind(*k) == ChunkKind::Noun);
                }
                if let Some(np) = np {
                    found.extend(self.actors(s.units_of(np)));
                    self.people_count(np);
                    self.sector(np);
                }
            }
        }
        if found.is_empty() && chunk != self.m.chunk || found.is_empty() && self.m.nominal {
            let start = s.units_of(chunk).start;
            let authority = self.slots.authority.clone();
            found = self
                .actors(start..unit.max(start))
                .into_iter()
                .filter(|a| !authority.contains(&a.value) && !self.modifier_acts(a, unit))
                .collect();
        }
        // "North Korea faces new sanctions": who faces them is whom they hit.
        if found.is_empty()
            && self.m.nominal
            && let Some(g) = s.governor(self.m.chunk)
            && self.set.words.face.matches(s.lexicon, &s.units()[g.unit])
            && let Some(subject) = s.subject(g.chunk)
        {
            found = self.actors(s.units_of(subject));
        }
        // Sector words before the measure: "potash sanctions", "oil embargo".
        self.sector(chunk);
        self.push(Role::Target, &found);
    }

    /// Whether a noun phrase is of companies and bodies alone.
    fn is_body(&self, chunk: usize) -> bool {
        let (s, w) = (self.s, &self.set.words);
        let head = &s.units()[usize::from(s.chunks()[chunk].head)];
        w.entity_unit.matches(s.lexicon, head) && !w.people_unit.matches(s.lexicon, head)
    }

    /// Whether a noun phrase names a person.
    fn names(&self, chunk: usize) -> bool {
        let mut any = false;
        persons_in(self.s, &self.set.words, chunk, &mut |_| any = true);
        any
    }

    fn measure_name(&mut self, chunk: usize) {
        let s = self.s;
        for u in s.units_of(chunk) {
            let entry_value = |w: &Words| {
                s.lexicon.entries(&s.units()[u].senses).iter().find(|e| w.classes.has(e.class)).map(|e| {
                    (s.lexicon.symbols().text(e.value).to_owned(), s.lexicon.symbols().text(e.lemma).to_owned())
                })
            };
            if let Some((provision, lemma)) = entry_value(&self.set.words.measure)
                && !provision.is_empty()
            {
                if self.slots.measure.is_none() {
                    self.slots.measure = Some(lemma);
                    self.slots.add(s, self.rule, Role::Measure, u, u + 1);
                }
                self.slots.provision.get_or_insert(provision);
            }
        }
    }

    fn sector(&mut self, chunk: usize) {
        let s = self.s;
        for u in s.units_of(chunk) {
            if self.set.words.sector.matches(s.lexicon, &s.units()[u]) {
                let entry =
                    s.lexicon.entries(&s.units()[u].senses).iter().find(|e| self.set.words.sector.classes.has(e.class));
                if let Some(e) = entry {
                    self.slots.measure = Some(s.lexicon.symbols().text(e.value).to_owned());
                    self.slots.add(s, self.rule, Role::Measure, u, u + 1);
                    return;
                }
            }
        }
    }
}

impl Match {
    /// Whether the verb takes its target as object although the object's words are measures ("blacklisted firms").
    fn object_is_target(&self, set: &RuleSet, s: &Sentence<'_>) -> bool {
        self.object.is_some_and(|(_, unit)| {
            !set.words.measure.matches(s.lexicon, &s.units()[unit]) && actor_at(s, &set.words, None, unit).is_some()
        })
    }
}
