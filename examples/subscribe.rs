//! Reads the alert topics and prints one line an alert: `cargo run --example subscribe [BROKERS]`.

use std::time::Duration;

use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::Message as _;
use serde_json::Value;

fn main() -> anyhow::Result<()> {
    let brokers = std::env::args().nth(1).unwrap_or_else(|| "localhost:9092".to_owned());
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", brokers)
        .set("group.id", "my-desk")
        .set("auto.offset.reset", "earliest")
        // Without this, records of aborted transactions are read too, and an alert can be seen twice.
        .set("isolation.level", "read_committed")
        .create()?;
    consumer.subscribe(&["alerts.sanctions-imposed", "alerts.sanctions-lifted", "alerts.prisoners-released"])?;
    loop {
        let Some(record) = consumer.poll(Duration::from_secs(1)) else { continue };
        let record = record?;
        let alert: Value = serde_json::from_slice(record.payload().unwrap_or_default())?;
        if alert["action"] == "retracted" {
            println!("retracted: story {}", alert["storyId"]);
            continue;
        }
        let (action, event, status) = (&alert["action"], &alert["type"], &alert["status"]);
        println!("{action}: {event}, {status}, {} -> {}", alert["authority"], alert["target"]["country"]);
    }
}
