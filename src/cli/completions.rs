//! `completions`: a completion script for a shell, generated from the command line itself.

use std::io::Write as _;

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::exit::ExitCode;
use super::terminal;

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sanctions-stream completions bash > /etc/bash_completion.d/sanctions-stream
  sanctions-stream completions zsh  > \"${fpath[1]}/_sanctions-stream\"
  sanctions-stream completions fish > ~/.config/fish/completions/sanctions-stream.fish")]
pub struct Args {
    /// The shell
    shell: Shell,
}

/// Prints the script to stdout.
pub fn execute(args: Args) -> anyhow::Result<ExitCode> {
    // clap_complete panics when its writer fails, so it writes to memory and the pipe is ours.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::Cli::command(), "sanctions-stream", &mut script);
    let mut out = terminal::plain();
    out.write_all(&script)?;
    out.flush()?;
    Ok(ExitCode::Ok)
}
