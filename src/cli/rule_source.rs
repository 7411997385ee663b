//! Where rules come from: compiled in, a directory, and extra files on top. Reads files; what they mean is `rules`'.
//!
//! Stand-in for the file of the same name on the Kafka side: keep `load` and `files`, the commands use both.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::rules::{self, RuleSet, SourceFile};

/// Loads the rule set: the built-in one or the one in `dir`, and `extra` files or directories on top.
pub fn load(dir: Option<&Path>, extra: &[PathBuf]) -> anyhow::Result<RuleSet> {
    if dir.is_none() && extra.is_empty() {
        return Ok(RuleSet::builtin());
    }
    RuleSet::compile(&files(dir, extra)?).map_err(|faults| anyhow::anyhow!("rules do not load:\n{}", faults.join("\n")))
}

/// The rule, cue and lexicon files as text, ordered by path.
pub fn files(dir: Option<&Path>, extra: &[PathBuf]) -> anyhow::Result<Vec<SourceFile>> {
    let mut files = match dir {
        None => rules::builtin_sources(),
        Some(dir) => {
            anyhow::ensure!(dir.is_dir(), "{} is not a directory of rule files", dir.display());
            let mut files = Vec::new();
            collect(dir, dir, &mut files)?;
            anyhow::ensure!(!files.is_empty(), "there is no .toml or .tsv file in {}", dir.display());
            files
        }
    };
    for path in extra {
        let base = if path.is_dir() { path.as_path() } else { path.parent().unwrap_or(path) };
        collect(base, path, &mut files)?;
    }
    Ok(files)
}

fn collect(base: &Path, path: &Path, files: &mut Vec<SourceFile>) -> anyhow::Result<()> {
    let unreadable = || format!("cannot read rules from {}", path.display());
    if path.is_dir() {
        let entries: Result<Vec<_>, _> = fs::read_dir(path).with_context(unreadable)?.collect();
        // Directories come in any order; ours must not depend on the file system.
        let mut paths: Vec<_> = entries.with_context(unreadable)?.into_iter().map(|entry| entry.path()).collect();
        paths.sort();
        let wanted = |path: &PathBuf| path.is_dir() || path.extension().is_some_and(|e| e == "toml" || e == "tsv");
        return paths.iter().filter(|path| wanted(path)).try_for_each(|path| collect(base, path, files));
    }
    let text = fs::read_to_string(path).with_context(unreadable)?;
    let path = path.strip_prefix(base).unwrap_or(path).display().to_string();
    files.push(SourceFile { path, text });
    Ok(())
}
