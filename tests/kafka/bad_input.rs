//! Records that cannot be read: each becomes one dead letter with its reason and its own bytes, and no good record around
//! it is lost; and the two commands that look at dead letters and send them again.
//!
//! Which bytes are bad for which reason is tested in full without a broker. Here one of each kind goes all the way.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::Test;
use crate::articles::Press;
use crate::case::{Case, Needs};
use crate::client::{Record, Topic};
use crate::contract;
use crate::deployment::{Deployment, INPUTS, STOP_LIMIT};
use crate::oracle;

pub const TESTS: &[Test] = &[
    ("bad_input::each_becomes_a_dead_letter_among_good_records", Needs::Broker, each_becomes_a_dead_letter),
    ("bad_input::one_too_large_to_keep_says_where_it_lies", Needs::Broker, one_too_large_to_keep),
];

const PARTITIONS: u32 = 3;
const TWENTY_MB: usize = 20_000_000;
/// What the input topic and, with this flag, the dead letters must hold.
const ROOM: &str = "25000000";
const ROOMY: [&str; 2] = ["--max-message-bytes", ROOM];
const REASON: &str = "sanctions-stream.error.reason";
const OURS: &str = "sanctions-stream.error.";

/// One value of every kind, and the reason it must be rejected for.
fn bad_values() -> Vec<(&'static str, Option<Vec<u8>>)> {
    let article = |body: &str| json!({"id": "bad", "headline": "Belarus frees 5 prisoners", "body": body}).to_string();
    let deep =
        format!(r#"{{"headline": "Belarus frees 5 prisoners", "x": {}{}}}"#, "[".repeat(4_000), "]".repeat(4_000));
    let year_9999 = json!({"headline": "Belarus frees 5 prisoners", "publishedAt": "9999-12-31T23:59:59Z"});
    let no_source =
        json!({"specversion": "1.0", "id": "1", "type": "news.article.v1", "data": {"headline": "Belarus"}});
    let mut values = vec![
        ("invalid-utf8", b"{\"headline\": \"Belarus frees \xff\xfe prisoners\"}".to_vec()),
        ("invalid-json", article("MINSK").into_bytes()),
        ("too-large", article(&"MINSK - Belarus released 5 prisoners. ".repeat(TWENTY_MB / 38)).into_bytes()),
        ("too-deep", deep.into_bytes()),
        ("empty", Vec::new()),
        ("wrong-type", br#"{"headline": 42, "body": ["Belarus", "frees"]}"#.to_vec()),
        ("no-text", br#"{"id": "bad", "headline": "", "body": "  \n "}"#.to_vec()),
        ("invalid-date", year_9999.to_string().into_bytes()),
        ("not-an-object", br#"["Belarus frees 5 prisoners"]"#.to_vec()),
        ("unknown-shape", br#"{"sensor": "roof", "celsius": -4.5}"#.to_vec()),
        ("invalid-cloudevent", no_source.to_string().into_bytes()),
    ];
    // Cut in the middle of its last string.
    values[1].1.truncate(60);
    let mut values: Vec<_> = values.into_iter().map(|(reason, value)| (reason, Some(value))).collect();
    values.push(("tombstone", None));
    values
}

/// A record with a key and headers that no text can hold, a null among them and one name twice.
fn bad_record(topic: &str, partition: usize, value: Option<Vec<u8>>) -> Result<Record> {
    let headers = [("x-id", Some(&[0xff, 0][..])), ("x-null", None), ("x-id", Some(b"again"))];
    Ok(Record {
        topic: topic.to_owned(),
        partition: Some(i32::try_from(partition)?),
        key: Some(vec![0, 0x9f, 0xfe]),
        value,
        headers: headers.map(|(name, value)| (name.to_owned(), value.map(<[u8]>::to_vec))).into(),
        ..Record::default()
    })
}

/// A deployment whose input takes records of 20 MB; with `flags` its dead letters do too, or not.
fn roomy<'c>(case: &'c Case<'c>, flags: &[&str]) -> Result<Deployment<'c>> {
    let deployment = Deployment::without_topics(case, &*case.shared()?);
    let input = deployment.topic(INPUTS[0]);
    let settings = [("max.message.bytes", ROOM)];
    deployment.client.create_topics(&[Topic {
        name: &input,
        partitions: i32::try_from(PARTITIONS)?,
        settings: &settings,
    }])?;
    let partitions = PARTITIONS.to_string();
    let created = deployment
        .run(&[&["topics", "create", "--partitions", &partitions, "--story-partitions", &partitions], flags].concat())?
        .expect(0)?;
    ensure!(created.text().contains(&format!("exists   {input}\n")), "not left alone: {}", created.text());
    Ok(deployment)
}

fn each_becomes_a_dead_letter(case: &Case) -> Result<()> {
    let deployment = roomy(case, &ROOMY)?;
    let topic = deployment.topic(INPUTS[0]);
    let press = Press::new(&topic, PARTITIONS)?;
    let bad = bad_values();
    let mut records = Vec::new();
    for (number, (_, value)) in (0u64..).zip(&bad) {
        records.extend(press.articles(number * 10..number * 10 + 10)?);
        records.push(bad_record(&topic, records.len() % PARTITIONS as usize, value.clone())?);
    }
    records.extend(press.articles(1_000..1_010)?);
    let mut service = deployment.service("one", &ROOMY)?;
    deployment.client.produce(&records)?;
    deployment.wait_settled()?;

    let (good, sent): (Vec<Record>, Vec<Record>) = deployment.inputs()?.into_iter().partition(is_good);
    ensure!((good.len(), sent.len()) == (records.len() - bad.len(), bad.len()), "published {}", good.len());
    let expected = oracle::by_key(&oracle::replayed(case.dir(), "good", &good)?, "")?;
    ensure!(!expected.is_empty(), "no alert among the good records");
    oracle::compare(&expected, &oracle::by_key(&deployment.alerts()?, case.prefix())?)?;

    let letters = deployment.dead_letters()?;
    ensure!(letters.len() == bad.len(), "{} dead letters instead of {}", letters.len(), bad.len());
    let mut found = BTreeMap::new();
    for letter in &letters {
        let original = original_of(letter, &sent)?;
        untouched(letter, original, &deployment.group())?;
        found.insert(letter.header_text(REASON).unwrap_or_default(), &letter.value);
    }
    let wanted: BTreeMap<_, _> = bad.iter().map(|(reason, value)| (*reason, value)).collect();
    let reasons = |map: &BTreeMap<&str, &Option<Vec<u8>>>| map.keys().map(|&r| r.to_owned()).collect::<Vec<_>>();
    ensure!(found == wanted, "reasons {:?} instead of {:?}, or other values", reasons(&found), reasons(&wanted));
    contract::check(&deployment)?;
    ensure!(service.terminate(STOP_LIMIT)?.success(), "no clean end\n{}", service.log_tail());

    listed(&deployment, &letters)?;
    sent_again(&deployment, &letters)
}

/// The articles of the press are keyed by text, the bad records are not.
fn is_good(record: &Record) -> bool {
    record.key.as_deref().is_some_and(|key| std::str::from_utf8(key).is_ok())
}

/// The record that a dead letter says it was.
fn original_of<'a>(letter: &Record, sent: &'a [Record]) -> Result<&'a Record> {
    let header = |name: &str| letter.header_text(&format!("{OURS}{name}")).with_context(|| format!("no {name}"));
    let (partition, offset) = (header("partition")?.parse::<i32>()?, header("offset")?.parse::<i64>()?);
    let topic = header("topic")?;
    sent.iter()
        .find(|r| r.topic == topic && r.partition == Some(partition) && r.offset == Some(offset))
        .with_context(|| format!("nothing bad at {topic}[{partition}]@{offset}"))
}

/// Key, value and headers are those of the original; behind them stand ours, and nothing else.
fn untouched(letter: &Record, original: &Record, group: &str) -> Result<()> {
    ensure!(letter.key == original.key && letter.value == original.value, "key or value changed");
    let (theirs, ours) = letter.headers.split_at(original.headers.len().min(letter.headers.len()));
    ensure!(theirs == original.headers, "headers {theirs:?} instead of {:?}", original.headers);
    ensure!(ours.iter().all(|(name, _)| name.starts_with(OURS)), "foreign headers in {ours:?}");
    let header = |name: &str| letter.header_text(&format!("{OURS}{name}"));
    ensure!(header("group") == Some(group) && header("attempts") == Some("1"), "{ours:?}");
    ensure!(header("detail").is_some_and(|detail| detail.len() > 10), "no sentence in {ours:?}");
    ensure!(header("timestamp") == original.timestamp.map(|t| t.to_string()).as_deref(), "{ours:?}");
    Ok(())
}

fn listed(deployment: &Deployment, letters: &[Record]) -> Result<()> {
    let done = deployment.run(&["dead-letters", "list", "--json"])?.expect(0)?;
    let lines = done.text().lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
    ensure!(lines.len() == letters.len(), "{} lines for {} letters", lines.len(), letters.len());
    for (line, letter) in lines.iter().zip(letters) {
        ensure!(line["reason"].as_str() == letter.header_text(REASON), "{line}");
        let offset = letter.header_text(&format!("{OURS}offset")).unwrap_or_default().parse::<i64>()?;
        ensure!(line["offset"].as_i64() == Some(offset), "{line}");
        ensure!(line["value"].is_null() == letter.value.is_none(), "{line}");
    }
    let done = deployment.run(&["dead-letters", "list", "--reason", "too-deep", "--reason", "empty"])?.expect(0)?;
    let text = done.text();
    ensure!(text.lines().count() == 4 && text.contains("  too-deep  ") && text.contains("  empty  "), "{text}");
    ensure!(text.contains(&format!("{}[", deployment.topic(INPUTS[0]))), "no place in {text}");
    let done = deployment.run(&["dead-letters", "list", "--to", "2020-01-01T00:00:00Z"])?.expect(0)?;
    ensure!(done.text() == "no dead letters\n", "{}", done.text());
    Ok(())
}

/// A selection, then everything, then nothing more; and the service buries them again, because nobody has mended them.
fn sent_again(deployment: &Deployment, letters: &[Record]) -> Result<()> {
    let topic = deployment.topic(INPUTS[0]);
    let before = deployment.inputs()?.len();
    let replay = |more: &[&str]| deployment.run(&[&["dead-letters", "replay"], &ROOMY[..], more].concat())?.expect(0);
    let some = replay(&["--reason", "no-text"])?;
    ensure!(some.text() == format!("sent 1 to {topic}\n"), "{}", some.text());
    let all = replay(&[])?;
    ensure!(all.text() == format!("sent {} to {topic}\n", letters.len()), "{}", all.text());
    let none = replay(&[])?;
    ensure!(none.text() == "nothing to replay\n", "{}", none.text());

    let bare = |record: &Record| (record.key.clone(), record.value.clone(), record.headers.clone());
    let inputs = deployment.inputs()?;
    ensure!(inputs.len() == before + letters.len() + 1, "{} records more", inputs.len() - before);
    let mut again: Vec<_> = inputs.iter().filter(|record| !is_good(record)).map(bare).collect();
    again.sort_unstable();
    again.dedup();
    ensure!(again.len() == letters.len(), "{} different originals instead of {}", again.len(), letters.len());

    let mut service = deployment.service("one", &ROOMY)?;
    deployment.wait_settled()?;
    let buried = deployment.dead_letters()?.len();
    ensure!(buried == 2 * letters.len() + 1, "{buried} dead letters after sending {} again", letters.len() + 1);
    ensure!(service.terminate(STOP_LIMIT)?.success(), "no clean end\n{}", service.log_tail());
    Ok(())
}

fn one_too_large_to_keep(case: &Case) -> Result<()> {
    let deployment = roomy(case, &[])?;
    let topic = deployment.topic(INPUTS[0]);
    let value = bad_values().into_iter().find(|(reason, _)| *reason == "too-large").and_then(|(_, value)| value);
    let size = value.as_ref().map_or(0, Vec::len);
    let mut records = Press::new(&topic, PARTITIONS)?.articles(0..20)?;
    records.insert(10, bad_record(&topic, 0, value)?);
    let mut service = deployment.service("one", &[])?;
    deployment.client.produce(&records)?;
    deployment.wait_settled()?;
    ensure!(!deployment.alerts()?.is_empty(), "no alert");
    let letters = deployment.dead_letters()?;
    let [letter] = letters.as_slice() else { anyhow::bail!("{} dead letters", letters.len()) };
    ensure!(letter.header_text(REASON) == Some("too-large"), "{:?}", letter.headers);
    ensure!(letter.value.is_none(), "a value of {:?} bytes", letter.value.as_ref().map(Vec::len));
    let omitted = letter.header_text("sanctions-stream.error.value-omitted");
    ensure!(omitted == Some(size.to_string().as_str()), "omitted: {omitted:?} of {size}");
    original_of(letter, &deployment.inputs()?)?;
    contract::check(&deployment)?;
    let replay = deployment.run(&["dead-letters", "replay"])?.expect(1)?;
    ensure!(replay.text().contains("1 could not be replayed"), "{}", replay.text());
    ensure!(service.terminate(STOP_LIMIT)?.success(), "no clean end\n{}", service.log_tail());
    Ok(())
}
