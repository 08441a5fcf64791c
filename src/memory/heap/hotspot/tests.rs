//! Exact oracles: what real JVMs print of themselves, and bounds that hold for any flags.

use std::path::Path;

use super::*;

fn machine(jdk: u32, cpus: u32) -> Machine {
    Machine { jdk, cpus, memory: Bytes::gib(23) }
}

/// One run of a JVM with `-XX:+PrintFlagsFinal` and `-Xlog:gc+heap+exit`; an empty cell was not printed.
struct Run {
    cells: Vec<String>,
}

impl Run {
    fn all() -> Vec<Run> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/hotspot/heaps.csv");
        let mut rows = csv::Reader::from_path(path).unwrap();
        rows.records().map(|row| Run { cells: row.unwrap().iter().map(str::to_owned).collect() }).collect()
    }

    fn number(&self, cell: usize) -> Option<u64> {
        self.cells[cell].parse().ok()
    }

    fn shape(&self) -> HeapShape {
        let flags = Flags::parse(&self.cells[3]).unwrap();
        shape(Bytes::ZERO, &flags, &machine(self.number(1).unwrap() as u32, self.number(2).unwrap() as u32))
    }

    /// The names and values of all that differs.
    fn differences(&self) -> Vec<String> {
        let shape = self.shape();
        // HotSpot prints 0 where a collector has no pool of threads or has not yet settled it.
        let threads = if shape.collector == CollectorKind::Serial { 0 } else { shape.gc_threads };
        let concurrent = if self.number(8) == Some(0) { 0 } else { shape.concurrent_threads };
        let ours = [
            ("heap", 4, shape.heap.0),
            ("initial", 5, shape.initial.0),
            ("reported", 6, shape.reported.0),
            ("gc_threads", 7, threads.into()),
            ("concurrent_threads", 8, concurrent.into()),
            ("region", 10, shape.region.map_or(0, |region| region.0.0)),
            ("eden_kib", 11, shape.eden.0 >> 10),
            ("survivor_kib", 12, shape.survivor.0 >> 10),
            ("old_kib", 13, shape.old.0 >> 10),
            ("most_young", 14, shape.young.map_or(0, |young| young.1.0)),
        ];
        let differ = |(name, cell, value): (&str, usize, u64)| {
            // G1 prints -Xmn as it was asked for, be it above the heap.
            let theirs = self.number(cell)?.min(if name == "most_young" { shape.heap.0 } else { u64::MAX });
            (theirs != value).then(|| format!("{}: {name} {theirs}, here {value}", self.cells[..4].join(",")))
        };
        let mut found: Vec<_> = ours.into_iter().filter_map(differ).collect();
        for (cell, value) in [(0, shape.collector.to_string()), (9, shape.compressed_pointers.to_string())] {
            if self.cells[cell] != value {
                found.push(format!("{}: {}, here {value}", self.cells[..4].join(","), self.cells[cell]));
            }
        }
        found
    }
}

#[test]
fn every_run_of_a_real_jvm_is_matched_exactly() {
    let runs = Run::all();
    let differences: Vec<_> = runs.iter().flat_map(Run::differences).collect();
    assert!(runs.len() > 600);
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}
