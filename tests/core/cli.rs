//! The command line from outside: arguments in; exit code, stdout and stderr out. And what is drawn for people.
//!
//! These tests hold for any rules: they use texts in which nothing happens, or alerts made by hand.

mod drawing;
mod evaluation;

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Two documents in which nothing happens, the first one line, with a blank line between.
const QUIET: &str = "{\"id\":\"a\",\"headline\":\"Rain\",\"body\":\"It rained.\",\"publishedAt\":\"2025-12-13\"}\n\n\
                     {\"id\":\"b\",\"headline\":\"Sun\",\"body\":\"It shone.\",\"publishedAt\":\"2025-12-14\"}\n";

/// The same two as kcat prints records.
const ENVELOPES: &str = r#"{"topic":"news.articles","partition":0,"offset":7,"ts":1765584000000,"key":"k","headers":["h","v"],"payload":"{\"id\":\"a\",\"headline\":\"Rain\",\"body\":\"It rained.\"}"}
{"topic":"news.articles","partition":0,"offset":8,"ts":1765584000000,"key":null,"payload":"{\"id\":\"b\",\"headline\":\"Sun\",\"body\":\"It shone.\"}"}
"#;

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sanctions-stream"));
    command.args(args).env_remove("RUST_LOG").env_remove("CLICOLOR_FORCE").env("COLUMNS", "100");
    command
}

fn run_with(args: &[&str], input: &[u8]) -> Ran {
    let mut child =
        command(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    let mut stdin = child.stdin.take().expect("piped");
    let input = input.to_vec();
    // A command may stop reading early; that is its right.
    let feeder = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let Output { status, stdout, stderr } = child.wait_with_output().expect("ends");
    feeder.join().expect("feeds");
    let text = |bytes| String::from_utf8(bytes).expect("prints UTF-8");
    Ran { code: status.code(), out: text(stdout), err: text(stderr) }
}

fn run(args: &[&str]) -> Ran {
    run_with(args, b"")
}

fn file(dir: &tempfile::TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = dir.path().join(name);
    std::fs::write(&path, bytes).expect("writes");
    path
}

fn shown(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

#[test]
fn help_teaches_and_names_every_command_and_code() {
    let help = run(&["--help"]);
    assert_eq!(help.code, Some(0));
    let commands = [
        "demo",
        "run",
        "replay",
        "stories",
        "classify",
        "eval",
        "rules",
        "topics",
        "config",
        "schema",
        "dead-letters",
        "completions",
    ];
    for word in commands.iter().chain(&["Examples:", "Exit codes:", "--log-format"]) {
        assert!(help.out.contains(word), "{word} in\n{}", help.out);
    }
    for command in ["demo", "replay", "stories", "classify", "eval", "rules", "schema", "completions"] {
        let help = run(&[command, "--help"]);
        assert_eq!(help.code, Some(0), "{command}");
        assert!(help.out.contains("Examples:"), "{command} shows no example");
    }
    assert_eq!(run(&["--version"]).out.trim(), concat!("sanctions-stream ", env!("CARGO_PKG_VERSION")));
}

#[test]
fn wrong_usage_is_2_and_says_what_is_wrong() {
    for (args, words) in [
        (&["--no-such-flag"][..], "--no-such-flag"),
        (&["replay"], "<LOG>"),
        (&["replay", "x.jsonl", "--speed", "fast"], "expected max, realtime or a factor such as 60x"),
        (&["replay", "x.jsonl", "--from", "2025-12-13"], "--topic"),
        (&["replay", "--topic", "t", "--from", "yesterday"], "expected a time such as"),
        (&["replay", "x.jsonl", "--topic", "t"], "either logs or --topic"),
        (&["replay", "x.jsonl", "--to-kafka", "--expect", "g"], "cannot be used with"),
        (&["classify", "--published", "13.12.2025"], "expected a date such as 2025-12-13"),
        (&["classify", "--format", "xml"], "[possible values: human, json]"),
        (&["rules", "explain", "no.such.rule"], "no rule with the id \"no.such.rule\""),
        (&["rules", "check", "no-such-dir"], "no-such-dir is not a directory"),
        (&["schema", "no-such-schema"], "no schema named \"no-such-schema\""),
        (&["completions", "tcsh"], "tcsh"),
    ] {
        let ran = run(args);
        assert_eq!(ran.code, Some(2), "{args:?}: {}", ran.err);
        assert!(ran.err.contains(words), "{args:?}: {words:?} in {}", ran.err);
        assert_eq!(ran.out, "", "{args:?} prints to stdout");
    }
    assert_eq!(run(&[]).code, Some(2));
}

#[test]
fn a_missing_file_is_named() {
    for args in [
        &["replay", "no/such.jsonl"][..],
        &["classify", "no/such.jsonl"],
        &["eval", "no/such.jsonl", "x.jsonl"],
        &["rules", "coverage", "no/such.jsonl"],
        &["rules", "diff", "builtin", "builtin", "no/such.jsonl"],
    ] {
        let ran = run(args);
        assert_eq!(ran.code, Some(2), "{args:?}");
        assert_eq!(ran.err, "error: cannot open no/such.jsonl: No such file or directory (os error 2)\n", "{args:?}");
    }
}

#[test]
fn a_damaged_gzip_names_file_and_line() {
    let dir = tempfile::tempdir().unwrap();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(QUIET.as_bytes()).unwrap();
    let mut bytes = encoder.finish().unwrap();
    bytes.truncate(bytes.len() - 10);
    let path = file(&dir, "cut.jsonl.gz", &bytes);
    for command in ["replay", "classify"] {
        let ran = run(&[command, shown(&path)]);
        assert_eq!(ran.code, Some(2), "{command}: {}", ran.err);
        assert!(ran.err.contains("cut.jsonl.gz line "), "{command}: {}", ran.err);
        assert!(ran.err.contains("the gzip stream is damaged or cut short (gzip -t says more): "), "{}", ran.err);
    }
}

#[test]
fn replay_reads_plain_gzip_zstd_envelopes_and_stdin_alike() {
    let dir = tempfile::tempdir().unwrap();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(QUIET.as_bytes()).unwrap();
    let logs = [
        file(&dir, "plain.jsonl", QUIET.as_bytes()),
        // The name says nothing: the first bytes do.
        file(&dir, "gzip.jsonl", &encoder.finish().unwrap()),
        file(&dir, "zstd.jsonl", &zstd::encode_all(QUIET.as_bytes(), 1).unwrap()),
        file(&dir, "envelopes.jsonl", ENVELOPES.as_bytes()),
    ];
    for log in &logs {
        let ran = run(&["replay", shown(log)]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{}: {}", shown(log), ran.err);
        assert!(ran.err.contains("records in                                  2\n"), "{}", ran.err);
    }
    let all: Vec<&str> = std::iter::once("replay").chain(logs.iter().map(|log| shown(log))).collect();
    assert!(run(&all).err.contains("records in                                  8\n"));
    let piped = run_with(&["replay", "-", "--limit", "1"], QUIET.as_bytes());
    assert_eq!(piped.code, Some(0));
    assert!(piped.err.contains("records in                                  1\n"), "{}", piped.err);
}

#[test]
fn empty_input_is_no_fault() {
    let replayed = run(&["replay", "-"]);
    assert_eq!((replayed.code, replayed.out.as_str()), (Some(0), ""));
    assert!(replayed.err.contains("records in                                  0\n"), "{}", replayed.err);
    let classified = run(&["classify"]);
    assert_eq!((classified.code, classified.out.as_str()), (Some(0), ""));
    assert_eq!(classified.err, "nothing to classify: the input is empty\n");
}

#[test]
fn an_unexpected_outcome_is_1_with_the_difference() {
    let dir = tempfile::tempdir().unwrap();
    let log = file(&dir, "log.jsonl", QUIET.as_bytes());
    let golden = file(
        &dir,
        "golden.jsonl",
        b"{\"type\":\"sanction_lifted\",\"document\":{\"id\":\"x\"}}\n{\"type\":\"sanction_lifted\",\"document\":{\"id\":\"y\"}}\n",
    );
    let ran = run(&["replay", shown(&log), "--expect", shown(&golden), "--max-differences", "1"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert_eq!(
        ran.out,
        "missing     alert 1 (sanction_lifted, document x)\n... and 1 more; --max-differences shows them\n"
    );
    assert!(ran.err.contains("not as expected: 2 differences (2 alerts expected, 0 came out)"), "{}", ran.err);

    let empty = file(&dir, "empty.jsonl", b"");
    assert_eq!(run(&["replay", shown(&log), "--expect", shown(&empty)]).code, Some(0));

    let broken = file(&dir, "broken.jsonl", b"{}\n{nonsense\n");
    let ran = run(&["replay", shown(&log), "--expect", shown(&broken)]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("broken.jsonl line 2 is not JSON"), "{}", ran.err);
}

#[test]
fn classify_answers_one_object_a_document() {
    let ids = |ran: &Ran| -> Vec<String> {
        let line = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap();
        ran.out.lines().map(|l| line(l)["id"].as_str().unwrap().to_owned()).collect()
    };
    let lines = run_with(&["classify", "-"], QUIET.as_bytes());
    assert_eq!((lines.code, ids(&lines)), (Some(0), vec!["a".to_owned(), "b".to_owned()]), "{}", lines.err);
    assert_eq!(ids(&run_with(&["classify"], ENVELOPES.as_bytes())), ["a", "b"]);

    // One document over many lines, and a list of them.
    let spread = b"{\n  \"id\": \"a\",\n  \"headline\": \"Rain\",\n  \"body\": \"It rained.\"\n}\n";
    assert_eq!(ids(&run_with(&["classify"], spread)), ["a"]);
    let list = [b"[", QUIET.trim().replace("\n\n", ",").as_bytes(), b"]"].concat();
    assert_eq!(ids(&run_with(&["classify"], &list)), ["a", "b"]);
}

#[test]
fn plain_text_is_named_after_its_file_and_takes_a_date() {
    let dir = tempfile::tempdir().unwrap();
    let text = file(&dir, "story.txt", b"It rained on Saturday.\n");
    let ran = run(&["classify", shown(&text), "--published", "2025-12-13", "--headline", "Rain"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.starts_with("{\"id\":\"story.txt\","), "{}", ran.out);
    assert!(run_with(&["classify", "--text"], b"{It rained.}").out.starts_with("{\"id\":\"stdin\","));

    let wrong = run_with(&["classify", "--published", "2025-12-13"], QUIET.as_bytes());
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.err.contains("--published and --headline are for plain text"), "{}", wrong.err);
    let latin = run_with(&["classify"], b"caf\xe9");
    assert_eq!(latin.code, Some(2));
    assert!(latin.err.contains("cannot read stdin as text: byte 3 is not UTF-8"), "{}", latin.err);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    // Far more than a pipe holds, so that the command meets the closed end.
    let many = QUIET.repeat(20_000);
    let mut child = command(&["classify", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().expect("piped");
    drop(stdin.write_all(many.as_bytes()));
    drop(stdin);
    let ended = child.wait_with_output().expect("ends");
    assert_eq!(ended.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
}

#[test]
fn outputs_that_cannot_be_created_are_named() {
    let ran = run_with(&["replay", "-", "--alerts", "no/such/dir/alerts.jsonl"], QUIET.as_bytes());
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("--alerts: cannot create no/such/dir/alerts.jsonl"), "{}", ran.err);
}

/// Two outlets on one event, and a third one that withdraws nothing.
const DEAL: &str = r#"{"id":"a","headline":"US lifts sanctions on Belarus","body":"The United States lifted sanctions on Belarus on Saturday.","publishedAt":"2025-12-13T10:00:00Z","source":{"name":"Example Wire"}}
{"id":"b","headline":"US lifts sanctions on Belarus","body":"Washington has lifted its sanctions on Belarus.","publishedAt":"2025-12-13T12:00:00Z","source":{"name":"Daily Example"},"url":"https://daily.example/b"}
{"id":"c","headline":"Rain","body":"It rained.","publishedAt":"2025-12-13T13:00:00Z"}
"#;

#[test]
fn replay_tells_stories_and_stories_shows_them() {
    let dir = tempfile::tempdir().unwrap();
    let log = file(&dir, "log.jsonl", DEAL.as_bytes());
    let stories = dir.path().join("stories.jsonl");
    let ran = run(&["replay", shown(&log), "--stories", shown(&stories)]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let value = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap();
    let actions: Vec<String> = ran.out.lines().map(|line| value(line)["action"].as_str().unwrap().to_owned()).collect();
    assert_eq!(actions, ["opened", "corroborated"]);
    let written = std::fs::read_to_string(&stories).unwrap();
    assert_eq!(written.lines().count(), 1, "{written}");
    let story = value(&written);
    assert_eq!(story["reports"].as_array().unwrap().len(), 2);
    let id = story["storyId"].as_str().unwrap();

    let table = run(&["stories", shown(&stories), "--format", "human"]);
    assert_eq!(table.code, Some(0), "{}", table.err);
    assert!(table.out.starts_with(&format!("{}  2025-12-13  ▽ sanction lifted, enacted", &id[..8])), "{}", table.out);
    assert!(table.out.contains("2 reports, 2 sources"), "{}", table.out);
    let timeline = run(&["stories", shown(&stories), "--story", &id[..6], "--format", "human"]);
    for words in
        ["US -> BY", "revision 2, 2 reports by 2 independent sources", "10:00 Example Wire", "https://daily.example/b"]
    {
        assert!(timeline.out.contains(words), "{words:?} in {}", timeline.out);
    }
    // In a pipe it is the lines themselves, so that filters can be put together.
    assert_eq!(run(&["stories", shown(&stories), "--party", "by", "--sources", "2"]).out.lines().count(), 1);
    for (more, words) in [
        (&["--party", "RU"][..], "no story is as asked for, of 1"),
        (&["--story", "zz"], "no story has an id that begins with \"zz\""),
    ] {
        let ran = run(&[&["stories", shown(&stories)], more].concat());
        assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""));
        assert!(ran.err.contains(words), "{}", ran.err);
    }
    let wrong = run(&["stories", shown(&log)]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.err.contains("log.jsonl line 1: no story: it has no storyId"), "{}", wrong.err);
}

#[test]
fn stories_reads_the_compacted_topic_as_kcat_prints_it() {
    let story = |id: &str, day: &str| format!("{{\"storyId\":\"{id}\",\"type\":\"x\",\"date\":\"{day}\"}}");
    let line = |key: &str, payload: Option<String>| {
        let value = serde_json::json!({"topic": "sanctions.stories", "partition": 0, "offset": 1, "key": key, "payload": payload});
        format!("{value}\n")
    };
    let topic = [
        line("a", Some(story("a", "2025-12-15"))),
        line("b", Some(story("b", "2025-12-13"))),
        line("c", Some(story("c", "2025-12-12"))),
        line("a", Some(story("a", "2025-12-14"))),
        line("c", None),
    ];
    let ran = run_with(&["stories", "-", "--format", "json"], topic.concat().as_bytes());
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let ids: Vec<String> =
        ran.out.lines().map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap()["storyId"].to_string()).collect();
    assert_eq!(ids, ["\"b\"", "\"a\""]);
}

#[test]
fn completions_complete_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = run(&["completions", shell]);
        assert_eq!(ran.code, Some(0), "{shell}");
        assert!(ran.out.contains("dead-letters"), "{shell} does not know dead-letters");
    }
}

#[test]
fn a_wrong_log_format_in_the_environment_is_told() {
    let ended = command(&["schema"]).env("SANCTIONS_STREAM_LOG_FORMAT", "xml").output().expect("runs");
    assert_eq!(ended.status.code(), Some(2));
    let told = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(told, "error: SANCTIONS_STREAM_LOG_FORMAT is \"xml\"; expected human or json\n");
}

#[test]
fn faults_of_a_configuration_are_told_together_and_each_is_called_an_error_once() {
    let ran = run(&["run", "--stage", "b", "--workers", "x"]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    let begins: Vec<&str> = ran.err.lines().filter_map(|line| line.split(" (").next()).collect();
    assert_eq!(begins, ["error: service.stage", "error: service.workers"], "{}", ran.err);
}

/// Nobody has to wait for brokers to be rid of a service: asked to stop before it has begun, it ends at once, and well.
#[cfg(unix)]
#[test]
fn a_service_that_reaches_no_broker_stops_when_it_is_asked() {
    let args = ["run", "--brokers", "127.0.0.1:1", "--http", "off"];
    let mut child = command(&args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("starts");
    let mut log = BufReader::new(child.stderr.take().expect("piped")).lines();
    // It has tried and failed, so it listens for signals by now, and would go on trying for half a minute.
    assert!(log.any(|line| line.expect("UTF-8").contains("127.0.0.1:1")), "it said nothing of the broker");
    let asked = std::time::Instant::now();
    Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("kill runs");
    let status = child.wait().expect("ends");
    assert_eq!(status.code(), Some(0));
    assert!(asked.elapsed() < std::time::Duration::from_secs(10), "stopped after {:?}", asked.elapsed());
}
