//! The manual of the rules as Markdown, made from their own docs and examples.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::rules::{RuleInfo, RuleSet, Status};

/// What a reader has to know before the first rule.
const INTRODUCTION: &str = "\
A rule finds one way in which a text tells of an event: a trigger (a verb or a noun) with what it acts on. Who acts, whom \
it concerns, how many and when is read from the grammar around it. Scope cues then decide whether the text says that it \
happened, and each candidate ends as an alert (enacted, announced) or keeps the reason why it is none.

In the tables below a text becomes an alert with these fields; or *no alert*, with the reason that its scope gives; or \
*no match*, because it tells of no such event at all. Every line is a test, and a rule whose examples fail does not load.";

/// Writes the manual: an overview, one section an event type with one subsection a rule, and the scope cues.
pub fn write(out: &mut dyn Write, rules: &RuleSet) -> io::Result<()> {
    let events: Vec<(&str, &str)> = rules.events().iter().map(|e| (e.name.as_str(), e.label.as_str())).collect();
    let cues: Vec<(&str, &str, Status)> = rules.scope_cues().collect();
    manual(out, rules.version(), &events, rules.rules(), &cues)
}

/// `events` are names and labels, `cues` ids, reasons and statuses.
fn manual(
    out: &mut dyn Write,
    version: &str,
    events: &[(&str, &str)],
    rules: &[RuleInfo],
    cues: &[(&str, &str, Status)],
) -> io::Result<()> {
    writeln!(out, "# Rules {version}\n")?;
    writeln!(out, "Written by `sanctions-stream rules docs` from the rule files; do not edit.\n\n{INTRODUCTION}\n")?;
    writeln!(out, "| rule | finds | what it is for |\n| --- | --- | --- |")?;
    for rule in rules {
        let id = &rule.id;
        let first = rule.doc.trim().split("\n\n").next().unwrap_or_default();
        writeln!(out, "| [`{id}`](#{}) | `{}` | {} |", anchor(id), rule.event, cell(first))?;
    }
    for (event, label) in events {
        let mut of_event = rules.iter().filter(|rule| rule.event == *event).peekable();
        if of_event.peek().is_some() {
            writeln!(out, "\n## {}: `{event}`", capitalised(label))?;
            of_event.try_for_each(|rule| section(out, rule))?;
        }
    }
    scope(out, cues)
}

/// The anchor that GitHub gives to a heading of an id in code: lower case, without dots.
fn anchor(id: &str) -> String {
    id.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).flat_map(char::to_lowercase).collect()
}

fn capitalised(label: &str) -> String {
    let mut chars = label.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// What the cues make of a candidate, by reason: readers come with a reason that they saw, and want its cues.
fn scope(out: &mut dyn Write, cues: &[(&str, &str, Status)]) -> io::Result<()> {
    if cues.is_empty() {
        return Ok(());
    }
    let mut reasons: BTreeMap<(&str, Status), Vec<String>> = BTreeMap::new();
    for (id, reason, status) in cues {
        reasons.entry((reason, *status)).or_default().push(format!("`{id}`"));
    }
    writeln!(
        out,
        "\n## Scope cues\n\nWhat the words around a trigger do to its status, by the reason that is told.\n"
    )?;
    writeln!(out, "| reason | status | cues |\n| --- | --- | --- |")?;
    for ((reason, status), cues) in reasons {
        writeln!(out, "| {reason} | {} | {} |", status.name(), cues.join(", "))?;
    }
    Ok(())
}

fn section(out: &mut dyn Write, rule: &RuleInfo) -> io::Result<()> {
    writeln!(out, "\n### `{}`\n\n{}\n", rule.id, rule.doc.trim())?;
    writeln!(out, "CAMEO {}; {} since {}; `{}`.", rule.cameo, rule.status, rule.since, rule.path)?;
    if rule.examples.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n| text | becomes |\n| --- | --- |")?;
    for example in &rule.examples {
        writeln!(out, "| {} | {} |", cell(&example.text), cell(&example.expectation))?;
    }
    Ok(())
}

/// A table cell holds one line and no bare bar.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::ExampleInfo;

    #[test]
    fn an_overview_one_section_an_event_one_table_a_rule_and_the_cues_by_reason() {
        let rule = RuleInfo {
            id: "lifted.sanctions.lift-off".to_owned(),
            event: "sanction_lifted".to_owned(),
            status: "stable".to_owned(),
            since: "0.1.0".to_owned(),
            doc: "A state lifts\nsanctions.\n\nMore.\n".to_owned(),
            examples: vec![ExampleInfo { text: "a | b".to_owned(), expectation: "authority US".to_owned() }],
            path: "lifted/sanctions.toml".to_owned(),
            line: 3,
            cameo: "085".to_owned(),
        };
        let mut out = Vec::new();
        let events = [("sanction_imposed", "sanctions imposed"), ("sanction_lifted", "sanctions lifted")];
        let cues = [
            ("modal.may", "modal", Status::Proposed),
            ("historical.first", "historical", Status::Background),
            ("modal.could", "modal", Status::Proposed),
        ];
        manual(&mut out, "0.1.0", &events, &[rule], &cues).unwrap();
        let page = String::from_utf8(out).unwrap().replace(INTRODUCTION, "(introduction)");
        insta::assert_snapshot!(page, @r"
        # Rules 0.1.0

        Written by `sanctions-stream rules docs` from the rule files; do not edit.

        (introduction)

        | rule | finds | what it is for |
        | --- | --- | --- |
        | [`lifted.sanctions.lift-off`](#liftedsanctionslift-off) | `sanction_lifted` | A state lifts sanctions. |

        ## Sanctions lifted: `sanction_lifted`

        ### `lifted.sanctions.lift-off`

        A state lifts
        sanctions.

        More.

        CAMEO 085; stable since 0.1.0; `lifted/sanctions.toml`.

        | text | becomes |
        | --- | --- |
        | a \| b | authority US |

        ## Scope cues

        What the words around a trigger do to its status, by the reason that is told.

        | reason | status | cues |
        | --- | --- | --- |
        | historical | background | `historical.first` |
        | modal | proposed | `modal.may`, `modal.could` |
        ");
    }
}
