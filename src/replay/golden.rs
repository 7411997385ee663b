//! Comparing alerts with a golden file: which are missing, which are new, and which fields differ.
//!
//! Alerts are paired by document and type, in order, so that one missing alert does not make all later ones differ.
//! Objects are compared as JSON: the order of keys and the spacing of a hand-kept golden file do not matter.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use serde_json::Value;

/// One difference between the golden file and what came out.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Which alert: its place in its file, type and document.
    pub alert: String,
    /// What differs.
    pub what: What,
}

/// The kinds of difference.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// In the golden file only.
    Missing,
    /// In the output only.
    Unexpected,
    /// In both, but not in the same order of alerts.
    OutOfOrder,
    /// In both, with another value at this path. `None` is an absent field.
    Field {
        /// Dotted path with indices: `counts.persons.value`, `persons[1].name`.
        path: String,
        /// What the golden file has.
        expected: Option<Value>,
        /// What came out.
        actual: Option<Value>,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |value: &Option<Value>| value.as_ref().map_or("(absent)".to_owned(), ToString::to_string);
        match &self.what {
            What::Missing => write!(f, "missing     {}", self.alert),
            What::Unexpected => write!(f, "unexpected  {}", self.alert),
            What::OutOfOrder => write!(f, "moved       {}: same alert, other place in the order", self.alert),
            What::Field { path, expected, actual } => {
                writeln!(f, "differs     {}: {path}", self.alert)?;
                writeln!(f, "  - {}", shown(expected))?;
                write!(f, "  + {}", shown(actual))
            }
        }
    }
}

/// Compares the alerts of a golden file with those that came out, leaving out the paths in `ignore` and all below them.
#[must_use]
pub fn compare(expected: &[Value], actual: &[Value], ignore: &[String]) -> Vec<Difference> {
    let mut waiting: BTreeMap<String, VecDeque<usize>> = BTreeMap::new();
    for (index, alert) in actual.iter().enumerate() {
        waiting.entry(key(alert)).or_default().push_back(index);
    }
    let mut differences = Vec::new();
    let mut furthest = None;
    for (index, alert) in expected.iter().enumerate() {
        let name = name(index, alert);
        let Some(found) = waiting.get_mut(&key(alert)).and_then(VecDeque::pop_front) else {
            differences.push(Difference { alert: name, what: What::Missing });
            continue;
        };
        if furthest.is_some_and(|furthest| found < furthest) {
            differences.push(Difference { alert: name.clone(), what: What::OutOfOrder });
        }
        furthest = furthest.max(Some(found));
        let mut walk = Walk { alert: &name, ignore, found: &mut differences };
        walk.compare("", Some(alert), Some(&actual[found]));
    }
    let mut left: Vec<usize> = waiting.into_values().flatten().collect();
    left.sort_unstable();
    differences.extend(
        left.into_iter().map(|index| Difference { alert: name(index, &actual[index]), what: What::Unexpected }),
    );
    differences
}

/// The alert itself, out of the envelope where there is one.
#[must_use]
pub fn inner(line: &Value) -> &Value {
    line.get("payload").filter(|payload| payload.is_object()).unwrap_or(line)
}

fn text<'a>(alert: &'a Value, path: &str) -> &'a str {
    inner(alert).pointer(path).and_then(Value::as_str).unwrap_or("?")
}

fn key(alert: &Value) -> String {
    format!("{}\u{1f}{}\u{1f}{}", text(alert, "/document/id"), text(alert, "/type"), text(alert, "/action"))
}

fn name(index: usize, alert: &Value) -> String {
    format!("alert {} ({}, document {})", index + 1, text(alert, "/type"), text(alert, "/document/id"))
}

struct Walk<'a> {
    alert: &'a str,
    ignore: &'a [String],
    found: &'a mut Vec<Difference>,
}

impl Walk<'_> {
    fn compare(&mut self, path: &str, expected: Option<&Value>, actual: Option<&Value>) {
        if expected == actual || self.ignore.iter().any(|ignored| ignored == path) {
            return;
        }
        match (expected, actual) {
            (Some(Value::Object(left)), Some(Value::Object(right))) => {
                for (name, value) in left {
                    self.compare(&under(path, name), Some(value), right.get(name));
                }
                for (name, value) in right.iter().filter(|(name, _)| !left.contains_key(*name)) {
                    self.compare(&under(path, name), None, Some(value));
                }
            }
            (Some(Value::Array(left)), Some(Value::Array(right))) => {
                for index in 0..left.len().max(right.len()) {
                    self.compare(&format!("{path}[{index}]"), left.get(index), right.get(index));
                }
            }
            _ => {
                let what = What::Field { path: path.to_owned(), expected: expected.cloned(), actual: actual.cloned() };
                self.found.push(Difference { alert: self.alert.to_owned(), what });
            }
        }
    }
}

fn under(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn alert(id: &str, kind: &str, count: u32) -> Value {
        json!({"type": kind, "document": {"id": id}, "counts": {"persons": {"value": count}}, "engine": {"version": "1"}})
    }

    #[test]
    fn a_missing_alert_does_not_disturb_the_others() {
        let golden = [alert("a", "x", 1), alert("b", "x", 2), alert("c", "x", 3)];
        let actual = [alert("a", "x", 1), alert("c", "x", 4), alert("d", "x", 5)];
        let shown: Vec<String> = compare(&golden, &actual, &[]).iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "missing     alert 2 (x, document b)",
                "differs     alert 3 (x, document c): counts.persons.value\n  - 3\n  + 4",
                "unexpected  alert 3 (x, document d)",
            ]
        );
    }

    #[test]
    fn order_counts_and_ignored_paths_do_not() {
        let (a, b) = (alert("a", "x", 1), alert("b", "x", 2));
        let moved = compare(&[a.clone(), b.clone()], &[b, a.clone()], &[]);
        assert_eq!(moved.len(), 1);
        assert_eq!(moved[0].what, What::OutOfOrder);

        let mut newer = a.clone();
        newer["engine"] = json!({"version": "2", "rulesHash": "f"});
        assert_eq!(compare(std::slice::from_ref(&a), std::slice::from_ref(&newer), &["engine".to_owned()]), []);
        assert_eq!(compare(&[a], &[newer], &["engine.version".to_owned()]).len(), 1);
    }
}
