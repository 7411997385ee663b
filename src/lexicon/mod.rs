//! Names -> who; words -> what kind of word.
//!
//! The lexicon is data: TSV files of states, demonyms, bodies, leaders, verbs, nouns and function words, read once into
//! one vocabulary with a trie over word numbers for entries of several words. Looking a token up is one hash; the longest
//! entry wins. Nothing here decides what a sentence says: an entry only tells what a word can be.

mod class;
mod entry;
mod file;
mod spellings;
mod vocabulary;

pub use class::{ClassId, ClassSet, Classes};
pub use entry::{Entry, EntryFlags, Form, Forms, Symbol, Symbols, Tenure};
pub use file::{LexiconError, read_file};
pub use spellings::Spellings;
pub use vocabulary::{Lexicon, LexiconBuilder, Tag};
