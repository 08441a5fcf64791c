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
