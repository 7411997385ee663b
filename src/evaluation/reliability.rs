//! Whether the confidence means what it says: predicted against observed, and what a higher threshold would cost.
//!
//! One decision is one document and type, with the confidence of its surest alert. Confidences below the threshold in
//! force are kept too, so that a lower one can be judged.

use super::tally::Tally;

/// Lower bounds of the bins. The upper end is fine, because that is where alerts live.
pub const BINS: [f64; 8] = [0.0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95];
/// Thresholds that are tried.
pub const THRESHOLDS: [f64; 7] = [0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];

/// Decisions with their confidence.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reliability {
    decisions: Vec<Decision>,
}

/// One document and type: whether it should alert, and how sure the rules are that it does.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Decision {
    wanted: bool,
    confidence: Option<f64>,
}

/// What one bin came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// Its lower bound, inclusive.
    pub from: f64,
    /// Its upper bound, exclusive, but for the last one.
    pub to: f64,
    /// Alerts in it.
    pub alerts: u32,
    /// Those that are right.
    pub right: u32,
    /// Their mean confidence; 0 in an empty bin.
    pub confidence: f64,
}

impl Bin {
    /// The observed precision.
    #[must_use]
    pub fn precision(&self) -> Option<f64> {
        super::tally::share(self.right, self.alerts)
    }
}

impl Reliability {
    /// Adds a decision: should it alert, and the confidence of the alert where there is one, whatever the threshold.
    pub fn add(&mut self, wanted: bool, confidence: Option<f64>) {
        if wanted || confidence.is_some() {
            self.decisions.push(Decision { wanted, confidence });
        }
    }

    /// The bins that hold alerts, in ascending order.
    #[must_use]
    pub fn bins(&self) -> Vec<Bin> {
        let upper = |index: usize| BINS.get(index + 1).copied();
        let bins = BINS.iter().enumerate().map(|(index, &from)| {
            let inside = |confidence: f64| confidence >= from && upper(index).is_none_or(|to| confidence < to);
            let mut bin = Bin { from, to: upper(index).unwrap_or(1.0), alerts: 0, right: 0, confidence: 0.0 };
            for Decision { wanted, confidence } in &self.decisions {
                if let Some(confidence) = confidence.filter(|confidence| inside(*confidence)) {
                    bin.alerts += 1;
                    bin.right += u32::from(*wanted);
                    bin.confidence += confidence;
                }
            }
            bin.confidence /= f64::from(bin.alerts.max(1));
            bin
        });
        bins.filter(|bin| bin.alerts > 0).collect()
    }

    /// The mean distance of confidence and observed precision over the bins, weighed by their alerts (the expected
    /// calibration error); `None` without alerts.
    #[must_use]
    pub fn error(&self) -> Option<f64> {
        let bins = self.bins();
        let alerts: u32 = bins.iter().map(|bin| bin.alerts).sum();
        let off = |bin: &Bin| f64::from(bin.alerts) * (bin.confidence - bin.precision().unwrap_or_default()).abs();
        (alerts > 0).then(|| bins.iter().map(off).sum::<f64>() / f64::from(alerts))
    }

    /// What the score would be if only alerts of at least this confidence counted.
    #[must_use]
    pub fn at(&self, threshold: f64) -> Tally {
        let mut tally = Tally::default();
        for Decision { wanted, confidence } in &self.decisions {
            tally.count(*wanted, confidence.is_some_and(|confidence| confidence >= threshold));
        }
        tally
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Reliability {
        let mut r = Reliability::default();
        for (wanted, confidence) in [
            (true, Some(0.97)),
            (true, Some(0.95)),
            (false, Some(0.96)),
            (true, Some(0.72)),
            (false, Some(0.3)),
            (true, None),
            (false, None),
        ] {
            r.add(wanted, confidence);
        }
        r
    }

    #[test]
    fn bins_hold_their_lower_bound_and_skip_the_empty() {
        let bins = sample().bins();
        let shown: Vec<_> = bins.iter().map(|b| (b.from, b.to, b.alerts, b.right)).collect();
        assert_eq!(shown, [(0.0, 0.5, 1, 0), (0.7, 0.8, 1, 1), (0.95, 1.0, 3, 2)]);
        assert!((bins[2].confidence - 0.96).abs() < 1e-12);
        assert_eq!(bins[2].precision(), Some(2.0 / 3.0));
    }

    #[test]
    fn the_error_weighs_bins_by_their_alerts() {
        let want = (0.3 + 0.28 + 3.0 * (0.96 - 2.0 / 3.0)) / 5.0;
        assert!((sample().error().unwrap() - want).abs() < 1e-12);
        assert_eq!(Reliability::default().error(), None);
    }

    #[test]
    fn a_threshold_trades_recall_for_precision() {
        assert_eq!(sample().at(0.0), Tally { right: 3, wrong: 2, missed: 1 });
        assert_eq!(sample().at(0.5), Tally { right: 3, wrong: 1, missed: 1 });
        assert_eq!(sample().at(0.96), Tally { right: 1, wrong: 1, missed: 3 });
    }
}
