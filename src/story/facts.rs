//! What all reports of a story come to together.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::id::{MentionId, StoryId};
use super::index::party_hash;
use super::link::Link;
use super::report::Report;
use super::{name, source};
use crate::rules::{Count, Qualifier, Status};

/// A named person of a story, under the longest of its spellings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name as some document writes it.
    pub name: Box<str>,
    pub(super) key: name::Key,
}

/// A number, and how many reports give it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tallied {
    /// The number.
    pub count: Count,
    /// Reports that give it.
    pub reports: u32,
}

/// The typed fields of all reports together. A fold over the reports: see [`Facts::add`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Enacted as soon as one report says so; `None` without reports.
    pub status: Option<Status>,
    /// The finer class, from the first report that has one.
    pub subtype: Option<Box<str>>,
    /// Who acts. Sorted, unique.
    pub authority: Vec<Box<str>>,
    /// Whom it hits, or whose nationals are freed. Sorted, unique.
    pub target: Vec<Box<str>>,
    /// Named persons, one entry for all spellings of a name.
    pub persons: Vec<Person>,
    /// Every number given, in the order of value and qualifier: never averaged.
    pub counts: Vec<Tallied>,
    /// Sectors and measures. Sorted, unique.
    pub measures: Vec<Box<str>>,
    /// First and last of the days that texts give for what has happened by the time of writing.
    pub dated: Option<(Date, Date)>,
    /// First day on which a document reports it as enacted.
    pub enacted: Option<Date>,
    /// First day on which a document reports it as announced.
    pub announced: Option<Date>,
    /// Parties that the openings of the documents name, as hashes: there are many, and they are only compared. Sorted.
    pub(super) parties: Vec<u32>,
    /// Persons that they name, as hashes of the folded name. Sorted.
    pub(super) named: Vec<u64>,
    /// Publication of the first report.
    pub first_seen: Option<Timestamp>,
    /// Publication of the last report.
    pub last_seen: Option<Timestamp>,
}

impl Facts {
    /// The facts of these reports.
    #[must_use]
    pub fn of(reports: &[Report]) -> Self {
        let mut facts = Self::default();
        reports.iter().for_each(|report| facts.add(report));
        facts
    }

    /// What another partition tells: authority, target and measures; hashes of parties, and persons; the day of the event,
    /// the day of its announcement, and the time of the first report.
    #[must_use]
    pub fn told(
        [authority, target, measures]: [Vec<Box<str>>; 3],
        (parties, persons): (&[u32], &[Box<str>]),
        (day, announced, first_seen): (Option<Date>, Option<Date>, Option<Timestamp>),
    ) -> Self {
        let mut facts = Self { parties: parties.to_vec(), enacted: day, announced, first_seen, ..Self::default() };
        extend(&mut facts.authority, &authority);
        extend(&mut facts.target, &target);
        extend(&mut facts.measures, &measures);
        persons.iter().for_each(|name| facts.name(name));
        facts
    }

    /// Hashes of the parties that the openings of the documents name. Sorted.
    #[must_use]
    pub fn parties(&self) -> &[u32] {
        &self.parties
    }

    /// Takes one more report in.
    pub fn add(&mut self, report: &Report) {
        self.status = Some(self.status.map_or(report.status, |status| status.min(report.status)));
        if self.subtype.is_none() {
            self.subtype.clone_from(&report.subtype);
        }
        extend(&mut self.authority, &report.authority);
        extend(&mut self.target, &report.target);
        if let Some(measure) = &report.measure {
            extend(&mut self.measures, std::slice::from_ref(measure));
        }
        report.persons.iter().for_each(|name| self.name(name));
        if let Some(count) = report.count {
            let place = |t: &Tallied| (t.count.value, t.count.qualifier as u8);
            match self.counts.binary_search_by_key(&(count.value, count.qualifier as u8), place) {
                Ok(at) => self.counts[at].reports += 1,
                Err(at) => self.counts.insert(at, Tallied { count, reports: 1 }),
            }
        }
        for party in &report.parties {
            insert(&mut self.parties, party_hash(party));
        }
        for name in &report.named {
            insert(&mut self.named, name::Key::of(name).hash());
        }
        if let Some(date) = past_day(report) {
            self.dated = Some(self.dated.map_or((date, date), |(low, high)| (low.min(date), high.max(date))));
        }
        if let Some(at) = report.published {
            self.first_seen = Some(self.first_seen.map_or(at, |first| first.min(at)));
            self.last_seen = Some(self.last_seen.map_or(at, |last| last.max(at)));
            let day = day_of(at);
            let first = if report.status == Status::Announced { &mut self.announced } else { &mut self.enacted };
            *first = Some(first.map_or(day, |known| known.min(day)));
        }
    }

    fn name(&mut self, name: &str) {
        let key = name::Key::of(name);
        match self.persons.iter_mut().find(|person| person.key.matches(&key)) {
            Some(known) if name.len() > known.name.len() => *known = Person { name: name.into(), key },
            Some(_) => {}
            None => self.persons.push(Person { name: name.into(), key }),
        }
    }

    /// The day of the event as far as it is known: the first that a text gives, else the first report of it as enacted.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        self.dated.map(|(first, _)| first).or(self.enacted)
    }

    /// The number to show: the one that most reports give, exact before vague, then the largest.
    #[must_use]
    pub fn count(&self) -> Option<Count> {
        let rank = |t: &&Tallied| (t.reports, t.count.qualifier == Qualifier::Exact, t.count.value);
        self.counts.iter().max_by_key(rank).map(|t| t.count)
    }
}

/// The day that the text gives for the event, unless that is still to come: sanctions are imposed today and take effect
/// next month, and it is today that tells this event from others.
pub(super) fn past_day(report: &Report) -> Option<Date> {
    let tomorrow = report.published.and_then(|at| day_of(at).tomorrow().ok());
    report.date.filter(|date| tomorrow.is_none_or(|limit| *date <= limit))
}

fn insert<T: Ord>(sorted: &mut Vec<T>, item: T) {
    if let Err(at) = sorted.binary_search(&item) {
        sorted.insert(at, item);
    }
}

fn extend(sorted: &mut Vec<Box<str>>, more: &[Box<str>]) {
    for item in more {
        if let Err(at) = sorted.binary_search(item) {
            sorted.insert(at, item.clone());
        }
    }
}

/// The day of publication in UTC.
pub(super) fn day_of(at: Timestamp) -> Date {
    Offset::UTC.to_datetime(at).date()
}

/// One real-world event.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// Its name.
    pub id: StoryId,
    /// Index of its type.
    pub event: u16,
    /// The record key of the report that opened it: the counterparty state.
    pub key: Box<str>,
    /// How many alerts it has made.
    pub revision: u32,
    /// The highest number of independent sources that an alert told of.
    pub told: u32,
    /// When it was opened, counted in writes of the partition.
    pub opened: u64,
    /// When it was last written, counted likewise.
    pub written: u64,
    /// The watermark then, in seconds.
    pub touched: Option<i64>,
    /// Who reported it, in order of arrival. Empty when the last one was withdrawn.
    pub reports: Vec<Report>,
    /// Stories that it belongs with.
    pub links: Vec<Link>,
    /// What the reports say together.
    pub facts: Facts,
}

impl Story {
    /// Whether all its sources were withdrawn.
    #[must_use]
    pub fn is_retracted(&self) -> bool {
        self.reports.is_empty()
    }

    /// Sources that did not copy from each other: reports of one originator are one, and so are equal texts.
    #[must_use]
    pub fn independent(&self) -> u32 {
        source::independent(&self.reports)
    }

    /// The report that is this mention.
    #[must_use]
    pub fn report(&self, mention: MentionId) -> Option<&Report> {
        self.reports.iter().find(|report| report.mention == mention)
    }

    /// Names of the outlets, in order of arrival, each once.
    #[must_use]
    pub fn publishers(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for name in self.reports.iter().filter_map(|report| report.publisher.as_deref()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// See [`Facts::day`].
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        self.facts.day()
    }
}
