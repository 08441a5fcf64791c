//! Horizontal bars with an interval and a number each, one a line.

use super::axes::Quantity;
use super::canvas::{Align, Area, Canvas, Ink, Stroke};
use super::curves::Level;
use super::fonts;
use super::scale::Scale;
use super::style::STYLE;

/// A bar: its line, its name, its value.
pub type Bar = (usize, String, Level);

/// Draws bars from 0 under a title. Negative values are drawn as 0.
pub fn panel(canvas: &mut Canvas, area: Area, Quantity { title, unit }: Quantity<'_>, bars: &[Bar]) {
    canvas.fitted((area.left, area.top + 8.0), title, area.width(), Ink::new(STYLE.label, STYLE.ink));
    let names = bars.iter().map(|bar| fonts::room(&bar.1, STYLE.tick, false)).fold(0.0, f64::max);
    let left = area.left + names.min(area.width() * 0.4) + 12.0;
    let number = bars.iter().map(|bar| fonts::room(&unit.write(bar.2.mean), STYLE.tick, false)).fold(0.0, f64::max);
    let right = area.right - number - 16.0;
    let scale = Scale::from_zero(bars.iter().flat_map(|bar| [bar.2.mean, bar.2.upper]), unit);
    let at = |value: f64| left + (scale.share(value.max(0.0)) * (right - left));
    let step = ((area.height() - 30.0) / bars.len().max(1) as f64).min(54.0);
    for (row, (line, name, level)) in bars.iter().enumerate() {
        let middle = area.top + 30.0 + step * (row as f64 + 0.5);
        let (look, half) = (STYLE.line(*line), (step * 0.32).min(14.0));
        let ink = Ink::new(STYLE.tick, STYLE.ink);
        canvas.fitted((left - 10.0, middle), name, left - area.left - 8.0, ink.align(Align::End));
        let bar = Area { left, top: middle - half, right: at(level.mean).max(left + 1.0), bottom: middle + half };
        canvas.rect(bar, look.color.tint(0.55), 1.0);
        canvas.frame(bar, Stroke::solid(look.color, 1.2));
        let (low, high) = (at(level.lower), at(level.upper));
        if high - low > 2.0 {
            canvas.line(vec![(low, middle), (high, middle)], Stroke::solid(STYLE.ink, 1.4));
            for x in [low, high] {
                canvas.line(vec![(x, middle - 5.0), (x, middle + 5.0)], Stroke::solid(STYLE.ink, 1.4));
            }
        }
        canvas.text((high.max(bar.right) + 10.0, middle), &unit.write(level.mean), ink);
    }
    let foot = area.top + 30.0 + step * bars.len() as f64;
    canvas.line(vec![(left, area.top + 26.0), (left, foot)], Stroke::solid(STYLE.ink, 1.2));
}
