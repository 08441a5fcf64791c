//! Where the parts of a process lie: in bytes from its top, and in pixels of the sheet.

use super::super::canvas::{Align, Area, Canvas, Ink, Stroke};
use super::super::number::Unit;
use super::super::page::tick_ink;
use super::super::style::STYLE;
use super::Part;

/// Thinner parts are drawn as a line of this height.
pub(super) const HAIRLINE: f64 = 1.0;

/// A part with its place in the process.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block<'a> {
    pub part: &'a Part,
    /// How many parts it lies in.
    pub depth: usize,
    /// Bytes from the top of the process to its upper edge.
    pub from: u64,
    /// Bytes from the top of the process to its lower edge.
    pub upto: u64,
}

impl Block<'_> {
    /// Whether it is not divided further.
    pub fn is_leaf(&self) -> bool {
        self.part.parts.is_empty()
    }
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.upto == self.from
    }
}

/// The bytes of all leaves of a part.
fn extent(part: &Part) -> u64 {
    if part.parts.is_empty() {
        return part.size.0;
    }
    part.parts.iter().fold(0, |sum, part| sum.saturating_add(extent(part)))
}

fn walk<'a>(part: &'a Part, (depth, from): (usize, u64), found: &mut Vec<Block<'a>>) -> u64 {
    let upto = from.saturating_add(extent(part));
    found.push(Block { part, depth, from, upto });
    part.parts.iter().fold(from, |from, part| walk(part, (depth + 1, from), found));
    upto
}

/// All parts from top to bottom, each before the parts in it.
pub(super) fn blocks(root: &Part) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    walk(root, (0, 0), &mut found);
    found
}

/// From bytes to pixels down the sheet, exactly proportional.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ruler {
    top: f64,
    bottom: f64,
    total: u64,
}

impl Ruler {
    /// The ruler that lets `total` bytes fill `area`.
    pub fn new(area: Area, total: u64) -> Ruler {
        Ruler { top: area.top, bottom: area.bottom, total: total.max(1) }
    }

    /// Where the byte with this distance from the top of the process lies.
    pub fn at(&self, bytes: u64) -> f64 {
        self.top + (self.bottom - self.top) * (bytes as f64 / self.total as f64)
    }

    /// The place of a block between two edges.
    pub fn area(&self, block: &Block<'_>, (left, right): (f64, f64)) -> Area {
        Area { left, right, top: self.at(block.from), bottom: self.at(block.upto) }
    }

    /// The middle of a block.
    pub fn middle(&self, block: &Block<'_>) -> f64 {
        (self.at(block.from) + self.at(block.upto)) / 2.0
    }

    /// Ticks at multiples of a power of two bytes.
    fn ticks(&self) -> Vec<u64> {
        let gap = (self.total / 8).max(1).checked_next_power_of_two().unwrap_or(1 << 63);
        (0..=self.total / gap).map(|tick| tick * gap).collect()
    }

    /// Draws the axis, its line at `x`, labels left of it.
    pub fn draw(&self, canvas: &mut Canvas, x: f64) {
        let stroke = Stroke::solid(STYLE.muted, 1.0);
        canvas.line(vec![(x, self.top), (x, self.bottom)], stroke);
        for tick in self.ticks() {
            let (y, text) = (self.at(tick), Unit::Bytes.write(tick as f64));
            canvas.line(vec![(x - 5.0, y), (x, y)], stroke);
            let text = if tick == 0 { "0" } else { &text };
            canvas.fitted((x - 9.0, y), text, x - 17.0, Ink { size: 12.0, ..tick_ink(Align::End) });
        }
    }
}

/// Places as near as can be to the wanted ones (ascending), at least `gap` apart and inside `low ..= high`.
pub(super) fn push_apart(wanted: &[f64], gap: f64, (low, high): (f64, f64)) -> Vec<f64> {
    // Without the gaps the places need only ascend; where neighbours do not, they share their mean.
    let mut runs: Vec<(f64, usize)> = Vec::new();
    for (index, place) in wanted.iter().enumerate() {
        let mut run = (place - index as f64 * gap, 1);
        while let Some(last) = runs.pop_if(|last| last.0 > run.0) {
            let count = last.1 + run.1;
            run = ((last.0 * last.1 as f64 + run.0 * run.1 as f64) / count as f64, count);
        }
        runs.push(run);
    }
    let high = high - wanted.len().saturating_sub(1) as f64 * gap;
    let even = runs.iter().flat_map(|run| std::iter::repeat_n(run.0.min(high).max(low), run.1));
    even.enumerate().map(|(index, place)| place + index as f64 * gap).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_that_have_room_stay_and_others_share_it() {
        assert_eq!(push_apart(&[10.0, 50.0], 20.0, (0.0, 100.0)), [10.0, 50.0]);
        assert_eq!(push_apart(&[50.0, 50.0, 50.0], 20.0, (0.0, 100.0)), [30.0, 50.0, 70.0]);
        assert_eq!(push_apart(&[95.0, 99.0], 20.0, (0.0, 100.0)), [80.0, 100.0]);
        assert_eq!(push_apart(&[-5.0, 0.0, 90.0], 20.0, (0.0, 100.0)), [0.0, 20.0, 90.0]);
        assert!(push_apart(&[], 20.0, (0.0, 100.0)).is_empty());
    }

    #[test]
    fn ticks_are_few_whatever_the_total() {
        let area = Area { left: 0.0, top: 0.0, right: 1.0, bottom: 1.0 };
        for total in [0, 1, 7, 1 << 20, 1_811_939_328, u64::MAX] {
            let ticks = Ruler::new(area, total).ticks();
            assert!((1..=9).contains(&ticks.len()), "{total}: {ticks:?}");
        }
    }
}
