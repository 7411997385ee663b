//! Sanctions imposed, sanctions lifted, prisoners released: from news and notices to alerts with their evidence.
//!
//! The walk of one record, through the rooms in the order of the data:
//!
//! ```
//! use std::sync::Arc;
//!
//! use sanctions_stream::input::{Header, Record};
//! use sanctions_stream::output::Destination;
//! use sanctions_stream::pipeline::{Options, Pipeline, Scratch, StoryStage};
//! use sanctions_stream::rules::RuleSet;
//!
//! // The rule files under `rules/`, compiled once and shared by every worker.
//! let rules = Arc::new(RuleSet::builtin());
//! let pipeline = Pipeline::new(Arc::clone(&rules), Options::default());
//!
//! // A record as it lies in `news.articles`: key, value and headers, borrowed.
//! let article = br#"{
//!     "id": "minsk-1",
//!     "headline": "US lifts sanctions on Belarusian potash",
//!     "body": "The United States lifted its sanctions on potash from Belarus on Saturday.",
//!     "publishedAt": "2025-12-13T15:00:00Z",
//!     "source": {"name": "Baltic Courier"}
//! }"#;
//! let record = Record { key: None, value: Some(article), headers: &[] };
//!
//! // input -> text -> syntax -> rules -> output: what the article says, as a record for `sanctions.mentions`.
//! let read = pipeline.process(&record, None, &mut Scratch::default());
//! assert_eq!(read.tally.mentions, [("sanction_lifted".to_owned(), "enacted")]);
//! let mention = &read.emitted[0];
//! assert_eq!(mention.to, Destination::Mentions);
//! assert_eq!(mention.key.as_deref(), Some(&b"BY"[..]));
//!
//! // story -> output: the first report of an event opens its story, and that is the alert.
//! let headers: Vec<Header> = mention.headers.iter().map(|(name, v)| Header { name, value: v.as_deref() }).collect();
//! let between = Record { key: mention.key.as_deref(), value: mention.value.as_deref(), headers: &headers };
//! let mut stories = StoryStage::new(rules, pipeline.options());
//! let told = stories.process(&between, None);
//! assert_eq!(told.tally.alerts[0].action, "opened");
//! let alert = told.emitted.iter().find(|e| matches!(e.to, Destination::Alerts(_))).expect("an alert");
//! let alert: serde_json::Value = serde_json::from_slice(alert.value.as_deref().expect("with a value"))?;
//! assert_eq!(alert["authority"][0]["id"], "US");
//! assert_eq!(alert["target"]["country"][0], "BY");
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! `kafka`, `replay` and `cli` are shells over those two calls. Nothing above them in the list below reads a file, a clock,
//! the environment or a random number; `clippy.toml` and `tests/core/tidy.rs` see to it.
#![forbid(unsafe_code)]
#![warn(clippy::disallowed_methods, clippy::disallowed_macros)]

// The core, in the order of the data; rustfmt sorts what no blank line parts.
pub mod input;

pub mod text;

pub mod lexicon;

pub mod syntax;

pub mod rules;

pub mod story;

pub mod output;

pub mod pipeline;

pub mod evaluation;

// The edges.
pub mod metrics;

#[allow(clippy::disallowed_methods, reason = "settings come from files and the environment")]
pub mod config;

#[allow(clippy::disallowed_methods, reason = "threads, timeouts and the broker")]
pub mod kafka;

#[allow(clippy::disallowed_methods, reason = "logs are files, and `pace` waits for the clock")]
pub mod replay;

#[allow(clippy::disallowed_methods, reason = "a server")]
pub mod serve;

#[allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "what a terminal shows and a shell gives")]
pub mod cli;
