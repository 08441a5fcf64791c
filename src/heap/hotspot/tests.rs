//! Exact oracles: what real JVMs print of themselves, and bounds that hold for any flags.

use std::io::Read;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::base::testing::data;

const COLLECTORS: [CollectorKind; 7] = [
    CollectorKind::Serial,
    CollectorKind::Parallel,
    CollectorKind::G1,
    CollectorKind::Cms,
    CollectorKind::Z,
    CollectorKind::Shenandoah,
    CollectorKind::Epsilon,
];

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

#[test]
fn the_jvm_chooses_its_collector_by_release_processors_and_memory() {
    let none = Flags::default();
    let chosen = |jdk, cpus, mib| collector(&Machine { jdk, cpus, memory: Bytes::mib(mib) }, &none);
    assert_eq!([8, 11, 17, 21, 25].map(|jdk| chosen(jdk, 1, 9000)), [CollectorKind::Serial; 5]);
    assert_eq!([8, 11, 17, 21, 25].map(|jdk| chosen(jdk, 4, 1791)), [CollectorKind::Serial; 5]);
    assert_eq!(chosen(8, 2, 1792), CollectorKind::Parallel);
    assert_eq!([9, 11, 17, 21, 25].map(|jdk| chosen(jdk, 2, 1792)), [CollectorKind::G1; 5]);
    assert_eq!(chosen(27, 1, 512), CollectorKind::G1);
    let two = Flags::parse("-XX:ActiveProcessorCount=2").unwrap();
    assert_eq!(collector(&machine(17, 1), &two), CollectorKind::G1);
}

/// Sizes that public logs print (gctoolkit-testdata; the last a log of Flink): eden, survivor space, old generation in KiB.
#[test]
fn public_logs_of_jdk_8_to_11_are_matched_exactly() {
    let kib = |flags: &str, jdk| {
        let shape = shape(Bytes::ZERO, &Flags::parse(flags).unwrap(), &machine(jdk, 8));
        [shape.eden, shape.survivor, shape.old].map(|size| size.0 >> 10)
    };
    let parallel = "-XX:+UseParallelGC -Xmx5905580032 -Xms5905580032";
    assert_eq!(kib(parallel, 8)[2], 3_937_402_880 >> 10);
    assert_eq!(kib("-XX:+UseParallelGC -Xmx6g -Xms6g -Xmn1g", 8), [786_432, 131_072, 5_242_880]);
    assert_eq!(kib("-XX:+UseConcMarkSweepGC -Xmx8g -Xms8g -Xmn1536m", 8), [1_258_368, 157_248, 6_815_744]);
    assert_eq!(kib("-XX:+UseSerialGC -Xmx64m -Xms64m", 11), [17_472, 2_176, 43_712]);
    assert_eq!(kib("-XX:+UseParallelGC -Xmx64m -Xms64m", 11), [16_384, 2_560, 44_032]);
    assert_eq!(kib("-XX:+UseG1GC -Xmx5905580032 -Xms5905580032", 8)[0], 280 << 10);
    let flags = Flags::parse("-XX:+UseParallelGC").unwrap();
    assert_eq!(shape(Bytes(536_870_902), &flags, &machine(8, 2)).reported, Bytes::mib(491));
}

#[test]
fn regions_round_down_up_to_jdk_14_and_up_from_15_on() {
    let region = |jdk, mib| shape(Bytes::mib(mib), &Flags::parse("-XX:+UseG1GC").unwrap(), &machine(jdk, 4)).region;
    assert_eq!(region(14, 4095), Some((Bytes::mib(1), 4096)));
    assert_eq!(region(15, 4095), Some((Bytes::mib(2), 2048)));
    assert_eq!(region(11, 1 << 20), Some((Bytes::mib(32), 1 << 15)));
    let halved = Flags::parse("-XX:+UseG1GC -Xms1g -Xmx4g").unwrap();
    assert_eq!(shape(Bytes::ZERO, &halved, &machine(11, 4)).region, Some((Bytes::mib(1), 4096)));
    let by_hand = Flags::parse("-XX:+UseG1GC -XX:G1HeapRegionSize=100m").unwrap();
    assert_eq!(shape(Bytes::gib(4), &by_hand, &machine(17, 4)).region, Some((Bytes::mib(32), 128)));
    assert_eq!(shape(Bytes::gib(4), &by_hand, &machine(21, 4)).humongous, Some(Bytes::mib(64)));
}

#[test]
fn references_are_compressed_up_to_32_gib_less_a_grain() {
    let compressed = |flags: &str, jdk, mib| {
        shape(Bytes::mib(mib), &Flags::parse(flags).unwrap(), &machine(jdk, 4)).compressed_pointers
    };
    for (flags, jdk, last) in [("-XX:+UseSerialGC", 17, 32_766), ("-XX:+UseG1GC", 17, 32_736), ("", 21, 32_256)] {
        assert!(compressed(flags, jdk, last) && !compressed(flags, jdk, last + 1), "{flags} {jdk}");
    }
    assert!(compressed("-XX:ObjectAlignmentInBytes=16", 17, 60_000));
    assert!(!compressed("-XX:+UseZGC", 17, 1000) && !compressed("-XX:-UseCompressedOops", 17, 1000));
}

/// First number behind `before` in the first line that holds it.
fn behind(log: &str, before: &str) -> Option<u64> {
    let rest = &log[log.find(before)? + before.len()..];
    rest[..rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())].parse().ok()
}

/// What the log of a Flink TaskManager says of its heap, beside what is derived here.
fn facts(log: &str) -> Vec<(&'static str, u64, u64)> {
    let names = [("Using Serial", "Serial"), ("Using Parallel", "Parallel"), ("Using G1", "G1"), ("The Z ", "Z")];
    let name = names.iter().find(|(line, _)| log.contains(line)).map_or("Shenandoah", |pair| pair.1);
    let flags = Flags::parse(&format!("-XX:+Use{name}GC")).unwrap();
    let cpus = behind(log, " total, ").unwrap() as u32;
    let shape = shape(Bytes::mib(behind(log, "Max Capacity: ").unwrap()), &flags, &machine(17, cpus));
    let (kib, region) = (|size: Bytes| size.0 >> 10, shape.region.map_or(1, |region| region.0.0));
    let first_is_full_eden = log.contains("GC(0) Pause Young (Normal) (G1 Evacuation Pause)");
    // G1 gives its regions in MiB, Shenandoah here in KiB.
    let unit = if name == "G1" { 1 << 20 } else { 1 << 10 };
    let mut facts: Vec<_> = [
        ("region", behind(log, "Heap Region Size: "), region / unit),
        ("regions", behind(log, "Heap Region Count: "), shape.region.map_or(0, |region| region.1)),
        ("parallel", behind(log, "Parallel Workers: "), shape.gc_threads.into()),
        ("concurrent", behind(log, "Concurrent Workers: "), shape.concurrent_threads.into()),
        ("runtime", behind(log, "Runtime Workers: "), shape.gc_threads.into()),
        ("workers", behind(log, "GC Workers: "), shape.concurrent_threads.into()),
        ("eden regions", behind(log, "Eden regions: ").filter(|_| first_is_full_eden), shape.eden.0 / region),
    ]
    .into_iter()
    .filter_map(|(what, theirs, ours)| Some((what, theirs?, ours)))
    .collect();
    for (what, space, ours) in [
        ("eden", " Eden: ", shape.eden),
        ("survivor", " From: ", shape.survivor),
        ("old", if name == "Serial" { " Tenured: " } else { " ParOldGen: " }, shape.old),
    ] {
        // As in "Eden: 90923K(163840K)->...": what was used, then the capacity before the first collection.
        if let Some((_, rest)) = log.split_once(space) {
            facts.push((what, behind(rest, "K(").unwrap(), kib(ours)));
        }
    }
    facts
}

/// Logs of a folder, and facts of them that are matched.
fn matched(folder: &str) -> (usize, usize) {
    let (mut logs, mut count) = (0, 0);
    for path in std::fs::read_dir(data(folder)).unwrap().map(|file| file.unwrap().path()) {
        let mut log = String::new();
        flate2::read::MultiGzDecoder::new(std::fs::File::open(&path).unwrap()).read_to_string(&mut log).unwrap();
        let facts = facts(&log);
        assert!(facts.len() > 1, "{path:?}");
        for (what, theirs, ours) in &facts {
            assert_eq!(theirs, ours, "{what} of {path:?}");
        }
        (logs, count) = (logs + 1, count + facts.len());
    }
    println!("{count} facts of {logs} logs");
    (logs, count)
}

#[test]
fn a_log_of_each_collector_is_matched_exactly() {
    let (logs, count) = matched("tests/data/gc_logs/flink");
    assert!(logs == 5 && count >= 15, "{count} facts of {logs} logs");
}

#[test]
#[ignore = "needs the shared data: measurements/flink_gc_logs"]
fn shared_data_logs_of_flink_taskmanagers_are_matched_exactly() {
    let (logs, count) = matched("../shared/measurements/flink_gc_logs");
    assert!(logs > 60 && count > 200, "{count} facts of {logs} logs");
}

/// Flags with any values; those that HotSpot refuses are left out.
fn any_flags() -> impl Strategy<Value = String> {
    let names = select(vec![
        "-Xmx",
        "-Xms",
        "-Xmn",
        "-XX:NewSize=",
        "-XX:MaxNewSize=",
        "-XX:NewRatio=",
        "-XX:SurvivorRatio=",
        "-XX:InitialSurvivorRatio=",
        "-XX:MinSurvivorRatio=",
        "-XX:G1HeapRegionSize=",
        "-XX:G1NewSizePercent=",
        "-XX:G1MaxNewSizePercent=",
        "-XX:ParallelGCThreads=",
        "-XX:ConcGCThreads=",
        "-XX:ObjectAlignmentInBytes=",
    ]);
    let values = prop_oneof![0..40u64, 1 << 20..1u64 << 36, any::<u64>()];
    let word = (names, values).prop_map(|(name, value)| format!("{name}{value}"));
    vec(word, 0..6).prop_map(|mut words| {
        words.retain(|word| Flags::parse(word).is_ok());
        words.join(" ")
    })
}

proptest! {
    #[test]
    fn the_parts_of_any_heap_add_up(
        text in any_flags(), kind in select(COLLECTORS.to_vec()),
        xmx in prop_oneof![any::<u64>(), 0..1u64 << 36], jdk in 0..40u32, cpus in any::<u32>(),
    ) {
        let Ok(flags) = Flags::parse(&text) else { return Ok(()) };
        let flags = Flags { collector: Some(kind), ..flags };
        let shape = shape(Bytes(xmx), &flags, &machine(jdk, cpus));
        prop_assert!(shape.initial <= shape.heap && shape.reported <= shape.heap);
        prop_assert!(shape.heap.0 >= flags.xmx.unwrap_or(Bytes(xmx)).0.min(1 << 56));
        if let Some((least, most)) = shape.young {
            prop_assert!(least <= most && most <= shape.heap);
            let spaces = if kind == CollectorKind::G1 { shape.eden } else { shape.eden + shape.survivor + shape.survivor };
            prop_assert_eq!(spaces + shape.old, shape.initial);
        }
        if let Some((size, count)) = shape.region {
            prop_assert!(size.0.is_power_of_two());
            prop_assert_eq!(size.0 * count, shape.heap.0);
        }
    }
}
