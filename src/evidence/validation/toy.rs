//! A dataset whose predictions stand in the file, to test everything around them.

use super::{Column, Dataset, Fit, Fits, Holds, Judged, Predicted, Prediction, Predictions, Quantity, Table};
use crate::base::Entry;

const ANY: Holds = Holds::NumberOrBlank(f64::MIN, f64::MAX);

/// Quantities of every kind; each is told by the column `told_<quantity>`.
pub static TOY: Entry<Dataset> = Entry {
    name: "toy",
    summary: "predictions that stand in the file",
    source: "made up",
    params: &[],
    traits: &[],
    build: Dataset {
        columns: &[
            Column { name: "id", holds: Holds::Text },
            Column { name: "gc", holds: Holds::Word(&["serial", "parallel", "g1"]) },
            Column { name: "told_speed", holds: ANY },
        ],
        key: &["id"],
        group: "gc",
        quantities: &[
            Quantity { column: "speed", unit: "records/s", judged: Judged::Relative, bound: 0.1 },
            Quantity { column: "share", unit: "", judged: Judged::Absolute, bound: 0.05 },
            Quantity { column: "young", unit: "", judged: Judged::Count, bound: 0.15 },
            Quantity { column: "status", unit: "", judged: Judged::Word, bound: 0.0 },
        ],
        predict,
        curves: None,
        scenarios: None,
        fits: Fits { rows: true, description: None },
    },
};

fn predict(table: &Table, fit: &Fit) -> Result<Predictions, Vec<String>> {
    let told = |row: usize, quantity: &Quantity| {
        let column = format!("told_{}", quantity.column);
        match quantity.is_word() {
            true => Some(table.text(row, &column)).filter(|text| !text.is_empty()).map(|t| Prediction::Word(t.into())),
            false => table.number(row, &column).map(Prediction::Number),
        }
    };
    let rows = (0..table.len()).map(|row| Predicted {
        passed_over: table.text(row, "status") == "skip",
        values: TOY.build.quantities.iter().map(|quantity| told(row, quantity)).collect(),
        fitted: fit.takes(&table.key(row)).unwrap_or(false),
    });
    Ok(Predictions { rows: rows.collect(), notes: vec![] })
}

/// A table of `text` with its predictions.
pub fn validation(text: &str, fit: &Fit) -> super::Validation {
    let table = Table::read("toy.csv", text.as_bytes(), &TOY).expect("a sound table");
    super::validate(&TOY, table, fit).expect("predictions")
}
