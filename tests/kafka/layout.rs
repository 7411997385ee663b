//! The files and ports of one broker: server.properties, the log4j file, keys and certificate.
//!
//! Every setting that differs from Kafka's default is here, with its reason. Nothing is started here but `keytool`.

use std::fmt::Write as _;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU16, Ordering};

use anyhow::{Context, Result, bail, ensure};

/// The user that the secured cluster knows, the same in every run: nothing is protected by it but a test.
pub const SCRAM_USER: &str = "sanctions";
pub const SCRAM_PASSWORD: &str = "only-a-test";
const STORE_PASSWORD: &str = "only-a-test";

/// Below every default range of ephemeral ports, so that no outgoing connection can take the port of a stopped broker.
const FIRST_PORT: u16 = 20_000;
const LAST_PORT: u16 = 32_000;

/// What a test asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClusterKind {
    /// One broker, plain text.
    Single,
    /// Three brokers, replication 3, two in-sync replicas needed.
    Three,
    /// One broker whose only listener for clients is `SASL_SSL` with SCRAM-SHA-512.
    Secured,
}

impl ClusterKind {
    pub fn brokers(self) -> usize {
        if self == Self::Three { 3 } else { 1 }
    }
}

/// The ports of one broker.
#[derive(Clone, Copy, Debug)]
pub struct Ports {
    pub clients: u16,
    internal: u16,
    controller: u16,
}

impl Ports {
    pub fn pick() -> Result<Self> {
        Ok(Self { clients: free_port()?, internal: free_port()?, controller: free_port()? })
    }
}

/// A port that nobody listens on now. It is closed again, so a caller must be ready to find it taken.
pub fn free_port() -> Result<u16> {
    // Each process starts at another place, and a process never hands out the same port twice in a row:
    // binding port 0 would give an ephemeral port, which a client of a stopped broker can take for itself.
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let span = LAST_PORT - FIRST_PORT;
    let start = u16::try_from(std::process::id().wrapping_mul(97) % u32::from(span))?;
    for _ in 0..span {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = FIRST_PORT + u16::try_from((u32::from(start) + u32::from(step)) % u32::from(span))?;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no free port between {FIRST_PORT} and {LAST_PORT}")
}

/// Everything that broker `index` of the cluster needs on disk, written to `dir`.
pub fn write(dir: &Path, kind: ClusterKind, index: usize, ports: &[Ports]) -> Result<()> {
    fs::create_dir_all(dir)?;
    fs::write(dir.join("log4j2.xml"), LOG4J)?;
    if kind == ClusterKind::Secured {
        write_keys(dir)?;
    }
    fs::write(dir.join("server.properties"), properties(dir, kind, index, ports)?)?;
    Ok(())
}

/// The certificate that clients of the secured cluster must trust.
pub fn certificate(dir: &Path) -> PathBuf {
    dir.join("ca.pem")
}

fn properties(dir: &Path, kind: ClusterKind, index: usize, ports: &[Ports]) -> Result<String> {
    let mine = ports.get(index).context("a broker without ports")?;
    let node = index + 1;
    let (replicas, in_sync) = if kind == ClusterKind::Three { (3, 2) } else { (1, 1) };
    let clients = if kind == ClusterKind::Secured { "SASL_SSL" } else { "PLAINTEXT" };
    let mut text = format!(
        "process.roles=broker,controller\n\
         node.id={node}\n\
         listeners=CLIENTS://127.0.0.1:{},INTERNAL://127.0.0.1:{},CONTROLLER://127.0.0.1:{}\n\
         listener.security.protocol.map=CLIENTS:{clients},INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT\n\
         controller.listener.names=CONTROLLER\n\
         inter.broker.listener.name=INTERNAL\n\
         log.dirs={}\n\
         default.replication.factor={replicas}\n\
         min.insync.replicas={in_sync}\n\
         offsets.topic.replication.factor={replicas}\n\
         transaction.state.log.replication.factor={replicas}\n\
         transaction.state.log.min.isr={in_sync}\n\
         share.coordinator.state.topic.replication.factor={replicas}\n\
         share.coordinator.state.topic.min.isr={in_sync}\n",
        mine.clients,
        mine.internal,
        mine.controller,
        dir.join("data").display(),
    );
    // A dynamic quorum of one formats with --standalone; three brokers name each other, which needs no directory ids.
    if kind == ClusterKind::Three {
        let voters: Vec<String> =
            ports.iter().enumerate().map(|(i, p)| format!("{}@127.0.0.1:{}", i + 1, p.controller)).collect();
        writeln!(text, "controller.quorum.voters={}", voters.join(","))?;
    } else {
        writeln!(text, "controller.quorum.bootstrap.servers=127.0.0.1:{}", mine.controller)?;
    }
    if kind == ClusterKind::Secured {
        write!(
            text,
            "sasl.enabled.mechanisms=SCRAM-SHA-512\n\
             listener.name.clients.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;\n\
             listener.name.clients.ssl.keystore.type=PKCS12\n\
             listener.name.clients.ssl.keystore.location={}\n\
             listener.name.clients.ssl.keystore.password={STORE_PASSWORD}\n",
            dir.join("broker.p12").display(),
        )?;
    }
    text.push_str(COMMON);
    Ok(text)
}

/// The settings of every kind: what makes a broker quick to start, small, and quick to notice a death.
const COMMON: &str = "\
# A test that misspells a topic must fail, not write to a new one.
auto.create.topics.enable=false
# The coordinators have one client: fewer internal partitions make the first transaction quicker.
offsets.topic.num.partitions=3
transaction.state.log.num.partitions=3
# Without this, the first member of a group waits three seconds for others.
group.initial.rebalance.delay.ms=0
# A killed broker is replaced after two seconds instead of nine.
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=250
controller.quorum.fetch.timeout.ms=1000
controller.quorum.election.timeout.ms=500
# A killed group member may be noticed within a second, in both group protocols.
group.min.session.timeout.ms=1000
group.consumer.min.session.timeout.ms=1000
group.consumer.session.timeout.ms=3000
group.consumer.min.heartbeat.interval.ms=200
group.consumer.heartbeat.interval.ms=500
# The transaction of a dead producer ends within a second after its timeout instead of ten.
transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
# Compaction and retention can be watched by a test. The cleaner would take 128 MiB of heap.
log.initial.task.delay.ms=500
log.retention.check.interval.ms=1000
log.cleaner.backoff.ms=1000
log.cleaner.dedupe.buffer.size=4194304
";

/// Kafka's default prints every setting at each start and ten lines for each partition, and buries what went wrong.
/// The coordinator stays talkative: it says who was fenced, and which transaction it ended by itself.
const LOG4J: &str = r#"<Configuration status="warn">
  <Appenders>
    <Console name="out" target="SYSTEM_OUT"><PatternLayout pattern="%d{HH:mm:ss.SSS} %-5p %c{1}: %m%n"/></Console>
  </Appenders>
  <Loggers>
    <Logger name="kafka.server.BrokerServer" level="info"/>
    <Logger name="kafka.server.KafkaRaftServer" level="info"/>
    <Logger name="kafka.coordinator.transaction.TransactionCoordinator" level="info"/>
    <Root level="warn"><AppenderRef ref="out"/></Root>
  </Loggers>
</Configuration>
"#;

/// A self-signed key for 127.0.0.1, as the store that the broker reads and the PEM file that clients trust.
fn write_keys(dir: &Path) -> Result<()> {
    let store = dir.join("broker.p12");
    let generate = [
        "-genkeypair",
        "-alias",
        "broker",
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-validity",
        "30",
        "-dname",
        "CN=localhost",
        "-ext",
        "san=ip:127.0.0.1,dns:localhost",
        "-ext",
        "bc:c=ca:true",
        "-storetype",
        "PKCS12",
        "-storepass",
        STORE_PASSWORD,
        "-keystore",
    ];
    keytool(Command::new("keytool").args(generate).arg(&store))?;
    let export = ["-exportcert", "-rfc", "-alias", "broker", "-storepass", STORE_PASSWORD, "-keystore"];
    keytool(Command::new("keytool").args(export).arg(&store).arg("-file").arg(certificate(dir)))
}

fn keytool(command: &mut Command) -> Result<()> {
    let done = command.output().context("running keytool, which comes with the JDK")?;
    ensure!(done.status.success(), "keytool: {}", String::from_utf8_lossy(&done.stdout));
    Ok(())
}
