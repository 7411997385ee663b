//! Which status was taken for which, where the type was found.
//!
//! Rows are what readers said, columns what the rules said; both have a last place for "none". It judges statuses alone:
//! who and whom is the business of the arguments.

use super::tally::share;
use crate::rules::Status;

/// Places of a row: the statuses in ladder order, then none.
pub const PLACES: usize = Status::LADDER.len() + 1;

/// Counts by gold status and found status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confusion {
    cells: [[u32; PLACES]; PLACES],
    right: u32,
    of: u32,
}

/// What a status comes to for who waits for alerts.
#[derive(PartialEq, Eq)]
enum Coming {
    Done,
    Decided,
    NoAlert,
}

fn coming(status: Option<Status>) -> Coming {
    match status {
        Some(Status::Enacted) => Coming::Done,
        Some(Status::Announced) => Coming::Decided,
        _ => Coming::NoAlert,
    }
}

impl Confusion {
    /// Adds the statuses of one type in one document, each side in ladder order and without repeats.
    ///
    /// They are paired from the strongest down: a document has its alert for its strongest event, and a second status
    /// is only there if a second candidate is. Gold without any event of the type makes a row of its own, "none".
    pub fn add(&mut self, gold: &[Status], found: &[Status]) {
        if gold.is_empty() {
            if let Some(strongest) = found.first() {
                self.cells[PLACES - 1][place(Some(*strongest))] += 1;
            }
            return;
        }
        for (index, wanted) in gold.iter().enumerate() {
            let got = found.get(index).copied();
            self.cells[place(Some(*wanted))][place(got)] += 1;
            if !found.is_empty() {
                self.of += 1;
                self.right += u32::from(coming(Some(*wanted)) == coming(got));
            }
        }
    }

    /// How often readers said `gold` and the rules `found`.
    #[must_use]
    pub fn cell(&self, gold: Option<Status>, found: Option<Status>) -> u32 {
        self.cells[place(gold)][place(found)]
    }

    /// Rows and columns in order: the statuses, then none.
    pub fn places() -> impl Iterator<Item = Option<Status>> {
        Status::LADDER.into_iter().map(Some).chain([None])
    }

    /// Gold events whose type was found and whose status is right as far as alerts go: enacted, announced, no alert.
    #[must_use]
    pub const fn right(&self) -> u32 {
        self.right
    }

    /// Gold events whose type was found.
    #[must_use]
    pub const fn of(&self) -> u32 {
        self.of
    }

    /// The share of [`Self::of`] that is [`Self::right`].
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        share(self.right, self.of)
    }
}

fn place(status: Option<Status>) -> usize {
    status.and_then(|status| Status::LADDER.iter().position(|s| *s == status)).unwrap_or(PLACES - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Status::{Announced, Background, Enacted, Proposed, Rejected};

    #[test]
    fn the_figure_knows_three_classes_and_the_table_six() {
        let mut c = Confusion::default();
        c.add(&[Proposed], &[Rejected]); // No alert either way: right as far as alerts go.
        c.add(&[Enacted], &[Announced]); // An alert, of the wrong kind.
        c.add(&[Announced], &[Announced]);
        c.add(&[Enacted], &[]); // Not found at all: outside the figure.
        c.add(&[], &[Enacted]); // A false alert: no gold event, so outside the figure too.
        assert_eq!((c.right(), c.of()), (2, 3));
        assert_eq!(c.cell(Some(Proposed), Some(Rejected)), 1);
        assert_eq!(c.cell(Some(Enacted), None), 1);
        assert_eq!(c.cell(None, Some(Enacted)), 1);
    }

    #[test]
    fn several_statuses_pair_from_the_strongest_down() {
        let mut c = Confusion::default();
        // An alert where there is background only stays wrong, although the background was seen as well.
        c.add(&[Background], &[Enacted, Background]);
        assert_eq!((c.right(), c.of()), (0, 1));
        // The second event was not found: that is wrong when it should have alerted, and right when not.
        c.add(&[Enacted, Announced], &[Enacted]);
        assert_eq!((c.right(), c.of()), (1, 3));
        c.add(&[Enacted, Background], &[Enacted]);
        assert_eq!((c.right(), c.of()), (3, 5));
    }
}
