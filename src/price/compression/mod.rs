//! What compression saves and costs, one core at a time.

use crate::base::{Args, Build, Bytes, SimSpan};

/// Speeds of a codec on one core.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Codec {
    /// Bytes before over bytes after, at least 1.
    pub ratio: f64,
    /// Uncompressed bytes compressed per second; infinite where it costs nothing.
    pub compress: f64,
    /// Uncompressed bytes restored per second; infinite where it costs nothing.
    pub decompress: f64,
}

/// What a compressed block takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packed {
    /// Bytes after compression.
    pub bytes: Bytes,
    /// CPU time to compress.
    pub pack: SimSpan,
    /// CPU time to restore.
    pub unpack: SimSpan,
}

impl Codec {
    /// Reads ratio and speeds from the parameters `ratio`, `compress` and `decompress`.
    pub(crate) fn from_args(args: &Args) -> Codec {
        let [ratio, compress, decompress] = ["ratio", "compress", "decompress"].map(|name| args.number(name));
        Codec { ratio, compress, decompress }
    }

    /// Compresses `bytes`.
    pub fn pack(&self, bytes: Bytes) -> Packed {
        let cpu = |speed: f64| SimSpan::from_secs(bytes.as_f64() / speed);
        Packed { bytes: bytes.scale(1.0 / self.ratio), pack: cpu(self.compress), unpack: cpu(self.decompress) }
    }
}

/// A codec with its ratio and speeds.
pub trait Compression: Send {
    /// Ratio and speeds.
    fn codec(&self) -> Codec;
}

impl Compression for Codec {
    fn codec(&self) -> Codec {
        *self
    }
}

crate::registry! {
    /// All codecs; the first is the baseline.
    pub static COMPRESSIONS: Build<dyn Compression>;
    none, lz4, zstd, snappy,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::testing::build;

    #[test]
    fn lz4_packs_452_megabytes_a_second() {
        let codec = build(COMPRESSIONS, "lz4", &[]).codec();
        let packed = codec.pack(Bytes(452_000_000));
        assert_eq!(packed.pack, SimSpan::secs(1));
        assert_eq!(packed.bytes, Bytes(215_238_095));
    }

    #[test]
    fn every_codec_but_none_shrinks_and_restores_faster_than_it_compresses() {
        for entry in &COMPRESSIONS[1..] {
            let codec = build(COMPRESSIONS, entry.name, &[]).codec();
            assert!(codec.ratio > 2.0 && codec.decompress > codec.compress, "{}", entry.name);
        }
        let nothing = build(COMPRESSIONS, "none", &[]).codec().pack(Bytes(77));
        assert_eq!(nothing, Packed { bytes: Bytes(77), pack: SimSpan::ZERO, unpack: SimSpan::ZERO });
    }
}
