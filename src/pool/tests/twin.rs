//! Every rule against a twin that keeps one bit a unit and finds everything by looking at all of them.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::pool::{Block, Hole, SizeTally};

const FIBONACCI: [u64; 19] = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597, 2584, 4181, 6765];

/// What a request takes.
fn rounded(rule: &str, request: u64) -> u64 {
    match rule {
        "buddy" => request.next_power_of_two(),
        "fibonacci-buddy" => FIBONACCI[FIBONACCI.partition_point(|number| *number < request)],
        _ => request,
    }
}

/// A pool as a row of units, true where taken.
struct Twin {
    taken: Vec<bool>,
    rover: usize,
    /// Address and size of live blocks.
    live: BTreeSet<(u64, u64)>,
    /// Holes in the order in which they came to be.
    seen: Vec<Hole>,
}

impl Twin {
    fn holes(&self) -> Vec<Hole> {
        let is_start = |at: usize| !self.taken[at] && (at == 0 || self.taken[at - 1]);
        let length = |at: usize| self.taken[at..].iter().take_while(|taken| !**taken).count() as u64;
        let starts = (0..self.taken.len()).filter(|at| is_start(*at));
        starts.map(|at| Hole { start: at as u64, size: length(at) }).collect()
    }

    /// Where the rule puts `size` units: straight from the sentences that define the rules.
    fn place(&self, rule: &str, size: u64) -> Option<u64> {
        let all = self.holes();
        let fitting: Vec<&Hole> = all.iter().filter(|hole| hole.size >= size).collect();
        let chosen = match rule {
            "first-fit" => fitting.first().copied(),
            "best-fit" => fitting.iter().min_by_key(|hole| hole.size).copied(),
            "worst-fit" => fitting.iter().rev().max_by_key(|hole| hole.size).copied(),
            "next-fit" => {
                let ahead = fitting.iter().find(|hole| hole.start >= self.rover as u64);
                ahead.or(fitting.first()).copied()
            }
            "tlsf" => self.last_of_class(size, 1),
            "half-fit" => self.last_of_class(size, 0),
            "fibonacci-buddy" => return self.place_fibonacci(size),
            _ => return self.place_buddy(size),
        };
        chosen.map(|hole| hole.start)
    }

    /// The hole freed last of the lowest class whose least member has `size`.
    fn last_of_class(&self, size: u64, bits: u32) -> Option<&Hole> {
        let least = |hole: &&Hole| {
            let step = (1u64 << hole.size.ilog2()) >> bits.min(hole.size.ilog2());
            hole.size / step * step
        };
        let enough = self.seen.iter().rev().filter(|hole| least(hole) >= size);
        enough.min_by_key(least)
    }

    /// The smallest, then lowest free block in trees whose roots cover the pool from below.
    fn place_fibonacci(&self, size: u64) -> Option<u64> {
        let (mut free, mut at) = (vec![], 0);
        while at < self.taken.len() as u64 {
            let root = FIBONACCI.iter().rposition(|number| *number <= self.taken.len() as u64 - at)?;
            self.free_below(root, at, &mut free);
            at += FIBONACCI[root];
        }
        let fitting = free.into_iter().filter(|(block, _)| *block >= size);
        fitting.min().map(|(_, address)| address)
    }

    /// The largest free blocks in the tree below one block, as (size, address).
    fn free_below(&self, order: usize, at: u64, free: &mut Vec<(u64, u64)>) {
        let size = FIBONACCI[order];
        if !self.taken[at as usize..(at + size) as usize].contains(&true) {
            free.push((size, at));
        } else if !self.live.contains(&(at, size)) {
            self.free_below(order - 1, at, free);
            self.free_below(order.max(2) - 2, at + FIBONACCI[order - 1], free);
        }
    }

    /// The smallest, then lowest aligned free block that is not half of a larger one.
    fn place_buddy(&self, size: u64) -> Option<u64> {
        let free = |at: usize, size: usize| at + size <= self.taken.len() && !self.taken[at..at + size].contains(&true);
        let mut block = size as usize;
        while block <= self.taken.len() {
            let whole = |at: &usize| free(*at, block) && !free(at / (2 * block) * (2 * block), 2 * block);
            if let Some(at) = (0..self.taken.len()).step_by(block).find(whole) {
                return Some(at as u64);
            }
            block *= 2;
        }
        None
    }

    fn mark(&mut self, address: u64, size: u64, taken: bool) {
        let units = &mut self.taken[address as usize..(address + size) as usize];
        assert!(units.iter().all(|unit| *unit != taken), "{address}+{size} changes twice");
        units.fill(taken);
        if taken {
            self.live.insert((address, size))
        } else {
            self.live.remove(&(address, size))
        };
        let holes = self.holes();
        let stays = |hole: &Hole| holes.binary_search_by_key(&hole.start, |other| other.start).map(|at| holes[at]);
        self.seen.retain(|hole| stays(hole) == Ok(*hole));
        let known: BTreeSet<u64> = self.seen.iter().map(|hole| hole.start).collect();
        let new: Vec<Hole> = holes.iter().filter(|hole| !known.contains(&hole.start)).copied().collect();
        self.seen.extend(new);
    }
}

/// What the books must say after every step.
fn check(pool: &Pool, twin: &Twin, live: &[Block]) {
    let holes = twin.holes();
    assert_eq!(pool.holes().collect::<Vec<_>>(), holes);
    let view = pool.fragmentation(Bytes(3));
    assert_eq!(pool.allocated(), live.iter().map(|block| block.size).sum());
    assert_eq!(pool.requested(), live.iter().map(|block| block.requested).sum());
    assert_eq!((pool.blocks(), pool.available()), (live.len() as u64, view.free));
    assert_eq!((view.holes, view.largest.0), (holes.len() as u64, holes.iter().map(|h| h.size).max().unwrap_or(0)));
    assert_eq!(pool.extent().0 as usize, twin.taken.iter().rposition(|taken| *taken).map_or(0, |at| at + 1));
    let index = pool.allocator.holes().unwrap();
    assert_eq!(index.sums().free(), holes.iter().map(|hole| hole.size).sum::<u64>());
    assert_eq!(index.sums().squares(), holes.iter().map(|hole| u128::from(hole.size).pow(2)).sum());
    for size in [3, 7] {
        assert_eq!(index.tally(size), SizeTally::of(holes.iter().copied(), size));
    }
}

/// Plays the same steps on both: (true, size) asks for size units, (false, n) frees the n-th live block.
fn play(rule: &str, units: u64, steps: impl Iterator<Item = (bool, u64)>) -> u64 {
    let mut pool = pool(rule, units);
    pool.watch(Bytes(3));
    let mut twin = Twin { taken: vec![false; units as usize], rover: 0, live: BTreeSet::new(), seen: vec![] };
    twin.seen = twin.holes();
    let (mut live, mut most_holes) = (vec![], 0);
    for (asks, number) in steps {
        if asks {
            let size = rounded(rule, number);
            let block = pool.allocate(Bytes(number));
            assert_eq!(block.map(|block| block.address), twin.place(rule, size), "{rule}");
            live.extend(block);
            if let Some(block) = block {
                assert_eq!((block.requested, block.size), (Bytes(number), Bytes(size)));
                assert!(rule != "buddy" || block.address % size == 0);
                twin.mark(block.address, size, true);
                twin.rover = (block.address + size) as usize % units as usize;
            }
        } else if !live.is_empty() {
            let block = live.swap_remove(number as usize % live.len());
            pool.free(&block);
            twin.mark(block.address, block.size.0, false);
        }
        check(&pool, &twin, &live);
        most_holes = most_holes.max(pool.fragmentation(Bytes(3)).holes);
    }
    live.iter().for_each(|block| pool.free(block));
    assert_eq!(pool.holes().collect::<Vec<_>>(), [Hole { start: 0, size: units }], "{rule}");
    most_holes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_rule_does_what_its_twin_does(
        units in 1u64..150,
        steps in prop::collection::vec((prop::bool::weighted(0.6), 1u64..14), 0..120),
    ) {
        for rule in CONTIGUOUS {
            play(rule, units, steps.iter().copied());
        }
    }

    /// Requests that fill an eighth of their last granule lie where whole units would, eight times as high.
    #[test]
    fn a_granule_changes_the_scale_and_nothing_else(
        units in 1u64..150,
        steps in prop::collection::vec((prop::bool::weighted(0.6), 1u64..14), 0..120),
    ) {
        for rule in CONTIGUOUS {
            let mut pools = [(pool(rule, units), vec![]), (pool_rounding(rule, 8 * units + 7, 8), vec![])];
            for (asks, number) in &steps {
                for (at, (pool, live)) in pools.iter_mut().enumerate() {
                    let size = if at == 0 { *number } else { 8 * number - 7 };
                    if *asks {
                        live.extend(pool.allocate(Bytes(size)));
                    } else if !live.is_empty() {
                        pool.free(&live.swap_remove(*number as usize % live.len()));
                    }
                }
                let scaled = |(_, live): &(Pool, Vec<Block>), by| -> Vec<_> {
                    live.iter().map(|block| (block.address * by, block.size.0 * by)).collect()
                };
                prop_assert_eq!(scaled(&pools[0], 8), scaled(&pools[1], 1));
            }
        }
    }
}

#[test]
fn twins_agree_with_hundreds_of_holes() {
    for rule in CONTIGUOUS {
        let fill = (0..2600).map(|_| (true, 1));
        let thin = scrambled().take(1600).map(|number| (false, number));
        let churn = scrambled().skip(9).take(900).map(|number| (number % 2 == 0, 1 + number / 2 % 5));
        let holes = play(rule, 2500, fill.chain(thin).chain(churn));
        assert!(holes > 400, "{rule} met only {holes} holes");
    }
}
