//! A JVM program that replaces byte arrays at random, under five collectors and many heap sizes.
//!
//! Each of `threads` threads fills its part of a large array of references with objects, then makes one object after
//! another; a share of them each replace an evenly chosen one. After the fill there are 3 s of warm-up, then
//! 5 s are measured. The throughput is that of the 5 s; collections and pauses are those of the log's last 5 s.

use rayon::prelude::*;

use super::cluster::{Observed, observe};
use super::jvm::{Described, described};
use super::{Column, Dataset, Fit, Fits, Holds, Judged, Predicted, Prediction, Predictions, Quantity, Table};
use crate::base::{Bytes, Entry};
use crate::heap::Identity;
use crate::heap::hotspot::compressed_limit;
use crate::jvm::Window;
use crate::jvm::description::Coefficients;

/// The registry entry.
pub const ENTRY: Entry<Dataset> = Entry {
    name: "gc-churn",
    summary: "throughput and collections of a program that replaces arrays at random",
    source: "our measurements, OpenJDK 17, Zen 4",
    params: &[],
    traits: &[],
    build: Dataset {
        columns: &[
            Column { name: "gc", holds: Holds::Collector },
            Column { name: "live_mb", holds: Holds::Number(1.0, 1e6) },
            Column { name: "heap_mb", holds: Holds::Number(1.0, 1e6) },
            Column { name: "survive", holds: Holds::Number(0.0, 1.0) },
            Column { name: "threads", holds: Holds::Number(1.0, 1024.0) },
            Column { name: "object_bytes", holds: Holds::Number(1.0, 1e6) },
        ],
        key: &["gc", "live_mb", "ratio", "survive", "threads", "object_bytes"],
        group: "gc",
        quantities: &[
            Quantity { column: "ops_per_s", unit: "/s", judged: Judged::Relative, bound: 0.25 },
            Quantity { column: "gc_share", unit: "", judged: Judged::Absolute, bound: 0.05 },
            Quantity { column: "young", unit: "", judged: Judged::Count, bound: 0.15 },
            Quantity { column: "full", unit: "", judged: Judged::Count, bound: 0.15 },
            Quantity { column: "status", unit: "", judged: Judged::Word, bound: 0.0 },
        ],
        predict,
        curves: None,
        scenarios: None,
        fits: Fits { rows: false, description: Some("openjdk17-arrays") },
    },
};

/// Feature release that was measured.
const JDK: u32 = 17;
/// Cores of the machine that was measured.
const CORES: f64 = 2.0;
/// Seconds of warm-up and of the measured window.
const WARM_UP: f64 = 3.0;
const MEASURED: f64 = 5.0;
/// Batches of this share of the heap: small against any eden.
const BATCHES: f64 = 800.0;
/// How often the simulated time is doubled where loading takes long.
const MOST_DOUBLINGS: u32 = 6;
/// Object header of an array, and the grain of objects.
const HEADER: f64 = 16.0;
const GRAIN: f64 = 8.0;
/// Live bytes of the JVM itself.
const LIVE: u64 = 1048576;

fn predict(table: &Table, fit: &Fit) -> Result<Predictions, Vec<String>> {
    let described = described(fit, "openjdk17-arrays")?;
    described.needs(["churn"].into_iter().filter(|_| !table.is_empty()))?;
    let cells: Vec<Cell> = (0..table.len()).map(|row| Cell::of(table, row)).collect();
    let outcomes: Vec<Result<Outcome, String>> = cells.par_iter().map(|cell| cell.simulate(&described)).collect();
    let mut notes: Vec<String> = Vec::new();
    let mut rows = Vec::with_capacity(outcomes.len());
    for outcome in outcomes {
        rows.push(match outcome {
            Ok(outcome) => outcome.predicted(),
            Err(reason) => {
                if !notes.contains(&reason) {
                    notes.push(reason);
                }
                Predicted::default()
            }
        });
    }
    Ok(Predictions { rows, notes })
}

/// What a row says of the program.
#[derive(Clone, Debug)]
struct Cell {
    gc: String,
    live: f64,
    heap: Bytes,
    survive: f64,
    threads: f64,
    object: f64,
}

/// What came of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Outcome {
    Ran { operations: f64, share: f64, young: u64, full: u64 },
    OutOfMemory,
}

impl Outcome {
    fn predicted(self) -> Predicted {
        let (numbers, status) = match self {
            Outcome::Ran { operations, share, young, full } => ([operations, share, young as f64, full as f64], "ok"),
            Outcome::OutOfMemory => ([0.0; 4], "oom"),
        };
        let mut values: Vec<Option<Prediction>> = numbers.map(|number| Some(Prediction::Number(number))).into();
        values.push(Some(Prediction::Word(status.into())));
        Predicted { values, ..Predicted::default() }
    }
}

impl Cell {
    fn of(table: &Table, row: usize) -> Cell {
        let number = |column| table.number(row, column).unwrap_or(0.0);
        Cell {
            gc: table.text(row, "gc").to_string(),
            live: number("live_mb") * 1048576.0,
            heap: Bytes::from_f64(number("heap_mb") * 1048576.0),
            survive: number("survive"),
            threads: number("threads").max(1.0),
            object: number("object_bytes"),
        }
    }

    /// Number of live objects: the program counts payload and reference, not the header.
    fn objects(&self) -> f64 {
        self.live / (self.object + 20.0)
    }

    /// Bytes that one object takes on the heap.
    fn size(&self) -> f64 {
        ((self.object + HEADER) / GRAIN).ceil() * GRAIN
    }

    /// Bytes of one reference: 4 where the collector can compress them.
    fn reference(&self) -> f64 {
        let kind = Identity::registered(&self.gc).and_then(Identity::kind);
        if kind.is_some_and(|kind| compressed_limit(kind, JDK).is_none()) { 8.0 } else { 4.0 }
    }

    /// Core-nanoseconds of one object made.
    fn operation(&self, costs: &Coefficients) -> f64 {
        let own = format!("operation-{}", self.gc);
        costs.get(if costs.values.get(&own).is_some() { &own } else { "operation" })
    }

    /// Simulates the row; the text says why it cannot be.
    fn simulate(&self, described: &Described) -> Result<Outcome, String> {
        described.section(&self.gc)?;
        let operation = self.operation(described.section("churn")?);
        let threads = self.threads.floor();
        let loading = self.objects() * operation * 1e-9 / threads.min(CORES);
        let mut seconds = 2.0 * loading + WARM_UP + MEASURED;
        for _ in 0..MOST_DOUBLINGS {
            let observed = observe(&self.scenario((&described.name, operation), seconds))?;
            if observed.out_of_memory.is_some() {
                return Ok(Outcome::OutOfMemory);
            }
            if let Some(outcome) = self.outcome(&observed, seconds) {
                return Ok(outcome);
            }
            // Collections kept it from loading in that time.
            seconds *= 2.0;
        }
        Err(format!("{}: nothing is measured within {seconds} s", self.scenario((&described.name, operation), seconds)))
    }

    /// What is seen in the window that follows loading and warm-up; `None` where the run ends before.
    fn outcome(&self, observed: &Observed, seconds: f64) -> Option<Outcome> {
        let from = observed.reached(self.objects())? + WARM_UP;
        let window = Window { from, until: from + MEASURED };
        (window.until <= seconds).then(|| {
            let sum = observed.log.last(MEASURED, window.until);
            let operations = observed.records(window) / MEASURED;
            Outcome::Ran { operations, share: sum.paused / MEASURED, young: sum.young, full: sum.full }
        })
    }

    /// The program as a scenario: each thread has a slot, and a table of references of its own.
    fn scenario(&self, (jvm, operation): (&str, f64), seconds: f64) -> String {
        let (size, heap, threads) = (self.size(), self.heap.0, self.threads.floor());
        let batch = (self.heap.as_f64() / BATCHES / size).round().max(1.0);
        let (collector, survive, reference) = (&self.gc, self.survive, self.reference());
        format!(
            "name = \"row\"\n\
             [run]\nduration = \"{seconds} s\"\nwarm_up = \"0 s\"\nreplications = 1\nsample_every = \"{seconds} s\"\n\
             batch = {batch}\n\
             [failures]\nmax_restarts = 0\n\
             [groups.machine]\ncores = {CORES}\nslots = {threads}\njvm = {jvm:?}\ncollector = \"{collector}\"\n\
             task_heap = \"{heap} B\"\nmanaged = \"16 MiB\"\nnetwork = \"64 MiB\"\nframework_live = \"{LIVE} B\"\nload_classes = false\n\
             object = \"{size} B\"\n\
             [groups.machine.flink]\n\"taskmanager.memory.framework.heap.size\" = \"0 b\"\n\
             [workloads.churn]\nkind = \"graph\"\n\
             [workloads.churn.operators.replace]\nparallelism = {threads}\ncpu = \"{operation:.3} ns\"\n\
             garbage = \"0 B\"\nsurvival = 0\nstate = \"heap\"\nfill = \"loaded\"\nkeys = {keys}\n\
             skew = 0\nentry = \"{size} B\"\nwrites = {survive}\nmakes = 1\nentry_fixed = \"{reference} B\"\ncards_on_hit = {survive}\n\
             keys_per_card = {card}\nstate_price = \"free\"\n",
            keys = self.objects().round(),
            card = 512.0 / reference,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::validation::Validation;
    use crate::evidence::validation::jvm::tests::{errors, validated};

    /// What each collector reaches on the rows that its coefficients were fitted to, with a little room: median and 90th
    /// percentile of the throughput's error, share of rows with the share of pauses within 0.05, median errors of counts.
    #[test]
    fn measured_rows_are_predicted() {
        let validation = validated(&ENTRY, "scenarios/measurements/gc_churn.csv", &Fit::default());
        // Collector, then throughput's median and 90th percentile, share of rows with a good share of pauses, medians of counts.
        let goals = [
            ("serial", 0.06, 0.12, 0.9, Some((0.05, 0.05))),
            ("parallel", 0.07, 0.16, 0.9, Some((0.05, 0.1))),
            ("g1", 0.06, 0.25, 0.9, Some((0.12, 0.7))),
            // Their logs tell no collections of the young generation alone, and none had to compact.
            ("shenandoah", 0.09, 0.28, 0.7, None),
            ("z", 0.12, 0.18, 0.9, None),
        ];
        for (gc, median, p90, share, counts) in goals {
            println!("{gc}");
            let of = |row| validation.group(row) == gc;
            let throughput = errors(&validation, "ops_per_s", of);
            assert!(throughput.0 <= median && throughput.1 <= p90, "{gc} {throughput:?}");
            assert!(errors(&validation, "gc_share", of).2 >= share, "{gc}");
            if let Some((young, full)) = counts {
                let (youngs, fulls) = (counted(&validation, "young", &of), counted(&validation, "full", &of));
                assert!(youngs <= young && fulls <= full, "{gc}: {youngs} {fulls}");
            } else {
                let count = |row, column| validation.table.number(row, column).unwrap_or(0.0);
                let rows = (0..validation.table.len()).filter(|row| of(*row));
                assert!(rows.map(|row| count(row, "young") + count(row, "full")).all(|count| count == 0.0), "{gc}");
            }
            assert_eq!(errors(&validation, "status", of).2, 1.0, "{gc}");
        }
        println!("all");
        let throughput = errors(&validation, "ops_per_s", |_| true);
        assert!(throughput.0 <= 0.1 && throughput.1 <= 0.25, "{throughput:?}");
        assert!(errors(&validation, "gc_share", |_| true).2 >= 0.9);
        assert!(counted(&validation, "young", &|_| true) <= 0.15);
        assert!(counted(&validation, "full", &|_| true) <= 0.15);
    }

    /// The median error of a count, over rows where something was counted.
    fn counted(validation: &Validation, column: &'static str, of: &dyn Fn(usize) -> bool) -> f64 {
        let some = |row| validation.table.number(row, column).is_some_and(|count| count > 0.0);
        errors(validation, column, |row| of(row) && some(row)).0
    }

    #[test]
    fn a_live_set_that_does_not_fit_runs_out_of_memory() {
        let header = "gc,live_mb,heap_mb,ratio,survive,threads,object_bytes";
        let text =
            format!("{header}\nserial,64,60,1,0.05,2,200\nparallel,64,60,1,0.05,2,200\nserial,64,200,3,0.05,2,200\n");
        let table = Table::read("my.csv", text.as_bytes(), &ENTRY).expect("sound");
        let predicted = predict(&table, &Fit::default()).expect("predictions");
        let word = |row: usize| predicted.rows[row].values[4].clone();
        let oom = Some(Prediction::Word("oom".into()));
        assert_eq!([word(0), word(1), word(2)], [oom.clone(), oom, Some(Prediction::Word("ok".into()))]);
        assert_eq!(predicted.rows[0].values[0], Some(Prediction::Number(0.0)));
    }
}
