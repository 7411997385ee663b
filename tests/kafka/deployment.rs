//! One deployment under test: a cluster with the topics of the contract, a consumer group, and what they hold.
//!
//! It creates topics with the binary itself, starts services, publishes, and knows when everything that was published has
//! been decided. It knows the names of the topics and nothing of what should be in them.

use std::cell::OnceCell;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::binary::{self, Done};
use crate::broker::Cluster;
use crate::case::Case;
use crate::client::{Client, Observer, Record};
use crate::service::{Service, Setup};

/// Where documents come in.
pub const INPUTS: [&str; 2] = ["news.articles", "policy.notices"];
/// Where alerts go out.
pub const ALERTS: [&str; 3] = ["alerts.sanctions-imposed", "alerts.sanctions-lifted", "alerts.prisoners-released"];
/// Where records go that cannot be read.
pub const DEAD_LETTERS: &str = "sanctions.dead-letters";
/// What the stages of the service say to each other and to the next process.
pub const BETWEEN: [&str; 2] = ["sanctions.mentions", "sanctions.stories"];

const PAUSE: Duration = Duration::from_millis(30);
pub const START_LIMIT: Duration = Duration::from_secs(120);
pub const STOP_LIMIT: Duration = Duration::from_secs(40);
pub const SETTLE_LIMIT: Duration = Duration::from_secs(180);

/// The deployment of one test.
pub struct Deployment<'c> {
    case: &'c Case<'c>,
    settings: Vec<(String, String)>,
    pub client: Client,
    /// One who looks at each stage's group, made when first needed.
    observers: OnceCell<[Observer; 2]>,
}

impl<'c> Deployment<'c> {
    /// A deployment on the cluster, whose topics `topics create` has made with so many partitions, mentions and stories too.
    pub fn new(case: &'c Case<'c>, cluster: &Cluster, partitions: u32) -> Result<Self> {
        let deployment = Self::without_topics(case, cluster);
        let count = partitions.to_string();
        deployment.run(&["topics", "create", "--partitions", &count, "--story-partitions", &count])?.expect(0)?;
        Ok(deployment)
    }

    /// A deployment on the cluster whose topics the test creates itself.
    pub fn without_topics(case: &'c Case<'c>, cluster: &Cluster) -> Self {
        Self { case, settings: cluster.settings().to_vec(), client: Client::new(cluster), observers: OnceCell::new() }
    }

    /// The full name of a topic of the contract.
    pub fn topic(&self, name: &str) -> String {
        self.case.named(name)
    }

    pub fn group(&self) -> String {
        self.case.named("group")
    }

    pub fn settings(&self) -> &[(String, String)] {
        &self.settings
    }

    /// Runs a command that connects to the cluster, to its end.
    pub fn run(&self, arguments: &[&str]) -> Result<Done> {
        self.run_with(&self.settings, arguments)
    }

    /// The same with other settings, for instance a wrong password.
    pub fn run_with(&self, settings: &[(String, String)], arguments: &[&str]) -> Result<Done> {
        let mut command = binary::command(self.case.dir());
        command.args(arguments).args(["--topic-prefix", self.case.prefix(), "--group", &self.group()]);
        binary::connect(&mut command, settings);
        binary::run(&mut command)
    }

    /// Starts a service and returns at once. A name that was used before is its successor in the same slot.
    pub fn start(&self, name: &str, flags: &[&str]) -> Result<Service> {
        self.start_in(self.group(), name, flags)
    }

    /// Starts a service in a consumer group other than that of the deployment: it reads everything again.
    pub fn start_in(&self, group: String, name: &str, flags: &[&str]) -> Result<Service> {
        Service::start(&Setup {
            name: name.to_owned(),
            settings: self.settings.clone(),
            topic_prefix: self.case.prefix().to_owned(),
            group,
            flags: ["--instance", name].iter().chain(flags).map(|flag| (*flag).to_owned()).collect(),
            dir: self.case.dir().to_owned(),
        })
    }

    /// Starts a service and waits until it is ready.
    pub fn service(&self, name: &str, flags: &[&str]) -> Result<Service> {
        let mut service = self.start(name, flags)?;
        service.wait_ready(START_LIMIT)?;
        Ok(service)
    }

    /// Whether nothing that was published is left to do, for either stage of the service.
    pub fn is_settled(&self) -> Result<bool> {
        if self.observers.get().is_none() {
            let group = self.group();
            let pair = [self.client.observer(&group)?, self.client.observer(&format!("{group}.stories"))?];
            self.observers.set(pair).ok();
        }
        let [classify, stories] = self.observers.get().context("no observers")?;
        for input in INPUTS {
            if classify.unread(&self.topic(input))? {
                return Ok(false);
            }
        }
        // Mentions commit together with the input offsets, so from here on no document makes new ones. But a mention makes
        // word for other partitions, and that makes an answer: what moved behind the back of one look is found by the next.
        for _look in 0..3 {
            if stories.unread(&self.topic(BETWEEN[0]))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Waits until everything that was published is decided and committed.
    pub fn wait_settled(&self) -> Result<()> {
        let start = Instant::now();
        loop {
            // An error is an answer of a broker that is away or of a transaction that is open: ask again.
            let answer = self.is_settled();
            if matches!(answer, Ok(true)) {
                return Ok(());
            }
            ensure!(start.elapsed() < SETTLE_LIMIT, "not settled after {SETTLE_LIMIT:?}; last answer: {answer:?}");
            std::thread::sleep(PAUSE);
        }
    }

    /// All alerts that a `read_committed` reader sees, topic by topic, each by partition and offset.
    pub fn alerts(&self) -> Result<Vec<Record>> {
        let mut alerts = Vec::new();
        for topic in ALERTS {
            alerts.extend(self.client.read_committed(&self.topic(topic))?);
        }
        Ok(alerts)
    }

    /// All dead letters that a `read_committed` reader sees.
    pub fn dead_letters(&self) -> Result<Vec<Record>> {
        self.client.read_committed(&self.topic(DEAD_LETTERS))
    }

    /// All documents, in the order in which they were published as far as their timestamps tell.
    pub fn inputs(&self) -> Result<Vec<Record>> {
        let mut inputs = Vec::new();
        for topic in INPUTS {
            inputs.extend(self.client.read_committed(&self.topic(topic))?);
        }
        inputs.sort_by_key(|record| record.timestamp);
        Ok(inputs)
    }

    /// The articles with timestamps from one on and before another, in the order in which `replay --topic` reads them.
    pub fn between(&self, from: i64, to: i64) -> Result<Vec<Record>> {
        let mut records = self.client.read_committed(&self.topic(INPUTS[0]))?;
        records.retain(|record| record.timestamp.is_some_and(|timestamp| (from..to).contains(&timestamp)));
        // Of the partitions the oldest record first; the sort keeps the order within each.
        records.sort_by_key(|record| (record.timestamp, record.partition));
        Ok(records)
    }
}
