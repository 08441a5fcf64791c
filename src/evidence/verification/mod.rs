//! The simulator against numbers that theory knows exactly.
//!
//! A table of cases names families of models, parameters, quantities and their values. Rows of the stochastic class are
//! simulated until they are known well enough: by whole scenarios where the simulator expresses the family ([`scenario`]),
//! else by small models on its kernel with its cluster, pools, policies and workloads. Rows of other classes are answered at
//! once by the code that runs use. A family is one line in a file of the folder `families`.

mod answer;
mod families;
mod family;
mod judge;
pub mod layouts;
mod models;
mod parts;
mod rows;
pub mod scenario;
mod table;
mod tolerance;
mod trial;

pub use answer::Answer;
pub use families::{GROUPS, families, family};
pub use family::Family;
pub use judge::{Outcome, Verdict};
pub use rows::{Asked, Case, Params, Refusal};
pub use table::Table;
pub use tolerance::{MOST_ERRORS, Tolerance};
pub use trial::{BATCHES, Estimate, RUNS, Sums, Trial, jackknife};

use crate::sweep::Progress;
use rayon::prelude::*;

/// The table that travels with the program, under the name of its file; `scenarios/verification` states its origin.
pub const CASES: (&str, &str) = (
    "scenarios/verification/queueing_and_allocation.csv",
    include_str!("../../../scenarios/verification/queueing_and_allocation.csv"),
);

/// How thoroughly, and on which random numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// Relative half-width of the 95 % confidence interval to which every stochastic row is run, above 0.
    pub precision: f64,
    /// Seed of all simulations.
    pub seed: u64,
    /// Whether the line of progress stays away.
    pub quiet: bool,
}

/// A table with what came of its rows.
#[derive(Clone, Debug)]
pub struct Verification {
    /// The table.
    pub table: Table,
    /// How it was run.
    pub plan: Plan,
    /// One for each row of the table; `None` for rows of families that were not chosen.
    pub outcomes: Vec<Option<Outcome>>,
}

/// A case that is ready to be simulated, and what is known of it at once.
struct Prepared {
    trial: Option<Box<dyn Trial>>,
    known: Vec<(usize, Outcome)>,
    faults: Vec<String>,
}

/// Judges every row of every case, on as many threads as the present pool has; their number changes nothing.
///
/// # Errors
/// Parameters that a family cannot take, all at once, each with file and line.
pub fn verify(table: Table, plan: Plan) -> Result<Verification, Vec<String>> {
    let prepared: Vec<Prepared> = table.cases.par_iter().map(prepare).collect();
    let told = |(line, fault): (u64, &String)| format!("{}:{line}: error: {fault}", table.file);
    let faults =
        table.lines.iter().zip(&prepared).flat_map(|(line, one)| one.faults.iter().map(|fault| (*line, fault)));
    let faults: Vec<String> = faults.map(told).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let progress = Progress::new(table.cases.len(), plan.quiet);
    let label = |number: usize| table.cases[number].name();
    let found: Vec<Vec<(usize, Outcome)>> = table
        .cases
        .par_iter()
        .zip(prepared)
        .enumerate()
        .map(|(number, (case, Prepared { trial, mut known, .. }))| {
            progress.start(number, label);
            let asked: Vec<&Asked> =
                case.asked.iter().filter(|asked| asked.tolerance == Tolerance::Stochastic).collect();
            if let Some(trial) = trial {
                let outcomes = judge::simulate(case, &*trial, &asked, &plan);
                known.extend(asked.iter().zip(outcomes).map(|(asked, outcome)| (asked.row, outcome)));
            }
            progress.finish(number, label);
            known
        })
        .collect();
    progress.clear();
    let mut outcomes = vec![None; table.rows.len()];
    for (row, outcome) in found.into_iter().flatten() {
        outcomes[row] = Some(outcome);
    }
    Ok(Verification { table, plan, outcomes })
}

/// Answers what can be answered at once, and sets up the simulation of the rest.
fn prepare(case: &Case) -> Prepared {
    let mut prepared = Prepared { trial: None, known: Vec::new(), faults: Vec::new() };
    let family = match family(&case.model) {
        Ok(family) => family,
        Err(fault) => return Prepared { faults: vec![fault], ..prepared },
    };
    for asked in case.asked.iter().filter(|asked| asked.tolerance != Tolerance::Stochastic) {
        match family.answer(&case.params, &asked.quantity) {
            Ok(found) => {
                let holds = asked.tolerance.allows(&asked.expected, &found);
                prepared.known.push((asked.row, Outcome::exact(found, holds)));
            }
            Err(Refusal::Unable(reason)) => prepared.known.push((asked.row, Outcome::none(&reason))),
            Err(Refusal::Parameters(fault)) => prepared.faults.push(fault),
        }
    }
    let simulated: Vec<&Asked> = case.asked.iter().filter(|asked| asked.tolerance == Tolerance::Stochastic).collect();
    if simulated.is_empty() {
        return prepared;
    }
    match family.trial(&case.params) {
        Ok(trial) => prepared.trial = Some(trial),
        Err(Refusal::Unable(reason)) => {
            prepared.known.extend(simulated.iter().map(|asked| (asked.row, Outcome::none(&reason))));
        }
        Err(Refusal::Parameters(fault)) => prepared.faults.push(fault),
    }
    prepared.faults.dedup();
    prepared
}
