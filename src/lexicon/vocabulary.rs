//! The vocabulary: word -> senses, and the trie for entries of several words.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::{ClassId, ClassSet, Classes, Entry, EntryFlags, Form, Forms, Symbol, Symbols, Tenure};
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
    has_children: bool,
}

/// Everything that the lexicon files say, ready for look-up.
#[derive(Debug, Default)]
pub struct Lexicon {
    words: FxHashMap<Box<str>, u32>,
    children: FxHashMap<(u32, u32), u32>,
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
        let &first = self.words.get(tokens.norm(&items[at]))?;
        let mut node = first;
        let mut best = None;
        let mut last = at + 1;
        loop {
            let here = &self.nodes[node as usize];
            if !here.senses.is_empty() && self.any_fits(&here.senses, &items[at..last], text) {
                best = Some(Tag { first: at as u32, last: last as u32, senses: here.senses.clone() });
            }
            if !here.has_children || last >= end {
                return best;
            }
            let Some(next) = self.words.get(tokens.norm(&items[last])).and_then(|w| self.children.get(&(node, *w)))
            else {
                return best;
            };
            node = *next;
            last += 1;
        }
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
        let mut spelled: Vec<(u32, String)> = Vec::new();
        let mut words: Vec<(&str, u32)> = self.words.iter().map(|(w, n)| (&**w, *n)).collect();
        words.sort_unstable();
        let by_id: std::collections::BTreeMap<u32, &str> = words.iter().map(|(w, n)| (*n, *w)).collect();
        spelled.extend(words.iter().map(|(w, n)| (*n, (*w).to_owned())));
        let mut edges: Vec<((u32, u32), u32)> = self.children.iter().map(|(k, v)| (*k, *v)).collect();
        // Children have higher node numbers than their parents, so one ordered pass spells all of them.
        edges.sort_unstable_by_key(|e| e.1);
        let mut all: std::collections::BTreeMap<u32, String> = spelled.into_iter().collect();
        for ((parent, word), child) in edges {
            if let (Some(head), Some(tail)) = (all.get(&parent), by_id.get(&word)) {
                let form = format!("{head} {tail}");
                all.insert(child, form);
            }
        }
        all.into_iter()
            .filter(|(n, _)| self.entries(&self.nodes[*n as usize].senses).iter().any(&mut wanted))
            .map(|(_, form)| form)
            .collect()
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

    /// Builds the look-up structures.
    #[must_use]
    pub fn build(self) -> Lexicon {
        let mut lexicon = Lexicon { classes: self.classes, symbols: self.symbols, ..Lexicon::default() };
        let words: std::collections::BTreeSet<&str> = self.forms.keys().flat_map(|f| f.split(' ')).collect();
        for word in words {
            let id = u32::try_from(lexicon.nodes.len()).unwrap_or(u32::MAX);
            lexicon.words.insert(word.into(), id);
            lexicon.nodes.push(Node::default());
        }
        for (form, senses) in self.forms {
            let mut node = u32::MAX;
            for (k, word) in form.split(' ').enumerate() {
                let word = lexicon.words[word];
                if k == 0 {
                    node = word;
                    continue;
                }
                lexicon.nodes[node as usize].has_children = true;
                let fresh = u32::try_from(lexicon.nodes.len()).unwrap_or(u32::MAX);
                let child = *lexicon.children.entry((node, word)).or_insert(fresh);
                if child == fresh {
                    lexicon.nodes.push(Node::default());
                }
                node = child;
            }
            let start = u32::try_from(lexicon.entries.len()).unwrap_or(u32::MAX);
            lexicon.entries.extend(senses);
            let end = u32::try_from(lexicon.entries.len()).unwrap_or(u32::MAX);
            lexicon.nodes[node as usize].senses = start..end;
        }
        lexicon
    }
}

/// The union of the classes of some senses.
#[must_use]
pub(crate) fn classes_of(entries: &[Entry]) -> ClassSet {
    entries.iter().fold(ClassSet::EMPTY, |set, e| set.union(ClassSet::of(e.class)))
}

/// The value of the first sense of the class.
#[must_use]
pub(crate) fn value_of(entries: &[Entry], class: ClassId) -> Option<Symbol> {
    entries.iter().find(|e| e.class == class).map(|e| e.value)
}
