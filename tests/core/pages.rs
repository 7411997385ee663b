//! Pages that a command writes are what the command writes: committed = generated.
//!
//! `docs/generate.sh` writes them all.

use std::path::PathBuf;
use std::process::Command;

fn in_repository(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn command(args: &[&str]) -> std::process::Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sanctions-stream"));
    command.args(args).current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("runs")
}

#[test]
fn the_manual_of_the_rules_is_up_to_date() {
    let made = command(&["rules", "docs"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let made = String::from_utf8(made.stdout).expect("UTF-8");
    let kept = std::fs::read_to_string(in_repository("docs/rules.md")).expect("docs/rules.md is there");
    let first = kept.lines().zip(made.lines()).position(|(kept, made)| kept != made);
    assert!(
        kept == made,
        "docs/rules.md differs from line {} on; run docs/generate.sh",
        first.map_or(0, |line| line + 1)
    );
}

#[test]
fn the_figures_on_the_regression_set_are_up_to_date() {
    let set = "tests/regression";
    let checked = command(&[
        "eval",
        set,
        set,
        "--by",
        "file",
        "--into",
        "docs/accuracy.md",
        "--section",
        "regression",
        "--check",
    ]);
    let told = String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "{told}\n(docs/generate.sh writes the page)");
}

#[test]
fn the_script_writes_what_the_tests_check() {
    let script = std::fs::read_to_string(in_repository("docs/generate.sh")).expect("docs/generate.sh is there");
    for line in ["rules docs > docs/rules.md", "--by file --into docs/accuracy.md --section regression"] {
        assert!(script.contains(line), "{line} in docs/generate.sh");
    }
}
