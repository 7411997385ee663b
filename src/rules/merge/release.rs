//! Releases alone: who held the people where no sentence of the event says so, and the other half of an exchange.
//!
//! What releases and measures share stays in the room above.

use super::super::file::Shape;
use super::super::read::Candidate;
use super::super::set::RuleSet;
use super::super::{Evidence, Mention, Role};
use super::{Group, Topic, names};
use crate::lexicon::Symbol;

/// A release without anybody who releases is by whoever the document says held the people.
pub(super) fn captors(set: &RuleSet, mentions: &mut [Mention], groups: &[Group], held: &[(Symbol, Evidence)]) {
    for (m, g) in mentions.iter_mut().zip(groups) {
        if set.events[g.event].shape == Shape::People && m.authority.is_empty() {
            let symbols: Vec<Symbol> = held.iter().map(|h| h.0).collect();
            m.authority = names(set, &symbols);
            m.target.retain(|t| !m.authority.contains(t));
            m.evidence.extend(held.iter().map(|h| h.1.clone()));
        }
    }
}

/// Prisoners that nobody is said to hold are those of the one state that the text is about, speakers set aside: "Trump said
/// the attack on Venezuela was off after some political prisoners were released".
pub(super) fn about(
    set: &RuleSet,
    mentions: &mut [Mention],
    candidates: &[Candidate],
    groups: &[Group],
    topics: &[Topic],
) {
    let states = |speakers: bool| {
        let said: Vec<Symbol> = topics.iter().filter(|t| t.speaks).map(|t| t.value).collect();
        let mut all: Vec<Symbol> = topics.iter().map(|t| t.value).filter(|v| speakers || !said.contains(v)).collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    let (silent, all) = (states(false), states(true));
    let one = if silent.len() == 1 { silent } else { all.clone() };
    let [state] = one.as_slice() else { return };
    for (m, g) in mentions.iter_mut().zip(groups) {
        let people = set.events[g.event].shape == Shape::People;
        let held = g.members.iter().any(|i| candidates[*i].slots.prisoners);
        let code = set.lexicon.symbols().text(*state);
        let home = g.members.iter().any(|i| candidates[*i].slots.home);
        let alone = home && all.len() == 1 && m.target.iter().all(|t| t == code);
        if people && held && m.authority.is_empty() && alone {
            // "Indian opposition leader X was released", where no other state is named.
            m.target.clear();
        }
        if people && held && m.authority.is_empty() && m.target.is_empty() {
            m.authority = vec![code.to_owned()];
            m.evidence.extend(topics.iter().find(|t| t.value == *state).map(|t| t.evidence.clone()));
        }
    }
}

/// An exchange is two releases: when one side frees nationals of the other in a swap, the other frees some in return.
pub(super) fn mirror(set: &RuleSet, mentions: &mut Vec<Mention>, groups: &mut Vec<Group>, candidates: &[Candidate]) {
    for k in 0..mentions.len() {
        let (m, event) = (&mentions[k], groups[k].event);
        if set.events[event].shape != Shape::People || m.authority.is_empty() || m.target.is_empty() {
            continue;
        }
        let one_sided = m.authority.len() == 1 && !m.target.contains(&m.authority[0]);
        let told = mentions
            .iter()
            .zip(groups.iter())
            .any(|(other, g)| g.event == event && !other.authority.iter().any(|a| m.authority.contains(a)));
        let real = |c: &&Candidate| {
            c.event == event
                && !c.slots.blocked
                && (c.assessment.status.alerts() || matches!(c.assessment.reason, "presupposed" | "background"))
        };
        let swap = candidates.iter().enumerate().find(|(_, c)| {
            real(c) && (set.rules[c.rule].subtype.as_deref() == Some("exchange") || c.slots.traded.is_some())
        });
        let traded = candidates.iter().filter(real).find_map(|c| c.slots.traded.as_ref());
        if one_sided && told {
            // "Hamas releases 12 captives", "Israel frees 30 Palestinians in exchange for 10 Israelis": whose they were.
            let nations = traded.map(|t| names(set, &t.1)).unwrap_or_default();
            let own = m.authority.clone();
            let others = mentions.iter_mut().zip(groups.iter()).filter(|(_, g)| g.event == event);
            for (other, _) in others.filter(|(o, _)| o.target.is_empty() && o.authority != own) {
                other.target = nations.iter().filter(|n| is_state(n)).cloned().collect();
            }
            continue;
        }
        let Some((index, _)) = swap.filter(|_| one_sided && !told) else { continue };
        // Traded for nationals of a third side: then who frees those is not said.
        let nations = traded.map(|t| names(set, &t.1)).unwrap_or_default();
        // An armed group's own people come back under their nation's name: Palestinians for hostages of Hamas.
        let group = !m.authority.iter().any(is_state);
        if !nations.is_empty() && !group && !nations.iter().any(|n| m.authority.contains(n)) {
            continue;
        }
        let mut back = m.clone();
        std::mem::swap(&mut back.authority, &mut back.target);
        if group && !nations.is_empty() {
            back.target = nations;
        }
        if back.authority.len() > 1 {
            // Of two nationalities neither need be a party: who frees somebody for a dual national is not said.
            back.authority.clear();
        }
        for e in &mut back.evidence {
            e.role = match e.role {
                Role::Authority => Role::Target,
                Role::Target => Role::Authority,
                other => other,
            };
        }
        back.evidence.retain(|e| matches!(e.role, Role::Trigger | Role::Authority | Role::Target | Role::Object));
        back.target.retain(is_state);
        back.count = traded.and_then(|t| t.0);
        back.persons = candidates.iter().filter(real).flat_map(|c| c.slots.traded_persons.iter().cloned()).collect();
        back.persons.dedup();
        back.parts.clear();
        back.destination.clear();
        back.remaining = None;
        back.subtype = Some("exchange".to_owned());
        mentions.push(back);
        groups.push(Group { event, members: vec![index] });
        return;
    }
}

/// Two states that exchange captives each free the other's: who is freed is of both.
pub(super) fn mutual(set: &RuleSet, mentions: &mut [Mention], groups: &[Group]) {
    for (m, g) in mentions.iter_mut().zip(groups) {
        let exchange = set.events[g.event].shape == Shape::People && m.subtype.as_deref() == Some("exchange");
        if exchange && m.target.is_empty() && m.authority.len() == 2 && m.authority.iter().all(is_state) {
            m.target.clone_from(&m.authority);
            let spans: Vec<Evidence> = m.evidence.iter().filter(|e| e.role == Role::Authority).cloned().collect();
            m.evidence.extend(spans.into_iter().map(|e| Evidence { role: Role::Target, ..e }));
        }
    }
}

/// Whether a party is told by the code of a state, and not by a name.
#[expect(clippy::ptr_arg, reason = "it is asked of the items of lists of strings")]
fn is_state(party: &String) -> bool {
    party.len() == 2 && party.bytes().all(|b| b.is_ascii_uppercase())
}
