//! What the stories stage must have written, told by the mentions that it read: the pure stage over each partition of
//! them, in their order.
//!
//! Alerts are compared story by story and stories by their latest version, byte for byte. So nothing may be lost, doubled
//! or told from a state that forgot something, whatever happened to the processes in between. Whether the mentions are
//! those of the documents is asked elsewhere, by `oracle`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use sanctions_stream::input::{Coordinates, Header, Record as Input};
use sanctions_stream::output::Destination;
use sanctions_stream::pipeline::{Options, StoryStage};
use sanctions_stream::rules::RuleSet;

use crate::client::Record;
use crate::deployment::{BETWEEN, Deployment};
use crate::oracle::{self, Alert, ByKey};

/// Latest version of a story, by partition and story.
pub type Table = BTreeMap<(i32, String), String>;

/// Compares alerts and stories with what the mentions tell. Returns how many stories there are.
pub fn check(deployment: &Deployment) -> Result<usize> {
    let mentions = deployment.client.read_committed(&deployment.topic(BETWEEN[0]))?;
    let partitions = deployment.client.partition_count(&deployment.topic(BETWEEN[0]))?;
    let (told, expected) = told(&mentions, &deployment.topic(""), partitions)?;
    let alerts = deployment.alerts()?;
    oracle::compare(&by_story(&told, "")?, &by_story(&alerts, &deployment.topic(""))?)
        .context("alerts against the mentions")?;
    let found = table(&deployment.client.read_committed(&deployment.topic(BETWEEN[1]))?)?;
    let differs = expected.keys().chain(found.keys()).find(|place| expected.get(*place) != found.get(*place));
    if let Some(place) = differs {
        let (wanted, got) = (expected.get(place), found.get(place));
        anyhow::bail!(
            "{} stories expected, {} found; {place:?} is {got:?} instead of {wanted:?}",
            expected.len(),
            found.len()
        );
    }
    let opened = alerts.iter().map(|alert| alert.json()).collect::<Result<Vec<_>>>()?;
    let opened: Vec<_> = opened.iter().filter(|alert| alert["action"] == "opened").collect();
    let once: BTreeSet<_> = opened.iter().map(|alert| alert["storyId"].as_str()).collect();
    ensure!(once.len() == opened.len(), "{} stories were opened {} times", once.len(), opened.len());
    Ok(found.len())
}

/// What the pure stage makes of mentions: alerts, and the table of stories.
fn told(mentions: &[Record], prefix: &str, partitions: usize) -> Result<(Vec<Record>, Table)> {
    let rules = Arc::new(RuleSet::builtin());
    let mut stages: BTreeMap<i32, StoryStage> = BTreeMap::new();
    let (mut alerts, mut table) = (Vec::new(), Table::new());
    for mention in mentions {
        let partition = mention.partition.context("a record without a partition")?;
        let fresh = || StoryStage::new(Arc::clone(&rules), &Options::default()).one_of(partitions);
        let stage = stages.entry(partition).or_insert_with(fresh);
        let headers: Vec<Header<'_>> =
            mention.headers.iter().map(|(name, value)| Header { name, value: value.as_deref() }).collect();
        let input = Input { key: mention.key.as_deref(), value: mention.value.as_deref(), headers: &headers };
        let at = Coordinates {
            topic: mention.topic.strip_prefix(prefix).unwrap_or(&mention.topic).to_owned(),
            partition,
            offset: mention.offset.unwrap_or(-1),
            timestamp: mention.timestamp,
        };
        for emitted in stage.process(&input, Some(&at)).emitted {
            match emitted.to {
                Destination::Alerts(topic) => alerts.push(Record {
                    topic,
                    key: emitted.key,
                    value: emitted.value,
                    headers: emitted.headers,
                    ..Record::default()
                }),
                Destination::Stories => enter(&mut table, partition, emitted.key.as_deref(), emitted.value.as_deref())?,
                _ => {}
            }
        }
    }
    Ok((alerts, table))
}

/// The latest version of every story, tombstones taken out.
pub fn table(records: &[Record]) -> Result<Table> {
    let mut table = Table::new();
    for record in records {
        let partition = record.partition.context("a record without a partition")?;
        enter(&mut table, partition, record.key.as_deref(), record.value.as_deref())?;
    }
    Ok(table)
}

fn enter(table: &mut Table, partition: i32, key: Option<&[u8]>, value: Option<&[u8]>) -> Result<()> {
    let place = (partition, String::from_utf8(key.context("a story without a key")?.to_vec())?);
    match value {
        Some(value) => table.insert(place, String::from_utf8(value.to_vec())?),
        None => table.remove(&place),
    };
    Ok(())
}

/// Groups alerts by topic and story: a story is in one partition of the mentions, so its alerts have an order.
fn by_story(alerts: &[Record], prefix: &str) -> Result<ByKey> {
    let mut grouped = ByKey::new();
    for record in alerts {
        let topic = record.topic.strip_prefix(prefix).unwrap_or(&record.topic).to_owned();
        let story = record.json()?["storyId"].as_str().context("an alert without a story")?.to_owned();
        grouped.entry((topic, story)).or_default().push(Alert::of(record)?);
    }
    Ok(grouped)
}
