//! What is divided: options from files and from the command line, put over each other, with all their faults.

use std::path::{Path, PathBuf};

use crate::flink::config::{self, FlinkConfig};
use crate::flink::layout::{DeploymentKind, FlinkVersion, Notice, Options, Origin, pair, pieces};

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
    /// Options that a file itself overrules.
    pub overruled: Vec<Notice>,
}

impl Subject {
    /// Reads `files` and puts `define` (KEY=VALUE each) over them; with all faults of both, one text each. What could be
    /// read beside a fault is there, so that its options can be judged too.
    pub fn read(files: &[PathBuf], define: &[String]) -> (Subject, Vec<String>) {
        let mut subject = Subject::default();
        let mut faults: Vec<String> = Vec::new();
        for file in files {
            let (config, found) = match file.to_str() {
                Some("-") => config::sift_from(std::io::stdin().lock(), "standard input"),
                _ => config::sift(file),
            };
            faults.extend(found.iter().map(ToString::to_string));
            subject.put(&file.display().to_string(), config);
        }
        subject.define_all(define, &mut faults);
        (subject, faults)
    }

    /// One side of a difference: a file, or options as KEY=VALUE;…, with `define` over it.
    pub fn side(text: &str, define: &[String]) -> (Subject, Vec<String>) {
        if is_options(text) {
            Subject::read(&[], &over(text, define))
        } else {
            Subject::read(&[PathBuf::from(text)], define)
        }
    }

    /// The same with the options of `text` (KEY=VALUE;…) over it, and `define` over those.
    pub fn with(&self, text: &str, define: &[String]) -> (Subject, Vec<String>) {
        let (mut subject, mut faults) = (self.clone(), Vec::new());
        subject.define_all(&over(text, define), &mut faults);
        (subject, faults)
    }

    fn define_all(&mut self, define: &[String], faults: &mut Vec<String>) {
        for text in define {
            faults.extend(self.define(text).err());
        }
        if !define.is_empty() {
            let with = if self.name.is_empty() { "" } else { " with " };
            self.name = format!("{}{with}{}", self.name, define.join(";"));
        }
        if self.name.is_empty() {
            self.name = "no options".into();
        }
    }

    fn put(&mut self, name: &str, config: Option<FlinkConfig>) {
        self.name = if self.name.is_empty() { name.into() } else { format!("{} + {name}", self.name) };
        let Some(config) = config else { return };
        for (key, value, origin) in config.options.iter() {
            self.options.insert(key, value, origin.clone());
        }
        self.version = config.version.or(self.version);
        self.deployment = self.deployment.max(config.form.deployment());
        self.overruled.extend(config.overruled);
    }

    fn define(&mut self, text: &str) -> Result<(), String> {
        let (key, value) = pair(text).ok_or_else(|| format!("-D {text}: error: expected KEY=VALUE"))?;
        self.options.insert(key, value, Origin::CommandLine);
        Ok(())
    }
}

/// Whether a side of a difference is options rather than a file.
pub fn is_options(text: &str) -> bool {
    text.contains('=') && !Path::new(text).exists()
}

/// The options of `text`, with `define` behind them.
fn over(text: &str, define: &[String]) -> Vec<String> {
    pieces(text).map(String::from).chain(define.iter().cloned()).collect()
}
