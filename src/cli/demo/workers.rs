//! SEAM: the demo's Kafka side, one function, until `kafka::mock` and `kafka::service` have landed.

use std::sync::Arc;

use crate::cli::exit::{ExitCode, Failure};
use crate::cli::summary::Summary;
use crate::replay::Entry;
use crate::replay::pace::Speed;
use crate::rules::RuleSet;

/// What the demo asks of the workers.
#[derive(Debug)]
pub struct Job {
    /// The log to publish, in order; an entry without a topic goes to `news.articles`.
    pub log: Vec<Entry>,
    /// The rules to run.
    pub rules: Arc<RuleSet>,
    /// How fast to publish.
    pub speed: Speed,
}

/// Something that came out of the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A record read back from an alert topic: topic, and value as it stood there.
    Alert {
        /// The topic it was read from.
        topic: String,
        /// Its value.
        value: Vec<u8>,
    },
    /// Nothing more is waiting: a good moment to draw what has come.
    Idle,
}

/// What the run came to.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    /// Records published.
    pub published: u64,
    /// The tallies of all workers; `summary.records` is what they consumed.
    pub summary: Summary,
}

/// Starts the mock cluster and the real workers, publishes the log, and hands over what arrives until every published
/// record is consumed or nothing has moved for a while.
pub fn run_workers(job: Job, on: &mut dyn FnMut(Event) -> anyhow::Result<()>) -> anyhow::Result<Totals> {
    let _ = (job, on);
    Err(Failure::message(ExitCode::Fatal, "demo: the Kafka workers are not part of this build yet").into())
}
