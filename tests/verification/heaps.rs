//! Heaps and their prices against the exact fluid models of collection: the heap machine, the linear price and the rules that
//! the simulator runs, asked for the numbers of theory.

use std::collections::BTreeMap;

use heapwise::base::{Args, Build, Bytes, Entry, SimSpan, Value};
use heapwise::memory::cache::{Eviction, Zipf};
use heapwise::memory::heap::{Allocation, COLLECTORS, CollectionKind, Heap, HeapSpec, Touched};
use heapwise::policy::heap::{divide, membalancer};
use heapwise::price::collection::{COLLECTION_PRICES, CollectionPrice};
use heapwise::price::state::STATE_PRICES;
use heapwise::scenario::defaults;

use super::rows::{self, Case, Params};

type Answers = BTreeMap<String, f64>;

/// Builds the member called `name`, with the parameters given.
fn build<T: ?Sized>(list: &[&Entry<Build<T>>], name: &str, given: &[(&'static str, Value)]) -> Box<T> {
    let entry = list.iter().find(|entry| entry.name == name).expect("a registered name");
    let mut args: Args = defaults(entry.params);
    given.iter().for_each(|(name, value)| args.set(name, value.clone()));
    (entry.build)(&args).expect("parameters that make sense")
}

/// A linear price with everything at 0 but what is given: bytes in ns, times in s.
fn price(bytes: &[(&'static str, f64)], times: &[(&'static str, f64)]) -> Box<dyn CollectionPrice> {
    let mut given: Vec<(&'static str, Value)> = vec![];
    for name in ["copied", "marked", "compacted", "swept"] {
        given.push((name, Value::Number(bytes.iter().find(|b| b.0 == name).map_or(0.0, |b| b.1))));
    }
    for name in ["young-fixed", "full-fixed", "card"] {
        given.push((name, Value::Span(SimSpan::from_secs(times.iter().find(|t| t.0 == name).map_or(0.0, |t| t.1)))));
    }
    build(COLLECTION_PRICES, "linear", &given)
}

fn settled(spec: HeapSpec, collector: &str, given: &[(&'static str, Value)], live: f64) -> Heap {
    let mut heap = Heap::new(spec, build(COLLECTORS, collector, given));
    heap.grow(Bytes(live as u64), &mut vec![]).expect("the live set fits");
    heap.settle();
    heap
}

fn garbage(bytes: f64) -> Allocation {
    Allocation { bytes: Bytes(bytes as u64), ..Allocation::default() }
}

fn pause(price: &dyn CollectionPrice, out: &[Touched]) -> f64 {
    out.iter().map(|touched| price.cost(touched, 1.0).pause.as_secs()).sum()
}

fn full_stw(params: &Params) -> Answers {
    let (live, size, rate) = (params.number("live"), params.number("heap"), params.number("alloc_Bps"));
    let bytes = [("marked", params.number("s_per_live_byte") * 1e9), ("swept", params.number("s_per_heap_byte") * 1e9)];
    let price = price(&bytes, &[("full-fixed", params.number("s_fixed"))]);
    let mut heap = settled(HeapSpec::new(Bytes(size as u64), 1.0), "mark-compact", &[], live);
    let mut out = vec![];
    // Each period is collected when the next byte comes.
    let periods = 1000.0;
    heap.allocate(garbage(periods * (size - live) + 1.0), &mut out).expect("garbage can be collected");
    let count: u64 = out.iter().map(|touched| touched.count).sum();
    let interval = periods * (size - live) / rate / count as f64;
    let length = pause(&*price, &out) / count as f64;
    let mut answers = Answers::from([
        ("mutator_interval_s".into(), interval),
        ("pause_s".into(), length),
        ("gc_time_fraction".into(), length / (interval + length)),
        ("throughput_factor".into(), interval / (interval + length)),
        ("overhead_ratio".into(), length / interval),
    ]);
    let mut heap = settled(HeapSpec::new(Bytes(size as u64), 1.0), "mark-compact", &[], live);
    let (mut clock, mut collections) = (0.0, -1.0);
    while clock <= 3600.0 {
        collections += 1.0;
        let room = heap.room();
        let mut out = vec![];
        heap.allocate(garbage(room.as_f64()), &mut out).expect("there is room");
        heap.collect_now(&mut out);
        clock += room.as_f64() / rate + pause(&*price, &out);
    }
    answers.insert("collections_in_3600s".into(), collections);
    answers
}

/// The fluid model knows no whole collections. It is met in the limit: with eden `EDEN` and the old generation `OLD` times
/// as large, whose ratio makes one collection more or less count little; times are scaled back.
const EDEN: f64 = 10.0;
const OLD: f64 = 1e4;

fn generational(params: &Params) -> Answers {
    let (eden, old, live) = (params.number("eden"), params.number("old"), params.number("old_live"));
    let young = Bytes((eden * EDEN * 1.25) as u64);
    let spec = HeapSpec { young: Some(young), ..HeapSpec::new(Bytes((old * OLD) as u64) + young, 1.0) };
    let plain = [("tenuring", Value::Count(0)), ("dead-wood", Value::Number(0.0))];
    let mut heap = settled(spec, "serial", &plain, live * OLD);
    let copied = params.number("s_per_copied_byte") * 1e9;
    let marked = params.number("s_per_old_live_byte") * 1e9;
    let price =
        price(&[("copied", copied), ("marked", marked)], &[("young-fixed", params.number("minor_fixed_s") * EDEN)]);
    let mut out = vec![];
    let survival = params.number("promoted_fraction");
    // Twenty fillings of the old generation.
    let total = 20.0 * (old - live) * OLD / survival;
    heap.allocate(Allocation { survival, ..garbage(total) }, &mut out).expect("garbage can be collected");
    let of = |kind| out.iter().filter(move |touched| touched.kind == kind);
    let count = |kind| of(kind).map(|touched| touched.count).sum::<u64>() as f64;
    let each = |kind| pause(&*price, &[Touched { count: 1, ..*of(kind).next_back().expect("one of them") }]);
    let paused = pause(&*price, &out);
    let moved: f64 =
        out.iter().map(|touched| touched.count as f64 * (touched.copied + touched.compacted).as_f64()).sum();
    Answers::from([
        ("minor_pause_s".into(), each(CollectionKind::Young) / EDEN),
        ("minors_per_major".into(), count(CollectionKind::Young) / count(CollectionKind::Full) / (OLD / EDEN)),
        ("major_pause_s".into(), each(CollectionKind::Full) / OLD),
        ("gc_time_fraction".into(), paused / (paused + total / params.number("alloc_Bps"))),
        ("write_amplification_copied_per_allocated".into(), moved / total),
    ])
}

fn balanced(params: &Params) -> Answers {
    let (live, extra) = (params.list("live_mb"), params.number("total_extra_mb"));
    let (rates, speeds) = (params.list("garbage_mb_per_s"), params.list("gc_speed_mb_per_s"));
    let loads: Vec<f64> = (0..live.len()).map(|at| membalancer::load(live[at], rates[at], speeds[at])).collect();
    let spent = |shares: &[f64]| loads.iter().zip(shares).map(|(load, share)| load / share).sum::<f64>();
    let shares = membalancer::split(extra, &loads);
    let mut answers = Answers::from([
        ("gc_load_sqrt_rule".into(), spent(&shares)),
        ("gc_load_proportional_rule".into(), spent(&divide(extra, &live))),
    ]);
    answers.extend(shares.iter().enumerate().map(|(at, share)| (format!("extra_{}", at + 1), *share)));
    answers
}

/// Bytes of a record in the models of the best heap: only their product with the price of a byte counts.
const RECORD: f64 = 4000.0;

/// Records a second of a core whose collector marks all that is live, with a heap of `size` bytes.
fn throughput(cpu: f64, price: &dyn CollectionPrice, (size, live): (f64, f64)) -> f64 {
    let mut heap = settled(HeapSpec::new(Bytes(size as u64), 1.0), "mark-compact", &[], live);
    let room = heap.room().as_f64();
    let mut out = vec![];
    heap.allocate(garbage(room + 1.0), &mut out).expect("garbage can be collected");
    1.0 / (cpu + pause(price, &out) / (room / RECORD))
}

/// Whole bytes are too coarse for the figures of a real heap: all sizes are so many times as large.
const FINER: f64 = 1000.0;

fn cost_optimum(params: &Params) -> Answers {
    let (core, gigabyte) = (params.number("price_per_core_h"), params.number("price_per_gb_h"));
    let (cpu, live) = (params.number("cpu_s_per_record"), params.number("live_gb_per_core") * 1e9 * FINER);
    let price = price(&[("marked", params.number("gc_coeff_s") / RECORD * 1e9)], &[]);
    let rate = |gb: f64| throughput(cpu, &*price, (gb * 1e9 * FINER, live));
    let per_dollar = |gb: f64| rate(gb) * 3600.0 / (core + gigabyte * gb);
    // Where the curve is level; one value next to the other says how it goes on.
    let rises = |gb: f64| per_dollar(gb * (1.0 + 1e-4)) > per_dollar(gb * (1.0 - 1e-4));
    let (mut low, mut high) = (params.number("live_gb_per_core") * 1.01, params.number("live_gb_per_core") * 20.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if rises(middle) { low = middle } else { high = middle }
    }
    Answers::from([
        ("optimal_gb_per_core".into(), low),
        ("throughput_per_core".into(), rate(low)),
        ("records_per_dollar".into(), per_dollar(low)),
    ])
}

fn greedy_cache(params: &Params) -> Answers {
    let (headroom, record) = (params.number("headroom_mb"), params.number("garbage_bytes_per_record"));
    // As many bytes a record as there are in the other models, at the price that makes up for it.
    let price = price(&[("marked", params.number("gc_s_per_live_byte") * 1e9 * record / RECORD)], &[]);
    let miss = SimSpan::from_secs(params.number("miss_s"));
    let state = build(STATE_PRICES, "spin", &[("miss", Value::Span(miss))]);
    let zipf = Zipf::new(params.number("keys") as u64, params.number("zipf"));
    let at = |mb: u64| {
        let live = (mb as f64 - headroom) * 1e6;
        let hit = zipf.hit_ratio(Eviction::Static, (live / params.number("bytes_per_key")).floor());
        let access = state.access(1_000_000, hit).cpu.as_secs() / 1e6;
        (throughput(params.number("cpu_s") + access, &*price, (mb as f64 * 1e6, live)), hit)
    };
    let grid = (headroom as u64 + 1..4000).map(|mb| (mb, at(mb)));
    let (best, (rate, hit)) = grid.max_by(|a, b| a.1.0.total_cmp(&b.1.0)).expect("a grid");
    Answers::from([("optimal_heap_mb".into(), best as f64), ("hit_ratio".into(), hit), ("records_per_s".into(), rate)])
}

/// A family, its answers, and how far they may be off.
type Family = (&'static str, fn(&Params) -> Answers, f64);

/// The table gives ten digits. What remains of whole collections in the generational model is told there; the best heap is
/// found where the curve is level to the last digit.
const FAMILIES: &[Family] = &[
    ("gc_full_stw_fluid", full_stw, 1e-9),
    ("gc_generational_fluid", generational, 1e-4),
    ("membalancer_split", balanced, 1e-9),
    ("dc_cost_optimum", cost_optimum, 1e-6),
    ("dc_greedy_cache_optimum", greedy_cache, 1e-9),
];

fn cases(names: &[&str]) -> Vec<Case> {
    rows::table(names).unwrap_or_else(|| rows::cases_of(super::SAMPLE, names))
}

#[test]
fn heaps_and_rules_give_the_exact_answers() {
    let mut wrong = Vec::new();
    for (family, answer, tolerance) in FAMILIES {
        let cases = cases(&[family]);
        assert!(!cases.is_empty(), "no row of {family}");
        for case in cases {
            let answers = answer(&case.params);
            for asked in &case.asked {
                let got = answers.get(&asked.quantity).copied();
                if !got.is_some_and(|got| (got - asked.expected).abs() <= tolerance * asked.expected.abs()) {
                    wrong.push(format!("{}: {got:?} for {}", asked.id, asked.expected));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
