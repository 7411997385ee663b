//! The second stage: mention records in, alerts and story records out.

use std::sync::Arc;

use super::{Alerted, Options, Processed, Tally};
use crate::input::{Coordinates, Header, Record, Rejected, RejectedReason};
use crate::output::{self, Alert, Answer, Cause, Destination, Emitted, Engine, Incoming, NeighbourIn, Withdrawal};
use crate::rules::RuleSet;
use crate::story::{Action, Change, State, StoryId, Type};

/// The stories of one partition of `sanctions.mentions`, or of a whole replay.
///
/// Its state is what it has written to `sanctions.stories`: [`StoryStage::restore`] takes that back, in any order.
#[derive(Clone, Debug)]
pub struct StoryStage {
    rules: Arc<RuleSet>,
    options: Options,
    state: State,
    /// Whether other partitions keep other stories.
    has_neighbours: bool,
}

impl StoryStage {
    /// A stage without stories.
    #[must_use]
    pub fn new(rules: Arc<RuleSet>, options: &Options) -> Self {
        let types = rules.events().iter().map(Type::from).collect();
        let state = State::new(types, options.window_days, options.max_record_bytes);
        Self { state, rules, options: options.clone(), has_neighbours: false }
    }

    /// The same stage as one of so many: with others beside it, it tells them what links may depend on.
    #[must_use]
    pub fn one_of(mut self, partitions: usize) -> Self {
        self.has_neighbours = partitions > 1;
        self
    }

    /// Takes back one record of `sanctions.stories`: the latest one of a key, or all of them in the order of the topic. A
    /// tombstone forgets the story.
    ///
    /// # Errors
    /// [`Rejected`] when the record is no story. The state is then as it was before.
    pub fn restore(&mut self, key: Option<&[u8]>, value: Option<&[u8]>) -> Result<(), Rejected> {
        match value {
            None => self.state.forget(output::read_story_key(key)?),
            Some(value) => {
                let (story, clock) = output::read_story(value, self.state.types())?;
                self.state.restore(story, clock);
            }
        }
        Ok(())
    }

    /// Reads one record of `sanctions.mentions` and says what to write for it: alerts, new versions of stories, tombstones
    /// of stories that have left the window, or a dead letter.
    pub fn process(&mut self, record: &Record<'_>, at: Option<&Coordinates>) -> Processed {
        match self.take(record) {
            Ok(processed) => processed,
            Err(rejected) => self.reject(record, at, &rejected),
        }
    }

    /// How many stories are in memory.
    #[must_use]
    pub fn open_stories(&self) -> usize {
        self.state.len()
    }

    /// The state machine inside.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    fn take(&mut self, record: &Record<'_>) -> Result<Processed, Rejected> {
        let value = record.value.ok_or_else(|| rejected(RejectedReason::Tombstone, "a mention without a value"))?;
        let headers = record.headers;
        match kind(headers) {
            Some(output::MENTION) => {
                let incoming = Incoming::read(value)?;
                let key = record.key.and_then(|key| std::str::from_utf8(key).ok());
                let key = key.unwrap_or(output::UNKNOWN_COUNTERPARTY);
                let mention = incoming.mention(key, self.state.types())?;
                let changes = self.state.observe(mention);
                self.tell(&changes, Cause::Mention(&incoming), headers)
            }
            Some(output::WITHDRAWN) => {
                let withdrawal = Withdrawal::read(value)?;
                let changes = self.state.withdraw(&withdrawal.document_id()?);
                self.tell(&changes, Cause::Withdrawal(&withdrawal), headers)
            }
            Some(output::SUPERSEDED) => {
                let withdrawal = Withdrawal::read(value)?;
                let changes = self.state.supersede(&withdrawal.supersession(self.state.types())?);
                self.tell(&changes, Cause::Withdrawal(&withdrawal), headers)
            }
            Some(output::MOVED) => {
                let heard = NeighbourIn::read(value)?;
                let changes = self.state.heed(&heard.neighbour(self.state.types())?);
                self.tell(&changes, Cause::Neighbour(&heard), headers)
            }
            Some(output::LINKED) => {
                let heard = NeighbourIn::read(value)?;
                let Answer { to, from, link } = heard.answer(self.state.types())?;
                let changes = self.state.answered(to, from, link);
                self.tell(&changes, Cause::Neighbour(&heard), headers)
            }
            other => {
                let found = other.map_or("none".to_owned(), |kind| format!("{kind:?}"));
                let detail = format!(
                    "the header ce_type says what a record of this topic is: expected {}, found {found}",
                    [output::MENTION, output::WITHDRAWN, output::SUPERSEDED, output::MOVED, output::LINKED].join(", ")
                );
                Err(rejected(RejectedReason::UnknownShape, &detail))
            }
        }
    }

    /// Alerts in the order of the changes, then the stories they left behind, the tombstones, and what other partitions
    /// are to know.
    fn tell(&self, changes: &[Change], cause: Cause<'_>, headers: &[Header<'_>]) -> Result<Processed, Rejected> {
        let engine = Engine::of(&self.rules, &self.options.source);
        let (mut alerts, mut stories, mut gone, mut words) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut tally = Tally::default();
        let mut written: Vec<StoryId> = Vec::new();
        for change in changes {
            let id = match change {
                Change::Evicted(id) => {
                    gone.push(output::tombstone(*id));
                    continue;
                }
                Change::Moved(id) => {
                    if let Some(story) = self.state.story(*id).filter(|_| self.has_neighbours) {
                        let incoming = match cause {
                            Cause::Mention(incoming) => Some(incoming),
                            Cause::Withdrawal(_) | Cause::Neighbour(_) => None,
                        };
                        let types = self.state.types();
                        words.push(output::moved(story, types, incoming, cause.document(), headers, &engine));
                    }
                    continue;
                }
                Change::Answer { to, from, link } => {
                    if let (Some(story), Cause::Neighbour(heard)) = (self.state.story(*from), cause) {
                        let types = self.state.types();
                        words.push(output::linked(story, types, (*to, *link), heard, headers, &engine));
                    }
                    continue;
                }
                Change::Written(id) => *id,
                Change::Alert { story: id, revision, action, changed, reported } => {
                    let Some(story) = self.state.story(*id) else { continue };
                    let Some(event) = output::event_of(story, self.rules.events()) else { continue };
                    alerts.push(match (action, cause) {
                        (Action::Retracted, Cause::Withdrawal(withdrawal)) => {
                            output::retraction(story, *revision, event, withdrawal, headers, &engine)?
                        }
                        _ => {
                            let (revision, action, reported) = (*revision, *action, *reported);
                            let alert = Alert { story, revision, action, changed, reported, cause };
                            output::alert(&alert, &self.state, event, headers, &engine)?
                        }
                    });
                    tally.alerts.push(Alerted {
                        event: event.name.clone(),
                        status: story.facts.status.map_or("retracted", crate::rules::Status::name),
                        action: action.name(),
                    });
                    *id
                }
            };
            if !written.contains(&id)
                && let Some(story) = self.state.story(id)
            {
                written.push(id);
                let clock = self.state.clock();
                stories.push(output::story_record(story, clock, self.state.types(), headers, &engine));
            }
        }
        let mut emitted: Vec<Emitted> = alerts;
        emitted.append(&mut stories);
        emitted.append(&mut gone);
        emitted.append(&mut words);
        Ok(Processed { emitted, tally })
    }

    fn reject(&self, record: &Record<'_>, at: Option<&Coordinates>, rejected: &Rejected) -> Processed {
        let group = self.options.group.as_deref();
        let failure = output::Failure { rejected, at, group, worker: 0, attempts: 1 };
        let engine = Engine::of(&self.rules, &self.options.source);
        let letter = output::dead_letter(record, &failure, &engine, self.options.dead_letter_headers);
        debug_assert_eq!(letter.to, Destination::DeadLetters);
        Processed { emitted: vec![letter], tally: Tally { rejected: Some(rejected.reason.code()), ..Tally::default() } }
    }
}

fn rejected(reason: RejectedReason, detail: &str) -> Rejected {
    Rejected { reason, detail: detail.to_owned() }
}

/// What a record of the mentions topic is.
fn kind<'a>(headers: &[Header<'a>]) -> Option<&'a str> {
    let header = headers.iter().find(|header| header.name == "ce_type")?;
    std::str::from_utf8(header.value?).ok()
}
