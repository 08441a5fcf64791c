//! `buddy_system_allocator`: its frame allocator, which like ours keeps addresses without memory; a frame is 16 bytes.

use buddy_system_allocator::FrameAllocator;

use super::Contestant;
use crate::stream::Stream;

/// The allocator and its blocks: frame and number of frames.
pub struct Frames {
    allocator: FrameAllocator<32>,
    blocks: Vec<Option<(usize, usize)>>,
    /// The first frame; not 0, where the crate would begin with small pieces.
    first: usize,
}

impl Frames {
    /// An empty memory.
    pub fn new(stream: &Stream) -> Frames {
        let mut allocator = FrameAllocator::new();
        let frames = (stream.memory / 16) as usize;
        allocator.insert(frames..2 * frames);
        Frames { allocator, blocks: vec![None; stream.slots], first: frames }
    }
}

impl Contestant for Frames {
    #[inline]
    fn allocate(&mut self, slot: u32, size: u32) -> Option<u64> {
        let count = (size / 16) as usize;
        let frame = self.allocator.alloc(count);
        self.blocks[slot as usize] = frame.map(|frame| (frame, count));
        frame.map(|frame| (frame - self.first) as u64 * 16)
    }

    #[inline]
    fn free(&mut self, slot: u32) {
        if let Some((frame, count)) = self.blocks[slot as usize].take() {
            self.allocator.dealloc(frame, count);
        }
    }
}
