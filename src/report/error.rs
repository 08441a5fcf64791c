//! Why results could not be written or resumed.

use std::fmt;
use std::path::{Path, PathBuf};

/// A fault with the file it concerns.
#[derive(Debug)]
pub struct ReportError {
    path: PathBuf,
    cause: String,
}

impl ReportError {
    pub(super) fn new(path: &Path, cause: impl fmt::Display) -> ReportError {
        ReportError { path: path.into(), cause: cause.to_string() }
    }

    /// For `map_err`: what could not be done with the file, then why.
    pub(super) fn io<'a>(path: &'a Path, what: &'a str) -> impl Fn(std::io::Error) -> ReportError + 'a {
        move |error| ReportError::new(path, format!("{what}: {error}"))
    }
}

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.cause)
    }
}

impl std::error::Error for ReportError {}
