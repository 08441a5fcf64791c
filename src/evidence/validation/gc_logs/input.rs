//! Which logs are meant: files, folders, and lists of either.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use super::events;
use crate::gc_study::calibrate::{self, Logs};

/// Reads all that `paths` name.
///
/// # Errors
/// Every fault of every file.
pub fn read(paths: &[PathBuf]) -> Result<Logs, Vec<String>> {
    let (mut files, mut tables, mut faults) = (Vec::new(), Vec::new(), Vec::new());
    for path in paths {
        if path.is_dir() {
            match folder(path) {
                Ok(found) => files.extend(found),
                Err(fault) => faults.push(fault),
            }
        } else if is_table(path) {
            tables.push(path);
        } else {
            files.push(path.clone());
        }
    }
    let mut logs = Logs::default();
    for path in tables {
        match table(path) {
            Ok(Found::Files(found)) => files.extend(found),
            Ok(Found::Logs(found)) => logs.runs.extend(found.runs),
            Err(found) => faults.extend(found),
        }
    }
    if !files.is_empty() {
        match calibrate::read(&files) {
            Ok(found) => {
                logs.runs.extend(found.runs);
                logs.remarks.extend(found.remarks);
                logs.lines = found.lines;
            }
            Err(found) => faults.extend(found.iter().map(|fault| format!("error: {fault}"))),
        }
    }
    if faults.is_empty() { Ok(logs) } else { Err(faults) }
}

/// What a table leads to.
enum Found {
    Files(Vec<PathBuf>),
    Logs(Logs),
}

fn is_table(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    name.trim_end_matches(".gz").ends_with(".csv")
}

/// The logs in a folder and the folders within, in the order of their paths; hidden files and tables are passed over, and
/// so are links to folders, which may lead back.
fn folder(path: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    gather(path, &mut found)?;
    found.sort();
    if found.is_empty() { Err(format!("{}: error: has no log in it", path.display())) } else { Ok(found) }
}

fn gather(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), String> {
    let entries =
        fs::read_dir(folder).map_err(|error| format!("{}: error: cannot be read: {error}", folder.display()))?;
    for entry in entries.flatten() {
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            gather(&path, found)?;
        } else if path.is_file() && !is_table(&path) {
            found.push(path);
        }
    }
    Ok(())
}

fn table(path: &Path) -> Result<Found, Vec<String>> {
    let unreadable = |error: std::io::Error| vec![format!("{}: error: cannot be read: {error}", path.display())];
    let file = BufReader::new(File::open(path).map_err(unreadable)?);
    let mut reader = csv::ReaderBuilder::new().from_reader(crate::input::unpacked(file).map_err(unreadable)?);
    let name = path.display().to_string();
    let header = reader.headers().map_err(|error| vec![format!("{name}:1: error: {error}")])?.clone();
    let place = |column: &str| header.iter().position(|name| name.trim().trim_start_matches('\u{feff}') == column);
    let Some(log) = place("log") else {
        return Err(vec![format!("{name}:1: error: has no column `log`, which names a log in each row")]);
    };
    if place("time_s").is_some() && place("kind").is_some() {
        return events::read(&name, &mut reader, &header).map(Found::Logs);
    }
    let (mut files, mut faults) = (Vec::new(), Vec::new());
    for record in reader.records() {
        match record {
            Ok(record) => files.push(path.with_file_name(record.get(log).unwrap_or_default().trim())),
            Err(error) => faults.push(format!("{name}: error: {error}")),
        }
    }
    if files.is_empty() && faults.is_empty() {
        faults.push(format!("{name}: error: has no row below its header"));
    }
    if faults.is_empty() { Ok(Found::Files(files)) } else { Err(faults) }
}
