//! `manifest.json`: what a results folder was made of, so that it can be made again.
//!
//! Nothing in it depends on when, where or on how many threads the sweep ran.

use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::ReportError;
use crate::scenario::Ablation;
use crate::sweep::Meta;

/// The scenario, by name and as resolved text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScenarioFacts {
    /// Name of the scenario.
    pub name: String,
    /// One line for people.
    pub title: String,
    /// The whole scenario with defaults and overrides filled in.
    pub text: String,
}

/// What identifies a result, and what lies beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The scenario.
    pub scenario: ScenarioFacts,
    /// Seed of replication 0.
    pub seed: u64,
    /// Replications of each cell; the least where a precision is asked for.
    pub replications: u32,
    /// Relative error of the objective up to which cells are replicated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<f64>,
    /// Replications after which that is given up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_replications: Option<u32>,
    /// Swept keys.
    pub axes: Vec<String>,
    /// Number of cells.
    pub cells: usize,
    /// The column that is compared, ranked and optimised.
    pub objective: String,
    /// Version of heapwise.
    pub version: String,
    /// The command, without what cannot change the result.
    pub command: String,
    /// SHA-256 of resolved scenario, seed, replications and version.
    pub digest: String,
    /// Files of the folder that the sweep writes.
    pub files: Vec<String>,
}

/// The tables of a finished folder.
const FILES: [&str; 5] = ["runs.csv", "summary.csv", "optimum.csv", "timeseries.csv", "histograms.csv"];

/// The table of a sweep whose cells have twins without contiguity.
pub(super) const TAXES: &str = "fragmentation_tax.csv";

fn files(meta: &Meta) -> Vec<String> {
    let has_twins = meta.cells.iter().any(|cell| cell.ablation == Ablation::Contiguity);
    FILES.into_iter().chain(has_twins.then_some(TAXES)).map(String::from).collect()
}

impl Manifest {
    /// The name of its file.
    pub const FILE: &str = "manifest.json";

    /// For a sweep of the scenario that resolves to `text`, started by `command`.
    pub fn new(meta: &Meta, text: &str, command: &str) -> Manifest {
        let version = env!("CARGO_PKG_VERSION");
        let identity = [text, &meta.seed.to_string(), &format!("{} {:?}", meta.replications, meta.precision), version];
        Manifest {
            scenario: ScenarioFacts { name: meta.name.clone(), title: meta.title.clone(), text: text.into() },
            seed: meta.seed,
            replications: meta.replications,
            precision: meta.precision.map(|precision| precision.relative),
            max_replications: meta.precision.map(|precision| precision.most),
            axes: meta.axes.iter().map(|axis| axis.key.clone()).collect(),
            cells: meta.cells.len(),
            objective: meta.objective.column().name(),
            version: version.into(),
            command: command.into(),
            digest: digest(&identity),
            files: files(meta),
        }
    }

    /// The manifest of a folder.
    pub(super) fn read(path: &Path) -> Result<Manifest, ReportError> {
        let text = std::fs::read_to_string(path).map_err(ReportError::io(path, "cannot be read"))?;
        serde_json::from_str(&text)
            .map_err(|error| ReportError::new(path, format!("is not a manifest ({error}): run again without --resume")))
    }

    pub(super) fn write(&self, path: &Path) -> Result<(), ReportError> {
        let text = serde_json::to_string_pretty(self).map_err(|error| ReportError::new(path, error))?;
        std::fs::write(path, text + "\n").map_err(ReportError::io(path, "cannot be written"))
    }

    /// When replicating ends, in words.
    fn rule(&self) -> String {
        match (self.precision, self.max_replications) {
            (Some(precision), Some(most)) => format!("precision {precision} by at most {most} replications"),
            _ => "no precision".into(),
        }
    }

    /// In what this manifest differs from the one of an earlier sweep, in words; `None` if it identifies the same.
    pub(super) fn difference(&self, earlier: &Manifest) -> Option<String> {
        if self.digest == earlier.digest {
            return None;
        }
        Some(if self.version != earlier.version {
            format!("version {}, this is version {}", earlier.version, self.version)
        } else if self.seed != earlier.seed {
            format!("seed {}, this is seed {}", earlier.seed, self.seed)
        } else if self.replications != earlier.replications {
            format!("{} replications, these are {}", earlier.replications, self.replications)
        } else if self.rule() != earlier.rule() {
            format!("{}, this is {}", earlier.rule(), self.rule())
        } else {
            format!("another scenario: {}", first_difference(&earlier.scenario.text, &self.scenario.text))
        })
    }
}

/// The first line in which two texts differ.
fn first_difference(earlier: &str, now: &str) -> String {
    let mut lines = earlier.lines().zip(now.lines());
    match lines.find(|(earlier, now)| earlier != now) {
        Some((earlier, now)) => format!("it has `{}` where this one has `{}`", earlier.trim(), now.trim()),
        None => "one of them is longer".into(),
    }
}

/// SHA-256 over length and bytes of each part, in hexadecimal.
fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The command of a manifest: arguments without those that cannot change a result (threads, folder, resume, quiet),
/// so that sweeps which must give the same bytes do.
pub fn command_line(arguments: impl IntoIterator<Item = String>) -> String {
    const WITH_VALUE: [&str; 2] = ["--threads", "--out"];
    const FLAGS: [&str; 3] = ["--resume", "--quiet", "-q"];
    let mut kept = vec!["heapwise".to_string()];
    let mut arguments = arguments.into_iter().skip(1);
    while let Some(argument) = arguments.next() {
        if WITH_VALUE.contains(&argument.as_str()) {
            arguments.next();
        } else if !FLAGS.contains(&argument.as_str())
            && !WITH_VALUE.iter().any(|w| argument.starts_with(&format!("{w}=")))
        {
            kept.push(if argument.contains(' ') { format!("'{argument}'") } else { argument });
        }
    }
    kept.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sweep::Precision;
    use crate::sweep::toy::meta;

    #[test]
    fn the_digest_follows_what_identifies_a_result() {
        let one = Manifest::new(&meta(2, 3), "a = 1\nb = 2", "heapwise");
        assert_eq!(one.difference(&Manifest::new(&meta(2, 3), "a = 1\nb = 2", "heapwise run x")), None);
        let text = Manifest::new(&meta(2, 3), "a = 1\nb = 3", "heapwise").difference(&one).unwrap();
        assert_eq!(text, "another scenario: it has `b = 2` where this one has `b = 3`");
        let mut other = meta(2, 3);
        other.seed = 8;
        let text = Manifest::new(&other, "a = 1\nb = 2", "heapwise").difference(&one).unwrap();
        assert_eq!(text, "seed 7, this is seed 8");
        other = Meta { precision: Some(Precision { relative: 0.02, most: 100 }), ..meta(2, 3) };
        let text = Manifest::new(&other, "a = 1\nb = 2", "heapwise").difference(&one).unwrap();
        assert_eq!(text, "no precision, this is precision 0.02 by at most 100 replications");
        assert_eq!(digest(&["abc"]).len(), 64);
        assert_ne!(digest(&["ab", "c"]), digest(&["a", "bc"]));
    }

    #[test]
    fn the_table_of_taxes_is_named_where_there_is_one() {
        let mut meta = meta(2, 3);
        assert_eq!(Manifest::new(&meta, "", "heapwise").files.len(), 5);
        meta.cells[1].ablation = Ablation::Contiguity;
        assert_eq!(Manifest::new(&meta, "", "heapwise").files[5], "fragmentation_tax.csv");
    }

    #[test]
    fn the_command_keeps_what_matters() {
        let words = "/bin/heapwise run x.toml --threads 2 --seed 3 --resume --out=/tmp/y -q --set".split(' ');
        let arguments = words.map(String::from).chain(["run.duration=5 s".to_string()]);
        assert_eq!(command_line(arguments), "heapwise run x.toml --seed 3 --set 'run.duration=5 s'");
    }
}
