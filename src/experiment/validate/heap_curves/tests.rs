//! Curves from three heap sizes against all others, on the public measurements.

use super::super::{Fit, Table};
use super::estimate::{Point, Prior, fit};
use super::{ENTRY, curve, groups, heap};

fn shared() -> Option<Table> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/calibration/gc_heap_curves.csv");
    let Ok(bytes) = std::fs::read(path) else {
        println!("skipped: ../shared is absent");
        return None;
    };
    Some(Table::read("gc_heap_curves.csv", &bytes[..], &ENTRY).expect("a sound table"))
}

/// Every set of three of the ten sizes, ascending.
fn triples() -> impl Iterator<Item = [f64; 3]> {
    (1..=8).flat_map(|a| (a + 1..=9).flat_map(move |b| (b + 1..=10).map(move |c| [a, b, c].map(f64::from))))
}

/// Programs whose curve from the sizes `fitted` is within 5 % at all sizes (at those from 2 up).
fn good(table: &Table, fitted: [f64; 3]) -> (usize, usize) {
    let fit = Fit { heaps: fitted.to_vec(), ..Fit::default() };
    let groups = groups(table, &fit).expect("known sizes");
    let mut good = (0, 0);
    for group in groups.iter().filter(|(name, _)| name.1 == "G1").map(|(_, group)| group) {
        let curve = curve(table, group).expect("fitted rows");
        let off = |row: &usize| {
            let measured = table.number(*row, "mean_iteration_ms").expect("measured");
            (curve.time(heap(table, *row)) / measured - 1.0).abs() > 0.05
        };
        let bad: Vec<f64> = group
            .rows
            .iter()
            .filter(|row| off(row))
            .map(|row| heap(table, *row))
            .filter(|h| !fitted.contains(h))
            .collect();
        good.0 += usize::from(bad.is_empty());
        good.1 += usize::from(bad.iter().all(|heap| *heap < 2.0));
    }
    good
}

#[test]
fn three_sizes_tell_the_others_where_they_can() {
    let Some(table) = shared() else { return };
    let mut counts = std::collections::BTreeMap::<&str, (usize, usize, usize)>::new();
    for triple in triples() {
        let (all, above) = good(&table, triple);
        let class = match triple {
            [1.0, 2.0, _] => "1, 2 and another",
            [1.0, _, _] => "1 and two from 3 up",
            [2.0, _, _] => "2 and two from 3 up",
            _ => "three from 3 up",
        };
        let count = counts.entry(class).or_default();
        *count = (count.0 + 1, count.1 + usize::from(all >= 12), count.2 + usize::from(above >= 12));
    }
    println!("class: triples, with 12 of 15 programs within 5 % at all sizes, at sizes from 2 up\n{counts:#?}");
}
