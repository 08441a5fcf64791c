//! Text in lines that fit the terminal.

use crate::report::text::hanging;

/// Columns to print into: what `COLUMNS` says, within reason, else 100.
pub fn columns() -> usize {
    let given = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    given.unwrap_or(100).clamp(50, 120)
}

/// `text` in lines of at most `width` columns, each indented.
pub fn wrapped(text: &str, indent: usize, width: usize) -> String {
    hanging(&" ".repeat(indent), text, indent, width)
}
