//! The vocabulary: word -> senses, and the trie for entries of several words.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{ClassId, Classes, Entry, EntryFlags, Form, Forms, Spellings, Symbols, Tenure};
use crate::text::{Token, Tokens, normal_form};

/// An entry found in the text: tokens `first..last`, and its senses.
#[derive(Clone, Debug)]
pub struct Tag {
    /// Index of the first token.
    pub first: u32,
    /// Index behind the last token.
    pub last: u32,
    /// Senses, as indices for [`Lexicon::entries`].
    pub senses: Range<u32>,
}

#[derive(Debug, Default)]
struct Node {
    senses: Range<u32>,
    /// A sense fits whatever the case of the text.
    always: bool,
    /// A sense fits a capitalised text.
    capitalised: bool,
    /// A bit for the number of every word that can follow, taken modulo 64: most words are ruled out by it.
    following: u64,
}

const fn bit(word: u32) -> u64 {
    1 << (word & 63)
}

/// Everything that the lexicon files say, ready for look-up.
#[derive(Debug, Default)]
pub struct Lexicon {
    spellings: Arc<Spellings>,
    children: FxHashMap<(u32, u32), u32>,
    /// First the node of every word as the first of an entry, by word number; behind them those of longer entries.
    nodes: Vec<Node>,
    entries: Vec<Entry>,
    classes: Classes,
    symbols: Symbols,
}

impl Lexicon {
    /// The classes in use.
    #[must_use]
    pub const fn classes(&self) -> &Classes {
        &self.classes
    }

    /// The interned strings.
    #[must_use]
    pub const fn symbols(&self) -> &Symbols {
        &self.symbols
    }

    /// The senses of a tag.
    #[must_use]
    pub fn entries(&self, senses: &Range<u32>) -> &[Entry] {
        self.entries.get(senses.start as usize..senses.end as usize).unwrap_or(&[])
    }

    /// The longest entry that starts at token `at` and whose case fits, or `None`.
    #[must_use]
    pub fn longest(&self, tokens: &Tokens, text: &str, at: usize, end: usize) -> Option<Tag> {
        let items = tokens.as_slice();
        let mut node = self.word(tokens, at)?;
        let mut best = None;
        let mut last = at + 1;
        loop {
            let here = &self.nodes[node as usize];
            if here.always
                || here.capitalised && items[at].capital
                || !here.senses.is_empty() && self.any_fits(&here.senses, &items[at..last], text)
            {
                best = Some(Tag { first: at as u32, last: last as u32, senses: here.senses.clone() });
            }
            if here.following == 0 || last >= end {
                return best;
            }
            let word = self.word(tokens, last).filter(|w| here.following & bit(*w) != 0);
            let Some(next) = word.and_then(|w| self.children.get(&(node, w))) else { return best };
            node = *next;
            last += 1;
        }
    }

    /// Looks every token up, once for all lexicons that share the spellings.
    pub fn number(&self, tokens: &mut Tokens) {
        tokens.number(|norm| self.spellings.find(norm));
    }

    /// The number of a folded word, by which tokens that were numbered are known.
    #[must_use]
    pub fn number_of(&self, word: &str) -> Option<u32> {
        self.spellings.find(word)
    }

    fn word(&self, tokens: &Tokens, at: usize) -> Option<u32> {
        tokens.number_or(at, |norm| self.spellings.find(norm))
    }

    /// The senses of every form that has some.
    pub fn senses(&self) -> impl Iterator<Item = Range<u32>> {
        self.nodes.iter().map(|n| n.senses.clone()).filter(|s| !s.is_empty())
    }

    fn any_fits(&self, senses: &Range<u32>, tokens: &[Token], text: &str) -> bool {
        self.entries(senses).iter().any(|e| self.fits(e, tokens, text))
    }

    /// Whether the case of the text is one that the entry allows.
    #[must_use]
    pub fn fits(&self, entry: &Entry, tokens: &[Token], text: &str) -> bool {
        if entry.flags.has(EntryFlags::EXACT) {
            let span = tokens[0].start as usize..tokens[tokens.len() - 1].end as usize;
            let form = self.symbols.text(entry.lemma);
            return text.get(span).is_some_and(|t| t == form || t.bytes().filter(|b| *b != b'.').eq(form.bytes()));
        }
        !entry.flags.has(EntryFlags::CAPITAL) || tokens[0].capital
    }

    /// Every surface form with a sense of the class or with the lemma: what the gate check and the lints need.
    pub fn forms_of(&self, mut wanted: impl FnMut(&Entry) -> bool) -> Vec<String> {
        let fit = |(form, senses): (String, Range<u32>)| self.entries(&senses).iter().any(&mut wanted).then_some(form);
        self.forms().into_iter().filter_map(fit).collect()
    }

    /// Every surface form, folded, with its senses.
    #[must_use]
    pub fn forms(&self) -> Vec<(String, Range<u32>)> {
        let words = (0_u32..).zip(&self.nodes).take(self.spellings.len());
        let mut all: std::collections::BTreeMap<u32, String> =
            words.map(|(word, _)| (word, self.spellings.word(word).to_owned())).collect();
        let mut edges: Vec<((u32, u32), u32)> = self.children.iter().map(|(k, v)| (*k, *v)).collect();
        // Children have higher node numbers than their parents, so one ordered pass spells all of them.
        edges.sort_unstable_by_key(|e| e.1);
        for ((parent, word), child) in edges {
            if let Some(head) = all.get(&parent) {
                let form = format!("{head} {}", self.spellings.word(word));
                all.insert(child, form);
            }
        }
        let senses = |node: u32| self.nodes[node as usize].senses.clone();
        all.into_iter().map(|(node, form)| (form, senses(node))).filter(|(_, s)| !s.is_empty()).collect()
    }
}

/// Collects entries and builds the [`Lexicon`].
#[derive(Debug, Default)]
pub struct LexiconBuilder {
    forms: std::collections::BTreeMap<String, Vec<Entry>>,
    classes: Classes,
    symbols: Symbols,
}

impl LexiconBuilder {
    /// Adds one sense of one form. `None` when there would be more than 256 classes.
    #[expect(clippy::too_many_arguments, reason = "one call site per file layout; a struct would only repeat Entry")]
    pub fn add(
        &mut self,
        form: &str,
        class: &str,
        lemma: &str,
        value: &str,
        inflected: Form,
        flags: EntryFlags,
        tenure: Option<Tenure>,
        verb: bool,
    ) -> Option<()> {
        let class = self.classes.intern(class)?;
        let norm = normal_form(form);
        if norm.is_empty() {
            return Some(());
        }
        let lemma = if flags.has(EntryFlags::EXACT) {
            self.symbols.intern(form)
        } else {
            self.symbols.intern(&normal_form(lemma))
        };
        let value = self.symbols.intern(value);
        let mut forms = Forms::default();
        forms.insert(inflected);
        let senses = self.forms.entry(norm).or_default();
        let same = |e: &&mut Entry| {
            e.class == class && e.lemma == lemma && e.value == value && e.tenure == tenure && e.verb == verb
        };
        if let Some(known) = senses.iter_mut().find(same) {
            known.absorb(forms);
        } else {
            senses.push(Entry { class, lemma, value, forms, flags, tenure, verb });
        }
        Some(())
    }

    /// The id of a class, made on first sight; for classes that only code or rules name.
    pub fn class(&mut self, name: &str) -> Option<ClassId> {
        self.classes.intern(name)
    }

    /// Whether a folded form has an entry.
    #[must_use]
    pub fn knows(&self, norm: &str) -> bool {
        self.forms.contains_key(norm)
    }

    /// The words that the forms are made of.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.forms.keys().flat_map(|form| form.split(' '))
    }

    /// Builds the look-up structures over spellings that hold every word of the forms.
    #[must_use]
    pub fn build(self, spellings: &Arc<Spellings>) -> Lexicon {
        let mut lexicon = Lexicon {
            spellings: Arc::clone(spellings),
            nodes: std::iter::repeat_with(Node::default).take(spellings.len()).collect(),
            classes: self.classes,
            symbols: self.symbols,
            ..Lexicon::default()
        };
        let fresh = |nodes: &mut Vec<Node>| {
            nodes.push(Node::default());
            u32::try_from(nodes.len() - 1).unwrap_or(u32::MAX)
        };
        for (form, senses) in self.forms {
            let mut words = form.split(' ').map_while(|word| spellings.find(word));
            let Some(mut node) = words.next() else { continue };
            for word in words {
                lexicon.nodes[node as usize].following |= bit(word);
                let nodes = &mut lexicon.nodes;
                node = *lexicon.children.entry((node, word)).or_insert_with(|| fresh(nodes));
            }
            let start = u32::try_from(lexicon.entries.len()).unwrap_or(u32::MAX);
            lexicon.entries.extend(senses);
            let end = u32::try_from(lexicon.entries.len()).unwrap_or(u32::MAX);
            let inexact = || lexicon.entries[start as usize..].iter().filter(|e| !e.flags.has(EntryFlags::EXACT));
            let always = inexact().any(|e| !e.flags.has(EntryFlags::CAPITAL));
            let capitalised = inexact().next().is_some();
            let node = &mut lexicon.nodes[node as usize];
            (node.senses, node.always, node.capitalised) = (start..end, always, capitalised);
        }
        lexicon
    }
}
