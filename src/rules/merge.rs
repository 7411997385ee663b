//! Candidates -> mentions: one event told five times in a document is one mention.
//!
//! Candidates of one type join unless their typed arguments conflict; what no candidate says is filled from the
//! document where it is unambiguous. Candidates that raise no alert are kept as suppressed, with the reason.

mod release;
mod told;

use jiff::civil::Date;

use super::file::Shape;
use super::link;
use super::named::Named;
use super::read::{Candidate, Note};
use super::set::RuleSet;
use super::tally::Tally;
use super::{Classified, Count, Evidence, Mention, Part, Qualifier, Role, Setting, Status, Suppressed};
use crate::input::Document;
use crate::lexicon::Symbol;

use told::{headline_target, name, tallies, targets};

/// A mention in the making, with the candidates that it was made of.
#[derive(Debug)]
pub struct Group {
    /// Index of the event.
    pub event: usize,
    /// Indices of the candidates, in text order.
    pub members: Vec<usize>,
}

/// What the document says beside its events.
#[derive(Debug, Default)]
pub struct Told {
    /// Who remains, who went where.
    pub notes: Vec<Note>,
    /// Persons named.
    pub named: Vec<Named>,
    /// The parties and persons that the opening names.
    pub setting: Setting,
    /// Who usually acts by measures and is named at the head of the document.
    pub acting: Vec<Acting>,
    /// How many persons and entities sentences say are listed.
    pub tallies: Vec<Tally>,
    /// The nationalities that the opening gives to people: "the British-Australian academic".
    pub nationals: Vec<National>,
    /// The numbers that the text gives to people: "Two American journalists", "57 prisoners".
    pub counted: Vec<Counted>,
    /// Somebody in the document is a hostage or was abducted.
    pub hostages: bool,
    /// Who holds captives, from the first sentence that says so.
    pub held: Vec<(Symbol, Evidence)>,
    /// The states named in the headline and where events are told.
    pub topics: Vec<Topic>,
}

/// A state that a sentence names.
#[derive(Clone, Debug)]
pub struct Topic {
    /// ISO code.
    pub value: Symbol,
    /// It is the subject of a verb of saying.
    pub speaks: bool,
    /// Where it stands.
    pub evidence: Evidence,
}

/// People with a nationality.
#[derive(Clone, Debug)]
pub struct National {
    /// The noun that they are named by.
    pub noun: Option<Symbol>,
    /// The sentence calls them held or freed.
    pub captive: bool,
    /// Of which states, and where it says so.
    pub values: Vec<(Symbol, Evidence)>,
}

/// People with a number.
#[derive(Clone, Debug)]
pub struct Counted {
    /// The noun that they are named by.
    pub noun: Option<Symbol>,
    /// How many.
    pub count: Count,
    /// Where it says so.
    pub evidence: Evidence,
}

/// An actor named at the head of a document.
#[derive(Clone, Debug)]
pub struct Acting {
    /// ISO code, `EU`, `UN` or a name.
    pub value: Symbol,
    /// It is a ministry, agency or bloc rather than the state as such.
    pub office: bool,
    /// Where it stands, when that is in the text.
    pub evidence: Option<Evidence>,
}

/// Merges the candidates of a document.
pub fn merge(
    set: &RuleSet,
    document: &Document<'_>,
    date: Option<Date>,
    candidates: Vec<Candidate>,
    told: &Told,
) -> Classified {
    let mut candidates = candidates;
    drop_shadowed(set, &mut candidates);
    if told.hostages {
        // Where a hostage is freed says little about who held them.
        for slots in candidates.iter_mut().map(|c| &mut c.slots).filter(|s| s.placed) {
            slots.authority.clear();
            slots.evidence.retain(|e| e.role != Role::Authority);
        }
    }
    if document.kind == crate::input::Kind::Article {
        demote_asides(set, date, &mut candidates);
    }
    let mut groups: Vec<Group> = Vec::new();
    let mut suppressed = Vec::new();
    for (i, c) in candidates.iter().enumerate() {
        if c.slots.blocked {
            continue;
        }
        if !c.assessment.status.alerts() {
            suppressed.push(suppress(set, c));
            continue;
        }
        match groups.iter_mut().find(|g| g.event == c.event && g.members.iter().all(|m| unify(set, &candidates[*m], c)))
        {
            Some(group) => group.members.push(i),
            None => groups.push(Group { event: c.event, members: vec![i] }),
        }
    }
    let mut mentions: Vec<Mention> = groups.iter().map(|g| mention(set, &candidates, g)).collect();
    fill(set, &mut mentions, &candidates, &groups);
    nationals(set, document, &candidates, &mut mentions, &groups, &told.nationals);
    counts(set, &candidates, &mut mentions, &groups, &told.counted);
    tallies(set, &candidates, &mut mentions, &groups, &told.tallies);
    issuers(set, document, &mut mentions, &groups, &told.acting);
    targets(set, document, &mut mentions, &groups, &told.acting);
    release::captors(set, &mut mentions, &groups, &told.held);
    if !told.hostages {
        release::about(set, &mut mentions, &candidates, &groups, &told.topics);
    }
    release::mirror(set, &mut mentions, &mut groups, &candidates);
    release::mutual(set, &mut mentions, &groups);
    attach(&mut mentions, set, &told.notes);
    name(set, &mut mentions, &candidates, &groups, &told.named);
    if document.kind == crate::input::Kind::Notice {
        // "U.S. persons are prohibited": who publishes a measure is not whom it hits.
        for m in &mut mentions {
            m.target.retain(|t| !m.authority.contains(t));
        }
    }
    for (m, g) in mentions.iter_mut().zip(&groups) {
        confidence(set, document, m, g, &candidates);
        m.evidence.sort();
        m.evidence.dedup();
        if m.date.is_none() {
            m.date = g.members.iter().find_map(|i| candidates[*i].assessment.date.and_then(|(h, _)| h.day()));
        }
    }
    let mut links = link::find(set, document, &candidates, &groups);
    for i in (0..mentions.len()).rev() {
        if let Some(reason) = unfounded(set, document, &mentions[i], &groups[i]) {
            let m = mentions.remove(i);
            groups.remove(i);
            links.retain(|l| l.from != i && l.to != i);
            for l in &mut links {
                l.from -= usize::from(l.from > i);
                l.to -= usize::from(l.to > i);
            }
            suppressed.push(Suppressed {
                event: m.event,
                status: Status::Background,
                reason,
                rule: m.rule,
                cue: None,
                cameo: m.cameo,
                authority: m.authority,
                target: m.target,
                evidence: m.evidence,
            });
        }
    }
    Classified { mentions, suppressed, links, ..Classified::default() }
}

/// How many sentences name who and whom at the head of a document.
pub const OPENING: usize = 6;

/// How many sentences open an article: headline and the first paragraphs.
pub const LEAD: usize = 4;

/// How many sentences reach as deep as an article that opens with one measure tells of the other one: delistings beside
/// listings.
const MIXED: usize = 10;
/// How many sentences reach as deep as a measure that its own sentence calls new is still news.
const FRESH: usize = 7;

/// What stands deep in an article whose lead reports no such event, without a recent date, is context.
fn demote_asides(set: &RuleSet, date: Option<Date>, candidates: &mut [Candidate]) {
    let lead: Vec<usize> =
        candidates.iter().filter(|c| c.sentence <= LEAD && c.assessment.status.alerts()).map(|c| c.event).collect();
    let measure = |event: usize| set.events[event].shape == Shape::Measure;
    let mixed = lead.iter().any(|event| measure(*event));
    for c in candidates.iter_mut() {
        let recent =
            c.assessment.date.is_some_and(|(h, _)| h.day().is_some() && date.is_some_and(|d| h.age_in_days(d) <= 16));
        let deep = match measure(c.event) {
            true if mixed && (c.assessment.fresh || c.assessment.perfect) => MIXED,
            true if c.assessment.fresh => FRESH,
            _ => LEAD,
        };
        if c.sentence > deep && !lead.contains(&c.event) && !recent && c.assessment.status.alerts() {
            c.assessment.status = Status::Background;
            c.assessment.reason = "background";
            c.assessment.cue = Some("aside".to_owned());
        }
    }
}

/// Why a mention is no event although its grammar fits: a measure without any foreign actor, or on one's own.
fn unfounded(set: &RuleSet, document: &Document<'_>, m: &Mention, g: &Group) -> Option<&'static str> {
    if set.events[g.event].shape != Shape::Measure {
        return None;
    }
    if m.authority.is_empty() && m.target.is_empty() {
        return Some("no-actor");
    }
    (m.authority == m.target && document.kind != crate::input::Kind::Notice).then_some("domestic")
}

/// Of two candidates on the same words, only the more telling one counts: a noun trigger inside the object of a verb
/// trigger says nothing new, nor do two rules on one trigger.
fn drop_shadowed(set: &RuleSet, candidates: &mut Vec<Candidate>) {
    let span = |c: &Candidate, role: Role| c.slots.evidence.iter().find(|e| e.role == role).map(|e| (e.start, e.end));
    let keep: Vec<bool> = candidates
        .iter()
        .enumerate()
        .map(|(i, c)| {
            !candidates.iter().enumerate().any(|(k, other)| {
                k != i
                    && other.field == c.field
                    && other.sentence == c.sentence
                    && other.event == c.event
                    && (other.at == c.at && (set.rules[other.rule].weight, i) > (set.rules[c.rule].weight, k)
                        || c.nominal
                            && !other.nominal
                            && span(other, Role::Object).is_some_and(|o| Some(o) == span(c, Role::Trigger)))
            })
        })
        .collect();
    let mut k = 0;
    candidates.retain(|_| {
        k += 1;
        keep[k - 1]
    });
}

/// Whether two candidates can tell of one event: unknown unifies with anything, disjoint arguments do not.
fn unify(set: &RuleSet, a: &Candidate, b: &Candidate) -> bool {
    let disjoint = |x: &[Symbol], y: &[Symbol]| !x.is_empty() && !y.is_empty() && !x.iter().any(|v| y.contains(v));
    let event = &set.events[a.event];
    match event.shape {
        Shape::Measure => {
            !disjoint(&a.slots.authority, &b.slots.authority) && !disjoint(&a.slots.target, &b.slots.target)
        }
        Shape::People => {
            // "12 Thai hostages were freed; 13 Israelis were freed": other people, and another number of them.
            let numbers = matches!((a.slots.count, b.slots.count), (Some(x), Some(y)) if x.value != y.value);
            !disjoint(&a.slots.authority, &b.slots.authority)
                && !(numbers && disjoint(&a.slots.target, &b.slots.target))
                // "477 were let go; 550 are to be freed in two months": done, and still to come.
                && !(numbers
                    && a.assessment.status != b.assessment.status
                    && a.slots.count.is_some_and(|c| c.qualifier == Qualifier::Exact)
                    && b.slots.count.is_some_and(|c| c.qualifier == Qualifier::Exact))
        }
    }
}

fn names(set: &RuleSet, list: &[Symbol]) -> Vec<String> {
    let mut out: Vec<String> = list.iter().map(|s| set.lexicon.symbols().text(*s).to_owned()).collect();
    out.sort();
    out.dedup();
    out
}

fn suppress(set: &RuleSet, c: &Candidate) -> Suppressed {
    let mut evidence = c.slots.evidence.clone();
    evidence.sort();
    Suppressed {
        event: set.events[c.event].public.name.clone(),
        status: c.assessment.status,
        reason: if c.assessment.reason.is_empty() { "background" } else { c.assessment.reason },
        rule: set.rules[c.rule].id.clone(),
        cue: c.assessment.cue.clone(),
        cameo: RuleSet::cameo(&set.events[c.event], &c.assessment),
        authority: names(set, &c.slots.authority),
        target: names(set, &c.slots.target),
        evidence,
    }
}

fn mention(set: &RuleSet, candidates: &[Candidate], group: &Group) -> Mention {
    let event = &set.events[group.event];
    let members: Vec<&Candidate> = group.members.iter().map(|i| &candidates[*i]).collect();
    let best =
        members.iter().copied().min_by_key(|c| (c.assessment.status, c.nominal, c.sentence)).unwrap_or(members[0]);
    let (mut authority, mut target) = (Vec::new(), Vec::new());
    let (mut persons, mut evidence, mut provisions): (Vec<String>, Vec<Evidence>, Vec<String>) = Default::default();
    for c in &members {
        authority.extend(c.slots.authority.iter().copied());
        target.extend(c.slots.target.iter().copied());
        for p in &c.slots.persons {
            add_person(&mut persons, p);
        }
        provisions.extend(c.slots.provision.clone());
        evidence.extend(c.slots.evidence.iter().cloned());
    }
    provisions.sort();
    provisions.dedup();
    let status = members.iter().map(|c| c.assessment.status).min().unwrap_or(Status::Enacted);
    let count = members.iter().find_map(|c| c.slots.count);
    let criminal = members.iter().any(|c| c.slots.criminal);
    Mention {
        event: event.public.name.clone(),
        subtype: members.iter().find_map(|c| set.rules[c.rule].subtype.clone()),
        status,
        cameo: event.cameo(status, None),
        authority: names(set, &authority),
        target: names(set, &target),
        count,
        remaining: None,
        parts: Vec::new(),
        persons,
        measure: members.iter().find_map(|c| c.slots.measure.clone()),
        provisions,
        date: None,
        destination: Vec::new(),
        criminal,
        confidence: 0.0,
        confidence_parts: Vec::new(),
        evidence,
        rule: set.rules[best.rule].id.clone(),
    }
}

/// Adds a person unless the list has the name or a longer form of it already ("Kalesnikava" beside "Maria Kalesnikava").
fn add_person(persons: &mut Vec<String>, name: &str) {
    let words = |n: &str| -> Vec<String> { n.to_lowercase().split([' ', '-']).map(str::to_owned).collect() };
    // One of two names is the other's when it leaves out words of it: "Gali Berman" is not "Ziv Berman".
    let same = |a: &str, b: &str| {
        let (a, b) = (words(a), words(b));
        let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        short.iter().all(|w| long.contains(w))
    };
    let shouted = |n: &str| n.len() > 3 && !n.bytes().any(|b| b.is_ascii_lowercase());
    if let Some(known) = persons.iter_mut().find(|p| same(p, name)) {
        if name.len() > known.len() || shouted(known) && !shouted(name) {
            name.clone_into(known);
        }
    } else {
        persons.push(name.to_owned());
    }
}

/// Fills an empty authority from what other candidates of the document say of the same act, alerts and background alike.
fn fill(set: &RuleSet, mentions: &mut [Mention], candidates: &[Candidate], groups: &[Group]) {
    for (m, g) in mentions.iter_mut().zip(groups) {
        let donors = || candidates.iter().filter(|c| c.event == g.event && !c.slots.blocked);
        if m.authority.is_empty() {
            let mut all: Vec<Symbol> = donors().flat_map(|c| c.slots.authority.iter().copied()).collect();
            all.sort_unstable();
            all.dedup();
            if all.len() == 1 {
                m.authority = names(set, &all);
                let donor = donors().find(|c| c.slots.authority == all);
                m.evidence.extend(
                    donor.iter().flat_map(|c| c.slots.evidence.iter().filter(|e| e.role == Role::Authority).cloned()),
                );
            }
        }
        if m.authority.is_empty() && set.events[g.event].shape == Shape::Measure {
            // One hand imposes and lifts: what the document says of its other measures.
            let others = || {
                candidates
                    .iter()
                    .filter(|c| set.events[c.event].shape == Shape::Measure && c.assessment.status.alerts())
            };
            let mut all: Vec<Symbol> = others().flat_map(|c| c.slots.authority.iter().copied()).collect();
            all.sort_unstable();
            all.dedup();
            if all.len() == 1 {
                m.authority = names(set, &all);
                let donor = others().find(|c| c.slots.authority == all);
                m.evidence.extend(
                    donor.iter().flat_map(|c| c.slots.evidence.iter().filter(|e| e.role == Role::Authority).cloned()),
                );
            }
        }
        if m.target.is_empty() && set.events[g.event].shape == Shape::Measure {
            let own: Vec<Symbol> = donors().flat_map(|c| c.slots.target.iter().copied()).collect();
            // Delistings beside listings: those of the other measures of the same hand.
            let others = || {
                candidates.iter().filter(|c| {
                    own.is_empty()
                        && c.event != g.event
                        && set.events[c.event].shape == Shape::Measure
                        && c.assessment.status.alerts()
                        && !c.slots.blocked
                        && names(set, &c.slots.authority) == m.authority
                })
            };
            let donors = || donors().chain(others());
            let mut all: Vec<Symbol> = donors().flat_map(|c| c.slots.target.iter().copied()).collect();
            all.sort_unstable();
            all.dedup();
            if all.len() == 1 && !m.authority.contains(&set.lexicon.symbols().text(all[0]).to_owned()) {
                m.target = names(set, &all);
                let donor = donors().find(|c| c.slots.target == all);
                m.evidence.extend(
                    donor.iter().flat_map(|c| c.slots.evidence.iter().filter(|e| e.role == Role::Target).cloned()),
                );
            }
        }
    }
}

/// Whom an event without a target concerns: the nationals whom the text names first, unless they are the actor's own.
fn nationals(
    set: &RuleSet,
    document: &Document<'_>,
    candidates: &[Candidate],
    mentions: &mut [Mention],
    groups: &[Group],
    nationals: &[National],
) {
    if document.kind != crate::input::Kind::Article {
        return;
    }
    for (k, (m, g)) in mentions.iter_mut().zip(groups).enumerate() {
        let first = groups.iter().position(|x| set.events[x.event].shape == set.events[g.event].shape) == Some(k);
        if !first || !m.target.is_empty() || m.authority.is_empty() {
            continue;
        }
        let people = set.events[g.event].shape == Shape::People;
        let nouns: Vec<Symbol> = g.members.iter().flat_map(|i| candidates[*i].slots.people.iter().copied()).collect();
        // "the Swedish owners of the ship" are not those who are freed: the noun must be theirs, or the captivity.
        let theirs =
            nationals.iter().find(|n| !people || n.captive || n.noun.is_some_and(|noun| nouns.contains(&noun)));
        let Some(theirs) = theirs else { continue };
        let symbols: Vec<Symbol> = theirs.values.iter().map(|v| v.0).collect();
        let values = names(set, &symbols);
        if !values.iter().any(|v| m.authority.contains(v)) {
            m.target = values;
            m.evidence.extend(theirs.values.iter().map(|v| v.1.clone()));
        }
    }
}

/// How many a release without a number frees: what the text gives to the noun that it names them by ("pardons reporters",
/// then "Two American reporters"); and the exact number where the event itself only has a rough one.
fn counts(set: &RuleSet, candidates: &[Candidate], mentions: &mut [Mention], groups: &[Group], counted: &[Counted]) {
    let people = |g: &Group| set.events[g.event].shape == Shape::People;
    if groups.iter().filter(|g| people(g)).count() != 1 {
        return;
    }
    for (m, g) in mentions.iter_mut().zip(groups).filter(|(_, g)| people(g)) {
        if m.count.is_some() {
            continue;
        }
        let plural = |i: &usize| candidates[*i].slots.several;
        if !g.members.iter().any(plural) {
            continue;
        }
        let nouns: Vec<Symbol> = g.members.iter().flat_map(|i| candidates[*i].slots.people.iter().copied()).collect();
        if let Some(c) = counted.iter().find(|c| c.noun.is_some_and(|noun| nouns.contains(&noun))) {
            m.count = Some(c.count);
            m.evidence.push(c.evidence.clone());
        }
    }
}

/// A measure without anybody who takes it is its publisher's in a notice; in an article it is by the first state or body
/// that usually takes measures and is named at the head of the text ("blacklisted for graft ... the US Treasury said").
fn issuers(set: &RuleSet, document: &Document<'_>, mentions: &mut [Mention], groups: &[Group], acting: &[Acting]) {
    // Of a state's own gazette only the offices that take such measures count; the gazette of the EU carries its acts.
    let publisher = document.source.country.as_deref().filter(|country| {
        document.kind == crate::input::Kind::Notice
            && (acting.iter().any(|a| a.office && set.lexicon.symbols().text(a.value) == *country)
                || document.class.as_deref().is_none_or(|class| !class.is_empty()) && *country == "EU")
    });
    for (m, g) in mentions.iter_mut().zip(groups) {
        let event = &set.events[g.event];
        if event.shape != Shape::Measure || !m.authority.is_empty() {
            continue;
        }
        if let Some(country) = publisher {
            m.authority = vec![country.to_owned()];
            m.target.retain(|t| t != country);
            continue;
        }
        if document.kind == crate::input::Kind::Notice {
            continue;
        }
        if m.target.is_empty() && m.persons.is_empty() && headline_target(set, document, m, acting).is_none() {
            continue;
        }
        let first = acting.iter().filter(|a| a.evidence.is_some()).find(|a| {
            let name = set.lexicon.symbols().text(a.value);
            event.usual_authority.iter().any(|u| u == name) && !m.target.iter().any(|t| t == name)
        });
        if let Some(a) = first {
            m.authority = names(set, &[a.value]);
            m.evidence.extend(a.evidence.clone());
        }
    }
}

/// Attaches who remains and who went where to the document's release.
fn attach(mentions: &mut [Mention], set: &RuleSet, notes: &[Note]) {
    let people = |m: &&mut Mention| {
        set.events.iter().any(|e| e.shape == Shape::People && e.public.name == m.event && e.public.keyed_by_authority)
    };
    let Some(m) = mentions.iter_mut().find(people) else { return };
    for note in notes {
        match &note.place {
            None => {
                if m.remaining.is_none() {
                    m.remaining = note.count;
                    m.evidence.extend(note.evidence.iter().cloned());
                }
            }
            Some(place) => {
                if m.authority.contains(place) {
                    continue;
                }
                if let Some(count) = note.count
                    && m.count.is_none_or(|c| count <= c.value)
                    && !m.parts.iter().any(|p| p.place == *place)
                {
                    m.parts.push(Part { count, place: place.clone() });
                }
                if !m.destination.contains(place) {
                    m.destination.push(place.clone());
                }
                m.evidence.extend(note.evidence.iter().cloned());
            }
        }
    }
    m.destination.sort();
}

/// Confidence is a product of named parts, each of which a reader can check, and never reaches 1.
fn confidence(set: &RuleSet, document: &Document<'_>, m: &mut Mention, g: &Group, candidates: &[Candidate]) {
    let members = || g.members.iter().map(|i| &candidates[*i]);
    let rule = members().map(|c| set.rules[c.rule].weight).fold(0.0, f64::max);
    let place = if members().any(|c| c.headline || c.sentence <= 2) { 1.0 } else { 0.93 };
    let actors = match (m.authority.is_empty(), m.target.is_empty() && set.events[g.event].shape == Shape::Measure) {
        (false, false) => 1.0,
        (true, true) => 0.85,
        _ => 0.95,
    };
    let asserted = if members().all(|c| c.nominal || c.assessment.presupposed) { 0.9 } else { 1.0 };
    let told = if g.members.len() > 1 { 1.0 } else { 0.97 };
    let genre = if document.genres.iter().any(|x| {
        ["background", "analysis", "history", "anniversary", "archive"]
            .iter()
            .any(|k| x.to_ascii_lowercase().contains(k))
    }) {
        0.7
    } else {
        1.0
    };
    m.confidence_parts = vec![
        ("rule", rule),
        ("place", place),
        ("actors", actors),
        ("asserted", asserted),
        ("repeated", told),
        ("genre", genre),
    ];
    let product: f64 = m.confidence_parts.iter().map(|p| p.1).product();
    m.confidence = (product.min(0.99) * 1000.0).round() / 1000.0;
}
