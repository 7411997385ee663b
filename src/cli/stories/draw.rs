//! Stories drawn for people: one line each, or one with everything that was reported of it.

use std::io::{self, Write};

use serde_json::Value;
use unicode_width::UnicodeWidthStr as _;

use crate::cli::palette::{self, DIM, PLAIN, STRONG};
use crate::cli::wrap::{Run, paragraph};

/// One line a story.
pub(super) fn table(out: &mut dyn Write, stories: &[&Value], width: usize) -> io::Result<()> {
    let rows: Vec<[String; 5]> = stories.iter().map(|story| row(story)).collect();
    let widest = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
    let widths = [widest(0), widest(1), widest(2), widest(3).min(width / 4)];
    for row in &rows {
        for (cell, width) in row.iter().zip(widths) {
            let cut = shortened(cell, width);
            write!(out, "{cut}{:1$}  ", "", width.saturating_sub(cut.width()))?;
        }
        let left = width.saturating_sub(widths.iter().map(|width| width + 2).sum());
        writeln!(out, "{}", shortened(&row[4], left.max(20)).trim_end())?;
    }
    Ok(())
}

fn row(story: &Value) -> [String; 5] {
    let event = text(story, "type").unwrap_or("?");
    let what = format!("{} {}, {}", palette::sign(event), palette::words(event), text(story, "status").unwrap_or("?"));
    let sources = number(story, "independentSources").unwrap_or(0);
    let sources = usize::try_from(sources).unwrap_or(usize::MAX);
    let heard = match list(story, "reports").len() + left_out(story) {
        1 => "1 report".to_owned(),
        reports => format!("{reports} reports, {}", palette::plural(sources, "source")),
    };
    let id = text(story, "storyId").unwrap_or("?");
    let when = day(story);
    [id.get(..8).unwrap_or(id).to_owned() + "  " + &when, what, heard, parties(story), details(story).join(" · ")]
}

/// How many reports are counted and not listed.
fn left_out(story: &Value) -> usize {
    usize::try_from(number(story, "leftOut").unwrap_or(0)).unwrap_or(usize::MAX)
}

/// One story: what it comes to, what it belongs with, and its reports in the order in which they came.
pub(super) fn timeline(out: &mut dyn Write, story: &Value, all: &[Value], width: usize) -> io::Result<()> {
    let event = text(story, "type").unwrap_or("story");
    let mut runs = vec![
        Run::new(format!("{} {}", palette::sign(event), palette::words(event)), STRONG),
        Run::new(format!(", {}: ", text(story, "status").unwrap_or("?")), PLAIN),
        Run::new(parties(story), STRONG),
    ];
    runs.extend(details(story).into_iter().map(|detail| Run::new(format!(" · {detail}"), PLAIN)));
    paragraph(out, &runs, width, "")?;
    let reports = list(story, "reports");
    let sources = usize::try_from(number(story, "independentSources").unwrap_or(0)).unwrap_or(usize::MAX);
    writeln!(
        out,
        "{DIM}story {}, revision {}, {} by {}{DIM:#}",
        text(story, "storyId").unwrap_or("?"),
        number(story, "revision").unwrap_or(0),
        palette::plural(reports.len() + left_out(story), "report"),
        palette::plural(sources, "independent source")
    )?;
    let counts = list(story, "counts");
    if counts.len() > 1 {
        let each = counts.iter().map(|count| {
            let value =
                palette::counted(number(count, "value").unwrap_or(0), text(count, "qualifier").unwrap_or("exact"));
            let reports = usize::try_from(number(count, "reports").unwrap_or(0)).unwrap_or(usize::MAX);
            format!("{value} ({})", palette::plural(reports, "report"))
        });
        writeln!(out, "    {STRONG}numbers given:{STRONG:#} {}", each.collect::<Vec<_>>().join(", "))?;
    }
    for link in list(story, "links") {
        let incoming = text(link, "direction") == Some("incoming");
        let relation = palette::relation(text(link, "relation").unwrap_or("see"), incoming);
        let id = text(link, "storyId").unwrap_or("?");
        let other = all.iter().find(|other| text(other, "storyId") == Some(id));
        let other = other.map_or_else(|| palette::words(text(link, "type").unwrap_or("story")), short);
        let basis = match text(link, "basis") {
            Some("cue") => "a document says so",
            Some("document") => "one document reports both",
            _ => "by their parties and days",
        };
        let id = id.get(..8).unwrap_or(id);
        writeln!(out, "    {STRONG}{relation}:{STRONG:#} {other} {DIM}({id}, {basis}){DIM:#}")?;
    }
    writeln!(out)?;
    for report in reports {
        let time =
            text(report, "publishedAt").map_or("no date", |time| time.get(..16).unwrap_or(time)).replace('T', " ");
        let source = text(report, "source").or_else(|| text(report, "document")).unwrap_or("?");
        let mut runs = vec![Run::new(format!("{time:<16}  "), DIM), Run::new(source.to_owned(), STRONG)];
        if let Some(originator) = text(report, "originator").filter(|name| *name != source) {
            runs.push(Run::new(format!(" from {originator}"), PLAIN));
        }
        runs.push(Run::new(format!(": {}", text(report, "status").unwrap_or("?")), PLAIN));
        if let Some(count) = report.get("count") {
            let value = number(count, "value").unwrap_or(0);
            runs.push(Run::new(
                format!(" · {}", palette::counted(value, text(count, "qualifier").unwrap_or("exact"))),
                PLAIN,
            ));
        }
        runs.extend(text(report, "measure").map(|measure| Run::new(format!(" · {measure}"), PLAIN)));
        let names: Vec<&str> = list(report, "persons").iter().filter_map(Value::as_str).collect();
        if !names.is_empty() {
            runs.push(Run::new(format!(" · {}", names.join(", ")), PLAIN));
        }
        let link = text(report, "url").or_else(|| text(report, "document")).unwrap_or_default();
        runs.push(Run::new(format!(" {link}"), DIM));
        paragraph(out, &runs, width, "")?;
    }
    Ok(())
}

fn short(story: &Value) -> String {
    let details: String = details(story).into_iter().take(1).map(|detail| format!(", {detail}")).collect();
    format!("{} {}{details}", palette::words(text(story, "type").unwrap_or("story")), parties(story))
}

fn day(story: &Value) -> String {
    let day = text(story, "date").or_else(|| text(story, "firstSeen")).unwrap_or("no date");
    day.get(..10).unwrap_or(day).to_owned()
}

fn parties(story: &Value) -> String {
    let side = |name: &str| list(story, name).iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ");
    let (authority, target) = (side("authority"), side("target"));
    let authority = if authority.is_empty() { "?".to_owned() } else { authority };
    if target.is_empty() { authority } else { format!("{authority} -> {target}") }
}

/// Number, measures, persons.
fn details(story: &Value) -> Vec<String> {
    let mut details = Vec::new();
    let most = list(story, "counts").iter().find(|count| count.get("value") == story.get("count"));
    if let Some(value) = number(story, "count") {
        let qualifier = most.and_then(|count| text(count, "qualifier")).unwrap_or("exact");
        let noun = if text(story, "type") == Some("prisoner_release") { "persons" } else { "listed" };
        details.push(format!("{} {noun}", palette::counted(value, qualifier)));
    }
    for name in ["measures", "persons"] {
        let names: Vec<&str> = list(story, name).iter().filter_map(Value::as_str).collect();
        if !names.is_empty() {
            details.push(names.join(", "));
        }
    }
    details
}

/// The text in at most that many columns.
fn shortened(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut cut = String::new();
    for c in text.chars() {
        if cut.width() + c.to_string().width() + 1 > width {
            break;
        }
        cut.push(c);
    }
    cut + "…"
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}

fn number(value: &Value, name: &str) -> Option<u64> {
    value.get(name).and_then(Value::as_u64)
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
