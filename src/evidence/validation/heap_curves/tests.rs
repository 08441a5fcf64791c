//! Curves from three heap sizes against all others, on the public measurements.

use std::collections::BTreeMap;

use super::super::{Fit, Table, validate};
use super::curve::Curve;
use super::estimate::{Point, Prior, fit, least_squares};
use super::groups::{Group, Groups, groups, heap, point};
use super::{ENTRY, predict};
use crate::base::testing::data;

fn published() -> Table {
    let bytes = std::fs::read(data("scenarios/calibration/gc_heap_curves.csv")).expect("bytes");
    Table::read("gc_heap_curves.csv", &bytes[..], &ENTRY).expect("a sound table")
}

/// Every set of three of the ten sizes, ascending.
fn triples() -> impl Iterator<Item = [f64; 3]> {
    (1..=8).flat_map(|a| (a + 1..=9).flat_map(move |b| (b + 1..=10).map(move |c| [a, b, c].map(f64::from))))
}

/// What is known of one program: its minimum heap and allocation, and its curve from all ten sizes.
struct Program {
    known: Option<(f64, f64)>,
    curve: Curve,
}

fn points(table: &Table, rows: &[usize]) -> Vec<Point> {
    rows.iter().filter_map(|row| point(table, *row)).collect()
}

fn known(table: &Table, group: &Group) -> Option<(f64, f64)> {
    table.number(group.rows[0], "min_heap_mb").zip(table.number(group.rows[0], "alloc_mb_per_s"))
}

/// The groups under G1, by program.
fn under_g1(table: &Table, fit: &Fit) -> BTreeMap<String, Group> {
    let groups: Groups = groups(table, fit).expect("known sizes");
    groups.into_iter().filter(|(name, _)| name.1 == "G1").map(|(name, group)| (name.0, group)).collect()
}

fn programs(table: &Table) -> BTreeMap<String, Program> {
    let whole = |group: &Group| least_squares(&points(table, &group.rows), 1.0).expect("ten points");
    let groups = under_g1(table, &Fit::default());
    groups
        .iter()
        .map(|(name, group)| (name.clone(), Program { known: known(table, group), curve: whole(group) }))
        .collect()
}

fn mean_and_spread(values: &[f64]) -> (f64, f64) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    (mean, (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt())
}

/// Least squares of `target` over three columns: coefficients, and the spread around them.
fn regress(rows: &[([f64; 3], f64)]) -> ([f64; 3], f64) {
    let mut system = [[0.0; 4]; 3];
    for (x, y) in rows {
        for i in 0..3 {
            (0..3).for_each(|j| system[i][j] += x[i] * x[j]);
            system[i][3] += x[i] * y;
        }
    }
    for i in 0..3 {
        let pivot = system[i];
        for (j, row) in system.iter_mut().enumerate().filter(|(j, _)| *j != i) {
            let factor = row[i] / pivot[i];
            assert!(j != i && factor.is_finite());
            (0..4).for_each(|k| row[k] -= factor * pivot[k]);
        }
    }
    let found = [0, 1, 2].map(|i| system[i][3] / system[i][i]);
    let miss = |(x, y): &([f64; 3], f64)| (y - (0..3).map(|i| x[i] * found[i]).sum::<f64>()).powi(2);
    let sum: f64 = rows.iter().map(miss).sum();
    (found, (sum / (rows.len() - 3) as f64).sqrt())
}

/// The numbers behind [`Prior::of`] from some programs: log(1 - live), log kappa, log kappa by allocation.
#[expect(clippy::type_complexity, reason = "used twice, right below")]
fn learned(programs: &[&Program]) -> ((f64, f64), (f64, f64), ([f64; 3], f64)) {
    let rooms: Vec<f64> = programs.iter().map(|one| (1.0 - one.curve.live).ln()).collect();
    let kappas: Vec<f64> = programs.iter().map(|one| one.curve.kappa.ln()).collect();
    let rows = programs.iter().filter_map(|one| {
        let (minimum, rate) = one.known?;
        Some(([1.0, (rate / minimum).ln(), minimum.ln()], one.curve.kappa.ln()))
    });
    (mean_and_spread(&rooms), mean_and_spread(&kappas), regress(&rows.collect::<Vec<_>>()))
}

/// What would be known of the program `name` from all others.
fn prior_without(programs: &BTreeMap<String, Program>, name: &str) -> Prior {
    let others: Vec<&Program> = programs.iter().filter(|(other, _)| *other != name).map(|(_, one)| one).collect();
    let (log_room, log_kappa, ([a, b, c], spread)) = learned(&others);
    let by_allocation = |(minimum, rate): (f64, f64)| (a + b * (rate / minimum).ln() + c * minimum.ln(), spread);
    Prior { log_kappa: programs[name].known.map_or(log_kappa, by_allocation), log_room }
}

#[test]
fn the_prior_is_what_the_fifteen_programs_say() {
    let table = published();
    let programs = programs(&table);
    let (room, kappa, (by_allocation, spread)) = learned(&programs.values().collect::<Vec<_>>());
    println!("{room:?} {kappa:?} {by_allocation:?} {spread}");
    let (minimum, rate) = (100.0f64, 1000.0f64);
    let expected = by_allocation[0] + by_allocation[1] * 10f64.ln() + by_allocation[2] * minimum.ln();
    let (bare, full) = (Prior::of(None), Prior::of(Some((minimum, rate))));
    let pairs = [(bare.log_room, room), (bare.log_kappa, kappa), (full.log_kappa, (expected, spread))];
    for (ours, theirs) in pairs {
        assert!((ours.0 - theirs.0).abs() < 0.01 && (ours.1 - theirs.1).abs() < 0.01, "{ours:?} {theirs:?}");
    }
}

/// Programs whose curve from the sizes `fitted` is within 5 % at all other sizes, and at the others from 2 up.
fn good(table: &Table, priors: &BTreeMap<String, Prior>, fitted: [f64; 3]) -> (usize, usize) {
    let mut good = (0, 0);
    for (name, group) in under_g1(table, &Fit { heaps: fitted.to_vec(), ..Fit::default() }) {
        let heaps: Vec<f64> = group.rows.iter().map(|row| heap(table, *row)).collect();
        let curve = fit(&points(table, &group.fitted), &priors[&name], &heaps).expect("three points");
        let off = |point: &Point| (curve.time(point.heap) / point.time - 1.0).abs() > 0.05;
        let others = points(table, &group.rows).into_iter().filter(|point| !fitted.contains(&point.heap));
        let bad: Vec<f64> = others.filter(off).map(|point| point.heap).collect();
        good.0 += usize::from(bad.is_empty());
        good.1 += usize::from(bad.iter().all(|heap| *heap < 2.0));
    }
    good
}

/// All 120 sets of three heap sizes, each program with what the other fourteen say: how many sets tell at least 12 of 15
/// programs within 5 % at all other heap sizes, and at those from 2 up.
#[test]
fn three_sizes_tell_the_others_where_they_can() {
    let table = published();
    let programs = programs(&table);
    let priors = programs.keys().map(|name| (name.clone(), prior_without(&programs, name))).collect();
    let mut counts = BTreeMap::<&str, (usize, usize, usize)>::new();
    for triple in triples() {
        let (all, above) = good(&table, &priors, triple);
        let class = match triple {
            [1.0, 2.0, _] => "1, 2 and another",
            [1.0, _, _] => "1 and two from 3 up",
            [2.0, _, _] => "2 and two from 3 up",
            _ => "three from 3 up",
        };
        let count = counts.entry(class).or_default();
        *count = (count.0 + 1, count.1 + usize::from(all >= 12), count.2 + usize::from(above >= 12));
    }
    println!("sets, those that tell all sizes, those that tell sizes from 2 up: {counts:#?}");
    assert_eq!(counts["1, 2 and another"], (8, 8, 8));
    assert_eq!(counts["2 and two from 3 up"], (28, 0, 28));
    assert_eq!(counts["1 and two from 3 up"], (28, 9, 9));
    assert_eq!(counts["three from 3 up"], (56, 0, 16));
}

/// Pairs of programs that are alike from twice the minimum heap up, and apart at the minimum: whatever tells one of a
/// pair from sizes of 2 up tells the other wrongly.
#[test]
fn the_minimum_heap_cannot_be_told_from_larger_ones() {
    let table = published();
    let groups = under_g1(&table, &Fit::default());
    let times = |name: &str| points(&table, &groups[name].rows).iter().map(|point| point.time).collect::<Vec<f64>>();
    let pairs = [("eclipse", "graphchi"), ("batik", "cassandra"), ("avrora", "jme"), ("h2", "jython")];
    for (a, b) in pairs.into_iter().chain([("tradebeans", "tradesoap")]) {
        let ratios: Vec<f64> = times(a).iter().zip(times(b)).map(|(a, b)| a / b).collect();
        let (low, high) = ratios[1..].iter().fold((f64::MAX, 0f64), |(low, high), r| (low.min(*r), high.max(*r)));
        // Scaled to agree as well as they can from 2 up, they differ by at most half of the spread there.
        let (alike, apart) = ((high / low).sqrt() - 1.0, ratios[0] / (high * low).sqrt());
        let apart = apart.max(1.0 / apart);
        println!("{a} and {b}: {:.1} % apart from 2 up, a factor of {apart:.2} at 1", 100.0 * alike);
        assert!(alike < 0.03 && apart > 1.05 / 0.95, "{a} {b}: {alike} {apart}");
    }
}

const HEAD: &str = "workload,collector,heap_over_min,mean_iteration_ms\n";

fn predicted(rows: &str, fit: &Fit) -> (Vec<Option<f64>>, Vec<bool>, Vec<String>) {
    let table = Table::read("x.csv", (HEAD.to_string() + rows).as_bytes(), &ENTRY).expect("a sound table");
    let told = predict(&table, fit).expect("sound options");
    let number = |value: &Option<super::Prediction>| match value {
        Some(super::Prediction::Number(number)) => Some(*number),
        _ => None,
    };
    let values = told.rows.iter().map(|row| number(&row.values[0])).collect();
    (values, told.rows.iter().map(|row| row.fitted).collect(), told.notes)
}

#[test]
fn the_two_smallest_and_the_largest_measured_heaps_are_fitted() {
    let (values, fitted, notes) =
        predicted("a,G1,6,1020\na,G1,1,2000\na,G1,3,1050\na,G1,2,1100\na,G1,8,\nb,Z,2,77\n", &Fit::default());
    assert_eq!(fitted, [true, true, false, true, false, true]);
    assert!(notes.is_empty() && values.iter().all(Option::is_some), "{values:?} {notes:?}");
    assert!((values[5].unwrap() / 77.0 - 1.0).abs() < 1e-9);
}

#[test]
fn a_curve_without_fitted_rows_is_that_of_another_collector() {
    let fit = Fit { heaps: vec![1.0, 3.0, 6.0], ..Fit::default() };
    let (values, _, notes) = predicted("a,G1,6,1020\na,G1,1,2000\na,G1,3,1050\na,Z,2,77\nb,Z,2,9\n", &fit);
    assert!((1050.0..2000.0).contains(&values[3].unwrap()), "{values:?}");
    assert_eq!(values[4], None);
    assert!(notes[0].contains("a under Z") && notes[1].contains("b under Z"), "{notes:?}");
}

#[test]
fn sizes_that_no_row_has_and_tables_without_times_are_refused() {
    let table = Table::read("x.csv", (HEAD.to_string() + "a,G1,1,5\na,G1,2,4\n").as_bytes(), &ENTRY).expect("sound");
    let faults = validate(&ENTRY, table, &Fit { heaps: vec![2.0, 3.0, 0.5], ..Fit::default() }).err().expect("faults");
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults[0].contains("--fit-heaps") && faults[0].contains('3') && faults[0].contains("1, 2"), "{faults:?}");
    let bare = "workload,collector,heap_over_min,mean_iteration\na,G1,1,5\n";
    let table = Table::read("x.csv", bare.as_bytes(), &ENTRY).expect("sound");
    let faults = validate(&ENTRY, table, &Fit::default()).err().expect("a fault");
    assert!(faults[0].contains("mean_iteration_ms") && faults[0].contains("(it has `mean_iteration`)"), "{faults:?}");
}
