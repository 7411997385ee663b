//! Days as numbers: what is compared a hundred times for every mention must not be a calendar.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

/// Stands for a day that is not known: before every day that is.
pub(super) const NO_DAY: i32 = i32::MIN;

/// Days since the epoch.
pub(super) fn day_number(date: Date) -> i32 {
    // Years begin in March here, so that the day that is not always there is the last one.
    let month = i32::from(date.month());
    let year = i32::from(date.year()) - i32::from(month <= 2);
    let in_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + i32::from(date.day()) - 1;
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + in_year - 719_468
}

/// Days since the epoch, or [`NO_DAY`].
pub(super) fn number_or_none(date: Option<Date>) -> i32 {
    date.map_or(NO_DAY, day_number)
}

/// The day of publication in UTC.
pub(super) fn day_of(at: Timestamp) -> Date {
    Offset::UTC.to_datetime(at).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_those_of_the_calendar() {
        let epoch = Date::constant(1970, 1, 1);
        let mut date = Date::constant(1583, 12, 27);
        for step in 0_i64..4_000 {
            assert_eq!(day_number(date), (date - epoch).get_days(), "{date}");
            date = date.checked_add(jiff::Span::new().days(step % 97)).unwrap();
        }
        for date in [Date::MIN, Date::MAX, Date::constant(2000, 2, 29), Date::constant(1900, 3, 1)] {
            assert_eq!(day_number(date), (date - epoch).get_days(), "{date}");
        }
    }
}
