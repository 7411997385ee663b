//! Exit codes, and how an error gets one.
//!
//! The codes are a contract: scripts test them. An error carries its code as a [`Failure`] somewhere in its chain, so
//! that context may be added on the way up without losing it. Nothing here prints or ends the process.

use std::fmt;
use std::io;

/// What the process tells its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExitCode {
    /// 0: done. Also when the reader of our output went away early (`| head`).
    Ok,
    /// 1: done, and the answer is no: `rules check` found something, `replay --expect` or `rules diff` differs, `eval` is
    /// below a minimum, `demo` fell short.
    Findings,
    /// 2: wrong usage, wrong configuration, or input that cannot be read.
    Usage,
    /// 3: Kafka cannot be reached or refuses us.
    Kafka,
    /// 4: a fatal failure while running.
    Fatal,
    /// 130: interrupted before the work was done.
    Interrupted,
}

impl ExitCode {
    /// Every code, in ascending order, for the help text and the tests.
    pub const ALL: [Self; 6] = [Self::Ok, Self::Findings, Self::Usage, Self::Kafka, Self::Fatal, Self::Interrupted];

    /// The number that the shell sees.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Kafka => 3,
            Self::Fatal => 4,
            Self::Interrupted => 130,
        }
    }

    /// The code for an error: 0 for a closed pipe, else what its [`Failure`] says, else 4.
    #[must_use]
    pub fn of(error: &anyhow::Error) -> Self {
        if error.chain().any(is_closed_pipe) {
            return Self::Ok;
        }
        error.chain().find_map(|cause| cause.downcast_ref::<Failure>()).map_or(Self::Fatal, |failure| failure.code)
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code.number())
    }
}

fn is_closed_pipe(cause: &(dyn std::error::Error + 'static)) -> bool {
    cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// An error that knows its exit code and what the user can do about it.
#[derive(Debug)]
pub struct Failure {
    code: ExitCode,
    cause: anyhow::Error,
    advice: Option<String>,
}

impl Failure {
    /// An error of that code.
    pub fn new(code: ExitCode, cause: impl Into<anyhow::Error>) -> Self {
        Self { code, cause: cause.into(), advice: None }
    }

    /// An error of that code, from a message.
    pub fn message(code: ExitCode, message: impl fmt::Display) -> Self {
        Self::new(code, anyhow::Error::msg(message.to_string()))
    }

    /// Adds the sentence that says what to do.
    #[must_use]
    pub fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// What to do about it, where we know.
    #[must_use]
    pub fn advice(&self) -> Option<&str> {
        self.advice.as_deref()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(f)
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        // The failure shows its cause's own message, so the chain goes on one step further down.
        let cause: &(dyn std::error::Error + 'static) = self.cause.as_ref();
        cause.source()
    }
}

/// Gives the error of a result its exit code.
pub trait OrExit<T> {
    /// Turns the error into a [`Failure`] with that code.
    fn or_exit(self, code: ExitCode) -> anyhow::Result<T>;
}

impl<T, E: Into<anyhow::Error>> OrExit<T> for Result<T, E> {
    fn or_exit(self, code: ExitCode) -> anyhow::Result<T> {
        self.map_err(|error| {
            let error = error.into();
            // An error that has a code already keeps it: the place nearest to the fault knows best. A closed pipe stays
            // as it is, it is no failure at all.
            if error.chain().any(|cause| cause.is::<Failure>() || is_closed_pipe(cause)) {
                error
            } else {
                Failure::new(code, error).into()
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context as _;

    #[test]
    fn codes_survive_context_and_closed_pipes_are_fine() {
        let plain = anyhow::anyhow!("boom");
        assert_eq!(ExitCode::of(&plain), ExitCode::Fatal);

        let coded: anyhow::Result<()> = Err(anyhow::anyhow!("no such rule")).or_exit(ExitCode::Usage);
        let error = coded.context("rules explain").unwrap_err();
        assert_eq!(ExitCode::of(&error), ExitCode::Usage);
        assert_eq!(format!("{error:#}"), "rules explain: no such rule");

        let pipe: anyhow::Result<()> = Err(io::Error::from(io::ErrorKind::BrokenPipe)).or_exit(ExitCode::Fatal);
        assert_eq!(ExitCode::of(&pipe.context("cannot write").unwrap_err()), ExitCode::Ok);
    }
}
