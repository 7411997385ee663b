//! Tests of the pure stages and of the command line: no broker, no network, no clock.

mod cli;
mod documents;
mod input;
mod output;
