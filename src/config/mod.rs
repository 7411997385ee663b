//! What a deployment may choose: file, environment and flags, resolved into one [`Config`] that cannot be wrong.
//!
//! Two steps, so that nothing later holds an invalid combination: [`RawConfig`] is what was said and by whom,
//! [`Config`] is what it means. This room reads no file and no environment by itself, except the password files that
//! a configuration names; the command line hands everything else in as text.

mod layers;
mod resolve;
mod secret;
mod settings;
mod show;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

pub use layers::{Given, Origin, RawConfig};
pub use secret::Secret;
pub use settings::{ENVIRONMENT_PREFIX, Form, SETTINGS, Scope, Setting};
pub use show::show;

pub use crate::output::HeaderDialect;
use crate::pipeline::Options;

/// Everything wrong with a configuration, one message each. The process ends with exit code 2.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct ConfigError(pub Vec<String>);

/// The configuration of a process, complete and consistent.
#[derive(Clone, Debug)]
pub struct Config {
    /// How to reach Kafka and how to behave in the group.
    pub kafka: Kafka,
    /// How to authenticate and encrypt.
    pub security: Security,
    /// When a transaction is committed.
    pub batch: Batch,
    /// Threads, health and giving up.
    pub service: Service,
    /// Where rules come from.
    pub rules: Rules,
    /// What the pure stages may choose.
    pub classify: Options,
    /// Header names of dead letters.
    pub dead_letter_headers: HeaderDialect,
    /// The log on stderr.
    pub log: Log,
}

/// How to reach Kafka and how to behave in the group.
#[derive(Clone, Debug)]
pub struct Kafka {
    /// Bootstrap brokers, `HOST:PORT`; never empty.
    pub brokers: Vec<String>,
    /// Put in front of every topic name.
    pub topic_prefix: String,
    /// Name for broker logs and quotas.
    pub client_id: String,
    /// Topics to read, without the prefix; never empty.
    pub input_topics: Vec<String>,
    /// Consumer group.
    pub group: String,
    /// Stable name of this process, where one was given.
    pub instance: Option<String>,
    /// Classic or KIP-848.
    pub group_protocol: GroupProtocol,
    /// Where a group without offsets begins.
    pub offset_reset: OffsetReset,
    /// How long to wait for the cluster before giving up.
    pub connect_timeout: Duration,
    /// How long a silent member keeps its partitions.
    pub session_timeout: Duration,
    /// How long one batch may take.
    pub max_poll_interval: Duration,
    /// How long the broker keeps a silent transaction open.
    pub transaction_timeout: Duration,
    /// Largest record to send, in bytes.
    pub max_message_bytes: usize,
    /// Records fetched ahead by one worker, in KiB.
    pub queue_kbytes: u64,
    /// Most bytes of one fetch response.
    pub fetch_max_bytes: u64,
    /// Most bytes of one partition in one fetch response.
    pub fetch_partition_bytes: u64,
    /// How long a broker may hold an empty fetch.
    pub fetch_wait: Duration,
    /// Records waiting to be sent by one worker, in KiB.
    pub producer_queue_kbytes: u64,
    /// librdkafka properties passed through; none of them can break exactly-once.
    pub options: BTreeMap<String, String>,
}

impl Kafka {
    /// The full name of a topic of the contract.
    #[must_use]
    pub fn topic(&self, name: &str) -> String {
        format!("{}{name}", self.topic_prefix)
    }

    /// The full names of the topics to read.
    #[must_use]
    pub fn inputs(&self) -> Vec<String> {
        self.input_topics.iter().map(|name| self.topic(name)).collect()
    }
}

/// Which rebalance protocol the consumers speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupProtocol {
    /// The classic protocol with cooperative-sticky assignment.
    Classic,
    /// KIP-848, for brokers of 4.0 and later.
    Consumer,
}

/// Where a group without committed offsets begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffsetReset {
    /// At the oldest record.
    Earliest,
    /// At what comes next.
    Latest,
    /// Nowhere: stop and say so.
    Error,
}

/// How to authenticate and encrypt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Security {
    /// Encryption, where asked for.
    pub tls: Option<Tls>,
    /// Authentication, where asked for.
    pub sasl: Option<Sasl>,
}

/// TLS settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// Trusted certificates; the system's own when `None`.
    pub ca: Option<PathBuf>,
    /// Client certificate and private key.
    pub identity: Option<(PathBuf, PathBuf)>,
    /// Password of the private key.
    pub key_password: Option<Secret>,
    /// Whether the broker's certificate must carry its host name.
    pub host_check: HostCheck,
}

/// Whether the broker's certificate must carry its host name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostCheck {
    /// It must.
    On,
    /// It need not: for test clusters.
    Off,
}

/// How to authenticate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sasl {
    /// PLAIN or SCRAM.
    Password {
        /// `PLAIN`, `SCRAM-SHA-256` or `SCRAM-SHA-512`.
        mechanism: String,
        /// User name.
        username: String,
        /// Password.
        password: Secret,
    },
    /// OAUTHBEARER with tokens from an OIDC provider.
    Oidc {
        /// Client id.
        client_id: String,
        /// Client secret.
        client_secret: Secret,
        /// Token endpoint URL.
        token_endpoint: String,
        /// Scope to ask for.
        scope: Option<String>,
    },
}

/// When a transaction is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Records of one transaction once it holds an output.
    pub max_records: usize,
    /// Bytes read in one transaction once it holds an output.
    pub max_bytes: usize,
    /// Longest time a transaction stays open.
    pub interval: Duration,
}

/// Threads, health and giving up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service {
    /// Which stages this process runs.
    pub stages: Stages,
    /// Worker threads of each stage; at least one.
    pub workers: usize,
    /// Address of `/live`, `/ready` and `/metrics`; `None` is off.
    pub http: Option<SocketAddr>,
    /// Without progress for this long a worker is not ready.
    pub ready_max_age: Duration,
    /// Fatal errors of one worker within the window before the process gives up.
    pub max_restarts: usize,
    /// The window for `max_restarts`.
    pub restart_window: Duration,
}

/// Which stages a process runs. They share nothing but topics, so apart or together they do the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stages {
    /// Both.
    All,
    /// Documents to mentions only.
    Classify,
    /// Mentions to alerts only.
    Stories,
}

/// Where rules come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Directory instead of the built-in rules.
    pub dir: Option<PathBuf>,
    /// Directories or files to add.
    pub extra: Vec<PathBuf>,
}

/// The log on stderr.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// Lines for people or JSON objects.
    pub format: LogFormat,
    /// Level or filter.
    pub level: String,
}

/// Form of the log on stderr.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines for people.
    Human,
    /// One JSON object a line.
    Json,
}

impl Config {
    /// What was said -> what it means.
    ///
    /// # Errors
    /// Every fault at once, each with where the value came from and what to write instead.
    pub fn resolve(raw: &RawConfig) -> Result<Self, ConfigError> {
        resolve::resolve(raw)
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::resolve(&RawConfig::defaults()).expect("the defaults are consistent; a test holds them to it")
    }
}
