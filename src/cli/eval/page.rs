//! A section of a page that is made by a command: replaced between its marks, or compared.
//!
//! `<!-- begin NAME -->` and `<!-- end NAME -->` stand on lines of their own. What is around them is written by people
//! and stays as it is.

use std::path::Path;

use anyhow::Context as _;

use super::super::exit::{ExitCode, Failure};
use super::super::terminal;

/// Puts `body` into the section; with `check` only compares. Whether the page was found out of date by a check.
pub(super) fn put(path: &Path, section: &str, body: &str, check: bool) -> anyhow::Result<bool> {
    let page = std::fs::read_to_string(path).with_context(|| format!("cannot read the page {}", path.display()))?;
    let Some(new) = replaced(&page, section, body) else {
        let said = format!("{} has no section {section:?}", path.display());
        let (begin, end) = marks(section);
        let advice = format!("put these two lines where it belongs:\n  {begin}\n  {end}");
        return Err(Failure::message(ExitCode::Usage, said).advise(advice).into());
    };
    match (new == page, check) {
        (true, _) => Ok(false),
        (false, true) => {
            let (line, is, should) = first_difference(&page, &new);
            terminal::notice(&format!(
                "{} is out of date from line {line} on:\n  - {is}\n  + {should}\nthe same command without --check writes it",
                path.display()
            ));
            Ok(true)
        }
        (false, false) => {
            std::fs::write(path, new).with_context(|| format!("cannot write the page {}", path.display()))?;
            Ok(false)
        }
    }
}

fn marks(section: &str) -> (String, String) {
    (format!("<!-- begin {section} -->"), format!("<!-- end {section} -->"))
}

/// The page with the section's text replaced; `None` when its marks are not there in order.
fn replaced(page: &str, section: &str, body: &str) -> Option<String> {
    let (begin, end) = marks(section);
    let from = page.find(&begin)? + begin.len();
    let to = from + page[from..].find(&end)?;
    Some(format!("{}\n\n{}\n\n{}", &page[..from], body.trim(), &page[to..]))
}

fn first_difference<'a>(old: &'a str, new: &'a str) -> (usize, &'a str, &'a str) {
    let (mut old, mut new) = (old.lines(), new.lines());
    let mut line = 1;
    loop {
        match (old.next(), new.next()) {
            (Some(is), Some(should)) if is == should => line += 1,
            (is, should) => return (line, is.unwrap_or("(the end)"), should.unwrap_or("(the end)")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# Page\n\n<!-- begin a -->\nold\n<!-- end a -->\n\nProse.\n";

    #[test]
    fn only_the_section_changes_and_a_second_time_nothing_does() {
        let new = replaced(PAGE, "a", "new\n").unwrap();
        assert_eq!(new, "# Page\n\n<!-- begin a -->\n\nnew\n\n<!-- end a -->\n\nProse.\n");
        assert_eq!(replaced(&new, "a", "new\n").unwrap(), new);
        assert_eq!(replaced(PAGE, "b", "new"), None);
        assert_eq!(first_difference(PAGE, &new), (4, "old", ""));
    }
}
