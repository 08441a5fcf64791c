//! Heap and price against a real JVM that churns: allocation rates of gc_churn.csv.

use crate::base::Bytes;
use crate::base::testing::data;
use crate::heap::testing::{allocate_paced, build};
use crate::heap::{Allocation, COLLECTORS, Heap, HeapSpec, Touched};
use crate::price::collection::COLLECTION_PRICES;

/// Bytes a second that two threads allocate when nothing is collected: the median of the calm rows.
const MUTATOR: f64 = 9.1e9;

/// Bytes a second allocated by a heap of `heap` MiB that holds `live` MiB and replaces a share `turnover`.
fn predict(gc: (&str, &str), heap: u64, live: u64, turnover: f64) -> Option<f64> {
    let collector = build(COLLECTORS, gc.0, &[]);
    let price = build(COLLECTION_PRICES, gc.1, &[]);
    let rate = MUTATOR / (1.0 + collector.capabilities().tax);
    let mut heap = Heap::new(HeapSpec::new(Bytes::mib(heap), 2.0), collector);
    let mut out = vec![];
    heap.grow(Bytes::mib(live), &mut out).ok()?;
    // One thread of two marks while the other goes on.
    let pace = |cycle: &Touched| Bytes::from_f64(price.cost(cycle, 2.0).pause.as_secs() * rate / 2.0);
    let bytes = Bytes::gib(30);
    // An object takes 216 B; one that replaces another is stored into the table of references.
    let batch = Allocation { bytes, turnover, updates: bytes.as_f64() * turnover / 216.0, ..Allocation::default() };
    allocate_paced(&mut heap, batch, &pace, &mut out).ok()?;
    out.clear();
    allocate_paced(&mut heap, batch, &pace, &mut out).ok()?;
    let seconds = |touched: &Touched| {
        let cost = price.cost(touched, 2.0);
        if touched.concurrent { cost.cpu.as_secs() / 2.0 } else { cost.pause.as_secs() }
    };
    let spent: f64 = out.iter().map(seconds).sum();
    Some(batch.bytes.as_f64() / (batch.bytes.as_f64() / rate + spent))
}

/// The median error over all rows of a collector. Pause prices were fitted to two thirds of them; the collections
/// themselves, and so the shape over heap sizes, follow from the heap alone. What is reached is 0.10, 0.10 and 0.20: one
/// price a byte is coarse, and `concurrent` is not G1 but a textbook collector.
#[test]
fn allocation_rates_of_a_churning_jvm() {
    let text = std::fs::read_to_string(data("scenarios/measurements/gc_churn.csv")).expect("text");
    let families = [
        ("serial", ("serial", "linear"), 0.12),
        ("parallel", ("parallel", "linear"), 0.12),
        ("g1", ("concurrent", "linear"), 0.22),
    ];
    for (name, plugins, limit) in families {
        let mut errors = vec![];
        for row in text.lines().map(|line| line.split(',').collect::<Vec<_>>()).filter(|row| row[0] == name) {
            let number = |column: usize| row[column].parse::<f64>().expect("a number");
            let got = predict(plugins, number(2) as u64, number(1) as u64, number(4)).unwrap_or(0.0);
            let measured = number(11) * 1048576.0;
            println!("{name} {}: {:.0} of {:.0} MB/s", row[1..5].join(" "), got / 1e6, measured / 1e6);
            errors.push((got / measured).ln().abs());
        }
        errors.sort_by(f64::total_cmp);
        let median = errors[errors.len() / 2];
        println!("{name}: median error {median:.3} in the logarithm of {} rows", errors.len());
        assert!(errors.len() >= 15 && median < limit, "{name}: median error {median} of {} rows", errors.len());
    }
}
