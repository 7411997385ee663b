//! The state of one partition: its open stories, and what each mention does to them.

use std::collections::BTreeMap;

mod linking;

use super::brief::Brief;
use super::change::{Action, Change, Changed, differences, milestone};
use super::clock::Clock;
use super::facts::{Facts, Story};
use super::id::{MentionId, StoryId};
use super::identity::{self, Keys, Told, weigh};
use super::index::{Index, Map};
use super::report::{Mention, Report, Still, Supersession, Text, Type};
use super::source;
use super::texts::Texts;

/// Open stories of one partition.
#[derive(Clone, Debug)]
pub struct State {
    types: Vec<Type>,
    /// Length of the window in seconds.
    window: i64,
    /// How many bytes of its record a story may fill with reports.
    room: usize,
    stories: Vec<Option<Box<Story>>>,
    /// The same stories in brief. What stands in the place of a free slot, nobody asks for.
    briefs: Vec<Brief>,
    free: Vec<u32>,
    by_id: Map<u128, u32>,
    /// Slots in the order of their last write: the first is the next to leave.
    by_write: BTreeMap<u64, u32>,
    index: Index,
    texts: Texts,
    clock: Clock,
    /// Counts writes of stories. Each story record carries its own; the highest goes on.
    writes: u64,
}

impl State {
    /// A state without stories. `window_days` is how long a story stays open after its last report, and `most_bytes` how
    /// large its record may be.
    #[must_use]
    pub fn new(types: Vec<Type>, window_days: u32, most_bytes: usize) -> Self {
        Self {
            types,
            window: i64::from(window_days) * 86_400,
            // The other part is for what the reports come to together, which is bounded by itself.
            room: most_bytes / 5 * 2,
            stories: Vec::new(),
            briefs: Vec::new(),
            free: Vec::new(),
            by_id: Map::default(),
            by_write: BTreeMap::new(),
            index: Index::default(),
            texts: Texts::default(),
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
        self.by_id.get(&id.0).and_then(|slot| self.at(*slot))
    }

    fn at(&self, slot: u32) -> Option<&Story> {
        self.stories[slot as usize].as_deref()
    }

    /// All stories, in the order in which they were last written.
    pub fn stories(&self) -> impl Iterator<Item = &Story> {
        self.by_write.values().filter_map(|slot| self.at(*slot))
    }

    /// The story that holds a mention of a document.
    #[must_use]
    pub fn story_of(&self, document: &str, mention: MentionId) -> Option<&Story> {
        self.holder(document, mention).map(|(_, story)| story)
    }

    fn holder(&self, document: &str, mention: MentionId) -> Option<(u32, &Story)> {
        let mut stories = self.holding(document).into_iter().filter_map(|slot| Some((slot, self.at(slot)?)));
        stories.find(|(_, story)| story.report(mention).is_some())
    }

    /// Takes back a story that an earlier state has written, with the clock of that record.
    pub fn restore(&mut self, mut story: Story, clock: Clock) {
        self.forget(story.id);
        self.texts.share_story(&mut story);
        if story.written >= self.writes {
            self.writes = story.written;
            self.clock = clock;
        }
        self.put(Box::new(story));
    }

    /// Forgets a story, as its tombstone says.
    pub fn forget(&mut self, id: StoryId) {
        if let Some(slot) = self.by_id.get(&id.0).copied() {
            self.take(slot);
        }
    }

    /// Takes in what a document says of an event.
    pub fn observe(&mut self, mention: Mention) -> Vec<Change> {
        let Mention { event, mut key, mut report } = mention;
        let mut changes = Vec::new();
        let told = Told::of(&report);
        let joined = match self.earlier(event, &report) {
            Earlier::Duplicate => return changes,
            Earlier::Replaces(slot) => Some(slot),
            Earlier::Nowhere { siblings } => self.best(event, &told, &siblings),
        };
        let keys = told.keys();
        self.texts.share(&mut key);
        self.texts.share_report(&mut report);
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
            Some(slot) => (slot, self.join(slot, report, keys, &mut changes)),
            None => (self.open(event, key, report, keys, &mut changes), true),
        };
        self.link(slot, Some(id), moved, &mut changes);
        self.tell(slot, &mut changes);
        self.evict(&mut changes);
        changes
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
            let Some(story) = self.at(slot) else { continue };
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
            let gone = story.remove(leaves);
            self.unfile(slot, &gone, &story.reports);
            let before = std::mem::take(&mut story.facts);
            story.facts = story.fold();
            let links = if story.is_retracted() { std::mem::take(&mut story.links) } else { Box::default() };
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

    /// Forgets where reports are that have left a story with these others.
    fn unfile(&mut self, slot: u32, gone: &[Report], left: &[Report]) {
        for report in gone {
            if left.iter().all(|other| other.document != report.document) {
                self.index.unfile(report, slot);
            }
        }
    }

    /// Whether another document that corrects this one has reported an event of this type already.
    fn is_corrected(&self, event: u16, document: &str) -> bool {
        let mut stories =
            self.index.corrections(document).filter_map(|slot| self.at(slot)).filter(|s| s.event == event);
        stories.any(|story| {
            story
                .reports
                .iter()
                .any(|known| known.corrects.as_deref() == Some(document) && *known.document != *document)
        })
    }

    /// Where the document has reported an event of this type before.
    fn earlier(&self, event: u16, report: &Report) -> Earlier {
        if self.is_corrected(event, &report.document) {
            return Earlier::Duplicate;
        }
        let mut siblings = Vec::new();
        let mut replaces: Option<(u32, u32)> = None;
        let ids = std::iter::once(&*report.document).chain(report.corrects.as_deref());
        for id in ids {
            for slot in self.holding(id) {
                let Some(story) = self.at(slot).filter(|s| s.event == event) else { continue };
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
    fn best(&self, event: u16, told: &Told<'_>, siblings: &[u32]) -> Option<u32> {
        let act = self.types[usize::from(event)].act;
        let mut best: Option<(i32, std::cmp::Reverse<u64>, u32)> = None;
        let mut slots = Vec::new();
        self.index.candidates(event, told, |slot| {
            if !self.briefs[slot as usize].excludes(act, told) {
                slots.push(slot);
            }
        });
        slots.sort_unstable();
        slots.dedup();
        for slot in slots {
            let Some(story) = self.at(slot) else { continue };
            let Some(score) = weigh(act, &story.facts, told) else { continue };
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

    fn open(&mut self, event: u16, key: Text, report: Report, keys: Keys, changes: &mut Vec<Change>) -> u32 {
        let id = StoryId::opened_by(report.mention);
        // The same mention of a document that was withdrawn and came back.
        let revision = self.story(id).map_or(0, |story| story.revision);
        self.forget(id);
        let mut facts = Facts::default();
        facts.add(&report, keys);
        let slot = self.put(Box::new(Story {
            id,
            event,
            key,
            revision,
            told: 1,
            opened: self.writes + 1,
            written: self.writes + 1,
            touched: None,
            facts,
            reports: vec![report],
            rest: None,
            links: Box::default(),
        }));
        let story = self.lift(slot);
        self.finish(slot, story, None, Some((Action::Opened, Vec::new(), true)), changes);
        slot
    }

    /// Adds the report to the story, in the place of what the document said before. Says whether parties or names are new.
    fn join(&mut self, slot: u32, report: Report, keys: Keys, changes: &mut Vec<Change>) -> bool {
        let mut story = self.lift(slot);
        let old = |known: &Report| {
            *known.document == *report.document && (known.content != report.content || known.version != report.version)
                || report.corrects.as_deref() == Some(&*known.document)
        };
        self.index.file(&report, slot);
        let replaces = story.reports.iter().any(old);
        let first_seen = story.facts.first_seen;
        // Most reports say what is known: there is nothing to compare then.
        let mut before = (replaces || story.facts.learns(&report, &keys)).then(|| story.facts.clone());
        if replaces {
            let gone = story.remove(old);
            story.reports.push(report);
            self.unfile(slot, &gone, &story.reports);
            story.facts = story.fold();
        } else {
            story.facts.add(&report, keys);
            // Most stories never have many reports, and a hundred thousand of them are held.
            story.reports.reserve_exact(1 + story.reports.len() / 8);
            story.reports.push(report);
        }
        let changed = before.as_ref().map_or_else(Vec::new, |before| differences(before, &story.facts));
        let left_out = story.leave_out(self.room);
        if !left_out.is_empty() {
            self.unfile(slot, &left_out, &story.reports);
            let folded = story.fold();
            before.get_or_insert(std::mem::replace(&mut story.facts, folded));
        }
        let milestone = milestone(story.independent());
        let corroborated = milestone > story.told;
        story.told = story.told.max(milestone);
        let alert = if !changed.is_empty() {
            Some((Action::Updated, changed, true))
        } else {
            corroborated.then_some((Action::Corroborated, Vec::new(), true))
        };
        let earlier = first_seen != story.facts.first_seen;
        self.finish(slot, story, before.as_ref(), alert, changes) || earlier
    }

    /// Slots, each once, in the order in which their stories were opened: slots themselves come in no order that a restored
    /// state would share.
    fn in_order(&self, mut slots: Vec<u32>) -> Vec<u32> {
        slots.sort_unstable();
        slots.dedup();
        slots.sort_by_key(|slot| self.at(*slot).map(|story| story.opened));
        slots
    }

    /// Puts a changed story back, with the next write number, and says what is due. `before` are the facts that it is filed
    /// under, where they can have changed; says whether it is filed in other places now.
    fn finish(
        &mut self,
        slot: u32,
        mut story: Box<Story>,
        before: Option<&Facts>,
        alert: Option<(Action, Vec<Changed>, bool)>,
        changes: &mut Vec<Change>,
    ) -> bool {
        self.by_write.remove(&story.written);
        self.writes += 1;
        story.written = self.writes;
        story.touched = self.clock.watermark;
        self.by_write.insert(story.written, slot);
        let moved = before.is_some_and(|before| {
            if story.is_retracted() {
                self.index.remove(story.event, before, slot);
                return true;
            }
            self.index.refile(story.event, before, &story.facts, slot)
        });
        let id = story.id;
        let told = changes.iter().any(|change| match change {
            Change::Alert { story, .. } | Change::Written(story) => *story == id,
            Change::Evicted(_) | Change::Moved(_) | Change::Answer { .. } => false,
        });
        match alert {
            Some((action, changed, reported)) => {
                if action == Action::Retracted {
                    // A correction can take a story's reports in two steps: what it was between them nobody has seen.
                    let alerts = changes.len();
                    changes.retain(|change| !matches!(change, Change::Alert { story, .. } if *story == id));
                    story.revision -= u32::try_from(alerts - changes.len()).unwrap_or(0);
                }
                story.revision += 1;
                changes.retain(|change| *change != Change::Written(id));
                changes.push(Change::Alert { story: id, revision: story.revision, action, changed, reported });
            }
            None if told => {}
            None => changes.push(Change::Written(id)),
        }
        self.briefs[slot as usize] = Brief::of(&story.facts);
        self.stories[slot as usize] = Some(story);
        moved
    }

    fn evict(&mut self, changes: &mut Vec<Change>) {
        while let Some((_, slot)) = self.by_write.first_key_value() {
            let slot = *slot;
            let touched = self.at(slot).and_then(|story| story.touched);
            if !self.clock.has_passed(touched, self.window) {
                return;
            }
            let story = self.take(slot);
            changes.push(Change::Evicted(story.id));
        }
    }

    /// Takes a story out to change it; it stays filed, and [`State::finish`] puts it back.
    fn lift(&mut self, slot: u32) -> Box<Story> {
        self.stories[slot as usize].take().expect("slots in use hold a story")
    }

    fn put(&mut self, story: Box<Story>) -> u32 {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.stories.push(None);
            self.briefs.push(Brief::of(&story.facts));
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
        self.briefs[slot as usize] = Brief::of(&story.facts);
        self.stories[slot as usize] = Some(story);
        slot
    }

    fn take(&mut self, slot: u32) -> Box<Story> {
        let story = self.lift(slot);
        if !story.is_retracted() {
            self.index.remove(story.event, &story.facts, slot);
        }
        for report in &story.reports {
            self.index.unfile(report, slot);
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
    /// The same mention, or a version older than what is known, or one that was corrected: nothing to do.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_tell_which_version_is_older() {
        assert!(is_older(Some("9"), Some("10")));
        assert!(!is_older(Some("10"), Some("9")));
        assert!(!is_older(Some("a"), Some("b")) && !is_older(None, Some("1")) && !is_older(Some("1"), None));
    }
}
