//! Lexicon files and the literal words of rules -> the two lexicons: of words, and of cues.
//!
//! Cues stand apart because they are phrases of their own ("no longer", "as well as") that must not hide the parts of
//! speech of the words in them.

use std::sync::Arc;

use toml::Spanned;

use super::{Compiler, Parsed};
use crate::lexicon::{EntryFlags, Form, Lexicon, LexiconBuilder, LexiconError, Spellings, read_file};
use crate::rules::SourceFile;
use crate::rules::file::RuleFile;
use crate::syntax::Grammar;
use crate::text::{Abbreviations, normal_form};

/// Everything that is known of words.
pub(super) struct Vocabulary {
    pub(super) lexicon: Lexicon,
    pub(super) cues: Lexicon,
    pub(super) grammar: Grammar,
    pub(super) abbreviations: Abbreviations,
}

impl Compiler {
    /// Reads the lexicon files, and adds what the rules name that these do not have.
    pub(super) fn vocabulary(&mut self, files: &[&SourceFile], parsed: &[Parsed<'_>]) -> Vocabulary {
        let mut builders = Builders::default();
        let mut abbreviations = Abbreviations::default();
        for file in files {
            if file.path.ends_with("abbreviations.txt") {
                abbreviations = Abbreviations::read(&file.text);
            } else if (file.path.ends_with(".tsv") || file.path.ends_with(".txt"))
                && let Err(e) = builders.read(&file.path, &file.text)
            {
                self.error("R011", &file.path, line_span(&file.text, e.line), e.problem.clone(), "");
            }
        }
        let grammar = Grammar::resolve(&mut builders.words);
        // The engine's own classes: named persons and things, which no list can hold.
        let _ = builders.words.class("person");
        let _ = builders.words.class("full-name");
        let _ = builders.words.class("named");
        for (_, file) in parsed {
            builders.add_literals(file);
        }
        let Builders { words, cues } = builders;
        let spellings = Arc::new(Spellings::new(&words.words().chain(cues.words()).collect()));
        Vocabulary { lexicon: words.build(&spellings), cues: cues.build(&spellings), grammar, abbreviations }
    }
}

/// The lexicon of words and the lexicon of cues in the making.
#[derive(Default)]
struct Builders {
    words: LexiconBuilder,
    cues: LexiconBuilder,
}

impl Builders {
    /// Sends each entry of a file to the one or the other.
    fn read(&mut self, path: &str, text: &str) -> Result<(), LexiconError> {
        if !path.ends_with("function-words.tsv") {
            return read_file(path, text, &mut self.words);
        }
        let mut words = String::new();
        let mut cues = String::new();
        for (i, line) in text.lines().enumerate() {
            let mut cells = line.split('\t');
            let (form, class) = (cells.next().unwrap_or(""), cells.next().unwrap_or(""));
            let cue = i > 0 && Grammar::is_cue(class, form);
            // Line numbers stay true in both halves.
            words.push_str(if cue { "" } else { line });
            cues.push_str(if cue || i == 0 { line } else { "" });
            words.push('\n');
            cues.push('\n');
        }
        read_file(path, &words, &mut self.words)?;
        read_file(path, &cues, &mut self.cues)
    }

    /// Adds the literal words of a rule file that the lexicon files do not have. Both lexicons give a class the same id
    /// only by chance, so cue classes are known to the lexicon of cues alone.
    fn add_literals(&mut self, file: &RuleFile) {
        let add = |builder: &mut LexiconBuilder, form: &str, class: &str, literal: &str, inflected: Form| {
            let _ = builder.add(form, class, literal, "", inflected, EntryFlags::default(), None, false);
        };
        // Phrases go to the cues, so that they hide no part of speech.
        for phrase in cue_literals(file).filter(|l| normal_form(l).contains(' ')) {
            add(&mut self.cues, phrase, "cue", phrase, Form::Base);
        }
        for literal in word_literals(file).chain(cue_literals(file).filter(|l| !normal_form(l).contains(' '))) {
            let norm = normal_form(literal);
            for (form, inflected) in [(norm.clone(), Form::Base), (format!("{norm}s"), Form::Plural)] {
                if !self.words.knows(&form) {
                    add(&mut self.words, &form, "rule-word", literal, inflected);
                }
            }
        }
    }
}

/// Literal words of the file's rules and scopes; cues are not among them, nor what patterns name, which is in the lexicon
/// or is a mistake.
fn word_literals(file: &RuleFile) -> impl Iterator<Item = &str> {
    let rules = file.rule.iter().flat_map(|rule| {
        let w = &rule.when;
        [&w.verb, &w.noun, &w.object, &w.subject, &w.modifier, &w.without, &w.unless, &w.beside, &w.under]
            .into_iter()
            .chain(w.with.as_ref().map(|x| &x.object))
    });
    let subjects = file.scope.iter().flat_map(|s| [&s.unless_subject, &s.if_subject]);
    rules.chain(subjects).flat_map(|list| literals(list))
}

/// Literal cues of the file's scopes.
fn cue_literals(file: &RuleFile) -> impl Iterator<Item = &str> {
    file.scope.iter().flat_map(|s| literals(&s.cue))
}

fn literals(list: &[Spanned<String>]) -> impl Iterator<Item = &str> {
    list.iter().map(|s| s.get_ref().as_str()).filter(|s| !s.starts_with('@'))
}

fn line_span(text: &str, line: usize) -> std::ops::Range<usize> {
    let start = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let len = text[start..].find('\n').unwrap_or(text.len() - start);
    start..start + len
}
