//! The files of a log in the order of time: rotated files may be given in any order.

use super::decorations::Decorated;
use super::stamps::{self, Stamp};
use super::text::Scan;
use crate::input::Lines;
use crate::input::{Fault, InputError};
use std::cmp::Ordering;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// The first time of a file is looked for in so many lines.
const SEARCHED: u64 = 1000;

/// A file to be read.
struct Source {
    path: PathBuf,
    first: Stamp,
}

/// Opens a file; its name is for faults.
pub(super) fn open(path: &Path) -> Result<Lines<'static>, InputError> {
    let name = path.display().to_string();
    let lines = File::open(path).and_then(Lines::of);
    lines.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => InputError::of_file(&name, Fault::Missing, "a garbage-collection log"),
        _ => unreadable(&name, 0, &error),
    })
}

/// The fault of a file that cannot be read on after `line`.
pub(super) fn unreadable(name: &str, line: u64, error: &io::Error) -> InputError {
    let fault = match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => Fault::CutShort,
        _ => Fault::Unreadable,
    };
    InputError::of_file(name, fault, "a readable file, plain or whole gzip").at(line).found(&error.to_string())
}

/// The paths in the order of time, or every fault in opening them.
pub(super) fn in_order(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Vec<InputError>> {
    let mut sources = Vec::new();
    let mut faults = Vec::new();
    for path in paths {
        match open(path) {
            Ok(lines) => sources.push(Source { path: path.clone(), first: first_stamp(lines) }),
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    if sources.iter().all(|source| source.first.wall_s.is_some()) {
        sources.sort_by(|a, b| compare(a.first.wall_s, b.first.wall_s));
    } else if sources.iter().all(|source| source.first.uptime_s.is_some()) {
        sources.sort_by(|a, b| compare(a.first.uptime_s, b.first.uptime_s));
    } else {
        sources.sort_by_key(|source| rotation(&source.path));
    }
    Ok(sources.into_iter().map(|source| source.path).collect())
}

fn compare(a: Option<f64>, b: Option<f64>) -> Ordering {
    a.unwrap_or_default().total_cmp(&b.unwrap_or_default())
}

/// Without times, the number at the end of the name tells; the file without a number is the one being written.
fn rotation(path: &Path) -> u64 {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let name = name.strip_suffix(".current").unwrap_or(name);
    name.rsplit('.').next().and_then(|end| end.parse().ok()).unwrap_or(u64::MAX)
}

/// The first time that a file mentions. Faults come up again when it is read.
fn first_stamp(mut lines: Lines) -> Stamp {
    while let Ok(Some(line)) = lines.next_line() {
        let stamp = stamp(line.text);
        if !stamp.is_none() || line.number >= SEARCHED {
            return stamp;
        }
    }
    Stamp::default()
}

/// The time of a line of either format.
fn stamp(text: &[u8]) -> Stamp {
    let decorated = Decorated::read(text);
    match decorated.count {
        0 => stamps::leading(&mut Scan::new(text)),
        _ => decorated.stamp,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered(files: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let paths: Vec<PathBuf> = files.iter().map(|(name, _)| folder.path().join(name)).collect();
        for (path, (_, text)) in paths.iter().zip(files) {
            std::fs::write(path, text).unwrap();
        }
        let name = |path: PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
        in_order(&paths).unwrap().into_iter().map(name).collect()
    }

    #[test]
    fn files_are_joined_by_time() {
        let unified = [("gc.log", "[30.5s] x"), ("gc.log.1", "[20.5s] x"), ("gc.log.0", "\n[10.5s] x")];
        assert_eq!(ordered(&unified), ["gc.log.0", "gc.log.1", "gc.log"]);
        let dated = [("a", "2014-06-25T00:10:58.039+0000: 0.4: x"), ("b", "2014-06-24T00:10:58.039+0000: 9.4: x")];
        assert_eq!(ordered(&dated), ["b", "a"]);
        assert_eq!(
            ordered(&[("gc.log", "x"), ("gc.log.10", "x"), ("gc.log.9", "x")]),
            ["gc.log.9", "gc.log.10", "gc.log"]
        );
    }

    #[test]
    fn all_missing_files_are_told_at_once() {
        let faults = in_order(&["no/a.log".into(), "no/b.log".into()]).unwrap_err();
        assert_eq!(faults.iter().map(|fault| fault.fault).collect::<Vec<_>>(), [Fault::Missing; 2]);
    }
}
