//! Where rules come from: compiled in, a directory, and extra files on top.
//!
//! The rules room compiles text and reads no files; this is the edge that reads them, in one fixed order, so that the
//! hash of a rule set does not depend on how a file system lists a directory.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::rules::{RuleSet, SourceFile};

/// What counts as a rule, cue or lexicon file.
const EXTENSIONS: [&str; 3] = ["toml", "tsv", "txt"];

/// The code of the finding that an example does not give what it says.
const FAILING_EXAMPLE: &str = "R100";

/// Loads the rule set: the built-in one, or the one in `dir`, with `extra` files or directories on top.
///
/// # Errors
/// A path that cannot be read or holds no rule file, or every fault of the rules, one a line; in rules from outside an
/// example that does not hold is one.
pub fn load(dir: Option<&Path>, extra: &[PathBuf]) -> anyhow::Result<RuleSet> {
    let files = files(dir, extra)?;
    // The built-in rules were checked when they were built; rules from outside load only when their examples hold.
    if dir.is_some() || !extra.is_empty() {
        let report = crate::rules::check(&files);
        let faults: Vec<_> = report.diagnostics.iter().filter(|d| d.code == FAILING_EXAMPLE).collect();
        if !faults.is_empty() {
            let lines: Vec<String> =
                faults.iter().take(20).map(|d| format!("  {} {}: {}", d.code, d.path, d.message)).collect();
            anyhow::bail!(
                "the rules do not load, {} of their examples do not hold:\n{}\nrun `sanctions-stream rules check` to see each place",
                faults.len(),
                lines.join("\n")
            );
        }
    }
    RuleSet::compile(&files).map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(|d| format!("  {} {}: {}", d.code, d.path, d.message)).collect();
        anyhow::anyhow!(
            "the rules do not load:\n{}\nrun `sanctions-stream rules check` to see each place",
            lines.join("\n")
        )
    })
}

/// The rule, cue and lexicon files as text: those of `dir`, else the built-in ones, then `extra`.
///
/// # Errors
/// A `dir` that is no directory; a path that cannot be read, or that holds no rule file.
pub fn files(dir: Option<&Path>, extra: &[PathBuf]) -> anyhow::Result<Vec<SourceFile>> {
    let mut files = match dir {
        Some(dir) => {
            anyhow::ensure!(dir.is_dir(), "{} is not a directory", dir.display());
            read(dir)?
        }
        None => RuleSet::builtin_files(),
    };
    for path in extra {
        // An extra file may have the name of a built-in one; its place keeps the two apart in messages and in the hash.
        let below = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        for file in read(path)? {
            let name = if path.is_dir() { format!("{below}/{}", file.path) } else { file.path };
            files.push(SourceFile { path: format!("extra/{name}"), text: file.text });
        }
    }
    Ok(files)
}

/// Every rule file below `path`, or the file itself, sorted by path.
///
/// # Errors
/// A path that cannot be read, or that holds no rule file.
pub fn read(path: &Path) -> anyhow::Result<Vec<SourceFile>> {
    let mut found = Vec::new();
    if path.is_dir() {
        collect(path, Path::new(""), &mut found)?;
        anyhow::ensure!(!found.is_empty(), "`{}` holds no .toml, .tsv or .txt file", path.display());
    } else {
        let name =
            path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
        found.push(SourceFile { path: name, text: text(path)? });
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn collect(dir: &Path, below: &Path, found: &mut Vec<SourceFile>) -> anyhow::Result<()> {
    let entries =
        std::fs::read_dir(dir).with_context(|| format!("cannot read the rules directory `{}`", dir.display()))?;
    for entry in entries {
        let path = entry.with_context(|| format!("cannot read the rules directory `{}`", dir.display()))?.path();
        let Some(name) = path.file_name().map(|name| name.to_string_lossy().into_owned()) else { continue };
        // Editors and mounted ConfigMaps keep their own things under dotted names.
        if name.starts_with('.') {
            continue;
        }
        let relative = below.join(&name);
        if path.is_dir() {
            collect(&path, &relative, found)?;
        } else if path.extension().is_some_and(|e| EXTENSIONS.iter().any(|known| e.eq_ignore_ascii_case(known))) {
            // Forward slashes everywhere: the path is part of the hash.
            let parts: Vec<String> = relative.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            found.push(SourceFile { path: parts.join("/"), text: text(&path)? });
        }
    }
    Ok(())
}

fn text(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read the rule file `{}`", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_sorted_with_relative_paths_and_without_strangers() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("lifted")).unwrap();
        std::fs::create_dir_all(dir.path().join(".git")).unwrap();
        for name in ["z.toml", "lifted/b.toml", "lifted/a.tsv", ".git/x.toml", "readme.md"] {
            std::fs::write(dir.path().join(name), name).unwrap();
        }
        let paths: Vec<String> = read(dir.path()).unwrap().into_iter().map(|file| file.path).collect();
        assert_eq!(paths, ["lifted/a.tsv", "lifted/b.toml", "z.toml"]);
        assert!(read(&dir.path().join("none.toml")).unwrap_err().to_string().contains("none.toml"));
    }
}
