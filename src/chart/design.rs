//! How a sweep becomes lines: one line for each combination of the axes other than heap and cores.

use super::error::ChartError;
use super::number::Unit;
use super::table::{FULL_MODEL, Table};
use super::tables::Tables;

/// At most this many lines are told apart on one chart.
pub const LINES: usize = 6;

/// One line of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What the legend calls it.
    pub label: String,
    values: Vec<String>,
}

/// The roles of the axes, and the lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Design {
    /// The axis that moves the heap.
    pub heap: Option<String>,
    /// The axis that moves the cores, and the value of it that charts without room for that axis show (the first one).
    pub cores: Option<(String, String)>,
    /// The lines, in the order of the file.
    pub lines: Vec<Line>,
    /// How many lines were left out because there are more than [`LINES`]; those kept have the highest throughput.
    pub dropped: usize,
    many_cores: bool,
    axes: Vec<String>,
}

/// The last word of a dotted key.
pub fn short(key: &str) -> &str {
    key.rsplit('.').next().unwrap_or(key)
}

/// A value of an axis as people read it: sizes in GiB, lists without brackets and quotes, words as they are.
pub fn value_text(axis: &str, value: &str) -> String {
    let sized = ["heap", "memory", "bytes", "size"].iter().any(|word| axis.contains(word));
    if let Some(list) = value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return list.replace('"', "");
    }
    match value.parse::<f64>() {
        Ok(number) if sized && number >= 1024.0 => Unit::Bytes.write(number),
        Ok(number) if number.abs() >= 10_000.0 => Unit::Plain.write(number),
        _ => value.to_string(),
    }
}

/// Whether an axis equals a numeric column in every row.
fn equals(table: &Table, axis: &str, column: &str) -> bool {
    let Ok(numbers) = table.numbers(column) else { return false };
    table.rows() > 0 && (0..table.rows()).all(|row| table.word(row, axis).parse::<f64>() == Ok(numbers.at(row)))
}

fn is_heap(tables: &Tables, table: &Table, axis: &str) -> bool {
    let equal = |column| tables.get("summary").is_some_and(|summary| equals(summary, axis, column));
    short(axis).contains("heap")
        || equal("heap_bytes")
        || equal("heap_per_core_bytes")
        || tables.get("optimum").is_some_and(|optimum| {
            let numeric = (0..table.rows()).all(|row| table.word(row, axis).parse::<f64>().is_ok());
            table.rows() > 0 && numeric && !optimum.axes().iter().any(|known| known == axis)
        })
}

fn is_cores(tables: &Tables, axis: &str) -> bool {
    short(axis).contains("cores") || tables.get("summary").is_some_and(|table| equals(table, axis, "cores_count"))
}

/// Labels lines by the axes that tell them apart; words say themselves which axis they are of.
fn label(axes: &[String], varies: &[bool], values: &[String]) -> String {
    let mut parts = Vec::new();
    for ((axis, value), _) in axes.iter().zip(values).zip(varies).filter(|(_, varies)| **varies) {
        let word = value.parse::<f64>().is_err() && !matches!(value.as_str(), "true" | "false");
        let text = value_text(axis, value);
        parts.push(if word { text } else { format!("{} {text}", short(axis)) });
    }
    parts.join(" · ")
}

impl Design {
    /// Finds the roles of axes and the lines. Empty (no lines) if no table has rows.
    ///
    /// # Errors
    /// A column that is needed to choose among many lines holds a text instead of numbers.
    pub fn of(tables: &Tables) -> Result<Design, ChartError> {
        let mut design =
            Design { heap: None, cores: None, lines: Vec::new(), dropped: 0, many_cores: false, axes: Vec::new() };
        let names = ["summary", "timeseries", "histograms", "optimum"];
        let Some(table) = names.iter().filter_map(|name| tables.get(name)).find(|table| table.rows() > 0) else {
            return Ok(design);
        };
        for axis in table.axes() {
            if design.cores.is_none() && is_cores(tables, axis) {
                let first = table.word(0, axis);
                design.many_cores = (0..table.rows()).any(|row| table.word(row, axis) != first);
                design.cores = Some((axis.clone(), first.to_string()));
            } else if design.heap.is_none() && is_heap(tables, table, axis) {
                design.heap = Some(axis.clone());
            } else {
                design.axes.push(axis.clone());
            }
        }
        design.find_lines(table, &tables.context.scenario);
        design.keep_best(tables)?;
        Ok(design)
    }

    fn values(&self, table: &Table, row: usize) -> Vec<String> {
        self.axes.iter().map(|axis| table.word(row, axis).to_string()).collect()
    }

    fn find_lines(&mut self, table: &Table, scenario: &str) {
        let mut found: Vec<Vec<String>> = Vec::new();
        for row in 0..table.rows() {
            let values = self.values(table, row);
            if !found.contains(&values) {
                found.push(values);
            }
        }
        let varies: Vec<bool> =
            (0..self.axes.len()).map(|i| found.iter().any(|values| values[i] != found[0][i])).collect();
        for values in found {
            let text = label(&self.axes, &varies, &values);
            let text = if text.is_empty() { label(&self.axes, &vec![true; values.len()], &values) } else { text };
            let text = if text.is_empty() { scenario.to_string() } else { text };
            self.lines.push(Line { label: text, values });
        }
    }

    fn keep_best(&mut self, tables: &Tables) -> Result<(), ChartError> {
        if self.lines.len() <= LINES {
            return Ok(());
        }
        let mut best = vec![f64::NEG_INFINITY; self.lines.len()];
        if let Some(summary) = tables.get("summary") {
            let mean = summary.numbers("mean")?;
            for row in summary.with_ablation(FULL_MODEL).filter(|&row| is_throughput(summary.word(row, "metric"))) {
                if let Some(line) = self.line(summary, row) {
                    best[line] = best[line].max(mean.at(row));
                }
            }
        }
        let mut order: Vec<usize> = (0..best.len()).collect();
        order.sort_by(|a, b| best[*b].total_cmp(&best[*a]));
        order.truncate(LINES);
        order.sort_unstable();
        self.dropped = self.lines.len() - LINES;
        self.lines = order.into_iter().map(|index| self.lines[index].clone()).collect();
        Ok(())
    }

    /// The line that a row belongs to, whatever its cores; none where the line is not shown.
    pub fn line_of_any_cores(&self, table: &Table, row: usize) -> Option<usize> {
        let same = |line: &Line| self.axes.iter().zip(&line.values).all(|(axis, value)| table.word(row, axis) == value);
        self.lines.iter().position(same)
    }

    /// The line that a row belongs to; none where the row has other cores than the charts show.
    pub fn line(&self, table: &Table, row: usize) -> Option<usize> {
        let other = self.cores.as_ref().is_some_and(|(axis, value)| table.word(row, axis) != value);
        if other { None } else { self.line_of_any_cores(table, row) }
    }

    /// What the subtitle should say of choices made here.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if let Some((axis, value)) = self.cores.as_ref().filter(|_| self.many_cores) {
            notes.push(format!("{} {value}", short(axis)));
        }
        if self.dropped > 0 {
            let all = self.lines.len() + self.dropped;
            notes.push(format!("the {LINES} of {all} combinations with the highest throughput"));
        }
        notes
    }
}

/// Whether a metric is the throughput that curves show.
pub fn is_throughput(metric: &str) -> bool {
    metric == "throughput_records_per_s_mean"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(summary: &str) -> (tempfile::TempDir, Tables) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("summary.csv"), summary).unwrap();
        let tables = Tables::open(dir.path(), &["summary"]).unwrap();
        (dir, tables)
    }

    #[test]
    fn axes_take_their_roles_from_name_or_values() {
        let text = "cell,policies.allocation,groups.w.d,groups.w.cores,ablation,heap_bytes,cores_count,metric,mean\n\
                    0,drf,1073741824,4,none,1073741824,4,m,1\n1,max-min,2147483648,4,none,2147483648,4,m,1\n\
                    2,drf,1073741824,8,none,1073741824,8,m,1\n";
        let (_dir, tables) = tables(text);
        let design = Design::of(&tables).unwrap();
        assert_eq!(design.heap.as_deref(), Some("groups.w.d"));
        assert_eq!(design.cores, Some(("groups.w.cores".into(), "4".into())));
        assert_eq!(design.lines.iter().map(|line| line.label.as_str()).collect::<Vec<_>>(), ["drf", "max-min"]);
        let table = tables.get("summary").unwrap();
        assert_eq!((design.line(table, 1), design.line(table, 2)), (Some(1), None));
        assert_eq!(design.line_of_any_cores(table, 2), Some(0));
        assert_eq!(design.notes(), ["cores 4"]);
    }

    #[test]
    fn labels_name_the_axes_that_differ() {
        let axes = ["policies.spill".to_string(), "x.size".to_string(), "policies.unified".to_string()];
        let values = ["lru".to_string(), "1073741824".to_string(), "true".to_string()];
        assert_eq!(label(&axes, &[true, true, false], &values), "lru · size 1 GiB");
        assert_eq!(label(&axes, &[false, false, true], &values), "unified true");
    }

    #[test]
    fn of_many_lines_the_fastest_stay() {
        let rows: String = (0..9)
            .map(|i| {
                format!("{i},p{i},none,throughput_records_per_s_mean,{}\n", if i == 8 { 1e9 } else { f64::from(i) })
            })
            .collect();
        let (_dir, tables) = tables(&format!("cell,policies.a,ablation,metric,mean\n{rows}"));
        let design = Design::of(&tables).unwrap();
        let labels: Vec<&str> = design.lines.iter().map(|line| line.label.as_str()).collect();
        assert_eq!(labels, ["p3", "p4", "p5", "p6", "p7", "p8"]);
        assert_eq!(design.dropped, 3);
    }
}
