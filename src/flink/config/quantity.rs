//! Quantities of Kubernetes, as `resource` of a FlinkDeployment has them.

use crate::base::Bytes;
use crate::flink::layout::memory_size;

/// Suffixes of Kubernetes: name, base, exponent.
const SUFFIXES: &[(&str, u32, i32)] = &[
    ("Ki", 2, 10),
    ("Mi", 2, 20),
    ("Gi", 2, 30),
    ("Ti", 2, 40),
    ("Pi", 2, 50),
    ("Ei", 2, 60),
    ("n", 10, -9),
    ("u", 10, -6),
    ("m", 10, -3),
    ("k", 10, 3),
    ("M", 10, 6),
    ("G", 10, 9),
    ("T", 10, 12),
    ("P", 10, 15),
    ("E", 10, 18),
    ("", 10, 0),
];

/// An amount of memory as the operator reads it: first as a size of Flink, where "2G" and "2g" are 2 GiB, and only then
/// as a quantity of Kubernetes, where "2Gi" is 2 GiB and "1.5G" is 1.5e9 bytes.
///
/// # Errors
/// Says what was expected: neither reads it, it is no whole number of bytes, or above 2^63-1 bytes.
pub fn memory(text: &str) -> Result<Bytes, String> {
    if let Ok(size) = memory_size::parse(text) {
        return Ok(size);
    }
    let (digits, base, exponent) = quantity(text).ok_or("expected a size such as \"2048m\" or \"2Gi\"")?;
    let (digits, scale) = digits;
    let (mut above, mut below) = (digits, 1u128);
    let mut times = |base: u32, exponent: i32| -> Option<()> {
        let power = u128::from(base).checked_pow(exponent.unsigned_abs())?;
        let side = if exponent < 0 { &mut below } else { &mut above };
        *side = side.checked_mul(power)?;
        Some(())
    };
    times(base, exponent).and_then(|()| times(10, -scale)).ok_or("expected at most 2^63-1 bytes")?;
    if !above.is_multiple_of(below) {
        return Err("expected a whole number of bytes".into());
    }
    let size = u64::try_from(above / below).ok().map(Bytes).filter(|size| *size <= memory_size::MAX);
    size.ok_or_else(|| "expected at most 2^63-1 bytes".into())
}

/// An amount of CPU in cores: "2", "0.5" or "500m".
///
/// # Errors
/// Says what was expected: not a number, or not above 0.
pub fn cpu(text: &str) -> Result<f64, String> {
    let text = text.trim();
    let cores = match text.strip_suffix('m') {
        Some(milli) => milli.parse::<f64>().map(|milli| milli / 1000.0),
        None => text.parse(),
    };
    let cores = cores.ok().filter(|cores: &f64| cores.is_finite() && *cores > 0.0);
    cores.ok_or_else(|| "expected cores above 0, such as \"2\" or \"500m\"".into())
}

type Decimal = (u128, i32);

/// Digits with their places behind the point, and base and exponent of the suffix.
fn quantity(text: &str) -> Option<(Decimal, u32, i32)> {
    let text = text.trim();
    let text = text.strip_prefix('+').unwrap_or(text);
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, suffix) = text.split_at(split);
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let part = part.trim_end_matches('0');
    let digits = format!("{whole}{part}").parse().ok()?;
    let (base, exponent) = match SUFFIXES.iter().find(|known| known.0 == suffix) {
        Some((_, base, exponent)) => (*base, *exponent),
        None => (10, suffix.strip_prefix(['e', 'E'])?.parse().ok()?),
    };
    Some(((digits, i32::try_from(part.len()).ok()?), base, exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flinks_reading_goes_before_that_of_kubernetes() {
        for (text, bytes) in [
            ("2g", 2 << 30),
            ("2G", 2 << 30),
            ("2Gi", 2 << 30),
            ("2048Mi", 2 << 30),
            ("512M", 512 << 20),
            ("512m", 512 << 20),
            ("1.5Gi", 3 << 29),
            ("1.50G", 1_500_000_000),
            ("2e9", 2_000_000_000),
            ("0.5E3", 500),
            ("1024", 1024),
            (" 1Ki ", 1024),
            ("3000000u", 3),
            ("1P", 1_000_000_000_000_000),
        ] {
            assert_eq!(memory(text), Ok(Bytes(bytes)), "{text}");
        }
    }

    #[test]
    fn other_amounts_are_refused() {
        for text in
            ["", "Gi", "-2Gi", "2gi", "2 GiB", "0.1Gi", "1.5", "1.2.3Gi", "16Ei", "2e99", "1e-99", "1e99999999999"]
        {
            assert!(memory(text).is_err(), "{text}: {:?}", memory(text));
        }
    }

    #[test]
    fn cores_may_be_thousandths() {
        assert_eq!((cpu("2"), cpu("500m"), cpu("0.25")), (Ok(2.0), Ok(0.5), Ok(0.25)));
        for text in ["", "m", "0", "-1", "nan", "inf", "two"] {
            assert!(cpu(text).is_err(), "{text}");
        }
    }
}
