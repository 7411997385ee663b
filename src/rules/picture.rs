//! How the grammar reads a text: a line a chunk, for rule authors who wonder why nothing matched.

use std::fmt::Write as _;

use super::index::Heard;
use super::sentence::Sentence;
use super::set::RuleSet;
use crate::syntax::{ChunkKind, Parse, chunk, read_units};
use crate::text::{Tokens, split_sentences};

impl RuleSet {
    /// The sentences, chunks and word classes of a text, with subject, object and governor of every verb group.
    #[must_use]
    pub fn parse_picture(&self, text: &str) -> String {
        let mut out = String::new();
        let (mut tokens, mut sentences, mut parse) = (Tokens::default(), Vec::new(), Parse::default());
        tokens.read(text);
        split_sentences(&tokens, &self.abbreviations, &mut sentences);
        for range in sentences {
            read_units(&self.lexicon, &self.parts, &self.grammar, &tokens, text, range, &mut parse.units);
            chunk(&self.grammar, &parse.units, &mut parse.chunks);
            let s = Sentence {
                lexicon: &self.lexicon,
                grammar: &self.grammar,
                tokens: &tokens,
                text,
                parse: &parse,
                heard: &Heard::default(),
                field: 0,
                headline: false,
                notice: false,
            };
            for (i, c) in parse.chunks.iter().enumerate() {
                let words = s.quote(usize::from(c.first), usize::from(c.last));
                let _ = write!(out, "{i:>3} {:<12} {words}", format!("{:?}", c.kind));
                for u in usize::from(c.first)..usize::from(c.last) {
                    let senses = self.lexicon.entries(&parse.units[u].senses);
                    let mut classes: Vec<&str> = senses.iter().map(|e| self.lexicon.classes().name(e.class)).collect();
                    classes.dedup();
                    let _ = write!(out, "  {}:{:?}[{}]", s.norm(u), parse.units[u].kind, classes.join(","));
                }
                if c.kind == ChunkKind::Verb || c.kind == ChunkKind::Noun {
                    let at = |k: Option<usize>| k.map_or_else(|| "-".to_owned(), |k| k.to_string());
                    let governor = s.governor(i).map(|g| g.chunk);
                    if c.kind == ChunkKind::Verb {
                        let _ = write!(out, "  subject {} object {}", at(s.subject(i)), at(s.object(i)));
                    }
                    let _ = write!(out, " governor {}", at(governor));
                }
                out.push('\n');
            }
            out.push('\n');
        }
        out
    }
}
