//! The entries of a sanctions-list change as texts, so that evidence can point at them.
//!
//! A list change is data, not prose: its fields are named by their path and hold names and codes.

use super::fields::Fields;
use super::json::{self, JsonType, Text};
use super::keys::Key;
use super::record::{Rejected, RejectedReason};
use super::values::Path;

/// The members of an entry that are read, in this order.
const ENTRY: [&str; 5] = ["name", "type", "country", "program", "reason"];

/// What may have been done to the entries.
const ACTIONS: [&str; 3] = ["added", "removed", "amended"];

/// Calls `visit` with every text of every entry; an entry is an object with a name, or just a name.
pub(super) fn each_entry<'a, F>(fields: &Fields<'a>, mut visit: F) -> Result<(), Rejected>
where
    F: FnMut(Path, Text<'a>),
{
    let Some(found) = fields.get(Key::Entries) else { return Ok(()) };
    let path = Path::field(found.name);
    if JsonType::of(found.value) != JsonType::Array {
        return Err(fields.wrong_type(path, found.value, "an array of entries with a name"));
    }
    json::each_item(found.value, |index, entry| {
        let path = path.item(index);
        match JsonType::of(entry) {
            JsonType::String => fields.text_at(path, entry)?.map(|name| visit(path, name)),
            JsonType::Object => {
                let mut name = None;
                for (member, value) in ENTRY.into_iter().zip(json::members(entry, ENTRY)?) {
                    let Some(value) = value else { continue };
                    let Some(text) = fields.text_at(path.member(member), value)? else { continue };
                    visit(path.member(member), text);
                    name = name.or((member == "name").then_some(()));
                }
                name
            }
            _ => return Err(fields.wrong_type(path, entry, "an object with a name")),
        }
        .ok_or_else(|| fields.wrong_type(path, entry, "a name"))
    })
}

/// Checks what makes a list change one: who, which list, what was done, and to whom.
pub(super) fn check(fields: &Fields<'_>) -> Result<(), Rejected> {
    for (key, name) in [(Key::Authority, "authority"), (Key::List, "list"), (Key::Action, "action")] {
        if fields.text(key)?.is_none() {
            return Err(Rejected::new(
                RejectedReason::UnknownShape,
                format!("a list change without `{name}`; expected authority, list, action and entries"),
            ));
        }
    }
    if let Some(found) = fields.get(Key::Action) {
        let action = Text::of_string(found.value).decode();
        if !ACTIONS.iter().any(|known| known.eq_ignore_ascii_case(action.trim())) {
            return Err(fields.wrong_type(found.name, found.value, "added, removed or amended"));
        }
    }
    let mut entries = 0_usize;
    each_entry(fields, |_, _| entries += 1)?;
    if entries == 0 {
        return Err(Rejected::new(
            RejectedReason::NoText,
            "a list change without entries; expected at least one entry with a name in `entries`",
        ));
    }
    Ok(())
}
