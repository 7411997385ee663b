//! Document fields -> tokens and sentences.
//!
//! A byte-class tokenizer and a rule-based sentence splitter for news English. Spans are byte offsets into the field's
//! original text, always on character boundaries. Deliberately not UAX #29 (three to ten times the cost of everything
//! else together) and deliberately without any notion of what a word means: that is `lexicon`.

mod abbreviation;
mod date;
mod fold;
mod number;
mod sentence;
mod token;

pub use abbreviation::Abbreviations;
pub use date::{CalendarHint, resolve_weekday};
pub use fold::fold_into;
pub use number::parse_number;
pub use sentence::split_sentences;
pub use token::{Token, TokenKind, Tokens};

/// Lower-cases and folds one form as the tokenizer would, token by token, joined by single spaces.
///
/// Lexicon files are read with this, so that an entry and the text it should match agree by construction.
///
/// ```
/// use sanctions_stream::text::normal_form;
/// assert_eq!(normal_form("Côte d’Ivoire"), "cote d'ivoire");
/// assert_eq!(normal_form("Guinea-Bissau"), "guinea bissau");
/// assert_eq!(normal_form("U.S."), "us");
/// ```
#[must_use]
pub fn normal_form(form: &str) -> String {
    let mut tokens = Tokens::default();
    tokens.read(form);
    let mut out = String::with_capacity(form.len());
    for token in tokens.iter() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(tokens.norm(token));
    }
    out
}
