//! Every shipped scenario, on a short run of its first and last cell, against the figures kept in `results/reference/`.
//!
//! A difference means that the model has changed its answer: read it, explain it in the commit, and renew the figures
//! with `HEAPWISE_BLESS=1 cargo test --test engine golden`.

use std::fmt::Write;
use std::path::PathBuf;

use heapwise::metrics::COLUMNS;
use heapwise::scenario::spec::Scenario;
use heapwise::scenario::{Override, listing, load};
use heapwise::sim::run;

/// Scenario, and what makes its run short. Those that need a trace of their own to be fetched are not here.
const SHORT: &[(&str, &[&str])] = &[
    ("dc_curve", &["run.duration=30 s", "run.warm_up=10 s"]),
    ("gc_only", &["run.duration=30 s"]),
    ("unified_vs_static", &["run.duration=30 s"]),
    ("spill_or_migrate", &["run.duration=10 min", "run.warm_up=1 min"]),
    ("fragmentation", &["run.duration=10 min", "run.warm_up=1 min"]),
    ("stranded", &["run.duration=20 min", "run.warm_up=2 min"]),
    ("stream_batch_mix", &["run.duration=3 min", "run.warm_up=20 s"]),
    ("google_day", &[]),
];

/// Relative difference that another machine's mathematical library may make.
const TOLERANCE: f64 = 1e-6;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn figures(name: &str, short: &[&str]) -> String {
    let file = root().join(format!("scenarios/{name}.toml"));
    let text = std::fs::read_to_string(&file).expect("a shipped scenario");
    let overrides: Vec<Override> = short.iter().map(|set| Override::set(set)).collect();
    let loaded =
        load(&text, &file.display().to_string(), &overrides).unwrap_or_else(|faults| panic!("{}", listing(&faults)));
    let mut out = String::from("cell,column,value\n");
    let last = loaded.cells.len() - 1;
    for cell in [0, last] {
        write_cell(&mut out, cell, &loaded.cells[cell].scenario);
    }
    out
}

fn write_cell(out: &mut String, cell: usize, scenario: &Scenario) {
    let result = run(scenario, 1, None);
    for (column, value) in COLUMNS.iter().zip(result.record.values()) {
        if let Some(value) = value {
            writeln!(out, "{cell},{},{value}", column.name()).expect("a string takes all");
        }
    }
}

/// The rows in which two tables differ by more than the tolerance.
fn differences(kept: &str, now: &str) -> Vec<String> {
    let rows = |text: &str| -> Vec<(String, f64)> {
        let split = |line: &str| {
            let (key, value) = line.rsplit_once(',')?;
            Some((key.to_string(), value.parse().ok()?))
        };
        text.lines().skip(1).filter_map(split).collect()
    };
    let (kept, now) = (rows(kept), rows(now));
    let mut told: Vec<String> = Vec::new();
    if kept.len() != now.len() {
        told.push(format!("{} figures were kept, there are {} now", kept.len(), now.len()));
    }
    for ((key, was), (other, is)) in kept.iter().zip(&now) {
        let close = (was - is).abs() <= TOLERANCE * was.abs().max(is.abs());
        if key != other || !close {
            told.push(format!("{key}: {was} was kept, {other} is {is} now"));
        }
    }
    told
}

#[test]
fn shipped_scenarios_answer_as_they_did() {
    let folder = root().join("results/reference");
    let bless = std::env::var_os("HEAPWISE_BLESS").is_some();
    let mut told = Vec::new();
    for (name, short) in SHORT {
        let (path, now) = (folder.join(format!("{name}.csv")), figures(name, short));
        if bless {
            std::fs::write(&path, &now).expect("results/reference can be written");
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        told.extend(differences(&kept, &now).into_iter().take(5).map(|line| format!("{name}: {line}")));
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn every_shipped_scenario_is_kept_or_needs_a_trace() {
    for entry in std::fs::read_dir(root().join("scenarios")).expect("scenarios") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|ending| ending != "toml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a scenario");
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let kept = SHORT.iter().any(|(known, _)| *known == name);
        assert!(kept || text.contains("does not travel with"), "{name} has no reference figures");
    }
}
