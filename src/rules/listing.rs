//! Who is on a list: the noun phrases that a sentence calls sanctioned, listed or delisted beside the words of the event.
//!
//! "The sanctions target A and B", "Those removed from the list are A, B and C", "A also had his name removed", and the
//! lines of a list that a sentence opens with a colon. Which of the names are persons, and which event they belong to, is
//! not for this room to say.

use super::actor::persons_in;
use super::sentence::Sentence;
use super::set::RuleSet;
use crate::syntax::{ChunkKind, UnitKind};

/// Prepositions that lead to examples.
const INCLUDING: &[&str] = &["including", "such as", "among", "namely"];

/// What a sentence leaves to the next.
#[derive(Clone, Copy, Debug, Default)]
pub struct Left {
    /// It opened a list, whose members follow line by line.
    open: bool,
    /// It told of those who remain, whom "they" then are.
    staying: bool,
    /// It told of those who are listed, whom "they" then are.
    told: bool,
}

/// The noun phrases of a sentence that are listed, and what the sentence leaves to the next.
pub fn listed(set: &RuleSet, s: &Sentence<'_>, left: &mut Left) -> Vec<bool> {
    let mut r = Reader { set, s, left: *left, on: vec![false; s.chunks().len()] };
    let item = left.open && r.is_item();
    if item {
        r.line(0, s.chunks().len());
    } else {
        for verb in 0..s.chunks().len() {
            if s.kind(verb) == ChunkKind::Verb {
                r.verb(verb);
            }
        }
    }
    if r.tells() {
        r.examples();
    }
    let told = r.on.iter().any(|on| *on);
    if told && !item {
        // "have been removed from the list: A; B": the members behind the colon.
        r.lines();
    }
    left.open = item || r.opens(told) || told && (0..s.chunks().len()).any(|k| s.sign(k, ":"));
    left.told = told || r.tells();
    left.staying = s.units().iter().any(|u| set.words.remain.matches(s.lexicon, u));
    r.on
}

struct Reader<'r, 's> {
    set: &'r RuleSet,
    s: &'r Sentence<'s>,
    left: Left,
    on: Vec<bool>,
}

impl Reader<'_, '_> {
    fn verb(&mut self, verb: usize) {
        let (s, w) = (self.s, &self.set.words);
        let c = s.chunks()[verb].verb;
        let unit = &s.units()[usize::from(s.chunks()[verb].head)];
        let open =
            c.modal.is_some_and(|m| !matches!(s.norm(usize::from(m)), "will" | "would" | "shall" | "is" | "are"));
        if c.negation.is_some() || open {
            return;
        }
        let direct = w.delisting.matches(s.lexicon, unit);
        let listing = direct
            || (w.listing.matches(s.lexicon, unit) || w.removal.matches(s.lexicon, unit)) && self.list_behind(verb);
        let undergone = c.passive || c.bare_participle && s.object(verb).is_none();
        let subject = s.subject(verb);
        if listing && undergone {
            if let Some(first) = subject {
                self.chain_until(self.start_of(first), verb);
            }
            // "had his name removed from the list": whose name it is stands before "had".
            if verb >= 2
                && s.kind(verb - 2) == ChunkKind::Verb
                && s.units_of(verb - 1).any(|u| matches!(s.norm(u), "name" | "names" | "restrictions" | "sanctions"))
                && let Some(owner) = s.subject(verb - 2)
            {
                self.chain_until(owner, verb - 2);
            }
        } else if listing && let Some(object) = s.object(verb).filter(|o| !self.is_body(*o) && !self.is_measure(*o)) {
            self.chain(object);
        }
        // "expanded its sanctions to include A and B": what comes on the measure that the verb before takes.
        let widened = c.infinitive
            && w.comprise.matches(s.lexicon, unit)
            && (0..verb).rev().find(|k| s.is_finite(*k)).and_then(|k| s.object(k)).is_some_and(|o| self.is_measure(o));
        let measure = widened || subject.is_some_and(|n| self.is_measure(n));
        if measure && (w.comprise.matches(s.lexicon, unit) || w.aim.matches(s.lexicon, unit)) {
            if let Some(object) = s.object(verb) {
                self.chain(object);
            }
        } else if let Some(n) = subject.filter(|n| *n < verb) {
            // "They are: A, B and C".
            if c.copula
                && !self.left.staying
                && s.sign(verb + 1, ":")
                && s.units_of(n).any(|u| matches!(s.norm(u), "they" | "these" | "those"))
            {
                self.chain(verb + 2);
            }
            // "Nine people were blacklisted. They include the mayor, NAME".
            if self.left.told
                && w.comprise.matches(s.lexicon, unit)
                && s.units_of(n).all(|u| matches!(s.norm(u), "they" | "these" | "those"))
            {
                self.chain(verb + 1);
            }
            let lists = c.copula || w.comprise.matches(s.lexicon, unit) || self.is_identified(verb);
            if lists
                && !self.is_body(n)
                && (self.is_listed(n, verb) || c.copula && self.is_group(n) && self.names(verb + 1))
            {
                self.chain(verb + 1);
            }
        }
        // "Among those sanctioned are A and B".
        if c.copula
            && let Some(group) = (0..verb).find(|k| s.is_word(*k, &["among", "amongst"]))
            && s.kind(group + 1) == ChunkKind::Noun
            && self.is_listed(group + 1, verb)
        {
            self.chain(verb + 1);
        }
        // "identified the sanctioned individuals as A; B; and C".
        if w.identify.matches(s.lexicon, unit)
            && let Some(object) = s.object(verb)
            && self.is_listed(object, object + 1)
            && s.is_word(object + 1, &["as"])
        {
            self.chain(object + 2);
        }
    }

    /// "were identified as", "have been named as".
    fn is_identified(&self, verb: usize) -> bool {
        let head = &self.s.units()[usize::from(self.s.chunks()[verb].head)];
        self.set.words.identify.matches(self.s.lexicon, head) && self.s.chunks()[verb].verb.passive
    }

    /// Whether a list stands near the verb in its clause: "removed from the list", "added to the US blacklist".
    fn list_behind(&self, verb: usize) -> bool {
        let s = self.s;
        (verb + 1..s.chunks().len())
            .take_while(|k| !matches!(s.kind(*k), ChunkKind::Subordinator | ChunkKind::Relative))
            .filter(|k| s.kind(*k) == ChunkKind::Noun)
            .any(|k| self.is_list(k))
    }

    fn is_list(&self, noun: usize) -> bool {
        let s = self.s;
        s.find_in(noun, &self.set.words.list).is_some()
            || s.units_of(noun).any(|u| matches!(s.norm(u), "list" | "lists" | "blacklist" | "sanctions"))
    }

    /// Whether a noun phrase is a measure or a list rather than those whom it hits.
    fn is_measure(&self, noun: usize) -> bool {
        let s = self.s;
        let head = usize::from(s.chunks()[noun].head);
        let unit = &s.units()[head];
        self.set.words.measure.matches(s.lexicon, unit) && !unit.weak
            || self.set.words.list.matches(s.lexicon, unit)
            || matches!(s.norm(head), "list" | "lists" | "package" | "measures" | "designations")
    }

    /// Whether a noun phrase, or a participle between it and the verb, says that it is listed: "the delisted men", "those
    /// removed from the list".
    fn is_listed(&self, noun: usize, verb: usize) -> bool {
        let (s, w) = (self.s, &self.set.words);
        let says = |u: usize| {
            let unit = &s.units()[u];
            unit.forms.has(crate::lexicon::Form::Participle)
                && (w.delisting.matches(s.lexicon, unit) || w.listing.matches(s.lexicon, unit))
        };
        s.units_of(noun).any(says)
            || (noun + 1..verb).any(|k| {
                s.kind(k) == ChunkKind::Verb && {
                    let head = usize::from(s.chunks()[k].head);
                    says(head) || w.removal.matches(s.lexicon, &s.units()[head]) && self.list_behind(k)
                }
            })
    }

    /// "the trio", "the four", "the others": a group that only numbers whom the text has told of.
    fn is_group(&self, noun: usize) -> bool {
        let s = self.s;
        let range = s.units_of(noun);
        let head = &s.units()[range.end - 1];
        s.norm(range.start) == "the"
            && range.len() == 2
            && (head.kind == UnitKind::Number || matches!(s.norm(range.end - 1), "others" | "individuals" | "men"))
    }

    /// Whether a noun phrase is of companies and bodies alone.
    fn is_body(&self, noun: usize) -> bool {
        let (s, w) = (self.s, &self.set.words);
        let head = &s.units()[usize::from(s.chunks()[noun].head)];
        w.entity_unit.matches(s.lexicon, head) && !w.people_unit.matches(s.lexicon, head)
    }

    /// Marks a list of noun phrases that begins at `from`.
    fn chain(&mut self, from: usize) {
        self.chain_until(from, self.s.chunks().len());
    }

    /// Marks the noun phrases of a list up to a chunk: what only describes a member, behind a preposition, a participle or
    /// a relative pronoun, is none of its own.
    fn chain_until(&mut self, from: usize, end: usize) {
        let s = self.s;
        let mut at = from;
        let mut head = from;
        while at < end {
            match s.kind(at) {
                ChunkKind::Noun
                    if at > from && s.heads_clause(at) && !self.is_naming(at + 1) && end == s.chunks().len() =>
                {
                    return;
                }
                ChunkKind::Noun => {
                    self.on[at] = true;
                    head = at;
                }
                ChunkKind::Comma | ChunkKind::Conjunction | ChunkKind::Quote | ChunkKind::Adverb => {}
                ChunkKind::Preposition if s.is_word(at, INCLUDING) || s.is_word(at, &["as"]) => {}
                // "a citizen of Iran": what a member is of.
                ChunkKind::Preposition if s.kind(at + 1) == ChunkKind::Noun => {
                    at += 1;
                    // "minister of state for security NAME": an office, its place, and who holds it.
                    if self.names(at)
                        && self.is_given(at)
                        && !self.names(head)
                        && self.is_office(head)
                        && !s.units_of(at).any(|u| self.person(u))
                    {
                        self.on[at] = true;
                    }
                    // "of the firms and the bank": a second one without a comma, unless it names a person.
                    while s.kind(at + 1) == ChunkKind::Conjunction
                        && s.kind(at + 2) == ChunkKind::Noun
                        && !self.names(at + 2)
                    {
                        at += 2;
                    }
                }
                // "another named NAME", "a citizen based in Dubai".
                ChunkKind::Verb if s.chunks()[at].verb.bare_participle => {}
                ChunkKind::Stop if s.sign(at, "(") => {
                    let close = (at..(at + 12).min(end)).find(|k| s.sign(*k, ")"));
                    let Some(close) = close else { return };
                    at = close;
                }
                ChunkKind::Stop if s.sign(at, ";") || s.sign(at, ":") || s.sign(at, "—") => {}
                // "two citizens, who are A and B".
                ChunkKind::Relative if s.chunks().get(at + 1).is_some_and(|c| c.verb.copula) => at += 1,
                // "A, who led the firm; B": on to the next member.
                ChunkKind::Relative | ChunkKind::Verb if at > from => {
                    let Some(next) = (at..end).find(|k| s.sign(*k, ";")) else { return };
                    at = next;
                }
                _ => return,
            }
            at += 1;
        }
    }

    /// "NAME, a dealer who once owned it, has been targeted": the noun phrase that a subject in apposition renames.
    fn start_of(&self, subject: usize) -> usize {
        let s = self.s;
        let mut at = subject;
        while at >= 2 && s.kind(at - 1) == ChunkKind::Comma && s.kind(at - 2) == ChunkKind::Noun && self.names(at - 2) {
            at -= 2;
        }
        at
    }

    fn names(&self, chunk: usize) -> bool {
        let mut any = false;
        persons_in(self.s, &self.set.words, chunk, &mut |_| any = true);
        any
    }

    /// "another named NAME".
    fn is_naming(&self, verb: usize) -> bool {
        let s = self.s;
        s.kind(verb) == ChunkKind::Verb
            && s.chunks()[verb].verb.bare_participle
            && self.set.words.identify.matches(s.lexicon, &s.units()[usize::from(s.chunks()[verb].head)])
    }

    /// Whether a noun phrase holds a known first name.
    fn is_given(&self, chunk: usize) -> bool {
        self.s.units_of(chunk).any(|u| self.s.units()[u].classes.meets(&self.s.grammar.given_name))
    }

    /// Whether a noun phrase is an office or rank.
    fn is_office(&self, chunk: usize) -> bool {
        let head = usize::from(self.s.chunks()[chunk].head);
        self.set.words.government.matches(self.s.lexicon, &self.s.units()[head])
            || matches!(self.s.norm(head), "head" | "chief" | "director" | "chairman" | "boss" | "deputy")
    }

    /// Whether a unit is a title of its own: "head of security to President NAME".
    fn person(&self, unit: usize) -> bool {
        let u = &self.s.units()[unit];
        self.set.words.person_noun.matches(self.s.lexicon, u) && self.set.words.government.matches(self.s.lexicon, u)
    }

    /// Whether the sentence tells of listing at all.
    fn tells(&self) -> bool {
        let s = self.s;
        (0..s.chunks().len()).any(|k| {
            let unit = &s.units()[usize::from(s.chunks()[k].head)];
            match s.kind(k) {
                ChunkKind::Noun => s.find_in(k, &self.set.words.list).is_some(),
                ChunkKind::Verb => self.set.words.delisting.matches(s.lexicon, unit),
                _ => false,
            }
        })
    }

    /// ", among them ministers and the tycoon NAME", in a sentence that tells of listing.
    fn examples(&mut self) {
        let s = self.s;
        for k in 0..s.chunks().len() {
            let them = s.is_word(k, &["among", "amongst"])
                && s.kind(k + 1) == ChunkKind::Noun
                && s.units_of(k + 1).all(|u| matches!(s.norm(u), "them" | "whom"));
            if them && k > 0 && s.kind(k - 1) == ChunkKind::Comma {
                self.chain(k + 2);
            }
        }
    }

    /// The lines of a list behind a colon, parted by signs.
    fn lines(&mut self) {
        let s = self.s;
        let Some(colon) = (0..s.chunks().len()).find(|k| s.sign(*k, ":")) else { return };
        let mut from = colon + 1;
        for at in colon + 1..=s.chunks().len() {
            if s.kind(at) == ChunkKind::Stop {
                if from < at && (from..at).all(|k| !s.is_finite(k) || s.chunks()[k].verb.bare_participle) {
                    self.line(from, at);
                }
                from = at + 1;
            }
        }
    }

    /// One line: its noun phrases, and what they are of as well where only that names a person.
    fn line(&mut self, from: usize, end: usize) {
        let s = self.s;
        let Some(first) = (from..end).find(|k| s.kind(*k) == ChunkKind::Noun) else { return };
        self.chain_until(first, end);
        if !(first..end).any(|k| self.on[k] && self.names(k))
            && let Some(last) = (first..end).rev().find(|k| self.names(*k))
        {
            self.on[last] = true;
        }
    }

    fn first_noun(&self) -> usize {
        (0..self.s.chunks().len()).find(|k| self.s.kind(*k) == ChunkKind::Noun).unwrap_or(0)
    }

    /// A line of a list: a noun phrase with what describes it, and no clause.
    fn is_item(&self) -> bool {
        let first = self.first_noun();
        !self.s.heads_clause(first) && self.s.predicate(first).is_none()
    }

    /// "These people were removed from the list:", "those involved are:".
    fn opens(&self, told: bool) -> bool {
        let s = self.s;
        let colon = (0..s.chunks().len()).rev().take(2).any(|k| s.sign(k, ":"));
        colon && (told || (0..s.chunks().len()).any(|k| s.kind(k) == ChunkKind::Noun && self.is_list(k)))
    }
}
