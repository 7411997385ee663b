//! The same pipeline over files and stdin: event logs in, what Kafka would have been sent out.
//!
//! A log is JSON Lines, plain or compressed; a line is a bare document or a record as `kcat -J` prints it. One record
//! after the other, in the order of the log, so that the same log gives the same alerts byte for byte.
//!
//! This is a shell: it may read files and the clock of [`pace`] is somebody else's. It does not classify, it does not
//! know Kafka, and it does not print.

mod base64;
pub mod envelope;
pub mod golden;
pub mod log;
pub mod pace;

use crate::input::{Coordinates, Header, Record};
use crate::output::{Destination, Emitted};
use crate::pipeline::{Pipeline, Processed, Scratch, StoryStage};

pub use log::{Entry, Log, LogError, Place, Records};

/// Topic names without prefix, as replayed lines show them.
#[must_use]
pub fn topic_of(to: &Destination) -> &str {
    match to {
        Destination::Alerts(topic) => topic,
        Destination::Signals => "alerts.signals",
        Destination::Mentions | Destination::Withdrawals | Destination::Neighbours => "sanctions.mentions",
        Destination::Stories => "sanctions.stories",
        Destination::DeadLetters => "sanctions.dead-letters",
    }
}

/// Both stages in one thread: what the first writes to the mentions topic, the second reads at once, as if that topic had
/// one partition.
#[derive(Debug)]
pub struct Stages {
    pipeline: Pipeline,
    stories: StoryStage,
    scratch: Scratch,
}

impl Stages {
    /// The stages of this pipeline, without stories.
    #[must_use]
    pub fn new(pipeline: Pipeline) -> Self {
        let stories = StoryStage::new(std::sync::Arc::clone(pipeline.rules()), pipeline.options());
        Self { pipeline, stories, scratch: Scratch::default() }
    }

    /// Sends a record through both stages. The records between the stages are not among what comes out.
    pub fn process(&mut self, record: &Record<'_>, at: Option<&Coordinates>) -> Processed {
        let Processed { emitted, mut tally } = self.pipeline.process(record, at, &mut self.scratch);
        let mut out = Vec::with_capacity(emitted.len());
        for one in emitted {
            if !matches!(one.to, Destination::Mentions | Destination::Withdrawals) {
                out.push(one);
                continue;
            }
            let headers: Vec<Header<'_>> =
                one.headers.iter().map(|(name, value)| Header { name, value: value.as_deref() }).collect();
            let between = Record { key: one.key.as_deref(), value: one.value.as_deref(), headers: &headers };
            let told = self.stories.process(&between, None);
            out.extend(told.emitted);
            tally.alerts.extend(told.tally.alerts);
            tally.rejected = tally.rejected.or(told.tally.rejected);
        }
        Processed { emitted: out, tally }
    }

    /// The second stage.
    #[must_use]
    pub fn stories(&self) -> &StoryStage {
        &self.stories
    }
}

/// Sends every record of `source` through both stages, up to `limit` of them, and hands each result to `each`.
///
/// Returns the number of records. `before` is called ahead of each record and may wait (see [`pace::Pace`]).
pub fn replay(
    source: &mut dyn Records,
    stages: &mut Stages,
    limit: Option<u64>,
    before: &mut dyn FnMut(&Entry) -> anyhow::Result<()>,
    each: &mut dyn FnMut(&Entry, Processed) -> anyhow::Result<()>,
) -> anyhow::Result<u64> {
    let mut entry = Entry::default();
    let mut records = 0;
    while limit.is_none_or(|limit| records < limit) && source.read(&mut entry)? {
        before(&entry)?;
        let processed = entry.with_record(|record| stages.process(record, entry.coordinates.as_ref()));
        records += 1;
        each(&entry, processed)?;
    }
    Ok(records)
}

/// The line that stands for an emitted record: its value, which is compact JSON already.
///
/// `None` for a tombstone and for the dead letter of one, which have no value to show; write those as envelopes.
#[must_use]
pub fn value_line(emitted: &Emitted) -> Option<&[u8]> {
    emitted.value.as_deref()
}
