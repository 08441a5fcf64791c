//! How far predictions are from what was measured.

use super::{Dataset, Holds, Judged, Prediction, Quantity, Validation};

/// The rows over which errors are put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Rows that had a part in fitting, or those that had none.
    pub fitted: bool,
    /// One value of the grouping column; `None` for all rows.
    pub group: Option<String>,
}

/// The errors of one quantity over some rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Place among the dataset's quantities.
    pub quantity: usize,
    /// Which rows.
    pub part: Part,
    /// Rows with an error, at least 1.
    pub rows: usize,
    /// Rows with a measured value that got no prediction.
    pub unpredicted: usize,
    /// Median error.
    pub median: f64,
    /// 90th percentile of the errors (linear between neighbours).
    pub p90: f64,
    /// Share of the rows whose error is within the quantity's bound, 0 ..= 1; rows without a prediction count as outside.
    pub within: f64,
}

impl Validation {
    /// Errors by quantity, rows that were not fitted before fitted ones, all groups together before each; only what has rows.
    pub fn verdicts(&self) -> Vec<Verdict> {
        let mut groups: Vec<&str> = (0..self.table.len()).map(|row| self.group(row)).collect();
        groups.sort_unstable();
        groups.dedup();
        let mut found = Vec::new();
        for quantity in 0..self.dataset.build.quantities.len() {
            for fitted in [false, true] {
                let verdict =
                    |group: Option<&str>| self.verdict(quantity, Part { fitted, group: group.map(String::from) });
                let own: Vec<Verdict> = groups.iter().filter_map(|group| verdict(Some(group))).collect();
                found.extend(verdict(None));
                // One group alone says what all rows say.
                found.extend(own.into_iter().filter(|_| groups.len() > 1));
            }
        }
        found
    }

    fn verdict(&self, quantity: usize, part: Part) -> Option<Verdict> {
        let declared = self.dataset.build.quantities.get(quantity)?;
        let belongs = |row: &usize| {
            let own = self.rows.get(*row);
            let (fitted, passed_over) = own.map_or((false, false), |row| (row.fitted, row.passed_over));
            fitted == part.fitted && !passed_over && part.group.as_deref().is_none_or(|group| group == self.group(*row))
        };
        let rows: Vec<usize> = (0..self.table.len()).filter(belongs).collect();
        let mut errors: Vec<f64> = rows.iter().filter_map(|row| self.error(*row, quantity)).collect();
        errors.sort_by(f64::total_cmp);
        let bare = |row: &&usize| {
            let value = self.rows.get(**row).and_then(|row| row.values.get(quantity));
            value.is_none_or(Option::is_none) && !self.table.text(**row, declared.column).is_empty()
        };
        let unpredicted = rows.iter().filter(bare).count();
        let good = errors.iter().filter(|error| **error <= declared.bound).count();
        let (median, p90) = (percentile(&errors, 0.5)?, percentile(&errors, 0.9)?);
        let within = good as f64 / (errors.len() + unpredicted) as f64;
        Some(Verdict { quantity, part, rows: errors.len(), unpredicted, median, p90, within })
    }
}

/// The percentile `p` (0 ..= 1) of sorted values, linear between neighbours; none of nothing.
fn percentile(sorted: &[f64], p: f64) -> Option<f64> {
    let place = p * sorted.len().checked_sub(1)? as f64;
    let (low, high) = (sorted.get(place.floor() as usize)?, sorted.get(place.ceil() as usize)?);
    Some(low + (high - low) * place.fract())
}

impl Judged {
    /// The error of `predicted` where `measured` was found in the file; `None` where they cannot be compared.
    pub fn error(self, measured: &str, predicted: &Prediction) -> Option<f64> {
        let predicted = match (self, predicted) {
            (Judged::Word, Prediction::Word(word)) if !measured.is_empty() => {
                return Some(if word == measured { 0.0 } else { 1.0 });
            }
            (Judged::Word, _) | (_, Prediction::Word(_)) => return None,
            (_, Prediction::Number(number)) => *number,
        };
        let measured: f64 = measured.parse().ok().filter(|number: &f64| number.is_finite())?;
        match self {
            Judged::Relative => (measured > 0.0).then(|| (predicted / measured - 1.0).abs()),
            Judged::Count => Some((predicted - measured).abs() / measured.max(1.0)),
            Judged::Absolute => Some((predicted - measured).abs()),
            Judged::Word => None,
        }
    }
}

impl Quantity {
    /// Whether words are predicted, not numbers.
    pub fn is_word(&self) -> bool {
        self.judged == Judged::Word
    }

    /// What its measured column holds where the dataset does not say: words, or any numbers and blank cells.
    pub(super) fn as_column(&self) -> super::Column {
        let holds = if self.is_word() { Holds::TextOrBlank } else { Holds::NumberOrBlank(f64::MIN, f64::MAX) };
        super::Column { name: self.column, holds }
    }
}

impl Dataset {
    pub(super) fn declares(&self, quantity: &Quantity) -> bool {
        self.columns.iter().any(|column| column.name == quantity.column)
    }

    /// Whether `column` is among the quantities.
    pub fn predicts(&self, column: &str) -> bool {
        self.quantities.iter().any(|quantity| quantity.column == column)
    }
}

#[cfg(test)]
mod tests {
    use super::super::toy;
    use super::*;
    use crate::evidence::validation::Fit;

    #[test]
    fn verdicts_by_group_hold_unpredicted_rows_against_the_model() {
        let text = "id,gc,speed,told_speed,status,told_status\n\
            a,g1,100,105,ok,ok\nb,g1,100,130,oom,ok\nc,serial,200,200,ok,ok\nd,serial,50,,ok,\ne,g1,,70,,ok\n";
        let verdicts = toy::validation(text, &Fit::default()).verdicts();
        let brief = |one: &Verdict| {
            (one.quantity, one.part.group.clone().unwrap_or_default(), one.rows, one.unpredicted, one.within)
        };
        let found: Vec<_> = verdicts.iter().map(brief).collect();
        let expected = [
            (0, "", 3, 1, 2.0 / 4.0),
            (0, "g1", 2, 0, 1.0 / 2.0),
            (0, "serial", 1, 1, 1.0 / 2.0),
            (3, "", 3, 1, 2.0 / 4.0),
            (3, "g1", 2, 0, 1.0 / 2.0),
            (3, "serial", 1, 1, 1.0 / 2.0),
        ];
        assert_eq!(found, expected.map(|(q, group, rows, bare, good)| (q, group.to_string(), rows, bare, good)));
        assert!((verdicts[0].median - 0.05).abs() < 1e-12 && (verdicts[0].p90 - 0.25).abs() < 1e-12);
    }

    #[test]
    fn fitted_rows_are_judged_apart() {
        let rows: String = (0..50).map(|n| format!("r{n},g1,100,{}\n", 100 + n)).collect();
        let fit = Fit { share: Some(0.4), ..Fit::default() };
        let verdicts = toy::validation(&format!("id,gc,speed,told_speed\n{rows}"), &fit).verdicts();
        let counts: Vec<(bool, usize)> = verdicts.iter().map(|one| (one.part.fitted, one.rows)).collect();
        assert!(counts.len() == 2 && !counts[0].0 && counts[1].0 && counts[0].1 + counts[1].1 == 50, "{counts:?}");
    }

    #[test]
    fn percentiles_of_few_values() {
        let sorted = [0.0, 1.0, 2.0, 4.0];
        let got = [0.0, 0.5, 0.75, 1.0].map(|p| percentile(&sorted, p));
        assert_eq!(got, [Some(0.0), Some(1.5), Some(2.5), Some(4.0)]);
        assert_eq!((percentile(&[7.0], 0.9), percentile(&[], 0.5)), (Some(7.0), None));
    }

    #[test]
    fn errors_are_what_they_are_called() {
        let number = |judged: Judged, measured: &str| judged.error(measured, &Prediction::Number(3.0));
        assert_eq!(number(Judged::Relative, "4"), Some(0.25));
        assert_eq!(number(Judged::Relative, "0"), None);
        assert_eq!([number(Judged::Count, "0"), number(Judged::Count, "6")], [Some(3.0), Some(0.5)]);
        assert_eq!([number(Judged::Absolute, "3.5"), number(Judged::Absolute, "")], [Some(0.5), None]);
        let word = |measured: &str| Judged::Word.error(measured, &Prediction::Word("oom".into()));
        assert_eq!([word("oom"), word("ok"), word("")], [Some(0.0), Some(1.0), None]);
        assert_eq!(number(Judged::Word, "ok"), None);
    }
}
