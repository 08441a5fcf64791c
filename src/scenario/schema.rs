//! The sections of a scenario, declared: the only place where their keys, units and defaults are written.
//!
//! Plug-ins declare their own parameters in their own files; a key that names a plug-in (`policies.spill`,
//! `groups.NAME.collector`, `workloads.NAME.kind`) is listed in [`FAMILIES`] and takes either the bare name or a
//! table `{ kind = "name", … }` with that plug-in's parameters.

use crate::base::{Kind, Param, optional, param, required};
pub use crate::workload::synthetic::graph::OPERATOR;

const COUNT: Kind = Kind::Count(1, 1_000_000);
const SHARE: Kind = Kind::Number(0.0, 1.0);
const POSITIVE: Kind = Kind::Number(1e-9, 1e12);
const NANOS: Kind = Kind::Number(0.0, 1e9);

/// `[run]`: how long, how often, how exactly.
pub const RUN: &[Param] = &[
    param("duration", Kind::Span, "60 s", "simulated time of one run, warm-up included"),
    param("warm_up", Kind::Text, "auto", "\"auto\" (MSER-5 on the throughput series) or a time such as \"10 s\""),
    param("seed", Kind::Count(0, u64::MAX), "1", "seed of the first replication; the others follow from it"),
    param("replications", Kind::Count(1, 100_000), "5", "runs of each cell on common random numbers"),
    optional(
        "precision",
        Kind::Number(0.0001, 1.0),
        "relative error of the objective, such as 0.02: more replications until every cell is known that well; absent: no more",
    ),
    optional(
        "max_replications",
        Kind::Count(1, 100_000),
        "replications after which it is enough even if run.precision is not reached; absent: 100",
    ),
    param("sample_every", Kind::Span, "1 s", "interval of the time series"),
    param("batch", Kind::Count(1, 1_000_000_000), "1000", "records a subtask takes at once; 1 for latency questions"),
    param("series", Kind::Choice(&["first", "all", "none"]), "first", "which replications write their time series"),
];

/// Replications after which `run.precision` is given up where `run.max_replications` is absent.
pub const MOST_REPLICATIONS: u32 = 100;

/// Cores that a TaskManager may have.
pub const CORES: std::ops::RangeInclusive<f64> = 0.01..=4096.0;

/// Most slots of a TaskManager.
pub const MOST_SLOTS: u32 = 1_000_000;

/// `[groups.NAME]`: TaskManagers that are alike.
pub const GROUP: &[Param] = &[
    param("count", Kind::Count(1, 100_000), "1", "TaskManagers in the group"),
    param("cores", Kind::Number(*CORES.start(), *CORES.end()), "2", "CPU cores of one TaskManager"),
    param("slots", Kind::Count(1, MOST_SLOTS as u64), "2", "task slots of one TaskManager"),
    optional("process", Kind::Bytes, "total process memory; Flink derives the rest (taskmanager.memory.process.size)"),
    optional("task_heap", Kind::Bytes, "task heap, D (taskmanager.memory.task.heap.size)"),
    optional("managed", Kind::Bytes, "managed memory (taskmanager.memory.managed.size)"),
    optional("network", Kind::Bytes, "network memory (network.min = network.max)"),
    optional("flink_config", Kind::Path, "memory options from a config.yaml, flink-conf.yaml or FlinkDeployment"),
    optional(
        "jvm",
        Kind::Text,
        "description of its JVM, whose prices hold: openjdk17-flink, openjdk17-arrays, or a file of `heapwise calibrate`",
    ),
    optional(
        "heap_budget",
        Kind::Bytes,
        "heap that the TaskManagers of the group may take in all; policies.heap divides it, and each begins with an equal part",
    ),
    param("framework_live", Kind::Bytes, "40 MiB", "live heap of the framework itself"),
    param(
        "load_classes",
        Kind::Flag,
        "true",
        "with a jvm: whether loading Flink's classes collects a nearly empty heap twice, from which adaptive collectors learn",
    ),
    optional("young", Kind::Bytes, "fixed size of the young generation; absent: as HotSpot sizes it"),
    param("object", Kind::Bytes, "200 B", "mean size of a heap object"),
    optional("container", Kind::Bytes, "limit of resident memory, beyond which a TaskManager is killed; absent: none"),
    param("native", Kind::Bytes, "0 B", "resident memory beside heap and pools: classes, threads, allocator arenas"),
    param("disk", Kind::Bandwidth, "400 MiB/s", "bandwidth of the local disk, shared by all who use it"),
    param("link", Kind::Bandwidth, "1.25 GB/s", "bandwidth of the network link, shared by all who use it"),
    param("per_node", COUNT, "1", "TaskManagers on one node: they share its disk and link"),
];

/// `[regions]`: how pool memory is divided and where blocks lie.
pub const REGIONS: &[Param] = &[
    param(
        "scheme",
        Kind::Choice(&["flink", "legacy", "unified"]),
        "flink",
        "flink: network and managed apart; legacy: network, sort and hash apart from managed; unified: no borders",
    ),
    param("sort_share", SHARE, "0.35", "legacy scheme: share of managed memory fenced off for sorting"),
    param("hash_share", SHARE, "0.35", "legacy scheme: share of managed memory fenced off for hash tables"),
    optional("probe", Kind::Bytes, "request size that fragmentation is judged for; absent: that of the last request"),
    optional(
        "reservation",
        Kind::Text,
        "when pool memory is taken from the system: \"all\" at the start, or in steps such as \"64 MiB\"; absent: not followed",
    ),
    param(
        "touch_price",
        NANOS,
        "0.25",
        "nanoseconds of a core for each byte taken from the system: page fault, zeroing",
    ),
    param("leak", SHARE, "0", "share of the blocks of tasks that are never returned"),
];

/// `[mechanisms]`: what can make throughput fall with D/C (models M1 to M7), each on or off.
pub const MECHANISMS: &[Param] = &[
    param("greedy_retention", Kind::Flag, "false", "M1: heap caches fill all of the heap but `headroom`"),
    param("headroom", Kind::Bytes, "256 MiB", "M1: heap that caches leave free"),
    param("card_scanning", Kind::Flag, "false", "M2: young collections scan old cards dirtied since the last one"),
    param("fixed_young", Kind::Bytes, "256 MiB", "M2: young size while the mechanism is on and the group gives none"),
    param("fixed_budget", Kind::Flag, "false", "M3: TaskManagers are bought from a budget, so memory costs cores"),
    param("price_core", POSITIVE, "0.03", "M3: price of a core an hour"),
    param("price_gib", POSITIVE, "0.004", "M3: price of a GiB an hour"),
    param("budget", POSITIVE, "1.0", "M3: budget an hour"),
    param("fixed_node", Kind::Flag, "false", "M4: heap takes from managed memory within `node_memory`"),
    param("node_memory", Kind::Bytes, "8 GiB", "M4: Flink memory of one TaskManager, heap included"),
    param("coordination", Kind::Flag, "false", "M5: a pause longer than `buffering` stalls the other TaskManagers"),
    param("buffering", Kind::Span, "100 ms", "M5: pause that buffers in flight can hide"),
    param("pointer_cliff", Kind::Flag, "false", "M6: live data inflates on heaps above `pointer_limit`"),
    param("pointer_limit", Kind::Bytes, "32 GiB", "M6: heap up to which pointers stay compressed"),
    param("pointer_inflation", Kind::Number(1.0, 4.0), "1.32", "M6: factor on live data above the limit"),
    param("timeouts", Kind::Flag, "false", "M7: a pause longer than `heartbeat` costs a restart with state reload"),
    param("heartbeat", Kind::Span, "50 s", "M7: heartbeat timeout"),
];

/// `[pressure]`: what a request meets that cannot be granted, in order.
pub const PRESSURE: &[Param] = &[
    param("order", Kind::List(&STEP), "[\"evict\", \"spill\", \"wait\", \"fail\"]", "steps, tried from the first on"),
    param("patience", Kind::Span, "10 min", "longest wait for memory before the next step"),
    param("spill_share", SHARE, "0", "least share of what a victim holds that one spill writes"),
    param("spill_compression", Kind::Flag, "false", "spilled bytes are compressed as prices.compression says"),
    param("migrate_tasks", Kind::Count(1, 1000), "1", "tasks that one migrate step may move"),
    param(
        "compaction",
        Kind::Choice(&["room", "all"]),
        "room",
        "what a compact step moves: what makes room for the request, or all blocks of the region",
    ),
    optional("compaction_budget", Kind::Bytes, "most bytes that one compact step moves; absent: no bound"),
    param("compaction_price", NANOS, "2", "nanoseconds of a core for each byte that a compact step moves"),
];

/// One step of `pressure.order`.
pub const STEP: Kind = Kind::Choice(&["wait", "evict", "compact", "spill", "migrate", "request", "fail"]);

/// `[monitor]`: the feedback loop.
pub const MONITOR: &[Param] = &[
    param("interval", Kind::Span, "1 s", "time between two samples; policies of the feedback loop see only these"),
    param("provision_delay", Kind::Span, "30 s", "from a request for a TaskManager to its first slot"),
    param("max_task_managers", Kind::Count(1, 100_000), "1000", "most TaskManagers that feedback may reach"),
    optional("leak_window", Kind::Span, "time between two looks of the leak monitor; absent: nobody looks"),
    param(
        "leak_windows",
        Kind::Count(3, 1000),
        "5",
        "windows in a row, each with more idle memory than the one before, that are called a leak",
    ),
    param(
        "leak_tolerance",
        Kind::Number(0.0, 1e9),
        "0.001",
        "growth a window that is no leak, as a share of the working set",
    ),
];

/// `[failures]`: what a lost TaskManager costs.
pub const FAILURES: &[Param] = &[
    param("restart", Kind::Span, "10 s", "time from a failure to running again, state reload apart"),
    param("max_restarts", Kind::Count(0, 1_000_000), "3", "OutOfMemoryErrors after which the run is given up"),
    param(
        "queue_limit",
        Kind::Count(0, u64::MAX),
        "18446744073709551615",
        "tasks that may wait for a slot; more are lost",
    ),
];

/// `[workloads.NAME]`, beside the parameters of its `kind`.
pub const WORKLOAD: &[Param] = &[
    param("priority", Kind::Count(0, 255), "0", "higher goes first where a policy looks at it"),
    param("weight", POSITIVE, "1", "share in weighted policies"),
    param("start", Kind::Span, "0 s", "when the job arrives"),
];

/// Sections that appear once.
pub const SECTIONS: &[(&str, &[Param])] = &[
    ("run", RUN),
    ("regions", REGIONS),
    ("mechanisms", MECHANISMS),
    ("pressure", PRESSURE),
    ("monitor", MONITOR),
    ("failures", FAILURES),
];

/// Keys of the top level.
pub const TOP: &[Param] = &[
    required("name", Kind::Text, "name of the scenario and of its results folder"),
    optional("title", Kind::Text, "one line for charts"),
];

/// The key that names the price of keyed state, of an operator or of the operators that a generator makes.
pub const STATE_PRICE: &str = "state_price";

/// The price of keyed state that names none, by where it lives, in the words of the key `state`.
pub const STATE_PRICES_BY_PLACE: &[(&str, &str)] = &[("heap", "heap"), ("managed", "lsm")];

/// The description of a JVM that groups take which name none, in scenarios that name no collection price.
pub const JVM: &str = "openjdk17-flink";

/// Keys that name a plug-in: section, key, default name.
pub const FAMILIES: &[(&str, &str, &str)] = &[
    ("groups.*", "collector", "parallel"),
    ("regions", "allocator", "segments"),
    ("regions", "reclamation", "eager"),
    ("prices", "collection", "linear"),
    ("prices", "spill", "sequential"),
    ("prices", "compression", "lz4"),
    ("prices", "transfer", "stop-and-copy"),
    ("prices", "state", ""),
    ("policies", "placement", "round-robin"),
    ("policies", "allocation", "flink-weights"),
    ("policies", "spill", "requester"),
    ("policies", "migration", "never"),
    ("policies", "heap", "fixed"),
    ("workloads.*", "kind", ""),
    ("workloads.*", "arrival", ""),
    ("workloads.*", STATE_PRICE, ""),
    ("workloads.*.operators.*", STATE_PRICE, ""),
];

/// What a scenario gets that leaves out `key` of `section`, whose default in [`FAMILIES`] is `default`; `None`: the key must
/// be given.
pub fn left_out(section: &str, key: &str, default: &str) -> Option<String> {
    match (section, key) {
        (_, "kind") => None,
        ("prices", "collection") => Some(format!("{JVM} where it describes the collector, else {default}")),
        ("prices", "state") => Some("absent: as each operator says".into()),
        (_, STATE_PRICE) => {
            let one = |(place, name): &(&str, &str)| format!("{name} for {place} state");
            Some(STATE_PRICES_BY_PLACE.iter().map(one).collect::<Vec<_>>().join(", "))
        }
        _ if default.is_empty() => Some("may be absent".into()),
        _ => Some(default.into()),
    }
}

/// `[[axes]]`: one swept value of the scenario, either listed or spaced.
pub const AXIS: &[Param] = &[
    required("key", Kind::Text, "dotted key of the swept value, such as groups.workers.task_heap"),
    optional("values", Kind::List(&Kind::Text), "the values, in the spelling of the key's own kind"),
    optional("from", Kind::Text, "first value of a spaced axis"),
    optional("to", Kind::Text, "last value of a spaced axis"),
    param("steps", Kind::Count(1, 100_000), "5", "values of a spaced axis, both ends included"),
    param("spacing", Kind::Choice(&["linear", "log"]), "linear", "how a spaced axis is divided"),
];

/// `[experiment]`: what is asked of the whole sweep.
pub const EXPERIMENT: &[Param] = &[
    param(
        "attribution",
        Kind::Flag,
        "false",
        "repeat the curves over heap and policies with each active mechanism off",
    ),
    param(
        "fragmentation_tax",
        Kind::Flag,
        "false",
        "repeat each cell whose pools keep addresses with memory that may lie anywhere, and tell the difference",
    ),
    param("objective", Kind::Text, "throughput_records_per_s_mean", "column that is compared, ranked and optimised"),
];
