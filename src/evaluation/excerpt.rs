//! The sentences of a document in which something was found, with the words that carry it.
//!
//! An error is understood by reading the sentence, so that errors carry theirs. Spans stay byte offsets; what they look
//! like is up to whoever draws them.

use std::ops::Range;

use crate::input::{Document, Field};
use crate::rules::{Evidence, Role};
use crate::text::{Abbreviations, Tokens, split_sentences};

/// More sentences than this explain nothing more.
const MOST: usize = 3;

/// A sentence of a document with marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The name of the field.
    pub field: String,
    /// Byte offset of the sentence in the field.
    pub start: usize,
    /// The sentence.
    pub text: String,
    /// Marked spans, as byte offsets into `text`.
    pub marks: Vec<Marked>,
}

/// A marked span of an excerpt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Marked {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
    /// What the rules took it for; `None` for the words that the annotator quoted.
    pub role: Option<Role>,
}

/// The sentences that hold the evidence, those with a trigger first, at most three, in text order.
#[must_use]
pub fn of_evidence(document: &Document<'_>, evidence: &[Evidence], abbreviations: &Abbreviations) -> Vec<Excerpt> {
    let mut found: Vec<(bool, usize, Excerpt)> = Vec::new();
    for (index, field) in document.fields.iter().enumerate() {
        let inside: Vec<&Evidence> = evidence.iter().filter(|e| e.field == index).collect();
        if inside.is_empty() {
            continue;
        }
        for sentence in sentences(field.reading(), abbreviations) {
            let mut marks: Vec<Marked> = inside
                .iter()
                .filter(|e| sentence.start <= e.start && e.end <= sentence.end)
                .map(|e| Marked { start: e.start - sentence.start, end: e.end - sentence.start, role: Some(e.role) })
                .collect();
            if marks.is_empty() {
                continue;
            }
            marks.sort_unstable();
            marks.dedup();
            let telling = marks.iter().any(|mark| mark.role == Some(Role::Trigger));
            found.push((!telling, found.len(), cut(field, sentence, marks)));
        }
    }
    found.sort_by_key(|(untelling, order, _)| (*untelling, *order));
    found.truncate(MOST);
    found.sort_by_key(|(_, order, _)| *order);
    found.into_iter().map(|(_, _, excerpt)| excerpt).collect()
}

/// The sentences that hold the words an annotator quoted; `None` when the document does not have them so.
#[must_use]
pub fn of_quote(document: &Document<'_>, quote: &str, abbreviations: &Abbreviations) -> Option<Excerpt> {
    // A quote may leave words out; its first stretch is enough to find the place.
    let stretch = quote.split(['…']).flat_map(|part| part.split("...")).map(str::trim).find(|part| !part.is_empty())?;
    let (field, at) = document.fields.iter().find_map(|field| Some((field, field.reading().find(stretch)?)))?;
    let end = at + stretch.len();
    let around = sentences(field.reading(), abbreviations).into_iter().filter(|s| s.start < end && at < s.end);
    let whole = around.reduce(|first, last| first.start..last.end).unwrap_or(at..end);
    // A sentence span ends with its last token; the quote may reach over it by a sign that is none.
    let whole = whole.start.min(at)..whole.end.max(end);
    let marks = vec![Marked { start: at - whole.start, end: end - whole.start, role: None }];
    Some(cut(field, whole, marks))
}

/// The headline, for want of anything better.
#[must_use]
pub fn of_headline(document: &Document<'_>) -> Option<Excerpt> {
    document.fields.first().map(|field| cut(field, 0..field.reading().len(), Vec::new()))
}

fn cut(field: &Field<'_>, span: Range<usize>, marks: Vec<Marked>) -> Excerpt {
    let text = field.reading().get(span.clone()).unwrap_or_default().to_owned();
    Excerpt { field: field.name.to_string(), start: span.start, text, marks }
}

fn sentences(text: &str, abbreviations: &Abbreviations) -> Vec<Range<usize>> {
    let (mut tokens, mut ranges) = (Tokens::default(), Vec::new());
    tokens.read(text);
    split_sentences(&tokens, abbreviations, &mut ranges);
    let items = tokens.as_slice();
    ranges.into_iter().map(|r| items[r.start as usize].start as usize..items[r.end as usize - 1].end as usize).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{document, span};
    use super::*;

    const BODY: &str = "It rained. The EU lifted its ban on Monday. Traders were glad, Gen. Ivo said. It shone.";

    #[test]
    fn evidence_brings_its_sentence_with_offsets_into_it() {
        let document = document("a", "Rain", BODY);
        let evidence = [span(&document, Role::Authority, "EU", "r"), span(&document, Role::Trigger, "lifted", "r")];
        let found = of_evidence(&document, &evidence, &Abbreviations::read("Gen.\n"));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].field.as_str(), found[0].start), ("body", 11));
        assert_eq!(found[0].text, "The EU lifted its ban on Monday.");
        let words: Vec<_> = found[0].marks.iter().map(|m| (&found[0].text[m.start..m.end], m.role)).collect();
        assert_eq!(words, [("EU", Some(Role::Authority)), ("lifted", Some(Role::Trigger))]);
    }

    #[test]
    fn of_many_sentences_those_with_a_trigger_stay() {
        let document = document("a", "Rain", "One fled. Two fled. Three fled. Four fled. Five were freed.");
        let mut evidence: Vec<_> =
            ["One", "Two", "Three", "Four"].map(|word| span(&document, Role::Count, word, "r")).to_vec();
        evidence.push(span(&document, Role::Trigger, "freed", "r"));
        let texts: Vec<_> =
            of_evidence(&document, &evidence, &Abbreviations::default()).into_iter().map(|e| e.text).collect();
        assert_eq!(texts, ["One fled.", "Two fled.", "Five were freed."]);
    }

    #[test]
    fn a_quote_is_found_by_its_first_stretch() {
        let document = document("a", "Rain", BODY);
        let found = of_quote(&document, "Traders were very glad ... said", &Abbreviations::read("Gen.\n"));
        assert_eq!(found, None, "not the document's words");
        let found = of_quote(&document, "Traders were … said", &Abbreviations::read("Gen.\n")).unwrap();
        assert_eq!(found.text, "Traders were glad, Gen. Ivo said.");
        assert_eq!(found.marks, [Marked { start: 0, end: 12, role: None }]);
    }
}
