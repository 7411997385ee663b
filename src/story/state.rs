//! The state of one partition: its open stories, and what each mention does to them.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasherDefault;

use rustc_hash::FxHasher;

use super::clock::Clock;
use super::facts::{Facts, Story};
use super::id::{MentionId, StoryId};
use super::identity::{self, Told, weigh};
use super::index::Index;
use super::link::Neighbour;
use super::link::{self, Basis, Link};
use super::report::{Mention, Report, Still, Supersession, Type};
use super::source;
use crate::rules::{Count, Status};

/// Numbers of independent sources that are worth an alert; above them every power of ten, and its quarter and half.
const MILESTONES: [u32; 4] = [2, 5, 10, 25];

/// What an alert does to its story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The first report of the event.
    Opened,
    /// A later report, or a corrected document, changed a field.
    Updated,
    /// Another independent source reported the same.
    Corroborated,
    /// The last report was withdrawn.
    Retracted,
}

impl Action {
    /// The wire name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Updated => "updated",
            Self::Corroborated => "corroborated",
            Self::Retracted => "retracted",
        }
    }
}

/// A field of a story that an update can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// Announced to enacted, or back.
    Status,
    /// Who acts.
    Authority,
    /// Whom it hits.
    Target,
    /// How many.
    Count,
    /// Named persons.
    Persons,
    /// Sector or measure.
    Measure,
    /// Another story that it belongs with.
    LinkedTo,
}

impl Field {
    /// The name of the field in an alert.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Authority => "authority",
            Self::Target => "target",
            Self::Count => "count",
            Self::Persons => "persons",
            Self::Measure => "measure",
            Self::LinkedTo => "linkedTo",
        }
    }
}

/// What changed in a field: as lists of texts, for people and machines alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The field.
    pub field: Field,
    /// What it was; empty when it was not known.
    pub from: Vec<String>,
    /// What it is.
    pub to: Vec<String>,
}

/// What a mention, or a withdrawal, did to one story.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// An alert is due.
    Alert {
        /// The story.
        story: StoryId,
        /// The revision that the alert tells of; a second alert of the same mention tells of the next one.
        revision: u32,
        /// What the alert does.
        action: Action,
        /// What changed, for updates.
        changed: Vec<Changed>,
        /// Whether the mention at hand is a report of this story. Else the alert comes from a link or a withdrawal, and
        /// there is no text to quote for it but that of the link.
        reported: bool,
    },
    /// Nothing that an alert is worth, but the story has a new version.
    Written(StoryId),
    /// The story has left the window and is forgotten.
    Evicted(StoryId),
    /// What links look at has changed: partitions that keep other stories want to know.
    Moved(StoryId),
    /// A story of another partition was found to belong with one of these, or not to belong with it any more: its own
    /// partition wants to know.
    Answer {
        /// The story of the other partition.
        to: StoryId,
        /// The story of this one.
        from: StoryId,
        /// The link as the other story holds it; `None` takes it back.
        link: Option<Link>,
    },
}

type Map<K, V> = HashMap<K, V, BuildHasherDefault<FxHasher>>;

/// Open stories of one partition.
#[derive(Clone, Debug)]
pub struct State {
    types: Vec<Type>,
    /// Length of the window in seconds.
    window: i64,
    stories: Vec<Option<Story>>,
    free: Vec<u32>,
    by_id: Map<u128, u32>,
    /// Slots in the order of their last write: the first is the next to leave.
    by_write: BTreeMap<u64, u32>,
    index: Index,
    clock: Clock,
    /// Counts writes of stories. Each story record carries its own; the highest goes on.
    writes: u64,
}

impl State {
    /// A state without stories. `window_days` is how long a story stays open after its last report.
    #[must_use]
    pub fn new(types: Vec<Type>, window_days: u32) -> Self {
        Self {
            types,
            window: i64::from(window_days) * 86_400,
            stories: Vec::new(),
            free: Vec::new(),
            by_id: Map::default(),
            by_write: BTreeMap::new(),
            index: Index::default(),
            clock: Clock::default(),
            writes: 0,
        }
    }

    /// The event types.
    #[must_use]
    pub fn types(&self) -> &[Type] {
        &self.types
    }

    /// Event time.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// How many stories are held, retracted ones too.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether no story is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// A story by its id.
    #[must_use]
    pub fn story(&self, id: StoryId) -> Option<&Story> {
        self.by_id.get(&id.0).and_then(|slot| self.stories[*slot as usize].as_ref())
    }

    /// All stories, in the order in which they were last written.
    pub fn stories(&self) -> impl Iterator<Item = &Story> {
        self.by_write.values().filter_map(|slot| self.stories[*slot as usize].as_ref())
    }

    /// The story that holds a mention.
    #[must_use]
    pub fn story_of(&self, mention: MentionId) -> Option<&Story> {
        self.index.mention(mention.0).and_then(|slot| self.stories[slot as usize].as_ref())
    }

    /// Takes back a story that an earlier state has written, with the clock of that record.
    pub fn restore(&mut self, story: Story, clock: Clock) {
        self.forget(story.id);
        if story.written >= self.writes {
            self.writes = story.written;
            self.clock = clock;
        }
        self.put(story);
    }

    /// Forgets a story, as its tombstone says.
    pub fn forget(&mut self, id: StoryId) {
        if let Some(slot) = self.by_id.get(&id.0).copied() {
            self.take(slot);
        }
    }

    /// Takes in what a document says of an event.
    pub fn observe(&mut self, mention: Mention) -> Vec<Change> {
        let Mention { event, key, report } = mention;
        let mut changes = Vec::new();
        let joined = match self.earlier(event, &report) {
            Earlier::Duplicate => return changes,
            Earlier::Replaces(slot) => Some(slot),
            Earlier::Nowhere { siblings } => self.best(event, &report, &siblings),
        };
        if let Some(at) = report.published
            && let Some(before) = self.clock.hear(at.as_second(), source::of(&report), self.writes)
        {
            // The window jumps ahead: what was written while that was only claimed is of the new time too.
            for slot in self.by_write.range(before + 1..).map(|(_, slot)| *slot).collect::<Vec<u32>>() {
                let story = self.lift(slot);
                self.finish(slot, story, None, None, &mut changes);
            }
        }
        let id = report.mention;
        let (slot, moved) = match joined {
            Some(slot) => (slot, self.join(slot, report, &mut changes)),
            None => (self.open(event, key, report, &mut changes), true),
        };
        self.link(slot, Some(id), moved, &mut changes);
        self.tell(slot, &mut changes);
        self.evict(&mut changes);
        changes
    }

    /// A partition that keeps other stories tells of one of them: links it with those of this one.
    pub fn heed(&mut self, neighbour: &Neighbour) -> Vec<Change> {
        let mut changes = Vec::new();
        if self.by_id.contains_key(&neighbour.story.0) {
            // It has come home: the record went to every partition.
            return changes;
        }
        let Neighbour { story: id, event, .. } = *neighbour;
        let there = link::Side { id, event, facts: &neighbour.facts };
        let of_document: Vec<u32> =
            neighbour.document.iter().flat_map(|document| self.index.document(document)).collect();
        let linked: Vec<u32> = self.index.linked(id).collect();
        let mut slots: Vec<u32> = of_document.iter().chain(&linked).copied().collect();
        if !neighbour.retracted {
            link::neighbours(&self.types, &self.index, there, &mut slots);
        }
        for slot in self.in_order(slots) {
            let Some(story) = &self.stories[slot as usize] else { continue };
            let here = (story.id, story.event);
            let known = story.links.iter().find(|link| link.story == id).copied();
            let is_of_document = |report: &&Report| neighbour.document.as_deref() == Some(&*report.document);
            let tie = story.reports.iter().filter(is_of_document).flat_map(|report| &report.ties);
            let tie = tie.into_iter().find(|tie| Some(tie.mention) == neighbour.mention);
            let together = known.is_some_and(|known| known.basis == Basis::Document)
                || story.reports.iter().any(|report| is_of_document(&report));
            let found = match tie {
                Some(tie) => Some((tie.relation, tie.outgoing, Basis::Cue)),
                None => link::pattern(&self.types, story.into(), there, || together),
            };
            let told = match found.filter(|_| !neighbour.retracted && !story.is_retracted()) {
                Some((relation, outgoing, basis)) => {
                    let link = Link { story: id, event, relation, outgoing, basis };
                    let back = Link { story: here.0, event: here.1, outgoing: !outgoing, ..link };
                    self.attach(slot, link, false, &mut changes).then_some(Some(back))
                }
                None if neighbour.retracted || known.is_some_and(|known| known.basis != Basis::Cue) => {
                    self.detach(slot, id, &mut changes).then_some(None)
                }
                None => None,
            };
            if let Some(link) = told.filter(|_| !neighbour.retracted) {
                changes.push(Change::Answer { to: id, from: here.0, link });
            }
        }
        changes
    }

    /// What another partition has found of a story of this one: see [`Change::Answer`].
    pub fn answered(&mut self, to: StoryId, from: StoryId, link: Option<Link>) -> Vec<Change> {
        let mut changes = Vec::new();
        let Some(slot) = self.by_id.get(&to.0).copied() else { return changes };
        if self.stories[slot as usize].as_ref().is_none_or(Story::is_retracted) {
            return changes;
        }
        match link {
            Some(link) => self.attach(slot, link, false, &mut changes),
            None => self.detach(slot, from, &mut changes),
        };
        changes
    }

    /// Says that links of other partitions may depend on what has become of the story.
    fn tell(&self, slot: u32, changes: &mut Vec<Change>) {
        let Some(story) = &self.stories[slot as usize] else { return };
        let tied = story.reports.last().is_some_and(|report| !report.ties.is_empty());
        if tied || story.is_retracted() || link::has_parts(&self.types, story.event, &story.facts) {
            changes.push(Change::Moved(story.id));
        }
    }

    /// A document was withdrawn by its publisher: its reports go, and with the last one the story.
    pub fn withdraw(&mut self, document: &str) -> Vec<Change> {
        let mut changes = Vec::new();
        self.drop_reports(document, &mut changes, |_, _, _| true);
        changes
    }

    /// A document has a new version, or replaces another one: what it no longer says is taken back. What it still says
    /// stays until the mentions of the new version come and take the place of the old.
    pub fn supersede(&mut self, by: &Supersession) -> Vec<Change> {
        let mut changes = Vec::new();
        // Each mention of the new version takes the place of one old report.
        let mut coming: Vec<&Still> = by.mentions.iter().collect();
        let mut kept = |event: u16, key: &str, report: &Report| {
            let can_be = |still: &&Still| {
                still.event == event
                    && *still.key == *key
                    && !identity::disjoint(&still.authority, &report.authority)
                    && !identity::disjoint(&still.target, &report.target)
            };
            coming.iter().position(can_be).map(|at| coming.remove(at)).is_some()
        };
        self.drop_reports(&by.document, &mut changes, |event, key, report| {
            let current = report.content == by.content && report.version == by.version;
            !current && !is_older(by.version.as_deref(), report.version.as_deref()) && !kept(event, key, report)
        });
        if let Some(corrected) = &by.corrects {
            self.drop_reports(corrected, &mut changes, |event, key, report| !kept(event, key, report));
        }
        changes
    }

    /// Takes reports of a document out of their stories; `goes` is asked once for each.
    fn drop_reports(
        &mut self,
        document: &str,
        changes: &mut Vec<Change>,
        mut goes: impl FnMut(u16, &str, &Report) -> bool,
    ) {
        for slot in self.holding(document) {
            let Some(story) = &self.stories[slot as usize] else { continue };
            let (event, key) = (story.event, &story.key);
            let leaving: Vec<MentionId> = story
                .reports
                .iter()
                .filter(|report| *report.document == *document && goes(event, key, report))
                .map(|report| report.mention)
                .collect();
            if leaving.is_empty() {
                continue;
            }
            let leaves = |report: &Report| leaving.contains(&report.mention);
            let mut story = self.lift(slot);
            let (gone, left): (Vec<Report>, Vec<Report>) = story.reports.drain(..).partition(leaves);
            story.reports = left;
            for report in &gone {
                self.index.unfile(report, slot, story.reports.iter().all(|other| other.document != report.document));
            }
            let before = std::mem::take(&mut story.facts);
            story.facts = Facts::of(&story.reports);
            let links = if story.is_retracted() { std::mem::take(&mut story.links) } else { Vec::new() };
            let id = story.id;
            let (action, changed) = if story.is_retracted() {
                (Action::Retracted, Vec::new())
            } else {
                (Action::Updated, differences(&before, &story.facts))
            };
            let alert = (action == Action::Retracted || !changed.is_empty()).then_some((action, changed, false));
            let retracted = action == Action::Retracted;
            self.finish(slot, story, Some(&before), alert, changes);
            // Nothing is left there to be linked to.
            for link in links {
                self.index.unlink(link.story, slot);
                if let Some(other) = self.by_id.get(&link.story.0).copied() {
                    self.detach(other, id, changes);
                }
            }
            if !retracted {
                self.link(slot, None, true, changes);
            }
            self.tell(slot, changes);
        }
    }

    /// The stories that hold reports of a document.
    fn holding(&self, document: &str) -> Vec<u32> {
        self.in_order(self.index.document(document).collect())
    }

    /// Where the document has reported an event of this type before.
    fn earlier(&self, event: u16, report: &Report) -> Earlier {
        let mut siblings = Vec::new();
        let mut replaces: Option<(u32, u32)> = None;
        let ids = std::iter::once(&*report.document).chain(report.corrects.as_deref());
        for id in ids {
            for slot in self.holding(id) {
                let Some(story) = self.stories[slot as usize].as_ref().filter(|s| s.event == event) else { continue };
                for known in story.reports.iter().filter(|known| *known.document == *id) {
                    let own = *known.document == *report.document;
                    let same_text = own && known.content == report.content && known.version == report.version;
                    if same_text && known.mention == report.mention
                        || own && is_older(report.version.as_deref(), known.version.as_deref())
                    {
                        return Earlier::Duplicate;
                    }
                    if same_text {
                        siblings.push(slot);
                    } else {
                        // Of several old reports it takes the place of the one most like it, the first of equals.
                        let likeness = identity::likeness(known, report);
                        if replaces.is_none_or(|(best, _)| likeness > best) {
                            replaces = Some((likeness, slot));
                        }
                    }
                }
            }
        }
        match replaces {
            Some((likeness, slot)) if likeness > 0 && !siblings.contains(&slot) => Earlier::Replaces(slot),
            _ => Earlier::Nowhere { siblings },
        }
    }

    /// The story with the most agreement, the older one of two.
    fn best(&self, event: u16, report: &Report, siblings: &[u32]) -> Option<u32> {
        let act = self.types[usize::from(event)].act;
        let told = Told::of(report);
        let mut best: Option<(i32, std::cmp::Reverse<u64>, u32)> = None;
        let mut slots = Vec::new();
        self.index.candidates(event, &told, &mut slots);
        for slot in slots {
            let Some(story) = &self.stories[slot as usize] else { continue };
            let Some(score) = weigh(act, &story.facts, &told) else { continue };
            // Two mentions of one type in a document are two events, unless they name the same people.
            if siblings.contains(&slot) && !identity::shares_person(&story.facts.persons, &told.persons) {
                continue;
            }
            let rank = (score, std::cmp::Reverse(story.opened), slot);
            if best.is_none_or(|best| rank > best) {
                best = Some(rank);
            }
        }
        best.map(|(_, _, slot)| slot)
    }

    fn open(&mut self, event: u16, key: Box<str>, report: Report, changes: &mut Vec<Change>) -> u32 {
        let id = StoryId::opened_by(report.mention);
        // The same mention of a document that was withdrawn and came back.
        let revision = self.story(id).map_or(0, |story| story.revision);
        self.forget(id);
        let slot = self.put(Story {
            id,
            event,
            key,
            revision,
            told: 1,
            opened: self.writes + 1,
            written: self.writes + 1,
            touched: None,
            facts: Facts::of(std::slice::from_ref(&report)),
            reports: vec![report],
            links: Vec::new(),
        });
        let story = self.lift(slot);
        self.finish(slot, story, None, Some((Action::Opened, Vec::new(), true)), changes);
        slot
    }

    /// Adds the report to the story, in the place of what the document said before. Says whether parties or names are new.
    fn join(&mut self, slot: u32, report: Report, changes: &mut Vec<Change>) -> bool {
        let mut story = self.lift(slot);
        let old = |known: &Report| {
            *known.document == *report.document && (known.content != report.content || known.version != report.version)
                || report.corrects.as_deref() == Some(&*known.document)
        };
        let before = story.facts.clone();
        self.index.file(&report, slot);
        if story.reports.iter().any(old) {
            let (gone, mut left): (Vec<Report>, Vec<Report>) = story.reports.drain(..).partition(old);
            left.push(report);
            for report in &gone {
                self.index.unfile(report, slot, left.iter().all(|other| other.document != report.document));
            }
            story.reports = left;
            story.facts = Facts::of(&story.reports);
        } else {
            story.facts.add(&report);
            story.reports.push(report);
        }
        let changed = differences(&before, &story.facts);
        let milestone = milestone(story.independent());
        let corroborated = milestone > story.told;
        story.told = story.told.max(milestone);
        let alert = if !changed.is_empty() {
            Some((Action::Updated, changed, true))
        } else {
            corroborated.then_some((Action::Corroborated, Vec::new(), true))
        };
        let earlier = before.first_seen != story.facts.first_seen;
        self.finish(slot, story, Some(&before), alert, changes) || earlier
    }

    /// Ties the story to those it belongs with: the other mentions of the document, and, where what is looked at is new, the
    /// stories that fit the pattern of a deal. Those that fitted it and no longer do are let go.
    fn link(&mut self, slot: u32, mention: Option<MentionId>, moved: bool, changes: &mut Vec<Change>) {
        let Some(story) = &self.stories[slot as usize] else { return };
        let report = mention.and_then(|mention| story.report(mention));
        let mut found: Vec<(u32, Link)> = Vec::new();
        for tie in report.iter().flat_map(|report| &report.ties) {
            let Some(other) = self.index.mention(tie.mention.0) else { continue };
            let Some(far) = &self.stories[other as usize] else { continue };
            let (relation, outgoing) = (tie.relation, tie.outgoing);
            found.push((other, Link { story: far.id, event: far.event, relation, outgoing, basis: Basis::Cue }));
        }
        let mut slots: Vec<u32> = report.iter().flat_map(|report| self.index.document(&report.document)).collect();
        let patterns = story.links.iter().filter(|link| link.basis != Basis::Cue);
        if moved {
            if story.links.len() < link::MOST {
                link::neighbours(&self.types, &self.index, story.into(), &mut slots);
            }
            slots.extend(patterns.clone().filter_map(|link| self.by_id.get(&link.story.0)));
        }
        let sharing = std::cell::OnceCell::new();
        let mut lost: Vec<u32> = Vec::new();
        for other in self.in_order(slots) {
            let Some(far) = self.stories[other as usize].as_ref().filter(|_| other != slot) else { continue };
            let together = || sharing.get_or_init(|| self.sharing(story)).binary_search(&other).is_ok();
            match link::pattern(&self.types, story.into(), far.into(), together) {
                Some((relation, outgoing, basis)) => {
                    found.push((other, Link { story: far.id, event: far.event, relation, outgoing, basis }));
                }
                None if patterns.clone().any(|link| link.story == far.id) => lost.push(other),
                None => {}
            }
        }
        let (id, event) = (story.id, story.event);
        for other in lost {
            if let Some(far) = self.stories[other as usize].as_ref().map(|far| far.id) {
                self.detach(slot, far, changes);
                self.detach(other, id, changes);
            }
        }
        for (other, link) in found {
            if other == slot {
                continue;
            }
            self.attach(slot, link, mention.is_some(), changes);
            self.attach(other, Link { story: id, event, outgoing: !link.outgoing, ..link }, false, changes);
        }
    }

    /// The slots of all stories that share a document with this one, sorted.
    fn sharing(&self, story: &Story) -> Vec<u32> {
        let mut slots: Vec<u32> =
            story.reports.iter().flat_map(|report| self.index.document(&report.document)).collect();
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    /// Slots, each once, in the order in which their stories were opened: slots themselves come in no order that a restored
    /// state would share.
    fn in_order(&self, mut slots: Vec<u32>) -> Vec<u32> {
        slots.sort_unstable();
        slots.dedup();
        slots.sort_by_key(|slot| self.stories[*slot as usize].as_ref().map(|story| story.opened));
        slots
    }

    /// Gives the story a link, or a better one to the same story. Says whether anything is new.
    fn attach(&mut self, slot: u32, link: Link, reported: bool, changes: &mut Vec<Change>) -> bool {
        let Some(story) = &self.stories[slot as usize] else { return false };
        let known = story.links.iter().find(|known| known.story == link.story);
        match known {
            // Words are better evidence than a pattern. Of two documents that say different things one counts, and which
            // it is must not depend on the order in which they came.
            Some(known) if link.basis > known.basis || *known == link => return false,
            Some(known) if link.basis == Basis::Cue && known.basis == Basis::Cue => {
                let rank = |link: &Link| (link.relation.name(), link.outgoing == (story.id < link.story));
                if rank(known) <= rank(&link) {
                    return false;
                }
            }
            None if story.links.len() >= link::MOST => return false,
            Some(_) | None => {}
        }
        let mut story = self.lift(slot);
        let alert = if let Some(known) = story.links.iter_mut().find(|known| known.story == link.story) {
            *known = link;
            None
        } else {
            story.links.push(link);
            self.index.link(link.story, slot);
            Some(Changed { field: Field::LinkedTo, from: Vec::new(), to: vec![link.story.to_string()] })
        };
        // The alert that the mention has raised already tells of the link as well.
        let raised = changes.iter_mut().find_map(|change| match change {
            Change::Alert { story: id, action, changed, .. } if *id == story.id => Some((action, changed)),
            _ => None,
        });
        let alert = match (alert, raised) {
            (None, _) | (Some(_), Some((Action::Opened, _))) => None,
            (Some(told), Some((action, changed))) => {
                *action = Action::Updated;
                changed.push(told);
                None
            }
            (Some(told), None) => Some((Action::Updated, vec![told], reported)),
        };
        self.finish(slot, story, None, alert, changes);
        true
    }

    /// Takes a link away. Says whether there was one.
    fn detach(&mut self, slot: u32, far: StoryId, changes: &mut Vec<Change>) -> bool {
        let held = self.stories[slot as usize].as_ref();
        if !held.is_some_and(|story| story.links.iter().any(|link| link.story == far)) {
            return false;
        }
        let mut story = self.lift(slot);
        story.links.retain(|link| link.story != far);
        self.index.unlink(far, slot);
        self.finish(slot, story, None, None, changes);
        true
    }

    /// Puts a changed story back, with the next write number, and says what is due. `before` are the facts that it is filed
    /// under, where they can have changed; says whether it is filed in other places now.
    fn finish(
        &mut self,
        slot: u32,
        mut story: Story,
        before: Option<&Facts>,
        alert: Option<(Action, Vec<Changed>, bool)>,
        changes: &mut Vec<Change>,
    ) -> bool {
        self.by_write.remove(&story.written);
        self.writes += 1;
        story.written = self.writes;
        story.touched = self.clock.watermark;
        self.by_write.insert(story.written, slot);
        let moved = before.is_some_and(|before| story.is_retracted() || !Index::same_places(before, &story.facts));
        if let Some(before) = before.filter(|_| moved) {
            self.index.remove(story.event, before, slot);
            if !story.is_retracted() {
                self.index.add(story.event, &story.facts, slot);
            }
        }
        let id = story.id;
        let told = changes.iter().any(|change| match change {
            Change::Alert { story, .. } | Change::Written(story) => *story == id,
            Change::Evicted(_) | Change::Moved(_) | Change::Answer { .. } => false,
        });
        match alert {
            Some((action, changed, reported)) => {
                story.revision += 1;
                changes.retain(|change| *change != Change::Written(id));
                changes.push(Change::Alert { story: id, revision: story.revision, action, changed, reported });
            }
            None if told => {}
            None => changes.push(Change::Written(id)),
        }
        self.stories[slot as usize] = Some(story);
        moved
    }

    fn evict(&mut self, changes: &mut Vec<Change>) {
        while let Some((_, slot)) = self.by_write.first_key_value() {
            let slot = *slot;
            let touched = self.stories[slot as usize].as_ref().and_then(|story| story.touched);
            if !self.clock.has_passed(touched, self.window) {
                return;
            }
            let story = self.take(slot);
            changes.push(Change::Evicted(story.id));
        }
    }

    /// Takes a story out to change it; it stays filed, and [`State::finish`] puts it back.
    fn lift(&mut self, slot: u32) -> Story {
        self.stories[slot as usize].take().expect("slots in use hold a story")
    }

    fn put(&mut self, story: Story) -> u32 {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.stories.push(None);
            u32::try_from(self.stories.len() - 1).expect("fewer than four billion open stories")
        });
        if !story.is_retracted() {
            self.index.add(story.event, &story.facts, slot);
        }
        for report in &story.reports {
            self.index.file(report, slot);
        }
        for link in &story.links {
            self.index.link(link.story, slot);
        }
        self.by_id.insert(story.id.0, slot);
        self.by_write.insert(story.written, slot);
        self.stories[slot as usize] = Some(story);
        slot
    }

    fn take(&mut self, slot: u32) -> Story {
        let story = self.lift(slot);
        if !story.is_retracted() {
            self.index.remove(story.event, &story.facts, slot);
        }
        for report in &story.reports {
            self.index.unfile(report, slot, true);
        }
        for link in &story.links {
            self.index.unlink(link.story, slot);
        }
        self.by_id.remove(&story.id.0);
        self.by_write.remove(&story.written);
        self.free.push(slot);
        story
    }
}

/// Where a document has reported an event of the type before.
enum Earlier {
    /// The same mention, or a version older than what is known: nothing to do.
    Duplicate,
    /// An older version of the document, or the document that this one corrects, is in this story.
    Replaces(u32),
    /// Nowhere; the other mentions of the same text are in these stories, which therefore are other events.
    Nowhere { siblings: Vec<u32> },
}

/// Whether a version is older than another one. Only numbers can tell: else what comes later is newer.
fn is_older(version: Option<&str>, than: Option<&str>) -> bool {
    let number = |text: Option<&str>| text?.parse::<u64>().ok();
    number(version).zip(number(than)).is_some_and(|(a, b)| a < b)
}

/// The highest number of sources up to this one that is worth an alert.
fn milestone(independent: u32) -> u32 {
    let small = MILESTONES.into_iter().filter(|m| *m <= independent).max();
    let mut best = small.unwrap_or(1);
    let mut power = 100_u32;
    while power / 2 <= independent {
        for step in [power / 2, power, power * 5 / 2] {
            if step <= independent {
                best = best.max(step);
            }
        }
        power = power.saturating_mul(10);
    }
    best
}

/// What an update has to tell. A number that moved as little as outlets differ is no news.
fn differences(before: &Facts, after: &Facts) -> Vec<Changed> {
    let mut found = Vec::new();
    let mut tell = |field, from: Vec<String>, to: Vec<String>| found.push(Changed { field, from, to });
    let texts = |list: &[Box<str>]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    let status = |status: Option<Status>| status.map(|s| s.name().to_owned()).into_iter().collect::<Vec<_>>();
    if before.status != after.status {
        tell(Field::Status, status(before.status), status(after.status));
    }
    if before.authority != after.authority {
        tell(Field::Authority, texts(&before.authority), texts(&after.authority));
    }
    if before.target != after.target {
        tell(Field::Target, texts(&before.target), texts(&after.target));
    }
    let number = |count: Option<Count>| count.map(|count| count.value.to_string()).into_iter().collect::<Vec<_>>();
    let (was, is) = (before.count(), after.count());
    let moved = match (was, is) {
        (Some(was), Some(is)) => identity::compare(was, is) == identity::Agreement::Conflict,
        (was, is) => was.is_some() != is.is_some(),
    };
    if moved {
        tell(Field::Count, number(was), number(is));
    }
    if before.persons.len() != after.persons.len() {
        let names = |facts: &Facts| facts.persons.iter().map(|person| person.name.to_string()).collect::<Vec<_>>();
        tell(Field::Persons, names(before), names(after));
    }
    if before.measures != after.measures {
        tell(Field::Measure, texts(&before.measures), texts(&after.measures));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milestones() {
        let told: Vec<u32> =
            [1, 2, 4, 5, 9, 10, 24, 25, 49, 50, 99, 100, 249, 250, 499, 500, 1000, 2500].map(milestone).to_vec();
        assert_eq!(told, [1, 2, 2, 5, 5, 10, 10, 25, 25, 50, 50, 100, 100, 250, 250, 500, 1000, 2500]);
    }

    #[test]
    fn only_numbers_tell_which_version_is_older() {
        assert!(is_older(Some("9"), Some("10")));
        assert!(!is_older(Some("10"), Some("9")));
        assert!(!is_older(Some("a"), Some("b")) && !is_older(None, Some("1")) && !is_older(Some("1"), None));
    }
}
