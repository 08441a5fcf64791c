//! Heap and price together, event by event, against an independent implementation (tests/data/heap) and a real JVM.

use crate::base::testing::data;
use crate::base::{Bytes, SimSpan};
use crate::heap::testing::build;
use crate::heap::{Allocation, COLLECTORS, CollectionKind, Heap, HeapSpec, Touched};
use crate::price::collection::{COLLECTION_PRICES, CollectionPrice};

/// Bytes of an object of the program.
const OBJECT: f64 = 216.0;

/// Seconds that two threads take for a byte.
const MUTATOR: f64 = 45.26786e-9 / 2.0 / OBJECT;

/// A program that fills a live set, then replaces parts of it for 8 s.
struct Churn {
    heap: Heap,
    price: Box<dyn CollectionPrice>,
    clock: f64,
    /// End, kind and number of the collections.
    events: Vec<(f64, CollectionKind)>,
}

impl Churn {
    /// `since` is the time of the mutator before `touched`.
    fn collected(&mut self, touched: &[Touched], mut since: f64) {
        for entry in touched {
            let cost = self.price.cost(entry, 2.0);
            self.heap.paused(entry, cost.pause, SimSpan::from_secs(since));
            since = 0.0;
            for _ in 0..entry.count {
                self.clock += cost.pause.as_secs() / entry.count as f64;
                self.events.push((self.clock, entry.kind));
                self.clock += cost.lost.as_secs() / entry.count as f64;
            }
        }
    }

    fn fill(&mut self, bytes: Bytes) {
        let (mut left, mut since) = (bytes, 0.0);
        while left > Bytes::ZERO {
            let mut out = vec![];
            // The first byte of a step triggers what is due, the rest fits.
            self.heap.grow(Bytes(1), &mut out).expect("the live set fits");
            self.collected(&out, since);
            let step = self.heap.room().min(left - Bytes(1));
            self.heap.grow(step, &mut out).expect("there is room");
            since = 3.0 * MUTATOR * (step.as_f64() + 1.0);
            self.clock += since;
            left = left - step - Bytes(1);
        }
    }

    /// Collections of 5 s and operations a second.
    fn churn(&mut self, replaced: f64, targets: f64) -> (u64, u64, f64) {
        let request = |bytes: Bytes| {
            let updates = bytes.as_f64() * replaced / OBJECT;
            Allocation { bytes, turnover: replaced, updates, targets, ..Allocation::default() }
        };
        let (begin, end) = (self.clock + 3.0, self.clock + 8.0);
        let (mut since, mut ran) = (0.0, 0.0);
        while self.clock < end {
            let mut out = vec![];
            self.heap.allocate(request(Bytes(1)), &mut out).expect("garbage can be collected");
            self.collected(&out, since);
            let room = self.heap.room();
            since = (room.as_f64() + 1.0) * MUTATOR;
            ran += ((self.clock + since).min(end) - self.clock.max(begin)).max(0.0);
            self.clock += since;
            self.heap.allocate(request(room), &mut out).expect("there is room");
        }
        let last = self.events.iter().map(|event| event.0).filter(|at| *at <= end).fold(0.0, f64::max);
        let within = self.events.iter().filter(|(at, _)| *at <= last && *at > last - 5.0);
        let full = within.clone().filter(|(_, kind)| *kind == CollectionKind::Full).count() as u64;
        (within.count() as u64 - full, full, ran / 5.0 / MUTATOR / OBJECT)
    }
}

fn predict(collector: &str, live: f64, heap: u64, replaced: f64) -> (u64, u64, f64) {
    let spec = HeapSpec { object: Bytes(OBJECT as u64), ..HeapSpec::new(Bytes::mib(heap), 2.0) };
    let objects = live * 1048576.0 / 220.0;
    let price = build(COLLECTION_PRICES, &format!("hotspot-{collector}-arrays"), &[]);
    let heap = Heap::new(spec, build(COLLECTORS, collector, &[]));
    let mut run = Churn { heap, price, clock: 0.0, events: vec![] };
    run.heap.pin(Bytes::from_f64(4.0 * objects)).expect("the table fits");
    run.fill(Bytes::from_f64(OBJECT * objects) + Bytes::mib(1));
    run.heap.release(Bytes::mib(1));
    run.churn(replaced, 4.0 * objects / 512.0)
}

#[test]
fn collections_of_a_churning_program_agree_with_another_implementation() {
    let mut wrong = vec![];
    for line in include_str!("../../../tests/data/heap/churn_counts.csv").lines().skip(1) {
        let row: Vec<_> = line.split(',').collect();
        let number = |column: usize| row[column].parse::<f64>().expect("a number");
        let got = predict(row[0], number(1), number(2) as u64, number(3));
        let near = |got: u64, expected: f64| (got as f64 - expected).abs() <= (0.02 * expected).max(1.0);
        let speed = got.2 / number(6);
        println!("{line}: {} {} {:.0}, {speed:.3}", got.0, got.1, got.2);
        // Where there are few long pauses, one more or less of them at the edge of the 5 s shows.
        let tolerance = 0.02 + 1.0 / (number(4) + number(5));
        if !near(got.0, number(4)) || !near(got.1, number(5)) || (speed - 1.0).abs() > tolerance {
            wrong.push(format!("{line}: {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The value below which a share of `errors` lies.
fn quantile(errors: &mut [f64], share: f64) -> f64 {
    errors.sort_by(f64::total_cmp);
    errors[((errors.len() - 1) as f64 * share) as usize]
}

/// Throughput and numbers of collections of gc_churn.csv, to whose rows the prices were fitted; the numbers follow from the
/// rules alone.
#[test]
fn throughput_and_collections_of_a_churning_jvm() {
    let text = std::fs::read_to_string(data("scenarios/measurements/gc_churn.csv")).expect("text");
    let head: Vec<_> = text.lines().next().unwrap_or_default().split(',').collect();
    let column = |name: &str| head.iter().position(|given| *given == name).expect("such a column");
    let (mut speeds, mut youngs, mut fulls) = (vec![], vec![], vec![]);
    for line in text.lines().skip(1).filter(|line| line.starts_with("serial") || line.starts_with("parallel")) {
        let row: Vec<_> = line.split(',').collect();
        let number = |name: &str| row[column(name)].parse::<f64>().expect("a number");
        let got = predict(row[0], number("live_mb"), number("heap_mb") as u64, number("survive"));
        let error = |got: f64, name: &str| (got / number(name) - 1.0).abs();
        speeds.push(error(got.2, "ops_per_s"));
        let pairs = [(&mut youngs, got.0, "young"), (&mut fulls, got.1, "full")];
        for (errors, count, name) in pairs.into_iter().filter(|pair| number(pair.2) > 0.0) {
            errors.push(error(count as f64, name));
        }
    }
    let figures = [&mut speeds, &mut youngs, &mut fulls].map(|errors| (quantile(errors, 0.5), quantile(errors, 0.9)));
    println!("{} rows; throughput, young, full (median, 90 %): {figures:.3?}", speeds.len());
    let limits = [(0.06, 0.15), (0.06, 0.25), (0.06, 0.25)];
    for ((median, most), limit) in figures.into_iter().zip(limits) {
        assert!(median < limit.0 && most < limit.1, "{figures:?}");
    }
}
