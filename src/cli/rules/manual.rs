//! The manual of the rules as Markdown, made from their own docs and examples.

use std::io::{self, Write};

use crate::rules::RuleInfo;

/// Writes the manual: one section an event type, one subsection a rule.
pub fn write(out: &mut dyn Write, version: &str, rules: &[RuleInfo]) -> io::Result<()> {
    writeln!(out, "# Rules {version}\n")?;
    writeln!(out, "Written by `sanctions-stream rules docs` from the rule files; every example here is a test.")?;
    let mut events: Vec<&str> = rules.iter().map(|rule| rule.event.as_str()).collect();
    let mut seen = std::collections::BTreeSet::new();
    events.retain(|event| seen.insert(*event));
    for event in events {
        writeln!(out, "\n## `{event}`")?;
        rules.iter().filter(|rule| rule.event == event).try_for_each(|rule| section(out, rule))?;
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
    fn one_section_an_event_one_table_a_rule() {
        let rule = RuleInfo {
            id: "lifted.sanctions.lift".to_owned(),
            event: "sanction_lifted".to_owned(),
            status: "stable".to_owned(),
            since: "0.1.0".to_owned(),
            doc: "A state lifts sanctions.\n".to_owned(),
            examples: vec![ExampleInfo { text: "a | b".to_owned(), expectation: "authority US".to_owned() }],
            path: "lifted/sanctions.toml".to_owned(),
            line: 3,
            cameo: "085".to_owned(),
        };
        let mut out = Vec::new();
        write(&mut out, "0.1.0", &[rule]).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r"
        # Rules 0.1.0

        Written by `sanctions-stream rules docs` from the rule files; every example here is a test.

        ## `sanction_lifted`

        ### `lifted.sanctions.lift`

        A state lifts sanctions.

        CAMEO 085; stable since 0.1.0; `lifted/sanctions.toml`.

        | text | becomes |
        | --- | --- |
        | a \| b | authority US |
        ");
    }
}
