//! The command line: the commands that talk to Kafka. (The other commands join this file from their own branch.)

pub mod config;
pub mod connection;
pub mod dead_letters;
pub mod exit;
pub mod rule_source;
pub mod run;
pub mod topics;

use clap::{Parser, Subcommand};

use exit::ExitCode;

/// The command line as a whole.
#[derive(Debug, Parser)]
#[command(name = "sanctions-stream", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the service
    Run(run::Args),
    /// Show the configuration
    Config(config::Args),
    /// Create or show topics
    Topics(topics::Args),
    /// List or replay dead letters
    DeadLetters(dead_letters::Args),
}

/// Parses the arguments, does what they say, and reports a failure on stderr.
pub fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let done = match Cli::parse().command {
        Command::Run(args) => run::execute(args),
        Command::Config(args) => config::execute(args),
        Command::Topics(args) => topics::execute(args),
        Command::DeadLetters(args) => dead_letters::execute(args),
    };
    done.unwrap_or_else(|error| {
        tracing::error!("{error:#}");
        ExitCode::of(&error)
    })
}
