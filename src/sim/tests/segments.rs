//! What the size of Flink's memory segments decides, against counts on paper.

use super::{Entry, traced};
use crate::base::SimTime;
use crate::metrics::series as s;
use crate::scenario::{Override, listing, load};
use crate::sim::{Ending, RunResult, run};

const KIB: f64 = 1024.0;

/// One slot, of which `more` is the job, in a TaskManager with `network` and segments of `segment`.
fn answer((segment, network): (&str, &str), more: &str) -> RunResult {
    let text = format!(
        "name = \"segments\"\n[run]\nduration = \"2 s\"\nwarm_up = \"0 s\"\nbatch = 100\n[policies]\n\
         allocation = \"unified-first-come\"\n[groups.a]\nslots = 1\ntask_heap = \"256 MiB\"\nmanaged = \"1 MiB\"\n\
         network = \"{network}\"\ncollector = \"none\"\n[workloads.w]\nkind = \"graph\"\n{more}"
    );
    let set = Override::set(&format!("groups.a.flink.taskmanager.memory.segment-size={segment}"));
    let loaded = load(&text, "segments.toml", &[set]).unwrap_or_else(|faults| panic!("{}", listing(&faults)));
    run(&loaded.cells[0].scenario, 1, None)
}

/// Three sources and what reads them all: three gates, each of which needs a buffer at least.
const JOIN: &str = "[workloads.w.operators.a]\n[workloads.w.operators.b]\n[workloads.w.operators.c]\n\
    [workloads.w.operators.all]\ninputs = [\"a\", \"b\", \"c\"]\nbuffers = 2\n";

/// 128 KiB are four buffers of 32 KiB and two of 64 KiB.
#[test]
fn segments_of_twice_the_size_are_half_as_many() {
    let small = answer(("32kb", "128 KiB"), JOIN);
    assert_eq!(small.ending, Ending::Complete);
    assert_eq!(small.series[0].get(s::NETWORK_USED), Some(128.0 * KIB));
    let large = answer(("64kb", "128 KiB"), JOIN);
    let text = "needs at least 3, TaskManager 0 has 2 of 64 KiB free";
    assert!(matches!(&large.ending, Ending::Failed(said) if said.contains(text)), "{:?}", large.ending);
    let roomy = answer(("64kb", "1 MiB"), JOIN);
    assert_eq!(roomy.series[0].get(s::NETWORK_USED), Some(6.0 * 64.0 * KIB), "two buffers a gate");
}

/// 100,000 bytes of state are three whole pages of 32 KiB, and one of 64 KiB.
#[test]
fn caches_of_state_grow_by_whole_pages() {
    let state = "[workloads.w.operators.o]\nstate = \"managed\"\nkeys = 1000\nentry = \"100 B\"\n";
    let used = |segment: &str| answer((segment, "1 MiB"), state).series[0].get(s::MANAGED_USED);
    assert_eq!(used("32kb"), Some(3.0 * 32.0 * KIB));
    assert_eq!(used("64kb"), Some(64.0 * KIB));
}

/// 48 KiB are free when the second task asks for a GiB: more than a page of 32 KiB, and of no use with pages of 64 KiB.
#[test]
fn less_than_a_page_is_not_taken() {
    let gib = 1u64 << 30;
    let rows = format!("0,arrival,1,{},10\n5,arrival,2,{gib},90\n", 4 * gib - (48 << 10));
    let grants = |segment: &str| {
        let segment = format!("groups.a.flink.taskmanager.memory.segment-size={segment}");
        let (_, heard) = traced(&rows, &[&segment, "pressure.order=[\"evict\", \"wait\", \"fail\"]"]);
        let later = heard.log.iter().filter(|(at, _)| *at > SimTime::ZERO);
        let granted = later.filter_map(|(at, entry)| match entry {
            Entry::Granted { bytes, .. } => Some((at.as_secs(), bytes.0)),
            _ => None,
        });
        granted.collect::<Vec<_>>()
    };
    assert_eq!(grants("32kb"), [(5.0, 48 << 10), (10.0, gib - (48 << 10))]);
    assert_eq!(grants("64kb"), [(10.0, gib)]);
}
