//! List changes: structured fields instead of prose, matched by the same rule files (`when.value`).

use super::set::RuleSet;
use super::{Classified, Count, Evidence, Mention, Qualifier, Role};
use crate::input::Document;

/// Classifies a list change.
pub fn classify(set: &RuleSet, document: &Document<'_>) -> Classified {
    let mut out = Classified::default();
    let field = |name: &str| document.fields.iter().position(|f| f.name == name);
    for rule in &set.rules {
        if rule.when.value.is_empty() {
            continue;
        }
        let hit = rule.when.value.iter().all(|(name, value)| {
            field(name).is_some_and(|f| document.fields[f].text.trim().eq_ignore_ascii_case(value))
        });
        if !hit {
            continue;
        }
        let event = &set.events[rule.event];
        let mut evidence = Vec::new();
        let mut whole = |role, f: usize| {
            evidence.push(Evidence {
                role,
                field: f,
                start: 0,
                end: document.fields[f].text.len(),
                rule: rule.id.clone(),
            });
        };
        for name in rule.when.value.keys() {
            if let Some(f) = field(name) {
                whole(Role::Trigger, f);
            }
        }
        let mut authority = Vec::new();
        if let Some(f) = field("authority") {
            // OpenSanctions issuer ids begin with the country: us_ofac, eu_council, zz_unsc.
            let text = document.fields[f].text.trim();
            let prefix = text.split(['_', '-']).next().unwrap_or(text);
            let code = match prefix {
                "zz" | "un" | "UN" => "UN".to_owned(),
                p if p.len() == 2 => p.to_ascii_uppercase(),
                _ => text.to_owned(),
            };
            authority.push(code);
            whole(Role::Authority, f);
        }
        let (mut persons, mut target, mut entries) = (Vec::new(), Vec::new(), 0);
        for (f, value) in document.fields.iter().enumerate() {
            if value.name.starts_with("entries[") && value.name.ends_with("].name") {
                entries += 1;
                persons.push(value.text.trim().to_owned());
                whole(Role::Person, f);
            } else if value.name.starts_with("entries[") && value.name.ends_with("].country") {
                target.push(value.text.trim().to_ascii_uppercase());
                whole(Role::Target, f);
            }
        }
        target.sort();
        target.dedup();
        evidence.sort();
        let status = rule.when.status.unwrap_or(super::Status::Enacted);
        out.mentions.push(Mention {
            event: event.public.name.clone(),
            subtype: rule.subtype.clone(),
            status,
            cameo: event.cameo(status, None),
            authority,
            target,
            count: (entries > 0).then_some(Count { value: entries, qualifier: Qualifier::Exact }),
            remaining: None,
            parts: Vec::new(),
            persons,
            measure: None,
            provisions: Vec::new(),
            date: None,
            destination: Vec::new(),
            criminal: false,
            confidence: rule.weight,
            confidence_parts: vec![("rule", rule.weight)],
            evidence,
            rule: rule.id.clone(),
        });
    }
    out
}
