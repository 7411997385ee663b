//! An error for people: what was expected, what was found, by which rule and cue, and the sentence with its marks.

use std::io::{self, Write};

use super::super::palette::{DIM, ERROR, PLAIN, STRONG, words};
use super::super::picture::sentence;
use super::super::wrap::{Run, paragraph};
use crate::evaluation::{Fault, Finding, Found, GoldEvent};

/// Writes one error, with an empty line behind it.
pub(super) fn write(out: &mut dyn Write, finding: &Finding, width: usize) -> io::Result<()> {
    let (fault, event) = (fault(finding.fault), words(&finding.event));
    writeln!(out, "{ERROR}{fault}{ERROR:#}  {STRONG}{event}{STRONG:#}  {}", finding.document)?;
    if finding.expected.is_empty() {
        line(out, "expected", "no such event", width)?;
    }
    for event in &finding.expected {
        line(out, "expected", &expected(event), width)?;
    }
    if finding.found.is_empty() {
        line(out, "found", "nothing: no rule fits", width)?;
    }
    for found in &finding.found {
        line(out, "found", &self::found(found), width)?;
        found.excerpts.iter().try_for_each(|excerpt| sentence(out, excerpt, width))?;
    }
    if let Some(place) = &finding.place {
        line(out, "readers saw", if place.marks.is_empty() { "(no quote; the headline)" } else { "" }, width)?;
        sentence(out, place, width)?;
    }
    writeln!(out)
}

/// The words for a fault.
pub(super) fn fault(fault: Fault) -> String {
    match fault {
        Fault::FalseAlert | Fault::Missed => fault.name().replace('-', " "),
        Fault::Status | Fault::Argument(_) => format!("wrong {}", fault.name()),
    }
}

/// What a reader said, in a line.
pub(super) fn expected(event: &GoldEvent) -> String {
    let (who, whom) = (&event.authority, &event.target);
    line_of(event.status.name(), who, whom, event.count.map(|count| count.to_string()), &event.persons)
}

/// What the rules said, in a line.
pub(super) fn found(found: &Found) -> String {
    let count = found.count.map(|count| count.to_string());
    let mut text = line_of(found.status.name(), &found.authority, &found.target, count, &found.persons);
    if let Some(reason) = found.reason {
        text.push_str(&format!("; no alert: {reason}"));
    }
    text.push_str(&format!(" [rule {}", found.rule));
    if !found.cues.is_empty() {
        text.push_str(&format!(", cue {}", found.cues.join(", ")));
    }
    text.push(']');
    if let Some(confidence) = found.confidence {
        text.push_str(&format!(" confidence {confidence:.2}"));
    }
    text
}

fn line_of(status: &str, who: &[String], whom: &[String], count: Option<String>, persons: &[String]) -> String {
    let side = |list: &[String]| if list.is_empty() { "?".to_owned() } else { list.join("+") };
    let mut text = format!("{status}, {}", side(who));
    if !whom.is_empty() {
        text.push_str(&format!(" -> {}", side(whom)));
    }
    if let Some(count) = count {
        text.push_str(&format!(", count {count}"));
    }
    if !persons.is_empty() {
        text.push_str(&format!(", persons {}", persons.join(", ")));
    }
    text
}

fn line(out: &mut dyn Write, name: &str, text: &str, width: usize) -> io::Result<()> {
    if text.is_empty() {
        return writeln!(out, "  {DIM}{name}{DIM:#}");
    }
    let mut wrapped = Vec::new();
    let indent = " ".repeat(15);
    paragraph(&mut wrapped, &[Run::new(text, PLAIN)], width, &indent)?;
    write!(out, "  {DIM}{name:<11}{DIM:#}  ")?;
    out.write_all(wrapped.strip_prefix(indent.as_bytes()).unwrap_or(b"\n"))
}
