//! What a change of rules does to the alerts of one document: which appear, which vanish, which change and in what.
//!
//! Mentions of one type are paired by how much they agree, so that a document with two alerts of which one vanishes does
//! not look as if both had changed.

use crate::rules::{Classified, Mention, Role, Suppressed};

/// One difference.
#[derive(Clone, Debug, PartialEq)]
pub enum Change<'a> {
    /// An alert that was none before.
    Appears {
        /// The alert.
        new: &'a Mention,
        /// What the old rules made of the same words.
        before: Option<&'a Suppressed>,
    },
    /// An alert that is none any more.
    Vanishes {
        /// The alert.
        old: &'a Mention,
        /// What the new rules make of the same words.
        now: Option<&'a Suppressed>,
    },
    /// An alert that says something else.
    Changes {
        /// The alert that it becomes.
        new: &'a Mention,
        /// The fields that differ.
        fields: Vec<FieldChange>,
    },
}

impl Change<'_> {
    /// The event type.
    #[must_use]
    pub fn event(&self) -> &str {
        match self {
            Self::Appears { new: mention, .. }
            | Self::Vanishes { old: mention, .. }
            | Self::Changes { new: mention, .. } => &mention.event,
        }
    }
}

/// A field of an alert that differs. Absent values are `None`, lists are joined by commas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// The field, as `classify` names it.
    pub field: &'static str,
    /// Under the old rules.
    pub old: Option<String>,
    /// Under the new rules.
    pub new: Option<String>,
}

/// The fields that are compared, in order.
pub const FIELDS: [&str; 17] = [
    "status",
    "subtype",
    "authority",
    "target",
    "count",
    "countQualifier",
    "remaining",
    "parts",
    "persons",
    "measure",
    "provisions",
    "date",
    "destination",
    "cameo",
    "confidence",
    "rule",
    "evidence",
];

/// The differences between two readings of one document, leaving out the fields in `ignore`.
///
/// In the order of the new alerts, then those that vanished. `text` gives the words of a piece of evidence.
#[must_use]
pub fn compare<'a>(
    old: &'a Classified,
    new: &'a Classified,
    ignore: &[String],
    words: &dyn Fn(&crate::rules::Evidence) -> String,
) -> Vec<Change<'a>> {
    let partner = pair(&old.mentions, &new.mentions);
    let mut changes = Vec::new();
    for (index, mention) in new.mentions.iter().enumerate() {
        match partner[index] {
            None => changes.push(Change::Appears { new: mention, before: same_words(mention, &old.suppressed) }),
            Some(before) => {
                let fields = fields(&old.mentions[before], mention, ignore, words);
                if !fields.is_empty() {
                    changes.push(Change::Changes { new: mention, fields });
                }
            }
        }
    }
    for (index, mention) in old.mentions.iter().enumerate() {
        if !partner.contains(&Some(index)) {
            changes.push(Change::Vanishes { old: mention, now: same_words(mention, &new.suppressed) });
        }
    }
    changes
}

/// For each new mention the old one that it is, the best agreeing pairs first.
fn pair(old: &[Mention], new: &[Mention]) -> Vec<Option<usize>> {
    let mut pairs: Vec<(usize, usize, usize)> = Vec::new();
    for (n, new) in new.iter().enumerate() {
        let same_type = old.iter().enumerate().filter(|(_, old)| old.event == new.event);
        pairs.extend(same_type.map(|(o, old)| (agreement(old, new), n, o)));
    }
    pairs.sort_by_key(|(agreement, n, o)| (std::cmp::Reverse(*agreement), *n, *o));
    let mut partner = vec![None; new.len()];
    for (_, n, o) in pairs {
        if partner[n].is_none() && !partner.contains(&Some(o)) {
            partner[n] = Some(o);
        }
    }
    partner
}

fn agreement(a: &Mention, b: &Mention) -> usize {
    let triggers = a.evidence.iter().filter(|e| e.role == Role::Trigger);
    let shared = triggers.filter(|t| b.evidence.iter().any(|e| covers_same(e, t))).count();
    let equal = [
        a.authority == b.authority,
        a.target == b.target,
        a.count == b.count,
        a.persons == b.persons,
        a.status == b.status,
    ];
    // Shared words tell more than equal arguments: two alerts about one state agree in those anyway.
    3 * shared.min(2) + equal.into_iter().filter(|equal| *equal).count()
}

fn covers_same(e: &crate::rules::Evidence, trigger: &crate::rules::Evidence) -> bool {
    e.role == Role::Trigger && e.field == trigger.field && e.start < trigger.end && trigger.start < e.end
}

/// The candidate of the same type on the same trigger words.
fn same_words<'a>(mention: &Mention, suppressed: &'a [Suppressed]) -> Option<&'a Suppressed> {
    suppressed.iter().filter(|s| s.event == mention.event).find(|s| {
        let triggers = mention.evidence.iter().filter(|e| e.role == Role::Trigger);
        triggers.into_iter().any(|trigger| s.evidence.iter().any(|e| covers_same(e, trigger)))
    })
}

fn fields(
    old: &Mention,
    new: &Mention,
    ignore: &[String],
    words: &dyn Fn(&crate::rules::Evidence) -> String,
) -> Vec<FieldChange> {
    FIELDS
        .into_iter()
        .filter(|field| !ignore.iter().any(|ignored| ignored == field))
        .map(|field| FieldChange { field, old: value(old, field, words), new: value(new, field, words) })
        .filter(|change| change.old != change.new)
        .collect()
}

fn value(m: &Mention, field: &str, words: &dyn Fn(&crate::rules::Evidence) -> String) -> Option<String> {
    let list = |items: &[String]| (!items.is_empty()).then(|| items.join(", "));
    match field {
        "status" => Some(m.status.name().to_owned()),
        "subtype" => m.subtype.clone(),
        "authority" => list(&m.authority),
        "target" => list(&m.target),
        "count" => m.count.map(|count| count.value.to_string()),
        "countQualifier" => m.count.map(|count| count.qualifier.name().to_owned()),
        "remaining" => m.remaining.map(|remaining| remaining.to_string()),
        "parts" => list(&m.parts.iter().map(|part| format!("{} {}", part.count, part.place)).collect::<Vec<_>>()),
        "persons" => list(&m.persons),
        "measure" => m.measure.clone(),
        "provisions" => list(&m.provisions),
        "date" => m.date.map(|date| date.to_string()),
        "destination" => list(&m.destination),
        "cameo" => Some(m.cameo.clone()),
        "confidence" => Some(format!("{:.2}", m.confidence)),
        "rule" => Some(m.rule.clone()),
        _ => list(&m.evidence.iter().map(|e| format!("{} {}", e.role.name(), words(e))).collect::<Vec<_>>()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{document, mention, names, span, suppressed};
    use super::*;
    use crate::rules::{Evidence, Status};

    const LIFTED: &str = "sanction_lifted";

    fn words(_: &Evidence) -> String {
        "...".to_owned()
    }

    fn found(mentions: Vec<Mention>, suppressed: Vec<Suppressed>) -> Classified {
        Classified { mentions, suppressed, links: vec![], ..Classified::default() }
    }

    fn by(authority: &str, status: Status) -> Mention {
        Mention { authority: names(&[authority]), ..mention(LIFTED, status, 0.9, vec![]) }
    }

    #[test]
    fn equal_readings_do_not_differ() {
        let reading = found(vec![by("EU", Status::Enacted), by("US", Status::Enacted)], vec![]);
        assert_eq!(compare(&reading, &reading.clone(), &[], &words), []);
    }

    #[test]
    fn one_of_two_that_vanishes_leaves_the_other_alone() {
        let old = found(vec![by("EU", Status::Enacted), by("US", Status::Enacted)], vec![]);
        let new = found(vec![by("US", Status::Announced)], vec![]);
        let changes = compare(&old, &new, &[], &words);
        assert_eq!(changes.len(), 2);
        let Change::Changes { fields, .. } = &changes[0] else { panic!("{changes:?}") };
        let (old, new) = (Some("enacted".to_owned()), Some("announced".to_owned()));
        assert_eq!(*fields, [FieldChange { field: "status", old, new }]);
        let Change::Vanishes { old, now: None } = &changes[1] else { panic!("{changes:?}") };
        assert_eq!(old.authority, ["EU"]);
    }

    #[test]
    fn an_alert_that_comes_or_goes_says_what_the_other_rules_made_of_the_words() {
        let document = document("a", "Relief", "The EU lifted its ban. Britain may lift its own.");
        let at = |words: &str| vec![span(&document, Role::Trigger, words, "r")];
        let alert = mention(LIFTED, Status::Enacted, 0.9, at("lifted"));
        let other = suppressed(LIFTED, Status::Proposed, "modal", at("lift its own"));
        let same = suppressed(LIFTED, Status::Background, "historical", at("lifted"));
        let (with, without) = (found(vec![alert], vec![]), found(vec![], vec![other, same]));
        let appears = compare(&without, &with, &[], &words);
        assert!(matches!(appears[..], [Change::Appears { before: Some(s), .. }] if s.reason == "historical"));
        let vanishes = compare(&with, &without, &[], &words);
        assert!(matches!(vanishes[..], [Change::Vanishes { now: Some(s), .. }] if s.reason == "historical"));
    }

    #[test]
    fn ignored_fields_are_no_difference() {
        let (old, mut new) = (by("EU", Status::Enacted), by("EU", Status::Enacted));
        new.confidence = 0.7;
        let (old, new) = (found(vec![old], vec![]), found(vec![new], vec![]));
        assert_eq!(compare(&old, &new, &[], &words).len(), 1);
        assert_eq!(compare(&old, &new, &["confidence".to_owned()], &words), []);
    }
}
