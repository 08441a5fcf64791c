//! Many configurations at once: a CSV of options in, a CSV of layouts out, row by row.
//!
//! A row whose options have no layout is an answer too (status `error`), so it never ends the batch. Only a file that
//! cannot be read as CSV with the columns `case` and `options` does.

use std::io::{self, Read, Write};

use crate::base::Bytes;
use crate::flink::layout::{JobManagerLayout, Layout, LayoutError, Options, ProcessKind, pair, pieces};
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

/// Why a batch ended early.
#[derive(Debug)]
pub enum BatchError {
    /// What was read is no table of cases.
    Input(String),
    /// The answer could not be written.
    Output(io::Error),
}

/// Most bytes of a table of cases, so that an endless input ends with a fault.
const MOST: u64 = 1 << 30;

/// Reads `cases` (columns `case` and `options` = `key=value;…`; others are ignored) and writes the layouts as CSV:
/// `case,options,status`, the components in bytes, `error`. Rows leave as they are answered.
///
/// # Errors
/// Not CSV, or one of the two columns is missing, or more than 1 GiB; the answer cannot be written.
pub fn batch(cases: impl Read, process: ProcessKind, out: &mut dyn Write) -> Result<(), BatchError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(cases.take(MOST));
    let header = reader.byte_headers().map_err(|error| BatchError::Input(error.to_string()))?;
    let found: Vec<String> = header.iter().map(|name| text(name).trim().to_string()).collect();
    let (case, options) = (column(&found, "case")?, column(&found, "options")?);
    let columns: &[&str] = if process == ProcessKind::TaskManager { &TASK_MANAGER } else { &JOB_MANAGER };
    let ends = (["case", "options", "status"], ["error"]);
    let mut write = |row: String| out.write_all(row.as_bytes()).map_err(BatchError::Output);
    write(line(ends.0.iter().chain(columns).chain(&ends.1)))?;
    for record in reader.byte_records() {
        let record = record.map_err(|error| BatchError::Input(error.to_string()))?;
        let field = |place: usize| text(record.get(place).unwrap_or_default());
        let options = if record.len() > options { Ok(field(options)) } else { Err("the row has no options") };
        write(row((&field(case), options), columns.len(), process))?;
    }
    Ok(())
}

/// The place of column `name`.
fn column(found: &[String], name: &str) -> Result<usize, BatchError> {
    let separated = found.len() == 1 && found[0].contains(';');
    let hint = if separated { " (columns are divided by commas)" } else { "" };
    let missing = || match found {
        [] => "is empty: expected a CSV with the columns `case` and `options`".to_string(),
        _ => format!("line 1: has no column `{name}`, expected `case` and `options` among {found:?}{hint}"),
    };
    let place = found.iter().position(|column| column.trim_start_matches('\u{feff}') == name);
    place.ok_or_else(|| BatchError::Input(missing()))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// One case with its answer.
fn row((case, options): (&str, Result<String, &str>), columns: usize, process: ProcessKind) -> String {
    let parsed = options.as_ref().map_err(ToString::to_string).and_then(|text| parse(text));
    let answer = parsed.and_then(|options| divide(&options, process).map_err(|error| error.to_string()));
    let options = options.as_deref().unwrap_or_default();
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
    let read = |piece| {
        let (key, value) = pair(piece).ok_or_else(|| format!("\"{piece}\" is not key=value"))?;
        Ok((key.to_string(), value.to_string()))
    };
    pieces(text).map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(cases: &str, process: ProcessKind) -> Result<String, BatchError> {
        let mut out = Vec::new();
        batch(cases.as_bytes(), process, &mut out)?;
        Ok(String::from_utf8(out).unwrap())
    }

    #[test]
    fn a_case_without_a_layout_is_a_row_like_any_other() {
        let cases = "case,note,options\n7,x,taskmanager.memory.process.size=600m\n8,y,\n9,z,what\n10\n";
        let answer = answer(cases, ProcessKind::TaskManager).unwrap();
        let rows: Vec<&str> = answer.lines().collect();
        assert!(rows.len() == 5 && rows[4].starts_with("10,,error"), "{answer}");
        assert!(rows[1].starts_with("7,taskmanager.memory.process.size=600m,error,,,"), "{answer}");
        assert!(rows[1].contains("159383552 bytes") && rows[3].contains("is not key=value"), "{answer}");
    }

    #[test]
    fn job_managers_have_columns_of_their_own() {
        let cases = "case,options\n0,jobmanager.memory.process.size=1600m\n";
        let answer = answer(cases, ProcessKind::JobManager).unwrap();
        let row =
            "0,jobmanager.memory.process.size=1600m,ok,1073741824,134217728,268435456,201326592,1207959552,1677721600,";
        assert_eq!(answer.lines().nth(1), Some(row));
    }

    #[test]
    fn what_is_no_table_of_cases_is_refused_with_its_line() {
        let refused = |text: &str| match answer(text, ProcessKind::TaskManager) {
            Err(BatchError::Input(why)) => why,
            other => panic!("{other:?}"),
        };
        assert!(refused("case,option\n").contains("no column `options`"));
        assert!(refused("case;options\n1;a=b\n").contains("divided by commas"));
        assert!(refused("").contains("is empty"));
    }
}
