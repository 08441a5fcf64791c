//! Many configurations at once: a CSV of options in, a CSV of layouts out, row by row.
//!
//! A row whose options have no layout is an answer too (status `error`), so it never ends the batch. Only a file that
//! cannot be read as CSV with the columns `case` and `options` does.

use std::io::Read;

use crate::base::Bytes;
use crate::memory::layout::{JobManagerLayout, Layout, LayoutError, Options, ProcessKind};
use crate::report::text::line;

const TASK_MANAGER: [&str; 13] = [
    "framework_heap",
    "task_heap",
    "framework_off_heap",
    "task_off_heap",
    "network",
    "managed",
    "jvm_metaspace",
    "jvm_overhead",
    "total_flink",
    "total_process",
    "xmx",
    "max_direct",
    "jvm_args",
];

const JOB_MANAGER: [&str; 6] =
    ["jvm_heap", "off_heap", "jvm_metaspace", "jvm_overhead", "total_flink", "total_process"];

/// Reads `cases` (columns `case` and `options` = `key=value;…`; others are ignored) and answers the layouts as CSV:
/// `case,options,status`, the components in bytes, `error`.
///
/// # Errors
/// Not CSV, or one of the two columns is missing; with the line, where there is one.
pub fn batch(cases: impl Read, process: ProcessKind) -> Result<String, String> {
    let mut reader = csv::Reader::from_reader(cases);
    let header = reader.headers().map_err(|error| error.to_string())?;
    let found: Vec<&str> = header.iter().collect();
    let place = |name: &str| {
        let missing = || format!("line 1: has no column `{name}`, expected `case` and `options` among {found:?}");
        found.iter().position(|column| column.trim_start_matches('\u{feff}') == name).ok_or_else(missing)
    };
    let (case, options) = (place("case")?, place("options")?);
    let columns: &[&str] = if process == ProcessKind::TaskManager { &TASK_MANAGER } else { &JOB_MANAGER };
    let ends = (["case", "options", "status"], ["error"]);
    let mut text = line(ends.0.iter().chain(columns).chain(&ends.1));
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        text += &row((&record[case], &record[options]), columns.len(), process);
    }
    Ok(text)
}

/// One case with its answer.
fn row((case, options): (&str, &str), columns: usize, process: ProcessKind) -> String {
    let answer = parse(options).and_then(|options| divide(&options, process).map_err(|error| error.to_string()));
    let (status, fields, error) = match answer {
        Ok(fields) => ("ok", fields, String::new()),
        Err(error) => ("error", vec![String::new(); columns], error),
    };
    let start = [case, options, status].map(String::from);
    line(start.into_iter().chain(fields).chain([error]))
}

fn divide(options: &Options, process: ProcessKind) -> Result<Vec<String>, LayoutError> {
    let texts = |sizes: &[Bytes]| sizes.iter().map(|size| size.0.to_string()).collect::<Vec<String>>();
    match process {
        ProcessKind::TaskManager => {
            let l = Layout::derive(options)?;
            let own = [l.framework_heap, l.task_heap, l.framework_off_heap, l.task_off_heap, l.network, l.managed];
            let totals = [l.metaspace, l.overhead, l.flink(), l.process(), l.jvm_heap(), l.direct()];
            let mut fields = texts(&own);
            fields.extend(texts(&totals));
            fields.push(l.jvm_flags());
            Ok(fields)
        }
        ProcessKind::JobManager => {
            let l = JobManagerLayout::derive(options)?;
            Ok(texts(&[l.jvm_heap, l.off_heap, l.metaspace, l.overhead, l.flink(), l.process()]))
        }
    }
}

/// Options from `key=value;key=value`; empty pieces are passed over, later values of a key win.
///
/// # Errors
/// A piece is not `key=value`.
fn parse(text: &str) -> Result<Options, String> {
    let pairs = text.split(';').filter(|piece| !piece.trim().is_empty());
    let pair = |piece: &str| {
        let (key, value) = piece.split_once('=').ok_or_else(|| format!("\"{piece}\" is not key=value"))?;
        Ok::<_, String>((key.trim().to_string(), value.trim().to_string()))
    };
    pairs.map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_without_a_layout_is_a_row_like_any_other() {
        let cases = "case,note,options\n7,x,taskmanager.memory.process.size=600m\n8,y,\n9,z,what\n";
        let answer = batch(cases.as_bytes(), ProcessKind::TaskManager).unwrap();
        let rows: Vec<&str> = answer.lines().collect();
        assert_eq!(rows.len(), 4);
        assert!(rows[1].starts_with("7,taskmanager.memory.process.size=600m,error,,,"), "{answer}");
        assert!(rows[1].contains("159383552 bytes") && rows[3].contains("is not key=value"), "{answer}");
    }

    #[test]
    fn job_managers_have_columns_of_their_own() {
        let cases = "case,options\n0,jobmanager.memory.process.size=1600m\n";
        let answer = batch(cases.as_bytes(), ProcessKind::JobManager).unwrap();
        let row =
            "0,jobmanager.memory.process.size=1600m,ok,1073741824,134217728,268435456,201326592,1207959552,1677721600,";
        assert_eq!(answer.lines().nth(1), Some(row));
    }

    #[test]
    fn what_is_no_table_of_cases_is_refused_with_its_line() {
        let refused = |text: &str| batch(text.as_bytes(), ProcessKind::TaskManager).unwrap_err();
        assert!(refused("case,option\n").contains("no column `options`"));
        assert!(refused("case,options\n1,a=b,c\n").contains("line: 2"), "{}", refused("case,options\n1,a=b,c\n"));
        assert!(refused("").contains("no column `case`"));
    }
}
