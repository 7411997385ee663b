//! Tests against librdkafka's mock cluster: error classes by injection, and the loop from end to end.
//!
//! They show that the loop takes the right turn for each error. They cannot show that anything is exactly once: the
//! mock answers OK to transactions and does nothing; that is proved on a real Kafka, in `tests/kafka`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::types::{RDKafkaApiKey as Api, RDKafkaRespErr as Code};

use super::client;
use super::failure::Failure;
use super::mock::Mock;
use super::publish::{Publication, publish};
use super::range::{Range, read};
use super::service::{Phase, Service};
use super::topics::{Partitions, contract};
use super::transaction::{Ended, Transaction};
use crate::config::Config;
use crate::metrics::{Metrics, StageLabels};
use crate::output::{Destination, Emitted};
use crate::pipeline::{Options, Pipeline, Tally};
use crate::rules::RuleSet;

const IN: &str = "news.articles";
const OUT: &str = "alerts.sanctions-lifted";
const CLASSIFY: StageLabels = StageLabels { stage: "classify" };

struct Bench {
    config: Arc<Config>,
    metrics: Arc<Metrics>,
    mock: Mock,
}

impl Bench {
    fn new(name: &str) -> Self {
        // The reasons for aborts are in the log; a failing test shows them.
        let _ = tracing_subscriber::fmt().with_test_writer().try_init();
        let mut config = Config::default();
        let rules = RuleSet::builtin();
        let mut topics: Vec<_> = contract(&config, &rules, Partitions::all(2), None)
            .into_iter()
            .map(|plan| (plan.name, plan.partitions))
            .collect();
        topics.retain(|(name, _)| name != "policy.notices");
        topics.push(("policy.notices".to_owned(), 1));
        let mock = Mock::start(&topics).unwrap();
        config.kafka.group = name.to_owned();
        config.kafka.instance = Some(name.to_owned());
        config.service.http = None;
        mock.adapt(&mut config);
        let metrics = Arc::new(Metrics::new(&rules));
        Self { config: Arc::new(config), metrics, mock }
    }

    /// Documents read and committed.
    fn consumed(&self) -> u64 {
        self.metrics.records_consumed.get_or_create(&CLASSIFY).get()
    }

    fn transaction(&self) -> Transaction {
        Transaction::start(&self.config, &self.metrics, CLASSIFY, "t-0").unwrap()
    }

    /// A consumer that has joined, so that its group metadata has a generation.
    fn member(&self) -> BaseConsumer {
        let consumer: BaseConsumer = client::consumer(&self.config, "t-0").create().unwrap();
        consumer.subscribe(&[IN]).unwrap();
        wait_for(|| {
            let _ = consumer.poll(Duration::from_millis(20));
            consumer.assignment().unwrap().count() == 2
        });
        consumer
    }
}

fn wait_for(mut done: impl FnMut() -> bool) {
    let began = Instant::now();
    while !done() {
        // Two members find each other slowly on a busy machine: each round of the mock cluster takes seconds.
        assert!(began.elapsed() < Duration::from_secs(90), "waited 90 s in vain");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn emitted(value: &[u8]) -> Emitted {
    Emitted {
        to: Destination::Alerts(OUT.to_owned()),
        key: Some(b"by".to_vec()),
        headers: vec![("ce_type".to_owned(), Some(b"x".to_vec()))],
        value: Some(value.to_vec()),
    }
}

/// One record with one output in a transaction of its own.
fn attempt(transaction: &mut Transaction, consumer: &BaseConsumer, offset: i64) -> Result<Ended, Failure> {
    transaction.open().unwrap();
    let sent = transaction.send(OUT, None, &emitted(b"{}"));
    transaction.done((IN, 0, offset), 10, Some(0), 1, Tally { quiet: true, ..Tally::default() });
    match sent {
        Ok(()) => transaction.commit(consumer),
        Err(error) => transaction.abort(&error),
    }
}

/// A record goes through. After a message that the broker refused, the client finds its own sequence numbers to have a
/// gap, aborts once more and starts a new epoch: that second abort blames no record.
fn settle(transaction: &mut Transaction, consumer: &BaseConsumer, offset: i64) {
    let first = attempt(transaction, consumer, offset).unwrap();
    if first != Ended::Committed {
        assert_eq!(attempt(transaction, consumer, offset), Ok(Ended::Committed));
    }
}

#[test]
fn abortable_errors_abort_once_and_the_same_producer_goes_on() {
    let bench = Bench::new("abortable");
    let consumer = bench.member();
    let mut transaction = bench.transaction();
    let mut offset = 0;
    let cases = [
        (Api::TxnOffsetCommit, Code::RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION),
        (Api::TxnOffsetCommit, Code::RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID),
        (Api::TxnOffsetCommit, Code::RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID),
        (Api::EndTxn, Code::RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID),
        (Api::Produce, Code::RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE),
    ];
    for (api, code) in cases {
        bench.mock.cluster.request_errors(api, &[code]);
        let ended = attempt(&mut transaction, &consumer, offset);
        let Ok(Ended::Aborted(stretches)) = ended else { panic!("{api:?} {code:?}: {ended:?}") };
        assert_eq!(stretches.get(IN, 0).unwrap().first, offset, "{code:?}");
        bench.mock.cluster.clear_request_errors(api);
        settle(&mut transaction, &consumer, offset);
        offset += 1;
    }
    let aborts = bench.metrics.transaction_aborts.get_or_create(&CLASSIFY).get();
    assert!(
        (5..=6).contains(&aborts),
        "one abort for each error, and one for the gap behind a refused message: {aborts}"
    );
    assert_eq!(bench.consumed(), cases.len() as u64, "aborted records must not be counted");
    assert_eq!(transaction.committed(IN, 0), Some(offset));
}

#[test]
fn errors_that_pass_are_waited_out_without_an_abort() {
    let bench = Bench::new("passing");
    let consumer = bench.member();
    let mut transaction = bench.transaction();
    let cases = [
        (Api::TxnOffsetCommit, Code::RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS),
        (Api::AddOffsetsToTxn, Code::RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS),
        (Api::EndTxn, Code::RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE),
        (Api::Produce, Code::RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION),
    ];
    for (offset, (api, code)) in cases.into_iter().enumerate() {
        bench.mock.cluster.request_errors(api, &[code, code]);
        assert_eq!(attempt(&mut transaction, &consumer, offset as i64), Ok(Ended::Committed), "{code:?}");
    }
    assert_eq!(bench.metrics.transaction_aborts.get_or_create(&CLASSIFY).get(), 0);
}

#[test]
fn fencing_is_fatal_names_the_instance_and_a_new_producer_continues() {
    for code in [Code::RD_KAFKA_RESP_ERR_PRODUCER_FENCED, Code::RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH] {
        let bench = Bench::new("fenced");
        let consumer = bench.member();
        let mut transaction = bench.transaction();
        bench.mock.cluster.request_errors(Api::EndTxn, &[code]);
        let ended = attempt(&mut transaction, &consumer, 0);
        let Err(failure @ Failure::Fenced { .. }) = ended else { panic!("{code:?}: {ended:?}") };
        assert!(failure.to_string().contains("--instance"), "{failure}");
        assert_eq!(failure.exit_code(), 4);
        assert_eq!(bench.metrics.fenced.get_or_create(&CLASSIFY).get(), 1);
        transaction.abandon();
        drop(transaction);
        assert_eq!(attempt(&mut bench.transaction(), &consumer, 0), Ok(Ended::Committed));
    }
}

#[test]
fn a_refusal_by_the_cluster_ends_in_exit_code_three_and_blames_no_record() {
    let bench = Bench::new("refused");
    let consumer = bench.member();
    let mut transaction = bench.transaction();
    let code = Code::RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
    bench.mock.cluster.topic_error(OUT, code).unwrap();
    let mut ended = Ok(Ended::Committed);
    for _ in 0..3 {
        ended = attempt(&mut transaction, &consumer, 0);
    }
    let Err(failure @ Failure::Refused(_)) = ended else { panic!("{ended:?}") };
    assert_eq!(failure.exit_code(), 3);
    assert_eq!(transaction.convicted(IN, 0, 0), None);
}

#[test]
fn a_record_that_the_broker_refuses_alone_three_times_is_convicted() {
    let bench = Bench::new("poison");
    let consumer = bench.member();
    let mut transaction = bench.transaction();
    for _ in 0..3 {
        assert_eq!(transaction.convicted(IN, 0, 7), None);
        bench.mock.cluster.request_errors(Api::Produce, &[Code::RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE]);
        assert!(matches!(attempt(&mut transaction, &consumer, 7), Ok(Ended::Aborted(_))));
        bench.mock.cluster.clear_request_errors(Api::Produce);
    }
    assert_eq!(transaction.convicted(IN, 0, 7), Some(3));
    assert_eq!(transaction.convicted(IN, 0, 8), None);
    settle(&mut transaction, &consumer, 7);
    assert_eq!(transaction.convicted(IN, 0, 7), None);
}

#[test]
fn the_size_check_agrees_with_the_client_library() {
    let bench = Bench::new("size");
    let consumer = bench.member();
    let mut transaction = bench.transaction();
    let limit = bench.config.kafka.max_message_bytes;
    assert!(!transaction.fits(&emitted(&vec![b'x'; limit])));
    let largest = emitted(&vec![b'x'; limit - 200]);
    assert!(transaction.fits(&largest));
    transaction.open().unwrap();
    transaction.send(OUT, None, &largest).unwrap();
    transaction.done((IN, 0, 0), 1, None, 1, Tally::default());
    assert_eq!(transaction.commit(&consumer), Ok(Ended::Committed));
}

#[test]
fn a_commit_does_not_wait_out_the_hundred_milliseconds_of_the_client() {
    let bench = Bench::new("floor");
    let consumer = bench.member();
    let mut transaction = bench.transaction();
    attempt(&mut transaction, &consumer, 0).unwrap();
    let began = Instant::now();
    for offset in 1..=10 {
        attempt(&mut transaction, &consumer, offset).unwrap();
    }
    assert!(began.elapsed() < Duration::from_millis(900), "10 commits took {:?}", began.elapsed());
}

#[test]
fn the_service_reads_everything_becomes_ready_and_stops() {
    let bench = Bench::new("service");
    let mut config = (*bench.config).clone();
    config.service.workers = 2;
    let config = Arc::new(config);
    let publications = (0..1_000).map(|n| Publication {
        topic: IN.to_owned(),
        key: Some(format!("{n}").into_bytes()),
        // Tombstones move the offset like everything else.
        value: (n % 10 > 0).then(|| b"{}".to_vec()),
        headers: Vec::new(),
        timestamp: None,
    });
    assert_eq!(publish(&config, publications).unwrap().records, 1_000);

    let pipeline = Pipeline::new(Arc::new(RuleSet::builtin()), Options::default());
    let service = Service::start(&config, &pipeline, &bench.metrics).unwrap();
    let status = service.status();
    wait_for(|| bench.consumed() >= 1_000);
    wait_for(|| status.workers.iter().all(|worker| worker.trouble(Duration::from_secs(5)).is_none()));
    let partitions: usize = status
        .workers
        .iter()
        .map(|worker| if let (Phase::Assigned(count), _) = worker.now() { count } else { 0 })
        .sum();
    assert_eq!(partitions, 5, "two of the articles, one of the notices, two of the mentions");
    service.ask_to_stop();
    service.wait().unwrap();
    assert_eq!(bench.consumed(), 1_000);
    assert!(!bench.metrics.encode().contains("consumer_lag{"), "lag of partitions that were given up is gone");
}

#[test]
fn a_topic_is_read_to_its_end_by_time() {
    let bench = Bench::new("range");
    let records = (0..50).map(|n| Publication {
        topic: OUT.to_owned(),
        key: Some(format!("{}", n % 5).into_bytes()),
        value: Some(format!("{n}").into_bytes()),
        timestamp: Some(1_700_000_000_000 + n),
        ..Publication::default()
    });
    publish(&bench.config, records).unwrap();
    let mut partitions = std::collections::BTreeSet::new();
    let mut times = Vec::new();
    let count = read(&bench.config, OUT, Range::default(), |record| {
        partitions.insert(record.at.partition);
        times.extend(record.at.timestamp);
        std::ops::ControlFlow::Continue(())
    });
    assert_eq!(count, Ok(50));
    assert!(partitions.len() > 1, "records of one partition are in order anyway");
    assert_eq!(times, (1_700_000_000_000..1_700_000_000_050).collect::<Vec<i64>>());
}

#[test]
fn what_is_missing_is_said_before_anything_starts() {
    let bench = Bench::new("missing");
    let pipeline = Pipeline::new(Arc::new(RuleSet::builtin()), Options::default());
    let mut config = (*bench.config).clone();
    config.kafka.topic_prefix = "nowhere.".to_owned();
    let Err(failure) = Service::start(&Arc::new(config.clone()), &pipeline, &bench.metrics) else { panic!("started") };
    assert!(failure.to_string().contains("nowhere.news.articles"), "{failure}");
    assert!(failure.to_string().contains("topics create"), "{failure}");
    config.kafka.brokers = vec!["127.0.0.1:1".to_owned()];
    config.kafka.connect_timeout = Duration::from_millis(500);
    let Err(failure) = Service::start(&Arc::new(config), &pipeline, &bench.metrics) else { panic!("started") };
    assert!(matches!(failure, Failure::Unreachable { .. }), "{failure}");
    assert_eq!(failure.exit_code(), 3);
}
