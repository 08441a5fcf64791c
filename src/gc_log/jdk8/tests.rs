//! Lines of the older format as HotSpot prints them, one collection a case.

use super::super::{Change, Clock, Event, Kind, Reading, read_bytes};
use crate::base::Bytes;
use crate::heap::hotspot::CollectorKind;

fn read(text: &str) -> (Reading, Vec<Event>) {
    let mut events = Vec::new();
    let reading = read_bytes("test.log", text.as_bytes(), |event| events.push(event)).unwrap();
    assert_eq!(reading.unexplained, 0, "{:?}", reading.first_unexplained);
    (reading, events)
}

/// Reads a log of a single event.
fn one(text: &str) -> Event {
    let (_, mut events) = read(text);
    assert_eq!(events.len(), 1, "{events:#?}");
    events.remove(0)
}

fn kib(before: u64, after: u64, capacity: u64) -> Option<Change> {
    Some(Change { before: Bytes(before << 10), after: Bytes(after << 10), capacity: Some(Bytes(capacity << 10)) })
}

#[test]
fn parallel_young_and_full() {
    let young = one(
        "1.994: [GC (Allocation Failure) [PSYoungGen: 6144K->1001K(7168K)] 6244K->1201K(23552K), 0.0040346 secs] [Times: user=0.01 sys=0.02, real=0.03 secs] \n",
    );
    assert_eq!((young.kind, young.cause.as_str()), (Kind::Young, "Allocation Failure"));
    assert_eq!((young.start_s, young.duration_s), (Some(1.994), Some(0.0040346)));
    assert_eq!((young.heap, young.spaces.young), (kib(6244, 1201, 23552), kib(6144, 1001, 7168)));
    assert_eq!((young.spaces.old, young.promoted), (kib(100, 200, 16384), Some(Bytes(100 << 10))));
    assert_eq!(young.cpu.map(|cpu| (cpu.user_s, cpu.system_s, cpu.real_s)), Some((0.01, 0.02, 0.03)));
    let full = one(
        "2014-06-25T00:10:58.039+0000: 0.488: [Full GC (Ergonomics) [PSYoungGen: 10480K->0K(2770240K)] [ParOldGen: 5591897K->1962225K(5592448K)] 5602377K->1962225K(8362688K), [Metaspace: 21030K->21029K(1067008K)], 8.5547970 secs] [Times: user=28.03 sys=0.44, real=8.56 secs] \n",
    );
    assert_eq!((full.kind, full.cause.as_str()), (Kind::Full, "Ergonomics"));
    assert_eq!((full.spaces.old, full.spaces.metaspace), (kib(5591897, 1962225, 5592448), kib(21030, 21029, 1067008)));
    let failed = one("1.5: [GC-- [PSYoungGen: 6144K->6144K(7168K)] 6244K->6301K(23552K), 0.004 secs]\n");
    assert!(failed.failures.promotion);
    let failed =
        one("1.5: [GC (Allocation Failure) --[PSYoungGen: 6144K->6144K(7168K)] 6244K->6301K(23552K), 0.004 secs]\n");
    assert!(failed.failures.promotion);
}

#[test]
fn collections_without_details_or_stamps() {
    let event = one("[GC (Allocation Failure)  65536K->1024K(251392K), 0.0012345 secs]\n");
    assert_eq!((event.kind, event.start_s, event.heap), (Kind::Young, None, kib(65536, 1024, 251392)));
    let event = one("[Full GC (System.gc())  65536K->1024K(251392K), 0,0012345 secs]\n");
    assert_eq!((event.kind, event.cause.as_str(), event.duration_s), (Kind::Full, "System.gc()", Some(0.0012345)));
}

#[test]
fn serial_young_that_becomes_full() {
    let (reading, events) = read(
        "1.0: [GC (Allocation Failure) 1.0: [DefNew: 35000K->4000K(40008K), 0.0070000 secs] 35000K->13000K(130008K), 0.0080000 secs] [Times: user=0.01 sys=0.00, real=0.01 secs]\n\
         2.0: [GC (Allocation Failure) 2.0: [DefNew: 40000K->40000K(40008K), 0.0000500 secs]2.0: [Tenured: 70000K->80000K(90000K), 0.0150000 secs] 110000K->80000K(130008K), [Metaspace: 2700K->2700K(1050000K)], 0.0160000 secs] [Times: user=0.01 sys=0.01, real=0.02 secs]\n",
    );
    assert_eq!(events.iter().map(|event| event.kind).collect::<Vec<_>>(), [Kind::Young, Kind::Full]);
    assert_eq!(events[1].duration_s, Some(0.0160000));
    assert_eq!(reading.runs[0].facts.collector, Some(CollectorKind::Serial));
}

#[test]
fn cms_with_dates_alone() {
    let (reading, events) = read(
        "2014-06-25T00:10:58.000+0000: [GC (Allocation Failure) 2014-06-25T00:10:58.000+0000: [ParNew: 1258368K->134602K(1415616K), 0.0832250 secs] 1265744K->141978K(8231360K), 0.0834630 secs] [Times: user=0.89 sys=0.36, real=0.09 secs] \n\
         2014-06-25T00:11:00.500+0000: [GC (CMS Initial Mark) [1 CMS-initial-mark: 765618K(6815744K)] 864895K(8231360K), 0.0992180 secs] [Times: user=0.10 sys=0.00, real=0.10 secs] \n",
    );
    assert_eq!(reading.runs[0].clock, Clock::Date);
    assert_eq!((events[0].start_s, events[1].start_s), (Some(0.0), Some(2.5)));
    assert_eq!(events[1].kind, Kind::InitialMark);
}

#[test]
fn a_cycle_of_cms() {
    let (_, events) = read(
        "5.0: [GC [1 CMS-initial-mark: 765618K(6815744K)] 864895K(8231360K), 0.5 secs] [Times: user=0.10 sys=0.00, real=0.10 secs] \n\
         5.5: [CMS-concurrent-mark-start]\n6.5: [CMS-concurrent-mark: 0.822/1.0 secs] [Times: user=3.38 sys=0.02, real=0.82 secs] \n\
         6.5: [CMS-concurrent-abortable-preclean-start]\n CMS: abort preclean due to time 7.0: [CMS-concurrent-abortable-preclean: 0.4/0.5 secs] [Times: user=4.93 sys=0.14, real=5.21 secs] \n\
         7.0: [GC[YG occupancy: 239384 K (1415616 K)]7.0: [Rescan (parallel) , 0.0442520 secs]7.1: [weak refs processing, 0.0000240 secs] [1 CMS-remark: 765618K(6815744K)] 1005002K(8231360K), 0.25 secs] [Times: user=0.27 sys=0.00, real=0.05 secs] \n\
         7.5: [CMS-concurrent-reset-start]\n8.0: [CMS-concurrent-reset: 0.035/0.5 secs] [Times: user=0.17 sys=0.01, real=0.04 secs] \n",
    );
    use Kind::*;
    let kinds: Vec<Kind> = events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [InitialMark, ConcurrentPhase, ConcurrentPhase, Remark, ConcurrentPhase, Cycle]);
    let cycle = &events[5];
    assert_eq!((cycle.start_s, cycle.duration_s), (Some(5.0), Some(3.0)));
    assert_eq!((events[1].duration_s, events[1].cpu.map(|cpu| cpu.user_s)), (Some(1.0), Some(3.38)));
    assert_eq!(events[3].duration_s, Some(0.25));
}

#[test]
fn cms_that_loses_the_race() {
    let (_, events) = read(
        "3.0: [GC (Allocation Failure) 3.0: [ParNew (promotion failed): 1258368K->1258368K(1415616K), 0.08 secs]3.1: [CMS3.1: [CMS-concurrent-mark: 0.1/0.1 secs] [Times: user=0.1 sys=0.0, real=0.1 secs] \n \
         (concurrent mode failure): 5234K->7376K(6815744K), 0.2 secs] 394026K->7376K(8231360K), [Metaspace: 35250K->34936K(35352K)], 0.5 secs] [Times: user=0.20 sys=0.00, real=0.21 secs] \n",
    );
    let full = events.iter().find(|event| event.kind == Kind::Full).unwrap();
    assert!(full.failures.promotion && full.failures.concurrent_mode);
    assert_eq!((full.duration_s, full.heap), (Some(0.5), kib(394026, 7376, 8231360)));
    assert_eq!(full.spaces.old, kib(5234, 7376, 6815744));
    let cycle = events.iter().find(|event| event.kind == Kind::Cycle).unwrap();
    assert!(cycle.failures.aborted);
}

#[test]
fn g1_blocks_of_many_lines() {
    let event = one(
        "2014-06-25T00:11:32.273+0000: 34.722: [GC pause (G1 Evacuation Pause) (young) (to-space exhausted)\n\
         Desired survivor size 18874368 bytes, new threshold 15 (max 15)\n- age   1:     366376 bytes,     366376 total\n \
         34.722: [G1Ergonomics (CSet Construction) start choosing CSet, _pending_cards: 0]\n, 0.0067459 secs]\n   \
         [Parallel Time: 3.8 ms, GC Workers: 2]\n      [GC Worker Start (ms): Min: 34722.1, Avg: 34722.1, Max: 34722.1, Diff: 0.0]\n   \
         [Eden: 1024.0M(1024.0M)->0.0B(898.0M) Survivors: 0.0B->126.0M Heap: 1040.0M(3072.0M)->141.5M(3072.0M)]\n \
         [Times: user=0.36 sys=0.09, real=0.26 secs] \n",
    );
    assert_eq!((event.kind, event.cause.as_str()), (Kind::Young, "G1 Evacuation Pause"));
    assert_eq!((event.start_s, event.duration_s), (Some(34.722), Some(0.0067459)));
    assert_eq!(event.workers.map(|workers| workers.used), Some(2));
    assert_eq!(event.heap.map(|heap| heap.after), Some(Bytes(148373504)));
    assert_eq!(event.spaces.survivor.map(|space| space.after), Some(Bytes(126 << 20)));
    assert_eq!(event.tenuring.map(|tenuring| tenuring.ages), Some(vec![Bytes(366376)]));
    assert_eq!(event.cpu.map(|cpu| cpu.real_s), Some(0.26));
    assert!(event.failures.evacuation);
}

#[test]
fn stops_belong_to_collections_or_to_others() {
    let (reading, _) = read(
        "0.4: Total time for which application threads were stopped: 0.001 seconds\n\
         1.0: [GC (Allocation Failure)  65536K->1024K(251392K), 0.0012345 secs]\n\
         1.0: Total time for which application threads were stopped: 0.002 seconds, Stopping threads took: 0.0001 seconds\n\
         1.1: Application time: 0.1 seconds\n",
    );
    let stops = reading.runs[0].stops;
    assert_eq!((stops.others.total_s, stops.collections.total_s), (0.001, 0.002));
}

#[test]
fn threads_print_into_one_another() {
    let text = include_str!("../../../tests/data/gc_logs/nasty/torn_by_threads.log");
    let (reading, events) = read(text);
    let kinds: Vec<Kind> = events.iter().filter(|event| event.kind.is_collection()).map(|event| event.kind).collect();
    assert_eq!(kinds, [Kind::Young, Kind::Young, Kind::Cycle, Kind::Full]);
    assert_eq!(reading.runs[0].torn, 1);
}

#[test]
fn statistics_and_warnings_are_passed_over() {
    let (reading, events) = read(
        "Java HotSpot(TM) 64-Bit Server VM warning: Using the ParNew young collector with the Serial old collector is deprecated\n\
         1.0: [GC (Allocation Failure) AdaptiveSizePolicy::update_averages:  survived: 10 promoted: 0 overflow: false\n\
         AdaptiveSizeStart: 1.000 collection: 1 \nAdaptiveSizeStop: collection: 1 \n\
         [PSYoungGen: 6144K->1001K(7168K)] 6244K->1201K(23552K), 0.0040346 secs]\n\
         2.0: [GC (Allocation Failure) Before GC:\nStatistics for BinaryTreeDictionary:\n------------------------------------\n\
         Total Free Space: 1024\n2.0: [ParNew (0: promotion failure size = 10)  (promotion failed): 6144K->1001K(7168K), 0.1 secs] \
         6244K->1201K(23552K), 0.25 secs]\n\
         3.0: [GC concurrent-string-deduplication, 1944.0B->0.0B(1944.0B), avg 0.0%, 0.0000230 secs]\n   [Last Exec: 0.0000230 secs, Idle: 0.1 secs]\n\
         4.0: [GC pause (young), 0.5 secs]\n      [GC Worker Start Time (ms):  35.1  35.2\n       Avg:   0.3, Min:   0.0, Max:   1.3]\n   [ 28M->5M(64M)]\n",
    );
    assert_eq!(events.iter().map(|event| event.duration_s.unwrap()).collect::<Vec<_>>(), [0.0040346, 0.25, 0.5]);
    assert!(events[1].failures.promotion && events[1].cause == "Allocation Failure");
    assert_eq!(events[2].heap, kib(28 << 10, 5 << 10, 64 << 10));
    assert_eq!(reading.runs[0].torn, 0);
}
