//! Distributions from `histograms.csv`: bins with weights (counts, or seconds for quantities that last).

use super::axes::{Axes, Axis, Panel, label_room};
use super::canvas::{Area, Canvas, Stroke};
use super::design::Design;
use super::error::ChartError;
use super::number::Unit;
use super::reference::{self, Reference};
use super::scale::Scale;
use super::style::STYLE;
use super::tables::Tables;

/// A bin: lower edge, upper edge, weight.
pub type Bin = (f64, f64, f64);

/// The distribution of a metric for one line.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// Which line of the [`Design`].
    pub line: usize,
    /// Bins by ascending lower edge; the total weight is above 0.
    pub bins: Vec<Bin>,
}

/// The distributions of a metric in the reference cells. Empty where nothing was recorded.
///
/// # Errors
/// A cell of a table holds a text instead of a number.
pub fn spreads(tables: &Tables, design: &Design, metric: &str) -> Result<(Vec<Spread>, Reference), ChartError> {
    let Some(table) = tables.get("histograms") else { return Ok((Vec::new(), Reference::default())) };
    let (lower, upper, weight) = (table.numbers("lower")?, table.numbers("upper")?, table.numbers("count")?);
    let tells = |row: usize| table.word(row, "metric") == metric && weight.at(row) > 0.0 && lower.at(row).is_finite();
    let reference = reference::choose(tables, design, table, tells)?;
    let mut spreads = Vec::new();
    for cell in &reference.cells {
        let mut bins: Vec<Bin> = cell.rows.iter().map(|&row| (lower.at(row), upper.at(row), weight.at(row))).collect();
        bins.sort_by(|a, b| a.0.total_cmp(&b.0));
        spreads.push(Spread { line: cell.line, bins });
    }
    Ok((spreads, reference))
}

impl Spread {
    fn total(&self) -> f64 {
        self.bins.iter().map(|bin| bin.2).sum()
    }

    /// The upper end of a bin; a bin without one (all that is larger) ends where it begins.
    fn end(bin: &Bin) -> f64 {
        if bin.1.is_finite() { bin.1.max(bin.0) } else { bin.0 }
    }

    /// Pairs (x, share of the weight above x), from 1 downwards. The last pair, at 0, is left out.
    pub fn above(&self) -> Vec<(f64, f64)> {
        let (total, mut left) = (self.total(), self.total());
        let mut pairs: Vec<(f64, f64)> = self.bins.first().map(|bin| (bin.0, 1.0)).into_iter().collect();
        for bin in &self.bins {
            if pairs.last().is_some_and(|last| last.0 < bin.0) {
                pairs.push((bin.0, left / total));
            }
            left -= bin.2;
            if left > total * 1e-12 {
                pairs.push((Spread::end(bin), left / total));
            }
        }
        pairs
    }

    /// Pairs (x, share of the weight at or below x), from 0 to 1.
    pub fn below(&self) -> Vec<(f64, f64)> {
        let last = self.bins.last().map(|bin| (Spread::end(bin), 0.0));
        self.above().into_iter().chain(last).map(|(x, share)| (x, 1.0 - share)).collect()
    }
}

/// Titles of the axes of a panel.
#[derive(Clone, Copy, Debug)]
pub struct Titles<'a> {
    /// What is spread.
    pub x: &'a str,
    /// What is above it.
    pub y: &'a str,
}

/// Draws the share above x against x, both logarithmic: tails show as what they are.
pub fn tail_panel(canvas: &mut Canvas, area: Area, titles: Titles<'_>, spreads: &[Spread]) {
    let curves: Vec<(usize, Vec<(f64, f64)>)> = spreads
        .iter()
        .map(|spread| (spread.line, spread.above().into_iter().filter(|pair| pair.0 > 0.0).collect()))
        .collect();
    let all = || curves.iter().flat_map(|curve| curve.1.iter());
    let ends = Scale::log(all().map(|pair| pair.0), Unit::Seconds);
    // A line at the very end of the axis would hide in the frame.
    let room = (ends.high / ends.low).powf(0.03);
    let x = Axis::new(Scale { low: ends.low / room, high: ends.high * room, ..ends }, titles.x);
    let y = Axis::new(Scale::log(all().map(|pair| pair.1).chain([1.0, 0.1]), Unit::Share), titles.y);
    let panel = Panel::draw(canvas, area, Axes { x: &x, y: &y, left: label_room(&y, area.height()) });
    for (line, pairs) in &curves {
        draw_curve(canvas, &panel, (*line, &whole(pairs, x.scale.low)));
    }
}

/// The pairs from the left end of the axis, before which nothing was recorded, down to 0 at the largest value.
fn whole(pairs: &[(f64, f64)], low: f64) -> Vec<(f64, f64)> {
    let first = pairs.first().map(|pair| (low, pair.1));
    let last = pairs.last().map(|pair| (pair.0, 0.0));
    first.into_iter().chain(pairs.iter().copied()).chain(last).collect()
}

/// Draws a curve with a few markers.
pub fn draw_curve(canvas: &mut Canvas, panel: &Panel, (line, pairs): (usize, &[(f64, f64)])) {
    let look = STYLE.line(line);
    panel.line(canvas, pairs, Stroke::of(look));
    let gap = (pairs.len() / 6).max(1);
    for pair in pairs.iter().skip((gap * line / 7).min(pairs.len().saturating_sub(1))).step_by(gap) {
        canvas.marker(panel.at(*pair), look, (4.0, false));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_above_and_below_are_exact() {
        let spread = Spread { line: 0, bins: vec![(0.0, 1.0, 6.0), (1.0, 2.0, 3.0), (4.0, 8.0, 1.0)] };
        assert_eq!(spread.above(), [(0.0, 1.0), (1.0, 0.4), (2.0, 0.1), (4.0, 0.1)]);
        let below = spread.below();
        assert_eq!((below[0], below[below.len() - 1]), ((0.0, 0.0), (8.0, 1.0)));
    }

    #[test]
    fn a_bin_without_an_upper_edge_is_a_tail() {
        let spread = Spread { line: 0, bins: vec![(0.0, 1.0, 1.0), (1.0, f64::NAN, 1.0)] };
        assert_eq!(spread.above(), [(0.0, 1.0), (1.0, 0.5)]);
        assert_eq!(spread.below().last(), Some(&(1.0, 1.0)));
    }
}
