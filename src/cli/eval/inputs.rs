//! Finding and reading the inputs of an evaluation: gold by line, and which files of a directory are what.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::super::exit::{ExitCode, Failure};
use super::super::terminal;
use crate::evaluation::gold::{AMBIGUOUS, CRIMINAL};
use crate::evaluation::report::Axis;
use crate::evaluation::{Gold, Verdict};
use crate::replay::{Log, Place};

/// Gold and, once its document has come by, the verdict on it.
#[derive(Debug)]
pub(super) struct Labelled {
    pub(super) gold: Gold,
    /// The name of the gold file, without its endings.
    pub(super) file: String,
    pub(super) judged: Option<Judged>,
}

/// A verdict, where the document stood, and the parts of the set that it belongs to.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) place: Place,
    pub(super) verdict: Verdict,
    pub(super) parts: Vec<(Axis, String)>,
}

/// Reads the gold of a file, of all gold files in a directory, or of stdin.
pub(super) fn gold(path: &Path, types: &[&str]) -> anyhow::Result<Vec<Labelled>> {
    let files = if path.is_dir() { files(path, What::Gold)? } else { vec![path.to_owned()] };
    let mut all: Vec<Labelled> = Vec::new();
    let mut places: BTreeMap<String, Place> = BTreeMap::new();
    let mut strange: BTreeSet<String> = BTreeSet::new();
    for path in files {
        let mut log = Log::open(&path)?;
        let (name, file) = (log.name().clone(), stem(&path));
        while let Some((line, bytes)) = log.line()? {
            let place = Place { log: name.clone(), line };
            let gold = Gold::read(bytes, types).with_context(|| format!("{place} is no gold"))?;
            if let Some(before) = places.get(&gold.id) {
                let said = format!("{place} is no gold: {:?} has its gold in {before} already", gold.id);
                return Err(Failure::message(ExitCode::Usage, said).into());
            }
            places.insert(gold.id.clone(), place);
            strange.extend(gold.flags.iter().filter(|flag| ![AMBIGUOUS, CRIMINAL].contains(&flag.as_str())).cloned());
            all.push(Labelled { gold, file: file.clone(), judged: None });
        }
    }
    // A flag with a typing mistake would silently move a document into the strict score.
    for flag in strange {
        terminal::notice(&format!("the flag {flag:?} has no effect; flags that have are {AMBIGUOUS} and {CRIMINAL}"));
    }
    Ok(all)
}

/// The document files: those given, and of directories those that are no gold.
pub(super) fn documents(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for path in paths {
        if path.is_dir() {
            all.extend(files(path, What::Documents)?);
        } else {
            all.push(path.clone());
        }
    }
    Ok(all)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Gold,
    Documents,
}

/// The files of a directory, by name.
fn files(dir: &Path, what: What) -> anyhow::Result<Vec<PathBuf>> {
    let told = || format!("cannot read the directory {}", dir.display());
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).with_context(told)? {
        let path = entry.with_context(told)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let bare = uncompressed(&name);
        let is = if bare.ends_with(".gold.jsonl") { What::Gold } else { What::Documents };
        if bare.ends_with(".jsonl") && is == what && !name.starts_with('.') && path.is_file() {
            found.push(path);
        }
    }
    let (kind, pattern) = match what {
        What::Gold => ("gold", "*.gold.jsonl"),
        What::Documents => ("documents", "*.jsonl that is not *.gold.jsonl"),
    };
    anyhow::ensure!(!found.is_empty(), "{} holds no {kind}: no file is named {pattern} (or .gz, .zst)", dir.display());
    found.sort();
    Ok(found)
}

fn uncompressed(name: &str) -> &str {
    name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(name)
}

/// `sanctions` for `labelled/sanctions.gold.jsonl.zst`.
fn stem(path: &Path) -> String {
    let name = path.file_name().map_or("stdin".into(), |name| name.to_string_lossy());
    let bare = uncompressed(&name);
    let bare = bare.strip_suffix(".jsonl").unwrap_or(bare);
    match bare.strip_suffix(".gold").unwrap_or(bare) {
        "-" => "stdin".to_owned(),
        stem => stem.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_parts_into_gold_and_documents() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b.jsonl", "b.gold.jsonl", "a.jsonl.zst", "a.gold.jsonl.gz", "notes.md", ".hidden.jsonl"] {
            std::fs::write(dir.path().join(name), "").unwrap();
        }
        let names = |what| -> Vec<String> {
            let found = files(dir.path(), what).unwrap();
            found.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
        };
        assert_eq!(names(What::Gold), ["a.gold.jsonl.gz", "b.gold.jsonl"]);
        assert_eq!(names(What::Documents), ["a.jsonl.zst", "b.jsonl"]);
        assert_eq!(stem(Path::new("x/a.gold.jsonl.gz")), "a");
        assert_eq!((stem(Path::new("-")), stem(Path::new("gold.jsonl"))), ("stdin".to_owned(), "gold".to_owned()));
    }
}
