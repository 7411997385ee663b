//! `schema`: the contracts that ship with the binary, listed or printed as they are.

use std::io::Write;

use super::exit::{ExitCode, Failure};
use super::terminal;

/// One embedded contract.
struct Schema {
    /// The name to ask for.
    name: &'static str,
    /// What it describes, in a line.
    about: &'static str,
    /// The whole file.
    text: &'static str,
}

/// One line of the list below: the file is part of the binary.
macro_rules! schema {
    ($name:literal, $file:literal, $about:literal) => {
        Schema { name: $name, about: $about, text: include_str!(concat!("../../schemas/", $file)) }
    };
}

/// Every contract in the binary: a line for each file in `schemas/`.
const SCHEMAS: &[Schema] = &[
    schema!("alert", "alert.v1.json", "an alert: value of the alert topics"),
    schema!("retraction", "retraction.v1.json", "a retraction: value of the alert topics"),
    schema!("signal", "signal.v1.json", "something proposed, demanded or refused: value of alerts.signals"),
    schema!("mention", "mention.v1.json", "a mention: value of sanctions.mentions, between the stages"),
    schema!("withdrawal", "withdrawal.v1.json", "a document withdrawn or replaced: value of sanctions.mentions"),
    schema!(
        "neighbour",
        "neighbour.v1.json",
        "word between partitions of the story stage: value of sanctions.mentions"
    ),
    schema!("story", "story.v1.json", "the latest version of an event: value of sanctions.stories"),
    schema!(
        "dead-letter-headers",
        "dead-letter-headers.v1.json",
        "headers of sanctions.dead-letters, in every dialect"
    ),
    schema!("classification", "classification.v1.json", "a line of `classify --format json`"),
    schema!("article", "article.v1.json", "input: an article in our own shape"),
    schema!("ninjs-article", "ninjs-article.json", "input: IPTC ninjs"),
    schema!("news-article", "news-article.schema-org.json", "input: schema.org NewsArticle"),
    schema!(
        "federal-register-document",
        "federal-register-document.json",
        "input: a document of the US Federal Register"
    ),
    schema!("eu-notice", "eu-notice.json", "input: a notice of the Official Journal of the EU"),
    schema!("list-change", "list-change.v1.json", "input: entries added to or removed from a sanctions list"),
    schema!("asyncapi", "asyncapi.yaml", "the topics, keys and headers as AsyncAPI 3"),
];

/// Arguments of `schema`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sanctions-stream schema                 list them
  sanctions-stream schema alert > alert.schema.json
  sanctions-stream schema asyncapi        the topics, keys and headers as AsyncAPI")]
pub struct Args {
    /// The schema to print; without it, the list
    name: Option<String>,
}

/// Lists the schemas or prints one.
pub fn execute(args: Args) -> anyhow::Result<ExitCode> {
    let mut out = terminal::plain();
    match args.name {
        None => list(SCHEMAS, &mut out)?,
        Some(name) => out.write_all(find(SCHEMAS, &name)?.text.as_bytes())?,
    }
    out.flush()?;
    Ok(ExitCode::Ok)
}

fn list(schemas: &[Schema], out: &mut dyn Write) -> std::io::Result<()> {
    let width = schemas.iter().map(|schema| schema.name.len()).max().unwrap_or(0);
    for schema in schemas {
        writeln!(out, "{:width$}  {}", schema.name, schema.about)?;
    }
    Ok(())
}

fn find<'a>(schemas: &'a [Schema], name: &str) -> anyhow::Result<&'a Schema> {
    schemas.iter().find(|schema| schema.name == name).ok_or_else(|| {
        let names: Vec<_> = schemas.iter().map(|schema| schema.name).collect();
        Failure::message(ExitCode::Usage, format!("there is no schema named {name:?}"))
            .advise(format!("the schemas are: {}", names.join(", ")))
            .into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &[Schema] = &[
        Schema { name: "alert", about: "an alert", text: "{}" },
        Schema { name: "dead-letter", about: "a dead letter", text: "{}" },
    ];

    #[test]
    fn every_file_in_schemas_can_be_asked_for() {
        let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
        for file in std::fs::read_dir(directory).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            assert!(SCHEMAS.iter().any(|schema| schema.text == text), "not in the list: {}", &text[..200]);
        }
    }

    #[test]
    fn lists_aligned_and_names_the_known_ones() {
        let mut out = Vec::new();
        list(TWO, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "alert        an alert\ndead-letter  a dead letter\n");
        let error = find(TWO, "alarm").err().unwrap();
        assert_eq!(error.to_string(), "there is no schema named \"alarm\"");
        assert_eq!(error.downcast_ref::<Failure>().unwrap().advice(), Some("the schemas are: alert, dead-letter"));
    }
}
