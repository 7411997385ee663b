//! Where `replay` meets Kafka: publishing a log, and reading a range of a topic. Seams until `kafka` has both.

use super::Args;
use crate::cli::exit::{ExitCode, Failure};
use crate::replay::Records;

/// The topic for lines that name none.
const DEFAULT_TOPIC: &str = "news.articles";

/// Publishes the logs to Kafka at the wanted speed; envelopes to their own topic, documents to `--topic`.
///
/// SEAM: `kafka::publish(&connection, topic, &mut Logs, &mut Pace, limit) -> Result<u64>`.
pub(super) fn publish(args: &Args) -> anyhow::Result<ExitCode> {
    let _topic = args.topic.as_deref().unwrap_or(DEFAULT_TOPIC);
    let _connection = &args.connection;
    Err(Failure::message(ExitCode::Fatal, "replay --to-kafka: publishing is not part of this build yet").into())
}

/// The records of a topic between two times.
///
/// SEAM: `kafka::range(&connection, topic, from, to) -> Result<impl Records>`.
pub(super) fn range(args: &Args) -> anyhow::Result<Box<dyn Records>> {
    let (_topic, _from, _to) = (&args.topic, args.from, args.to);
    Err(Failure::message(ExitCode::Fatal, "replay --topic: reading a topic is not part of this build yet").into())
}
