//! An external merge sort: runs as large as memory, merged in as many passes as the fan-in demands.
//!
//! Source: Graefe, ACM Computing Surveys 25(2), 1993. With N pages and B buffers: ceil(N/B) runs, ceil(log_{B-1} runs) merge passes.
//! One call is the whole round trip: every pass writes and reads all bytes once. Input and final output are streams,
//! not files, so they are not counted here. What fits into memory costs nothing.

use super::{DeviceWork, SpillPrice};
use crate::base::{Build, Bytes, Entry, Kind, SimSpan, param};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn SpillPrice>> = Entry {
    name: "external-sort",
    summary: "round trip of an external merge sort: writes and reads all bytes once a merge pass",
    source: "Graefe, ACM Computing Surveys 25(2), 1993",
    params: &[
        param("memory", Kind::Bytes, "64 MiB", "sort memory of one task"),
        param("page", Kind::Bytes, "32 KiB", "unit of reading and writing, more than 0"),
        param("latency", Kind::Span, "100 us", "delay per run and pass"),
        param("cpu", Kind::Number(0.0, 1e6), "1", "ns of CPU per byte written or read"),
    ],
    traits: &[],
    build: |args| {
        let (memory, page) = (args.bytes("memory"), args.bytes("page"));
        if page == Bytes::ZERO || memory.0 / page.0 < 3 {
            return Err(format!("memory of {memory} is less than three pages of {page}"));
        }
        let buffers = memory.0 / page.0;
        Ok(Box::new(ExternalSort { buffers, page, latency: args.span("latency"), cpu: args.number("cpu") }))
    },
};

struct ExternalSort {
    buffers: u64,
    page: Bytes,
    latency: SimSpan,
    cpu: f64,
}

/// Initial runs and merge passes of `pages` pages with `buffers` buffers, at least 3.
pub fn runs_and_passes(pages: u64, buffers: u64) -> (u64, u32) {
    let initial = pages.div_ceil(buffers);
    let (mut runs, mut passes) = (initial, 0);
    while runs > 1 {
        runs = runs.div_ceil(buffers - 1);
        passes += 1;
    }
    (initial, passes)
}

impl SpillPrice for ExternalSort {
    fn io(&self, bytes: Bytes) -> DeviceWork {
        let (runs, passes) = runs_and_passes(bytes.0.div_ceil(self.page.0), self.buffers);
        let moved = bytes.scale(2.0 * f64::from(passes));
        DeviceWork {
            bytes: moved,
            latency: self.latency.scale(runs as f64 * f64::from(passes)),
            cpu: SimSpan::from_nanos(self.cpu * moved.as_f64()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::testing::build;
    use crate::price::spill::SPILL_PRICES;

    /// Family external_merge_sort.
    #[test]
    fn runs_and_passes_match_the_published_cases() {
        assert_eq!(runs_and_passes(1_000_000, 1001), (1000, 1));
        assert_eq!(runs_and_passes(100_000, 101), (991, 2));
        assert_eq!(runs_and_passes(500, 501), (1, 0));
        assert_eq!(runs_and_passes(0, 501), (0, 0));
    }

    #[test]
    fn what_fits_is_free_and_each_pass_moves_everything_twice() {
        let price = build(SPILL_PRICES, "external-sort", &[("memory", "96 KiB"), ("latency", "1 ms"), ("cpu", "0")]);
        assert_eq!(price.io(Bytes(3 << 15)), DeviceWork::default());
        // Nine pages in three buffers: three runs, merged two at a time.
        let work = price.io(Bytes(9 << 15));
        assert_eq!(work, DeviceWork { bytes: Bytes(36 << 15), latency: SimSpan::millis(6), cpu: SimSpan::ZERO });
    }
}
