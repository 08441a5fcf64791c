//! Moving live blocks so that holes join, with a limit on the bytes moved.
//!
//! Where the allocator can slide a block (the fits), blocks slide down in the order of their addresses: all of them, or
//! only those between the holes that cost least to join for one request (compaction debt). Where it can empty whole
//! stretches (regions, copying), the blocks of those are copied elsewhere. Everywhere else the highest blocks are
//! asked for anew and move if that puts them lower, as allocators that defragment on line do.

use super::fragmentation::cheapest_run;
use super::{Block, Pool};
use crate::base::Bytes;

/// What a compaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// Free memory in as few pieces as can be.
    Everything,
    /// Room for a contiguous request of this size, and no more work than that takes.
    Room(Bytes),
}

/// A block that has moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relocation {
    /// Where it was.
    pub from: u64,
    /// Where it is.
    pub to: u64,
    /// Bytes copied.
    pub size: Bytes,
}

impl Pool {
    /// Moves some of the `live` blocks of this pool, at most `budget` bytes of them together; blocks that move are
    /// changed in place. Blocks of the pool that are not named stay where they are. Returns the moves in the order in
    /// which they were made: where a block has been, another may lie already.
    pub fn compact(&mut self, live: &mut [&mut Block], goal: Goal, budget: Bytes) -> Vec<Relocation> {
        if self.satisfied(goal) {
            return Vec::new();
        }
        self.allocator.sweep();
        live.sort_by_key(|block| block.address);
        let mut moves = Moves { left: budget.0, made: Vec::new() };
        if self.allocator.slides() {
            self.slide(live, goal, &mut moves);
            return moves.made;
        }
        let Some(stretches) = self.allocator.evacuate(budget) else {
            self.lower(live, goal, &mut moves);
            return moves.made;
        };
        for stretch in stretches {
            let inside = |block: &Block| stretch.start <= block.address && block.address < stretch.end();
            live.iter_mut()
                .filter(|block| inside(block))
                .for_each(|block| _ = self.copy(block, &mut moves, |_, _| true));
        }
        moves.made
    }

    fn satisfied(&self, goal: Goal) -> bool {
        matches!(goal, Goal::Room(size) if self.largest_fit() >= size)
    }

    /// Slides blocks down, the lowest first.
    fn slide(&mut self, live: &mut [&mut Block], goal: Goal, moves: &mut Moves) {
        let (start, end) = match goal {
            Goal::Everything => (0, u64::MAX),
            Goal::Room(size) => match cheapest_run(self.holes(), size) {
                Some(run) if run.debt <= moves.left => (run.start, run.end),
                _ => return,
            },
        };
        let within = |block: &&mut &mut Block| start <= block.address && block.address < end;
        for block in live.iter_mut().filter(within).filter(|block| block.size > Bytes::ZERO) {
            if block.size.0 > moves.left {
                return;
            }
            if let Some(moved) = self.allocator.slide(block) {
                moves.make(block, moved);
            }
        }
    }

    /// Asks for the highest blocks anew and moves those that come to lie lower.
    fn lower(&mut self, live: &mut [&mut Block], goal: Goal, moves: &mut Moves) {
        for block in live.iter_mut().rev() {
            if self.satisfied(goal) {
                return;
            }
            self.copy(block, moves, |old, new| new.address < old.address);
        }
    }

    /// Asks for a block anew and moves it there if that is `better`.
    fn copy(&mut self, block: &mut Block, moves: &mut Moves, better: fn(&Block, &Block) -> bool) -> bool {
        if block.size == Bytes::ZERO || block.size.0 > moves.left {
            return false;
        }
        let Some(moved) = self.allocator.allocate(block.requested) else { return false };
        let worth = better(block, &moved);
        self.allocator.free(if worth { block } else { &moved });
        if worth {
            self.allocated += moved.size;
            self.allocated -= block.size;
            moves.make(block, moved);
        }
        worth
    }
}

/// Moves made, and bytes that may still move.
struct Moves {
    left: u64,
    made: Vec<Relocation>,
}

impl Moves {
    fn make(&mut self, block: &mut Block, moved: Block) {
        self.left -= block.size.0;
        self.made.push(Relocation { from: block.address, to: moved.address, size: block.size });
        *block = moved;
    }
}
