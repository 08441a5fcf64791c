//! A hybrid hash join: as much of the build side as fits stays in memory, the rest of both sides goes to disk and back.
//!
//! Source: DeWitt et al., SIGMOD 1984; Shapiro, ACM TODS 11(3), 1986. With a build side of R pages, which take F R in
//! hash tables, and M pages of memory: B = ceil((F R - M) / (M - 1)) partitions go to disk with a buffer each, and what the
//! rest of memory holds, a share (M - B) / (F R) of both sides, never does. Where memory is below sqrt(F R), partitions
//! do not fit either: nothing stays, and every level of partitioning writes and reads all once more. Departure: keys are
//! spread evenly.

use super::{DeviceWork, SpillPrice};
use crate::base::{Build, Bytes, Entry, Kind, SimSpan, param};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn SpillPrice>> = Entry {
    name: "hybrid-hash",
    summary: "round trip of a hybrid hash join: writes and reads what does not stay in memory, of both sides",
    source: "Shapiro, ACM TODS 11(3), 1986",
    params: &[
        param("memory", Kind::Bytes, "64 MiB", "hash memory of one task"),
        param("page", Kind::Bytes, "32 KiB", "unit of reading and writing, more than 0"),
        param("fudge", Kind::Number(1.0, 10.0), "1.2", "bytes of a hash table for each byte of its records"),
        param("probe", Kind::Number(0.0, 1e6), "1", "bytes of the probe side for each byte of the build side"),
        param("latency", Kind::Span, "100 us", "delay for each partition"),
        param("cpu", Kind::Number(0.0, 1e6), "1", "ns of CPU per byte written or read"),
    ],
    traits: &[],
    build: |args| {
        let (memory, page) = (args.bytes("memory"), args.bytes("page"));
        if page == Bytes::ZERO || memory.0 / page.0 < 3 {
            return Err(format!("memory of {memory} is less than three pages of {page}"));
        }
        Ok(Box::new(HybridHash {
            buffers: memory.0 / page.0,
            page,
            fudge: args.number("fudge"),
            probe: args.number("probe"),
            latency: args.span("latency"),
            cpu: args.number("cpu"),
        }))
    },
};

struct HybridHash {
    buffers: u64,
    page: Bytes,
    fudge: f64,
    probe: f64,
    latency: SimSpan,
    cpu: f64,
}

/// How a join divides its sides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Division {
    /// Partitions that go to disk.
    pub partitions: u64,
    /// Share of both sides that stays in memory, 0 ..= 1.
    pub resident: f64,
    /// How often the rest is written, and read again.
    pub levels: u32,
}

/// Divides a build side of `pages`, each of which takes `fudge` pages (at least 1) of hash table, with `buffers` pages of
/// memory, at least 3.
pub fn division(pages: f64, fudge: f64, buffers: u64) -> Division {
    let (table, memory) = (fudge * pages, buffers as f64);
    if table <= memory {
        return Division { partitions: 0, resident: 1.0, levels: 0 };
    }
    let partitions = ((table - memory) / (memory - 1.0)).ceil();
    if partitions < memory {
        let resident = (memory - partitions) / table;
        return Division { partitions: partitions as u64, resident, levels: 1 };
    }
    // Each level cuts every partition into as many as there are pages, but for one to read with.
    let (mut levels, mut part) = (0, table);
    while part > memory && part.is_finite() {
        part /= memory - 1.0;
        levels += 1;
    }
    Division { partitions: partitions as u64, resident: 0.0, levels }
}

impl SpillPrice for HybridHash {
    fn io(&self, bytes: Bytes) -> DeviceWork {
        let pages = bytes.0.div_ceil(self.page.0) as f64;
        let Division { partitions, resident, levels } = division(pages, self.fudge, self.buffers);
        let away = (1.0 - resident) * (1.0 + self.probe) * f64::from(levels);
        let moved = bytes.scale(2.0 * away);
        DeviceWork {
            bytes: moved,
            latency: self.latency.scale(partitions as f64),
            cpu: SimSpan::from_nanos(self.cpu * moved.as_f64()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::testing::build;
    use crate::price::spill::SPILL_PRICES;

    #[test]
    fn the_published_cases_are_divided_alike() {
        // Family hybrid_hash_join.
        let first = division(1000.0, 1.2, 400);
        assert_eq!((first.partitions, first.levels), (3, 1));
        assert!((first.resident - 397.0 / 1200.0).abs() < 1e-12);
        assert_eq!(division(1000.0, 1.2, 1200), Division { partitions: 0, resident: 1.0, levels: 0 });
        assert_eq!(division(10_000.0, 1.2, 500).partitions, 24);
    }

    #[test]
    fn below_the_root_of_the_table_all_goes_to_disk_more_than_once() {
        // A table of 1000 pages and 11 pages of memory: parts of 100, then of 10.
        assert_eq!(division(1000.0, 1.0, 11), Division { partitions: 99, resident: 0.0, levels: 2 });
        assert_eq!(division(2000.0, 1.0, 11).levels, 3);
        let levels: Vec<u32> = (3..1001).map(|buffers| division(1000.0, 1.0, buffers).levels).collect();
        assert!(levels.is_sorted_by(|more, less| more >= less));
        let stays: Vec<f64> = (3..1001).map(|buffers| division(1000.0, 1.0, buffers).resident).collect();
        assert!(stays.is_sorted());
    }

    #[test]
    fn what_fits_is_free_and_the_rest_moves_twice() {
        let given = [("memory", "320 KiB"), ("fudge", "1"), ("probe", "3"), ("latency", "1 ms"), ("cpu", "0")];
        let price = build(SPILL_PRICES, "hybrid-hash", &given);
        assert_eq!(price.io(Bytes(10 << 15)), DeviceWork::default());
        // Nineteen pages in ten: one partition, nine pages stay, ten of the build side and thirty of the other go.
        let work = price.io(Bytes(19 << 15));
        assert_eq!(work, DeviceWork { bytes: Bytes(80 << 15), latency: SimSpan::millis(1), cpu: SimSpan::ZERO });
    }
}
