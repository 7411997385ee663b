//! Mentions -> stories: one real-world event, however many documents report it.
//!
//! [`State`] is a pure state machine. It is told what documents say ([`State::observe`]), that a document was withdrawn
//! or superseded ([`State::withdraw`], [`State::supersede`]), and it answers with [`Change`]s: which stories were opened,
//! updated, corroborated or retracted, and which left the window. A mention joins a story by typed identity: type,
//! authority, target, day, measure, count and named persons ([`identity`]). The words of the text are never compared: two
//! reports of one event share few of them, and reports of two events share many.
//!
//! Everything the machine knows stands in its stories: written out and taken back in any order they make the same state
//! again. It reads no clock: time is what documents say it is ([`clock`]). It knows neither JSON nor Kafka, and it does
//! not judge texts; that was done by the rules stage.

mod brief;
mod change;
mod clock;
mod day;
mod facts;
mod id;
pub mod identity;
mod index;
mod link;
pub mod name;
mod report;
mod rest;
mod source;
mod state;
mod texts;

pub use change::{Action, Change, Changed, Field};
pub use clock::{Claim, Clock};
pub use facts::{Facts, Person, Story, Tallied};
pub(crate) use id::hex128;
pub use id::{MentionId, StoryId};
pub use link::{Basis, Link, Neighbour};
pub use report::{Act, Mention, Report, Still, Supersession, Text, Tie, Type, Words};
pub use rest::Rest;
pub use state::State;
