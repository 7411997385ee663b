//! The only room that knows Kafka.
//!
//! A worker is one OS thread with one consumer and one transactional producer. It reads records, runs one of the two
//! pure stages, and commits outputs, state, dead letters and input offsets in one transaction. Everything here blocks;
//! nothing here is async, because the client library is not, and a poll loop that shares a thread with other tasks
//! stalls.
//!
//! The way of a record: [`service`] starts the workers of each stage, [`worker`] polls, [`stage`] says what to write,
//! [`transaction`] writes and commits it. The stories stage remembers ([`memory`]) what it wrote, and reads it back
//! ([`restore`]) whenever it may differ from what is committed.
//!
//! It is not a general Kafka framework: it knows this program's topics and nothing about events.

mod client;
mod dead_letters;
mod failure;
mod instance;
mod memory;
mod mock;
mod offsets;
mod poison;
mod publish;
mod range;
mod reach;
mod rebalance;
mod restore;
mod service;
mod stage;
mod stats;
mod tail;
mod topics;
mod transaction;
mod worker;

#[cfg(test)]
mod on_the_mock;

pub use dead_letters::{Bookmark, DeadLetter, Replayed, Selection, list, origin_of, replay};
pub use failure::Failure;
pub use instance::Claim;
pub use mock::Mock;
pub use publish::{Publication, Published, Publisher, publish};
pub use range::{OwnedRecord, Range, read};
pub use service::{Phase, Service, Status, WorkerStatus};
pub use stage::Stage;
pub use tail::Tail;
pub use topics::{Difference, Found, Partitions, TopicPlan, contract, create, examine};
pub use worker::topic_of;
