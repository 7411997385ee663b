//! What a worker does when partitions come and go.
//!
//! The callbacks run inside the consumer's poll, on the worker's own thread, before the client gives partitions up.
//! Revoked: what is in the open transaction is committed, so that the next owner begins behind it. Lost: somebody else
//! may own them already, so everything is aborted and nothing of theirs is read again. A callback cannot return an
//! error; it leaves it in [`Shared`] for the loop to find.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext, Rebalance};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::{ClientContext, TopicPartitionList};

use super::failure::Failure;
use super::offsets::Offsets;
use super::service::WorkerStatus;
use super::stage::Stage;
use super::stats;
use super::transaction::{Ended, Transaction};
use crate::metrics::{Metrics, PartitionLabels};

/// What a rebalance did, for the loop to follow after the poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Partitions came.
    Came(Vec<(String, i32)>),
    /// Partitions went, revoked or lost.
    Went(Vec<(String, i32)>),
}

/// The transaction and what the callbacks have to tell the loop.
pub(super) struct State {
    /// The producer and its open transaction.
    pub(super) transaction: Transaction,
    /// Aborted stretches that are still to be read again.
    pub(super) rewind: Option<Offsets>,
    /// A fatal failure inside a callback.
    pub(super) failure: Option<Failure>,
    /// Partitions that came and went since the last poll, in order.
    pub(super) changes: Vec<Change>,
    assigned: Vec<(String, i32)>,
}

impl State {
    /// A worker that has no partitions yet.
    pub(super) fn new(transaction: Transaction) -> Self {
        Self { transaction, rewind: None, failure: None, changes: Vec::new(), assigned: Vec::new() }
    }

    /// Takes in how a transaction ended.
    pub(super) fn ended(&mut self, ended: Result<Ended, Failure>) {
        match ended {
            Ok(Ended::Committed) => {}
            Ok(Ended::Aborted(stretches)) => {
                let rewind = self.rewind.get_or_insert_with(Offsets::default);
                rewind.absorb(&stretches);
            }
            Err(failure) => self.failure = Some(failure),
        }
    }
}

/// State shared by the loop and the callbacks. The lock is never contended: both run on one thread, in turn.
pub(super) type Shared = Arc<Mutex<State>>;

/// Locks the state; a panic while it was held leaves nothing half-done that the next abort does not mend.
pub(super) fn lock(shared: &Shared) -> MutexGuard<'_, State> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The consumer's context.
pub(super) struct Membership {
    pub(super) shared: Shared,
    pub(super) stage: Stage,
    pub(super) metrics: Arc<Metrics>,
    pub(super) status: Arc<WorkerStatus>,
}

impl Membership {
    fn revoke(&self, consumer: &BaseConsumer<Self>, list: &TopicPartitionList) {
        let mut state = lock(&self.shared);
        let lost = consumer.assignment_lost();
        let ended = if lost {
            state.transaction.abort(&KafkaError::Rebalance(RDKafkaErrorCode::AssignmentLost))
        } else {
            state.transaction.commit(consumer)
        };
        state.ended(ended);
        for (topic, partition) in places(list) {
            state.transaction.forget(&topic, partition);
            if let Some(rewind) = &mut state.rewind {
                rewind.forget(&topic, partition);
            }
            state.assigned.retain(|(t, p)| *t != topic || *p != partition);
            self.metrics.consumer_lag.remove(&PartitionLabels { topic, partition });
        }
        state.changes.push(Change::Went(places(list)));
        tracing::info!(
            target: "kafka", partitions = %names(list), left = state.assigned.len(),
            "{}", if lost { "partitions lost" } else { "partitions revoked" }
        );
    }

    fn assign(&self, list: &TopicPartitionList) {
        let came = places(list);
        // The classic protocol assigns nothing to say that nothing has changed.
        if came.is_empty() {
            return;
        }
        let mut state = lock(&self.shared);
        for place in &came {
            // Whatever was known of an earlier assignment is stale: the owner in between has moved on.
            state.transaction.forget(&place.0, place.1);
            if !state.assigned.contains(place) {
                state.assigned.push(place.clone());
            }
        }
        state.changes.push(Change::Came(came));
        tracing::info!(
            target: "kafka", partitions = %names(list), owned = state.assigned.len(), "partitions assigned"
        );
    }
}

impl ClientContext for Membership {
    fn error(&self, error: KafkaError, reason: &str) {
        tracing::warn!(target: "kafka", "consumer: {error}: {reason}");
    }

    fn stats_raw(&self, statistics: &[u8]) {
        let state = lock(&self.shared);
        for (topic, partition, end) in stats::partitions(statistics) {
            if !state.assigned.iter().any(|(t, p)| *t == topic && *p == partition) {
                continue;
            }
            let transaction = &state.transaction;
            let lag = end.lag(transaction.committed(&topic, partition), transaction.expected(&topic, partition));
            if let Some(lag) = lag {
                self.metrics.consumer_lag.get_or_create(&PartitionLabels { topic, partition }).set(lag);
            }
        }
    }
}

impl ConsumerContext for Membership {
    fn pre_rebalance(&self, consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        match rebalance {
            Rebalance::Assign(list) => self.assign(list),
            Rebalance::Revoke(list) => self.revoke(consumer, list),
            Rebalance::Error(error) => {
                let mut state = lock(&self.shared);
                let ended = state.transaction.abort(error);
                state.ended(ended);
            }
        }
    }

    fn post_rebalance(&self, _: &BaseConsumer<Self>, _: &Rebalance<'_>) {
        self.metrics.rebalances.get_or_create(&self.stage.labels()).inc();
        let state = lock(&self.shared);
        let came: usize =
            state.changes.iter().map(|change| if let Change::Came(places) = change { places.len() } else { 0 }).sum();
        // Not ready in the moment between the assignment and the first look at what is to be read back.
        if self.stage == Stage::Stories && came > 0 {
            self.status.restoring(Some((came, 0)));
        }
        self.status.assigned(state.assigned.len());
    }
}

/// The partitions of a list. An empty list may be a null pointer inside, which the client library cannot iterate.
fn places(list: &TopicPartitionList) -> Vec<(String, i32)> {
    if list.capacity() == 0 || list.count() == 0 {
        return Vec::new();
    }
    list.elements().iter().map(|element| (element.topic().to_owned(), element.partition())).collect()
}

fn names(list: &TopicPartitionList) -> String {
    let names: Vec<String> = places(list).iter().map(|(topic, partition)| format!("{topic}[{partition}]")).collect();
    names.join(" ")
}
