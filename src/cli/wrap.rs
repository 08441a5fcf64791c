//! Text in lines that fit the terminal.

/// Columns to print into: what `COLUMNS` says, within reason, else 100.
pub fn columns() -> usize {
    let given = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    given.unwrap_or(100).clamp(50, 120)
}

/// Breaks `text` at blanks so that no line, `indent` included, is wider than `width`; a longer word stays whole.
pub fn wrapped(text: &str, indent: usize, width: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(format!("{}{word}", " ".repeat(indent))),
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stay_within_the_width() {
        assert_eq!(wrapped("aa bb cc dddddddd", 2, 7), "  aa bb\n  cc\n  dddddddd");
        assert_eq!(wrapped("", 2, 7), "");
    }
}
