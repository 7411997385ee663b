//! The two stages, and everything in which they differ.
//!
//! `classify` reads documents and writes mentions; it remembers nothing. `stories` reads mentions and writes alerts and
//! the table of stories; what it remembers of a partition is what stands in the partition of the same number of that
//! table, and is read back from there whenever partitions come or a transaction is taken back.
//!
//! The loop around both is one, in [`super::worker`], and so is the transaction. A stage says what it reads and under
//! which group ([`Stage`]), and what one worker of it does with a record and with partitions that come and go ([`Desk`]).

use std::sync::Arc;

use rdkafka::ClientContext;
use rdkafka::client::Client;
use rdkafka::metadata::Metadata;

use super::failure::Failure;
use super::memory::Memory;
use super::range::{count_partitions, unreachable_or};
use crate::config::{Config, OffsetReset, Stages};
use crate::input::{Coordinates, Record};
use crate::metrics::{Metrics, StageLabels};
use crate::output::{Destination, Emitted};
use crate::pipeline::{Pipeline, Processed, Scratch};

/// The topic between the stages, without prefix.
pub(super) const MENTIONS: &str = "sanctions.mentions";
/// The table of stories, without prefix.
pub(super) const STORIES: &str = "sanctions.stories";

/// Header of a mention: the timestamp of the document's record in milliseconds since the epoch, in digits. The record of
/// the mention has its own timestamp, by which its topic forgets it; this one is for measuring the way through both.
pub(super) const RECEIVED: &str = "sanctions-stream.received";

/// One of the two stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Documents in, mentions out.
    Classify,
    /// Mentions in, alerts and stories out.
    Stories,
}

impl Stage {
    /// The stages that a process runs.
    #[must_use]
    pub const fn of(stages: Stages) -> &'static [Self] {
        match stages {
            Stages::All => &[Self::Classify, Self::Stories],
            Stages::Classify => &[Self::Classify],
            Stages::Stories => &[Self::Stories],
        }
    }

    /// The name, as in `--stage` and in the metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Classify => "classify",
            Self::Stories => "stories",
        }
    }

    pub(super) const fn labels(self) -> StageLabels {
        StageLabels { stage: self.name() }
    }

    /// The configuration that the clients of this stage run under: the service's own, with the group and the inputs of
    /// the stage. Transactional ids contain the group, so they differ by themselves.
    ///
    /// Mentions are read from the oldest on where the group has no offset, whatever was chosen for documents: those that
    /// the first stage wrote before the second had joined must not be skipped.
    pub(super) fn config(self, config: &Config) -> Config {
        let mut own = config.clone();
        if self == Self::Stories {
            own.kafka.group = format!("{}.stories", config.kafka.group);
            own.kafka.input_topics = vec![MENTIONS.to_owned()];
            own.kafka.offset_reset = OffsetReset::Earliest;
            own.classify.group = Some(own.kafka.group.clone());
        }
        own
    }

    /// Every topic that the stage reads or writes, by full name. `config` is the service's or the stage's own.
    pub(super) fn topics(self, config: &Config, pipeline: &Pipeline) -> Vec<String> {
        let name = |name: &str| config.kafka.topic(name);
        let mut topics = vec![name(MENTIONS), name("sanctions.dead-letters")];
        match self {
            Self::Classify => {
                topics.extend(config.kafka.inputs());
                if config.classify.signals {
                    topics.push(name("alerts.signals"));
                }
            }
            Self::Stories => {
                topics.push(name(STORIES));
                topics.extend(pipeline.rules().events().iter().map(|event| name(&event.topic)));
            }
        }
        topics
    }
}

/// Fails unless mentions and stories have the same number of partitions; returns it.
pub(super) fn paired(config: &Config, metadata: &Metadata) -> Result<i32, Failure> {
    let mentions = count_partitions(metadata, &config.kafka.topic(MENTIONS))?;
    let stories = count_partitions(metadata, &config.kafka.topic(STORIES))?;
    if mentions == stories {
        return Ok(mentions);
    }
    Err(Failure::UnequalPartitions {
        mentions: config.kafka.topic(MENTIONS),
        mentions_count: mentions,
        stories: config.kafka.topic(STORIES),
        stories_count: stories,
    })
}

/// To which partitions a record goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spread {
    /// To the one that its key says.
    Keyed,
    /// To this one.
    One(i32),
    /// To every one of so many.
    All(i32),
    /// To every one of so many but this one.
    Others(i32, i32),
}

impl Spread {
    /// The partitions in order; `None` leaves the choice to the key.
    pub(super) fn partitions(self) -> impl Iterator<Item = Option<i32>> {
        let (keyed, range, but) = match self {
            Self::Keyed => (true, 0..0, None),
            Self::One(partition) => (false, partition..partition + 1, None),
            Self::All(count) => (false, 0..count, None),
            Self::Others(count, own) => (false, 0..count, Some(own)),
        };
        keyed.then_some(None).into_iter().chain(range.map(Some).filter(move |partition| *partition != but))
    }
}

/// What one worker does with its records.
#[expect(clippy::large_enum_variant, reason = "a worker has one of it for as long as it runs")]
pub(super) enum Desk {
    /// The first stage.
    Classify {
        /// The compiled rules.
        pipeline: Pipeline,
        /// Buffers.
        scratch: Scratch,
        /// Partitions of the mentions: a withdrawal goes to every one of them.
        mentions: i32,
    },
    /// The second stage.
    Stories(Box<Memory>),
}

impl Desk {
    /// The desk of a fresh session.
    pub(super) fn open<C: ClientContext>(
        stage: Stage,
        config: &Arc<Config>,
        pipeline: &Pipeline,
        metrics: &Arc<Metrics>,
        client: &Client<C>,
    ) -> Result<Self, Failure> {
        let metadata = client
            .fetch_metadata(None, config.kafka.connect_timeout)
            .map_err(|error| unreachable_or(config, "asking for the topics", &error))?;
        match stage {
            Stage::Classify => Ok(Self::Classify {
                pipeline: pipeline.clone(),
                scratch: Scratch::default(),
                mentions: count_partitions(&metadata, &config.kafka.topic(MENTIONS))?,
            }),
            Stage::Stories => {
                let partitions = paired(config, &metadata)?;
                Ok(Self::Stories(Box::new(Memory::new(config, pipeline, metrics, partitions))))
            }
        }
    }

    /// Whether records of the partition may be processed. False means that the caller has lost count of what it paused.
    pub(super) fn is_ready(&self, partition: i32) -> bool {
        match self {
            Self::Classify { .. } => true,
            Self::Stories(memory) => memory.is_open(partition),
        }
    }

    /// Says what to write for one record. It may panic; see [`Desk::spoil`].
    pub(super) fn process(&mut self, record: &Record<'_>, at: &Coordinates) -> Processed {
        match self {
            Self::Classify { pipeline, scratch, .. } => {
                let mut processed = pipeline.process(record, Some(at), scratch);
                if let Some(received) = at.timestamp {
                    let between = |e: &&mut Emitted| matches!(e.to, Destination::Mentions | Destination::Withdrawals);
                    for emitted in processed.emitted.iter_mut().filter(between) {
                        emitted.headers.push((RECEIVED.to_owned(), Some(received.to_string().into_bytes())));
                    }
                }
                processed
            }
            Self::Stories(memory) => {
                let processed = memory.process(record, at);
                if processed.tally.rejected.is_some() {
                    // It may have been taken in before it was found that nothing can be told of it.
                    memory.spoil(at.partition);
                }
                processed
            }
        }
    }

    /// What the record was to become is not what is written: it was processed half (a panic), or it becomes a dead
    /// letter after all. The first stage has only buffers to throw away; the second remembers the record now, and must
    /// not: after the next commit, which holds the dead letter, the partition is restored.
    pub(super) fn spoil(&mut self, partition: i32) {
        match self {
            Self::Classify { scratch, .. } => *scratch = Scratch::default(),
            Self::Stories(memory) => memory.spoil(partition),
        }
    }

    /// The partitions that have to be restored after the next commit, which should come at once.
    pub(super) fn take_spoiled(&mut self) -> Vec<i32> {
        match self {
            Self::Classify { .. } => Vec::new(),
            Self::Stories(memory) => memory.take_spoiled(),
        }
    }

    /// Whether there are any.
    pub(super) fn is_spoiled(&self) -> bool {
        matches!(self, Self::Stories(memory) if memory.is_spoiled())
    }

    /// To which partitions an output of the record at `at` goes.
    pub(super) fn spread(&self, emitted: &Emitted, at: &Coordinates) -> Spread {
        match (self, &emitted.to) {
            (Self::Stories(_), Destination::Stories) => Spread::One(at.partition),
            (Self::Stories(memory), Destination::Neighbours) => Spread::Others(memory.partitions(), at.partition),
            (Self::Classify { mentions, .. }, Destination::Withdrawals) => Spread::All(*mentions),
            _ => Spread::Keyed,
        }
    }

    /// When the document of the record came to Kafka, in milliseconds since the epoch.
    pub(super) fn received(&self, record: &Record<'_>, at: &Coordinates) -> Option<i64> {
        let told = || {
            let header = record.headers.iter().rev().find(|header| header.name == RECEIVED)?;
            std::str::from_utf8(header.value?).ok()?.parse().ok()
        };
        match self {
            Self::Classify { .. } => at.timestamp,
            Self::Stories(_) => told().or(at.timestamp),
        }
    }

    /// Partitions have come, or what was processed of them since the last commit was taken back. Returns whether they
    /// have to be paused until [`Desk::restored`] names them.
    pub(super) fn begin(&mut self, partitions: &[i32]) -> Result<bool, Failure> {
        match self {
            Self::Classify { .. } => Ok(false),
            Self::Stories(memory) => memory.begin(partitions).map(|()| true),
        }
    }

    /// Partitions have gone.
    pub(super) fn forget(&mut self, partitions: &[i32]) {
        if let Self::Stories(memory) = self {
            memory.forget(partitions);
        }
    }

    /// Goes on restoring for a few milliseconds; returns the partitions that may be read now.
    pub(super) fn restored(&mut self) -> Result<Vec<i32>, Failure> {
        match self {
            Self::Classify { .. } => Ok(Vec::new()),
            Self::Stories(memory) => memory.restored(),
        }
    }

    /// Partitions that are being restored, and the records read for them so far; `None` when there are none.
    pub(super) fn restoring(&self) -> Option<(usize, u64)> {
        match self {
            Self::Classify { .. } => None,
            Self::Stories(memory) => memory.restoring(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stages_share_neither_group_nor_transactional_id() {
        let mut config = Config::default();
        config.kafka.offset_reset = OffsetReset::Latest;
        let (classify, stories) = (Stage::Classify.config(&config), Stage::Stories.config(&config));
        let id = |config: &Config| super::super::client::transactional_id(config, "host.0-0");
        assert_ne!(classify.kafka.group, stories.kafka.group);
        assert_ne!(id(&classify), id(&stories));
        assert_eq!(classify.kafka.inputs(), ["news.articles", "policy.notices"]);
        assert_eq!(stories.kafka.inputs(), [MENTIONS]);
        assert_eq!(
            (classify.kafka.offset_reset, stories.kafka.offset_reset),
            (OffsetReset::Latest, OffsetReset::Earliest)
        );
    }

    #[test]
    fn a_spread_names_its_partitions_in_order() {
        let named = |spread: Spread| spread.partitions().collect::<Vec<_>>();
        assert_eq!(named(Spread::Keyed), [None]);
        assert_eq!(named(Spread::One(4)), [Some(4)]);
        assert_eq!(named(Spread::All(3)), [Some(0), Some(1), Some(2)]);
        assert_eq!(named(Spread::Others(3, 1)), [Some(0), Some(2)]);
        assert_eq!(named(Spread::Others(1, 0)), []);
    }
}
