//! Exactly once, while processes are killed, come and go, and the broker is restarted under them.
//!
//! Every test ends with the same question: are the alerts that a `read_committed` subscriber sees those that `replay` makes
//! of the published articles, byte for byte and in order, and does nobody owe anything any more? A lost, doubled or
//! reordered alert is a difference there. When things happen is left to chance; the number that the dice start from is
//! part of every failure, and `SANCTIONS_STREAM_TEST_DICE` throws the same again.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};

use crate::Test;
use crate::articles::{Press, mixed};
use crate::broker::Stop;
use crate::case::{Case, Needs};
use crate::client::wait_until;
use crate::contract;
use crate::deployment::{ALERTS, BETWEEN, Deployment, INPUTS, START_LIMIT, STOP_LIMIT};
use crate::layout::ClusterKind;
use crate::oracle;
use crate::service::Service;
use crate::table;

pub const TESTS: &[Test] = &[
    ("crash::a_kill_in_mid_stream_loses_and_doubles_nothing", Needs::Broker, |case| diced(case, killed)),
    ("crash::processes_may_join_and_leave", Needs::Broker, |case| diced(case, joined_and_left)),
    ("crash::a_broker_may_be_killed_and_restarted", Needs::OwnBrokers, |case| diced(case, restarted)),
];

const PARTITIONS: u32 = 4;
pub const CONSUMED: &str = "sanctions_stream_records_consumed_total";
const LAG: &str = "sanctions_stream_consumer_lag";
/// Small transactions, so that a kill has many to fall into, and a silent member that is missed soon. Articles alone:
/// the assignor counts partitions, and could give one member all articles and another all notices.
pub const SMALL: [&str; 8] =
    ["--max-records", "20", "--interval-ms", "50", "--session-timeout-ms", "3000", "--input-topics", INPUTS[0]];
/// How long something that must come may take while the machine is busy with other tests.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// Chance that can be repeated.
pub struct Dice(u64);

impl Dice {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = mixed(self.0);
        self.0 % limit
    }

    pub fn wait(&mut self, longest_ms: u64) {
        std::thread::sleep(Duration::from_millis(self.below(longest_ms)));
    }
}

pub fn diced(case: &Case, test: fn(&Case, &mut Dice) -> Result<()>) -> Result<()> {
    let start = match std::env::var("SANCTIONS_STREAM_TEST_DICE") {
        Ok(given) => given.parse().context("SANCTIONS_STREAM_TEST_DICE")?,
        Err(_) => u64::from(SystemTime::now().duration_since(UNIX_EPOCH)?.subsec_nanos()),
    };
    test(case, &mut Dice(start)).with_context(|| format!("SANCTIONS_STREAM_TEST_DICE={start}"))
}

fn killed(case: &Case, dice: &mut Dice) -> Result<()> {
    const WANTED: u32 = 4;
    const ROUNDS: u64 = 12;
    const EACH: u64 = 600;
    let deployment = Deployment::new(case, &*case.shared()?, PARTITIONS)?;
    let press = Press::new(&deployment.topic(INPUTS[0]), PARTITIONS)?;
    let flags = [&SMALL[..], &["--workers", "2"]].concat();
    let (mut published, mut in_mid_stream, mut torn) = (0, 0, 0);
    // Until enough kills have hit a service at work, and one of them an open transaction with alerts in it.
    while in_mid_stream < WANTED || torn == 0 {
        ensure!(
            published < ROUNDS * EACH,
            "{in_mid_stream} kills in mid-stream, {torn} records torn, in {ROUNDS} rounds"
        );
        deployment.client.produce(&press.articles(published..published + EACH)?)?;
        published += EACH;
        let mut service = deployment.start("one", &flags)?;
        let some = 1.0 + dice.below(100) as f64;
        wait_until("the service is at work", START_LIMIT, || Ok(service.total(CONSUMED).is_ok_and(|n| n >= some)))?;
        dice.wait(120);
        service.kill()?;
        if !deployment.is_settled()? {
            in_mid_stream += 1;
            torn += uncommitted(&deployment)?;
        }
    }
    let mut service = deployment.service("one", &flags)?;
    deployment.wait_settled()?;
    owes_nothing(&deployment, &[&service])?;
    ensure!(service.terminate(STOP_LIMIT)?.success(), "no clean end\n{}", service.log_tail());
    check(case, &deployment, published)
}

/// Records that are written and that no `read_committed` reader sees, for now or for ever.
fn uncommitted(deployment: &Deployment) -> Result<usize> {
    let mut records = 0;
    for topic in ALERTS.into_iter().chain([BETWEEN[0]]) {
        let topic = deployment.topic(topic);
        let all = deployment.client.read_uncommitted(&topic)?.len();
        records += all.saturating_sub(deployment.client.read_committed(&topic)?.len());
    }
    Ok(records)
}

fn joined_and_left(case: &Case, dice: &mut Dice) -> Result<()> {
    let deployment = Deployment::new(case, &*case.shared()?, PARTITIONS)?;
    let (published, mut last) = while_published(&deployment, || {
        let mut first = deployment.service("first", &SMALL)?;
        works(&first)?;
        let second = deployment.service("second", &SMALL)?;
        share(&deployment, &[&first, &second])?;
        dice.wait(500);
        // It leaves as an orchestrator asks it to, with work before it.
        ensure!(first.terminate(STOP_LIMIT)?.success(), "no clean end\n{}", first.log_tail());
        share(&deployment, &[&second])?;
        let mut third = deployment.service("third", &SMALL)?;
        share(&deployment, &[&second, &third])?;
        dice.wait(500);
        // And one that never came back.
        third.kill()?;
        share(&deployment, &[&second])?;
        works(&second)?;
        Ok(second)
    })?;
    deployment.wait_settled()?;
    owes_nothing(&deployment, &[&last])?;
    ensure!(last.terminate(STOP_LIMIT)?.success(), "no clean end\n{}", last.log_tail());
    check(case, &deployment, published)
}

fn restarted(case: &Case, dice: &mut Dice) -> Result<()> {
    let cluster = case.own(ClusterKind::Single)?;
    let deployment = Deployment::new(case, &cluster, PARTITIONS)?;
    let mut service = deployment.service("one", &["--workers", "2"])?;
    let (published, ()) = while_published(&deployment, || {
        for how in [Stop::Kill, Stop::Gracefully, Stop::Kill] {
            works(&service)?;
            dice.wait(500);
            cluster.stop_broker(0, how)?;
            dice.wait(2_000);
            cluster.start_broker(0)?;
        }
        works(&service)
    })?;
    deployment.wait_settled()?;
    owes_nothing(&deployment, &[&service])?;
    ensure!(service.terminate(STOP_LIMIT)?.success(), "no clean end\n{}", service.log_tail());
    check(case, &deployment, published)
}

/// Publishes articles without end for as long as `happens` runs, and says how many there were.
pub fn while_published<T>(deployment: &Deployment, happens: impl FnOnce() -> Result<T>) -> Result<(u64, T)> {
    const BATCH: u64 = 20;
    const PAUSE: Duration = Duration::from_millis(60);
    let press = Press::new(&deployment.topic(INPUTS[0]), PARTITIONS)?;
    let client = deployment.client.clone();
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let publisher = scope.spawn(|| {
            let mut published = 0;
            while !over.load(Ordering::Relaxed) {
                client.produce(&press.articles(published..published + BATCH)?)?;
                published += BATCH;
                std::thread::sleep(PAUSE);
            }
            anyhow::Ok(published)
        });
        let happened = happens();
        over.store(true, Ordering::Relaxed);
        let published = publisher.join().ok().context("the publisher panicked")?;
        Ok((published.context("publishing")?, happened?))
    })
}

/// Waits until a service has committed more than it has now.
pub fn works(service: &Service) -> Result<()> {
    let before = service.total(CONSUMED)?;
    wait_until("the service works", PATIENCE, || Ok(service.total(CONSUMED)? > before + 50.0))
}

/// Waits until these services, and nobody else, have all partitions of the articles among them, each at least one.
fn share(deployment: &Deployment, services: &[&Service]) -> Result<()> {
    wait_until("the partitions are shared out", PATIENCE, || {
        let mut counts = Vec::new();
        for service in services {
            counts.push(lags(deployment, service)?.len());
        }
        Ok(counts.iter().all(|count| *count > 0) && counts.iter().sum::<usize>() == PARTITIONS as usize)
    })
}

/// The lag of every partition of the articles that a service has.
fn lags(deployment: &Deployment, service: &Service) -> Result<Vec<f64>> {
    let label = format!("topic=\"{}\"", deployment.topic(INPUTS[0]));
    let series = service.series(LAG)?;
    Ok(series.iter().filter(|(labels, _)| labels.contains(&label)).map(|(_, lag)| *lag).collect())
}

/// The metrics say so too: every lag, of whatever topic, goes to 0.
fn owes_nothing(deployment: &Deployment, services: &[&Service]) -> Result<()> {
    share(deployment, services)?;
    wait_until("every lag is 0", PATIENCE, || {
        let mut lags = Vec::new();
        for service in services {
            lags.extend(service.series(LAG)?.into_values());
        }
        Ok(lags.iter().all(|lag| *lag == 0.0))
    })
}

/// The question of every test here: see the head of the file.
pub fn check(case: &Case, deployment: &Deployment, published: u64) -> Result<()> {
    let inputs = deployment.inputs()?;
    ensure!(inputs.len() as u64 == published, "{} articles of {published} were published", inputs.len());
    // Nobody but the service has written to the inputs, so the offsets themselves say that nothing is left.
    for input in INPUTS {
        let lag = deployment.client.lag(&deployment.group(), &deployment.topic(input))?;
        ensure!(lag == 0, "the group is {lag} records behind the end of {input}");
    }
    let alerts = deployment.alerts()?;
    ensure!(alerts.len() * 20 > inputs.len(), "hardly an alert: {} of {} articles", alerts.len(), inputs.len());
    let ids: BTreeSet<_> = alerts.iter().map(|alert| (&alert.topic, alert.header_text("ce_id"))).collect();
    ensure!(ids.len() == alerts.len(), "{} alerts have {} ids", alerts.len(), ids.len());
    let expected = oracle::replayed(case.dir(), "published", &inputs)?;
    oracle::compare(&oracle::by_key(&expected, "")?, &oracle::by_key(&alerts, case.prefix())?)?;
    let letters = deployment.dead_letters()?;
    ensure!(letters.is_empty(), "{} dead letters of good articles", letters.len());
    table::check(deployment)?;
    contract::check(deployment)?;
    Ok(())
}
