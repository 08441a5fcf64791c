//! Policies against each other: each at its own best heap, averaged over all other axes, in paired replications.

use super::optima::{Line, known, lines, sign};
use super::samples::Samples;
use super::{Meta, NO_ABLATION};
use crate::metrics::estimate::{CONFIDENCE, Estimate, best, paired};

/// One policy (or combination of policies, where several families are swept).
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// Values of the policy axes, joined by " + ".
    pub name: String,
    /// The objective.
    pub value: Estimate,
    /// How far it lies behind the first one of the ranking; absent for that one.
    pub behind: Option<Estimate>,
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
pub(super) fn ranking(meta: &Meta, samples: &Samples) -> Ranking {
    let contestants = contestants(meta, samples);
    let cells: Vec<usize> = contestants.iter().flat_map(|(_, cells)| cells).copied().collect();
    let replications = samples.common(&cells);
    let sign = sign(meta);
    let mut scored: Vec<(String, Vec<f64>)> = contestants
        .into_iter()
        .filter(|(_, cells)| !cells.is_empty() && !replications.is_empty())
        .map(|(name, cells)| (name, average(samples, &cells, &replications)))
        .collect();
    let mean = |values: &[f64]| sign * values.iter().sum::<f64>();
    scored.sort_by(|left, right| mean(&right.1).total_cmp(&mean(&left.1)));
    let policies: Vec<Ranked> = scored.iter().filter_map(|entry| ranked(meta, entry, &scored[0].1)).collect();
    let real: Vec<usize> = (0..policies.len()).filter(|place| !policies[*place].bound).collect();
    let rows: Vec<Vec<f64>> =
        real.iter().map(|place| scored[*place].1.iter().map(|value| sign * value).collect()).collect();
    let best = best(&rows, 1.0 - CONFIDENCE).map(|place| real[place]);
    Ranking { policies, best }
}

fn ranked(meta: &Meta, (name, values): &(String, Vec<f64>), first: &[f64]) -> Option<Ranked> {
    let behind = (!std::ptr::eq(values.as_slice(), first)).then(|| paired(values, first, CONFIDENCE)).flatten();
    let bound = name.split(" + ").any(|policy| meta.bounds.iter().any(|bound| bound == policy));
    Some(Ranked { name: name.clone(), value: Estimate::of(values, CONFIDENCE)?, behind, bound })
}

/// Each policy with the cells that stand for it: the best heap of each of its lines with all mechanisms on.
fn contestants(meta: &Meta, samples: &Samples) -> Vec<(String, Vec<usize>)> {
    let mut found: Vec<(String, Vec<usize>)> = Vec::new();
    for line in lines(meta).iter().filter(|line| line.ablation == NO_ABLATION) {
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
        assert!(first.behind.is_none() && last.behind.unwrap().upper() < 0.0);
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
