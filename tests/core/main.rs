//! Black-box and snapshot tests that need no broker.
mod cli;
