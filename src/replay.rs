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

use crate::output::{Destination, Emitted};
use crate::pipeline::{Pipeline, Processed, Scratch};

pub use log::{Entry, Log, LogError, Place, Records};

/// Topic names without prefix, as replayed lines show them.
#[must_use]
pub fn topic_of(to: &Destination) -> &str {
    match to {
        Destination::Alerts(topic) => topic,
        Destination::Signals => "alerts.signals",
        Destination::DeadLetters => "sanctions.dead-letters",
    }
}

/// Sends every record of `source` through `pipeline`, up to `limit` of them, and hands each result to `each`.
///
/// Returns the number of records. `before` is called ahead of each record and may wait (see [`pace::Pace`]).
pub fn replay(
    source: &mut dyn Records,
    pipeline: &Pipeline,
    limit: Option<u64>,
    before: &mut dyn FnMut(&Entry) -> anyhow::Result<()>,
    each: &mut dyn FnMut(&Entry, Processed) -> anyhow::Result<()>,
) -> anyhow::Result<u64> {
    let mut entry = Entry::default();
    let mut scratch = Scratch::default();
    let mut records = 0;
    while limit.is_none_or(|limit| records < limit) && source.read(&mut entry)? {
        before(&entry)?;
        let processed = entry.with_record(|record| pipeline.process(record, entry.coordinates.as_ref(), &mut scratch));
        records += 1;
        each(&entry, processed)?;
    }
    Ok(records)
}

/// The line that stands for an emitted record: its value, which is compact JSON already.
///
/// `None` for the dead letter of a tombstone, which has no value to show; write those as envelopes.
#[must_use]
pub fn value_line(emitted: &Emitted) -> Option<&[u8]> {
    emitted.value.as_deref()
}
