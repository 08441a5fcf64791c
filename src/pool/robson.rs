//! Robson's adversary, and the bounds that it proves: how much memory fragmentation can cost at worst.
//!
//! Robson, JACM 1971 and 1974: a program that asks for powers of two up to n and never holds more than M bytes forces
//! any allocator that moves nothing to use M log2(n) / 2 + M - n + 1 bytes. It fills M with blocks of 1 byte; then, for
//! each power 2^i up to n, it keeps only blocks that cover an address of one residue modulo 2^i, and fills up with
//! blocks of 2^i, none of which fits between those. Of the two residues that refine the last one it takes the one
//! that blocks more memory. What allocators can be forced to at most is known too (Robson, Computer Journal 1977;
//! tabulated by Herter, 2014).

use super::{Block, Pool};
use crate::base::Bytes;

/// The program: at most `max_live` bytes live at a time, in powers of two up to `max_block`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Robson {
    max_live: u64,
    max_block: u64,
}

impl Robson {
    /// A program with these limits; `None` unless `max_block` is a power of two and at most `max_live`.
    pub fn new(max_live: Bytes, max_block: Bytes) -> Option<Robson> {
        let valid = max_block.0.is_power_of_two() && max_block <= max_live;
        valid.then_some(Robson { max_live: max_live.0, max_block: max_block.0 })
    }

    fn log(self) -> u64 {
        u64::from(self.max_block.ilog2())
    }

    /// What every allocator can be forced to use, and some need no more than: M log2(n) / 2 + M - n + 1.
    pub fn optimal(self) -> Bytes {
        Bytes(self.max_live * self.log() / 2 + self.max_live - self.max_block + 1)
    }

    /// What first fit never exceeds: M (1 + log2 n).
    pub fn first_fit(self) -> Bytes {
        Bytes(self.max_live * (1 + self.log()))
    }

    /// What half fit never exceeds: 2 M (1 + log2 n).
    pub fn half_fit(self) -> Bytes {
        Bytes(2 * self.max_live * (1 + self.log()))
    }

    /// What best fit may come close to: M (n - 2).
    pub fn best_fit(self) -> Bytes {
        Bytes(self.max_live * self.max_block.saturating_sub(2))
    }

    /// Plays the program on an empty pool and returns how far the pool reached. `None` where a request is refused:
    /// the pool is too small to tell.
    pub fn play(self, pool: &mut Pool) -> Option<Bytes> {
        let (mut live, mut held, mut reach, mut residue, mut size) = (Vec::new(), 0, Bytes::ZERO, 0, 1);
        loop {
            while held + size <= self.max_live {
                live.push(pool.allocate(Bytes(size))?);
                held += size;
            }
            reach = reach.max(pool.extent());
            if size == self.max_block {
                return Some(reach);
            }
            size *= 2;
            let other = residue + size / 2;
            residue = if blocked(&live, other, size) > blocked(&live, residue, size) { other } else { residue };
            live.retain(|block| {
                let stays = covers(block, residue, size);
                if !stays {
                    pool.free(block);
                    held -= block.requested.0;
                }
                stays
            });
        }
    }
}

/// Whether a block covers an address that leaves `residue` modulo `size`.
fn covers(block: &Block, residue: u64, size: u64) -> bool {
    let next = block.address + (residue + size - block.address % size) % size;
    next < block.address + block.requested.0
}

/// Bytes of the windows of `size` that blocks covering `residue` spoil, beyond their own.
fn blocked(live: &[Block], residue: u64, size: u64) -> u64 {
    live.iter().filter(|block| covers(block, residue, size)).map(|block| size - block.requested.0).sum()
}
