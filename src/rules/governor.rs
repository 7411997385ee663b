//! What governs a word: the verb or noun above it, as far as a flat parse shows one.
//!
//! "agreed" over "to release", "decision" over "to lift", "call" over "for the release". What a governor makes of its
//! word is for `scope` to say.

use super::sentence::Sentence;
use crate::syntax::ChunkKind;

/// A word that governs a trigger: "agreed" over "to release", "decision" over "to lift", "call" over "for the release".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Governor {
    /// The chunk it stands in.
    pub chunk: usize,
    /// The unit.
    pub unit: usize,
    /// The preposition between it and what it governs, as unit index.
    pub via: Option<usize>,
}

impl Sentence<'_> {
    /// The word that governs the trigger in `chunk`, as far as grammar shows one.
    #[must_use]
    pub fn governor(&self, chunk: usize) -> Option<Governor> {
        let c = &self.chunks()[chunk];
        match c.kind {
            ChunkKind::Verb if c.verb.infinitive => self.infinitive_governor(chunk),
            ChunkKind::Verb if c.verb.gerund => self.gerund_governor(chunk),
            ChunkKind::Verb => self.clause_governor(chunk),
            ChunkKind::Noun => self.noun_governor(chunk),
            _ => None,
        }
    }

    fn at_head(&self, chunk: usize, via: Option<usize>) -> Governor {
        Governor { chunk, unit: usize::from(self.chunks()[chunk].head), via }
    }

    fn infinitive_governor(&self, chunk: usize) -> Option<Governor> {
        let mut at = chunk;
        for _ in 0..12 {
            at = at.checked_sub(1)?;
            match self.kind(at) {
                ChunkKind::Adverb | ChunkKind::Quote => {}
                ChunkKind::Verb => return Some(self.at_head(at, None)),
                ChunkKind::Conjunction | ChunkKind::Comma => {
                    // "to lift sanctions and (to) release": the first infinitive's governor.
                    let before = (0..at).rev().take(6).find(|k| self.kind(*k) == ChunkKind::Verb)?;
                    return if self.chunks()[before].verb.infinitive {
                        self.infinitive_governor(before)
                    } else {
                        Some(self.at_head(before, None))
                    };
                }
                ChunkKind::Noun => {
                    // "the decision by Japan to lift", "pressure on Iran to free": the noun governs over who is to act.
                    if at >= 2
                        && self.is_word(at - 1, &["by", "for", "on", "from", "to"])
                        && self.kind(at - 2) == ChunkKind::Noun
                    {
                        let via = Some(usize::from(self.chunks()[at - 1].head));
                        return Some(self.at_head(at - 2, via));
                    }
                    // "urged the EU to lift": the verb governs over its object; "decision to lift": the noun does.
                    let over = self.verb_before_object(at);
                    let noun = self.at_head(at, None);
                    match over {
                        // "Man who inspired a film to be freed": what stands in a relative clause governs nothing outside.
                        Some(v) if self.headline && v > 0 && self.kind(v - 1) == ChunkKind::Relative => return None,
                        Some(v) if !self.chunks()[v].verb.copula => {
                            return Some(Governor {
                                chunk: v,
                                unit: usize::from(self.chunks()[v].head),
                                via: Some(noun.unit),
                            });
                        }
                        Some(v) => {
                            return Some(Governor {
                                chunk: at,
                                unit: noun.unit,
                                via: Some(usize::from(self.chunks()[v].head)),
                            });
                        }
                        None => return Some(noun),
                    }
                }
                ChunkKind::Preposition => {}
                ChunkKind::Stop | ChunkKind::Subordinator | ChunkKind::Relative => return None,
            }
        }
        None
    }

    /// The verb chunk of which the noun phrase (with its prepositional chain) is the object.
    fn verb_before_object(&self, noun: usize) -> Option<usize> {
        let first = {
            let mut at = noun;
            while at >= 2 && self.kind(at - 1) == ChunkKind::Preposition && self.kind(at - 2) == ChunkKind::Noun {
                at -= 2;
            }
            at
        };
        let mut at = first.checked_sub(1)?;
        while at > 0 && matches!(self.kind(at), ChunkKind::Adverb | ChunkKind::Quote) {
            at -= 1;
        }
        match self.kind(at) {
            ChunkKind::Verb => Some(at),
            // "called on the EU to lift": the verb governs over its preposition.
            ChunkKind::Preposition if at > 0 && self.kind(at - 1) == ChunkKind::Verb => Some(at - 1),
            _ => None,
        }
    }

    fn gerund_governor(&self, chunk: usize) -> Option<Governor> {
        let mut at = chunk.checked_sub(1)?;
        while at > 0 && matches!(self.kind(at), ChunkKind::Adverb | ChunkKind::Quote) {
            at -= 1;
        }
        match self.kind(at) {
            // "a resolution imposing sanctions".
            ChunkKind::Verb | ChunkKind::Noun => Some(self.at_head(at, None)),
            ChunkKind::Preposition | ChunkKind::Subordinator => {
                let via = Some(usize::from(self.chunks()[at].head));
                let before = at.checked_sub(1)?;
                match self.kind(before) {
                    ChunkKind::Noun | ChunkKind::Verb => Some(self.at_head(before, via)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// "said that Belarus had freed", "if the US lifts": the verb of the clause above, when it directly precedes.
    fn clause_governor(&self, chunk: usize) -> Option<Governor> {
        let subject = self.subject(chunk)?;
        let mut at = subject.checked_sub(1)?;
        while at > 0 && matches!(self.kind(at), ChunkKind::Adverb | ChunkKind::Quote) {
            at -= 1;
        }
        match self.kind(at) {
            // "said that", "hopes that", "asked whether"; what stands before "as" or "after" does not govern the clause.
            ChunkKind::Subordinator if self.is_word(at, &["that", "whether", "if"]) => {
                let via = Some(usize::from(self.chunks()[at].head));
                self.head_before(at).map(|head| self.at_head(head, via))
            }
            // "told reporters the EU had lifted", "said on Friday it would free".
            ChunkKind::Noun if self.kind(subject) == ChunkKind::Noun => {
                let verb = self.head_before(subject).filter(|k| self.kind(*k) == ChunkKind::Verb)?;
                let says = self.units()[usize::from(self.chunks()[verb].head)].classes.meets(&self.grammar.say);
                (says && self.is_finite(verb)).then(|| self.at_head(verb, None))
            }
            ChunkKind::Verb if !self.chunks()[at].verb.copula => Some(self.at_head(at, None)),
            _ => None,
        }
    }

    /// What governs a clause that begins at `at`: the verb or noun before it, over times and those spoken to: "told
    /// reporters on Friday that", "a report that".
    fn head_before(&self, at: usize) -> Option<usize> {
        let mut k = at;
        for _ in 0..8 {
            k = k.checked_sub(1)?;
            match self.kind(k) {
                ChunkKind::Verb => return Some(k),
                ChunkKind::Adverb | ChunkKind::Quote => {}
                ChunkKind::Noun if self.temporal(k) => {
                    if k > 0 && self.kind(k - 1) == ChunkKind::Preposition {
                        k -= 1;
                    }
                }
                ChunkKind::Noun => {
                    let spoken_to = k > 0
                        && self.kind(k - 1) == ChunkKind::Verb
                        && self.units()[usize::from(self.chunks()[k - 1].head)].classes.meets(&self.grammar.say);
                    return Some(if spoken_to { k - 1 } else { k });
                }
                _ => return None,
            }
        }
        None
    }

    fn noun_governor(&self, chunk: usize) -> Option<Governor> {
        let mut first = chunk;
        let mut via = None;
        for _ in 0..4 {
            let mut at = first.checked_sub(1)?;
            while at > 0 && matches!(self.kind(at), ChunkKind::Adverb | ChunkKind::Quote) {
                at -= 1;
            }
            match self.kind(at) {
                ChunkKind::Verb => return Some(self.at_head(at, via)),
                // "announced a truce for the holiday, alongside a prisoner exchange": as if "and" stood there.
                ChunkKind::Preposition
                    if self.is_word(at, &["alongside", "along with", "together with", "as well as"]) =>
                {
                    let verb = (0..at)
                        .rev()
                        .take_while(|k| !matches!(self.kind(*k), ChunkKind::Stop | ChunkKind::Subordinator))
                        .find(|k| self.kind(*k) == ChunkKind::Verb)?;
                    return Some(self.at_head(verb, None));
                }
                ChunkKind::Preposition => {
                    via = Some(usize::from(self.chunks()[at].head));
                    let mut before = at.checked_sub(1)?;
                    // "agreed on Friday on a package": a time between the two governs nothing.
                    if before >= 2 && self.temporal(before) {
                        before -= 1 + usize::from(self.kind(before - 1) == ChunkKind::Preposition);
                    }
                    match self.kind(before) {
                        ChunkKind::Verb | ChunkKind::Noun => return Some(self.at_head(before, via)),
                        _ => return None,
                    }
                }
                ChunkKind::Conjunction | ChunkKind::Comma if at > 0 && self.kind(at - 1) == ChunkKind::Noun => {
                    first = at - 1
                }
                // "optimism that a deal to free the hostages is near": the deal stands in the clause of the optimism.
                ChunkKind::Subordinator if self.is_word(at, &["that", "whether", "if"]) => {
                    via = Some(usize::from(self.chunks()[at].head));
                    let before = at.checked_sub(1)?;
                    return matches!(self.kind(before), ChunkKind::Verb | ChunkKind::Noun)
                        .then(|| self.at_head(before, via));
                }
                _ => return None,
            }
        }
        None
    }
}
