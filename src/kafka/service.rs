//! N workers in one process: started, watched, rebuilt with a growing pause, given up when that does not help.
//!
//! The service knows threads and the status that `/ready` reports; it does not know signals or HTTP.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::failure::Failure;
use super::instance::Claim;
use super::reach::reach;
use super::stage::{Stage, paired};
use super::worker::{Shell, session};
use crate::config::Config;
use crate::metrics::Metrics;
use crate::pipeline::Pipeline;

/// Where a worker is in its life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Building clients and initialising transactions.
    Starting,
    /// In the group, waiting for its first assignment.
    Joining,
    /// Has so many partitions; none is legitimate when there are more workers than partitions.
    Assigned(usize),
    /// Giving its partitions up.
    Stopping,
    /// Ended as asked.
    Stopped,
    /// Waiting to be rebuilt after this failure.
    Recovering(String),
}

/// What `/ready` needs to know of one worker.
#[derive(Debug)]
pub struct WorkerStatus {
    /// What it works on.
    pub stage: Stage,
    /// Its number among the workers of its stage.
    pub ordinal: usize,
    inner: Mutex<(Phase, Instant)>,
    restoring: Mutex<Option<(usize, u64)>>,
}

impl WorkerStatus {
    fn new(stage: Stage, ordinal: usize) -> Self {
        let inner = Mutex::new((Phase::Starting, Instant::now()));
        Self { stage, ordinal, inner, restoring: Mutex::new(None) }
    }

    /// The phase, and how long ago the worker last committed or had nothing to commit.
    #[must_use]
    pub fn now(&self) -> (Phase, Duration) {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        (inner.0.clone(), inner.1.elapsed())
    }

    /// Why the worker is not ready, if it is not.
    #[must_use]
    pub fn trouble(&self, max_age: Duration) -> Option<String> {
        let restoring = *self.restoring.lock().unwrap_or_else(PoisonError::into_inner);
        match self.now() {
            (Phase::Assigned(_), _) if restoring.is_some() => {
                let (partitions, records) = restoring.unwrap_or_default();
                Some(format!("restoring the stories of {partitions} partitions, {records} records so far"))
            }
            (Phase::Assigned(_), age) if age <= max_age => None,
            (Phase::Assigned(_), age) => Some(format!("no progress for {:.1} s", age.as_secs_f64())),
            (Phase::Starting, _) => Some("initialising transactions".to_owned()),
            (Phase::Joining, _) => Some("joining the group".to_owned()),
            (Phase::Stopping | Phase::Stopped, _) => Some("stopping".to_owned()),
            (Phase::Recovering(why), _) => Some(format!("recovering: {why}")),
        }
    }

    /// Partitions that are being restored and the records read for them, if any are.
    pub(super) fn restoring(&self, restoring: Option<(usize, u64)>) {
        *self.restoring.lock().unwrap_or_else(PoisonError::into_inner) = restoring;
    }

    fn set(&self, phase: Phase) {
        if !matches!(phase, Phase::Assigned(_)) {
            self.restoring(None);
        }
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        *inner = (phase, Instant::now());
    }

    pub(super) fn starting(&self) {
        self.set(Phase::Starting);
    }

    pub(super) fn joined(&self) {
        self.set(Phase::Joining);
    }

    pub(super) fn assigned(&self, partitions: usize) {
        self.set(Phase::Assigned(partitions));
    }

    pub(super) fn stopping(&self) {
        self.set(Phase::Stopping);
    }

    pub(super) fn progress(&self, at: Instant) {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).1 = at;
    }
}

/// The status of the process.
#[derive(Debug, Default)]
pub struct Status {
    /// One per worker.
    pub workers: Vec<Arc<WorkerStatus>>,
    gave_up: Mutex<Option<Failure>>,
}

impl Status {
    /// The failure that the process is ending with, if any.
    #[must_use]
    pub fn gave_up(&self) -> Option<Failure> {
        self.gave_up.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Running workers.
pub struct Service {
    threads: Vec<JoinHandle<()>>,
    stop: Arc<AtomicBool>,
    status: Arc<Status>,
    /// Hold the instance slots for as long as the workers run, one for the group of each stage.
    _claims: Vec<Claim>,
}

impl Service {
    /// Checks that the cluster answers and has the topics of the contract, then starts the workers of the configured
    /// stages.
    ///
    /// # Errors
    /// [`Failure::Unreachable`], [`Failure::MissingTopics`] and [`Failure::UnequalPartitions`] at once; nothing is started
    /// then.
    pub fn start(config: &Arc<Config>, pipeline: &Pipeline, metrics: &Arc<Metrics>) -> Result<Self, Failure> {
        let stages = Stage::of(config.service.stages);
        preflight(config, stages, pipeline)?;
        let mut shells = Vec::new();
        let mut claims = Vec::new();
        let stop = Arc::new(AtomicBool::new(false));
        for &stage in stages {
            let own = Arc::new(stage.config(config));
            // A stage is a group of its own, so its slots are its own too: a stage that comes back by itself finds its name.
            let claim =
                Claim::take(&own).map_err(|error| Failure::Fatal(format!("claiming an instance name: {error}")))?;
            let mut options = pipeline.options().clone();
            if stage == Stage::Stories && options.group.is_some() {
                options.group.clone_from(&own.classify.group);
            }
            for ordinal in 0..own.service.workers {
                shells.push(Shell {
                    stage,
                    config: Arc::clone(&own),
                    pipeline: Pipeline::new(Arc::clone(pipeline.rules()), options.clone()),
                    metrics: Arc::clone(metrics),
                    status: Arc::new(WorkerStatus::new(stage, ordinal)),
                    stop: Arc::clone(&stop),
                    ordinal,
                    slot: claim.slot(ordinal),
                });
            }
            tracing::info!(
                target: "kafka", stage = stage.name(), group = own.kafka.group, instance = claim.name(),
                workers = own.service.workers, "starting"
            );
            claims.push(claim);
        }
        let workers = shells.iter().map(|shell| Arc::clone(&shell.status)).collect();
        let status = Arc::new(Status { workers, gave_up: Mutex::new(None) });
        let mut service = Self { threads: Vec::new(), stop, status: Arc::clone(&status), _claims: claims };
        for shell in shells {
            let name = format!("{}-{}", shell.stage.name(), shell.ordinal);
            let status = Arc::clone(&status);
            let spawned = std::thread::Builder::new().name(name.clone()).spawn(move || supervise(&shell, &status));
            match spawned {
                Ok(thread) => service.threads.push(thread),
                Err(error) => {
                    service.ask_to_stop();
                    return Err(Failure::Fatal(format!("starting the thread {name}: {error}")));
                }
            }
        }
        Ok(service)
    }

    /// What `/ready` reports.
    #[must_use]
    pub fn status(&self) -> Arc<Status> {
        Arc::clone(&self.status)
    }

    /// Asks every worker to commit and leave. Returns at once.
    pub fn ask_to_stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Whether every worker has ended, as asked or after giving up.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.threads.iter().all(JoinHandle::is_finished)
    }

    /// Waits for the workers.
    ///
    /// # Errors
    /// The failure that the process gave up with.
    pub fn wait(self) -> Result<(), Failure> {
        for thread in self.threads {
            if thread.join().is_err() {
                return Err(Failure::Fatal("a worker thread panicked outside of classifying".to_owned()));
            }
        }
        self.status.gave_up().map_or(Ok(()), Err)
    }
}

fn supervise(shell: &Shell, status: &Status) {
    let policy = shell.config.service;
    let mut failures: VecDeque<Instant> = VecDeque::new();
    while !shell.stop.load(Ordering::Relaxed) {
        let Err(failure) = session(shell) else { break };
        while failures.front().is_some_and(|at| at.elapsed() > policy.restart_window) {
            failures.pop_front();
        }
        failures.push_back(Instant::now());
        // The client library judged a setting: that will not change by itself.
        let hopeless = matches!(failure, Failure::Configuration(_));
        if hopeless || failures.len() > policy.max_restarts {
            tracing::error!(target: "kafka", slot = shell.slot, "giving up after {} failures: {failure}", failures.len());
            status.gave_up.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(failure);
            shell.stop.store(true, Ordering::Relaxed);
            break;
        }
        shell.metrics.worker_restarts.get_or_create(&shell.stage.labels()).inc();
        let pause = Duration::from_millis(250 << failures.len().min(7));
        tracing::warn!(
            target: "kafka", slot = shell.slot, pause_ms = pause.as_millis() as u64, "building new clients after: {failure}"
        );
        shell.status.set(Phase::Recovering(failure.to_string()));
        let began = Instant::now();
        while began.elapsed() < pause && !shell.stop.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    shell.status.set(Phase::Stopped);
}

/// Fails in seconds, with words, where the client library would wait in silence.
fn preflight(config: &Config, stages: &[Stage], pipeline: &Pipeline) -> Result<(), Failure> {
    let metadata = reach(config)?;
    let mut wanted: Vec<String> = stages.iter().flat_map(|stage| stage.topics(config, pipeline)).collect();
    wanted.retain(|name| !metadata.topics().iter().any(|topic| topic.name() == name && topic.error().is_none()));
    wanted.sort_unstable();
    wanted.dedup();
    if !wanted.is_empty() {
        return Err(Failure::MissingTopics(wanted.join(", ")));
    }
    if stages.contains(&Stage::Stories) { paired(config, &metadata).map(|_| ()) } else { Ok(()) }
}
