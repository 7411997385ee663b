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

pub const TESTS: &[Test] = &[
    ("commands::topics_are_created_shown_and_judged", Needs::Broker, topics_are_created_shown_and_judged),
    ("commands::probes_and_metrics_tell_the_truth", Needs::Broker, probes_and_metrics_tell_the_truth),
    ("commands::a_shown_configuration_works_as_a_file", Needs::Broker, a_shown_configuration_works_as_a_file),
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
        let wanted = if topic == DEAD_LETTERS { 3 } else { 5 };
        let found = deployment.client.partition_count(&name)?;
        ensure!(found == wanted, "{topic} has {found} partitions instead of {wanted}");
    }
    let shown = deployment.run(&["topics", "show"])?.expect(0)?.text();
    ensure!(line(&shown, &deployment.topic(BETWEEN[1]))?.contains("cleanup.policy=compact"), "{shown}");
    ensure!(!shown.contains("WRONG"), "{shown}");

    // Stories that are deleted after some days instead of compacted: a choice that would lose state.
    let wrong = ["--topic-prefix", &case.named("wrong.")];
    let stories = case.named(&format!("wrong.{}", BETWEEN[1]));
    deployment.client.create_topics(&[Topic { name: &stories, partitions: 2, settings: &[] }])?;
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
