//! The shortest decimal that reads back as a given float: Flink multiplies sizes and prints them through it.

/// A non-negative decimal number, `digits / 10^scale`; `digits` is below 10^17.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    digits: u128,
    scale: i32,
}

impl Decimal {
    /// The shortest decimal for `value`, or `None` for a negative or infinite value and for NaN.
    pub fn shortest(value: f64) -> Option<Decimal> {
        if !value.is_finite() || value < 0.0 {
            return None;
        }
        let text = format!("{:e}", value.abs());
        let (mantissa, exponent) = text.split_once('e')?;
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{part}").parse().ok()?;
        let exponent: i32 = exponent.parse().ok()?;
        Some(Decimal { digits, scale: part.len() as i32 - exponent })
    }

    /// `self` times `factor`, computed exactly and cut to a whole number; `None` above 2^128.
    pub fn times(self, factor: u64) -> Option<u128> {
        let product = u128::from(factor).checked_mul(self.digits)?;
        if self.scale <= 0 {
            return product.checked_mul(10u128.checked_pow(self.scale.unsigned_abs())?);
        }
        // A power of ten beyond 128 bits exceeds any product of a 64-bit and a 57-bit number.
        Some(10u128.checked_pow(self.scale.unsigned_abs()).map_or(0, |power| product / power))
    }

    /// Thousandths, with halves rounded up; `None` above 2^128.
    pub fn thousandths(self) -> Option<u128> {
        let twice = self.times(2000)?;
        Some(twice.div_ceil(2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_become_the_shortest_decimal() {
        let fraction = Decimal::shortest(f64::from(0.1f32));
        assert_eq!(fraction, Some(Decimal { digits: 10_000_000_149_011_612, scale: 17 }));
        assert_eq!(Decimal::shortest(1.6777215e7), Some(Decimal { digits: 16_777_215, scale: 0 }));
        assert_eq!(Decimal::shortest(-0.1), None);
        assert_eq!(Decimal::shortest(f64::NAN), None);
    }

    #[test]
    fn products_are_exact_and_cut() {
        assert_eq!(Decimal::shortest(0.1).unwrap().times(u64::MAX), Some(1_844_674_407_370_955_161));
        assert_eq!(Decimal::shortest(1e20).unwrap().times(3), Some(300_000_000_000_000_000_000));
        assert_eq!(Decimal::shortest(1e-300).unwrap().times(u64::MAX), Some(0));
        assert_eq!(Decimal::shortest(1e300).unwrap().times(1), None);
    }

    #[test]
    fn halves_round_up() {
        let rounded = |value| Decimal::shortest(value).unwrap().thousandths();
        assert_eq!(rounded(0.0625), Some(63));
        assert_eq!(rounded(0.0624999), Some(62));
        assert_eq!(rounded(2.0), Some(2000));
    }
}
