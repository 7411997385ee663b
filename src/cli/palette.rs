//! The colours and signs of everything drawn for people, in one place.
//!
//! Colour is never the only carrier of a meaning: whatever is coloured here is also written as a word or a mark.

use anstyle::{AnsiColor, Effects, Style};

use crate::rules::{Role, Status};

/// The word "error" on stderr.
pub const ERROR: Style = AnsiColor::Red.on_default().effects(Effects::BOLD);
/// Headings.
pub const STRONG: Style = Style::new().bold();
/// What is there for completeness: suppressed spans, labels, marks.
pub const DIM: Style = Style::new().dimmed();
/// Text as it is.
pub const PLAIN: Style = Style::new();

/// The style of a piece of evidence.
#[must_use]
pub const fn role(role: Role) -> Style {
    match role {
        Role::Trigger => AnsiColor::Yellow.on_default().effects(Effects::BOLD),
        Role::Object => AnsiColor::Yellow.on_default(),
        Role::Authority => AnsiColor::Blue.on_default().effects(Effects::BOLD),
        Role::Target => AnsiColor::Magenta.on_default().effects(Effects::BOLD),
        Role::Count | Role::Remaining => AnsiColor::Green.on_default().effects(Effects::BOLD),
        Role::Person => AnsiColor::Cyan.on_default(),
        Role::Measure => AnsiColor::Green.on_default(),
        Role::Date | Role::Destination => AnsiColor::Blue.on_default(),
        Role::Cue => AnsiColor::Red.on_default(),
    }
}

/// Every role, in the order of the legend.
pub const ROLES: [Role; 11] = [
    Role::Trigger,
    Role::Object,
    Role::Authority,
    Role::Target,
    Role::Count,
    Role::Person,
    Role::Measure,
    Role::Date,
    Role::Destination,
    Role::Remaining,
    Role::Cue,
];

/// The role of that wire name.
#[must_use]
pub fn role_named(name: &str) -> Option<Role> {
    ROLES.into_iter().find(|role| role.name() == name)
}

/// The style of a status: what opens an alert stands out.
#[must_use]
pub const fn status(status: Status) -> Style {
    if status.alerts() { STRONG } else { PLAIN }
}

/// A sign for an event type, always followed by its word. Types from extra rule files get the general one.
#[must_use]
pub fn sign(event: &str) -> &'static str {
    match event {
        "sanction_imposed" => "▲",
        "sanction_lifted" => "▽",
        "prisoner_release" => "◆",
        _ => "●",
    }
}

/// The words for an event type: its name with spaces.
#[must_use]
pub fn words(event: &str) -> String {
    event.replace('_', " ")
}

/// The words for one mention following from another, `incoming` where the other one follows from this.
#[must_use]
pub fn relation(name: &str, incoming: bool) -> String {
    match (name, incoming) {
        ("in_exchange_for", _) => "in exchange for".to_owned(),
        ("in_response_to", false) => "follows".to_owned(),
        ("in_response_to", true) => "followed by".to_owned(),
        ("same_announcement", _) => "announced with".to_owned(),
        ("retaliates", false) => "retaliates for".to_owned(),
        ("retaliates", true) => "retaliated by".to_owned(),
        ("reverses", false) => "reverses".to_owned(),
        ("reverses", true) => "reversed by".to_owned(),
        (other, _) => words(other),
    }
}

/// A number with how exact it is: `about 1,200`.
#[must_use]
pub fn counted(number: u64, qualifier: &str) -> String {
    let about = match qualifier {
        "exact" => "",
        "approximate" => "about ",
        "at-least" => "at least ",
        "up-to" => "up to ",
        _ => "some ",
    };
    format!("{about}{}", grouped(number))
}

/// Groups the digits of a number: 1,227.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with its noun: `1 file`, `2 files`.
#[must_use]
pub fn plural(number: usize, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number as u64), if number == 1 { "" } else { "s" })
}
