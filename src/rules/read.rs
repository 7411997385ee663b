//! Reading a document: fields -> sentences -> matches -> candidates.
//!
//! The one place where all of the rules stage meets. Buffers are the caller's [`Reading`], so that a worker allocates
//! only for what it finds.

use std::ops::Range;

use jiff::civil::Date;

use super::compile::RuleSet;
use super::merge;
use super::scope::{self, Assessment};
use super::sentence::Sentence;
use super::slot::{self, Slots};
use super::trigger::{self, Match};
use super::{Classified, Evidence, Role, Setting};
use crate::input::{Document, Kind};
use crate::lexicon::ClassSet;
use crate::syntax::{Parse, chunk, read_units};
use crate::text::{Tokens, split_sentences};

/// Buffers of one worker.
#[derive(Debug, Default)]
pub struct Reading {
    tokens: Tokens,
    sentences: Vec<Range<u32>>,
    parse: Parse,
    matches: Vec<Match>,
    lowered: Vec<u8>,
}

/// One assessed match with its slots.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Index of the rule.
    pub rule: usize,
    /// Index of the event.
    pub event: usize,
    /// What scope made of it.
    pub assessment: Assessment,
    /// Its arguments.
    pub slots: Slots,
    /// Field of the document.
    pub field: usize,
    /// Ordinal of the sentence in the document.
    pub sentence: usize,
    /// Byte offset of the trigger in the field.
    pub at: usize,
    /// The sentence's byte span in the field.
    pub sentence_span: Range<usize>,
    /// It stands in a headline or title.
    pub headline: bool,
    /// The trigger is a noun.
    pub nominal: bool,
}

/// Something about released or captive people that is no event of its own: who remains, who went where.
#[derive(Clone, Debug)]
pub struct Note {
    /// `None`: still held; `Some(place)`: this many went there.
    pub place: Option<String>,
    /// How many, when given.
    pub count: Option<u32>,
    /// Where it says so.
    pub evidence: Vec<Evidence>,
}

impl RuleSet {
    /// Which event types the decoded texts of a document can concern.
    #[must_use]
    pub fn concerns(&self, document: &Document<'_>, reading: &mut Reading) -> u32 {
        let scan = |f: &crate::input::Field<'_>| self.gate.scan_text(f.reading().as_bytes(), &mut reading.lowered);
        document.fields.iter().map(scan).fold(0, |a, b| a | b)
    }

    /// The raw gate: which event types the undecoded bytes of a record can concern.
    #[must_use]
    pub fn gate(&self, bytes: &[u8], reading: &mut Reading) -> u32 {
        self.gate.scan_text(bytes, &mut reading.lowered)
    }

    /// Reads a document in full.
    #[must_use]
    pub fn classify(&self, document: &Document<'_>, reading: &mut Reading) -> Classified {
        let events = if document.kind == Kind::ListChange { u32::MAX } else { self.concerns(document, reading) };
        if document.kind == Kind::ListChange {
            return super::listed::classify(self, document);
        }
        if events == 0 {
            return Classified::default();
        }
        let date = document.published_at.map(|t| jiff::tz::Offset::UTC.to_datetime(t).date());
        let mut candidates = Vec::new();
        let mut notes = Vec::new();
        let mut named = Vec::new();
        let mut held = Vec::new();
        let mut nationals = Vec::new();
        let mut acting = Vec::new();
        let mut context = ClassSet::EMPTY;
        let mut setting = Setting::default();
        let mut ordinal = 0;
        if document.kind == Kind::Notice
            && let Some(name) = document.source.name.as_deref()
        {
            self.publishing_offices(name, reading, &mut acting);
        }
        for (index, field) in document.fields.iter().enumerate() {
            let text = field.reading();
            reading.tokens.read(text);
            split_sentences(&reading.tokens, &self.abbreviations, &mut reading.sentences);
            let headline = matches!(&*field.name, "headline" | "title");
            for k in 0..reading.sentences.len() {
                let range = reading.sentences[k].clone();
                ordinal += 1;
                // A sentence of this length is a table or a defect; cutting it keeps the cost per record bounded.
                let range = range.start..range.end.min(range.start + 400);
                if !headline && is_teaser(text, &reading.tokens, &range) {
                    continue;
                }
                read_units(&self.lexicon, &self.grammar, &reading.tokens, text, range, &mut reading.parse.units);
                chunk(&self.grammar, &reading.parse.units, &mut reading.parse.chunks);
                let s = Sentence {
                    lexicon: &self.lexicon,
                    grammar: &self.grammar,
                    tokens: &reading.tokens,
                    text,
                    parse: &reading.parse,
                    field: index,
                    headline,
                    notice: document.kind == Kind::Notice,
                };
                for unit in &reading.parse.units {
                    context = context.union(unit.classes);
                }
                reading.matches.clear();
                for (r, rule) in self.rules.iter().enumerate() {
                    let right_kind = if document.kind == Kind::Notice { rule.when.notice } else { rule.when.article };
                    let right_field = rule.when.field.as_deref().is_none_or(|f| f == field.name);
                    if events >> rule.event & 1 == 1
                        && right_kind
                        && right_field
                        && rule.maturity != super::file::Maturity::Experimental
                    {
                        trigger::find(&s, &self.words, r, rule, &context, &mut reading.matches);
                    }
                }
                for m in &reading.matches {
                    candidates.push(self.candidate(&s, m, date, ordinal, document.kind == Kind::Notice));
                }
                super::note::read(self, &s, date, &mut notes);
                super::named::read(self, &s, &mut named);
                if ordinal <= merge::LEAD + 2 {
                    for unit in 0..s.units().len() {
                        if let Some(a) = super::actor::actor_at(&s, &self.words, date, unit)
                            && !a.weak
                            && !a.not_authority
                            && !a.demonym
                        {
                            let span = s.span(unit, unit + 1);
                            let evidence = Evidence {
                                role: Role::Authority,
                                field: s.field,
                                start: span.start,
                                end: span.end,
                                rule: "note.acting".to_owned(),
                            };
                            let office = self.words.agency.matches(&self.lexicon, &s.units()[unit]);
                            acting.push(merge::Acting { value: a.value, office, evidence: Some(evidence) });
                        }
                    }
                }
                if nationals.is_empty() {
                    nationals = self.first_nationals(&s, date);
                }
                super::setting::parties(self, &s, date, ordinal, &mut setting);
                super::setting::persons(&named, ordinal, &mut setting);
                if held.is_empty() {
                    for a in super::captor::held_by(self, &s, date) {
                        let span = s.span(a.unit, a.unit + 1);
                        let evidence = Evidence {
                            role: Role::Authority,
                            field: s.field,
                            start: span.start,
                            end: span.end,
                            rule: "note.captor".to_owned(),
                        };
                        held.push((a.value, evidence));
                    }
                }
            }
        }
        let told = merge::Told { notes, named, acting, nationals, held };
        Classified { setting, ..merge::merge(self, document, date, candidates, &told) }
    }

    /// The ministries and agencies that a notice names as its publishers; they leave no evidence, being no text.
    fn publishing_offices(&self, name: &str, reading: &mut Reading, out: &mut Vec<merge::Acting>) {
        reading.tokens.read(name);
        let end = u32::try_from(reading.tokens.as_slice().len()).unwrap_or(u32::MAX);
        read_units(&self.lexicon, &self.grammar, &reading.tokens, name, 0..end, &mut reading.parse.units);
        for unit in &reading.parse.units {
            if self.words.agency.matches(&self.lexicon, unit)
                && let Some(entry) =
                    self.lexicon.entries(&unit.senses).iter().find(|e| self.words.agency.classes.has(e.class))
            {
                out.push(merge::Acting { value: entry.value, office: true, evidence: None });
            }
        }
    }

    /// The nationality of the first people whom a sentence names with one.
    fn first_nationals(&self, s: &Sentence<'_>, date: Option<Date>) -> Vec<(crate::lexicon::Symbol, Evidence)> {
        for chunk in 0..s.chunks().len() {
            let range = s.units_of(chunk);
            let person = |u: usize| {
                let unit = &s.units()[u];
                self.words.person_noun.matches(&self.lexicon, unit)
                    && !self.words.government.matches(&self.lexicon, unit)
            };
            if s.kind(chunk) != crate::syntax::ChunkKind::Noun || !range.clone().any(person) {
                continue;
            }
            let mut found = Vec::new();
            super::actor::actors_in(s, &self.words, date, range, |a| {
                if a.demonym && self.words.country.matches(&self.lexicon, &s.units()[a.unit]) {
                    let span = s.span(a.unit, a.unit + 1);
                    let evidence = Evidence {
                        role: Role::Target,
                        field: s.field,
                        start: span.start,
                        end: span.end,
                        rule: "note.nationals".to_owned(),
                    };
                    found.push((a.value, evidence));
                }
            });
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    fn candidate(&self, s: &Sentence<'_>, m: &Match, date: Option<Date>, sentence: usize, notice: bool) -> Candidate {
        let rule = &self.rules[m.rule];
        let event = &self.events[rule.event];
        let assessment = scope::assess(self, s, rule, m, date, notice);
        let mut slots = slot::read(self, s, event, &rule.id, m, date, notice);
        if let (Some((a, b)), Some(cue)) = (assessment.cue_units, &assessment.cue) {
            let span = s.span(a, b.max(a + 1).min(s.units().len()));
            slots.evidence.push(Evidence {
                role: Role::Cue,
                field: s.field,
                start: span.start,
                end: span.end,
                rule: cue.clone(),
            });
        }
        if let Some((_, (a, b))) = assessment.date {
            let span = s.span(a, b.min(s.units().len()));
            slots.evidence.push(Evidence {
                role: Role::Date,
                field: s.field,
                start: span.start,
                end: span.end,
                rule: rule.id.clone(),
            });
        }
        Candidate {
            rule: m.rule,
            event: rule.event,
            assessment,
            slots,
            field: s.field,
            sentence,
            at: s.span(m.unit, m.unit + 1).start,
            sentence_span: s.span(0, s.units().len()),
            headline: s.headline,
            nominal: m.nominal,
        }
    }
}

/// Whether a sentence inside a body is a line about another article: shouted in capitals, or "Related: ...".
fn is_teaser(text: &str, tokens: &Tokens, range: &Range<u32>) -> bool {
    let items = &tokens.as_slice()[range.start as usize..range.end as usize];
    let Some((first, last)) = items.first().zip(items.last()) else { return true };
    let second = items.get(1).map(|t| tokens.norm(t));
    if matches!(tokens.norm(first), "related" | "read" | "watch" | "explainer")
        && matches!(second, Some(":" | "more" | "also"))
    {
        return true;
    }
    let shouted = |t: &str| {
        let letters = t.bytes().filter(u8::is_ascii_alphabetic).count();
        let upper = t.bytes().filter(u8::is_ascii_uppercase).count();
        letters > 20 && upper * 10 > letters * 8
    };
    shouted(&text[first.start as usize..last.end as usize]) && !shouted(text)
}
