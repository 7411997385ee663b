//! The words around an alert's trigger, put together from the quotes that its evidence carries.
//!
//! An alert does not hold its document. But each piece of evidence quotes itself with some text before and after it, and
//! says at which byte it stands; where these windows overlap they join to a longer stretch of the original.

use serde_json::Value;

use super::super::palette;
use super::super::picture::marks::{self, Label, Mark};
use super::super::wrap::Run;

/// One piece of evidence with the text around it.
struct Window<'a> {
    role: &'a str,
    /// Byte offset of the first byte of `text` in the field.
    from: usize,
    text: String,
    /// The evidence itself, in the field.
    start: usize,
    end: usize,
}

impl Window<'_> {
    fn until(&self) -> usize {
        self.from + self.text.len()
    }
}

/// The trigger's surroundings with the evidence in them marked; `None` for an alert without a readable trigger.
pub(super) fn of(alert: &Value) -> Option<Vec<Run>> {
    let evidence = super::list(alert, "/evidence");
    let trigger = evidence.iter().find(|e| super::text(e, "/role") == Some("trigger")).or_else(|| evidence.first())?;
    let field = super::text(trigger, "/field")?;
    let trigger = window(trigger)?;
    let mut windows: Vec<_> =
        evidence.iter().filter(|e| super::text(e, "/field") == Some(field)).filter_map(window).collect();
    windows.sort_by_key(|window| window.from);
    let (from, text) = stretch(&trigger, &windows);
    let (whole_from, whole) = (from, text);
    let (from, text) = sentence(whole_from, &whole, trigger.start, trigger.end);
    let before = whole.get(..from - whole_from).unwrap_or_default().trim_end();
    let cut_before = from > 0 && !before.ends_with(['.', '!', '?']) && !whole[before.len()..].starts_with('\n');
    let marks: Vec<Mark> = windows.iter().filter_map(|window| mark(window, from, from + text.len())).collect();
    // What was cut off is shown as such; a sentence that is whole needs no dots.
    let mut runs = Vec::new();
    if cut_before {
        runs.push(Run::new("… ", palette::DIM));
    }
    runs.extend(marks::runs(text, &marks::widest_first(marks)));
    if !text.ends_with(['.', '!', '?']) {
        runs.push(Run::new(" …", palette::DIM));
    }
    Some(runs)
}

fn window(evidence: &Value) -> Option<Window<'_>> {
    let number = |name| usize::try_from(evidence.get(name)?.as_u64()?).ok();
    let quote = super::list(evidence, "/selector").iter().find(|selector| selector.get("exact").is_some());
    let quote = quote.or_else(|| evidence.get("selector"))?;
    let part = |name| super::text(quote, name).unwrap_or_default();
    let (start, end) = (number("byteStart")?, number("byteEnd")?);
    let from = start.checked_sub(part("/prefix").len())?;
    (part("/exact").len() == end.checked_sub(start)?).then_some(())?;
    let text = [part("/prefix"), part("/exact"), part("/suffix")].concat();
    Some(Window { role: super::text(evidence, "/role")?, from, text, start, end })
}

/// Joins to the trigger's window every other one that overlaps what is joined already.
fn stretch(trigger: &Window<'_>, windows: &[Window<'_>]) -> (usize, String) {
    let (mut from, mut text) = (trigger.from, trigger.text.clone());
    // Two passes are enough: windows are sorted, so one pass backwards and one forwards meet every neighbour.
    for window in windows.iter().rev().filter(|window| window.until() >= trigger.from) {
        if window.from < from
            && window.until() >= from
            && let Some(head) = window.text.get(..from - window.from)
        {
            text.insert_str(0, head);
            from = window.from;
        }
    }
    for window in windows {
        let until = from + text.len();
        if window.from <= until
            && window.until() > until
            && let Some(tail) = window.text.get(until - window.from..)
        {
            text.push_str(tail);
        }
    }
    (from, text)
}

/// Cuts the stretch to the sentence of the trigger, as far as full stops and line ends show it, and else to whole words.
fn sentence(from: usize, text: &str, start: usize, end: usize) -> (usize, &str) {
    let (start, end) = (start - from, end - from);
    let ends = [". ", "! ", "? ", ".\n", "\n"];
    let (before, after) = (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
    let low = ends.iter().filter_map(|e| Some(before.rfind(e)? + e.len())).max();
    let high = ends.iter().filter_map(|e| Some(end + after.find(e)? + 1)).min();
    // The first word of a quote is cut in the middle, unless the quote begins where the field does.
    let low = low.or_else(|| if from == 0 { None } else { before.find(' ') }).unwrap_or(0);
    let high = high.or_else(|| if text.ends_with('.') { None } else { Some(end + after.rfind(' ')?) });
    let cut = text.get(low..high.unwrap_or(text.len())).unwrap_or_default();
    let trimmed = cut.trim_start();
    (from + low + (cut.len() - trimmed.len()), trimmed.trim_end())
}

fn mark(window: &Window<'_>, from: usize, until: usize) -> Option<Mark> {
    let role = palette::role_named(window.role)?;
    let inside = from <= window.start && window.end <= until;
    inside.then(|| Mark { start: window.start - from, end: window.end - from, label: Label::Evidence(vec![role]) })
}
