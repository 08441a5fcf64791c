//! Cases of the table that travels with heapwise, for tests that look closer at some.

use heapwise::evidence::verification::{CASES, Case, Params, Table};

/// The cases of `families`.
pub fn cases(families: &[&str]) -> Vec<Case> {
    let only: Vec<String> = families.iter().map(|family| family.to_string()).collect();
    Table::read(CASES.0, CASES.1.as_bytes(), &only).unwrap().cases
}

/// A number that must be there.
pub fn number(params: &Params, key: &str) -> f64 {
    params.number(key).unwrap()
}
