//! The clock of one JVM held against the cluster engine, on the case that both can express: one TaskManager, one slot, a
//! program that allocates at a fixed rate, no network.

use super::assemble::only_jvm;
use super::log::{Entry, Observer};
use super::{Ending, run};
use crate::base::{Bytes, SimTime};
use crate::heap::{Allocation, COLLECTORS, CollectionKind};
use crate::jvm::{Clock, Mutator, Slice, Stretch, Window};
use crate::scenario::{BUNDLED, Loaded, listing, load};

/// Seconds of a run, and of its beginning that does not count: the engine pays for the collections of a restore.
const SECONDS: f64 = 20.0;
const RESTORED: f64 = 2.0;
/// Live bytes of the program, beside those that the framework pins.
const LIVE: Bytes = Bytes::mib(96);
/// Bytes that a record allocates and core-seconds that it takes; a part of the bytes replaces live ones.
const RECORD: f64 = 630.0;
const COST: f64 = 1e-6;
/// Shares of these bytes that replace live ones, and that outlive one young collection.
const TURNOVER: f64 = 30.0 / RECORD;
const SURVIVAL: f64 = 0.02;

/// The program as a scenario.
fn scenario(collector: &str, heap: u64, cores: u32) -> Loaded {
    let text = format!(
        "name = \"one\"\n[run]\nduration = \"{SECONDS} s\"\nwarm_up = \"0 s\"\nbatch = 100\nreplications = 1\n\
         [failures]\nmax_restarts = 0\n\
         [groups.a]\ncores = {cores}\nslots = {cores}\ntask_heap = \"{heap} MiB\"\nmanaged = \"16 MiB\"\nnetwork = \"64 MiB\"\n\
         collector = \"{collector}\"\nframework_live = \"18 MiB\"\nload_classes = false\n{}\
         [groups.a.flink]\n\"taskmanager.memory.framework.heap.size\" = \"0 b\"\n\
         [prices]\nstate = \"free\"\n{}\
         [workloads.w]\nkind = \"graph\"\n[workloads.w.operators.o]\nparallelism = {cores}\ncpu = \"1 us\"\ngarbage = \"600 B\"\n\
         survival = {SURVIVAL}\nstate = \"heap\"\nkeys = {}\nentry = \"300 B\"\nwrites = 0.1\n",
        if described(collector) { "jvm = \"openjdk17-flink\"\n" } else { "" },
        if described(collector) { "" } else { "collection = \"linear\"\n" },
        LIVE.0 / 300,
    );
    load(&text, "one.toml", &[]).unwrap_or_else(|faults| panic!("{}", listing(&faults)))
}

fn described(collector: &str) -> bool {
    ["serial", "parallel", "g1", "z", "shenandoah"].contains(&collector)
}

/// What a driver shows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Seen {
    /// Young, full and concurrent collections.
    counts: [f64; 3],
    /// Seconds of pauses.
    paused: f64,
    /// Records done.
    records: f64,
    /// Whether memory ran out.
    failed: bool,
}

impl Seen {
    fn pause(&mut self, kind: CollectionKind, (end, length): (f64, f64)) {
        if end < RESTORED {
            return;
        }
        let place = match kind {
            CollectionKind::Young | CollectionKind::Refused | CollectionKind::Mixed => 0,
            CollectionKind::Full | CollectionKind::Degenerated => 1,
            _ => 2,
        };
        self.counts[place] += 1.0;
        self.paused += length;
    }
}

impl Observer for Seen {
    fn hear(&mut self, now: SimTime, entry: &Entry) {
        match *entry {
            Entry::Paused { kind, count, begin, each, .. } => {
                let end = |place: u64| begin.as_secs() + each.as_secs() * place as f64;
                (1..=count).for_each(|place| self.pause(kind, (end(place), each.as_secs())));
            }
            Entry::Worked { records, .. } if now.as_secs() >= RESTORED => self.records += records as f64,
            _ => {}
        }
    }
}

/// The program as a mutator. Its units are records.
struct Steady {
    /// Whether it dirties cards: one for each entry that it replaces.
    dirties: bool,
}

impl Mutator for Steady {
    fn cost(&self) -> f64 {
        COST / RECORD
    }

    fn advance(&mut self, slice: Slice) -> Stretch {
        let survival = SURVIVAL * (1.0 - TURNOVER);
        let replaced = if self.dirties { 0.1 * slice.bytes.as_f64() / RECORD } else { 0.0 };
        let allocation =
            Allocation { bytes: slice.bytes, survival, turnover: TURNOVER, updates: replaced, targets: 0.0 };
        Stretch { allocation, units: slice.bytes.as_f64() / RECORD, ..Stretch::default() }
    }
}

fn by_engine(loaded: &Loaded) -> Seen {
    let mut seen = Seen::default();
    let result = run(&loaded.cells[0].scenario, 1, Some(&mut seen));
    assert!(!matches!(result.ending, Ending::Failed(_)), "{:?}", result.ending);
    Seen { failed: result.ending != Ending::Complete, ..seen }
}

fn by_clock(loaded: &Loaded) -> Seen {
    let scenario = &loaded.cells[0].scenario;
    let mut jvm = only_jvm(scenario).expect("a JVM");
    let mut program = Steady { dirties: jvm.costs.counts_cards() };
    let pinned = jvm.heap.pin(scenario.groups[0].keys.framework_live);
    let mut clock = Clock::new(jvm);
    clock.measure(Window { from: RESTORED, until: SECONDS });
    let ended = pinned.and_then(|()| clock.settle(Bytes(LIVE.0 / 300 * 300))).and_then(|()| clock.run(&mut program));
    let mut seen = Seen { failed: ended.is_err(), records: clock.units(), ..Seen::default() };
    for pause in clock.log().pauses() {
        seen.pause(pause.kind, (pause.end, pause.length));
    }
    seen
}

/// Collections within one, records and pauses within 1 % of the time. On two cores two threads allocate in turns, and rules
/// that follow measured pauses drift apart by that: of hundreds of collections 1 % may differ. Heaps are in MiB.
fn agree(cores: u32, heaps: [u64; 5]) {
    let mut compared = 0;
    for collector in COLLECTORS.iter().map(|entry| entry.name) {
        for heap in heaps {
            let loaded = scenario(collector, heap, cores);
            let (engine, clock) = (by_engine(&loaded), by_clock(&loaded));
            println!("{collector} {heap}: engine {engine:?}\n  clock {clock:?}");
            assert_eq!(engine.failed, clock.failed, "{collector} {heap}");
            if engine.failed {
                continue;
            }
            for (one, other) in engine.counts.iter().zip(clock.counts) {
                let most = if cores > 1 { (0.01 * other).max(1.0) } else { 1.0 };
                assert!((one - other).abs() <= most, "{collector} {heap}: {engine:?} {clock:?}");
            }
            assert!((engine.paused - clock.paused).abs() <= 0.01 * SECONDS, "{collector} {heap}: {engine:?} {clock:?}");
            let most = f64::from(cores) * SECONDS / COST;
            assert!((engine.records - clock.records).abs() <= 0.01 * most, "{collector} {heap}: {engine:?} {clock:?}");
            compared += 1;
        }
    }
    assert!(compared >= 4 * COLLECTORS.len(), "{compared} compared");
}

#[test]
fn on_one_core_the_clock_and_the_engine_agree() {
    agree(1, [200, 320, 480, 640, 1280]);
}

#[test]
fn on_two_cores_the_clock_and_the_engine_agree() {
    agree(2, [240, 320, 480, 640, 1280]);
}

/// Throughput of one core under G1 with the description `text`.
fn throughput(text: &str) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("my.toml"), text).unwrap();
    let scenario = "name = \"x\"\n[run]\nduration = \"20 s\"\nwarm_up = \"5 s\"\n[groups.a]\ncores = 1\nslots = 1\n\
        task_heap = \"900 MiB\"\njvm = \"my.toml\"\ncollector = \"g1\"\n[workloads.w]\nkind = \"graph\"\n\
        [workloads.w.operators.only]\nparallelism = 1\ncpu = \"2 us\"\ngarbage = \"500 B\"\nstate = \"heap\"\n\
        keys = 1_000_000\nentry = \"300 B\"\n";
    let file = folder.path().join("x.toml").display().to_string();
    let loaded = load(scenario, &file, &[]).unwrap_or_else(|faults| panic!("{}", listing(&faults)));
    let result = run(&loaded.cells[0].scenario, 1, None);
    assert_eq!(result.ending, Ending::Complete);
    result.record.get(crate::metrics::columns::THROUGHPUT).unwrap()
}

/// Every kind of cost that a description has is paid.
#[test]
fn refinement_barriers_pauses_and_cycles_all_cost() {
    let text = BUNDLED.iter().find(|bundled| bundled.0 == "openjdk17-flink").unwrap().1;
    let section = text.find("[g1]").unwrap();
    let (head, g1) = text.split_at(section);
    let with = |key: &str, value: &str| {
        let line = g1.lines().find(|line| line.starts_with(&format!("{key} = "))).unwrap();
        format!("{head}{}", g1.replacen(line, &format!("{key} = {value}"), 1))
    };
    let plain = throughput(text);
    for (key, value) in [("refined", "\"2 us\""), ("logged", "\"200 us\""), ("young-fixed", "\"300 ms\"")] {
        assert!(throughput(&with(key, value)) < 0.98 * plain, "{key}");
    }
    assert!(throughput(&with("tax", "2")) < 0.8 * plain);
}
