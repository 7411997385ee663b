//! Links inside a document: "released 123 prisoners, following the decision to lift sanctions".
//!
//! Only a cue between two triggers of one sentence, or at the head of a sentence that holds both, makes a link; that two
//! events stand in one article does not.

use super::merge::Group;
use super::read::Candidate;
use super::set::RuleSet;
use super::{Evidence, Link, Role};
use crate::input::Document;
use crate::text::Tokens;

/// Finds the links between the groups of a document.
pub fn find(set: &RuleSet, document: &Document<'_>, candidates: &[Candidate], groups: &[Group]) -> Vec<Link> {
    let mut out: Vec<Link> = Vec::new();
    if groups.len() < 2 {
        return out;
    }
    let mut tokens = Tokens::default();
    for (i, a) in groups.iter().enumerate() {
        for (k, b) in groups.iter().enumerate().skip(i + 1) {
            let pair = a.members.iter().find_map(|x| {
                b.members.iter().find_map(|y| {
                    let (x, y) = (&candidates[*x], &candidates[*y]);
                    (x.field == y.field && x.sentence == y.sentence).then_some((x, y))
                })
            });
            let Some((x, y)) = pair else { continue };
            let (first, second, from_first) = if x.at < y.at { (x, y, true) } else { (y, x, false) };
            let text = document.fields[x.field].reading();
            let (early, late) = if from_first { (i, k) } else { (k, i) };
            // "A following B": A follows. "Following B, A": the cue heads the sentence and the later trigger follows.
            let mut found = cue_in(set, &mut tokens, text, first.at..second.at).map(|c| (c, early, late));
            if found.is_none() {
                found = cue_in(set, &mut tokens, text, first.sentence_span.start..first.at).map(|c| (c, late, early));
            }
            if let Some(((cue, span), from, to)) = found {
                out.push(Link {
                    from,
                    to,
                    relation: set.links[cue].relation,
                    cue: Evidence {
                        role: Role::Cue,
                        field: x.field,
                        start: span.start,
                        end: span.end,
                        rule: set.links[cue].id.clone(),
                    },
                });
            }
        }
    }
    out
}

/// The first link cue in a stretch of text: its index and its byte span.
fn cue_in(
    set: &RuleSet,
    tokens: &mut Tokens,
    text: &str,
    range: std::ops::Range<usize>,
) -> Option<(usize, std::ops::Range<usize>)> {
    let stretch = text.get(range.clone())?;
    tokens.read(stretch);
    let items = tokens.as_slice();
    for start in 0..items.len() {
        for (index, link) in set.links.iter().enumerate() {
            for cue in &link.cues {
                let mut at = start;
                let fits = cue.split(' ').all(|word| {
                    let same = items.get(at).is_some_and(|t| tokens.norm(t) == word);
                    at += 1;
                    same
                });
                if fits {
                    return Some((
                        index,
                        range.start + items[start].start as usize..range.start + items[at - 1].end as usize,
                    ));
                }
            }
        }
    }
    None
}
