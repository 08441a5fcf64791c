//! The numbers of a configuration as Java reads them.
//!
//! Floats follow the grammar of `Float.parseFloat` and `Double.parseDouble`: blanks around, "0.4f", ".4", "4.", "1e-1",
//! "NaN" and "Infinity" are read; "inf", "1_000" and "0,4" are not. Departure: hexadecimal floats are refused.
//! Whole numbers follow `Integer.parseInt`, with one difference: blanks around are cut, because both of Flink's readers
//! of files cut them before a number is read.

use std::str::FromStr;

/// Cuts what Java's `String.trim` cuts: the blank and all control characters below it.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c <= ' ')
}

/// A float of single or double precision.
///
/// # Errors
/// The text is not a float in Java's grammar.
pub(super) fn float<F: FromStr>(text: &str) -> Result<F, String> {
    let text = trim(text);
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let named = matches!(unsigned, "NaN" | "Infinity");
    let core = if named { text } else { text.strip_suffix(['f', 'F', 'd', 'D']).unwrap_or(text) };
    let read = if named || is_decimal(core) { core.parse().ok() } else { None };
    read.ok_or_else(|| "expected a number such as 0.4".into())
}

/// Whether `text` is an optional sign, digits with at most one point, and an optional whole exponent.
fn is_decimal(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent = exponent.map(|exponent| exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    digits(whole)
        && digits(part)
        && !(whole.is_empty() && part.is_empty())
        && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent))
}

/// A whole number of 0 to 2^31-1; Java reads negative ones too, which no option here allows.
///
/// # Errors
/// The text is not such a number.
pub(super) fn count(text: &str) -> Result<u32, String> {
    let read = trim(text).parse::<i32>().ok().and_then(|number| u32::try_from(number).ok());
    read.ok_or_else(|| format!("expected a whole number of 0 to {}", i32::MAX))
}

/// true or false, in any case of letters.
///
/// # Errors
/// The text is neither.
pub(super) fn flag(text: &str) -> Result<bool, String> {
    trim(text).to_ascii_lowercase().parse().map_err(|_| "expected true or false".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_read_as_java_reads_them() {
        for text in ["0.4", "0.4f", "0.4F", ".4", "0.4d", "4e-1", "4E-1D", "+0.4", " 0.4\t", "40.e-2", "04e-01"] {
            assert_eq!(float(text), Ok(0.4f32), "{text}");
        }
        assert_eq!(float("-1."), Ok(-1.0));
        assert_eq!(float("-Infinity"), Ok(f64::NEG_INFINITY));
        assert_eq!(float("1e999"), Ok(f32::INFINITY));
        assert!(float::<f32>("+NaN").is_ok_and(f32::is_nan));
    }

    #[test]
    fn floats_that_java_refuses_are_refused() {
        for text in [
            "",
            " ",
            ".",
            "f",
            "e5",
            "1e",
            "1e+",
            "1e5.0",
            "inf",
            "+inf",
            "infinity",
            "nan",
            "NaNf",
            "Infinityd",
            "0,4",
            "0.4ff",
            "1_0",
            "1 0",
            "--1",
            "1.2.3",
            "40%",
            "0x1p-2",
            "\u{a0}1",
            "٤",
        ] {
            assert!(float::<f32>(text).is_err() && float::<f64>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn counts_are_javas_integers_without_the_negative_ones() {
        assert_eq!([count("4"), count("+4"), count(" 04 "), count("-0")], [Ok(4), Ok(4), Ok(4), Ok(0)]);
        assert_eq!(count("2147483647"), Ok(2_147_483_647));
        for text in ["", "+", "-1", "2147483648", "4.0", "1_000", "1 000", "4L", "0x4"] {
            assert!(count(text).is_err(), "{text}");
        }
    }

    #[test]
    fn flags_are_true_or_false_in_any_case() {
        assert_eq!([flag("TRUE"), flag(" False ")], [Ok(true), Ok(false)]);
        for text in ["yes", "1", "", "on"] {
            assert!(flag(text).is_err(), "{text}");
        }
    }
}
