//! Telling what was given to `classify`: documents a line, one document over many lines, or plain text.
//!
//! It finds where documents begin and end and wraps plain text as one; it does not look into them.

use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::replay::{Entry, Log, Records};

/// What the input is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// One JSON document a line, or one over many lines.
    Json,
    /// One article as plain text.
    Text,
}

/// Judges by the first byte that is not blank. Nothing at all is an empty list of documents.
pub(super) fn sniff(log: &mut Log) -> anyhow::Result<Taken> {
    let first = log.peek()?;
    let first = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first);
    Ok(match first.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None | Some(b'{' | b'[') => Taken::Json,
        Some(_) => Taken::Text,
    })
}

/// A plain text as an article in our flat shape.
pub(super) fn article(name: &str, headline: Option<&str>, body: &str, published: Option<&str>) -> Vec<u8> {
    let mut article = json!({"id": name, "body": body});
    for (key, value) in [("headline", headline), ("publishedAt", published)] {
        if let Some(value) = value {
            article[key] = Value::from(value);
        }
    }
    article.to_string().into_bytes()
}

/// The documents of a JSON input, one by one.
pub(super) struct Documents {
    log: Log,
    /// Documents of an input that is not one a line, in reverse order.
    whole: Option<Vec<Vec<u8>>>,
    started: bool,
    line: Vec<u8>,
}

impl Documents {
    pub(super) const fn new(log: Log) -> Self {
        Self { log, whole: None, started: false, line: Vec::new() }
    }

    /// A first line that is the beginning of a JSON value, but not all of it, means that the document goes on: then
    /// everything is read and taken apart by JSON instead of by lines.
    fn start(&mut self, entry: &mut Entry) -> anyhow::Result<bool> {
        if !self.log.read(entry)? {
            return Ok(false);
        }
        let Some(first) = entry.value.as_deref() else { return Ok(true) };
        let goes_on = serde_json::from_slice::<&RawValue>(first).is_err_and(|fault| fault.is_eof());
        let is_list = first.trim_ascii_start().starts_with(b"[");
        if !goes_on && !is_list {
            return Ok(true);
        }
        let mut all = first.to_vec();
        all.push(b'\n');
        all.extend(self.log.rest()?);
        let Some(mut documents) = take_apart(&all) else { return Ok(true) };
        documents.reverse();
        self.whole = Some(documents);
        self.next_of_whole(entry)
    }

    fn next_of_whole(&mut self, entry: &mut Entry) -> anyhow::Result<bool> {
        let Some(document) = self.whole.as_mut().and_then(Vec::pop) else { return Ok(false) };
        self.line = document;
        entry.set_line(&mut self.line);
        Ok(true)
    }
}

/// The values of a stream of JSON values, lists taken apart; `None` when it is not one, and lines are the better guess.
fn take_apart(all: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut documents = Vec::new();
    for value in serde_json::Deserializer::from_slice(all).into_iter::<&RawValue>() {
        let text = value.ok()?.get();
        match serde_json::from_str::<Vec<&RawValue>>(text) {
            Ok(list) => documents.extend(list.into_iter().map(|item| item.get().as_bytes().to_vec())),
            Err(_) => documents.push(text.as_bytes().to_vec()),
        }
    }
    Some(documents)
}

impl Records for Documents {
    fn read(&mut self, entry: &mut Entry) -> anyhow::Result<bool> {
        match (self.started, &self.whole) {
            (false, _) => {
                self.started = true;
                self.start(entry)
            }
            (true, Some(_)) => self.next_of_whole(entry),
            (true, None) => self.log.read(entry),
        }
    }
}
