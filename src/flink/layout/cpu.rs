//! CPU cores as Flink counts them for slots: decimals with eight places, cut.

use std::fmt;

use super::decimal::Decimal;

/// An amount of CPU in units of 10^-8 core.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cpu(pub u64);

const CORE: u64 = 100_000_000;

impl Cpu {
    /// `n` whole cores.
    pub fn cores(n: u32) -> Cpu {
        Cpu(u64::from(n) * CORE)
    }

    /// The shortest decimal of `cores`, cut to eight places; `None` where it is not above 0 or too large.
    pub fn from_f64(cores: f64) -> Option<Cpu> {
        let units = u64::try_from(Decimal::shortest(cores)?.times(CORE)?).ok()?;
        (cores > 0.0).then_some(Cpu(units))
    }

    /// The amount in cores, as a float.
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / CORE as f64
    }
}

impl fmt::Display for Cpu {
    /// Cores with as many decimals as needed, at least one: "1.875", "2.0".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = format!("{:08}", self.0 % CORE);
        let places = places.trim_end_matches('0');
        write!(f, "{}.{}", self.0 / CORE, if places.is_empty() { "0" } else { places })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cores_are_cut_to_eight_places_and_print_back() {
        assert_eq!(Cpu::from_f64(0.123456789), Some(Cpu(12_345_678)));
        for text in ["1.875", "2.0", "0.33333333"] {
            assert_eq!(Cpu::from_f64(text.parse().unwrap()).unwrap().to_string(), text);
        }
        assert_eq!((Cpu::from_f64(0.0), Cpu::from_f64(-1.0), Cpu::from_f64(f64::NAN)), (None, None, None));
        assert_eq!((Cpu::cores(2).as_f64(), Cpu::from_f64(1e300)), (2.0, None));
    }
}
