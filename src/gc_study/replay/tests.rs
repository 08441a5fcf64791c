//! Replays of a log made by hand: as logged, with other heaps and collectors, and drawn.

use super::*;
use crate::base::Bytes;
use crate::gc_study::calibrate::{calibrate, read};
use crate::kernel::Streams;

/// A log of Serial in which eden of 16 MiB fills every second, 1 MiB is copied, and nothing is promoted.
fn source() -> Source {
    let mut log = "[0.010s][info][gc] Using Serial\n[0.010s][info][gc,init] CPUs: 1 total, 1 available\n\
                   [0.010s][info][gc,init] Heap Max Capacity: 64M\n"
        .to_string();
    for id in 0..60 {
        let start = f64::from(id) + 1.0;
        log += &format!(
            "[{start:.3}s][info][gc,start] GC({id}) Pause Young (Allocation Failure)\n\
             [{start:.3}s][info][gc,heap] GC({id}) DefNew: 18432K->1024K(19648K)\n\
             [{start:.3}s][info][gc,heap] GC({id}) Tenured: 8192K->8192K(43712K)\n\
             [{start:.3}s][info][gc] GC({id}) Pause Young (Allocation Failure) 26M->9M(61M) 2.000ms\n"
        );
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("gc.log");
    std::fs::write(&path, log).unwrap();
    let calibrated = calibrate(read(&[path]).unwrap(), 1);
    Source::of(&calibrated, &calibrated.runs[0]).unwrap()
}

#[test]
fn a_replay_as_logged_collects_as_often_as_the_log() {
    let source = source();
    let outcome = replay(&source, &source.as_logged(), 600.0).unwrap();
    assert!((540..=660).contains(&outcome.collections("serial")), "{}", outcome.young);
    assert_eq!((outcome.full, &outcome.out_of_memory), (0, &None));
}

#[test]
fn a_larger_heap_collects_less_and_one_too_small_runs_out() {
    let source = source();
    let at = |mib: u64| replay(&source, &Setting { heap: Bytes::mib(mib), ..source.as_logged() }, 600.0).unwrap();
    let (small, large) = (at(64), at(256));
    assert!(large.young * 3 < small.young && large.lost < small.lost, "{} {}", large.young, small.young);
    assert!(at(6).out_of_memory.is_some());
}

#[test]
fn draws_differ_but_repeat() {
    let source = source();
    let streams = Streams::new(7);
    let draw = |draw: u64| replay(&source.drawn(&streams, draw), &source.as_logged(), 600.0).unwrap();
    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1), draw(2));
}

/// 17 MiB a second are allocated for 600 s. No collection frees more than the heap of 256 MiB, and none comes before a
/// sixteenth of it is full, which is the least eden of any collector here. The log's own pauses cost 0.2 %, which larger
/// spaces do not multiply; marking beside the program takes from its only core, under G1 now and then, under Z and
/// Shenandoah with each collection.
#[test]
fn every_collector_has_an_answer() {
    let source = source();
    let (least, most) = (17 * 600 / 256, 17 * 600 / 16);
    let limits = [("serial", 0.01), ("parallel", 0.01), ("cms", 0.01), ("g1", 0.1), ("z", 0.5), ("shenandoah", 0.5)];
    for (collector, limit) in limits {
        let outcome =
            replay(&source, &Setting { collector, heap: Bytes::mib(256), ..source.as_logged() }, 600.0).unwrap();
        let collections = outcome.collections(collector);
        println!("{collector}: {collections} collections, {} lost", outcome.lost);
        assert!((least..=most).contains(&collections), "{collector} {collections}");
        assert!(outcome.lost > 0.0 && outcome.lost < limit, "{collector} {}", outcome.lost);
    }
    assert!(replay(&source, &Setting { heap: Bytes::ZERO, ..source.as_logged() }, 1.0).is_err());
}
