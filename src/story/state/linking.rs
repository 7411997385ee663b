//! Links between the stories of a partition, and with those that other partitions keep.
//!
//! When two stories belong together is for `link` to say; here it is found out whom to ask, and both sides are told.

use super::State;
use crate::story::change::{Action, Change, Changed, Field};
use crate::story::facts::Story;
use crate::story::id::{MentionId, StoryId};
use crate::story::link::{self, Basis, Link, Neighbour};
use crate::story::report::Report;

impl State {
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
            let Some(story) = self.at(slot) else { continue };
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
        if self.at(slot).is_none_or(Story::is_retracted) {
            return changes;
        }
        match link {
            Some(link) => self.attach(slot, link, false, &mut changes),
            None => self.detach(slot, from, &mut changes),
        };
        changes
    }

    /// Says that links of other partitions may depend on what has become of the story.
    pub(super) fn tell(&self, slot: u32, changes: &mut Vec<Change>) {
        let Some(story) = self.at(slot) else { return };
        let tied = story.reports.last().is_some_and(|report| !report.ties.is_empty());
        if tied || story.is_retracted() || link::has_parts(&self.types, story.event, &story.facts) {
            changes.push(Change::Moved(story.id));
        }
    }

    /// Ties the story to those it belongs with: the other mentions of the document, and, where what is looked at is new, the
    /// stories that fit the pattern of a deal. Those that fitted it and no longer do are let go.
    pub(super) fn link(&mut self, slot: u32, mention: Option<MentionId>, moved: bool, changes: &mut Vec<Change>) {
        let Some(story) = self.at(slot) else { return };
        let report = mention.and_then(|mention| story.report(mention));
        let mut found: Vec<(u32, Link)> = Vec::new();
        for tie in report.iter().flat_map(|report| &report.ties) {
            let Some((other, far)) = report.and_then(|report| self.holder(&report.document, tie.mention)) else {
                continue;
            };
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
            let Some(far) = self.at(other).filter(|_| other != slot) else { continue };
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
            if let Some(far) = self.at(other).map(|far| far.id) {
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

    /// Gives the story a link, or a better one to the same story. Says whether anything is new.
    fn attach(&mut self, slot: u32, link: Link, reported: bool, changes: &mut Vec<Change>) -> bool {
        let Some(story) = self.at(slot) else { return false };
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
            story.links = story.links.iter().copied().chain([link]).collect();
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
    pub(super) fn detach(&mut self, slot: u32, far: StoryId, changes: &mut Vec<Change>) -> bool {
        if !self.at(slot).is_some_and(|story| story.links.iter().any(|link| link.story == far)) {
            return false;
        }
        let mut story = self.lift(slot);
        story.links = story.links.iter().copied().filter(|link| link.story != far).collect();
        self.index.unlink(far, slot);
        self.finish(slot, story, None, None, changes);
        true
    }
}
