//! Gold: what careful readers say stands in a document, one JSON object a line.
//!
//! `{"id", "events": [{"type", "status", "authority", "target", "count", "persons", "quote"}], "flags"}`. Names may be a
//! string, a list or null. What the scoring needs is checked and named by its path when it is wrong; other keys are the
//! annotator's own business.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Map, Value};

use crate::rules::Status;

/// The flag of a document on which careful readers may disagree: outside the strict score.
pub const AMBIGUOUS: &str = "ambiguous";
/// The flag of a document about ordinary criminals: their release is neither right nor wrong.
pub const CRIMINAL: &str = "criminal";
/// The event type that [`CRIMINAL`] excuses.
pub const EXCUSED_BY_CRIMINAL: &str = "prisoner_release";

/// The gold of one document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gold {
    /// The document's id.
    pub id: String,
    /// The events that the document reports, in the annotator's order.
    pub events: Vec<GoldEvent>,
    /// The annotator's flags.
    pub flags: BTreeSet<String>,
}

/// One event as an annotator wrote it down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoldEvent {
    /// The event type.
    pub event: String,
    /// Its realis.
    pub status: Status,
    /// Who acts.
    pub authority: Vec<String>,
    /// Whom it hits, or whose nationals are freed.
    pub target: Vec<String>,
    /// People released, or persons and entities listed.
    pub count: Option<u64>,
    /// Named persons.
    pub persons: Vec<String>,
    /// The words that carry it, where the annotator noted them: shown with errors, never scored.
    pub quote: Option<String>,
}

/// What is wrong with a line of gold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoldFault(String);

impl fmt::Display for GoldFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for GoldFault {}

impl Gold {
    /// Reads one line. `types` are the event types of the rules: gold for another type could never be found.
    ///
    /// # Errors
    /// What is wrong, with the path of the value.
    pub fn read(line: &[u8], types: &[&str]) -> Result<Self, GoldFault> {
        let value: Value = serde_json::from_slice(line).map_err(|fault| {
            let mut said = fault.to_string();
            // The line number that serde counts is always 1 here; the caller knows the line of the file.
            if let Some(at) = said.find(" at line ") {
                said.truncate(at);
            }
            GoldFault(format!("not JSON, column {}: {said}", fault.column()))
        })?;
        let object = object(&value, "the line")?;
        let id = match object.get("id") {
            Some(Value::String(id)) if !id.is_empty() => id.clone(),
            Some(other) => return Err(expected("id", "the document's id as a string", Some(other))),
            None => return Err(GoldFault("id is missing: it names the document".to_owned())),
        };
        let events = match object.get("events") {
            Some(Value::Array(events)) => events,
            other => return Err(expected("events", "a list, empty where the document reports none", other)),
        };
        let events = events.iter().enumerate().map(|(index, event)| GoldEvent::read(event, index, types));
        let flags = names(object, "flags", "flags")?;
        Ok(Self { id, events: events.collect::<Result<_, _>>()?, flags: flags.into_iter().collect() })
    }

    /// Whether careful readers may disagree about the document.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        self.flags.contains(AMBIGUOUS)
    }

    /// Whether an event of that type is neither right nor wrong here.
    #[must_use]
    pub fn excuses(&self, event: &str) -> bool {
        event == EXCUSED_BY_CRIMINAL && self.flags.contains(CRIMINAL)
    }
}

impl GoldEvent {
    fn read(value: &Value, index: usize, types: &[&str]) -> Result<Self, GoldFault> {
        let path = format!("events[{index}]");
        let object = object(value, &path)?;
        let at = |key: &str| format!("{path}.{key}");
        let event = match object.get("type") {
            Some(Value::String(event)) if types.contains(&event.as_str()) => event.clone(),
            other => return Err(expected(&at("type"), &format!("one of {}", types.join(", ")), other)),
        };
        let named = |name: &str| Status::LADDER.into_iter().find(|status| status.name() == name);
        let Some(status) = object.get("status").and_then(Value::as_str).and_then(named) else {
            let known = Status::LADDER.map(Status::name).join(", ");
            return Err(expected(&at("status"), &format!("one of {known}"), object.get("status")));
        };
        let count = match object.get("count") {
            None | Some(Value::Null) => None,
            Some(count) => {
                let whole = count.as_u64();
                Some(whole.ok_or_else(|| expected(&at("count"), "a whole number or null", Some(count)))?)
            }
        };
        Ok(Self {
            event,
            status,
            authority: names(object, "authority", &at("authority"))?,
            target: names(object, "target", &at("target"))?,
            count,
            persons: names(object, "persons", &at("persons"))?,
            quote: object.get("quote").and_then(Value::as_str).filter(|quote| !quote.is_empty()).map(str::to_owned),
        })
    }
}

fn object<'a>(value: &'a Value, path: &str) -> Result<&'a Map<String, Value>, GoldFault> {
    value.as_object().ok_or_else(|| expected(path, "a JSON object", Some(value)))
}

/// A string, a list of strings, or nothing.
fn names(object: &Map<String, Value>, key: &str, path: &str) -> Result<Vec<String>, GoldFault> {
    let wrong = |value: &Value| expected(path, "a string, a list of strings or null", Some(value));
    match object.get(key) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::String(name)) => Ok(vec![name.clone()]),
        Some(Value::Array(list)) => {
            let text = |item: &Value| item.as_str().map(str::to_owned).ok_or_else(|| wrong(item));
            list.iter().filter(|item| !item.is_null()).map(text).collect()
        }
        Some(other) => Err(wrong(other)),
    }
}

fn expected(path: &str, what: &str, found: Option<&Value>) -> GoldFault {
    let found = found.map_or("missing".to_owned(), |value| {
        let text = value.to_string();
        if text.chars().count() > 60 { format!("{}...", text.chars().take(57).collect::<String>()) } else { text }
    });
    GoldFault(format!("{path} is {found}; expected {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPES: [&str; 2] = ["sanction_lifted", "prisoner_release"];

    fn fault(line: &str) -> String {
        Gold::read(line.as_bytes(), &TYPES).expect_err(line).to_string()
    }

    #[test]
    fn scalars_lists_and_nulls_are_read_alike() {
        let line = r#"{"id":"a","note":"n","flags":["ambiguous"],"events":[
            {"type":"sanction_lifted","status":"enacted","authority":"US","target":["BY",null],"count":null,"measure":"potash"},
            {"type":"prisoner_release","status":"background","authority":null,"count":52,"persons":["A B"],"quote":"freed"}]}"#;
        let gold = Gold::read(line.as_bytes(), &TYPES).unwrap();
        assert!(gold.is_ambiguous() && !gold.excuses("prisoner_release"));
        assert_eq!(gold.events[0].authority, ["US"]);
        assert_eq!(gold.events[0].target, ["BY"]);
        assert_eq!((gold.events[1].count, gold.events[1].status), (Some(52), Status::Background));
        assert_eq!(gold.events[1].quote.as_deref(), Some("freed"));
        let bare = Gold::read(br#"{"id":"b","events":[]}"#, &TYPES).unwrap();
        assert!(bare.events.is_empty() && bare.flags.is_empty());
    }

    #[test]
    fn only_the_release_of_criminals_is_excused() {
        let gold = Gold::read(br#"{"id":"b","events":[],"flags":"criminal"}"#, &TYPES).unwrap();
        assert!(gold.excuses("prisoner_release") && !gold.excuses("sanction_lifted"));
    }

    #[test]
    fn faults_name_the_place_and_what_belongs_there() {
        insta::assert_snapshot!(
            [
                r#"{"id":"a","events":[}"#,
                "[1]",
                r#"{"events":[]}"#,
                r#"{"id":7,"events":[]}"#,
                r#"{"id":"a"}"#,
                r#"{"id":"a","events":[{"type":"sanctions_lifted","status":"enacted"}]}"#,
                r#"{"id":"a","events":[{"type":"sanction_lifted","status":"lifted"}]}"#,
                r#"{"id":"a","events":[{"type":"sanction_lifted","status":"enacted","count":"three"}]}"#,
                r#"{"id":"a","events":[{"type":"sanction_lifted","status":"enacted","target":[7]}]}"#,
            ]
            .map(fault)
            .join("\n"),
            @r#"
        not JSON, column 21: expected value
        the line is [1]; expected a JSON object
        id is missing: it names the document
        id is 7; expected the document's id as a string
        events is missing; expected a list, empty where the document reports none
        events[0].type is "sanctions_lifted"; expected one of sanction_lifted, prisoner_release
        events[0].status is "lifted"; expected one of enacted, announced, proposed, rejected, background
        events[0].count is "three"; expected a whole number or null
        events[0].target is 7; expected a string, a list of strings or null
        "#
        );
    }
}
