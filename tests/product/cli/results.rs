//! Results: complete, redrawn to the byte, resumed to the byte, and refused where they cannot be kept.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{Place, SMALL, Said};

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

/// A sweep of two cells with so many replications each.
fn replicated(place: &Place, replications: u32) -> Vec<String> {
    let replications = replications.to_string();
    let set =
        ["--set", "run.duration=200 s", "--set", "run.series=none", "--replications", &replications, "--threads", "2"];
    let out = place.path().join("out").display().to_string();
    let args = ["run", "scenario.toml", "--out", &out, "--quiet"];
    args.iter().chain(&set).map(|text| text.to_string()).collect()
}

/// Starts a sweep and interrupts it once some rows are there; `None` where it was over by then.
fn interrupted(place: &Place, args: &[&str]) -> Option<Said> {
    let mut child = place.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("heapwise starts");
    let table = place.path().join("out/runs.csv");
    let rows = || std::fs::read_to_string(&table).map_or(0, |text| text.lines().count());
    while rows() < 4 {
        if child.try_wait().expect("a state").is_some() {
            return None;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill starts");
    let said = Said::from(child.wait_with_output().expect("heapwise ends"));
    (killed.success() && said.code != Some(0)).then_some(said)
}

#[test]
fn an_interrupted_sweep_resumes_to_the_same_bytes() {
    let place = Place::with(SMALL);
    // However fast the machine is, some number of replications is too many to be over before the interruption.
    let mut sweeps = (3..9).map(|power| replicated(&place, 4u32.pow(power)));
    let (args, said) = sweeps
        .find_map(|args| {
            let said = interrupted(&place, &args.iter().map(String::as_str).collect::<Vec<_>>())?;
            Some((args, said))
        })
        .expect("a sweep that is interrupted");
    said.blames_the_user(&["--resume"]);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let kept = place.path().join("part");
    std::fs::rename(place.path().join("out"), &kept).expect("the part is moved");
    place.heapwise(&args).ends_well();
    let whole = files(&place.path().join("out"));
    std::fs::remove_dir_all(place.path().join("out")).expect("results are removed");
    std::fs::rename(&kept, place.path().join("out")).expect("the part is moved back");
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

#[test]
fn a_sweep_replicates_until_it_is_precise_whoever_runs_it() {
    let place = Place::with(SMALL);
    let rule = ["--set", "run.precision=0.05", "--set", "run.max_replications=40"];
    let run = |more: &[&str]| place.heapwise(&[&["run", "scenario.toml", "--quiet"], &rule[..], more].concat());
    let said = run(&["--out", "one", "--threads", "1"]).ends_well();
    let rows = String::from_utf8(place.read("one/runs.csv")).expect("text").lines().count() - 1;
    assert!(rows.is_multiple_of(2) && (20..=80).contains(&rows), "{rows}");
    assert!(said.out.contains(&format!("{rows} runs: 2 cells x {} replications", rows / 2)), "{}", said.out);
    run(&["--out", "two", "--threads", "2"]).ends_well();
    let whole = files(&place.path().join("one"));
    assert!(whole == files(&place.path().join("two")), "threads decide");
    run(&["--out", "two", "--resume"]).ends_well();
    assert!(whole == files(&place.path().join("two")), "a finished sweep goes on");
    let said = place.heapwise(&["run", "scenario.toml", "--out", "two", "--resume", "--set", "run.precision=0.04"]);
    said.blames_the_user(&["cannot be resumed"]);
}

#[test]
fn a_precision_that_is_not_reached_is_told_and_one_that_contradicts_itself_refused() {
    let place = Place::with(SMALL);
    let run = |sets: [&str; 2]| place.heapwise(&["run", "scenario.toml", "--set", sets[0], "--set", sets[1]]);
    let said = run(["run.precision=0.0001", "run.max_replications=11"]).ends_well();
    assert!(said.out.contains("22 runs: 2 cells x 11 replications"), "{}", said.out);
    assert!(said.out.contains("run.precision = 0.0001 is not reached in 2 of 2 cells after 11"), "{}", said.out);
    run(["run.precision=0.1", "run.max_replications=1"]).blames_the_user(&["run.max_replications", "at least", "2"]);
    run(["run.precision=0.1", "run.replications=101"]).blames_the_user(&["run.replications", "100"]);
    run(["run.precision=5%", "run.replications=3"]).blames_the_user(&["run.precision"]);
    let said = place.heapwise(&["check", "scenario.toml", "--set", "run.precision=0.1"]).ends_well();
    assert!(said.out.contains("2 cells x 10 to 100 replications = 20 to 200 runs"), "{}", said.out);
    let said = place.heapwise(&["check", "scenario.toml", "--set", "run.max_replications=9"]).ends_well();
    assert!(said.err.contains("counts for nothing without run.precision"), "{}", said.err);
}
