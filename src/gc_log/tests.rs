//! Whole logs of unified logging, small and made up or measured; faults; and arbitrary bytes.

use super::*;
use crate::base::Bytes;
use crate::heap::hotspot::CollectorKind;
use crate::input::Fault;
use proptest::prelude::*;

fn read_text(text: &str) -> (Reading, Vec<Event>) {
    let mut events = Vec::new();
    let reading = read_bytes("test.log", text.as_bytes(), |event| events.push(event)).unwrap();
    (reading, events)
}

fn explained(text: &str) -> (Reading, Vec<Event>) {
    let (reading, events) = read_text(text);
    assert_eq!(reading.unexplained, 0, "{:?}", reading.first_unexplained);
    (reading, events)
}

fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/gc_logs").join(name)
}

#[test]
fn a_young_collection_of_g1_with_all_details() {
    let (reading, events) = explained(
        "[0.016s][info][gc,heap] Heap region size: 1M\n[0.018s][info][gc     ] Using G1\n\
         [1.0s][info ][gc,start     ] GC(0) Pause Young (Normal) (G1 Evacuation Pause)\n\
         [1.0s][info ][gc,task      ] GC(0) Using 8 workers of 8 for evacuation\n\
         [1.0s][debug][gc,age       ] GC(0) Desired survivor size 12058624 bytes, new threshold 15 (max threshold 15)\n\
         [1.0s][trace][gc,age       ] GC(0) - age   1:        488 bytes,        488 total\n\
         [1.5s][info ][gc           ] GC(0) To-space exhausted\n\
         [1.5s][info ][gc,heap      ] GC(0) Eden regions: 24->0(32)\n[1.5s][info ][gc,heap      ] GC(0) Old regions: 2->5\n\
         [1.5s][info ][gc           ] GC(0) Pause Young (Normal) (G1 Evacuation Pause) 23M->5M(64M) 500.5ms\n\
         [1.5s][info ][gc,cpu       ] GC(0) User=0.03s Sys=0.01s Real=0.50s\n",
    );
    let [event] = &events[..] else { panic!("{events:#?}") };
    assert_eq!(
        (event.kind, event.id, event.start_s, event.duration_s),
        (Kind::Young, Some(0), Some(1.0), Some(0.5005))
    );
    assert_eq!((event.promoted, event.failures.evacuation), (Some(Bytes(3 << 20)), true));
    assert_eq!(event.workers, Some(Workers { used: 8, of: Some(8) }));
    assert_eq!(event.tenuring.as_ref().map(|tenuring| tenuring.ages.clone()), Some(vec![Bytes(488)]));
    assert_eq!(event.cpu, Some(CpuTimes { user_s: 0.03, system_s: 0.01, real_s: 0.5 }));
    assert_eq!((reading.understood, reading.runs[0].facts.collector), (11, Some(CollectorKind::G1)));
}

#[test]
fn a_major_collection_of_generational_zgc() {
    let (reading, events) = explained(
        "[0.1s][info][gc,init] Initializing The Z Garbage Collector\n[0.1s][info][gc,init] GC Workers for Old Generation: 1 (dynamic)\n\
         [1.0s][info][gc          ] GC(2) Major Collection (Warmup)\n[1.0s][info][gc,task     ] GC(2) Using 1 Workers for Young Generation\n\
         [1.0s][info][gc,phases   ] GC(2) Y: Young Generation\n[1.0s][info][gc,phases   ] GC(2) Y: Pause Mark Start (Major) 0.010ms\n\
         [1.2s][info][gc,phases   ] GC(2) Y: Concurrent Mark 10.500ms\n\
         [1.3s][info][gc,reloc    ] GC(2) Y: Using tenuring threshold: 3 (Computed)\n\
         [1.3s][info][gc,heap     ] GC(2) Y: Heap Statistics:\n\
         [1.3s][info][gc,heap     ] GC(2) Y:  Capacity:     4000M (100%)       4000M (100%)       4000M (100%)       3900M (100%)       4000M (100%)       4000M (100%)\n\
         [1.3s][info][gc,heap     ] GC(2) Y:      Live:         -                12M (1%)           12M (1%)           12M (1%)\n\
         [1.3s][info][gc,heap     ] GC(2) Y:  Promoted:         -                  -                 0M (0%)            7M (0%)\n\
         [1.3s][info][gc,phases   ] GC(2) Y: Young Generation 140M(4%)->80M(2%) 0.040s\n\
         [1.4s][info][gc,phases   ] GC(2) O: Old Generation\n\
         [1.5s][info][gc,heap     ] GC(2) O:      Live:         -                20M (1%)           20M (1%)           20M (1%)\n\
         [1.5s][info][gc,phases   ] GC(2) O: Old Generation 140M(4%)->80M(2%) 0.040s\n\
         [1.5s][info][gc          ] GC(2) Major Collection (Warmup) 140M(4%)->80M(2%) 0.500s\n\
         [1.6s][info][gc          ] Allocation Stall (main) 200.500ms\n\
         [1.7s][info][gc          ] GC(3) Minor Collection (Allocation Rate) Aborted\n",
    );
    assert_eq!(reading.runs[0].facts.collector, Some(CollectorKind::GenerationalZ));
    let major = events.iter().find(|event| event.kind == Kind::MajorCycle).unwrap();
    assert_eq!((major.start_s, major.duration_s, major.live), (Some(1.0), Some(0.5), Some(Bytes(32 << 20))));
    assert_eq!(major.promoted, Some(Bytes(7 << 20)));
    assert_eq!(major.heap.and_then(|heap| heap.capacity), Some(Bytes(3900 << 20)));
    assert!(events.iter().any(|event| event.kind == Kind::AllocationStall && event.cause == "main"));
    assert!(events.iter().any(|event| event.kind == Kind::MinorCycle && event.failures.aborted));
}

#[test]
fn shenandoah_degenerates() {
    let (reading, events) = explained(
        "[58.0s][info][gc,start] GC(5) Pause Init Mark (process weakrefs)\n[58.1s][info][gc] GC(5) Pause Init Mark (process weakrefs) 79.988ms\n\
         [58.1s][info][gc,start] GC(5) Concurrent marking\n[67.6s][info][gc] Cancelling GC: Allocation Failure\n\
         [67.6s][info][gc] GC(5) Concurrent marking 9500ms\n[67.6s][info][gc,start] GC(6) Pause Degenerated GC (Mark)\n\
         [73.6s][info][gc] GC(6) Pause Degenerated GC (Mark) 7683M->6267M(8192M) 6000.0ms\n",
    );
    assert_eq!(reading.runs[0].facts.collector, Some(CollectorKind::Shenandoah));
    let kinds: Vec<Kind> = events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [Kind::InitialMark, Kind::ConcurrentPhase, Kind::Cycle, Kind::Degenerated]);
    assert_eq!((events[2].start_s, events[2].failures.aborted), (Some(58.0), true));
}

#[test]
fn samples_are_read_whole() {
    for (name, collector, heap) in [
        ("g1.log", CollectorKind::G1, 528u64),
        ("parallel.log", CollectorKind::Parallel, 528),
        ("z.log.gz", CollectorKind::Z, 1664),
    ] {
        let (reading, events) = read_all(&[data(name)]).unwrap();
        assert_eq!((reading.unexplained, reading.restarts()), (0, 0), "{name} {:?}", reading.first_unexplained);
        let facts = &reading.runs[0].facts;
        assert_eq!(
            (facts.collector, facts.major(), facts.heap_max),
            (Some(collector), Some(17), Some(Bytes(heap << 20)))
        );
        assert!(events.iter().filter(|event| event.kind.is_collection()).count() >= 2, "{name}");
        assert!(reading.runs[0].stops.others.count > 0, "{name}");
    }
}

#[test]
fn undecorated_lines_have_no_times() {
    let (reading, events) = explained("Using Serial\nGC(0) Pause Young (Allocation Failure) 16M->3M(61M) 10.5ms\n");
    assert_eq!((reading.runs[0].clock, events[0].start_s, events[0].duration_s), (Clock::None, None, Some(0.0105)));
}

#[test]
fn a_cut_log_is_read_and_the_cuts_are_counted() {
    let text = include_str!("../../tests/data/gc_logs/nasty/cut_at_both_ends.log");
    let (reading, events) = explained(text);
    assert_eq!((reading.cut, events.len()), (2, 1));
}

#[test]
fn a_restart_splits_the_log() {
    let (reading, events) = explained(include_str!("../../tests/data/gc_logs/nasty/restart.log"));
    assert_eq!((reading.restarts(), reading.runs[1].line), (1, 3));
    let collectors: Vec<_> = reading.runs.iter().map(|run| run.facts.collector).collect();
    assert_eq!(collectors, [Some(CollectorKind::Serial), Some(CollectorKind::Parallel)]);
    assert_eq!(events.iter().map(|event| event.run).collect::<Vec<_>>(), [0, 1]);
    assert!(reading.remarks()[0].contains("line 3"), "{:?}", reading.remarks());
}

#[test]
fn faults_name_file_and_line() {
    let fault = |name: &str| read_all(&[data(name)]).unwrap_err().remove(0);
    let mixed = fault("nasty/mixed_formats.log");
    assert_eq!((mixed.fault, mixed.line), (Fault::MixedFormats, 2));
    assert!(mixed.to_string().contains("mixed_formats.log, line 2"), "{mixed}");
    assert_eq!(fault("nasty/no_collection.log").fault, Fault::NoCollections);
    let reversed = "1.0: [GC (Allocation Failure)  65536K->1024K(251392K), 0.1 secs]\n[2.0s][info][gc] GC(0) Pause Remark 4M->4M(8M) 1ms\n";
    let faults = read_bytes("x", reversed.as_bytes(), |_| {}).unwrap_err();
    assert_eq!((faults[0].fault, faults[0].line), (Fault::MixedFormats, 2));
    assert_eq!(read_bytes("x", b"", |_| {}).unwrap_err()[0].fault, Fault::Empty);
    assert_eq!(read_all(&[data("none.log"), data("neither.log")]).unwrap_err().len(), 2);
}

#[test]
fn noise_is_unexplained() {
    let (reading, _) = read_text(include_str!("../../tests/data/gc_logs/nasty/noise.log"));
    assert_eq!((reading.understood, reading.cut, reading.unexplained), (1, 1, 4), "{:?}", reading.first_unexplained);
    assert_eq!(reading.first_unexplained[0].line, 3);
}

#[test]
fn rotated_files_are_one_log() {
    let folder = tempfile::tempdir().unwrap();
    let line = |at: u32, id: u32| {
        format!("[{at}.0s][info][gc] GC({id}) Pause Young (Allocation Failure) 16M->3M(61M) 10.5ms\r\n")
    };
    let paths: Vec<PathBuf> = ["gc.log", "gc.log.0", "gc.log.1"].iter().map(|name| folder.path().join(name)).collect();
    for (path, at) in paths.iter().zip([30, 10, 20]) {
        std::fs::write(path, line(at, at)).unwrap();
    }
    let (reading, events) = read_all(&paths).unwrap();
    assert_eq!(events.iter().filter_map(|event| event.id).collect::<Vec<_>>(), [10, 20, 30]);
    assert_eq!((reading.restarts(), reading.runs[0].span_s()), (0, Some(20.0)));
}

/// Reads anything; whatever it is, the reading adds up.
fn survives(bytes: &[u8]) {
    let mut previous = 0;
    let result = read_bytes("fuzz", bytes, |event| {
        assert!(event.run >= previous);
        previous = event.run;
        assert!(event.duration_s.is_none_or(|seconds| seconds >= 0.0));
    });
    if let Ok(reading) = result {
        assert_eq!(reading.lines, reading.understood + reading.passed_over + reading.cut + reading.unexplained);
    }
}

#[test]
fn the_corpus_is_survived() {
    for entry in std::fs::read_dir(data("nasty")).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for end in 0..bytes.len() {
            survives(&bytes[..end]);
        }
    }
}

/// Lines of the samples and of the corpus, to be spliced.
fn real_lines() -> Vec<Vec<u8>> {
    let mut text = std::fs::read(data("g1.log")).unwrap();
    text.extend(std::fs::read(data("nasty/torn_by_threads.log")).unwrap());
    text.extend(std::fs::read(data("nasty/restart.log")).unwrap());
    text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        survives(&bytes);
    }

    #[test]
    fn any_text_of_the_alphabet_of_logs_is_survived(text in "[\\[\\]()0-9GCPsmKM:,.> \\-\n]{0,200}") {
        survives(text.as_bytes());
        survives(format!("1.0: [GC {text}").as_bytes());
        survives(format!("[1.0s] GC(1) Pause {text}").as_bytes());
    }

    #[test]
    fn spliced_lines_are_survived(cuts in proptest::collection::vec((any::<prop::sample::Index>(), 0usize..120, 0usize..120), 1..30)) {
        let lines = real_lines();
        let mut text = Vec::new();
        for (index, from, length) in cuts {
            let line = index.get(&lines);
            let from = from.min(line.len());
            text.extend(&line[from..(from + length).min(line.len())]);
            if length % 3 > 0 {
                text.push(b'\n');
            }
        }
        survives(&text);
    }
}
