//! Tests of the pure stages and of the command line: no broker, no network, no clock.

mod cli;
mod input;
mod output;
mod story;
