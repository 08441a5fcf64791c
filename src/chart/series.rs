//! Time series of a reference cell.

use super::axes::{Axes, Axis, Panel, Quantity, label_room};
use super::canvas::{Area, Canvas, Stroke};
use super::number::Unit;
use super::scale::{Scale, range};
use super::style::STYLE;
use super::table::Numbers;

/// Pairs of time in seconds and value; NaN where nothing was recorded.
pub type Pairs = Vec<(f64, f64)>;

/// The series of a column over these rows, in the order of time.
pub fn pairs(rows: &[usize], time: Numbers<'_>, value: Numbers<'_>) -> Pairs {
    let mut pairs: Pairs = rows.iter().map(|&row| (time.at(row), value.at(row))).collect();
    pairs.retain(|pair| pair.0.is_finite());
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    pairs
}

/// Averages neighbours so that at most `count` pairs remain; more points than pixels would only make a blot.
pub fn thin(pairs: &[(f64, f64)], count: usize) -> Pairs {
    let size = pairs.len().div_ceil(count.max(1)).max(1);
    let mean = |values: &mut dyn Iterator<Item = f64>| {
        let (sum, count) = values.filter(|value| value.is_finite()).fold((0.0, 0), |(s, n), value| (s + value, n + 1));
        if count == 0 { f64::NAN } else { sum / f64::from(count) }
    };
    pairs
        .chunks(size)
        .map(|chunk| (mean(&mut chunk.iter().map(|pair| pair.0)), mean(&mut chunk.iter().map(|pair| pair.1))))
        .collect()
}

/// A line shows at most this many points.
pub const POINTS: usize = 150;

/// What a subtitle should say where [`thin`] averages series of this length; nothing where it does not.
pub fn thinned(longest: usize, count: usize) -> Option<String> {
    let size = longest.div_ceil(count.max(1));
    (size > 1).then(|| format!("means of {size} samples"))
}

/// The longest series.
pub fn longest<'a>(all: impl IntoIterator<Item = &'a (usize, Pairs)>) -> usize {
    all.into_iter().map(|(_, pairs)| pairs.len()).max().unwrap_or(0)
}

/// Whether anything but zero was recorded.
pub fn tells(pairs: &[(f64, f64)]) -> bool {
    pairs.iter().any(|pair| pair.1.is_finite() && pair.1 != 0.0)
}

/// An axis of simulated time for these series.
pub fn time_scale<'a>(all: impl IntoIterator<Item = &'a Pairs>) -> Scale {
    let (low, high) = range(all.into_iter().flatten().map(|pair| pair.0)).unwrap_or((0.0, 1.0));
    Scale::linear(low, high, Unit::Seconds)
}

/// A panel of lines over time, one for each (line, series).
pub fn panel(canvas: &mut Canvas, area: Area, Quantity { title, unit }: Quantity<'_>, all: &[(usize, Pairs)]) {
    let thinned: Vec<(usize, Pairs)> = all.iter().map(|(line, pairs)| (*line, thin(pairs, POINTS))).collect();
    let x = Axis::new(time_scale(all.iter().map(|(_, pairs)| pairs)), "Simulated time");
    let values = thinned.iter().flat_map(|(_, pairs)| pairs.iter().map(|pair| pair.1));
    let y = Axis::new(Scale::from_zero(values, unit), title);
    let panel = Panel::draw(canvas, area, Axes { x: &x, y: &y, left: label_room(&y, area.height()) });
    for (line, pairs) in &thinned {
        let look = STYLE.line(*line);
        panel.line(canvas, pairs, Stroke { width: 1.8, ..Stroke::of(look) });
        // A few markers only, at other times for each line, so that they tell the lines apart and hide nothing.
        let gap = (pairs.len() / 7).max(1);
        for pair in pairs.iter().skip((gap * line / 7).min(pairs.len().saturating_sub(1))).step_by(gap) {
            if pair.1.is_finite() {
                canvas.marker(panel.at(*pair), look, (3.6, false));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinning_averages_neighbours_and_keeps_gaps() {
        let pairs = [(0.0, 1.0), (1.0, 3.0), (2.0, f64::NAN), (3.0, f64::NAN), (4.0, 5.0)];
        let thin = thin(&pairs, 3);
        assert_eq!((thin[0], thin[2]), ((0.5, 2.0), (4.0, 5.0)));
        assert!(thin[1].0 == 2.5 && thin[1].1.is_nan());
        assert!(super::thin(&[], 5).is_empty());
    }

    #[test]
    fn zeros_and_gaps_tell_nothing() {
        assert!(!tells(&[(0.0, 0.0), (1.0, f64::NAN)]));
        assert!(tells(&[(0.0, -1.0)]));
    }
}
