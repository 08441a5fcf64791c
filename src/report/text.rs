//! How values become text: exact for files, short for people.

use crate::base::Bytes;

/// The shortest text that reads back as the same float; empty for none. Never depends on a locale.
pub(super) fn number(value: impl Into<Option<f64>>) -> String {
    match value.into() {
        None => String::new(),
        Some(0.0) => "0".into(),
        Some(value) if (1e-5..1e16).contains(&value.abs()) => format!("{value}"),
        Some(value) => format!("{value:e}"),
    }
}

/// One line of CSV, quoted where needed, with its line feed. Line breaks inside a field become spaces, so that a
/// file cut anywhere still shows which lines are whole.
pub(super) fn line<S: AsRef<str>>(fields: impl IntoIterator<Item = S>) -> String {
    let mut text = String::new();
    for (place, field) in fields.into_iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        let field = field.as_ref().replace(['\n', '\r'], " ");
        if field.contains([',', '"']) {
            text.push_str(&format!("\"{}\"", field.replace('"', "\"\"")));
        } else {
            text.push_str(&field);
        }
    }
    text.push('\n');
    text
}

/// Four significant digits, with commas between thousands: "123,500", "0.04217".
pub(super) fn short(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    let size = value.abs().log10().floor() as i32;
    if !(-5..15).contains(&size) {
        return format!("{value:.3e}");
    }
    let unit = 10f64.powi((size - 3).max(0));
    let rounded = if unit > 1.0 { (value / unit).round() * unit } else { value };
    let text = format!("{rounded:.*}", (3 - size).max(0) as usize);
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction = fraction.trim_end_matches('0');
    let dot = if fraction.is_empty() { "" } else { "." };
    format!("{}{dot}{fraction}", thousands(whole))
}

fn thousands(whole: &str) -> String {
    let digits = whole.trim_start_matches('-');
    let mut text: String = whole.chars().take(whole.len() - digits.len()).collect();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `head`, then the words of `text`: no line is wider than `width`, and those after the first begin at column `indent`. A
/// word that is longer than a line stays whole. Without a line feed at the end.
pub fn hanging(head: &str, text: &str, indent: usize, width: usize) -> String {
    let (mut lines, mut used) = (head.to_string(), head.chars().count());
    for (place, word) in text.split_whitespace().enumerate() {
        let long = word.chars().count();
        if place > 0 && used + 1 + long > width {
            lines += &format!("\n{:indent$}", "");
            used = indent;
        } else if place > 0 {
            lines.push(' ');
            used += 1;
        }
        lines += word;
        used += long;
    }
    lines.trim_end().into()
}

/// A table under its head, the first row. The first `left` columns begin at their left edge, the others end at their right
/// one, the last may be `text` that begins at its left edge and is as long as it is. A column with nothing below its head is
/// left out. In a row that is shorter than the head, the last cell is such a text too.
pub(super) fn aligned(rows: &[Vec<String>], left: usize, text: bool) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let free = |row: &[String], place: usize| place + 1 == row.len() && (text || row.len() < columns);
    let width = |column: usize, rows: &[Vec<String>]| {
        let cells = rows.iter().filter(|row| !free(row, column)).filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let below = rows.get(1..).unwrap_or_default();
    let empty = |column: usize| below.iter().all(|row| row.get(column).is_none_or(String::is_empty));
    let mut lines = String::new();
    for row in rows {
        let mut line = String::new();
        for (place, cell) in row.iter().enumerate().filter(|(place, _)| !empty(*place)) {
            line += "  ";
            let width = width(place, rows);
            line += &match (free(row, place), place < left) {
                (true, _) => cell.clone(),
                (false, true) => format!("{cell:<width$}"),
                (false, false) => format!("{cell:>width$}"),
            };
        }
        lines += line.trim_end();
        lines.push('\n');
    }
    lines
}

/// A number of bytes for people.
pub(super) fn size(bytes: f64) -> String {
    let text = Bytes::from_f64(bytes.abs()).to_string();
    if bytes < 0.0 { format!("-{text}") } else { text }
}

/// A share as a signed percentage: "+4.1 %".
pub(super) fn percent(share: f64) -> String {
    format!("{:+.1} %", 100.0 * share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_for_files() {
        let got = [0.1, -0.0, 4294967296.0, 1e300, 1.5e-9, 1e16].map(number);
        assert_eq!(got, ["0.1", "0", "4294967296", "1e300", "1.5e-9", "1e16"]);
        assert_eq!(number(None), "");
    }

    #[test]
    fn numbers_for_people() {
        let got = [123_456.0, 0.042_171, -1_234.5, 12.0, 99.999_99, 7e20].map(short);
        assert_eq!(got, ["123,500", "0.04217", "-1,234", "12", "100", "7.000e20"]);
        assert_eq!((size(-1.5 * 1048576.0), percent(0.041)), ("-1.5 MiB".into(), "+4.1 %".into()));
    }

    #[test]
    fn words_stay_in_their_column() {
        assert_eq!(hanging("  a  ", "bb cc dd", 5, 10), "  a  bb cc\n     dd");
        assert_eq!(hanging("  ", "aa bb cc dddddddd", 2, 7), "  aa bb\n  cc\n  dddddddd");
        assert_eq!(hanging("  a", "", 5, 10), "  a");
        assert_eq!(hanging("", "", 2, 7), "");
    }

    #[test]
    fn columns_are_as_wide_as_their_cells_and_empty_ones_are_left_out() {
        let rows = |text: &[&[&str]]| -> Vec<Vec<String>> {
            text.iter().map(|row| row.iter().map(|cell| cell.to_string()).collect()).collect()
        };
        let table = rows(&[&["log", "a", "empty", "bb"], &["one", "100", "", "2"], &["three", "none at all"]]);
        assert_eq!(aligned(&table, 1, false), "  log      a  bb\n  one    100   2\n  three  none at all\n");
        let table = rows(&[&["key", "n", "why"], &["x", "10", "since it is so"]]);
        assert_eq!(aligned(&table, 1, true), "  key   n  why\n  x    10  since it is so\n");
        assert_eq!(aligned(&[], 1, false), "");
    }

    #[test]
    fn lines_hold_one_row_each() {
        assert_eq!(line(["a", "b,c", "say \"x\"", "two\nlines"]), "a,\"b,c\",\"say \"\"x\"\"\",two lines\n");
    }

    proptest! {
        #[test]
        fn files_keep_every_bit(value in any::<f64>().prop_filter("finite", |v| v.is_finite())) {
            prop_assert_eq!(number(value).parse::<f64>().unwrap(), value);
        }
    }
}
