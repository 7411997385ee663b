//! A child process that cannot outlive the tests: a broker, or the service under test.
//!
//! It knows signals, a log file and deadlines. It does not know what the process does, or when it is ready.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

const EXIT_POLL: Duration = Duration::from_millis(10);

/// A running (or just ended) child, its log, and the watchdog that kills it if the tests die first.
pub struct Process {
    name: String,
    child: Child,
    watchdog: Child,
    log: PathBuf,
}

impl Process {
    /// Starts `command` with both its outputs appended to `log`: a restart continues the log of the run before it.
    pub fn spawn(name: &str, command: &mut Command, log: &Path) -> Result<Self> {
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(log)
            .with_context(|| format!("opening the log {}", log.display()))?;
        let mut child = command
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .with_context(|| format!("starting {name}"))?;
        let watchdog = match watch(child.id()) {
            Ok(watchdog) => watchdog,
            Err(error) => {
                // A failed kill means that the child has ended by itself; the error worth telling is the first one.
                child.kill().and_then(|()| child.wait()).ok();
                return Err(error);
            }
        };
        Ok(Self { name: name.to_owned(), child, watchdog, log: log.to_owned() })
    }

    pub fn log(&self) -> &Path {
        &self.log
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The exit status, or `None` while it runs.
    pub fn exited(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Waits for the process to end by itself. It is left running when the time is up.
    pub fn wait(&mut self, limit: Duration) -> Result<ExitStatus> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.exited()? {
                return Ok(status);
            }
            if start.elapsed() > limit {
                bail!("{} still runs after {limit:?}", self.name);
            }
            std::thread::sleep(EXIT_POLL);
        }
    }

    /// SIGTERM, then the exit status. It is left running when the time is up.
    pub fn terminate(&mut self, limit: Duration) -> Result<ExitStatus> {
        if let Some(status) = self.exited()? {
            return Ok(status);
        }
        // The standard library can only send SIGKILL, and this repository has no unsafe code to call kill(2).
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        if !sent.success() {
            bail!("SIGTERM could not be sent to {}: {sent}", self.name);
        }
        self.wait(limit)
    }

    /// SIGKILL, then the exit status.
    pub fn kill(&mut self) -> Result<ExitStatus> {
        if let Some(status) = self.exited()? {
            return Ok(status);
        }
        self.child.kill()?;
        Ok(self.child.wait()?)
    }

    /// The last lines of the log, under a line that says whose they are.
    pub fn tail(&self, lines: usize) -> String {
        tail(&self.name, &self.log, lines)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The watchdog goes first: once the child is reaped, its process id may belong to someone else.
        self.watchdog.kill().and_then(|()| self.watchdog.wait()).ok();
        self.kill().ok();
    }
}

/// The last lines of a log file, under a line that says whose they are.
pub fn tail(name: &str, log: &Path, lines: usize) -> String {
    let text = match fs::read(log) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) => format!("(no log: {error})"),
    };
    let all: Vec<&str> = text.lines().collect();
    let shown = &all[all.len().saturating_sub(lines)..];
    format!("--- last {} lines of {name}\n{}\n", shown.len(), shown.join("\n"))
}

/// A shell that waits for its standard input to close, which the kernel does when the tests end in any way,
/// `kill -9` included, and then kills the process. Ctrl-C reaches the whole process group, so the shell ignores it.
fn watch(id: u32) -> Result<Child> {
    Command::new("sh")
        .args(["-c", r#"trap "" INT TERM HUP; cat >/dev/null; kill -9 "$0""#, &id.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("starting the watchdog, which needs `sh`")
}
