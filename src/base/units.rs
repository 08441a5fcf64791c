//! Quantities with their unit in the type: bytes, points in time, spans of time.
//!
//! All three are integers inside, so that sums are exact and runs repeat bit for bit. Text always carries a
//! unit ("4 GiB", "250 ms"); a bare number is refused, because the reader of a scenario cannot know what it meant.

use std::fmt;
use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::str::FromStr;

/// An amount of memory in bytes, 0 ..= 2^64-1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes(pub u64);

/// A point in simulated time: nanoseconds since the start of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimTime(pub u64);

/// A length of simulated time in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimSpan(pub u64);

/// Why a text is not a quantity: says what was found and what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitError(pub String);

impl fmt::Display for UnitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UnitError {}

const BYTE_UNITS: &[(&str, f64)] = &[
    ("B", 1.0),
    ("KiB", 1024.0),
    ("MiB", 1048576.0),
    ("GiB", 1073741824.0),
    ("TiB", 1099511627776.0),
    ("kB", 1e3),
    ("MB", 1e6),
    ("GB", 1e9),
    ("TB", 1e12),
];

const SPAN_UNITS: &[(&str, f64)] =
    &[("ns", 1.0), ("us", 1e3), ("ms", 1e6), ("s", 1e9), ("min", 60e9), ("h", 3600e9), ("d", 86400e9)];

/// Splits "4.5 GiB" into number and unit, looks the unit up, and returns the product as a float.
fn parse_with(text: &str, units: &[(&str, f64)], what: &str, example: &str) -> Result<f64, UnitError> {
    let text = text.trim();
    let split = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '+' | '-' | '_'))).unwrap_or(text.len());
    let (number, unit) = (text[..split].replace('_', ""), text[split..].trim());
    let names = || units.iter().map(|u| u.0).collect::<Vec<_>>().join(", ");
    if unit.is_empty() && !number.is_empty() {
        return Err(UnitError(format!(
            "\"{text}\" has no unit: write {what} as in \"{example}\" (units: {})",
            names()
        )));
    }
    let value: f64 = number.parse().map_err(|_| {
        UnitError(format!("\"{text}\" is not {what}: expected a number and a unit as in \"{example}\""))
    })?;
    let Some((_, factor)) = units.iter().find(|u| u.0 == unit) else {
        let near = units.iter().find(|u| u.0.eq_ignore_ascii_case(unit));
        let hint = near.map(|u| format!(", did you mean \"{}\"?", u.0)).unwrap_or_default();
        return Err(UnitError(format!("\"{unit}\" in \"{text}\" is not a unit of {what}{hint} (units: {})", names())));
    };
    if value < 0.0 {
        return Err(UnitError(format!("\"{text}\" is negative: expected {what} of at least 0")));
    }
    let product = value * factor;
    if product > u64::MAX as f64 / 2.0 {
        return Err(UnitError(format!("\"{text}\" is too large for {what}")));
    }
    Ok(product)
}

impl Bytes {
    /// No memory.
    pub const ZERO: Bytes = Bytes(0);
    /// `n` mebibytes.
    pub const fn mib(n: u64) -> Bytes {
        Bytes(n << 20)
    }
    /// `n` gibibytes.
    pub const fn gib(n: u64) -> Bytes {
        Bytes(n << 30)
    }
    /// The amount as a float, in bytes.
    pub fn as_f64(self) -> f64 {
        self.0 as f64
    }
    /// The amount as a float, in MiB.
    pub fn as_mib(self) -> f64 {
        self.0 as f64 / 1048576.0
    }
    /// Rounds a float number of bytes to the nearest whole one; negative and NaN become 0.
    pub fn from_f64(bytes: f64) -> Bytes {
        Bytes(bytes.round() as u64)
    }
    /// `self` times `share`, rounded to the nearest byte; a negative share gives 0.
    pub fn scale(self, share: f64) -> Bytes {
        Bytes::from_f64(self.0 as f64 * share)
    }
    /// Difference, or 0 where it would be negative.
    pub fn saturating_sub(self, other: Bytes) -> Bytes {
        Bytes(self.0.saturating_sub(other.0))
    }
}

impl SimTime {
    /// The start of a run.
    pub const ZERO: SimTime = SimTime(0);
    /// A time that no event reaches.
    pub const NEVER: SimTime = SimTime(u64::MAX);
    /// The time in seconds.
    pub fn as_secs(self) -> f64 {
        self.0 as f64 / 1e9
    }
    /// The span from `earlier` to `self`, or 0 where `earlier` is later.
    pub fn since(self, earlier: SimTime) -> SimSpan {
        SimSpan(self.0.saturating_sub(earlier.0))
    }
}

impl SimSpan {
    /// No time.
    pub const ZERO: SimSpan = SimSpan(0);
    /// `n` milliseconds.
    pub const fn millis(n: u64) -> SimSpan {
        SimSpan(n * 1_000_000)
    }
    /// `n` seconds.
    pub const fn secs(n: u64) -> SimSpan {
        SimSpan(n * 1_000_000_000)
    }
    /// Rounds a float number of seconds to the nearest nanosecond; negative and NaN become 0.
    pub fn from_secs(secs: f64) -> SimSpan {
        SimSpan((secs * 1e9).round() as u64)
    }
    /// Rounds a float number of nanoseconds; negative and NaN become 0.
    pub fn from_nanos(nanos: f64) -> SimSpan {
        SimSpan(nanos.round() as u64)
    }
    /// The span in seconds.
    pub fn as_secs(self) -> f64 {
        self.0 as f64 / 1e9
    }
    /// The span in nanoseconds, as a float.
    pub fn as_nanos(self) -> f64 {
        self.0 as f64
    }
    /// `self` times `factor`, rounded to the nearest nanosecond.
    pub fn scale(self, factor: f64) -> SimSpan {
        SimSpan::from_nanos(self.0 as f64 * factor)
    }
}

impl Add for Bytes {
    type Output = Bytes;
    fn add(self, other: Bytes) -> Bytes {
        Bytes(self.0.saturating_add(other.0))
    }
}
impl AddAssign for Bytes {
    fn add_assign(&mut self, other: Bytes) {
        *self = *self + other;
    }
}
impl Sub for Bytes {
    type Output = Bytes;
    /// Panics where the result would be negative: a ledger that subtracts too much is a bug of ours.
    fn sub(self, other: Bytes) -> Bytes {
        Bytes(self.0.checked_sub(other.0).expect("more bytes returned than were held"))
    }
}
impl SubAssign for Bytes {
    fn sub_assign(&mut self, other: Bytes) {
        *self = *self - other;
    }
}
impl std::iter::Sum for Bytes {
    fn sum<I: Iterator<Item = Bytes>>(iter: I) -> Bytes {
        iter.fold(Bytes::ZERO, Add::add)
    }
}
impl Add<SimSpan> for SimTime {
    type Output = SimTime;
    fn add(self, span: SimSpan) -> SimTime {
        SimTime(self.0.saturating_add(span.0))
    }
}
impl Add for SimSpan {
    type Output = SimSpan;
    fn add(self, other: SimSpan) -> SimSpan {
        SimSpan(self.0.saturating_add(other.0))
    }
}
impl AddAssign for SimSpan {
    fn add_assign(&mut self, other: SimSpan) {
        *self = *self + other;
    }
}
impl std::iter::Sum for SimSpan {
    fn sum<I: Iterator<Item = SimSpan>>(iter: I) -> SimSpan {
        iter.fold(SimSpan::ZERO, Add::add)
    }
}

impl FromStr for Bytes {
    type Err = UnitError;
    fn from_str(text: &str) -> Result<Bytes, UnitError> {
        parse_with(text, BYTE_UNITS, "a size", "4 GiB").map(Bytes::from_f64)
    }
}
impl FromStr for SimSpan {
    type Err = UnitError;
    fn from_str(text: &str) -> Result<SimSpan, UnitError> {
        parse_with(text, SPAN_UNITS, "a time", "250 ms").map(SimSpan::from_nanos)
    }
}

/// Picks the largest unit that leaves at least 1 before the point, and prints up to three decimals.
fn print_with(f: &mut fmt::Formatter<'_>, value: u64, units: &[(&str, f64)]) -> fmt::Result {
    let unit = units.iter().rev().find(|u| value as f64 >= u.1).unwrap_or(&units[0]);
    let number = format!("{:.3}", value as f64 / unit.1);
    let number = number.trim_end_matches('0').trim_end_matches('.');
    f.pad(&format!("{number} {}", unit.0))
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print_with(f, self.0, &BYTE_UNITS[..5])
    }
}
impl fmt::Display for SimSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print_with(f, self.0, SPAN_UNITS)
    }
}
impl fmt::Display for SimTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        SimSpan(self.0).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_parse_with_their_unit_only() {
        assert_eq!("4 GiB".parse(), Ok(Bytes::gib(4)));
        assert_eq!("1.5MiB".parse(), Ok(Bytes(1_572_864)));
        assert_eq!("250 ms".parse(), Ok(SimSpan::millis(250)));
        assert!("4".parse::<Bytes>().unwrap_err().0.contains("no unit"));
        assert!("4 gib".parse::<Bytes>().unwrap_err().0.contains("did you mean \"GiB\""));
        assert!("-1 s".parse::<SimSpan>().unwrap_err().0.contains("negative"));
        assert!("".parse::<SimSpan>().is_err());
        assert!("99999999 TiB".parse::<Bytes>().unwrap_err().0.contains("too large"));
    }

    #[test]
    fn printed_quantities_parse_back() {
        for text in ["4 GiB", "1.5 MiB", "3 B"] {
            assert_eq!(text.parse::<Bytes>().unwrap().to_string(), text);
        }
        for text in ["250 ms", "1.5 min", "3 ns"] {
            assert_eq!(text.parse::<SimSpan>().unwrap().to_string(), text);
        }
    }
}
