//! `heapwise whatif` as a user meets it.

use std::fmt::Write;

use super::{Place, SMALL, Said};

/// A log of Serial on one core with 64 MiB: eden of 17 MiB fills every second, 4 MiB survive, 8 MiB are live.
fn log(collections: u32) -> String {
    let mut log = "[0.010s][info][gc] Using Serial\n[0.010s][info][gc,init] CPUs: 1 total, 1 available\n\
                   [0.010s][info][gc,init] Memory: 2048M\n[0.010s][info][gc,init] Heap Max Capacity: 64M\n"
        .to_string();
    for id in 0..collections {
        let (start, kib) = (1.0 + f64::from(id), 800 + 170 * (id % 7));
        let end = start + 0.01;
        let (kind, length) =
            if id % 20 == 19 { ("Full", 30.0 + f64::from(id % 3)) } else { ("Young", 12.0 + 0.01 * f64::from(kib)) };
        let _ = write!(
            log,
            "[{start:.3}s][info][gc,start] GC({id}) Pause {kind} (Allocation Failure)\n\
             [{end:.3}s][info][gc,heap] GC({id}) DefNew: 18000K->{kib}K(19648K)\n\
             [{end:.3}s][info][gc,heap] GC({id}) Tenured: 9000K->9000K(43712K)\n\
             [{end:.3}s][info][gc] GC({id}) Pause {kind} (Allocation Failure) 26M->9M(61M) {length:.3}ms\n"
        );
    }
    log
}

fn place() -> Place {
    let place = Place::with(SMALL);
    place.put("gc.log", log(100).as_bytes());
    place
}

fn whatif(place: &Place, args: &[&str]) -> Said {
    place.heapwise(&[&["whatif", "gc.log"], args].concat())
}

#[test]
fn one_log_gives_a_grid_a_sentence_and_a_chart() {
    let place = place();
    let said = whatif(&place, &["--chart", "whatif.svg"]).ends_well();
    for part in [
        "gc.log: Serial on 1 core with 64 MiB",
        "as logged",
        "measured",
        "256 MiB",
        "OOM risk",
        "On 1 core with Serial, ",
    ] {
        assert!(said.out.contains(part), "{part} is missing in:\n{}", said.out);
    }
    let chart = String::from_utf8(place.read("whatif.svg")).expect("text");
    for part in ["throughput lost", "99th percentile of pauses", "live set", "Serial, 1 core"] {
        assert!(chart.contains(part), "{part} is missing in the chart");
    }
}

#[test]
fn threads_do_not_change_a_byte_and_seeds_do() {
    let place = place();
    let with =
        |args: &[&str]| whatif(&place, &[&["--format", "json", "--heap", "48m,96m"], args].concat()).ends_well().out;
    let one = with(&["--threads", "1"]);
    assert_eq!(one, with(&["--threads", "3"]));
    assert_ne!(one, with(&["--seed", "2"]));
}

#[test]
fn files_for_programs_hold_every_combination() {
    let place = place();
    let grid = ["--heap", "64m,128m", "--cores", "1,2", "--collector", "serial,parallel,g1"];
    let said = whatif(&place, &[&grid[..], &["--format", "csv", "--out", "rows.csv"]].concat()).ends_well();
    assert_eq!(said.out, "");
    let text = String::from_utf8(place.read("rows.csv")).expect("text");
    assert_eq!(text.lines().count(), 1 + 2 * 2 * 3, "{text}");
    assert!(text.starts_with("heap_bytes,cores,collector,as_logged,loss,loss_low,loss_high,"), "{text}");
    let said = whatif(&place, &[&grid[..], &["--format", "json"]].concat()).ends_well();
    let value: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(
        (value["rows"].as_array().map(Vec::len), value["smallest"].as_array().map(Vec::len)),
        (Some(12), Some(6))
    );
    let notes = value["notes"].to_string();
    for part in ["what a further GC thread adds is assumed", "does not show G1", "barriers of G1"] {
        assert!(notes.contains(part), "{notes}");
    }
}

#[test]
fn a_larger_live_set_costs_more_and_may_not_fit() {
    let place = place();
    let loss = |growth: &str| {
        let said = whatif(&place, &["--heap", "64m", "--format", "json", "--live-growth", growth]).ends_well();
        let value: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
        (value["rows"][0]["loss"]["value"].as_f64(), value["as_logged"]["loss"]["value"].as_f64())
    };
    let (now, larger) = (loss("0%"), loss("300%"));
    assert!(now.0.is_some() && larger.0 > now.0 && larger.1 == now.1, "{now:?} {larger:?}");
    let said = whatif(&place, &["--heap", "8m", "--live-growth", "50%"]).ends_well();
    assert!(said.out.contains("100 %") && said.out.contains("8 MiB cannot hold"), "{}", said.out);
}

#[test]
fn flinks_line_is_named_and_its_layout_printed() {
    let place = place();
    place.put("config.yaml", b"taskmanager:\n  memory:\n    process:\n      size: 1728m\n");
    let said = whatif(&place, &["--flink", "config.yaml", "--heap", "1g"]).ends_well();
    for part in
        ["taskmanager.memory.process.size: 1728m -> ", "config.yaml:4", "heap of 1 GiB", "Memory of a TaskManager"]
    {
        assert!(said.out.contains(part), "{part} is missing in:\n{}", said.out);
    }
    let keys = ["taskmanager.memory.task.heap.size=400m", "taskmanager.memory.managed.size=64m"];
    let said = whatif(&place, &["-D", keys[0], "-D", keys[1], "--heap", "1g"]).ends_well();
    assert!(said.out.contains("taskmanager.memory.task.heap.size: 400m -> 896mb"), "{}", said.out);
}

#[test]
fn a_description_may_stand_for_the_fit() {
    let place = place();
    place.heapwise(&["calibrate", "gc.log", "--out", "mine.toml"]).ends_well();
    whatif(&place, &["--calibration", "mine.toml", "--heap", "64m"]).ends_well();
    let text = String::from_utf8(place.read("mine.toml")).expect("text");
    let wrong = text.replace("\ncopied = ", "\ncopeid = ");
    place.put("wrong.toml", wrong.as_bytes());
    whatif(&place, &["--calibration", "wrong.toml", "--heap", "4"]).blames_the_user(&[
        "wrong.toml:",
        "copeid",
        "did you mean",
        "--heap: error: \"4\" has no unit",
    ]);
    whatif(&place, &["--calibration", "absent.toml"]).blames_the_user(&["absent.toml: error: cannot be read"]);
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let place = place();
    let wrong = [
        "--heap",
        "0g,4,64m",
        "--cores",
        "0,x,2",
        "--collector",
        "paralel",
        "--live-growth",
        "-120%",
        "--max-loss",
        "7",
        "--interval",
        "0%",
        "--flags",
        "-XX:ParallelGCThreads=4 -Xmx1g",
        "--flink",
        "absent.yaml",
    ];
    let said = whatif(&place, &wrong);
    said.blames_the_user(&[
        "--heap: error: \"0g\" is out of range",
        "--heap: error: \"4\" has no unit",
        "--cores: error: \"0\"",
        "--cores: error: \"x\"",
        "did you mean \"parallel\"?",
        "--live-growth: error: \"-120%\"",
        "did you mean \"7%\"?",
        "--interval: error",
        "-XX:ParallelGCThreads=4 is more than the cores of --cores 2",
        "the heap is said by --heap",
        "absent.yaml",
    ]);
}

#[test]
fn logs_that_tell_nothing_are_refused() {
    let place = place();
    place.put("empty.log", b"[0.010s][info][gc] Using Serial\n");
    place.put("timeless.log", b"[GC (Allocation Failure) 100K->10K(500K), 0.0010 secs]\n");
    place
        .heapwise(&["whatif", "empty.log", "absent.log"])
        .blames_the_user(&["empty.log: no collection", "absent.log: no such file"]);
    place.heapwise(&["whatif", "timeless.log"]).blames_the_user(&["the logs have no run with times"]);
    place.heapwise(&["whatif"]).blames_the_user(&["LOG"]);
    whatif(&place, &["--out", "gc.log"]).blames_the_user(&["--out gc.log: error: is read by the same command"]);
    whatif(&place, &["--chart", "a.pdf"]).blames_the_user(&[".svg or .png"]);
}
