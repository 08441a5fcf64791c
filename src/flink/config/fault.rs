//! Faults of a configuration file, collected so that a user sees all of them at once.

use std::fmt;

/// Faults that are told one by one; those beyond are counted.
const TOLD: usize = 100;

/// One thing that is wrong with a configuration file, and what was expected instead.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConfigFault {
    /// The file, as the user named it.
    pub file: String,
    /// The line, from 1; `None` for the file as a whole.
    pub line: Option<u32>,
    /// What is wrong and what was expected.
    pub message: String,
}

impl ConfigFault {
    /// "file:line", or the file alone.
    pub fn place(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line}", self.file),
            None => self.file.clone(),
        }
    }
}

/// `file:line: error: message`.
impl fmt::Display for ConfigFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: error: {}", self.place(), self.message)
    }
}

impl std::error::Error for ConfigFault {}

/// The faults found so far in one file.
#[derive(Debug)]
pub struct Faults {
    file: String,
    list: Vec<ConfigFault>,
    untold: usize,
}

impl Faults {
    /// No faults yet in `file`.
    pub fn new(file: &str) -> Faults {
        Faults { file: file.into(), list: Vec::new(), untold: 0 }
    }

    /// The file, as the user named it.
    pub fn name(&self) -> &str {
        &self.file
    }

    /// Whether nothing is wrong so far.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Something wrong with the file as a whole.
    pub fn file(&mut self, message: impl Into<String>) {
        self.push(None, message.into());
    }

    /// Something wrong at `line`.
    pub fn at(&mut self, line: u32, message: impl Into<String>) {
        self.push(Some(line), message.into());
    }

    fn push(&mut self, line: Option<u32>, message: String) {
        if self.list.len() < TOLD {
            self.list.push(ConfigFault { file: self.file.clone(), line, message });
        } else {
            self.untold += 1;
        }
    }

    /// All faults, by line.
    pub fn told(mut self) -> Vec<ConfigFault> {
        self.list.sort();
        self.list.dedup();
        if self.untold > 0 {
            let message = format!("{} more faults are not listed", self.untold);
            self.list.push(ConfigFault { file: self.file, line: None, message });
        }
        self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_come_by_line_and_a_flood_is_counted() {
        let mut faults = Faults::new("config.yaml");
        (0..TOLD as u32 + 5).rev().for_each(|line| faults.at(line + 1, "wrong"));
        let told = faults.told();
        assert_eq!((told.len(), told[0].to_string().as_str()), (TOLD + 1, "config.yaml:6: error: wrong"));
        assert_eq!(told[TOLD].to_string(), "config.yaml: error: 5 more faults are not listed");
        assert_eq!(Faults::new("x").told(), []);
    }
}
