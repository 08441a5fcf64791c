//! Compaction moves no more than it must and breaks nothing; reclamation put off gives everything back in the end.

use proptest::prelude::*;

use super::*;
use crate::pool::{Block, BlockAllocator, Deferred, Goal, Hole, Reclamation, Relocation};

/// Eight blocks of 10 units, of which those in odd places are freed.
fn comb(rule: &str, capacity: u64) -> (Pool, Vec<Block>) {
    let mut pool = pool(rule, capacity);
    let blocks: Vec<Block> = (0..8).map(|_| pool.allocate(Bytes(10)).expect("room")).collect();
    blocks.iter().skip(1).step_by(2).for_each(|block| pool.free(block));
    (pool, blocks.into_iter().step_by(2).collect())
}

fn compact(pool: &mut Pool, live: &mut [Block], goal: Goal, budget: u64) -> Vec<Relocation> {
    let mut live: Vec<&mut Block> = live.iter_mut().collect();
    pool.compact(&mut live, goal, Bytes(budget))
}

#[test]
fn sliding_closes_every_hole_below_the_last_block() {
    for rule in ["first-fit", "best-fit", "worst-fit", "next-fit", "tlsf", "half-fit"] {
        let (mut pool, mut live) = comb(rule, 100);
        let moves = compact(&mut pool, &mut live, Goal::Everything, u64::MAX);
        let made: Vec<_> = moves.iter().map(|one| (one.from, one.to, one.size.0)).collect();
        assert_eq!(made, [(20, 10, 10), (40, 20, 10), (60, 30, 10)], "{rule}");
        assert_eq!(live.iter().map(|block| block.address).collect::<Vec<_>>(), [0, 10, 20, 30]);
        assert_eq!(pool.holes().collect::<Vec<_>>(), [Hole { start: 40, size: 60 }], "{rule}");
        live.iter().for_each(|block| pool.free(block));
        assert_eq!(pool.largest_hole(), Bytes(100));
    }
}

#[test]
fn room_for_a_request_costs_its_compaction_debt_and_no_more() {
    for (rule, wanted) in [("first-fit", 35), ("tlsf", 32)] {
        let (mut pool, mut live) = comb(rule, 85);
        let debt = pool.compaction_debt(Bytes(wanted)).unwrap().0;
        assert_eq!(compact(&mut pool, &mut live, Goal::Room(Bytes(wanted)), debt - 1), [], "{rule}: too dear");
        let moves = compact(&mut pool, &mut live, Goal::Room(Bytes(wanted)), debt);
        assert_eq!(moves.iter().map(|one| one.size.0).sum::<u64>(), debt, "{rule}");
        assert!(pool.allocate(Bytes(wanted)).is_some(), "{rule}");
        assert_eq!(compact(&mut pool, &mut live, Goal::Room(Bytes(1)), u64::MAX), [], "{rule}: it fits already");
    }
}

#[test]
fn a_budget_ends_the_sliding() {
    let (mut pool, mut live) = comb("best-fit", 100);
    assert_eq!(compact(&mut pool, &mut live, Goal::Everything, 25).len(), 2);
    assert_eq!(pool.fragmentation(Bytes(1)).holes, 2);
}

#[test]
fn buddies_are_asked_for_anew_and_come_to_lie_lower() {
    let mut pool = pool("buddy", 64);
    let mut blocks: Vec<Block> = (0..16).map(|_| pool.allocate(Bytes(4)).unwrap()).collect();
    let mut live: Vec<Block> = blocks
        .drain(..)
        .filter(|block| {
            block.address % 16 == 0
                || !{
                    pool.free(block);
                    true
                }
        })
        .collect();
    assert_eq!(pool.allocate(Bytes(32)), None);
    let moves = compact(&mut pool, &mut live, Goal::Room(Bytes(32)), u64::MAX);
    assert_eq!(moves.iter().map(|one| (one.from, one.to)).collect::<Vec<_>>(), [(48, 4), (32, 20)]);
    assert!(pool.allocate(Bytes(32)).is_some());
}

#[test]
fn a_semispace_copies_what_lives_and_regions_empty_those_with_least() {
    let mut pool = pool_with("copying", 200, &[]);
    let mut live: Vec<Block> = (0..10).map(|_| pool.allocate(Bytes(10)).unwrap()).collect();
    live.drain(3..).for_each(|block| pool.free(&block));
    assert_eq!((pool.allocate(Bytes(1)), pool.available(), pool.allocated()), (None, Bytes(0), Bytes(200)));
    assert_eq!(compact(&mut pool, &mut live, Goal::Room(Bytes(70)), 29), [], "30 bytes live");
    assert_eq!(compact(&mut pool, &mut live, Goal::Room(Bytes(70)), 30).len(), 3);
    assert_eq!(live.iter().map(|block| block.address).collect::<Vec<_>>(), [100, 110, 120]);
    assert!(pool.allocate(Bytes(70)).is_some());

    let mut pool = pool_with("regions", 80, &[("region", Value::Bytes(Bytes(20)))]);
    let mut live: Vec<Block> = (0..6).map(|_| pool.allocate(Bytes(10)).unwrap()).collect();
    [4, 2, 1].into_iter().for_each(|index| pool.free(&live.remove(index)));
    assert_eq!(pool.available(), Bytes(20));
    let moves = compact(&mut pool, &mut live, Goal::Everything, 20);
    assert_eq!(moves.iter().map(|one| (one.from, one.to)).collect::<Vec<_>>(), [(0, 60), (30, 70)]);
    assert_eq!(pool.available(), Bytes(40), "the current region stays");
}

/// A first-fit pool that sets up to `limit` bytes aside.
fn deferred(limit: u64, reuse: bool) -> Deferred {
    Deferred::new(built("first-fit"), Bytes(limit), reuse)
}

fn built(rule: &str) -> Box<dyn BlockAllocator> {
    let entry = BLOCK_ALLOCATORS.iter().find(|entry| entry.name == rule).unwrap();
    let names = ["granule", "page"].map(|name| (name, Value::Bytes(Bytes(1))));
    (entry.build)(&Args::new(names.into()), Bytes(100)).unwrap()
}

#[test]
fn the_rule_of_reclamation_decides_where_the_next_block_lies() {
    let rules = [Reclamation::Eager, Reclamation::Lazy(0.5), Reclamation::MarkAndSweep(0.5)];
    let places = rules.map(|rule| {
        let mut pool = Pool::new(Bytes(100), rule.apply(built("first-fit"), Bytes(100)));
        let blocks: Vec<Block> = (0..6).map(|_| pool.allocate(Bytes(10)).unwrap()).collect();
        [0, 3].into_iter().for_each(|dead| pool.free(&blocks[dead]));
        pool.allocate(Bytes(10)).unwrap().address
    });
    assert_eq!(places, [0, 30, 60]);
    let mut pages = Reclamation::Lazy(1.0).apply(built("segments"), Bytes(100));
    let block = pages.allocate(Bytes(100)).unwrap();
    pages.free(&block);
    assert!(pages.holes().is_none() && pages.allocate(Bytes(100)).is_some());
}

#[test]
fn blocks_set_aside_serve_their_own_size_until_a_refusal_or_the_limit() {
    let mut pool = deferred(50, true);
    let blocks: Vec<Block> = (0..10).map(|_| pool.allocate(Bytes(10)).unwrap()).collect();
    blocks[2..5].iter().for_each(|block| pool.free(block));
    assert_eq!((pool.allocate(Bytes(10)).unwrap().address, pool.sweeps()), (40, 0), "the last one first");
    assert_eq!(pool.holes().unwrap().list(), [Hole { start: 20, size: 20 }], "neighbours count as one hole");
    assert_eq!((pool.allocate(Bytes(15)).unwrap().address, pool.sweeps()), (20, 1));
    blocks[5..].iter().for_each(|block| pool.free(block));
    assert_eq!(pool.sweeps(), 1);
    pool.free(&blocks[0]);
    assert_eq!(pool.sweeps(), 2);

    let mut marked = deferred(100, false);
    let block = marked.allocate(Bytes(10)).unwrap();
    marked.free(&block);
    assert_eq!(marked.allocate(Bytes(10)).unwrap().address, 10, "the dead are not used before they are swept");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_rule_survives_any_compaction(
        steps in prop::collection::vec((0u8..8, 1u64..4000), 0..80),
        budget in 0u64..1 << 20,
    ) {
        for entry in BLOCK_ALLOCATORS.iter().filter(|entry| entry.name != "unbounded") {
            let region = [("region", Value::Bytes(Bytes(4096)))];
            let mut pool = pool_with(entry.name, 1 << 17, &region);
            let mut live: Vec<Block> = vec![];
            for (kind, number) in &steps {
                match kind {
                    0..4 => live.extend(pool.allocate(Bytes(*number))),
                    4..7 if !live.is_empty() => pool.free(&live.swap_remove(*number as usize % live.len())),
                    _ => {
                        let goal = if number % 2 == 0 { Goal::Everything } else { Goal::Room(Bytes(4 * number)) };
                        let before: Vec<Bytes> = live.iter().map(|block| block.requested).collect();
                        let moves = compact(&mut pool, &mut live, goal, budget);
                        prop_assert!(moves.iter().map(|one| one.size.0).sum::<u64>() <= budget);
                        prop_assert_eq!(before, live.iter().map(|block| block.requested).collect::<Vec<_>>());
                    }
                }
                swarm::check(entry.name, &pool, &live);
            }
            live.iter().for_each(|block| pool.free(block));
            prop_assert_eq!((pool.allocated(), pool.blocks()), (Bytes::ZERO, 0), "{}", entry.name);
        }
    }

    #[test]
    fn putting_off_changes_when_bytes_return_and_not_whether(
        steps in prop::collection::vec((prop::bool::weighted(0.6), 1u64..20), 0..120),
        limit in 0u64..120,
        reuse in any::<bool>(),
    ) {
        let mut pool = Pool::new(Bytes(100), Box::new(deferred(limit, reuse)));
        let mut live = vec![];
        for (asks, number) in &steps {
            if *asks {
                live.extend(pool.allocate(Bytes(*number)));
            } else if !live.is_empty() {
                pool.free(&live.swap_remove(*number as usize % live.len()));
            }
            let mut blocks: Vec<(u64, u64)> = live.iter().map(|block: &Block| (block.address, block.size.0)).collect();
            blocks.extend(pool.holes().map(|hole| (hole.start, hole.size)));
            blocks.sort_unstable();
            let end = blocks.iter().try_fold(0, |end, (start, size)| (*start == end).then_some(end + size));
            prop_assert_eq!(end, Some(100), "blocks and holes tile the pool");
        }
        live.iter().for_each(|block| pool.free(block));
        prop_assert!(pool.allocate(Bytes(100)).is_some());
    }
}
