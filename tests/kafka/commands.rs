//! The commands around the main job, on a real broker: topics, probes and metrics, configuration, and how each ends.
//!
//! What the flags mean and how output is laid out is tested without a broker. Here it is tried that what is printed is true.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::Test;
use crate::articles::Press;
use crate::binary;
use crate::case::{Case, Needs};
use crate::client::{Topic, wait_until};
use crate::deployment::{ALERTS, BETWEEN, DEAD_LETTERS, Deployment, INPUTS, STOP_LIMIT};
use crate::oracle;

pub const TESTS: &[Test] = &[
    ("commands::topics_are_created_shown_and_judged", Needs::Broker, topics_are_created_shown_and_judged),
    ("commands::probes_and_metrics_tell_the_truth", Needs::Broker, probes_and_metrics_tell_the_truth),
    ("commands::a_shown_configuration_works_as_a_file", Needs::Broker, a_shown_configuration_works_as_a_file),
    (
        "commands::a_log_goes_to_kafka_and_a_topic_is_replayed",
        Needs::Broker,
        a_log_goes_to_kafka_and_a_topic_is_replayed,
    ),
    ("commands::nobody_there_is_exit_code_3", Needs::Broker, nobody_there_is_exit_code_3),
];

fn topics_are_created_shown_and_judged(case: &Case) -> Result<()> {
    let deployment = Deployment::without_topics(case, &*case.shared()?);
    let all = || INPUTS.into_iter().chain(ALERTS).chain(BETWEEN).chain(["alerts.signals", DEAD_LETTERS]);
    let shown = deployment.run(&["topics", "show"])?.expect(1)?.text();
    for topic in all() {
        let (line, name) = (line(&shown, &deployment.topic(topic))?, deployment.topic(topic));
        ensure!(line.trim_start_matches(&name).trim() == "missing", "{line}");
    }
    // A service without its topics does not wait for them.
    let missing = deployment.run(&["run", "--http", "off"])?.expect(3)?;
    ensure!(missing.stderr.contains(&deployment.topic(INPUTS[0])) && missing.stderr.contains("topics create"));

    let created = deployment.run(&["topics", "create", "--partitions", "5"])?.expect(0)?.text();
    let again = deployment.run(&["topics", "create", "--partitions", "7"])?.expect(0)?.text();
    for topic in all() {
        let name = deployment.topic(topic);
        ensure!(created.contains(&format!("created  {name}\n")) && again.contains(&format!("exists   {name}\n")));
        let wanted = match topic {
            DEAD_LETTERS => 3,
            // Every report finds its story in one partition; more are for those who ask for them.
            _ if BETWEEN.contains(&topic) => 1,
            _ => 5,
        };
        let found = deployment.client.partition_count(&name)?;
        ensure!(found == wanted, "{topic} has {found} partitions instead of {wanted}");
    }
    let shown = deployment.run(&["topics", "show"])?.expect(0)?.text();
    ensure!(line(&shown, &deployment.topic(BETWEEN[1]))?.contains("cleanup.policy=compact"), "{shown}");
    ensure!(!shown.contains("WRONG"), "{shown}");

    // Stories that are deleted after some days instead of compacted, and not as many partitions as of mentions: choices
    // that would lose state.
    let wrong = ["--topic-prefix", &case.named("wrong.")];
    let [mentions, stories] = BETWEEN.map(|topic| case.named(&format!("wrong.{topic}")));
    deployment.client.create_topics(&[
        Topic { name: &mentions, partitions: 3, settings: &[] },
        Topic { name: &stories, partitions: 2, settings: &[] },
    ])?;
    let mut command = binary::command(case.dir());
    binary::connect(command.args(["topics", "create"]).args(wrong), deployment.settings());
    binary::run(&mut command)?.expect(0)?;
    let mut command = binary::command(case.dir());
    binary::connect(command.args(["topics", "show"]).args(wrong), deployment.settings());
    let shown = binary::run(&mut command)?.expect(1)?.text();
    ensure!(shown.matches("WRONG").count() == 2, "the policy and the number of partitions are wrong in {shown}");
    Ok(())
}

fn line<'a>(shown: &'a str, topic: &str) -> Result<&'a str> {
    let found = shown.lines().find(|line| line.split_whitespace().next() == Some(topic));
    found.with_context(|| format!("no line for {topic} in {shown}"))
}

fn probes_and_metrics_tell_the_truth(case: &Case) -> Result<()> {
    const PARTITIONS: u32 = 3;
    const ARTICLES: u64 = 300;
    let deployment = Deployment::new(case, &*case.shared()?, PARTITIONS)?;
    let mut service = deployment.service("one", &["--workers", "2"])?;

    let ready: Value = serde_json::from_str(&service.get("/ready")?.1)?;
    let workers = ready["workers"].as_array().context("no workers")?;
    ensure!(ready["ready"] == true && workers.len() >= 2, "{ready}");
    ensure!(service.get("/live")?.0 == 200 && service.get("/nothing")?.0 == 404);
    // Nothing has been published, so a lag that only appeared with the first record would not be here.
    let began = Instant::now();
    wait_until("every partition has a lag", Duration::from_secs(10), || {
        let lags = service.series("sanctions_stream_consumer_lag")?;
        Ok(INPUTS.iter().all(|topic| {
            (0..PARTITIONS).all(|partition| {
                let labels = [format!("topic=\"{}\"", deployment.topic(topic)), format!("partition=\"{partition}\"")];
                lags.iter().any(|(found, lag)| *lag == 0.0 && labels.iter().all(|label| found.contains(label)))
            })
        }))
    })?;
    println!("lags appeared {:?} after readiness", began.elapsed());

    deployment.client.produce(&Press::new(&deployment.topic(INPUTS[0]), PARTITIONS)?.articles(0..ARTICLES)?)?;
    deployment.wait_settled()?;
    let alerts = deployment.alerts()?;
    wait_until("all alerts are counted", Duration::from_secs(10), || {
        Ok(service.total("sanctions_stream_alerts_total")? == alerts.len() as f64)
    })
    .with_context(|| format!("{} alerts, {:?}", alerts.len(), service.series("sanctions_stream_alerts_total")))?;
    let consumed = service.series("sanctions_stream_records_consumed_total")?;
    ensure!(consumed.values().any(|count| *count == ARTICLES as f64), "{ARTICLES} articles, {consumed:?}");
    ensure!(service.total("sanctions_stream_quiet_total")? > ARTICLES as f64 / 3.0, "hardly a quiet article");
    ensure!(service.total("sanctions_stream_suppressed_total")? > 0.0, "nothing suppressed");
    ensure!(service.total("sanctions_stream_dead_letters_total")? == 0.0, "dead letters");
    ensure!(service.total("sanctions_stream_transaction_commit_seconds_count")? > 0.0, "no commit was timed");
    let rules = service.series("sanctions_stream_rules_info")?;
    let hash = alerts.first().context("no alert")?.json()?["engine"]["rulesHash"].as_str().unwrap_or("?").to_owned();
    ensure!(rules.keys().any(|labels| labels.contains(&format!("hash=\"{hash}\""))), "{hash} is not in {rules:?}");
    ensure!(service.get("/metrics")?.1.ends_with("# EOF\n"), "not OpenMetrics to its end");

    let began = Instant::now();
    ensure!(service.terminate(STOP_LIMIT)?.code() == Some(0), "no clean end\n{}", service.log_tail());
    ensure!(began.elapsed() < Duration::from_secs(20), "it took {:?} to end", began.elapsed());
    ensure!(deployment.is_settled()?, "the end has left something undone");
    let log = service.log()?;
    ensure!(log.contains("partitions assigned") && log.contains("stopping"), "the log tells nothing: {log}");
    Ok(())
}

fn a_shown_configuration_works_as_a_file(case: &Case) -> Result<()> {
    let deployment = Deployment::new(case, &*case.shared()?, 1)?;
    let shown = deployment.run(&["config", "show", "--kafka-options", "client.rack=r1"])?.expect(0)?;
    ensure!(shown.text().contains("\"client.rack\" = \"r1\""), "{}", shown.text());
    let file = case.dir().join("shown.toml");
    std::fs::write(&file, &shown.stdout)?;
    let mut command = binary::command(case.dir());
    let done = binary::run(command.args(["topics", "show", "--config"]).arg(&file))?.expect(0)?;
    ensure!(done.text().contains(&deployment.topic(INPUTS[0])), "{}", done.text());
    Ok(())
}

/// `replay --to-kafka` publishes what a service then reads; `replay --topic` makes the same alerts of the topic.
fn a_log_goes_to_kafka_and_a_topic_is_replayed(case: &Case) -> Result<()> {
    let deployment = Deployment::new(case, &*case.shared()?, 2)?;
    let topic = deployment.topic(INPUTS[0]);
    let log = case.dir().join("articles.jsonl");
    let articles = Press::new(&topic, 2)?.articles(0..200)?;
    let lines: Vec<_> = articles.iter().filter_map(|article| article.value.clone()).collect();
    std::fs::write(&log, [lines.join(&b'\n'), b"\n".to_vec()].concat())?;
    let path = log.to_string_lossy();
    let half = deployment.run(&["replay", &path, "--to-kafka", "--limit", "100"])?.expect(0)?;
    ensure!(half.stdout.is_empty() && half.stderr.contains("published 100 records"), "{}", half.stderr);
    // An envelope names its topic, and keeps key, headers and value.
    let envelope =
        r#"{"topic":"policy.notices","key":"k","headers":["a","b"],"payload":"{\"headline\":\"A quiet day\"}"}"#;
    std::fs::write(case.dir().join("envelope.jsonl"), envelope)?;
    let path = case.dir().join("envelope.jsonl");
    deployment.run(&["replay", &path.to_string_lossy(), "--to-kafka"])?.expect(0)?;
    let notices = deployment.client.read_committed(&deployment.topic(INPUTS[1]))?;
    let [notice] = notices.as_slice() else { anyhow::bail!("{} notices", notices.len()) };
    ensure!(notice.key.as_deref() == Some(b"k") && notice.header_text("a") == Some("b"), "{notice:?}");
    ensure!(notice.value.as_deref() == Some(br#"{"headline":"A quiet day"}"#), "{notice:?}");

    // The other half comes through the press, whose partitions keep an order that the alerts can be compared by.
    let first = deployment.client.read_committed(&topic)?;
    let published = first.iter().filter(|record| lines[..100].iter().any(|line| Some(line) == record.value.as_ref()));
    ensure!(first.len() == 100 && published.count() == 100, "{} records are in", first.len());
    let split = deployment.inputs()?.iter().filter_map(|record| record.timestamp).max().context("no timestamp")? + 1;
    std::thread::sleep(Duration::from_millis(5));
    let mut service = deployment.service("one", &[])?;
    let press = Press::new(&topic, 2)?;
    deployment.client.produce(&press.articles(100..400)?)?;
    deployment.wait_settled()?;
    ensure!(service.terminate(STOP_LIMIT)?.success(), "no clean end\n{}", service.log_tail());

    let replay = |more: &[&str]| -> Result<oracle::ByKey> {
        let command = [&["replay", "--topic", INPUTS[0], "--envelope"], more].concat();
        let done = deployment.run(&command)?.expect(0)?;
        oracle::by_key(&done.text().lines().map(oracle::opened).collect::<Result<Vec<_>>>()?, "")
    };
    // Everything; from a time on: the records of the press alone; up to a time: those before it alone.
    let at = jiff::Timestamp::from_millisecond(split)?.to_string();
    for (flags, wanted) in [
        (&[][..], deployment.between(0, i64::MAX)?),
        (&["--from", &at], deployment.between(split, i64::MAX)?),
        (&["--to", &at], deployment.between(0, split)?),
    ] {
        let expected = oracle::by_key(&oracle::replayed(case.dir(), "part", &wanted)?, "")?;
        ensure!(!expected.is_empty(), "no alert with {flags:?}");
        oracle::compare(&expected, &replay(flags)?).with_context(|| format!("{flags:?}"))?;
    }
    let missing = deployment.run(&["replay", "--topic", "no.such.topic"])?.expect(3)?;
    ensure!(missing.stderr.contains("no.such.topic"), "{}", missing.stderr);
    Ok(())
}

/// The port is closed: nothing listens there, and the answer comes at once.
fn nobody_there_is_exit_code_3(case: &Case) -> Result<()> {
    let nobody = [("bootstrap.servers".to_owned(), format!("127.0.0.1:{}", crate::layout::free_port()?))];
    let deployment = Deployment::without_topics(case, &*case.shared()?);
    let impatient = ["--connect-timeout-ms", "1500"];
    for command in
        [&["run", "--http", "off"][..], &["topics", "show"], &["topics", "create"], &["dead-letters", "list"]]
    {
        let done = deployment.run_with(&nobody, &[command, &impatient].concat())?.expect(3)?;
        let said = &done.stderr;
        ensure!(said.contains(&nobody[0].1) && said.contains("Connection refused"), "{command:?} said {said}");
        ensure!(done.took < Duration::from_secs(20), "{command:?} took {:?}", done.took);
    }
    Ok(())
}
