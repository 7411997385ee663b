//! The main job on a real broker: documents in, exactly the expected records out, read as a subscriber reads them.
//!
//! Once with the story that the project began with, told in our own words and looked at field by field, and once with the
//! whole log that ships with the project, against `replay`. Whether the rules find what they should in other texts is
//! tested where no broker is needed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use sanctions_stream::replay::{Entry, Log, Records};
use serde_json::{Value, json};

use crate::Test;
use crate::articles::stamp;
use crate::binary;
use crate::case::{Case, Needs};
use crate::client::Record;
use crate::contract;
use crate::deployment::{Deployment, INPUTS, STOP_LIMIT};
use crate::oracle::{self, Alert, ByKey};

pub const TESTS: &[Test] = &[
    ("belarus::the_story_comes_out_whole", Needs::Broker, the_story_comes_out_whole),
    ("belarus::the_shipped_log_gives_what_replay_gives", Needs::Broker, the_shipped_log_gives_what_replay_gives),
];

const HEADLINE: &str = "Belarus frees Bialiatski and Kalesnikava after US decision on potash";
/// What happened is in the first paragraph. All the others are there not to be mistaken for it.
const BODY: [&str; 7] = [
    "VILNIUS — Belarus released 123 prisoners on Saturday, including the Nobel laureate Ales Bialiatski and the \
     opposition politicians Maria Kalesnikava and Viktar Babaryka, following Washington's decision to lift sanctions on \
     Belarusian potash.",
    "John Coale, the envoy of Donald Trump, told reporters in Minsk after two days of talks that the potash sanctions \
     would be lifted as the president had instructed.",
    "Bialiatski, who shared the peace prize in 2022, had been jailed in July 2021. Babaryka was detained in 2020 while he \
     was trying to run against Alexander Lukashenko.",
    "Ukraine said that it had received 114 of the civilians; some of the others were expected in Lithuania, where \
     relatives waited outside the American embassy in Vilnius. Tatsiana Khomich thanked Trump for the freedom of her \
     sister Kalesnikava.",
    "The US and the EU first imposed sanctions on Belarus after the disputed election of 2020 and tightened them in 2022, \
     when Russian troops invaded Ukraine from its soil.",
    "Exiled politicians welcomed the news but urged the European Union to keep its sanctions in place. Sviatlana \
     Tsikhanouskaya, who leads them, said the pressure must stay.",
    "The rights group Viasna counts 1,227 political prisoners who remain behind bars. Lukashenko denies that he holds \
     any; he is to talk with Vladimir Putin next week.",
];
const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

fn the_story_comes_out_whole(case: &Case) -> Result<()> {
    let cluster = case.shared()?;
    let deployment = Deployment::new(case, &cluster, 3)?;
    let mut service = deployment.service("one", &[])?;
    let document = json!({
        "id": "kafka-test:belarus", "headline": HEADLINE, "body": BODY.join("\n\n"),
        "publishedAt": "2025-12-13T17:30:00Z", "language": "en", "url": "https://bench.example/belarus",
        "source": { "name": "The Bench Gazette", "country": "LT" },
    });
    let topic = deployment.topic(INPUTS[0]);
    let record = Record::new(&topic, "any key", document.to_string()).header("traceparent", TRACE);
    deployment.client.produce(std::slice::from_ref(&record))?;
    deployment.wait_settled()?;

    let alerts = deployment.alerts()?;
    // Both stories are opened, and the one that was first learns of the other.
    let [lifted, released, linked] = alerts.as_slice() else { anyhow::bail!("{} alerts, not three", alerts.len()) };
    for (alert, name, kind) in [
        (released, "alerts.prisoners-released", "prisoners.released.v1"),
        (linked, "alerts.prisoners-released", "prisoners.released.v1"),
        (lifted, "alerts.sanctions-lifted", "sanctions.lifted.v1"),
    ] {
        ensure!(alert.topic == deployment.topic(name), "an alert on {}", alert.topic);
        ensure!(alert.key.as_deref() == Some(b"BY"), "another key than the counterparty: {:?}", alert.key);
        let id = alert.json()?["id"].as_str().context("an alert without an id")?.to_owned();
        let wanted = [
            ("ce_specversion", "1.0"),
            ("ce_id", &id),
            ("ce_source", "sanctions-stream"),
            ("ce_type", kind),
            ("ce_time", "2025-12-13T17:30:00Z"),
            ("ce_subject", "kafka-test:belarus"),
            ("ce_dataschema", "urn:sanctions-stream:schema:alert.v1"),
            ("ce_partitionkey", "BY"),
            ("content-type", "application/json"),
            ("traceparent", TRACE),
        ];
        let headers = Alert::of(alert)?.headers;
        let found = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        ensure!(found.eq(wanted), "headers {headers:?} instead of {wanted:?}");
    }

    let (release, relief, update) = (released.json()?, lifted.json()?, linked.json()?);
    let place = json!({ "topic": topic, "partition": only_partition(&deployment, &topic)?, "offset": 0 });
    for (alert, path, wanted) in [
        (&release, "/type", json!("prisoner_release")),
        (&release, "/status", json!("enacted")),
        (&release, "/action", json!("opened")),
        (&release, "/authority", json!([{"id": "BY"}])),
        (&release, "/counts/persons", json!({"value": 123, "qualifier": "exact"})),
        (&release, "/remaining", json!(1227)),
        (&release, "/date/value", json!("2025-12-13")),
        (&release, "/sources/count", json!(1)),
        (&release, "/document/kafka", place.clone()),
        (&relief, "/type", json!("sanction_lifted")),
        (&relief, "/status", json!("announced")),
        (&relief, "/action", json!("opened")),
        (&relief, "/authority", json!([{"id": "US"}])),
        (&relief, "/target/country", json!(["BY"])),
        (&relief, "/measure", json!("potash")),
        (&update, "/action", json!("updated")),
        (&update, "/revision", json!(2)),
        (&update, "/storyId", release["storyId"].clone()),
        (&update, "/changed", json!([{"field": "linkedTo", "from": [], "to": [relief["storyId"]]}])),
        (&update, "/document/kafka", place.clone()),
        (&relief, "/document/kafka", place),
    ] {
        ensure!(alert.pointer(path) == Some(&wanted), "{path} is {:?} instead of {wanted}", alert.pointer(path));
    }
    let persons: Vec<&str> = list(&release, "persons").iter().filter_map(|person| person["name"].as_str()).collect();
    ensure!(persons == ["Ales Bialiatski", "Maria Kalesnikava", "Viktar Babaryka"], "released: {persons:?}");
    for (alert, other, direction) in [(&update, &relief, "outgoing"), (&relief, &release, "incoming")] {
        let [link] = list(alert, "linkedTo") else { anyhow::bail!("not one link: {}", alert["linkedTo"]) };
        ensure!(link["storyId"] == other["storyId"], "linked to something else: {link}");
        ensure!(link["direction"] == direction && quote(&link["cue"]) == Some("following"), "another link: {link}");
    }
    for alert in [&release, &relief] {
        evidence_cuts_the_text(alert)?;
    }
    contract::check(&deployment)?;
    ensure!(service.terminate(STOP_LIMIT)?.success(), "no clean end\n{}", service.log_tail());
    Ok(())
}

/// The partition that Java clients, too, would put the test's key on.
fn only_partition(deployment: &Deployment, topic: &str) -> Result<i32> {
    let records = deployment.client.read_committed(topic)?;
    records.first().and_then(|record| record.partition).context("no record")
}

fn list<'a>(alert: &'a Value, field: &str) -> &'a [Value] {
    alert[field].as_array().map_or(&[], Vec::as_slice)
}

fn quote(evidence: &Value) -> Option<&str> {
    list(evidence, "selector").iter().find_map(|selector| selector["exact"].as_str())
}

/// Every piece of evidence is a piece of the text that was published.
fn evidence_cuts_the_text(alert: &Value) -> Result<()> {
    let body = BODY.join("\n\n");
    for evidence in list(alert, "evidence") {
        let text = if evidence["field"] == "headline" { HEADLINE } else { &body };
        let at = |name: &str| usize::try_from(evidence[name].as_u64().context("no offset")?).context("an offset");
        let cut = text.get(at("byteStart")?..at("byteEnd")?);
        ensure!(cut.is_some() && cut == quote(evidence), "{evidence} does not cut the text");
    }
    ensure!(!list(alert, "evidence").is_empty(), "no evidence");
    Ok(())
}

/// The log in the order of its lines, across both input topics: a stretch of one topic is published when the stretch of
/// the other before it is settled, because Kafka keeps no order between topics, and stories may depend on it.
///
/// One partition, because `replay` holds all stories in one state: with several, a link that reaches across them is told a
/// moment later and in an alert of its own. That the final links are the same is asked in `stories`.
fn the_shipped_log_gives_what_replay_gives(case: &Case) -> Result<()> {
    let cluster = case.shared()?;
    let deployment = Deployment::new(case, &cluster, 1)?;
    let mut service = deployment.service("one", &[])?;
    let mut records = shipped_log(&deployment)?;
    stamp(&mut records)?;
    for stretch in records.chunk_by(|a, b| a.topic == b.topic) {
        deployment.client.produce(stretch)?;
        deployment.wait_settled()?;
    }

    let alerts = deployment.alerts()?;
    ensure!(alerts.len() > 100, "only {} alerts", alerts.len());
    let found = oracle::by_key(&alerts, case.prefix())?;
    let published = deployment.inputs()?;
    ensure!(published.len() == records.len(), "{} records of {} are in", published.len(), records.len());
    let expected = oracle::replayed(case.dir(), "published", &published)?;
    oracle::compare(&oracle::by_key(&expected, "")?, &found).context("the published records through replay")?;

    // The file as it ships, which knows no places in Kafka: everything else must be the same.
    let plain = binary::run(binary::command(case.dir()).arg("replay").arg(events()).arg("--envelope"))?.expect(0)?;
    let plain = plain.text().lines().map(oracle::opened).collect::<Result<Vec<_>>>()?;
    let expected = oracle::by_key(&plain, "")?;
    oracle::compare(&expected, &without_places(found)).context("the log as it ships through replay")?;

    let mut wanted = shipped_reasons()?;
    let letters = deployment.dead_letters()?;
    let mut reasons: Vec<String> = letters
        .iter()
        .filter_map(|letter| letter.header_text("sanctions-stream.error.reason"))
        .map(Into::into)
        .collect();
    wanted.sort_unstable();
    reasons.sort_unstable();
    ensure!(reasons == wanted, "dead letters for {reasons:?} instead of {wanted:?}");

    let schemas = contract::check(&deployment)?;
    ensure!(schemas.get("alert.v1").is_some_and(|count| *count > 100), "hardly an alert among {schemas:?}");
    ensure!(service.terminate(STOP_LIMIT)?.success(), "no clean end\n{}", service.log_tail());
    Ok(())
}

pub fn events() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("demo/events.jsonl")
}

/// The records of the shipped log, all in one partition of their topic, so that the order of the log is Kafka's.
pub fn shipped_log(deployment: &Deployment) -> Result<Vec<Record>> {
    let (mut log, mut entry, mut records) = (Log::open(&events())?, Entry::default(), Vec::new());
    while log.read(&mut entry)? {
        records.push(Record {
            topic: deployment.topic(entry.topic.as_deref().unwrap_or(INPUTS[0])),
            partition: Some(0),
            key: entry.key.clone(),
            value: entry.value.clone(),
            headers: entry.headers.clone(),
            ..Record::default()
        });
    }
    Ok(records)
}

/// The reasons for which lines of the shipped log must become dead letters, as its gold file has them.
fn shipped_reasons() -> Result<Vec<String>> {
    let gold = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("demo/gold.jsonl"))?;
    let mut reasons = Vec::new();
    for line in gold.lines() {
        let line: Value = serde_json::from_str(line)?;
        reasons.extend(line["reason"].as_str().map(str::to_owned));
    }
    ensure!(!reasons.is_empty(), "the gold file names no bad line");
    Ok(reasons)
}

/// The same alerts without the places of their documents in Kafka.
fn without_places(mut alerts: ByKey) -> ByKey {
    const PLACE: &str = r#","kafka":{"#;
    for alert in alerts.values_mut().flatten() {
        while let Some(start) = alert.value.find(PLACE) {
            let end = alert.value[start..].find('}').map_or(alert.value.len(), |length| start + length + 1);
            alert.value.replace_range(start..end, "");
        }
    }
    alerts
}
