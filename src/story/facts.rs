//! What all reports of a story come to together.

use jiff::Timestamp;
use jiff::civil::Date;

use super::day::day_of;
use super::id::{MentionId, StoryId};
use super::identity::{Keys, Told};
use super::link::Link;
use super::report::{Report, Text, Words};
use super::rest::Rest;
use super::{name, source};
use crate::rules::{Count, Qualifier, Status};

/// The most names and numbers of a kind that a story holds, so that its record fits into a message.
const MOST: usize = 1_000;
/// The most hashes of a kind.
const MOST_HASHES: usize = 4_096;

/// A named person of a story, under the longest of its spellings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name as some document writes it.
    pub name: Text,
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
    pub subtype: Option<Text>,
    /// Who acts. Sorted, unique.
    pub authority: Words,
    /// Whom it hits, or whose nationals are freed. Sorted, unique.
    pub target: Words,
    /// Named persons, one entry for all spellings of a name.
    pub persons: Box<[Person]>,
    /// Every number given, in the order of value and qualifier: never averaged.
    pub counts: Box<[Tallied]>,
    /// Sectors and measures. Sorted, unique.
    pub measures: Words,
    /// First and last of the days that texts give for what has happened by the time of writing.
    pub dated: Option<(Date, Date)>,
    /// First day on which a document reports it as enacted.
    pub enacted: Option<Date>,
    /// First day on which a document reports it as announced.
    pub announced: Option<Date>,
    /// Parties that the openings of the documents name, as hashes: there are many, and they are only compared. Sorted.
    pub parties: Box<[u32]>,
    /// Persons that they name, as hashes of the folded name. Sorted.
    pub named: Box<[u64]>,
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
        reports.iter().for_each(|report| facts.add(report, Told::of(report).keys()));
        facts
    }

    /// What another partition tells: authority, target and measures; hashes of parties, and persons; the day of the event,
    /// the day of its announcement, and the time of the first report.
    #[must_use]
    pub fn told(
        [authority, target, measures]: [&[Text]; 3],
        (parties, persons): (&[u32], &[Text]),
        (day, announced, first_seen): (Option<Date>, Option<Date>, Option<Timestamp>),
    ) -> Self {
        let mut facts = Self { parties: parties.into(), enacted: day, announced, first_seen, ..Self::default() };
        extend(&mut facts.authority, authority, MOST);
        extend(&mut facts.target, target, MOST);
        extend(&mut facts.measures, measures, MOST);
        persons.iter().for_each(|name| facts.name(name, name::Key::of(name)));
        facts
    }

    /// Takes one more report in; the keys are those of the report.
    pub(super) fn add(&mut self, report: &Report, keys: Keys) {
        self.status = Some(self.status.map_or(report.status, |status| status.min(report.status)));
        if self.subtype.is_none() {
            self.subtype.clone_from(&report.subtype);
        }
        extend(&mut self.authority, &report.authority, MOST);
        extend(&mut self.target, &report.target, MOST);
        extend(&mut self.measures, report.measure.as_slice(), MOST);
        report.persons.iter().zip(keys.persons).for_each(|(name, key)| self.name(name, key));
        if let Some(count) = report.count {
            self.tally(Tallied { count, reports: 1 });
        }
        extend(&mut self.parties, &keys.parties, MOST_HASHES);
        for key in &keys.named {
            extend(&mut self.named, &[key.hash()], MOST_HASHES);
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

    /// Whether the report says anything that is not known, but for the time at which it does.
    pub(super) fn learns(&self, report: &Report, keys: &Keys) -> bool {
        let knows = |list: &[Text], said: &[Text]| said.iter().all(|item| list.binary_search(item).is_ok());
        let known_name = |(name, key): (&Text, &name::Key)| {
            let known = self.persons.iter().find(|person| person.key.matches(key));
            known.is_some_and(|known| name.len() <= known.name.len())
        };
        let day = report.published.map(day_of);
        let first = if report.status == Status::Announced { self.announced } else { self.enacted };
        let known = self.status.is_some_and(|status| status <= report.status)
            && (self.subtype.is_some() || report.subtype.is_none())
            && knows(&self.authority, &report.authority)
            && knows(&self.target, &report.target)
            && knows(&self.measures, report.measure.as_slice())
            // With several numbers one report more can change which of them is shown.
            && report.count.is_none_or(|count| matches!(&self.counts[..], [only] if only.count == count))
            && keys.parties.iter().all(|party| self.parties.binary_search(party).is_ok())
            && keys.named.iter().all(|key| self.named.binary_search(&key.hash()).is_ok())
            && past_day(report).is_none_or(|day| self.dated.is_some_and(|(low, high)| low <= day && day <= high))
            && day.is_none_or(|day| first.is_some_and(|first| first <= day))
            && report.persons.iter().zip(&keys.persons).all(known_name);
        !known
    }

    /// Takes in what other reports said together, as if they came now.
    pub(super) fn merge(&mut self, other: &Self) {
        self.status = self.status.into_iter().chain(other.status).min();
        if self.subtype.is_none() {
            self.subtype.clone_from(&other.subtype);
        }
        extend(&mut self.authority, &other.authority, MOST);
        extend(&mut self.target, &other.target, MOST);
        extend(&mut self.measures, &other.measures, MOST);
        other.persons.iter().for_each(|person| self.name(&person.name, person.key.clone()));
        other.counts.iter().for_each(|tallied| self.tally(*tallied));
        extend(&mut self.parties, &other.parties, MOST_HASHES);
        extend(&mut self.named, &other.named, MOST_HASHES);
        let days = self.dated.into_iter().chain(other.dated);
        self.dated = days.reduce(|(low, high), (first, last)| (low.min(first), high.max(last)));
        self.enacted = self.enacted.into_iter().chain(other.enacted).min();
        self.announced = self.announced.into_iter().chain(other.announced).min();
        self.first_seen = self.first_seen.into_iter().chain(other.first_seen).min();
        self.last_seen = self.last_seen.into_iter().chain(other.last_seen).max();
    }

    /// The persons of these names.
    #[must_use]
    pub fn with_persons(mut self, names: impl IntoIterator<Item = Text>) -> Self {
        let person = |name: Text| Person { key: name::Key::of(&name), name };
        self.persons = names.into_iter().map(person).collect();
        self
    }

    fn tally(&mut self, more: Tallied) {
        let place = |t: &Tallied| (t.count.value, t.count.qualifier as u8);
        match self.counts.binary_search_by_key(&place(&more), place) {
            Ok(at) => self.counts[at].reports = self.counts[at].reports.saturating_add(more.reports),
            Err(at) if self.counts.len() < MOST => insert(&mut self.counts, at, more),
            Err(_) => {}
        }
    }

    fn name(&mut self, name: &Text, key: name::Key) {
        let full = self.persons.len() >= MOST;
        match self.persons.iter_mut().find(|person| person.key.matches(&key)) {
            Some(known) if name.len() > known.name.len() => *known = Person { name: name.clone(), key },
            Some(_) => {}
            None if full => {}
            None => insert(&mut self.persons, usize::MAX, Person { name: name.clone(), key }),
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

/// Puts an item into its place, or behind the last. Facts seldom grow, and are held in no more memory than they need.
fn insert<T>(list: &mut Box<[T]>, at: usize, item: T) {
    let mut longer = Vec::with_capacity(list.len() + 1);
    longer.extend(std::mem::take(list));
    longer.insert(at.min(longer.len()), item);
    *list = longer.into();
}

/// Adds what is not there yet, as long as there is room; both are sets, and the longer one is sorted.
fn extend<T: Clone + Ord>(sorted: &mut Box<[T]>, more: &[T], most: usize) {
    let room = most.saturating_sub(sorted.len());
    let is_new = |item: &&T| sorted.binary_search(item).is_err();
    let new = more.iter().filter(is_new).count().min(room);
    if new > 0 {
        let mut all = Vec::with_capacity(sorted.len() + new);
        all.extend(more.iter().filter(is_new).take(room).cloned());
        all.extend(std::mem::take(sorted));
        all.sort_unstable();
        all.dedup();
        *sorted = all.into();
    }
}

/// One real-world event.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// Its name.
    pub id: StoryId,
    /// Index of its type.
    pub event: u16,
    /// The record key of the report that opened it: the counterparty state.
    pub key: Text,
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
    /// The reports that are no longer among these, where there were too many.
    pub rest: Option<Box<Rest>>,
    /// Stories that it belongs with.
    pub links: Box<[Link]>,
    /// What the reports say together.
    pub facts: Facts,
}

impl Story {
    /// Whether all its sources were withdrawn.
    #[must_use]
    pub fn is_retracted(&self) -> bool {
        self.reports.is_empty() && self.rest.is_none()
    }

    /// Sources that did not copy from each other: reports of one originator are one, and so are equal texts.
    #[must_use]
    pub fn independent(&self) -> u32 {
        source::independent(&self.reports, self.rest.as_deref())
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
