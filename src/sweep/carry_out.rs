//! One sweep from first to last run: carries out what is missing, and asks for more replications where they are needed.

use std::fmt;

use super::samples::Samples;
use super::{Meta, Plan, Row, RowSink, RunOutput, SinkError, Stop, Work, pool};
use crate::stats::{CONFIDENCE, precise_enough};

/// In which order runs start. Rows leave in index order either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Lowest index first.
    #[default]
    Forward,
    /// Highest index first, to show that the order does not matter. Keeps all outputs until the last run.
    Reverse,
}

/// How a sweep is carried out. None of this may change a byte of the result.
pub struct Sweep<'a> {
    /// What it is about.
    pub meta: &'a Meta,
    /// Threads, at least 1.
    pub threads: usize,
    /// Order in which runs start.
    pub order: Order,
    /// Ends the sweep early.
    pub stop: &'a Stop,
    /// No progress line.
    pub quiet: bool,
}

/// What a sweep came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// One row a finished run, in index order and without gaps.
    pub rows: Vec<Row>,
    /// Runs that were planned; more than there are rows if the sweep was stopped.
    pub planned: usize,
}

impl Outcome {
    /// Whether the sweep was stopped before its end.
    pub fn is_interrupted(&self) -> bool {
        self.rows.len() < self.planned
    }

    /// Whether a run ended by a fault of ours.
    pub fn has_panics(&self) -> bool {
        self.rows.iter().any(|row| matches!(row.status, super::Status::Panicked(_)))
    }
}

/// Why a sweep could not go on.
#[derive(Debug)]
pub enum SweepError {
    /// A row could not be kept.
    Sink(SinkError),
    /// Threads could not be started.
    Threads(String),
}

impl fmt::Display for SweepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SweepError::Sink(error) => error.fmt(f),
            SweepError::Threads(cause) => write!(f, "cannot start threads: {cause}"),
        }
    }
}

impl std::error::Error for SweepError {}

/// Carries out every run of the plan that is not among the rows `done`, which must be its first ones.
pub fn sweep(work: &dyn Work, sweep: &Sweep, done: Vec<Row>, sink: &mut dyn RowSink) -> Result<Outcome, SweepError> {
    let plan = Plan::of(sweep.meta);
    let mut rows = done;
    let mut planned = plan.cells * first_replications(sweep.meta) as usize;
    loop {
        let missing = rows.len()..planned.max(rows.len());
        let mut accept = |index: usize, output: RunOutput| {
            let key = plan.key(index);
            sink.accept(&key, &output)?;
            rows.push(Row { key, status: output.status, record: output.record });
            Ok(())
        };
        if !missing.is_empty() {
            pool::carry_out(work, sweep, missing, &mut accept)?;
        }
        if rows.len() < planned || !wants_more(sweep.meta, &rows[..planned]) {
            return Ok(Outcome { rows, planned });
        }
        planned += plan.cells;
    }
}

fn first_replications(meta: &Meta) -> u32 {
    meta.precision.map_or(meta.replications, |precision| precision.least(meta.replications))
}

/// Whether some cell's objective is not yet known well enough and one more replication of all cells is allowed.
/// All cells replicate together, because comparisons are paired.
fn wants_more(meta: &Meta, rows: &[Row]) -> bool {
    let Some(precision) = meta.precision else { return false };
    let allowed = !meta.cells.is_empty() && rows.len() / meta.cells.len() < precision.most as usize;
    allowed && imprecise(meta, rows) > 0
}

/// Cells whose objective is not known as well as was asked for; those of which nothing is known do not count.
pub(super) fn imprecise(meta: &Meta, rows: &[Row]) -> usize {
    let Some(precision) = meta.precision else { return 0 };
    let samples = Samples::of(meta, rows, meta.objective);
    let is_vague = |values: &Vec<f64>| !values.is_empty() && !precise_enough(values, precision.relative, CONFIDENCE);
    (0..meta.cells.len()).map(|cell| samples.cell(cell)).filter(is_vague).count()
}

#[cfg(test)]
mod tests {
    use super::super::toy::{Toy, carried_out, meta};
    use super::super::{Precision, RunKey, Status};
    use super::*;
    use crate::metrics::columns;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn with(threads: usize, order: Order, toy: Toy) -> Outcome {
        let (meta, stop) = (meta(3, 4), Stop::new());
        let how = Sweep { meta: &meta, threads, order, stop: &stop, quiet: true };
        let mut kept = Vec::new();
        let outcome = sweep(&toy, &how, Vec::new(), &mut kept).unwrap();
        assert_eq!(kept, outcome.rows.iter().map(|row| row.key.index).collect::<Vec<_>>());
        outcome
    }

    #[test]
    fn threads_and_order_change_nothing() {
        let one = with(1, Order::Forward, Toy::default());
        assert_eq!(one.rows.len(), 12);
        assert_eq!(one, with(2, Order::Forward, Toy::default()));
        assert_eq!(one, with(7, Order::Forward, Toy::default()));
        assert_eq!(one, with(2, Order::Reverse, Toy::default()));
    }

    /// Cells 1 and 4 are the same, and so are 2 and 5.
    struct Doubles(AtomicUsize);

    impl Work for Doubles {
        fn run(&self, key: RunKey) -> RunOutput {
            self.0.fetch_add(1, Ordering::Relaxed);
            Toy::default().run(RunKey { cell: if key.cell > 3 { key.cell - 3 } else { key.cell }, ..key })
        }

        fn alike(&self, cell: usize) -> usize {
            if cell > 3 { cell - 3 } else { cell }
        }
    }

    #[test]
    fn what_is_alike_runs_once_and_changes_no_row() {
        struct Apart(Doubles);
        impl Work for Apart {
            fn run(&self, key: RunKey) -> RunOutput {
                self.0.run(key)
            }
        }
        let (meta, stop) = (meta(6, 5), Stop::new());
        let carried = |work: &dyn Work, (threads, order, done): (usize, Order, Vec<Row>)| {
            let how = Sweep { meta: &meta, threads, order, stop: &stop, quiet: true };
            sweep(work, &how, done, &mut Vec::<usize>::new()).unwrap()
        };
        let apart = carried(&Apart(Doubles(AtomicUsize::new(0))), (2, Order::Forward, vec![]));
        assert_eq!(apart.rows.len(), 30);
        for (threads, order, done, runs) in [
            (1, Order::Forward, 0, 20),
            (3, Order::Forward, 0, 20),
            (2, Order::Reverse, 0, 20),
            (2, Order::Forward, 10, 14),
        ] {
            let work = Doubles(AtomicUsize::new(0));
            assert_eq!(carried(&work, (threads, order, apart.rows[..done].to_vec())), apart);
            // Of the second replication, four rows are there: its cells 4 and 5 run again, as outputs are gone.
            assert_eq!(work.0.load(Ordering::Relaxed), runs);
        }
    }

    #[test]
    fn a_panic_ends_its_own_run_only() {
        let outcome = with(2, Order::Forward, Toy { panics_at: Some(4), ..Toy::default() });
        assert_eq!((outcome.rows.len(), outcome.has_panics()), (12, true));
        assert_eq!(outcome.rows[4].status, Status::Panicked("toy fault in run 4".into()));
        assert!(outcome.rows.iter().filter(|row| row.key.index != 4).all(|row| row.status == Status::Ok));
    }

    #[test]
    fn a_stop_lets_started_runs_finish_and_starts_no_others() {
        let stop = Stop::new();
        let outcome = carried_out(&meta(3, 4), &Toy { stops_at: Some((5, stop.clone())), ..Toy::default() }, &stop);
        assert!(outcome.is_interrupted());
        assert_eq!((outcome.rows.len(), outcome.planned), (6, 12));
    }

    #[test]
    fn a_sink_that_fails_ends_the_sweep() {
        struct Full;
        impl RowSink for Full {
            fn accept(&mut self, key: &super::super::RunKey, _: &RunOutput) -> Result<(), SinkError> {
                if key.index == 2 { Err("disk full".into()) } else { Ok(()) }
            }
        }
        let (meta, stop) = (meta(3, 40), Stop::new());
        let how = Sweep { meta: &meta, threads: 2, order: Order::Forward, stop: &stop, quiet: true };
        assert_eq!(sweep(&Toy::default(), &how, Vec::new(), &mut Full).unwrap_err().to_string(), "disk full");
    }

    #[test]
    fn replications_are_added_until_the_objective_is_known() {
        let mut meta = meta(2, 3);
        let runs = |meta: &Meta| carried_out(meta, &Toy::default(), &Stop::new()).rows.len();
        assert_eq!(runs(&meta), 6);
        meta.precision = Some(Precision { relative: 0.5, most: 60 });
        assert_eq!(runs(&meta), 20, "ten replications at least");
        meta.precision = Some(Precision { relative: 0.02, most: 60 });
        let needed = runs(&meta);
        assert!(needed > 20 && needed < 120, "{needed}");
        meta.precision = Some(Precision { relative: 1e-9, most: 13 });
        assert_eq!(runs(&meta), 26, "no more than allowed");
    }

    /// A cell without chance, and one that answers 9, 11, 9, 11, ...
    struct Known;

    impl Work for Known {
        fn run(&self, key: RunKey) -> RunOutput {
            let noise = [-1.0, 1.0][key.replication as usize % 2] * key.cell as f64;
            let mut output = Toy::default().run(key);
            output.record.set(columns::THROUGHPUT, 10.0 + noise);
            output
        }
    }

    #[test]
    fn a_hand_worked_sweep_stops_where_it_must() {
        let replications = |cells: usize, (asked, relative, most): (u32, f64, u32)| {
            let precision = Some(Precision { relative, most });
            let meta = Meta { precision, ..meta(cells, asked) };
            carried_out(&meta, &Known, &Stop::new()).rows.len() / cells
        };
        // Nothing varies: as few as are asked for, but ten.
        assert_eq!([3, 10, 12].map(|asked| replications(1, (asked, 0.01, 100))), [10, 10, 12]);
        // After ten the half-width is 2.262157 sqrt(10/9) / sqrt(10) = 7.54 % of the mean of 10, after eleven
        // 2.228139 * 1.044466 / sqrt(11) = 7.08 % of 9.909; at most 0.08 / 1.08 = 7.41 % is asked for.
        assert_eq!(replications(2, (3, 0.08, 100)), 11);
        assert_eq!(replications(2, (3, 0.082, 100)), 10);
        assert_eq!(replications(2, (3, 0.01, 15)), 15);
        assert_eq!(replications(2, (3, 0.01, 4)), 4, "no more than allowed, even where ten are too few to ask");
    }

    #[test]
    fn a_cell_more_changes_no_other_row() {
        let small = carried_out(&meta(2, 3), &Toy::default(), &Stop::new());
        let large = carried_out(&meta(3, 3), &Toy::default(), &Stop::new());
        for row in &small.rows {
            let same = |other: &&Row| (other.key.cell, other.key.replication) == (row.key.cell, row.key.replication);
            let other = large.rows.iter().find(same).unwrap();
            assert_eq!((other.key.seed, &other.record), (row.key.seed, &row.record));
        }
    }
}
