//! The terminal as the commands see it: buffered stdout with or without colour, its width, and who is looking.
//!
//! Colour follows `NO_COLOR`, `CLICOLOR`, `CLICOLOR_FORCE`, `TERM=dumb` and pipes; that is anstream's business, and the
//! commands just write styled text. Nothing here decides what is printed.

use std::io::{self, BufWriter, IsTerminal as _, StdoutLock, Write};

use clap::ValueEnum;

/// Prose is hard to read in longer lines than this, however wide the window.
const WIDEST: usize = 120;
/// Narrower than this, cards stop being readable; let the terminal wrap instead.
const NARROWEST: usize = 40;
/// The width where nobody tells: a pipe, or a terminal that does not know its size.
const UNKNOWN: usize = 100;

/// How a command shows its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: colours on a terminal, marks everywhere.
    Human,
    /// For programs: one JSON object a line.
    Json,
}

impl Format {
    /// The given format, else human on a terminal and JSON in a pipe.
    #[must_use]
    pub fn or_by_terminal(given: Option<Self>) -> Self {
        given.unwrap_or_else(|| if stdout_is_terminal() { Self::Human } else { Self::Json })
    }
}

/// Stdout, locked and buffered, for bytes that are taken as they are.
#[must_use]
pub fn plain() -> BufWriter<StdoutLock<'static>> {
    BufWriter::with_capacity(64 << 10, io::stdout().lock())
}

/// Stdout, locked and buffered, for styled text; styles are taken out where they are not wanted.
#[must_use]
pub fn styled() -> BufWriter<anstream::AutoStream<StdoutLock<'static>>> {
    BufWriter::with_capacity(64 << 10, anstream::AutoStream::auto(io::stdout().lock()))
}

/// Writes one line of notice to stderr. Notices are not results: that stderr is closed must not stop a command.
pub fn notice(text: &str) {
    let mut err = io::stderr().lock();
    drop(writeln!(err, "{text}"));
}

/// Whether a person looks at stdout.
#[must_use]
pub fn stdout_is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// The width to wrap at: `COLUMNS`, else the terminal's, else 100; between 40 and 120.
#[must_use]
pub fn width() -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.trim().parse().ok());
    let seen = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    told.or_else(seen).unwrap_or(UNKNOWN).clamp(NARROWEST, WIDEST)
}
