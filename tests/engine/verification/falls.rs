//! Collection alone never makes throughput fall with the heap: no mechanism of M1 to M7, no interior maximum.
//!
//! A fixed live set, constant costs, no network that fills: the only thing that grows with the heap is the room between collections.

use heapwise::heap::COLLECTORS;
use heapwise::metrics::columns;
use heapwise::sim::{self, Ending, RunResult};
use rayon::prelude::*;

use heapwise::evidence::verification::scenario::load;

/// Live bytes are 128 MB; heaps double.
const HEAPS: [u64; 6] = [256, 384, 512, 1024, 2048, 4096];

/// A minute with a heap of `heap` MiB on `cores` cores; `more` are lines of the group.
fn run((collector, cores): (&str, u64), heap: u64, more: &str) -> RunResult {
    let text = format!(
        "name = \"falls\"\n[run]\nduration = \"60 s\"\nwarm_up = \"0 s\"\nsample_every = \"10 s\"\nbatch = 2000\n\
         [groups.a]\ncores = {cores}\nslots = {cores}\ntask_heap = \"{heap} MiB\"\nmanaged = \"64 MiB\"\n\
         framework_live = \"0 B\"\ncollector = \"{collector}\"\n{more}[failures]\nmax_restarts = 0\n[prices]\nstate = \"free\"\ncollection = \"linear\"\n\
         [workloads.keys]\nkind = \"graph\"\n[workloads.keys.operators.only]\nparallelism = {cores}\ncpu = \"4 us\"\n\
         garbage = \"1 KiB\"\nsurvival = 0.02\nstate = \"heap\"\nkeys = 500000\nentry = \"256 B\"\nwrites = 0\n"
    );
    sim::run(&load(&text).expect("a scenario"), 1, None)
}

/// Records a second.
fn throughput(collector: (&str, u64), heap: u64) -> f64 {
    let result = run(collector, heap, "");
    assert_eq!(result.ending, Ending::Complete, "{collector:?}, {heap} MiB");
    result.record.get(columns::THROUGHPUT).expect("a measured column")
}

#[test]
fn no_collector_is_slower_with_more_heap() {
    let cells: Vec<(&str, u64)> = COLLECTORS.iter().flat_map(|entry| [(entry.name, 1), (entry.name, 2)]).collect();
    let curves: Vec<Vec<f64>> =
        cells.par_iter().map(|cell| HEAPS.iter().map(|heap| throughput(*cell, *heap)).collect()).collect();
    let mut falls = Vec::new();
    for ((collector, cores), curve) in cells.iter().zip(&curves) {
        println!("{collector:<12} {cores} {curve:.0?}");
        // One collection more or less within the minute is the noise.
        if let Some(step) = curve.windows(2).position(|pair| pair[1] < 0.99 * pair[0]) {
            falls.push(format!("{collector} on {cores} beyond {} MiB: {curve:.0?}", HEAPS[step]));
        }
    }
    assert!(falls.is_empty(), "{}", falls.join("\n"));
}

#[test]
fn a_container_that_is_too_small_kills_by_name() {
    // Some 250 MiB of heap are ever in use, and no pool memory.
    let limits = |container: u64, native: u64| format!("container = \"{container} MiB\"\nnative = \"{native} MiB\"\n");
    let ending = |container, native| run(("serial", 1), 256, &limits(container, native)).ending;
    assert_eq!((ending(600, 100), ending(900, 400)), (Ending::Complete, Ending::Complete));
    let Ending::OutOfMemory(text) = ending(600, 400) else { panic!("it should be killed") };
    assert!(text.contains("killed by the container's limit") && text.contains("native) of 600"), "{text}");
}
