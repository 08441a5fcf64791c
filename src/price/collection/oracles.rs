//! The heap and the linear price together, against the exact fluid models of collection.

use crate::base::{Bytes, SimSpan};
use crate::cache::{Eviction, Zipf};
use crate::heap::testing::build;
use crate::heap::{Allocation, COLLECTORS, CollectionKind, Heap, HeapSpec, Touched};
use crate::price::collection::{COLLECTION_PRICES, CollectionPrice};
use crate::price::state::STATE_PRICES;

/// A linear price with everything at 0 but what is given.
fn price(given: &[(&str, &str)]) -> Box<dyn CollectionPrice> {
    let mut all = vec![("young-fixed", "0 s"), ("full-fixed", "0 s"), ("copied", "0"), ("marked", "0")];
    all.extend([("compacted", "0"), ("swept", "0"), ("card", "0 s")]);
    all.retain(|(name, _)| given.iter().all(|g| g.0 != *name));
    all.extend(given);
    build(COLLECTION_PRICES, "linear", &all)
}

fn bytes(amount: u64) -> Allocation {
    Allocation { bytes: Bytes(amount), ..Allocation::default() }
}

fn pause(price: &dyn CollectionPrice, out: &[Touched]) -> f64 {
    out.iter().map(|touched| price.cost(touched, 1.0).pause.as_secs()).sum()
}

fn close(got: f64, expected: f64, tolerance: f64) {
    assert!((got / expected - 1.0).abs() <= tolerance, "got {got}, expected {expected}");
}

fn settled(spec: HeapSpec, collector: &str, given: &[(&str, &str)], live: u64) -> Heap {
    let mut heap = Heap::new(spec, build(COLLECTORS, collector, given));
    heap.grow(Bytes(live), &mut vec![]).expect("the live set fits");
    heap.settle();
    heap
}

/// Family gc_full_stw_fluid, within 1e-9: a collection every H - L bytes, at c_0 + c_L L + c_H H.
#[test]
fn full_collections_match_the_fluid_model() {
    // live, heap, allocated/s, per live byte, per heap byte, fixed; interval, pause, share, collections in an hour
    let cases = [
        (2_000_000_000, 4_000_000_000, 1e9, "1", "0", "10 ms", 2.0, 2.01, 0.5012468828, 897),
        (2_000_000_000, 8_000_000_000, 1e9, "1", "0", "10 ms", 6.0, 2.01, 0.2509363296, 449),
        (6_000_000_000, 8_000_000_000, 1.5e9, "1", "0.1", "50 ms", 4.0 / 3.0, 6.85, 0.8370672098, 439),
    ];
    for (live, size, rate, per_live, per_heap, fixed, interval, length, share, hourly) in cases {
        let mut heap = settled(HeapSpec::new(Bytes(size), 1.0), "mark-compact", &[], live);
        let price = price(&[("marked", per_live), ("swept", per_heap), ("full-fixed", fixed)]);
        let mut out = vec![];
        // Up to the brim, then a thousand periods: each is collected when the next byte comes.
        let periods = 1000;
        heap.allocate(bytes(periods * (size - live) + 1), &mut out).expect("garbage can be collected");
        assert_eq!(out.len(), 1);
        assert_eq!((out[0].kind, out[0].count), (CollectionKind::Full, periods));
        let mutator = (periods * (size - live)) as f64 / rate;
        close(mutator / periods as f64, interval, 1e-9);
        close(pause(&*price, &out) / periods as f64, length, 1e-9);
        close(pause(&*price, &out) / (mutator + pause(&*price, &out)), share, 1e-9);
        // Counting whole collections in an hour of wall time, one by one.
        let (mut clock, mut count) = (interval, 0);
        while clock + length <= 3600.0 {
            (clock, count) = (clock + length + interval, count + 1);
        }
        assert!((count as i64 - hourly).abs() <= 1, "{count}");
    }
}

/// Family gc_generational_fluid. Each full collection takes the place of one young one, and finds the last survivors: an error of
/// at most 2.5/n for n young collections a full one. Cutting eden, and the fixed part with it, leaves the fluid model
/// alone and shrinks that error; what remains is the alignment of eden to two grains of 64 KiB.
#[test]
fn generations_match_the_fluid_model() {
    let cases = [
        (1e9, 0.05, "3 ms", 8_000_000_000_u64, 3_000_000_000_u64, 0.078, 100.0, 3.0, 0.09747292419),
        (4e9, 0.02, "5 ms", 12_000_000_000, 9_000_000_000, 0.125, 37.5, 9.0, 0.08361970218),
    ];
    for (eden, survival, fixed, old, live, minor, minors, major, share) in cases {
        for cut in [1.0, 20.0] {
            let young = Bytes::from_f64(eden * 1.25 / cut);
            let spec = HeapSpec { young: Some(young), ..HeapSpec::new(Bytes(old) + young, 1.0) };
            let mut heap = settled(spec, "serial", &[("tenuring", "0"), ("dead-wood", "0")], live);
            let fixed = (fixed.parse::<SimSpan>().expect("a time").as_secs() / cut * 1e9).to_string() + " ns";
            let price = price(&[("young-fixed", &fixed), ("copied", "1.5"), ("marked", "1")]);
            let mut out = vec![];
            let total = 8000.0 * eden;
            let batch = Allocation { survival, ..bytes((total * minors / 10.0) as u64) };
            heap.allocate(batch, &mut out).expect("garbage can be collected");
            let count = |kind| out.iter().filter(|t| t.kind == kind).map(|t| t.count).sum::<u64>() as f64;
            let each = |kind| {
                let touched = out.iter().find(|t| t.kind == kind).expect("one such collection");
                pause(&*price, &[Touched { count: 1, ..*touched }])
            };
            let grain = 131_072.0 / (eden / cut);
            let tolerance = 2.5 / (minors * cut) + grain;
            close(each(CollectionKind::Young), minor / cut, grain);
            close(each(CollectionKind::Full), major, tolerance);
            close(count(CollectionKind::Young) / count(CollectionKind::Full), minors * cut, tolerance);
            let paused = pause(&*price, &out);
            close(paused / (paused + batch.bytes.as_f64() / 1e9), share, tolerance);
            let moved: f64 = out.iter().map(|t| t.count as f64 * (t.copied + t.compacted).as_f64()).sum();
            close(moved / batch.bytes.as_f64(), 0.08, tolerance);
        }
    }
}

/// Family dc_greedy_cache_optimum: a cache that fills all but a headroom has a best heap size; the exact argmax over whole MB.
#[test]
fn a_greedy_cache_has_its_optimum_where_the_formula_says() {
    let cases = [
        (10e-6, "150 us", 2_000_000, 1000, 256, 4000.0, "1", 892, 0.9240545568, 31918.98556),
        (20e-6, "400 us", 1_000_000, 2000, 512, 8000.0, "1.5", 1698, 0.9636927354, 16046.26953),
    ];
    for (cpu, miss, keys, size, headroom, garbage, per_live, best, hit, rate) in cases {
        let price = price(&[("marked", per_live), ("full-fixed", "0 s")]);
        let state = build(STATE_PRICES, "spin", &[("miss", miss)]);
        let zipf = Zipf::new(keys, 1.0);
        let at = |mb: u64| {
            let live = (mb - headroom) * 1_000_000;
            let mut heap = settled(HeapSpec::new(Bytes(mb * 1_000_000), 1.0), "mark-compact", &[], live);
            let mut out = vec![];
            heap.allocate(bytes(headroom * 1_000_000 + 1), &mut out).expect("garbage can be collected");
            let records = (headroom * 1_000_000) as f64 / garbage;
            let hit = zipf.hit_ratio(Eviction::Static, (live / size) as f64);
            let accesses = 1_000_000;
            let access = state.access(accesses, hit).cpu.as_secs() / accesses as f64;
            (1.0 / (cpu + access + pause(&*price, &out) / records), hit)
        };
        let grid = (headroom + 1..=2 * best).map(|mb| (mb, at(mb)));
        let (mb, (throughput, ratio)) = grid.max_by(|a, b| a.1.0.total_cmp(&b.1.0)).expect("a grid");
        assert_eq!(mb, best);
        close(ratio, hit, 1e-9);
        close(throughput, rate, 1e-9);
    }
}

type Given = &'static [(&'static str, &'static str)];

/// With nothing but garbage collection at work, no collector's throughput falls with the heap, beyond the grain of two
/// collections and 1 %. What grows with a heap is switched off: aging, dead wood, adaptive sizes, first touch of pages,
/// and newcomers that lie further apart.
#[test]
fn throughput_never_falls_with_the_heap() {
    let off = [("fresh", "0"), ("far", "0")];
    let cases: [(&str, Given, &str); 7] = [
        ("none", &[], "linear"),
        ("serial", &[("tenuring", "1"), ("dead-wood", "0")], "hotspot-serial"),
        ("serial", &[("tenuring", "1"), ("dead-wood", "0")], "hotspot-serial-arrays"),
        ("parallel", &[("tenuring", "1"), ("adaptive", "false")], "hotspot-parallel"),
        ("mark-compact", &[], "linear"),
        ("mark-sweep", &[], "linear"),
        ("semispace", &[], "linear"),
    ];
    for ((collector, given, name), turnover) in cases.into_iter().flat_map(|case| [(case, 0.0), (case, 0.05)]) {
        let price = build(COLLECTION_PRICES, name, &off);
        let (live, total) = (200 << 20, 400e9);
        let mut best = f64::INFINITY;
        for mib in (420..4000).step_by(90) {
            let mut heap = settled(HeapSpec::new(Bytes::mib(mib), 1.0), collector, given, live);
            // The order of the live set is gone from the start.
            heap.allocate(Allocation { turnover, ..bytes(200e9 as u64) }, &mut vec![]).expect("it fits");
            let mut out = vec![];
            heap.allocate(Allocation { turnover, ..bytes(total as u64) }, &mut out).expect("it fits");
            let spent = total / 1e9 + pause(&*price, &out);
            let each = |touched: &Touched| price.cost(&Touched { count: 1, ..*touched }, 1.0).pause.as_secs();
            let grain = 2.0 * out.iter().map(each).fold(0.0, f64::max);
            assert!(
                spent <= best * 1.01 + grain,
                "{collector} {name} {turnover}: {mib} MiB takes {spent} s, less {best} s"
            );
            best = best.min(spent);
        }
    }
}
