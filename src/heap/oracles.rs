//! Regional collectors against tables that an independent implementation has computed: tests/data/heap.
//!
//! The driver below keeps time for a program that replaces arrays at random, with prices of its own.

use super::*;
use crate::base::SimSpan;
use crate::heap::testing::{allocate_paced, build};

const MIB: f64 = 1048576.0;
/// Bytes of an array of 200 B, and what it is counted as in the size of the live set.
const OBJECT: f64 = 216.0;
const COUNTED: f64 = 220.0;

/// One second of processor time per MiB and the like: prices of the independent implementation.
struct Prices {
    operation: f64,
    pause: fn(&Touched, Bytes) -> f64,
    work: fn(&Touched, f64) -> f64,
    logged: f64,
    after: f64,
    /// Seconds for a MiB of memory met for the first time.
    fresh: f64,
}

fn beyond_cache(mib: f64) -> f64 {
    (1.0 - 32.0 / mib).max(0.0)
}

fn g1_pause(touched: &Touched, eden: Bytes) -> f64 {
    let used = touched.before.as_mib();
    match touched.kind {
        CollectionKind::Young | CollectionKind::Mixed => {
            let newcomers = touched.newcomers.as_mib();
            let shared = 3.469e-4 * touched.copied.as_mib()
                + 3.5e-5 * newcomers * (1.0 + eden.as_mib() / 32.0).log2()
                + 6.9958e-7 * touched.cards;
            2e-4 + shared / 1.7
        }
        CollectionKind::Full => {
            let live = touched.compacted.as_mib();
            3e-3 + (4.5e-4 * live * (1.0 + beyond_cache(live)) + 3e-5 * used) / 1.7
        }
        _ => 2e-3,
    }
}

const G1: Prices = Prices {
    operation: 47.8217e-9,
    pause: g1_pause,
    work: |touched, live| 4e-3 + 2.38148e-4 * live + 4e-5 * touched.swept.as_mib(),
    logged: 3.8151e-7,
    after: 4.0357e-4,
    fresh: 0.0,
};

const Z: Prices = Prices {
    operation: 48e-9,
    pause: |_, _| 0.0,
    work: |touched, live| match touched.kind {
        CollectionKind::ConcurrentMark => 3e-3 + 5.61625e-4 * live,
        _ => 2e-3 + 1.161615e-3 * touched.copied.as_mib(),
    },
    logged: 0.0,
    after: 0.0,
    fresh: 3.6075e-4,
};

const SHENANDOAH: Prices = Prices {
    operation: 46e-9,
    pause: |_, _| 0.0,
    work: |touched, live| match touched.kind {
        CollectionKind::ConcurrentMark => 1.18776e-2 + (2.558724e-4 + 1.490203e-4 * beyond_cache(live)) * live,
        CollectionKind::Relocation => 6.904085e-4 * touched.copied.as_mib(),
        _ => 3.869213e-5 * touched.swept.as_mib(),
    },
    logged: 0.0,
    after: 0.0,
    fresh: 1.26992e-3,
};

/// The program, its heap and the clock.
struct Churn {
    heap: Heap,
    prices: Prices,
    survive: f64,
    live: f64,
    cards: f64,
    now: f64,
    told: f64,
    /// Processor time left of concurrent work, and whether the mutator is slowed down to let it end in time.
    work: Option<(f64, bool, Option<Bytes>)>,
    window: (f64, f64),
    operations: f64,
    events: Vec<(f64, f64, CollectionKind)>,
    cycles: u32,
    /// Seconds lost to fresh memory, still to be paid.
    debt: f64,
}

impl Churn {
    fn new(collector: &str, (live, heap, survive): (f64, u64, f64), reference: f64, prices: Prices) -> Churn {
        let objects = live * MIB / COUNTED;
        let given: &[(&str, &str)] = match collector {
            "z" => &[("tick", "30 ms"), ("inflation", "1")],
            // That implementation ends a cycle with the marking.
            "g1" => &[("rebuild", "0")],
            _ => &[],
        };
        let spec = HeapSpec { object: Bytes(216), ..HeapSpec::new(Bytes::mib(heap), 2.0) };
        let mut heap = Heap::new(spec, build(COLLECTORS, collector, given));
        let table = Bytes::from_f64(objects * reference);
        (0..2).for_each(|_| heap.pin(table.scale(0.5)).expect("room for the table"));
        heap.grow(Bytes::from_f64(objects * OBJECT), &mut vec![]).expect("room for the live set");
        heap.settle();
        let live = objects * OBJECT / MIB;
        let start = 3.1 + live * prices.operation / 2.0 / (OBJECT / MIB) * 3.0;
        let cards = table.as_f64() / 512.0;
        let window = (start, start + 5.0);
        let (now, told) = (start - 3.0, start - 3.0);
        let (work, events) = (None, vec![]);
        let (operations, cycles, debt) = (0.0, 0, 0.0);
        Churn { heap, prices, survive, live, cards, now, told, work, window, operations, events, cycles, debt }
    }

    /// Wall seconds per MiB on cores of their own.
    fn per_mib(&self) -> f64 {
        self.prices.operation / 2.0 / (OBJECT / MIB)
    }

    fn run(&mut self, seconds: f64, bytes: f64) {
        let inside = self.window.1.min(self.now + seconds) - self.window.0.max(self.now);
        if inside > 0.0 && seconds > 0.0 {
            self.operations += bytes / OBJECT * inside / seconds;
        }
        self.now += seconds;
    }

    fn allocate(&mut self, bytes: Bytes) {
        let stores = bytes.as_f64() * self.survive / OBJECT;
        let request =
            Allocation { bytes, turnover: self.survive, updates: stores, targets: self.cards, ..Allocation::default() };
        let mut out = vec![];
        let eden = self.heap.eden_used();
        self.heap.allocate(request, &mut out).expect("no out of memory");
        self.take(&out, eden);
    }

    fn take(&mut self, out: &[Touched], eden: Bytes) {
        for touched in out {
            self.debt += self.prices.fresh
                * touched.fresh.as_mib()
                * f64::from(u8::from(touched.kind == CollectionKind::Remark));
            if touched.concurrent {
                let work = (self.prices.work)(touched, self.live);
                self.cycles += u32::from(touched.kind == CollectionKind::ConcurrentMark);
                self.work = Some((work, touched.paced, touched.budget));
                if touched.kind == CollectionKind::ConcurrentMark {
                    self.events.push((self.now, 0.0, touched.kind));
                }
                continue;
            }
            for _ in 0..touched.count {
                let ran = self.now - self.told;
                let pause = (self.prices.pause)(touched, eden);
                self.now += pause;
                self.told = self.now;
                if pause > 0.0 {
                    self.events.push((self.now, pause, touched.kind));
                }
                self.heap.paused(touched, SimSpan::from_secs(pause), SimSpan::from_secs(ran));
                if touched.kind != CollectionKind::Remark {
                    self.now += self.prices.after + self.prices.logged * (touched.logged + touched.refined);
                }
            }
        }
    }

    fn step(&mut self) {
        let lost = std::mem::take(&mut self.debt);
        self.run(lost, 0.0);
        let room = self.heap.room();
        let Some((work, paced, budget)) = self.work.filter(|_| self.heap.in_cycle()) else {
            self.work = None;
            if room > Bytes::ZERO {
                self.allocate(room);
                self.run(room.as_mib() * self.per_mib(), room.as_f64());
            } else {
                self.allocate(Bytes(216));
            }
            return;
        };
        // The collector's thread gets half a core beside two busy mutators, and one where they wait.
        let slow = self.per_mib() * 2.0 / 1.5;
        let (seconds, bytes) = if work / 0.5 / slow <= room.as_mib() {
            (work / 0.5, Bytes::from_f64(work / 0.5 / slow * MIB))
        } else if budget.is_none() {
            // Not the end of the cycle but a collection comes first.
            let seconds = room.as_mib() * slow;
            self.allocate(room);
            self.run(seconds, room.as_f64());
            self.work = Some((work - 0.5 * seconds, paced, budget));
            self.allocate(Bytes(216));
            return;
        } else if paced {
            (work.max((work + room.as_mib() * self.per_mib() * 2.0) / 2.0), room)
        } else {
            let free = room.as_mib() * slow;
            (free + (work - 0.5 * free), room)
        };
        self.allocate(bytes.min(room));
        self.run(seconds, bytes.as_f64());
        let mut out = vec![];
        self.work = None;
        self.heap.finish_cycle(&mut out);
        self.take(&out, Bytes::ZERO);
    }

    fn finish(mut self) -> Churn {
        let mut steps = 0;
        while self.now < self.window.1 {
            self.step();
            steps += 1;
            assert!(steps < 1_000_000, "no time passes: {:?}", self.heap.generations());
        }
        self
    }

    /// Events of the five seconds that end with the last one.
    fn counted(&self, kinds: &[CollectionKind]) -> f64 {
        let last = self.events.iter().map(|event| event.0).filter(|at| *at <= self.window.1).fold(0.0, f64::max);
        let inside = |at: f64| at > last - 5.0 && at <= last;
        self.events.iter().filter(|event| inside(event.0) && kinds.contains(&event.2)).count() as f64
    }
}

fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines().skip(1).map(|line| line.split(',').collect())
}

fn number(row: &[&str], column: usize) -> f64 {
    row[column].parse().expect("a number")
}

/// Within 5 %, or within one where whole collections are counted.
fn near(got: f64, expected: f64, tolerance: f64) -> bool {
    (got - expected).abs() <= (tolerance * expected).max(1.0)
}

#[test]
fn g1_collects_as_often_as_the_independent_implementation() {
    let mut wrong = vec![];
    for row in rows(include_str!("../../tests/data/heap/g1.csv")) {
        let cell = (number(&row, 0), number(&row, 1) as u64, number(&row, 2));
        let churn = Churn::new("g1", cell, 4.0, G1).finish();
        let count = |kind: CollectionKind| churn.counted(&[kind]);
        let young = count(CollectionKind::Young) + count(CollectionKind::Mixed);
        let got = [young, count(CollectionKind::Mixed), count(CollectionKind::Full), churn.cycles.into()];
        let rate = churn.operations / 5.0 / 1e6;
        println!("{cell:?}: {got:?} {rate:.2} for {:?}", &row[3..]);
        // Mixed collections come in runs.
        let limits = [0.05, 0.1, 0.05, 0.05];
        let counts = (0..4).all(|column| near(got[column], number(&row, 3 + column), limits[column]));
        if !counts || (rate * 1e6 / number(&row, 7) - 1.0).abs() > 0.05 {
            wrong.push(format!("{cell:?}: {got:?} {rate:.2} for {:?}", &row[3..]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn cycles_of_the_collectors_without_pauses_agree_with_the_independent_implementation() {
    let mut wrong = vec![];
    for row in rows(include_str!("../../tests/data/heap/concurrent.csv")) {
        let cell = (number(&row, 1), number(&row, 2) as u64, number(&row, 3));
        let churn = match row[0] {
            "z" => Churn::new("z", cell, 8.0, Z),
            _ => Churn::new("shenandoah", cell, 4.0, SHENANDOAH),
        };
        let churn = churn.finish();
        let cycles = churn.counted(&[CollectionKind::ConcurrentMark]);
        let rate = churn.operations / 5.0 / 1e6;
        let line = format!("{} {cell:?}: {cycles} {rate:.2} for {:?}", row[0], &row[4..]);
        println!("{line}");
        // That implementation takes old pages for a population in equilibrium; here all that was live at the start
        // becomes sparse at the same time, which matters most where nothing but garbage decides what is moved.
        let (counts, rates) = if row[0] == "z" { (0.3, 0.25) } else { (0.1, 0.1) };
        if !near(cycles, number(&row, 4), counts) || (rate * 1e6 / number(&row, 5) - 1.0).abs() > rates {
            wrong.push(line);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A collection of any regional collector takes a few microseconds of our time.
#[test]
#[ignore = "measures time"]
fn a_regional_collection_is_cheap() {
    for name in ["g1", "z", "shenandoah"] {
        let mut heap = Heap::new(HeapSpec::new(Bytes::mib(1024), 2.0), build(COLLECTORS, name, &[]));
        heap.grow(Bytes::mib(300), &mut vec![]).expect("room for the live set");
        let pace = |cycle: &Touched| cycle.marked.scale(0.3);
        let batch = Allocation { bytes: Bytes::gib(20_000), turnover: 0.05, updates: 1e9, ..Allocation::default() };
        let (start, mut out) = (std::time::Instant::now(), vec![]);
        allocate_paced(&mut heap, batch, &pace, &mut out).expect("garbage can be collected");
        let count: u64 = out.iter().filter(|touched| !touched.concurrent).map(|touched| touched.count).sum();
        let each = start.elapsed().as_secs_f64() / count as f64;
        println!("{name}: {count} pauses, {:.2} us each", each * 1e6);
        assert!(each < 4e-6, "{name}");
    }
}
