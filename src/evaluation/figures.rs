//! The figures of a report by name, so that somebody else's build can ask for a minimum.
//!
//! A figure is named by what it is of and what it is: `precision` is that of all alerts, `prisoner-release-recall` that
//! of one type, `each-f1` the lowest of any type, `authority-f1` that of an argument, `status` the share of right
//! statuses.

use std::fmt;
use std::str::FromStr;

use super::judge::Slot;
use super::{Scores, Tally};

/// The three figures of a tally, by name.
const MEASURES: [&str; 3] = ["precision", "recall", "f1"];

fn measure(tally: &Tally, name: &str) -> Option<f64> {
    match name {
        "precision" => tally.precision(),
        "recall" => tally.recall(),
        _ => tally.f1(),
    }
}

/// Every figure of these scores with its name; `None` where there is nothing to measure.
#[must_use]
pub fn all(scores: &Scores) -> Vec<(String, Option<f64>)> {
    let mut figures = Vec::new();
    let mut add = |of: &str, tally: &Tally| {
        figures.extend(MEASURES.map(|name| {
            let full = if of.is_empty() { name.to_owned() } else { format!("{of}-{name}") };
            (full, measure(tally, name))
        }));
    };
    add("", &scores.micro());
    for types in &scores.types {
        add(&types.event.replace('_', "-"), &types.strict);
    }
    for (slot, tally) in Slot::ALL.into_iter().zip(&scores.arguments) {
        add(slot.name(), tally);
    }
    for name in MEASURES {
        // A type that neither readers nor rules know of says nothing about the rules.
        let types = scores.types.iter().filter(|types| !types.strict.is_empty());
        let lowest = types.map(|types| measure(&types.strict, name).unwrap_or_default()).reduce(f64::min);
        figures.push((format!("each-{name}"), lowest));
    }
    figures.push(("status".to_owned(), scores.confusion.share()));
    figures
}

/// A figure and the least that it may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Minimum {
    /// The figure's name.
    pub name: String,
    /// The least that it may be.
    pub least: f64,
}

impl FromStr for Minimum {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no minimum; expected NAME=VALUE with a value from 0 to 1, e.g. f1=0.9");
        let (name, value) = text.split_once('=').ok_or_else(wrong)?;
        let least: f64 = value.trim().parse().map_err(|_| wrong())?;
        if !(0.0..=1.0).contains(&least) {
            return Err(wrong());
        }
        let name = name.trim().replace('_', "-").to_ascii_lowercase();
        let name = name.strip_prefix("micro-").unwrap_or(&name).to_owned();
        Ok(Self { name, least })
    }
}

/// How a figure fails its minimum.
#[derive(Clone, Debug, PartialEq)]
pub struct Shortfall {
    /// The figure's name.
    pub name: String,
    /// What it is; `None` when it could not be measured.
    pub figure: Option<f64>,
    /// What it should be.
    pub least: f64,
}

impl fmt::Display for Shortfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, figure, least } = self;
        match figure {
            Some(figure) => write!(f, "{name} is {figure:.4}, below the minimum of {least}"),
            None => write!(f, "{name} cannot be measured here, and a minimum of {least} is asked for"),
        }
    }
}

/// The minimums that are not reached.
///
/// # Errors
/// The name of a figure that does not exist.
pub fn shortfalls(scores: &Scores, minimums: &[Minimum]) -> Result<Vec<Shortfall>, String> {
    let figures = all(scores);
    let mut short = Vec::new();
    for Minimum { name, least } in minimums {
        let Some((_, figure)) = figures.iter().find(|(known, _)| known == name) else {
            return Err(name.clone());
        };
        if figure.is_none_or(|figure| figure < *least) {
            short.push(Shortfall { name: name.clone(), figure: *figure, least: *least });
        }
    }
    Ok(short)
}

#[cfg(test)]
mod tests {
    use super::super::report::TypeScores;
    use super::*;

    fn scores() -> Scores {
        let of = |event: &str, right, wrong, missed| TypeScores {
            event: event.to_owned(),
            strict: Tally { right, wrong, missed },
            ..TypeScores::default()
        };
        Scores {
            types: vec![
                of("sanction_imposed", 9, 1, 0),
                of("sanction_lifted", 6, 2, 2),
                of("prisoner_release", 0, 0, 0),
            ],
            ..Scores::default()
        }
    }

    fn minimum(text: &str) -> Minimum {
        text.parse().unwrap()
    }

    #[test]
    fn names_reach_the_whole_a_type_and_the_lowest_of_them() {
        let asked = ["precision=0.83", "micro-recall=0.9", "sanction_imposed-precision=0.9", "each-precision=0.8"];
        let short = shortfalls(&scores(), &asked.map(minimum)).unwrap();
        let told: Vec<String> = short.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            ["recall is 0.8824, below the minimum of 0.9", "each-precision is 0.7500, below the minimum of 0.8"]
        );
    }

    #[test]
    fn what_cannot_be_measured_falls_short_and_what_does_not_exist_is_told() {
        let short = shortfalls(&scores(), &[minimum("prisoner-release-f1=0")]).unwrap();
        assert_eq!(
            short[0].to_string(),
            "prisoner-release-f1 cannot be measured here, and a minimum of 0 is asked for"
        );
        assert_eq!(shortfalls(&scores(), &[minimum("accuracy=1")]), Err("accuracy".to_owned()));
    }

    #[test]
    fn minimums_are_shares() {
        for text in ["f1", "f1=", "f1=high", "f1=90", "f1=-1", "f1=NaN"] {
            assert!(text.parse::<Minimum>().unwrap_err().contains("a value from 0 to 1"), "{text}");
        }
    }
}
