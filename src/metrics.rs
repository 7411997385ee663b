//! What the service counts, under the names that dashboards are built on.
//!
//! One struct, one field a metric, so that a name exists once. Workers count into it when a transaction has committed,
//! never before: an aborted batch is read again, and would be counted twice. It does not know Kafka or HTTP.

use std::collections::BTreeMap;

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use crate::rules::RuleSet;

/// Labels of what each stage counts for itself: `classify` reads documents, `stories` reads mentions.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct StageLabels {
    /// The name of the stage.
    pub stage: &'static str,
}

/// Labels of `mentions_total`.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct MentionLabels {
    /// The event type, e.g. `sanction_imposed`.
    pub r#type: String,
    /// The status of the mention.
    pub status: &'static str,
}

/// Labels of `alerts_total`.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct AlertLabels {
    /// The event type, e.g. `sanction_imposed`.
    pub r#type: String,
    /// The status of the event.
    pub status: &'static str,
    /// What the alert did to its story: opened, updated, corroborated, retracted.
    pub action: &'static str,
}

/// Labels of everything counted by reason.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct ReasonLabels {
    /// A stable reason code.
    pub reason: String,
}

/// Labels of `consumer_lag` and `open_stories`.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct PartitionLabels {
    /// The full topic name.
    pub topic: String,
    /// The partition.
    pub partition: i32,
}

/// Every metric of the process. Prefix `sanctions_stream_`.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    /// Records read and committed, by stage.
    pub records_consumed: Family<StageLabels, Counter>,
    /// Bytes of the values of those records.
    pub consumed_bytes: Family<StageLabels, Counter>,
    /// Documents in which nothing of interest stands.
    pub quiet: Counter,
    /// Documents that their publisher withheld.
    pub withheld: Counter,
    /// Documents that their publisher canceled.
    pub canceled: Counter,
    /// Mentions handed to the stories stage, by type and status.
    pub mentions: Family<MentionLabels, Counter>,
    /// Alerts by type, status and what they did to their story.
    pub alerts: Family<AlertLabels, Counter>,
    /// Mentions that raised no alert, by reason.
    pub suppressed: Family<ReasonLabels, Counter>,
    /// Dead letters by reason.
    pub dead_letters: Family<ReasonLabels, Counter>,
    /// Records behind the end of each assigned partition.
    pub consumer_lag: Family<PartitionLabels, Gauge>,
    /// Stories open in memory, by partition of the mentions. Always those of committed records and of the open batch.
    pub open_stories: Family<PartitionLabels, Gauge>,
    /// Versions of stories written.
    pub stories_written: Counter,
    /// Stories that left the window and were deleted from the table.
    pub stories_evicted: Counter,
    /// Records of the story table read back into memory.
    pub restored_records: Counter,
    /// From the assignment of a partition until its stories were back in memory, in seconds.
    pub restore_seconds: Histogram,
    /// From the decision to commit until the broker has confirmed, in seconds.
    pub transaction_commit_seconds: Family<StageLabels, Histogram>,
    /// From the first record of a transaction until its commit or abort, in seconds.
    pub transaction_open_seconds: Family<StageLabels, Histogram>,
    /// Transactions aborted.
    pub transaction_aborts: Family<StageLabels, Counter>,
    /// Times that another process with our name shut us out.
    pub fenced: Family<StageLabels, Counter>,
    /// Assignments and revocations.
    pub rebalances: Family<StageLabels, Counter>,
    /// Workers rebuilt after a fatal error.
    pub worker_restarts: Family<StageLabels, Counter>,
    /// From the timestamp of the document's record to the commit of what the stage wrote for it, in seconds. In the
    /// stories stage that is the way through both stages.
    pub end_to_end_seconds: Family<StageLabels, Histogram>,
}

/// Bounds of the histograms of transactions, in seconds.
const SHORT: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];

/// The same with longer waits: a document may have lain in its topic for an hour, and a restore takes its time.
const LONG: [f64; 16] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0, 60.0, 600.0, 3_600.0];

impl Metrics {
    /// A fresh set for one process, with the build and the rules it runs.
    #[must_use]
    pub fn new(rules: &RuleSet) -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("sanctions_stream"),
            records_consumed: Family::default(),
            consumed_bytes: Family::default(),
            quiet: Counter::default(),
            withheld: Counter::default(),
            canceled: Counter::default(),
            mentions: Family::default(),
            alerts: Family::default(),
            suppressed: Family::default(),
            dead_letters: Family::default(),
            consumer_lag: Family::default(),
            open_stories: Family::default(),
            stories_written: Counter::default(),
            stories_evicted: Counter::default(),
            restored_records: Counter::default(),
            restore_seconds: Histogram::new(LONG),
            transaction_commit_seconds: Family::new_with_constructor(|| Histogram::new(SHORT)),
            transaction_open_seconds: Family::new_with_constructor(|| Histogram::new(SHORT)),
            transaction_aborts: Family::default(),
            fenced: Family::default(),
            rebalances: Family::default(),
            worker_restarts: Family::default(),
            end_to_end_seconds: Family::new_with_constructor(|| Histogram::new(LONG)),
        };
        metrics.register(rules);
        metrics.begin_at_zero();
        metrics
    }

    /// What grows only when something is wrong stands at 0 from the start: in a series that begins with 1, an alarm on
    /// growth sees none.
    fn begin_at_zero(&self) {
        for stage in ["classify", "stories"] {
            for family in [&self.transaction_aborts, &self.fenced, &self.worker_restarts] {
                family.get_or_create(&StageLabels { stage }).inc_by(0);
            }
        }
    }

    fn register(&mut self, rules: &RuleSet) {
        let r = &mut self.registry;
        r.register("records_consumed", "Records read and committed, by stage", self.records_consumed.clone());
        r.register("consumed_bytes", "Bytes of the values read and committed", self.consumed_bytes.clone());
        r.register("quiet", "Documents in which nothing of interest stands", self.quiet.clone());
        r.register("withheld", "Documents that their publisher withheld", self.withheld.clone());
        r.register("canceled", "Documents that their publisher canceled", self.canceled.clone());
        r.register("mentions", "Mentions handed to the stories stage, by event type", self.mentions.clone());
        r.register("alerts", "Alerts written, by event type, status and action", self.alerts.clone());
        r.register("suppressed", "Mentions that raised no alert, by reason", self.suppressed.clone());
        r.register("dead_letters", "Dead letters written, by reason", self.dead_letters.clone());
        r.register("consumer_lag", "Records behind the end of each assigned partition", self.consumer_lag.clone());
        r.register("open_stories", "Stories open in memory, by partition of the mentions", self.open_stories.clone());
        r.register("stories_written", "Versions of stories written", self.stories_written.clone());
        r.register("stories_evicted", "Stories that left the window and were deleted", self.stories_evicted.clone());
        r.register("restored_records", "Records of the story table read into memory", self.restored_records.clone());
        r.register(
            "restore_seconds",
            "Time from the assignment of a partition until its stories were in memory",
            self.restore_seconds.clone(),
        );
        r.register(
            "transaction_commit_seconds",
            "Time from the decision to commit until the broker confirmed",
            self.transaction_commit_seconds.clone(),
        );
        r.register(
            "transaction_open_seconds",
            "Time from the first record of a transaction until its end",
            self.transaction_open_seconds.clone(),
        );
        r.register("transaction_aborts", "Transactions aborted", self.transaction_aborts.clone());
        r.register("fenced", "Times another process with our name shut us out", self.fenced.clone());
        r.register("rebalances", "Assignments and revocations of partitions", self.rebalances.clone());
        r.register("worker_restarts", "Workers rebuilt after a fatal error", self.worker_restarts.clone());
        r.register(
            "end_to_end_latency_seconds",
            "Time from the timestamp of the document's record to the commit of what the stage wrote for it",
            self.end_to_end_seconds.clone(),
        );
        let build = Info::new(vec![("version", env!("CARGO_PKG_VERSION").to_owned())]);
        r.register("build", "The running program", build);
        let rules = vec![("version", rules.version().to_owned()), ("hash", rules.hash().to_owned())];
        r.register("rules", "The rule set in use", Info::new(rules));
    }

    /// Records that a stage has read and committed.
    #[must_use]
    pub fn consumed(&self, stage: &'static str) -> u64 {
        self.records_consumed.get_or_create(&StageLabels { stage }).get()
    }

    /// The series of a counter, named without prefix and suffix, with their labels: for a summary at the end. The library
    /// hands its families out as text only.
    #[must_use]
    pub fn samples(&self, name: &str) -> Vec<(BTreeMap<String, String>, u64)> {
        let begin = format!("sanctions_stream_{name}_total{{");
        let text = self.encode();
        let series = text.lines().filter_map(|line| line.strip_prefix(&begin)?.split_once("} "));
        series
            .filter_map(|(labels, count)| {
                // Label values are codes of this program: none holds a quote or a comma.
                let pairs = labels.split(',').filter_map(|label| label.split_once('='));
                let labels = pairs.map(|(name, value)| (name.to_owned(), value.trim_matches('"').to_owned()));
                Some((labels.collect(), count.parse().ok()?))
            })
            .collect()
    }

    /// Everything in the OpenMetrics text format.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut out = String::new();
        // Writing into a string cannot fail.
        let _ = text::encode(&mut out, &self.registry);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_carry_the_prefix_and_lag_series_can_be_dropped() {
        let metrics = Metrics::new(&RuleSet::builtin());
        let labels = PartitionLabels { topic: "news.articles".to_owned(), partition: 3 };
        metrics.consumer_lag.get_or_create(&labels).set(7);
        metrics.records_consumed.get_or_create(&StageLabels { stage: "classify" }).inc();
        let text = metrics.encode();
        assert!(text.contains("sanctions_stream_records_consumed_total{stage=\"classify\"} 1"), "{text}");
        assert!(text.contains("sanctions_stream_consumer_lag{topic=\"news.articles\",partition=\"3\"} 7"), "{text}");
        assert!(text.contains("sanctions_stream_rules_info{"), "{text}");
        assert!(text.contains("sanctions_stream_worker_restarts_total{stage=\"stories\"} 0"), "{text}");
        assert_eq!(metrics.consumed("classify"), 1);
        let status = "enacted";
        let alert = AlertLabels { r#type: "sanction_imposed".to_owned(), status, action: "opened" };
        metrics.alerts.get_or_create(&alert).inc_by(3);
        let samples = metrics.samples("alerts");
        assert_eq!((samples.len(), samples[0].1, samples[0].0["action"].as_str()), (1, 3, "opened"));
        metrics.consumer_lag.remove(&labels);
        assert!(!metrics.encode().contains("partition=\"3\""));
    }
}
