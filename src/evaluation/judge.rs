//! What is right and what is wrong in one document. All definitions of the score stand here.
//!
//! - An alert is a mention or gold event that is enacted or announced. A document and type is *right* when both sides
//!   have an alert, a *false alert* when only the rules have one, *missed* when only the readers have one.
//! - A document flagged `ambiguous` is outside the strict score. The release of prisoners in a document flagged
//!   `criminal` is neither right nor wrong.
//! - Arguments are compared where the alert is right, over all alerts of that type in the document: authority and target
//!   as sets of codes or names, the count where it is more than one, persons by their last names.
//! - A document that was not answered counts as one in which nothing was found.

use std::collections::BTreeSet;

use super::excerpt::{self, Excerpt};
use super::{Gold, GoldEvent, Tally};
use crate::input::Document;
use crate::rules::{Classified, Evidence, Mention, Role, RuleSet, Status, Suppressed};
use crate::text::Abbreviations;

/// Codes that readers write in more than one way.
const ALIASES: [(&str, &str); 2] = [("UK", "GB"), ("USA", "US")];

/// An argument that is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    /// Who acts.
    Authority,
    /// Whom it hits, or whose nationals are freed.
    Target,
    /// The number.
    Count,
    /// Named persons.
    Persons,
}

impl Slot {
    /// Every argument, in the order of reports.
    pub const ALL: [Self; 4] = [Self::Authority, Self::Target, Self::Count, Self::Persons];

    /// Its name in gold, in answers and in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Authority => "authority",
            Self::Target => "target",
            Self::Count => "count",
            Self::Persons => "persons",
        }
    }
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// An alert where there is none.
    FalseAlert,
    /// No alert where there is one.
    Missed,
    /// A right alert of the wrong status.
    Status,
    /// A right alert with a wrong argument.
    Argument(Slot),
}

impl Fault {
    /// Its name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FalseAlert => "false-alert",
            Self::Missed => "missed-alert",
            Self::Status => "status",
            Self::Argument(slot) => slot.name(),
        }
    }
}

/// One error, with everything that is needed to understand it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The document.
    pub document: String,
    /// The event type.
    pub event: String,
    /// What is wrong.
    pub fault: Fault,
    /// What readers said about this type.
    pub expected: Vec<GoldEvent>,
    /// What the rules said: the alerts, or for a missed one the candidates that raised none.
    pub found: Vec<Found>,
    /// Where readers saw it, when the rules saw nothing there: the quoted words, else the headline.
    pub place: Option<Excerpt>,
}

/// What the rules said, alert or not.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Its status.
    pub status: Status,
    /// Why it raises no alert; `None` for an alert.
    pub reason: Option<&'static str>,
    /// The rule.
    pub rule: String,
    /// The scope cues that set the status.
    pub cues: Vec<String>,
    /// Who acts.
    pub authority: Vec<String>,
    /// Whom it hits.
    pub target: Vec<String>,
    /// The number.
    pub count: Option<u32>,
    /// Named persons.
    pub persons: Vec<String>,
    /// How sure the rules are; candidates that raise no alert have no confidence.
    pub confidence: Option<f64>,
    /// The sentences.
    pub excerpts: Vec<Excerpt>,
}

/// What one type in one document came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Index of the event type.
    pub event: usize,
    /// Readers have an alert.
    pub wanted: bool,
    /// The rules have an alert.
    pub found: bool,
    /// The surest alert, whatever the threshold.
    pub confidence: Option<f64>,
    /// The statuses that readers gave, in ladder order, without repeats.
    pub gold: Vec<Status>,
    /// The statuses that the rules gave, alerts or not, likewise.
    pub said: Vec<Status>,
    /// The arguments, in the order of [`Slot::ALL`], where the alert is right.
    pub arguments: Option<[Tally; Slot::ALL.len()]>,
}

/// What one document came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// The document was there to be answered.
    pub answered: bool,
    /// The document is outside the strict score.
    pub ambiguous: bool,
    /// One decision a type, in the order of the types; an excused type has none.
    pub decisions: Vec<Decision>,
    /// The errors, empty for an ambiguous document.
    pub findings: Vec<Finding>,
}

/// A document and what the rules found in it.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// The document.
    pub document: &'a Document<'a>,
    /// What was found. It should hold alerts of every confidence: the judge applies the threshold itself.
    pub found: &'a Classified,
}

/// Judges documents.
#[derive(Clone, Copy, Debug)]
pub struct Judge<'r> {
    rules: &'r RuleSet,
    threshold: f64,
}

impl<'r> Judge<'r> {
    /// A judge who counts alerts from this confidence on.
    #[must_use]
    pub const fn new(rules: &'r RuleSet, threshold: f64) -> Self {
        Self { rules, threshold }
    }

    /// Judges one document.
    #[must_use]
    pub fn verdict(&self, gold: &Gold, answer: Option<Answer<'_>>) -> Verdict {
        let mut verdict = Verdict { answered: answer.is_some(), ambiguous: gold.is_ambiguous(), ..Verdict::default() };
        for (index, event) in self.rules.events().iter().enumerate() {
            if gold.excuses(&event.name) {
                continue;
            }
            let case = Case::new(gold, answer, &event.name, self.threshold);
            verdict.decisions.push(case.decision(index));
            if !verdict.ambiguous {
                verdict.findings.extend(case.findings(&gold.id, self.rules.abbreviations()));
            }
        }
        verdict
    }
}

/// One type in one document, both sides.
struct Case<'a> {
    event: &'a str,
    document: Option<&'a Document<'a>>,
    gold: Vec<&'a GoldEvent>,
    alerts: Vec<&'a Mention>,
    unsure: Vec<&'a Mention>,
    suppressed: Vec<&'a Suppressed>,
}

impl<'a> Case<'a> {
    fn new(gold: &'a Gold, answer: Option<Answer<'a>>, event: &'a str, threshold: f64) -> Self {
        let mentions = answer.iter().flat_map(|a| &a.found.mentions).filter(|m| m.event == event && m.status.alerts());
        let (alerts, unsure) = mentions.partition(|m| m.confidence >= threshold);
        Self {
            event,
            document: answer.map(|a| a.document),
            gold: gold.events.iter().filter(|e| e.event == event).collect(),
            alerts,
            unsure,
            suppressed: answer.iter().flat_map(|a| &a.found.suppressed).filter(|s| s.event == event).collect(),
        }
    }

    fn wanted(&self) -> Vec<&'a GoldEvent> {
        self.gold.iter().copied().filter(|event| event.status.alerts()).collect()
    }

    fn decision(&self, event: usize) -> Decision {
        let ladder = |statuses: BTreeSet<Status>| statuses.into_iter().collect::<Vec<_>>();
        let mut said: BTreeSet<Status> = self.alerts.iter().map(|m| m.status).collect();
        said.extend(self.suppressed.iter().map(|s| s.status));
        // Below the threshold an alert is what the pipeline makes of it: told as background.
        said.extend(self.unsure.iter().map(|_| Status::Background));
        let (wanted, found) = (!self.wanted().is_empty(), !self.alerts.is_empty());
        Decision {
            event,
            wanted,
            found,
            confidence: self.alerts.iter().chain(&self.unsure).map(|m| m.confidence).reduce(f64::max),
            gold: ladder(self.gold.iter().map(|e| e.status).collect()),
            said: ladder(said),
            arguments: (wanted && found).then(|| Slot::ALL.map(|slot| self.compare(slot))),
        }
    }

    fn compare(&self, slot: Slot) -> Tally {
        let (want, got) = (self.gold_values(slot), self.found_values(slot));
        let size = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Tally {
            right: size(want.intersection(&got).count()),
            wrong: size(got.difference(&want).count()),
            missed: size(want.difference(&got).count()),
        }
    }

    fn gold_values(&self, slot: Slot) -> BTreeSet<String> {
        let events = self.wanted().into_iter();
        match slot {
            Slot::Authority => events.flat_map(|e| &e.authority).filter_map(|name| folded(name)).collect(),
            Slot::Target => events.flat_map(|e| &e.target).filter_map(|name| folded(name)).collect(),
            Slot::Count => events.filter_map(|e| e.count).filter_map(several).collect(),
            Slot::Persons => events.flat_map(|e| &e.persons).filter_map(|name| last_name(name)).collect(),
        }
    }

    fn found_values(&self, slot: Slot) -> BTreeSet<String> {
        let alerts = self.alerts.iter();
        match slot {
            Slot::Authority => alerts.flat_map(|m| &m.authority).filter_map(|name| folded(name)).collect(),
            Slot::Target => alerts.flat_map(|m| &m.target).filter_map(|name| folded(name)).collect(),
            Slot::Count => alerts.filter_map(|m| m.count).filter_map(|count| several(count.value.into())).collect(),
            Slot::Persons => alerts.flat_map(|m| &m.persons).filter_map(|name| last_name(name)).collect(),
        }
    }

    fn findings(&self, id: &str, abbreviations: &Abbreviations) -> Vec<Finding> {
        let finding = |fault, expected: Vec<&GoldEvent>, found: Vec<Found>, place| Finding {
            document: id.to_owned(),
            event: self.event.to_owned(),
            fault,
            expected: expected.into_iter().cloned().collect(),
            found,
            place,
        };
        let wanted = self.wanted();
        let alerts = || self.alerts.iter().map(|m| self.alert(m, None, abbreviations)).collect::<Vec<_>>();
        match (wanted.is_empty(), self.alerts.is_empty()) {
            (true, true) => Vec::new(),
            (true, false) => vec![finding(Fault::FalseAlert, self.gold.clone(), alerts(), None)],
            (false, true) => {
                let unsure = self.unsure.iter().map(|m| self.alert(m, Some("low-confidence"), abbreviations));
                let silent = self.suppressed.iter().map(|s| self.candidate(s, abbreviations));
                let found: Vec<Found> = unsure.chain(silent).collect();
                let place = self.place(&wanted, &found, abbreviations);
                vec![finding(Fault::Missed, wanted, found, place)]
            }
            (false, false) => {
                let strongest = |statuses: &mut dyn Iterator<Item = Status>| statuses.min();
                let gold = strongest(&mut wanted.iter().map(|e| e.status));
                let said = strongest(&mut self.alerts.iter().map(|m| m.status));
                let status = (gold != said).then_some(Fault::Status);
                let arguments =
                    Slot::ALL.into_iter().filter(|slot| self.gold_values(*slot) != self.found_values(*slot));
                let faults = status.into_iter().chain(arguments.map(Fault::Argument));
                faults.map(|fault| finding(fault, wanted.clone(), alerts(), None)).collect()
            }
        }
    }

    /// Where readers saw what the rules missed, unless a candidate shows the place already.
    fn place(&self, wanted: &[&GoldEvent], found: &[Found], abbreviations: &Abbreviations) -> Option<Excerpt> {
        let document = self.document?;
        let mut quotes = wanted.iter().filter_map(|event| event.quote.as_deref());
        let words = quotes.find_map(|quote| excerpt::of_quote(document, quote, abbreviations));
        let place = words.or_else(|| excerpt::of_headline(document))?;
        let shown = |e: &Excerpt| (e.field == place.field && e.start == place.start).then_some(());
        if found.iter().flat_map(|f| &f.excerpts).find_map(shown).is_some() { None } else { Some(place) }
    }

    fn excerpts(&self, evidence: &[Evidence], abbreviations: &Abbreviations) -> Vec<Excerpt> {
        self.document.map_or_else(Vec::new, |document| excerpt::of_evidence(document, evidence, abbreviations))
    }

    fn alert(&self, m: &Mention, reason: Option<&'static str>, abbreviations: &Abbreviations) -> Found {
        let cues: BTreeSet<&String> = m.evidence.iter().filter(|e| e.role == Role::Cue).map(|e| &e.rule).collect();
        Found {
            status: m.status,
            reason,
            rule: m.rule.clone(),
            cues: cues.into_iter().cloned().collect(),
            authority: m.authority.clone(),
            target: m.target.clone(),
            count: m.count.map(|count| count.value),
            persons: m.persons.clone(),
            confidence: Some(m.confidence),
            excerpts: self.excerpts(&m.evidence, abbreviations),
        }
    }

    fn candidate(&self, s: &Suppressed, abbreviations: &Abbreviations) -> Found {
        Found {
            status: s.status,
            reason: Some(s.reason),
            rule: s.rule.clone(),
            cues: s.cue.iter().cloned().collect(),
            authority: s.authority.clone(),
            target: s.target.clone(),
            count: None,
            persons: Vec::new(),
            confidence: None,
            excerpts: self.excerpts(&s.evidence, abbreviations),
        }
    }
}

/// A name or code as it is compared: known aliases first, then without regard to case.
fn folded(name: &str) -> Option<String> {
    let name = name.trim();
    let name = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, code)| *code);
    (!name.is_empty()).then(|| name.to_lowercase())
}

/// Outlets write first names in many ways; the last name is what they share.
fn last_name(name: &str) -> Option<String> {
    folded(name)?.split_whitespace().next_back().map(str::to_owned)
}

/// A count of one is what "a journalist" comes to; readers and rules note it or not, and both are right.
fn several(count: u64) -> Option<String> {
    (count > 1).then(|| count.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{self, document, mention, names, span, suppressed};
    use super::*;
    use crate::rules::{Count, Qualifier};

    const LIFTED: &str = "sanction_lifted";
    const RELEASED: &str = "prisoner_release";

    fn gold(events: Vec<GoldEvent>, flags: &[&str]) -> Gold {
        Gold { id: "a".to_owned(), events, flags: flags.iter().map(|flag| (*flag).to_owned()).collect() }
    }

    fn judged(gold: &Gold, found: &Classified) -> Verdict {
        let rules = fixture::rules();
        let document = document("a", "Relief", "The EU lifted its ban. Britain may follow.");
        Judge::new(rules, 0.5).verdict(gold, Some(Answer { document: &document, found }))
    }

    fn decision<'v>(verdict: &'v Verdict, event: &str) -> Option<&'v Decision> {
        let rules = fixture::rules();
        let index = rules.events().iter().position(|e| e.name == event).unwrap();
        verdict.decisions.iter().find(|d| d.event == index)
    }

    fn lifting(confidence: f64) -> Classified {
        let mention = mention(LIFTED, Status::Enacted, confidence, vec![]);
        Classified { mentions: vec![mention], ..Classified::default() }
    }

    #[test]
    fn an_alert_is_right_false_or_missed_by_document_and_type() {
        let event = || fixture::gold(LIFTED, Status::Announced);
        let right = judged(&gold(vec![event()], &[]), &lifting(0.9));
        let lifted = decision(&right, LIFTED).unwrap();
        assert!(lifted.wanted && lifted.found && lifted.arguments.is_some());
        assert_eq!(right.findings.iter().map(|f| f.fault).collect::<Vec<_>>(), [Fault::Status]);

        let wrong = judged(&gold(vec![fixture::gold(LIFTED, Status::Proposed)], &[]), &lifting(0.9));
        assert_eq!(wrong.findings[0].fault, Fault::FalseAlert);
        assert_eq!(wrong.findings[0].expected[0].status, Status::Proposed);

        let missed = judged(&gold(vec![event()], &[]), &Classified::default());
        assert_eq!(missed.findings[0].fault, Fault::Missed);
        assert_eq!(missed.findings[0].place.as_ref().unwrap().text, "Relief");
    }

    #[test]
    fn below_the_threshold_it_is_no_alert_but_its_confidence_is_kept() {
        let verdict = judged(&gold(vec![fixture::gold(LIFTED, Status::Enacted)], &[]), &lifting(0.4));
        let lifted = decision(&verdict, LIFTED).unwrap();
        assert_eq!((lifted.found, lifted.confidence), (false, Some(0.4)));
        assert_eq!(lifted.said, [Status::Background]);
        assert_eq!(verdict.findings[0].found[0].reason, Some("low-confidence"));
    }

    #[test]
    fn criminals_are_excused_and_ambiguity_has_no_findings() {
        let found =
            Classified { mentions: vec![mention(RELEASED, Status::Enacted, 0.9, vec![])], ..Classified::default() };
        let criminal = judged(&gold(vec![], &["criminal"]), &found);
        assert_eq!(decision(&criminal, RELEASED), None);
        assert!(decision(&criminal, LIFTED).is_some() && criminal.findings.is_empty());
        let ambiguous = judged(&gold(vec![], &["ambiguous"]), &found);
        assert!(decision(&ambiguous, RELEASED).unwrap().found);
        assert!(ambiguous.ambiguous && ambiguous.findings.is_empty());
    }

    #[test]
    fn an_unanswered_document_is_one_without_mentions() {
        let rules = fixture::rules();
        let gold = gold(vec![fixture::gold(LIFTED, Status::Enacted)], &[]);
        let verdict = Judge::new(rules, 0.5).verdict(&gold, None);
        assert!(!verdict.answered);
        assert_eq!(verdict.findings[0].fault, Fault::Missed);
    }

    #[test]
    fn arguments_are_sets_over_all_alerts_of_the_type() {
        let event = GoldEvent {
            authority: names(&["UK", "eu"]),
            target: names(&["BY"]),
            count: Some(1),
            persons: names(&["Ales Bialiatski", "Maria  Kalesnikava"]),
            ..fixture::gold(LIFTED, Status::Enacted)
        };
        let mention = Mention {
            authority: names(&["EU", "GB", "US"]),
            count: Some(Count { value: 52, qualifier: Qualifier::Exact }),
            persons: names(&["A. BIALIATSKI"]),
            ..mention(LIFTED, Status::Enacted, 0.9, vec![])
        };
        let found = Classified { mentions: vec![mention], ..Classified::default() };
        let verdict = judged(&gold(vec![event], &[]), &found);
        let tally = |right, wrong, missed| Tally { right, wrong, missed };
        assert_eq!(
            decision(&verdict, LIFTED).unwrap().arguments,
            Some([tally(2, 1, 0), tally(0, 0, 1), tally(0, 1, 0), tally(1, 0, 1)])
        );
        let faults: Vec<_> = verdict.findings.iter().map(|f| f.fault.name()).collect();
        assert_eq!(faults, ["authority", "target", "count", "persons"]);
    }

    #[test]
    fn a_missed_alert_shows_the_candidate_or_the_quoted_place() {
        let document = document("a", "Relief", "The EU lifted its ban. Britain may follow.");
        let candidate =
            suppressed(LIFTED, Status::Proposed, "modal", vec![span(&document, Role::Trigger, "follow", "a.rule")]);
        let found = Classified { suppressed: vec![candidate], ..Classified::default() };
        let at = |quote: &str| {
            let event = GoldEvent { quote: Some(quote.to_owned()), ..fixture::gold(LIFTED, Status::Enacted) };
            judged(&gold(vec![event], &[]), &found).findings.remove(0)
        };
        let elsewhere = at("lifted its ban");
        assert_eq!(elsewhere.place.as_ref().unwrap().text, "The EU lifted its ban.");
        assert_eq!(elsewhere.found[0].reason, Some("modal"));
        assert_eq!(elsewhere.found[0].excerpts[0].text, "Britain may follow.");
        assert_eq!(at("may follow").place, None);
    }
}
