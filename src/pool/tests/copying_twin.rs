//! The copying pool against a twin that remembers everything laid into each half.

use proptest::prelude::*;

use super::*;
use crate::pool::{Block, Goal, Hole, Relocation};

/// What was laid into a half.
#[derive(Clone, Copy)]
struct Laid {
    address: u64,
    size: u64,
    /// Less than the size where the block was cut down and found no room to move to.
    requested: u64,
    lives: bool,
}

/// Two halves as lists of what was laid into them, in that order; all are forgotten once all are dead.
struct Twin {
    units: u64,
    halves: [Vec<Laid>; 2],
    filled: usize,
}

impl Twin {
    fn half(&self) -> u64 {
        self.units / 2
    }

    /// Where the next block would lie, and the end of the half that is being filled.
    fn room(&self) -> (u64, u64) {
        let start = if self.filled == 0 { 0 } else { self.half() };
        (self.halves[self.filled].last().map_or(start, |last| last.address + last.size), start + self.half())
    }

    fn place(&mut self, size: u64) -> Option<u64> {
        let (top, end) = self.room();
        if top + size > end {
            return None;
        }
        self.halves[self.filled].push(Laid { address: top, size, requested: size, lives: true });
        Some(top)
    }

    fn free(&mut self, address: u64) {
        for half in &mut self.halves {
            half.iter_mut().filter(|laid| laid.address == address).for_each(|laid| laid.lives = false);
            if half.iter().all(|laid| !laid.lives) {
                half.clear();
            }
        }
    }

    fn live(&self, half: usize) -> u64 {
        self.halves[half].iter().filter(|laid| laid.lives).map(|laid| laid.size).sum()
    }

    fn holes(&self) -> Vec<Hole> {
        let (top, end) = self.room();
        match self.live(0) + self.live(1) {
            0 => vec![Hole { start: 0, size: self.units }],
            _ if top == end => vec![],
            _ => vec![Hole { start: top, size: end - top }],
        }
    }

    /// The moves of a copy to the other half. Blocks that may not move stay behind, and nothing is copied before they
    /// have died.
    fn copy(&mut self, may_move: &[u64], goal: Goal, budget: u64) -> Vec<Relocation> {
        let (top, end) = self.room();
        let fits = matches!(goal, Goal::Room(size) if size.0 <= end - top);
        if fits || self.live(1 - self.filled) > 0 || self.live(self.filled) > budget {
            return vec![];
        }
        if self.live(self.filled) == 0 {
            return vec![];
        }
        let old = self.halves[self.filled].clone();
        self.filled = 1 - self.filled;
        let mut moves = vec![];
        for laid in old.into_iter().filter(|laid| laid.lives && may_move.contains(&laid.address)) {
            let to = self.place(laid.requested).expect("both halves have the same size");
            self.free(laid.address);
            moves.push(Relocation { from: laid.address, to, size: Bytes(laid.size) });
        }
        moves
    }
}

/// Both after the same steps.
struct Pair {
    pool: Pool,
    twin: Twin,
    live: Vec<Block>,
}

impl Pair {
    fn new(units: u64) -> Pair {
        let twin = Twin { units, halves: [vec![], vec![]], filled: 0 };
        Pair { pool: pool_with("copying", units, &[]), twin, live: vec![] }
    }

    fn ask(&mut self, size: u64) -> Option<u64> {
        let block = self.pool.allocate(Bytes(size));
        let address = block.map(|block| block.address);
        assert_eq!(address, self.twin.place(size));
        self.live.extend(block);
        address
    }

    fn free(&mut self, at: usize) {
        let block = self.live.swap_remove(at);
        self.pool.free(&block);
        self.twin.free(block.address);
    }

    /// A smaller block is laid behind all others where there is room; else it keeps what it has.
    fn shrink(&mut self, at: usize, size: u64) {
        let old = self.live[at];
        self.live[at] = self.pool.shrink(&old, Bytes(size)).expect("it had more");
        if size < old.requested.0 {
            let moved = self.twin.place(size);
            match moved {
                Some(_) => self.twin.free(old.address),
                None => {
                    let laid = self.twin.halves.iter_mut().flatten().filter(|laid| laid.address == old.address);
                    laid.for_each(|laid| laid.requested = size);
                }
            }
            assert_eq!(self.live[at].address, moved.unwrap_or(old.address));
            assert_eq!(self.live[at].size.0, moved.map_or(old.size.0, |_| size));
        }
    }

    /// Lets all live blocks but every `pinned`-th be copied.
    fn compact(&mut self, goal: Goal, (budget, pinned): (u64, usize)) {
        let chosen = |at: &usize| pinned == 0 || !at.is_multiple_of(pinned);
        let may_move: Vec<u64> = (0..self.live.len()).filter(chosen).map(|at| self.live[at].address).collect();
        let mut named: Vec<&mut Block> =
            self.live.iter_mut().enumerate().filter(|(at, _)| chosen(at)).map(|(_, block)| block).collect();
        let moves = self.pool.compact(&mut named, goal, Bytes(budget));
        assert_eq!(moves, self.twin.copy(&may_move, goal, budget));
    }

    fn check(&self) {
        let (top, end) = self.twin.room();
        assert_eq!(self.pool.holes().collect::<Vec<_>>(), self.twin.holes());
        assert_eq!(self.pool.available().0, self.twin.holes().iter().map(|hole| hole.size).sum::<u64>());
        assert_eq!(self.pool.largest_fit().0, end - top);
        let (live, idle) = (self.twin.live(self.twin.filled), self.twin.live(1 - self.twin.filled));
        let joinable = if live > 0 && idle == 0 { self.twin.units / 2 - live } else { self.pool.available().0 };
        assert_eq!(self.pool.joinable().0, joinable);
        let mut found: Vec<(u64, u64)> = self.live.iter().map(|block| (block.address, block.size.0)).collect();
        let halves = self.twin.halves.iter().flatten().filter(|laid| laid.lives);
        let mut expected: Vec<(u64, u64)> = halves.map(|laid| (laid.address, laid.size)).collect();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn every_block_lies_where_the_twin_has_it(
        units in 1u64..120,
        steps in prop::collection::vec((0u8..14, 1u64..12, 0usize..5), 0..160),
    ) {
        let mut pair = Pair::new(units);
        for (kind, number, pinned) in steps {
            let at = |pair: &Pair| number as usize * 7 % pair.live.len();
            match kind {
                0..6 => _ = pair.ask(number),
                6 if !pair.live.is_empty() => pair.shrink(at(&pair), 1 + number / 3),
                7..12 if !pair.live.is_empty() => pair.free(at(&pair)),
                12 => pair.compact(Goal::Room(Bytes(4 * number)), (u64::MAX, pinned)),
                13 => pair.compact(Goal::Everything, (6 * number, pinned)),
                _ => {}
            }
            pair.check();
        }
        while !pair.live.is_empty() {
            pair.free(0);
            pair.check();
        }
    }
}

/// What the model's page says of blocks that never die.
#[test]
fn a_block_that_never_dies_keeps_all_that_died_beside_it_unless_it_is_copied() {
    let mut still = Pair::new(100);
    still.ask(1);
    for _ in 0..7 {
        still.ask(7);
        still.free(1);
    }
    assert_eq!((still.ask(1), still.pool.available(), still.pool.requested()), (None, Bytes(0), Bytes(1)));

    let mut copied = Pair::new(100);
    copied.ask(1);
    let mut moved = 0;
    for _ in 0..70 {
        if copied.ask(7).is_none() {
            copied.compact(Goal::Room(Bytes(7)), (u64::MAX, 0));
            moved += 1;
            copied.ask(7);
        }
        copied.free(1);
        copied.check();
    }
    assert_eq!(moved, 9, "one byte for every seven blocks");

    let mut pinned = Pair::new(100);
    (0..7).for_each(|_| _ = pinned.ask(7));
    (0..5).for_each(|_| pinned.free(1));
    pinned.compact(Goal::Everything, (u64::MAX, 2));
    assert_eq!(pinned.live.iter().map(|block| block.address).collect::<Vec<_>>(), [0, 50], "one stays behind");
    pinned.ask(43);
    pinned.free(1);
    pinned.compact(Goal::Everything, (u64::MAX, 0));
    assert_eq!(pinned.ask(1), None, "a half with a block that stays cannot be copied into");
}
