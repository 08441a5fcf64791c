//! Flink's reading, multiplying and printing of sizes.
//!
//! Differs from the units of scenarios in two ways: every suffix is a power of two ("1g" is 1 GiB), and a bare number
//! means bytes. Sizes end at 2^63-1 bytes, the largest that Flink holds.

use super::decimal::Decimal;
use crate::base::Bytes;

/// The largest size that Flink knows.
pub const MAX: Bytes = Bytes(i64::MAX as u64);

/// Spellings of each unit, smallest unit first; the second spelling is the one that Flink prints.
const UNITS: [(&[&str], u64); 5] = [
    (&["b", "bytes"], 1),
    (&["k", "kb", "kibibytes"], 1 << 10),
    (&["m", "mb", "mebibytes"], 1 << 20),
    (&["g", "gb", "gibibytes"], 1 << 30),
    (&["t", "tb", "tebibytes"], 1 << 40),
];

/// Reads a size such as "1728m", "4 gb" or "134217728".
///
/// # Errors
/// Says what is wrong: no leading number (signs and decimals are not numbers here), an unknown unit, or more than
/// 2^63-1 bytes.
pub fn parse(text: &str) -> Result<Bytes, String> {
    let text = text.trim_matches(|c: char| c <= ' ');
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = (&text[..split], text[split..].trim().to_lowercase());
    if text.is_empty() {
        return Err("it is empty, expected a size such as \"1728m\"".into());
    }
    if number.is_empty() {
        return Err("it does not start with a number, expected a size such as \"1728m\"".into());
    }
    let Some(factor) = factor(&unit) else {
        return Err(format!("\"{unit}\" is not a unit of size, expected b, k, kb, m, mb, g, gb, t or tb"));
    };
    let product = number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor));
    product.map(Bytes).filter(|size| *size <= MAX).ok_or_else(|| format!("it exceeds {} bytes", MAX.0))
}

fn factor(unit: &str) -> Option<u64> {
    if unit.is_empty() {
        return Some(1);
    }
    UNITS.iter().find(|(names, _)| names.contains(&unit)).map(|(_, factor)| *factor)
}

/// `size` times `by` as an exact decimal product, cut to whole bytes; `None` where Flink refuses: `by` negative or
/// not finite, or a product above [`MAX`].
pub fn multiply(size: Bytes, by: f64) -> Option<Bytes> {
    let product = u64::try_from(Decimal::shortest(by)?.times(size.0)?).ok()?;
    Some(Bytes(product)).filter(|product| *product <= MAX)
}

/// The sum of `sizes`; `None` above [`MAX`].
pub fn sum(sizes: impl IntoIterator<Item = Bytes>) -> Option<Bytes> {
    let mut total = 0u64;
    for size in sizes {
        total = total.checked_add(size.0)?;
    }
    Some(Bytes(total)).filter(|total| *total <= MAX)
}

/// The size in the largest unit that divides it: "1728 mb". What every unit divides (0, 1 TiB) is printed in bytes,
/// as Flink does.
pub fn print(size: Bytes) -> String {
    let indivisible = UNITS.iter().position(|(_, factor)| !size.0.is_multiple_of(*factor)).unwrap_or(1);
    let (names, factor) = UNITS[indivisible.max(1) - 1];
    format!("{} {}", size.0 / factor, names[1])
}

/// The size as in Flink's messages: "1.688gb (1811939328 bytes)". The unit is the largest one strictly below the size.
pub fn print_readable(size: Bytes) -> String {
    let unit = UNITS.iter().skip(1).rev().find(|(_, factor)| size.0 > *factor);
    let rounded = |factor: u64| Decimal::shortest(size.0 as f64 / factor as f64)?.thousandths();
    match unit.and_then(|(names, factor)| Some((names[1], rounded(*factor)?))) {
        Some((name, n)) => format!("{}.{:03}{name} ({} bytes)", n / 1000, n % 1000, size.0),
        None => format!("{} bytes", size.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings_are_read() {
        for (text, bytes) in
            [("5", 5), ("5b", 5), ("5 bytes", 5), (" 4 gb ", 4 << 30), ("1K", 1024), ("1kibibytes", 1024)]
        {
            assert_eq!(parse(text), Ok(Bytes(bytes)), "{text}");
        }
        assert_eq!(parse("2TB"), Ok(Bytes(2 << 40)));
        assert_eq!(parse("9223372036854775807"), Ok(MAX));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            " ",
            "-1m",
            ".5g",
            "1.5g",
            "1gi",
            "4mib",
            "m",
            "9223372036854775808",
            "8388608t",
            "99999999999999999999",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn products_keep_the_odd_last_digits_of_single_precision_fractions() {
        let flink = Bytes(1_342_177_280);
        assert_eq!(multiply(flink, f64::from(0.1f32)), Some(Bytes(134_217_730)));
        assert_eq!(multiply(flink, f64::from(0.4f32)), Some(Bytes(536_870_920)));
        assert_eq!(multiply(flink, -0.1), None);
        assert_eq!(multiply(MAX, 1.0), Some(MAX));
        assert_eq!(multiply(MAX, 1.5), None);
    }

    #[test]
    fn sizes_are_printed_as_flink_prints_them() {
        let printed = [(1 << 30, "1 gb"), (1728 << 20, "1728 mb"), (402_653_174, "402653174 bytes"), (0, "0 bytes")];
        for (bytes, text) in printed {
            assert_eq!(print(Bytes(bytes)), text);
        }
        assert_eq!(print(Bytes(1 << 40)), "1099511627776 bytes");
        assert_eq!(print_readable(Bytes(1728 << 20)), "1.688gb (1811939328 bytes)");
        assert_eq!(print_readable(Bytes(1 << 30)), "1024.000mb (1073741824 bytes)");
        assert_eq!(print_readable(Bytes(1024)), "1024 bytes");
        assert_eq!(print_readable(MAX), "8388608.000tb (9223372036854775807 bytes)");
    }
}
