//! How fast a log is replayed: at once, or spaced as its records once were.
//!
//! Pure arithmetic over the records' own times; whoever waits is the caller.

use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde_json::Value;

use super::Entry;

/// The speed of a replay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Speed {
    /// As fast as it goes.
    Max,
    /// This many times faster than the records' own times: 1 is real time.
    Times(f64),
}

impl FromStr for Speed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "max" => return Ok(Self::Max),
            "realtime" => return Ok(Self::Times(1.0)),
            _ => {}
        }
        let times = text.strip_suffix('x').and_then(|number| number.parse::<f64>().ok());
        match times {
            Some(times) if times.is_finite() && times > 0.0 => Ok(Self::Times(times)),
            _ => Err("expected max, realtime or a factor such as 60x".to_owned()),
        }
    }
}

/// Says how long to wait before each record.
#[derive(Debug)]
pub struct Pace {
    speed: Speed,
    latest: Option<Timestamp>,
}

impl Pace {
    /// A pace of that speed.
    #[must_use]
    pub const fn new(speed: Speed) -> Self {
        Self { speed, latest: None }
    }

    /// How long to wait before this record. Records without a time, or older than one already seen, do not wait.
    pub fn before(&mut self, entry: &Entry) -> Duration {
        match self.speed {
            Speed::Max => Duration::ZERO,
            Speed::Times(times) => time_of(entry).map_or(Duration::ZERO, |time| self.advance(time, times)),
        }
    }

    fn advance(&mut self, time: Timestamp, times: f64) -> Duration {
        let Some(latest) = self.latest.replace(time) else { return Duration::ZERO };
        if time <= latest {
            self.latest = Some(latest);
            return Duration::ZERO;
        }
        let gap = Duration::try_from(time.duration_since(latest)).unwrap_or_default();
        Duration::try_from_secs_f64(gap.as_secs_f64() / times).unwrap_or(Duration::MAX)
    }
}

/// When the record happened: the document's own publication time, else the record's timestamp.
#[must_use]
pub fn time_of(entry: &Entry) -> Option<Timestamp> {
    let published = || {
        let document: Value = serde_json::from_slice(entry.value.as_deref()?).ok()?;
        published_at(&document).or_else(|| published_at(document.get("data")?))
    };
    published().or_else(|| Timestamp::from_millisecond(entry.timestamp?).ok())
}

/// The names that the input contracts have for the time of publication.
const NAMES: [&str; 7] =
    ["publishedAt", "versioncreated", "versionCreated", "datePublished", "publication_date", "date", "time"];

fn published_at(document: &Value) -> Option<Timestamp> {
    NAMES.iter().find_map(|name| read_time(document.get(name)?.as_str()?))
}

/// Reads a time as logs and users write it: RFC 3339, or a date or date and time taken as UTC.
#[must_use]
pub fn read_time(text: &str) -> Option<Timestamp> {
    let civil = || text.parse::<DateTime>().ok().or_else(|| Some(text.parse::<Date>().ok()?.at(0, 0, 0, 0)));
    text.parse().ok().or_else(|| TimeZone::UTC.to_timestamp(civil()?).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_are_read() {
        assert_eq!("max".parse(), Ok(Speed::Max));
        assert_eq!("realtime".parse(), Ok(Speed::Times(1.0)));
        assert_eq!("60x".parse(), Ok(Speed::Times(60.0)));
        for wrong in ["", "fast", "0x", "-1x", "infx", "60"] {
            assert!(wrong.parse::<Speed>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn waits_the_gap_divided_by_the_speed_and_never_backwards() {
        let mut pace = Pace::new(Speed::Times(60.0));
        let mut entry = Entry::default();
        let mut at = |time: &str| {
            entry.value = Some(format!(r#"{{"publishedAt":"{time}"}}"#).into_bytes());
            pace.before(&entry)
        };
        assert_eq!(at("2025-12-13T10:00:00Z"), Duration::ZERO);
        assert_eq!(at("2025-12-13T10:10:00Z"), Duration::from_secs(10));
        assert_eq!(at("2025-12-13"), Duration::ZERO);
        assert_eq!(at("2025-12-13T10:11:00Z"), Duration::from_secs(1));
    }
}
