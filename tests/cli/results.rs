//! Results: complete, redrawn to the byte, resumed to the byte, and refused where they cannot be kept.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::{Place, SMALL, Said};

/// All files below a folder; the manifest without the command line, which may differ.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        let name = entry.file_name().expect("a name").to_string_lossy().into_owned();
        if entry.is_dir() {
            all.extend(files(&entry).into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else if name != "manifest.json" {
            all.insert(name, std::fs::read(&entry).expect("a file"));
        }
    }
    all
}

#[test]
fn a_run_leaves_tables_charts_and_a_manifest() {
    let place = Place::with(SMALL);
    let said = place.heapwise(&["run", "scenario.toml", "--threads", "2"]).ends_well();
    assert!(said.out.contains("static-partition") && said.out.contains("results/small"), "{}", said.out);
    assert!(said.err.is_empty(), "no progress where standard error is no terminal: {}", said.err);
    let all = files(&place.path().join("results/small"));
    for name in ["runs.csv", "summary.csv", "timeseries.csv", "charts/waiting.svg", "charts/waiting.png"] {
        assert!(all.contains_key(name), "{name} is missing among {:?}", all.keys());
    }
    let manifest = String::from_utf8(place.read("results/small/manifest.json")).expect("text");
    for part in ["\"seed\": 1", "\"version\"", "\"digest\"", "\"command\"", "duration"] {
        assert!(manifest.contains(part), "{part} is missing in {manifest}");
    }
}

#[test]
fn charts_are_redrawn_to_the_byte_from_the_tables_alone() {
    let place = Place::with(SMALL);
    place.heapwise(&["run", "scenario.toml", "--out", "out", "--quiet"]).ends_well();
    let before = files(&place.path().join("out"));
    std::fs::remove_dir_all(place.path().join("out/charts")).expect("charts are removed");
    std::fs::remove_file(place.path().join("scenario.toml")).expect("the scenario is removed");
    place.heapwise(&["chart", "out"]).ends_well();
    assert!(before == files(&place.path().join("out")), "a chart differs");
    place.heapwise(&["chart", "nowhere"]).blames_the_user(&["nowhere", "expected a results folder"]);
    place.heapwise(&["chart", "out", "--only", "wating"]).blames_the_user(&["wating", "waiting"]);
}

#[test]
fn a_folder_that_cannot_be_written_is_told_before_anything_runs() {
    let place = Place::with(SMALL);
    // A path below a file cannot be created, whoever tries.
    let said = place.heapwise(&["run", "scenario.toml", "--out", "scenario.toml/out"]);
    said.blames_the_user(&["scenario.toml/out", "cannot be created"]);
}

/// As many runs as keep two threads busy for some seconds in any profile.
fn long(place: &Place) -> Vec<String> {
    let runs = if cfg!(debug_assertions) { "60" } else { "200" };
    let set = ["--set", "run.duration=200 s", "--set", "run.series=none", "--replications", runs, "--threads", "2"];
    let out = place.path().join("out").display().to_string();
    let args = ["run", "scenario.toml", "--out", &out, "--quiet"];
    args.iter().chain(&set).map(|text| text.to_string()).collect()
}

/// Starts a sweep and interrupts it once some rows are there.
fn interrupted(place: &Place, args: &[&str]) -> Said {
    let child = place.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("heapwise starts");
    let (table, begin) = (place.path().join("out/runs.csv"), Instant::now());
    let rows = || std::fs::read_to_string(&table).map_or(0, |text| text.lines().count());
    while rows() < 4 && begin.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(2));
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill starts");
    assert!(killed.success(), "the sweep was over before it could be interrupted");
    Said::from(child.wait_with_output().expect("heapwise ends"))
}

#[test]
fn an_interrupted_sweep_resumes_to_the_same_bytes() {
    let place = Place::with(SMALL);
    let args = long(&place);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    place.heapwise(&args).ends_well();
    let whole = files(&place.path().join("out"));
    std::fs::remove_dir_all(place.path().join("out")).expect("results are removed");

    interrupted(&place, &args).blames_the_user(&["--resume"]);
    let part = place.read("out/runs.csv");
    assert!(whole["runs.csv"].starts_with(&part), "finished rows are whole and in order");
    assert!(part.len() < whole["runs.csv"].len(), "the sweep was stopped in its middle");

    // Whatever tore the last row, a power cut for example, must not matter either.
    place.put("out/runs.csv", &part[..part.len() - 5]);
    place.heapwise(&[&args[..], &["--resume"]].concat()).ends_well();
    assert!(whole == files(&place.path().join("out")), "the resumed sweep differs");
}

#[test]
fn results_of_another_scenario_are_not_resumed() {
    let place = Place::with(SMALL);
    place.heapwise(&["run", "scenario.toml", "--out", "out"]).ends_well();
    let said = place.heapwise(&["run", "scenario.toml", "--out", "out", "--resume", "--seed", "9"]);
    said.blames_the_user(&["out", "cannot be resumed"]);
    place.heapwise(&["run", "scenario.toml", "--out", "out", "--resume"]).ends_well();
}
