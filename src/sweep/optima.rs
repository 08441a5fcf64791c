//! Where along the heap axis the objective is best, for each line, and how far switching a mechanism off moves that.
//!
//! A line is a combination of all other axes. Places of which no run measured anything are left out; of the others,
//! only replications that all places have are used, because they are compared in pairs.

use super::Meta;
use super::samples::Samples;
use crate::metrics::Better;
use crate::scenario::Ablation;
use crate::stats::{Curve, Peak, Shift, peak, shift};

/// The optimum of one line under one ablation.
#[derive(Clone, Debug, PartialEq)]
pub struct Optimum {
    /// Values of the axes but the heap axis, in order, as the scenario spells them.
    pub values: Vec<String>,
    /// What is switched off.
    pub ablation: Ablation,
    /// Place in bytes a core, and the objective there.
    pub peak: Peak,
    /// Against the same line with all mechanisms on; absent for that one.
    pub shift: Option<Shift>,
}

/// The cells of a line under one ablation, by rising heap.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) values: Vec<String>,
    pub(super) ablation: Ablation,
    pub(super) cells: Vec<usize>,
}

/// 1 where more is better, -1 where less is: maxima of sign times value are what is sought.
pub(super) fn sign(meta: &Meta) -> f64 {
    if meta.objective.column().better == Better::Less { -1.0 } else { 1.0 }
}

/// All lines, in the order of their first cell. Without a heap axis every cell is a line.
pub(super) fn lines(meta: &Meta) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for (number, cell) in meta.cells.iter().enumerate() {
        let mut values = cell.values.clone();
        if let Some(heap) = meta.heap_axis() {
            values.remove(heap);
        }
        match lines.iter_mut().find(|line| line.values == values && line.ablation == cell.ablation) {
            Some(line) => line.cells.push(number),
            None => lines.push(Line { values, ablation: cell.ablation, cells: vec![number] }),
        }
    }
    for line in &mut lines {
        line.cells.sort_by_key(|cell| meta.cells[*cell].heap_per_core);
    }
    lines
}

/// The optimum of every line that has one; empty without a heap axis.
pub(super) fn optima(meta: &Meta, samples: &Samples) -> Vec<Optimum> {
    if meta.heap_axis().is_none() {
        return Vec::new();
    }
    let lines = lines(meta);
    let optimum = |line: &Line| {
        let full = |other: &&Line| other.values == line.values && other.ablation == Ablation::None;
        let full = lines.iter().find(full).filter(|_| line.ablation != Ablation::None);
        let [curve] = curves(meta, samples, [line]);
        let mut peak = peak(&curve)?;
        peak.value.mean *= sign(meta);
        let shift = full.and_then(|full| shifted(meta, samples, [full, line]));
        Some(Optimum { values: line.values.clone(), ablation: line.ablation, peak, shift })
    };
    lines.iter().filter_map(optimum).collect()
}

fn shifted(meta: &Meta, samples: &Samples, lines: [&Line; 2]) -> Option<Shift> {
    let [old, new] = curves(meta, samples, lines);
    shift(&old, &new)
}

/// The curves of lines that are to be compared, on the replications that all of them have.
fn curves<const N: usize>(meta: &Meta, samples: &Samples, lines: [&Line; N]) -> [Curve; N] {
    let known = lines.map(|line| known(samples, line));
    let replications = samples.common(&known.concat());
    known.map(|cells| Curve {
        x: cells.iter().map(|cell| meta.cells[*cell].heap_per_core.as_f64()).collect(),
        y: cells.iter().map(|cell| samples.chosen(*cell, &replications, sign(meta))).collect(),
    })
}

/// The cells of a line of which something is known.
pub(super) fn known(samples: &Samples, line: &Line) -> Vec<usize> {
    line.cells.iter().copied().filter(|cell| samples.is_known(*cell)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::toy::{Toy, carried_out, meta};
    use super::super::{Status, Stop};
    use super::*;
    use crate::scenario::sections::Mechanism;

    #[test]
    fn the_optimum_of_the_toy_lies_at_three_gib() {
        let meta = meta(6, 8);
        let outcome = carried_out(&meta, &Toy::default(), &Stop::new());
        let found = optima(&meta, &Samples::of(&meta, &outcome.rows, meta.objective));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].values.clone(), found[0].peak.at), (vec!["plain".to_string()], 3.0 * 1073741824.0));
        assert!(found[0].peak.interior && found[0].shift.is_none());
    }

    #[test]
    fn an_ablation_is_compared_with_its_own_line() {
        // Cells 0 .. 4 are the full model with its maximum at 3 GiB; cells 5 .. 9 fall from the first on.
        let mut meta = meta(10, 8);
        for number in 5..10 {
            let (full, off) = meta.cells.split_at_mut(number);
            off[0].clone_from(&full[number - 5]);
            off[0].ablation = Ablation::Mechanism(Mechanism::GreedyRetention);
        }
        let outcome = carried_out(&meta, &Toy::default(), &Stop::new());
        let found = optima(&meta, &Samples::of(&meta, &outcome.rows, meta.objective));
        let shift = found[1].shift.as_ref().unwrap();
        assert_eq!((found.len(), shift.by), (2, -2.0 * 1073741824.0));
        assert!(shift.gain < 0.0 && shift.half_width.is_some());
    }

    #[test]
    fn a_place_that_always_failed_is_left_out() {
        let meta = meta(4, 3);
        let mut outcome = carried_out(&meta, &Toy::default(), &Stop::new());
        for row in outcome.rows.iter_mut().filter(|row| row.key.cell == 2) {
            row.status = Status::Failed("heap too small".into());
        }
        let found = optima(&meta, &Samples::of(&meta, &outcome.rows, meta.objective));
        assert_ne!(found[0].peak.at, 3.0 * 1073741824.0);
        assert_eq!(found[0].peak.value.count, 3);
    }
}
