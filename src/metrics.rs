//! What the service counts, under the names that dashboards are built on.
//!
//! One struct, one field a metric, so that a name exists once. Workers count into it when a transaction has committed,
//! never before: an aborted batch is read again, and would be counted twice. It does not know Kafka or HTTP.

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use crate::rules::RuleSet;

/// Labels of `alerts_total`.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct AlertLabels {
    /// The event type, e.g. `sanction_imposed`.
    pub r#type: String,
    /// The status of the mention.
    pub status: String,
}

/// Labels of everything counted by reason.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct ReasonLabels {
    /// A stable reason code.
    pub reason: String,
}

/// Labels of `consumer_lag`.
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
    /// Records read and committed.
    pub records_consumed: Counter,
    /// Bytes of the values of those records.
    pub consumed_bytes: Counter,
    /// Documents in which nothing of interest stands.
    pub quiet: Counter,
    /// Documents that their publisher withheld.
    pub withheld: Counter,
    /// Documents that their publisher canceled.
    pub canceled: Counter,
    /// Alerts by type and status.
    pub alerts: Family<AlertLabels, Counter>,
    /// Mentions that raised no alert, by reason.
    pub suppressed: Family<ReasonLabels, Counter>,
    /// Dead letters by reason.
    pub dead_letters: Family<ReasonLabels, Counter>,
    /// Records behind the end of each assigned partition.
    pub consumer_lag: Family<PartitionLabels, Gauge>,
    /// From the decision to commit until the broker has confirmed, in seconds.
    pub transaction_commit_seconds: Histogram,
    /// From the first record of a transaction until its commit or abort, in seconds.
    pub transaction_open_seconds: Histogram,
    /// Transactions aborted.
    pub transaction_aborts: Counter,
    /// Times that another process with our name shut us out.
    pub fenced: Counter,
    /// Assignments and revocations.
    pub rebalances: Counter,
    /// Workers rebuilt after a fatal error.
    pub worker_restarts: Counter,
    /// From the input record's timestamp to the commit of its outputs, in seconds.
    pub end_to_end_seconds: Histogram,
}

impl Metrics {
    /// A fresh set for one process, with the build and the rules it runs.
    #[must_use]
    pub fn new(rules: &RuleSet) -> Self {
        let fast = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];
        let mut metrics = Self {
            registry: Registry::with_prefix("sanctions_stream"),
            records_consumed: Counter::default(),
            consumed_bytes: Counter::default(),
            quiet: Counter::default(),
            withheld: Counter::default(),
            canceled: Counter::default(),
            alerts: Family::default(),
            suppressed: Family::default(),
            dead_letters: Family::default(),
            consumer_lag: Family::default(),
            transaction_commit_seconds: Histogram::new(fast),
            transaction_open_seconds: Histogram::new(fast),
            transaction_aborts: Counter::default(),
            fenced: Counter::default(),
            rebalances: Counter::default(),
            worker_restarts: Counter::default(),
            end_to_end_seconds: Histogram::new(fast.into_iter().chain([60.0, 600.0, 3_600.0])),
        };
        metrics.register(rules);
        metrics
    }

    fn register(&mut self, rules: &RuleSet) {
        let r = &mut self.registry;
        r.register("records_consumed", "Records read and committed", self.records_consumed.clone());
        r.register("consumed_bytes", "Bytes of the values read and committed", self.consumed_bytes.clone());
        r.register("quiet", "Documents in which nothing of interest stands", self.quiet.clone());
        r.register("withheld", "Documents that their publisher withheld", self.withheld.clone());
        r.register("canceled", "Documents that their publisher canceled", self.canceled.clone());
        r.register("alerts", "Alerts written, by event type and status", self.alerts.clone());
        r.register("suppressed", "Mentions that raised no alert, by reason", self.suppressed.clone());
        r.register("dead_letters", "Dead letters written, by reason", self.dead_letters.clone());
        r.register("consumer_lag", "Records behind the end of each assigned partition", self.consumer_lag.clone());
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
            "Time from the input record's timestamp to the commit of its outputs",
            self.end_to_end_seconds.clone(),
        );
        let build = Info::new(vec![("version", env!("CARGO_PKG_VERSION").to_owned())]);
        r.register("build", "The running program", build);
        let rules = vec![("version", rules.version().to_owned()), ("hash", rules.hash().to_owned())];
        r.register("rules", "The rule set in use", Info::new(rules));
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
        metrics.records_consumed.inc();
        let text = metrics.encode();
        assert!(text.contains("sanctions_stream_records_consumed_total 1"), "{text}");
        assert!(text.contains("sanctions_stream_consumer_lag{topic=\"news.articles\",partition=\"3\"} 7"), "{text}");
        assert!(text.contains("sanctions_stream_rules_info{"), "{text}");
        metrics.consumer_lag.remove(&labels);
        assert!(!metrics.encode().contains("partition=\"3\""));
    }
}
