//! Reads the exact expected values of the table that travels with the project, for tests only.

use crate::base::testing::data;

/// One parameter set of the table: `key=value;key=value`.
pub(crate) struct Case(String);

impl Case {
    /// The text under `key`; text without keys counts whole.
    pub(crate) fn text(&self, key: &str) -> &str {
        let found = self.0.split(';').find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='));
        found.unwrap_or_else(|| panic!("no {key} in {}", self.0))
    }
    pub(crate) fn number(&self, key: &str) -> f64 {
        self.text(key).parse().unwrap()
    }
    /// A list such as `10|12|9`.
    pub(crate) fn list(&self, key: &str) -> Vec<f64> {
        self.text(key).split('|').map(|v| v.parse().unwrap()).collect()
    }
    pub(crate) fn whole(&self) -> &str {
        &self.0
    }
}

/// Compares `compute(case, quantity)` with every row of a model family, at a relative error of 1e-6.
pub(crate) fn each(model: &str, compute: impl Fn(&Case, &str) -> f64) {
    let mut table = csv::Reader::from_path(data("scenarios/verification/queueing_and_allocation.csv")).unwrap();
    let rows = table.records().map(Result::unwrap).filter(|row| &row[1] == model);
    let checked = rows.map(|row| {
        let (got, expected) = (compute(&Case(row[2].to_string()), &row[3]), row[4].parse::<f64>().unwrap());
        assert!((got - expected).abs() <= 1e-6 * expected.abs(), "{}: {got} for {expected}", &row[0]);
    });
    assert!(checked.count() > 0, "no rows for {model}");
}
