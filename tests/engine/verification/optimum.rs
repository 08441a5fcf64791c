//! The interior optimum of throughput against task heap, which greedy caches (mechanism M1) alone bring about.
//!
//! The scenario is that of the closed form: a static cache of the hottest keys fills all of the heap but a fixed headroom, a
//! miss and a live byte that is collected cost fixed CPU times, and garbage a record is constant.

use heapwise::evidence::verification::scenario::load;
use heapwise::evidence::verification::{Case, Params};
use heapwise::metrics::columns;
use heapwise::sim::{self, Ending};
use rayon::prelude::*;

use super::rows::{self, number};

const FAMILY: &[&str] = &["dc_greedy_cache_optimum"];

/// Records a second and hit ratio.
#[derive(Clone, Copy, Debug)]
struct Point {
    heap: f64,
    throughput: f64,
    hits: f64,
}

/// One run with a heap of `heap` MB; without greedy retention the cache has `fixed` MB whatever the heap.
fn run(params: &Params, heap: f64, fixed: Option<f64>) -> Point {
    let bytes = |key: &str| number(params, key);
    let text = format!(
        "name = \"optimum\"\n[run]\nduration = \"4000 s\"\nwarm_up = \"100 s\"\nsample_every = \"100 s\"\nbatch = 1000\n\
         [groups.a]\ncores = 1\nslots = 1\ntask_heap = \"{heap} MB\"\nmanaged = \"64 MiB\"\nframework_live = \"0 B\"\n\
         collector = \"mark-compact\"\n[groups.a.flink]\n\"taskmanager.memory.framework.heap.size\" = \"0 b\"\n\
         [mechanisms]\ngreedy_retention = {}\nheadroom = \"{} MB\"\n[prices]\n\
         state = {{ kind = \"spin\", hit = \"0 ns\", miss = \"{} us\" }}\n\
         collection = {{ kind = \"linear\", full-fixed = \"0 ns\", marked = {}, compacted = 0, swept = 0 }}\n\
         [workloads.keys]\nkind = \"graph\"\n[workloads.keys.operators.only]\nparallelism = 1\ncpu = \"{} us\"\n\
         garbage = \"{} B\"\nsurvival = 0\nstate = \"heap\"\nkeys = {}\nentry = \"{} B\"\nskew = {}\nwrites = 0\n\
         cache = \"{} MB\"\ncache_order = \"top-k\"\n",
        fixed.is_none(),
        bytes("headroom_mb"),
        bytes("miss_s") * 1e6,
        bytes("gc_s_per_live_byte") * 1e9,
        bytes("cpu_s") * 1e6,
        bytes("garbage_bytes_per_record"),
        bytes("keys"),
        bytes("bytes_per_key"),
        bytes("zipf"),
        fixed.unwrap_or(1.0),
    );
    let result = sim::run(&load(&text).expect("a scenario"), 1, None);
    assert_eq!(result.ending, Ending::Complete);
    let column = |id| result.record.get(id).expect("a measured column");
    Point { heap, throughput: column(columns::THROUGHPUT), hits: column(columns::CACHE_HIT) }
}

fn optimum(case: &Case) {
    let exact = |name: &str| {
        case.asked.iter().find(|asked| asked.quantity == name).expect("three rows").number().expect("a number")
    };
    let best = exact("optimal_heap_mb");
    // Beyond this heap every key is cached, and the live set of the closed form grows on while that of a cache does not.
    let full = (number(&case.params, "keys") * number(&case.params, "bytes_per_key")) / 1e6
        + number(&case.params, "headroom_mb");
    let (from, to) = (0.6 * best, (1.6 * best).min(full));
    let heaps: Vec<f64> = (0..25).map(|step| (from + (to - from) * f64::from(step) / 24.0).round()).collect();
    let points: Vec<Point> = heaps.par_iter().map(|heap| run(&case.params, *heap, None)).collect();
    let highest = points.iter().max_by(|a, b| a.throughput.total_cmp(&b.throughput)).expect("points");
    println!("{:?}: {highest:?}, exact {best} MB {}", case.params.0, exact("records_per_s"));
    assert!((highest.heap / best - 1.0).abs() <= 0.1, "{points:?}");
    assert!((highest.throughput / exact("records_per_s") - 1.0).abs() <= 0.02, "{points:?}");
    let at = points[heaps.iter().position(|heap| *heap >= best).expect("a heap beyond")];
    assert!((at.hits / exact("hit_ratio") - 1.0).abs() <= 0.02, "{at:?}");
    assert!(points[0].throughput < 0.99 * highest.throughput && points[24].throughput < 0.99 * highest.throughput);
}

fn monotone(case: &Case) {
    let params = &case.params;
    let cache = (number(params, "keys") * number(params, "bytes_per_key") / 4e6).round();
    let points: Vec<Point> =
        (0..15).into_par_iter().map(|step| run(params, cache + f64::from(100 + 150 * step), Some(cache))).collect();
    // A collection more or less within the run is the only noise: one pause in 3900 s.
    let grain = cache * 1e6 * number(params, "gc_s_per_live_byte") / 3900.0;
    for pair in points.windows(2) {
        assert!(pair[1].throughput >= pair[0].throughput * (1.0 - grain), "{pair:?}");
    }
    assert!(points[14].throughput > points[0].throughput * 1.01);
}

fn cases() -> Vec<Case> {
    rows::cases(FAMILY)
}

#[test]
fn greedy_caches_bring_about_the_optimum_of_theory() {
    cases().iter().for_each(optimum);
}

#[test]
fn without_greedy_caches_more_heap_never_hurts() {
    cases().iter().for_each(monotone);
}
