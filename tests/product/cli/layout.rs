//! `heapwise layout` as a user meets it.

use std::collections::BTreeMap;

use super::{Place, Said};
use crate::testing::data;

const CONFIG: &str = "\
taskmanager:
  numberOfTaskSlots: 2
  memory:
    process.size: 4g
    managed:
      fraction: 0.5
state.backend.type: rocksdb
parallelism.default: 64
";

type Row = BTreeMap<String, String>;

fn rows(text: &str) -> Vec<Row> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(|row| row.expect("a well-formed row")).collect()
}

fn configured(text: &str) -> Place {
    let place = Place::with("");
    place.put("config.yaml", text.as_bytes());
    place
}

impl Said {
    /// The value of one quantity in the answer as CSV.
    #[track_caller]
    fn value(&self, section: &str, name: &str) -> String {
        let found = rows(&self.out).into_iter().find(|row| row["section"] == section && row["name"] == name);
        found.unwrap_or_else(|| panic!("no {section} {name} in\n{}", self.out))["value"].clone()
    }
}

/// Every column of every case but the words of errors, in the order of the file; and the rows of errors name every size
/// that Flink's message names. `place` is where the cases lie, `set` how their files end.
fn assert_batches(place: &str, set: &str) {
    for (process, name) in [("taskmanager", "layout"), ("jobmanager", "jobmanager")] {
        let (path, place) = (data(&format!("{place}/{name}_{set}.csv")), Place::with(""));
        let path = path.to_str().expect("a path in UTF-8");
        place.heapwise(&["layout", "--process", process, "--batch", path, "--out", "out.csv"]).ends_well();
        let answer = String::from_utf8(place.read("out.csv")).expect("text");
        let asked = std::fs::read_to_string(path).expect("the cases");
        assert_eq!(answer.lines().next(), asked.lines().next(), "the header");
        let (answer, asked) = (rows(&answer), rows(&asked));
        assert!(!asked.is_empty() && answer.len() == asked.len(), "{} of {}", answer.len(), asked.len());
        for (ours, flinks) in answer.iter().zip(&asked) {
            for (column, value) in flinks.iter().filter(|(column, _)| *column != "error") {
                assert_eq!(&ours[column], value, "{column} of {}", flinks["options"]);
            }
            let sizes = flinks["error"].split(['(', ')']).filter(|part| part.ends_with(" bytes"));
            for size in sizes {
                assert!(ours["error"].contains(size), "{size} is missing in {}", ours["error"]);
            }
        }
    }
}

#[test]
fn a_batch_answers_what_flink_answers() {
    assert_batches("tests/data/flink", "sample");
}

#[test]
#[ignore = "needs the shared data: flink"]
fn shared_data_a_batch_answers_what_flink_answers() {
    assert_batches("../shared/flink", "cases");
}

#[test]
fn nested_flat_and_given_options_mean_the_same() {
    let place = configured(CONFIG);
    place.put(
        "flink-conf.yaml",
        b"taskmanager.numberOfTaskSlots: 2\ntaskmanager.memory.process.size: 4g # all\n\
          taskmanager.memory.managed.fraction: 0.5\nstate.backend.type: rocksdb\nparallelism.default: 64\n",
    );
    place.put(
        "deployment.yaml",
        b"apiVersion: flink.apache.org/v1beta1\nkind: FlinkDeployment\nmetadata: {name: orders}\nspec:\n  \
          flinkVersion: v2_1\n  flinkConfiguration:\n    taskmanager.numberOfTaskSlots: \"2\"\n    \
          taskmanager.memory.managed.fraction: \"0.5\"\n    state.backend.type: rocksdb\n  taskManager:\n    \
          resource: {memory: 4Gi, cpu: 2}\n  job: {parallelism: 64}\n",
    );
    let options = "taskmanager.numberOfTaskSlots=2 taskmanager.memory.process.size=4g \
                   taskmanager.memory.managed.fraction=0.5 state.backend.type=rocksdb parallelism.default=64";
    let given: Vec<&str> = options.split(' ').flat_map(|option| ["-D", option]).collect();
    for source in [&["config.yaml"][..], &["flink-conf.yaml"], &["deployment.yaml"], &given] {
        let args: Vec<&str> = ["layout", "--format", "csv"].iter().chain(source).copied().collect();
        let said = place.heapwise(&args).ends_well();
        assert_eq!(said.value("memory", "total_process"), "4294967296", "{source:?}");
        assert_eq!(said.value("memory", "managed"), "1798517552", "{source:?}");
        assert_eq!(said.value("rocksdb", "cache"), "749382313", "{source:?}");
        assert_eq!(said.value("network", "parallelism"), "64", "{source:?}");
        assert_eq!(said.value("heap", "collector"), "G1", "{source:?}");
    }
}

#[test]
fn the_table_says_where_each_value_came_from() {
    let said = configured(CONFIG).heapwise(&["layout", "config.yaml"]).ends_well();
    for part in [
        "set in config.yaml:4 (process.size)",
        "fraction 0.5 of total Flink memory, set in config.yaml:6",
        "rest of total Flink memory",
        "default (framework.heap.size)",
        "-XX:MaxDirectMemorySize",
    ] {
        let folded: String = said.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(folded.contains(part), "\"{part}\" is missing in:\n{}", said.out);
    }
    assert!(said.out.lines().all(|line| line.chars().count() <= 120), "{}", said.out);
}

#[test]
fn every_form_holds_the_same_numbers() {
    let place = configured(CONFIG);
    let json = place.heapwise(&["layout", "config.yaml", "--format", "json"]).ends_well();
    let json: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    let csv = place.heapwise(&["layout", "config.yaml", "--format", "csv"]).ends_well();
    let mut met = 0;
    for row in rows(&csv.out).iter().filter(|row| row["unit"] == "bytes") {
        let value = &json[&row["section"]][&row["name"]]["value"];
        assert_eq!(value.to_string(), row["value"], "{row:?}");
        met += 1;
    }
    assert!(met > 30);
}

#[test]
fn a_difference_tells_what_changes_and_nothing_else() {
    let place = configured(CONFIG);
    let change = "taskmanager.memory.managed.fraction=0.4";
    let said = place.heapwise(&["layout", "--diff", "config.yaml", change]).ends_well();
    assert!(said.out.contains("task heap") && said.out.contains("-343"), "{}", said.out);
    assert!(!said.out.contains("metaspace"), "{}", said.out);
    let said = place.heapwise(&["layout", "--diff", "config.yaml", "config.yaml"]).ends_well();
    assert!(said.out.contains("Nothing changes"), "{}", said.out);
    place.heapwise(&["layout", "--diff", "config.yaml", "absent.yaml"]).blames_the_user(&["absent.yaml"]);
}

#[test]
fn charts_are_drawn_by_the_ending_of_their_name() {
    let place = configured(CONFIG);
    place.heapwise(&["layout", "config.yaml", "--chart", "a.svg"]).ends_well();
    assert!(String::from_utf8(place.read("a.svg")).expect("text").contains("task heap"));
    place.heapwise(&["layout", "config.yaml", "--chart", "a.png"]).ends_well();
    assert!(place.read("a.png").starts_with(b"\x89PNG"));
    place.heapwise(&["layout", "config.yaml", "--chart", "a.gif"]).blames_the_user(&["a.gif", ".svg"]);
}

#[test]
fn conflicts_name_the_parts_and_what_to_change() {
    let place = configured(CONFIG);
    let said = place.heapwise(&["layout", "config.yaml", "-D", "taskmanager.memory.task.heap.size=2g"]);
    said.blames_the_user(&[
        "Task Heap Memory (2.000gb (2147483648 bytes))",
        "Total Flink Memory (3.350gb (3597035104 bytes))",
        "taskmanager.memory.process.size",
        "config.yaml:4",
        "-D",
    ]);
    let said = place.heapwise(&["layout"]);
    said.blames_the_user(&["taskmanager.memory.process.size", "taskmanager.memory.flink.size"]);
}

#[test]
fn bad_input_is_told_with_its_place_and_all_at_once() {
    let place = configured(
        "taskmanager:\n  memory:\n    process.size: 4 gib\n    managed.size: -1g\n    task.heap.size: 1.5g\n    \
         network.min: 9999999999t\n    network.fraction: 1.0\n    jvm-overhead.min: 2g\n    jvm-overhead.max: 1g\n    \
         shuffle.fraction: 0.1\n    network.fractoin: 0.1\n",
    );
    place.heapwise(&["layout", "config.yaml"]).blames_the_user(&[
        "config.yaml:3: error: `taskmanager.memory.process.size`",
        "config.yaml:4: error: `taskmanager.memory.managed.size`",
        "config.yaml:5: error: `taskmanager.memory.task.heap.size`",
        "config.yaml:6: error: `taskmanager.memory.network.min`",
        "config.yaml:7: error: `taskmanager.memory.network.fraction`",
        "config.yaml:8: error: `taskmanager.memory.jvm-overhead.min`",
        "config.yaml:10: error: `taskmanager.memory.shuffle.fraction` is not an option of Flink",
        "you probably mean `taskmanager.memory.network.fraction`",
        "config.yaml:11: error:",
    ]);
    for (text, parts) in [
        ("a: b: c", &["config.yaml:1: error:"][..]),
        ("", &["config.yaml: error:", "empty"]),
        ("taskmanager.numberOfTaskSlots: 1\ntaskmanager:\n  numberOfTaskSlots: 2\n", &["config.yaml:3", "1"]),
        ("- a\n- b\n", &["config.yaml:1: error:"]),
    ] {
        place.put("config.yaml", text.as_bytes());
        place.heapwise(&["layout", "config.yaml"]).blames_the_user(parts);
    }
    place.heapwise(&["layout", "."]).blames_the_user(&["directory"]);
    place.heapwise(&["layout", "absent.yaml", "-D", "novalue"]).blames_the_user(&["absent.yaml", "novalue"]);
    place.heapwise(&["layout", "--batch", "absent.csv"]).blames_the_user(&["absent.csv"]);
}

#[test]
fn job_managers_are_divided_too() {
    let place = configured("jobmanager.memory.process.size: 1600m\n");
    let args = ["layout", "config.yaml", "--process", "jobmanager", "--format", "csv", "--chart", "jm.svg"];
    let said = place.heapwise(&args).ends_well();
    assert_eq!(said.value("memory", "jvm_heap"), "1073741824");
    assert_eq!(said.value("flags", "args"), "-Xmx1073741824 -Xms1073741824 -XX:MaxMetaspaceSize=268435456");
}

#[test]
fn old_options_count_where_1_20_reads_them() {
    let place = configured("taskmanager.heap.size: 1g\n");
    let said = place.heapwise(&["layout", "config.yaml", "--flink", "1.20", "--format", "csv"]).ends_well();
    assert_eq!(said.value("memory", "total_flink"), "1073741824");
    place.heapwise(&["layout", "config.yaml"]).blames_the_user(&[
        "config.yaml:1",
        "taskmanager.heap.size",
        "removed in 2.0",
    ]);
}

/// One stage does not hide the next: what a file says wrongly, what its options mean, and the command line.
#[test]
fn faults_of_file_options_and_command_line_come_together() {
    let place = configured("a: 1\na: 2\ntaskmanager.memory.managed.fraction: 3\ntaskmanager.memory.network.size: 1g\n");
    place.heapwise(&["layout", "config.yaml", "-D", "what", "--slot", "cpu=1"]).blames_the_user(&[
        "config.yaml:2: error:",
        "config.yaml:3: error: `taskmanager.memory.managed.fraction` = 3",
        "config.yaml:4: error: `taskmanager.memory.network.size` is not an option",
        "-D what: error:",
        "--slot cpu=1: error: `task-heap` is missing",
    ]);
}

#[test]
fn a_size_without_a_unit_is_told_with_its_line() {
    let place = configured("taskmanager:\n  memory:\n    process.size: 4096\n    segment-size: 65536\n");
    let said = place.heapwise(&["layout", "config.yaml"]);
    let said =
        said.blames_the_user(&["config.yaml:3: error: `taskmanager.memory.process.size` = 4096 has no unit", "4096m"]);
    assert_eq!(said.err.lines().count(), 1, "{}", said.err);
}

#[test]
fn a_range_that_contradicts_itself_says_what_is_a_default_and_what_to_change() {
    let place = configured("taskmanager.memory.process.size: 4g\ntaskmanager.memory.jvm-overhead.max: 122m\n");
    place.heapwise(&["layout", "config.yaml"]).blames_the_user(&["(its default)", "(config.yaml:2)", "help: "]);
}

#[test]
fn manifests_are_blamed_by_their_own_fields() {
    let place = configured(
        "kind: FlinkDeployment\nspec:\n  taskManager:\n    resource: {memory: 600Mi, cpu: 3}\n  \
         flinkConfiguration: {taskmanager.numberOfTaskSlots: \"2\", taskmanager.memory.process.size: 4g}\n",
    );
    place.heapwise(&["layout", "config.yaml"]).blames_the_user(&["config.yaml:4, spec.taskManager.resource.memory"]);
    let more = ["layout", "config.yaml", "-D", "taskmanager.memory.process.size=2g", "--format", "csv"];
    let said = place.heapwise(&more).ends_well();
    assert_eq!(said.value("slots", "cpu"), "1.5");
    assert_eq!(said.value("heap", "cpus"), "3");
    assert!(said.out.contains("the operator sets it from spec.taskManager.resource.memory"), "{}", said.out);
}

#[test]
fn nothing_is_printed_over_what_is_read() {
    let place = configured(CONFIG);
    for args in
        [&["layout", "config.yaml", "--out", "./config.yaml"][..], &["layout", "--batch", "c.csv", "--out", "c.csv"]]
    {
        place.heapwise(args).blames_the_user(&["--out", "expected another file"]);
    }
    assert_eq!(place.read("config.yaml"), CONFIG.as_bytes());
}

#[test]
fn more_threads_of_the_collector_than_processors_are_refused() {
    let place = configured(
        "# flags\nenv.java.opts.taskmanager: -XX:+UseG1GC -XX:ParallelGCThreads=20\ntaskmanager.memory.process.size: 4g\n",
    );
    let said = place.heapwise(&["layout", "config.yaml", "--cpus", "2"]);
    said.blames_the_user(&["config.yaml:2:", "-XX:ParallelGCThreads=20", "at most 2"]);
    place.heapwise(&["layout", "config.yaml", "--cpus", "20"]).ends_well();
    place.heapwise(&["layout", "config.yaml"]).ends_well();
}
