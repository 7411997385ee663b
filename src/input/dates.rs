//! Dates as publishers write them: RFC 3339, a bare date, RFC 2822 (RSS).
//!
//! Only the dates of the envelope are read here. Dates inside prose belong to the text stage.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::fmt::rfc2822;
use jiff::tz::Offset;

static RFC_2822: rfc2822::DateTimeParser = rfc2822::DateTimeParser::new();

/// The first year that is believed.
const FIRST_YEAR: i16 = 1900;
/// The last year that is believed.
const LAST_YEAR: i16 = 2200;

/// Why a date was refused, as the end of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateFault {
    /// None of the notations.
    Unreadable,
    /// A date, but not one that news can have: mostly a unit or a default gone wrong.
    OutOfRange,
}

impl DateFault {
    /// What is wrong and what was expected.
    pub(super) fn explain(self) -> &'static str {
        match self {
            Self::Unreadable => {
                "is not a date; expected RFC 3339 (2025-12-13T09:30:00Z), a bare date (2025-12-13) or RFC 2822 \
                 (Sat, 13 Dec 2025 09:30:00 +0000)"
            }
            Self::OutOfRange => "is out of range; expected a year from 1900 to 2200",
        }
    }
}

/// Reads a date in any of the notations. What has no offset is taken as UTC, as a bare date is.
pub(super) fn parse(text: &str) -> Result<Timestamp, DateFault> {
    let text = text.trim();
    let timestamp = instant(text).ok_or(DateFault::Unreadable)?;
    let year = Offset::UTC.to_datetime(timestamp).year();
    if (FIRST_YEAR..=LAST_YEAR).contains(&year) { Ok(timestamp) } else { Err(DateFault::OutOfRange) }
}

fn instant(text: &str) -> Option<Timestamp> {
    // The notations are told apart by their look: jiff allocates its errors, and a plain article must not allocate.
    let first = text.bytes().next()?;
    if text.len() == "2025-12-13".len() && text.as_bytes()[4] == b'-' {
        return utc(text.parse::<Date>().ok()?.to_datetime(jiff::civil::Time::midnight()));
    }
    if !first.is_ascii_digit() || text.as_bytes().get(4).is_none_or(|&b| !b.is_ascii_digit() && b != b'-') {
        return RFC_2822.parse_timestamp(text).ok();
    }
    let clock = text.bytes().position(|b| matches!(b, b'T' | b't' | b' '))?;
    if text.bytes().skip(clock).any(|b| matches!(b, b'Z' | b'z' | b'+' | b'-')) {
        return text.parse().ok();
    }
    utc(text.parse().ok()?)
}

fn utc(datetime: DateTime) -> Option<Timestamp> {
    Offset::UTC.to_timestamp(datetime).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notation_reads_as_the_same_instant() {
        for text in [
            "2025-12-13T09:30:00Z",
            "2025-12-13T10:30:00+01:00",
            "2025-12-13t09:30:00.000z",
            "2025-12-13 09:30:00Z",
            "2025-12-13T09:30:00",
            "Sat, 13 Dec 2025 09:30:00 +0000",
            "Sat, 13 Dec 2025 09:30:00 GMT",
            "13 Dec 2025 04:30 EST",
            "  2025-12-13T09:30:00Z\n",
        ] {
            assert_eq!(parse(text).map(|t| t.to_string()).as_deref(), Ok("2025-12-13T09:30:00Z"), "{text}");
        }
    }

    #[test]
    fn a_bare_date_is_its_midnight() {
        assert_eq!(parse("2025-12-13").map(|t| t.to_string()).as_deref(), Ok("2025-12-13T00:00:00Z"));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "yesterday",
            "13/12/2025",
            "2025-13-01",
            "2025-02-30",
            "2025",
            "1765618200",
            "12-13-2025",
            "20251213",
            "2025-12-13T25:00:00Z",
            "2025-12-13T10:00:00+99:99",
            "\u{661}\u{662}",
            "Dec 13, 2025",
            "",
            "2025-12-1\u{e9}",
        ] {
            assert_eq!(parse(text), Err(DateFault::Unreadable), "{text}");
        }
    }

    #[test]
    fn years_outside_1900_to_2200_are_refused() {
        assert_eq!(parse("1899-12-31"), Err(DateFault::OutOfRange));
        assert_eq!(parse("2201-01-01T00:00:00Z"), Err(DateFault::OutOfRange));
        assert!(parse("1900-01-01").is_ok());
        assert!(parse("2200-12-31").is_ok());
    }
}
