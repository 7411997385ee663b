//! Dates as news writes them, resolved against the document's own date.
//!
//! Nothing here reads the clock: "Saturday" is the Saturday on or before the document's date, "last month" is the month
//! before the document's month, and without a document date a relative expression stays unresolved.

use jiff::civil::{Date, Weekday};

/// What an expression says about when something happened, as far as it says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalendarHint {
    /// A day.
    Day(Date),
    /// A month of a year.
    Month(i16, i8),
    /// A year.
    Year(i16),
}

impl CalendarHint {
    /// Days from the latest day that the hint allows to `anchor`; negative when the hint lies in the future.
    #[must_use]
    pub fn age_in_days(self, anchor: Date) -> i32 {
        let latest = match self {
            Self::Day(d) => d,
            Self::Month(y, m) => Date::new(y, m, 1).map_or(anchor, Date::last_of_month),
            Self::Year(y) => Date::new(y, 12, 31).unwrap_or(anchor),
        };
        anchor.since(latest).map_or(0, |span| span.get_days())
    }

    /// The day, where the hint is that precise.
    #[must_use]
    pub const fn day(self) -> Option<Date> {
        match self {
            Self::Day(d) => Some(d),
            Self::Month(..) | Self::Year(_) => None,
        }
    }
}

/// The last such weekday on or before `anchor`.
///
/// ```
/// use jiff::civil::{Weekday, date};
/// use sanctions_stream::text::resolve_weekday;
/// assert_eq!(resolve_weekday(Weekday::Saturday, date(2025, 12, 15)), date(2025, 12, 13));
/// assert_eq!(resolve_weekday(Weekday::Monday, date(2025, 12, 15)), date(2025, 12, 15));
/// ```
#[must_use]
pub fn resolve_weekday(weekday: Weekday, anchor: Date) -> Date {
    let back = (anchor.weekday().to_monday_zero_offset() - weekday.to_monday_zero_offset()).rem_euclid(7);
    anchor.saturating_sub(jiff::Span::new().days(i64::from(back)))
}
