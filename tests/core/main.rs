//! Tests of the pure stages and of the command line: no broker, no network, no clock.

mod adversary;
mod cli;
mod documents;
mod input;
mod output;
mod pages;
mod story;
mod tidy;
