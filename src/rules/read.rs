//! Reading a document: fields -> sentences -> matches -> candidates.
//!
//! The one place where all of the rules stage meets. Buffers are the caller's [`Reading`], so that a worker allocates
//! only for what it finds.

use std::ops::Range;

use jiff::civil::Date;

use super::index::Heard;
use super::merge::{self, Told};
use super::scope::{self, Assessment};
use super::sentence::Sentence;
use super::set::RuleSet;
use super::slot::{self, Slots};
use super::trigger::{self, Match};
use super::{Classified, Evidence, Role, Status};
use crate::input::{Document, Field, Kind};
use crate::lexicon::ClassSet;
use crate::syntax::{Parse, chunk, read_units};
use crate::text::{Tokens, split_sentences};

/// Buffers of one worker.
#[derive(Debug, Default)]
pub struct Reading {
    /// The tokens of each field.
    tokens: Vec<Tokens>,
    ranges: Vec<Range<u32>>,
    sentences: Vec<Place>,
    /// The analyses of the first sentences, and behind them one for all others.
    parses: Vec<Parse>,
    heard: Heard,
    matches: Vec<Match>,
    lowered: Vec<u8>,
}

/// How many sentences of a document stay analysed while it is read; those further down are analysed again when asked
/// for. It bounds the memory of a worker, and hardly any article is longer.
const KEPT: usize = 256;

/// A sentence of the document that has been read.
#[derive(Clone, Debug)]
struct Place {
    /// The field it stands in.
    field: usize,
    /// Its ordinal in the document, from 1.
    ordinal: usize,
    /// Its tokens.
    range: Range<u32>,
    /// It has been analysed.
    read: bool,
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
        let candidates = self.candidates(document, events, date, reading);
        // What else the document says is only asked when there is something to add it to.
        let alerts = |c: &Candidate| c.assessment.status.alerts() && !c.slots.blocked;
        let mut told = if candidates.iter().any(alerts) {
            self.told(document, date, reading, &candidates)
        } else {
            Told::default()
        };
        let setting = std::mem::take(&mut told.setting);
        Classified { setting, ..merge::merge(self, document, date, candidates, &told) }
    }

    /// Reads every sentence as far as it can hold a trigger, and assesses those that do.
    fn candidates(
        &self,
        document: &Document<'_>,
        events: u32,
        date: Option<Date>,
        reading: &mut Reading,
    ) -> Vec<Candidate> {
        let notice = document.kind == Kind::Notice;
        let mut candidates = Vec::new();
        let mut context = ClassSet::EMPTY;
        let mut ordinal = 0;
        let Reading { tokens, ranges, sentences, parses, heard, matches, .. } = reading;
        sentences.clear();
        if tokens.len() < document.fields.len() {
            tokens.resize_with(document.fields.len(), Tokens::default);
        }
        for (index, field) in document.fields.iter().enumerate() {
            let text = field.reading();
            let tokens = &mut tokens[index];
            tokens.read(text);
            self.lexicon.number(tokens);
            split_sentences(tokens, &self.abbreviations, ranges);
            let headline = is_headline(field);
            let is_on = |r: usize| {
                let rule = &self.rules[r];
                let right_kind = if notice { rule.when.notice } else { rule.when.article };
                let right_field = rule.when.field.as_deref().is_none_or(|f| f == field.name);
                events >> rule.event & 1 == 1
                    && right_kind
                    && right_field
                    && rule.maturity != super::file::Maturity::Experimental
            };
            for range in &*ranges {
                ordinal += 1;
                // A sentence of this length is a table or a defect; cutting it keeps the cost per record bounded.
                let range = range.start..range.end.min(range.start + 400);
                if !headline && is_teaser(text, tokens, &range) {
                    continue;
                }
                let read = self.index.can_concern(tokens, &range);
                let parse = kept(parses, sentences.len());
                sentences.push(Place { field: index, ordinal, range: range.clone(), read });
                if !read {
                    continue;
                }
                read_units(&self.lexicon, &self.parts, &self.grammar, tokens, text, range, &mut parse.units);
                self.index.hear(&parse.units, heard);
                context = context.union(*heard.classes());
                if !self.index.rules(heard).any(is_on) {
                    continue;
                }
                chunk(&self.grammar, &parse.units, &mut parse.chunks);
                let parse = &*parse;
                matches.clear();
                let s = self.sentence(tokens, text, parse, heard, index, headline, notice);
                for r in self.index.rules(heard).filter(|r| is_on(*r)) {
                    trigger::find(&s, &self.words, r, &self.rules[r], &context, matches);
                }
                if matches.is_empty() {
                    continue;
                }
                self.index.hear_phrases(&self.cues, tokens, text, &parse.units, heard);
                let s = self.sentence(tokens, text, parse, heard, index, headline, notice);
                for m in &*matches {
                    let mut candidate = self.candidate(&s, m, date, ordinal, notice);
                    // "lifted the sanctions imposed on Mali on Sunday": the day is the main verb's.
                    let main = |n: &Match| {
                        n.object == m.object && !n.reduced && self.rules[n.rule].event != self.rules[m.rule].event
                    };
                    if m.reduced && candidate.assessment.status.alerts() && matches.iter().any(main) {
                        candidate.assessment.status = Status::Background;
                        candidate.assessment.reason = "presupposed";
                    }
                    candidates.push(candidate);
                }
            }
        }
        candidates
    }

    #[expect(clippy::too_many_arguments, reason = "one argument a field of the sentence that it makes")]
    fn sentence<'a>(
        &'a self,
        tokens: &'a Tokens,
        text: &'a str,
        parse: &'a Parse,
        heard: &'a Heard,
        field: usize,
        headline: bool,
        notice: bool,
    ) -> Sentence<'a> {
        Sentence { lexicon: &self.lexicon, grammar: &self.grammar, tokens, text, parse, heard, field, headline, notice }
    }

    /// What the sentences that `candidates` has read say beside their events.
    fn told(
        &self,
        document: &Document<'_>,
        date: Option<Date>,
        reading: &mut Reading,
        candidates: &[Candidate],
    ) -> Told {
        let mut told = Told::default();
        let notice = document.kind == Kind::Notice;
        let Reading { tokens, sentences, parses, .. } = reading;
        let everything = Heard::default();
        let mut list = super::listing::Left::default();
        for (k, place) in sentences.iter().enumerate() {
            let field = &document.fields[place.field];
            let (tokens, text) = (&tokens[place.field], field.reading());
            let parse = kept(parses, k);
            if k >= KEPT || !place.read {
                read_units(
                    &self.lexicon,
                    &self.parts,
                    &self.grammar,
                    tokens,
                    text,
                    place.range.clone(),
                    &mut parse.units,
                );
            }
            chunk(&self.grammar, &parse.units, &mut parse.chunks);
            let s = self.sentence(tokens, text, parse, &everything, place.field, is_headline(field), notice);
            super::note::read(self, &s, date, &mut told.notes);
            super::named::read(self, &s, &mut list, &mut told.named);
            super::tally::read(self, &s, place.ordinal, &mut told.tallies);
            if place.ordinal <= merge::OPENING {
                self.acting(&s, date, &mut told.acting);
            }
            super::setting::parties(self, &s, date, place.ordinal, &mut told.setting);
            super::setting::persons(&told.named, place.ordinal, &mut told.setting);
            if place.ordinal <= merge::OPENING + 4 {
                self.nationals(&s, date, &mut told.nationals);
                self.counted(&s, &mut told.counted);
            }
            // Of the headline and of the sentences that tell of the event.
            let tells = |c: &Candidate| c.sentence == place.ordinal && c.assessment.status.alerts();
            if place.ordinal == 1 || candidates.iter().any(tells) {
                self.topics(&s, date, &mut told.topics);
            }
            told.hostages |= s.units().iter().any(|u| self.words.hostage.matches(&self.lexicon, u));
            if told.held.is_empty() {
                let held = super::captor::held_by(self, &s, date);
                told.held =
                    held.iter().map(|a| (a.value, evidence(&s, Role::Authority, a.unit, "note.captor"))).collect();
            }
        }
        if notice && let Some(name) = document.source.name.as_deref() {
            let mut offices = self.publishing_offices(name, reading);
            offices.append(&mut told.acting);
            told.acting = offices;
        }
        told
    }

    /// Who is named in a sentence at the head of a document and can act.
    fn acting(&self, s: &Sentence<'_>, date: Option<Date>, out: &mut Vec<merge::Acting>) {
        for unit in 0..s.units().len() {
            if let Some(a) = super::actor::actor_at(s, &self.words, date, unit)
                && !a.weak
                && !a.not_authority
                && !a.demonym
            {
                let office = self.words.agency.matches(&self.lexicon, &s.units()[unit]);
                let evidence = Some(evidence(s, Role::Authority, unit, "note.acting"));
                out.push(merge::Acting { value: a.value, office, evidence });
            }
        }
    }

    /// The states that a sentence names, and whether they only speak in it.
    fn topics(&self, s: &Sentence<'_>, date: Option<Date>, out: &mut Vec<merge::Topic>) {
        for chunk in (0..s.chunks().len()).filter(|k| s.kind(*k) == crate::syntax::ChunkKind::Noun) {
            let speaks = s.subject_of_saying(chunk);
            super::actor::actors_in(s, &self.words, date, s.units_of(chunk), |a| {
                let code = self.lexicon.symbols().text(a.value);
                if !a.weak && code.len() == 2 && !a.region {
                    let evidence = evidence(s, Role::Authority, a.unit, "note.topic");
                    out.push(merge::Topic { value: a.value, speaks, evidence });
                }
            });
        }
    }

    /// The ministries and agencies that a notice names as its publishers; they leave no evidence, being no text.
    fn publishing_offices(&self, name: &str, reading: &mut Reading) -> Vec<merge::Acting> {
        let mut out = Vec::new();
        let Some(tokens) = reading.tokens.first_mut() else { return out };
        tokens.read(name);
        let end = u32::try_from(tokens.as_slice().len()).unwrap_or(u32::MAX);
        let parse = kept(&mut reading.parses, 0);
        read_units(&self.lexicon, &self.parts, &self.grammar, tokens, name, 0..end, &mut parse.units);
        for unit in &parse.units {
            if self.words.agency.matches(&self.lexicon, unit)
                && let Some(entry) =
                    self.lexicon.entries(&unit.senses).iter().find(|e| self.words.agency.classes.has(e.class))
            {
                out.push(merge::Acting { value: entry.value, office: true, evidence: None });
            }
        }
        out
    }

    /// The numbers that a sentence gives to people who are not still held.
    fn counted(&self, s: &Sentence<'_>, out: &mut Vec<merge::Counted>) {
        let held = s.units().iter().any(|u| self.words.remain.matches(&self.lexicon, u))
            || (0..s.units().len()).any(|u| matches!(s.norm(u), "still" | "remaining" | "another" | "other" | "among"));
        if held {
            return;
        }
        for chunk in (0..s.chunks().len()).filter(|k| s.kind(*k) == crate::syntax::ChunkKind::Noun) {
            let head = usize::from(s.chunks()[chunk].head);
            let person = self.words.person_noun.matches(&self.lexicon, &s.units()[head]);
            let whole = chunk == 0 || !s.is_word(chunk - 1, &["of", "including", "such as", "alongside"]);
            if person
                && whole
                && let Some((value, first, last)) =
                    super::number::number_in(s, s.units_of(chunk)).filter(|n| n.2 <= head)
                && value > 1
            {
                let span = s.span(first, last);
                out.push(merge::Counted {
                    noun: s.lemma(head),
                    count: super::Count { value, qualifier: super::number::qualifier(s, &self.words, first) },
                    evidence: Evidence {
                        role: Role::Count,
                        field: s.field,
                        start: span.start,
                        end: span.end,
                        rule: "note.counted".to_owned(),
                    },
                });
            }
        }
    }

    /// The nationalities of the people whom a sentence names with one.
    fn nationals(&self, s: &Sentence<'_>, date: Option<Date>, out: &mut Vec<merge::National>) {
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
                // "a U.S.-trained lawyer": a word tied to a participle says no nationality.
                let tied = s.units().get(a.unit + 1).is_some_and(|u| {
                    u.hyphened
                        && (u.forms.has(crate::lexicon::Form::Participle) || u.forms.has(crate::lexicon::Form::Past))
                });
                if tied {
                    return;
                }
                // "U.S. sailors", "US citizens": a state's name before people is their nationality too.
                let owned = s.units().get(a.unit + 1).is_some_and(|u| self.words.person_noun.matches(&self.lexicon, u))
                    && person(a.unit + 1);
                if (a.demonym || owned) && self.words.country.matches(&self.lexicon, &s.units()[a.unit]) {
                    found.push((a.value, evidence(s, Role::Target, a.unit, "note.nationals")));
                }
            });
            if found.is_empty() {
                continue;
            }
            let noun = s.units_of(chunk).rev().find(|u| person(*u)).and_then(|u| s.lemma(u));
            let captive = super::named::is_captive(self, s, chunk);
            out.push(merge::National { noun, captive, values: found });
        }
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

/// The analysis of the `k`th sentence, to be filled or as it was left.
fn kept(parses: &mut Vec<Parse>, k: usize) -> &mut Parse {
    let k = k.min(KEPT);
    if parses.len() <= k {
        parses.resize_with(k + 1, Parse::default);
    }
    &mut parses[k]
}

fn is_headline(field: &Field<'_>) -> bool {
    matches!(&*field.name, "headline" | "title")
}

fn evidence(s: &Sentence<'_>, role: Role, unit: usize, rule: &str) -> Evidence {
    let span = s.span(unit, unit + 1);
    Evidence { role, field: s.field, start: span.start, end: span.end, rule: rule.to_owned() }
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
