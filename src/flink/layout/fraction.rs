//! A component that is a fraction of a total, kept between two bounds.

use super::component::Derivation;
use super::error::LayoutError;
use super::keys::{Key, RangeKeys};
use super::memory_size::multiply;
use super::options::Options;
use super::parts::Part;
use crate::base::Bytes;

/// A fraction with its bounds; min <= max and 0 <= fraction < 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct RangeFraction {
    pub min: Bytes,
    pub max: Bytes,
    fraction: f64,
}

impl RangeFraction {
    /// Reads minimum, maximum and fraction, in this order.
    pub fn read(options: &Options, keys: &RangeKeys) -> Result<RangeFraction, LayoutError> {
        let (min, max) = (options.size(keys.min)?, options.size(keys.max)?);
        RangeFraction::between(options, keys.fraction, (min, max))
    }

    /// Reads the fraction `key` that has fixed bounds.
    pub fn between(
        options: &Options,
        key: &'static Key,
        (min, max): (Bytes, Bytes),
    ) -> Result<RangeFraction, LayoutError> {
        let fraction = options.fraction(key)?;
        if min > max || !RangeFraction::allows(fraction) {
            return Err(LayoutError::Range { fraction: key, value: fraction, min, max, rest: None });
        }
        Ok(RangeFraction { min, max, fraction })
    }

    /// The component as a fraction of `total`.
    pub fn of(self, total: Bytes) -> Result<Part, LayoutError> {
        self.cap(multiply(total, self.fraction))
    }

    /// The component where `others` is the total without it.
    pub fn beside(self, others: Bytes) -> Result<Part, LayoutError> {
        self.cap(multiply(others, self.fraction / (1.0 - self.fraction)))
    }

    /// Whether a fraction is at least 0 and below 1.
    pub fn allows(fraction: f64) -> bool {
        (0.0..1.0).contains(&fraction)
    }

    /// Whether `size` lies within the bounds.
    pub fn admits(self, size: Bytes) -> bool {
        (self.min..=self.max).contains(&size)
    }

    // A product beyond the largest size is an error even where the maximum would have cut it, as in Flink.
    fn cap(self, product: Option<Bytes>) -> Result<Part, LayoutError> {
        let size = product.ok_or(LayoutError::Overflow)?;
        Ok(if size > self.max {
            Part { size: self.max, how: Derivation::AtMax }
        } else if size < self.min {
            Part { size: self.min, how: Derivation::AtMin }
        } else {
            Part { size, how: Derivation::Fraction }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::keys::task_manager as tm;
    use super::*;

    fn range(fraction: &str) -> Result<RangeFraction, LayoutError> {
        let options = Options::from_iter([("taskmanager.memory.network.fraction", fraction)]);
        RangeFraction::read(&options, &tm::NETWORK)
    }

    #[test]
    fn the_bounds_win_and_are_told() {
        let tenth = range("0.1").unwrap();
        assert_eq!(tenth.of(Bytes::mib(100)), Ok(Part { size: Bytes::mib(64), how: Derivation::AtMin }));
        let narrow = RangeFraction { max: Bytes::mib(65), ..tenth };
        assert_eq!(narrow.of(Bytes::gib(1)), Ok(Part { size: Bytes::mib(65), how: Derivation::AtMax }));
        assert_eq!(tenth.beside(Bytes(2_415_919_104)).unwrap().size, Bytes(268_435_460));
    }

    #[test]
    fn fractions_are_at_least_0_and_below_1() {
        assert!(range("0").is_ok() && range("0.99999").is_ok());
        for text in ["1", "1.0", "-0.1", "NaN", "0.99999999"] {
            assert!(matches!(range(text), Err(LayoutError::Range { .. })), "{text}");
        }
        assert!(matches!(range("many"), Err(LayoutError::Option(_))));
    }
}
