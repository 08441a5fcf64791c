//! Predictions beside measurements: as CSV, and their errors as text for people.

use super::text::{aligned, number};
use crate::evidence::validation::{Judged, Prediction, Quantity, Validation, Verdict};

/// Digits after the point at most, however long those of the input are.
const MOST_DECIMALS: usize = 9;

/// The input's columns as they are, then `predicted_<column>` for each quantity, with as many digits after the point as
/// the measured column has. What has no prediction stays blank.
pub fn csv(validation: &Validation) -> String {
    let (table, quantities) = (&validation.table, validation.dataset.build.quantities);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let names = quantities.iter().map(|quantity| format!("predicted_{}", quantity.column));
    // Writing into memory cannot fail, and all rows are as wide as the header.
    let _ = writer.write_record(table.header().iter().cloned().chain(names));
    let decimals: Vec<Option<usize>> = quantities.iter().map(|quantity| decimals(validation, quantity)).collect();
    for (row, predicted) in validation.rows.iter().enumerate() {
        let values = predicted.values.iter().zip(&decimals).map(|(value, decimals)| text(value.as_ref(), *decimals));
        let _ = writer.write_record(table.cells(row).iter().cloned().chain(values));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// Digits after the point that the measured column has at most; `None` without such numbers.
fn decimals(validation: &Validation, quantity: &Quantity) -> Option<usize> {
    let table = &validation.table;
    let plain = |text: &&str| !text.is_empty() && !text.contains(['e', 'E']) && text.parse::<f64>().is_ok();
    let cells = (0..table.len()).map(|row| table.text(row, quantity.column)).filter(plain);
    let digits = cells.map(|cell| cell.split_once('.').map_or(0, |(_, fraction)| fraction.len()));
    digits.max().map(|digits| digits.min(MOST_DECIMALS))
}

fn text(value: Option<&Prediction>, decimals: Option<usize>) -> String {
    match (value, decimals) {
        (None, _) => String::new(),
        (Some(Prediction::Word(word)), _) => word.clone(),
        (Some(Prediction::Number(value)), Some(decimals)) => format!("{value:.decimals$}"),
        (Some(Prediction::Number(value)), None) => number(*value),
    }
}

/// Columns of the table of errors.
const HEAD: [&str; 6] = ["quantity", "rows", "median error", "90th percentile", "good", "unpredicted"];

/// What was read, the errors of each quantity on rows that were not fitted and on fitted ones, and what there is to say besides.
pub fn summary(validation: &Validation) -> String {
    let (name, file) = (validation.dataset.name, validation.table.file());
    let mut text = format!("{name}: {} rows of {file}, {}\n", validation.rows.len(), validation.tally());
    let verdicts = validation.verdicts();
    for (title, is_fitted) in [("Not fitted", false), ("Fitted", true)] {
        let lines = verdicts.iter().filter(|one| one.part.fitted == is_fitted).map(|one| cells(validation, one));
        let lines: Vec<Vec<String>> = std::iter::once(HEAD.map(String::from)).chain(lines).map(Vec::from).collect();
        if lines.len() > 1 {
            text += &format!("\n{title}\n{}", aligned(&lines, 1, false));
        }
    }
    if verdicts.is_empty() {
        text += "\nNothing was measured that a prediction could be compared with.\n";
    }
    for (place, note) in validation.notes.iter().enumerate() {
        text += &format!("{}- {note}\n", if place == 0 { "\n" } else { "" });
    }
    text
}

fn cells(validation: &Validation, verdict: &Verdict) -> [String; 6] {
    let Some(quantity) = validation.dataset.build.quantities.get(verdict.quantity) else { return Default::default() };
    let name = match &verdict.part.group {
        None => quantity.column.to_string(),
        Some(group) => format!("  {group}"),
    };
    let error = |value: f64| match quantity.judged {
        Judged::Relative | Judged::Count => share(value),
        Judged::Absolute => format!("{value:.4}"),
        Judged::Word => String::new(),
    };
    let bound = match quantity.judged {
        Judged::Relative | Judged::Count => format!(" within {} %", 100.0 * quantity.bound),
        Judged::Absolute => format!(" within {}", quantity.bound),
        Judged::Word => " equal".into(),
    };
    let bare = if verdict.unpredicted == 0 { String::new() } else { verdict.unpredicted.to_string() };
    let (median, p90) = (error(verdict.median), error(verdict.p90));
    [name, verdict.rows.to_string(), median, p90, share(verdict.within) + &bound, bare]
}

fn share(value: f64) -> String {
    format!("{:.1} %", 100.0 * value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::validation::{DATASETS, Fit, Table, validate};

    fn of(text: &str) -> Validation {
        let dataset = DATASETS.iter().find(|dataset| dataset.name == "heap-curves").expect("a dataset");
        let table = Table::read("x.csv", text.as_bytes(), dataset).expect("a sound table");
        validate(dataset, table, &Fit::default()).expect("options that fit")
    }

    /// Times of 1000 (1 + 0.2 / (h - 0.9)).
    const CURVE: &str = "workload,collector,heap_over_min,mean_iteration_ms,remark\n\
        a,G1,1,3000.0,\"x, \"\"y\"\"\"\na,G1,2,1181.82,\na,G1,3,1095.2,z\na,G1,8,1028.17,\na,G1,4,,\n";

    #[test]
    fn input_comes_back_and_predictions_stand_beside_it() {
        let text = csv(&of(CURVE));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "workload,collector,heap_over_min,mean_iteration_ms,remark,predicted_mean_iteration_ms");
        assert!(lines[1].starts_with("a,G1,1,3000.0,\"x, \"\"y\"\"\","), "{}", lines[1]);
        let told: f64 = lines[3].rsplit(',').next().unwrap().parse().unwrap();
        assert!((told / 1095.24 - 1.0).abs() < 2e-3, "{told}");
        // The blank measurement is predicted too, with two digits after the point as the others have.
        assert!(
            lines[5].starts_with("a,G1,4,,,10") && lines[5].split('.').next_back().unwrap().len() == 2,
            "{}",
            lines[5]
        );
    }

    #[test]
    fn the_summary_tells_fitted_rows_from_others() {
        let text = summary(&of(CURVE));
        assert!(text.starts_with("heap-curves: 5 rows of x.csv, 3 fitted, 2 not fitted\n\nNot fitted\n"), "{text}");
        assert!(text.contains("mean_iteration_ms     1") && text.contains("100.0 % within 5 %"), "{text}");
        let bare = summary(&of("workload,collector,heap_over_min,mean_iteration_ms\na,G1,1,\n"));
        assert!(bare.contains("Nothing was measured") && bare.contains("nothing is predicted"), "{bare}");
    }
}
