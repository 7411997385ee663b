//! The promises of `schemas/` kept on the wire: every record that the service has written, against its JSON Schema.
//!
//! Which schema a record must fit it says itself, in `ce_dataschema`; a name without a file in `schemas/` is a broken
//! promise. It does not know what a record should say.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use jsonschema::Validator;
use serde_json::{Map, Value};

use crate::client::Record;
use crate::deployment::{ALERTS, BETWEEN, DEAD_LETTERS, Deployment};

const URN: &str = "urn:sanctions-stream:schema:";

/// Validates everything in the output topics of a deployment, and says how many records of which schema there were.
pub fn check(deployment: &Deployment) -> Result<BTreeMap<String, usize>> {
    let mut schemas = Schemas::default();
    for topic in ALERTS.iter().chain(&BETWEEN).chain(&["alerts.signals"]) {
        for record in deployment.client.read_committed(&deployment.topic(topic))? {
            schemas.event(&record).with_context(|| place(&record))?;
        }
    }
    for record in deployment.client.read_committed(&deployment.topic(DEAD_LETTERS))? {
        schemas.dead_letter(&record).with_context(|| place(&record))?;
    }
    Ok(schemas.seen)
}

#[derive(Default)]
struct Schemas {
    compiled: BTreeMap<String, Validator>,
    seen: BTreeMap<String, usize>,
}

impl Schemas {
    /// A CloudEvent in binary mode, whose value fits the schema that it names. A tombstone says nothing.
    fn event(&mut self, record: &Record) -> Result<()> {
        if record.value.is_none() {
            ensure!(record.key.is_some(), "a tombstone of nothing");
            return Ok(());
        }
        let header = |name: &str| record.header_text(name).with_context(|| format!("no header {name}"));
        ensure!(header("ce_specversion")? == "1.0", "another version of CloudEvents");
        for name in ["ce_id", "ce_source", "ce_type"] {
            ensure!(!header(name)?.is_empty(), "{name} is empty");
        }
        ensure!(header("content-type")? == "application/json", "another content type");
        let key = record.key.as_deref().context("no key")?;
        ensure!(header("ce_partitionkey")?.as_bytes() == key, "the key is not ce_partitionkey");
        let schema = header("ce_dataschema")?.to_owned();
        let name = schema.strip_prefix(URN).with_context(|| format!("{schema} is no schema of ours"))?;
        self.fit(name, &record.json()?)
    }

    /// Headers of a dead letter, as the schema wants to see them: a map of names to text.
    fn dead_letter(&mut self, record: &Record) -> Result<()> {
        let text =
            |value: &Option<Vec<u8>>| value.as_deref().map_or(Value::Null, |v| String::from_utf8_lossy(v).into());
        let headers: Map<String, Value> = record.headers.iter().map(|(name, v)| (name.clone(), text(v))).collect();
        self.fit("dead-letter-headers.v1", &headers.into())
    }

    fn fit(&mut self, name: &str, value: &Value) -> Result<()> {
        if !self.compiled.contains_key(name) {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/{name}.json"));
            let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            let schema = jsonschema::options().should_validate_formats(true).build(&serde_json::from_str(&text)?);
            self.compiled.insert(name.to_owned(), schema.map_err(|error| anyhow::anyhow!("{name}: {error}"))?);
        }
        let faults: Vec<String> = self.compiled[name]
            .iter_errors(value)
            .map(|fault| format!("{fault} at {}", fault.instance_path()))
            .collect();
        ensure!(faults.is_empty(), "does not fit {name}: {faults:#?}");
        *self.seen.entry(name.to_owned()).or_default() += 1;
        Ok(())
    }
}

fn place(record: &Record) -> String {
    let number = |n: Option<i64>| n.map_or_else(|| "?".to_owned(), |n| n.to_string());
    format!("{}[{}]@{}", record.topic, number(record.partition.map(i64::from)), number(record.offset))
}
