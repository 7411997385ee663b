//! Wrapping styled text at a width, by words and by what the terminal counts as columns.
//!
//! Styles are opened and closed within a line, so that wrapped text can be cut anywhere by pagers. It knows nothing of
//! what the styles mean.

use std::io::{self, Write};

use anstyle::Style;
use unicode_width::UnicodeWidthStr as _;

/// A stretch of text in one style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The text; white space in it is where lines may break.
    pub text: String,
    /// Its style.
    pub style: Style,
}

impl Run {
    /// A run of that text and style.
    #[must_use]
    pub fn new(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style }
    }
}

/// Writes `runs` as one paragraph no wider than `width` columns, each line behind `indent`, with a final line feed.
///
/// Any white space counts as one space, except the no-break space, which is written as a space and never breaks. A word
/// wider than the line stands on a line of its own, unbroken.
pub fn paragraph(out: &mut dyn Write, runs: &[Run], width: usize, indent: &str) -> io::Result<()> {
    let mut lines =
        Lines { out, room: width.saturating_sub(indent.width()).max(1), indent, column: None, style: Style::new() };
    let mut word: Vec<(&str, Style)> = Vec::new();
    let mut space = None;
    for run in runs {
        let mut rest = run.text.as_str();
        while !rest.is_empty() {
            let blank = rest.find(|c| !breaks(c)).unwrap_or(rest.len());
            if blank > 0 {
                lines.word(&mut word, space.take())?;
                space = Some(run.style);
                rest = &rest[blank..];
                continue;
            }
            let end = rest.find(breaks).unwrap_or(rest.len());
            word.push((&rest[..end], run.style));
            rest = &rest[end..];
        }
    }
    lines.word(&mut word, space)?;
    lines.set(Style::new())?;
    if lines.column.is_some() { writeln!(lines.out) } else { Ok(()) }
}

fn breaks(c: char) -> bool {
    c.is_whitespace() && c != '\u{a0}'
}

struct Lines<'a> {
    out: &'a mut dyn Write,
    room: usize,
    indent: &'a str,
    /// Columns used behind the indent; `None` before the first word.
    column: Option<usize>,
    /// The style that is open: it changes only where the text's does, so that output stays small.
    style: Style,
}

impl Lines<'_> {
    /// Writes a word made of differently styled pieces, and the space before it in the style it had.
    fn word(&mut self, word: &mut Vec<(&str, Style)>, space: Option<Style>) -> io::Result<()> {
        if word.is_empty() {
            return Ok(());
        }
        let width = word.iter().map(|(text, _)| text.width()).sum::<usize>();
        self.column = Some(match self.column {
            None => {
                write!(self.out, "{}", self.indent)?;
                width
            }
            Some(column) if column + 1 + width > self.room => {
                self.set(Style::new())?;
                write!(self.out, "\n{}", self.indent)?;
                width
            }
            Some(column) => {
                self.set(space.unwrap_or_default())?;
                write!(self.out, " ")?;
                column + 1 + width
            }
        });
        for (text, style) in word.drain(..) {
            self.set(style)?;
            // Only labels and typography hold no-break spaces; searching the output for a plain space must find them.
            write!(self.out, "{}", text.replace('\u{a0}', " "))?;
        }
        Ok(())
    }

    fn set(&mut self, style: Style) -> io::Result<()> {
        if style != self.style {
            write!(self.out, "{:#}{style}", self.style)?;
            self.style = style;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(runs: &[Run], width: usize) -> String {
        let mut out = Vec::new();
        paragraph(&mut out, runs, width, "  ").unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn breaks_at_spaces_and_never_inside_a_word_of_two_styles() {
        let runs =
            [Run::new("one two th", Style::new()), Run::new("ree  four", Style::new()), Run::new("!", Style::new())];
        assert_eq!(wrapped(&runs, 10), "  one two\n  three\n  four!\n");
        assert_eq!(wrapped(&runs, 3), "  one\n  two\n  three\n  four!\n");
        assert_eq!(wrapped(&[Run::new("  ", Style::new())], 10), "");
    }

    #[test]
    fn styles_close_before_the_line_ends() {
        let bold = Style::new().bold();
        let text = wrapped(&[Run::new("aa bb", bold)], 4);
        assert_eq!(text, format!("  {bold}aa{bold:#}\n  {bold}bb{bold:#}\n"));
    }
}
