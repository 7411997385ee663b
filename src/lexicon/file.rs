//! Reading one lexicon file. The header line tells which of the five layouts it is.
//!
//! Errors name file and line. Comments start with `#`; columns are parted by tabs.

use jiff::civil::Date;
use thiserror::Error;

use super::{Entry, EntryFlags, Form, Forms, LexiconBuilder, Tenure};

/// What is wrong with a lexicon file.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{path}:{line}: {problem}")]
pub struct LexiconError {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// What was wrong and what was expected.
    pub problem: String,
}

/// Adds every entry of the file to the builder.
///
/// # Errors
/// A header that is none of the known layouts, a row with too few columns, an unreadable date, or a 257th class.
pub fn read_file(path: &str, text: &str, into: &mut LexiconBuilder) -> Result<(), LexiconError> {
    let fail = |line: usize, problem: String| LexiconError { path: path.to_owned(), line, problem };
    let mut rows = text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty() && !l.starts_with('#'));
    if path.ends_with(".txt") {
        for (i, row) in rows {
            let word = row.split('#').next().unwrap_or("").trim();
            let mut flags = EntryFlags::default();
            flags.insert(EntryFlags::CAPITAL);
            into.add(word, "given-name", word, "", Form::Base, flags, None, false)
                .ok_or_else(|| fail(i + 1, "too many word classes (256 at most)".into()))?;
        }
        return Ok(());
    }
    let Some((_, header)) = rows.next() else { return Ok(()) };
    let columns: Vec<&str> = header.split('\t').collect();
    for (i, row) in rows {
        let cells: Vec<&str> = row.split('\t').map(str::trim).collect();
        let cell = |k: usize| cells.get(k).copied().unwrap_or("");
        let line = i + 1;
        let full = || fail(line, "too many word classes (256 at most)".into());
        if cell(0).is_empty() {
            return Err(fail(line, "the first column is empty; it holds the form or lemma".into()));
        }
        match columns.as_slice() {
            ["form", "class", "value"] => {
                let flags = capital(cell(0), EntryFlags::default());
                let class = cell(1);
                into.add(cell(0), class, cell(0), cell(2), Form::Base, flags, None, false).ok_or_else(full)?;
            }
            ["form", "class", "value", "flags", ..] => {
                let tenure = tenure(cell(4), cell(5)).map_err(|p| fail(line, p))?;
                let flags = capital(cell(0), EntryFlags::read(cell(3)));
                into.add(cell(0), cell(1), cell(0), cell(2), Form::Base, flags, tenure, false).ok_or_else(full)?;
            }
            ["lemma", "plural", "class", "value", "flags"] => {
                let flags = capital(cell(0), EntryFlags::read(cell(4)));
                into.add(cell(0), cell(2), cell(0), cell(3), Form::Singular, flags, None, false).ok_or_else(full)?;
                if !cell(1).is_empty() {
                    into.add(cell(1), cell(2), cell(0), cell(3), Form::Plural, flags, None, false).ok_or_else(full)?;
                }
            }
            ["lemma", "third", "past", "participle", "gerund", "classes"] => {
                let forms = [Form::Base, Form::Third, Form::Past, Form::Participle, Form::Gerund];
                let classes: Vec<&str> = cell(5).split(',').map(str::trim).filter(|c| !c.is_empty()).collect();
                for (k, form) in forms.into_iter().enumerate() {
                    if cell(k).is_empty() {
                        continue;
                    }
                    for class in classes.iter().copied().chain(["verb"]) {
                        into.add(cell(k), class, cell(0), "", form, EntryFlags::default(), None, true)
                            .ok_or_else(full)?;
                    }
                }
            }
            _ => {
                return Err(fail(
                    1,
                    format!("unknown header {header:?}; known layouts are described in rules/lexicon/README.md"),
                ));
            }
        }
    }
    Ok(())
}

fn capital(form: &str, mut flags: EntryFlags) -> EntryFlags {
    if form.chars().next().is_some_and(char::is_uppercase) {
        flags.insert(EntryFlags::CAPITAL);
    }
    flags
}

fn tenure(from: &str, to: &str) -> Result<Option<Tenure>, String> {
    if from.is_empty() && to.is_empty() {
        return Ok(None);
    }
    let from = partial_date(from, Date::MIN, 1, 1)?;
    let to = partial_date(to, Date::MAX, 12, 28)?;
    Ok(Some(Tenure { from, to }))
}

fn partial_date(text: &str, open: Date, month: i8, day: i8) -> Result<Date, String> {
    if text.is_empty() {
        return Ok(open);
    }
    if let Ok(year) = text.parse::<i16>() {
        return Date::new(year, month, day).map_err(|e| e.to_string());
    }
    text.parse().map_err(|_| format!("{text:?} is no date; expected YYYY-MM-DD or YYYY"))
}

impl Entry {
    /// Merges the inflected forms of two rows that agree in everything else (`lifted` is past and participle).
    pub(super) fn absorb(&mut self, forms: Forms) {
        self.forms.0 |= forms.0;
    }
}
