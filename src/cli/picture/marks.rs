//! Marking spans in a text: which span shows where several lie on one another, and how it is written.
//!
//! The narrowest span wins, so that "[target: Belarusian] [measure: potash]" shows both although the target reaches over
//! the measure. Spans of the same extent share one mark.

use std::io::{self, Write};

use super::super::palette::{self, DIM, PLAIN, STRONG};
use super::super::wrap::{Run, paragraph};
use crate::rules::{Classified, Role};

/// A suppressed span longer than this is marked piece by piece: grey over half a page says nothing.
const LONGEST_GREY: usize = 240;

/// What a mark says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Label {
    /// Evidence of a mention, for these roles.
    Evidence(Vec<Role>),
    /// Raises no alert, for this reason.
    WhyNot(String),
    /// What an annotator quoted.
    Quoted,
}

/// A span to mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
    /// What it says.
    pub label: Label,
}

/// The marks of one field, widest first.
#[must_use]
pub fn of_field(field: usize, found: &Classified) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    for suppressed in &found.suppressed {
        let spans: Vec<_> = suppressed.evidence.iter().filter(|e| e.field == field).map(|e| (e.start, e.end)).collect();
        let label = Label::WhyNot(suppressed.reason.to_owned());
        let (start, end) = spans.iter().fold((usize::MAX, 0), |(low, high), &(s, e)| (low.min(s), high.max(e)));
        let whole = end.saturating_sub(start) <= LONGEST_GREY;
        let grey = if spans.is_empty() || !whole { spans } else { vec![(start, end)] };
        marks.extend(grey.into_iter().map(|(start, end)| Mark { start, end, label: label.clone() }));
    }
    marks.dedup();
    for evidence in found.mentions.iter().flat_map(|m| &m.evidence).filter(|e| e.field == field) {
        let same = marks.iter_mut().find_map(|mark| match &mut mark.label {
            Label::Evidence(roles) if (mark.start, mark.end) == (evidence.start, evidence.end) => Some(roles),
            _ => None,
        });
        match same {
            Some(roles) if roles.contains(&evidence.role) => {}
            Some(roles) => {
                roles.push(evidence.role);
                roles.sort_unstable();
            }
            None => {
                let label = Label::Evidence(vec![evidence.role]);
                marks.push(Mark { start: evidence.start, end: evidence.end, label });
            }
        }
    }
    widest_first(marks)
}

/// Sorts marks as [`runs`] wants them. Stable: of two marks of one width, the later one shows.
#[must_use]
pub fn widest_first(mut marks: Vec<Mark>) -> Vec<Mark> {
    marks.sort_by_key(|mark| std::cmp::Reverse(mark.end.saturating_sub(mark.start)));
    marks
}

/// Writes a text with its marks, paragraph by paragraph.
pub fn write(out: &mut dyn Write, text: &str, marks: &[Mark], width: usize) -> io::Result<()> {
    let mut line = Vec::new();
    for run in runs(text, marks) {
        let mut parts = run.text.split('\n');
        line.push(Run::new(parts.next().unwrap_or_default(), run.style));
        for part in parts {
            paragraph(out, &line, width, "  ")?;
            line.clear();
            line.push(Run::new(part, run.style));
        }
    }
    paragraph(out, &line, width, "  ")
}

/// Cuts the text where the mark that shows changes, and writes the marks into it.
#[must_use]
pub fn runs(text: &str, marks: &[Mark]) -> Vec<Run> {
    let valid: Vec<&Mark> =
        marks.iter().filter(|mark| text.get(mark.start..mark.end).is_some_and(|t| !t.is_empty())).collect();
    let mut cuts: Vec<usize> = valid.iter().flat_map(|mark| [mark.start, mark.end]).collect();
    cuts.extend([0, text.len()]);
    cuts.sort_unstable();
    cuts.dedup();

    // Pieces between cuts, each with the last (narrowest) mark over it; neighbours of one mark grow together.
    let mut pieces: Vec<(usize, usize, Option<usize>)> = Vec::new();
    for pair in cuts.windows(2) {
        let (start, end) = (pair[0], pair[1]);
        let owner = valid.iter().rposition(|mark| mark.start <= start && end <= mark.end);
        match pieces.last_mut() {
            Some(last) if last.2 == owner => last.1 = end,
            _ => pieces.push((start, end, owner)),
        }
    }
    let mut brackets = brackets(&valid).into_iter().peekable();
    let mut runs = Vec::new();
    for (start, end, owner) in pieces {
        // Every end of a mark is a cut, but a piece may have grown over the end of a mark hidden below it.
        while let Some((_, bracket)) = brackets.next_if(|(at, _)| *at <= start) {
            runs.push(bracket);
        }
        let piece = shown(&text[start..end]);
        match owner.map(|owner| &valid[owner].label) {
            None => runs.push(Run::new(piece, PLAIN)),
            Some(Label::Evidence(roles)) => evidence(&mut runs, roles, &piece),
            Some(Label::WhyNot(_)) => runs.push(Run::new(piece, DIM)),
            Some(Label::Quoted) => bracketed(&mut runs, "readers", STRONG, &piece),
        }
    }
    runs.extend(brackets.map(|(_, bracket)| bracket));
    runs
}

/// `‹` where a suppressed span begins and `› (reason)` where it ends, in text order, closing ones first.
fn brackets(marks: &[&Mark]) -> Vec<(usize, Run)> {
    let mut brackets = Vec::new();
    for mark in marks {
        if let Label::WhyNot(reason) = &mark.label {
            brackets.push((mark.start, 1, Run::new("‹", DIM)));
            brackets.push((mark.end, 0, Run::new(format!("›\u{a0}({reason})"), DIM)));
        }
    }
    brackets.sort_by_key(|(at, opening, _)| (*at, *opening));
    brackets.into_iter().map(|(at, _, run)| (at, run)).collect()
}

fn evidence(runs: &mut Vec<Run>, roles: &[Role], piece: &str) {
    let style = roles.first().map_or(PLAIN, |role| palette::role(*role));
    let names: Vec<_> = roles.iter().map(|role| role.name()).collect();
    bracketed(runs, &names.join("+"), style, piece);
}

fn bracketed(runs: &mut Vec<Run>, name: &str, style: anstyle::Style, piece: &str) {
    let (lead, core, tail) = trimmed(piece);
    if core.is_empty() {
        runs.push(Run::new(piece, PLAIN));
        return;
    }
    runs.push(Run::new(lead, PLAIN));
    runs.push(Run::new(format!("[{name}:\u{a0}"), DIM));
    runs.push(Run::new(core, style));
    runs.push(Run::new("]", DIM));
    runs.push(Run::new(tail, PLAIN));
}

/// Splits off the white space at both ends, so that brackets stand close to the words.
fn trimmed(piece: &str) -> (&str, &str, &str) {
    let core = piece.trim();
    if core.is_empty() {
        return (piece, "", "");
    }
    let lead = piece.len() - piece.trim_start().len();
    (&piece[..lead], core, &piece[lead + core.len()..])
}

/// The text as a person should see it: without the marks that stand for removed markup, and without control characters
/// that could drive the terminal.
#[must_use]
pub fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || c.is_whitespace()).collect()
}
