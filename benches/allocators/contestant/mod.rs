//! Who plays.

mod frames;
mod model;
mod offset;
mod rlsf;

pub use frames::Frames;
pub use model::{Model, Statistics};
pub use offset::Offset;
pub use rlsf::Rlsf;

/// An allocator with the blocks that it granted.
pub trait Contestant {
    /// The address of a new block for this slot, from the start of the memory; `None` where it is refused.
    fn allocate(&mut self, slot: u32, size: u32) -> Option<u64>;

    /// Frees the block of a slot, if it has one.
    fn free(&mut self, slot: u32);
}
