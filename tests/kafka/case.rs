//! One test as it runs: its clusters, its topic prefix, its directory, and the logs that a failure must show.
//!
//! It knows nothing of what is tested. The list of the tests is in `main`.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;
use libtest_mimic::{Completion, Failed, Trial};
use tempfile::TempDir;

use crate::broker::Cluster;
use crate::layout::ClusterKind;
use crate::origin::{NoBroker, Origin, broker_required};
use crate::peer;
use crate::process;

const LOG_LINES: usize = 60;

/// What a test needs to be worth starting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Any broker that does transactions, shared with other tests.
    Broker,
    /// Brokers that may be stopped, or are three, or are secured: only the jars can give them.
    OwnBrokers,
    /// A broker as above, and a Python that can be given packages.
    Peer,
}

/// What all tests share: where brokers come from, and the one cluster that nobody bounces.
#[derive(Default)]
pub struct Lab {
    origin: OnceLock<Result<Origin, NoBroker>>,
    shared: Mutex<Option<Arc<Cluster>>>,
}

impl Lab {
    /// Where brokers come from. The first call looks, which can mean a download; a mere listing of tests never asks.
    pub fn origin(&self) -> &Result<Origin, NoBroker> {
        self.origin.get_or_init(Origin::find)
    }

    /// Makes a trial of a test. One that cannot run here is ignored, with the reason, or fails where that must not happen.
    pub fn trial(self: &Arc<Self>, name: &'static str, needs: Needs, test: fn(&Case) -> Result<()>) -> Trial {
        let lab = Arc::clone(self);
        Trial::ignorable_test(name, move || {
            let reason = match (lab.origin(), needs) {
                (Err(reason), _) => reason.to_string(),
                (Ok(Origin::Given(_) | Origin::Compose(_)), Needs::OwnBrokers) => {
                    "it needs brokers that it may stop, and those it was given are not".to_owned()
                }
                (Ok(_), Needs::Peer) if peer::python().is_err() => {
                    peer::python().as_ref().err().cloned().unwrap_or_default()
                }
                (Ok(origin), _) => {
                    let case = Case::new(&lab, origin, name)?;
                    return case.run(test).map(|()| Completion::Completed);
                }
            };
            if broker_required() { Err(reason.into()) } else { Ok(Completion::ignored_with(reason)) }
        })
    }

    /// Stops the shared cluster. Trials hold on to the lab, so it would not end by itself before the process does.
    pub fn close(&self) {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// One running test.
pub struct Case<'lab> {
    lab: &'lab Lab,
    origin: &'lab Origin,
    prefix: String,
    dir: TempDir,
    clusters: RefCell<Vec<Arc<Cluster>>>,
}

impl<'lab> Case<'lab> {
    fn new(lab: &'lab Lab, origin: &'lab Origin, name: &str) -> Result<Self, Failed> {
        // A broker that was given keeps its topics between two runs, so a name alone would not do.
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
        Ok(Self {
            lab,
            origin,
            prefix: format!("{}.{now}.", name.replace("::", ".")),
            dir: tempfile::Builder::new().prefix("sanctions-stream-case-").tempdir()?,
            clusters: RefCell::default(),
        })
    }

    /// The cluster that all tests share, started by the first that asks. It is never bounced.
    pub fn shared(&self) -> Result<Arc<Cluster>> {
        let mut shared = self.lab.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let cluster = match &*shared {
            Some(cluster) => Arc::clone(cluster),
            None => Arc::clone(shared.insert(Arc::new(Cluster::start(ClusterKind::Single, self.origin)?))),
        };
        self.clusters.borrow_mut().push(Arc::clone(&cluster));
        Ok(cluster)
    }

    /// A cluster of this test alone, which it may stop and kill. It ends with the test.
    pub fn own(&self, kind: ClusterKind) -> Result<Arc<Cluster>> {
        let cluster = Arc::new(Cluster::start(kind, self.origin)?);
        self.clusters.borrow_mut().push(Arc::clone(&cluster));
        Ok(cluster)
    }

    /// What the names of this test's topics, groups and transactional ids begin with. It ends with a dot.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// A topic, group or transactional id of this test.
    pub fn named(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// A directory that is removed when the test ends.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    fn run(&self, test: fn(&Case) -> Result<()>) -> Result<(), Failed> {
        // A failed assertion panics; caught here, it can be reported with the brokers' logs.
        let failure = match catch_unwind(AssertUnwindSafe(|| test(self))) {
            Ok(Ok(())) => return Ok(()),
            // Not `{error:?}`: under RUST_BACKTRACE=1 that adds forty frames of the test runner to every failure.
            Ok(Err(error)) => format!("{error:#}"),
            Err(panic) => {
                let owned = panic.downcast_ref::<String>().map(String::as_str);
                owned
                    .or_else(|| panic.downcast_ref::<&str>().copied())
                    .unwrap_or("a panic without a message")
                    .to_owned()
            }
        };
        let logs: String = self.clusters.borrow().iter().map(|cluster| cluster.log_tail()).collect();
        Err(format!("{failure}\n{}{logs}", self.service_logs()).into())
    }

    /// The last lines of every service's log.
    fn service_logs(&self) -> String {
        let mut logs: Vec<_> =
            std::fs::read_dir(self.dir()).into_iter().flatten().flatten().map(|e| e.path()).collect();
        logs.retain(|path| path.extension().is_some_and(|extension| extension == "log"));
        logs.sort_unstable();
        let name = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        logs.iter().map(|path| process::tail(&format!("service {}", name(path)), path, LOG_LINES)).collect()
    }
}
