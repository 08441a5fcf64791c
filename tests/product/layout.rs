//! Layouts against the ones that Flink itself computed, and laws that hold for any configuration.

use std::collections::BTreeMap;
use std::path::Path;

use heapwise::base::Bytes;
use heapwise::flink::layout::{
    Component, Cpu, DeploymentKind, Derivation, FlinkVersion, JobManagerLayout, Layout, LayoutError, Options,
    ProcessKind, RocksDbMemory, RocksDbSettings, notices, translate,
};
use proptest::prelude::*;

use crate::testing::data;

type Row = BTreeMap<String, String>;

fn rows(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).expect("a readable file");
    reader.deserialize().map(|row| row.expect("a well-formed row")).collect()
}

/// The sample in the repository.
fn sample(name: &str) -> Vec<Row> {
    rows(&data(&format!("tests/data/flink/{name}_sample.csv")))
}

/// All cases that Flink was asked.
fn all(name: &str) -> Vec<Row> {
    rows(&data(&format!("../shared/flink/{name}_cases.csv")))
}

fn options(row: &Row) -> Options {
    row["options"].split(';').filter_map(|pair| pair.split_once('=')).collect()
}

fn assert_sizes(row: &Row, found: &[(&str, Bytes)]) {
    for (column, size) in found {
        assert_eq!(row[*column], size.0.to_string(), "{column} of case {}: {}", row["case"], row["options"]);
    }
}

/// Sizes in bytes, component names, and keys that a message names, in order of appearance.
fn facts(message: &str) -> (Vec<u64>, Vec<&'static str>, Vec<&str>) {
    const NAMES: [&str; 12] = [
        "Framework Heap Memory",
        "Task Heap Memory",
        "Framework Off-Heap Memory",
        "Task Off-Heap Memory",
        "Network Memory",
        "Managed Memory",
        "JVM Metaspace",
        "JVM Overhead",
        "JVM Heap Memory",
        "Off-heap Memory",
        "Total Flink Memory",
        "Total Process Memory",
    ];
    let words = || message.split([' ', '(', ')', '\'', '`', ',', '{', '}', '[', ']', '.']);
    let before_bytes = words().zip(words().skip(1)).filter(|(_, unit)| *unit == "bytes");
    let sizes = before_bytes.filter_map(|(number, _)| number.parse().ok()).collect();
    let mut names: Vec<(usize, &str)> = NAMES.iter().filter_map(|name| Some((message.find(name)?, *name))).collect();
    names.sort();
    let texts = message.split([' ', '(', ')', '\'', '`', ',', '{', '}', '[', ']']);
    let keys = texts.filter(|text| text.contains("manager.memory.")).collect();
    (sizes, names.into_iter().map(|(_, name)| name).collect(), keys)
}

/// Ours names what Flink's message names, in the same order; in the two errors about a rest it says more, which is what
/// the rest is left by and how large it is.
fn assert_same_error(row: &Row, error: &LayoutError) {
    // In one message Flink says "Memory" once for three components.
    let flink = row["error"].replace("Total Flink, Task Heap and", "Total Flink Memory, Task Heap Memory and");
    let ours = error.to_string();
    let place = format!("case {}: {}\nflink: {flink}\nours:  {ours}", row["case"], row["options"]);
    let (theirs, found) = (facts(&flink), facts(&ours));
    assert!(!theirs.0.is_empty() || theirs.1.len() + theirs.2.len() > 1, "the oracle itself names nothing: {place}");
    let network_is_rest = flink.contains("derived Network Memory is inconsistent");
    match error {
        LayoutError::NetworkOutOfRange { network, min, max } => {
            assert!(network_is_rest && min <= max && (network < min || network > max), "{place}");
            assert_eq!(found.0, [network.0, min.0, max.0], "{place}");
        }
        LayoutError::Range { fraction, value, min, max, rest } => {
            assert_eq!(rest.is_some(), network_is_rest, "{place}");
            assert!(min > max || !(0.0..1.0).contains(value), "{place}");
            assert!(network_is_rest || flink.contains(&format!("({value:?})")), "{place}");
            assert!(!network_is_rest || fraction.name == "taskmanager.memory.network.fraction", "{place}");
        }
        _ => assert!(!network_is_rest, "{place}"),
    }
    if network_is_rest || matches!(error, LayoutError::OverheadOutOfRange { .. }) {
        assert!(theirs.0.iter().all(|size| found.0.contains(size)), "{place}");
        assert!(theirs.1.iter().all(|name| found.1.contains(name)), "{place}");
        assert!(theirs.2.iter().all(|key| found.2.contains(key)), "{place}");
    } else {
        assert_eq!(found, theirs, "{place}");
    }
}

#[test]
fn the_message_about_the_rest_of_network_memory_names_four_components() {
    let mut met = 0;
    for row in sample("layout").iter().filter(|row| row["error"].contains("derived Network Memory is inconsistent")) {
        let error = Layout::derive(&options(row)).unwrap_err().to_string();
        let mut names = facts(&error).1;
        names.sort();
        assert_eq!(names, ["Managed Memory", "Network Memory", "Task Heap Memory", "Total Flink Memory"], "{error}");
        met += 1;
    }
    assert!(met > 0, "the sample has no such case");
}

fn assert_task_managers(rows: &[Row]) {
    assert!(!rows.is_empty());
    for row in rows {
        let mut options = options(row);
        options.insert("taskmanager.cpu.cores", "1", Default::default());
        match (row["status"].as_str(), Layout::derive(&options)) {
            ("ok", Ok(layout)) => assert_task_manager(row, &layout),
            ("error", Err(error)) => assert_same_error(row, &error),
            (status, found) => panic!("case {} is {status}, found {found:?}: {}", row["case"], row["options"]),
        }
    }
}

#[test]
fn task_managers_are_divided_as_flink_divides_them() {
    assert_task_managers(&sample("layout"));
}

#[test]
#[ignore = "needs the shared data: flink"]
fn shared_data_task_managers_are_divided_as_flink_divides_them() {
    assert_task_managers(&all("layout"));
}

fn assert_task_manager(row: &Row, layout: &Layout) {
    let found = [
        ("framework_heap", layout.framework_heap),
        ("task_heap", layout.task_heap),
        ("framework_off_heap", layout.framework_off_heap),
        ("task_off_heap", layout.task_off_heap),
        ("network", layout.network),
        ("managed", layout.managed),
        ("jvm_metaspace", layout.metaspace),
        ("jvm_overhead", layout.overhead),
        ("total_flink", layout.flink()),
        ("total_process", layout.process()),
        ("xmx", layout.jvm_heap()),
        ("max_direct", layout.direct()),
    ];
    assert_sizes(row, &found);
    assert_eq!(row["jvm_args"], layout.jvm_flags(), "case {}", row["case"]);
}

fn assert_job_managers(rows: &[Row]) {
    assert!(!rows.is_empty());
    for row in rows {
        match (row["status"].as_str(), JobManagerLayout::derive(&options(row))) {
            ("ok", Ok(layout)) => {
                let found = [
                    ("jvm_heap", layout.jvm_heap),
                    ("off_heap", layout.off_heap),
                    ("jvm_metaspace", layout.metaspace),
                    ("jvm_overhead", layout.overhead),
                    ("total_flink", layout.flink()),
                    ("total_process", layout.process()),
                ];
                assert_sizes(row, &found);
            }
            ("error", Err(error)) => assert_same_error(row, &error),
            (status, found) => panic!("case {} is {status}, found {found:?}: {}", row["case"], row["options"]),
        }
    }
}

#[test]
fn job_managers_are_divided_as_flink_divides_them() {
    assert_job_managers(&sample("jobmanager"));
}

#[test]
#[ignore = "needs the shared data: flink"]
fn shared_data_job_managers_are_divided_as_flink_divides_them() {
    assert_job_managers(&all("jobmanager"));
}

#[test]
fn slots_are_cut_as_flink_cuts_them() {
    assert_slots(&sample("slot"));
}

#[test]
#[ignore = "needs the shared data: flink"]
fn shared_data_slots_are_cut_as_flink_cuts_them() {
    assert_slots(&all("slot"));
}

fn assert_slots(rows: &[Row]) {
    assert!(!rows.is_empty());
    let base = Layout::derive(&Options::from_iter([("taskmanager.memory.process.size", "1728m")])).unwrap();
    for row in rows {
        let bytes = |column: &str| Bytes(row[column].parse().unwrap());
        let layout = Layout {
            task_heap: bytes("task_heap"),
            task_off_heap: bytes("task_off_heap"),
            network: bytes("network"),
            managed: bytes("managed"),
            cpu: Cpu::from_f64(row["cpu_cores"].parse().unwrap()).unwrap(),
            ..base.clone()
        };
        let slot = layout.slot(row["slots"].parse().unwrap());
        let found = [slot.task_heap, slot.task_off_heap, slot.network, slot.managed];
        let expected = ["slot_task_heap", "slot_task_off_heap", "slot_network", "slot_managed"].map(bytes);
        assert_eq!(found, expected, "case {}", row["case"]);
        let cpu = Cpu::from_f64(row["slot_cpu"].parse().unwrap());
        assert_eq!(Some(slot.cpu), cpu, "case {}", row["case"]);
    }
}

/// The table's TaskManager is the textbook one: its fractions are exact, Flink's are single precision, which makes ten
/// bytes of difference at most. Hence 1e-5 MB here and not the table's 1e-6.
#[test]
fn verification_table_of_memory() {
    let mut met = 0;
    for row in rows(&data("scenarios/verification/queueing_and_allocation.csv")) {
        let Some(found) = table_value(&row) else { continue };
        let expected: f64 = row["expected"].parse().unwrap();
        assert!((found - expected).abs() <= 1e-5, "{}: {found} is not {expected}", row["id"]);
        met += 1;
    }
    assert_eq!(met, 20);
}

fn table_value(row: &Row) -> Option<f64> {
    let parameter = |name: &str| row["parameters"].split(';').find_map(|p| p.strip_prefix(name)?.strip_prefix('='));
    match row["model"].as_str() {
        "flink_taskmanager_memory" => {
            let process = format!("{}m", parameter("process_mb")?);
            let layout = Layout::derive(&Options::from_iter([("taskmanager.memory.process.size", process)])).unwrap();
            let size = match row["quantity"].as_str() {
                "flink_mb" => layout.flink(),
                "network_mb" => layout.network,
                "managed_mb" => layout.managed,
                "task_heap_mb" => layout.task_heap,
                "jvm_overhead_mb" => layout.overhead,
                other => panic!("unknown quantity {other}"),
            };
            Some(size.as_mib())
        }
        "flink_rocksdb_memory" => {
            let settings = RocksDbSettings {
                write_buffer_ratio: parameter("write_buffer_ratio")?.parse().unwrap(),
                write_buffer: Bytes(parameter("write_buffer_size")?.parse().unwrap()),
                ..RocksDbSettings::default()
            };
            let managed = Bytes(parameter("managed_bytes")?.parse().unwrap());
            let memory = RocksDbMemory::divide(managed, &settings).unwrap();
            Some(match row["quantity"].as_str() {
                "cache_capacity" => memory.cache.as_f64(),
                "write_buffer_manager_capacity" => memory.write_buffers.as_f64(),
                "arena_block" => memory.arena_block.as_f64(),
                "mutable_limit" => memory.mutable_limit.as_f64(),
                "flush_storm" => f64::from(u8::from(memory.flushes_constantly())),
                other => panic!("unknown quantity {other}"),
            })
        }
        _ => None,
    }
}

/// Sizes that meet often enough to make both layouts and every conflict.
fn any_size() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => (0u64..4096).prop_map(|n| format!("{n}m")),
        4 => (0u64..1 << 34).prop_map(|n| format!("{n}b")),
        2 => (0u64..64).prop_map(|n| format!("{n} gb")),
        1 => Just("9223372036854775807".to_string()),
    ]
}

fn any_options() -> impl Strategy<Value = Options> {
    const SIZES: [&str; 13] = [
        "process.size",
        "flink.size",
        "framework.heap.size",
        "framework.off-heap.size",
        "task.heap.size",
        "task.off-heap.size",
        "managed.size",
        "network.min",
        "network.max",
        "jvm-metaspace.size",
        "jvm-overhead.min",
        "jvm-overhead.max",
        "segment-size",
    ];
    const FRACTIONS: [&str; 3] = ["managed.fraction", "network.fraction", "jvm-overhead.fraction"];
    let sizes = proptest::collection::vec((proptest::sample::select(SIZES.to_vec()), any_size()), 0..6);
    let fraction = prop_oneof![4 => (0u32..1000).prop_map(|n| f64::from(n) / 1000.0), 1 => -0.5..1.5f64];
    let fraction = fraction.prop_map(|fraction| fraction.to_string());
    let fractions = proptest::collection::vec((proptest::sample::select(FRACTIONS.to_vec()), fraction), 0..3);
    let total = proptest::option::weighted(0.8, (256u64..1 << 17).prop_map(|n| ("process.size", format!("{n}m"))));
    (total, sizes, fractions).prop_map(|(total, sizes, fractions)| {
        let pairs = total.into_iter().chain(sizes).chain(fractions);
        pairs.map(|(key, value)| (format!("taskmanager.memory.{key}"), value)).collect()
    })
}

fn set(options: &Options, key: &str) -> Option<String> {
    let name = format!("taskmanager.memory.{key}");
    options.iter().find(|(key, _, _)| *key == name).map(|(_, value, _)| value.to_string())
}

/// Declared keys, their older spellings, keys of older releases, and keys that nobody reads.
fn any_key() -> impl Strategy<Value = String> {
    use heapwise::flink::layout::keys::{job_manager, legacy, state, task_manager};
    let declared = [task_manager::ALL, job_manager::ALL, state::ALL, legacy::ALL].concat();
    let names =
        declared.iter().flat_map(|key| std::iter::once(&key.name).chain(key.aliases)).map(|name| name.to_string());
    prop_oneof![
        8 => proptest::sample::select(names.collect::<Vec<_>>()),
        1 => "(taskmanager|jobmanager|state\\.backend\\.rocksdb)\\.memory\\..{0,12}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_configuration_is_refused_or_adds_up_and_stays_when_made_explicit(options in any_options()) {
        let Ok(layout) = Layout::derive(&options) else { return Ok(()) };
        let total = Component::ALL.iter().map(|component| u128::from(layout.size(*component).0)).sum::<u128>();
        prop_assert_eq!(total, u128::from(layout.process().0));
        for (key, found) in [("process.size", layout.process()), ("flink.size", layout.flink())] {
            if let Some(text) = set(&options, key) {
                prop_assert_eq!(heapwise::flink::layout::memory_size::parse(&text), Ok(found), "{}", key);
            }
        }
        let again = Layout::derive(&layout.explicit()).expect("an explicit layout is sound");
        for component in Component::ALL {
            prop_assert_eq!(again.size(component), layout.size(component), "{:?}", component);
        }
        prop_assert_eq!((again.cpu, again.slots), (layout.cpu, layout.slots));
        prop_assert_eq!(again.explicit(), layout.explicit());
    }

    #[test]
    fn a_given_component_keeps_its_size_and_says_so(options in any_options()) {
        let Ok(layout) = Layout::derive(&options) else { return Ok(()) };
        let keys = [
            ("task.heap.size", Component::TaskHeap),
            ("managed.size", Component::Managed),
            ("framework.heap.size", Component::FrameworkHeap),
            ("jvm-metaspace.size", Component::Metaspace),
        ];
        for (key, component) in keys {
            let given = set(&options, key).map(|text| heapwise::flink::layout::memory_size::parse(&text).unwrap());
            prop_assert_eq!(given.is_some(), layout.derivation(component) == Derivation::Given, "{:?}", component);
            prop_assert!(given.is_none_or(|given| given == layout.size(component)));
        }
    }

    #[test]
    fn a_text_of_any_kind_never_panics(
        keys in proptest::collection::vec(any_key(), 1..4),
        text in prop_oneof![".{0,12}", "[-+]?[0-9]{0,20}[.,eE]?[0-9]{0,3} ?[a-zA-Z]{0,3}"],
    ) {
        let options: Options = keys.into_iter().map(|key| (key, text.clone())).collect();
        let _ = (Layout::derive(&options), JobManagerLayout::derive(&options), RocksDbSettings::read(&options));
        for version in [FlinkVersion::V1, FlinkVersion::V2] {
            let _ = (Layout::check(&options, version), JobManagerLayout::check(&options, version));
            let _ = (notices(&options, ProcessKind::TaskManager, version), notices(&options, ProcessKind::JobManager, version));
        }
        if let Ok((translated, _)) = translate(&options, DeploymentKind::Standalone) {
            // What was translated holds nothing that could be translated again.
            prop_assert_eq!(translate(&translated, DeploymentKind::Container), Ok((translated, Vec::new())));
        }
    }
}
