//! Verdicts added up, for the whole set and for its parts.

use std::collections::BTreeMap;

use super::judge::{Finding, Slot, Verdict};
use super::{Confusion, Gold, Reliability, Tally};
use crate::input::{Document, Kind};
use crate::rules::{RuleSet, Status};

/// A way to part a set, so that a figure that holds on one part only shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Axis {
    /// The prefix of the id up to its first colon, else the publisher.
    Source,
    /// The year of publication.
    Year,
    /// Article, notice or list change.
    Kind,
    /// The gold file.
    File,
}

impl Axis {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Year => "year",
            Self::Kind => "kind",
            Self::File => "file",
        }
    }

    /// The part that a document belongs to. `file` is the name of its gold file.
    #[must_use]
    pub fn part(self, gold: &Gold, document: Option<&Document<'_>>, file: &str) -> String {
        let absent = || "(no document)".to_owned();
        match self {
            Self::Source => {
                let publisher = || document.and_then(|d| d.source.name.as_deref()).unwrap_or("(unnamed)").to_owned();
                gold.id.split_once(':').map_or_else(publisher, |(prefix, _)| prefix.to_owned())
            }
            Self::Year => document.map_or_else(absent, |document| {
                let at = document.published_at.map(|at| jiff::tz::Offset::UTC.to_datetime(at).year().to_string());
                at.unwrap_or_else(|| "(undated)".to_owned())
            }),
            Self::Kind => document.map_or_else(absent, |document| {
                match document.kind {
                    Kind::Article => "article",
                    Kind::Notice => "notice",
                    Kind::ListChange => "list change",
                }
                .to_owned()
            }),
            Self::File => file.to_owned(),
        }
    }
}

/// The alerts of one type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypeScores {
    /// The event type.
    pub event: String,
    /// The strict score.
    pub strict: Tally,
    /// With the ambiguous documents.
    pub all: Tally,
    /// Does the document tell of such an event with this status? In ladder order, strict. Beyond alerts this judges
    /// the candidates that were suppressed.
    pub by_status: [Tally; Status::LADDER.len()],
}

/// What a set of documents came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scores {
    /// Documents with gold.
    pub documents: u32,
    /// Those that were there to be answered.
    pub answered: u32,
    /// Those outside the strict score.
    pub ambiguous: u32,
    /// Those in which a type is excused, because the people are criminals.
    pub excused: u32,
    /// The types, in the order of the rules.
    pub types: Vec<TypeScores>,
    /// The arguments of right alerts, ambiguous documents included, in the order of [`Slot::ALL`].
    pub arguments: [Tally; Slot::ALL.len()],
    /// Statuses, strict.
    pub confusion: Confusion,
    /// Confidence, strict.
    pub reliability: Reliability,
}

impl Scores {
    fn new(rules: &RuleSet) -> Self {
        let of = |event: &crate::rules::EventType| TypeScores { event: event.name.clone(), ..TypeScores::default() };
        Self { types: rules.events().iter().map(of).collect(), ..Self::default() }
    }

    fn add(&mut self, verdict: &Verdict) {
        self.documents += 1;
        self.answered += u32::from(verdict.answered);
        self.ambiguous += u32::from(verdict.ambiguous);
        self.excused += u32::from(verdict.decisions.len() < self.types.len());
        for decision in &verdict.decisions {
            let scores = &mut self.types[decision.event];
            scores.all.count(decision.wanted, decision.found);
            for (sum, tally) in self.arguments.iter_mut().zip(decision.arguments.iter().flatten()) {
                *sum += *tally;
            }
            if verdict.ambiguous {
                continue;
            }
            scores.strict.count(decision.wanted, decision.found);
            for (status, tally) in Status::LADDER.into_iter().zip(&mut scores.by_status) {
                tally.count(decision.gold.contains(&status), decision.said.contains(&status));
            }
            self.confusion.add(&decision.gold, &decision.said);
            self.reliability.add(decision.wanted, decision.confidence);
        }
    }

    /// The strict score over all types.
    #[must_use]
    pub fn micro(&self) -> Tally {
        sum(self.types.iter().map(|scores| scores.strict))
    }

    /// The score over all types with the ambiguous documents.
    #[must_use]
    pub fn micro_all(&self) -> Tally {
        sum(self.types.iter().map(|scores| scores.all))
    }
}

fn sum(tallies: impl Iterator<Item = Tally>) -> Tally {
    tallies.fold(Tally::default(), |mut sum, tally| {
        sum += tally;
        sum
    })
}

/// The report on a set of documents.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Everything together.
    pub whole: Scores,
    /// The parts, by axis and name.
    pub parts: BTreeMap<(Axis, String), Scores>,
    /// The errors: false alerts, then missed ones, then statuses and arguments, each in the order of the gold.
    pub findings: Vec<Finding>,
}

impl Report {
    /// A report on nothing yet.
    #[must_use]
    pub fn new(rules: &RuleSet) -> Self {
        Self { whole: Scores::new(rules), ..Self::default() }
    }

    /// Adds the verdict on a document that belongs to these parts.
    pub fn add(&mut self, rules: &RuleSet, verdict: Verdict, parts: Vec<(Axis, String)>) {
        self.whole.add(&verdict);
        for part in parts {
            self.parts.entry(part).or_insert_with(|| Scores::new(rules)).add(&verdict);
        }
        self.findings.extend(verdict.findings);
    }

    /// Puts the errors into their order. Adding keeps the order of the gold, and sorting is stable.
    pub fn finish(&mut self) {
        self.findings.sort_by_key(|finding| finding.fault);
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{self, document, mention};
    use super::super::{Answer, Judge};
    use super::*;
    use crate::rules::Classified;

    const LIFTED: &str = "sanction_lifted";

    fn gold(id: &str, status: Option<Status>, flags: &[&str]) -> Gold {
        let events = status.map(|status| fixture::gold(LIFTED, status)).into_iter().collect();
        Gold { id: id.to_owned(), events, flags: flags.iter().map(|flag| (*flag).to_owned()).collect() }
    }

    #[test]
    fn strict_leaves_ambiguous_documents_out_and_parts_add_up_to_the_whole() {
        let rules = fixture::rules();
        let judge = Judge::new(rules, 0.5);
        let found =
            Classified { mentions: vec![mention(LIFTED, Status::Enacted, 0.9, vec![])], ..Classified::default() };
        let document = document("a", "Relief", "The EU lifted its ban.");
        let mut report = Report::new(rules);
        for gold in [
            gold("wire:1", Some(Status::Enacted), &[]),
            gold("wire:2", None, &[]),
            gold("post:1", Some(Status::Enacted), &["ambiguous"]),
            gold("post:2", Some(Status::Proposed), &["criminal"]),
        ] {
            let verdict = judge.verdict(&gold, Some(Answer { document: &document, found: &found }));
            let parts = vec![(Axis::Source, Axis::Source.part(&gold, Some(&document), "f"))];
            report.add(rules, verdict, parts);
        }
        let verdict = judge.verdict(&gold("wire:3", Some(Status::Announced), &[]), None);
        report.add(rules, verdict, vec![(Axis::Source, "wire".to_owned())]);
        report.finish();

        let whole = &report.whole;
        assert_eq!((whole.documents, whole.answered, whole.ambiguous, whole.excused), (5, 4, 1, 1));
        assert_eq!(whole.micro(), Tally { right: 1, wrong: 2, missed: 1 });
        assert_eq!(whole.micro_all(), Tally { right: 2, wrong: 2, missed: 1 });
        let mut parts = Tally::default();
        report.parts.values().for_each(|part| parts += part.micro());
        assert_eq!(parts, whole.micro());
        let order: Vec<_> = report.findings.iter().map(|f| (f.fault.name(), f.document.as_str())).collect();
        assert_eq!(order, [("false-alert", "wire:2"), ("false-alert", "post:2"), ("missed-alert", "wire:3")]);
    }

    #[test]
    fn parts_have_names_also_where_nothing_is_known() {
        let document = document("a", "Relief", "The EU lifted its ban.");
        let (plain, prefixed) = (gold("17", None, &[]), gold("wire:17", None, &[]));
        assert_eq!(Axis::Source.part(&prefixed, None, "f"), "wire");
        assert_eq!(Axis::Source.part(&plain, Some(&document), "f"), "(unnamed)");
        assert_eq!(Axis::Year.part(&plain, Some(&document), "f"), "2025");
        assert_eq!(Axis::Year.part(&plain, None, "f"), "(no document)");
        assert_eq!(Axis::Kind.part(&plain, Some(&document), "f"), "article");
        assert_eq!(Axis::File.part(&plain, None, "f"), "f");
    }
}
