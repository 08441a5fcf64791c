//! The simulator as built against exact theory: every row of the table that travels with it, at short length, and laws that
//! need no table. `heapwise verify` does the same at any length.

mod falls;
mod invariance;
mod optimum;
mod rows;

use heapwise::experiment::verify::{CASES, Family, Outcome, Plan, Table, families, verify};

/// Half-width of intervals: seconds in all.
const SHORT: f64 = 0.06;

#[test]
fn every_family_holds_at_short_length() {
    let table = Table::read(CASES.0, CASES.1.as_bytes(), &[]).unwrap();
    let verification = verify(table, Plan { precision: SHORT, seed: 1, quiet: true }).unwrap();
    let outcomes = || verification.table.rows.iter().zip(&verification.outcomes);
    let failed = |outcome: &Option<Outcome>| outcome.as_ref().is_none_or(Outcome::failed);
    let failed: Vec<_> = outcomes().filter(|(_, outcome)| failed(outcome)).collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn every_family_has_cases() {
    let table = Table::read(CASES.0, CASES.1.as_bytes(), &[]).unwrap();
    let bare = |family: &&Family| table.cases.iter().all(|case| case.model != family.name);
    let bare: Vec<&str> = families().filter(bare).map(|family| family.name).collect();
    assert!(bare.is_empty(), "{bare:?}");
}
