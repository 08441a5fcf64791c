//! A results directory: its tables and what its manifest says of the experiment.

use super::error::ChartError;
use super::table::Table;
use std::path::{Path, PathBuf};

/// What the subtitle says of the experiment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// The scenario's name; the directory's where there is no manifest.
    pub scenario: String,
    /// The seed, if the manifest has it.
    pub seed: Option<String>,
    /// The column that the sweep compares, if the manifest has it.
    pub objective: Option<String>,
    /// Replications, from the manifest or else from `summary.csv`.
    pub replications: Option<String>,
}

/// The tables of a results directory. A file that is absent is `None`; so is one that no wanted chart needs.
#[derive(Clone, Debug)]
pub struct Tables {
    /// What the subtitle says of the experiment.
    pub context: Context,
    dir: PathBuf,
    files: Vec<(&'static str, Option<Table>)>,
}

fn scalar(value: Option<&serde_json::Value>) -> Option<String> {
    match value? {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn context(dir: &Path) -> Result<Context, ChartError> {
    let full = dir.canonicalize().unwrap_or_else(|_| dir.to_path_buf());
    let folder = full.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let path = dir.join("manifest.json");
    if !path.exists() {
        return Ok(Context { scenario: folder, ..Context::default() });
    }
    let fault = |problem: String| ChartError::File { path: path.clone(), problem };
    let text = std::fs::read_to_string(&path).map_err(|error| fault(error.to_string()))?;
    let json: serde_json::Value = serde_json::from_str(&text).map_err(|error| fault(error.to_string()))?;
    let scenario = json.get("scenario");
    let named = scenario.and_then(|part| part.get("name")).or(scenario);
    let find = |key: &str| scalar(json.get(key)).or_else(|| scalar(scenario.and_then(|part| part.get(key))));
    Ok(Context {
        scenario: scalar(named).unwrap_or(folder),
        seed: find("seed"),
        objective: find("objective"),
        // Where a precision was asked for, the tables know how many it took.
        replications: find("replications").filter(|_| json.get("precision").is_none()),
    })
}

impl Tables {
    /// Opens a directory and reads those of the named files (without ".csv") that exist.
    ///
    /// # Errors
    /// The directory is absent, or one of its files is broken.
    pub fn open(dir: &Path, names: &[&'static str]) -> Result<Tables, ChartError> {
        if !dir.is_dir() {
            let problem = "is not a directory (expected a results directory with summary.csv)".to_string();
            return Err(ChartError::File { path: dir.to_path_buf(), problem });
        }
        let mut files = Vec::new();
        for &name in names {
            let path = dir.join(format!("{name}.csv"));
            let table = if path.exists() { Some(Table::read(&path, name == "timeseries")?) } else { None };
            files.push((name, table));
        }
        let mut tables = Tables { context: context(dir)?, dir: dir.to_path_buf(), files };
        if tables.context.replications.is_none() {
            tables.context.replications = tables.counted_replications()?;
        }
        Ok(tables)
    }

    fn counted_replications(&self) -> Result<Option<String>, ChartError> {
        let Some(summary) = self.get("summary") else { return Ok(None) };
        let column = summary.numbers("replications")?;
        let range = super::scale::range((0..summary.rows()).map(|row| column.at(row)));
        Ok(range.map(|(low, high)| if low == high { format!("{low}") } else { format!("{low} to {high}") }))
    }

    /// The table of this name, if the directory has it.
    pub fn get(&self, name: &str) -> Option<&Table> {
        self.files.iter().find(|file| file.0 == name).and_then(|file| file.1.as_ref())
    }

    /// The directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Why a chart with these needs ("summary.mean": column `mean` of summary.csv) cannot be drawn, if it cannot.
    pub fn lacks(&self, needs: &[&str]) -> Option<String> {
        needs.iter().find_map(|need| {
            let (file, column) = need.split_once('.')?;
            match self.get(file) {
                None => Some(format!("{file}.csv is absent")),
                Some(table) if table.rows() == 0 => Some(format!("{file}.csv has no rows")),
                Some(table) if !table.has(column) => Some(format!("{file}.csv has no column \"{column}\"")),
                Some(_) => None,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_names_scenario_seed_and_replications() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("manifest.json"), r#"{"scenario":{"name":"dc"},"seed":7,"replications":20}"#)
            .unwrap();
        let found = context(dir.path()).unwrap();
        assert_eq!(
            found,
            Context { scenario: "dc".into(), seed: Some("7".into()), objective: None, replications: Some("20".into()) }
        );
    }

    #[test]
    fn without_a_manifest_the_directory_names_the_scenario() {
        let dir = tempfile::tempdir().unwrap();
        let name = dir.path().file_name().unwrap().to_string_lossy().into_owned();
        assert_eq!(context(dir.path()).unwrap().scenario, name);
        std::fs::write(dir.path().join("manifest.json"), "{").unwrap();
        assert!(context(dir.path()).unwrap_err().to_string().contains("manifest.json"));
    }

    #[test]
    fn what_is_lacking_is_named() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("summary.csv"), "cell,ablation,mean,replications\n0,none,1,12\n").unwrap();
        let tables = Tables::open(dir.path(), &["summary", "optimum"]).unwrap();
        assert_eq!(tables.lacks(&["summary.mean"]), None);
        assert_eq!(tables.lacks(&["summary.upper"]).unwrap(), "summary.csv has no column \"upper\"");
        assert_eq!(tables.lacks(&["optimum.x"]).unwrap(), "optimum.csv is absent");
        assert_eq!(tables.context.replications.as_deref(), Some("12"));
        assert!(Tables::open(Path::new("/nowhere"), &[]).is_err());
    }
}
