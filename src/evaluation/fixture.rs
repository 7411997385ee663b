//! Documents, mentions and gold made by hand, for the tests of this room.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::GoldEvent;
use crate::input::{Document, Field, Kind, Source, Standing};
use crate::rules::{Evidence, Mention, Role, RuleSet, Status, Suppressed};

/// The built-in rules, compiled once.
pub fn rules() -> &'static RuleSet {
    static RULES: OnceLock<RuleSet> = OnceLock::new();
    RULES.get_or_init(RuleSet::builtin)
}

/// An article of the thirteenth of December 2025.
pub fn document(id: &'static str, headline: &'static str, body: &'static str) -> Document<'static> {
    let field = |name: &'static str, text: &'static str| Field {
        name: Cow::Borrowed(name),
        text: Cow::Borrowed(text),
        blanked: None,
    };
    Document {
        id: Cow::Borrowed(id),
        id_derived: false,
        version: None,
        kind: Kind::Article,
        class: None,
        fields: vec![field("headline", headline), field("body", body)],
        published_at: Some("2025-12-13T12:00:00Z".parse().expect("a time")),
        url: None,
        language: None,
        source: Source::default(),
        standing: Standing::Usable,
        correction_of: None,
        embargoed_until: None,
        genres: vec![],
    }
}

/// The first such words of the body.
pub fn span(document: &Document<'_>, role: Role, words: &str, rule: &str) -> Evidence {
    let start = document.fields[1].text.find(words).expect("in the body");
    Evidence { role, field: 1, start, end: start + words.len(), rule: rule.to_owned() }
}

/// A mention that says nothing but its type and status.
pub fn mention(event: &str, status: Status, confidence: f64, evidence: Vec<Evidence>) -> Mention {
    Mention {
        event: event.to_owned(),
        subtype: None,
        status,
        cameo: "085".to_owned(),
        authority: vec![],
        target: vec![],
        count: None,
        remaining: None,
        parts: vec![],
        persons: vec![],
        measure: None,
        provisions: vec![],
        date: None,
        destination: vec![],
        criminal: false,
        confidence,
        confidence_parts: vec![],
        evidence,
        rule: "a.rule".to_owned(),
    }
}

/// A candidate that raises no alert.
pub fn suppressed(event: &str, status: Status, reason: &'static str, evidence: Vec<Evidence>) -> Suppressed {
    Suppressed {
        event: event.to_owned(),
        status,
        reason,
        rule: "a.rule".to_owned(),
        cue: Some("a.cue".to_owned()),
        cameo: "085".to_owned(),
        authority: vec![],
        target: vec![],
        evidence,
    }
}

/// Gold that says nothing but its type and status.
pub fn gold(event: &str, status: Status) -> GoldEvent {
    GoldEvent {
        event: event.to_owned(),
        status,
        authority: vec![],
        target: vec![],
        count: None,
        persons: vec![],
        quote: None,
    }
}

/// The names as a list of strings.
pub fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|name| (*name).to_owned()).collect()
}
