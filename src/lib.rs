//! Sanctions imposed, sanctions lifted, prisoners released: from news and notices to alerts with their evidence.
#![forbid(unsafe_code)]

pub mod cli;
pub mod config;
pub mod evaluation;
pub mod input;
pub mod kafka;
pub mod lexicon;
pub mod metrics;
pub mod output;
pub mod pipeline;
pub mod replay;
pub mod rules;
pub mod serve;
pub mod story;
pub mod syntax;
pub mod text;
