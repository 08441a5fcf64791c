//! Numbers for people: GiB, ms, k and M instead of zeros.

/// What a quantity is measured in; decides how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Bytes: KiB, MiB, GiB.
    Bytes,
    /// Bytes a second: MiB/s.
    BytesRate,
    /// Seconds: µs, ms, s, min, h.
    Seconds,
    /// A share: 0.25 is written 25 %.
    Share,
    /// Records a second: k, M.
    RecordsRate,
    /// Anything else: k, M.
    Plain,
}

const BYTES: &[(f64, &str)] =
    &[(1.0, "B"), (1024.0, "KiB"), (1048576.0, "MiB"), (1073741824.0, "GiB"), (1099511627776.0, "TiB")];
const BYTES_RATE: &[(f64, &str)] =
    &[(1.0, "B/s"), (1024.0, "KiB/s"), (1048576.0, "MiB/s"), (1073741824.0, "GiB/s"), (1099511627776.0, "TiB/s")];
const SECONDS: &[(f64, &str)] =
    &[(1e-9, "ns"), (1e-6, "µs"), (1e-3, "ms"), (1.0, "s"), (60.0, "min"), (3600.0, "h"), (86400.0, "d")];
const SHARE: &[(f64, &str)] = &[(0.01, "%")];
const RECORDS: &[(f64, &str)] = &[(1.0, "records/s"), (1e3, "k records/s"), (1e6, "M records/s"), (1e9, "G records/s")];
const PLAIN: &[(f64, &str)] = &[(1.0, ""), (1e3, "k"), (1e6, "M"), (1e9, "G")];

impl Unit {
    fn steps(self) -> &'static [(f64, &'static str)] {
        match self {
            Unit::Bytes => BYTES,
            Unit::BytesRate => BYTES_RATE,
            Unit::Seconds => SECONDS,
            Unit::Share => SHARE,
            Unit::RecordsRate => RECORDS,
            Unit::Plain => PLAIN,
        }
    }

    /// The size and name of the step that suits a value: the largest one not above it. On an axis of time, minutes
    /// begin at five minutes and hours at five hours.
    pub fn step(self, value: f64) -> (f64, &'static str) {
        let steps = self.steps();
        let reach = |size: f64| if self == Unit::Seconds && size > 1.0 { size * 5.0 } else { size };
        // Round-off may leave a value just short of its step, as 0.1 / 100 leaves a millisecond.
        let fit = steps.iter().rev().find(|(size, _)| value.abs() >= reach(*size) * (1.0 - 1e-9));
        let small = if self == Unit::Seconds && value == 0.0 { steps.iter().find(|step| step.1 == "s") } else { None };
        *small.or(fit).unwrap_or(&steps[0])
    }

    /// The value with its unit: "1.5 GiB", "12 ms", "25 %", "3.2 k". Three significant digits.
    pub fn write(self, value: f64) -> String {
        if !value.is_finite() {
            return "?".to_string();
        }
        let (size, name) = self.step(value);
        format!("{} {name}", digits(value / size, 3)).trim_end().to_string()
    }

    /// The value with its unit and a sign: "+1.5 GiB", "−3 %", "±0".
    pub fn signed(self, value: f64) -> String {
        let sign = if value > 0.0 { "+" } else { "" };
        format!("{sign}{}", self.write(value))
    }
}

/// A number with this many significant digits, without trailing zeros, with a true minus sign.
pub fn digits(value: f64, significant: i32) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { "0".to_string() } else { "?".to_string() };
    }
    let places = (significant - 1 - value.abs().log10().floor() as i32).clamp(0, 12) as usize;
    let text = format!("{value:.places$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    text.replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_read_as_people_write_them() {
        let table = [
            (Unit::Bytes, 1610612736.0, "1.5 GiB"),
            (Unit::Bytes, 0.0, "0 B"),
            (Unit::Bytes, -536870912.0, "−512 MiB"),
            (Unit::BytesRate, 26214400.0, "25 MiB/s"),
            (Unit::Seconds, 0.012, "12 ms"),
            (Unit::Seconds, 0.0, "0 s"),
            (Unit::Seconds, 90.0, "90 s"),
            (Unit::Seconds, 7200.0, "120 min"),
            (Unit::Share, 0.253, "25.3 %"),
            (Unit::RecordsRate, 1234567.0, "1.23 M records/s"),
            (Unit::Plain, 45678.0, "45.7 k"),
            (Unit::Plain, f64::NAN, "?"),
        ];
        for (unit, value, text) in table {
            assert_eq!(unit.write(value), text);
        }
        assert_eq!(Unit::Share.signed(0.05), "+5 %");
    }

    #[test]
    fn digits_are_significant_ones() {
        assert_eq!(digits(0.000123456, 3), "0.000123");
        assert_eq!(digits(1024.0, 3), "1024");
        assert_eq!(digits(2.0, 3), "2");
    }
}
