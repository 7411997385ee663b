//! `config show`: every setting, its value and where it came from.

use std::io::Write as _;

use clap::Subcommand;

use super::connection::{ServiceArgs, resolve};
use super::exit::ExitCode;

/// Arguments of `config`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print every value with its origin; secrets print as ***
    Show(ServiceArgs),
}

/// Prints the configuration, then checks it, so that a faulty one can be seen and mended.
pub fn execute(args: Args) -> Result<ExitCode, anyhow::Error> {
    let Command::Show(args) = args.command;
    let raw = args.layers()?;
    anstream::stdout().write_all(crate::config::show(&raw).as_bytes())?;
    resolve(&raw)?;
    Ok(ExitCode::Ok)
}
