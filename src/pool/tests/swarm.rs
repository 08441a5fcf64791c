//! All registered allocators under requests of every size: what must hold whatever the rule.

use proptest::prelude::*;

use super::*;
use crate::pool::{Block, Hole, OTHER_NAMES, listed_name};

/// Sizes of every magnitude, the impossible included.
fn request() -> impl Strategy<Value = u64> {
    prop_oneof![8 => (0u32..20, 0u64..1 << 20).prop_map(|(bits, number)| number >> bits), 1 => Just(u64::MAX), 1 => any::<u64>()]
}

/// What a step does with a number: asks for so many bytes, frees or shrinks one of the live blocks, or slides it.
#[derive(Clone, Debug)]
enum Step {
    Ask(u64),
    Free(usize),
    Shrink(usize),
    Slide(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => request().prop_map(Step::Ask),
        4 => any::<usize>().prop_map(Step::Free),
        1 => any::<usize>().prop_map(Step::Shrink),
        1 => any::<usize>().prop_map(Step::Slide),
    ]
}

fn act(pool: &mut Pool, live: &mut Vec<Block>, step: &Step) {
    let index = |number: &usize| number % live.len().max(1);
    match step {
        Step::Ask(size) => live.extend(pool.allocate(Bytes(*size))),
        Step::Free(number) if !live.is_empty() => pool.free(&live.swap_remove(index(number))),
        Step::Shrink(number) if !live.is_empty() => {
            let block = live.swap_remove(index(number));
            let smaller = pool.shrink(&block, Bytes(block.requested.0 / 2)).expect("room for less");
            assert_eq!(smaller.requested.0, block.requested.0 / 2);
            live.push(smaller);
        }
        Step::Slide(number) if !live.is_empty() => {
            let at = index(number);
            // An empty block is the pool's alone.
            let block = Some(live[at]).filter(|block| block.size > Bytes::ZERO);
            live[at] = block.and_then(|block| pool.allocator.slide(&block)).unwrap_or(live[at]);
        }
        _ => {}
    }
}

/// What the books must say whatever has happened.
pub(super) fn check(rule: &str, pool: &Pool, live: &[Block]) {
    let mut blocks: Vec<&Block> = live.iter().filter(|block| block.size > Bytes::ZERO).collect();
    assert_eq!(pool.requested(), live.iter().map(|block| block.requested).sum(), "{rule}");
    assert_eq!(pool.blocks(), blocks.len() as u64, "{rule}");
    assert!(blocks.iter().all(|block| block.size >= block.requested), "{rule}");
    if rule == "unbounded" {
        return;
    }
    let overhead = pool.allocator.overhead();
    assert_eq!(pool.allocated(), live.iter().map(|block| block.size).sum::<Bytes>() + overhead, "{rule}");
    assert_eq!(pool.allocated() + pool.available(), pool.capacity(), "{rule}");
    let Some(index) = pool.allocator.holes() else { return };
    let holes = index.list();
    let mut all: Vec<(u64, u64)> =
        blocks.drain(..).map(|block| (block.address, block.address + block.size.0)).collect();
    all.extend(holes.iter().map(|hole| (hole.start, hole.end())));
    all.sort_unstable();
    assert!(all.windows(2).all(|pair| pair[0].1 <= pair[1].0), "{rule} overlaps");
    assert!(all.last().is_none_or(|last| last.1 <= pool.capacity().0), "{rule}");
    assert!(holes.windows(2).all(|pair| pair[0].end() < pair[1].start), "{rule} leaves holes side by side");
    let sizes = || holes.iter().map(|hole| hole.size);
    assert_eq!(sizes().sum::<u64>(), pool.available().0, "{rule}");
    let sums = index.sums();
    assert_eq!((sums.count(), sums.free()), (holes.len() as u64, sizes().sum()), "{rule}");
    assert_eq!(sums.squares(), sizes().map(|size| u128::from(size).pow(2)).sum(), "{rule}");
    assert_eq!(index.largest(), sizes().max().unwrap_or(0), "{rule}");
    assert_eq!(pool.extent() < pool.capacity(), holes.last().is_some_and(|hole| hole.end() == pool.capacity().0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn no_allocator_breaks_its_books(capacity in 0u64..1 << 21, steps in prop::collection::vec(step(), 0..80)) {
        for entry in BLOCK_ALLOCATORS {
            let mut pool = pool_with(entry.name, capacity, &[]);
            pool.watch(Bytes(5000));
            let mut live = vec![];
            for step in &steps {
                act(&mut pool, &mut live, step);
                check(entry.name, &pool, &live);
            }
            live.drain(..).for_each(|block| pool.free(&block));
            check(entry.name, &pool, &[]);
            prop_assert_eq!(pool.allocated(), Bytes::ZERO, "{}", entry.name);
            let whole = Hole { start: 0, size: pool.capacity().0 };
            prop_assert!(pool.holes().all(|hole| hole == whole), "{}", entry.name);
        }
    }

    /// What is said to fit does, and nothing larger.
    #[test]
    fn the_largest_fit_is_placed_and_nothing_larger(steps in prop::collection::vec(step(), 0..60)) {
        for entry in BLOCK_ALLOCATORS.iter().filter(|entry| entry.name != "unbounded") {
            let mut pool = pool_with(entry.name, 1 << 21, &[]);
            let mut live = vec![];
            steps.iter().for_each(|step| act(&mut pool, &mut live, step));
            let fit = pool.largest_fit();
            prop_assert_eq!(pool.allocate(fit + Bytes(1)), None, "{}: {}", entry.name, fit);
            prop_assert!(pool.allocate(fit).is_some(), "{}: {}", entry.name, fit);
        }
    }

    #[test]
    fn measures_are_the_same_without_running_sums(steps in prop::collection::vec(step(), 0..60)) {
        for entry in BLOCK_ALLOCATORS {
            let mut pools = [pool_with(entry.name, 1 << 21, &[]), pool_with(entry.name, 1 << 21, &[]).unmeasured()];
            let views = pools.each_mut().map(|pool| {
                let mut live = vec![];
                steps.iter().for_each(|step| act(pool, &mut live, step));
                pool.fragmentation(Bytes(3000))
            });
            prop_assert_eq!(views[0], views[1], "{}", entry.name);
        }
    }
}

#[test]
fn other_names_lead_to_allocators_and_hide_none() {
    let is_listed = |name: &str| BLOCK_ALLOCATORS.iter().any(|entry| entry.name == name);
    for (other, listed) in OTHER_NAMES {
        assert!(is_listed(listed) && !is_listed(other), "{other}");
    }
    assert_eq!((listed_name("least"), listed_name("slab"), listed_name("none")), ("best-fit", "slab", "none"));
}
