//! The topics of the contract: which there are, how they keep records, how many partitions; create and examine them.
//!
//! Existing topics are never changed: partition counts and retention of a running system are the operator's decision,
//! and more partitions would move keys. Differences are reported instead.

use std::time::{Duration, Instant};

use rdkafka::admin::{AdminClient, AdminOptions, ConfigSource, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::error::RDKafkaErrorCode;

use super::client;
use super::failure::Failure;
use super::range::{count_partitions, unreachable_or};
use super::reach::reach;
use super::stage::{MENTIONS, STORIES};
use crate::config::Config;
use crate::rules::RuleSet;

const DAY_MS: i64 = 86_400_000;

/// How one topic should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicPlan {
    /// The full name.
    pub name: String,
    /// What it is for.
    pub purpose: &'static str,
    /// Partitions when it is created.
    pub partitions: i32,
    /// Replicas when it is created; `None` is the broker's default.
    pub replication: Option<i32>,
    /// Topic settings, by Kafka's names.
    pub settings: Vec<(&'static str, String)>,
}

/// How many partitions topics get when they are created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partitions {
    /// Of the topics that carry load.
    pub load: i32,
    /// Of mentions and stories, which always have the same number, because the state of a partition is restored from the
    /// partition of the same number.
    pub stories: i32,
}

impl Partitions {
    /// As many everywhere.
    #[must_use]
    pub const fn all(count: i32) -> Self {
        Self { load: count, stories: count }
    }
}

/// Every topic of the contract.
#[must_use]
pub fn contract(config: &Config, rules: &RuleSet, each: Partitions, replication: Option<i32>) -> Vec<TopicPlan> {
    let partitions = each.load;
    let delete =
        |days: i64| vec![("cleanup.policy", "delete".to_owned()), ("retention.ms", (days * DAY_MS).to_string())];
    let plan = |name: &str, purpose, settings| TopicPlan {
        name: config.kafka.topic(name),
        purpose,
        partitions,
        replication,
        settings,
    };
    let mut plans: Vec<TopicPlan> =
        config.kafka.input_topics.iter().map(|name| plan(name, "documents in", delete(7))).collect();
    let stories = |plan: TopicPlan| TopicPlan { partitions: each.stories, ..plan };
    plans.push(stories(plan(MENTIONS, "between the stages", delete(7))));
    // The table is read from its beginning whenever a partition is restored. The cleaner does not touch the segment that
    // is being written, and Kafka's default of a gigabyte or a week would keep every version of every story in it.
    let compact = [
        ("cleanup.policy", "compact"),
        ("min.compaction.lag.ms", "60000"),
        ("min.cleanable.dirty.ratio", "0.3"),
        ("segment.bytes", "67108864"),
        ("segment.ms", "3600000"),
    ];
    let compact = compact.map(|(name, value)| (name, value.to_owned())).to_vec();
    plans.push(stories(plan(STORIES, "the latest version of every open event", compact)));
    for event in rules.events() {
        if !plans.iter().any(|p| p.name == config.kafka.topic(&event.topic)) {
            plans.push(plan(&event.topic, "alerts out", delete(30)));
        }
    }
    plans.push(plan("alerts.signals", "proposed and rejected measures, when asked for", delete(30)));
    let mut letters = delete(30);
    // A dead letter is as large as the record that it was.
    let largest = config.kafka.max_message_bytes.max(config.classify.max_document_bytes) + (1 << 20);
    letters.push(("max.message.bytes", largest.to_string()));
    plans.push(TopicPlan {
        partitions: partitions.min(3),
        ..plan("sanctions.dead-letters", "records that cannot be read", letters)
    });
    if replication.is_some_and(|replicas| replicas >= 3) {
        for plan in &mut plans {
            plan.settings.push(("min.insync.replicas", "2".to_owned()));
        }
    }
    plans
}

/// What the cluster has of one topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What should be there.
    pub plan: TopicPlan,
    /// Partitions and replicas of the first of them; `None` if the topic does not exist or is not visible.
    pub layout: Option<(usize, usize)>,
    /// The settings of the plan as they are.
    pub settings: Vec<(&'static str, String)>,
    /// What does not agree.
    pub differences: Vec<Difference>,
}

/// One way in which a topic is not as the contract wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// It does not exist.
    Missing,
    /// A setting has another value.
    Setting {
        /// Kafka's name of it.
        name: &'static str,
        /// What the contract wants.
        wanted: String,
        /// What the cluster has.
        found: String,
    },
    /// Mentions and stories have different numbers of partitions.
    Partitions {
        /// Partitions of the mentions.
        mentions: usize,
        /// Partitions of the stories.
        stories: usize,
    },
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing => f.write_str("does not exist"),
            Self::Setting { name, wanted, found } => write!(f, "{name} is {found}, the contract has {wanted}"),
            Self::Partitions { mentions, stories } => {
                write!(f, "has {stories} partitions and the mentions {mentions}: state would be restored wrongly")
            }
        }
    }
}

impl Difference {
    /// Whether the service would run wrongly, as opposed to a choice of the operator.
    #[must_use]
    pub fn matters(&self) -> bool {
        match self {
            Self::Missing | Self::Partitions { .. } => true,
            Self::Setting { name, .. } => *name == "cleanup.policy",
        }
    }
}

/// Compares the cluster with the contract.
///
/// # Errors
/// [`Failure::Unreachable`] or what the broker refused.
pub async fn examine(config: &Config, plans: &[TopicPlan]) -> Result<Vec<Found>, Failure> {
    let metadata = reach(config)?;
    let admin = admin(config)?;
    let mut found = Vec::new();
    for plan in plans {
        let topic = metadata.topics().iter().find(|t| t.name() == plan.name && t.error().is_none());
        let layout = topic
            .map(|t| (t.partitions().len(), t.partitions().first().map_or(0, |partition| partition.replicas().len())));
        let mut entry = Found { plan: plan.clone(), layout, settings: Vec::new(), differences: Vec::new() };
        if layout.is_none() {
            entry.differences.push(Difference::Missing);
        } else {
            compare(config, &admin, &mut entry).await?;
        }
        found.push(entry);
    }
    let partitions = |name: &str| {
        found.iter().find(|f| f.plan.name == config.kafka.topic(name)).and_then(|f| f.layout).map(|layout| layout.0)
    };
    if let (Some(mentions), Some(stories)) = (partitions(MENTIONS), partitions(STORIES))
        && mentions != stories
    {
        let name = config.kafka.topic(STORIES);
        let entry = found.iter_mut().find(|f| f.plan.name == name);
        entry.into_iter().for_each(|e| e.differences.push(Difference::Partitions { mentions, stories }));
    }
    Ok(found)
}

async fn compare(config: &Config, admin: &AdminClient<DefaultClientContext>, entry: &mut Found) -> Result<(), Failure> {
    let options = AdminOptions::new().request_timeout(Some(config.kafka.connect_timeout));
    let described = admin
        .describe_configs(&[ResourceSpecifier::Topic(&entry.plan.name)], &options)
        .await
        .map_err(|error| unreachable_or(config, "asking for topic settings", &error))?;
    for resource in described {
        let resource = resource.map_err(|code| Failure::Refused(format!("settings of {}: {code}", entry.plan.name)))?;
        for (name, wanted) in &entry.plan.settings {
            let Some(setting) = resource.entries.iter().find(|e| e.name == *name) else { continue };
            let value = setting.value.clone().unwrap_or_default();
            if value != *wanted {
                let by = if setting.source == ConfigSource::Default { " (the broker's default)" } else { "" };
                let found = format!("{value}{by}");
                entry.differences.push(Difference::Setting { name, wanted: wanted.clone(), found });
            }
            entry.settings.push((name, value));
        }
    }
    Ok(())
}

/// Creates what is missing. Returns the names created; topics that exist are left as they are.
///
/// # Errors
/// [`Failure::Unreachable`] or what the broker refused.
pub async fn create(config: &Config, plans: &[TopicPlan]) -> Result<Vec<String>, Failure> {
    let metadata = reach(config)?;
    let admin = admin(config)?;
    let mut missing: Vec<TopicPlan> = plans.to_vec();
    missing.retain(|plan| !metadata.topics().iter().any(|topic| topic.name() == plan.name));
    let exists = |name: &str| count_partitions(&metadata, &config.kafka.topic(name)).ok();
    pair(config, &mut missing, exists);
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    let requests: Vec<NewTopic<'_>> = missing
        .iter()
        .map(|plan| {
            let replication = TopicReplication::Fixed(plan.replication.unwrap_or(-1));
            let topic = NewTopic::new(&plan.name, plan.partitions, replication);
            plan.settings.iter().fold(topic, |topic, (name, value)| topic.set(name, value))
        })
        .collect();
    let patience = Some(config.kafka.connect_timeout);
    let options = AdminOptions::new().request_timeout(patience).operation_timeout(patience);
    let results = admin
        .create_topics(&requests, &options)
        .await
        .map_err(|error| unreachable_or(config, "creating topics", &error))?;
    let (mut created, mut refused) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(name) => created.push(name),
            // Somebody else was faster: that is what was wanted.
            Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((name, code)) => refused.push(format!("{name}: {code}")),
        }
    }
    if !refused.is_empty() {
        let (refused, created) = (refused.join(", "), created.join(", "));
        return Err(Failure::Refused(format!("creating topics: {refused}; created: [{created}]")));
    }
    settle(config, &admin, &missing)?;
    Ok(created)
}

/// Mentions and stories have the same number of partitions: the one that is missing follows the one that `exists`.
fn pair(config: &Config, missing: &mut [TopicPlan], exists: impl Fn(&str) -> Option<i32>) {
    for (one, other) in [(MENTIONS, STORIES), (STORIES, MENTIONS)] {
        let name = config.kafka.topic(one);
        if let (Some(plan), Some(count)) = (missing.iter_mut().find(|plan| plan.name == name), exists(other)) {
            plan.partitions = count;
        }
    }
}

/// Waits until the new topics have leaders: brokers hear of them a moment later, and a service that is started in that
/// moment would not find them. A cluster that takes longer than patience allows has created them all the same.
fn settle(config: &Config, admin: &AdminClient<DefaultClientContext>, plans: &[TopicPlan]) -> Result<(), Failure> {
    let began = Instant::now();
    loop {
        let metadata = admin
            .inner()
            .fetch_metadata(None, config.kafka.connect_timeout)
            .map_err(|error| unreachable_or(config, "asking for the new topics", &error))?;
        let has_leaders = |plan: &TopicPlan| {
            let topic = metadata.topics().iter().find(|topic| topic.name() == plan.name && topic.error().is_none());
            topic.is_some_and(|t| !t.partitions().is_empty() && t.partitions().iter().all(|p| p.leader() >= 0))
        };
        if plans.iter().all(has_leaders) || began.elapsed() > config.kafka.connect_timeout {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn admin(config: &Config) -> Result<AdminClient<DefaultClientContext>, Failure> {
    client::common(config).create().map_err(|error| Failure::building(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contract_covers_state_and_carries_the_prefix() {
        let mut config = Config::default();
        config.kafka.topic_prefix = "x.".to_owned();
        let plans = contract(&config, &RuleSet::builtin(), Partitions { load: 12, stories: 5 }, Some(3));
        assert!(plans.iter().all(|plan| plan.name.starts_with("x.")));
        let stories = plans.iter().find(|plan| plan.name == "x.sanctions.stories").unwrap();
        let mentions = plans.iter().find(|plan| plan.name == "x.sanctions.mentions").unwrap();
        assert_eq!((stories.partitions, mentions.partitions), (5, 5));
        assert_eq!(plans.iter().find(|plan| plan.name == "x.news.articles").unwrap().partitions, 12);
        assert!(stories.settings.contains(&("cleanup.policy", "compact".to_owned())));
        assert!(stories.settings.contains(&("min.insync.replicas", "2".to_owned())));
    }

    #[test]
    fn what_is_missing_of_mentions_and_stories_follows_the_other() {
        let config = Config::default();
        let plans = contract(&config, &RuleSet::builtin(), Partitions::all(6), None);
        for (missing, there) in [(MENTIONS, STORIES), (STORIES, MENTIONS)] {
            let mut missing: Vec<TopicPlan> = plans.iter().filter(|plan| plan.name == missing).cloned().collect();
            pair(&config, &mut missing, |name| (name == there).then_some(12));
            assert_eq!(missing[0].partitions, 12);
            pair(&config, &mut missing, |_| None);
            assert_eq!(missing[0].partitions, 12, "left as it is where neither exists");
        }
    }
}
