//! A region of one TaskManager: its pool, who holds what of it, and who waits for it.
//!
//! This is the ledger: byte counts of consumers change here and nowhere else, together with the blocks that
//! stand for them, and every change is checked.

use std::collections::VecDeque;

use super::view::{Consumer, RegionView};
use crate::base::{Bytes, ConsumerId, RequestId, SimTime, TaskManagerId};
use crate::pool::{Block, Fragmentation, Goal, Pool, Reservation, Reserve};

/// Finds a consumer again after others have left, and nobody once it has left itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handle {
    /// Whose it is.
    pub consumer: ConsumerId,
    /// Place in `places`, given again when the consumer has left.
    number: u32,
}

/// What an unbounded region claims to have: more than any request, and far from overflowing a sum of regions.
const ENDLESS: Bytes = Bytes(1 << 50);

/// A pool with its consumers.
pub struct Region {
    pool: Pool,
    bounded: bool,
    consumers: Vec<Consumer>,
    blocks: Vec<Vec<Block>>,
    handles: Vec<Handle>,
    places: Vec<u32>,
    free_numbers: Vec<u32>,
    spare: Vec<Vec<Block>>,
    /// Blocks that nobody holds and nobody has returned.
    leaked: Vec<Block>,
    reserve: Option<Reserve>,
    /// Bytes taken from the system whose first touch nobody has paid for yet.
    fresh: Bytes,
    /// Requests that wait for memory of this region, in order of arrival.
    pub waiters: VecDeque<RequestId>,
}

impl Region {
    /// An empty region over `pool`; without `bounded` it never runs out.
    pub fn new(pool: Pool, bounded: bool) -> Region {
        Region {
            pool,
            bounded,
            consumers: Vec::new(),
            blocks: Vec::new(),
            handles: Vec::new(),
            places: Vec::new(),
            free_numbers: Vec::new(),
            spare: Vec::new(),
            leaked: Vec::new(),
            reserve: None,
            fresh: Bytes::ZERO,
            waiters: VecDeque::new(),
        }
    }

    /// The same region, which follows what it has taken from the system.
    pub fn reserving(self, reservation: Reservation) -> Region {
        Region { reserve: Some(Reserve::new(reservation, self.pool.capacity())), ..self }
    }

    /// Registers a consumer that holds nothing yet.
    pub fn register(&mut self, consumer: Consumer) -> Handle {
        let number = self.free_numbers.pop().unwrap_or_else(|| {
            self.places.push(0);
            self.places.len() as u32 - 1
        });
        let handle = Handle { consumer: consumer.id, number };
        self.places[number as usize] = self.consumers.len() as u32;
        self.consumers.push(Consumer { held: Bytes::ZERO, ..consumer });
        self.blocks.push(self.spare.pop().unwrap_or_default());
        self.handles.push(handle);
        handle
    }

    /// Removes a consumer, giving back what it still holds; returns those bytes.
    pub fn unregister(&mut self, handle: Handle) -> Bytes {
        let held = self.give_back(handle, Bytes(u64::MAX));
        let place = self.place(handle);
        self.consumers.swap_remove(place);
        self.handles.swap_remove(place);
        self.spare.push(self.blocks.swap_remove(place));
        if let Some(moved) = self.handles.get(place) {
            self.places[moved.number as usize] = place as u32;
        }
        self.free_numbers.push(handle.number);
        held
    }

    /// Position of a consumer in [`RegionView::consumers`].
    pub fn place(&self, handle: Handle) -> usize {
        self.places[handle.number as usize] as usize
    }

    /// The handle of the consumer at a position of [`RegionView::consumers`].
    pub fn handle_at(&self, place: usize) -> Handle {
        self.handles[place]
    }

    /// Whether the consumer of `handle` is still there.
    pub fn holds(&self, handle: Handle) -> bool {
        self.handles.get(self.place(handle)) == Some(&handle)
    }

    /// The consumer itself.
    pub fn consumer(&self, handle: Handle) -> &Consumer {
        &self.consumers[self.place(handle)]
    }

    /// The consumer's facts other than bytes held, to update them.
    pub fn consumer_mut(&mut self, handle: Handle) -> &mut Consumer {
        let place = self.place(handle);
        &mut self.consumers[place]
    }

    /// Gives `bytes` to a consumer as one block; false where the allocator finds no room.
    pub fn grant(&mut self, handle: Handle, bytes: Bytes) -> bool {
        if bytes == Bytes::ZERO {
            return true;
        }
        let Some(block) = self.pool.allocate(bytes) else { return false };
        let place = self.place(handle);
        self.blocks[place].push(block);
        self.consumers[place].held += bytes;
        if let Some(reserve) = &mut self.reserve {
            self.fresh += reserve.cover(self.pool.extent());
        }
        true
    }

    /// Loses blocks of a consumer that gives `bytes` back, the latest first: whole blocks for which `loses` says so
    /// stay taken, and are nobody's. Returns the bytes lost, which the consumer no longer holds.
    pub fn lose(&mut self, handle: Handle, bytes: Bytes, mut loses: impl FnMut() -> bool) -> Bytes {
        let place = self.place(handle);
        let (mut left, mut lost) = (bytes.min(self.consumers[place].held), Bytes::ZERO);
        for at in (0..self.blocks[place].len()).rev() {
            let size = self.blocks[place][at].requested;
            if size > left {
                break;
            }
            left -= size;
            if loses() {
                self.leaked.push(self.blocks[place].remove(at));
                lost += size;
            }
        }
        self.consumers[place].held -= lost;
        lost
    }

    /// Gives lost blocks back, as the end of a process does; returns their bytes.
    pub fn reclaim(&mut self) -> Bytes {
        let lost = self.leaked();
        self.leaked.drain(..).for_each(|block| self.pool.free(&block));
        lost
    }

    /// Moves blocks together, at most `budget` bytes of them; returns the bytes moved.
    pub fn compact(&mut self, goal: Goal, budget: Bytes) -> Bytes {
        let held = self.blocks.iter_mut().flatten();
        let mut live: Vec<&mut Block> = held.chain(&mut self.leaked).collect();
        self.pool.compact(&mut live, goal, budget).iter().map(|relocation| relocation.size).sum()
    }

    /// Gives back to the system what lies beyond the highest block.
    pub fn trim(&mut self) {
        if let Some(reserve) = &mut self.reserve {
            reserve.trim(self.pool.extent());
        }
    }

    /// Bytes taken from the system that [`Region::take_fresh`] would give.
    pub fn fresh(&self) -> Bytes {
        self.fresh
    }

    /// Bytes taken from the system since this was last called.
    pub fn take_fresh(&mut self) -> Bytes {
        std::mem::take(&mut self.fresh)
    }

    /// Takes up to `bytes` back from a consumer, its latest blocks first; returns what was taken.
    pub fn give_back(&mut self, handle: Handle, bytes: Bytes) -> Bytes {
        let place = self.place(handle);
        let mut left = bytes.min(self.consumers[place].held);
        let taken = left;
        while left > Bytes::ZERO {
            let Some(block) = self.blocks[place].pop() else { break };
            let keep = block.requested.saturating_sub(left);
            left = left.saturating_sub(block.requested);
            if keep > Bytes::ZERO {
                self.blocks[place].extend(self.pool.shrink(&block, keep));
            } else {
                self.pool.free(&block);
            }
        }
        self.consumers[place].held -= taken;
        taken
    }

    /// What policies see.
    pub fn view(&self, now: SimTime, task_manager: TaskManagerId, slots: u32) -> RegionView<'_> {
        RegionView {
            now,
            task_manager,
            capacity: self.pool.capacity(),
            free: self.free(),
            largest_hole: self.largest_hole(),
            slots,
            consumers: &self.consumers,
        }
    }

    /// Size of the region.
    pub fn capacity(&self) -> Bytes {
        self.pool.capacity()
    }

    /// Bytes that blocks take, rounding included.
    pub fn allocated(&self) -> Bytes {
        self.pool.allocated()
    }

    /// Bytes taken from the system, where that is followed, else what blocks take.
    pub fn committed(&self) -> Bytes {
        self.reserve.map_or(self.pool.allocated(), |reserve| reserve.committed())
    }

    /// Bytes of lost blocks.
    pub fn leaked(&self) -> Bytes {
        self.leaked.iter().map(|block| block.requested).sum()
    }

    /// Bytes that consumers hold and have lost.
    pub fn live(&self) -> Bytes {
        self.pool.requested()
    }

    /// Bytes that no block takes.
    pub fn free(&self) -> Bytes {
        if self.bounded { self.pool.available() } else { ENDLESS }
    }

    /// Largest block that could be placed.
    pub fn largest_hole(&self) -> Bytes {
        if self.bounded { self.pool.largest_fit() } else { ENDLESS }
    }

    /// Bytes that compaction could make one hole, at the most.
    pub fn joinable(&self) -> Bytes {
        self.pool.joinable()
    }

    /// Everyone registered, in no lasting order.
    pub fn consumers(&self) -> &[Consumer] {
        &self.consumers
    }

    /// How cut up the free memory is for requests of `probe`.
    pub fn fragmentation(&self, probe: Bytes) -> Fragmentation {
        self.pool.fragmentation(probe)
    }

    /// Recounts the books from the consumers up; says what does not agree.
    pub fn prove(&self) -> Result<(), String> {
        let held: Bytes = self.consumers.iter().map(|consumer| consumer.held).sum();
        let blocks: Bytes = self.blocks.iter().flatten().map(|block| block.requested).sum();
        let leaked = self.leaked();
        if held != blocks || held + leaked != self.pool.requested() {
            return Err(format!(
                "consumers hold {}, their blocks {}, {} are lost, the pool says {}",
                held.0,
                blocks.0,
                leaked.0,
                self.pool.requested().0
            ));
        }
        Ok(())
    }
}
