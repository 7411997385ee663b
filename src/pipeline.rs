//! The pure stages in one place: `classify(bytes) -> Outcome` and `process(bytes) -> Processed`.
//!
//! Kafka, replay files, stdin and tests are shells over [`Pipeline::process`]. Nothing here reads a clock, a file, the
//! environment or a random number: the same bytes and the same rules give the same answer, byte for byte.

use std::sync::Arc;

use crate::input::{Coordinates, Document, Record, Rejected};
use crate::output::Emitted;
use crate::rules::{Classified, RuleSet};

/// What reading one record came to.
#[derive(Debug)]
pub enum Outcome<'a> {
    /// A good document in which nothing of interest stands; found so without building it.
    Quiet,
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
    /// `(type, status)` of every alert emitted.
    pub alerts: Vec<(String, &'static str)>,
    /// Stable reason codes of everything suppressed.
    pub suppressed: Vec<&'static str>,
    /// The reason code when the record became a dead letter.
    pub rejected: Option<&'static str>,
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
}

impl Default for Options {
    fn default() -> Self {
        Self {
            signals: false,
            criminal: false,
            min_confidence: 0.5,
            max_document_bytes: 8 << 20,
            source: "sanctions-stream".to_owned(),
        }
    }
}

/// Reusable buffers of one worker: after warm-up a quiet record allocates nothing.
#[derive(Debug, Default)]
pub struct Scratch {
    _private: (),
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
    pub fn classify<'a>(&self, _record: &Record<'a>, _scratch: &mut Scratch) -> Outcome<'a> {
        Outcome::Quiet
    }

    /// Reads one record and says what to write for it.
    pub fn process(&self, _record: &Record<'_>, _at: Option<&Coordinates>, _scratch: &mut Scratch) -> Processed {
        Processed::default()
    }
}
