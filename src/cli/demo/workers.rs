//! The demo's Kafka side: a mock cluster, both stages at work on it, the log going in and the alerts coming out.
//!
//! Everything but the cluster is what `run` uses. The mock forgets the offsets that transactions commit, so nothing here
//! is ever stopped and gone on with.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::cli::connection::coded;
use crate::cli::exit::{ExitCode, Failure};
use crate::cli::summary::Summary;
use crate::config::{Config, GroupProtocol};
use crate::kafka::{Mock, Partitions, Publication, Publisher, Service, Tail, contract};
use crate::metrics::Metrics;
use crate::pipeline::Pipeline;
use crate::replay::Entry;
use crate::replay::pace::{Pace, Speed};
use crate::rules::RuleSet;

/// The topic for lines that name none.
const DEFAULT_TOPIC: &str = "news.articles";

/// How long nothing may move before the demo gives up.
const STALL: Duration = Duration::from_secs(15);

/// How long one look for alerts waits.
const GLANCE: Duration = Duration::from_millis(20);

/// What the demo asks of the workers.
#[derive(Debug)]
pub struct Job {
    /// The log to publish, in order; an entry without a topic goes to `news.articles`.
    pub log: Vec<Entry>,
    /// The rules to run.
    pub rules: Arc<RuleSet>,
    /// How fast to publish.
    pub speed: Speed,
}

/// Something that came out of the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A record read back from an alert topic: topic, and value as it stood there.
    Alert {
        /// The topic it was read from.
        topic: String,
        /// Its value.
        value: Vec<u8>,
    },
    /// Nothing more is waiting: a good moment to draw what has come.
    Idle,
}

/// What the run came to.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    /// Records published.
    pub published: u64,
    /// The tallies of all workers; `summary.records` is what the first stage consumed.
    pub summary: Summary,
}

/// Starts the mock cluster and the real workers, publishes the log, and hands over what arrives until every published
/// record has gone through both stages and every alert is read back, or nothing has moved for a while.
pub fn run_workers(job: Job, on: &mut dyn FnMut(Event) -> anyhow::Result<()>) -> anyhow::Result<Totals> {
    let mut config = Config::default();
    config.kafka.group = "demo".to_owned();
    config.kafka.instance = Some("demo".to_owned());
    // The classic protocol waits three seconds on the mock for others to join.
    config.kafka.group_protocol = GroupProtocol::Consumer;
    // One partition keeps the order of the log.
    let plans = contract(&config, &job.rules, Partitions::all(1), None);
    let topics: Vec<(String, i32)> = plans.iter().map(|plan| (plan.name.clone(), plan.partitions)).collect();
    let bytes = job.log.iter().map(|entry| entry.value.as_ref().map_or(0, Vec::len)).sum();
    Mock::check_size(bytes, 1).map_err(coded)?;
    let mock = Mock::start(&topics).map_err(coded)?;
    mock.adapt(&mut config);

    let metrics = Arc::new(Metrics::new(&job.rules));
    let pipeline = Pipeline::new(Arc::clone(&job.rules), config.classify.clone());
    let alerts: Vec<String> = job.rules.events().iter().map(|event| config.kafka.topic(&event.topic)).collect();
    let service = Service::start(&Arc::new(config.clone()), &pipeline, &metrics).map_err(coded)?;
    let show = Show { config: &config, service: &service, metrics: &metrics, alerts: &alerts };
    let shown = show.run(job.log, job.speed, on);
    service.ask_to_stop();
    let ended = service.wait().map_err(coded);
    let published = shown?;
    ended?;
    Ok(Totals { published, summary: summary(&metrics) })
}

struct Show<'a> {
    config: &'a Config,
    service: &'a Service,
    metrics: &'a Metrics,
    alerts: &'a [String],
}

impl Show<'_> {
    fn run(
        &self,
        log: Vec<Entry>,
        speed: Speed,
        on: &mut dyn FnMut(Event) -> anyhow::Result<()>,
    ) -> anyhow::Result<u64> {
        let tail = Tail::open(self.config, self.alerts).map_err(coded)?;
        let mut publisher = Publisher::new(self.config).map_err(coded)?;
        let (mut pace, mut read, mut published) = (Pace::new(speed), 0, 0);
        for entry in log {
            let due = Instant::now() + pace.before(&entry);
            while Instant::now() < due {
                read += draw(&tail, on, GLANCE.min(due.saturating_duration_since(Instant::now())))?;
            }
            let topic = self.config.kafka.topic(entry.topic.as_deref().unwrap_or(DEFAULT_TOPIC));
            let Entry { key, headers, value, timestamp, .. } = entry;
            publisher.send(&Publication { topic, key, value, headers, timestamp }).map_err(coded)?;
            published += 1;
        }
        publisher.finish().map_err(coded)?;
        self.finish(&tail, published, read, on)?;
        Ok(published)
    }

    /// Draws until everything that was published has come out at the other end.
    fn finish(
        &self,
        tail: &Tail,
        published: u64,
        mut read: u64,
        on: &mut dyn FnMut(Event) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let (mut moved, mut before) = (Instant::now(), None);
        loop {
            read += draw(tail, on, GLANCE)?;
            if let Some(failure) = self.service.status().gave_up() {
                return Err(coded(failure));
            }
            let (classified, told) = (self.metrics.consumed("classify"), self.metrics.consumed("stories"));
            if classified >= published {
                let mentions = tail.extent(&self.config.kafka.topic("sanctions.mentions")).map_err(coded)?;
                let mut written = 0;
                for topic in self.alerts {
                    written += tail.extent(topic).map_err(coded)?;
                }
                if told >= mentions && read >= written {
                    return Ok(());
                }
            }
            let now = Some((classified, told, read));
            if now != before {
                (moved, before) = (Instant::now(), now);
            } else if moved.elapsed() > STALL {
                let told = format!(
                    "demo: nothing has moved for {} s: {classified} of {published} records classified, {told} mentions \
                     made into stories, {read} alerts read; run it with -v to see why",
                    STALL.as_secs()
                );
                return Err(Failure::message(ExitCode::Fatal, told).into());
            }
        }
    }
}

/// Hands over what is there; returns how many alerts that were.
fn draw(tail: &Tail, on: &mut dyn FnMut(Event) -> anyhow::Result<()>, wait: Duration) -> anyhow::Result<u64> {
    let mut read = 0;
    let mut wait = wait;
    while let Some(record) = tail.next(wait) {
        read += 1;
        if let Some(value) = record.value {
            on(Event::Alert { topic: record.at.topic, value })?;
        }
        wait = Duration::ZERO;
    }
    on(Event::Idle)?;
    Ok(read)
}

/// What the metrics of the process say of the run.
fn summary(metrics: &Metrics) -> Summary {
    let by = |name: &str, label: &'static str| {
        metrics
            .samples(name)
            .into_iter()
            .map(move |(mut labels, count)| (labels.remove(label).unwrap_or_default(), count))
    };
    let alerts = metrics.samples("alerts").into_iter().map(|(mut labels, count)| {
        let mut take = |name: &str| labels.remove(name).unwrap_or_default();
        ((take("type"), take("action")), count)
    });
    let mut summary = Summary {
        records: metrics.consumed("classify"),
        quiet: metrics.quiet.get(),
        withheld: metrics.withheld.get(),
        canceled: metrics.canceled.get(),
        mentions: by("mentions", "type").map(|(_, count)| count).sum(),
        suppressed: by("suppressed", "reason").collect(),
        dead_letters: by("dead_letters", "reason").collect(),
        ..Summary::default()
    };
    for (what, count) in alerts {
        *summary.alerts.entry(what).or_default() += count;
    }
    summary
}
