//! The two pure stages: documents to mentions ([`Pipeline`]), mentions to stories and alerts ([`StoryStage`]).
//!
//! Kafka, replay files, stdin and tests are shells over [`Pipeline::process`] and [`StoryStage::process`]. Nothing here
//! reads a clock, a file, the environment or a random number: the same bytes and the same rules give the same answer,
//! byte for byte. Between the stages stands a record, also where both run in one thread: what a shell hands over is what
//! Kafka would have carried.

mod stories;

use std::sync::Arc;

use crate::input::{self, Coordinates, Document, Kind, Limits, Opened, Record, Rejected, Standing};
use crate::output::{self, BadSpan, Emitted, Engine, HeaderDialect, Origin};
use crate::rules::{Classified, Mention, Reading, RuleSet, Status, Suppressed};

pub use stories::StoryStage;

/// What reading one record came to.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "the large variant is the common one, and boxing it would allocate")]
pub enum Outcome<'a> {
    /// A good document in which nothing of interest stands; found so without decoding it.
    Quiet(Opened<'a>),
    /// A good document that the rules stage has read in full.
    Classified(Box<Document<'a>>, Classified),
    /// Not a document; becomes a dead letter.
    Rejected(Rejected),
}

/// What one record came to, counted for metrics and summaries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Nothing of interest in the document.
    pub quiet: bool,
    /// The document was withheld by its publisher.
    pub withheld: bool,
    /// The document was canceled by its publisher.
    pub canceled: bool,
    /// `(type, status)` of every mention handed to the story stage.
    pub mentions: Vec<(String, &'static str)>,
    /// Every alert emitted by the story stage.
    pub alerts: Vec<Alerted>,
    /// Stable reason codes of everything suppressed.
    pub suppressed: Vec<&'static str>,
    /// The reason code when the record became a dead letter.
    pub rejected: Option<&'static str>,
}

/// One alert, for metrics and summaries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alerted {
    /// The event type.
    pub event: String,
    /// The status of the event: enacted, announced; or `retracted`.
    pub status: &'static str,
    /// What the alert did to its story: `opened`, `updated`, `corroborated`, `retracted`.
    pub action: &'static str,
}

/// What one record came to: the records to write, and the tally for the metrics.
#[derive(Debug, Default)]
pub struct Processed {
    /// Records to write, in order.
    pub emitted: Vec<Emitted>,
    /// What happened, for metrics and summaries.
    pub tally: Tally,
}

/// The compiled pipeline. Cheap to clone: workers share one rule set.
#[derive(Clone, Debug)]
pub struct Pipeline {
    rules: Arc<RuleSet>,
    options: Options,
}

/// What a deployment may choose about the pure stages.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Emit proposed, threatened and rejected mentions to the signals topic.
    pub signals: bool,
    /// Alert on releases of ordinary criminals too.
    pub criminal: bool,
    /// Alerts below this confidence are suppressed (reason `low-confidence`).
    pub min_confidence: f64,
    /// Values larger than this many bytes are rejected.
    pub max_document_bytes: usize,
    /// `ce_source` of everything emitted.
    pub source: String,
    /// Which framework's header names dead letters carry.
    pub dead_letter_headers: HeaderDialect,
    /// The consumer group, named in dead letters.
    pub group: Option<String>,
    /// How many days of event time a story stays open after its last report.
    pub window_days: u32,
    /// Bytes of the largest record that may be written: a story with very many reports keeps within it.
    pub max_record_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            signals: false,
            criminal: false,
            min_confidence: 0.5,
            max_document_bytes: 8 << 20,
            source: "sanctions-stream".to_owned(),
            dead_letter_headers: HeaderDialect::Native,
            group: None,
            window_days: 30,
            max_record_bytes: 1_000_000,
        }
    }
}

/// Reusable buffers of one worker: after warm-up a quiet record allocates nothing.
#[derive(Debug, Default)]
pub struct Scratch {
    reading: Reading,
}

impl Pipeline {
    /// Builds the pipeline over a compiled rule set.
    #[must_use]
    pub fn new(rules: Arc<RuleSet>, options: Options) -> Self {
        Self { rules, options }
    }

    /// The rule set in use.
    #[must_use]
    pub fn rules(&self) -> &Arc<RuleSet> {
        &self.rules
    }

    /// The options in use.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Reads one record and classifies it.
    pub fn classify<'a>(&self, record: &Record<'a>, scratch: &mut Scratch) -> Outcome<'a> {
        let opened = match input::open(record, Limits { max_bytes: self.options.max_document_bytes }) {
            Ok(opened) => opened,
            Err(rejected) => return Outcome::Rejected(rejected),
        };
        if self.is_quiet(&opened, scratch) {
            return Outcome::Quiet(opened);
        }
        let document = match opened.document() {
            Ok(document) => document,
            Err(rejected) => return Outcome::Rejected(rejected),
        };
        let found = self.rules.classify(&document, &mut scratch.reading);
        let found = settle(&self.options, found);
        Outcome::Classified(Box::new(document), found)
    }

    /// Whether the undecoded bytes already show that no rule can match. Never for a list change, whose fields are
    /// values, nor for a canceled document, whose withdrawal is the news.
    fn is_quiet(&self, opened: &Opened<'_>, scratch: &mut Scratch) -> bool {
        opened.kind() != Kind::ListChange
            && opened.standing() != Standing::Canceled
            && self.rules.gate(opened.json().as_bytes(), &mut scratch.reading) == 0
            && !input::needs_decoding(opened.json().as_bytes())
    }

    /// Reads one record and says what to write for it.
    pub fn process(&self, record: &Record<'_>, at: Option<&Coordinates>, scratch: &mut Scratch) -> Processed {
        match self.classify(record, scratch) {
            Outcome::Quiet(opened) => self.pass(record, at, &opened),
            Outcome::Rejected(rejected) => self.reject(record, at, &rejected),
            Outcome::Classified(document, found) => {
                let origin = Origin::new(&document, at, record.headers);
                // A span that is no text is a defect of this program: the record is kept as a dead letter.
                self.emit(&origin, &found).unwrap_or_else(|bad| self.reject(record, at, &Rejected::from(bad)))
            }
        }
    }

    /// A document that says nothing of interest, which is news where it may have said something before: a new version, or
    /// the correction of another document, takes back what that said. Nothing else of it needs to be read.
    fn pass(&self, record: &Record<'_>, at: Option<&Coordinates>, opened: &Opened<'_>) -> Processed {
        let tally = Tally { quiet: true, ..Tally::default() };
        if !opened.revises() || opened.standing() == Standing::Withheld {
            return Processed { tally, ..Processed::default() };
        }
        let document = match opened.document() {
            Ok(document) => document,
            Err(rejected) => return self.reject(record, at, &rejected),
        };
        let origin = Origin::new(&document, at, record.headers);
        let engine = Engine::of(&self.rules, &self.options.source);
        let taken_back = output::superseded(&origin, &Classified::default(), self.rules.events(), &engine);
        Processed { emitted: taken_back.into_iter().collect(), tally }
    }

    fn emit(&self, origin: &Origin<'_>, found: &Classified) -> Result<Processed, BadSpan> {
        let engine = Engine::of(&self.rules, &self.options.source);
        let events = self.rules.events();
        let mut tally = Tally { suppressed: found.suppressed.iter().map(|s| s.reason).collect(), ..Tally::default() };
        match origin.document.standing {
            Standing::Canceled => {
                tally.canceled = true;
                return Ok(Processed { emitted: vec![output::withdrawn(origin, &engine)], tally });
            }
            Standing::Withheld => {
                tally.withheld = true;
                tally.suppressed.extend(found.mentions.iter().map(|_| "withheld"));
                return Ok(Processed { emitted: Vec::new(), tally });
            }
            Standing::Usable => {}
        }
        // What the document takes back goes first: a new version must find the place of the old one empty or its own.
        let mut emitted: Vec<Emitted> = output::superseded(origin, found, events, &engine).into_iter().collect();
        emitted.extend(output::mentions(origin, found, events, &engine)?);
        if self.options.signals {
            emitted.extend(output::signals(origin, found, events, &engine)?);
        }
        tally.quiet = found.mentions.is_empty() && found.suppressed.is_empty();
        tally.mentions = found.mentions.iter().map(|m| (m.event.clone(), m.status.name())).collect();
        Ok(Processed { emitted, tally })
    }

    fn reject(&self, record: &Record<'_>, at: Option<&Coordinates>, rejected: &Rejected) -> Processed {
        let failure = output::Failure { rejected, at, group: self.options.group.as_deref(), worker: 0, attempts: 1 };
        let engine = Engine::of(&self.rules, &self.options.source);
        let letter = output::dead_letter(record, &failure, &engine, self.options.dead_letter_headers);
        Processed { emitted: vec![letter], tally: Tally { rejected: Some(rejected.reason.code()), ..Tally::default() } }
    }
}

/// Takes out of the mentions what the options do not want alerts for; it stays explainable as suppressed.
fn settle(options: &Options, mut found: Classified) -> Classified {
    for index in (0..found.mentions.len()).rev() {
        let mention = &found.mentions[index];
        let reason = if mention.criminal && !options.criminal {
            "criminal"
        } else if mention.confidence < options.min_confidence {
            "low-confidence"
        } else {
            continue;
        };
        let mention = found.mentions.remove(index);
        found.links.retain(|link| link.from != index && link.to != index);
        for link in &mut found.links {
            link.from -= usize::from(link.from > index);
            link.to -= usize::from(link.to > index);
        }
        found.suppressed.push(suppressed(mention, reason));
    }
    found
}

fn suppressed(mention: Mention, reason: &'static str) -> Suppressed {
    Suppressed {
        event: mention.event,
        status: Status::Background,
        reason,
        rule: mention.rule,
        cue: None,
        cameo: mention.cameo,
        authority: mention.authority,
        target: mention.target,
        evidence: mention.evidence,
    }
}
