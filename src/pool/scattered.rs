//! Bytes from anywhere: the twin of an allocator with addresses, which pays no tax for contiguity.
//!
//! It refuses what the whole of the free memory cannot hold, and nothing else. `segments` with pages of one byte would do
//! the same; but groups of identical requests are served as one there, and here each is served by itself, as under the
//! allocators that it is compared with. A twin of an allocator that rounds takes as many bytes as that does.

use super::{Block, BlockAllocator, BuildAllocator};
use crate::base::{Bytes, Entry, Trait};

/// See the head of the file.
pub const ENTRY: Entry<BuildAllocator> = Entry {
    name: "scattered",
    summary: "bytes from anywhere: the twin that pays nothing for contiguity",
    source: "bound (Kaufman 1981, Roberts 1981: complete sharing)",
    params: &[],
    traits: &[Trait::Bound],
    build: |_, capacity| Ok(Box::new(Scattered { free: capacity, shape: None })),
};

/// See the head of the file.
pub struct Scattered {
    free: Bytes,
    /// Says how large blocks are, and is always empty.
    shape: Option<Box<dyn BlockAllocator>>,
}

impl Scattered {
    /// An empty memory of `capacity` from which blocks take as many bytes as `shape` gives them, which is empty and of the
    /// same capacity. What `shape` cannot hold when it is empty is refused too: no room at all would help.
    pub fn twin_of(mut shape: Box<dyn BlockAllocator>, capacity: Bytes) -> Scattered {
        shape.unmeasured();
        let granule = shape.granule().0.max(1);
        Scattered { free: Bytes(capacity.0 / granule * granule), shape: Some(shape) }
    }

    fn size(&mut self, request: Bytes) -> Option<Bytes> {
        let Some(shape) = &mut self.shape else { return Some(request.max(Bytes(1))) };
        let block = shape.allocate(request)?;
        shape.free(&block);
        Some(block.size)
    }
}

impl BlockAllocator for Scattered {
    fn allocate(&mut self, request: Bytes) -> Option<Block> {
        let size = self.size(request)?;
        self.free = Bytes(self.free.0.checked_sub(size.0)?);
        Some(Block { address: 0, requested: request, size, tag: 0 })
    }

    fn free(&mut self, block: &Block) {
        self.free += block.size;
    }

    fn granule(&self) -> Bytes {
        self.shape.as_ref().map_or(Bytes(1), |shape| shape.granule())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{BLOCK_ALLOCATORS, Pool};
    use super::*;
    use crate::base::{Args, Value};

    #[test]
    fn a_twin_rounds_as_its_allocator_does_and_lays_blocks_anywhere() {
        let entry = BLOCK_ALLOCATORS.iter().find(|entry| entry.name == "buddy").unwrap();
        let smallest = Args::new(vec![("smallest", Value::Bytes(Bytes(2)))]);
        let build = || (entry.build)(&smallest, Bytes(9)).unwrap();
        let mut pools =
            [Pool::new(Bytes(9), build()), Pool::new(Bytes(9), Box::new(Scattered::twin_of(build(), Bytes(9))))];
        for pool in &mut pools {
            let blocks: Vec<Option<Block>> = (0..5).map(|_| pool.allocate(Bytes(1))).collect();
            assert_eq!((blocks[4], pool.capacity(), pool.available()), (None, Bytes(8), Bytes(0)));
            [0, 2].into_iter().for_each(|at| pool.free(&blocks[at].unwrap()));
            assert_eq!(pool.available(), Bytes(4));
        }
        assert_eq!(pools[0].allocate(Bytes(3)), None);
        assert_eq!(pools[1].allocate(Bytes(3)).unwrap().size, Bytes(4));
        assert_eq!((pools[1].available(), pools[1].requested()), (Bytes(0), Bytes(5)));
    }
}
