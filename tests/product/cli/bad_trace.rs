//! Traces with faults: each is told with its file and line, and the run ends as the user's fault.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{Place, SMALL, Said};

const HEADER: &str = "time_s,event,task,memory_bytes\n";

/// A scenario that replays `trace.csv`.
fn scenario(path: &str) -> String {
    let start = SMALL.find("[workloads.clicks]").expect("the workload");
    format!("{}[workloads.clicks]\nkind = \"heapwise-csv\"\npath = \"{path}\"\n", &SMALL[..start])
}

fn run_with(name: &str, bytes: &[u8]) -> (Place, Said) {
    let place = Place::with(&scenario(name));
    place.put(name, bytes);
    let said = place.heapwise(&["run", "scenario.toml", "--out", "out"]);
    (place, said)
}

fn zipped(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

fn rows(count: u32) -> String {
    (0..count).fold(HEADER.to_string(), |text, row| text + &format!("{},arrival,{row},1048576\n", row / 2))
}

#[test]
fn a_sound_trace_runs_plain_and_zipped() {
    run_with("trace.csv", rows(8).as_bytes()).1.ends_well();
    run_with("trace.csv.gz", &zipped(&rows(8))).1.ends_well();
}

#[test]
fn a_torn_line_is_told_and_nothing_is_lost() {
    let text = format!("{HEADER}0,arrival,1,1048576\n1,arri");
    let (place, said) = run_with("trace.csv", text.as_bytes());
    said.blames_the_user(&["trace.csv, line 3", "torn line", "expected"]);
    let runs = String::from_utf8(place.read("out/runs.csv")).expect("text");
    assert_eq!(runs.lines().count(), 3, "both runs have their row:\n{runs}");
}

#[test]
fn time_that_runs_backwards_is_told() {
    let text = format!("{HEADER}5,arrival,1,1048576\n4,arrival,2,1048576\n");
    run_with("trace.csv", text.as_bytes()).1.blames_the_user(&[
        "trace.csv, line 3, column time_s",
        "found \"4\"",
        "at least 5 s",
    ]);
}

#[test]
fn a_wrong_header_is_told_with_the_columns_that_are_needed() {
    let text = rows(2).replace("memory_bytes", "memori_bytes");
    run_with("trace.csv", text.as_bytes()).1.blames_the_user(&[
        "trace.csv, line 1",
        "memori_bytes",
        "expected time_s,event,task,memory_bytes",
    ]);
}

#[test]
fn a_zipped_trace_cut_short_is_told() {
    let mut random = 1u64;
    let mut text = HEADER.to_string();
    for row in 0..4000 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        text += &format!("{},arrival,{row},{}\n", row / 400, 1 + (random >> 40));
    }
    let bytes = zipped(&text);
    run_with("trace.csv.gz", &bytes[..bytes.len() / 2]).1.blames_the_user(&["trace.csv.gz", "gzip"]);
}

#[test]
fn an_empty_trace_is_told() {
    run_with("trace.csv", b"").1.blames_the_user(&["trace.csv", "no rows", "expected a header"]);
}

#[test]
fn a_missing_trace_is_told_with_where_to_get_one() {
    let place = Place::with(&scenario("absent.csv"));
    let said = place.heapwise(&["run", "scenario.toml", "--out", "out"]);
    said.blames_the_user(&["absent.csv", "docs/traces.md"]);
}
