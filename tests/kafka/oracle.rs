//! What the alerts of a topic must be: what `replay` of the same binary makes of the same records, byte for byte.
//!
//! The records are written as `kcat -J` would print them, with their places in Kafka, so that nothing has to be left
//! aside when the bytes are compared. Alerts are compared key by key: Kafka keeps an order only inside a partition, and
//! a key is always in one. Lost, doubled, changed and reordered alerts all differ.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::binary;
use crate::client::Record;

/// Alerts by topic (without prefix) and key, each in the order of its partition or of the replay.
pub type ByKey = BTreeMap<(String, String), Vec<Alert>>;

/// What must agree of an alert: everything but its own place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    pub headers: Vec<(String, String)>,
    pub value: String,
}

impl Alert {
    pub fn of(record: &Record) -> Result<Self> {
        let text = |what: &str, bytes: &Option<Vec<u8>>| {
            let bytes = bytes.clone().with_context(|| format!("{what} of an alert is null"))?;
            String::from_utf8(bytes).with_context(|| format!("{what} of an alert is no text"))
        };
        let headers = record.headers.iter().map(|(name, value)| Ok((name.clone(), text(name, value)?)));
        Ok(Self { headers: headers.collect::<Result<_>>()?, value: text("the value", &record.value)? })
    }

    fn id(&self) -> &str {
        self.headers.iter().find(|(name, _)| name == "ce_id").map_or("(no ce_id)", |(_, id)| id)
    }
}

/// What `replay` makes of these records, in their order.
pub fn replayed(dir: &Path, name: &str, records: &[Record]) -> Result<Vec<Record>> {
    let mut log = String::new();
    for record in records {
        writeln!(log, "{}", envelope(record)?)?;
    }
    let path = dir.join(format!("{name}.jsonl"));
    fs::write(&path, log)?;
    let done = binary::run(binary::command(dir).arg("replay").arg(&path).arg("--envelope"))?.expect(0)?;
    done.text().lines().map(opened).collect()
}

/// Groups alerts by topic and key. `prefix` is what topic names begin with.
pub fn by_key(alerts: &[Record], prefix: &str) -> Result<ByKey> {
    let mut grouped = ByKey::new();
    for record in alerts {
        let topic = record.topic.strip_prefix(prefix).unwrap_or(&record.topic).to_owned();
        let key = String::from_utf8(record.key.clone().context("an alert without a key")?)?;
        grouped.entry((topic, key)).or_default().push(Alert::of(record)?);
    }
    Ok(grouped)
}

/// Compares what should be there with what is, and says in a few lines what is not as it should be.
pub fn compare(expected: &ByKey, found: &ByKey) -> Result<()> {
    if expected == found {
        return Ok(());
    }
    let mut report = String::new();
    for place in expected.keys().chain(found.keys().filter(|place| !expected.contains_key(*place))) {
        let none = Vec::new();
        let (wanted, got) = (expected.get(place).unwrap_or(&none), found.get(place).unwrap_or(&none));
        if wanted == got {
            continue;
        }
        let first = wanted.iter().zip(got).position(|(a, b)| a != b).unwrap_or_else(|| wanted.len().min(got.len()));
        writeln!(
            report,
            "{} {}: {} expected, {} found; the first that differs is number {first}",
            place.0,
            place.1,
            wanted.len(),
            got.len()
        )?;
        for (side, alert) in [("expected", wanted.get(first)), ("found", got.get(first))] {
            let shown = alert.map_or_else(|| "nothing".to_owned(), |alert| format!("{} {}", alert.id(), alert.value));
            writeln!(report, "  {side}: {}", shown.chars().take(900).collect::<String>())?;
        }
        if report.len() > 8_000 {
            writeln!(report, "...")?;
            break;
        }
    }
    let count = |all: &ByKey| all.values().map(Vec::len).sum::<usize>();
    bail!("{} alerts expected, {} found\n{report}", count(expected), count(found))
}

/// A record as `kcat -J` prints it.
fn envelope(record: &Record) -> Result<Value> {
    let text = |bytes: &Option<Vec<u8>>| -> Result<Value> {
        bytes.as_ref().map_or(Ok(Value::Null), |bytes| Ok(std::str::from_utf8(bytes)?.into()))
    };
    let mut headers = Vec::new();
    for (name, value) in &record.headers {
        headers.push(Value::from(name.as_str()));
        headers.push(text(value)?);
    }
    Ok(json!({
        "topic": record.topic, "partition": record.partition, "offset": record.offset, "ts": record.timestamp,
        "headers": headers, "key": text(&record.key)?, "payload": text(&record.value)?,
    }))
}

/// An alert out of the envelope that `replay` prints.
pub fn opened(line: &str) -> Result<Record> {
    let line: Value = serde_json::from_str(line).with_context(|| format!("replay printed {line}"))?;
    let bytes = |value: &Value| value.as_str().map(|text| text.as_bytes().to_vec());
    let headers = line["headers"].as_array().context("an envelope without headers")?;
    let (pairs, odd) = headers.as_chunks::<2>();
    anyhow::ensure!(odd.is_empty(), "a header without a value");
    Ok(Record {
        topic: line["topic"].as_str().context("an envelope without a topic")?.to_owned(),
        key: bytes(&line["key"]),
        value: bytes(&line["payload"]),
        headers: pairs
            .iter()
            .map(|[name, value]| (name.as_str().unwrap_or_default().to_owned(), bytes(value)))
            .collect(),
        ..Record::default()
    })
}
