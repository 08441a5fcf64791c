//! `heapwise validate` as a user meets it.

use super::Place;

const CURVE: &str = "workload,collector,heap_over_min,mean_iteration_ms,remark\n\
    a,G1,1,3000.0,\"first, \"\"quoted\"\"\"\na,G1,2,1181.8,\na,G1,3,1095.2,\na,G1,8,1028.2, blanks \na,G1,4,,\n";

fn measured(text: &str) -> Place {
    let place = Place::with("");
    place.put("curve.csv", text.as_bytes());
    place
}

fn table(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.expect("a well-formed row").iter().map(String::from).collect()).collect()
}

#[test]
fn every_column_comes_back_with_predictions_behind() {
    let place = measured(CURVE);
    let said = place.heapwise(&["validate", "heap-curves", "curve.csv", "--out", "out.csv"]).ends_well();
    assert!(said.out.contains("3 fitted, 2 not fitted") && said.out.contains("mean_iteration_ms"), "{}", said.out);
    let (asked, answer) = (table(CURVE), table(&String::from_utf8(place.read("out.csv")).expect("text")));
    assert_eq!(asked.len(), answer.len());
    for (asked, answer) in asked.iter().zip(&answer) {
        assert_eq!(asked[..], answer[..asked.len()]);
        assert_eq!(answer.len(), asked.len() + 1);
    }
    assert_eq!(answer[0][5], "predicted_mean_iteration_ms");
    // 1000 (1 + 0.2 / (h - 0.9)) goes through all of them.
    for (row, time) in [(1, 3000.0), (3, 1095.2), (5, 1064.5)] {
        let told: f64 = answer[row][5].parse().expect("a number");
        assert!((told / time - 1.0f64).abs() < 5e-3, "{told} of {time}");
    }
}

#[test]
fn measurements_travel_with_the_program_and_a_chart_is_drawn() {
    let place = Place::with("");
    let said = place.heapwise(&["validate", "heap-curves", "--chart", "curves.svg"]).ends_well();
    assert!(said.out.starts_with("heap-curves: 221 rows of scenarios/calibration/gc_heap_curves.csv"), "{}", said.out);
    assert!(place.read("curves.svg").starts_with(b"<svg"));
    let shared = place.heapwise(&["validate", "heap-curves", "--fit-share", "0.3"]).ends_well();
    assert!(shared.out.contains("Not fitted") && shared.out.contains("Fitted"), "{}", shared.out);
}

#[test]
fn wrong_options_are_told_together() {
    let place = measured(CURVE);
    let said =
        place.heapwise(&["validate", "heap-curve", "curve.csv", "--fit-share", "1.5", "--calibration", "no.toml"]);
    said.blames_the_user(&["`heap-curve`, did you mean `heap-curves`?", "--fit-share: error: 1.5", "no.toml: error:"]);
    let run = |more: &[&str]| place.heapwise(&[&["validate", "heap-curves", "curve.csv"], more].concat());
    run(&["--fit-share", "-0.1"]).blames_the_user(&["--fit-share: error: -0.1", "0 ..= 1"]);
    run(&["--fit-share", "NaN"]).blames_the_user(&["--fit-share: error: NaN"]);
    run(&["--fit-share", "half"]).blames_the_user(&["half", "--fit-share"]);
    run(&["--fit-heaps", "1,7", "--fit-share", "0.5"]).blames_the_user(&["--fit-heaps", "cannot be used"]);
    run(&["--fit-heaps", "1,7"]).blames_the_user(&["--fit-heaps: error: 7", "1, 2, 3, 4, 8"]);
    run(&["--chart", "x.pdf"]).blames_the_user(&["x.pdf", ".svg or .png"]);
    run(&["--out", "curve.csv"]).blames_the_user(&["curve.csv", "holds the measurements"]);
    run(&["--out", "absent/x.csv"]).blames_the_user(&["absent/x.csv", "cannot be written"]);
    assert_eq!(place.read("curve.csv"), CURVE.as_bytes());
}

#[test]
fn wrong_files_are_told_with_line_and_column() {
    let faulty = |text: &str, parts: &[&str]| {
        measured(text).heapwise(&["validate", "heap-curves", "curve.csv"]).blames_the_user(parts);
    };
    faulty("", &["curve.csv: error: the file is empty"]);
    faulty("workload,collector,heap_over_min,mean_iteration_ms\n", &["curve.csv: error: has no row"]);
    faulty(
        "workload,colector,mean_iteration_ms\na,G1,5\n",
        &["no column `collector`", "(it has `colector`)", "no column `heap_over_min`"],
    );
    let head = "workload,collector,heap_over_min,mean_iteration_ms\n";
    let wrong = "a,G1,two,5\n,G1,2,-4\na,G1,2\na,G1,inf,NaN\n";
    let parts = [
        "curve.csv:2: error: column `heap_over_min` holds `two`, expected a number within 0.1 ..= 1000",
        "curve.csv:3: error: column `workload` holds nothing, expected a text",
        "curve.csv:3: error: column `mean_iteration_ms` holds `-4`",
        "curve.csv:4: error: has 3 cells, expected 4",
        "curve.csv:5: error: column `heap_over_min` holds `inf`",
        "curve.csv:5: error: column `mean_iteration_ms` holds `NaN`",
    ];
    faulty(&(head.to_string() + wrong), &parts);
    faulty("workload,collector,heap_over_min,workload\na,G1,1,b\n", &["has the column `workload` twice"]);
    faulty(
        "workload,collector,heap_over_min,predicted_mean_iteration_ms\na,G1,1,5\n",
        &["predicted_mean_iteration_ms"],
    );
    let many: String = (0..100).map(|_| "a,G1,x,5\n").collect();
    faulty(&(head.to_string() + &many), &["80 more faults"]);
    let place = measured("");
    place.put("curve.csv", b"workload,collector,heap_over_min\n\xff\xfe,G1,1\n");
    place.heapwise(&["validate", "heap-curves", "curve.csv"]).blames_the_user(&["curve.csv:2: error: is not UTF-8"]);
    place.heapwise(&["validate", "heap-curves", "absent.csv"]).blames_the_user(&["absent.csv: error: cannot be read"]);
    place.heapwise(&["validate", "heap-curves", "."]).blames_the_user(&["is a directory"]);
}

const RUNS: &str = "id,workload,gc,cores,keys,value,xmx_bytes,window_s,records_per_s\n";

/// Jobs on heaps of 400 and 800 MiB.
fn runs() -> String {
    let row = |n: u32| format!("r{n},agg,serial,1,1000000,200,{},2,{}\n", u64::from(n) * (400 << 20), 300000 * n);
    RUNS.to_string() + &row(1) + &row(2)
}

#[test]
fn curves_are_drawn_where_a_dataset_has_some() {
    let place = measured(&runs());
    place.heapwise(&["validate", "flink-runs", "curve.csv", "--curves", "x.svg"]).ends_well();
    let drawn = String::from_utf8(place.read("x.svg")).expect("text");
    assert!(drawn.contains("Aggregation on 1 core, 1 M keys") && drawn.contains("Serial"), "{drawn}");
    let curves =
        |text: &str, dataset: &str| measured(text).heapwise(&["validate", dataset, "curve.csv", "--curves", "x.svg"]);
    curves(CURVE, "heap-curves").blames_the_user(&["--curves: error: heap-curves has none", "flink-runs"]);
    let single: String = runs().lines().take(2).map(|line| format!("{line}\n")).collect();
    curves(&single, "flink-runs").blames_the_user(&["curve.csv: error", "there is no curve"]);
    place.heapwise(&["validate", "flink-runs", "curve.csv", "--curves", "x.pdf"]).blames_the_user(&[".svg or .png"]);
}

#[test]
fn faults_of_a_calibration_are_told_together_with_their_lines() {
    let place = measured(&runs());
    let sound = include_str!("../../../scenarios/jvm/openjdk17-flink.toml");
    let text = sound.replacen("copied = 0.429", "copied = -0.429", 1).replacen("fresh = 0.925", "frehs = 0.925", 1);
    let line = |what: &str| text.lines().position(|line| line.starts_with(what)).expect("a line") + 1;
    place.put("my.toml", text.replacen("card = \"68 ns\"\n", "", 1).as_bytes());
    let said = place.heapwise(&["validate", "flink-runs", "curve.csv", "--calibration", "my.toml"]);
    said.blames_the_user(&[
        &format!("my.toml:{}: error: serial.copied = -0.429", line("copied")),
        &format!("my.toml:{}: error: serial.frehs", line("frehs")),
        "did you mean \"fresh\"",
        "serial.fresh: is missing",
        "serial.card: is missing",
    ]);
}

/// A log of Serial: eden fills every second.
fn serial_log() -> String {
    let mut log = "[0.010s][info][gc] Using Serial\n".to_string();
    for id in 0..60 {
        let start = f64::from(id) + 1.0;
        log += &format!(
            "[{start:.3}s][info][gc,start] GC({id}) Pause Young (Allocation Failure)\n\
             [{start:.3}s][info][gc,heap] GC({id}) DefNew: 18432K->1024K(19648K)\n\
             [{start:.3}s][info][gc,heap] GC({id}) Tenured: 8192K->8192K(43712K)\n\
             [{start:.3}s][info][gc] GC({id}) Pause Young (Allocation Failure) 26M->9M(61M) 2.000ms\n"
        );
    }
    log
}

#[test]
fn logs_are_judged_by_their_later_halves() {
    let place = Place::with("");
    place.put("gc.log", serial_log().as_bytes());
    place.put("list.csv", b"log,remark\ngc.log,mine\n");
    std::fs::create_dir_all(place.path().join("logs/of-today")).expect("a folder");
    place.put("logs/of-today/gc.log", serial_log().as_bytes());
    for input in ["gc.log", "list.csv", "logs"] {
        let said = place.heapwise(&["validate", "gc-logs", input, "--out", "o.csv", "--chart", "o.svg"]).ends_well();
        assert!(said.out.contains("both on 1") && said.out.contains("100.00 % are understood"), "{}", said.out);
        let rows = table(&String::from_utf8(place.read("o.csv")).expect("text"));
        assert_eq!(rows[0][rows[0].len() - 2..], ["predicted_pause_s", "predicted_collections"]);
        assert_eq!((rows.len(), rows[1][0].as_str(), rows[1][1].as_str()), (2, "gc.log", "Serial"));
        assert!(place.read("o.svg").starts_with(b"<svg"));
    }
}

#[test]
fn logs_that_are_none_are_refused() {
    let place = measured(CURVE);
    let run = |more: &[&str]| place.heapwise(&[&["validate", "gc-logs"], more].concat());
    run(&[]).blames_the_user(&["no logs travel with heapwise"]);
    run(&["curve.csv"]).blames_the_user(&["curve.csv:1: error: has no column `log`"]);
    run(&["absent.log"]).blames_the_user(&["absent.log"]);
    place.put("gc.log", serial_log().as_bytes());
    run(&["gc.log", "--out", "gc.log"]).blames_the_user(&["gc.log", "holds the measurements"]);
}
