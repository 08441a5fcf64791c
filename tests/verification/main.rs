//! The simulator as built against exact theory: queues, shared cores, loss systems, allocators and a line with credit.
//!
//! `cargo test` runs every row until its standard error is at most 3 %; `scripts/verify.sh` until it is 0.26 %. Either way a
//! row holds within 3 standard errors.

#[path = "../../src/experiment/verify/estimate.rs"]
mod estimate;
mod invariance;
#[path = "../../src/experiment/verify/judge.rs"]
mod judge;
mod optimum;
#[path = "../../src/experiment/verify/quantile.rs"]
mod quantile;
#[path = "../../src/experiment/verify/rows.rs"]
mod rows;
mod rules;
#[path = "../../src/experiment/verify/scenario.rs"]
mod scenario;
#[path = "../../src/experiment/verify/watch.rs"]
mod watch;

use judge::{FULL, Length, SHORT, judge};
use rayon::prelude::*;
use rows::Case;

/// Families that must hold whatever their parameters.
const FAMILIES: &[&str] = &[
    "mm1",
    "mmc",
    "mmck",
    "mg1_fcfs",
    "mg1_ps",
    "erlang_b",
    "kaufman_roberts",
    "tandem2_saturated_bbs",
    "contiguous_first_fit",
    "contiguous_best_fit",
    "contiguous_worst_fit",
    "contiguous_next_fit",
    "binary_buddy",
];

/// A few rows, for where the table is absent.
const SAMPLE: &str = include_str!("sample.csv");

/// Judges all cases; panics with the rows that do not hold.
fn all_hold(cases: &[Case], length: Length) {
    let verdicts: Vec<judge::Verdict> = cases
        .par_iter()
        .map(|case| {
            let setup =
                scenario::of(case).unwrap_or_else(|| panic!("no scenario for {} {:?}", case.model, case.params));
            judge(case, &setup, length)
        })
        .collect();
    let failed: Vec<&String> = verdicts.iter().flat_map(|verdict| &verdict.failed).collect();
    let customers: f64 = verdicts.iter().map(|verdict| verdict.customers).sum();
    verdicts.iter().flat_map(|verdict| &verdict.lines).for_each(|line| println!("{line}"));
    println!("{} cases, {customers:.0} customers in their last attempts", cases.len());
    assert!(failed.is_empty(), "{failed:?}");
}

/// Families to run: all, or those that HEAPWISE_FAMILIES names.
fn families() -> Vec<&'static str> {
    let chosen = std::env::var("HEAPWISE_FAMILIES").unwrap_or_default();
    FAMILIES
        .iter()
        .copied()
        .filter(|family| chosen.is_empty() || chosen.split(',').any(|name| name == *family))
        .collect()
}

#[test]
fn a_sample_of_every_family_holds() {
    let cases = rows::cases_of(SAMPLE, FAMILIES);
    for family in FAMILIES {
        assert!(cases.iter().any(|case| case.model == *family), "no sample of {family}");
    }
    if rows::table(FAMILIES).is_none() {
        all_hold(&cases, SHORT);
    }
}

#[test]
fn the_whole_table_holds() {
    match rows::table(&families()) {
        Some(cases) => all_hold(&cases, SHORT),
        None => println!("skipped: ../shared is absent"),
    }
}

#[test]
#[ignore = "takes long: run by scripts/verify.sh"]
fn the_whole_table_holds_at_full_length() {
    match rows::table(&families()) {
        Some(cases) => all_hold(&cases, FULL),
        None => println!("skipped: ../shared is absent"),
    }
}
