//! LZ4: byte-oriented matching without entropy coding; Flink's and RocksDB's fast choice.
//!
//! Defaults: Silesia corpus, one core, LZ4 1.7.5, i5-4300U, lzbench 1.7.1. Other data and machines differ by factors: give your own figures.

use super::{Codec, Compression};
use crate::base::{Build, Entry, Kind, param};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn Compression>> = Entry {
    name: "lz4",
    summary: "LZ4: fast, ratio about 2",
    source: "LZ4 1.7.5, i5-4300U, lzbench 1.7.1",
    params: &[
        param("ratio", Kind::Number(1.0, 1000.0), "2.10", "bytes before over bytes after"),
        param("compress", Kind::Bandwidth, "452 MB/s", "speed of compression on one core"),
        param("decompress", Kind::Bandwidth, "2244 MB/s", "speed of decompression on one core"),
    ],
    traits: &[],
    build: |args| Ok(Box::new(Codec::from_args(args))),
};
