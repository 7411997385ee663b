//! A peer that nobody here wrote reads the alerts: Confluent's client and the CloudEvents SDK, in Python.
//!
//! `tests/peer/` holds the script and the pinned packages. They are installed once, into the target directory; where that
//! is not possible the test is reported as ignored with the reason, and fails on a build server.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::Test;
use crate::articles::Press;
use crate::binary;
use crate::case::{Case, Needs};
use crate::client::Record;
use crate::deployment::{ALERTS, Deployment, INPUTS, STOP_LIMIT};

pub const TESTS: &[Test] =
    &[("peer::a_stranger_reads_valid_cloud_events", Needs::Peer, a_stranger_reads_valid_cloud_events)];

fn a_stranger_reads_valid_cloud_events(case: &Case) -> Result<()> {
    let deployment = Deployment::new(case, &*case.shared()?, 2)?;
    let mut service = deployment.service("one", &[])?;
    let topic = deployment.topic(INPUTS[0]);
    let mut documents = Press::new(&topic, 2)?.articles(0..120)?;
    // Ids that need escaping somewhere: not ASCII, and not an attribute at all.
    for id in ["тест:«один» ✓", "two\nlines", "percent%41"] {
        let text = serde_json::json!({"id": id, "headline": "Belarus frees 5 political prisoners",
            "body": "MINSK — Belarus released 5 political prisoners on Friday.", "publishedAt": "2025-12-12T10:00:00Z"});
        documents.push(Record::new(&topic, "k", text.to_string()));
    }
    deployment.client.produce(&documents)?;
    deployment.wait_settled()?;
    ensure!(service.terminate(STOP_LIMIT)?.success(), "no clean end\n{}", service.log_tail());

    let python = python().as_ref().map_err(|reason| anyhow::anyhow!("{reason}"))?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let brokers = deployment.settings().iter().find(|(name, _)| name == "bootstrap.servers").context("no brokers")?;
    let mut command = Command::new(python);
    command.arg(root.join("tests/peer/cloudevents_peer.py")).args(["--brokers", &brokers.1]);
    command.arg("--schemas").arg(schemas(case)?).args(ALERTS.map(|topic| deployment.topic(topic)));
    let done = binary::run(&mut command)?.expect(0)?;
    let read: Value = serde_json::from_slice(&done.stdout).with_context(|| done.text())?;
    let alerts = deployment.alerts()?.len();
    ensure!(alerts > 10 && read["events"] == alerts, "{alerts} alerts, the peer has read {read}");
    let types = read["types"].as_object().context("no types")?;
    ensure!(types.len() == ALERTS.len(), "not every kind of alert: {read}");
    Ok(())
}

/// The schemas that a subscriber can have from the binary itself.
fn schemas(case: &Case) -> Result<PathBuf> {
    for name in ["alert", "retraction"] {
        let done = binary::run(binary::command(case.dir()).args(["schema", name]))?.expect(0)?;
        std::fs::write(case.dir().join(format!("{name}.v1.json")), done.stdout)?;
    }
    Ok(case.dir().to_owned())
}

/// The Python that has the pinned packages, or why there is none.
pub fn python() -> &'static Result<PathBuf, String> {
    static PYTHON: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    PYTHON.get_or_init(|| install().map_err(|error| format!("no Python for the peer: {error:#}")))
}

fn install() -> Result<PathBuf> {
    let requirements = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peer/requirements.txt");
    let wanted = std::fs::read(&requirements)?;
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("peer");
    let (python, stamp) = (home.join("bin/python"), home.join("installed.txt"));
    // Written last: an environment without it is half of one.
    if std::fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    answers(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&home))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    answers(Command::new(&python).args(pip).arg(&requirements))?;
    std::fs::write(&stamp, wanted)?;
    Ok(python)
}

fn answers(command: &mut Command) -> Result<()> {
    let done = command.stdin(Stdio::null()).output().with_context(|| format!("running {command:?}"))?;
    let said = String::from_utf8_lossy(&done.stderr);
    ensure!(done.status.success(), "{command:?}: {}", said.trim().lines().last().unwrap_or("no message"));
    Ok(())
}
