//! Tables that hold little, nothing, or nonsense: a chart is drawn, skipped with a reason, or refused with a place; it
//! never panics and is never empty.

use super::fixture::{Sample, write};
use super::{CHARTS, FILES, draw_one};
use crate::chart::canvas::Mark;
use crate::chart::{ChartError, Drawn, Outcome, Tables, draw_all};
use std::path::Path;

const SMALL: Sample = Sample { policies: 2, ablations: 2, cores: &[4, 8], times: 12, crossed: false };

/// The outcome of every chart; a drawn one must hold lines or areas.
fn outcomes(dir: &Path) -> Result<Vec<(&'static str, Outcome)>, ChartError> {
    let tables = Tables::open(dir, &FILES)?;
    let mut outcomes = Vec::new();
    for entry in CHARTS {
        let (outcome, canvas) = draw_one(&*(entry.build)(), &tables)?;
        if outcome == Outcome::Drawn {
            let data = canvas.marks.iter().filter(|mark| !matches!(mark, Mark::Text(..))).count();
            assert!(data > 0, "{} is empty", entry.name);
        }
        outcomes.push((entry.name, outcome));
    }
    Ok(outcomes)
}

/// Changes every line of a table but the first; `None` drops the line.
fn edit(dir: &Path, file: &str, change: impl Fn(usize, &str) -> Option<String>) {
    let path = dir.join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    let mut lines = text.lines();
    let mut edited = vec![lines.next().unwrap().to_string()];
    edited.extend(lines.enumerate().filter_map(|(row, line)| change(row, line)));
    std::fs::write(path, edited.join("\n") + "\n").unwrap();
}

fn small() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), SMALL);
    dir
}

fn replaced(line: &str, column: usize, value: &str) -> Option<String> {
    let mut cells: Vec<&str> = line.split(',').collect();
    cells[column] = value;
    Some(cells.join(","))
}

#[test]
fn tables_without_rows_are_skipped_with_a_reason() {
    let dir = small();
    for file in FILES {
        edit(dir.path(), &format!("{file}.csv"), |_, _| None);
    }
    for (name, outcome) in outcomes(dir.path()).unwrap() {
        assert!(matches!(&outcome, Outcome::Skipped(reason) if !reason.is_empty()), "{name}: {outcome:?}");
    }
}

#[test]
fn an_empty_directory_gives_no_pictures_and_a_reason_for_each_chart() {
    let dir = tempfile::tempdir().unwrap();
    let drawn = draw_all(dir.path(), &[]).unwrap();
    let names: Vec<&str> = drawn.iter().map(|drawn| drawn.chart).collect();
    assert_eq!(names, CHARTS.iter().map(|entry| entry.name).collect::<Vec<_>>());
    assert_eq!(drawn[0].skipped.as_deref(), Some("summary.csv is absent"));
    for Drawn { chart, files, skipped } in &drawn {
        let reason = skipped.as_deref().unwrap_or_default();
        assert!(files.is_empty() && !reason.is_empty(), "{chart}");
    }
}

#[test]
fn a_single_cell_with_a_single_sample_is_drawn_or_skipped() {
    let dir = small();
    let first = |row: usize, line: &str| (row == 0).then(|| line.to_string());
    for file in FILES {
        edit(dir.path(), &format!("{file}.csv"), first);
    }
    outcomes(dir.path()).unwrap();
}

#[test]
fn no_value_of_a_column_makes_a_chart_panic() {
    let values = ["", "NaN", "0", "-1e308", "1e308", "1e-320", "7"];
    let dir = small();
    for file in FILES {
        let file = format!("{file}.csv");
        let original = std::fs::read_to_string(dir.path().join(&file)).unwrap();
        let columns = original.lines().next().unwrap().split(',').count();
        for column in 0..columns {
            for value in values {
                edit(dir.path(), &file, |row, line| {
                    // Every row, and then again every row but a few.
                    if value == "7" && row % 5 == 0 { Some(line.to_string()) } else { replaced(line, column, value) }
                });
                outcomes(dir.path()).unwrap();
                std::fs::write(dir.path().join(&file), &original).unwrap();
            }
        }
    }
}

#[test]
fn what_is_all_zero_is_skipped() {
    let dir = small();
    edit(dir.path(), "histograms.csv", |_, line| replaced(line, 8, "0"));
    edit(dir.path(), "summary.csv", |_, line| replaced(line, 9, "0"));
    let outcomes = outcomes(dir.path()).unwrap();
    let reason = |chart: &str| match outcomes.iter().find(|outcome| outcome.0 == chart) {
        Some((_, Outcome::Skipped(reason))) => reason.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(reason("waiting"), "no waiting times were recorded");
    assert_eq!(reason("throughput-dc"), "no throughput was recorded");
    assert_eq!(reason("fragmentation-distribution"), "no fragmentation above zero was recorded");
}

#[test]
fn a_text_among_numbers_is_refused_with_file_line_column_and_value() {
    let dir = small();
    edit(
        dir.path(),
        "summary.csv",
        |row, line| {
            if row == 3 { replaced(line, 9, "quick") } else { Some(line.to_string()) }
        },
    );
    let error = outcomes(dir.path()).unwrap_err().to_string();
    for part in ["summary.csv", "line 5", "\"mean\"", "\"quick\""] {
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn a_scenario_with_one_heap_shows_collection_over_time() {
    let dir = small();
    edit(dir.path(), "summary.csv", |_, line| {
        let level: f64 = line.split(',').nth(5).unwrap().parse().unwrap();
        (level == 0.25 * super::fixture::GIB * 2_f64.powf(2.25)).then(|| line.to_string())
    });
    let outcomes = outcomes(dir.path()).unwrap();
    let drawn = |name: &str| outcomes.contains(&(name, Outcome::Drawn));
    assert!(drawn("gc") && drawn("memory-over-time") && !drawn("throughput-dc"));
}
