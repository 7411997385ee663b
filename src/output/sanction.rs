//! The nested `sanction` object of an alert, in the words of FollowTheMoney's `Sanction` schema.
//!
//! It describes the restrictive measure, where the alert around it describes the event. Releases have none. It is not a
//! FollowTheMoney entity: it has no id and no schema name, and it makes no claim about the entities that are listed.

use serde::Serialize;

use crate::rules::{EventType, Mention, Status};

/// `sanction` on the wire. Lists are lists, as FollowTheMoney properties are; dates are days that the text gives.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SanctionWire<'a> {
    authority: &'a [String],
    country: Vec<&'a str>,
    /// The programme, e.g. `US-BRUS`. The rules stage has no slot for it yet; the wire name is reserved.
    #[serde(skip_serializing_if = "Option::is_none")]
    program: Option<&'a str>,
    provisions: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    listing_date: Option<String>,
    /// The stated reason, quoted. The rules stage has no slot for it yet; the wire name is reserved.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

/// Which way a sanction event goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Imposing,
    Lifting,
}

impl<'a> SanctionWire<'a> {
    /// The sanction that the mention is about, or `None` when its event type is of another family.
    pub(super) fn of(event: &EventType, mention: &'a Mention) -> Option<Self> {
        let direction = direction(event)?;
        let date = mention.date.map(|date| date.to_string());
        let subtype = mention.subtype.as_deref();
        Some(Self {
            authority: &mention.authority,
            country: mention.target.iter().map(String::as_str).filter(|name| is_code(name)).collect(),
            program: None,
            provisions: &mention.provisions,
            status: standing(direction, mention.status, subtype),
            start_date: date.clone().filter(|_| direction == Direction::Imposing),
            end_date: date.clone().filter(|_| direction == Direction::Lifting && !is_partial(subtype)),
            listing_date: date.filter(|_| direction == Direction::Imposing && subtype == Some("designation")),
            reason: None,
        })
    }
}

/// Whether a party is a two-letter code (a state, `EU`, `UN`) and not a name.
pub(super) fn is_code(party: &str) -> bool {
    party.len() == 2 && party.bytes().all(|b| b.is_ascii_uppercase())
}

/// Whether event types of this family count listed entities and carry a `sanction` object.
pub(super) fn is_sanction(event: &EventType) -> bool {
    direction(event).is_some()
}

/// Read from what the rule file declares (CloudEvents family and PLOVER event), so that a new event type needs no code.
fn direction(event: &EventType) -> Option<Direction> {
    event.ce_type.starts_with("sanctions.").then(|| match event.plover[0].as_str() {
        "RETREAT" => Direction::Lifting,
        _ => Direction::Imposing,
    })
}

/// Relief that leaves the measure in force for everybody or everything else.
fn is_partial(subtype: Option<&str>) -> bool {
    matches!(subtype, Some("general_license" | "easing" | "waiver" | "suspension"))
}

/// FollowTheMoney's `status`: the state of the measure at the time of the document, not the state that is promised.
///
/// What is only announced has not changed anything yet: an announced lifting leaves the sanction active, an announced
/// imposition has no FollowTheMoney status. A relief of an unknown subtype is not called inactive, because telling a
/// bank that a sanction is gone when a part of it was eased is the dearest mistake this field can make.
fn standing(direction: Direction, status: Status, subtype: Option<&str>) -> Option<&'static str> {
    match (direction, status) {
        (Direction::Imposing, Status::Enacted) | (Direction::Lifting, Status::Announced) => Some("Active"),
        (Direction::Lifting, Status::Enacted) => match subtype {
            Some("suspension" | "waiver") => Some("Suspended"),
            Some("expiry") => Some("Expired"),
            Some("general_license" | "easing") => Some("Active"),
            Some("delisting" | "program_termination" | "court_annulment" | "state_sponsor_removal") | None => {
                Some("Inactive")
            }
            Some(_) => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_says_what_holds_now() {
        use Direction::{Imposing, Lifting};
        let cases = [
            (Imposing, Status::Enacted, None, Some("Active")),
            (Imposing, Status::Announced, None, None),
            (Lifting, Status::Announced, Some("delisting"), Some("Active")),
            (Lifting, Status::Enacted, Some("delisting"), Some("Inactive")),
            (Lifting, Status::Enacted, Some("suspension"), Some("Suspended")),
            (Lifting, Status::Enacted, Some("expiry"), Some("Expired")),
            (Lifting, Status::Enacted, Some("easing"), Some("Active")),
            (Lifting, Status::Enacted, Some("a_subtype_of_tomorrow"), None),
            (Lifting, Status::Enacted, None, Some("Inactive")),
        ];
        for (direction, status, subtype, expected) in cases {
            assert_eq!(standing(direction, status, subtype), expected, "{} {subtype:?}", status.name());
        }
    }

    #[test]
    fn codes_are_two_capitals() {
        assert!(is_code("BY") && is_code("EU"));
        assert!(!is_code("Hamas") && !is_code("by") && !is_code("É") && !is_code("OPCW"));
    }
}
