//! An alert drawn for people, from its JSON value: the line of who and whom, the words that carry it, the alert it
//! belongs with.
//!
//! It reads the wire form and not the core types, so that it shows alerts from a topic, from a file or from the pipeline
//! alike. A field that is not there is not shown; nothing here fails on an odd alert.

mod sentence;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::Value;

use super::palette::{self, DIM, PLAIN, STRONG};
use super::wrap::{Run, paragraph};

/// Draws alerts, remembering those it has seen so that links can be told in words.
#[derive(Debug)]
pub struct AlertView {
    width: usize,
    seen: BTreeMap<String, String>,
}

impl AlertView {
    /// A view of that many columns.
    #[must_use]
    pub fn new(width: usize) -> Self {
        Self { width, seen: BTreeMap::new() }
    }

    /// Remembers an alert without drawing it, so that an earlier one can name it.
    pub fn learn(&mut self, alert: &Value) {
        if text(alert, "/action") == Some("retracted") {
            return;
        }
        for id in [text(alert, "/id"), text(alert, "/storyId")].into_iter().flatten() {
            self.seen.insert(id.to_owned(), short(alert));
        }
    }

    /// Draws one alert.
    pub fn write(&mut self, out: &mut dyn Write, alert: &Value) -> io::Result<()> {
        self.learn(alert);
        if text(alert, "/action") == Some("retracted") {
            return self.retraction(out, alert);
        }
        let event = text(alert, "/type").unwrap_or("alert");
        let time = text(alert, "/document/publishedAt").map(minute).unwrap_or_default();
        let grown = growth(alert);
        let mut runs = vec![
            Run::new(format!("{time} "), DIM),
            Run::new(grown.clone().map(|grown| format!("{grown} ")).unwrap_or_default(), STRONG),
            Run::new(format!("{} {}", palette::sign(event), palette::words(event)), STRONG),
            Run::new(format!(", {}: ", text(alert, "/status").unwrap_or("?")), PLAIN),
            Run::new(parties(alert), STRONG),
        ];
        runs.extend(details(alert).into_iter().map(|detail| Run::new(format!(" · {detail}"), PLAIN)));
        if let Some(publisher) = text(alert, "/document/publisher") {
            runs.push(Run::new(format!(" ({publisher})"), DIM));
        }
        paragraph(out, &runs, self.width, "")?;
        for changed in list(alert, "/changed").iter().filter(|changed| text(changed, "/field") != Some("linkedTo")) {
            let side = |path| {
                let values: Vec<&str> = list(changed, path).iter().filter_map(Value::as_str).collect();
                if values.is_empty() { "not known".to_owned() } else { values.join(", ") }
            };
            let change = format!("{}: {} -> {}", text(changed, "/field").unwrap_or("?"), side("/from"), side("/to"));
            paragraph(out, &[Run::new(change, PLAIN)], self.width, "    ")?;
        }
        if grown.is_some()
            && let Some(told) = sources(alert)
        {
            paragraph(out, &[Run::new(told, DIM)], self.width, "    ")?;
        }
        if let Some(runs) = sentence::of(alert) {
            paragraph(out, &runs, self.width, "    ")?;
        }
        for link in list(alert, "/linkedTo") {
            let relation = palette::relation(
                text(link, "/relation").unwrap_or("see"),
                text(link, "/direction") == Some("incoming"),
            );
            writeln!(out, "    {STRONG}{relation}:{STRONG:#} {}", self.other(link))?;
        }
        writeln!(out)
    }

    fn retraction(&self, out: &mut dyn Write, alert: &Value) -> io::Result<()> {
        let event = palette::words(text(alert, "/type").unwrap_or("alert"));
        let known = text(alert, "/storyId").and_then(|id| self.seen.get(id).cloned()).unwrap_or(event);
        let document = text(alert, "/document/id").unwrap_or("?");
        writeln!(out, "{STRONG}retracted{STRONG:#}  {known}: its last report, document {document}, was withdrawn\n")
    }

    /// The other alert of a link: in words where we have seen it, else by what the link itself says.
    fn other(&self, link: &Value) -> String {
        let ids = [text(link, "/storyId"), text(link, "/mention")];
        ids.into_iter().flatten().find_map(|id| self.seen.get(id).cloned()).unwrap_or_else(|| {
            let event = text(link, "/type").map(palette::words).unwrap_or_default();
            format!("{event} {}", text(link, "/storyId").or_else(|| text(link, "/mention")).unwrap_or("?"))
                .trim()
                .to_owned()
        })
    }
}

/// What an alert behind the first of its story does, in a word; `None` for the first.
fn growth(alert: &Value) -> Option<String> {
    let action = text(alert, "/action").filter(|action| *action != "opened")?;
    let linked = list(alert, "/changed").iter().all(|changed| text(changed, "/field") == Some("linkedTo"));
    Some(if action == "updated" && linked { "linked".to_owned() } else { action.to_owned() })
}

/// Who has reported the story so far.
fn sources(alert: &Value) -> Option<String> {
    let number = |path| alert.pointer(path).and_then(Value::as_u64);
    let (reports, independent) = (number("/sources/count")?, number("/sources/independentCount")?);
    let names: Vec<&str> = list(alert, "/sources/publishers").iter().filter_map(Value::as_str).collect();
    let shown = names.iter().take(4).copied().collect::<Vec<_>>().join(", ");
    let more = if names.len() > 4 { format!(" and {} more", names.len() - 4) } else { String::new() };
    let plural = |number: u64, noun| palette::plural(usize::try_from(number).unwrap_or(usize::MAX), noun);
    Some(format!("{} by {}: {shown}{more}", plural(reports, "report"), plural(independent, "independent source")))
}

/// Type and parties in a few words: `sanction lifted US -> BY`.
fn short(alert: &Value) -> String {
    let event = palette::words(text(alert, "/type").unwrap_or("alert"));
    let details: String = details(alert).into_iter().take(1).map(|detail| format!(", {detail}")).collect();
    format!("{event} {}{details}", parties(alert))
}

fn parties(alert: &Value) -> String {
    let actors: Vec<_> =
        list(alert, "/authority").iter().filter_map(|p| text(p, "/name").or_else(|| text(p, "/id"))).collect();
    let targets: Vec<_> =
        list(alert, "/target/country").iter().chain(list(alert, "/target/name")).filter_map(Value::as_str).collect();
    let side = |list: &[&str]| if list.is_empty() { "?".to_owned() } else { list.join(", ") };
    if targets.is_empty() { side(&actors) } else { format!("{} -> {}", side(&actors), side(&targets)) }
}

/// Count, persons, measure: what a reader asks next.
fn details(alert: &Value) -> Vec<String> {
    let mut details = Vec::new();
    for (path, word) in [("/counts/persons", "persons"), ("/counts/entities", "listed")] {
        if let Some(value) = alert.pointer(path).and_then(|c| c.get("value")).and_then(Value::as_u64) {
            let qualifier = text(alert, &format!("{path}/qualifier")).unwrap_or("exact");
            details.push(format!("{} {word}", palette::counted(value, qualifier)));
        }
    }
    details.extend(text(alert, "/measure").map(str::to_owned));
    let names: Vec<_> = list(alert, "/persons").iter().filter_map(|person| text(person, "/name")).collect();
    if !names.is_empty() {
        details.push(names.join(", "));
    }
    details
}

/// `2025-12-13T14:02:31Z` as `2025-12-13 14:02`.
fn minute(time: &str) -> String {
    time.get(..16).unwrap_or(time).replace('T', " ")
}

fn text<'a>(value: &'a Value, path: &str) -> Option<&'a str> {
    value.pointer(path).and_then(Value::as_str)
}

fn list<'a>(value: &'a Value, path: &str) -> &'a [Value] {
    value.pointer(path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
