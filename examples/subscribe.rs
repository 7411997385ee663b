//! Reads the alert topics and prints one line an alert: `cargo run --example subscribe [BROKERS]`.

use std::time::Duration;

use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::{Headers as _, Message as _};
use serde_json::Value;

const TOPICS: &[&str] = &["alerts.sanctions-imposed", "alerts.sanctions-lifted", "alerts.prisoners-released"];

fn main() -> anyhow::Result<()> {
    let brokers = std::env::args().nth(1).unwrap_or_else(|| "localhost:9092".to_owned());
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", brokers)
        .set("group.id", "my-desk")
        .set("auto.offset.reset", "earliest")
        // Without this, records of aborted transactions are read too, and an alert can be seen twice.
        .set("isolation.level", "read_committed")
        .create()?;
    consumer.subscribe(TOPICS)?;
    loop {
        let Some(record) = consumer.poll(Duration::from_secs(1)) else { continue };
        let record = record?;
        let kind = record.headers().and_then(|headers| headers.iter().find(|h| h.key == "ce_type")?.value);
        let alert: Value = serde_json::from_slice(record.payload().unwrap_or_default())?;
        if kind == Some(b"alert.retracted.v1".as_slice()) {
            println!("retracted: everything raised by document {}", alert["document"]["id"]);
            continue;
        }
        let (action, event, status) = (&alert["action"], &alert["type"], &alert["status"]);
        println!("{action} {event} ({status}): {} -> {}", alert["authority"], alert["target"]["country"]);
    }
}
