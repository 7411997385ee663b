//! A classified document drawn for people: the text with its evidence marked, a card for each mention, and for
//! everything that raises no alert the reason why not.
//!
//! Every mark is words and brackets; colour comes on top and is taken out where it is not wanted. The picture shows what
//! the rules stage said and decides nothing.

pub mod marks;

use std::io::{self, Write};

use super::palette::{self, DIM, PLAIN, STRONG, grouped};
use super::wrap::{Run, paragraph};
use crate::evaluation::Excerpt;
use crate::input::Document;
use crate::rules::{Classified, Evidence, Link, Mention, Suppressed};

/// Draws the whole picture of one document.
pub fn write(out: &mut dyn Write, document: &Document<'_>, found: &Classified, width: usize) -> io::Result<()> {
    head(out, document)?;
    for (index, field) in document.fields.iter().enumerate() {
        writeln!(out, "\n{DIM}{}{DIM:#}", field.name)?;
        marks::write(out, field.reading(), &marks::of_field(index, found), width)?;
    }
    legend(out, found, width)?;
    writeln!(out)?;
    if found.mentions.is_empty() {
        writeln!(out, "  no mention of a sanction or a release that would raise an alert")?;
    }
    for (index, mention) in found.mentions.iter().enumerate() {
        card(out, document, index, mention, width)?;
    }
    for link in &found.links {
        linked(out, document, link)?;
    }
    if !found.links.is_empty() && !found.suppressed.is_empty() {
        writeln!(out)?;
    }
    for suppressed in &found.suppressed {
        why_not(out, document, suppressed, width)?;
    }
    Ok(())
}

fn head(out: &mut dyn Write, document: &Document<'_>) -> io::Result<()> {
    write!(out, "{STRONG}{}{STRONG:#}", document.id)?;
    if let Some(publisher) = document.source.name.as_deref().or(document.source.uri.as_deref()) {
        write!(out, "  {publisher}")?;
    }
    match document.published_at {
        Some(at) => writeln!(out, "  {DIM}published {at}{DIM:#}"),
        None => writeln!(out, "  {DIM}no publication date: days such as \"Saturday\" stay unresolved{DIM:#}"),
    }
}

/// The roles that occur, each in its colour and by its word.
fn legend(out: &mut dyn Write, found: &Classified, width: usize) -> io::Result<()> {
    let occurs = |role| found.mentions.iter().any(|mention| mention.evidence.iter().any(|e| e.role == role));
    let mut runs = Vec::new();
    for role in palette::ROLES.into_iter().filter(|role| occurs(*role)) {
        runs.push(Run::new(format!("[{}]", role.name()), palette::role(role)));
        runs.push(Run::new(" ", PLAIN));
    }
    if !found.suppressed.is_empty() {
        runs.push(Run::new("‹no alert› (and why)", DIM));
    }
    if runs.is_empty() {
        return Ok(());
    }
    runs.insert(0, Run::new("marks: ", DIM));
    writeln!(out)?;
    paragraph(out, &runs, width, "  ")
}

fn card(out: &mut dyn Write, document: &Document<'_>, index: usize, mention: &Mention, width: usize) -> io::Result<()> {
    let status = palette::status(mention.status);
    let subtype = mention.subtype.as_deref().map(|subtype| format!(" ({subtype})")).unwrap_or_default();
    writeln!(
        out,
        "  {} {}. {STRONG}{}{STRONG:#}{subtype}, {status}{}{status:#}",
        palette::sign(&mention.event),
        index + 1,
        palette::words(&mention.event),
        mention.status.name()
    )?;
    let mut line = |name: &str, text: String| {
        let runs = [Run::new(text, PLAIN)];
        write!(out, "      {DIM}{name:<11}{DIM:#}")?;
        hanging(out, &runs, width, 17)
    };
    line("who", who_whom(&mention.authority, &mention.target))?;
    if let Some(count) = mention.count {
        line("count", palette::counted(count.value.into(), count.qualifier.name()))?;
    }
    if !mention.parts.is_empty() {
        let parts = mention.parts.iter().map(|part| format!("{} {}", grouped(part.count.into()), part.place));
        line("of these", parts.collect::<Vec<_>>().join(", "))?;
    }
    if let Some(remaining) = mention.remaining {
        line("still held", grouped(remaining.into()))?;
    }
    for (name, list) in
        [("persons", &mention.persons), ("provisions", &mention.provisions), ("to", &mention.destination)]
    {
        if !list.is_empty() {
            line(name, list.join(", "))?;
        }
    }
    if let Some(measure) = &mention.measure {
        line("measure", measure.clone())?;
    }
    if let Some(date) = mention.date {
        line("date", date.to_string())?;
    }
    if mention.criminal {
        line("note", "ordinary criminals: no alert unless asked for".to_owned())?;
    }
    let parts: Vec<_> = mention.confidence_parts.iter().map(|(name, part)| format!("{name} {part:.2}")).collect();
    let parts = if parts.is_empty() { String::new() } else { format!("  ({})", parts.join(", ")) };
    line("confidence", format!("{:.2}{parts}", mention.confidence))?;
    line("rule", format!("{}  (CAMEO {})", mention.rule, mention.cameo))?;
    if let Some(words) = mention.evidence.iter().find(|e| e.role == crate::rules::Role::Trigger) {
        line("because of", quoted(document, words))?;
    }
    writeln!(out)
}

/// The rest of a line whose first `column` columns are written already; further lines are indented to match.
fn hanging(out: &mut dyn Write, runs: &[Run], width: usize, column: usize) -> io::Result<()> {
    let indent = " ".repeat(column);
    let mut text = Vec::new();
    paragraph(&mut text, runs, width, &indent)?;
    out.write_all(text.strip_prefix(indent.as_bytes()).unwrap_or(b"\n"))
}

/// Who does it to whom: `US -> BY`, with a question mark for what the text does not say.
pub(super) fn who_whom(authority: &[String], target: &[String]) -> String {
    let side = |list: &[String]| if list.is_empty() { "?".to_owned() } else { list.join(", ") };
    if target.is_empty() { side(authority) } else { format!("{} -> {}", side(authority), side(target)) }
}

fn why_not(out: &mut dyn Write, document: &Document<'_>, suppressed: &Suppressed, width: usize) -> io::Result<()> {
    let words = suppressed.evidence.iter().map(|e| quoted(document, e)).next().unwrap_or_default();
    let cue = suppressed.cue.as_deref().map(|cue| format!(", cue {cue}")).unwrap_or_default();
    let text = format!(
        "no alert: {} {}, {} ({}): {words} [rule {}{cue}]",
        palette::words(&suppressed.event),
        who_whom(&suppressed.authority, &suppressed.target),
        suppressed.reason,
        suppressed.status.name(),
        suppressed.rule,
    );
    write!(out, "  {DIM}-{DIM:#} ")?;
    hanging(out, &[Run::new(text, DIM)], width, 4)
}

fn linked(out: &mut dyn Write, document: &Document<'_>, link: &Link) -> io::Result<()> {
    let relation = palette::relation(link.relation.name(), false);
    let cue = quoted(document, &link.cue);
    writeln!(out, "  {} {STRONG}{relation}{STRONG:#} {}  {cue}", link.from + 1, link.to + 1)
}

/// The words of a span in quotation marks; nothing for a span that does not cut the text.
pub(super) fn quoted(document: &Document<'_>, evidence: &Evidence) -> String {
    let text = document.fields.get(evidence.field).and_then(|f| f.reading().get(evidence.start..evidence.end));
    let words = |text| marks::shown(text).split_whitespace().collect::<Vec<_>>().join(" ");
    text.map(|text| format!("\"{}\"", words(text))).unwrap_or_default()
}

/// Writes a sentence with its marks, behind a bar.
pub(super) fn sentence(out: &mut dyn Write, excerpt: &Excerpt, width: usize) -> io::Result<()> {
    let mut labelled: Vec<marks::Mark> = Vec::new();
    for mark in &excerpt.marks {
        let same = labelled.iter_mut().find(|known| (known.start, known.end) == (mark.start, mark.end));
        match (same, mark.role) {
            (Some(marks::Mark { label: marks::Label::Evidence(roles), .. }), Some(role)) => roles.push(role),
            (_, role) => {
                let label = role.map_or(marks::Label::Quoted, |role| marks::Label::Evidence(vec![role]));
                labelled.push(marks::Mark { start: mark.start, end: mark.end, label });
            }
        }
    }
    let mut runs = vec![Run::new(format!("{}: ", excerpt.field), DIM)];
    runs.extend(marks::runs(&excerpt.text, &marks::widest_first(labelled)));
    paragraph(out, &runs, width, "    | ")
}
