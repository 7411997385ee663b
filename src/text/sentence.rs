//! The sentence splitter.
//!
//! It prefers to split too little within a paragraph and never across paragraphs: scope is cut by clauses anyway, while
//! a wrong cut behind "Gen." would lose the subject.

use std::ops::Range;

use super::{Abbreviations, Token, TokenKind, Tokens};

/// Splits the tokens of one field into sentences, as ranges of token indices.
///
/// `out` is cleared first; it is the caller's so that its memory is reused.
pub fn split_sentences(tokens: &Tokens, abbreviations: &Abbreviations, out: &mut Vec<Range<u32>>) {
    out.clear();
    let items = tokens.as_slice();
    let mut first = 0;
    for i in 0..items.len() {
        if i > first && starts_paragraph(tokens, i) {
            out.push(first as u32..i as u32);
            first = i;
        }
        if let Some(next) = ends_sentence(tokens, abbreviations, i)
            && next > first
            && next < items.len()
        {
            out.push(first as u32..next as u32);
            first = next;
        }
    }
    if first < items.len() {
        out.push(first as u32..items.len() as u32);
    }
    out.dedup();
    out.retain(|r| r.start < r.end);
}

/// Whether the line breaks before token `i` begin a new paragraph. A single break inside a wrapped line does not.
fn starts_paragraph(tokens: &Tokens, i: usize) -> bool {
    let token = &tokens.as_slice()[i];
    match token.after_newline {
        0 => false,
        1 => {
            let before = tokens.norm(&tokens.as_slice()[i - 1]);
            matches!(before, "." | "!" | "?" | ":" | "\"" | "'" | ")") || tokens.norm(token) == "*"
        }
        _ => true,
    }
}

/// When token `i` ends a sentence, the index of the first token of the next one (closing quotes stay behind).
fn ends_sentence(tokens: &Tokens, abbreviations: &Abbreviations, i: usize) -> Option<usize> {
    let items = tokens.as_slice();
    let token = &items[i];
    let dotted_word = token.kind == TokenKind::Word && token.end - token.start >= 4 && is_dotted(tokens, token);
    match tokens.norm(token) {
        "." | "!" | "?" => {}
        _ if dotted_word => {}
        _ => return None,
    }
    let mut next = i + 1;
    while next < items.len() && closes(tokens, &items[next], &items[next - 1]) {
        next += 1;
    }
    let following = items.get(next)?;
    if tokens.norm(token) == "." && i > 0 {
        let before = &items[i - 1];
        let glued = before.end == token.start;
        let norm = tokens.norm(before);
        let initial = before.kind == TokenKind::Word && norm.len() == 1 && before.capital;
        if glued && (initial || abbreviations.contains(norm)) {
            return None;
        }
    }
    let starts = following.capital
        || following.kind == TokenKind::Number
        || (following.kind == TokenKind::Quote && following.start > items[next - 1].end)
        || following.after_newline > 0;
    // "U.S. Treasury" goes on; "the U.S. The" does not.
    let goes_on = dotted_word && following.capital && !is_sentence_opener(tokens.norm(following));
    let parted = following.start > items[next - 1].end;
    (starts && parted && !goes_on).then_some(next)
}

fn is_dotted(tokens: &Tokens, token: &Token) -> bool {
    (token.end - token.start) as usize > tokens.norm(token).len() && token.kind == TokenKind::Word && token.all_caps
}

fn closes(tokens: &Tokens, token: &Token, before: &Token) -> bool {
    token.start == before.end && matches!(tokens.norm(token), "\"" | "'" | ")" | "]" | "." | "!" | "?")
}

fn is_sentence_opener(norm: &str) -> bool {
    matches!(
        norm,
        "the"
            | "a"
            | "an"
            | "it"
            | "he"
            | "she"
            | "they"
            | "in"
            | "on"
            | "but"
            | "this"
            | "that"
            | "we"
            | "and"
            | "at"
            | "after"
            | "as"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(text: &str) -> Vec<String> {
        let abbreviations = Abbreviations::read("Mr.\nGen.\nNo.\n");
        let mut tokens = Tokens::default();
        tokens.read(text);
        let mut out = Vec::new();
        split_sentences(&tokens, &abbreviations, &mut out);
        let items = tokens.as_slice();
        out.iter()
            .map(|r| text[items[r.start as usize].start as usize..items[r.end as usize - 1].end as usize].to_owned())
            .collect()
    }

    #[test]
    fn splits_where_a_reader_would() {
        assert_eq!(sentences("He was freed. She was not."), ["He was freed.", "She was not."]);
        assert_eq!(sentences("Gen. Smith said. Then"), ["Gen. Smith said.", "Then"]);
        assert_eq!(sentences("The U.S. Treasury acted. It did."), ["The U.S. Treasury acted.", "It did."]);
        assert_eq!(sentences("“We agreed.” He left."), ["“We agreed.”", "He left."]);
        assert_eq!(sentences("Headline without stop\n\nBody"), ["Headline without stop", "Body"]);
        assert_eq!(sentences("a wrapped\nline"), ["a wrapped\nline"]);
        assert_eq!(sentences("in the U.S. The bank"), ["in the U.S.", "The bank"]);
        assert_eq!(sentences("George W. Bush said"), ["George W. Bush said"]);
    }
}
