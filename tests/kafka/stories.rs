//! The second stage on a real broker: apart from the first, killed, restarted, shared out, restored.
//!
//! What a test of the whole service can see is in `crash`, which asks `table` too. Here is what needs the stages apart, or
//! a table of stories made for the purpose.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use sanctions_stream::input::{Header, Record as Input};
use sanctions_stream::output::Destination;
use sanctions_stream::pipeline::{Options, Pipeline, Scratch, StoryStage};
use sanctions_stream::rules::RuleSet;
use serde_json::{Value, json};

use crate::Test;
use crate::articles::stamp;
use crate::belarus::{events, shipped_log};
use crate::binary;
use crate::case::{Case, Needs};
use crate::client::{Record, Topic, wait_until};
use crate::contract;
use crate::crash::{CONSUMED, Dice, PATIENCE, SMALL, check, diced, while_published, works};
use crate::deployment::{BETWEEN, DEAD_LETTERS, Deployment, INPUTS, STOP_LIMIT};
use crate::service::Service;
use crate::table;

pub const TESTS: &[Test] = &[
    ("stories::either_stage_may_be_killed", Needs::Broker, |case| diced(case, either_killed)),
    ("stories::three_processes_come_and_go", Needs::Broker, |case| diced(case, three_come_and_go)),
    ("stories::a_table_is_restored_and_gone_on_with", Needs::Broker, a_table_is_restored_and_gone_on_with),
    ("stories::a_withdrawal_reaches_every_partition", Needs::Broker, a_withdrawal_reaches_every_partition),
    (
        "stories::a_correction_takes_the_place_of_what_it_corrects",
        Needs::Broker,
        a_correction_takes_the_place_of_what_it_corrects,
    ),
    ("stories::links_reach_across_partitions", Needs::Broker, links_reach_across_partitions),
    ("stories::a_mention_that_cannot_be_read_is_set_aside", Needs::Broker, a_mention_that_cannot_be_read_is_set_aside),
    ("stories::a_replayed_mention_keeps_its_partition", Needs::Broker, a_replayed_mention_keeps_its_partition),
    ("stories::an_open_transaction_is_waited_for", Needs::Broker, an_open_transaction_is_waited_for),
    ("stories::unequal_partitions_are_told", Needs::Broker, unequal_partitions_are_told),
];

const PARTITIONS: u32 = 4;
const OPEN: &str = "sanctions_stream_open_stories";
const RESTORED: &str = "sanctions_stream_restored_records_total";

/// The stages in two processes, one of them killed again and again.
fn either_killed(case: &Case, dice: &mut Dice) -> Result<()> {
    const KILLS: u64 = 5;
    let deployment = Deployment::new(case, &*case.shared()?, PARTITIONS)?;
    let start = |stage: &str| deployment.service(stage, &[&SMALL[..], &["--stage", stage, "--workers", "2"]].concat());
    let (published, mut running) = while_published(&deployment, || {
        let mut running = [("classify", start("classify")?), ("stories", start("stories")?)];
        for _ in 0..KILLS {
            for (_, service) in &running {
                works(service)?;
            }
            dice.wait(200);
            let victim = usize::try_from(dice.below(2))?;
            running[victim].1.kill()?;
            running[victim].1 = start(running[victim].0)?;
        }
        for (_, service) in &running {
            works(service)?;
        }
        Ok(running)
    })?;
    deployment.wait_settled()?;
    for (name, service) in &mut running {
        ensure!(service.terminate(STOP_LIMIT)?.success(), "no clean end of {name}\n{}", service.log_tail());
    }
    check(case, &deployment, published)
}

/// Three places for a process; dice say which is started, stopped or killed next.
fn three_come_and_go(case: &Case, dice: &mut Dice) -> Result<()> {
    const TURNS: usize = 9;
    let deployment = Deployment::new(case, &*case.shared()?, PARTITIONS)?;
    let start = |place: usize| deployment.start(["one", "two", "three"][place], &SMALL);
    let (published, mut places) = while_published(&deployment, || {
        let mut places: [Option<Service>; 3] = [Some(start(0)?), Some(start(1)?), None];
        for _ in 0..TURNS {
            let place = usize::try_from(dice.below(3))?;
            match &mut places[place] {
                None => places[place] = Some(start(place)?),
                Some(service) => {
                    if dice.below(2) == 0 {
                        service.kill()?;
                    } else {
                        // Before that it has no ear for the signal, and ends at once.
                        wait_until("it serves", PATIENCE, || Ok(service.get("/live").is_ok()))?;
                        let ended = service.terminate(STOP_LIMIT)?;
                        ensure!(ended.success(), "no clean end: {ended}\n{}", service.log_tail());
                    }
                    places[place] = None;
                }
            }
            dice.wait(2_500);
        }
        for (place, service) in places.iter_mut().enumerate() {
            if service.is_none() {
                *service = Some(start(place)?);
            }
        }
        Ok(places)
    })?;
    deployment.wait_settled()?;
    for service in places.iter_mut().flatten() {
        ensure!(service.terminate(STOP_LIMIT)?.success(), "no clean end\n{}", service.log_tail());
    }
    check(case, &deployment, published)
}

/// A table that a predecessor left, with old versions and tombstones: it is read back, told on `/ready` and in the metrics,
/// and a further report of one of its events opens nothing.
fn a_table_is_restored_and_gone_on_with(case: &Case) -> Result<()> {
    const EVENTS: usize = 250;
    const CLOSED: usize = 50;
    let deployment = Deployment::new(case, &*case.shared()?, PARTITIONS)?;
    let mut made = Made::new();
    let mut records = Vec::new();
    for number in 0..EVENTS {
        // The first version is superseded by a second, which stands further down in the topic.
        records.extend(made.report(number, 0)?);
    }
    for number in 0..EVENTS {
        records.extend(made.report(number, 1)?);
    }
    let made_stories = made.stage.open_stories();
    ensure!(made_stories > EVENTS * 9 / 10, "{EVENTS} events made {made_stories} stories");
    let topic = deployment.topic(BETWEEN[1]);
    for record in &mut records {
        // All in one partition: the one that the mentions of this key go to.
        record.topic.clone_from(&topic);
        record.partition = Some(made.partition(&deployment)?);
    }
    let mut closed = records[..CLOSED].to_vec();
    for record in &mut closed {
        record.value = None;
    }
    records.extend(closed);
    deployment.client.produce(&records)?;
    let stories = table::table(&records)?.len();

    let began = Instant::now();
    let mut service = deployment.service("stories", &["--stage", "stories"])?;
    println!("{} records, {stories} stories restored in {:?}, start included", records.len(), began.elapsed());
    ensure!(service.total(OPEN)? == stories as f64, "{} stories are open", service.total(OPEN)?);
    ensure!(service.total(RESTORED)? == records.len() as f64, "{} records were read", service.total(RESTORED)?);

    // One report of an open story, one of a closed one.
    let (open, shut) = (made.mention(EVENTS - 1, 2)?, made.mention(0, 2)?);
    let mut mentions = [open, shut].concat();
    for mention in &mut mentions {
        mention.topic = deployment.topic(BETWEEN[0]);
    }
    deployment.client.produce(&mentions)?;
    wait_until("both are told", PATIENCE, || Ok(service.total(CONSUMED)? >= 2.0))?;
    let table = table::table(&deployment.client.read_committed(&topic)?)?;
    ensure!(table.len() == stories + 1, "{} stories instead of {stories} and one", table.len());
    let alerts = deployment.alerts()?;
    let actions: Vec<_> = alerts.iter().map(|alert| Ok(alert.json()?["action"].clone())).collect::<Result<_>>()?;
    ensure!(actions.iter().filter(|action| **action == "opened").count() == 1, "{actions:?}");
    ensure!(service.terminate(STOP_LIMIT)?.success(), "no clean end\n{}", service.log_tail());

    shown(&deployment, &table)?;

    // The gauges of a successor say the same.
    let again = deployment.service("stories", &["--stage", "stories"])?;
    ensure!(again.total(OPEN)? == table.len() as f64, "{} stories are open", again.total(OPEN)?);
    Ok(())
}

/// What `stories` shows of the topic: the table, and the timeline of one story.
fn shown(deployment: &Deployment, table: &table::Table) -> Result<()> {
    let printed = deployment.run(&["stories", "--format", "json"])?.expect(0)?.text();
    let parsed = |line: &str| serde_json::from_str::<Value>(line);
    let mut found = printed.lines().map(parsed).collect::<Result<Vec<_>, _>>()?;
    let mut wanted = table.values().map(|story| parsed(story)).collect::<Result<Vec<_>, _>>()?;
    let id = |story: &Value| story["storyId"].to_string();
    found.sort_by_key(id);
    wanted.sort_by_key(id);
    ensure!(found == wanted, "{} stories shown, {} in the table", found.len(), wanted.len());
    let story = wanted.iter().find(|story| story["reports"].as_array().is_some_and(|all| all.len() > 1));
    let story = story.context("no story with two reports")?;
    let id = story["storyId"].as_str().context("no id")?;
    let timeline = deployment.run(&["stories", "--story", id, "--format", "human"])?.expect(0)?.text();
    ensure!(timeline.contains(&format!("story {id}")), "{timeline}");
    for outlet in ["Wharf Dispatch", "Ridge Post"] {
        ensure!(timeline.contains(outlet), "no report by {outlet} in {timeline}");
    }
    deployment.run(&["stories", "--story", "no-such-id"])?.expect(1)?;
    Ok(())
}

/// Nobody knows in which partition the stories of a lost document are.
fn a_withdrawal_reaches_every_partition(case: &Case) -> Result<()> {
    let deployment = Deployment::new(case, &*case.shared()?, PARTITIONS)?;
    let mut service = deployment.service("one", &[])?;
    let input = deployment.topic(INPUTS[0]);
    let hot = json!({
        "id": "take-back:1", "headline": "Belarus frees 52 political prisoners",
        "body": "MINSK — Belarus released 52 political prisoners on Thursday, their families said.",
        "publishedAt": "2025-09-11T12:00:00Z", "source": { "name": "Wharf Dispatch" },
    });
    let canceled = json!({ "id": "take-back:1", "headline": "Withdrawn", "pubStatus": "canceled",
        "publishedAt": "2025-09-11T13:00:00Z", "source": { "name": "Wharf Dispatch" } });
    deployment.client.produce(&[Record::new(&input, "k", hot.to_string())])?;
    deployment.wait_settled()?;
    deployment.client.produce(&[Record::new(&input, "k", canceled.to_string())])?;
    deployment.wait_settled()?;

    let mentions = deployment.client.read_committed(&deployment.topic(BETWEEN[0]))?;
    let mut reached: Vec<Option<i32>> = mentions
        .iter()
        .filter(|record| record.header_text("ce_type") == Some("document.withdrawn.v1"))
        .map(|record| record.partition)
        .collect();
    reached.sort_unstable();
    let every: Vec<Option<i32>> = (0..i32::try_from(PARTITIONS)?).map(Some).collect();
    ensure!(reached == every, "the withdrawal reached {reached:?}");
    let actions = || -> Result<Vec<Value>> {
        deployment.alerts()?.iter().map(|alert| Ok(alert.json()?["action"].clone())).collect()
    };
    ensure!(actions()? == ["opened", "retracted"], "{:?}", actions()?);

    // And the new version of a document that says nothing any more takes back what the old one said.
    let version = |number: u64, headline: &str, body: &str| {
        json!({ "id": "take-back:2", "version": number, "headline": headline, "body": body,
            "publishedAt": format!("2025-09-12T{:02}:00:00Z", 10 + number), "source": { "name": "Wharf Dispatch" } })
    };
    let hot =
        version(1, "Iran frees two French prisoners", "Iran released two French prisoners on Friday, Paris said.");
    let quiet = version(2, "Harbour market reopens", "The market by the harbour opened again on Friday.");
    for document in [hot, quiet] {
        deployment.client.produce(&[Record::new(&input, "k", document.to_string())])?;
        deployment.wait_settled()?;
    }
    ensure!(actions()? == ["opened", "retracted", "opened", "retracted"], "{:?}", actions()?);
    ensure!(service.terminate(STOP_LIMIT)?.success(), "no clean end\n{}", service.log_tail());
    table::check(&deployment)?;
    Ok(())
}

/// A correction is a document of its own, under another key and so perhaps in another partition: it takes the place of the
/// report that it corrects, wherever that is kept, and the one that it corrects changes nothing when it comes late.
fn a_correction_takes_the_place_of_what_it_corrects(case: &Case) -> Result<()> {
    let deployment = Deployment::new(case, &*case.shared()?, PARTITIONS)?;
    let mut service = deployment.service("one", &[])?;
    let input = deployment.topic(INPUTS[0]);
    let article = |id: &str, corrects: Option<&str>, state: &str, hour: u32, freed: &str| {
        let mut article = json!({
            "id": id, "headline": format!("{state} frees {freed} political prisoners"),
            "body": format!("{state} released {freed} political prisoners on Thursday, their families said."),
            "publishedAt": format!("2025-09-11T{hour}:00:00Z"), "source": { "name": "Wharf Dispatch" },
        });
        if let Some(corrects) = corrects {
            article["correction_of"] = corrects.into();
        }
        article.to_string()
    };
    let publish = |key: &str, article: String| -> Result<()> {
        deployment.client.produce(&[Record::new(&input, key, article)])?;
        deployment.wait_settled()?;
        Ok(())
    };
    // The number was wrong: one story, whose number is corrected.
    publish("a", article("wrong:1", None, "Belarus", 12, "12"))?;
    publish("b", article("right:1", Some("wrong:1"), "Belarus", 13, "52"))?;
    // The state was wrong: the story of the one is taken back, and the other has its own, in another partition.
    publish("c", article("wrong:2", None, "Iran", 12, "7"))?;
    publish("d", article("right:2", Some("wrong:2"), "Nicaragua", 13, "7"))?;
    // The correction comes first.
    publish("e", article("right:3", Some("wrong:3"), "Cuba", 13, "31"))?;
    publish("f", article("wrong:3", None, "Cuba", 12, "18"))?;

    let mut told = BTreeMap::<String, Vec<String>>::new();
    for alert in deployment.alerts()? {
        let alert = alert.json()?;
        let document = alert["document"]["id"].as_str().context("an alert without a document")?.to_owned();
        told.entry(document).or_default().push(alert["action"].as_str().context("no action")?.to_owned());
    }
    told.values_mut().for_each(|actions| actions.sort());
    let wanted: BTreeMap<String, Vec<String>> = [
        ("wrong:1", vec!["opened"]),
        ("right:1", vec!["updated"]),
        ("wrong:2", vec!["opened"]),
        ("right:2", vec!["opened", "retracted"]),
        ("right:3", vec!["opened"]),
    ]
    .map(|(document, actions)| (document.to_owned(), actions.into_iter().map(str::to_owned).collect()))
    .into();
    ensure!(told == wanted, "{told:#?}");
    let table = table::table(&deployment.client.read_committed(&deployment.topic(BETWEEN[1]))?)?;
    let mut reports = BTreeSet::new();
    for story in table.values() {
        let story: Value = serde_json::from_str(story)?;
        for report in story["reports"].as_array().context("no reports")? {
            reports.insert(format!("{} {}", report["document"], story["count"]));
        }
    }
    let wanted = [r#""right:1" 52"#, r#""right:2" 7"#, r#""right:3" 31"#].map(str::to_owned);
    ensure!(reports == BTreeSet::from(wanted), "{reports:?}");
    ensure!(service.terminate(STOP_LIMIT)?.success(), "no clean end\n{}", service.log_tail());
    table::check(&deployment)?;
    Ok(())
}

/// The log that ships, on several partitions, in two processes of which one is killed: what was committed is whole, and
/// among the stories that are open at its end stand the links that `replay` has between them. Which stories are open
/// differs: the log tells of years, and each partition has a clock of its own.
fn links_reach_across_partitions(case: &Case) -> Result<()> {
    let deployment = Deployment::new(case, &*case.shared()?, 5)?;
    // Both inputs, other than `SMALL`.
    let start = |name: &str| deployment.service(name, &["--session-timeout-ms", "3000"]);
    let (mut one, mut two) = (start("one")?, start("two")?);
    let mut records = shipped_log(&deployment)?;
    stamp(&mut records)?;
    for (number, stretch) in records.chunk_by(|a, b| a.topic == b.topic).enumerate() {
        deployment.client.produce(stretch)?;
        if number == 1 {
            two.kill()?;
            two = start("two")?;
        }
        deployment.wait_settled()?;
    }
    for service in [&mut one, &mut two] {
        ensure!(service.terminate(STOP_LIMIT)?.success(), "no clean end\n{}", service.log_tail());
    }
    table::check(&deployment)?;
    contract::check(&deployment)?;

    let path = case.dir().join("stories.jsonl");
    let mut replay = binary::command(case.dir());
    binary::run(replay.arg("replay").arg(events()).arg("--stories").arg(&path))?.expect(0)?;
    let replayed = std::fs::read_to_string(&path)?;
    let replayed = replayed.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
    let history = deployment.client.read_committed(&deployment.topic(BETWEEN[1]))?;
    let table = table::table(&history)?;
    let places: BTreeSet<i32> = table.keys().map(|(partition, _)| *partition).collect();
    ensure!(places.len() > 2, "all stories lie in {places:?}");
    let stories = table.values().map(|story| serde_json::from_str(story)).collect::<Result<Vec<Value>, _>>()?;
    let open: BTreeSet<String> = stories.iter().map(opening).collect();
    let replayed: Vec<Value> = replayed.into_iter().filter(|story| open.contains(&opening(story))).collect();
    let (wanted, found) = (linked(&replayed)?, linked(&stories)?);
    // How many of the linked stories are still open depends on the order in which partitions were read.
    ensure!(!wanted.is_empty(), "no link to find");
    let lost: Vec<_> = wanted.difference(&found).collect();
    ensure!(lost.is_empty(), "lost {lost:#?} of {wanted:#?}, found {found:#?}");
    // Between partitions, at any time: most of those stories are closed in the end.
    let mut homes = BTreeMap::new();
    let mut links = Vec::new();
    for record in &history {
        let Some(value) = &record.value else { continue };
        let story: Value = serde_json::from_slice(value)?;
        homes.insert(story["storyId"].to_string(), record.partition);
        let far = story["links"].as_array().into_iter().flatten().map(|link| link["storyId"].to_string());
        links.extend(far.map(|id| (record.partition, id)));
    }
    let apart = links.iter().filter(|(here, far)| homes.get(far).is_some_and(|there| there != here));
    ensure!(apart.count() > 1, "no link between partitions");
    Ok(())
}

/// A story by its type and the first, by name, of the documents that report it: which of them came first depends on how
/// the partitions of the articles were read.
fn opening(story: &Value) -> String {
    let documents = story["reports"].as_array().into_iter().flatten().filter_map(|report| report["document"].as_str());
    format!("{} {}", story["type"], documents.min().unwrap_or_default())
}

/// Every link between these stories: the first documents of both stories, the relation and its direction. What it rests on
/// first is a matter of order.
fn linked(stories: &[Value]) -> Result<BTreeSet<String>> {
    let by_id: BTreeMap<&str, String> =
        stories.iter().filter_map(|story| Some((story["storyId"].as_str()?, opening(story)))).collect();
    let mut all = BTreeSet::new();
    for story in stories {
        for link in story["links"].as_array().context("no links")? {
            // A story keeps its links to stories that are closed.
            let Some(far) = link["storyId"].as_str().and_then(|id| by_id.get(id)) else { continue };
            let (relation, direction) = (&link["relation"], &link["direction"]);
            all.insert(format!("{} {relation} {direction} {far}", opening(story)));
        }
    }
    Ok(all)
}

/// A record of the mentions that is none becomes a dead letter, and the stories around it go on as if it had not been.
fn a_mention_that_cannot_be_read_is_set_aside(case: &Case) -> Result<()> {
    let deployment = Deployment::new(case, &*case.shared()?, 1)?;
    let mut service = deployment.service("stories", &["--stage", "stories"])?;
    let mut made = Made::new();
    let topic = deployment.topic(BETWEEN[0]);
    let mut records = made.mention(0, 0)?;
    records.push(Record::new(&topic, "BY", "{").header("ce_type", "mention.v1"));
    records.push(Record::new(&topic, "BY", "{}").header("ce_type", "mention.v1"));
    records.push(Record::new(&topic, "BY", "{}"));
    records.extend(made.mention(0, 1)?);
    for record in &mut records {
        record.topic.clone_from(&topic);
    }
    deployment.client.produce(&records)?;
    wait_until("all are read", PATIENCE, || Ok(service.total(CONSUMED)? >= records.len() as f64))?;
    let letters = deployment.client.read_committed(&deployment.topic(DEAD_LETTERS))?;
    ensure!(letters.len() == 3, "{} dead letters", letters.len());
    for letter in &letters {
        let origin = letter.header_text("sanctions-stream.error.topic");
        ensure!(origin == Some(topic.as_str()), "a dead letter from {origin:?}");
        let group = letter.header_text("sanctions-stream.error.group");
        ensure!(group == Some(format!("{}.stories", deployment.group()).as_str()), "a dead letter of {group:?}");
    }
    ensure!(service.terminate(STOP_LIMIT)?.success(), "no clean end\n{}", service.log_tail());
    ensure!(table::check(&deployment)? == 1, "the two reports are one story");
    Ok(())
}

/// What went wrong with a mention is mended and the dead letter sent once more: to the partition that its stories are in,
/// wherever its key would send it.
fn a_replayed_mention_keeps_its_partition(case: &Case) -> Result<()> {
    let deployment = Deployment::new(case, &*case.shared()?, PARTITIONS)?;
    let mut service = deployment.service("stories", &["--stage", "stories"])?;
    let topic = deployment.topic(BETWEEN[0]);
    let unread = || Record::new(&topic, "BY", "{}").header("ce_type", "mention.v1");
    let places: Vec<Option<i32>> = (0..i32::try_from(PARTITIONS)?).map(Some).collect();
    let records: Vec<Record> = places.iter().map(|place| Record { partition: *place, ..unread() }).collect();
    deployment.client.produce(&records)?;
    wait_until("all are read", PATIENCE, || Ok(service.total(CONSUMED)? >= records.len() as f64))?;
    ensure!(service.terminate(STOP_LIMIT)?.success(), "no clean end\n{}", service.log_tail());
    deployment.run(&["dead-letters", "replay"])?.expect(0)?;
    let found = deployment.client.read_committed(&topic)?;
    let mut reached: Vec<Option<i32>> = found.iter().map(|record| record.partition).collect();
    reached.sort_unstable();
    let twice: Vec<Option<i32>> = places.iter().flat_map(|place| [*place; 2]).collect();
    ensure!(reached == twice, "the mentions lie in {reached:?}");
    for record in &found {
        ensure!(record.key.as_deref() == Some(b"BY") && record.value.as_deref() == Some(b"{}"), "{record:?}");
        ensure!(record.header_text("sanctions-stream.error.topic").is_none(), "headers of the dead letter stay");
    }
    Ok(())
}

/// A predecessor that died within its transaction, and left it for the broker to end: nothing is read before that is
/// decided, for part of what lies there may be committed yet.
fn an_open_transaction_is_waited_for(case: &Case) -> Result<()> {
    let deployment = Deployment::new(case, &*case.shared()?, 1)?;
    let client = &deployment.client;
    let topic = deployment.topic(BETWEEN[1]);
    let mut made = Made::new();
    let mut written = made.report(0, 0)?;
    written.iter_mut().for_each(|record| record.topic.clone_from(&topic));
    let dead = crate::facts::producer(client, &case.named("dead"), &[("transaction.timeout.ms", "3000")])?;
    {
        use rdkafka::producer::Producer as _;
        dead.begin_transaction()?;
    }
    for record in &written {
        crate::client::send(&dead, &Record { partition: Some(0), ..record.clone() })?;
    }
    crate::client::drain(&dead, Duration::from_secs(20))?;
    let mut service = deployment.start("stories", &["--stage", "stories"])?;
    let seen = wait_until("/ready tells it", PATIENCE, || {
        Ok(service.get("/ready").is_ok_and(|(status, body)| status == 503 && body.contains("restoring the stories")))
    });
    seen.context("restoring is not told")?;
    service.wait_ready(PATIENCE)?;
    ensure!(service.total(OPEN)? == 0.0, "a story of a transaction that never was is open");
    Ok(())
}

fn unequal_partitions_are_told(case: &Case) -> Result<()> {
    let deployment = Deployment::without_topics(case, &*case.shared()?);
    let stories = deployment.topic(BETWEEN[1]);
    let settings = [("cleanup.policy", "compact")];
    deployment.client.create_topics(&[Topic { name: &stories, partitions: 3, settings: &settings }])?;
    // What is created beside it follows it.
    deployment.run(&["topics", "create", "--partitions", "5"])?.expect(0)?;
    let mentions = deployment.topic(BETWEEN[0]);
    ensure!(deployment.client.partition_count(&mentions)? == 3, "mentions do not follow the stories");
    let mut service = deployment.service("one", &[])?;
    ensure!(service.terminate(STOP_LIMIT)?.success(), "no clean end\n{}", service.log_tail());
    // And what is made unequal by hand is refused with what to do.
    deployment.client.add_partitions(&mentions, 4)?;
    for stage in ["all", "stories"] {
        let done = deployment.run(&["run", "--http", "off", "--stage", stage])?.expect(3)?;
        let told = done.stderr.contains("has 4 partitions") && done.stderr.contains("--alter");
        ensure!(told, "{stage}: {}", done.stderr);
    }
    Ok(())
}

/// Reports of made-up events, each the release of another prisoner, through the pure stages.
pub struct Made {
    pipeline: Pipeline,
    scratch: Scratch,
    pub stage: StoryStage,
    probed: Option<i32>,
}

impl Made {
    pub fn new() -> Self {
        let rules = Arc::new(RuleSet::builtin());
        let options = Options::default();
        let stage = StoryStage::new(Arc::clone(&rules), &options);
        Self { pipeline: Pipeline::new(rules, options), scratch: Scratch::default(), stage, probed: None }
    }

    /// The mentions of the report about an event by an outlet.
    fn mention(&mut self, event: usize, outlet: usize) -> Result<Vec<Record>> {
        let prisoner = prisoner(event);
        let outlet_name = ["Wharf Dispatch", "Ridge Post", "The Lantern"][outlet];
        let document = json!({
            "id": format!("made:{event}:{outlet}"),
            "headline": format!("Belarus frees political prisoner {prisoner}"),
            "body": format!("MINSK — Belarus released the political prisoner {prisoner} on Thursday, the family said."),
            "publishedAt": format!("2025-09-11T{:02}:{:02}:00Z", 10 + outlet, event % 60),
            "source": { "name": outlet_name },
        });
        let value = document.to_string();
        let input = Input { key: None, value: Some(value.as_bytes()), headers: &[] };
        let processed = self.pipeline.process(&input, None, &mut self.scratch);
        let mentions: Vec<Record> = processed
            .emitted
            .into_iter()
            .filter(|emitted| emitted.to == Destination::Mentions)
            .map(|one| Record { key: one.key, value: one.value, headers: one.headers, ..Record::default() })
            .collect();
        ensure!(mentions.len() == 1, "{} mentions in {value}", mentions.len());
        Ok(mentions)
    }

    /// What the stage writes to the table for that report.
    pub fn report(&mut self, event: usize, outlet: usize) -> Result<Vec<Record>> {
        let mut written = Vec::new();
        for mention in self.mention(event, outlet)? {
            let headers: Vec<Header<'_>> =
                mention.headers.iter().map(|(name, value)| Header { name, value: value.as_deref() }).collect();
            let input = Input { key: mention.key.as_deref(), value: mention.value.as_deref(), headers: &headers };
            let processed = self.stage.process(&input, None);
            let stories = processed.emitted.into_iter().filter(|emitted| emitted.to == Destination::Stories);
            written.extend(stories.map(|one| Record {
                key: one.key,
                value: one.value,
                headers: one.headers,
                ..Record::default()
            }));
        }
        Ok(written)
    }

    /// The partition that a mention of these events goes to, found by sending one and looking.
    fn partition(&mut self, deployment: &Deployment) -> Result<i32> {
        let topic = deployment.topic("probe");
        if self.probed.is_none() {
            let partitions = i32::try_from(PARTITIONS)?;
            deployment.client.create_topics(&[Topic { name: &topic, partitions, settings: &[] }])?;
            deployment.client.produce(&[Record::new(&topic, "BY", "")])?;
            let found = deployment.client.read_committed(&topic)?;
            self.probed = found.first().and_then(|record| record.partition);
        }
        self.probed.context("no probe came back")
    }
}

/// The name of a prisoner, another one for each of the first hundred thousand numbers. Beyond the first hundred a few are
/// so alike that they count as spellings of one name.
fn prisoner(number: usize) -> String {
    const HEADS: [&str; 10] = ["Ba", "Da", "Ga", "Ka", "Lo", "Mi", "Pe", "Ru", "Se", "Vu"];
    const TAILS: [&str; 10] = ["bek", "dan", "gor", "hal", "jan", "kor", "lem", "nar", "sil", "vit"];
    let digit = |place: u32| number / 10_usize.pow(place) % 10;
    format!("{}{} {}{}{}ovich", HEADS[digit(0)], TAILS[digit(1)], HEADS[digit(2)], TAILS[digit(3)], TAILS[digit(4)])
}
