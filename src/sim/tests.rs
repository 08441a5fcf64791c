//! Reclamation, compaction, reservation and leaks in whole runs.

mod beyond;
mod keyed;
mod prices;
mod segments;

use super::audit::Auditor;
use super::log::{Entry, Observer, Place};
use super::{Ending, RunResult, run};
use crate::base::{Bytes, ConsumerId, RegionId, SimTime, SubtaskId, TaskManagerId};
use crate::metrics::columns as c;
use crate::scenario::{Override, load};

/// 8 units of 1 GiB; requests of 1 at 1.5 a second and of 2 at 1 a second, held for a second on average.
const UNITS: &str = r#"
name = "units"
[run]
duration = "3000 s"
warm_up = "0 s"
sample_every = "100 s"
[monitor]
interval = "1000 s"
[groups.a]
cores = 16
slots = 16
task_heap = "64 MiB"
managed = "8 GiB"
network = "64 MiB"
collector = "none"
[regions]
allocator = "first-fit"
[pressure]
order = ["fail"]
[policies]
allocation = "unified-first-come"
spill = "never"
"#;

const SMALL: &str = r#"
[workloads.small]
kind = "tasks"
arrival = { kind = "poisson", rate = "1.5 /s" }
hold = { law = "exponential", mean = "1 s" }
size = "1 GiB"
"#;

const LARGE: &str = r#"
[workloads.large]
kind = "tasks"
arrival = { kind = "poisson", rate = "1 /s" }
hold = { law = "exponential", mean = "1 s" }
size = "2 GiB"
"#;

/// The log, and a judge of it.
#[derive(Default)]
struct Heard {
    judge: Auditor,
    log: Vec<(SimTime, Entry)>,
}

impl Observer for Heard {
    fn hear(&mut self, now: SimTime, entry: &Entry) {
        self.judge.hear(now, entry);
        self.log.push((now, *entry));
    }
}

impl Heard {
    /// When instances ran, ended and were lost.
    fn fates(&self) -> Vec<(SimTime, Entry)> {
        let told = |entry: &Entry| match *entry {
            Entry::Running { .. } | Entry::Done { .. } => Some(*entry),
            Entry::Lost { task, slots, .. } => Some(Entry::Lost { task, slots, fragmented: false }),
            _ => None,
        };
        self.log.iter().filter_map(|(at, entry)| Some((*at, told(entry)?))).collect()
    }

    /// Sizes of what leaked, in order.
    fn leaks(&self) -> Vec<(ConsumerId, Bytes)> {
        let leaked = |(_, entry): &(SimTime, Entry)| match *entry {
            Entry::Leaked { consumer, bytes, .. } => Some((consumer, bytes)),
            _ => None,
        };
        self.log.iter().filter_map(leaked).collect()
    }

    /// Seconds at which tasks began to run.
    fn starts(&self) -> Vec<f64> {
        let runs = self.log.iter().filter(|(_, entry)| matches!(entry, Entry::Running { .. }));
        runs.map(|(at, _)| at.since(SimTime::ZERO).as_secs()).collect()
    }
}

fn played(text: &str, sets: &[&str]) -> (RunResult, Heard) {
    let sets: Vec<Override> = sets.iter().map(|set| Override::set(set)).collect();
    let loaded = load(text, "test.toml", &sets).unwrap_or_else(|faults| panic!("{faults:?}"));
    let mut heard = Heard::default();
    let result = run(&loaded.cells[0].scenario, 5, Some(&mut heard));
    assert_eq!(result.ending, Ending::Complete);
    assert_eq!(heard.judge.verdict(), [""; 0]);
    (result, heard)
}

fn units(sets: &[&str]) -> (RunResult, Heard) {
    played(&format!("{UNITS}{SMALL}{LARGE}"), sets)
}

const COMPACT: &str = "pressure.order=[\"compact\", \"fail\"]";

/// Free memory that can always be joined for nothing serves like memory that may lie anywhere.
#[test]
fn free_compaction_is_complete_sharing() {
    let (scattered, anywhere) = units(&["regions.allocator=scattered"]);
    let (still, alone) = units(&[]);
    let lost = |result: &RunResult| result.record.get(c::TASKS_LOST);
    assert!(lost(&still) > lost(&scattered) && alone.fates() != anywhere.fates());
    for allocator in ["first-fit", "best-fit", "worst-fit", "next-fit"] {
        let allocator = format!("regions.allocator={allocator}");
        for goal in ["room", "all"] {
            let goal = format!("pressure.compaction={goal}");
            let sets = [&allocator, COMPACT, &goal, "pressure.compaction_price=0"];
            let (joined, heard) = units(&sets);
            assert!(heard.fates() == anywhere.fates(), "{sets:?}");
            let bytes: f64 = heard.log.iter().map(|(_, entry)| moved(entry)).sum();
            assert_eq!(joined.record.get(c::COMPACTION_BYTES), Some(bytes), "{sets:?}");
            assert!(bytes > 0.0);
            for column in [c::TASKS_LOST, c::WAITING_MEAN, c::LATENCY_MEAN, c::POOL_USED, c::REQUESTS] {
                assert_eq!(joined.record.get(column), scattered.record.get(column));
            }
        }
    }
    assert_eq!(still.record.get(c::COMPACTION_BYTES), None);
    for rule in ["lazy", "mark-and-sweep"] {
        let rule = format!("regions.reclamation={{ kind = \"{rule}\", share = 0.9 }}");
        let (_, heard) = units(&[COMPACT, &rule, "pressure.compaction_price=0"]);
        assert!(heard.fates() == anywhere.fates(), "{rule}");
    }
}

fn moved(entry: &Entry) -> f64 {
    if let Entry::Compacted { bytes, .. } = entry { bytes.as_f64() } else { 0.0 }
}

/// 4 units of 1 GiB, and what comes by a trace.
fn traced(rows: &str, sets: &[&str]) -> (RunResult, Heard) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trace.csv");
    std::fs::write(&path, format!("time_s,event,task,memory_bytes,stay\n{rows}")).unwrap();
    let text = UNITS.replace("8 GiB", "4 GiB").replace("3000 s", "40 s").replace("100 s", "10 s");
    let text = format!("{text}[workloads.t]\nkind = \"heapwise-csv\"\npath = \"{}\"\n", path.display());
    played(&text, sets)
}

/// Two of three tasks go, and what they leave is cut in two by the third, which has to move for the fourth.
fn torn() -> String {
    let gib = 1u64 << 30;
    format!(
        "0,arrival,1,{gib},10\n0,arrival,2,{gib},90\n0,arrival,3,{gib},10\n20,arrival,4,{},90\n30,arrival,5,1,90\n",
        3 * gib
    )
}

#[test]
fn a_compact_step_takes_the_time_of_its_bytes_and_keeps_to_its_budget() {
    let gib = f64::from(1 << 30);
    let (result, heard) = traced(&torn(), &[COMPACT]);
    assert_eq!(heard.starts(), [0.0, 0.0, 0.0, 20.0 + 2e-9 * gib]);
    assert_eq!(result.record.get(c::COMPACTION_BYTES), Some(gib));
    assert_eq!(result.record.get(c::COMPACTION_EVENTS), Some(1.0));
    assert_eq!(result.record.get(c::TASKS_LOST), Some(1.0), "the memory is full");
    let (result, heard) = traced(&torn(), &[COMPACT, "pressure.compaction_budget=1023 MiB"]);
    assert_eq!((heard.starts().last(), result.record.get(c::COMPACTION_BYTES)), (Some(&30.0), Some(0.0)));
    let (result, _) = traced(&torn(), &[COMPACT, "regions.allocator=segments"]);
    assert_eq!(result.record.get(c::COMPACTION_BYTES), Some(0.0));
}

/// In a half of 2 GiB, 1.5 GiB are taken and 1 GiB of that is dead: a request of 1.25 GiB has what lives copied.
#[test]
fn a_compact_step_copies_what_lives_from_half_to_half() {
    let mib = 1u64 << 20;
    let rows = format!("0,arrival,1,{},10\n0,arrival,2,{},90\n20,arrival,3,{},90\n", 1024 * mib, 512 * mib, 1280 * mib);
    let copying = "regions.allocator=copying";
    let (result, heard) = traced(&rows, &[copying, COMPACT]);
    assert_eq!(result.record.get(c::COMPACTION_BYTES), Some(512.0 * mib as f64));
    assert_eq!(heard.starts(), [0.0, 0.0, 20.0 + 2e-9 * 512.0 * mib as f64]);
    assert_eq!(traced(&rows, &[copying]).0.record.get(c::TASKS_LOST), Some(1.0));
}

#[test]
fn reclamation_put_off_by_nothing_is_eager() {
    let (_, eager) = units(&[]);
    for rule in ["lazy", "mark-and-sweep"] {
        let with = |share: &str| units(&[&format!("regions.reclamation={{ kind = \"{rule}\", share = {share} }}")]).1;
        assert!(with("0").log == eager.log, "{rule}");
        assert!(with("0.5").log != eager.log, "{rule}");
    }
}

#[test]
fn new_memory_is_touched_before_its_request_goes_on() {
    let (gib, mib) = (1u64 << 30, 1u64 << 20);
    let rows = format!(
        "0,arrival,1,{gib},5\n10,arrival,2,{gib},90\n20,arrival,3,{},90\n30,arrival,4,{},90\n",
        768 * mib,
        64 * mib
    );
    let steps = ["regions.reservation=512 MiB", "regions.touch_price=1"];
    let (result, heard) = traced(&rows, &steps);
    let touched = 1e-9 * gib as f64;
    assert_eq!(heard.starts(), [touched, 10.0, 20.0 + touched, 30.0]);
    assert_eq!(result.record.get(c::POOL_COMMITTED), Some(1.5 * gib as f64));
    let (result, heard) = traced(&rows, &["regions.reservation=all"]);
    assert_eq!(heard.starts(), [0.0, 10.0, 20.0, 30.0]);
    assert_eq!(result.record.get(c::POOL_COMMITTED), Some((4 * gib + 64 * mib) as f64));
    assert_eq!(traced(&rows, &[]).0.record.get(c::POOL_COMMITTED), None);
    let free = traced(&rows, &["regions.reservation=1 MiB", "regions.touch_price=0"]).1;
    assert!(free.log == traced(&rows, &[]).1.log);
}

#[test]
fn what_is_taken_counts_against_the_container() {
    let text = format!("{UNITS}{SMALL}").replace("1 GiB", "64 MiB");
    let ending = |reservation: &str| {
        let sets = ["run.duration=50 s", "groups.a.container=3 GiB", &format!("regions.reservation={reservation}")];
        let loaded = load(&text, "test.toml", &sets.map(Override::set)).unwrap_or_else(|faults| panic!("{faults:?}"));
        run(&loaded.cells[0].scenario, 5, None).ending
    };
    assert_eq!(ending("512 MiB"), Ending::Complete);
    let Ending::OutOfMemory(said) = ending("all") else { panic!("8 GiB are resident at once") };
    assert!(said.contains("killed by the container's limit"), "{said}");
}

#[test]
fn a_request_pays_for_moving_and_for_touching_one_after_the_other() {
    let sets = [COMPACT, "regions.reservation=1 GiB", "regions.touch_price=1"];
    let gib = 1e-9 * f64::from(1 << 30);
    // One core each touches the first three; the fourth moves 1 GiB and reaches 1 GiB further than anyone before.
    let starts = traced(&torn(), &sets).1.starts();
    assert_eq!(starts.len(), 4);
    assert!((starts[2] - gib).abs() < 1e-8 && (starts[3] - 20.0 - 3.0 * gib).abs() < 1e-8, "{starts:?}");
}

/// A steady load of 10 units of 128, watched, with a share of the blocks lost.
fn leaking(share: &str, sets: &[&str]) -> (RunResult, Heard) {
    let sizes = SMALL.replace("1.5 /s", "10 /s").replace("1 GiB", "64 MiB");
    let share = format!("regions.leak={share}");
    let fixed = ["groups.a.slots=200", "run.duration=600 s", "monitor.leak_window=10 s", &share];
    played(&format!("{UNITS}{sizes}"), &[&fixed, sets].concat())
}

#[test]
fn what_leaks_stays_taken_and_is_noticed() {
    let (result, heard) = leaking("0", &[]);
    assert_eq!((result.record.get(c::LEAKED), result.record.get(c::LEAK_DETECTED)), (Some(0.0), None));
    assert_eq!(result.record.get(c::BLOCKED_REQUESTS), Some(0.0));
    assert!(heard.leaks().is_empty());

    let (result, heard) = leaking("0.04", &[]);
    let unit = Bytes::mib(64);
    assert!(heard.leaks().iter().all(|leak| leak.1 == unit));
    assert_eq!(result.record.get(c::LEAKED), Some(heard.leaks().len() as f64 * unit.as_f64()));
    let found = result.record.get(c::LEAK_DETECTED).expect("a leak of 4 blocks a window");
    assert!((50.0..150.0).contains(&found), "{found}");
    assert!(result.record.get(c::BLOCKED_REQUESTS) > Some(100.0), "128 units are gone after 320 s");
    let (result, heard) = leaking("1", &["run.duration=5 s"]);
    assert_eq!(result.record.get(c::TASKS_COMPLETED), Some(heard.leaks().len() as f64), "every task that has ended");
}

#[test]
fn the_same_blocks_leak_whatever_else_changes() {
    let short = ["run.duration=100 s"];
    let (_, heard) = leaking("0.1", &short);
    let leaks = heard.leaks();
    assert!((60..140).contains(&leaks.len()), "{} of about 1000", leaks.len());
    for other in ["regions.allocator=segments", "regions.allocator=worst-fit", "regions.reclamation=lazy"] {
        assert_eq!(leaking("0.1", &[short[0], other]).1.leaks(), leaks, "{other}");
    }
    let without: Vec<ConsumerId> = leaking("0.05", &short).1.leaks().into_iter().map(|leak| leak.0).collect();
    assert!(without.iter().all(|consumer| leaks.iter().any(|leak| leak.0 == *consumer)), "a smaller share is a part");
}

/// A TaskManager that the cluster can do without is given back, and its lost memory with it.
#[test]
fn leaks_end_with_the_task_manager() {
    let sets = [
        "groups.a.count=2",
        "policies.placement=spread",
        "policies.migration=drain-and-pack",
        "monitor.interval=20 s",
        "run.duration=100 s",
    ];
    let (result, heard) = leaking("0.05", &sets);
    let total: f64 = heard.leaks().iter().map(|leak| leak.1.as_f64()).sum();
    let back = |entry: &Entry| if let Entry::Reclaimed { bytes, .. } = entry { bytes.as_f64() } else { 0.0 };
    let reclaimed: f64 = heard.log.iter().map(|(_, entry)| back(entry)).sum();
    assert!(reclaimed > 0.0 && reclaimed < total, "{reclaimed} of {total}");
    assert_eq!(result.record.get(c::LEAKED), Some(total - reclaimed));
}

#[test]
fn the_judge_counts_leaks_and_moves_himself() {
    let place = Place { task_manager: TaskManagerId(0), region: RegionId(0) };
    let opened = Entry::Opened { place, capacity: Bytes(100), bounded: true };
    let (registered, bytes) = (Entry::Registered { place, consumer: ConsumerId(1) }, Bytes(60));
    let granted = Entry::Granted { place, consumer: ConsumerId(1), bytes };
    let layout = Entry::Layout { place, used: bytes, holes: 1, largest: Bytes(40), external: 0.0, unusable: 0.0 };
    let leaked = Entry::Leaked { place, consumer: ConsumerId(1), bytes };
    let broken = |last: &[Entry]| {
        let mut judge = Auditor::new();
        let log = [&[opened, registered, granted, layout], last].concat();
        log.iter().for_each(|entry| judge.hear(SimTime::ZERO, entry));
        judge.verdict().len()
    };
    let back = |bytes| Entry::Reclaimed { place, bytes: Bytes(bytes) };
    let left = Entry::Left { place, consumer: ConsumerId(1) };
    assert_eq!(broken(&[leaked, left, back(60), Entry::Compacted { place, bytes }]), 0);
    assert_eq!(broken(&[leaked, Entry::Returned { place, consumer: ConsumerId(1), bytes }]), 1, "it is gone");
    assert_eq!(
        broken(&[leaked, Entry::Granted { place, consumer: ConsumerId(1), bytes: Bytes(41) }]),
        1,
        "it is taken still"
    );
    assert_eq!(broken(&[leaked, back(59)]), 1);
    assert_eq!(broken(&[Entry::Compacted { place, bytes: Bytes(61) }]), 1);
    let kept = Entry::Kept { subtask: SubtaskId(3), bytes };
    let expired = |subtask, bytes| Entry::Expired { subtask: SubtaskId(subtask), bytes: Bytes(bytes) };
    assert_eq!(broken(&[kept, expired(3, 40), kept, expired(3, 80), expired(3, 0)]), 0);
    assert_eq!(broken(&[kept, expired(3, 61)]), 1);
    assert_eq!(broken(&[kept, expired(2, 1)]), 1, "that is of another");
}
