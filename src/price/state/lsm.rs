//! A log-structured store in the manner of RocksDB: reads miss a block cache, writes are paid again at compaction.
//!
//! Source: O'Neil et al. 1996; Flink's RocksDB backend. An access is a read and, for the share `writes`, an update. A read that
//! misses reads one block, and by false positives of the Bloom filters (rate exp(-bits ln^2 2)) some more in the other levels. An update costs its bytes
//! times the write amplification 1 + levels x size-ratio / 2 (a flush and levelled compaction; Flink keeps no log).
//! Departures: no write stalls; the operating system's page cache is part of the block cache's hit ratio.

use super::{AccessCost, StatePrice};
use crate::base::{Build, Bytes, Entry, Kind, SimSpan, Trait, param};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn StatePrice>> = Entry {
    name: "lsm",
    summary: "a block cache over a log-structured store: misses read blocks, updates are compacted later",
    source: "O'Neil et al. 1996; RocksDB",
    params: &[
        param("hit", Kind::Span, "3 us", "CPU per access (memtable or block cache)"),
        param("miss", Kind::Span, "10 us", "further CPU per block read (decompression, checksum)"),
        param("block", Kind::Bytes, "4 KiB", "bytes per block read"),
        param("value", Kind::Bytes, "200 B", "bytes per update, key included"),
        param("writes", Kind::Number(0.0, 1.0), "1", "share of accesses that update"),
        param("levels", Kind::Number(1.0, 10.0), "3", "levels below the memtable"),
        param("size-ratio", Kind::Number(2.0, 100.0), "10", "size of a level over the one above"),
        param("bloom-bits", Kind::Number(0.0, 64.0), "10", "filter bits per key; 0: no filter"),
        param("compaction", Kind::Number(0.0, 1e6), "5", "ns of CPU per byte written by flush or compaction"),
    ],
    traits: &[Trait::OnlyState("managed")],
    build: |args| {
        let (levels, ratio) = (args.number("levels"), args.number("size-ratio"));
        Ok(Box::new(Lsm {
            hit: args.span("hit"),
            miss: args.span("miss"),
            block: args.bytes("block"),
            blocks_per_miss: 1.0 + (levels - 1.0) * false_positives(args.number("bloom-bits")),
            written: args.bytes("value").as_f64() * args.number("writes") * (1.0 + levels * ratio / 2.0),
            compaction: args.number("compaction"),
        }))
    },
};

struct Lsm {
    hit: SimSpan,
    miss: SimSpan,
    block: Bytes,
    blocks_per_miss: f64,
    /// Bytes written per access, amplification included.
    written: f64,
    compaction: f64,
}

/// False positive rate of a Bloom filter with the best number of hash functions (Bloom 1970), for `bits` a key.
pub fn false_positives(bits: f64) -> f64 {
    (-bits * std::f64::consts::LN_2.powi(2)).exp()
}

impl StatePrice for Lsm {
    fn access(&self, accesses: u64, hit_ratio: f64) -> AccessCost {
        let count = accesses as f64;
        let blocks = count * (1.0 - hit_ratio.clamp(0.0, 1.0)) * self.blocks_per_miss;
        let written = count * self.written;
        AccessCost {
            cpu: self.hit.scale(count) + self.miss.scale(blocks) + SimSpan::from_nanos(self.compaction * written),
            device_reads: blocks.round() as u64,
            device_bytes: Bytes::from_f64(blocks * self.block.as_f64() + written),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::testing::build;
    use crate::price::state::STATE_PRICES;

    /// Family bloom_fpr.
    #[test]
    fn filters_err_as_often_as_published() {
        assert!((false_positives(10.0) / 0.008192549468 - 1.0).abs() < 1e-6);
        assert!((false_positives(16.0) / 0.0004586385079 - 1.0).abs() < 1e-6);
    }

    #[test]
    fn a_hand_worked_mix() {
        let numbers =
            [("levels", "3"), ("bloom-bits", "0"), ("writes", "0.5"), ("value", "100 B"), ("compaction", "0")];
        let cost = build(STATE_PRICES, "lsm", &numbers).access(1000, 0.9);
        // No filter: a miss reads all three levels. Updates are written 1 + 3 x 10 / 2 = 16 times.
        assert_eq!(cost.device_reads, 300);
        assert_eq!(cost.device_bytes, Bytes(300 * 4096 + 500 * 100 * 16));
        assert_eq!(cost.cpu, SimSpan(1000 * 3000 + 300 * 10_000));
    }
}
