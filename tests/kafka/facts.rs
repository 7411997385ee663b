//! What the transaction loop in `src/kafka/` takes for granted, proved on a real broker with the client that it uses.
//!
//! No binary and no code of the service is involved: when one of these fails, Kafka or librdkafka has changed, and the loop
//! must be thought through again. What was measured along the way is in docs/real-kafka.md.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::producer::{BaseProducer, Producer, PurgeConfig};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use rdkafka::types::RDKafkaErrorCode;

use crate::Test;
use crate::case::{Case, Needs};
use crate::client::{Client, Record, Topic, drain, send, wait_until};

pub const TESTS: &[Test] = &[
    ("facts::a_record_comes_back_byte_for_byte", Needs::Broker, a_record_comes_back_byte_for_byte),
    ("facts::aborted_records_are_invisible", Needs::Broker, aborted_records_are_invisible),
    ("facts::an_open_transaction_hides_later_records", Needs::Broker, an_open_transaction_hides_later_records),
    ("facts::offsets_of_an_aborted_transaction_are_lost", Needs::Broker, offsets_of_an_aborted_transaction_are_lost),
    ("facts::a_second_producer_fences_the_first", Needs::Broker, a_second_producer_fences_the_first),
    ("facts::a_timed_out_transaction_looks_fenced", Needs::Broker, a_timed_out_transaction_looks_fenced),
    ("facts::a_member_that_left_cannot_commit", Needs::Broker, a_member_that_left_cannot_commit),
    ("facts::a_record_too_large_is_abortable", Needs::Broker, a_record_too_large_is_abortable),
    ("facts::a_drained_commit_has_no_floor", Needs::Broker, a_drained_commit_has_no_floor),
    ("facts::an_abort_needs_a_purge_first", Needs::Broker, an_abort_needs_a_purge_first),
];

pub const LIMIT: Duration = Duration::from_secs(30);

/// The three answers that the loop tells apart.
#[derive(Debug, PartialEq, Eq)]
pub enum Class {
    Abortable,
    Fatal,
    Other,
}

pub fn class(error: &KafkaError) -> Class {
    match error {
        KafkaError::Transaction(error) if error.is_fatal() => Class::Fatal,
        KafkaError::Transaction(error) if error.txn_requires_abort() => Class::Abortable,
        _ => Class::Other,
    }
}

/// A producer that is ready for its first transaction.
pub fn producer(client: &Client, id: &str, settings: &[(&str, &str)]) -> Result<BaseProducer> {
    let mut config = client.config();
    config.set("transactional.id", id).set("linger.ms", "0");
    for (key, value) in settings {
        config.set(*key, *value);
    }
    let producer: BaseProducer = config.create()?;
    producer.init_transactions(LIMIT)?;
    Ok(producer)
}

pub fn create(client: &Client, name: &str, settings: &[(&str, &str)]) -> Result<()> {
    client.create_topics(&[Topic { name, partitions: 1, settings }])
}

/// One record in one transaction, which is left open with the record acknowledged or refused.
pub fn write(producer: &BaseProducer, topic: &str, value: &str) -> Result<()> {
    producer.begin_transaction()?;
    send(producer, &Record::new(topic, "key", value))?;
    drain(producer, 10 * LIMIT)
}

pub fn values(records: &[Record]) -> Vec<String> {
    let value = |record: &Record| String::from_utf8_lossy(record.value.as_deref().unwrap_or_default()).into_owned();
    records.iter().map(value).collect()
}

fn offset(topic: &str, next: i64) -> Result<TopicPartitionList> {
    let mut list = TopicPartitionList::new();
    list.add_partition_offset(topic, 0, Offset::Offset(next))?;
    Ok(list)
}

/// A group member that has its assignment and has read the first record of the topic.
fn member(client: &Client, group: &str, topic: &str) -> Result<BaseConsumer> {
    let mut config = client.config();
    config.set("group.id", group).set("enable.auto.commit", "false").set("auto.offset.reset", "earliest");
    let consumer: BaseConsumer = config.create()?;
    consumer.subscribe(&[topic])?;
    wait_until("the member reads", LIMIT, || Ok(consumer.poll(Duration::from_millis(100)).transpose()?.is_some()))?;
    Ok(consumer)
}

fn a_record_comes_back_byte_for_byte(case: &Case) -> Result<()> {
    let client = Client::new(&*case.shared()?);
    let topic = case.named("out");
    create(&client, &topic, &[("cleanup.policy", "compact")])?;
    let mut tombstone = Record::new(&topic, "key", "");
    tombstone.value = None;
    // A name may come twice, bytes need not be text, and a header may have no value at all: a dead letter keeps it all.
    let mut odd = Record::new(&topic, "key", r#"{"a": 1}"#).header("twice", "first").header("twice", [0xff, 0x00]);
    odd.headers.push(("nothing".into(), None));
    client.produce(&[odd.clone(), tombstone.clone(), Record::new(&topic, "key", "")])?;
    let found = client.read_committed(&topic)?;
    ensure!(found.len() == 3, "{found:?}");
    ensure!(found[0].headers == odd.headers && found[0].key == odd.key && found[0].json()?["a"] == 1, "{found:?}");
    ensure!(found[0].header_text("twice") == Some("first") && found[0].header_text("nothing").is_none());
    // A tombstone deletes, an empty value does not: they must not be taken for each other.
    ensure!(found[1].value.is_none() && found[2].value.as_deref() == Some(b""), "{found:?}");
    Ok(())
}

fn aborted_records_are_invisible(case: &Case) -> Result<()> {
    let client = Client::new(&*case.shared()?);
    let topic = case.named("out");
    create(&client, &topic, &[])?;
    let producer = producer(&client, &case.named("id"), &[])?;
    write(&producer, &topic, "aborted")?;
    producer.abort_transaction(LIMIT)?;
    write(&producer, &topic, "committed")?;
    producer.commit_transaction(LIMIT)?;
    ensure!(values(&client.read_committed(&topic)?) == ["committed"]);
    // The aborted record is in the log: it is the reader that leaves it out.
    ensure!(values(&client.read_uncommitted(&topic)?) == ["aborted", "committed"]);
    // Markers take offsets too, so the offsets of what is read are not dense.
    ensure!(client.read_committed(&topic)?[0].offset == Some(2));
    Ok(())
}

fn an_open_transaction_hides_later_records(case: &Case) -> Result<()> {
    let client = Client::new(&*case.shared()?);
    let topic = case.named("out");
    create(&client, &topic, &[])?;
    let slow = producer(&client, &case.named("slow"), &[])?;
    let quick = producer(&client, &case.named("quick"), &[])?;
    write(&slow, &topic, "slow")?;
    write(&quick, &topic, "quick")?;
    quick.commit_transaction(LIMIT)?;
    ensure!(client.read_committed(&topic)?.is_empty(), "a commit behind an open transaction is already visible");
    // A new producer of the same id ends the open transaction: that is how a restarted service frees its readers.
    let _restarted = producer(&client, &case.named("slow"), &[])?;
    wait_until("the open transaction is aborted", LIMIT, || Ok(values(&client.read_committed(&topic)?) == ["quick"]))
}

fn offsets_of_an_aborted_transaction_are_lost(case: &Case) -> Result<()> {
    let client = Client::new(&*case.shared()?);
    let (input, output, group) = (case.named("in"), case.named("out"), case.named("group"));
    create(&client, &input, &[])?;
    create(&client, &output, &[])?;
    client.produce(&[Record::new(&input, "key", "1"), Record::new(&input, "key", "2")])?;
    let consumer = member(&client, &group, &input)?;
    let producer = producer(&client, &case.named("id"), &[])?;
    let metadata = || consumer.group_metadata().context("no group metadata");

    write(&producer, &output, "aborted")?;
    producer.send_offsets_to_transaction(&offset(&input, 1)?, &metadata()?, LIMIT)?;
    producer.abort_transaction(LIMIT)?;
    ensure!(client.committed(&group, &input)?[&0].is_none());
    ensure!(client.lag(&group, &input)? == 2);

    write(&producer, &output, "committed")?;
    producer.send_offsets_to_transaction(&offset(&input, 2)?, &metadata()?, LIMIT)?;
    // Kafka keeps the answer back while the offset is pending. The loop must not ask for it then.
    let pending = consumer.committed_offsets(offset(&input, 0)?, Duration::from_secs(1));
    let code = pending.as_ref().err().and_then(KafkaError::rdkafka_error_code);
    ensure!(code == Some(RDKafkaErrorCode::OperationTimedOut), "{pending:?}");
    producer.commit_transaction(LIMIT)?;
    ensure!(client.committed(&group, &input)?[&0] == Some(2));
    ensure!(client.lag(&group, &input)? == 0);
    Ok(())
}

fn a_second_producer_fences_the_first(case: &Case) -> Result<()> {
    let client = Client::new(&*case.shared()?);
    let topic = case.named("out");
    create(&client, &topic, &[])?;
    let zombie = producer(&client, &case.named("id"), &[])?;
    write(&zombie, &topic, "zombie")?;
    let successor = producer(&client, &case.named("id"), &[])?;
    let refused = zombie.commit_transaction(LIMIT).err().context("the zombie has committed")?;
    ensure!(
        class(&refused) == Class::Fatal && refused.rdkafka_error_code() == Some(RDKafkaErrorCode::Fenced),
        "{refused:?}"
    );
    let abort = zombie.abort_transaction(LIMIT).err().context("a fenced producer can abort")?;
    ensure!(class(&abort) == Class::Fatal, "{abort:?}");
    write(&successor, &topic, "successor")?;
    successor.commit_transaction(LIMIT)?;
    ensure!(values(&client.read_committed(&topic)?) == ["successor"]);
    Ok(())
}

fn a_timed_out_transaction_looks_fenced(case: &Case) -> Result<()> {
    let client = Client::new(&*case.shared()?);
    let topic = case.named("out");
    create(&client, &topic, &[])?;
    let late = producer(&client, &case.named("id"), &[("transaction.timeout.ms", "1000")])?;
    write(&late, &topic, "late")?;
    let other = producer(&client, &case.named("other"), &[])?;
    write(&other, &topic, "other")?;
    other.commit_transaction(LIMIT)?;
    // The other record becomes visible when the broker has ended the late transaction by itself.
    wait_until("the late transaction times out", LIMIT, || Ok(values(&client.read_committed(&topic)?) == ["other"]))?;
    let refused = late.commit_transaction(LIMIT).err().context("a timed-out transaction was committed")?;
    // Nobody else has this id: "fenced" does not mean that another instance took over.
    ensure!(
        class(&refused) == Class::Fatal && refused.rdkafka_error_code() == Some(RDKafkaErrorCode::Fenced),
        "{refused:?}"
    );
    drop(late);
    let rebuilt = producer(&client, &case.named("id"), &[])?;
    write(&rebuilt, &topic, "again")?;
    rebuilt.commit_transaction(LIMIT)?;
    ensure!(values(&client.read_committed(&topic)?) == ["other", "again"]);
    Ok(())
}

fn a_member_that_left_cannot_commit(case: &Case) -> Result<()> {
    let client = Client::new(&*case.shared()?);
    let (input, output, group) = (case.named("in"), case.named("out"), case.named("group"));
    create(&client, &input, &[])?;
    create(&client, &output, &[])?;
    client.produce(&[Record::new(&input, "key", "1")])?;
    let gone = member(&client, &group, &input)?;
    let stale = gone.group_metadata().context("no group metadata")?;
    drop(gone);
    let current = member(&client, &group, &input)?;
    let producer = producer(&client, &case.named("id"), &[])?;
    write(&producer, &output, "stale")?;
    let refused = producer.send_offsets_to_transaction(&offset(&input, 1)?, &stale, LIMIT).err().context("accepted")?;
    ensure!(class(&refused) == Class::Abortable, "{refused:?}");
    producer.abort_transaction(LIMIT)?;
    write(&producer, &output, "current")?;
    let metadata = current.group_metadata().context("no group metadata")?;
    producer.send_offsets_to_transaction(&offset(&input, 1)?, &metadata, LIMIT)?;
    producer.commit_transaction(LIMIT)?;
    ensure!(values(&client.read_committed(&output)?) == ["current"]);
    ensure!(client.committed(&group, &input)?[&0] == Some(1));
    Ok(())
}

fn a_record_too_large_is_abortable(case: &Case) -> Result<()> {
    let client = Client::new(&*case.shared()?);
    let topic = case.named("small");
    create(&client, &topic, &[("max.message.bytes", "1000")])?;
    let producer = producer(&client, &case.named("id"), &[])?;
    write(&producer, &topic, &"x".repeat(5_000))?;
    let refused = producer.commit_transaction(LIMIT).err().context("a record too large was committed")?;
    let code = refused.rdkafka_error_code();
    ensure!(class(&refused) == Class::Abortable && code == Some(RDKafkaErrorCode::MessageSizeTooLarge), "{refused:?}");
    producer.abort_transaction(LIMIT)?;
    // The refused record has used up a sequence number: the next transaction to the partition fails too, abortably,
    // and only the abort of that one makes the producer whole. A loop that counts aborts must allow for it.
    write(&producer, &topic, "fits")?;
    let gap = producer.commit_transaction(LIMIT).err().context("no gap in the sequence any more: simplify the loop")?;
    let code = gap.rdkafka_error_code();
    ensure!(class(&gap) == Class::Abortable && code == Some(RDKafkaErrorCode::OutOfOrderSequenceNumber), "{gap:?}");
    producer.abort_transaction(LIMIT)?;
    write(&producer, &topic, "fits")?;
    producer.commit_transaction(LIMIT)?;
    ensure!(values(&client.read_committed(&topic)?) == ["fits"]);
    Ok(())
}

fn a_drained_commit_has_no_floor(case: &Case) -> Result<()> {
    const ROUNDS: usize = 30;
    let client = Client::new(&*case.shared()?);
    let topic = case.named("out");
    create(&client, &topic, &[])?;
    let producer = producer(&client, &case.named("id"), &[])?;
    let record = Record::new(&topic, "key", "x".repeat(1_500));
    let median = |drained: bool| -> Result<Duration> {
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            producer.begin_transaction()?;
            for _ in 0..100 {
                send(&producer, &record)?;
            }
            let start = Instant::now();
            if drained {
                drain(&producer, LIMIT)?;
            }
            producer.commit_transaction(LIMIT)?;
            times.push(start.elapsed());
        }
        times.sort();
        Ok(times[ROUNDS / 2])
    };
    let (drained, plain) = (median(true)?, median(false)?);
    println!(
        "commit of 100 records of 1,500 bytes, median of {ROUNDS}: drained first {drained:?}, not drained {plain:?}"
    );
    ensure!(drained < Duration::from_millis(80), "drained {drained:?}, not drained {plain:?}");
    Ok(())
}

fn an_abort_needs_a_purge_first(case: &Case) -> Result<()> {
    let client = Client::new(&*case.shared()?);
    let topic = case.named("out");
    create(&client, &topic, &[])?;
    let producer = producer(&client, &case.named("id"), &[])?;
    producer.begin_transaction()?;
    for _ in 0..100 {
        send(&producer, &Record::new(&topic, "key", "aborted"))?;
    }
    let hung =
        producer.abort_transaction(Duration::from_secs(1)).err().context("an abort works without a purge now")?;
    ensure!(class(&hung) == Class::Other, "{hung:?}");
    let start = Instant::now();
    producer.purge(PurgeConfig::default().queue().inflight());
    drain(&producer, LIMIT)?;
    producer.abort_transaction(LIMIT)?;
    ensure!(start.elapsed() < Duration::from_secs(2), "the purged abort took {:?}", start.elapsed());
    write(&producer, &topic, "committed")?;
    producer.commit_transaction(LIMIT)?;
    ensure!(values(&client.read_committed(&topic)?) == ["committed"]);
    Ok(())
}
