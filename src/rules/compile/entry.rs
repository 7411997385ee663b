//! One `[[event]]`, `[[rule]]` or `[[scope]]` -> its compiled form, with every name in it resolved.

use toml::Spanned;

use super::Compiler;
use super::resolve::Resolver;
use crate::rules::file::{KeyedBy, Maturity, RawEvent, RawExample, RawRule, RawScope};
use crate::rules::report::{ExampleInfo, RuleInfo};
use crate::rules::set::{Event, REASONS, Rule, Scope, When};
use crate::rules::{EventType, Relation, SourceFile, Status, check};

/// An event type.
pub(super) fn event(raw: &RawEvent) -> Event {
    Event {
        public: EventType {
            name: raw.name.get_ref().clone(),
            label: raw.label.clone(),
            topic: raw.topic.clone(),
            ce_type: raw.ce_type.clone(),
            plover: raw.plover.clone(),
            keyed_by_authority: raw.key == KeyedBy::Authority,
        },
        cameo: raw.cameo.clone(),
        shape: raw.shape,
        usual_authority: raw.usual_authority.clone(),
    }
}

/// A rule; `None` when its event is unknown.
pub(super) fn rule(
    compiler: &mut Compiler,
    words: &Resolver<'_>,
    events: &[Event],
    path: &str,
    raw: &RawRule,
) -> Option<Rule> {
    let Some(event) = events.iter().position(|e| e.public.name == *raw.event.get_ref()) else {
        let message = format!("unknown event type {:?}", raw.event.get_ref());
        compiler.error("R014", path, raw.event.span(), message, "declare it with [[event]]");
        return None;
    };
    let w = &raw.when;
    let status = match w.status.as_deref() {
        None => None,
        Some(name) => match status(name) {
            Some(s) => Some(s),
            None => {
                compiler.error("R015", path, raw.id.span(), format!("unknown status {name:?}"), STATUS_HELP);
                None
            }
        },
    };
    let mut get = |list: &[Spanned<String>]| words.pattern(compiler, path, list);
    let when = When {
        verb: get(&w.verb),
        noun: get(&w.noun),
        object: get(&w.object),
        subject: get(&w.subject),
        modifier: get(&w.modifier),
        with: w.with.as_ref().map(|x| (x.preposition.clone(), get(&x.object))),
        qualified: get(&w.qualified),
        without: get(&w.without),
        unless: get(&w.unless),
        beside: get(&w.beside),
        context: get(&w.context).classes,
        under: get(&w.under),
        via: w.via.clone(),
        support: w.support,
        voice: w.voice,
        article: w.document.is_empty() || w.document.iter().any(|d| d == "article"),
        notice: w.document.is_empty() || w.document.iter().any(|d| d == "notice"),
        field: w.field.clone(),
        status,
        negated: w.negated,
        definite_is_known: w.definite_is_known,
        value: w.value.clone(),
    };
    if when.verb.is_empty() && when.noun.is_empty() && when.value.is_empty() {
        let message = format!("rule {:?} has no trigger", raw.id.get_ref());
        compiler.error("R016", path, raw.id.span(), message, "give when.verb, when.noun or when.value");
    }
    Some(Rule {
        id: raw.id.get_ref().clone(),
        event,
        maturity: raw.status,
        subtype: raw.subtype.clone(),
        weight: raw.weight.clamp(0.0, 0.99),
        when,
    })
}

const STATUS_HELP: &str = "one of enacted, announced, proposed, rejected, background";

/// A scope cue; `None` when its status or reason is unknown.
pub(super) fn scope(
    compiler: &mut Compiler,
    words: &Resolver<'_>,
    events: &[Event],
    path: &str,
    raw: &RawScope,
) -> Option<Scope> {
    let Some(status) = status(&raw.status) else {
        compiler.error("R015", path, raw.id.span(), format!("unknown status {:?}", raw.status), STATUS_HELP);
        return None;
    };
    let Some(reason) = REASONS.iter().find(|r| **r == raw.reason) else {
        let help = format!("one of {}", REASONS.join(", "));
        compiler.error("R017", path, raw.id.span(), format!("unknown reason {:?}", raw.reason), &help);
        return None;
    };
    let cue = words.split(compiler, path, &raw.cue);
    let mut mask = 0;
    for name in &raw.event {
        match events.iter().position(|e| e.public.name == *name) {
            Some(i) => mask |= 1 << i,
            None => compiler.error("R014", path, raw.id.span(), format!("unknown event type {name:?}"), ""),
        }
    }
    Some(Scope {
        id: raw.id.get_ref().clone(),
        reason,
        status,
        cue: cue.0,
        cue_phrases: cue.1,
        at: raw.at,
        via: raw.via.clone(),
        events: if raw.event.is_empty() { u32::MAX } else { mask },
        reach: raw.reach,
        unless_subject: words.pattern(compiler, path, &raw.unless_subject),
        if_subject: words.pattern(compiler, path, &raw.if_subject),
        if_asserted: raw.if_asserted,
    })
}

fn status(name: &str) -> Option<Status> {
    [Status::Enacted, Status::Announced, Status::Proposed, Status::Rejected, Status::Background]
        .into_iter()
        .find(|s| s.name() == name)
}

/// The relation of that name.
pub(super) fn relation(name: &str) -> Option<Relation> {
    [
        Relation::InExchangeFor,
        Relation::InResponseTo,
        Relation::SameAnnouncement,
        Relation::Retaliates,
        Relation::Reverses,
    ]
    .into_iter()
    .find(|r| r.name() == name)
}

/// What a rule says about itself.
pub(super) fn info(file: &SourceFile, raw: &RawRule, event: &Event) -> RuleInfo {
    let expectation = |e: &RawExample| {
        if e.none {
            "no match".to_owned()
        } else if let Some(reason) = &e.not {
            format!("no alert: {reason}")
        } else {
            e.want.as_ref().map_or_else(|| "no alert".to_owned(), check::describe)
        }
    };
    RuleInfo {
        id: raw.id.get_ref().clone(),
        event: event.public.name.clone(),
        status: match raw.status {
            Maturity::Stable => "stable",
            Maturity::Experimental => "experimental",
            Maturity::Deprecated => "deprecated",
        }
        .to_owned(),
        since: raw.since.clone(),
        doc: raw.doc.trim().to_owned(),
        cameo: event.cameo(Status::Enacted, None),
        examples: raw
            .example
            .iter()
            .map(|e| ExampleInfo { text: e.get_ref().text.clone(), expectation: expectation(e.get_ref()) })
            .collect(),
        path: file.path.clone(),
        line: file.text[..raw.id.span().start].matches('\n').count() + 1,
    }
}
