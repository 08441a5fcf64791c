//! Points in time as logs print them: dates, and seconds since the JVM started.

use super::text::Scan;

/// What a line says of its time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Stamp {
    /// Seconds since the JVM started.
    pub uptime_s: Option<f64>,
    /// Seconds since 1970, UTC.
    pub wall_s: Option<f64>,
}

impl Stamp {
    pub fn is_none(&self) -> bool {
        self.uptime_s.is_none() && self.wall_s.is_none()
    }
}

/// A number of exactly `digits` digits.
fn fixed(scan: &mut Scan, digits: usize) -> Option<i64> {
    let taken = scan.rest().get(..digits)?;
    let value = taken.iter().try_fold(0i64, |value, byte| match byte {
        b'0'..=b'9' => Some(value * 10 + i64::from(byte - b'0')),
        _ => None,
    })?;
    scan.skip(digits);
    Some(value)
}

/// Days since 1970-01-01 of a date of the Gregorian calendar, by counting from March.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (month * 153 + 2) / 5 + day - 719469
}

/// Offset of a time zone in seconds: `Z`, `+0200`, `-03:30`, or nothing.
fn zone(scan: &mut Scan) -> Option<i64> {
    let sign = match scan.peek() {
        Some(b'+') => 1,
        Some(b'-') => -1,
        Some(b'Z') => {
            scan.skip(1);
            return Some(0);
        }
        _ => return Some(0),
    };
    scan.skip(1);
    let hours = fixed(scan, 2)?;
    scan.eat(b":");
    Some(sign * (hours * 3600 + fixed(scan, 2)? * 60))
}

/// `2014-06-25T00:10:58.039+0000` in seconds since 1970; the parts of a second may be absent.
pub(super) fn date(scan: &mut Scan) -> Option<f64> {
    let mut at = *scan;
    let year = fixed(&mut at, 4)?;
    let month = at.eat(b"-").then(|| fixed(&mut at, 2))??;
    let day = at.eat(b"-").then(|| fixed(&mut at, 2))??;
    if !at.eat(b"T") && !at.eat(b" ") {
        return None;
    }
    let hour = fixed(&mut at, 2)?;
    let minute = at.eat(b":").then(|| fixed(&mut at, 2))??;
    if !at.eat(b":") {
        return None;
    }
    let second = at.decimal()?;
    let offset = zone(&mut at)?;
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    *scan = at;
    let minutes = (days(year, month, day) * 24 + hour) * 60 + minute;
    Some((minutes * 60 - offset) as f64 + second)
}

/// The stamps that begin a line of JDK 8, or stand inside one: a date, an uptime, or both, each with a colon.
pub(super) fn leading(scan: &mut Scan) -> Stamp {
    let mut stamp = Stamp::default();
    let mut at = *scan;
    if let Some(wall) = date(&mut at)
        && at.eat(b":")
    {
        stamp.wall_s = Some(wall);
        at.spaces();
        *scan = at;
    }
    if let Some(uptime) = at.decimal()
        && at.eat(b":")
    {
        stamp.uptime_s = Some(uptime);
        at.spaces();
        *scan = at;
    }
    stamp
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<f64> {
        date(&mut Scan::new(text.as_bytes()))
    }

    #[test]
    fn dates_count_from_1970() {
        assert_eq!(seconds("1970-01-01T00:00:00.000+0000"), Some(0.0));
        assert_eq!(seconds("2000-03-01T00:00:00.000+0000"), Some(951868800.0));
        assert_eq!(seconds("2025-06-01T17:13:55.500+0000"), Some(1748798035.5));
        assert_eq!(seconds("2025-06-01T19:13:55.500+0200"), Some(1748798035.5));
        assert_eq!(seconds("2025-06-01T17:13:55Z"), Some(1748798035.0));
        assert_eq!(seconds("2025-13-01T17:13:55Z"), None);
        assert_eq!(seconds("2025-06"), None);
    }

    #[test]
    fn stamps_before_text() {
        let mut scan = Scan::new(b"2014-06-25T00:10:58.039+0000: 0.488: Total");
        let stamp = leading(&mut scan);
        assert_eq!((stamp.uptime_s, stamp.wall_s), (Some(0.488), Some(1403655058.039)));
        assert_eq!(scan.rest(), b"Total");
        let mut scan = Scan::new(b"165M->72M");
        assert!(leading(&mut scan).is_none());
        assert_eq!(scan.rest(), b"165M->72M");
    }
}
