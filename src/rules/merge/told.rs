//! What a document tells elsewhere of its measures and releases: names, numbers, and the party that its headline names.
//!
//! Which candidates make one mention is decided above.

use super::super::file::Shape;
use super::super::named::Named;
use super::super::read::Candidate;
use super::super::set::RuleSet;
use super::super::tally::Tally;
use super::super::{Evidence, Mention, Qualifier, Role};
use super::{Acting, Group, add_person, names};
use crate::input::Document;
use crate::lexicon::Symbol;

/// Adds the persons that the document names elsewhere: those it calls held or freed to a release, those it calls listed to
/// the measure told of nearest before them, and those behind the noun that the event's object has ("two judges" ... "Judges
/// A and B"). Never more than the event counts.
pub(super) fn name(
    set: &RuleSet,
    mentions: &mut [Mention],
    candidates: &[Candidate],
    groups: &[Group],
    named: &[Named],
) {
    for (k, (m, g)) in mentions.iter_mut().zip(groups).enumerate() {
        let people = set.events[g.event].shape == Shape::People;
        let first = groups.iter().position(|x| set.events[x.event].shape == set.events[g.event].shape) == Some(k);
        let nouns: Vec<Symbol> = g.members.iter().flat_map(|i| candidates[*i].slots.people.iter().copied()).collect();
        for n in named {
            let titled = n.title.is_some_and(|title| nouns.contains(&title));
            let belongs = if people {
                first && (n.captive || titled)
            } else {
                // A lone word is as often a firm; an official named elsewhere is as often who acts.
                let telling = n.name.contains([' ', '-']);
                (n.listed && telling || titled && !n.official)
                    && nearest(set, candidates, groups, &n.evidence, n.listed) == Some(k)
            };
            let surname = |c: &Candidate| c.slots.surnames.iter().any(|x| n.name.ends_with(&format!(" {x}")));
            let belongs = belongs || !people && g.members.iter().any(|i| surname(&candidates[*i]));
            let full = m.count.is_some_and(|c| c.qualifier == Qualifier::Exact && m.persons.len() as u32 >= c.value);
            if belongs && !full {
                add_person(&mut m.persons, &n.name);
                m.evidence.push(n.evidence.clone());
            }
        }
    }
}

/// The measure that is told of nearest before a place of the text, or in its sentence; none where the sentence itself tells
/// of another time (`own` asks for that).
fn nearest(set: &RuleSet, candidates: &[Candidate], groups: &[Group], place: &Evidence, own: bool) -> Option<usize> {
    let measure = |c: &&Candidate| set.events[c.event].shape == Shape::Measure && c.field == place.field;
    let here = |c: &&Candidate| c.sentence_span.contains(&place.start);
    let alerts = |c: &&Candidate| c.assessment.status.alerts() && !c.slots.blocked;
    if own
        && candidates.iter().filter(measure).any(|c| {
            here(&c)
                && !alerts(&c)
                && c.assessment.reason != "presupposed"
                && c.assessment.cue.as_deref() != Some("aside")
        })
        && !candidates.iter().filter(measure).any(|c| here(&c) && alerts(&c))
    {
        return None;
    }
    let distance = |g: &Group| {
        let members = || g.members.iter().map(|i| &candidates[*i]);
        members()
            .filter(|c| c.field <= place.field)
            .map(|c| match () {
                // A headline stands before the whole of the text.
                () if c.field < place.field => place.start + usize::from(u16::MAX),
                () if c.sentence_span.contains(&place.start) => 0,
                () if c.at <= place.start => place.start - c.at,
                () => usize::MAX - 1,
            })
            .min()
            .unwrap_or(usize::MAX)
    };
    (0..groups.len())
        .filter(|k| set.events[groups[*k].event].shape == Shape::Measure)
        .min_by_key(|k| distance(&groups[*k]))
}

/// How many a measure without a number hits: what a later sentence says of it ("The freeze applies to 81 people and nine
/// organisations"); a total that a sentence calls one takes the place of a part.
pub(super) fn tallies(
    set: &RuleSet,
    candidates: &[Candidate],
    mentions: &mut [Mention],
    groups: &[Group],
    tallies: &[Tally],
) {
    for t in tallies {
        let Some(k) = nearest(set, candidates, groups, &t.evidence[0], true) else { continue };
        let m = &mut mentions[k];
        let more = m.count.is_none_or(|c| c.value < t.count.value);
        let earlier = m
            .evidence
            .iter()
            .filter(|e| e.role == Role::Count)
            .all(|e| (e.field, e.start) > (t.evidence[0].field, t.evidence[0].start));
        if m.count.is_none() || more && (t.total || earlier) {
            m.count = Some(t.count);
            m.evidence.retain(|e| e.role != Role::Count);
            m.evidence.extend(t.evidence.iter().cloned());
        }
    }
}

/// The one other party that a headline names: whom a measure without a target hits.
pub(super) fn headline_target<'a>(
    set: &RuleSet,
    document: &Document<'_>,
    m: &Mention,
    acting: &'a [Acting],
) -> Option<&'a Acting> {
    let headline = document.fields.iter().position(|f| f.name == "headline")?;
    let usual = |name: &str| set.events.iter().any(|e| e.usual_authority.iter().any(|u| u == name));
    let mut others = acting.iter().filter(|a| {
        let name = set.lexicon.symbols().text(a.value);
        a.evidence.as_ref().is_some_and(|e| e.field == headline)
            && !m.authority.iter().any(|x| x == name)
            && !usual(name)
    });
    let first = others.next()?;
    others.all(|a| a.value == first.value).then_some(first)
}

/// A measure without a target hits the one other party that the headline names.
pub(super) fn targets(
    set: &RuleSet,
    document: &Document<'_>,
    mentions: &mut [Mention],
    groups: &[Group],
    acting: &[Acting],
) {
    for (m, g) in mentions.iter_mut().zip(groups) {
        if set.events[g.event].shape == Shape::Measure
            && m.target.is_empty()
            && !m.authority.is_empty()
            && let Some(a) = headline_target(set, document, m, acting)
        {
            m.target = names(set, &[a.value]);
            m.evidence.extend(a.evidence.iter().map(|e| Evidence { role: Role::Target, ..e.clone() }));
        }
    }
}
