//! Where the program's own log goes: stderr, for people or as JSON lines.
//!
//! Results never pass through here; they go to stdout. `RUST_LOG` overrides the verbosity for whoever debugs.

use std::io::IsTerminal as _;

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

/// The form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One readable line an event.
    Human,
    /// One JSON object an event.
    Json,
}

/// The environment variable that sets the format where the flag does not.
pub const FORMAT_VARIABLE: &str = "SANCTIONS_STREAM_LOG_FORMAT";

/// What is told without `-v`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chatter {
    /// What the program does by itself: partitions coming and going, stories restored.
    Doings,
    /// Warnings only, where the output is a show of its own.
    Warnings,
}

/// Starts logging. `verbosity` is the number of `-v`: what `chatter` says, then info, debug, trace.
///
/// A second call does nothing: the first one to say how to log wins.
pub fn start(format: Option<LogFormat>, verbosity: u8, chatter: Chatter) -> anyhow::Result<()> {
    begin(format, verbosity, chatter, None)
}

/// Starts logging as the configuration says, where neither a flag nor `RUST_LOG` says otherwise.
///
/// # Errors
/// A level that is no filter, or a variable that names no format.
pub fn start_configured(format: Option<LogFormat>, verbosity: u8, log: &crate::config::Log) -> anyhow::Result<()> {
    let configured = match log.format {
        crate::config::LogFormat::Human => None,
        crate::config::LogFormat::Json => Some(LogFormat::Json),
    };
    // `info` is the default and means what the program does by itself, without the chatter of its libraries.
    let level = Some(log.level.as_str()).filter(|level| !matches!(*level, "" | "info"));
    begin(format.or(configured), verbosity, Chatter::Doings, level)
}

fn begin(format: Option<LogFormat>, verbosity: u8, chatter: Chatter, level: Option<&str>) -> anyhow::Result<()> {
    let format = match (format, std::env::var(FORMAT_VARIABLE)) {
        (Some(format), _) => format,
        (None, Ok(text)) => LogFormat::from_str(&text, true).map_err(|_| {
            let said = format!("{FORMAT_VARIABLE} is {text:?}; expected human or json");
            super::exit::Failure::message(super::exit::ExitCode::Usage, said)
        })?,
        (None, Err(_)) => LogFormat::Human,
    };
    let default = match verbosity {
        0 if chatter == Chatter::Warnings => "warn",
        0 => "warn,sanctions_stream=info,kafka=info",
        1 => "info",
        2 => "info,sanctions_stream=debug",
        _ => "trace",
    };
    let filter = match (EnvFilter::try_from_default_env(), level.filter(|_| verbosity == 0)) {
        (Ok(filter), _) => filter,
        (Err(_), Some(level)) => EnvFilter::try_new(level).map_err(|error| {
            let said = format!(
                "log.level is {level:?}: {error}; expected error, warn, info, debug, trace, or a filter such as `info,librdkafka=debug`"
            );
            super::exit::Failure::message(super::exit::ExitCode::Usage, said)
        })?,
        (Err(_), None) => EnvFilter::new(default),
    };
    let base = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match format {
        LogFormat::Human => base.with_ansi(std::io::stderr().is_terminal()).with_target(false).try_init(),
        LogFormat::Json => base.json().flatten_event(true).try_init(),
    };
    // Somebody else's subscriber (a test's) is as good as ours.
    drop(started);
    Ok(())
}
