//! The findings of `rules check` as people, programs and GitHub want them.

use std::io::{self, Write};

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde_json::json;

use super::CheckFormat;
use crate::cli::palette::plural;
use crate::rules::{Diagnostic, Report, Severity, SourceFile};

/// Writes the whole report.
pub fn write(out: &mut dyn Write, files: &[SourceFile], report: &Report, format: CheckFormat) -> io::Result<()> {
    match format {
        CheckFormat::Human => human(out, files, report),
        CheckFormat::Json => writeln!(out, "{}", as_json(files, report)),
        CheckFormat::Github => report.diagnostics.iter().try_for_each(|found| {
            let place = Place::of(files, found);
            writeln!(
                out,
                "::{} file={},line={},col={},endLine={},endColumn={},title={}::{}",
                found.severity.name(),
                property(&found.path),
                place.line,
                place.column,
                place.end_line,
                place.end_column,
                found.code,
                data(&match &found.help {
                    Some(help) => format!("{}\n{help}", found.message),
                    None => found.message.clone(),
                }),
            )
        }),
    }
}

fn human(out: &mut dyn Write, files: &[SourceFile], report: &Report) -> io::Result<()> {
    let renderer = Renderer::styled();
    for found in &report.diagnostics {
        let level = match found.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let text = text_of(files, &found.path);
        let span = inside(text, found);
        let mut group = level
            .primary_title(found.message.as_str())
            .id(found.code)
            .element(Snippet::source(text).path(found.path.as_str()).annotation(AnnotationKind::Primary.span(span)));
        if let Some(help) = &found.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        writeln!(out, "{}\n", renderer.render(&[group]))?;
    }
    let (errors, warnings): (Vec<_>, Vec<_>) =
        report.diagnostics.iter().partition(|found| found.severity == Severity::Error);
    writeln!(
        out,
        "{}, {} run, {} failed; {}, {}",
        plural(files.len(), "file"),
        plural(report.examples_run, "example"),
        report.examples_failed,
        plural(errors.len(), "error"),
        plural(warnings.len(), "warning")
    )
}

fn as_json(files: &[SourceFile], report: &Report) -> serde_json::Value {
    let diagnostics: Vec<_> = report
        .diagnostics
        .iter()
        .map(|found| {
            let place = Place::of(files, found);
            json!({
                "code": found.code, "severity": found.severity.name(), "path": found.path, "message": found.message,
                "help": found.help, "start": found.span.start, "end": found.span.end, "line": place.line,
                "column": place.column, "endLine": place.end_line, "endColumn": place.end_column,
            })
        })
        .collect();
    json!({
        "diagnostics": diagnostics,
        "examplesRun": report.examples_run,
        "examplesFailed": report.examples_failed,
    })
}

/// A span as lines and columns, both from 1, columns in characters.
struct Place {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

impl Place {
    fn of(files: &[SourceFile], found: &Diagnostic) -> Self {
        let text = text_of(files, &found.path);
        let span = inside(text, found);
        let (line, column) = line_and_column(text, span.start);
        let (end_line, end_column) = line_and_column(text, span.end);
        Self { line, column, end_line, end_column }
    }
}

fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |feed| feed + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

fn text_of<'a>(files: &'a [SourceFile], path: &str) -> &'a str {
    files.iter().find(|file| file.path == path).map_or("", |file| file.text.as_str())
}

/// The span, kept inside the text and off the middle of characters: a lint's mistake shall not hide its message.
fn inside(text: &str, found: &Diagnostic) -> std::ops::Range<usize> {
    let boundary = |at: usize| (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let start = boundary(found.span.start);
    start..boundary(found.span.end).max(start)
}

/// Escapes the message of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(format: CheckFormat) -> String {
        let text = "[[rule]]\nid = \"lifted.ö\"\nlemma = \"lfit\"\n".to_owned();
        let start = text.find("\"lfit\"").unwrap();
        let found = Diagnostic {
            code: "R003",
            severity: Severity::Error,
            path: "lifted/sanctions.toml".to_owned(),
            span: start..start + 6,
            message: "no such lemma, 100% sure".to_owned(),
            help: Some("did you mean lift?".to_owned()),
        };
        let report = Report { diagnostics: vec![found], examples_run: 3, examples_failed: 0 };
        let mut out = anstream::StripStream::new(Vec::new());
        write(&mut out, &[SourceFile { path: "lifted/sanctions.toml".to_owned(), text }], &report, format).unwrap();
        String::from_utf8(out.into_inner()).unwrap()
    }

    #[test]
    fn people_get_carets() {
        insta::assert_snapshot!(shown(CheckFormat::Human), @r#"
        error[R003]: no such lemma, 100% sure
         --> lifted/sanctions.toml:3:9
          |
        3 | lemma = "lfit"
          |         ^^^^^^
          |
          = help: did you mean lift?

        1 file, 3 examples run, 0 failed; 1 error, 0 warnings
        "#);
    }

    #[test]
    fn programs_get_lines_and_columns() {
        insta::assert_snapshot!(
            shown(CheckFormat::Github),
            @"::error file=lifted/sanctions.toml,line=3,col=9,endLine=3,endColumn=15,title=R003::no such lemma, 100%25 sure%0Adid you mean lift?"
        );
        let json: serde_json::Value = serde_json::from_str(&shown(CheckFormat::Json)).unwrap();
        assert_eq!(json.pointer("/diagnostics/0/line"), Some(&json!(3)));
        assert_eq!(json.pointer("/diagnostics/0/column"), Some(&json!(9)));
        assert_eq!(json["examplesRun"], json!(3));
    }
}
