//! A sheet as text for people, as JSON, and as CSV.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Value, json};

use super::sheet::{Quantity, Row, Section, Sheet};
use crate::report::text::{hanging, line};

/// The sheet as aligned text of at most `width` columns where its words allow.
pub fn table(sheet: &Sheet, width: usize) -> String {
    let mut text = format!("Memory of a {}, Flink {}: {}\n", sheet.process_title(), sheet.version, sheet.subject);
    for section in &sheet.sections {
        text += &format!("\n{}\n{}", section.title, rows(section, width));
    }
    if !sheet.warnings.is_empty() {
        text += "\nWarnings\n";
        for (place, warning) in &sheet.warnings {
            let place = if place.is_empty() { String::new() } else { format!("{place}: ") };
            text += &hanging("  - ", &format!("{place}{warning}"), 4, width);
            text.push('\n');
        }
    }
    text
}

/// Values up to this many characters stand in a column; longer ones, such as flags, are folded like words.
const COLUMN: usize = 12;

fn rows(section: &Section, width: usize) -> String {
    let widths = [0, 1, 2, 3].map(|column| {
        let cells = section.rows.iter().map(|row| cells(row)[column].chars().count());
        cells.filter(|count| column != 2 || *count <= COLUMN).max().unwrap_or(0)
    });
    let mut text = String::new();
    for row in &section.rows {
        let [label, exact, readable, share] = cells(row);
        let mut line = format!("  {label:<0$}", widths[0]);
        let mut add = |cell: &str, width: usize| {
            if width > 0 {
                line += &format!("  {cell:>width$}");
            }
        };
        add(&exact, widths[1]);
        let words = if readable.chars().count() > COLUMN {
            format!("{readable} {}", row.from)
        } else {
            add(&readable, widths[2]);
            add(&share, widths[3]);
            row.from.clone()
        };
        line += "  ";
        text += &hanging(&line, &words, line.chars().count(), width);
        text.push('\n');
    }
    text
}

/// Label, bytes, value and share of a row.
fn cells(row: &Row) -> [String; 4] {
    let label = format!("{}{}", "  ".repeat(usize::from(row.depth)), row.label);
    let exact = if let Quantity::Bytes(bytes) = row.value { bytes.0.to_string() } else { String::new() };
    let share = row.share.map(|share| format!("{:.1} %", 100.0 * share)).unwrap_or_default();
    [label, exact, row.value.readable(), share]
}

/// The sheet as one JSON object: sections by name, in each the quantities by name.
pub fn json(sheet: &Sheet) -> String {
    // Writing into a string cannot fail, and every key is a text.
    let text = serde_json::to_string_pretty(sheet).unwrap_or_default();
    text + "\n"
}

impl Serialize for Sheet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("process", self.process_name())?;
        map.serialize_entry("subject", &self.subject)?;
        map.serialize_entry("flink", &self.version.to_string())?;
        for section in &self.sections {
            map.serialize_entry(section.key, section)?;
        }
        let warnings = self.warnings.iter().map(|(place, text)| json!({ "where": place, "text": text }));
        map.serialize_entry("warnings", &warnings.collect::<Vec<Value>>())?;
        map.end()
    }
}

impl Serialize for Section {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.rows.iter().map(|row| (&row.key, row)))
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = match &self.value {
            Quantity::Bytes(bytes) => json!(bytes.0),
            Quantity::Count(count) => json!(count),
            Quantity::Share(share) => json!(share),
            Quantity::Cores(cpu) => json!(cpu.as_f64()),
            Quantity::Text(text) => json!(text),
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("value", &value)?;
        map.serialize_entry("unit", self.value.unit())?;
        if !self.from.is_empty() {
            map.serialize_entry("from", &self.from)?;
        }
        if let Some(provenance) = &self.provenance {
            map.serialize_entry("how", provenance.how)?;
            map.serialize_entry("option", &provenance.option)?;
            map.serialize_entry("place", &provenance.place)?;
        }
        map.end()
    }
}

/// The sheet as CSV, one quantity a row.
pub fn csv(sheet: &Sheet) -> String {
    let mut text = line(["section", "name", "value", "unit", "from"]);
    for section in &sheet.sections {
        for row in &section.rows {
            text += &line([section.key, &row.key, &row.value.exact(), row.value.unit(), &row.from]);
        }
    }
    for (place, (origin, warning)) in sheet.warnings.iter().enumerate() {
        text += &line(["warnings", &format!("warning_{}", place + 1), warning, "text", origin]);
    }
    text
}
