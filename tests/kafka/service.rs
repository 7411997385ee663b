//! The service under test as its users run it: the binary in a process of its own.
//!
//! It starts, asks for readiness, stops and kills. What the service does with its records is for the tests to look at,
//! through `client`. How a connection is spelt in flags is in `binary`.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::binary;
use crate::layout;
use crate::process::Process;

const REQUEST_LIMIT: Duration = Duration::from_secs(2);
const POLL: Duration = Duration::from_millis(20);
const LOG_LINES: usize = 60;

/// What to run. Tests add the flags they care about to what every run of a deployment has.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Names the log: two services of one test need two names.
    pub name: String,
    /// librdkafka properties that connect to the cluster, `bootstrap.servers` included.
    pub settings: Vec<(String, String)>,
    pub topic_prefix: String,
    pub group: String,
    /// Further flags after those that every run needs.
    pub flags: Vec<String>,
    /// Where the log goes: a directory that lives as long as the test.
    pub dir: PathBuf,
}

/// A started service. It is killed when this is dropped.
pub struct Service {
    process: Process,
    http: SocketAddr,
}

impl Service {
    /// Starts the binary and returns at once; `wait_ready` tells when it works.
    pub fn start(setup: &Setup) -> Result<Self> {
        let http = SocketAddr::from(([127, 0, 0, 1], layout::free_port()?));
        let mut command = binary::command(&setup.dir);
        command.arg("run").args(["--topic-prefix", &setup.topic_prefix]).args(["--group", &setup.group]);
        command.args(["--http", &http.to_string()]);
        binary::connect(&mut command, &setup.settings);
        command.args(&setup.flags);
        let log = setup.dir.join(format!("{}.log", setup.name));
        Ok(Self { process: Process::spawn(&setup.name, &mut command, &log)?, http })
    }

    /// Waits until /ready answers 200. A service that ends first is an error, with the end of its log.
    pub fn wait_ready(&mut self, limit: Duration) -> Result<()> {
        let start = Instant::now();
        loop {
            let answer = self.get("/ready");
            if matches!(answer, Ok((200, _))) {
                return Ok(());
            }
            if let Some(status) = self.process.exited()? {
                bail!("the service ended ({status}) before it was ready\n{}", self.log_tail());
            }
            if start.elapsed() > limit {
                bail!("the service is not ready after {limit:?}; last answer {answer:?}\n{}", self.log_tail());
            }
            std::thread::sleep(POLL);
        }
    }

    /// A bare HTTP GET: the status and the body. No client library is worth a dependency for this.
    pub fn get(&self, path: &str) -> Result<(u16, String)> {
        let mut stream = TcpStream::connect_timeout(&self.http, REQUEST_LIMIT)?;
        stream.set_read_timeout(Some(REQUEST_LIMIT))?;
        stream.set_write_timeout(Some(REQUEST_LIMIT))?;
        // One write: formatted straight into the stream, the request would leave in pieces.
        let request = format!("GET {path} HTTP/1.0\r\nHost: {}\r\nConnection: close\r\n\r\n", self.http);
        stream.write_all(request.as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").context("an answer without an end of its headers")?;
        let status = head.split_ascii_whitespace().nth(1).context("an answer without a status")?;
        Ok((status.parse()?, body.to_owned()))
    }

    /// Every series of a metric on /metrics: its labels as they are printed, and its value.
    pub fn series(&self, metric: &str) -> Result<BTreeMap<String, f64>> {
        let (status, body) = self.get("/metrics")?;
        ensure!(status == 200, "/metrics answered {status}");
        let mut series = BTreeMap::new();
        for line in body.lines() {
            let Some(rest) = line.strip_prefix(metric).filter(|rest| rest.starts_with(['{', ' '])) else { continue };
            let (labels, value) = rest.rsplit_once(' ').context("a series without a value")?;
            series.insert(labels.to_owned(), value.parse().with_context(|| format!("{metric}{labels} is {value}"))?);
        }
        Ok(series)
    }

    /// The sum over all series of a metric.
    pub fn total(&self, metric: &str) -> Result<f64> {
        Ok(self.series(metric)?.values().sum())
    }

    /// The process id, for what only the operating system knows: memory, file descriptors.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// SIGTERM, as an orchestrator does it. The exit status tells whether the service called it a clean end.
    pub fn terminate(&mut self, limit: Duration) -> Result<ExitStatus> {
        let ended = self.process.terminate(limit);
        ended.with_context(|| self.log_tail())
    }

    /// SIGKILL: the crash that exactly-once has to survive.
    pub fn kill(&mut self) -> Result<ExitStatus> {
        self.process.kill()
    }

    /// The whole log so far, runs before a restart under the same name included.
    pub fn log(&self) -> Result<String> {
        Ok(std::fs::read_to_string(self.process.log())?)
    }

    pub fn log_tail(&self) -> String {
        self.process.tail(LOG_LINES)
    }
}
