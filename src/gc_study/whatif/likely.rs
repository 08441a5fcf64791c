//! A value with an interval, from repeated draws.

use crate::stats::t_quantile;

/// With so many degrees of freedom Student's distribution is the normal one.
const NORMAL: f64 = 1e6;

/// What is said of a quantity: the best guess, and the interval that holds it with the share asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Likely {
    /// Best guess.
    pub value: f64,
    /// Lower end, at most `value`.
    pub low: f64,
    /// Upper end, at least `value`; infinite where nothing bounds it.
    pub high: f64,
}

impl Likely {
    /// `value` with the middle `share` (0 ..= 1) of `draws` around it; the interval always holds the value.
    pub fn around(value: f64, draws: &[f64], share: f64) -> Likely {
        let mut draws: Vec<f64> = draws.iter().copied().filter(|draw| !draw.is_nan()).collect();
        draws.sort_by(f64::total_cmp);
        let tail = (1.0 - share) / 2.0;
        let (low, high) = (quantile(&draws, tail).unwrap_or(value), quantile(&draws, 1.0 - tail).unwrap_or(value));
        Likely { value, low: low.min(value), high: high.max(value) }
    }

    /// The chance of something that happened in `hits` of `draws` (at least 1) by Wilson's interval of level `share`:
    /// E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
    pub fn chance(hits: usize, draws: usize, share: f64) -> Likely {
        let (count, part) = (draws.max(1) as f64, hits as f64 / draws.max(1) as f64);
        let z = t_quantile(0.5 + share / 2.0, NORMAL);
        let middle = (part + z * z / (2.0 * count)) / (1.0 + z * z / count);
        let half = z * (part * (1.0 - part) / count + z * z / (4.0 * count * count)).sqrt() / (1.0 + z * z / count);
        Likely { value: part, low: (middle - half).clamp(0.0, part), high: (middle + half).clamp(part, 1.0) }
    }
}

/// The quantile `share` (0 ..= 1) of sorted values, between neighbours by proportion; `None` of nothing.
pub fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let spot = share.clamp(0.0, 1.0) * sorted.len().checked_sub(1)? as f64;
    let (low, high) = (sorted.get(spot.floor() as usize)?, sorted.get(spot.ceil() as usize)?);
    // Infinite neighbours have no difference.
    Some(if low == high { *low } else { low + (high - low) * spot.fract() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_the_middle_of_the_draws_and_holds_the_value() {
        let draws: Vec<f64> = (0..=100).map(f64::from).collect();
        assert_eq!(Likely::around(50.0, &draws, 0.5), Likely { value: 50.0, low: 25.0, high: 75.0 });
        assert_eq!(Likely::around(99.0, &draws, 0.5), Likely { value: 99.0, low: 25.0, high: 99.0 });
        assert_eq!(Likely::around(3.0, &[], 0.9), Likely { value: 3.0, low: 3.0, high: 3.0 });
        let open = Likely::around(1.0, &[1.0, f64::INFINITY, f64::INFINITY], 0.9);
        assert_eq!((open.low > 0.9, open.high), (true, f64::INFINITY));
    }

    #[test]
    fn a_chance_has_wilsons_interval() {
        // 10 of 100 at 95 %: 5.52 to 17.44 %, the standard example.
        let chance = Likely::chance(10, 100, 0.95);
        assert!((chance.low - 0.0552).abs() < 1e-4 && (chance.high - 0.1744).abs() < 1e-4, "{chance:?}");
        assert_eq!(Likely::chance(0, 30, 0.9).low, 0.0);
        assert_eq!(Likely::chance(30, 30, 0.9).high, 1.0);
    }
}
