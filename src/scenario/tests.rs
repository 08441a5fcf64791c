//! What a user sees of a wrong scenario, and that a right one comes out as written.

use proptest::prelude::*;

use super::catalogue::Catalogue;
use super::catalogue::fake::Fake;
use super::sections::{
    AxisKeys, Experiment, Failures, GroupKeys, MechanismKeys, Monitor, OperatorKeys, Pressure, Regions, Run, Top,
    WorkloadKeys,
};
use super::*;
use crate::base::{Args, Bytes, Kind, Law, Param, Preset, Section, SimSpan, Value};
use crate::flink::layout::Origin;
use crate::pool::Reservation;

const GOOD: &str = r#"
name = "small"

[run]
duration = "20 s"

[groups.workers]
count = 2
task_heap = "1 GiB"
collector = "parallel"

[policies]
allocation = { kind = "max-min", floor = "64 MiB" }

[workloads.job]
kind = "graph"
[workloads.job.operators.source]
cpu = "2 us"
[workloads.job.operators.sum]
inputs = ["source"]
state = "heap"
request = { law = "lognormal", mean = "4 MiB", scv = 2 }
"#;

fn try_load(text: &str, sets: &[&str]) -> Result<Loaded, Vec<Fault>> {
    let overrides: Vec<Override> = sets.iter().map(|set| Override::set(set)).collect();
    load_with(&Fake, (text, "dir/small.toml"), &overrides)
}

fn loaded(text: &str, sets: &[&str]) -> Loaded {
    try_load(text, sets).unwrap_or_else(|faults| panic!("{}", listing(&faults)))
}

/// What is said about `GOOD` with one text replaced by another; each word must be there.
fn faults_of(old: &str, new: &str, words: &[&str]) -> String {
    assert!(GOOD.contains(old), "{old}");
    let said = match try_load(&GOOD.replacen(old, new, 1), &[]) {
        Ok(_) => panic!("no fault in {new}"),
        Err(faults) => listing(&faults),
    };
    for word in words {
        assert!(said.contains(word), "\"{word}\" is not in:\n{said}");
    }
    said
}

fn line_of(text: &str) -> String {
    let line = GOOD.lines().position(|line| line.contains(text)).unwrap_or_default() + 1;
    format!("dir/small.toml:{line}: error: ")
}

#[test]
fn a_right_scenario_comes_out_as_written_with_defaults() {
    let whole = loaded(GOOD, &[]);
    let scenario = &whole.cells[0].scenario;
    assert_eq!(scenario.run.duration, SimSpan::secs(20));
    assert_eq!(scenario.run.replications, 5);
    assert_eq!(scenario.groups[0].keys.task_heap, Some(Bytes::gib(1)));
    assert_eq!(scenario.policies.allocation.args.bytes("floor"), Bytes::mib(64));
    assert_eq!(scenario.policies.spill.name, "requester");
    let law = scenario.workloads[0].operators[1].keys.request.clone();
    assert_eq!((law.name.as_str(), law.number("mean")), ("lognormal", Some(4194304.0)));
    assert_eq!(scenario.folder.to_str(), Some("dir"));
    assert_eq!((whole.cells.len(), whole.warnings.len()), (1, 0));
}

#[test]
fn unknown_keys_name_the_nearest_known_one() {
    faults_of(
        "task_heap",
        "taskheap",
        &[&line_of("task_heap"), "groups.workers.taskheap", "did you mean \"task_heap\""],
    );
    faults_of("[run]", "[rum]", &["rum: is not a known key", "did you mean \"run\""]);
    faults_of("inputs =", "input =", &["workloads.job.operators.sum.input", "did you mean \"inputs\""]);
    faults_of("floor =", "flor =", &["policies.allocation.flor", "did you mean \"floor\""]);
    faults_of("scv =", "csv =", &["sum.request.csv", "did you mean \"scv\""]);
}

#[test]
fn quantities_need_units_and_sense() {
    faults_of("\"1 GiB\"", "1", &[&line_of("task_heap"), "task_heap = 1: a bare number has no unit", "\"4 GiB\""]);
    faults_of("\"1 GiB\"", "\"1\"", &["has no unit", "4 GiB"]);
    faults_of("\"1 GiB\"", "\"-1 GiB\"", &["groups.workers.task_heap = \"-1 GiB\"", "negative"]);
    faults_of("\"20 s\"", "\"20 sec\"", &[&line_of("duration"), "\"sec\"", "is not a unit of a time"]);
    faults_of("\"2 us\"", "2", &["operators.source.cpu = 2", "250 ms"]);
    faults_of("\"2 us\"", "\"2 us\"\nrecords = -1", &["operators.source.records = -1", "at least 1"]);
    faults_of("count = 2", "count = 2\ndisk = 400", &["groups.workers.disk = 400", "400 MiB/s"]);
    faults_of("count = 2", "count = -2", &["groups.workers.count = -2", "from 1 to 100000"]);
    faults_of("count = 2", "count = \"2\"", &["is a text", "a whole number"]);
    faults_of("count = 2", "count = 2.5", &["is a number: expected a whole number"]);
}

#[test]
fn unknown_plug_ins_name_their_family_and_the_nearest_member() {
    let said = faults_of("\"max-min\"", "\"maxmin\"", &["there is no allocation policy \"maxmin\"", "\"max-min\"?"]);
    assert!(said.contains("policies.allocation.kind") && said.contains("flink-weights"), "{said}");
    faults_of("\"parallel\"", "\"paralel\"", &["groups.workers.collector = \"paralel\"", "\"parallel\"?"]);
    faults_of("\"graph\"", "\"grph\"", &["there is no kind of workload \"grph\"", "\"graph\"?"]);
    faults_of("\"lognormal\"", "\"lognorm\"", &["request.law = \"lognorm\"", "\"lognormal\"?"]);
    faults_of("\"heap\"", "\"heaps\"", &["sum.state", "did you mean \"heap\""]);
}

#[test]
fn laws_need_their_numbers() {
    faults_of("mean = \"4 MiB\", ", "", &["takes mean and scv, or median and sigma; given: scv"]);
    faults_of("scv = 2", "scv = -2", &["sum.request = { law", "scv = -2: expected a number of at least 0"]);
    let swapped = "law = \"uniform\", min = \"2 MiB\", max = \"1 MiB\"";
    faults_of(
        "law = \"lognormal\", mean = \"4 MiB\", scv = 2",
        swapped,
        &["sum.request", "law \"uniform\"", "min", "max"],
    );
    faults_of("mean = \"4 MiB\"", "mean = 4", &["operators.sum.request.mean = 4", "has no unit"]);
    let whole = loaded(
        &GOOD.replace(
            "{ law = \"lognormal\", mean = \"4 MiB\", scv = 2 }",
            "{ law = \"mixture\", parts = [{ weight = 1, law = \"constant\", value = \"1 MiB\" }, \
             { weight = 3, law = \"empirical\", sample = [\"1 B\", \"2 B\"] }] }",
        ),
        &[],
    );
    let law = whole.cells[0].scenario.workloads[0].operators[1].keys.request.clone();
    assert_eq!((law.parts[0].0, law.parts[1].1.sample.as_slice()), (1.0, &[1.0, 2.0][..]));
    assert_eq!(loaded(&whole.resolved, &[]).resolved, whole.resolved);
}

#[test]
fn a_lower_bound_above_its_upper_bound_is_refused() {
    let text = GOOD
        .replace("kind = \"graph\"", "kind = \"tasks\"\nrate = \"1 /s\"\nmin_size = \"2 GiB\"\nmax_size = \"1 GiB\"");
    let text = text.split("[workloads.job.operators").next().unwrap_or("");
    let said = try_load(text, &[]).map(|_| ()).map_err(|faults| listing(&faults)).unwrap_err();
    assert!(said.contains("workloads.job.min_size = \"2 GiB\": is above max_size (\"1 GiB\")"), "{said}");
}

#[test]
fn all_faults_come_together_in_the_order_of_the_file() {
    let text = GOOD.replace("\"20 s\"", "20").replace("count = 2", "cuont = 2").replace("max-min", "mex-min");
    let text = text.replace("\"2 us\"", "\"-2 us\"");
    let faults = try_load(&text, &["regions.scheme=flnk", "run.seed=-1"]).map(|_| ()).unwrap_err();
    let keys: Vec<&str> = faults.iter().map(|fault| fault.key.as_str()).collect();
    let expected = [
        "run.duration",
        "groups.workers.cuont",
        "policies.allocation.kind",
        "workloads.job.operators.source.cpu",
        "regions.scheme",
        "run.seed",
    ];
    assert_eq!(keys, expected);
    assert!(listing(&faults).ends_with("6 faults found; nothing was run"));
}

#[test]
fn text_that_is_not_toml_names_its_line() {
    for (text, line, word) in [
        ("name = \"a\"\nname = \"b\"\n", 2, "duplicate"),
        ("name = \"a\"\n[run\n", 2, "TOML"),
        ("name = \"a\n", 1, "TOML"),
    ] {
        let said = listing(&try_load(text, &[]).map(|_| ()).unwrap_err());
        assert!(said.contains(&format!("small.toml:{line}: error: not TOML")) && said.contains(word), "{said}");
    }
}

#[test]
fn an_empty_scenario_says_what_it_lacks() {
    let said = listing(&try_load("", &[]).map(|_| ()).unwrap_err());
    for word in ["name: is missing", "at least one group", "at least one workload"] {
        assert!(said.contains(word), "{said}");
    }
}

#[test]
fn overrides_go_through_the_same_checks_and_name_the_option() {
    let whole =
        loaded(GOOD, &["groups.workers.task_heap=4 GiB", "policies.allocation=static-partition", "run.seed = 7"]);
    let scenario = &whole.cells[0].scenario;
    assert_eq!(scenario.groups[0].keys.task_heap, Some(Bytes::gib(4)));
    assert_eq!(scenario.policies.allocation.name, "static-partition");
    assert_eq!(scenario.run.seed, 7);
    let said = |set: &str| listing(&try_load(GOOD, &[set]).map(|_| ()).unwrap_err());
    assert!(
        said("groups.workers.cores=x").starts_with("--set groups.workers.cores=x: error: groups.workers.cores = \"x\"")
    );
    assert!(said("groups.workers.corse=4").contains("did you mean \"cores\""));
    assert!(said("cores").contains("expected key=value"));
    assert!(said("run.duration.x=3").contains("run.duration is a text"));
    assert!(said("=3").contains("error"));
}

#[test]
fn a_parameter_of_a_plug_in_can_be_set_where_only_its_name_was_given() {
    let text = GOOD.replace("{ kind = \"max-min\", floor = \"64 MiB\" }", "\"max-min\"");
    let whole = loaded(&text, &["policies.allocation.floor=32 MiB"]);
    assert_eq!(whole.cells[0].scenario.policies.allocation.args.bytes("floor"), Bytes::mib(32));
}

#[test]
fn flink_options_keep_their_text() {
    let text = format!(
        "{GOOD}\n[groups.workers.flink]\n\"taskmanager.memory.process.size\" = \"4g\"\ntaskmanager.network.request-backoff.max = 3\n"
    );
    let flink = loaded(&text, &[]).cells[0].scenario.groups[0].flink.clone();
    let found: Vec<(&str, &str)> = flink.iter().map(|(key, value, _)| (key, value)).collect();
    assert_eq!(found, [("taskmanager.memory.process.size", "4g"), ("taskmanager.network.request-backoff.max", "3")]);
}

#[test]
fn needs_that_nothing_meets_are_refused() {
    let allocation = "{ kind = \"max-min\", floor = \"64 MiB\" }";
    faults_of(
        allocation,
        "\"oracle\"",
        &[&line_of("allocation"), "future demand", "workloads.job", "\"graph\"", "max-min"],
    );
    faults_of(allocation, "\"priority\"", &["needs tasks with a priority", "workloads.NAME.priority"]);
    let one = GOOD.replace("count = 2", "count = 1");
    let said = listing(&try_load(&one, &["policies.migration=threshold"]).map(|_| ()).unwrap_err());
    assert!(said.contains("needs more than one TaskManager"), "{said}");
    let said = listing(
        &try_load(GOOD, &["workloads.job.priority=1", "policies.allocation=priority"]).map_or_else(|f| f, |_| vec![]),
    );
    assert!(said.starts_with("0 faults"), "{said}");
}

#[test]
fn a_heap_below_the_frameworks_own_is_refused() {
    let small = ["groups.workers.task_heap=1 MiB", "groups.workers.framework_live=200 MiB"];
    let said = listing(&try_load(GOOD, &small).map(|_| ()).unwrap_err());
    for word in ["--set groups.workers.task_heap=1 MiB", "129 MiB", "200 MiB", "above 72 MiB"] {
        assert!(said.contains(word), "{said}");
    }
}

#[test]
fn memory_that_flink_refuses_is_refused() {
    let flink = |set: &str| listing(&try_load(GOOD, &[set]).map(|_| ()).unwrap_err());
    let said = flink("groups.workers.flink.\"taskmanager.memory.network.min\"=4x");
    assert!(said.contains("taskmanager.memory.network.min") && said.contains("4x"), "{said}");
    let said = flink("groups.workers.flink.\"taskmanager.memory.proces.size\"=4g");
    assert!(said.contains("did you mean \"taskmanager.memory.process.size\""), "{said}");
    let text = GOOD.replace("task_heap = \"1 GiB\"\n", "");
    let said = listing(&try_load(&text, &[]).map(|_| ()).unwrap_err());
    assert!(said.contains("groups.workers: Flink would not start"), "{said}");
    let said = flink("groups.workers.flink_config=absent.yaml");
    assert!(said.contains("dir/absent.yaml: cannot be read"), "{said}");
}

/// Memory, slots and cores of the file reach the group; keys that the scenario gives itself win.
#[test]
fn a_group_takes_its_task_managers_from_a_file() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/flink");
    let text = GOOD.replace("task_heap = \"1 GiB\"\n", "").replace("slots = 2\n", "");
    for (name, keys, slots) in [("config.yaml", 9, 4), ("flink-conf.yaml", 5, 2), ("deployment.yaml", 4, 2)] {
        let set = format!("groups.workers.flink_config={}", folder.join(name).display());
        let group = loaded(&text, &[&set]).cells[0].scenario.groups[0].clone();
        let from_file = |origin: &Origin| origin.to_string().contains(&format!("{name}:"));
        assert!(group.flink.iter().all(|(_, _, origin)| from_file(origin)), "{group:?}");
        assert_eq!((group.flink.iter().count(), group.keys.slots), (keys, slots), "{group:?}");
        let own = loaded(&text, &[&set, "groups.workers.slots=7"]).cells[0].scenario.groups[0].clone();
        assert_eq!(own.keys.slots, 7);
    }
}

/// Flink starts with keys that it does not read, so a file that holds some can be simulated; the user is told.
#[test]
fn keys_of_a_file_that_flink_ignores_are_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.yaml");
    std::fs::write(&path, "taskmanager.memory.process.size: 4g\ntaskmanager.memory.network.size: 1g\n").unwrap();
    let text = GOOD.replace("task_heap = \"1 GiB\"\n", "");
    let loaded = loaded(&text, &[&format!("groups.workers.flink_config={}", path.display())]);
    let said = loaded.warnings.join("\n");
    assert!(said.contains("config.yaml:2") && said.contains("network.size"), "{said}");
}

#[test]
fn sums_and_orders_between_keys_are_checked() {
    for (set, word) in [
        (&["run.warm_up=20 s"][..], "leaves nothing to measure"),
        (&["run.warm_up=soon"], "\"auto\" or a time"),
        (&["run.sample_every=0 s"], "more than 0 s"),
        (&["monitor.leak_window=0 s"], "more than 0 s"),
        (&["regions.scheme=legacy", "regions.sort_share=0.7"], "add to 1.050"),
        (&["pressure.order=[\"spill\"]"], "does not end"),
        (&["pressure.order=[]"], "is empty"),
        (&["pressure.order=[\"fail\", \"wait\"]"], "goes on after"),
        (&["pressure.order=[\"wait\", \"wiat\"]"], "pressure.order[1] = \"wiat\""),
        (&["experiment.objective=throughput_record_per_s_mean"], "did you mean \"throughput_records_per_s_mean\""),
        (&["monitor.max_task_managers=1"], "2 TaskManagers"),
        (&["groups.workers.young=8 GiB"], "no old generation"),
        (&["groups.workers.process=1 GiB"], "sum of its parts"),
        (&["mechanisms.fixed_node=true", "mechanisms.node_memory=1 GiB"], "does not hold the heap"),
        (&["workloads.job.operators.sum.inputs=[\"sorce\"]"], "did you mean \"source\""),
        (&["workloads.job.operators.source.inputs=[\"sum\"]"], "has no source"),
        (&["workloads.job.operators.sum.inputs=[\"sum\", \"source\"]"], "in a circle: sum"),
        (&["workloads.job.operators.sum.slide=1 s"], "needs a window"),
        (&["workloads.job.operators.sum.records=5"], "only a source"),
        (&["workloads.job.operators={}"], "needs operators"),
    ] {
        let said = listing(&try_load(GOOD, set).map(|_| ()).unwrap_err());
        assert!(said.contains(word), "{set:?}:\n{said}");
    }
}

#[test]
fn oddities_that_run_are_warnings() {
    let whole = loaded(GOOD, &["policies.spill=never", "workloads.job.start=1 min"]);
    assert_eq!(whole.warnings.len(), 2, "{:?}", whole.warnings);
    assert!(whole.warnings[0].contains("policies.spill is \"never\""));
}

#[test]
fn reclamation_is_read_swept_and_warned_of_where_it_does_nothing() {
    let compact = "pressure.order=[\"compact\", \"fail\"]";
    let idle = loaded(GOOD, &["regions.reclamation=lazy", compact]).warnings.join("\n");
    assert!(idle.contains("regions.reclamation is \"lazy\"") && idle.contains("\"compact\""), "{idle}");
    let bound = loaded(GOOD, &["regions.allocator=scattered", "regions.reclamation=lazy"]).warnings.join("\n");
    assert!(bound.contains("blocks of \"scattered\""), "{bound}");
    let sets = ["regions.allocator=first-fit", "regions.reclamation=lazy", compact];
    assert_eq!(loaded(GOOD, &sets).warnings.len(), 0);
    let axis = "\n[[axes]]\nkey = \"regions.reclamation\"\nvalues = [\"eager\", \"lazy\"]\n";
    let whole = loaded(&format!("{GOOD}{axis}"), &["regions.allocator=first-fit"]);
    let names: Vec<&str> = whole.cells.iter().map(|cell| cell.scenario.reclamation.name.as_str()).collect();
    assert_eq!(names, ["eager", "lazy"]);
}

#[test]
fn memory_is_reserved_at_once_or_in_steps() {
    let reserved = |text: &str| {
        let whole = loaded(GOOD, &[&format!("regions.reservation={text}")]);
        let again = loaded(&whole.resolved, &[]);
        assert_eq!(whole.cells[0].scenario.regions, again.cells[0].scenario.regions);
        whole.cells[0].scenario.regions.reservation.as_deref().copied()
    };
    assert_eq!(reserved("all"), Some(Reservation::All));
    assert_eq!(reserved("64 MiB"), Some(Reservation::Steps(Bytes::mib(64))));
    assert_eq!(loaded(GOOD, &[]).cells[0].scenario.regions.reservation, None);
    for (text, word) in [("0 B", "above 0 B"), ("some", "\"all\" or a size")] {
        let said = listing(&try_load(GOOD, &[&format!("regions.reservation={text}")]).unwrap_err());
        assert!(said.contains(word) && said.contains("regions.reservation"), "{said}");
    }
    let said = listing(&try_load(GOOD, &["regions.reservation=5"]).unwrap_err());
    assert_eq!((said.matches("error").count(), said.contains("a text in quotes")), (1, true), "{said}");
}

#[test]
fn axes_multiply_and_name_their_values_canonically() {
    let text = format!(
        "{GOOD}\n[[axes]]\nkey = \"groups.workers.task_heap\"\nvalues = [\"512 MiB\", \"1536 MiB\"]\n\
         [[axes]]\nkey = \"policies.allocation\"\nvalues = [\"flink-weights\", {{ kind = \"max-min\", floor = \"1 MiB\" }}]\n\
         [[axes]]\nkey = \"groups.workers.cores\"\nfrom = 1\nto = 4\nsteps = 3\nspacing = \"log\"\n"
    );
    let whole = loaded(&text, &[]);
    assert_eq!(whole.axes[0].values, ["512 MiB", "1.5 GiB"]);
    assert_eq!(whole.axes[1].values, ["flink-weights", "{ kind = \"max-min\", floor = \"1 MiB\" }"]);
    assert_eq!(whole.axes[2].values, ["1", "2", "4"]);
    assert_eq!(whole.cells.len(), 12);
    let last = &whole.cells[11];
    assert_eq!(last.axis_values[0], "1.5 GiB");
    assert_eq!(last.scenario.groups[0].keys.task_heap, Some(Bytes::mib(1536)));
    assert_eq!(last.scenario.groups[0].keys.cores, 4.0);
    assert_eq!(last.scenario.policies.allocation.args.bytes("floor"), Bytes::mib(1));
    let again = loaded(&whole.resolved, &[]);
    assert_eq!((again.resolved, again.cells.len()), (whole.resolved, 12));
}

#[test]
fn what_the_command_line_says_of_a_swept_key_is_what_is_swept() {
    let text = format!(
        "{GOOD}\n[[axes]]\nkey = \"groups.workers.task_heap\"\nfrom = \"1 GiB\"\nto = \"8 GiB\"\nsteps = 6\n\
         [[axes]]\nkey = \"policies.spill\"\nvalues = [\"never\", \"requester\"]\n\
         [[axes]]\nkey = \"pressure.order\"\nvalues = [[\"wait\", \"fail\"], [\"spill\", \"fail\"]]\n"
    );
    let swept = |sets: &[&str]| loaded(&text, sets).axes.into_iter().map(|axis| axis.values).collect::<Vec<_>>();
    assert_eq!(swept(&["groups.workers.task_heap=2 GiB"])[0], ["2 GiB"]);
    assert_eq!(swept(&["groups.workers.task_heap=[\"2 GiB\", \"3 GiB\"]"])[0], ["2 GiB", "3 GiB"]);
    assert_eq!(swept(&["policies.spill=largest"])[1], ["largest"]);
    assert_eq!(swept(&["pressure.order=[\"evict\", \"fail\"]"])[2].len(), 1);
    let whole = loaded(&text, &["groups.workers.task_heap=2 GiB", "policies.spill=largest"]);
    assert!(whole.cells.iter().all(|cell| cell.scenario.policies.spill.name == "largest"));
    let said = listing(&try_load(&text, &["policies.spill.threshold=3"]).unwrap_err());
    assert!(said.contains("policies.spill.threshold: is lost: the axis over policies.spill"), "{said}");
}

#[test]
fn how_often_cells_are_replicated_is_not_swept() {
    for key in ["replications", "max_replications", "precision"] {
        let text = format!("{GOOD}\n[[axes]]\nkey = \"run.{key}\"\nvalues = [1]\n");
        let said = listing(&try_load(&text, &[]).unwrap_err());
        assert!(said.contains(&format!("\"run.{key}\"")) && said.contains("cannot be swept"), "{said}");
    }
}

#[test]
fn spaced_axes_print_what_they_run() {
    let text = format!(
        "{GOOD}\n[[axes]]\nkey = \"groups.workers.task_heap\"\nfrom = \"1 GiB\"\nto = \"8 GiB\"\nsteps = 6\nspacing = \"log\"\n"
    );
    let fine = loaded(&text, &["axes.0.steps=3000"]);
    assert_eq!(fine.cells.len(), 3000);
    let whole = loaded(&text, &[]);
    assert_eq!(whole.axes[0].values[1], "1.516 GiB");
    for cell in whole.cells.iter().chain(&fine.cells) {
        let heap = cell.scenario.groups[0].keys.task_heap;
        assert_eq!(cell.axis_values[0].parse().ok(), heap);
    }
}

#[test]
fn wrong_axes_are_named_like_any_other_key() {
    let with = |axis: &str| {
        let text = format!("{GOOD}\n[[axes]]\n{axis}\n");
        listing(&try_load(&text, &[]).map(|_| ()).unwrap_err())
    };
    for (axis, word) in [
        ("key = \"groups.workers.taskheap\"\nvalues = [\"1 GiB\"]", "did you mean \"groups.workers.task_heap\""),
        ("key = \"groups.worker.cores\"\nvalues = [1]", "did you mean \"groups.workers.cores\""),
        ("key = \"policy.allocation\"\nvalues = [1]", "did you mean \"policies.allocation\""),
        ("key = \"policies.allocation\"\nvalues = [\"maxmin\"]", "there is no allocation policy \"maxmin\""),
        ("key = \"groups.workers\"\nvalues = [1]", "is a section"),
        ("key = \"groups.workers.cores\"\nvalues = [1, \"x\"]", "axes[0].values[1] = \"x\""),
        ("key = \"groups.workers.cores\"\nvalues = [1, 1.0]", "twice"),
        ("key = \"groups.workers.cores\"\nvalues = []", "at least one value"),
        ("key = \"groups.workers.cores\"", "either values"),
        ("key = \"groups.workers.cores\"\nfrom = 4\nto = 1", "from = 4: is above to (1)"),
        ("key = \"groups.workers.cores\"\nfrom = 1\nto = 2\nstepz = 3", "did you mean \"steps\""),
        ("key = \"groups.workers.task_heap\"\nfrom = \"0 B\"\nto = \"1 GiB\"\nspacing = \"log\"", "above 0"),
        ("key = \"policies.spill\"\nfrom = 1\nto = 2", "only quantities can be spaced"),
        (
            "key = \"groups.workers.cores\"\nfrom = 1\nto = 2\nsteps = 100000\n[[axes]]\nkey = \"run.seed\"\nvalues=[1,2]",
            "too many",
        ),
        ("values = [1]", "axes[0].key: is missing"),
    ] {
        let said = with(axis);
        assert!(said.contains(word), "{axis}:\n{said}");
    }
}

#[test]
fn a_fault_of_some_cells_names_them() {
    let text = format!("{GOOD}\n[[axes]]\nkey = \"run.duration\"\nvalues = [\"5 s\", \"30 s\"]\n");
    let said = listing(&try_load(&text, &["run.warm_up=10 s"]).map(|_| ()).unwrap_err());
    assert!(said.contains("in 1 of 2 cells, first in run.duration = 5 s"), "{said}");
}

#[test]
fn attribution_repeats_the_sweep_without_each_active_mechanism() {
    let sets = ["experiment.attribution=true", "mechanisms.greedy_retention=true", "mechanisms.timeouts=true"];
    let cells = loaded(GOOD, &sets).cells;
    let ablations: Vec<&str> = cells.iter().map(|cell| cell.ablation.word()).collect();
    assert_eq!(ablations, ["none", "greedy_retention", "timeouts"]);
    assert!(cells[1].scenario.mechanisms.greedy_retention.is_none());
    assert_eq!(cells[1].scenario.mechanisms.timeouts, Some(SimSpan::secs(50)));
}

/// The preset of `param` reads without a fault, and prints as something that reads the same.
fn judge_preset(param: &crate::base::Param) {
    let mut faults = fault::Faults::new("preset");
    let value = parse::value::stand_in(param, &mut faults);
    assert!(faults.is_empty(), "{}: {}", param.name, listing(&faults.sorted()));
    if matches!(param.preset, crate::base::Preset::Is(_)) {
        let printed = quantity::node(&param.kind, &value);
        let spot = fault::Spot { key: "x".into(), node: &printed };
        let again = parse::value::read(&param.kind, &spot, &mut fault::Faults::new("printed"));
        assert_eq!(again, Some(value), "{}", param.name);
    }
}

#[test]
fn every_default_of_the_schema_is_right() {
    let all = schema::SECTIONS.iter().chain(schema::OTHER_SECTIONS).flat_map(|section| section.1);
    all.for_each(judge_preset);
}

/// A value of the parameter's kind that is not its default, where the kind has one.
fn another(param: &Param) -> Value {
    match (&param.kind, param.preset) {
        (Kind::Bytes, _) => Value::Bytes(Bytes(12_345)),
        (Kind::Span, _) => Value::Span(SimSpan(12_345)),
        (Kind::Bandwidth | Kind::Rate, _) => Value::Number(12_345.0),
        (Kind::Number(_, high), _) => Value::Number(*high),
        (Kind::Count(_, high), _) => Value::Count(*high),
        (Kind::Flag, preset) => Value::Flag(preset == Preset::Is("false")),
        (Kind::Choice(words), _) => Value::Text(words[words.len() - 1].to_string()),
        (Kind::Text | Kind::Path, Preset::Is(text)) => Value::Text(text.to_string()),
        (Kind::Text | Kind::Path, _) => Value::Text("all".into()),
        (Kind::BytesLaw | Kind::SpanLaw | Kind::NumberLaw, _) => Value::Law(Law::with("exponential", &[("mean", 7.0)])),
        (Kind::List(kind), _) => Value::List(vec![another(&Param { kind: **kind, ..*param })]),
    }
}

/// A section keeps every value: as it is preset, and any other.
fn keeps_values<S: Section>() {
    let presets = parse::defaults(S::PARAMS);
    let others = Args::new(S::PARAMS.iter().map(|param| (param.name, another(param))).collect());
    for args in [presets, others] {
        let (section, misread) = S::read(&args);
        assert_eq!((section.args(), misread), (args, vec![]));
    }
}

#[test]
fn fields_are_what_the_keys_say() {
    keeps_values::<Run>();
    keeps_values::<Regions>();
    keeps_values::<MechanismKeys>();
    keeps_values::<Pressure>();
    keeps_values::<Monitor>();
    keeps_values::<Failures>();
    keeps_values::<Top>();
    keeps_values::<GroupKeys>();
    keeps_values::<WorkloadKeys>();
    keeps_values::<OperatorKeys>();
    keeps_values::<AxisKeys>();
    keeps_values::<Experiment>();
}

#[test]
fn every_default_of_a_plug_in_is_right_and_no_name_means_two_things() {
    for (section, key, _) in schema::FAMILIES {
        let members = catalogue::BuiltIn.family(&format!("{section}.{key}"));
        for (at, (name, facts)) in members.iter().enumerate() {
            facts.params.iter().for_each(judge_preset);
            assert!(members[..at].iter().all(|other| other.0 != *name), "{section}.{key} has {name} twice");
            // A kind's parameters stand beside those of all workloads, others beside the key `kind`.
            let taken = if *key == "kind" { WorkloadKeys::PARAMS } else { &[] };
            for param in facts.params {
                let own = ["kind", "arrival", "operators", schema::STATE_PRICE].contains(&param.name);
                assert!(!own && taken.iter().all(|other| other.name != param.name), "{name}: {}", param.name);
            }
        }
    }
}

#[test]
fn the_default_scenario_is_right_and_sweeps() {
    let text = include_str!("../../scenarios/dc_curve.toml");
    let whole = load(text, "scenarios/dc_curve.toml", &[]).unwrap_or_else(|faults| panic!("{}", listing(&faults)));
    let grid: usize = whole.axes.iter().map(|axis| axis.values.len()).product();
    assert!(whole.cells.len() > grid, "each active mechanism adds cells to the {grid} of the grid");
    assert_eq!(whole.warnings, Vec::<String>::new());
    // Cells of a sweep share what does not differ between them.
    let [.., a, b] = &whole.cells[..] else { panic!("too few cells") };
    assert!(std::sync::Arc::ptr_eq(&a.scenario.workloads, &b.scenario.workloads));
}

proptest! {
    #[test]
    fn any_text_is_answered(text in "\\PC*") {
        let _ = try_load(&text, &[&text]);
    }

    #[test]
    fn any_mutation_is_answered(at in 0usize..700, cut in 0usize..20, text in "[\\[\\]{}=.\"a-z0-9 \n#-]{0,6}") {
        let chars: Vec<char> = GOOD.chars().collect();
        let at = at.min(chars.len());
        let end = (at + cut).min(chars.len());
        let mutated: String = chars[..at].iter().chain(text.chars().collect::<Vec<_>>().iter()).chain(&chars[end..]).collect();
        if let Ok(whole) = try_load(&mutated, &[]) {
            prop_assert_eq!(&loaded(&whole.resolved, &[]).resolved, &whole.resolved);
        }
    }

    #[test]
    fn any_override_is_answered(key in "(run|groups|workers|axes|policies|0|[a-z.\"]){0,4}(\\.[a-z]{1,9}){0,3}", value in "\\PC{0,12}") {
        let _ = try_load(GOOD, &[&format!("{key}={value}")]);
    }
}
