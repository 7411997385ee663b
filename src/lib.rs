//! Sanctions imposed, sanctions lifted, prisoners released: from news and notices to alerts with their evidence.
#![forbid(unsafe_code)]

pub mod config;
pub mod input;
pub mod lexicon;
pub mod output;
pub mod pipeline;
pub mod rules;
pub mod story;
pub mod syntax;
pub mod text;
