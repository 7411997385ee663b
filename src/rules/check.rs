//! Checking a rule set: it compiles, its examples hold, and each rule shows what it must not match.
//!
//! Examples run through the real pipeline stage, gate and merging included. A rule with a failing example does not load.

use std::borrow::Cow;

use toml::Spanned;

use super::file::{RawExample, RawRule, RawWant, RuleFile};
use super::read::Reading;
use super::report::{Diagnostic, Report, Severity};
use super::set::RuleSet;
use super::{Classified, SourceFile};
use crate::input::{Document, Field, Kind, Source, Standing};

/// Compiles the files and runs every example.
#[must_use]
pub fn check(files: &[SourceFile]) -> Report {
    let mut report = Report::default();
    let set = match RuleSet::compile(files) {
        Ok(set) => set,
        Err(diagnostics) => {
            report.diagnostics = diagnostics;
            return report;
        }
    };
    let mut reading = Reading::default();
    for file in files.iter().filter(|f| f.path.ends_with(".toml")) {
        let Ok(parsed) = toml::from_str::<RuleFile>(&file.text) else { continue };
        for rule in &parsed.rule {
            lint(&mut report, file, rule);
            for example in &rule.example {
                report.examples_run += 1;
                if let Some(problem) = run(&set, &mut reading, rule, example.get_ref()) {
                    report.examples_failed += 1;
                    report.diagnostics.push(Diagnostic {
                        code: "R100",
                        severity: Severity::Error,
                        path: file.path.clone(),
                        span: text_span(file, example),
                        message: format!("example of {} does not hold: {problem}", rule.id.get_ref()),
                        help: Some(format!("expected {}", expectation(example.get_ref()))),
                    });
                }
            }
        }
    }
    report
}

/// The span of the example's text line: the whole example is too long to show.
fn text_span(file: &SourceFile, example: &Spanned<RawExample>) -> std::ops::Range<usize> {
    let span = example.span();
    let body = &file.text[span.clone()];
    let start = body.find("text").map_or(span.start, |i| span.start + i);
    let end = file.text[start..].find('\n').map_or(span.end, |i| start + i);
    start..end
}

fn lint(report: &mut Report, file: &SourceFile, rule: &RawRule) {
    let mut warn = |code: &'static str, message: String, help: &str| {
        report.diagnostics.push(Diagnostic {
            code,
            severity: Severity::Error,
            path: file.path.clone(),
            span: rule.id.span(),
            message,
            help: Some(help.to_owned()),
        });
    };
    let examples = || rule.example.iter().map(Spanned::get_ref);
    if rule.doc.trim().is_empty() {
        warn(
            "R005",
            format!("rule {} has no doc", rule.id.get_ref()),
            "say what it covers and what it leaves to others",
        );
    }
    let speaks = |e: &RawExample| {
        e.want.is_some() || e.not.is_some() && rule.when.status.as_deref().is_some_and(|s| s != "enacted")
    };
    if examples().filter(|e| speaks(e)).count() == 0 && rule.when.value.is_empty() {
        warn(
            "R008",
            format!("rule {} has no example with slots", rule.id.get_ref()),
            "add an example with want = { ... }",
        );
    }
    if rule.when.value.is_empty() && examples().filter(|e| e.none || e.not.is_some()).count() == 0 {
        warn(
            "R004",
            format!("rule {} has no negative example", rule.id.get_ref()),
            "add one with not = \"...\" or none = true",
        );
    }
}

fn expectation(e: &RawExample) -> String {
    if e.none {
        return "no match of this rule".to_owned();
    }
    if let Some(reason) = &e.not {
        return format!("a match that is suppressed as {reason:?}");
    }
    e.want.as_ref().map_or_else(String::new, describe)
}

/// A `want` in words, for reports and generated pages.
#[must_use]
pub fn describe(w: &RawWant) -> String {
    let mut parts = vec![w.status.clone().unwrap_or_else(|| "enacted".to_owned())];
    let list = |name: &str, v: &Option<Vec<String>>| v.as_ref().map(|v| format!("{name} {}", v.join(", ")));
    parts.extend(list("authority", &w.authority));
    parts.extend(list("target", &w.target));
    parts.extend(w.count.map(|c| format!("count {c}")));
    parts.extend(list("persons", &w.persons));
    parts.extend(w.measure.as_ref().map(|m| format!("measure {m}")));
    parts.extend(w.date.as_ref().map(|d| format!("date {d}")));
    parts.join("; ")
}

/// Runs one example; the problem, when it does not hold.
fn run(set: &RuleSet, reading: &mut Reading, rule: &RawRule, e: &RawExample) -> Option<String> {
    let document = match document(rule, e) {
        Ok(d) => d,
        Err(problem) => return Some(problem),
    };
    let found = set.classify(&document, reading);
    let problem = verdict(rule, e, &found);
    match (e.todo, problem) {
        (true, None) => Some("a known miss now passes; remove todo = true".to_owned()),
        (true, Some(_)) => None,
        (false, problem) => problem,
    }
}

fn verdict(rule: &RawRule, e: &RawExample, found: &Classified) -> Option<String> {
    let id = rule.id.get_ref().as_str();
    let event = rule.event.get_ref().as_str();
    let uses = |evidence: &[super::Evidence]| evidence.iter().any(|x| x.rule == id);
    let mentions: Vec<_> =
        found.mentions.iter().filter(|m| m.event == event && (m.rule == id || uses(&m.evidence))).collect();
    let suppressed: Vec<_> = found.suppressed.iter().filter(|s| s.event == event && s.rule == id).collect();
    if e.none {
        return (!mentions.is_empty() || !suppressed.is_empty()).then(|| format!("it matched ({})", summary(found)));
    }
    if let Some(reason) = &e.not {
        if !mentions.is_empty() {
            return Some(format!("it raised an alert ({})", summary(found)));
        }
        if suppressed.iter().any(|s| s.reason == reason) {
            return None;
        }
        return Some(format!("it was not suppressed for that reason ({})", summary(found)));
    }
    let Some(w) = &e.want else { return None };
    let Some(m) = mentions.first() else { return Some(format!("it made no mention ({})", summary(found))) };
    let mut wrong = Vec::new();
    let wanted = w.status.as_deref().unwrap_or("enacted");
    if m.status.name() != wanted {
        wrong.push(format!("status {}", m.status.name()));
    }
    let same = |a: &[String], b: &Option<Vec<String>>| {
        b.as_ref().is_none_or(|b| {
            let (mut a, mut b) = (a.to_vec(), b.clone());
            a.sort();
            b.sort();
            a == b
        })
    };
    if !same(&m.authority, &w.authority) {
        wrong.push(format!("authority {:?}", m.authority));
    }
    if !same(&m.target, &w.target) {
        wrong.push(format!("target {:?}", m.target));
    }
    if !same(&m.persons, &w.persons) {
        wrong.push(format!("persons {:?}", m.persons));
    }
    if w.count.is_some_and(|c| m.count.map(|x| x.value) != Some(c)) || w.no_count && m.count.is_some() {
        wrong.push(format!("count {:?}", m.count.map(|c| c.value)));
    }
    if w.measure.is_some() && m.measure != w.measure {
        wrong.push(format!("measure {:?}", m.measure));
    }
    if w.subtype.is_some() && m.subtype != w.subtype {
        wrong.push(format!("subtype {:?}", m.subtype));
    }
    if let Some(d) = &w.date
        && m.date.map(|x| x.to_string()).as_deref() != Some(d)
    {
        wrong.push(format!("date {:?}", m.date.map(|x| x.to_string())));
    }
    (!wrong.is_empty()).then(|| format!("found {}", wrong.join(", ")))
}

fn summary(found: &Classified) -> String {
    let mut parts: Vec<String> =
        found.mentions.iter().map(|m| format!("{} {} by {}", m.event, m.status.name(), m.rule)).collect();
    parts.extend(found.suppressed.iter().map(|s| {
        format!("{} {} [{}] by {}, cue {}", s.event, s.status.name(), s.reason, s.rule, s.cue.as_deref().unwrap_or("-"))
    }));
    if parts.is_empty() { "nothing matched".to_owned() } else { parts.join("; ") }
}

fn document<'e>(rule: &RawRule, e: &'e RawExample) -> Result<Document<'e>, String> {
    let date = e.date.as_deref().unwrap_or("2025-12-13");
    let published_at = format!("{date}T12:00:00Z").parse().map_err(|_| format!("date {date:?} is not YYYY-MM-DD"))?;
    let notice = e.document.as_deref().map_or_else(|| rule.when.document == ["notice"], |d| d == "notice");
    let title = if notice { "title" } else { "headline" };
    let body = if notice { "abstract" } else { "body" };
    let mut fields = Vec::new();
    let field = |name: &'static str, text: &'e str| Field {
        name: Cow::Borrowed(name),
        text: Cow::Borrowed(text),
        blanked: None,
    };
    match (&e.headline, rule.when.field.as_deref()) {
        (Some(h), _) => {
            fields.push(field(title, h));
            fields.push(field(body, &e.text));
        }
        (None, Some("title" | "headline")) => fields.push(field(title, &e.text)),
        (None, _) => fields.push(field(body, &e.text)),
    }
    Ok(Document {
        id: Cow::Borrowed("example"),
        id_derived: false,
        version: None,
        kind: if notice { Kind::Notice } else { Kind::Article },
        class: None,
        fields,
        published_at: Some(published_at),
        url: None,
        language: None,
        source: Source::default(),
        standing: Standing::Usable,
        correction_of: None,
        embargoed_until: None,
        genres: Vec::new(),
    })
}
