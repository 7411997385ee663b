//! What a mention or a withdrawal did to stories, and what of it is worth telling.

use super::facts::Facts;
use super::id::StoryId;
use super::identity;
use super::link::Link;
use super::report::Text;
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

/// The highest number of sources up to this one that is worth an alert.
pub(super) fn milestone(independent: u32) -> u32 {
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
pub(super) fn differences(before: &Facts, after: &Facts) -> Vec<Changed> {
    let mut found = Vec::new();
    let mut tell = |field, from: Vec<String>, to: Vec<String>| found.push(Changed { field, from, to });
    let texts = |list: &[Text]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
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
    use super::milestone;

    #[test]
    fn milestones() {
        let told: Vec<u32> =
            [1, 2, 4, 5, 9, 10, 24, 25, 49, 50, 99, 100, 249, 250, 499, 500, 1000, 2500].map(milestone).to_vec();
        assert_eq!(told, [1, 2, 2, 5, 5, 10, 10, 25, 25, 50, 50, 100, 100, 250, 250, 500, 1000, 2500]);
    }
}
