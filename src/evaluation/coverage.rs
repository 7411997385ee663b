//! Which rules and cues fire on a log, how often and to what end, and which never do.
//!
//! It counts mentions and suppressed candidates after merging, as alerts show them: a rule whose words were merged into
//! another rule's alert is counted as support.

use std::collections::BTreeMap;

use crate::rules::{Classified, Role, RuleSet};

/// What one rule came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleUse {
    /// The rule's id.
    pub id: String,
    /// Its event type.
    pub event: String,
    /// Alerts that it made, by status.
    pub alerts: BTreeMap<&'static str, u64>,
    /// Alerts of other rules to which it gave evidence.
    pub support: u64,
    /// Its candidates that raised no alert, by reason.
    pub suppressed: BTreeMap<&'static str, u64>,
}

impl RuleUse {
    /// Alerts of every status.
    #[must_use]
    pub fn alerts_in_all(&self) -> u64 {
        self.alerts.values().sum()
    }

    /// Candidates suppressed for whatever reason.
    #[must_use]
    pub fn suppressed_in_all(&self) -> u64 {
        self.suppressed.values().sum()
    }

    /// Whether it did anything.
    #[must_use]
    pub fn fired(&self) -> bool {
        self.support > 0 || !self.alerts.is_empty() || !self.suppressed.is_empty()
    }
}

/// Where a cue comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CueKind {
    /// A scope file.
    Scope,
    /// A link file.
    Link,
    /// The engine itself: dates and the like.
    Engine,
}

impl CueKind {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scope => "scope",
            Self::Link => "link",
            Self::Engine => "engine",
        }
    }
}

/// What one cue came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CueUse {
    /// The cue's id.
    pub id: String,
    /// Where it comes from.
    pub kind: CueKind,
    /// Alerts on whose status it had a say.
    pub alerts: u64,
    /// Candidates that it suppressed, by event type.
    pub suppressed: BTreeMap<String, u64>,
    /// Mentions that it linked.
    pub links: u64,
}

impl CueUse {
    /// Candidates that it suppressed, of every type.
    #[must_use]
    pub fn suppressed_in_all(&self) -> u64 {
        self.suppressed.values().sum()
    }

    /// Whether it did anything.
    #[must_use]
    pub fn fired(&self) -> bool {
        self.alerts > 0 || self.links > 0 || !self.suppressed.is_empty()
    }
}

/// The use of every rule and cue of a rule set over a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Documents counted.
    pub documents: u64,
    /// The rules, in file order.
    pub rules: Vec<RuleUse>,
    /// The cues, in file order, then those of the engine that occurred, by name.
    pub cues: Vec<CueUse>,
}

impl Coverage {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(rules: &RuleSet) -> Self {
        let rule = |rule: &crate::rules::RuleInfo| RuleUse {
            id: rule.id.clone(),
            event: rule.event.clone(),
            ..RuleUse::default()
        };
        let scopes = rules.scope_cues().map(|(id, ..)| cue(id, CueKind::Scope));
        let links = rules.link_cues().map(|id| cue(id, CueKind::Link));
        Self { documents: 0, rules: rules.rules().iter().map(rule).collect(), cues: scopes.chain(links).collect() }
    }

    /// Adds what was found in one document.
    pub fn add(&mut self, found: &Classified) {
        self.documents += 1;
        for mention in &found.mentions {
            if let Some(rule) = self.rules.iter_mut().find(|rule| rule.id == mention.rule) {
                *rule.alerts.entry(mention.status.name()).or_default() += 1;
            }
            for rule in &mut self.rules {
                let gave = mention.evidence.iter().any(|e| e.role != Role::Cue && e.rule == rule.id);
                rule.support += u64::from(gave && rule.id != mention.rule);
            }
            let mut cues: Vec<&str> =
                mention.evidence.iter().filter(|e| e.role == Role::Cue).map(|e| e.rule.as_str()).collect();
            cues.sort_unstable();
            cues.dedup();
            cues.into_iter().for_each(|id| self.cue(id).alerts += 1);
        }
        for suppressed in &found.suppressed {
            if let Some(rule) = self.rules.iter_mut().find(|rule| rule.id == suppressed.rule) {
                *rule.suppressed.entry(suppressed.reason).or_default() += 1;
            }
            if let Some(id) = &suppressed.cue {
                *self.cue(id).suppressed.entry(suppressed.event.clone()).or_default() += 1;
            }
        }
        found.links.iter().for_each(|link| self.cue(&link.cue.rule).links += 1);
    }

    /// The cue of that id; one that no file declares is the engine's own and takes its place by name.
    fn cue(&mut self, id: &str) -> &mut CueUse {
        let known = self.cues.iter().position(|cue| cue.id == id);
        let at = known.unwrap_or_else(|| {
            let before = |cue: &CueUse| cue.kind != CueKind::Engine || cue.id.as_str() < id;
            let at = self.cues.partition_point(before);
            self.cues.insert(at, cue(id, CueKind::Engine));
            at
        });
        &mut self.cues[at]
    }

    /// The rules that never fired.
    pub fn idle_rules(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().filter(|rule| !rule.fired()).map(|rule| rule.id.as_str())
    }

    /// The cues that never fired.
    pub fn idle_cues(&self) -> impl Iterator<Item = &str> {
        self.cues.iter().filter(|cue| !cue.fired()).map(|cue| cue.id.as_str())
    }
}

fn cue(id: &str, kind: CueKind) -> CueUse {
    CueUse { id: id.to_owned(), kind, alerts: 0, suppressed: BTreeMap::new(), links: 0 }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{self, document, mention, span, suppressed};
    use super::*;
    use crate::rules::{Mention, Status, Suppressed};

    #[test]
    fn rules_and_cues_are_counted_by_what_came_of_them() {
        let rules = fixture::rules();
        let ids: Vec<&str> = rules.rules().iter().map(|rule| rule.id.as_str()).take(3).collect();
        let scope = rules.scope_cues().next().unwrap().0;
        let document = document("a", "Relief", "The EU will lift its ban.");
        let evidence = vec![
            span(&document, Role::Trigger, "lift", ids[0]),
            span(&document, Role::Authority, "EU", ids[1]),
            span(&document, Role::Cue, "will", scope),
        ];
        let alert = Mention { rule: ids[0].to_owned(), ..mention("e", Status::Announced, 0.9, evidence) };
        let silent = Suppressed {
            rule: ids[0].to_owned(),
            cue: Some("date".to_owned()),
            ..suppressed("e", Status::Background, "historical", vec![])
        };
        let mut coverage = Coverage::new(rules);
        let before = coverage.cues.len();
        coverage.add(&Classified {
            mentions: vec![alert],
            suppressed: vec![silent.clone(), silent],
            links: vec![],
            ..Classified::default()
        });
        coverage.add(&Classified::default());

        assert_eq!(coverage.documents, 2);
        let first = &coverage.rules[0];
        assert_eq!((first.alerts["announced"], first.support, first.suppressed["historical"]), (1, 0, 2));
        assert_eq!((coverage.rules[1].support, coverage.rules[1].alerts_in_all()), (1, 0));
        assert!(!coverage.rules[2].fired());
        assert_eq!(coverage.cues[0].alerts, 1);
        let own = coverage.cues.last().unwrap();
        assert_eq!((own.id.as_str(), own.kind, own.suppressed_in_all()), ("date", CueKind::Engine, 2));
        assert_eq!(coverage.cues.len(), before + 1);
        assert_eq!(coverage.idle_rules().count(), coverage.rules.len() - 2);
        assert_eq!(coverage.idle_cues().count(), before - 1);
    }
}
