//! Documents as short as a sentence, and a room that hears them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use sanctions_stream::input::{Document, Field, Header, Kind, Record, Source, Standing};
use sanctions_stream::output::{self, Destination, Emitted, Engine, Origin};
use sanctions_stream::pipeline::{Options, StoryStage};
use sanctions_stream::rules::{
    Classified, Count, Evidence, Link, Mention, Qualifier, Relation, Role, RuleSet, Setting, Status,
};
use serde_json::Value;

use crate::output::assert_valid;
pub use crate::output::fixture::header;
use crate::output::fixture::json;

/// A document and what it says.
#[derive(Clone, Debug)]
pub struct Said {
    pub document: Document<'static>,
    pub classified: Classified,
}

/// A document of that id, published then (or at no time that it tells).
pub fn said(id: &str, at: &str) -> Said {
    let text = format!("Text of {id}.");
    let document = Document {
        id: Cow::Owned(id.to_owned()),
        id_derived: false,
        version: None,
        kind: Kind::Article,
        class: None,
        fields: vec![Field { name: Cow::Borrowed("body"), text: Cow::Owned(text), blanked: None }],
        published_at: (!at.is_empty()).then(|| at.parse().unwrap()),
        url: None,
        language: None,
        source: Source { name: Some(Cow::Owned(format!("Outlet of {id}"))), ..Source::default() },
        standing: Standing::Usable,
        correction_of: None,
        embargoed_until: None,
        genres: vec![],
    };
    Said { document, classified: Classified::default() }
}

impl Said {
    pub fn by(mut self, outlet: &str) -> Self {
        self.document.source.name = Some(Cow::Owned(outlet.to_owned()));
        self
    }

    pub fn from(mut self, originator: &str) -> Self {
        self.document.source.originator = Some(Cow::Owned(originator.to_owned()));
        self
    }

    pub fn text(mut self, text: &str) -> Self {
        self.document.fields[0].text = Cow::Owned(text.to_owned());
        self
    }

    pub fn version(mut self, version: &str) -> Self {
        self.document.version = Some(Cow::Owned(version.to_owned()));
        self.text(&format!("Text of version {version}."))
    }

    pub fn corrects(mut self, id: &str) -> Self {
        self.document.correction_of = Some(Cow::Owned(id.to_owned()));
        self
    }

    pub fn canceled(mut self) -> Self {
        self.document.standing = Standing::Canceled;
        self
    }

    /// Parties that the opening of the document names.
    pub fn names(mut self, parties: &[&str]) -> Self {
        self.classified.setting =
            Setting { parties: parties.iter().map(|p| (*p).to_owned()).collect(), ..Setting::default() };
        self
    }

    pub fn that(mut self, event: Event) -> Self {
        let mut mention = event.0;
        // Each mention stands on words of its own: the span is part of its id.
        let at = self.classified.mentions.len();
        mention.evidence = vec![evidence(at)];
        self.classified.mentions.push(mention);
        self
    }

    /// The second mention stands in that relation to the first.
    pub fn linked(mut self, relation: Relation) -> Self {
        let cue = Evidence { role: Role::Cue, rule: "link.r".into(), ..evidence(3) };
        self.classified.links = vec![Link { from: 1, to: 0, relation, cue }];
        self
    }

    /// The records that the first stage writes for it.
    pub fn records(&self) -> Vec<Emitted> {
        let rules = rules();
        let origin = Origin::new(&self.document, None, &[]);
        let engine = Engine::of(&rules, "test");
        if self.document.standing == Standing::Canceled {
            return vec![output::withdrawn(&origin, &engine)];
        }
        let first = output::superseded(&origin, &self.classified, rules.events(), &engine);
        let mentions = output::mentions(&origin, &self.classified, rules.events(), &engine).unwrap();
        first.into_iter().chain(mentions).collect()
    }
}

fn evidence(at: usize) -> Evidence {
    Evidence { role: Role::Trigger, field: 0, start: at, end: at + 1, rule: "r".into() }
}

/// An event as a document tells it.
#[derive(Clone, Debug)]
pub struct Event(pub Mention);

fn event(kind: &str, cameo: &str, authority: &str, target: &str) -> Event {
    let party = |name: &str| if name.is_empty() { vec![] } else { vec![name.to_owned()] };
    Event(Mention {
        event: kind.to_owned(),
        subtype: None,
        status: Status::Enacted,
        cameo: cameo.to_owned(),
        authority: party(authority),
        target: party(target),
        count: None,
        remaining: None,
        parts: vec![],
        persons: vec![],
        measure: None,
        provisions: vec![],
        date: None,
        destination: vec![],
        criminal: false,
        confidence: 0.9,
        confidence_parts: vec![("rule", 0.9)],
        evidence: vec![],
        rule: "r".to_owned(),
    })
}

pub fn release(authority: &str) -> Event {
    event("prisoner_release", "0841", authority, "")
}

pub fn lifted(authority: &str, target: &str) -> Event {
    event("sanction_lifted", "085", authority, target)
}

pub fn imposed(authority: &str, target: &str) -> Event {
    event("sanction_imposed", "163", authority, target)
}

impl Event {
    pub fn count(mut self, value: u32) -> Self {
        self.0.count = Some(Count { value, qualifier: Qualifier::Exact });
        self
    }

    pub fn person(mut self, name: &str) -> Self {
        self.0.persons.push(name.to_owned());
        self
    }

    pub fn target(mut self, target: &str) -> Self {
        self.0.target = vec![target.to_owned()];
        self
    }

    pub fn measure(mut self, measure: &str) -> Self {
        self.0.measure = Some(measure.to_owned());
        self
    }

    pub fn on(mut self, day: &str) -> Self {
        self.0.date = Some(day.parse().unwrap());
        self
    }

    pub fn announced(mut self) -> Self {
        self.0.status = Status::Announced;
        self
    }
}

/// The rules that ship, compiled once: only their event types matter here.
pub fn rules() -> Arc<RuleSet> {
    static RULES: std::sync::OnceLock<Arc<RuleSet>> = std::sync::OnceLock::new();
    Arc::clone(RULES.get_or_init(|| Arc::new(RuleSet::builtin())))
}

/// A stage, and everything that it has said.
pub struct Room {
    pub stage: StoryStage,
    options: Options,
    pub alerts: Vec<Value>,
    /// The stories topic, compacted.
    pub table: BTreeMap<Vec<u8>, Vec<u8>>,
    pub tombstones: usize,
    checked: bool,
}

impl Room {
    pub fn new() -> Self {
        Self::with_window(30)
    }

    pub fn with_window(window_days: u32) -> Self {
        Self::with(Options { window_days, ..Options::default() })
    }

    /// A room whose stories have little room for reports.
    pub fn narrow(window_days: u32, max_record_bytes: usize) -> Self {
        Self::with(Options { window_days, max_record_bytes, ..Options::default() })
    }

    fn with(options: Options) -> Self {
        Self {
            stage: StoryStage::new(rules(), &options),
            options,
            alerts: vec![],
            table: BTreeMap::new(),
            tombstones: 0,
            checked: true,
        }
    }

    /// Validating every record against its schema takes most of the time of a property test.
    pub fn unchecked(mut self) -> Self {
        self.checked = false;
        self
    }

    /// A room that is one of so many, each with the stories of other counterparties.
    pub fn one_of(partitions: usize) -> Self {
        let mut room = Self::with_window(10_000);
        room.stage = room.stage.one_of(partitions);
        room
    }

    /// A room whose stage has read what this one has written.
    pub fn restored(&self, backwards: bool) -> Self {
        let mut room = Self { checked: self.checked, ..Self::with(self.options.clone()) };
        let mut records: Vec<_> = self.table.iter().collect();
        if backwards {
            records.reverse();
        }
        for (key, value) in records {
            room.stage.restore(Some(key), Some(value)).unwrap();
        }
        room.table.clone_from(&self.table);
        room
    }

    /// Hears a document; returns everything that is written for it.
    pub fn hear(&mut self, said: Said) -> Vec<Emitted> {
        let mut out = Vec::new();
        for between in said.records() {
            if self.checked {
                let withdrawal = between.to == Destination::Withdrawals;
                assert_valid(if withdrawal { "withdrawal.v1.json" } else { "mention.v1.json" }, &json(&between));
            }
            out.extend(self.take(&between));
        }
        out
    }

    /// Reads one record of the mentions topic; returns everything that is written for it.
    pub fn take(&mut self, between: &Emitted) -> Vec<Emitted> {
        let headers: Vec<Header<'_>> =
            between.headers.iter().map(|(name, value)| Header { name, value: value.as_deref() }).collect();
        let record = Record { key: between.key.as_deref(), value: between.value.as_deref(), headers: &headers };
        let processed = self.stage.process(&record, None);
        assert_eq!(processed.tally.rejected, None);
        self.keep(&processed.emitted);
        processed.emitted
    }

    /// Hears bytes.
    pub fn raw(&mut self, kind: Option<&str>, value: Option<&[u8]>) -> Vec<Emitted> {
        let headers: Vec<Header<'_>> =
            kind.iter().map(|kind| Header { name: "ce_type", value: Some(kind.as_bytes()) }).collect();
        self.stage.process(&Record { key: None, value, headers: &headers }, None).emitted
    }

    fn keep(&mut self, emitted: &[Emitted]) {
        for record in emitted {
            match (&record.to, &record.value) {
                (Destination::Alerts(_), Some(_)) => {
                    let alert = json(record);
                    if self.checked {
                        let retracted = alert["action"] == "retracted";
                        assert_valid(if retracted { "retraction.v1.json" } else { "alert.v1.json" }, &alert);
                    }
                    self.alerts.push(alert);
                }
                (Destination::Stories, Some(value)) => {
                    if self.checked {
                        assert_valid("story.v1.json", &json(record));
                    }
                    self.table.insert(record.key.clone().unwrap(), value.clone());
                }
                (Destination::Stories, None) => {
                    self.tombstones += 1;
                    self.table.remove(record.key.as_ref().unwrap());
                }
                (Destination::Neighbours, Some(_)) => {
                    if self.checked {
                        assert_valid("neighbour.v1.json", &json(record));
                    }
                }
                _ => panic!("{record:?} is nothing that this stage writes"),
            }
        }
    }

    /// What the alerts did, in order.
    pub fn actions(&self) -> Vec<&str> {
        self.alerts.iter().map(|alert| alert["action"].as_str().unwrap()).collect()
    }

    /// The stories topic, in the order in which the stories were opened.
    pub fn stories(&self) -> Vec<Value> {
        let mut stories: Vec<Value> = self.table.values().map(|value| serde_json::from_slice(value).unwrap()).collect();
        stories.sort_by_key(|story| story["state"]["opened"].as_u64());
        stories
    }
}
