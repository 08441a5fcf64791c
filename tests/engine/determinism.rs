//! The same bytes of every file, whatever the number of threads, the order of runs or the neighbours in the sweep.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use heapwise::chart::draw_all;
use heapwise::metrics::ColumnId;
use heapwise::report::{Manifest, Results};
use heapwise::scenario::{Loaded, load};
use heapwise::sim::run;
use heapwise::sweep::{Order, Simulations, Stop, Sweep, findings, meta_of, sweep};

/// Streams, batch jobs and tasks under pressure, with failures, feedback and all mechanisms but the priced ones.
const EVERYTHING: &str = r#"
name = "everything"
[run]
duration = "30 s"
warm_up = "2 s"
replications = 2
series = "all"
[groups.large]
count = 2
cores = 2
slots = 6
task_heap = "192 MiB"
managed = "48 MiB"
network = "16 MiB"
disk = "100 MiB/s"
[groups.small]
cores = 1
slots = 6
task_heap = "96 MiB"
managed = "32 MiB"
network = "16 MiB"
collector = "concurrent"
[regions]
allocator = "first-fit"
scheme = "legacy"
[mechanisms]
greedy_retention = true
headroom = "32 MiB"
card_scanning = true
fixed_young = "24 MiB"
coordination = true
buffering = "100 us"
timeouts = true
heartbeat = "500 us"
[pressure]
order = ["evict", "migrate", "spill", "request", "wait", "fail"]
patience = "2 s"
spill_compression = true
[monitor]
interval = "500 ms"
provision_delay = "3 s"
max_task_managers = 5
[failures]
restart = "300 ms"
max_restarts = 1000
[policies]
placement = "spread"
spill = "largest"
migration = "threshold"
[workloads.stream]
kind = "keyed-aggregation"
state = "managed"
keys = 400000
parallelism = 2
arrival = { kind = "poisson", rate = "90000 /s" }
[workloads.sort]
kind = "sort-shuffle"
records = 300000
parallelism = 2
start = "4 s"
[workloads.tasks]
kind = "tasks"
priority = 2
size = { law = "exponential", mean = "14 MiB" }
cpu = { law = "exponential", mean = "400 ms" }
arrival = { kind = "mmpp2", rate_1 = "1 /s", rate_2 = "9 /s", stay_1 = "3 s", stay_2 = "2 s" }
[[axes]]
key = "policies.allocation"
values = ["unified-first-come", "max-min"]
"#;

/// All files of a sweep, charts included, by name.
type Files = BTreeMap<String, Vec<u8>>;

fn loaded(text: &str) -> Loaded {
    load(text, "everything.toml", &[]).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn carried_out(loaded: &Loaded, threads: usize, order: Order) -> Files {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (meta, stop) = (meta_of(loaded).expect("a sweep"), Stop::new());
    let manifest = Manifest::new(&meta, &loaded.resolved, "test");
    let mut results = Results::create(folder.path(), &meta, &manifest).expect("results open");
    let how = Sweep { meta: &meta, threads, order, stop: &stop, quiet: true };
    let outcome = sweep(&Simulations::of(&loaded.cells), &how, Vec::new(), &mut results).expect("the sweep ends");
    assert!(outcome.rows.iter().all(|row| row.status.is_measured()), "{:?}", outcome.rows[0].status);
    results.finish(&findings(&meta, &outcome.rows)).expect("results close");
    draw_all(folder.path(), &[]).expect("charts are drawn");
    let mut files = Files::new();
    collect(folder.path(), folder.path(), &mut files);
    files
}

fn collect(root: &Path, folder: &Path, files: &mut Files) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path.strip_prefix(root).expect("a path below").display().to_string();
            files.insert(name, std::fs::read(&path).expect("a file"));
        }
    }
}

fn assert_same(one: &Files, other: &Files, why: &str) {
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>(), "{why}");
    for (name, bytes) in one {
        assert!(other[name] == *bytes, "{why}: {name} differs");
    }
}

#[test]
fn threads_reruns_and_order_change_no_byte() {
    let loaded = loaded(EVERYTHING);
    let first = carried_out(&loaded, 1, Order::Forward);
    assert!(first.len() >= 7, "tables and charts: {:?}", first.keys());
    assert_same(&first, &carried_out(&loaded, 1, Order::Forward), "a rerun");
    assert_same(&first, &carried_out(&loaded, 2, Order::Forward), "two threads");
    assert_same(&first, &carried_out(&loaded, 2, Order::Reverse), "reversed order");
}

/// Rows of a table without the columns that only number them.
fn rows(files: &Files, name: &str) -> BTreeSet<String> {
    let text = String::from_utf8(files[name].clone()).expect("text");
    let mut lines = text.lines();
    let header = lines.next().expect("a header");
    let numbering = header.split(',').take_while(|column| ["index", "cell"].contains(column)).count();
    lines.map(|line| line.splitn(numbering + 1, ',').last().unwrap_or_default().to_string()).collect()
}

#[test]
fn a_policy_more_changes_no_other_row() {
    let small = carried_out(&loaded(EVERYTHING), 2, Order::Forward);
    let more = EVERYTHING.replace("\"max-min\"]", "\"priority\", \"max-min\"]");
    let large = carried_out(&loaded(&more), 2, Order::Forward);
    for name in ["runs.csv", "timeseries.csv", "histograms.csv"] {
        let (few, many) = (rows(&small, name), rows(&large, name));
        assert!(!few.is_empty() && many.len() > few.len(), "{name}");
        let changed: Vec<&String> = few.difference(&many).collect();
        assert!(changed.is_empty(), "{name}: {} rows changed, first {}", changed.len(), changed[0]);
    }
}

#[test]
fn the_scenario_does_what_it_is_here_for() {
    let scenario = loaded(EVERYTHING).cells.remove(0).scenario;
    let result = run(&scenario, 7, None);
    let value = |name: &str| result.record.get(ColumnId::find(name).expect(name)).unwrap_or(0.0);
    let columns = heapwise::metrics::COLUMNS.iter().map(|column| column.name());
    let told: Vec<String> = columns.map(|name| format!("{name} {}", value(&name))).collect();
    for part in ["spill_bytes", "migration_moves", "restarts", "gc_young", "blocked_requests"] {
        let found = told.iter().any(|line| line.starts_with(part) && !line.ends_with(" 0"));
        assert!(found, "nothing of {part} happens:\n{}", told.join("\n"));
    }
}
