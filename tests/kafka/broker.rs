//! A real Kafka for the tests: one broker, three, or one behind TLS and SCRAM, started, stopped and killed at will.
//!
//! It knows how to run brokers and when they are ready. What is on disk is in `layout`, where a broker comes from
//! in `origin`; topics and records are the business of `client`. It proves nothing by itself.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::metadata::MetadataTopic;
use rdkafka::producer::{BaseProducer, Producer};
use rdkafka::topic_partition_list::TopicPartitionList;
use tempfile::TempDir;

use crate::layout::{self, ClusterKind, Ports, SCRAM_PASSWORD, SCRAM_USER};
use crate::origin::{self, Origin};
use crate::process::{self, Process};

/// Small and quick to start: the compiler's first tier alone saves a third of the start-up on two shared cores.
const JVM: [&str; 3] = ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];
/// Any 16 bytes in base64: all brokers of a cluster must be formatted with the same.
const CLUSTER_ID: &str = "MkU3OEVBNTcwNTJENDM2Qg";

const START_LIMIT: Duration = Duration::from_secs(90);
const STOP_LIMIT: Duration = Duration::from_secs(30);
const REQUEST_LIMIT: Duration = Duration::from_secs(2);
const POLL: Duration = Duration::from_millis(50);
const LOG_LINES: usize = 40;

/// How a broker ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// SIGTERM: leadership is handed over first.
    Gracefully,
    /// SIGKILL: nobody is told.
    Kill,
}

/// Brokers that are up and ready for transactions. Those that were started here end when this is dropped.
pub struct Cluster {
    kind: ClusterKind,
    settings: Vec<(String, String)>,
    own: Option<Brokers>,
}

/// The brokers that the tests started themselves. The order of the fields is the order of the clean-up.
struct Brokers {
    running: Mutex<Vec<Option<Process>>>,
    ports: Vec<Ports>,
    lib: PathBuf,
    dir: TempDir,
}

impl Cluster {
    /// Starts a cluster, or connects to the one that was given, and waits until it can do transactions.
    pub fn start(kind: ClusterKind, origin: &Origin) -> Result<Self> {
        let bootstrap = match origin {
            Origin::Jars(lib) => return Self::start_jars(kind, lib),
            Origin::Given(bootstrap) => bootstrap.clone(),
            Origin::Compose(file) => origin::start_compose(file)?,
        };
        ensure!(kind == ClusterKind::Single, "a cluster that is not ours is used as it is");
        let cluster = Self { kind, settings: plain(bootstrap), own: None };
        cluster.wait_ready()?;
        Ok(cluster)
    }

    fn start_jars(kind: ClusterKind, lib: &Path) -> Result<Self> {
        // A port that was free a moment ago can be taken by the time the broker binds it; then other ports are tried.
        for _ in 0..2 {
            let cluster = Self::start_once(kind, lib)?;
            match cluster.wait_ready() {
                Ok(()) => return Ok(cluster),
                Err(_) if cluster.log_tail().contains("Address already in use") => {}
                Err(error) => return Err(error.context(cluster.log_tail())),
            }
        }
        bail!("the ports of the brokers were taken twice")
    }

    fn start_once(kind: ClusterKind, lib: &Path) -> Result<Self> {
        let dir = tempfile::Builder::new().prefix("sanctions-stream-kafka-").tempdir()?;
        let ports = (0..kind.brokers()).map(|_| Ports::pick()).collect::<Result<Vec<_>>>()?;
        let settings = settings(kind, &ports, dir.path());
        let own = Brokers {
            running: Mutex::new((0..kind.brokers()).map(|_| None).collect()),
            ports,
            lib: lib.to_owned(),
            dir,
        };
        for index in 0..kind.brokers() {
            layout::write(&own.home(index), kind, index, &own.ports)?;
        }
        own.format(kind)?;
        for index in 0..kind.brokers() {
            own.spawn(index)?;
        }
        Ok(Self { kind, settings, own: Some(own) })
    }

    /// The librdkafka properties that a client needs to connect: `bootstrap.servers` of every broker, credentials if needed.
    pub fn settings(&self) -> &[(String, String)] {
        &self.settings
    }

    /// A client configuration that connects to this cluster, and reconnects quickly: the brokers of a test come and go.
    pub fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("reconnect.backoff.ms", "20").set("reconnect.backoff.max.ms", "200");
        config.extend(self.settings.iter().cloned());
        config
    }

    /// Stops a broker and waits until it is gone.
    pub fn stop_broker(&self, index: usize, how: Stop) -> Result<()> {
        let own = self.own.as_ref().context("these brokers are not ours to stop")?;
        let mut running = own.running();
        let slot = running.get_mut(index).context("no such broker")?;
        let mut broker = slot.take().context("the broker is already stopped")?;
        match how {
            Stop::Kill => broker.kill()?,
            // The last broker of three never ends: it waits for a controller quorum to let it go.
            Stop::Gracefully => broker.terminate(STOP_LIMIT)?,
        };
        Ok(())
    }

    /// Starts a stopped broker on its old port and data, and waits until it serves and is in sync again.
    pub fn start_broker(&self, index: usize) -> Result<()> {
        let own = self.own.as_ref().context("these brokers are not ours to start")?;
        ensure!(own.running().get(index).is_some_and(Option::is_none), "the broker already runs");
        own.spawn(index)?;
        self.wait_broker(own, index).and_then(|()| self.wait_in_sync()).with_context(|| self.log_tail())
    }

    /// Stops and starts every broker, one after the other. A cluster of three stays available.
    pub fn bounce(&self, how: Stop) -> Result<()> {
        for index in 0..self.kind.brokers() {
            self.stop_broker(index, how)?;
            self.start_broker(index)?;
        }
        Ok(())
    }

    /// The last lines of every broker's log, for the report of a failure.
    pub fn log_tail(&self) -> String {
        let Some(own) = &self.own else { return "(the brokers are not ours, and neither are their logs)\n".into() };
        (0..self.kind.brokers())
            .map(|index| process::tail(&format!("broker {index}"), &own.home(index).join("log"), LOG_LINES))
            .collect()
    }

    /// Waits for the whole cluster, for the transaction coordinator and for the group coordinator.
    fn wait_ready(&self) -> Result<()> {
        let consumer: BaseConsumer = self.config().set("group.id", "harness-readiness").create()?;
        self.until("all brokers in the metadata", || {
            let metadata = consumer.fetch_metadata(None, REQUEST_LIMIT)?;
            Ok(metadata.brokers().len() >= self.kind.brokers())
        })?;
        let producer: BaseProducer = self.config().set("transactional.id", "harness-readiness").create()?;
        self.until("a transaction coordinator", || producer.init_transactions(REQUEST_LIMIT).map(|()| true))?;
        // Asking for a committed offset makes Kafka create the offsets topic, which the first test would wait for.
        let mut nothing = TopicPartitionList::new();
        nothing.add_partition("harness-readiness", 0);
        self.until("a group coordinator", || consumer.committed_offsets(nothing.clone(), REQUEST_LIMIT).map(|_| true))
    }

    /// Waits until one broker answers by itself. The others may still list a killed broker as alive for two seconds.
    fn wait_broker(&self, own: &Brokers, index: usize) -> Result<()> {
        let ports = own.ports.get(index).context("no such broker")?;
        let address = format!("127.0.0.1:{}", ports.clients);
        let consumer: BaseConsumer = self.config().set("bootstrap.servers", address).create()?;
        let id = i32::try_from(index + 1)?;
        self.until("the broker in its own metadata", || {
            let metadata = consumer.fetch_metadata(None, REQUEST_LIMIT)?;
            Ok(metadata.brokers().iter().any(|broker| broker.id() == id))
        })
    }

    /// Waits until every partition has a leader and all its replicas in sync, as far as its brokers run.
    fn wait_in_sync(&self) -> Result<()> {
        let running = self.own.as_ref().map_or(0, |own| own.running().iter().flatten().count());
        let consumer: BaseConsumer = self.config().create()?;
        self.until("all replicas in sync", || {
            let metadata = consumer.fetch_metadata(None, REQUEST_LIMIT)?;
            let mut partitions = metadata.topics().iter().flat_map(MetadataTopic::partitions);
            Ok(partitions.all(|p| p.leader() > 0 && p.isr().len() >= p.replicas().len().min(running)))
        })
    }

    /// Asks until the answer is yes. It gives up early when a broker has ended.
    fn until(&self, what: &str, mut ask: impl FnMut() -> Result<bool, KafkaError>) -> Result<()> {
        let start = Instant::now();
        loop {
            let answer = ask();
            if matches!(answer, Ok(true)) {
                return Ok(());
            }
            if let Some(own) = &self.own {
                for broker in own.running().iter_mut().flatten() {
                    if let Some(status) = broker.exited()? {
                        bail!("a broker ended ({status}) while waiting for {what}");
                    }
                }
            }
            ensure!(start.elapsed() < START_LIMIT, "waited {START_LIMIT:?} for {what}; the last answer: {answer:?}");
            std::thread::sleep(POLL);
        }
    }
}

impl Brokers {
    fn home(&self, index: usize) -> PathBuf {
        self.dir.path().join(format!("broker-{index}"))
    }

    fn running(&self) -> MutexGuard<'_, Vec<Option<Process>>> {
        // A test that panicked while it held the lock has left the list whole: every change to it is one assignment.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn java(&self, index: usize, main: &str) -> Command {
        let mut java = Command::new("java");
        java.args(JVM)
            .arg(format!("-Dlog4j2.configurationFile={}", self.home(index).join("log4j2.xml").display()))
            .arg("-cp")
            .arg(self.lib.join("*"))
            .arg(main);
        java
    }

    /// Writes the identity of every broker to its data directory, all at once: each takes a JVM most of a second.
    fn format(&self, kind: ClusterKind) -> Result<()> {
        let mut tools = Vec::new();
        for index in 0..kind.brokers() {
            let mut tool = self.java(index, "kafka.tools.StorageTool");
            tool.args(["format", "-t", CLUSTER_ID, "-c"]).arg(self.home(index).join("server.properties"));
            if kind != ClusterKind::Three {
                tool.arg("--standalone");
            }
            if kind == ClusterKind::Secured {
                tool.arg("--add-scram");
                tool.arg(format!("SCRAM-SHA-512=[name={SCRAM_USER},password={SCRAM_PASSWORD}]"));
            }
            tool.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
            tools.push(tool.spawn().context("running java")?);
        }
        for tool in tools {
            let done = tool.wait_with_output()?;
            ensure!(done.status.success(), "StorageTool format: {}", String::from_utf8_lossy(&done.stderr));
        }
        Ok(())
    }

    fn spawn(&self, index: usize) -> Result<()> {
        let home = self.home(index);
        let mut java = self.java(index, "kafka.Kafka");
        java.arg(home.join("server.properties"));
        let broker = Process::spawn(&format!("broker {index}"), &mut java, &home.join("log"))?;
        *self.running().get_mut(index).context("no such broker")? = Some(broker);
        Ok(())
    }
}

fn plain(bootstrap: String) -> Vec<(String, String)> {
    vec![("bootstrap.servers".to_owned(), bootstrap)]
}

fn settings(kind: ClusterKind, ports: &[Ports], dir: &Path) -> Vec<(String, String)> {
    let addresses: Vec<String> = ports.iter().map(|p| format!("127.0.0.1:{}", p.clients)).collect();
    let mut settings = plain(addresses.join(","));
    if kind == ClusterKind::Secured {
        let certificate = layout::certificate(&dir.join("broker-0"));
        let secured = [
            ("security.protocol", "SASL_SSL"),
            ("sasl.mechanism", "SCRAM-SHA-512"),
            ("sasl.username", SCRAM_USER),
            ("sasl.password", SCRAM_PASSWORD),
            ("ssl.ca.location", &certificate.to_string_lossy()),
        ];
        settings.extend(secured.map(|(key, value)| (key.to_owned(), value.to_owned())));
    }
    settings
}
