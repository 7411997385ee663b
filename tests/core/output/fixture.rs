//! One hand-made document with a deal in it: BY frees prisoners, the US announces relief in exchange.
//!
//! Texts begin with letters of two bytes, so that a code point offset is never a byte offset by accident.

use std::borrow::Cow;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::date;
use jsonschema::Validator;
use sanctions_stream::input::{Coordinates, Document, Field, Header, Kind, Record, Source, Standing};
use sanctions_stream::output::{Emitted, Engine, Origin, mentions, superseded, withdrawn};
use sanctions_stream::pipeline::{Options, StoryStage};
use sanctions_stream::rules::{
    Classified, Count, EventType, Evidence, Link, Mention, Part, Qualifier, Relation, Role, RuleSet, Setting, Status,
    Suppressed,
};
use serde_json::Value;

const HEADLINE: &str = "Łukašenka frees Алесь Беляцкий";
const BODY: &str = "«Мінск» — the US will lift potash sanctions in exchange. Žmonės call on the EU to ease sanctions.";

pub struct Fixture {
    pub document: Document<'static>,
    pub classified: Classified,
}

impl Fixture {
    pub fn new() -> Self {
        let mut document = document(vec![field("headline", HEADLINE), field("body", BODY)]);
        document.id = "urn:news:délfi:1".into();
        document.version = Some("2".into());
        document.published_at = Some("2025-12-13T15:04:05Z".parse().unwrap());
        document.url = Some("https://example.org/1".into());
        document.language = Some("en".into());
        document.source.name = Some("Delfi".into());
        document.source.originator = Some("AP".into());
        document.embargoed_until = Some("2025-12-13T16:00:00Z".parse().unwrap());
        document.correction_of = Some("urn:news:délfi:0".into());
        let mut release = mention("prisoner_release", "0841", "release.frees");
        release.subtype = Some("exchange".into());
        release.authority = vec!["BY".into()];
        release.count = Some(Count { value: 123, qualifier: Qualifier::AtLeast });
        release.remaining = Some(1227);
        release.parts = vec![Part { count: 9, place: "LT".into() }];
        release.persons = vec!["Алесь Беляцкий".into()];
        release.destination = vec!["LT".into()];
        release.evidence =
            vec![find(0, "frees", Role::Trigger, "release.frees"), find(0, "Алесь", Role::Person, "name")];
        let mut relief = mention("sanction_lifted", "085", "lift.lifts");
        relief.status = Status::Announced;
        relief.authority = vec!["US".into()];
        relief.target = vec!["BY".into(), "Беларуськалий".into()];
        relief.measure = Some("potash".into());
        relief.provisions = vec!["Sectoral sanctions".into()];
        relief.date = Some(date(2025, 12, 14));
        relief.confidence_parts = vec![("trigger", 0.1 + 0.2), ("genre", -0.1)];
        relief.evidence =
            vec![find(1, "lift", Role::Trigger, "lift.lifts"), find(1, "potash", Role::Measure, "measure")];
        let link = Link {
            from: 1,
            to: 0,
            relation: Relation::InExchangeFor,
            cue: find(1, "in exchange", Role::Cue, "link.for"),
        };
        let suppressed = vec![
            candidate(Status::Proposed, "demanded", "1054", Some("demand.calls-on")),
            candidate(Status::Background, "historical", "085", None),
        ];
        let setting = Setting {
            parties: ["BY", "LT", "US"].map(str::to_owned).into(),
            persons: vec!["Алесь Беляцкий".to_owned()],
        };
        let classified = Classified { mentions: vec![release, relief], suppressed, links: vec![link], setting };
        Self { document, classified }
    }

    /// The least that a document and a mention can be.
    pub fn bare() -> Self {
        let mut mention = mention("sanction_imposed", "163", "r");
        mention.evidence = vec![Evidence { role: Role::Trigger, field: 0, start: 0, end: 4, rule: "r".into() }];
        let classified = Classified { mentions: vec![mention], ..Classified::default() };
        Self { document: document(vec![field("title", "bans")]), classified }
    }

    pub fn origin<'a>(&'a self, at: Option<&'a Coordinates>, headers: &'a [Header<'a>]) -> Origin<'a> {
        Origin::new(&self.document, at, headers)
    }
}

pub fn engine() -> Engine<'static> {
    Engine {
        version: "0.1.0",
        rules_version: "1.2.3",
        rules_hash: "3b9c358f36f0a31b6ad3e14f309c7cf198ac9246e8316f9ce543d5b19ac02b80",
        source: "test-source",
    }
}

pub fn at() -> Coordinates {
    Coordinates { topic: "news.articles".into(), partition: 3, offset: 42, timestamp: Some(1_765_000_000_000) }
}

/// The three event types as the rule files declare them.
pub fn events() -> Vec<EventType> {
    let event = |name: &str, label: &str, ce_type: &str, plover: [&str; 3], keyed_by_authority| EventType {
        name: name.into(),
        label: label.into(),
        topic: format!("alerts.{}", label.replace(' ', "-")),
        ce_type: ce_type.into(),
        plover: plover.map(Into::into),
        keyed_by_authority,
    };
    vec![
        event(
            "sanction_imposed",
            "sanctions imposed",
            "sanctions.imposed.v1",
            ["SANCTION", "discontinue", "economic"],
            false,
        ),
        event("sanction_lifted", "sanctions lifted", "sanctions.lifted.v1", ["RETREAT", "", "economic"], false),
        event("prisoner_release", "prisoners released", "prisoners.released.v1", ["RETREAT", "release", "legal"], true),
    ]
}

/// What a stage makes of records between the stages.
pub fn told(stage: &mut StoryStage, between: &[Emitted]) -> Vec<Emitted> {
    let mut out = Vec::new();
    for record in between {
        let headers: Vec<Header<'_>> =
            record.headers.iter().map(|(name, value)| Header { name, value: value.as_deref() }).collect();
        let record = Record { key: record.key.as_deref(), value: record.value.as_deref(), headers: &headers };
        out.extend(stage.process(&record, None).emitted);
    }
    out
}

/// What the second stage makes of the fixture: two stories opened and linked, and both retracted at the end.
pub fn through_both_stages(fixture: &Fixture) -> Vec<Emitted> {
    let mut stage = StoryStage::new(Arc::new(RuleSet::builtin()), &Options::default());
    let origin = fixture.origin(None, &[]);
    let mut between: Vec<Emitted> =
        superseded(&origin, &fixture.classified, &events(), &engine()).into_iter().collect();
    between.extend(mentions(&origin, &fixture.classified, &events(), &engine()).unwrap());
    between.push(withdrawn(&origin, &engine()));
    told(&mut stage, &between)
}

/// The value of a record as JSON.
pub fn json(record: &Emitted) -> Value {
    serde_json::from_slice(record.value.as_deref().unwrap()).unwrap()
}

/// The first header of that name as text.
pub fn header<'a>(record: &'a Emitted, name: &str) -> Option<&'a str> {
    let (_, value) = record.headers.iter().find(|(header, _)| header == name)?;
    Some(std::str::from_utf8(value.as_deref()?).unwrap())
}

/// A file of the repository.
pub fn file(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()))
}

/// A validator over one of our schemas, itself checked against its meta-schema; formats are asserted.
pub fn validator(name: &str) -> Validator {
    let schema: Value = serde_json::from_str(&file(&format!("schemas/{name}"))).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap_or_else(|fault| panic!("{name}: {fault}"));
    jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap()
}

fn field(name: &'static str, text: &'static str) -> Field<'static> {
    Field { name: Cow::Borrowed(name), text: Cow::Borrowed(text), blanked: None }
}

fn document(fields: Vec<Field<'static>>) -> Document<'static> {
    Document {
        id: "d".into(),
        id_derived: false,
        version: None,
        kind: Kind::Article,
        class: None,
        fields,
        published_at: None,
        url: None,
        language: None,
        source: Source::default(),
        standing: Standing::Usable,
        correction_of: None,
        embargoed_until: None,
        genres: vec![],
    }
}

fn mention(event: &str, cameo: &str, rule: &str) -> Mention {
    Mention {
        event: event.into(),
        subtype: None,
        status: Status::Enacted,
        cameo: cameo.into(),
        authority: vec![],
        target: vec![],
        count: None,
        remaining: None,
        parts: vec![],
        persons: vec![],
        measure: None,
        provisions: vec![],
        date: None,
        destination: vec![],
        criminal: false,
        confidence: 0.875,
        confidence_parts: vec![],
        evidence: vec![],
        rule: rule.into(),
    }
}

fn candidate(status: Status, reason: &'static str, cameo: &str, cue: Option<&str>) -> Suppressed {
    Suppressed {
        event: "sanction_lifted".into(),
        status,
        reason,
        rule: "lift.eases".into(),
        cue: cue.map(Into::into),
        cameo: cameo.into(),
        authority: vec!["EU".into()],
        target: vec!["BY".into()],
        evidence: vec![find(1, "ease", Role::Trigger, "lift.eases")],
    }
}

fn find(field: usize, words: &str, role: Role, rule: &str) -> Evidence {
    let start = [HEADLINE, BODY][field].find(words).unwrap();
    Evidence { role, field, start, end: start + words.len(), rule: rule.into() }
}
