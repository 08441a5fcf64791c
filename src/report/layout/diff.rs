//! What changes between two sheets, quantity by quantity.

use serde_json::json;

use super::sheet::{Quantity, Row, Section, Sheet};
use crate::report::text::{line, size};

/// A quantity that the two sheets do not share.
pub struct Change {
    section: &'static str,
    title: String,
    row: Row,
    /// Its value in the first and in the second sheet; absent where that sheet does not have it.
    values: [Option<Quantity>; 2],
}

/// Every quantity whose value differs, in the order of the first sheet; what only the second has comes last in its
/// section.
pub fn changes(a: &Sheet, b: &Sheet) -> Vec<Change> {
    let mut changes = Vec::new();
    let keys = a.sections.iter().chain(b.sections.iter().filter(|section| find(a, section.key).is_none()));
    for section in keys {
        let sides = [find(a, section.key), find(b, section.key)];
        let rows = |side: usize| sides[side].map(|section| section.rows.as_slice()).unwrap_or_default();
        let value =
            |side: usize, row: &Row| rows(side).iter().find(|other| other.key == row.key).map(|r| r.value.clone());
        let only_second = rows(1).iter().filter(|row| value(0, row).is_none());
        for row in rows(0).iter().chain(only_second) {
            let values = [value(0, row), value(1, row)];
            if values[0] != values[1] {
                changes.push(Change { section: section.key, title: section.title.clone(), row: row.clone(), values });
            }
        }
    }
    changes
}

fn find<'a>(sheet: &'a Sheet, key: &str) -> Option<&'a Section> {
    sheet.sections.iter().find(|section| section.key == key)
}

impl Change {
    /// The second value minus the first, for people; empty for words.
    fn by(&self) -> String {
        match &self.values {
            [Some(Quantity::Bytes(a)), Some(Quantity::Bytes(b))] => {
                let by = b.as_f64() - a.as_f64();
                format!("{}{}", if by > 0.0 { "+" } else { "" }, size(by))
            }
            [Some(Quantity::Count(a)), Some(Quantity::Count(b))] => format!("{:+}", i128::from(*b) - i128::from(*a)),
            _ => String::new(),
        }
    }

    fn text(&self, side: usize, print: fn(&Quantity) -> String) -> String {
        self.values[side].as_ref().map(print).unwrap_or_default()
    }
}

/// The changes as aligned text.
pub fn table(changes: &[Change], (a, b): (&str, &str)) -> String {
    let mut text = format!("{a} -> {b}\n");
    if changes.is_empty() {
        return text + "\nNothing changes.\n";
    }
    let cells = |change: &Change| {
        let label = format!("{}{}", "  ".repeat(usize::from(change.row.depth)), change.row.label);
        [label, change.text(0, Quantity::readable), change.text(1, Quantity::readable), change.by()]
    };
    // Flags are too long for a column and stand on lines of their own.
    let short = |text: &str| Some(text.chars().count()).filter(|count| *count <= 40);
    let width = |column: usize| changes.iter().filter_map(|change| short(&cells(change)[column])).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2), width(3)];
    let mut title = "";
    for change in changes {
        if change.title != title {
            title = &change.title;
            text += &format!("\n{title}\n");
        }
        let [label, from, to, by] = cells(change);
        if [&from, &to].iter().any(|text| short(text).is_none()) {
            text += &format!("  {label}\n    - {from}\n    + {to}\n");
            continue;
        }
        let [w0, w1, w2, w3] = widths;
        text += format!("  {label:<w0$}  {from:>w1$} -> {to:>w2$}  {by:>w3$}").trim_end();
        text.push('\n');
    }
    text
}

/// The changes as a JSON list.
pub fn json(changes: &[Change], (a, b): (&str, &str)) -> String {
    let side = |change: &Change, side: usize| change.values[side].as_ref().map(Quantity::exact);
    let list = changes.iter().map(|change| {
        json!({ "section": change.section, "name": change.row.key, "a": side(change, 0), "b": side(change, 1),
                "unit": change.row.value.unit() })
    });
    format!("{:#}\n", json!({ "a": a, "b": b, "changes": list.collect::<Vec<_>>() }))
}

/// The changes as CSV.
pub fn csv(changes: &[Change]) -> String {
    let row = |change: &Change| {
        let [a, b] = [0, 1].map(|side| change.text(side, Quantity::exact));
        line([change.section, &change.row.key, &a, &b, change.row.value.unit()])
    };
    line(["section", "name", "a", "b", "unit"]) + &changes.iter().map(row).collect::<String>()
}
