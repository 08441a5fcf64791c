//! Scenarios with faults: each is told with its place, its value and what was expected.

use super::{Place, SMALL};

/// Checks and runs the small scenario with `from` replaced; both must blame the user in the same words.
#[track_caller]
fn refused(from: &str, to: &str, parts: &[&str]) {
    assert!(SMALL.contains(from), "{from}");
    let place = Place::with(&SMALL.replacen(from, to, 1));
    let checked = place.heapwise(&["check", "scenario.toml"]).blames_the_user(parts);
    let ran = place.heapwise(&["run", "scenario.toml", "--out", "out"]).blames_the_user(parts);
    assert_eq!(checked.err, ran.err);
    assert!(!place.path().join("out").exists(), "nothing may be written");
}

#[test]
fn an_unknown_key_gets_the_nearest_known_one() {
    refused("network =", "netwrok =", &["scenario.toml:14:", "groups.workers.netwrok", "did you mean \"network\"?"]);
}

#[test]
fn a_missing_unit_is_told_with_an_example() {
    let parts = ["scenario.toml:13:", "groups.workers.managed = 64", "expected a size such as"];
    refused("managed = \"64 MiB\"", "managed = 64", &parts);
}

#[test]
fn a_negative_size_is_refused() {
    refused("\"64 MiB\"", "\"-64 MiB\"", &["scenario.toml:13:", "groups.workers.managed", "-64 MiB", "expected"]);
}

#[test]
fn min_above_max_is_refused() {
    let law = "{ law = \"uniform\", min = \"9 MiB\", max = \"3 MiB\" }";
    let parts = ["scenario.toml:18:", "workloads.clicks.size", "9", "3"];
    refused("{ law = \"exponential\", mean = \"10 MiB\" }", law, &parts);
}

#[test]
fn an_unknown_policy_gets_the_nearest_known_one() {
    let parts = ["scenario.toml:24:", "\"unified-frist-come\"", "did you mean \"unified-first-come\"?", "1 of 2 cells"];
    refused("unified-first-come", "unified-frist-come", &parts);
}

#[test]
fn a_policy_that_needs_what_the_workload_lacks_is_refused() {
    refused("unified-first-come", "priority", &["\"priority\" needs tasks with a priority", "expected"]);
    let stream = "[workloads.stream]\nkind = \"keyed-aggregation\"\n\n[workloads.clicks]";
    let place = Place::with(&SMALL.replace("[workloads.clicks]", stream));
    let said = place.heapwise(&["check", "scenario.toml", "--set", "policies.spill=belady"]);
    said.blames_the_user(&["\"belady\" needs to know the future", "workloads.stream", "without that need"]);
}

#[test]
fn a_heap_smaller_than_the_framework_is_refused() {
    let heap = "task_heap = \"128 MiB\"\nframework_live = \"300 MiB\"";
    refused("task_heap = \"128 MiB\"", heap, &["groups.workers", "300 MiB", "heap"]);
}

#[test]
fn heaps_that_cannot_be_are_refused() {
    refused("task_heap = \"128 MiB\"", "task_heap = \"0 B\"", &["scenario.toml:12:", "task_heap", "0 B", "expected"]);
    let collector = "collector = \"paralel\"\ntask_heap = \"128 MiB\"";
    refused("task_heap = \"128 MiB\"", collector, &["scenario.toml:12:", "did you mean \"parallel\"?"]);
    let negative = "collector = { kind = \"g1\", threshold = -0.1, regoin = 3 }\ntask_heap = \"128 MiB\"";
    refused("task_heap = \"128 MiB\"", negative, &["scenario.toml:12:", "threshold", "-0.1", "regoin", "2 faults"]);
    let prices =
        "[prices]\ncollection = { kind = \"linear\", marked = -1, copied = \"dear\", card = \"-70 ns\" }\n\n[[axes]]";
    refused("[[axes]]", prices, &["scenario.toml:23:", "marked", "-1", "copied", "card", "-70 ns", "3 faults"]);
}

#[test]
fn all_faults_come_at_once() {
    let text = SMALL.replace("managed = \"64 MiB\"", "managed = 64").replace("network =", "netwrok =");
    let text = text.replace("\"20 s\"", "\"20 parsecs\"").replace("rate = \"8 /s\"", "rate = 8");
    let said = Place::with(&text).heapwise(&["check", "scenario.toml"]);
    let said = said.blames_the_user(&[":4:", ":13:", ":14:", ":20:", "20 parsecs", "4 faults found"]);
    assert_eq!(said.err.matches(": error: ").count(), 4, "{}", said.err);
}

#[test]
fn what_is_no_toml_is_told_with_its_line() {
    Place::with("name = \"x\"\n[run\n").heapwise(&["run", "scenario.toml"]).blames_the_user(&["scenario.toml:2:"]);
    Place::with("").heapwise(&["run", "scenario.toml"]).blames_the_user(&["scenario.toml", "name"]);
    let place = Place::with("");
    place.put("binary.toml", b"name = \"\xff\xfe\"\n");
    place.heapwise(&["run", "binary.toml"]).blames_the_user(&["binary.toml:1:", "UTF-8"]);
}

#[test]
fn a_missing_scenario_gets_a_suggestion() {
    let said = Place::with("").heapwise(&["run", "dc_curv.toml"]);
    said.blames_the_user(&["dc_curv.toml", "cannot be read", "did you mean \"dc_curve\"?"]);
}

#[test]
fn overrides_are_checked_as_the_scenario_is() {
    let place = Place::with(SMALL);
    let said = place.heapwise(&["run", "scenario.toml", "--set", "groups.workers.core=4", "--set", "run.batch=0"]);
    said.blames_the_user(&["--set", "groups.workers.core", "did you mean \"cores\"?", "run.batch", "2 faults"]);
    place.heapwise(&["run", "scenario.toml", "--replications", "0"]).blames_the_user(&["--replications", "0"]);
    place.heapwise(&["run", "scenario.toml", "--threads", "0"]).blames_the_user(&["--threads"]);
}
