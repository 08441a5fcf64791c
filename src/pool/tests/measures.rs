//! Measures of fragmentation against layouts worked out by hand, and internal waste against closed forms.

use super::*;
use crate::pool::{Hole, SizeTally, compaction_debt};

/// A first-fit pool laid out as "A16|F8|...": allocated and free stretches in the order of their addresses.
fn laid_out(stretches: &[&str]) -> Pool {
    let sizes: Vec<u64> = stretches.iter().map(|stretch| stretch[1..].parse().expect("a size")).collect();
    let mut pool = pool("first-fit", sizes.iter().sum());
    let blocks: Vec<_> = sizes.iter().map(|size| pool.allocate(Bytes(*size)).expect("room")).collect();
    let free = stretches.iter().zip(&blocks).filter(|(stretch, _)| stretch.starts_with('F'));
    free.for_each(|(_, block)| pool.free(block));
    pool
}

/// The measure that the shared rows call `name`, for requests of `size` where the name ends in a number.
fn measure(pool: &Pool, name: &str) -> Option<f64> {
    let (stem, size) = name.rsplit_once('_').unwrap_or((name, ""));
    let (stem, size) = size.parse().map_or((name, Bytes(1)), |size| (stem, Bytes(size)));
    let view = pool.fragmentation(size);
    match stem {
        "free" => Some(view.free.as_f64()),
        "holes" => Some(view.holes as f64),
        "largest" => Some(view.largest.as_f64()),
        "ext_frag" => Some(view.external),
        "pair_index" => Some(view.pair),
        "unusable" => Some(view.unusable),
        "unplaceable" => Some(view.unplaceable),
        "frag_index" => view.index,
        "compaction_bytes" => pool.compaction_debt(size).map(Bytes::as_f64),
        _ => panic!("unknown measure {name}"),
    }
}

#[test]
fn measures_of_a_layout_are_those_worked_out_by_hand() {
    let pool = laid_out(&["A16", "F8", "A4", "F4", "A32", "F32", "A8", "F24"]);
    let expected = [
        ("free", 68.0),
        ("holes", 4.0),
        ("ext_frag", 1.0 - 32.0 / 68.0),
        ("pair_index", 1.0 - (64.0 + 16.0 + 1024.0 + 576.0) / 4624.0),
        ("unusable_16", 12.0 / 68.0),
        ("unplaceable_16", 1.0 - 48.0 / 68.0),
        ("frag_index_40", 0.325),
        ("compaction_bytes_16", 0.0),
        ("compaction_bytes_40", 8.0),
        ("compaction_bytes_68", 44.0),
    ];
    for (name, value) in expected {
        assert!(close(measure(&pool, name).unwrap(), value, 1e-12), "{name}");
    }
    assert_eq!(measure(&pool, "frag_index_16"), None);
    assert_eq!(measure(&pool, "compaction_bytes_69"), None);
}

#[test]
fn measures_agree_with_the_exact_layouts() {
    for row in exact_rows("frag_metrics_layout") {
        let found = measure(&laid_out(&row.list("layout")), &row.quantity);
        match row.expected.parse::<f64>() {
            Err(_) => assert_eq!((row.expected.as_str(), found), ("na", None), "{}", row.quantity),
            Ok(expected) => assert!(close(found.unwrap(), expected, 1e-9), "{} {found:?}", row.quantity),
        }
    }
}

#[test]
fn a_full_pool_and_an_empty_one_have_defined_measures() {
    let mut pool = pool("first-fit", 10);
    let view = pool.fragmentation(Bytes(4));
    assert_eq!((view.external, view.pair, view.unusable, view.internal, view.index), (0.0, 0.0, 0.0, 0.0, None));
    pool.allocate(Bytes(10)).unwrap();
    let view = pool.fragmentation(Bytes(4));
    assert_eq!(
        (view.external, view.pair, view.unusable, view.unplaceable, view.index),
        (0.0, 0.0, 1.0, 1.0, Some(0.0))
    );
    assert_eq!((view.free, view.holes, pool.compaction_debt(Bytes(1))), (Bytes(0), 0, None));
}

#[test]
fn scattered_pages_show_internal_waste_only() {
    let mut pool = pool_rounding("segments", 10 * 32768 + 5, 32768);
    assert_eq!(pool.capacity(), Bytes(10 * 32768));
    let blocks: Vec<_> = (0..5).map(|_| pool.allocate(Bytes(40_000)).unwrap()).collect();
    assert_eq!(pool.allocate(Bytes(1)), None);
    pool.free(&blocks[1]);
    pool.free(&blocks[3]);
    let view = pool.fragmentation(Bytes(4 * 32768));
    assert_eq!((view.external, view.pair, view.unusable, view.index), (0.0, 0.0, 0.0, None));
    assert!(close(view.internal, 1.0 - 40_000.0 / 65536.0, 1e-12));
    assert_eq!(pool.allocate(Bytes(4 * 32768)).map(|block| block.size), Some(Bytes(4 * 32768)));
}

#[test]
fn an_unbounded_pool_grants_beyond_its_capacity() {
    let mut pool = pool("unbounded", 10);
    let block = pool.allocate(Bytes::gib(1)).unwrap();
    assert_eq!((pool.allocated(), pool.available()), (Bytes::gib(1), Bytes::ZERO));
    pool.free(&block);
    assert_eq!((pool.blocks(), pool.available()), (0, Bytes(10)));
}

/// Internal fragmentation after one request of every size in the range.
fn waste(mut pool: Pool, sizes: std::ops::RangeInclusive<u64>) -> f64 {
    sizes.for_each(|size| assert!(pool.allocate(Bytes(size)).is_some()));
    pool.fragmentation(Bytes(1)).internal
}

/// A pool of four size classes a doubling from one byte on.
fn four_a_doubling() -> Pool {
    let one = |name| (name, Value::Bytes(Bytes(1)));
    pool_with("size-classes", 1 << 24, &[one("quantum"), one("page"), ("small", Value::Bytes(Bytes(4096)))])
}

#[test]
fn rounding_wastes_what_the_closed_forms_say() {
    // Uniform sizes over one octave: the mean of 513..=1024 is 768.5 of 1024.
    assert!(close(waste(pool("buddy", 1 << 24), 513..=1024), 1.0 - 768.5 / 1024.0, 1e-12));
    assert_eq!(waste(pool("first-fit", 1 << 24), 513..=1024), 0.0);
    for row in exact_rows("internal_frag_uniform") {
        let range = row.number("size_min") as u64..=row.number("size_max") as u64;
        let pool = match row.quantity.as_str() {
            "waste_binary_buddy" => pool("buddy", 1 << 24),
            "waste_fibonacci_buddy" => pool("fibonacci-buddy", 1 << 24),
            _ => four_a_doubling(),
        };
        let found = waste(pool, range);
        assert!(close(found, row.expected.parse().unwrap(), 1e-9), "{} {found}", row.quantity);
    }
}

/// Internal fragmentation of sizes spread evenly on a logarithmic scale from `low` to `high`.
fn waste_of_log_uniform(rule: &str, low: f64, high: f64) -> f64 {
    let mut pool = pool(rule, 1 << 40);
    let steps = 2000;
    for step in 0..steps {
        let size = low * (high / low).powf((f64::from(step) + 0.5) / f64::from(steps));
        assert!(pool.allocate(Bytes::from_f64(size)).is_some());
    }
    pool.fragmentation(Bytes(1)).internal
}

#[test]
fn rounding_of_log_uniform_sizes_wastes_what_the_closed_forms_say() {
    // One octave; and from one Fibonacci number to the next.
    let found = [
        ("binary", waste_of_log_uniform("buddy", 1_048_576.0, 2_097_152.0), 0.2786524796),
        ("fibonacci", waste_of_log_uniform("fibonacci-buddy", 24_157_817.0, 39_088_169.0), 0.2062414277),
    ];
    for (classes, found, expected) in found {
        assert!(close(found, expected, 1e-6), "{classes}: {found}");
    }
    for row in exact_rows("internal_frag_loguniform") {
        let same = found.iter().find(|one| row.list("classes") == [one.0]).expect("known classes");
        assert!(close(same.1, row.expected.parse().unwrap(), 1e-6), "{}", row.parameters);
    }
}

/// So many that the mean is known to a thousandth.
const STEPS: usize = 200_000;

/// Mean number of holes a block with first fit: 1000 blocks of sizes from `least` on, each replaced at random. The rule is about
/// holes between blocks: what is free above the last one has no end that a block could join.
fn holes_a_block(capacity: u64, least: u64) -> f64 {
    let mut pool = pool("first-fit", capacity);
    let (mut live, mut ratios) = (vec![], 0.0);
    for (step, number) in scrambled().take(STEPS).enumerate() {
        if live.len() == 1000 {
            pool.free(&live.swap_remove(number as usize / 99_000 % 1000));
        }
        live.extend(pool.allocate(Bytes(least + number % 99_000)));
        let above = u64::from(pool.extent() < pool.capacity());
        let between = (pool.fragmentation(Bytes(1)).holes - above) as f64;
        ratios += if step >= STEPS / 2 { between / live.len() as f64 } else { 0.0 };
    }
    ratios / (STEPS / 2) as f64
}

#[test]
fn first_fit_in_equilibrium_has_half_as_many_holes_as_blocks() {
    // Knuth's fifty-percent rule: p / 2 holes a block, p being the share of requests that fit no hole exactly: here
    // almost 1.
    for (capacity, least) in [(u64::MAX / 4, 1000), (70_000_000, 1000), (u64::MAX / 4, 20_000)] {
        let ratio = holes_a_block(capacity, least);
        assert!((0.4..=0.5).contains(&ratio), "{ratio}");
    }
}

#[test]
fn a_granule_wastes_the_tail_of_every_request() {
    let mut pool = pool_rounding("best-fit", 1000, 16);
    assert_eq!(pool.capacity(), Bytes(992));
    assert_eq!(pool.allocate(Bytes(17)).map(|block| (block.address, block.size)), Some((0, Bytes(32))));
    assert_eq!(pool.allocate(Bytes(1)).map(|block| (block.address, block.size)), Some((32, Bytes(16))));
    assert!(close(pool.fragmentation(Bytes(1)).internal, 30.0 / 48.0, 1e-12));
}

#[test]
fn requests_of_any_size_are_answered_without_overflow() {
    for rule in CONTIGUOUS.iter().chain(&["segments"]) {
        let mut pool = pool_rounding(rule, 1000, 64);
        assert_eq!(pool.allocate(Bytes(u64::MAX)), None, "{rule}");
        let nothing = pool.allocate(Bytes::ZERO).unwrap();
        pool.free(&nothing);
        assert_eq!((pool.blocks(), pool.available()), (0, pool.capacity()), "{rule}");
        assert_eq!(pool.fragmentation(Bytes::ZERO).probe, Bytes(1));
    }
}

#[test]
fn compaction_debt_is_the_cheapest_of_all_runs_of_holes() {
    let holes: Vec<Hole> =
        [(0, 3), (5, 2), (20, 4), (25, 6), (40, 1), (42, 5)].map(|(start, size)| Hole { start, size }).into();
    for size in 1..=21 {
        let runs = (0..holes.len()).flat_map(|from| (from..holes.len()).map(move |to| (from, to)));
        let debts = runs.filter_map(|(from, to)| {
            let free: u64 = holes[from..=to].iter().map(|hole| hole.size).sum();
            (free >= size).then(|| holes[to].end() - holes[from].start - free)
        });
        assert_eq!(compaction_debt(holes.iter().copied(), Bytes(size)), Some(Bytes(debts.min().unwrap())), "{size}");
    }
    assert_eq!(compaction_debt(holes.iter().copied(), Bytes(22)), None);
    let tally = SizeTally::of(holes.into_iter(), 3);
    assert_eq!((tally.size, tally.below, tally.places), (3, 3, 5));
}

#[test]
fn places_in_a_hole_are_a_quotient_for_any_sizes() {
    let edges = [1, 2, 3, 7, 4096, 5000, (1 << 32) - 1, 1 << 32, (1 << 53) + 1, 1 << 63, u64::MAX - 1, u64::MAX];
    for (size, hole) in edges.into_iter().flat_map(|size| edges.map(|hole| (size, hole))) {
        let tally = SizeTally::of([Hole { start: 0, size: hole }].into_iter(), size);
        assert_eq!(
            (tally.below, tally.places),
            if hole < size { (hole, 0) } else { (0, hole / size) },
            "{hole} / {size}"
        );
    }
}
