//! What a sweep is about, as plain data: axes, cells, objective. Findings and reports need no more of a scenario.

use crate::base::{Bytes, SimSpan};
use crate::metrics::ColumnId;
use crate::scenario::Ablation;
use crate::scenario::sections::{MOST_REPLICATIONS, Run};
use crate::stats::LEAST_REPLICATIONS;

/// What an axis stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AxisKind {
    /// Heap: the x axis of D/C. The first such axis is optimised over.
    Heap,
    /// Cores of a TaskManager.
    Cores,
    /// A policy, or another choice by name: its values are compared and ranked.
    Policy,
    /// Anything else: comparisons are averaged over it.
    Other,
}

/// A swept value of the scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// Dotted key in the scenario; the name of its column.
    pub key: String,
    /// What it stands for.
    pub kind: AxisKind,
}

/// One combination of axis values.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// One value an axis, as a scenario spells it: "4 GiB", "max-min", "0.5".
    pub values: Vec<String>,
    /// What is switched off.
    pub ablation: Ablation,
    /// D/C of a TaskManager.
    pub heap_per_core: Bytes,
    /// Cores of a TaskManager.
    pub cores: f64,
    /// Task heap of a TaskManager.
    pub heap: Bytes,
}

/// Replicate until the objective is known this well in every cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Precision {
    /// Relative error of the mean, such as 0.02.
    pub relative: f64,
    /// Replications after which it is enough anyway, at least those that are asked for.
    pub most: u32,
}

impl Precision {
    /// What `[run]` asks for; `None` where it asks for no precision.
    pub fn of(run: &Run) -> Option<Precision> {
        let most = run.max_replications.unwrap_or(MOST_REPLICATIONS);
        run.precision.map(|relative| Precision { relative, most })
    }

    /// The first replications, before the rule is asked, where `asked` are asked for.
    pub fn least(&self, asked: u32) -> u32 {
        asked.max((LEAST_REPLICATIONS as u32).min(self.most))
    }
}

/// A sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct Meta {
    /// Name of the scenario and of its results folder.
    pub name: String,
    /// One line for people.
    pub title: String,
    /// Seed of replication 0.
    pub seed: u64,
    /// Replications of each cell, at least 1.
    pub replications: u32,
    /// More replications until this is met; `None`: never more.
    pub precision: Option<Precision>,
    /// The column that is compared, ranked and optimised.
    pub objective: ColumnId,
    /// Policies that are unreachable references, by name: ranked, but never called best.
    pub bounds: Vec<String>,
    /// Axes, in the order of the scenario.
    pub axes: Vec<Axis>,
    /// Cells; those of ablations included.
    pub cells: Vec<Cell>,
}

impl Meta {
    /// The axis that is optimised over.
    pub fn heap_axis(&self) -> Option<usize> {
        self.axes.iter().position(|axis| axis.kind == AxisKind::Heap)
    }

    /// The policies of a cell, joined by " + "; `None` if no policy is swept.
    pub fn policy_name(&self, cell: usize) -> Option<String> {
        let policies = self.axes.iter().zip(&self.cells[cell].values).filter(|(axis, _)| axis.kind == AxisKind::Policy);
        let names: Vec<String> = policies.map(|(axis, value)| spoken(axis.kind, value)).collect();
        (!names.is_empty()).then(|| names.join(" + "))
    }

    /// What is compared: the last words of the keys of the policy axes, and whether they are policies one and all.
    pub fn compared(&self) -> (String, bool) {
        let axes = || self.axes.iter().filter(|axis| axis.kind == AxisKind::Policy);
        let words: Vec<&str> = axes().map(|axis| last_word(&axis.key)).collect();
        (words.join(" + "), axes().all(|axis| axis.key.starts_with("policies.")))
    }

    /// What a cell is, in words: "allocation max-min, task_heap 4 GiB, without greedy_retention".
    pub fn label(&self, cell: usize) -> String {
        let cell = &self.cells[cell];
        let word = |(axis, value): (&Axis, &String)| format!("{} {}", last_word(&axis.key), spoken(axis.kind, value));
        let mut parts: Vec<String> = self.axes.iter().zip(&cell.values).map(word).collect();
        if cell.ablation != Ablation::None {
            parts.push(format!("without {}", cell.ablation));
        }
        if parts.is_empty() { self.name.clone() } else { parts.join(", ") }
    }
}

/// The last word of a dotted key.
pub(crate) fn last_word(key: &str) -> &str {
    key.rsplit('.').next().unwrap_or(key)
}

/// A heap that is given in plain bytes gets a unit, a list loses brackets and quotes; all else is spoken as spelt.
pub(crate) fn spoken(kind: AxisKind, value: &str) -> String {
    match value.parse::<u64>() {
        Ok(bytes) if kind == AxisKind::Heap => Bytes(bytes).to_string(),
        _ => match value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(list) => list.replace('"', ""),
            None => value.to_string(),
        },
    }
}

/// The value of an axis as files hold it: sizes in bytes, times in seconds, rates a second, the rest as spelt.
pub fn canonical(value: &str) -> String {
    let (amount, rate) = match value.strip_suffix("/s") {
        Some(amount) => (amount.trim_end(), true),
        None => (value, false),
    };
    if let Ok(bytes) = amount.parse::<Bytes>() {
        return bytes.0.to_string();
    }
    match amount.parse::<SimSpan>() {
        Ok(span) if !rate => span.as_secs().to_string(),
        _ if rate && amount.parse::<f64>().is_ok() => amount.to_string(),
        _ => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::sections::Mechanism;

    #[test]
    fn values_of_axes_are_written_without_units() {
        for (spelt, written) in [
            ("4 GiB", "4294967296"),
            ("250 ms", "0.25"),
            ("2 MiB/s", "2097152"),
            ("1000 /s", "1000"),
            ("0.5", "0.5"),
            ("max-min", "max-min"),
            ("4294967296", "4294967296"),
        ] {
            assert_eq!(canonical(spelt), written);
        }
    }

    #[test]
    fn a_cell_is_named_by_its_values() {
        let mut meta = crate::sweep::toy::meta(2, 1);
        assert_eq!(meta.label(0), "allocation plain, task_heap 1 GiB");
        meta.cells[0].ablation = Ablation::Mechanism(Mechanism::GreedyRetention);
        meta.cells[0].values[1] = "2147483648".into();
        assert_eq!(meta.label(0), "allocation plain, task_heap 2 GiB, without greedy_retention");
    }
}
