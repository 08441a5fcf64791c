//! Zstandard at level 1: matching with entropy coding; smaller than LZ4 and slower to restore.
//!
//! Defaults: Silesia corpus, one core, Zstd 0.8.2 level 1, i7-3930K at 4.5 GHz. Other data and machines differ by factors: give your own figures.

use super::{Codec, Compression};
use crate::base::{Build, Entry, Kind, param};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn Compression>> = Entry {
    name: "zstd",
    summary: "Zstandard level 1: ratio near 3 at moderate speed",
    source: "Zstd 0.8.2 level 1, i7-3930K at 4.5 GHz",
    params: &[
        param("ratio", Kind::Number(1.0, 1000.0), "2.877", "bytes before over bytes after"),
        param("compress", Kind::Bandwidth, "330 MB/s", "speed of compression on one core"),
        param("decompress", Kind::Bandwidth, "940 MB/s", "speed of decompression on one core"),
    ],
    traits: &[],
    build: |args| Ok(Box::new(Codec::from_args(args))),
};
