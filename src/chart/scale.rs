//! Scales: from values to pixels, and where the ticks go.

use super::number::{Unit, digits};

/// How values are spaced on an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spacing {
    /// Equal differences are equally far apart.
    Linear,
    /// Equal ratios are equally far apart; values are above 0.
    Log,
}

/// A scale: a range of values (never empty) with its spacing and unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// Smallest value shown.
    pub low: f64,
    /// Largest value shown.
    pub high: f64,
    /// How values are spaced.
    pub spacing: Spacing,
    /// What the values are measured in.
    pub unit: Unit,
    /// Ticks at these values instead of round ones; empty for round ones.
    pub levels: Vec<f64>,
}

/// A tick: its value and its text.
pub type Tick = (f64, String);

/// Smallest and largest finite value; none where there is none.
pub fn range(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    values.into_iter().filter(|value| value.is_finite()).fold(None, |range, value| {
        let (low, high) = range.unwrap_or((value, value));
        Some((low.min(value), high.max(value)))
    })
}

impl Scale {
    /// A linear scale that holds all values and reaches down to 0 where they are not negative. Without values: 0 ..= 1.
    pub fn from_zero(values: impl IntoIterator<Item = f64>, unit: Unit) -> Scale {
        let (low, high) = range(values).unwrap_or((0.0, 1.0));
        let (low, high) = (low.min(0.0), high.max(0.0));
        let high = if high > low { high + (high - low) * 0.06 } else { low + 1.0 };
        let low = if low < 0.0 { low - (high - low) * 0.06 } else { 0.0 };
        Scale { low, high, spacing: Spacing::Linear, unit, levels: Vec::new() }
    }

    /// A linear scale from `low` to `high`; one of no width is widened.
    pub fn linear(low: f64, high: f64, unit: Unit) -> Scale {
        let high = if high > low { high } else { low + low.abs().max(1.0) };
        Scale { low, high, spacing: Spacing::Linear, unit, levels: Vec::new() }
    }

    /// A logarithmic scale that holds all values above 0. Without any: 1 ..= 10.
    pub fn log(values: impl IntoIterator<Item = f64>, unit: Unit) -> Scale {
        let (low, high) = range(values.into_iter().filter(|value| *value > 0.0)).unwrap_or((1.0, 10.0));
        let (low, high) = if high > low * 1.0001 { (low, high) } else { (low / 2.0, high * 2.0) };
        Scale { low, high, spacing: Spacing::Log, unit, levels: Vec::new() }
    }

    /// A scale for an axis of a sweep: spaced as its levels are (evenly, or by even ratios), ticks at the levels, and
    /// a little room at both ends.
    pub fn for_levels(values: impl IntoIterator<Item = f64>, unit: Unit) -> Scale {
        let mut levels: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
        levels.sort_by(f64::total_cmp);
        levels.dedup_by(|a, b| (*a - *b).abs() <= 1e-9 * b.abs());
        let mut scale = if spacing_of(&levels) == Spacing::Log {
            let scale = Scale::log(levels.iter().copied(), unit);
            let room = (scale.high / scale.low).powf(0.03);
            Scale { low: scale.low / room, high: scale.high * room, ..scale }
        } else {
            let (low, high) = range(levels.iter().copied()).unwrap_or((0.0, 1.0));
            let room = if high > low { (high - low) * 0.03 } else { low.abs().max(1.0) * 0.5 };
            Scale::linear(low - room, high + room, unit)
        };
        scale.levels = levels;
        scale
    }

    /// Where a value lies: 0 at the low end, 1 at the high end; beyond them it is clamped. NaN stays NaN.
    pub fn share(&self, value: f64) -> f64 {
        let share = match self.spacing {
            Spacing::Linear => (value - self.low) / (self.high - self.low),
            Spacing::Log if value <= 0.0 => 0.0,
            Spacing::Log => (value / self.low).ln() / (self.high / self.low).ln(),
        };
        share.clamp(0.0, 1.0)
    }

    /// The unit step that suits the whole axis: size and name.
    pub fn step(&self) -> (f64, &'static str) {
        self.unit.step(self.low.abs().max(self.high.abs()))
    }

    /// At most about `count` ticks. On a linear scale their texts have no unit, since the axis title names it; on a
    /// logarithmic scale, and at levels, each text has its own.
    pub fn ticks(&self, count: usize) -> Vec<Tick> {
        if !self.levels.is_empty() && self.levels.len() <= count.max(2) {
            return self.levels.iter().map(|&value| (value, self.unit.write(value))).collect();
        }
        match self.spacing {
            Spacing::Linear if self.levels.is_empty() => self.even_ticks(count),
            Spacing::Linear => self.even_ticks(count).iter().map(|tick| (tick.0, self.unit.write(tick.0))).collect(),
            Spacing::Log => self.log_ticks(count),
        }
    }

    fn even_ticks(&self, count: usize) -> Vec<Tick> {
        let (size, _) = self.step();
        let (low, high) = (self.low / size, self.high / size);
        // Minutes and hours are not halved: half of five of them is no round time.
        let gap = even_gap((high - low) / count.max(1) as f64, self.unit != Unit::Seconds);
        let first = (low / gap).ceil();
        let last = ((high / gap).floor() - first).clamp(0.0, 100.0) as usize;
        (0..=last)
            .map(|i| (first + i as f64) * gap)
            .map(|value| (value * size, digits((value / gap).round() * gap, 6)))
            .collect()
    }

    fn log_ticks(&self, count: usize) -> Vec<Tick> {
        let base: f64 = if self.unit == Unit::Bytes || self.unit == Unit::BytesRate { 2.0 } else { 10.0 };
        let (first, last) = ((self.low.ln() / base.ln() - 1e-9).ceil(), (self.high.ln() / base.ln() + 1e-9).floor());
        let stride = ((last - first + 1.0) / count.max(1) as f64).ceil().max(1.0);
        let powers = ((last - first) / stride).clamp(-1.0, 100.0).floor() as i64;
        let values: Vec<f64> = (0..=powers).map(|i| base.powf(first + i as f64 * stride)).collect();
        let values = match values.len() {
            0..3 if base == 2.0 => binary((self.low, self.high)),
            0..3 => finer((self.low, self.high), self.step().0),
            _ => values,
        };
        // Powers of ten are no round minutes or hours.
        let seconds = |value: f64| self.unit == Unit::Seconds && (60.0..1e6).contains(&value);
        let text = |value| if seconds(value) { format!("{value} s") } else { self.unit.write(value) };
        values.into_iter().map(|value| (value, text(value))).collect()
    }
}

/// A gap of 1, 2, 5 or (if wanted) 2.5 times a power of ten, not below `least`.
fn even_gap(least: f64, halves: bool) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let steps: &[f64] = if halves { &[1.0, 2.0, 2.5, 5.0] } else { &[1.0, 2.0, 5.0] };
    steps.iter().map(|step| step * power).find(|gap| *gap >= least * (1.0 - 1e-9)).unwrap_or(10.0 * power)
}

/// Ticks at 1, 2 and 5 times powers of ten, or at even steps where fewer than three of those lie in the range.
fn finer((low, high): (f64, f64), size: f64) -> Vec<f64> {
    let first = low.log10().floor() as i32;
    let powers = (first..first + 4).map(|power| 10_f64.powi(power));
    let ticks = powers.flat_map(|power| [power, 2.0 * power, 5.0 * power]);
    let inside = |value: &f64| *value >= low * (1.0 - 1e-9) && *value <= high * (1.0 + 1e-9);
    let values: Vec<f64> = ticks.filter(inside).collect();
    if values.len() < 3 { between((low, high), size) } else { values }
}

/// Ticks, round in steps of `size`, for a logarithmic range that holds fewer than three powers.
fn between((low, high): (f64, f64), size: f64) -> Vec<f64> {
    let gap = even_gap((high - low) / size / 8.0, true) * size;
    let first = (low / gap - 1e-9).ceil();
    let values: Vec<f64> = (0..=10).map(|i| (first + f64::from(i)) * gap).collect();
    values.into_iter().filter(|value| *value > 0.0 && *value <= high * (1.0 + 1e-9)).collect()
}

/// Ticks at multiples of a power of two, so that sizes read "768 MiB" and not "819 MiB".
fn binary((low, high): (f64, f64)) -> Vec<f64> {
    let gap = ((high - low) / 6.0).log2().ceil().exp2();
    let values = (0..=8).map(|i| ((low / gap - 1e-9).ceil() + f64::from(i)) * gap);
    values.filter(|value| *value > 0.0 && *value <= high * (1.0 + 1e-9)).collect()
}

/// Logarithmic where ratios between neighbours are more even than differences, and they span a factor of four or more.
fn spacing_of(levels: &[f64]) -> Spacing {
    let (Some(first), Some(last)) = (levels.first(), levels.last()) else { return Spacing::Linear };
    if levels.len() < 3 || *first <= 0.0 || last / first < 4.0 {
        return Spacing::Linear;
    }
    let spread = |gap: fn(f64, f64) -> f64| {
        let gaps: Vec<f64> = levels.windows(2).map(|pair| gap(pair[0], pair[1])).collect();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        gaps.iter().map(|gap| (gap - mean).abs()).sum::<f64>() / mean
    };
    if spread(|a, b| (b / a).ln()) < spread(|a, b| b - a) { Spacing::Log } else { Spacing::Linear }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: f64 = 1073741824.0;

    #[test]
    fn a_sweep_by_powers_of_two_is_logarithmic_and_an_even_one_linear() {
        let powers = Scale::for_levels((0..9).map(|i| 2_f64.powi(i) * GIB / 8.0), Unit::Bytes);
        assert_eq!(powers.spacing, Spacing::Log);
        let texts: Vec<String> = powers.ticks(9).into_iter().map(|tick| tick.1).collect();
        assert_eq!(texts[..4], ["128 MiB", "256 MiB", "512 MiB", "1 GiB"]);
        assert_eq!(Scale::for_levels((1..9).map(|i| f64::from(i) * GIB), Unit::Bytes).spacing, Spacing::Linear);
    }

    #[test]
    fn linear_ticks_are_round_and_inside() {
        let scale = Scale::linear(0.0, 9.3e5, Unit::RecordsRate);
        assert_eq!(scale.step(), (1e3, "k records/s"));
        let texts: Vec<String> = scale.ticks(5).into_iter().map(|tick| tick.1).collect();
        assert_eq!(texts, ["0", "200", "400", "600", "800"]);
    }

    #[test]
    fn odd_ranges_give_a_usable_scale() {
        for scale in [
            Scale::from_zero([], Unit::Plain),
            Scale::from_zero([0.0, 0.0], Unit::Plain),
            Scale::from_zero([-3.0, f64::NAN], Unit::Plain),
            Scale::log([0.0, -1.0], Unit::Seconds),
            Scale::log([5.0], Unit::Seconds),
            Scale::for_levels([], Unit::Bytes),
            Scale::for_levels([GIB, GIB], Unit::Bytes),
            Scale::for_levels([0.0], Unit::Bytes),
            Scale::linear(7.0, 7.0, Unit::Plain),
        ] {
            assert!(scale.high > scale.low, "{scale:?}");
            assert!((0.0..=1.0).contains(&scale.share((scale.low + scale.high) / 2.0)), "{scale:?}");
            assert!(!scale.ticks(6).is_empty(), "{scale:?}");
        }
    }

    #[test]
    fn shares_run_from_0_to_1() {
        let scale = Scale::log([1.0, 100.0], Unit::Plain);
        assert!((scale.share(10.0) - 0.5).abs() < 1e-12);
        assert_eq!((scale.share(1.0), scale.share(1e9), scale.share(0.0)), (0.0, 1.0, 0.0));
        assert!(scale.share(f64::NAN).is_nan());
    }
}
