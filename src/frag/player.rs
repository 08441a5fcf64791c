//! Plays the operations of a trace on one memory.

use super::{Contender, Reclamation};
use crate::base::Bytes;
use crate::frag::allocations::{Act, Op};
use crate::pool::{Block, Pool};

/// What came of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was done.
    Done,
    /// The memory refused this many bytes.
    Refused(Bytes),
    /// It concerns a block that was refused before.
    Moot,
}

/// A memory and the blocks in it.
pub(super) struct Player {
    pub pool: Pool,
    pub slots: Vec<Option<Block>>,
    /// Bytes copied by compactions and by blocks that grew elsewhere.
    pub moved: u64,
    reclamation: Reclamation,
}

impl Player {
    /// An empty memory of `size` for blocks in `slots` slots.
    pub fn new(
        contender: &Contender,
        size: Bytes,
        (reclamation, slots): (Reclamation, usize),
    ) -> Result<Player, String> {
        let allocator = (contender.entry.build)(&contender.args, size)?;
        let pool = Pool::new(size, reclamation.apply(allocator, size));
        Ok(Player { pool, slots: vec![None; slots], moved: 0, reclamation })
    }

    /// Carries out one operation. The slot is one of those that the memory was made for.
    pub fn play(&mut self, op: &Op) -> Outcome {
        let slot = op.slot as usize;
        match (op.act, self.slots[slot].take()) {
            (Act::Free, None) => Outcome::Moot,
            (Act::Free, Some(block)) => {
                self.pool.free(&block);
                Outcome::Done
            }
            (Act::Allocate(bytes), _) | (Act::Resize(bytes), None) => self.allocate(slot, bytes),
            (Act::Resize(bytes), Some(block)) if bytes <= block.requested => {
                self.slots[slot] = self.pool.shrink(&block, bytes);
                self.told(slot, bytes)
            }
            (Act::Resize(bytes), Some(block)) => self.grow(slot, &block, bytes),
        }
    }

    fn told(&self, slot: usize, bytes: Bytes) -> Outcome {
        if self.slots[slot].is_some() { Outcome::Done } else { Outcome::Refused(bytes) }
    }

    fn allocate(&mut self, slot: usize, bytes: Bytes) -> Outcome {
        self.slots[slot] = self.pool.allocate(bytes).or_else(|| self.make_room(bytes));
        self.told(slot, bytes)
    }

    /// Moves blocks, where that is allowed and may help, and asks again.
    fn make_room(&mut self, bytes: Bytes) -> Option<Block> {
        let (goal, budget) = self.reclamation.remedy(bytes).filter(|_| self.pool.joinable() >= bytes)?;
        let mut live: Vec<&mut Block> = self.slots.iter_mut().flatten().collect();
        let moves = self.pool.compact(&mut live, goal, budget);
        self.moved += moves.iter().map(|one| one.size.0).sum::<u64>();
        self.pool.allocate(bytes)
    }

    /// A block may grow over the memory that it has; one that cannot stays as it was.
    fn grow(&mut self, slot: usize, block: &Block, bytes: Bytes) -> Outcome {
        self.pool.free(block);
        if self.allocate(slot, bytes) == Outcome::Done {
            let moved = self.slots[slot].is_some_and(|grown| grown.address != block.address);
            self.moved += if moved { block.requested.0 } else { 0 };
            return Outcome::Done;
        }
        self.slots[slot] = self.pool.allocate(block.requested);
        Outcome::Refused(bytes)
    }
}
