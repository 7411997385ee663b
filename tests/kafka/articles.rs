//! Any number of made-up articles, quiet and hot, the same at every run: number 17 is always the same bytes.
//!
//! Everything that one state does or suffers goes to one partition, as a feed keyed by country would send it. So the order
//! of the reports about one event is fixed, however many processes read them, and the alerts can be compared byte for
//! byte. The names of states and capitals are real, nothing else is.

use std::ops::Range;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;
use serde_json::json;

use crate::client::Record;

/// Name, adjective and capital. Releases are theirs, sanctions hit them: they are the keys of all alerts.
const STATES: [(&str, &str, &str); 18] = [
    ("Belarus", "Belarusian", "Minsk"),
    ("Iran", "Iranian", "Tehran"),
    ("Syria", "Syrian", "Damascus"),
    ("Venezuela", "Venezuelan", "Caracas"),
    ("Nicaragua", "Nicaraguan", "Managua"),
    ("Myanmar", "Burmese", "Naypyidaw"),
    ("Zimbabwe", "Zimbabwean", "Harare"),
    ("Sudan", "Sudanese", "Khartoum"),
    ("Mali", "Malian", "Bamako"),
    ("Haiti", "Haitian", "Port-au-Prince"),
    ("Libya", "Libyan", "Tripoli"),
    ("Eritrea", "Eritrean", "Asmara"),
    ("Burundi", "Burundian", "Gitega"),
    ("Cuba", "Cuban", "Havana"),
    ("Serbia", "Serbian", "Belgrade"),
    ("Tunisia", "Tunisian", "Tunis"),
    ("Azerbaijan", "Azerbaijani", "Baku"),
    ("Tajikistan", "Tajik", "Dushanbe"),
];
const SENDERS: [(&str, &str); 4] = [
    ("The United States", "WASHINGTON"),
    ("The European Union", "BRUSSELS"),
    ("Canada", "OTTAWA"),
    ("Switzerland", "BERN"),
];
const OUTLETS: [&str; 6] =
    ["Slate Courier", "Morning Quay", "Ridge Post", "The Lantern", "Wharf Dispatch", "Plateau News"];
const CALM: [&str; 6] = [
    "The harvest was brought in two weeks earlier than last year, and the mills are working through the nights.",
    "Commuters waited for the first tram of the new line, which will run every eight minutes from the spring on.",
    "The orchestra played three encores before the lights went up in the old hall by the river.",
    "Prices of bread and milk hardly moved over the month, the statistics office said in its bulletin.",
    "A cold front will cross the plains on its way east, with sleet on the passes and fog in the valleys.",
    "The goalkeeper kept his side in the match with a save in the last minute of extra time.",
];
/// Articles that an event is in the news for: its reports lie among those of all other states.
const EVENT_SPAN: u64 = 500;
/// 1 December 2025, midnight UTC: the first article. Each further one is a minute younger.
const FIRST: i64 = 1_764_547_200;

/// Prints articles for one topic.
#[derive(Clone, Debug)]
pub struct Press {
    topic: String,
    partitions: u32,
    /// Kafka timestamp of the first article. They are all a millisecond apart, so that their order can be told.
    since: i64,
}

impl Press {
    /// A press whose records are dated from now on: Kafka's retention would take older ones away.
    pub fn new(topic: &str, partitions: u32) -> Result<Self> {
        Ok(Self { topic: topic.to_owned(), partitions, since: now()? })
    }

    /// Articles of these numbers.
    pub fn articles(&self, numbers: Range<u64>) -> Result<Vec<Record>> {
        numbers.map(|n| self.article(n)).collect()
    }

    fn article(&self, n: u64) -> Result<Record> {
        let chance = mixed(n);
        let index = pick(chance, STATES.len());
        let state = STATES[index];
        let told = told(state, n, chance >> 8);
        let calm = [20, 24, 28].map(|shift| CALM[pick(chance >> shift, CALM.len())]);
        let published = jiff::Timestamp::from_second(FIRST + i64::try_from(n)? * 60)?;
        let document = json!({
            "id": format!("made-up:{n}"),
            "headline": told.headline,
            "body": format!("{}\n\n{} {}\n\n{}", told.lead, calm[0], calm[1], calm[2]),
            "publishedAt": published.to_string(),
            "language": "en",
            "source": { "name": OUTLETS[pick(chance >> 32, OUTLETS.len())] },
        });
        let mut record = Record::new(&self.topic, state.0, document.to_string());
        record.partition = Some(i32::try_from(index)? % i32::try_from(self.partitions)?);
        record.timestamp = Some(self.since + i64::try_from(n)?);
        Ok(record)
    }
}

/// Gives records of any kind timestamps from now on, a millisecond apart.
pub fn stamp(records: &mut [Record]) -> Result<()> {
    let since = now()?;
    for (record, after) in records.iter_mut().zip(0..) {
        record.timestamp = Some(since + after);
    }
    Ok(())
}

fn now() -> Result<i64> {
    Ok(i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?)
}

/// A place in a list of that length.
fn pick(chance: u64, length: usize) -> usize {
    usize::try_from(chance % length as u64).unwrap_or_default()
}

struct Told {
    headline: String,
    lead: String,
}

/// A third of the articles are hot, a sixth only look so, the others are calm.
fn told((state, adjective, capital): (&str, &str, &str), n: u64, chance: u64) -> Told {
    // What happens to a state in a stretch of articles is one event; who tells it, and how, changes.
    let event =
        mixed(n / EVENT_SPAN * 1_000 + state.len() as u64 * 31 + u64::from(state.bytes().next().unwrap_or_default()));
    let (sender, dateline) = SENDERS[pick(event, SENDERS.len())];
    let count = 11 + event % 60;
    match chance % 12 {
        0 => Told {
            headline: format!("{sender} imposes sanctions on {count} {adjective} officials"),
            lead: format!(
                "{dateline} — {sender} imposed sanctions on {count} {adjective} officials and froze their assets."
            ),
        },
        1 => Told {
            headline: format!("{count} officials from {state} blacklisted"),
            lead: format!("{dateline} — {sender} blacklisted {count} officials from {state}, a spokeswoman said."),
        },
        2 => Told {
            headline: format!("{state} frees {count} political prisoners"),
            lead: format!(
                "{capital} — The authorities of {state} released {count} political prisoners, their families said."
            ),
        },
        3 => Told {
            headline: format!("Prisoners walk free in {capital}"),
            lead: format!("{capital} — {state} has freed {count} political prisoners, rights defenders said."),
        },
        4 => Told {
            headline: format!("{sender} lifts sanctions on {state}"),
            lead: format!("{dateline} — {sender} lifted its sanctions on {state}, effective at once."),
        },
        5 => Told {
            headline: format!("{sender} may lift sanctions on {state}"),
            lead: format!("{dateline} — {sender} could lift its sanctions on {state} next year if talks go well."),
        },
        6 => Told {
            headline: format!("Families call on {state} to release prisoners"),
            lead: format!(
                "{capital} — Families urged {state} to release {count} political prisoners before the holidays."
            ),
        },
        _ => Told {
            headline: format!("A calm day in {capital}"),
            lead: format!(
                "{capital} — Nothing disturbed the {adjective} capital, where the market was open until noon."
            ),
        },
    }
}

/// Scatters a number: splitmix64, the same everywhere.
pub fn mixed(n: u64) -> u64 {
    let mut x = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
