//! Where a scenario comes from: a file, or one of those that are built in.

use std::fs;
use std::path::Path;

use crate::base::nearest;
use crate::scenario::{Loaded, Override, listing, load};
use crate::sim;

use super::failure::Failure;

/// The scenario that runs when none is named.
pub const DEFAULT: &str = "dc_curve";

/// The scenarios that are built in: name and text. One line each.
pub const SCENARIOS: &[(&str, &str)] = &[
    ("dc_curve", include_str!("../../scenarios/dc_curve.toml")),
    ("gc_only", include_str!("../../scenarios/gc_only.toml")),
    ("unified_vs_static", include_str!("../../scenarios/unified_vs_static.toml")),
    ("spill_or_migrate", include_str!("../../scenarios/spill_or_migrate.toml")),
    ("fragmentation", include_str!("../../scenarios/fragmentation.toml")),
    ("stranded", include_str!("../../scenarios/stranded.toml")),
    ("stream_batch_mix", include_str!("../../scenarios/stream_batch_mix.toml")),
    ("google_day", include_str!("../../scenarios/google_day.toml")),
    ("alibaba_batch", include_str!("../../scenarios/alibaba_batch.toml")),
    ("nextflow", include_str!("../../scenarios/nextflow.toml")),
];

/// Reads and checks the scenario called `name`: a file if there is one, else one that is built in.
///
/// A built-in scenario keeps the name of its file in `scenarios/`, so that its relative paths and its faults mean the
/// same as those of the file.
pub fn open(name: &str, overrides: &[Override]) -> Result<Loaded, Failure> {
    let (text, file) = read(name)?;
    load(&text, &file, overrides).map_err(|faults| Failure::User(listing(&faults)))
}

/// Puts the first cell together once, so that what only the file system knows (a trace that is absent, a header that
/// is wrong) is told before any run.
pub fn rehearse(loaded: &Loaded) -> Result<(), Failure> {
    let Some(cell) = loaded.cells.first() else { return Ok(()) };
    sim::rehearse(&cell.scenario).map_err(|text| Failure::User(format!("error: {text}")))
}

/// Whether writing to `out` would destroy what is read from `input`.
pub fn is_same_file(input: &Path, out: &Path) -> bool {
    input.canonicalize().is_ok_and(|input| out.canonicalize().is_ok_and(|out| out == input))
}

fn read(name: &str) -> Result<(String, String), Failure> {
    let path = Path::new(name);
    if !path.is_file()
        && let Some((name, text)) = SCENARIOS.iter().find(|scenario| scenario.0 == name)
    {
        return Ok((text.to_string(), format!("scenarios/{name}.toml")));
    }
    let bytes = fs::read(path).map_err(|error| {
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        Failure::User(missing(name, &stem, &error))
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let line = 1 + error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|b| **b == b'\n').count();
        Failure::User(format!("{name}:{line}: error: not UTF-8 text: expected a scenario in TOML"))
    })?;
    Ok((text, name.to_string()))
}

fn missing(name: &str, stem: &str, error: &std::io::Error) -> String {
    let names: Vec<&str> = SCENARIOS.iter().map(|scenario| scenario.0).collect();
    let near = nearest(stem, names.iter().copied()).map(|near| format!("\n    help: did you mean \"{near}\"?"));
    format!(
        "{name}: error: cannot be read: {error}\n    expected a scenario's file, or one that is built in: {}{}",
        names.join(", "),
        near.unwrap_or_default()
    )
}

/// The first comment of a scenario: its question and the expected answer.
pub fn question(text: &str) -> String {
    let lines = text.lines().take_while(|line| line.starts_with('#'));
    lines.map(|line| line.trim_start_matches('#').trim()).collect::<Vec<_>>().join(" ").trim().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_scenario_opens_with_its_question() {
        assert!(SCENARIOS.iter().any(|scenario| scenario.0 == DEFAULT));
        for (name, text) in SCENARIOS {
            assert!(question(text).contains('?'), "{name}");
            assert!(text.contains(&format!("name = \"{name}\"")), "{name}");
        }
    }

    #[test]
    fn a_missing_file_suggests_a_built_in_scenario() {
        let said = match read("dc_curv.toml") {
            Err(Failure::User(text)) => text,
            other => panic!("{other:?}"),
        };
        assert!(
            said.starts_with("dc_curv.toml: error: cannot be read") && said.contains("mean \"dc_curve\""),
            "{said}"
        );
    }
}
