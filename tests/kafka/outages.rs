//! What a producer of transactions sees when brokers are killed, restarted or locked: proof of the harness and of the loop.
//!
//! Like `facts`, and with its words, but on clusters of their own. The service under the same outages is not tested here.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::producer::Producer;

use crate::Test;
use crate::broker::Stop;
use crate::case::{Case, Needs};
use crate::client::{Client, wait_until};
use crate::facts::{Class, LIMIT, class, create, producer, values, write};
use crate::layout::ClusterKind;

pub const TESTS: &[Test] = &[
    ("outages::a_bounce_loses_and_doubles_nothing", Needs::OwnBrokers, a_bounce_loses_and_doubles_nothing),
    ("outages::one_killed_broker_of_three_is_survived", Needs::OwnBrokers, one_killed_broker_of_three_is_survived),
    ("outages::the_secured_listener_wants_the_password", Needs::OwnBrokers, the_secured_listener_wants_the_password),
];

fn a_bounce_loses_and_doubles_nothing(case: &Case) -> Result<()> {
    let cluster = case.own(ClusterKind::Single)?;
    write_through(case, &Client::new(&cluster), |progress| {
        for how in [Stop::Kill, Stop::Gracefully] {
            progress()?;
            cluster.bounce(how)?;
        }
        Ok(())
    })
}

fn one_killed_broker_of_three_is_survived(case: &Case) -> Result<()> {
    let cluster = case.own(ClusterKind::Three)?;
    write_through(case, &Client::new(&cluster), |progress| {
        for index in 0..3 {
            progress()?;
            cluster.stop_broker(index, Stop::Kill)?;
            // Two of three are enough: work goes on while the killed one is away.
            progress()?;
            cluster.start_broker(index)?;
        }
        Ok(())
    })
}

/// Waits until some more transactions are committed, so that no disturbance falls into the shadow of the one before it.
type Progress<'a> = dyn Fn() -> Result<()> + 'a;

/// Commits one numbered record a transaction for as long as `disturb` runs, doing what the loop does with an error, and
/// checks that every number can be read exactly once and in order.
fn write_through<F>(case: &Case, client: &Client, disturb: F) -> Result<()>
where
    F: FnOnce(&Progress) -> Result<()> + Send,
{
    const SOME: u32 = 20;
    let topic = case.named("out");
    create(client, &topic, &[])?;
    let written = AtomicU32::new(0);
    std::thread::scope(|scope| {
        let disturbance = scope.spawn(|| {
            disturb(&|| {
                let goal = written.load(Ordering::Relaxed) + SOME;
                wait_until("more is committed", 10 * LIMIT, || Ok(written.load(Ordering::Relaxed) >= goal))
            })
        });
        write_until(client, &topic, &case.named("id"), &written, SOME, || disturbance.is_finished())?;
        disturbance.join().ok().context("the disturbance panicked")?
    })?;
    let wanted: Vec<String> = (0..written.into_inner()).map(|n| n.to_string()).collect();
    let found = values(&client.read_committed(&topic)?);
    ensure!(found == wanted, "{} records were committed, {} are read", wanted.len(), found.len());
    Ok(())
}

/// The writing half of `write_through`: it ends `extra` transactions after `over` says so.
fn write_until(
    client: &Client,
    topic: &str,
    id: &str,
    written: &AtomicU32,
    extra: u32,
    over: impl Fn() -> bool,
) -> Result<()> {
    let mut producer = producer(client, id, &[])?;
    let (mut aborted, mut rebuilt, mut slowest, mut left) = (0, 0, Duration::ZERO, extra);
    while left > 0 {
        if over() {
            left -= 1;
        }
        let next = written.load(Ordering::Relaxed);
        let start = Instant::now();
        write(&producer, topic, &next.to_string())?;
        match producer.commit_transaction(10 * LIMIT) {
            Ok(()) => written.store(next + 1, Ordering::Relaxed),
            Err(error) if class(&error) == Class::Abortable => {
                producer.abort_transaction(LIMIT)?;
                aborted += 1;
            }
            Err(error) if class(&error) == Class::Fatal => {
                drop(producer);
                producer = crate::facts::producer(client, id, &[])?;
                // Whether the commit took place is unknown. The loop asks for its committed offset; here, the records tell.
                written.store(u32::try_from(client.read_committed(topic)?.len())?, Ordering::Relaxed);
                rebuilt += 1;
            }
            Err(error) => return Err(error.into()),
        }
        slowest = slowest.max(start.elapsed());
    }
    let written = written.load(Ordering::Relaxed);
    println!("{written} transactions, {aborted} aborted, {rebuilt} producers rebuilt, the slowest took {slowest:?}");
    Ok(())
}

fn the_secured_listener_wants_the_password(case: &Case) -> Result<()> {
    let cluster = case.own(ClusterKind::Secured)?;
    let client = Client::new(&cluster);
    let topic = case.named("out");
    create(&client, &topic, &[])?;
    let right = producer(&client, &case.named("id"), &[])?;
    write(&right, &topic, "committed")?;
    right.commit_transaction(LIMIT)?;
    ensure!(values(&client.read_committed(&topic)?) == ["committed"]);
    for (key, value) in [("sasl.password", "wrong"), ("ssl.ca.location", "probe"), ("security.protocol", "PLAINTEXT")] {
        let refused: BaseConsumer = client.config().set(key, value).create()?;
        let answer = refused.fetch_metadata(None, Duration::from_secs(2)).map(|_| ());
        ensure!(answer.is_err(), "a client with {key}={value} was let in");
    }
    Ok(())
}
