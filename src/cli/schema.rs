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

/// Every contract in the binary: add a line per file in `schemas/`.
///
/// ```ignore
/// Schema { name: "alert", about: "an alert (value)", text: include_str!("../../schemas/alert.v1.json") },
/// ```
const SCHEMAS: &[Schema] = &[];

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
    fn lists_aligned_and_names_the_known_ones() {
        let mut out = Vec::new();
        list(TWO, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "alert        an alert\ndead-letter  a dead letter\n");
        let error = find(TWO, "alarm").err().unwrap();
        assert_eq!(error.to_string(), "there is no schema named \"alarm\"");
        assert_eq!(error.downcast_ref::<Failure>().unwrap().advice(), Some("the schemas are: alert, dead-letter"));
    }
}
