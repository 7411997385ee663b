//! What the documents say, held against what is there: commands parse, snippets are the files they are taken from, the
//! sample configuration is at its defaults, the architecture names every room.
//!
//! It does not judge prose, and it runs no command: whether a command does what the text says is for other tests.

use std::path::{Path, PathBuf};

use clap::Parser as _;

use sanctions_stream::cli::exit::ExitCode;
use sanctions_stream::cli::{Cli, rule_source};
use sanctions_stream::config::{Config, RawConfig, SETTINGS};
use sanctions_stream::rules::{self, REASONS, RuleSet};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The lines of every block of a Markdown text that is fenced as `language`.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let mut inside = None;
    let mut lines = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("```"), inside) {
            (Some(_), Some(_)) => inside = None,
            (Some(name), None) => inside = Some(name),
            (None, Some(name)) if name == language => lines.push(line.to_owned()),
            _ => {}
        }
    }
    lines
}

/// Words of a shell line up to a comment, with quotes taken off; `|`, `>` and their like are words of their own.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (Some(q), _) if c == q => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '#') if word.is_empty() => break,
            (None, ' ') => words.extend((!word.is_empty()).then(|| std::mem::take(&mut word))),
            _ => word.push(c),
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

/// Every call of this program in shell lines, as arguments. A line that ends with `|` or inside quotes goes on.
fn calls(lines: &[String]) -> Vec<Vec<String>> {
    let mut calls = Vec::new();
    let mut whole = String::new();
    for line in lines {
        whole.push_str(line);
        if whole.ends_with('|') || whole.matches('\'').count() % 2 == 1 {
            whole.push(' ');
            continue;
        }
        let words = words(&std::mem::take(&mut whole));
        for command in words.split(|word| word == "|" || word == "&&") {
            let command: Vec<String> =
                command.iter().take_while(|word| *word != ">" && *word != "<").cloned().collect();
            match command.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
                ["sanctions-stream", ..] => calls.push(command),
                ["cargo", "run", "--release", "--", rest @ ..] => {
                    calls.push(["sanctions-stream"].iter().chain(rest).map(|word| (*word).to_owned()).collect());
                }
                _ => {}
            }
        }
    }
    calls
}

#[test]
fn every_command_of_the_documents_parses() {
    let mut seen = 0;
    for path in ["README.md", "docs/writing-rules.md"] {
        for call in calls(&blocks(&read(path), "sh")) {
            seen += 1;
            if let Err(error) = Cli::try_parse_from(&call) {
                panic!("{path}: `{}`: {error}", call.join(" "));
            }
        }
    }
    assert!(seen >= 15, "only {seen} commands were found: the documents have another form than this test reads");
}

#[test]
fn every_command_of_the_containers_parses() {
    let compose = read("docker-compose.yml");
    let commands: Vec<&str> = compose.lines().filter_map(|line| line.trim().strip_prefix("command: ")).collect();
    assert_eq!(commands.len(), 3, "{commands:?}");
    for command in commands {
        let call: Vec<String> = ["sanctions-stream".to_owned()].into_iter().chain(words(command)).collect();
        assert!(Cli::try_parse_from(&call).is_ok(), "docker-compose.yml: {command}");
    }
    for line in compose.lines().filter_map(|line| line.trim().strip_prefix("SANCTIONS_STREAM_")) {
        let name = line.split(':').next().unwrap_or_default();
        let known = SETTINGS.iter().any(|setting| setting.environment() == format!("SANCTIONS_STREAM_{name}"));
        assert!(known, "docker-compose.yml: SANCTIONS_STREAM_{name} is no setting");
    }
}

#[test]
fn the_subscribers_of_the_readme_are_the_files_that_are_tried() {
    let readme = read("README.md");
    let python = read("examples/subscribe.py");
    let (_, python) = python.split_once("\"\"\"\n\n").expect("the file opens with its documentation");
    assert!(readme.contains(&format!("```python\n{python}```")), "README.md and examples/subscribe.py differ");
    let rust = read("examples/subscribe.rs");
    let (_, rust) = rust.split_once("\n\n").expect("the file opens with its documentation");
    assert!(readme.contains(&format!("```rust\n{rust}```")), "README.md and examples/subscribe.rs differ");
}

#[test]
fn the_sample_configuration_has_every_setting_at_its_default() {
    let sample = read("sanctions-stream.toml");
    let mut as_it_is = RawConfig::defaults();
    as_it_is.apply_file("sanctions-stream.toml", &sample).expect("loads");
    Config::resolve(&as_it_is).expect("resolves");

    let mut section = "";
    let mut named = Vec::new();
    let mut opened = String::new();
    for line in sample.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            section = name;
            opened.push_str(&format!("{line}\n"));
        } else if let Some(setting) = line.strip_prefix('#').filter(|line| !line.is_empty() && !line.starts_with(' ')) {
            let key = format!("{section}.{}", setting.split(' ').next().unwrap_or_default());
            let declared = SETTINGS.iter().find(|s| s.key == key).unwrap_or_else(|| panic!("{key} is no setting"));
            if declared.default.is_some() {
                opened.push_str(&format!("{setting}\n"));
            }
            named.push(key);
        }
    }
    for setting in SETTINGS {
        assert!(named.iter().any(|key| key == setting.key), "sanctions-stream.toml does not name {}", setting.key);
    }
    let shown = |text: &str| {
        let mut raw = RawConfig::defaults();
        raw.apply_file("sample", text).expect("loads with every `#` taken off");
        let values = sanctions_stream::config::show(&raw);
        values.lines().map(|line| line.split("  # ").next().unwrap_or(line).trim_end().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(shown(&opened), shown(""), "a value in sanctions-stream.toml is not the default");
}

#[test]
fn the_architecture_is_short_and_names_every_room() {
    fn rooms(dir: &Path, below: &str, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(dir).expect("src is readable") {
            let entry = entry.expect("src is readable");
            let name = entry.file_name().to_string_lossy().into_owned();
            if name == "snapshots" {
                continue;
            }
            if entry.path().is_dir() {
                found.push(format!("`src/{below}{name}/`"));
                rooms(&entry.path(), &format!("{below}{name}/"), found);
            } else if below.is_empty() {
                found.push(format!("`src/{name}`"));
            }
        }
    }
    let architecture = read("ARCHITECTURE.md");
    let lines = architecture.lines().count();
    assert!(lines <= 200, "{lines} lines: what is too long is not read");
    let mut found = Vec::new();
    rooms(&root().join("src"), "", &mut found);
    found.sort();
    let missing: Vec<_> = found.iter().filter(|room| !architecture.contains(room.as_str())).collect();
    assert!(missing.is_empty(), "ARCHITECTURE.md does not name {missing:?}");
}

#[test]
fn the_example_pack_holds_on_top_of_the_built_in_rules() {
    let files = rule_source::files(None, &[root().join("examples/rules")]).expect("is readable");
    let report = rules::check(&files);
    let faults: Vec<_> = report.diagnostics.iter().filter(|d| d.path.starts_with("extra/")).collect();
    assert!(faults.is_empty(), "{faults:?}");
    let set = RuleSet::compile(&files).expect("compiles");
    assert!(set.events().iter().any(|event| event.topic == "alerts.opposition-arrested"));
}

#[test]
fn codes_and_reasons_are_explained() {
    let readme = read("README.md");
    for code in ExitCode::ALL {
        let row = format!("| {} |", code.number());
        assert!(readme.contains(&row), "README.md does not explain exit code {}", code.number());
    }
    let reasons = read("docs/reasons.md");
    for reason in REASONS {
        assert!(reasons.contains(&format!("`{reason}`")), "docs/reasons.md does not explain `{reason}`");
    }
}

#[test]
fn the_changelog_has_a_place_for_what_comes_next() {
    let changelog = read("CHANGELOG.md");
    let (program, rules) = changelog.split_once("\n## Rules\n").expect("a section for the rules");
    assert!(program.contains("\n## [Unreleased]\n"));
    assert!(rules.contains("\n### [Unreleased]\n"));
}

#[test]
fn links_between_documents_lead_somewhere() {
    for path in ["README.md", "ARCHITECTURE.md", "docs/events.md", "docs/reasons.md", "docs/writing-rules.md"] {
        let text = read(path);
        let folder = root().join(path);
        let folder = folder.parent().expect("a file is in a folder");
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if !target.contains("://") && !target.starts_with('#') {
                assert!(folder.join(target).exists(), "{path} links to {target}, which is not there");
            }
        }
    }
}
