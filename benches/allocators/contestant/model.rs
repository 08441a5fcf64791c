//! Ours.

use heapwise::base::{Args, Bytes, Kind, Preset, SimTime, Value};
use heapwise::pool::{Averages, BLOCK_ALLOCATORS, Block, Pool};

use super::Contestant;
use crate::stream::Stream;

/// What is measured on the way.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Statistics {
    /// Nothing.
    None,
    /// Running sums over the holes.
    Sums,
    /// All measures, averaged over time, at every operation.
    Averages,
}

const NONE: Block = Block { address: 0, requested: Bytes::ZERO, size: Bytes::ZERO, tag: 0 };

/// A pool.
pub struct Model {
    pool: Pool,
    /// Of size 0 where there is none.
    blocks: Vec<Block>,
    averages: Option<Averages>,
    now: u64,
}

impl Model {
    /// An empty pool under a rule, with a granule of 16 bytes.
    pub fn new(rule: &str, stream: &Stream, statistics: Statistics) -> Model {
        let entry = BLOCK_ALLOCATORS.iter().find(|entry| entry.name == rule).expect("an allocator");
        let mut args = Args::default();
        for param in entry.params {
            let Preset::Is(text) = param.preset else { continue };
            let value = match param.kind {
                Kind::Bytes if ["granule", "smallest"].contains(&param.name) => Value::Bytes(Bytes(16)),
                Kind::Bytes => Value::Bytes(text.parse().expect("a size")),
                Kind::Count(..) => Value::Count(text.parse().expect("a count")),
                _ => Value::Number(text.parse().expect("a number")),
            };
            args.set(param.name, value);
        }
        let memory = Bytes(stream.memory);
        let mut pool = Pool::new(memory, (entry.build)(&args, memory).expect("sound parameters"));
        if statistics == Statistics::None {
            pool = pool.unmeasured();
        }
        let averages =
            (statistics == Statistics::Averages).then(|| Averages::begin(&mut pool, Bytes(4096), SimTime::ZERO));
        Model { pool, blocks: vec![NONE; stream.slots], averages, now: 0 }
    }

    #[inline]
    fn observe(&mut self) {
        if let Some(averages) = &mut self.averages {
            self.now += 1;
            averages.observe(&self.pool, SimTime(self.now));
        }
    }
}

impl Contestant for Model {
    #[inline]
    fn allocate(&mut self, slot: u32, size: u32) -> Option<u64> {
        let block = self.pool.allocate(Bytes(u64::from(size)));
        self.blocks[slot as usize] = block.unwrap_or(NONE);
        self.observe();
        block.map(|block| block.address)
    }

    #[inline]
    fn free(&mut self, slot: u32) {
        let block = &mut self.blocks[slot as usize];
        if block.size > Bytes::ZERO {
            self.pool.free(block);
            block.size = Bytes::ZERO;
            self.observe();
        }
    }
}
