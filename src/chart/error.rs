//! What can go wrong between a results directory and a picture.

use std::fmt;
use std::path::PathBuf;

/// A fault of the input or of the disk; names the place and the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChartError {
    /// A file or directory cannot be read or written, or is no table of ours.
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// A cell that should hold a number holds something else.
    Value {
        /// The file.
        path: PathBuf,
        /// The column's name.
        column: String,
        /// The line in the file, counted from 1.
        line: u64,
        /// What stands there.
        value: String,
    },
    /// There is no chart of that name.
    UnknownChart {
        /// The name that was asked for.
        name: String,
        /// The name that was probably meant.
        nearest: Option<&'static str>,
        /// All names.
        known: Vec<&'static str>,
    },
}

impl fmt::Display for ChartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ChartError::File { path, problem } => write!(f, "{}: {problem}", path.display()),
            ChartError::Value { path, column, line, value } => write!(
                f,
                "{}: line {line}, column \"{column}\": \"{value}\" is not a number (expected a number or nothing)",
                path.display()
            ),
            ChartError::UnknownChart { name, nearest, known } => {
                write!(f, "there is no chart \"{name}\"")?;
                if let Some(nearest) = nearest {
                    write!(f, ", did you mean \"{nearest}\"?")?;
                }
                write!(f, " (charts: {})", known.join(", "))
            }
        }
    }
}

impl std::error::Error for ChartError {}
