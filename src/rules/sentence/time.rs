//! Which noun phrases are times, or begin with one.
//!
//! What a date means and which match it belongs to is not asked here.

use super::Sentence;
use crate::syntax::UnitKind;

impl Sentence<'_> {
    /// Whether a noun phrase is only a date or a time.
    #[must_use]
    pub fn temporal(&self, chunk: usize) -> bool {
        let last = self.units_of(chunk).end.saturating_sub(1);
        self.units_of(chunk).any(|u| self.units()[u].classes.meets(&self.grammar.time))
            || matches!(
                self.norm(last),
                "week"
                    | "month"
                    | "year"
                    | "day"
                    | "morning"
                    | "afternoon"
                    | "evening"
                    | "night"
                    | "weekend"
                    | "hour"
                    | "today"
                    | "tomorrow"
                    | "yesterday"
                    | "tonight"
            )
    }

    /// Whether a noun is what something came a stated time after: "freed 90 prisoners hours after a raid".
    #[must_use]
    pub fn long_after(&self, unit: usize) -> bool {
        if self.units()[unit].kind != UnitKind::Noun {
            return false;
        }
        let preposition = (unit.saturating_sub(5)..unit)
            .rev()
            .find(|u| matches!(self.units()[*u].kind, UnitKind::Preposition | UnitKind::Subordinator));
        preposition.filter(|u| matches!(self.norm(*u), "after" | "since")).is_some_and(|u| {
            u > 0
                && matches!(
                    self.norm(u - 1),
                    "hour" | "hours" | "day" | "days" | "week" | "weeks" | "month" | "months" | "year" | "years"
                )
        })
    }

    /// Whether a noun phrase is a stretch of time with another noun behind it: "a year travel restrictions".
    pub(super) fn opens_with_time(&self, chunk: usize) -> bool {
        let range = self.units_of(chunk);
        let head = usize::from(self.chunks()[chunk].head);
        let time = |u: usize| {
            matches!(self.norm(u), "year" | "years" | "month" | "months" | "week" | "weeks" | "day" | "days")
                || u == range.start && self.units()[u].classes.meets(&self.grammar.time)
        };
        (range.start..head).any(|u| time(u) && !self.units()[u + 1].hyphened) && !time(head)
    }
}
