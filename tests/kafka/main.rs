//! The tests that need a real Apache Kafka: `cargo test --test kafka`.
//!
//! They find a broker as `origin` says. Where there is none, every test is reported as ignored, with the reason; with
//! `CI=true` or `SANCTIONS_STREAM_REQUIRE_KAFKA=1` that is a failure instead, so that no build server skips them unseen.
//! This is not the place for tests that a mock or a file can serve: those are quicker next to their code.

mod articles;
mod bad_input;
mod belarus;
mod binary;
mod broker;
mod case;
mod client;
mod commands;
mod contract;
mod crash;
mod deployment;
mod facts;
mod layout;
mod measure;
mod oracle;
mod origin;
mod outages;
mod peer;
mod process;
mod secure;
mod service;
mod stories;
mod table;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Trial};

use crate::case::{Lab, Needs};

/// One entry of a list of tests: its name, what it needs, and what it does.
type Test = (&'static str, Needs, fn(&case::Case) -> anyhow::Result<()>);

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let lab = Arc::new(Lab::default());
    if !arguments.list
        && origin::broker_required()
        && let Err(reason) = lab.origin()
    {
        let reason = reason.to_string();
        let missing = Trial::test("a_broker_is_there", move || Err(reason.into()));
        // The filter of the command line must not hide the one thing there is to say.
        let everything = Arguments { filter: None, skip: Vec::new(), ..arguments };
        return libtest_mimic::run(&everything, vec![missing]).exit_code();
    }
    let conclusion = libtest_mimic::run(&arguments, trials(&lab));
    lab.close();
    conclusion.exit_code()
}

/// Every test of this binary, in the order of the files.
fn trials(lab: &Arc<Lab>) -> Vec<Trial> {
    let files = [
        facts::TESTS,
        outages::TESTS,
        belarus::TESTS,
        bad_input::TESTS,
        crash::TESTS,
        secure::TESTS,
        commands::TESTS,
        peer::TESTS,
        stories::TESTS,
        if measure::asked_for() { measure::TESTS } else { &[] },
    ];
    files.into_iter().flatten().map(|&(name, needs, test)| lab.trial(name, needs, test)).collect()
}
