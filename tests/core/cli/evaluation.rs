//! `eval`, `rules diff` and `rules coverage` from outside: labelled documents in; figures, errors and exit codes out.
//!
//! The texts are so plain that any rule set must read them alike.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Ran, file, run, run_with, shown};

/// One lifting, one release, one demand, one quiet document.
const DOCUMENTS: &str = r#"{"id":"wire:1","headline":"Trade","body":"The European Union lifted its sanctions on Belarus on Monday.","publishedAt":"2025-12-09"}
{"id":"wire:2","headline":"Sailors","body":"Iran released 52 political prisoners on Monday.","publishedAt":"2025-12-09"}
{"id":"post:3","headline":"Plea","body":"Farmers urged the European Union to lift its sanctions on Belarus.","publishedAt":"2024-12-09"}
{"id":"post:4","headline":"Rain","body":"It rained.","publishedAt":"2024-12-09"}
"#;

const GOLD: &str = r#"{"id":"wire:1","events":[{"type":"sanction_lifted","status":"enacted","authority":"EU","target":["BY"]}],"flags":[]}
{"id":"wire:2","events":[{"type":"prisoner_release","status":"enacted","authority":["IR"],"count":52}]}
{"id":"post:3","events":[{"type":"sanction_lifted","status":"proposed","authority":"EU","target":"BY"}]}
{"id":"post:4","events":[]}
"#;

struct Set {
    dir: tempfile::TempDir,
}

impl Set {
    fn new(gold: &str) -> Self {
        let set = Self { dir: tempfile::tempdir().expect("a directory") };
        file(&set.dir, "set.gold.jsonl", gold.as_bytes());
        file(&set.dir, "set.jsonl", DOCUMENTS.as_bytes());
        set
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn eval(&self, more: &[&str]) -> Ran {
        let (gold, documents) = (self.path("set.gold.jsonl"), self.path("set.jsonl"));
        run(&[&["eval", shown(&gold), shown(&documents)], more].concat())
    }
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|fault| panic!("{fault}: {} {}", ran.out, ran.err))
}

fn at<'v>(value: &'v Value, pointer: &str) -> &'v Value {
    value.pointer(pointer).unwrap_or_else(|| panic!("no {pointer} in {value:#}"))
}

#[test]
fn what_is_right_is_counted_and_nothing_is_left_to_tell() {
    let ran = Set::new(GOLD).eval(&["--by", "source,year"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    let report = json(&ran);
    for (pointer, want) in [
        ("/documents", 4),
        ("/answered", 4),
        ("/strict/right", 2),
        ("/strict/wrong", 0),
        ("/strict/missed", 0),
        ("/arguments/authority/right", 2),
        ("/arguments/target/right", 1),
        ("/arguments/count/right", 1),
        ("/statuses/right", 3),
        ("/statuses/of", 3),
        ("/statuses/confusion/proposed/proposed", 1),
        ("/parts/0/documents", 2),
    ] {
        assert_eq!(at(&report, pointer), want, "{pointer}");
    }
    assert_eq!(at(&report, "/figures/f1"), 1.0);
    assert_eq!(at(&report, "/figures/sanction-imposed-f1"), &Value::Null);
    let parts: Vec<String> =
        at(&report, "/parts").as_array().unwrap().iter().map(|p| format!("{} {}", p["by"], p["part"])).collect();
    assert_eq!(parts, [r#""source" "post""#, r#""source" "wire""#, r#""year" "2024""#, r#""year" "2025""#]);
    assert_eq!(report.get("errors"), None, "not asked for");
}

#[test]
fn every_error_comes_with_its_sentence_its_rule_and_what_was_expected() {
    let gold = GOLD
        .replace(r#""status":"enacted","authority":"EU""#, r#""status":"background","authority":"EU""#)
        .replace(r#""count":52"#, r#""count":53"#)
        .replace(r#""status":"proposed""#, r#""status":"announced","quote":"lift its sanctions""#);
    let set = Set::new(&gold);
    let report = json(&set.eval(&["--errors"]));
    let errors = at(&report, "/errors").as_array().unwrap();
    let told: Vec<String> = errors.iter().map(|e| format!("{} {}", e["error"], e["document"])).collect();
    assert_eq!(told, [r#""false-alert" "wire:1""#, r#""missed-alert" "post:3""#, r#""count" "wire:2""#]);
    assert_eq!(at(&errors[0], "/expected/0/status"), "background");
    assert_eq!(
        at(&errors[0], "/found/0/sentences/0/text"),
        "The European Union lifted its sanctions on Belarus on Monday."
    );
    assert!(at(&errors[0], "/found/0/rule").as_str().unwrap().starts_with("lifted."));
    assert_eq!(at(&errors[1], "/found/0/reason"), "demanded");
    assert_eq!((at(&errors[2], "/expected/0/count"), at(&errors[2], "/found/0/count")), (&53.into(), &52.into()));
    for mark in at(&errors[0], "/found/0/sentences/0/marks").as_array().unwrap() {
        let (start, end) = (mark["start"].as_u64().unwrap() as usize, mark["end"].as_u64().unwrap() as usize);
        assert_eq!(&"The European Union lifted its sanctions on Belarus on Monday."[start..end], mark["quote"]);
    }

    let drawn = set.eval(&["--errors", "--format", "human"]);
    for words in [
        "false alert  sanction lifted  wire:1",
        "expected     background, EU -> BY",
        "[trigger: lifted]",
        "no alert: demanded",
    ] {
        assert!(drawn.out.contains(words), "{words} in\n{}", drawn.out);
    }
    let short = set.eval(&["--format", "human"]);
    assert!(short.out.ends_with("3 errors; --errors shows them\n"), "{}", short.out);
}

#[test]
fn a_minimum_that_is_not_reached_is_1_and_told() {
    let set = Set::new(&GOLD.replace(r#""status":"proposed""#, r#""status":"announced""#));
    assert_eq!(set.eval(&["--minimum", "precision=1,prisoner-release-recall=1"]).code, Some(0));
    let ran = set.eval(&["--minimum", "micro-recall=0.9,each-precision=0.9", "--minimum", "f1=0.7"]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(ran.err, "recall is 0.6667, below the minimum of 0.9\n");
    assert_eq!(at(&json(&ran), "/figures/recall"), 0.6667, "the report comes all the same");
    let unmeasured = set.eval(&["--minimum", "sanction-imposed-f1=0.5"]);
    assert_eq!(unmeasured.code, Some(1), "{}", unmeasured.err);
    assert!(unmeasured.err.contains("sanction-imposed-f1 cannot be measured here"), "{}", unmeasured.err);
}

#[test]
fn a_higher_threshold_turns_alerts_into_misses() {
    let report = json(&Set::new(GOLD).eval(&["--min-confidence", "1"]));
    assert_eq!((at(&report, "/strict/right"), at(&report, "/strict/missed")), (&0.into(), &2.into()));
    assert_eq!(at(&report, "/confidence/thresholds/0/right"), 2);
}

#[test]
fn faults_of_the_inputs_are_2_and_name_their_place() {
    for (gold, words) in [
        ("{\"id\":\"wire:1\",\"events\":[]}\n{nonsense\n", "set.gold.jsonl line 2 is no gold: not JSON, column 2: "),
        (
            "\n{\"id\":\"wire:1\",\"events\":[{\"type\":\"sanction_lifted\",\"status\":\"lifted\"}]}\n",
            "set.gold.jsonl line 2 is no gold: events[0].status is \"lifted\"; expected one of enacted, announced, proposed, rejected, background",
        ),
        (
            "{\"id\":\"wire:1\",\"events\":[]}\n{\"id\":\"wire:1\",\"events\":[]}\n",
            "set.gold.jsonl line 2 is no gold: \"wire:1\" has its gold in ",
        ),
        (
            "{\"id\":\"other:1\",\"events\":[]}\n",
            "no document has gold: their ids do not match\n  the first document is \"wire:1\", the first gold \"other:1\"",
        ),
        ("", "the gold is empty: there is nothing to measure"),
    ] {
        let ran = Set::new(gold).eval(&[]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{gold}");
        assert!(ran.err.contains(words), "{words} in {}", ran.err);
    }
    let set = Set::new(GOLD);
    for (more, words) in [
        (
            &["--minimum", "accuracy=1"][..],
            "there is no figure named \"accuracy\"\n  the figures are precision, recall, f1, ",
        ),
        (&["--minimum", "f1=95"], "a value from 0 to 1"),
        (&["--min-confidence", "high"], "expected a confidence from 0 to 1"),
        (&["--by", "mood"], "[possible values: source, year, kind, file]"),
        (&["--into", "page.md"], "--section"),
        (&["--check"], "--into"),
    ] {
        let ran = set.eval(more);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{more:?}");
        assert!(ran.err.contains(words), "{words} in {}", ran.err);
    }
    let ran = run(&["eval", "-", "-"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("gold and documents cannot both come from stdin"), "{}", ran.err);
    let empty = tempfile::tempdir().unwrap();
    let ran = run(&["eval", shown(empty.path()), "x.jsonl"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("holds no gold: no file is named *.gold.jsonl"), "{}", ran.err);
}

#[test]
fn documents_that_stand_twice_are_told_and_strange_ones_are_left_out() {
    let set = Set::new(GOLD);
    let (gold, documents) = (set.path("set.gold.jsonl"), set.path("set.jsonl"));
    let twice = run(&["eval", shown(&gold), shown(&documents), shown(&documents)]);
    assert_eq!(twice.code, Some(2));
    assert!(twice.err.contains("set.jsonl line 1: the document \"wire:1\" stands in "), "{}", twice.err);

    let fewer = Set::new(
        &GOLD
            .lines()
            .take(2)
            .fold(String::new(), |all, line| all + line + "\n")
            .replace("]}\n", "],\"flags\":[\"ambigous\"]}\n"),
    );
    let ran = fewer.eval(&[]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.err.contains("left out 2 documents without gold, such as \"post:3\""), "{}", ran.err);
    assert!(
        ran.err.contains("the flag \"ambigous\" has no effect; flags that have are ambiguous and criminal"),
        "{}",
        ran.err
    );

    let unreadable = file(&set.dir, "more.jsonl", b"not a document\n");
    let ran = run(&["eval", shown(&gold), shown(&documents), shown(&unreadable)]);
    assert_eq!(ran.code, Some(2), "the report comes, and the fault is told");
    assert_eq!(at(&json(&ran), "/strict/right"), 2);
    assert!(ran.err.contains("more.jsonl line 1: not a document, "), "{}", ran.err);
}

#[test]
fn gold_without_its_document_counts_as_unanswered() {
    let set = Set::new(GOLD);
    let half = DOCUMENTS.lines().nth(1).unwrap();
    let ran = run_with(&["eval", shown(&set.path("set.gold.jsonl")), "-", "--format", "human"], half.as_bytes());
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.starts_with("4 documents (3 of them absent, counted as unanswered)"), "{}", ran.out);
    assert!(ran.out.contains("all types"), "{}", ran.out);
}

#[test]
fn directories_and_compressed_files_are_read_alike() {
    let set = Set::new(GOLD);
    let documents = zstd::encode_all(DOCUMENTS.as_bytes(), 1).unwrap();
    std::fs::remove_file(set.path("set.jsonl")).unwrap();
    file(&set.dir, "set.jsonl.zst", &documents);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(GOLD.as_bytes()).unwrap();
    std::fs::remove_file(set.path("set.gold.jsonl")).unwrap();
    file(&set.dir, "set.gold.jsonl.gz", &encoder.finish().unwrap());
    let dir = shown(set.dir.path());
    let report = json(&run(&["eval", dir, dir, "--by", "file,kind"]));
    assert_eq!(at(&report, "/strict/right"), 2);
    assert_eq!((at(&report, "/parts/0/part"), at(&report, "/parts/1/part")), (&"article".into(), &"set".into()));
}

#[test]
fn a_page_is_written_once_and_then_up_to_date() {
    let set = Set::new(GOLD);
    let page = file(&set.dir, "page.md", b"# Ours\n\n<!-- begin set -->\n<!-- end set -->\n\nProse.\n");
    let into = ["--into", shown(&page), "--section", "set"];
    let check = [&into[..], &["--check"]].concat();
    let dated = set.eval(&check);
    assert_eq!((dated.code, dated.out.as_str()), (Some(1), ""));
    assert!(dated.err.contains("page.md is out of date from line 4 on:"), "{}", dated.err);
    assert_eq!(set.eval(&into).code, Some(0));
    let text = std::fs::read_to_string(&page).unwrap();
    assert!(text.starts_with("# Ours\n\n<!-- begin set -->\n\n4 documents; "), "{text}");
    assert!(text.ends_with("\n\n<!-- end set -->\n\nProse.\n"), "{text}");
    assert_eq!(set.eval(&check).code, Some(0));
    let none = set.eval(&["--into", shown(&page), "--section", "other"]);
    assert_eq!(none.code, Some(2));
    assert!(none.err.contains("has no section \"other\"\n  put these two lines"), "{}", none.err);
}

/// A copy of the rules without the files that find liftings.
fn without_liftings(into: &Path) -> PathBuf {
    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).expect("creates");
        for entry in std::fs::read_dir(from).expect("lists") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name");
            match (path.is_dir(), name == "lifted") {
                (true, true) => {}
                (true, false) => copy(&path, &to.join(name)),
                (false, _) => drop(std::fs::copy(&path, to.join(name)).expect("copies")),
            }
        }
    }
    let to = into.join("rules");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules"), &to);
    to
}

#[test]
fn rules_diff_tells_what_appears_and_vanishes() {
    let set = Set::new(GOLD);
    let log = set.path("set.jsonl");
    let same = run(&["rules", "diff", "builtin", "builtin", shown(&log)]);
    assert_eq!((same.code, same.out.as_str()), (Some(0), ""));
    assert_eq!(same.err, "no alert differs in 4 documents\n");

    let fewer = without_liftings(set.dir.path());
    let gone = run(&["rules", "diff", "builtin", shown(&fewer), shown(&log)]);
    assert_eq!(gone.code, Some(1), "{}", gone.err);
    assert_eq!(gone.err, "1 of 4 documents differ: 1 alert vanishes\n");
    let change = json(&gone);
    assert_eq!(
        (&change["change"], &change["document"], &change["type"]),
        (&"vanishes".into(), &"wire:1".into(), &"sanction_lifted".into())
    );

    let back = run(&["rules", "diff", shown(&fewer), "builtin", shown(&log), "--format", "human"]);
    assert_eq!(back.code, Some(1));
    assert!(
        back.out.starts_with("wire:1\n  + appears   sanction lifted, enacted, EU -> BY  rule lifted."),
        "{}",
        back.out
    );
    assert!(back.out.contains("[trigger: lifted]"), "{}", back.out);

    let nowhere = run(&["rules", "diff", "builtin", "no/such/rules", shown(&log)]);
    assert_eq!(nowhere.code, Some(2));
    assert!(nowhere.err.contains("there are no rules at no/such/rules"), "{}", nowhere.err);
    let odd = run(&["rules", "diff", "builtin", "builtin", shown(&log), "--ignore", "mood"]);
    assert_eq!(odd.code, Some(2));
    assert!(odd.err.contains("[possible values: status, "), "{}", odd.err);
}

#[test]
fn rules_coverage_counts_what_fires_and_names_what_does_not() {
    let set = Set::new(GOLD);
    let log = set.path("set.jsonl");
    let ran = run(&["rules", "coverage", shown(&log)]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let lines: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let sum = |key: &str, inner: &str| -> u64 {
        let rules = lines.iter().filter(|line| line["kind"] == "rule");
        rules.filter_map(|rule| rule[key].get(inner)?.as_u64()).sum()
    };
    assert_eq!((sum("alerts", "enacted"), sum("suppressed", "demanded")), (2, 1));
    let idle = lines.iter().filter(|line| line["kind"] == "rule" && line["fired"] == false).count();
    assert!(idle > 0 && lines.iter().any(|line| line["kind"] == "scope" && line["fired"] == true));

    let drawn = run(&["rules", "coverage", shown(&log), "--format", "human"]);
    assert_eq!(drawn.code, Some(0));
    assert!(drawn.out.contains(&format!("{idle} rules never fired:")), "{}", drawn.out);
}
