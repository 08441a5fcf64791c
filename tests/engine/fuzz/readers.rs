//! The readers, each from bytes to whatever it makes of them. Faults are answers; only a panic is wrong.

use std::path::PathBuf;

use heapwise::evidence::validation::{DATASETS, Fit, Table, validate};
use heapwise::flink::config;
use heapwise::flink::layout::{JobManagerLayout, Layout, ProcessKind};
use heapwise::gc_log;
use heapwise::gc_study::calibrate::{calibrate, describe, read};
use heapwise::gc_study::replay::judge;
use heapwise::input::Input;
use heapwise::report::layout::batch;
use heapwise::scenario::{defaults, jvm, load};
use heapwise::workload::trace::TRACES;

/// A reader under its name, which is that of its folder of inputs.
pub struct Reader {
    pub name: &'static str,
    /// Files beside the kept ones, from the root of the project.
    pub shipped: &'static [&'static str],
    /// How many mutations are read.
    pub mutations: u64,
    pub read: fn(&[u8]),
}

pub const READERS: &[Reader] = &[
    Reader { name: "gc_log", shipped: LOGS, mutations: 3000, read: log },
    Reader { name: "calibrate", shipped: LOGS, mutations: 150, read: calibrated },
    Reader {
        name: "jvm",
        shipped: &["scenarios/jvm/openjdk17-arrays.toml", "scenarios/jvm/openjdk17-flink.toml"],
        mutations: 600,
        read: |bytes| drop(jvm(&String::from_utf8_lossy(bytes), "my.toml")),
    },
    Reader { name: "scenario", shipped: SCENARIOS, mutations: 600, read: scenario },
    Reader { name: "flink", shipped: CONFIGURATIONS, mutations: 3000, read: configuration },
    Reader {
        name: "trace",
        shipped: &["scenarios/traces/heapwise_sample.csv"],
        mutations: 1000,
        read: |bytes| TRACES.iter().for_each(|format| trace(format.name, bytes)),
    },
    Reader { name: "batch", shipped: &[], mutations: 2000, read: layouts },
    Reader { name: "validate", shipped: &[], mutations: 1500, read: measured },
];

const LOGS: &[&str] = &["tests/data/gc_logs/g1.log", "tests/data/gc_logs/parallel.log", "tests/data/gc_logs/z.log.gz"];

const SCENARIOS: &[&str] = &[
    "scenarios/dc_curve.toml",
    "scenarios/fragmentation.toml",
    "scenarios/spill_or_migrate.toml",
    "scenarios/stream_batch_mix.toml",
    "docs/examples/orders.toml",
];

const CONFIGURATIONS: &[&str] =
    &["tests/data/flink/config.yaml", "tests/data/flink/flink-conf.yaml", "tests/data/flink/deployment.yaml"];

fn log(bytes: &[u8]) {
    let mut events = 0u64;
    if let Ok(reading) = gc_log::read_bytes("gc.log", bytes, |_| events += 1) {
        assert!((0.0..=1.0).contains(&reading.explained_share()));
        drop(reading.remarks());
    }
}

/// A log that can be read is calibrated, and what comes of it must be a description that can be read.
fn calibrated(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path: PathBuf = folder.path().join("gc.log");
    std::fs::write(&path, bytes).expect("a file is written");
    let Ok(logs) = read(&[path]) else { return };
    let found = judge(calibrate(logs, 1), 0.5, 1);
    drop(heapwise::report::calibration::table(&found));
    drop(heapwise::report::calibration::json(&found));
    if let Some(text) = describe(&found.calibrated) {
        assert_eq!(jvm(&text, "my-jvm.toml").err(), None, "{text}");
    }
}

fn scenario(bytes: &[u8]) {
    drop(load(&String::from_utf8_lossy(bytes), "my.toml", &[]));
}

fn configuration(bytes: &[u8]) {
    let (config, _) = config::sift_from(bytes, "config.yaml");
    let Some(config) = config else { return };
    drop(Layout::derive(&config.options));
    drop(JobManagerLayout::derive(&config.options));
}

fn trace(format: &str, bytes: &[u8]) {
    let Some(entry) = TRACES.iter().find(|entry| entry.name == format) else { return };
    // A trace in memory lives as long as the program.
    let input = Input::from_bytes("trace", Box::leak(bytes.to_vec().into_boxed_slice()));
    let Ok(mut source) = (entry.build.open)(&defaults(entry.params), input) else { return };
    while let Some(Ok(_)) = source.next_event() {}
}

fn layouts(bytes: &[u8]) {
    for process in [ProcessKind::TaskManager, ProcessKind::JobManager] {
        drop(batch(bytes, process, &mut Vec::new()));
    }
}

fn measured(bytes: &[u8]) {
    for dataset in DATASETS {
        let Ok(table) = Table::read("my.csv", bytes, dataset) else { continue };
        let Ok(validation) = validate(dataset, table, &Fit::default()) else { continue };
        drop(heapwise::report::validation::csv(&validation));
        drop(heapwise::report::validation::summary(&validation));
    }
}
