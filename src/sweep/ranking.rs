//! Policies against each other: each at its own best heap, averaged over all other axes, in paired replications.

use super::Meta;
use super::optima::{Line, known, lines, sign};
use super::samples::Samples;
use crate::scenario::Ablation;
use crate::stats::{CONFIDENCE, Estimate, best, paired};

/// One policy (or combination of policies, where several families are swept).
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// Values of the policy axes, joined by " + ".
    pub name: String,
    /// The objective.
    pub value: Estimate,
    /// Its difference to the first real policy, from pairs; absent for that one. The interval is corrected for the
    /// number of policies, so that the verdict can be read off the table.
    pub gap: Option<Estimate>,
    /// An unreachable reference.
    pub bound: bool,
}

/// All policies, best mean first.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranking {
    /// The policies.
    pub policies: Vec<Ranked>,
    /// The place of the policy that beats every other real one, if the intervals allow one.
    pub best: Option<usize>,
}

/// Ranks the values of the policy axes; empty without such an axis or without a common replication.
///
/// A policy that measured nothing at some combination of the other axes is left out: its average would be over
/// easier ground. The warnings tell of the runs that failed.
pub(super) fn ranking(meta: &Meta, samples: &Samples) -> Ranking {
    let mut contestants = contestants(meta, samples);
    let most = contestants.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
    contestants.retain(|(_, cells)| cells.len() == most);
    let cells: Vec<usize> = contestants.iter().flat_map(|(_, cells)| cells).copied().collect();
    let replications = samples.common(&cells);
    if cells.is_empty() || replications.is_empty() {
        return Ranking { policies: Vec::new(), best: None };
    }
    let sign = sign(meta);
    let scored = contestants.into_iter().map(|(name, cells)| (name, average(samples, &cells, &replications)));
    let mut scored: Vec<(String, Vec<f64>)> = scored.collect();
    let mean = |values: &[f64]| sign * values.iter().sum::<f64>();
    scored.sort_by(|left, right| mean(&right.1).total_cmp(&mean(&left.1)));

    let real: Vec<usize> = (0..scored.len()).filter(|place| !is_bound(meta, &scored[*place].0)).collect();
    let signed = |place: &usize| scored[*place].1.iter().map(|value| sign * value).collect();
    let rows: Vec<Vec<f64>> = real.iter().map(signed).collect();
    let reference = real.first().copied().unwrap_or(0);
    let confidence = 1.0 - (1.0 - CONFIDENCE) / (real.len().max(2) - 1) as f64;
    let ranked = |(place, (name, values)): (usize, &(String, Vec<f64>))| {
        let gap = paired(values, &scored[reference].1, confidence).filter(|_| place != reference);
        Some(Ranked { name: name.clone(), value: Estimate::of(values, CONFIDENCE)?, gap, bound: is_bound(meta, name) })
    };
    Ranking {
        policies: scored.iter().enumerate().filter_map(ranked).collect(),
        best: best(&rows, 1.0 - CONFIDENCE).map(|place| real[place]),
    }
}

fn is_bound(meta: &Meta, name: &str) -> bool {
    name.split(" + ").any(|policy| meta.bounds.iter().any(|bound| bound == policy))
}

/// Each policy with the cells that stand for it: the best heap of each of its lines with all mechanisms on.
fn contestants(meta: &Meta, samples: &Samples) -> Vec<(String, Vec<usize>)> {
    let mut found: Vec<(String, Vec<usize>)> = Vec::new();
    for line in lines(meta).iter().filter(|line| line.ablation == Ablation::None) {
        let Some(name) = meta.policy_name(line.cells[0]) else { continue };
        let cell = best_cell(meta, samples, line);
        match found.iter_mut().find(|entry| entry.0 == name) {
            Some(entry) => entry.1.extend(cell),
            None => found.push((name, cell.into_iter().collect())),
        }
    }
    found
}

fn best_cell(meta: &Meta, samples: &Samples, line: &Line) -> Option<usize> {
    let cells = known(samples, line);
    let replications = samples.common(&cells);
    let mean = |cell: &usize| samples.chosen(*cell, &replications, sign(meta)).iter().sum::<f64>();
    cells.into_iter().reduce(|best, cell| if mean(&cell) > mean(&best) { cell } else { best })
}

/// The mean over cells, by replication.
fn average(samples: &Samples, cells: &[usize], replications: &[usize]) -> Vec<f64> {
    let columns: Vec<Vec<f64>> = cells.iter().map(|cell| samples.chosen(*cell, replications, 1.0)).collect();
    let mean = |r: usize| columns.iter().map(|values| values[r]).sum::<f64>() / cells.len() as f64;
    (0..replications.len()).map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::super::toy::{Toy, carried_out, meta};
    use super::super::{AxisKind, Meta, Stop};
    use super::*;
    use crate::metrics::columns;

    /// Policies called by `names`, each with one heap, whose throughput is 99, 100, 99, 96 … plus common noise.
    fn policies(names: &[&str]) -> Meta {
        let mut meta = meta(names.len(), 6);
        for (cell, name) in meta.cells.iter_mut().zip(names) {
            cell.values = vec![name.to_string(), "1 GiB".into()];
        }
        meta
    }

    fn rank(meta: &Meta) -> Ranking {
        let rows = carried_out(meta, &Toy::default(), &Stop::new()).rows;
        ranking(meta, &Samples::of(meta, &rows, meta.objective))
    }

    #[test]
    fn a_clear_leader_is_best_although_the_plain_intervals_overlap() {
        let found = rank(&policies(&["a", "b", "c", "d", "e"]));
        assert_eq!(found.policies.iter().map(|p| p.name.as_str()).next(), Some("c"));
        assert_eq!(found.policies.len(), 5);
        let (first, last) = (&found.policies[0], &found.policies[4]);
        assert!(first.gap.is_none() && last.gap.unwrap().upper() < 0.0);
        assert!(first.value.lower() < last.value.upper());
    }

    #[test]
    fn equal_policies_have_no_best_and_a_bound_is_never_best() {
        let mut twins = policies(&["a", "b"]);
        twins.objective = columns::WARM_UP_REACHED;
        assert_eq!(rank(&twins).best, None);
        let bounded = rank(&policies(&["a", "b", "oracle"]));
        assert!(bounded.policies[0].bound);
        assert_eq!(bounded.best.map(|place| bounded.policies[place].name.as_str()), Some("b"));
    }

    #[test]
    fn where_less_is_better_the_least_comes_first() {
        let mut meta = policies(&["a", "b", "c"]);
        meta.objective = columns::LATENCY_MEAN;
        let found = rank(&meta);
        assert_eq!((found.policies[0].name.as_str(), found.best), ("c", Some(0)));
    }

    #[test]
    fn without_a_policy_axis_there_is_nothing_to_rank() {
        let mut meta = policies(&["a", "b"]);
        meta.axes[0].kind = AxisKind::Other;
        assert_eq!(rank(&meta), Ranking { policies: vec![], best: None });
    }
}
