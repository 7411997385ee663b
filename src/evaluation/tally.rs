//! Right, wrong and missed, and the three figures that everybody makes of them.

use std::ops::AddAssign;

/// How often something was found rightly, found wrongly, and missed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Found, and it is so.
    pub right: u32,
    /// Found, and it is not so.
    pub wrong: u32,
    /// Not found, and it is so.
    pub missed: u32,
}

impl Tally {
    /// Counts one decision: was it wanted, was it found? Neither is no decision at all.
    pub fn count(&mut self, wanted: bool, found: bool) {
        match (wanted, found) {
            (true, true) => self.right += 1,
            (false, true) => self.wrong += 1,
            (true, false) => self.missed += 1,
            (false, false) => {}
        }
    }

    /// The share of what was found that is right; `None` when nothing was found.
    #[must_use]
    pub fn precision(&self) -> Option<f64> {
        share(self.right, self.right + self.wrong)
    }

    /// The share of what is so that was found; `None` when there was nothing to find.
    #[must_use]
    pub fn recall(&self) -> Option<f64> {
        share(self.right, self.right + self.missed)
    }

    /// The harmonic mean of precision and recall; `None` when there was nothing to find and nothing was found.
    #[must_use]
    pub fn f1(&self) -> Option<f64> {
        share(2 * self.right, 2 * self.right + self.wrong + self.missed)
    }

    /// Whether nothing was counted.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.right + self.wrong + self.missed == 0
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.right += other.right;
        self.wrong += other.wrong;
        self.missed += other.missed;
    }
}

/// A part of a whole, or `None` of nothing.
#[must_use]
pub fn share(part: u32, whole: u32) -> Option<f64> {
    (whole > 0).then(|| f64::from(part) / f64::from(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_those_of_the_textbook() {
        let tally = Tally { right: 6, wrong: 2, missed: 4 };
        assert_eq!(tally.precision(), Some(0.75));
        assert_eq!(tally.recall(), Some(0.6));
        let (p, r): (f64, f64) = (0.75, 0.6);
        assert!((tally.f1().unwrap() - 2.0 * p * r / (p + r)).abs() < 1e-12);
    }

    #[test]
    fn what_cannot_be_measured_has_no_figure() {
        let none = Tally::default();
        assert_eq!((none.precision(), none.recall(), none.f1()), (None, None, None));
        let silent = Tally { missed: 3, ..none };
        assert_eq!((silent.precision(), silent.recall(), silent.f1()), (None, Some(0.0), Some(0.0)));
        let noisy = Tally { wrong: 3, ..none };
        assert_eq!((noisy.precision(), noisy.recall(), noisy.f1()), (Some(0.0), None, Some(0.0)));
    }

    #[test]
    fn neither_wanted_nor_found_is_no_decision() {
        let mut tally = Tally::default();
        for (wanted, found) in [(true, true), (true, false), (false, true), (false, false), (true, true)] {
            tally.count(wanted, found);
        }
        assert_eq!(tally, Tally { right: 2, wrong: 1, missed: 1 });
    }
}
