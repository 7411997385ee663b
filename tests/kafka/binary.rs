//! The binary under test: how its flags are spelt for a cluster, and how a command of it is run to its end.
//!
//! A service that goes on running is `service`. Flags that belong to one test stay in that test; those that every
//! command with a connection takes are spelt here and nowhere else.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

/// Longer than any command of these tests takes, connect timeouts included.
const LIMIT: Duration = Duration::from_secs(90);
const POLL: Duration = Duration::from_millis(10);

/// The binary, with none of its settings taken from the environment of the tests.
pub fn command(temporary: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sanctions-stream"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SANCTIONS_STREAM_")) {
        command.env_remove(name);
    }
    // Lock files of instance names go where the test cleans up.
    command.env("TMPDIR", temporary).env("NO_COLOR", "1");
    command
}

/// Adds the flags that connect to a cluster. `settings` are librdkafka's, as the harness gives them.
pub fn connect(command: &mut Command, settings: &[(String, String)]) {
    for (name, value) in settings {
        match name.as_str() {
            "bootstrap.servers" => command.args(["--brokers", value]),
            "security.protocol" => command.args(["--security-protocol", &value.to_lowercase()]),
            "ssl.ca.location" => command.args(["--tls-ca", value]),
            "sasl.mechanism" => command.args(["--sasl-mechanism", value]),
            "sasl.username" => command.args(["--sasl-username", value]),
            // As a deployment should give it: flags are visible to everybody on the machine.
            "sasl.password" => command.env("SANCTIONS_STREAM_SASL_PASSWORD", value),
            _ => command.args(["--kafka-options", &format!("{name}={value}")]),
        };
    }
}

/// A command that has ended.
#[derive(Debug)]
pub struct Done {
    /// The exit code; `None` after a signal.
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: String,
    /// How long it ran.
    pub took: Duration,
}

impl Done {
    /// What it printed, as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Itself, if it ended with that code.
    pub fn expect(self, code: i32) -> Result<Self> {
        ensure!(
            self.code == Some(code),
            "exit code {:?} instead of {code}\n--- stdout\n{}--- stderr\n{}",
            self.code,
            self.text(),
            self.stderr
        );
        Ok(self)
    }
}

/// Runs a command to its end. One that hangs is killed, and an error.
pub fn run(command: &mut Command) -> Result<Done> {
    let began = Instant::now();
    // Files, not pipes: a pipe that is full would stop the command while it is waited for.
    let (mut stdout, mut stderr) = (tempfile::tempfile()?, tempfile::tempfile()?);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(stdout.try_clone()?)
        .stderr(stderr.try_clone()?)
        .spawn()
        .with_context(|| format!("starting {command:?}"))?;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break Some(status);
        }
        if began.elapsed() > LIMIT {
            child.kill()?;
            child.wait()?;
            break None;
        }
        std::thread::sleep(POLL);
    };
    let took = began.elapsed();
    let done = Done {
        code: status.and_then(|status| status.code()),
        stdout: contents(&mut stdout)?,
        stderr: String::from_utf8_lossy(&contents(&mut stderr)?).into_owned(),
        took,
    };
    ensure!(status.is_some(), "{command:?} did not end in {LIMIT:?}\n{}{}", done.text(), done.stderr);
    Ok(done)
}

fn contents(file: &mut File) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}
