//! The results folder of one sweep.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::manifest::TAXES;
use super::{Manifest, ReportError, histograms, resume, tables};
use crate::sweep::{Findings, Meta, Row, RowSink, RunKey, RunOutput, SinkError};

/// A file that only grows, by whole lines.
struct Lines {
    path: PathBuf,
    file: File,
}

impl Lines {
    /// Starts a file; an earlier one is removed first, as some file systems flush a file that is emptied and closed.
    fn create(path: PathBuf, header: &str) -> Result<Lines, ReportError> {
        remove(&path)?;
        let file = File::create(&path).map_err(ReportError::io(&path, "cannot be written"))?;
        let mut lines = Lines { path, file };
        lines.append(header)?;
        Ok(lines)
    }

    /// Cuts an existing file to `length` bytes and goes on there; an empty one starts with its header.
    fn reopen(path: PathBuf, length: u64, header: &str) -> Result<Lines, ReportError> {
        if length == 0 {
            return Lines::create(path, header);
        }
        let opened = OpenOptions::new().append(true).open(&path).and_then(|file| file.set_len(length).map(|()| file));
        let file = opened.map_err(ReportError::io(&path, "cannot be written"))?;
        Ok(Lines { path, file })
    }

    /// One call to the system, so that lines are seldom torn even by a kill.
    fn append(&mut self, text: &str) -> Result<(), ReportError> {
        if text.is_empty() {
            return Ok(());
        }
        let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.flush());
        written.map_err(ReportError::io(&self.path, "cannot be written"))
    }
}

/// A results folder that takes rows.
pub struct Results {
    folder: PathBuf,
    meta: Meta,
    runs: Lines,
    series: Lines,
    /// Absent where an earlier sweep has finished and merged it.
    part: Option<Lines>,
}

impl Results {
    /// Starts a folder afresh: earlier tables in it are replaced. Fails before any run if it cannot be written.
    pub fn create(folder: &Path, meta: &Meta, manifest: &Manifest) -> Result<Results, ReportError> {
        std::fs::create_dir_all(folder).map_err(ReportError::io(folder, "cannot be created"))?;
        let runs = Lines::create(folder.join("runs.csv"), &tables::runs_header(meta))?;
        for stale in ["summary.csv", "optimum.csv", "fragmentation_tax.csv", "histograms.csv"] {
            remove(&folder.join(stale))?;
        }
        manifest.write(&folder.join(Manifest::FILE))?;
        Ok(Results {
            series: Lines::create(folder.join("timeseries.csv"), &tables::series_header(meta))?,
            part: Some(Lines::create(folder.join(histograms::PART), &histograms::part_header())?),
            folder: folder.into(),
            meta: meta.clone(),
            runs,
        })
    }

    /// Goes on where a folder stops; also gives the rows that it holds. A folder without results starts afresh.
    /// Fails if the folder belongs to another scenario, seed or version.
    pub fn resume(folder: &Path, meta: &Meta, manifest: &Manifest) -> Result<(Results, Vec<Row>), ReportError> {
        let (manifest_path, runs_path) = (folder.join(Manifest::FILE), folder.join("runs.csv"));
        if !manifest_path.exists() && !runs_path.exists() {
            return Ok((Results::create(folder, meta, manifest)?, Vec::new()));
        }
        if let Some(difference) = manifest.difference(&Manifest::read(&manifest_path)?) {
            let cause = format!("cannot be resumed, as it holds results of {difference}");
            return Err(ReportError::new(folder, cause));
        }
        if !runs_path.exists() {
            return Ok((Results::create(folder, meta, manifest)?, Vec::new()));
        }
        let (rows, length) = resume::whole_rows(meta, &runs_path)?;
        if rows.is_empty() {
            return Ok((Results::create(folder, meta, manifest)?, rows));
        }
        let results = Results {
            runs: Lines::reopen(runs_path, length, &tables::runs_header(meta))?,
            series: reopen_series(folder, meta, rows.len())?,
            part: reopen_part(folder, rows.len())?,
            folder: folder.into(),
            meta: meta.clone(),
        };
        Ok((results, rows))
    }

    /// Writes the tables that need all rows. To be called once the sweep has ended.
    pub fn finish(self, findings: &Findings) -> Result<(), ReportError> {
        let put = |name: &str, text: String| {
            let path = self.folder.join(name);
            std::fs::write(&path, text).map_err(ReportError::io(&path, "cannot be written"))
        };
        put("summary.csv", tables::summary(&self.meta, findings))?;
        put("optimum.csv", tables::optimum(&self.meta, findings))?;
        if !findings.taxes.is_empty() {
            put(TAXES, tables::taxes(&self.meta, findings))?;
        }
        if let Some(part) = &self.part {
            put("histograms.csv", histograms::merged(&self.meta, &part.path)?)?;
            remove(&part.path)?;
        }
        Ok(())
    }
}

/// Cuts `timeseries.csv` to the first `rows` runs.
fn reopen_series(folder: &Path, meta: &Meta, rows: usize) -> Result<Lines, ReportError> {
    let path = folder.join("timeseries.csv");
    let (cells, replication) = (meta.cells.len(), meta.axes.len() + 2);
    let number = |fields: &csv::StringRecord, place: usize| fields.get(place)?.parse::<usize>().ok();
    let index = |fields: &csv::StringRecord| Some(number(fields, replication)? * cells + number(fields, 0)?);
    let length = resume::kept_length(&path, rows, index)?;
    Lines::reopen(path, length, &tables::series_header(meta))
}

/// Cuts the buckets of runs to the first `rows` runs; a folder whose sweep was finished has none left.
fn reopen_part(folder: &Path, rows: usize) -> Result<Option<Lines>, ReportError> {
    let path = folder.join(histograms::PART);
    if !path.exists() && folder.join("histograms.csv").exists() {
        return Ok(None);
    }
    let length = resume::kept_length(&path, rows, |fields| fields.get(0)?.parse().ok())?;
    Lines::reopen(path, length, &histograms::part_header()).map(Some)
}

fn remove(path: &Path) -> Result<(), ReportError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(ReportError::new(path, format!("cannot be replaced: {error}")))
        }
        _ => Ok(()),
    }
}

impl RowSink for Results {
    /// Ticks and buckets first, the row last: a whole row vouches for all of its run.
    fn accept(&mut self, key: &RunKey, output: &RunOutput) -> Result<(), SinkError> {
        let Some(part) = &mut self.part else {
            return Err(format!("{} is gone: run again without --resume", histograms::PART).into());
        };
        self.series.append(&tables::series_rows(&self.meta, key, output))?;
        part.append(&histograms::part_rows(key, output))?;
        self.runs.append(&tables::runs_row(&self.meta, key, &output.status, &output.record))?;
        Ok(())
    }
}
