//! Slots: who, whom, how many, which persons, which measure.
//!
//! Each slot is read from the grammar around the match and leaves its evidence. What a sentence does not say stays
//! empty; filling from the rest of the document is `merge`'s business.

use jiff::civil::Date;

use super::actor::{Actor, actor_at, actors_in, persons_in};
use super::compile::{Event, RuleSet};
use super::file::Shape;
use super::number::{number_in, qualifier};
use super::sentence::Sentence;
use super::trigger::Match;
use super::{Count, Evidence, Role};
use crate::lexicon::Symbol;
use crate::syntax::{ChunkKind, UnitKind};

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
    /// What the captives are exchanged for: how many of which nationality.
    pub traded: Option<(Option<Count>, Vec<Symbol>)>,
    /// The noun that the object is named by, by lemma: "judges" of "sanctions on two judges".
    pub people: Vec<Symbol>,
    /// Sector or measure.
    pub measure: Option<String>,
    /// OpenSanctions provision.
    pub provision: Option<String>,
    /// The people are ordinary criminals.
    pub criminal: bool,
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

/// Prepositions that lead to whom a measure hits.
const ONTO: &[&str] =
    &["on", "against", "upon", "toward", "towards", "with respect to", "regarding", "concerning", "relating to"];
/// Prepositions that narrow a phrase down to a place or owner.
const WITHIN: &[&str] = &["of", "in", "from", "to", "with", "inside"];

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

    fn authority(&mut self) {
        let s = self.s;
        // "Hungary won an exemption": who obtains relief does not grant it.
        let obtained =
            self.event.shape == Shape::Measure && self.set.words.secure.matches(s.lexicon, &s.units()[self.m.unit]);
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
        // The governors: "the US decision to lift", "Minsk agreed to release", "Trump announced the lifting".
        let mut at = self.m.chunk;
        for _ in 0..3 {
            let Some(g) = s.governor(at) else { break };
            let found = match s.kind(g.chunk) {
                ChunkKind::Verb => {
                    let verb = &s.units()[g.unit];
                    let secured = self.set.words.secure.matches(s.lexicon, verb) || s.chunks()[g.chunk].verb.passive;
                    if secured {
                        Vec::new()
                    } else {
                        let mut found = s.subject(g.chunk).map(|n| self.acting(n)).unwrap_or_default();
                        // "Iran says sanctions will be lifted": who only reports is not who acts.
                        if verb.classes.meets(&s.grammar.say)
                            && !self.set.words.decides.matches(s.lexicon, verb)
                            && !self.anaphoric()
                        {
                            found.retain(|a| self.event.shape == Shape::Measure && self.usual(a));
                        }
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
    }

    /// In a notice the agency that the sentence names publishes its own act.
    fn issuer(&mut self) {
        let s = self.s;
        let agency = (0..s.units().len()).find(|u| self.set.words.agency.matches(s.lexicon, &s.units()[*u]));
        if let Some(actor) =
            agency.and_then(|u| actor_at(s, &self.set.words, self.date, u)).filter(|a| !a.not_authority)
        {
            self.push(Role::Authority, &[actor]);
        }
    }

    /// Whether an actor inside the measure's own phrase is who acts rather than whom it hits.
    fn modifier_acts(&self, a: &Actor, end: usize) -> bool {
        if a.not_authority || a.region {
            return false;
        }
        let possessor = (a.unit + 1..end).any(|u| self.s.units()[u].kind == UnitKind::Possessive);
        possessor || self.event.shape == Shape::People || self.usual(a)
    }

    /// "Norway said it would impose": the agent is a pronoun, and stands for who speaks.
    fn anaphoric(&self) -> bool {
        self.m.agent.is_some_and(|a| {
            let range = self.s.units_of(a);
            range.len() == 1 && matches!(self.s.norm(range.start), "it" | "they" | "he" | "she" | "we")
        })
    }

    /// Whether the event file names the actor among those who act more often than they undergo.
    fn usual(&self, a: &Actor) -> bool {
        let value = self.set.lexicon.symbols().text(a.value);
        self.event.usual_authority.iter().any(|u| u == value)
    }

    /// Whom a measure hits.
    fn measure_target(&mut self) {
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
                self.push(Role::Target, &found);
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
        let s = self.s;
        let start = if self.notice { 0 } else { s.units_of(object).end };
        let authority = self.slots.authority.clone();
        let found = (start..s.units().len())
            .take_while(|u| self.notice || s.units()[*u].kind != UnitKind::Stop)
            .filter_map(|u| actor_at(s, &self.set.words, self.date, u))
            .find(|a| {
                !authority.contains(&a.value)
                    && !a.not_authority
                    && self.set.words.country.matches(s.lexicon, &s.units()[a.unit])
            });
        if let Some(actor) = found {
            self.push(Role::Target, &[actor]);
        }
    }

    /// "nine officials and seven entities" is sixteen: persons and entities of one list add up, vessels do not count.
    fn sum_counts(&mut self, object: usize) {
        let s = self.s;
        let mut chunks = vec![object];
        s.coordinated(object, |np| chunks.push(np));
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
            if s.is_word(prep, ONTO) || s.is_word(prep, &["of", "belonging to"]) {
                chunks.push(np);
            }
        });
        s.complements(self.m.chunk, |prep, np| {
            if s.is_word(prep, ONTO) {
                chunks.push(np);
            }
        });
        chunks.sort_unstable();
        chunks.dedup();
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

    /// The target is the object itself: "sanctions two Chinese firms".
    fn direct_target(&mut self, object: usize) {
        let s = self.s;
        let mut found = self.actors(s.units_of(object));
        let mut chunks = vec![object];
        s.coordinated(object, |np| chunks.push(np));
        for np in &chunks[1..] {
            found.extend(self.actors(s.units_of(*np)));
        }
        if found.is_empty() {
            s.complements(object, |prep, np| {
                if found.is_empty() && s.is_word(prep, WITHIN) {
                    found = self.actors(s.units_of(np));
                }
            });
        }
        self.push(Role::Target, &found);
        for np in chunks {
            self.people_count(np);
            self.persons(np);
            self.sector(np);
        }
        s.complements(object, |prep, np| {
            if s.is_word(prep, INCLUDING) {
                self.persons(np);
            } else if s.is_word(prep, &["of", "belonging to"]) {
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
        let mut last = chunk;
        let mut found = Vec::new();
        // "ban on new investment in South Africa": the measure's own name holds the preposition.
        let mut onto = s.word(unit).contains(" on ");
        for (prep, np) in &pairs {
            last = *np;
            let here = s.is_word(*prep, ONTO);
            let before = s.is_word(*prep, if relief { &["for", "with", "to", "involving"] } else { &["for"] }) && !onto;
            if here
                || onto && s.is_word(*prep, WITHIN) && found.is_empty()
                || before && self.actors(s.units_of(*np)).iter().any(|a| !a.demonym)
            {
                onto |= here;
                found.extend(self.actors(s.units_of(*np)));
                if here {
                    self.people_count(*np);
                    self.persons(*np);
                    self.sector(*np);
                }
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

    fn measure_name(&mut self, chunk: usize) {
        let s = self.s;
        for u in s.units_of(chunk) {
            let entry_value = |w: &super::words::Words| {
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

    /// Captives: how many, who, whose nationals, and out of whose hands.
    fn people(&mut self) {
        let s = self.s;
        // "freed Nicaraguan prisoners": the trigger's own phrase names the people.
        let own = self.m.nominal
            && (self.set.words.person_noun.matches(s.lexicon, &s.units()[self.m.unit])
                || self.set.words.demonym.matches(s.lexicon, &s.units()[self.m.unit]));
        let Some((object, unit)) = self.m.object.or(own.then_some((self.m.chunk, self.m.unit))) else { return };
        self.criminal(object);
        self.slots.several = s.units()[unit].plural || s.units_of(object).any(|u| s.units()[u].plural);
        let mut chunks = vec![object];
        if self.m.object_left && object < self.m.chunk {
            s.listed_before(object, self.m.chunk, |np| chunks.push(np));
        } else {
            s.coordinated(object, |np| chunks.push(np));
        }
        if object >= 2 && s.is_word(object - 1, &["of"]) && s.kind(object - 2) == ChunkKind::Noun {
            // "80 of the last group of 400": the part is what is freed.
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
                // "granted clemency to 457 convicts".
                self.people_count(np);
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
        self.push(Role::Target, &found);
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
    fn split_phrase(&mut self, object: usize) {
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
            let np = prep + 1;
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
            found = super::captor::held_by(self.set, s, self.date);
        }
        self.push(Role::Authority, &found);
    }

    fn criminal(&mut self, chunk: usize) {
        let s = self.s;
        for u in s.units_of(chunk) {
            if self.set.words.criminal.matches(s.lexicon, &s.units()[u]) {
                self.slots.criminal = true;
            }
        }
    }

    fn persons(&mut self, chunk: usize) {
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
            let name = s.quote(r.start, r.end).to_owned();
            if !self.slots.persons.contains(&name) {
                self.slots.persons.push(name);
                self.slots.add(s, self.rule, Role::Person, r.start, r.end);
            }
        }
    }

    /// Whether a noun can be what a number of people or entities counts.
    fn is_counted(&self, unit: usize) -> bool {
        let u = &self.s.units()[unit];
        self.set.words.counted.matches(self.s.lexicon, u) || u.classes.meets(&self.s.grammar.actor) || u.plural
    }

    /// The number of people or entities in a noun phrase.
    fn people_count(&mut self, chunk: usize) {
        if self.slots.count.is_some() {
            return;
        }
        let s = self.s;
        let range = s.units_of(chunk);
        if let Some((value, first, last)) = number_in(s, range.clone()) {
            let year = (1900..=2100).contains(&value);
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
    /// Whether a noun phrase is an exchange: "a prisoner swap", "an exchange".
    fn is_exchange(&self, chunk: usize, set: &RuleSet) -> bool {
        self.kind(chunk) == ChunkKind::Noun
            && self.units_of(chunk).any(|u| set.words.exchange.matches(self.lexicon, &self.units()[u]))
    }
}

const INCLUDING: &[&str] = &["including", "like", "such as", "among", "namely"];

impl Match {
    /// Whether the verb takes its target as object although the object's words are measures ("blacklisted firms").
    fn object_is_target(&self, set: &RuleSet, s: &Sentence<'_>) -> bool {
        self.object.is_some_and(|(_, unit)| {
            !set.words.measure.matches(s.lexicon, &s.units()[unit]) && actor_at(s, &set.words, None, unit).is_some()
        })
    }
}
