//! `@class` and lemmas, as rules name them -> [`Words`].
//!
//! It only looks up; entries for the literal words of rules were made before, by `vocabulary`.

use toml::Spanned;

use super::Compiler;
use crate::lexicon::{ClassSet, Lexicon};
use crate::rules::words::Words;
use crate::text::normal_form;

/// Resolves `@class` and lemmas to [`Words`].
pub(super) struct Resolver<'l> {
    lexicon: &'l Lexicon,
    cues: &'l Lexicon,
}

impl<'l> Resolver<'l> {
    /// A resolver over the lexicon of words and the lexicon of cues.
    pub(super) fn new(lexicon: &'l Lexicon, cues: &'l Lexicon) -> Self {
        Self { lexicon, cues }
    }

    /// The pattern over the lexicon of words; every word that it does not know becomes a diagnostic.
    pub(super) fn pattern(&self, compiler: &mut Compiler, path: &str, list: &[Spanned<String>]) -> Words {
        let mut words = Words::default();
        for item in list {
            match Self::one(self.lexicon, item.get_ref()) {
                Some(found) => words = words.or(found),
                None => unknown(compiler, path, item),
            }
        }
        words
    }

    /// What of the list the lexicon of words knows, and what of it the lexicon of cues knows; every word unknown to both
    /// becomes a diagnostic.
    pub(super) fn split(&self, compiler: &mut Compiler, path: &str, list: &[Spanned<String>]) -> (Words, Words) {
        let (mut words, mut cues) = (Words::default(), Words::default());
        for item in list {
            let (in_words, in_cues) = (Self::one(self.lexicon, item.get_ref()), Self::one(self.cues, item.get_ref()));
            if in_words.is_none() && in_cues.is_none() {
                unknown(compiler, path, item);
            }
            words = words.or(in_words.unwrap_or_default());
            cues = cues.or(in_cues.unwrap_or_default());
        }
        (words, cues)
    }

    /// One class or lemma.
    fn one(lexicon: &Lexicon, item: &str) -> Option<Words> {
        match item.strip_prefix('@') {
            Some(class) => lexicon.classes().find(class).map(|id| Words::new(ClassSet::of(id), Vec::new())),
            None => lexicon.symbols().find(&normal_form(item)).map(|lemma| Words::new(ClassSet::EMPTY, vec![lemma])),
        }
    }
}

fn unknown(compiler: &mut Compiler, path: &str, item: &Spanned<String>) {
    let message = format!("{:?} is not in the lexicon", item.get_ref());
    compiler.error("R003", path, item.span(), message, "add it to a file under lexicon/, or correct the spelling");
}
