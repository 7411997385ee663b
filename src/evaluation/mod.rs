//! How good the rules are: what was found against what careful readers found, and one rule set against another.
//!
//! Pure arithmetic over [`crate::rules::Classified`]: nothing here reads a file or classifies anything itself, so the
//! same answers give the same report. What counts as right is written down once, in [`judge`]; everything else adds up.
//! An alert is scored by document and type, because that is what a reader of alerts sees: did this document raise an
//! alert of this type, and should it have?

pub mod confusion;
pub mod coverage;
pub mod diff;
pub mod excerpt;
pub mod figures;
#[cfg(test)]
pub(crate) mod fixture;
pub mod gold;
pub mod judge;
pub mod reliability;
pub mod report;
pub mod tally;

pub use confusion::Confusion;
pub use coverage::Coverage;
pub use diff::{Change, compare};
pub use excerpt::Excerpt;
pub use gold::{Gold, GoldEvent, GoldFault};
pub use judge::{Answer, Fault, Finding, Found, Judge, Verdict};
pub use reliability::Reliability;
pub use report::{Report, Scores};
pub use tally::Tally;
