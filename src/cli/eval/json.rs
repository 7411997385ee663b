//! The report as one JSON object, for programs. Figures that cannot be measured are null.

use serde_json::{Map, Value, json};

use crate::evaluation::judge::Slot;
use crate::evaluation::reliability::THRESHOLDS;
use crate::evaluation::{Confusion, Excerpt, Finding, Found, GoldEvent, Report, Scores, Tally, figures};
use crate::rules::{RuleSet, Status};

/// The whole report; the errors too where they are wanted.
pub(super) fn report(rules: &RuleSet, report: &Report, threshold: f64, with_errors: bool) -> Value {
    let mut object = scores(&report.whole);
    let figures = figures::all(&report.whole).into_iter().map(|(name, figure)| (name, rounded(figure)));
    object.insert("figures".to_owned(), Value::Object(figures.collect()));
    object.insert("minConfidence".to_owned(), json!(threshold));
    object.insert("rules".to_owned(), json!({"version": rules.version(), "hash": rules.hash()}));
    let parts = report.parts.iter().map(|((axis, name), part)| {
        let mut part = scores(part);
        part.insert("by".to_owned(), json!(axis.name()));
        part.insert("part".to_owned(), json!(name));
        Value::Object(part)
    });
    object.insert("parts".to_owned(), parts.collect());
    if with_errors {
        object.insert("errors".to_owned(), report.findings.iter().map(finding).collect());
    }
    Value::Object(object)
}

fn scores(scores: &Scores) -> Map<String, Value> {
    let mut types = Map::new();
    for of in &scores.types {
        let statuses = Status::LADDER.into_iter().zip(&of.by_status);
        let statuses: Map<_, _> = statuses.map(|(status, of)| (status.name().to_owned(), tally(of))).collect();
        let value = json!({"strict": tally(&of.strict), "all": tally(&of.all), "statuses": statuses});
        types.insert(of.event.clone(), value);
    }
    let arguments = Slot::ALL.iter().zip(&scores.arguments).map(|(slot, of)| (slot.name().to_owned(), tally(of)));
    let bins = scores.reliability.bins().into_iter().map(|bin| {
        json!({
            "from": bin.from, "to": bin.to, "alerts": bin.alerts, "right": bin.right,
            "confidence": rounded(Some(bin.confidence)), "precision": rounded(bin.precision()),
        })
    });
    let thresholds = THRESHOLDS.into_iter().map(|threshold| {
        let mut value = tally(&scores.reliability.at(threshold));
        value["threshold"] = json!(threshold);
        value
    });
    let value = json!({
        "documents": scores.documents, "answered": scores.answered, "ambiguous": scores.ambiguous, "excused": scores.excused,
        "strict": tally(&scores.micro()), "all": tally(&scores.micro_all()), "types": types,
        "arguments": arguments.collect::<Map<_, _>>(),
        "statuses": {
            "right": scores.confusion.right(), "of": scores.confusion.of(), "share": rounded(scores.confusion.share()),
            "confusion": confusion(&scores.confusion),
        },
        "confidence": {
            "bins": bins.collect::<Vec<_>>(), "error": rounded(scores.reliability.error()),
            "thresholds": thresholds.collect::<Vec<_>>(),
        },
    });
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

/// Rows by gold status, columns by found status.
fn confusion(confusion: &Confusion) -> Value {
    let name = |status: Option<Status>| status.map_or("none", Status::name).to_owned();
    let row = |gold| -> Map<String, Value> {
        Confusion::places().map(|found| (name(found), json!(confusion.cell(gold, found)))).collect()
    };
    Confusion::places().map(|gold| (name(gold), Value::Object(row(gold)))).collect::<Map<_, _>>().into()
}

fn tally(tally: &Tally) -> Value {
    json!({
        "precision": rounded(tally.precision()), "recall": rounded(tally.recall()), "f1": rounded(tally.f1()),
        "right": tally.right, "wrong": tally.wrong, "missed": tally.missed,
    })
}

fn rounded(figure: Option<f64>) -> Value {
    figure.map_or(Value::Null, |figure| json!((figure * 1e4).round() / 1e4))
}

fn finding(finding: &Finding) -> Value {
    json!({
        "document": finding.document, "type": finding.event, "error": finding.fault.name(),
        "expected": finding.expected.iter().map(expected).collect::<Vec<_>>(),
        "found": finding.found.iter().map(found).collect::<Vec<_>>(),
        "place": finding.place.as_ref().map(excerpt),
    })
}

fn expected(event: &GoldEvent) -> Value {
    json!({
        "status": event.status.name(), "authority": event.authority, "target": event.target, "count": event.count,
        "persons": event.persons, "quote": event.quote,
    })
}

fn found(found: &Found) -> Value {
    json!({
        "status": found.status.name(), "reason": found.reason, "rule": found.rule, "cues": found.cues,
        "authority": found.authority, "target": found.target, "count": found.count, "persons": found.persons,
        "confidence": rounded(found.confidence), "sentences": found.excerpts.iter().map(excerpt).collect::<Vec<_>>(),
    })
}

/// Offsets are bytes: `start` of the sentence in its field, those of the marks in the field too.
fn excerpt(excerpt: &Excerpt) -> Value {
    let marks = excerpt.marks.iter().map(|mark| {
        json!({
            "role": mark.role.map(crate::rules::Role::name), "start": excerpt.start + mark.start,
            "end": excerpt.start + mark.end, "quote": excerpt.text.get(mark.start..mark.end),
        })
    });
    json!({"field": excerpt.field, "start": excerpt.start, "text": excerpt.text, "marks": marks.collect::<Vec<_>>()})
}
