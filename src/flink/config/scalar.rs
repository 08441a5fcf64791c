//! Scalars as Flink sees them: typed by YAML's core schema, then printed by Java.

/// A text as written, without quotes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scalar {
    /// The text.
    pub text: String,
    /// Whether it is a text even if it looks like a number: it was quoted, in a block, or tagged so.
    pub quoted: bool,
}

/// The text that Flink holds for `scalar`; `None` where it says nothing.
///
/// Unquoted whole numbers become decimal, other numbers the shortest decimal that reads back as the same double, in
/// Java's spelling; flags become lower case. Everything else stays as it was written.
pub fn text(scalar: &Scalar) -> Option<String> {
    let raw = scalar.text.as_str();
    if scalar.quoted {
        return Some(raw.into());
    }
    match raw {
        "" | "~" | "null" | "Null" | "NULL" => None,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => Some(raw.to_lowercase()),
        _ => Some(whole(raw).or_else(|| float(raw)).unwrap_or_else(|| raw.into())),
    }
}

fn whole(raw: &str) -> Option<String> {
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = raw.strip_prefix(prefix).filter(|digits| digits.chars().all(|c| c.is_digit(radix))) {
            return u128::from_str_radix(digits, radix).ok().map(|number| number.to_string());
        }
    }
    let (sign, digits) = match raw.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", raw.strip_prefix('+').unwrap_or(raw)),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = digits.trim_start_matches('0');
    Some(if digits.is_empty() { "0".into() } else { format!("{sign}{digits}") })
}

fn float(raw: &str) -> Option<String> {
    match raw.trim_start_matches(['+', '-']) {
        ".inf" | ".Inf" | ".INF" if raw.len() < 6 => {
            return Some(if raw.starts_with('-') { "-Infinity" } else { "Infinity" }.into());
        }
        ".nan" | ".NaN" | ".NAN" if raw.len() == 4 => return Some("NaN".into()),
        _ => {}
    }
    // What the standard library reads beyond these letters ("inf", "nan") is text in YAML.
    let numeric = raw.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'+' | b'-' | b'e' | b'E'));
    raw.parse().ok().filter(|_| numeric).map(java)
}

/// `value` as Java prints a double.
fn java(value: f64) -> String {
    if value.is_infinite() {
        return if value < 0.0 { "-Infinity" } else { "Infinity" }.into();
    }
    if value == 0.0 || (1e-3..1e7).contains(&value.abs()) {
        return format!("{value:?}");
    }
    let text = format!("{value:e}");
    match text.split_once('e') {
        Some((mantissa, exponent)) if mantissa.contains('.') => format!("{mantissa}E{exponent}"),
        Some((mantissa, exponent)) => format!("{mantissa}.0E{exponent}"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(raw: &str) -> Option<String> {
        text(&Scalar { text: raw.into(), quoted: false })
    }

    #[test]
    fn numbers_are_printed_as_java_prints_them() {
        for (raw, printed) in [
            ("0x1000", "4096"),
            ("0o17", "15"),
            ("010", "10"),
            ("+5", "5"),
            ("-007", "-7"),
            ("00", "0"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
            ("0.40", "0.4"),
            ("1.20", "1.2"),
            ("1e3", "1000.0"),
            (".5", "0.5"),
            ("1.", "1.0"),
            ("1e7", "1.0E7"),
            ("12345678.9", "1.23456789E7"),
            ("1e-3", "0.001"),
            ("0.00012", "1.2E-4"),
            ("-.inf", "-Infinity"),
            (".NaN", "NaN"),
            ("TRUE", "true"),
        ] {
            assert_eq!(plain(raw).as_deref(), Some(printed), "{raw}");
        }
    }

    #[test]
    fn texts_stay_as_they_are() {
        for raw in ["4g", "1728m", "inf", "nan", "0x", "0xg", "1_000", "e5", "-", ".", "1.2.3", "yes", "--.inf", "1e"] {
            assert_eq!(plain(raw).as_deref(), Some(raw));
        }
        assert_eq!(text(&Scalar { text: "010".into(), quoted: true }).as_deref(), Some("010"));
        assert_eq!(text(&Scalar { text: "".into(), quoted: true }).as_deref(), Some(""));
        assert_eq!((plain(""), plain("~"), plain("null")), (None, None, None));
    }
}
