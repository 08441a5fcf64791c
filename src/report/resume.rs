//! Picks up a results folder: finds the rows that are whole, and where each file must be cut so that only these stay.
//!
//! A run's ticks and buckets are written before its row in `runs.csv`. So a whole row says that all of its run is
//! there, and what follows the last whole row belongs to a run that must be done again.

use std::path::Path;

use csv::StringRecord;

use super::{ReportError, tables};
use crate::sweep::{Meta, Plan, Row};

/// The whole rows of `runs.csv`, and the length up to which it holds them.
pub(super) fn whole_rows(meta: &Meta, path: &Path) -> Result<(Vec<Row>, u64), ReportError> {
    let bytes = read(path)?;
    let header = tables::runs_header(meta);
    if !bytes.starts_with(header.as_bytes()) {
        if header.as_bytes().starts_with(&bytes) {
            return Ok((Vec::new(), 0));
        }
        return Err(ReportError::new(path, "has columns other than this sweep writes: run again without --resume"));
    }
    let plan = Plan::of(meta);
    let mut rows: Vec<Row> = Vec::new();
    let end = for_each_line(path, &bytes, |fields| {
        let key = plan.key(rows.len());
        if fields.get(0) != Some(key.index.to_string().as_str()) {
            return Err(format!("has index {} where {} is expected", fields.get(0).unwrap_or(""), key.index));
        }
        rows.push(tables::runs_parse(meta, key, fields)?);
        Ok(true)
    })?;
    Ok((rows, end))
}

/// The length up to which a file holds whole lines of runs before `end`, by the index that `index_of` reads.
pub(super) fn kept_length(
    path: &Path,
    end: usize,
    index_of: impl Fn(&StringRecord) -> Option<usize>,
) -> Result<u64, ReportError> {
    let bytes = read(path)?;
    for_each_line(path, &bytes, |fields| match index_of(fields) {
        Some(index) => Ok(index < end),
        None => Err("has no readable index: run again without --resume".into()),
    })
}

fn read(path: &Path) -> Result<Vec<u8>, ReportError> {
    std::fs::read(path).map_err(ReportError::io(path, "cannot be read"))
}

/// Visits whole lines after the header until `visit` says stop; returns where the first line begins that was not
/// kept. A last line without its line feed is not whole. 0 if not even the header is.
fn for_each_line(
    path: &Path,
    bytes: &[u8],
    mut visit: impl FnMut(&StringRecord) -> Result<bool, String>,
) -> Result<u64, ReportError> {
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |place| place + 1);
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(&bytes[..whole]);
    let (mut fields, mut number, mut end) = (StringRecord::new(), 0, 0);
    let fault = |number: usize, cause: String| ReportError::new(path, format!("line {number} {cause}"));
    while reader.read_record(&mut fields).map_err(|error| fault(number + 1, error.to_string()))? {
        number += 1;
        if number > 1 && !visit(&fields).map_err(|cause| fault(number, cause))? {
            break;
        }
        end = reader.position().byte();
    }
    Ok(end)
}
