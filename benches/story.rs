//! The story stage with 100,000 open stories: the pure state machine alone, what reading mentions and writing alerts and
//! stories adds to it, memory, and restoring.
//!
//! The stories are spread as news is: a few states do most of what is reported, most stories have one or two reports, and
//! half of the reports leave something out. There are about a hundred a day, which is many times what the news has, over
//! so many days as make a hundred thousand: with thousands a day between the same few states no reader could tell events
//! apart, and the stage would measure how it joins them.
//!
//! The summary at the end is one pass over mentions that were made before the clock was started; criterion measures the
//! same calls one by one.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use jiff::{SignedDuration, Timestamp};
use sanctions_stream::input::{Document, Field, Header, Kind, Record, Source, Standing};
use sanctions_stream::output::{self, Emitted, Engine, Incoming, Origin};
use sanctions_stream::pipeline::{Options, StoryStage};
use sanctions_stream::rules::{self, Classified, Count, Evidence, Qualifier, Role, RuleSet, Setting, Status};
use sanctions_stream::story::{Mention, MentionId, Report, State, Text, Type};

/// Counts the bytes in use.
struct Counting;

static IN_USE: AtomicUsize = AtomicUsize::new(0);

// SAFETY: hands everything to the system allocator and only counts.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        IN_USE.fetch_add(layout.size(), Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Stories held open.
const OPEN: usize = 100_000;

/// Mentions of a pass.
const PASS: usize = 50_000;

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }

    /// One of `limit`, the first ones much more often than the last.
    fn skewed(&mut self, limit: usize) -> usize {
        let (a, b) = (self.below(limit), self.below(limit));
        self.below(a.min(b) + 1)
    }
}

/// A code that stands for one of 200 states.
fn state(number: usize) -> Text {
    let letter = |n: usize| char::from(b'A' + u8::try_from(n).unwrap_or(0));
    [letter(number / 26), letter(number % 26)].iter().collect::<String>().into()
}

fn person(number: usize) -> Text {
    const SYLLABLES: [&str; 20] = [
        "ba", "ker", "lo", "min", "sha", "tov", "ri", "den", "kal", "mu", "pe", "sol", "vi", "zan", "gor", "hal",
        "nik", "ost", "dra", "fel",
    ];
    let part = |n: usize| SYLLABLES[n % 20];
    let (first, last) = (number / 400, number);
    format!("{}{} {}{}{}", part(first), part(first / 20), part(last), part(last / 20), part(last / 7)).into()
}

/// The mention number `number` of an endless stream, about one of `events` events.
fn mention(number: usize, events: usize, numbers: &mut Numbers) -> Mention {
    let event = numbers.below(events);
    // Everything about an event follows from its number.
    let mut own = Numbers(event as u64);
    let kind = u16::try_from(own.below(3)).unwrap_or(0);
    let (acts, hit) = (state(own.skewed(200)), state(own.skewed(200)));
    let day = own.below(1_000);
    let count = 1 + own.below(400);
    let (named, counted) = (own.below(2) == 0, own.below(3) > 0);
    let start = Timestamp::from_second(1_760_000_000).unwrap_or_default();
    let hours = i64::try_from(day * 24 + numbers.below(30)).unwrap_or(0);
    let leaves_out = numbers.below(4);
    let release = kind == 2;
    Mention {
        event: kind,
        key: if release { acts.clone() } else { hit.clone() },
        report: Report {
            mention: MentionId(number as u128 + 1),
            document: format!("urn:news:outlet-{}:{number}", number % 300).into(),
            version: None,
            corrects: None,
            content: number as u128,
            publisher: Some(format!("Outlet {}", numbers.below(300)).into()),
            originator: None,
            url: Some(format!("https://outlet-{}.example/2025/12/13/{number}", number % 300).into()),
            published: Some(start + SignedDuration::from_hours(hours)),
            status: if numbers.below(5) == 0 { Status::Announced } else { Status::Enacted },
            subtype: None,
            authority: if leaves_out == 1 { [].into() } else { [acts.clone()].into() },
            target: if leaves_out == 2 || release { [].into() } else { [hit.clone()].into() },
            count: (counted && leaves_out != 3)
                .then(|| Count { value: u32::try_from(count).unwrap_or(0), qualifier: Qualifier::Exact }),
            persons: if named && leaves_out != 3 { [person(event)].into() } else { [].into() },
            measure: None,
            date: None,
            parties: [acts, hit].into(),
            named: [].into(),
            ties: [].into(),
        },
    }
}

/// The same mention as the first stage writes it: a record of `sanctions.mentions`.
fn record(mention: &Mention, rules: &RuleSet, engine: &Engine<'_>) -> Emitted {
    const TEXT: &str = "The ministry said in a statement on Saturday that the decision had been taken after months of \
                        talks, and that those concerned had been told of it in the morning; families waited outside.";
    let Mention { event, report, .. } = mention;
    let owned = |list: &[Text]| list.iter().map(ToString::to_string).collect::<Vec<String>>();
    let roles = [Role::Trigger, Role::Object, Role::Authority, Role::Target, Role::Count, Role::Person];
    let evidence = (0_usize..).zip(roles).map(|(at, role)| Evidence {
        role,
        field: 0,
        start: at * 20,
        end: at * 20 + 18,
        rule: "release.verb.free".to_owned(),
    });
    let found = rules::Mention {
        event: rules.events()[usize::from(*event)].name.clone(),
        subtype: None,
        status: report.status,
        cameo: "0841".to_owned(),
        authority: owned(&report.authority),
        target: owned(&report.target),
        count: report.count,
        remaining: None,
        parts: vec![],
        persons: owned(&report.persons),
        measure: None,
        provisions: vec![],
        date: None,
        destination: vec![],
        criminal: false,
        confidence: 0.9,
        confidence_parts: vec![("rule", 0.9)],
        evidence: evidence.collect(),
        rule: "release.verb.free".to_owned(),
    };
    let document = Document {
        id: (&*report.document).into(),
        id_derived: false,
        version: None,
        kind: Kind::Article,
        class: None,
        fields: vec![Field { name: "body".into(), text: format!("{TEXT} {}", report.document).into(), blanked: None }],
        published_at: report.published,
        url: report.url.as_deref().map(Into::into),
        language: None,
        source: Source { name: report.publisher.as_deref().map(Into::into), ..Source::default() },
        standing: Standing::Usable,
        correction_of: None,
        embargoed_until: None,
        genres: vec![],
    };
    let setting = Setting { parties: owned(&report.parties), ..Setting::default() };
    let classified = Classified { mentions: vec![found], setting, ..Classified::default() };
    let origin = Origin::new(&document, None, &[]);
    output::mentions(&origin, &classified, rules.events(), engine).expect("the spans cut the text").remove(0)
}

fn types() -> Vec<Type> {
    RuleSet::builtin().events().iter().map(Type::from).collect()
}

/// A state with that many stories.
fn filled(open: usize) -> (State, usize) {
    let mut state = State::new(types(), 10_000, 1_000_000);
    let mut numbers = Numbers(1);
    let mut heard = 0;
    while state.len() < open {
        state.observe(mention(heard, open * 3, &mut numbers));
        heard += 1;
        assert!(heard < open * 20, "the stream holds only {} events that are told apart", state.len());
    }
    (state, heard)
}

/// Time that this thread was at work, where the system tells it: with other work on the machine it is less than has passed.
fn at_work(since: Instant) -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|told| told.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| since.elapsed(), Duration::from_nanos)
}

/// One pass in one thread: how long each call took, in microseconds.
fn pass<T>(calls: impl ExactSizeIterator<Item = T>, mut call: impl FnMut(T)) -> f64 {
    let (number, now) = (calls.len(), Instant::now());
    let started = at_work(now);
    calls.for_each(&mut call);
    (at_work(now) - started).as_secs_f64() * 1e6 / number as f64
}

fn told(what: &str, micros: f64) {
    println!("{what}: {micros:.2} us, {:.0} a second", 1e6 / micros);
}

fn main() {
    let before = IN_USE.load(Ordering::Relaxed);
    let mut filled_state = None;
    let micros = pass(std::iter::once(()), |()| filled_state = Some(filled(OPEN)));
    let (state, heard) = filled_state.expect("one pass");
    let all = IN_USE.load(Ordering::Relaxed) - before;
    println!("{} stories from {heard} mentions in {:.2} s", state.len(), micros / 1e6);
    let reports: usize = state.stories().map(|story| story.reports.len()).sum();
    let before = IN_USE.load(Ordering::Relaxed);
    let copies: Vec<Vec<Report>> = state.stories().map(|story| story.reports.clone()).collect();
    let of_reports = IN_USE.load(Ordering::Relaxed) - before;
    drop(copies);
    println!(
        "memory: {} bytes a story with its places in the index, and {} bytes a report ({reports} reports)",
        (all - of_reports) / state.len(),
        of_reports / reports
    );

    let rules = Arc::new(RuleSet::builtin());
    let engine = Engine::of(&rules, "bench");
    let mut numbers = Numbers(2);
    let mut number = heard;
    let mut next = || {
        number += 1;
        mention(number, OPEN * 3, &mut numbers)
    };

    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("story");
    group.throughput(Throughput::Elements(1)).measurement_time(Duration::from_secs(10));
    // Mentions of the same events go on: most of them join, some open stories. The copy is made once: over the run the
    // state grows by a few per cent.
    let mut live = state.clone();
    group.bench_function("the state machine alone, 100,000 open stories", |bencher| {
        bencher.iter_batched(&mut next, |mention| black_box(live.observe(mention)), criterion::BatchSize::SmallInput);
    });
    group.finish();
    println!("{} stories at the end", live.len());
    drop(live);

    // The state as it is written, and back.
    let records: Vec<_> =
        state.stories().map(|story| output::story_record(story, state.clock(), state.types(), &[], &engine)).collect();
    let bytes: usize = records.iter().map(|record| record.value.as_ref().map_or(0, Vec::len)).sum();
    let mut stage = StoryStage::new(Arc::clone(&rules), &Options { window_days: 10_000, ..Options::default() });
    let each = pass(records.iter(), |record| {
        stage.restore(record.key.as_deref(), record.value.as_deref()).expect("what was written is read back");
    });
    let seconds = each * records.len() as f64 / 1e6;
    println!("restored {} stories ({} MB) in {seconds:.2} s", stage.open_stories(), bytes >> 20);
    drop(records);

    // One pass each over the same mentions.
    let mentions: Vec<Mention> = (0..PASS).map(|_| next()).collect();
    let written: Vec<Emitted> = mentions.iter().map(|mention| record(mention, &rules, &engine)).collect();
    let bytes: usize = written.iter().map(|record| record.value.as_ref().map_or(0, Vec::len)).sum();
    let mut live = state;
    let alone = pass(mentions.into_iter(), |mention| drop(black_box(live.observe(mention))));
    drop(live);
    let types = types();
    let reading = pass(written.iter(), |record| {
        let incoming = Incoming::read(record.value.as_deref().unwrap_or_default()).expect("a mention");
        drop(black_box(incoming.mention("BY", &types)));
    });
    let (mut alerts, mut out) = (0, 0);
    let whole = pass(written.iter(), |record| {
        let headers: Vec<Header<'_>> =
            record.headers.iter().map(|(name, value)| Header { name, value: value.as_deref() }).collect();
        let record = Record { key: record.key.as_deref(), value: record.value.as_deref(), headers: &headers };
        let processed = black_box(stage.process(&record, None));
        assert_eq!(processed.tally.rejected, None);
        alerts += processed.tally.alerts.len();
        out += processed.emitted.iter().map(|record| record.value.as_ref().map_or(0, Vec::len)).sum::<usize>();
    });
    println!("of {PASS} mentions, on one core, with {OPEN} stories open ({alerts} alerts):");
    told("  the state machine alone", alone);
    told(&format!("  reading a mention, {} bytes of JSON", bytes / PASS), reading);
    told(&format!("  writing alerts and stories, {} bytes of JSON a mention", out / PASS), whole - reading - alone);
    told("  the whole stage", whole);
}
