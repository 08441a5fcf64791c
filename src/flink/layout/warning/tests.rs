//! Each rule speaks where it should and is silent where it should not.

use super::super::job_manager::JobManagerLayout;
use super::*;

/// Options of a TaskManager's memory in short; keys with a ":" in front are taken as they are.
fn options(pairs: &[(&str, &str)]) -> Options {
    let name = |key: &str| match key.strip_prefix(':') {
        Some(whole) => whole.to_string(),
        None => format!("taskmanager.memory.{key}"),
    };
    pairs.iter().map(|(key, value)| (name(key), *value)).collect()
}

fn rules(pairs: &[(&str, &str)], setting: &Circumstances) -> Vec<&'static str> {
    let options = options(pairs);
    let layout = Layout::derive(&options).unwrap();
    warnings(&options, &layout, setting).into_iter().map(|warning| warning.rule).collect()
}

fn plain(pairs: &[(&str, &str)]) -> Vec<&'static str> {
    rules(pairs, &Circumstances::default())
}

const ROCKSDB: (&str, &str) = (":state.backend.type", "rocksdb");

#[test]
fn sound_configurations_get_few_remarks() {
    for size in ["1728m", "4g"] {
        assert_eq!(plain(&[("process.size", size)]), ["managed-unused"]);
        assert_eq!(plain(&[("process.size", size), ROCKSDB]), [""; 0]);
    }
    let containers = Circumstances { containers: true, ..Circumstances::default() };
    let kubernetes = [("process.size", "4g"), ROCKSDB, (":taskmanager.numberOfTaskSlots", "4")];
    assert_eq!(rules(&kubernetes, &containers), [""; 0]);
}

#[test]
fn heaps_lose_compressed_references_just_below_32_gib() {
    let heap = |task| plain(&[("task.heap.size", task), ("managed.size", "1g"), ("jvm-overhead.max", "8g"), ROCKSDB]);
    assert_eq!(heap("32608m"), [""; 0]);
    assert_eq!(heap("34191966209b"), ["compressed-pointers"]);
}

#[test]
fn managed_memory_without_a_use_and_uses_without_it() {
    let total = ("process.size", "4g");
    assert_eq!(plain(&[total, (":execution.runtime-mode", "BATCH")]), [""; 0]);
    assert_eq!(plain(&[total, ("managed.size", "0")]), [""; 0]);
    assert_eq!(plain(&[total, ROCKSDB, ("managed.fraction", "0")]), ["rocksdb-without-managed"]);
    let unmanaged = (":state.backend.rocksdb.memory.fixed-per-slot", "128m");
    assert_eq!(plain(&[total, ROCKSDB, unmanaged, ("managed.fraction", "0")]), [""; 0]);
    assert_eq!(plain(&[total, ROCKSDB, unmanaged]), ["managed-unused"]);
    assert_eq!(plain(&[total, (":state.backend.type", "com.example.Backend")]), [""; 0]);
    assert_eq!(plain(&[total, (":state.backend", "forst"), ("managed.size", "0")]), ["rocksdb-without-managed"]);
    assert_eq!(plain(&[total, ROCKSDB, ("managed.consumer-weights", "OPERATOR:70")]), ["consumer-without-weight"]);
    assert_eq!(
        plain(&[total, ROCKSDB, ("managed.fraction", "0.3"), ("managed.size", "1g")]),
        ["managed-fraction-hidden"]
    );
}

#[test]
fn rocksdb_flushes_constantly_below_its_cliff() {
    let slots = |managed| {
        let two = (":taskmanager.numberOfTaskSlots", "2");
        plain(&[("process.size", "4g"), ROCKSDB, two, ("managed.size", managed)])
    };
    assert_eq!(slots("57521886b"), [""; 0]);
    assert_eq!(slots("57521885b"), ["flush-cliff"]);
}

#[test]
fn the_cliff_follows_mode_settings_and_consumers() {
    const SLOT: &str = ":state.backend.rocksdb.memory.fixed-per-slot";
    const TASK_MANAGER: &str = ":state.backend.forst.memory.fixed-per-tm";
    let heap = ("task.heap.size", "1g");
    let fixed = |pairs: &[(&str, &str)]| plain(&[&[heap, ("managed.size", "0"), ROCKSDB], pairs].concat());
    assert_eq!(fixed(&[(SLOT, "28760943b")]), [""; 0]);
    assert_eq!(fixed(&[(SLOT, "28760942b")]), ["flush-cliff"]);
    assert_eq!(fixed(&[(SLOT, "28760942b"), (":state.backend.rocksdb.writebuffer.size", "32mb")]), [""; 0]);
    assert_eq!(fixed(&[(SLOT, "1g"), (":state.backend.rocksdb.memory.write-buffer-ratio", "0")]), ["flush-cliff"]);
    let forst = [(":state.backend.type", "forst"), (":state.backend.forst.memory.managed", "false")];
    assert_eq!(fixed(&[forst[0], forst[1], (TASK_MANAGER, "28760942b")]), ["flush-cliff"]);
    assert_eq!(fixed(&[forst[0], forst[1]]), [""; 0]);
    // 70 of 100 parts of 41087060 bytes are below the cliff, all of them are not.
    let shared = |consumers| {
        let setting = Circumstances { consumers, ..Circumstances::default() };
        rules(&[heap, ("managed.size", "41087060b"), ROCKSDB], &setting)
    };
    assert_eq!(shared(vec![]), [""; 0]);
    assert_eq!(shared(vec![Consumer::Python]), ["flush-cliff"]);
}

#[test]
fn network_memory_is_held_against_the_parallelism() {
    let process = [("process.size", "1728m"), ROCKSDB];
    let at =
        |parallelism| rules(&process, &Circumstances { parallelism: Some(parallelism), ..Circumstances::default() });
    // 4096 segments; a slot requires 3n and makes use of 4n + 14.
    assert_eq!(at(1020), [""; 0]);
    assert_eq!(at(1021), ["network-below-desired"]);
    assert_eq!(at(1365), ["network-below-desired"]);
    assert_eq!(at(1366), ["network-too-small"]);
    let configured = [("process.size", "1728m"), ROCKSDB, (":parallelism.default", "1366")];
    assert_eq!(plain(&configured), ["network-too-small"]);
}

#[test]
fn overhead_is_judged_by_its_bounds() {
    assert_eq!(plain(&[("process.size", "16g"), ROCKSDB]), ["overhead-at-max"]);
    let lowered = [("process.size", "4g"), ROCKSDB, ("jvm-overhead.min", "1m"), ("jvm-overhead.max", "63m")];
    assert_eq!(plain(&lowered), ["no-headroom", "overhead-at-max"]);
    assert_eq!(plain(&[("process.size", "4g"), ROCKSDB, ("jvm-metaspace.size", "127m")]), ["small-metaspace"]);
}

#[test]
fn options_without_effect_are_told() {
    let both = [("process.size", "2g"), ("flink.size", "1500m"), ROCKSDB];
    assert_eq!(plain(&both), ["total-fills-overhead"]);
    let fraction = [both[0], both[1], both[2], ("jvm-overhead.fraction", "0.1")];
    assert_eq!(plain(&fraction), ["overhead-fraction-unused", "total-fills-overhead"]);
    let network = [("flink.size", "2g"), ROCKSDB, ("task.heap.size", "700m"), ("network.fraction", "0.1")];
    assert_eq!(plain(&network), ["network-fraction-unused"]);
}

#[test]
fn java_options_that_fight_the_layout_are_told() {
    let with = |text| plain(&[("process.size", "4g"), ROCKSDB, (":env.java.opts.all", text)]);
    assert_eq!(with("-Dx=y -Xmx4g -XX:+UseG1GC"), ["heap-overridden"]);
    assert_eq!(with("-XX:MaxRAMPercentage=75"), ["heap-overridden"]);
    assert_eq!(with("-XX:+UseG1GC"), [""; 0]);
}

#[test]
fn containers_have_their_own_rules() {
    let containers = Circumstances { containers: true, ..Circumstances::default() };
    let slots = |slots| (":taskmanager.numberOfTaskSlots", slots);
    let cpu = |amount| (":kubernetes.taskmanager.cpu.amount", amount);
    assert_eq!(rules(&[("process.size", "1728m"), ROCKSDB, slots("2")], &containers), ["serial-collector"]);
    assert_eq!(rules(&[("process.size", "4g"), ROCKSDB], &containers), ["serial-collector"]);
    assert_eq!(rules(&[("process.size", "8g"), ROCKSDB, slots("9"), cpu("2")], &containers), ["many-slots"]);
    assert_eq!(rules(&[("process.size", "4294967297b"), ROCKSDB, slots("2")], &containers), ["whole-mib"]);
}

#[test]
fn small_task_heaps_and_job_managers_are_told() {
    assert_eq!(plain(&[("task.heap.size", "31m"), ("managed.size", "512m"), ROCKSDB]), ["tiny-task-heap"]);
    let options = Options::from_iter([("jobmanager.memory.heap.size", "127m")]);
    let layout = JobManagerLayout::derive(&options).unwrap();
    let found = job_manager_warnings(&options, &layout, &Circumstances::default());
    assert_eq!(found.iter().map(|warning| warning.rule).collect::<Vec<_>>(), ["small-job-manager"]);
}
