//! Snappy: byte-oriented matching; RocksDB's default in Flink.
//!
//! Defaults: Silesia corpus, one core, Snappy 1.1.4, i5-4300U, lzbench 1.7.1. Other data and machines differ by factors: give your own figures.

use super::{Codec, Compression};
use crate::base::{Build, Entry, Kind, param};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn Compression>> = Entry {
    name: "snappy",
    summary: "Snappy: ratio about 2",
    source: "Snappy 1.1.4, i5-4300U, lzbench 1.7.1",
    params: &[
        param("ratio", Kind::Number(1.0, 1000.0), "2.08", "bytes before over bytes after"),
        param("compress", Kind::Bandwidth, "327 MB/s", "speed of compression on one core"),
        param("decompress", Kind::Bandwidth, "1075 MB/s", "speed of decompression on one core"),
    ],
    traits: &[],
    build: |args| Ok(Box::new(Codec::from_args(args))),
};
