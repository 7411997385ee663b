//! Reading a parsed sentence: heads, complements, subjects, objects, governors.
//!
//! The questions that rules ask of grammar, each answered by walking the chunk list. No event knowledge here.

mod time;

use crate::lexicon::{Lexicon, Symbol};
use crate::syntax::{Chunk, ChunkKind, Grammar, Parse, Unit, UnitKind};
use crate::text::Tokens;

use super::index::Heard;
use super::words::Words;

/// One parsed sentence of one field, with everything needed to ask about it.
#[derive(Clone, Copy)]
pub struct Sentence<'a> {
    /// The lexicon that made the units.
    pub lexicon: &'a Lexicon,
    /// The classes that grammar knows.
    pub grammar: &'a Grammar,
    /// The field's tokens.
    pub tokens: &'a Tokens,
    /// The field's text.
    pub text: &'a str,
    /// Units and chunks.
    pub parse: &'a Parse,
    /// The rules and scope cues that its words can concern.
    pub heard: &'a Heard,
    /// Index of the field in the document.
    pub field: usize,
    /// Whether the sentence is a headline or title.
    pub headline: bool,
    /// Whether it stands in an official notice.
    pub notice: bool,
}

impl<'a> Sentence<'a> {
    /// The units.
    #[must_use]
    pub fn units(&self) -> &'a [Unit] {
        &self.parse.units
    }

    /// The chunks.
    #[must_use]
    pub fn chunks(&self) -> &'a [Chunk] {
        &self.parse.chunks
    }

    /// The units of a chunk.
    #[must_use]
    pub fn units_of(&self, chunk: usize) -> std::ops::Range<usize> {
        let c = &self.chunks()[chunk];
        usize::from(c.first)..usize::from(c.last)
    }

    /// Folded form of a unit's first token.
    #[must_use]
    pub fn norm(&self, unit: usize) -> &'a str {
        self.tokens.norm(&self.tokens.as_slice()[self.units()[unit].first as usize])
    }

    /// Byte span of units `first..last`.
    #[must_use]
    pub fn span(&self, first: usize, last: usize) -> std::ops::Range<usize> {
        let items = self.tokens.as_slice();
        let (a, b) = (&self.units()[first], &self.units()[last - 1]);
        items[a.first as usize].start as usize..items[b.last as usize - 1].end as usize
    }

    /// The text of units `first..last`.
    #[must_use]
    pub fn quote(&self, first: usize, last: usize) -> &'a str {
        &self.text[self.span(first, last)]
    }

    /// The kind of a chunk, or `Stop` beyond either end.
    #[must_use]
    pub fn kind(&self, chunk: usize) -> ChunkKind {
        self.chunks().get(chunk).map_or(ChunkKind::Stop, |c| c.kind)
    }

    /// The unit as one folded string: for an entry of several words its lemma, "with respect to".
    #[must_use]
    pub fn word(&self, unit: usize) -> &'a str {
        let u = &self.units()[unit];
        if u.last > u.first + 1
            && let Some(entry) = self.lexicon.entries(&u.senses).first()
        {
            return self.lexicon.symbols().text(entry.lemma);
        }
        self.norm(unit)
    }

    /// Whether a preposition chunk is one of the given words.
    #[must_use]
    pub fn is_word(&self, chunk: usize, words: &[&str]) -> bool {
        self.chunks().get(chunk).is_some_and(|c| words.contains(&self.word(usize::from(c.head))))
    }

    /// First unit of the noun phrase behind the last possessive: "Belarus's [political prisoners]".
    #[must_use]
    pub fn core_start(&self, chunk: usize) -> usize {
        let range = self.units_of(chunk);
        range.clone().rev().find(|u| self.units()[*u].kind == UnitKind::Possessive).map_or(range.start, |u| u + 1)
    }

    /// The first unit of a noun phrase, behind its possessor, that matches.
    #[must_use]
    pub fn find_in(&self, chunk: usize, words: &Words) -> Option<usize> {
        if self.kind(chunk) != ChunkKind::Noun {
            return None;
        }
        (self.core_start(chunk)..self.units_of(chunk).end)
            .rev()
            .find(|u| self.units()[*u].kind != UnitKind::Possessive && words.matches(self.lexicon, &self.units()[*u]))
    }

    /// Chunks behind `chunk` that complement it: (preposition chunk, noun chunk), over "of the X in the Y on Z" and
    /// lists. Stops at verbs, clause openers and signs.
    pub fn complements(&self, chunk: usize, mut each: impl FnMut(usize, usize)) {
        let mut at = chunk + 1;
        let mut last_prep = None;
        loop {
            match self.kind(at) {
                ChunkKind::Preposition if self.kind(at + 1) == ChunkKind::Noun => {
                    last_prep = Some(at);
                    each(at, at + 1);
                    at += 2;
                }
                // "release of 'a significant number' of prisoners", "from the 'unverified list'".
                ChunkKind::Preposition
                    if self.kind(at + 1) == ChunkKind::Quote && self.kind(at + 2) == ChunkKind::Noun =>
                {
                    last_prep = Some(at);
                    each(at, at + 2);
                    at += 3;
                }
                // "an 'important number' of prisoners".
                ChunkKind::Quote => at += 1,
                // "as well as", "both ... and": lists share the last preposition.
                // "sanctions on officials, but those on the president remain".
                ChunkKind::Comma | ChunkKind::Conjunction if self.adversative(at) => return,
                ChunkKind::Comma | ChunkKind::Conjunction => {
                    let mut next = at + 1;
                    while matches!(self.kind(next), ChunkKind::Conjunction | ChunkKind::Adverb) {
                        next += 1;
                    }
                    let lists = self.kind(next) == ChunkKind::Preposition
                        && self.is_word(
                            next,
                            &["including", "such as", "among", "alongside", "along with", "together with"],
                        );
                    if lists || self.kind(next) == ChunkKind::Preposition && self.kind(next + 1) == ChunkKind::Noun {
                        at = next;
                        continue;
                    }
                    if self.kind(next) != ChunkKind::Noun || self.heads_clause(next) {
                        return;
                    }
                    // Before the first preposition a list only goes on: "12 people and eight entities to its list".
                    if let Some(prep) = last_prep {
                        each(prep, next);
                    }
                    at = next + 1;
                }
                // "sanctions on officials but not on the president".
                ChunkKind::Adverb if self.units()[usize::from(self.chunks()[at].head)].kind == UnitKind::Negation => {
                    return;
                }
                ChunkKind::Adverb => at += 1,
                _ => return,
            }
        }
    }

    /// Whether a joint is "but", with or without its comma.
    fn adversative(&self, joint: usize) -> bool {
        let but = |k: usize| self.kind(k) == ChunkKind::Conjunction && self.is_word(k, &["but"]);
        but(joint) || self.kind(joint) == ChunkKind::Comma && but(joint + 1)
    }

    /// Whether a verb begins a clause behind a noun phrase; "entities linked to the abuses" goes on with the phrase.
    fn opens_clause(&self, verb: usize) -> bool {
        // "sanctions on potash, envoy X said in Minsk": who speaks is no further part of a list.
        let says = |v: usize| self.units()[usize::from(self.chunks()[v].head)].classes.meets(&self.grammar.say);
        self.is_finite(verb)
            && !(self.chunks()[verb].verb.bare_participle
                && self.kind(verb + 1) == ChunkKind::Preposition
                && !says(verb))
    }

    /// Whether a noun phrase, with what it is "of", is the subject of a clause of its own: ", the head of the commission
    /// announced".
    #[must_use]
    pub fn heads_clause(&self, noun: usize) -> bool {
        let mut at = noun + 1;
        while self.kind(at) == ChunkKind::Preposition && self.kind(at + 1) == ChunkKind::Noun && !self.temporal(at + 1)
        {
            at += 2;
        }
        self.opens_clause(at)
    }

    /// Noun phrases coordinated with `chunk` to its right: "prisoners, including X, Y and Z".
    pub fn coordinated(&self, chunk: usize, mut each: impl FnMut(usize)) {
        let mut at = chunk + 1;
        loop {
            match self.kind(at) {
                // "sanctions on officials, but those on the president remain".
                ChunkKind::Comma | ChunkKind::Conjunction if self.adversative(at) => return,
                ChunkKind::Comma | ChunkKind::Conjunction => {
                    let mut next = at + 1;
                    while matches!(self.kind(next), ChunkKind::Conjunction | ChunkKind::Adverb) {
                        next += 1;
                    }
                    if self.kind(next) != ChunkKind::Noun || self.heads_clause(next) {
                        return;
                    }
                    each(next);
                    at = next + 1;
                }
                ChunkKind::Preposition if self.is_word(at, &["of"]) && self.kind(at + 1) == ChunkKind::Noun => at += 2,
                ChunkKind::Adverb => at += 1,
                _ => return,
            }
        }
    }

    /// Whether a verb chunk is finite, i.e. can have a subject of its own.
    #[must_use]
    pub fn is_finite(&self, chunk: usize) -> bool {
        let Some(c) = self.chunks().get(chunk) else { return false };
        c.kind == ChunkKind::Verb && !c.verb.infinitive && !c.verb.gerund
    }

    /// The object of a verb chunk: the noun phrase directly to its right.
    #[must_use]
    pub fn object(&self, verb: usize) -> Option<usize> {
        let mut at = verb + 1;
        while matches!(self.kind(at), ChunkKind::Adverb | ChunkKind::Quote) {
            at += 1;
        }
        // "released and deported 12 prisoners": the object that two verbs share.
        if self.kind(at) == ChunkKind::Conjunction
            && self.kind(at + 1) == ChunkKind::Verb
            && self.is_finite(verb) == self.is_finite(at + 1)
            && !self.chunks()[at + 1].verb.copula
        {
            return self.object(at + 1);
        }
        // "extended for a year travel restrictions": the object shares a phrase with the time before it.
        if self.is_word(at, &["for"]) && self.kind(at + 1) == ChunkKind::Noun && self.opens_with_time(at + 1) {
            return Some(at + 1);
        }
        // "removed from the list the names of ten persons": the object behind a complement.
        if self.kind(at) == ChunkKind::Preposition && self.kind(at + 1) == ChunkKind::Noun {
            let behind = self.behind_parenthesis(at + 2);
            if self.kind(behind) == ChunkKind::Noun {
                return Some(behind);
            }
        }
        // "said sanctions relief could follow": the subject of a clause is no object.
        let clause = |noun: usize| {
            self.predicate(noun).is_some_and(|p| !self.chunks()[p].verb.bare_participle)
                && !self.chunks()[verb].verb.infinitive
        };
        // "released alive": an adjective alone is no object.
        let bare = |noun: usize| self.units_of(noun).all(|u| self.units()[u].classes.meets(&self.grammar.adjective));
        (self.kind(at) == ChunkKind::Noun && !clause(at) && !bare(at)).then_some(at)
    }

    /// The chunk behind a parenthesis that opens at `at`: "the list (SDN List) [the names]"; `at` itself where none does.
    fn behind_parenthesis(&self, at: usize) -> usize {
        if !self.sign(at, "(") {
            return at;
        }
        (at + 1..(at + 8).min(self.chunks().len())).find(|k| self.sign(*k, ")")).map_or(at, |k| k + 1)
    }

    /// Whether a chunk is that sign.
    #[must_use]
    pub fn sign(&self, chunk: usize, sign: &str) -> bool {
        self.kind(chunk) == ChunkKind::Stop
            && self.chunks().get(chunk).is_some_and(|c| self.norm(usize::from(c.head)) == sign)
    }

    /// The grammatical subject of a verb chunk: the head noun phrase to its left, over complements, parentheses and
    /// relative pronouns; for coordinated groups that of the group before.
    #[must_use]
    pub fn subject(&self, verb: usize) -> Option<usize> {
        // "Ottawa acted on Friday, imposing sanctions": the participle shares the subject of the main verb.
        if self.chunks()[verb].verb.gerund && verb > 0 && self.kind(verb - 1) == ChunkKind::Comma {
            let main = (0..verb)
                .rev()
                .take_while(|k| !matches!(self.kind(*k), ChunkKind::Stop | ChunkKind::Subordinator))
                .find(|k| self.is_finite(*k))?;
            return self.subject(main);
        }
        // "responded by adding firms", "left after freeing them": so does a gerund behind such a preposition.
        if self.chunks()[verb].verb.gerund
            && verb > 0
            && matches!(self.kind(verb - 1), ChunkKind::Preposition | ChunkKind::Subordinator)
            && self.is_word(
                verb - 1,
                &["by", "after", "before", "since", "when", "while", "upon", "without", "instead of", "in"],
            )
        {
            let main = (0..verb - 1)
                .rev()
                .take_while(|k| !matches!(self.kind(*k), ChunkKind::Stop | ChunkKind::Subordinator))
                .find(|k| self.is_finite(*k))?;
            return self.subject(main);
        }
        let mut at = verb;
        let mut commas = 0;
        for _ in 0..40 {
            at = at.checked_sub(1)?;
            match self.kind(at) {
                ChunkKind::Adverb | ChunkKind::Quote => {}
                ChunkKind::Relative => {
                    // "the prisoners who were freed": the antecedent.
                    let mut k = at;
                    while k > 0 {
                        k -= 1;
                        match self.kind(k) {
                            ChunkKind::Comma | ChunkKind::Preposition | ChunkKind::Adverb | ChunkKind::Quote => {}
                            ChunkKind::Noun => return Some(k),
                            _ => return None,
                        }
                    }
                    return None;
                }
                ChunkKind::Noun => {
                    let first = self.first_of_chain(at);
                    // "the man who ran the hotel is to be freed", "civilians who were held in Belarus came home": what
                    // stands inside a relative clause is no subject; its antecedent is.
                    let mut inner = first;
                    while inner >= 2
                        && self.kind(inner - 1) == ChunkKind::Preposition
                        && self.kind(inner - 2) != ChunkKind::Verb
                    {
                        inner -= 1;
                    }
                    inner -= usize::from(inner > 0 && self.kind(inner - 1) == ChunkKind::Preposition);
                    if inner >= 2
                        && self.kind(inner - 1) == ChunkKind::Verb
                        && self.kind(inner - 2) == ChunkKind::Relative
                    {
                        let antecedent = (0..inner - 2).rev().find(|k| self.kind(*k) == ChunkKind::Noun);
                        return antecedent.map(|k| self.first_of_chain(k));
                    }
                    // "a couple held by the Taliban were freed": what completes a reduced relative is no subject.
                    if first >= 3
                        && self.kind(first - 1) == ChunkKind::Preposition
                        && self.kind(first - 2) == ChunkKind::Verb
                        && self.chunks()[first - 2].verb.bare_participle
                        && self.kind(first - 3) == ChunkKind::Noun
                    {
                        return Some(self.first_of_chain(first - 3));
                    }
                    // "Footage of a man carrying his victim was released": what a describing gerund has as object.
                    if first >= 2
                        && self.kind(first - 1) == ChunkKind::Verb
                        && self.chunks()[first - 1].verb.gerund
                        && self.kind(first - 2) == ChunkKind::Noun
                        && verb > at
                    {
                        return Some(self.first_of_chain(first - 2));
                    }
                    // "The EU's decision to lift sanctions was announced": the object of the infinitive is no subject.
                    if inner >= 2 && self.kind(inner - 1) == ChunkKind::Verb && verb > at {
                        let c = &self.chunks()[inner - 1].verb;
                        if c.infinitive && self.kind(inner - 2) == ChunkKind::Noun {
                            return Some(self.first_of_chain(inner - 2));
                        }
                    }
                    return Some(first);
                }
                ChunkKind::Comma
                    if at > 0 && self.kind(at - 1) == ChunkKind::Verb && at + 1 == verb && self.headline =>
                {
                    // "Nicaragua frees, expels 222 dissidents": a headline's comma stands for "and".
                    return self.subject(at - 1);
                }
                ChunkKind::Comma => {
                    // ", ... ," between subject and verb: jump to the comma before, if there is one.
                    commas += 1;
                    let open = (0..at).rev().find(|k| matches!(self.kind(*k), ChunkKind::Comma | ChunkKind::Stop));
                    match open {
                        Some(open) if commas == 1 && self.kind(open) == ChunkKind::Comma => at = open,
                        _ => return None,
                    }
                }
                ChunkKind::Conjunction => {
                    let before = (0..at).rev().find(|k| self.kind(*k) == ChunkKind::Verb)?;
                    return self.subject(before);
                }
                ChunkKind::Verb => {
                    // "prisoners freed on Monday were flown": a reduced participle belongs to its noun.
                    if self.chunks()[at].verb.bare_participle && at > 0 && self.kind(at - 1) == ChunkKind::Noun {
                        continue;
                    }
                    // "two nuns who had been abducted were freed": the relative clause belongs to its noun.
                    if at > 0 && self.kind(at - 1) == ChunkKind::Relative {
                        continue;
                    }
                    // An infinitive or gerund shares the subject of what governs it.
                    let c = &self.chunks()[verb].verb;
                    return if c.infinitive || c.gerund { self.subject(at) } else { None };
                }
                // "the Treasury (OFAC) has listed": over a parenthesis.
                ChunkKind::Stop if self.sign(at, ")") => {
                    at = (at.saturating_sub(8)..at).rev().find(|k| self.sign(*k, "("))?;
                }
                ChunkKind::Preposition | ChunkKind::Stop | ChunkKind::Subordinator => return None,
            }
        }
        None
    }

    /// Follows "NP of NP in NP" to the left, to the first noun phrase; the first of a list as well.
    #[must_use]
    pub fn first_of_chain(&self, mut at: usize) -> usize {
        // A comma belongs to a list that has an "and" further right, or to a headline; else it ends a phrase in front.
        let mut list = self.headline;
        while at >= 2 {
            if self.kind(at - 1) == ChunkKind::Preposition && self.kind(at - 2) == ChunkKind::Noun {
                at -= 2;
            } else if self.kind(at - 1) == ChunkKind::Conjunction
                && self.kind(at - 2) == ChunkKind::Comma
                && at >= 3
                && self.kind(at - 3) == ChunkKind::Noun
                && !self.temporal(at - 3)
            {
                // "Britain, Canada, and Australia".
                list = true;
                at -= 3;
            } else if matches!(self.kind(at - 1), ChunkKind::Conjunction | ChunkKind::Comma)
                && self.kind(at - 2) == ChunkKind::Noun
                && !self.temporal(at - 2)
                && !(self.kind(at - 1) == ChunkKind::Comma && (!list || self.fronted(at - 2)))
            {
                list |= self.kind(at - 1) == ChunkKind::Conjunction;
                at -= 2;
            } else if self.kind(at - 1) == ChunkKind::Comma && self.kind(at - 2) == ChunkKind::Noun && self.located(at)
            {
                // "three churches in Kaduna State, Nigeria": the country behind a place goes with it.
                at -= 2;
            } else {
                break;
            }
        }
        at
    }

    /// Whether a noun phrase is one actor behind the comma of a place: "in Kaduna State, Nigeria".
    fn located(&self, chunk: usize) -> bool {
        let range = self.units_of(chunk);
        range.len() == 1
            && self.units()[range.start].classes.meets(&self.grammar.actor)
            && chunk >= 3
            && self.units()[usize::from(self.chunks()[chunk - 2].first)].capital
            && self.is_word(chunk - 3, &["in", "at", "near", "from", "outside"])
    }

    /// Whether a noun phrase ends a phrase that opens its sentence: "Despite protests, ...", "Under the agreement, ...".
    fn fronted(&self, mut at: usize) -> bool {
        while at >= 2 && self.kind(at - 1) == ChunkKind::Preposition && self.kind(at - 2) == ChunkKind::Noun {
            at -= 2;
        }
        at == 1 && matches!(self.kind(0), ChunkKind::Preposition | ChunkKind::Subordinator | ChunkKind::Adverb)
            || at >= 2
                && matches!(self.kind(at - 1), ChunkKind::Preposition | ChunkKind::Subordinator)
                && matches!(self.kind(at - 2), ChunkKind::Stop | ChunkKind::Quote)
    }

    /// The noun phrases between a first one and a verb to its right that commas and conjunctions list: "a US aid worker
    /// and a French journalist [were freed]".
    pub fn listed_before(&self, first: usize, verb: usize, mut each: impl FnMut(usize)) {
        let mut at = first + 1;
        while at + 1 < verb {
            match (self.kind(at), self.kind(at + 1)) {
                (ChunkKind::Comma | ChunkKind::Conjunction, ChunkKind::Noun) => {
                    each(at + 1);
                    at += 2;
                }
                (ChunkKind::Comma, ChunkKind::Conjunction) => at += 1,
                (ChunkKind::Preposition, ChunkKind::Noun) => at += 2,
                _ => return,
            }
        }
    }

    /// The finite verb of which the noun phrase is the subject.
    #[must_use]
    pub fn predicate(&self, noun: usize) -> Option<usize> {
        let mut at = noun + 1;
        for _ in 0..14 {
            match self.kind(at) {
                ChunkKind::Verb if self.is_finite(at) => return Some(at),
                // "visa bans on officials it accuses": a pronoun behind a noun opens a clause of its own.
                ChunkKind::Noun if self.kind(at - 1) == ChunkKind::Noun && self.is_pronoun(at) => return None,
                // "the 225 prisoners the government has recognised": so does one with an article.
                ChunkKind::Noun
                    if self.kind(at - 1) == ChunkKind::Noun
                        && at == noun + 1
                        && !self.temporal(noun)
                        && self.norm(self.units_of(at).start) == "the" =>
                {
                    return None;
                }
                ChunkKind::Preposition | ChunkKind::Noun | ChunkKind::Adverb => at += 1,
                _ => return None,
            }
        }
        None
    }

    /// Whether a noun phrase is who speaks in the sentence: the subject of a finite verb of saying behind it.
    #[must_use]
    pub fn subject_of_saying(&self, noun: usize) -> bool {
        (noun + 1..self.chunks().len()).any(|v| {
            let says = self.units()[usize::from(self.chunks()[v].head)].classes.meets(&self.grammar.say);
            says && self.is_finite(v)
                && !self.chunks()[v].verb.passive
                && self.subject(v).is_some_and(|n| n == self.first_of_chain(noun))
        })
    }

    /// Whether a noun phrase is a pronoun.
    fn is_pronoun(&self, chunk: usize) -> bool {
        self.units()[usize::from(self.chunks()[chunk].head)].kind == UnitKind::Pronoun
    }

    /// Lemma of a verb unit.
    #[must_use]
    pub fn lemma(&self, unit: usize) -> Option<Symbol> {
        let senses = self.lexicon.entries(&self.units()[unit].senses);
        senses.iter().find(|e| e.verb).or_else(|| senses.first()).map(|e| e.lemma)
    }
}
