//! Iteration time over heap size: public curves of fifteen programs, each fitted at few heap sizes and told at the others.

use super::{Column, Dataset, Fit, Holds, Judged, Predictions, Quantity, Table};
use crate::base::Entry;

/// The registry entry.
pub const ENTRY: Entry<Dataset> = Entry {
    name: "heap-curves",
    summary: "time per iteration of a program over heap sizes, told from few of them",
    source: "DaCapo Chopin, raw results (Blackburn et al., ASPLOS 2025)",
    params: &[],
    traits: &[],
    build: Dataset {
        columns: &[
            Column { name: "workload", holds: Holds::Text },
            Column { name: "collector", holds: Holds::Text },
            Column { name: "heap_over_min", holds: Holds::Number(0.1, 1e6) },
        ],
        key: &["workload", "collector", "heap_over_min"],
        group: "collector",
        quantities: &[Quantity { column: "mean_iteration_ms", unit: "ms", judged: Judged::Relative, bound: 0.05 }],
        predict,
    },
};

fn predict(_: &Table, _: &Fit) -> Result<Predictions, Vec<String>> {
    Ok(Predictions::default())
}
