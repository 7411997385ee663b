//! Where a broker can come from on this machine, and the readable reason when it cannot.
//!
//! It only finds: nothing is started here except `mvn`, which brings the jars once.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The service of docker-compose.yml that is a broker, and where that file publishes it.
const COMPOSE_SERVICE: &str = "kafka";
const COMPOSE_BOOTSTRAP: &str = "127.0.0.1:9092";

/// One way to get at a broker, in the order in which they are tried.
#[derive(Clone, Debug)]
pub enum Origin {
    /// `KAFKA_BOOTSTRAP`: somebody else's brokers, which the tests may use and must not stop.
    Given(String),
    /// The jars of Apache Kafka: any number of brokers, started and stopped at will.
    Jars(PathBuf),
    /// The broker of docker-compose.yml: one, used as it is.
    Compose(PathBuf),
}

impl Origin {
    /// The first origin that this machine has, or why it has none.
    pub fn find() -> Result<Self, NoBroker> {
        if let Some(bootstrap) = std::env::var("KAFKA_BOOTSTRAP").ok().filter(|b| !b.trim().is_empty()) {
            return Ok(Self::Given(bootstrap));
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let jars = match jars(root) {
            Ok(lib) => return Ok(Self::Jars(lib)),
            Err(reason) => reason,
        };
        match compose(root) {
            Ok(file) => Ok(Self::Compose(file)),
            Err(compose) => Err(NoBroker { jars, compose }),
        }
    }
}

/// Why no broker can be had: one reason for each origin that was tried.
#[derive(Clone, Debug)]
pub struct NoBroker {
    jars: String,
    compose: String,
}

impl fmt::Display for NoBroker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { jars, compose } = self;
        write!(f, "no broker: KAFKA_BOOTSTRAP is not set; jars: {jars}; docker compose: {compose}")
    }
}

/// Whether a test that cannot run is a failure: on a build server nobody reads the list of what was ignored.
pub fn broker_required() -> bool {
    let is = |name: &str, wanted: &str| std::env::var(name).is_ok_and(|value| value.eq_ignore_ascii_case(wanted));
    is("CI", "true") || is("SANCTIONS_STREAM_REQUIRE_KAFKA", "1")
}

/// Starts the broker of docker-compose.yml if it is not up yet, and says where it listens.
pub fn start_compose(file: &Path) -> anyhow::Result<String> {
    let up = Command::new("docker")
        .args(["compose", "-f"])
        .arg(file)
        .args(["up", "--detach", "--wait", COMPOSE_SERVICE])
        .stdin(Stdio::null())
        .output()?;
    anyhow::ensure!(up.status.success(), "docker compose up {COMPOSE_SERVICE}: {}", complaint(&up.stderr));
    Ok(COMPOSE_BOOTSTRAP.to_owned())
}

/// The directory of the jars that tests/kafka/pom.xml names, brought by `mvn` when it is not there yet.
fn jars(root: &Path) -> Result<PathBuf, String> {
    if !answers("java", &["-version"]) {
        return Err("`java` is not on the PATH (17 or newer)".into());
    }
    let lib = root.join("tests/kafka/lib");
    if has_broker(&lib) {
        return Ok(lib);
    }
    let pom = root.join("tests/kafka/pom.xml");
    let mvn = Command::new("mvn")
        .args(["-q", "-B", "-f"])
        .arg(&pom)
        .arg("generate-resources")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("tests/kafka/lib has no jars and `mvn` cannot bring them: {error}"))?;
    if !mvn.status.success() {
        return Err(format!("`mvn -f tests/kafka/pom.xml generate-resources`: {}", complaint(&mvn.stdout)));
    }
    if has_broker(&lib) { Ok(lib) } else { Err("mvn ended well but brought no kafka-server jar".into()) }
}

/// Whether the directory holds a broker, and not the half of one that a broken download leaves.
fn has_broker(lib: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(lib) else { return false };
    let names: Vec<String> = entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    ["kafka_2.13-", "kafka-server-", "kafka-clients-", "scala-library-", "log4j-slf4j-impl-"]
        .iter()
        .all(|jar| names.iter().any(|name| name.starts_with(jar)))
}

/// The compose file of the repository, if a container engine answers that can run it.
fn compose(root: &Path) -> Result<PathBuf, String> {
    let file = root.join("docker-compose.yml");
    if !file.exists() {
        return Err("docker-compose.yml is not in the repository".into());
    }
    if !answers("docker", &["compose", "version"]) {
        return Err("`docker compose` is not installed".into());
    }
    // `docker compose version` answers without an engine, `docker info` does not.
    if !answers("docker", &["info"]) {
        return Err("the docker engine does not answer".into());
    }
    Ok(file)
}

/// Whether a program can be run and ends well.
fn answers(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The line of a program's output that says what went wrong: Maven puts it first and ends with links to its manual.
fn complaint(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    let mut lines = text.lines().map(str::trim).filter(|line| line.chars().any(char::is_alphanumeric));
    let first_error = lines.clone().find(|line| line.contains("ERROR"));
    first_error.or_else(|| lines.next_back()).unwrap_or("no message").to_owned()
}
