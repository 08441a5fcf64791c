//! How RocksDB divides the managed memory of a slot's state backend.
//!
//! The block cache takes most of it, and write buffers are charged to that cache. The numbers are such that a peak of
//! one and a half times the write buffers' limit, where RocksDB stalls, comes to the memory given. The limit is soft:
//! iterators and pinned blocks go beyond it.

use std::fmt;

use super::memory_size;
use super::weights::WeightError;
use crate::base::Bytes;

/// Settings of RocksDB that decide the division.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RocksDbSettings {
    /// The share of write buffers, 0 ..= 1.
    pub write_buffer_ratio: f64,
    /// The share of the cache kept for indexes and filters, 0 ..= 1.
    pub high_priority_ratio: f64,
    /// One write buffer.
    pub write_buffer: Bytes,
    /// The block of a write buffer's arena; an eighth of the write buffer, in whole 4 KiB, where it is not given.
    pub arena_block: Option<Bytes>,
}

impl Default for RocksDbSettings {
    fn default() -> RocksDbSettings {
        RocksDbSettings {
            write_buffer_ratio: 0.5,
            high_priority_ratio: 0.1,
            write_buffer: Bytes::mib(64),
            arena_block: None,
        }
    }
}

/// The memory of the RocksDB instances of one slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RocksDbMemory {
    /// The block cache, write buffers included.
    pub cache: Bytes,
    /// The limit of the write buffer manager.
    pub write_buffers: Bytes,
    /// The block of a write buffer's arena.
    pub arena_block: Bytes,
    /// Mutable write buffers beyond this are flushed.
    pub mutable_limit: Bytes,
}

/// Settings that make no division.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RocksDbError {
    /// A ratio is outside 0 ..= 1.
    Ratio(f64),
    /// Write buffers and the high priority part leave nothing of the cache; their sum, as a share of it.
    Crowded(f64),
    /// The state backend has no share of managed memory.
    Share(WeightError),
}

impl fmt::Display for RocksDbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RocksDbError::Ratio(ratio) => write!(f, "a ratio of RocksDB is {ratio}, expected 0 to 1"),
            RocksDbError::Crowded(share) => {
                write!(f, "write buffers and the high priority part take {share} of the cache, expected below 1")
            }
            RocksDbError::Share(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for RocksDbError {}

impl RocksDbMemory {
    /// Divides `managed`, the bytes of the state backend in one slot.
    ///
    /// # Errors
    /// A ratio is outside 0 ..= 1, or both together leave nothing of the cache.
    pub fn divide(managed: Bytes, settings: &RocksDbSettings) -> Result<RocksDbMemory, RocksDbError> {
        let (ratio, high) = (settings.write_buffer_ratio, settings.high_priority_ratio);
        if let Some(bad) = [ratio, high].into_iter().find(|ratio| !(0.0..=1.0).contains(ratio)) {
            return Err(RocksDbError::Ratio(bad));
        }
        let taken = 2.0 * ratio / (3.0 - ratio) + high;
        if taken >= 1.0 {
            return Err(RocksDbError::Crowded(taken));
        }
        let write_buffers = (2.0 * managed.as_f64() * ratio / 3.0) as u64;
        let arena_block = (settings.write_buffer.0 / 8).div_ceil(4096).saturating_mul(4096);
        Ok(RocksDbMemory {
            cache: Bytes(((3.0 - ratio) * managed.as_f64() / 3.0) as u64),
            write_buffers: Bytes(write_buffers),
            arena_block: settings.arena_block.unwrap_or(Bytes(arena_block)),
            mutable_limit: Bytes((u128::from(write_buffers) * 7 / 8) as u64),
        })
    }

    /// The least memory of a slot with which RocksDB does not flush all the time; `None` where no memory of up to 2^63-1
    /// bytes is enough (write buffers have no share, or the arena block is too large) or `settings` make no division.
    pub fn least(settings: &RocksDbSettings) -> Option<Bytes> {
        let flushes = |memory: u64| Some(RocksDbMemory::divide(Bytes(memory), settings).ok()?.flushes_constantly());
        let (mut low, mut high) = (0, memory_size::MAX.0);
        if flushes(high)? {
            return None;
        }
        // Every step of the division grows with the memory, also where it rounds: so one border parts the sizes.
        while low < high {
            let middle = low + (high - low) / 2;
            if flushes(middle)? {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Some(Bytes(low))
    }

    /// Whether one arena block exceeds the mutable limit, so that RocksDB flushes all the time.
    pub fn flushes_constantly(&self) -> bool {
        self.arena_block > self.mutable_limit
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn divide(managed: u64) -> RocksDbMemory {
        RocksDbMemory::divide(Bytes(managed), &RocksDbSettings::default()).unwrap()
    }

    #[test]
    fn slots_of_known_size_are_divided_as_worked_by_hand() {
        let expected = [
            (536_870_920, 447_392_433, 178_956_973, 156_587_351),
            (268_435_460, 223_696_216, 89_478_486, 78_293_675),
            (719_407_031, 599_505_859, 239_802_343, 209_827_050),
        ];
        for (managed, cache, write_buffers, mutable) in expected {
            let memory = divide(managed);
            let found = (memory.cache.0, memory.write_buffers.0, memory.mutable_limit.0);
            assert_eq!(found, (cache, write_buffers, mutable));
        }
    }

    #[test]
    fn flushing_gets_constant_below_28760943_bytes() {
        assert!(!divide(28_760_943).flushes_constantly());
        assert!(divide(28_760_942).flushes_constantly());
        assert_eq!(RocksDbMemory::least(&RocksDbSettings::default()), Some(Bytes(28_760_943)));
    }

    #[test]
    fn no_memory_is_enough_without_write_buffers() {
        let with = |ratio, arena| {
            let settings = RocksDbSettings {
                write_buffer_ratio: ratio,
                arena_block: Some(Bytes(arena)),
                ..RocksDbSettings::default()
            };
            RocksDbMemory::least(&settings)
        };
        assert_eq!([with(0.0, 1), with(2.0, 1), with(0.5, u64::MAX)], [None; 3]);
        assert_eq!(with(0.5, 0), Some(Bytes::ZERO));
    }

    proptest! {
        #[test]
        fn the_least_memory_is_the_border(
            write_buffer_ratio in 0.0..0.9f64,
            write_buffer in 1u64..1 << 50,
        ) {
            let settings = RocksDbSettings {
                write_buffer_ratio,
                high_priority_ratio: 0.0,
                write_buffer: Bytes(write_buffer),
                arena_block: None,
            };
            let flushes = |memory: Bytes| RocksDbMemory::divide(memory, &settings).unwrap().flushes_constantly();
            let Some(least) = RocksDbMemory::least(&settings) else {
                prop_assert!(flushes(memory_size::MAX));
                return Ok(());
            };
            prop_assert!(!flushes(least), "{least:?}");
            prop_assert!(flushes(Bytes(least.0 - 1)), "{least:?}");
        }
    }

    #[test]
    fn ratios_out_of_range_are_refused() {
        let with = |write_buffer_ratio, high_priority_ratio| {
            let settings = RocksDbSettings { write_buffer_ratio, high_priority_ratio, ..RocksDbSettings::default() };
            RocksDbMemory::divide(Bytes::mib(64), &settings)
        };
        assert_eq!(with(1.5, 0.1), Err(RocksDbError::Ratio(1.5)));
        assert_eq!(with(1.0, 0.0), Err(RocksDbError::Crowded(1.0)));
        assert!(with(0.9, 0.1).is_ok());
    }
}
