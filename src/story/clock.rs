//! Time as the documents tell it: the watermark that moves the window.
//!
//! The watermark follows the publication times of reports. It must not follow every one of them: a single outlet with a
//! wrong clock would push all open stories out of the window. A step of more than two days ahead therefore waits until a
//! second source claims it too; a feed with one source only needs several documents in a row. What was written in the
//! meantime is then taken for what it was: of the new time.

/// How far the watermark moves on the word of one source, in seconds.
const STEP: i64 = 2 * 86_400;
/// How far apart two claims may be and still confirm each other.
const AGREEMENT: i64 = 14 * 86_400;
/// How many documents in a row one source needs to move the watermark alone.
const ALONE: u32 = 8;

/// Event time. Part of every story record, so that it can be taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    /// Seconds since the epoch; `None` before it is known.
    pub watermark: Option<i64>,
    /// The first watermark there was: stories from before it count as touched then.
    pub since: Option<i64>,
    /// A claim far ahead of the watermark that waits for a second one.
    pub ahead: Option<Claim>,
}

/// A publication time far ahead of the watermark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The time claimed, in seconds since the epoch.
    pub at: i64,
    /// Hash of the name of the source.
    pub source: u64,
    /// How often in a row.
    pub times: u32,
    /// How many writes of stories there had been before: what was written since belongs to the time claimed.
    pub since: u64,
}

impl Clock {
    /// Takes note of a publication time, after that many writes of stories. When a claim is confirmed and the watermark
    /// jumps, says how many writes there had been before the claim: the stories written since are of the new time.
    pub fn hear(&mut self, at: i64, source: u64, writes: u64) -> Option<u64> {
        if let Some(mark) = self.watermark
            && at <= mark.saturating_add(STEP)
        {
            if at >= mark.saturating_sub(STEP) {
                // Life goes on where the watermark is: whoever claimed otherwise was wrong.
                self.ahead = None;
            }
            self.watermark = Some(mark.max(at));
            return None;
        }
        let first = Claim { at, source, times: 1, since: writes };
        let claim = match self.ahead {
            Some(claim) if claim.at.abs_diff(at) <= AGREEMENT.unsigned_abs() => claim,
            _ => {
                self.ahead = Some(first);
                return None;
            }
        };
        let lower = claim.at.min(at);
        if claim.source == source && claim.times + 1 < ALONE {
            self.ahead = Some(Claim { at: lower, times: claim.times + 1, ..claim });
            return None;
        }
        self.watermark = Some(lower);
        self.since = self.since.or(Some(lower));
        self.ahead = None;
        Some(claim.since)
    }

    /// Whether a story that was last touched then has left a window of that many seconds.
    #[must_use]
    pub fn has_passed(&self, touched: Option<i64>, window: i64) -> bool {
        let Some((mark, touched)) = self.watermark.zip(touched.or(self.since)) else { return false };
        mark.saturating_sub(touched) > window
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    fn clock(at: i64) -> Clock {
        Clock { watermark: Some(at), since: Some(at), ahead: None }
    }

    #[test]
    fn it_follows_small_steps_and_never_goes_back() {
        let mut clock = clock(100 * DAY);
        clock.hear(101 * DAY, 1, 0);
        clock.hear(99 * DAY, 2, 0);
        assert_eq!(clock.watermark, Some(101 * DAY));
    }

    #[test]
    fn one_source_far_ahead_does_not_move_it() {
        let mut clock = clock(100 * DAY);
        for day in 0..100 {
            clock.hear(40_000 * DAY, 1, 0);
            clock.hear((100 + day / 10) * DAY, 2, 0);
        }
        assert_eq!(clock.watermark, Some(109 * DAY));
    }

    #[test]
    fn two_sources_or_a_lonely_feed_do() {
        let mut two = clock(0);
        two.hear(90 * DAY, 1, 7);
        assert_eq!(two.watermark, Some(0));
        assert_eq!(two.hear(91 * DAY, 2, 9), Some(7), "what was written since the first of them");
        assert_eq!(two.watermark, Some(90 * DAY));

        let mut lonely = clock(0);
        for hour in 0..8 {
            lonely.hear(90 * DAY + hour, 1, 0);
        }
        assert_eq!(lonely.watermark, Some(90 * DAY));
    }

    #[test]
    fn the_first_document_does_not_set_it_alone() {
        let mut clock = Clock::default();
        clock.hear(40_000 * DAY, 1, 0);
        clock.hear(100 * DAY, 2, 0);
        clock.hear(100 * DAY, 3, 0);
        assert_eq!(clock.watermark, Some(100 * DAY));
        assert!(!clock.has_passed(None, 30 * DAY));
        for day in 1..=40 {
            clock.hear((100 + day) * DAY, 3, 0);
        }
        assert!(clock.has_passed(None, 30 * DAY), "what came before any date leaves with the first dated stories");
        assert!(!clock.has_passed(Some(120 * DAY), 30 * DAY));
    }
}
