//! Evidence on the wire: a span of the original text as W3C Web Annotation selectors, with the words it covers.
//!
//! What is quoted is always the text as it came in, never a normalised or markup-free copy, so `text[start..end]` equals
//! `exact` for whoever holds the input. A span that does not cut that text is not bent until it fits: quoting returns
//! [`BadSpan`], because a wrong quote under a right alert is worse than a dead letter that names the rule.

use std::fmt;

use serde::Serialize;

use crate::input::{Document, Rejected, RejectedReason};
use crate::rules::Evidence;

/// The longest prefix and suffix of a quote, in Unicode code points.
const CONTEXT: usize = 32;

/// A span that does not cut the text of its field: a defect of the rules stage, told as a value instead of a panic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadSpan {
    /// The rule or cue that made the span.
    pub rule: String,
    /// Index of the field it points into.
    pub field: usize,
    /// First byte.
    pub start: usize,
    /// Behind the last byte.
    pub end: usize,
}

impl fmt::Display for BadSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rule, field, start, end } = self;
        write!(f, "rule `{rule}` points at bytes {start}..{end} of field {field}, which is no span of that text")
    }
}

impl std::error::Error for BadSpan {}

impl From<BadSpan> for Rejected {
    /// A bad span is a defect of this program, like a panic: the record becomes a dead letter and the stream goes on.
    fn from(bad: BadSpan) -> Self {
        Self { reason: RejectedReason::Panicked, detail: bad.to_string() }
    }
}

/// A span that has been checked against its text.
#[derive(Clone, Copy)]
pub(super) struct Quote<'a> {
    /// The name of the field.
    pub(super) field: &'a str,
    /// The words covered.
    pub(super) exact: &'a str,
    before: &'a str,
    after: &'a str,
}

impl<'a> Quote<'a> {
    /// Cuts the evidence out of the document. A span of no bytes supports nothing and is refused too.
    pub(super) fn of(document: &'a Document<'a>, evidence: &Evidence) -> Result<Self, BadSpan> {
        let cut = || {
            let field = document.fields.get(evidence.field)?;
            let text: &str = &field.text;
            let exact = text.get(evidence.start..evidence.end).filter(|exact| !exact.is_empty())?;
            Some(Self { field: &field.name, exact, before: &text[..evidence.start], after: &text[evidence.end..] })
        };
        cut().ok_or_else(|| BadSpan {
            rule: evidence.rule.clone(),
            field: evidence.field,
            start: evidence.start,
            end: evidence.end,
        })
    }

    fn prefix(&self) -> &'a str {
        let from = self.before.char_indices().rev().take(CONTEXT).last().map_or(self.before.len(), |(at, _)| at);
        &self.before[from..]
    }

    fn suffix(&self) -> &'a str {
        let to = self.after.char_indices().nth(CONTEXT).map_or(self.after.len(), |(at, _)| at);
        &self.after[..to]
    }
}

/// A piece of evidence on the wire.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EvidenceWire<'a> {
    role: &'static str,
    field: &'a str,
    selector: (PositionSelector, QuoteSelector<'a>),
    byte_start: usize,
    byte_end: usize,
    rule_id: &'a str,
}

impl<'a> EvidenceWire<'a> {
    pub(super) fn of(document: &'a Document<'a>, evidence: &'a Evidence) -> Result<Self, BadSpan> {
        let quote = Quote::of(document, evidence)?;
        let start = quote.before.chars().count();
        let position =
            PositionSelector { kind: "TextPositionSelector", start, end: start + quote.exact.chars().count() };
        let words = QuoteSelector {
            kind: "TextQuoteSelector",
            exact: quote.exact,
            prefix: quote.prefix(),
            suffix: quote.suffix(),
        };
        Ok(Self {
            role: evidence.role.name(),
            field: quote.field,
            selector: (position, words),
            byte_start: evidence.start,
            byte_end: evidence.end,
            rule_id: &evidence.rule,
        })
    }

    /// All of a list, or the first bad one.
    pub(super) fn all(document: &'a Document<'a>, evidence: &'a [Evidence]) -> Result<Vec<Self>, BadSpan> {
        evidence.iter().map(|evidence| Self::of(document, evidence)).collect()
    }

    /// The wire name of what it supports.
    pub(super) fn role(&self) -> &'static str {
        self.role
    }

    /// The words.
    pub(super) fn exact(&self) -> &'a str {
        self.selector.1.exact
    }
}

/// W3C `TextPositionSelector`: offsets in Unicode code points, start inclusive, end exclusive.
#[derive(Clone, Debug, Serialize)]
struct PositionSelector {
    #[serde(rename = "type")]
    kind: &'static str,
    start: usize,
    end: usize,
}

/// W3C `TextQuoteSelector`: the words and a little of what stands around them, to find them again in an edited text.
#[derive(Clone, Debug, Serialize)]
struct QuoteSelector<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    exact: &'a str,
    prefix: &'a str,
    suffix: &'a str,
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::input::{Field, Kind, Source, Standing};
    use crate::rules::Role;

    fn document(text: &str) -> Document<'_> {
        Document {
            id: "d".into(),
            id_derived: false,
            version: None,
            kind: Kind::Article,
            class: None,
            fields: vec![Field { name: Cow::Borrowed("body"), text: text.into(), blanked: None }],
            published_at: None,
            url: None,
            language: None,
            source: Source::default(),
            standing: Standing::Usable,
            correction_of: None,
            embargoed_until: None,
            genres: vec![],
        }
    }

    fn span(start: usize, end: usize) -> Evidence {
        Evidence { role: Role::Trigger, field: 0, start, end, rule: "r".into() }
    }

    #[test]
    fn offsets_count_code_points_and_context_stops_at_32() {
        let text = format!("{}Łukašenka frees{}", "ä".repeat(40), "ö".repeat(33));
        let document = document(&text);
        let start = 80 + "Łukašenka ".len();
        let evidence = span(start, start + 5);
        let wire = EvidenceWire::of(&document, &evidence).unwrap();
        assert_eq!(wire.exact(), "frees");
        assert_eq!((wire.selector.0.start, wire.selector.0.end), (50, 55));
        assert_eq!((wire.byte_start, wire.byte_end), (92, 97));
        assert_eq!(wire.selector.1.prefix, format!("{}Łukašenka ", "ä".repeat(22)));
        assert_eq!(wire.selector.1.suffix, "ö".repeat(32));
    }

    #[test]
    fn context_is_empty_at_the_edges() {
        let document = document("frees");
        let evidence = span(0, 5);
        let wire = EvidenceWire::of(&document, &evidence).unwrap();
        assert_eq!((wire.selector.1.prefix, wire.selector.1.suffix), ("", ""));
    }

    #[test]
    fn a_span_off_a_boundary_behind_the_end_empty_or_reversed_is_a_value() {
        let document = document("é frees");
        #[expect(clippy::reversed_empty_ranges, reason = "the reversed span is one of the cases")]
        let spans = [1..4, 0..1, 3..99, 2..2, 4..3, usize::MAX..usize::MAX];
        for at in spans {
            let bad = EvidenceWire::of(&document, &span(at.start, at.end)).unwrap_err();
            assert_eq!((bad.start, bad.end), (at.start, at.end));
        }
        let missing = Evidence { field: 1, ..span(0, 1) };
        let rejected = Rejected::from(EvidenceWire::of(&document, &missing).unwrap_err());
        assert_eq!(rejected.reason, RejectedReason::Panicked);
        assert!(rejected.detail.contains("rule `r`"), "{}", rejected.detail);
    }
}
