//! What is divided: options from files and from the command line, put over each other, with all their faults.

use std::path::{Path, PathBuf};

use crate::memory::layout::{DeploymentKind, FlinkVersion, Options, Origin};
use crate::scenario::flink::{self, FlinkConfig};

/// Options with what their sources say beside them.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// What it is called.
    pub name: String,
    /// The options, later ones over earlier ones.
    pub options: Options,
    /// The release of Flink, where a file tells it.
    pub version: Option<FlinkVersion>,
    /// Whether a file tells that containers are used.
    pub deployment: DeploymentKind,
}

impl Subject {
    /// Reads `files` and puts `define` (KEY=VALUE each) over them.
    ///
    /// # Errors
    /// All faults of all files and definitions, one text each.
    pub fn read(files: &[PathBuf], define: &[String]) -> Result<Subject, Vec<String>> {
        let mut subject = Subject::default();
        let mut faults: Vec<String> = Vec::new();
        for file in files {
            match open(file) {
                Ok(config) => subject.put(&file.display().to_string(), config),
                Err(found) => faults.extend(found.iter().map(ToString::to_string)),
            }
        }
        for text in define {
            faults.extend(subject.define(text).err());
        }
        if subject.name.is_empty() {
            subject.name = "the options given".into();
        }
        if faults.is_empty() { Ok(subject) } else { Err(faults) }
    }

    /// One side of a difference: a file, or options as KEY=VALUE;….
    pub fn side(text: &str, define: &[String]) -> Result<Subject, Vec<String>> {
        if is_options(text) {
            let pieces: Vec<String> =
                text.split(';').filter(|piece| !piece.trim().is_empty()).map(String::from).collect();
            let mut subject = Subject::read(&[], &[pieces, define.to_vec()].concat())?;
            subject.name = text.into();
            return Ok(subject);
        }
        Subject::read(&[PathBuf::from(text)], define)
    }

    /// The same with the options of `text` (KEY=VALUE;…) over it.
    pub fn with(&self, text: &str) -> Result<Subject, Vec<String>> {
        let mut subject = Subject { name: format!("{} with {text}", self.name), ..self.clone() };
        let faults: Vec<String> = text.split(';').filter_map(|piece| subject.define(piece).err()).collect();
        if faults.is_empty() { Ok(subject) } else { Err(faults) }
    }

    fn put(&mut self, name: &str, config: FlinkConfig) {
        self.name = if self.name.is_empty() { name.into() } else { format!("{} + {name}", self.name) };
        for (key, value, origin) in config.options.iter() {
            self.options.insert(key, value, origin.clone());
        }
        self.version = config.version.or(self.version);
        self.deployment = self.deployment.max(config.form.deployment());
    }

    fn define(&mut self, text: &str) -> Result<(), String> {
        let pair = text.split_once('=').filter(|(key, _)| !key.trim().is_empty());
        let (key, value) = pair.ok_or_else(|| format!("-D {text}: error: expected KEY=VALUE"))?;
        self.options.insert(key.trim(), value.trim(), Origin::CommandLine);
        Ok(())
    }
}

/// Whether a side of a difference is options rather than a file.
pub fn is_options(text: &str) -> bool {
    text.contains('=') && !Path::new(text).exists()
}

fn open(file: &Path) -> Result<FlinkConfig, Vec<flink::ConfigFault>> {
    match file.to_str() {
        Some("-") => flink::read_from(std::io::stdin().lock(), "standard input"),
        _ => flink::read(file),
    }
}
