//! Which rules and scope cues the words of a sentence can concern at all.
//!
//! A rule needs its trigger word and a cue needs one of its own, so most of both are out of the question for most
//! sentences. What that is depends on the lexicon alone and is worked out when rules are compiled: a set of rules and
//! cues for every entry. It never decides that something matches, only that it cannot; leaving it out changes no answer.

use std::collections::BTreeMap;
use std::ops::Range;

use super::set::{Rule, Scope};
use super::words::Words;
use crate::lexicon::{ClassId, ClassSet, Lexicon, Symbol};
use crate::syntax::Unit;
use crate::text::Tokens;

/// Sets of rules and scope cues, by lexicon entry.
#[derive(Debug, Default)]
pub struct Index {
    /// How many rules there are; cues are counted on behind them.
    rules: usize,
    /// How many words of 64 bits a set takes.
    width: usize,
    /// The number of the set of each entry of the word lexicon, by the first of its senses.
    words: Vec<u32>,
    /// The same for the lexicon of cues.
    phrases: Vec<u32>,
    /// The distinct sets, one after the other; the first is empty.
    sets: Vec<u64>,
    /// By the number of a word, whether an entry begins with it that a rule or a rule's context asks for.
    openers: Vec<bool>,
}

/// What the words of one sentence can concern. Empty, it stands for everything.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    set: Vec<u64>,
    /// The classes of all units.
    classes: ClassSet,
    /// The bits of all their lemmas.
    lemmas: u64,
    /// The longest cue phrase that begins at each unit: its senses in the lexicon of cues, and the unit behind it.
    phrases: Vec<Option<(Range<u32>, usize)>>,
}

impl Index {
    /// Works the sets out.
    #[must_use]
    pub fn new(lexicon: &Lexicon, cues: &Lexicon, rules: &[Rule], scopes: &[Scope]) -> Self {
        let width = (rules.len() + scopes.len()).div_ceil(64).max(1);
        let mut words = Wanted::new(width);
        let mut phrases = Wanted::new(width);
        for (i, rule) in rules.iter().enumerate() {
            words.add(&rule.when.verb, i);
            words.add(&rule.when.noun, i);
        }
        for (i, scope) in scopes.iter().enumerate() {
            words.add(&scope.cue, rules.len() + i);
            phrases.add(&scope.cue_phrases, rules.len() + i);
        }
        let mut distinct = BTreeMap::from([(vec![0; width], 0)]);
        let words = words.by_entry(lexicon, &mut distinct);
        let phrases = phrases.by_entry(cues, &mut distinct);
        let mut sets = vec![0; distinct.len() * width];
        for (set, number) in distinct {
            let at = number as usize * width;
            sets[at..at + width].copy_from_slice(&set);
        }
        let context = rules.iter().fold(ClassSet::EMPTY, |all, rule| all.union(rule.when.context));
        let mut openers = Vec::new();
        for (form, senses) in lexicon.forms() {
            let at = words[senses.start as usize] as usize * width;
            let asked = Heard { set: sets[at..at + width].to_vec(), ..Heard::default() };
            let rule = asked.ones(0..rules.len()).next().is_some();
            if rule || lexicon.entries(&senses).iter().any(|e| context.has(e.class)) {
                let first = form.split(' ').next().and_then(|word| lexicon.number_of(word));
                let Some(first) = first.map(|n| n as usize) else { continue };
                if openers.len() <= first {
                    openers.resize(first + 1, false);
                }
                openers[first] = true;
            }
        }
        Self { rules: rules.len(), width, words, phrases, sets, openers }
    }

    /// Whether a sentence of these tokens can hold what a rule, or the context of one, asks for. Told before the sentence
    /// is read, so that most are not.
    #[must_use]
    pub fn can_concern(&self, tokens: &Tokens, range: &Range<u32>) -> bool {
        range.clone().any(|at| {
            let number = tokens.number_or(at as usize, |_| None);
            number.is_some_and(|n| self.openers.get(n as usize).copied().unwrap_or(false))
        })
    }

    /// Takes in the words of a sentence.
    pub fn hear(&self, units: &[Unit], heard: &mut Heard) {
        heard.phrases.clear();
        heard.set.clear();
        heard.set.resize(self.width, 0);
        (heard.classes, heard.lemmas) = (ClassSet::EMPTY, 0);
        for unit in units.iter().filter(|u| !u.senses.is_empty()) {
            heard.classes = heard.classes.union(unit.classes);
            heard.lemmas |= unit.lemmas;
            self.join(self.words[unit.senses.start as usize], heard);
        }
    }

    /// Takes in the cue phrases that begin at the units of a sentence.
    pub fn hear_phrases(&self, cues: &Lexicon, tokens: &Tokens, text: &str, units: &[Unit], heard: &mut Heard) {
        let Some(end) = units.last().map(|u| u.last as usize) else { return };
        for (at, unit) in units.iter().enumerate() {
            let tag = cues.longest(tokens, text, unit.first as usize, end);
            if let Some(tag) = &tag {
                self.join(self.phrases[tag.senses.start as usize], heard);
            }
            heard.phrases.push(tag.map(|tag| {
                let behind = (at..units.len()).find(|k| units[*k].last >= tag.last).unwrap_or(at) + 1;
                (tag.senses, behind)
            }));
        }
    }

    fn join(&self, set: u32, heard: &mut Heard) {
        if set != 0 {
            let at = set as usize * self.width;
            heard.set.iter_mut().zip(&self.sets[at..at + self.width]).for_each(|(to, from)| *to |= from);
        }
    }

    /// The rules that were heard, in order.
    pub fn rules(&self, heard: &Heard) -> impl Iterator<Item = usize> {
        heard.ones(0..self.rules)
    }

    /// The scope cues that were heard, in order, of `all` that there are.
    pub fn scopes(&self, heard: &Heard, all: usize) -> impl Iterator<Item = usize> {
        heard.ones(self.rules..self.rules + all).map(|i| i - self.rules)
    }
}

impl Heard {
    /// The classes of all units of the sentence.
    #[must_use]
    pub const fn classes(&self) -> &ClassSet {
        &self.classes
    }

    /// Whether some unit can match the pattern; where it says no, none does.
    #[must_use]
    pub fn can_match(&self, words: &Words) -> bool {
        words.can_match(&self.classes, self.lemmas)
    }

    /// The longest cue phrase that begins at a unit: its senses in the lexicon of cues, and the unit behind it.
    #[must_use]
    pub fn phrase(&self, unit: usize) -> Option<(&Range<u32>, usize)> {
        let (senses, behind) = self.phrases.get(unit)?.as_ref()?;
        Some((senses, *behind))
    }

    /// The members in the range, in order.
    fn ones(&self, range: Range<usize>) -> impl Iterator<Item = usize> {
        let end = range.end;
        let mut at = range.start;
        std::iter::from_fn(move || {
            while at < end {
                // Everything stands for itself where nothing was heard.
                let bits = self.set.get(at / 64).map_or(self.set.is_empty().then_some(u64::MAX), |b| Some(*b))?;
                let rest = bits >> (at % 64);
                if rest == 0 {
                    at = (at / 64 + 1) * 64;
                    continue;
                }
                at += rest.trailing_zeros() as usize + 1;
                return (at <= end).then_some(at - 1);
            }
            None
        })
    }
}

/// Who asks for which classes and lemmas.
struct Wanted {
    width: usize,
    classes: Vec<Vec<u64>>,
    lemmas: BTreeMap<Symbol, Vec<u64>>,
}

impl Wanted {
    fn new(width: usize) -> Self {
        Self { width, classes: vec![vec![0; width]; 256], lemmas: BTreeMap::new() }
    }

    fn add(&mut self, words: &Words, who: usize) {
        for class in (0..=u8::MAX).filter(|c| words.classes.has(ClassId(*c))) {
            self.classes[usize::from(class)][who / 64] |= 1 << (who % 64);
        }
        for lemma in words.lemmas() {
            self.lemmas.entry(*lemma).or_insert_with(|| vec![0; self.width])[who / 64] |= 1 << (who % 64);
        }
    }

    /// The number of the set of every entry, which is made where it is new.
    fn by_entry(&self, lexicon: &Lexicon, distinct: &mut BTreeMap<Vec<u64>, u32>) -> Vec<u32> {
        let mut out = Vec::new();
        for senses in lexicon.senses() {
            let mut set = vec![0; self.width];
            for entry in lexicon.entries(&senses) {
                let lemma = self.lemmas.get(&entry.lemma);
                for asked in std::iter::once(&self.classes[usize::from(entry.class.0)]).chain(lemma) {
                    set.iter_mut().zip(asked).for_each(|(to, from)| *to |= from);
                }
            }
            let next = u32::try_from(distinct.len()).unwrap_or(u32::MAX);
            let number = *distinct.entry(set).or_insert(next);
            let at = senses.start as usize;
            if out.len() <= at {
                out.resize(at + 1, 0);
            }
            out[at] = number;
        }
        out
    }
}
