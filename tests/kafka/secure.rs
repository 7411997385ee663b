//! TLS and SASL SCRAM with the real binary: the right password works from end to end, a wrong one is refused in words.

use anyhow::{Result, ensure};

use crate::Test;
use crate::articles::Press;
use crate::case::{Case, Needs};
use crate::deployment::{Deployment, INPUTS, STOP_LIMIT};
use crate::layout::{ClusterKind, SCRAM_PASSWORD};
use crate::oracle;

pub const TESTS: &[Test] =
    &[("secure::tls_and_scram_work_and_a_wrong_password_is_refused", Needs::OwnBrokers, tls_and_scram)];

fn tls_and_scram(case: &Case) -> Result<()> {
    let cluster = case.own(ClusterKind::Secured)?;
    let deployment = Deployment::new(case, &cluster, 2)?;
    let mut service = deployment.service("one", &["--log-format", "json"])?;
    deployment.client.produce(&Press::new(&deployment.topic(INPUTS[0]), 2)?.articles(0..60)?)?;
    deployment.wait_settled()?;
    let expected = oracle::replayed(case.dir(), "published", &deployment.inputs()?)?;
    let (expected, found) = (oracle::by_key(&expected, "")?, oracle::by_key(&deployment.alerts()?, case.prefix())?);
    ensure!(!expected.is_empty(), "no alert");
    oracle::compare(&expected, &found)?;
    ensure!(service.terminate(STOP_LIMIT)?.success(), "no clean end\n{}", service.log_tail());
    ensure!(!service.log()?.contains(SCRAM_PASSWORD), "the password is in the log");

    let with = |name: &str, value: &str| {
        let changed = |(n, v): &(String, String)| (n.clone(), if n == name { value.to_owned() } else { v.clone() });
        deployment.settings().iter().map(changed).collect::<Vec<_>>()
    };
    let wrong = with("sasl.password", "guessed");
    let mut commands = vec![vec!["run", "--http", "off"], vec!["topics", "show"], vec!["topics", "create"]];
    commands.extend([vec!["dead-letters", "list"], vec!["dead-letters", "replay"]]);
    for command in commands {
        let done = deployment.run_with(&wrong, &command)?.expect(3)?;
        let said = done.stderr.to_lowercase();
        ensure!(said.contains("authentication failed") && said.contains("password"), "{command:?}: {}", done.stderr);
        ensure!(!done.stderr.contains("guessed"), "the password is told: {}", done.stderr);
        // Far below the connect timeout: it is no use to wait for a password to become right.
        ensure!(done.took.as_secs() < 25, "{command:?} took {:?}", done.took);
    }
    // Nobody the client knows has signed the broker's certificate.
    let stranger = with("ssl.ca.location", "/etc/ssl/certs");
    let done = deployment.run_with(&stranger, &["topics", "show", "--connect-timeout-ms", "3000"])?.expect(3)?;
    ensure!(done.stderr.contains("certificate"), "{}", done.stderr);
    Ok(())
}
