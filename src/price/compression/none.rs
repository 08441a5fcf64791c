//! No compression: the same bytes, at no cost.

use super::{Codec, Compression};
use crate::base::{Build, Entry, Trait};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn Compression>> = Entry {
    name: "none",
    summary: "leaves bytes as they are",
    source: "baseline",
    params: &[],
    traits: &[Trait::Baseline],
    build: |_| Ok(Box::new(Codec { ratio: 1.0, compress: f64::INFINITY, decompress: f64::INFINITY })),
};
