//! What both datasets of one JVM share: the description of its costs.

use super::Fit;
use crate::jvm::description::{Calibration, Coefficients};
use crate::scenario;

/// A description, and how a scenario names it.
pub struct Described {
    /// The name of one that travels with the project, or the user's file.
    pub name: String,
    calibration: Calibration,
}

impl Described {
    /// The section called `name`.
    ///
    /// # Errors
    /// A description without it, in words.
    pub fn section(&self, name: &str) -> Result<&Coefficients, String> {
        let found = self.calibration.section(name);
        found.ok_or_else(|| format!("{} has no section [{name}]", self.calibration.name))
    }

    /// Refuses a description that lacks a section without which no row can be predicted, all such sections at once.
    pub fn needs(&self, names: impl Iterator<Item = &'static str>) -> Result<(), Vec<String>> {
        let fault = |name: &str| {
            let told =
                "what its program costs, expected one as in scenarios/jvm, which `heapwise calibrate` cannot know";
            self.section(name).err().map(|_| format!("{}: error: has no section [{name}], {told}", self.name))
        };
        let faults: Vec<String> = names.filter_map(fault).collect();
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}

/// The user's description, or the one called `bundled` that travels with the project.
///
/// # Errors
/// All faults of the description, each with file, line and key.
pub fn described(fit: &Fit, bundled: &str) -> Result<Described, Vec<String>> {
    let (name, read) = match &fit.calibration {
        Some(own) => (own.file.clone(), scenario::jvm(&own.text, &own.file)),
        None => (bundled.to_string(), scenario::bundled_jvm(bundled)),
    };
    let calibration = read.map_err(|faults| faults.iter().map(|fault| fault.to_string()).collect::<Vec<_>>())?;
    Ok(Described { name, calibration })
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::base::Entry;
    use crate::base::testing::data;
    use crate::evidence::validation::{Dataset, Prediction, Table, Validation, validate};

    /// A measured file of the repository predicted and judged.
    pub fn validated(dataset: &'static Entry<Dataset>, path: &str, fit: &Fit) -> Validation {
        let path = data(path);
        let file = std::fs::File::open(&path).expect("a file");
        let table = Table::read(&path.display().to_string(), file, dataset).expect("a sound table");
        let validation = validate(dataset, table, fit).expect("predictions");
        (0..validation.table.len()).for_each(|row| println!("{}", told(&validation, row)));
        validation
    }

    /// One row: its key, then "quantity predicted (measured) error" for all quantities.
    fn told(validation: &Validation, row: usize) -> String {
        let fitted = if validation.rows[row].fitted { "fitted" } else { "" };
        let mut text = format!("{:36}{fitted:6}", validation.table.key(row));
        for (place, quantity) in validation.dataset.build.quantities.iter().enumerate() {
            let predicted = match validation.rows[row].values[place].as_ref() {
                Some(Prediction::Number(number)) => format!("{number:.3}"),
                Some(Prediction::Word(word)) => word.clone(),
                None => "-".into(),
            };
            let measured = validation.table.text(row, quantity.column);
            let error = validation.error(row, place).map_or(String::new(), |error| format!(" {error:.3}"));
            text += &format!(" | {} {predicted} ({measured}){error}", quantity.column);
        }
        text
    }

    /// Median, 90th percentile, and share within the quantity's bound, of the errors over rows that pass `keep` and were
    /// predicted; it fails where there is no such row, since nothing would be judged.
    pub fn errors(validation: &Validation, column: &str, keep: impl Fn(usize) -> bool) -> (f64, f64, f64) {
        let quantities = validation.dataset.build.quantities;
        let place = quantities.iter().position(|quantity| quantity.column == column).expect("a quantity");
        let rows = (0..validation.table.len()).filter(|row| keep(*row));
        let mut errors: Vec<f64> = rows.filter_map(|row| validation.error(row, place)).collect();
        errors.sort_by(f64::total_cmp);
        assert!(!errors.is_empty(), "no row to judge {column} by");
        let at = |share: f64| {
            let spot = share * (errors.len() - 1) as f64;
            let (low, high) = (errors[spot.floor() as usize], errors[spot.ceil() as usize]);
            low + (high - low) * spot.fract()
        };
        let within = errors.iter().filter(|error| **error <= quantities[place].bound).count();
        let within = within as f64 / errors.len() as f64;
        println!("{column}: {} rows, median {:.3}, p90 {:.3}, within {within:.2}", errors.len(), at(0.5), at(0.9));
        (at(0.5), at(0.9), within)
    }
}
