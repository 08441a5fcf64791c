//! State that a heap cannot hold, and time that is no pause.

use crate::base::SimTime;
use crate::metrics::columns as c;
use crate::scenario::load;
use crate::sim::log::{Entry, Observer};
use crate::sim::{Ending, RunResult, run};

fn job(collector: &str, seconds: u32, state: &str, observer: Option<&mut dyn Observer>) -> RunResult {
    let text = format!(
        "name = \"beyond\"\n[run]\nduration = \"{seconds} s\"\nwarm_up = \"0 s\"\nbatch = 1000\n[failures]\nrestart = \"1 s\"\n\
         [groups.a]\ncores = 1\nslots = 1\ntask_heap = \"256 MiB\"\nmanaged = \"16 MiB\"\nnetwork = \"8 MiB\"\n\
         collector = \"{collector}\"\njvm = \"openjdk17-flink\"\n\
         [workloads.w]\nkind = \"graph\"\n[workloads.w.operators.o]\nparallelism = 1\ncpu = \"1 us\"\ngarbage = \"300 B\"\n\
         state = \"heap\"\nstate_price = \"free\"\nskew = 0\n{state}"
    );
    let loaded =
        load(&text, "beyond.toml", &[]).unwrap_or_else(|faults| panic!("{}", crate::scenario::listing(&faults)));
    run(&loaded.cells[0].scenario, 1, observer)
}

#[test]
fn state_that_does_not_fit_ends_the_run_and_is_never_cut_to_size() {
    // A heap of 384 MiB, framework included. A million entries of 1 KiB are 977 MiB.
    for state in ["keys = 1000000\nentry = \"1 KiB\"\n", "keys = 1000000\nentry = \"8 B\"\nentry_fixed = \"1 KiB\"\n"] {
        for collector in ["serial", "parallel", "g1", "z", "shenandoah"] {
            let result = job(collector, 30, state, None);
            let Ending::OutOfMemory(_) = result.ending else {
                panic!("{collector}, {state}: {:?} at {:?} records/s", result.ending, result.record.get(c::THROUGHPUT));
            };
            assert_eq!(result.record.get(c::RECORDS_DONE), Some(0.0), "{collector}, {state}");
            assert!(result.record.get(c::OOM) >= Some(4.0), "{collector}: three restarts, each as short of memory");
        }
    }
}

/// Seconds of all pauses.
#[derive(Default)]
struct Pauses(f64);

impl Observer for Pauses {
    fn hear(&mut self, _: SimTime, entry: &Entry) {
        if let Entry::Paused { count, each, .. } = entry {
            self.0 += each.as_secs() * *count as f64;
        }
    }
}

#[test]
fn refined_cards_are_lost_time_and_no_pause() {
    let mut pauses = Pauses::default();
    let result = job("g1", 60, "keys = 100000\nentry = \"200 B\"\n", Some(&mut pauses));
    let share = |column| result.record.get(column).expect("a share");
    assert!((share(c::GC_TIME) * 60.0 / pauses.0 - 1.0).abs() < 0.02, "{} s of {}", share(c::GC_TIME) * 60.0, pauses.0);
    // 950 ns for each card that a record dirties, on one core.
    let refined = share(c::THROUGHPUT) * 950e-9;
    assert!(share(c::GC_LOST) > 0.5 * refined && share(c::GC_LOST) < 1.5 * refined, "{refined} {}", share(c::GC_LOST));
    assert!(share(c::GC_TIME) + share(c::GC_LOST) + share(c::CPU_BUSY) < 1.02);
}
