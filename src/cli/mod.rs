//! The command line: one file per subcommand, each thin, over the library's rooms.
//!
//! This room parses arguments, picks exit codes and draws for people. It does not classify, it does not talk to Kafka
//! itself, and no other room may use it. Every command is `execute(args) -> Result<ExitCode, anyhow::Error>`.

pub mod alert_view;
pub mod classify;
pub mod completions;
pub mod config;
pub mod connection;
pub mod dead_letters;
pub mod demo;
pub mod eval;
pub mod exit;
pub mod logging;
pub mod palette;
pub mod picture;
pub mod replay;
pub mod rule_source;
pub mod rules;
pub mod run;
pub mod schema;
pub mod stories;
pub mod summary;
pub mod terminal;
pub mod topics;
pub mod wrap;

use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

use exit::{ExitCode, Failure};

const LONG_ABOUT: &str = "\
Reads news articles and policy notices, finds sanctions imposed, sanctions lifted and prisoners released, and raises \
an alert for each, with the words that carry it.

It runs beside a Kafka cluster (articles in, alerts out, exactly once), and over files without one.";

const EXAMPLES: &str = "\
Examples:
  # The whole thing in one process, nothing to install.
  sanctions-stream demo
  # What is in this text; and what is not, and why.
  sanctions-stream classify story.txt --published 2025-12-13
  # The alerts of an event log as JSON lines; did a change of rules change them?
  sanctions-stream replay events.jsonl.zst > alerts.jsonl
  sanctions-stream replay events.jsonl.zst --expect alerts.jsonl
  # The events of the log, each with everybody who reported it.
  sanctions-stream replay events.jsonl.zst --alerts alerts.jsonl --stories stories.jsonl
  sanctions-stream stories stories.jsonl
  # What a rule does, with its examples.
  sanctions-stream rules explain lifted.measure.lift
  # How good the rules are on your own labelled documents.
  sanctions-stream eval gold.jsonl articles.jsonl --errors
  # The service.
  sanctions-stream run --config sanctions-stream.toml

Exit codes:
  0    done
  1    findings, or a mismatch with what was expected
  2    wrong usage or configuration, or unreadable input
  3    Kafka unreachable, or it refused
  4    fatal failure while running
  130  interrupted";

/// The command line as a whole.
#[derive(Debug, Parser)]
#[command(name = "sanctions-stream", version, about = "Sanctions and prisoner releases: news in, alerts out", long_about = LONG_ABOUT)]
#[command(after_help = EXAMPLES, subcommand_required = true, arg_required_else_help = true, propagate_version = true)]
pub struct Cli {
    /// Form of the log lines on stderr [default: human; environment: SANCTIONS_STREAM_LOG_FORMAT]
    #[arg(long, global = true, value_name = "FORMAT")]
    pub log_format: Option<logging::LogFormat>,

    /// Log more: -v info of the client library, -vv debug, -vvv everything
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,

    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands, in the order in which a newcomer needs them.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show the whole thing at work: workers, alerts, summary, in one process on a mock Kafka
    Demo(demo::Args),
    /// Run the service: read from Kafka, write alerts to Kafka, exactly once
    Run(run::Args),
    /// Run an event log through the same pipeline, without Kafka
    Replay(replay::Args),
    /// The events behind the alerts: a table, or one event with all its reports
    Stories(stories::Args),
    /// Say what stands in documents or plain text, and why other things in it raise no alert
    Classify(classify::Args),
    /// Measure precision, recall, arguments and confidence on labelled documents; show every error
    Eval(eval::Args),
    /// Check, list, explain, document, compare and count rules
    Rules(rules::Args),
    /// Create or show the Kafka topics that the contract wants
    Topics(topics::Args),
    /// Show the configuration in force and where each value came from
    Config(config::Args),
    /// List the schemas of every input and output, or print one
    Schema(schema::Args),
    /// List dead letters, or send them through again
    DeadLetters(dead_letters::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
}

/// Where rules come from; shared by every command that classifies.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct RuleArgs {
    /// Rules and lexicon from this directory instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,

    /// Further rule files or directories on top; may be given several times
    #[arg(long, value_name = "PATH")]
    pub rules_extra: Vec<PathBuf>,
}

impl RuleArgs {
    /// Loads the rule set; rules that do not load are a matter of configuration.
    pub fn load(&self) -> anyhow::Result<crate::rules::RuleSet> {
        use exit::OrExit as _;
        rule_source::load(self.rules.as_deref(), &self.rules_extra).or_exit(ExitCode::Usage)
    }
}

/// Parses the arguments, does what they say, and reports a failure on stderr.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(told) => {
            // Help and version are "errors" too; clap knows which stream they belong to. A closed pipe is no failure.
            drop(told.print());
            return if told.use_stderr() { ExitCode::Usage } else { ExitCode::Ok };
        }
    };
    match execute(cli.command, cli.log_format, cli.verbose) {
        Ok(code) => code,
        Err(error) => {
            let code = ExitCode::of(&error);
            if code != ExitCode::Ok {
                report(&error);
            }
            code
        }
    }
}

fn execute(command: Command, format: Option<logging::LogFormat>, verbosity: u8) -> anyhow::Result<ExitCode> {
    match command {
        // The service has a configuration, which also says how to log.
        Command::Run(_) => {}
        Command::Demo(_) => logging::start(format, verbosity, logging::Chatter::Warnings)?,
        _ => logging::start(format, verbosity, logging::Chatter::Doings)?,
    }
    match command {
        Command::Demo(args) => demo::execute(args),
        Command::Run(args) => run::execute(args, format, verbosity),
        Command::Replay(args) => replay::execute(args),
        Command::Stories(args) => stories::execute(args),
        Command::Classify(args) => classify::execute(args),
        Command::Eval(args) => eval::execute(args),
        Command::Rules(args) => rules::execute(args),
        Command::Topics(args) => topics::execute(args),
        Command::Config(args) => config::execute(args),
        Command::Schema(args) => schema::execute(args),
        Command::DeadLetters(args) => dead_letters::execute(args),
        Command::Completions(args) => completions::execute(args),
    }
}

fn report(error: &anyhow::Error) {
    let advice = error.chain().find_map(|cause| cause.downcast_ref::<Failure>()).and_then(Failure::advice);
    let mut err = anstream::stderr().lock();
    let red = palette::ERROR;
    // Nothing is left to tell when stderr itself is gone.
    let said = format!("{error:#}");
    // Faults of a configuration are pictures, one below the other, and each begins with the word.
    let said = said.strip_prefix("error: ").unwrap_or(&said);
    drop(writeln!(err, "{red}error:{red:#} {said}"));
    if let Some(advice) = advice {
        drop(writeln!(err, "  {advice}"));
    }
}
