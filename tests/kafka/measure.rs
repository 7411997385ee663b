//! How fast, how large, how soon: figures of the running service on a real broker, beside a bare copy where that says more.
//!
//! Nothing here passes or fails by itself on a machine with other work to do, so these run only when asked for:
//! `SANCTIONS_STREAM_MEASURE=1 cargo test --release --test kafka -- measure --nocapture --test-threads 1`. What came out, and
//! where, is in docs/real-kafka.md.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rdkafka::ClientConfig;
use rdkafka::Message as _;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use crate::Test;
use crate::articles::Press;
use crate::case::{Case, Needs};
use crate::client::{Record, Topic, wait_until};
use crate::crash::CONSUMED;
use crate::deployment::{ALERTS, BETWEEN, Deployment, INPUTS};
use crate::service::Service;
use crate::stories::Made;

pub const TESTS: &[Test] = &[
    ("measure::from_article_to_alert", Needs::Broker, from_article_to_alert),
    ("measure::beside_a_bare_copy", Needs::Broker, beside_a_bare_copy),
    ("measure::a_hundred_thousand_stories_back", Needs::Broker, a_hundred_thousand_stories_back),
];

const PARTITIONS: u32 = 6;
const LONG: Duration = Duration::from_secs(600);

/// Whether to run them.
pub fn asked_for() -> bool {
    std::env::var_os("SANCTIONS_STREAM_MEASURE").is_some_and(|value| value != "0")
}

/// 200 articles a second, a third of them hot, each sent by itself; an alert counts when a committed reader holds it.
fn from_article_to_alert(case: &Case) -> Result<()> {
    const RATE: u64 = 200;
    const ARTICLES: u64 = 40 * RATE;
    /// The first seconds warm caches and connections up.
    const WARM: u64 = 5 * RATE;
    let deployment = Deployment::new(case, &*case.shared()?, PARTITIONS)?;
    let service = deployment.service("one", &[])?;
    let press = Press::new(&deployment.topic(INPUTS[0]), PARTITIONS)?;
    let articles = press.articles(0..ARTICLES)?;
    let sent: Mutex<BTreeMap<String, Instant>> = Mutex::default();
    let over = AtomicBool::new(false);
    let topics = ALERTS.map(|topic| deployment.topic(topic));
    let client = deployment.client.clone();
    let latencies = std::thread::scope(|scope| {
        let reader = scope.spawn(|| tail(client.config(), &topics, &sent, &over));
        let producer: BaseProducer =
            deployment.client.config().set("linger.ms", "0").set("enable.idempotence", "true").create()?;
        let began = Instant::now();
        for (number, article) in (0..).zip(&articles) {
            let due = began + Duration::from_secs_f64(number as f64 / RATE as f64);
            while Instant::now() < due {
                producer.poll(due.saturating_duration_since(Instant::now()).min(Duration::from_millis(2)));
            }
            let id = article.json()?["id"].as_str().context("no id")?.to_owned();
            sent.lock().unwrap_or_else(PoisonError::into_inner).insert(id, Instant::now());
            crate::client::send(&producer, &Record { timestamp: None, ..article.clone() })?;
        }
        crate::client::drain(&producer, LONG)?;
        wait_until("all is consumed", LONG, || Ok(consumed(&service, "classify")? >= ARTICLES as f64))?;
        std::thread::sleep(Duration::from_secs(2));
        over.store(true, Ordering::Relaxed);
        reader.join().ok().context("the reader panicked")?
    })?;
    let warm: Vec<f64> = latencies.iter().filter(|(number, _)| *number >= WARM).map(|(_, ms)| *ms).collect();
    println!("article to committed alert, ms, at {RATE}/s: {}", spread(warm));
    for stage in ["classify", "stories"] {
        let mean = |name: &str| -> Result<f64> {
            let value = |part: &str| {
                let series = service.series(&format!("sanctions_stream_{name}_{part}"))?;
                anyhow::Ok(series.iter().filter(|(labels, _)| labels.contains(stage)).map(|(_, v)| *v).sum::<f64>())
            };
            Ok(value("sum")? / value("count")?.max(1.0) * 1e3)
        };
        let (commit, open) = (mean("transaction_commit_seconds")?, mean("transaction_open_seconds")?);
        println!("  {stage}: mean commit {commit:.1} ms, mean transaction {open:.1} ms");
    }
    println!("  resident {} MiB", resident(&service)?);
    Ok(())
}

/// Everything that is there, through the service and through a bare transactional copy, on the same broker.
fn beside_a_bare_copy(case: &Case) -> Result<()> {
    const ARTICLES: u64 = 150_000;
    let deployment = Deployment::new(case, &*case.shared()?, PARTITIONS)?;
    let input = deployment.topic(INPUTS[0]);
    let press = Press::new(&input, PARTITIONS)?;
    let mut bytes = 0;
    for start in (0..ARTICLES).step_by(10_000) {
        let mut articles = press.articles(start..(start + 10_000).min(ARTICLES))?;
        for article in &mut articles {
            lengthen(article)?;
            bytes += article.value.as_ref().map_or(0, Vec::len);
        }
        deployment.client.produce(&articles)?;
    }
    println!("{ARTICLES} articles of {} bytes, a third of them hot", bytes / usize::try_from(ARTICLES)?);
    let (mut ours, mut copies) = (Vec::new(), Vec::new());
    // In turn, so that a change of the machine's other work meets both.
    for round in 0..3 {
        copies.push(copy(&deployment, &input, &format!("copy{round}"), ARTICLES)?);
        ours.push(serve(&deployment, round, ARTICLES)?);
    }
    let ratios: Vec<f64> = ours.iter().zip(&copies).map(|(own, copy)| own / copy).collect();
    println!("articles/s: service {ours:.0?}, bare copy {copies:.0?}, ratio {ratios:.2?}");
    Ok(())
}

fn serve(deployment: &Deployment, round: usize, articles: u64) -> Result<f64> {
    let group = format!("{}.{round}", deployment.group());
    let mut service = deployment.start_in(group, &format!("round{round}"), &[])?;
    service.wait_ready(LONG)?;
    wait_until("it is at work", LONG, || Ok(service.total(CONSUMED).is_ok_and(|n| n >= 1.0)))?;
    let (began, before) = (Instant::now(), consumed(&service, "classify")?);
    let mut most = 0;
    wait_until("all is classified", LONG, || {
        most = most.max(resident(&service)?);
        Ok(consumed(&service, "classify")? >= articles as f64)
    })?;
    let classified = began.elapsed();
    wait_until("all is told", LONG, || Ok(lag(&service, &deployment.topic(BETWEEN[0]))? == Some(0.0)))?;
    let told = began.elapsed();
    let rate = (articles as f64 - before) / told.as_secs_f64();
    println!("  classified in {classified:.2?}, told in {told:.2?}, resident at most {most} MiB");
    service.kill()?;
    Ok(rate)
}

/// Consume, produce, commit, as the service does it, with nothing in between.
fn copy(deployment: &Deployment, input: &str, name: &str, articles: u64) -> Result<f64> {
    let target = deployment.topic(name);
    let partitions = i32::try_from(PARTITIONS)?;
    deployment.client.create_topics(&[Topic { name: &target, partitions, settings: &[] }])?;
    let mut config = deployment.client.config();
    config.set("group.id", format!("{target}.group")).set("auto.offset.reset", "earliest");
    config
        .set("enable.auto.commit", "false")
        .set("isolation.level", "read_committed")
        .set("fetch.queue.backoff.ms", "10");
    config.set("partition.assignment.strategy", "cooperative-sticky").set("queued.max.messages.kbytes", "16384");
    let consumer: BaseConsumer = config.create()?;
    consumer.subscribe(&[input])?;
    let mut config = deployment.client.config();
    config.set("transactional.id", &target).set("compression.type", "zstd").set("linger.ms", "5");
    let producer: BaseProducer = config.create()?;
    producer.init_transactions(LONG)?;
    let (mut copied, mut open, mut began) = (0, None::<Instant>, None::<Instant>);
    let mut next: BTreeMap<i32, i64> = BTreeMap::new();
    let mut records = 0;
    while copied < articles {
        if let Some(message) = consumer.poll(Duration::from_millis(50)).transpose()? {
            began.get_or_insert_with(Instant::now);
            if open.is_none() {
                producer.begin_transaction()?;
                open = Some(Instant::now());
            }
            let mut record: BaseRecord<'_, [u8], [u8]> = BaseRecord::to(&target);
            record.key = message.key();
            record.payload = message.payload();
            while let Err((_, back)) = producer.send(record) {
                producer.poll(Duration::from_millis(1));
                record = back;
            }
            next.insert(message.partition(), message.offset() + 1);
            records += 1;
        }
        let due = open.is_some_and(|open| open.elapsed() > Duration::from_millis(100)) || records >= 2_000;
        if due || (copied + records >= articles && records > 0) {
            crate::client::drain(&producer, LONG)?;
            let mut offsets = TopicPartitionList::new();
            for (partition, offset) in &next {
                offsets.add_partition_offset(input, *partition, Offset::Offset(*offset))?;
            }
            let group = consumer.group_metadata().context("no group")?;
            producer.send_offsets_to_transaction(&offsets, &group, LONG)?;
            producer.commit_transaction(LONG)?;
            copied += records;
            (records, open) = (0, None);
        }
    }
    let began = began.context("nothing was copied")?;
    Ok(articles as f64 / began.elapsed().as_secs_f64())
}

/// A table of a hundred thousand stories in one partition, as a predecessor left it.
fn a_hundred_thousand_stories_back(case: &Case) -> Result<()> {
    const STORIES: usize = 100_000;
    let deployment = Deployment::new(case, &*case.shared()?, 1)?;
    let mut made = Made::new();
    let topic = deployment.topic(BETWEEN[1]);
    let (mut bytes, mut written) = (0, 0);
    for start in (0..STORIES).step_by(5_000) {
        let mut records = Vec::new();
        for event in start..start + 5_000 {
            records.extend(made.report(event, 0)?);
        }
        for record in &mut records {
            record.topic.clone_from(&topic);
            record.partition = Some(0);
            bytes += record.value.as_ref().map_or(0, Vec::len);
        }
        written += records.len();
        deployment.client.produce(&records)?;
    }
    let stories = made.stage.open_stories();
    drop(made);
    let began = Instant::now();
    let service = deployment.service("stories", &["--stage", "stories"])?;
    let ready = began.elapsed();
    let seconds: f64 = service.total("sanctions_stream_restore_seconds_sum")?;
    ensure!(service.total("sanctions_stream_open_stories")? == stories as f64, "not all are back");
    println!(
        "{written} records, {} bytes each: {stories} stories back in {seconds:.2} s, ready after {ready:.2?}, resident {} MiB",
        bytes / written,
        resident(&service)?
    );
    Ok(())
}

/// Reads the alert topics as they grow; says how long each opened or updated alert took, with the number of its article.
fn tail(
    mut config: ClientConfig,
    topics: &[String],
    sent: &Mutex<BTreeMap<String, Instant>>,
    over: &AtomicBool,
) -> Result<Vec<(u64, f64)>> {
    config.set("group.id", "measure").set("isolation.level", "read_committed").set("enable.auto.commit", "false");
    let consumer: BaseConsumer = config.create()?;
    let mut list = TopicPartitionList::new();
    for topic in topics {
        for partition in 0..i32::try_from(PARTITIONS)? {
            list.add_partition_offset(topic, partition, Offset::Beginning)?;
        }
    }
    consumer.assign(&list)?;
    let mut latencies = Vec::new();
    while !over.load(Ordering::Relaxed) {
        let Some(message) = consumer.poll(Duration::from_millis(20)).transpose()? else { continue };
        let now = Instant::now();
        let alert: serde_json::Value = serde_json::from_slice(message.payload().context("an alert without a value")?)?;
        let id = alert["document"]["id"].as_str().context("an alert without a document")?;
        let at = sent.lock().unwrap_or_else(PoisonError::into_inner).get(id).copied();
        let number: u64 = id.rsplit(':').next().and_then(|number| number.parse().ok()).context("another document")?;
        latencies.push((number, now.duration_since(at.context("an alert before its article")?).as_secs_f64() * 1e3));
    }
    Ok(latencies)
}

fn spread(mut values: Vec<f64>) -> String {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values.get(((values.len() as f64 * share) as usize).min(values.len().saturating_sub(1)));
    let show = |share: f64| at(share).map_or_else(|| "-".to_owned(), |value| format!("{value:.1}"));
    format!("{} alerts, p50 {}, p90 {}, p99 {}, most {}", values.len(), show(0.5), show(0.9), show(0.99), show(1.0))
}

fn consumed(service: &Service, stage: &str) -> Result<f64> {
    let series = service.series(CONSUMED)?;
    Ok(series.iter().filter(|(labels, _)| labels.contains(stage)).map(|(_, count)| *count).sum())
}

/// The lag over all partitions of a topic, once it is known.
fn lag(service: &Service, topic: &str) -> Result<Option<f64>> {
    let series = service.series("sanctions_stream_consumer_lag")?;
    let lags: Vec<f64> = series.iter().filter(|(labels, _)| labels.contains(topic)).map(|(_, lag)| *lag).collect();
    Ok((!lags.is_empty()).then(|| lags.iter().sum()))
}

/// Resident memory in MiB.
fn resident(service: &Service) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", service.id()))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").trim().parse::<u64>()? / 1024)
}

/// Pads an article to the length of real ones, some 4.7 KB, with sentences in which nothing happens.
fn lengthen(article: &mut Record) -> Result<()> {
    const CALM: &str = " The market by the river was open until noon, and the ferries ran as they do on any other day of \
                        the week. Nobody in the queue at the bakery spoke of anything but the weather and the harvest.";
    let mut document = article.json()?;
    let body = document["body"].as_str().context("no body")?.to_owned();
    document["body"] = (body + "\n\n" + &CALM.repeat(21)).into();
    article.value = Some(document.to_string().into_bytes());
    Ok(())
}
