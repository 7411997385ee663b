//! What a record costs, from JSON bytes to outcome, beside the least that any program would have to do with it.
//!
//! Three articles of the usual 4.7 KB: one that the gate turns away unread, one that it lets through for a single word
//! and in which nothing happens, and one full of events. The rival is a bare pass over the same bytes in the same run:
//! the gate's literals over a lower-cased copy, and serde_json reading the fields that an article has. Absolute times
//! depend on the machine; the ratios printed at the end do not, and are what a change is judged by.

use std::borrow::Cow;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use aho_corasick::{AhoCorasick, MatchKind};
use criterion::{Criterion, Throughput};
use sanctions_stream::input::Record;
use sanctions_stream::pipeline::{Options, Outcome, Pipeline, Scratch};
use sanctions_stream::rules::RuleSet;
use serde::Deserialize;

const QUIET: &str = include_str!("quiet.txt");
const HOT: &str = include_str!("hot.txt");

/// One article as it comes from a topic.
fn article(id: &str, headline: &str, body: &str) -> Vec<u8> {
    let value = serde_json::json!({
        "id": id,
        "version": "1",
        "url": format!("https://courier.example/2025/12/13/{id}"),
        "headline": headline,
        "body": body,
        "publishedAt": "2025-12-13T18:40:00Z",
        "language": "en",
        "source": {"name": "Baltic Courier", "uri": "https://courier.example", "country": "LV"},
        "pubStatus": "usable",
    });
    serde_json::to_vec(&value).expect("a JSON value can be written")
}

/// The fields of an article, read as a consumer without any rules would read them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "reading them is the work that is measured")]
struct Plain<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    headline: Cow<'a, str>,
    #[serde(borrow)]
    body: Cow<'a, str>,
    #[serde(borrow)]
    published_at: Cow<'a, str>,
    #[serde(borrow)]
    pub_status: Cow<'a, str>,
}

/// The rival: every gate literal of the built-in events over a lower-cased copy, then the JSON.
struct Bare {
    literals: Vec<AhoCorasick>,
    lowered: Vec<u8>,
}

impl Bare {
    fn new() -> Self {
        #[derive(Deserialize)]
        struct Events {
            event: Vec<Event>,
        }
        #[derive(Deserialize)]
        struct Event {
            gate: Vec<String>,
        }
        let files = RuleSet::builtin_files();
        let events = files.iter().find(|f| f.path == "events.toml").expect("the built-in rules declare their events");
        let events: Events = toml::from_str(&events.text).expect("events.toml compiles with the rule set");
        let mut literals: Vec<String> = events.event.into_iter().flat_map(|e| e.gate).collect();
        literals.sort();
        literals.dedup();
        // The fastest way that the library has: SIMD, for up to 64 literals and the leftmost semantics alone.
        let automaton = |some: &[String]| AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(some);
        let literals = literals.chunks(64).map(|some| automaton(some).expect("a few short literals")).collect();
        Self { literals, lowered: Vec::new() }
    }

    /// Lower-cases and scans to the end, then parses.
    fn pass(&mut self, bytes: &[u8]) -> (usize, usize) {
        self.lowered.clear();
        self.lowered.extend_from_slice(bytes);
        self.lowered.make_ascii_lowercase();
        let hits = self.literals.iter().map(|some| some.find_iter(&self.lowered).count()).sum();
        let plain: Plain<'_> = serde_json::from_slice(bytes).expect("an article");
        (hits, black_box(plain).body.len())
    }
}

/// What the pipeline must make of an article, so that nothing else is measured under its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The gate turns it away.
    Quiet,
    /// The gate lets it through and nothing is found.
    Tepid,
    /// It makes alerts.
    Hot,
}

struct Case {
    name: &'static str,
    kind: Kind,
    bytes: Vec<u8>,
}

fn cases() -> Vec<Case> {
    let tepid = QUIET.replace("works had kept", "free works had kept");
    vec![
        Case {
            name: "quiet",
            kind: Kind::Quiet,
            bytes: article("night-train", "First night train arrives at the new quay", QUIET),
        },
        Case {
            name: "tepid",
            kind: Kind::Tepid,
            bytes: article("night-train", "First night train arrives at the new quay", &tepid),
        },
        Case {
            name: "hot",
            kind: Kind::Hot,
            bytes: article("minsk-deal", "Belarus frees 123 prisoners as US lifts potash sanctions", HOT),
        },
    ]
}

fn record(bytes: &[u8]) -> Record<'_> {
    Record { key: None, value: Some(bytes), headers: &[] }
}

fn hold_to_kind(pipeline: &Pipeline, scratch: &mut Scratch, case: &Case) {
    let kind = match pipeline.classify(&record(&case.bytes), scratch) {
        Outcome::Quiet(_) => Kind::Quiet,
        Outcome::Classified(_, found) if found.mentions.is_empty() => Kind::Tepid,
        Outcome::Classified(..) => Kind::Hot,
        Outcome::Rejected(rejected) => panic!("{} is rejected: {rejected:?}", case.name),
    };
    assert_eq!(kind, case.kind, "{} is not what its name says", case.name);
    assert!((4_600..4_950).contains(&case.bytes.len()), "{} has {} bytes", case.name, case.bytes.len());
}

fn measure(criterion: &mut Criterion, pipeline: &Pipeline, bare: &mut Bare) {
    let mut scratch = Scratch::default();
    let mut group = criterion.benchmark_group("core");
    for case in &cases() {
        hold_to_kind(pipeline, &mut scratch, case);
        group.throughput(Throughput::ElementsAndBytes { elements: 1, bytes: case.bytes.len() as u64 });
        group.bench_function(format!("{}/bare", case.name), |b| b.iter(|| bare.pass(black_box(&case.bytes))));
        group.bench_function(format!("{}/classify", case.name), |b| {
            b.iter(|| pipeline.classify(&record(black_box(&case.bytes)), &mut scratch));
        });
        group.bench_function(format!("{}/process", case.name), |b| {
            b.iter(|| pipeline.process(&record(black_box(&case.bytes)), None, &mut scratch));
        });
    }
    group.finish();
}

/// Nanoseconds of the fastest of many short rounds: what the work costs when nothing else runs on the core.
fn fastest(mut work: impl FnMut()) -> f64 {
    const ROUNDS: u32 = 300;
    const CALLS: u32 = 20;
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for _ in 0..CALLS {
            work();
        }
        best = best.min(start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS));
    }
    best
}

/// The figures that the project promises, from one run of alternating rounds.
fn summarise(pipeline: &Pipeline, bare: &mut Bare) {
    let mut scratch = Scratch::default();
    println!("\nfastest round      process      a second       bytes/s   bare pass    ratio");
    for case in &cases() {
        let ours = fastest(|| {
            black_box(pipeline.process(&record(black_box(&case.bytes)), None, &mut scratch));
        });
        let theirs = fastest(|| {
            black_box(bare.pass(black_box(&case.bytes)));
        });
        println!(
            "{:<12} {:>10.2} us {:>13.0} {:>9.2} GB/s {:>8.2} us {:>8.2}",
            case.name,
            ours / 1e3,
            1e9 / ours,
            case.bytes.len() as f64 / ours,
            theirs / 1e3,
            ours / theirs
        );
    }
    println!("to reach: quiet >= 1 GB/s and a ratio <= 3; hot >= 20000 a second\n");
}

fn main() {
    let pipeline = Pipeline::new(Arc::new(RuleSet::builtin()), Options::default());
    let mut bare = Bare::new();
    let mut criterion = Criterion::default().configure_from_args();
    measure(&mut criterion, &pipeline, &mut bare);
    criterion.final_summary();
    // `cargo test --benches` only asks whether it runs.
    if !std::env::args().any(|a| a == "--test" || a == "--list") {
        summarise(&pipeline, &mut bare);
    }
}
