//! Where the optimum of each line lies, from `optimum.csv`.

use super::axes::Panel;
use super::canvas::{Align, Canvas, Ink, Stroke};
use super::design::Design;
use super::error::ChartError;
use super::fonts;
use super::number::Unit;
use super::style::STYLE;
use super::tables::Tables;

/// The heap per core at which a line has its highest throughput.
#[derive(Clone, Debug, PartialEq)]
pub struct Optimum {
    /// Which line of the [`Design`].
    pub line: usize,
    /// "none", or the mechanism that was switched off.
    pub ablation: String,
    /// Heap per core in bytes.
    pub at: f64,
    /// Lower end of the 95 % interval; the optimum itself where none was recorded.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
    /// Whether throughput falls on both sides of it, beyond the intervals.
    pub interior: bool,
    /// Shift against the full model in bytes of heap per core, from paired replications; NaN if not recorded.
    pub shift: f64,
    /// Half the width of the 95 % interval of the shift; 0 where none was recorded.
    pub shift_half: f64,
    /// Change of the highest throughput against the full model, as a share; NaN if not recorded.
    pub gain: f64,
}

/// All optima of the lines shown, or those of one ablation, in file order. Empty without `optimum.csv`.
///
/// # Errors
/// A cell holds a text instead of a number.
pub fn optima(tables: &Tables, design: &Design, ablation: &str) -> Result<Vec<Optimum>, ChartError> {
    let Some(table) = tables.get("optimum") else { return Ok(Vec::new()) };
    let at = table.numbers("optimum_heap_per_core_bytes")?;
    let (lower, upper) = (table.numbers("optimum_lower_bytes")?, table.numbers("optimum_upper_bytes")?);
    let (shift, shift_half) = (table.numbers("shift_bytes")?, table.numbers("shift_half_width_bytes")?);
    let gain = table.numbers("shift_throughput_share")?;
    let end = |end: f64, other: f64| if end.is_finite() { end } else { other };
    let mut found = Vec::new();
    for row in 0..table.rows() {
        let word = table.word(row, "ablation");
        let Some(line) = design.line(table, row).filter(|_| at.at(row).is_finite()) else { continue };
        if ablation == "all" || word == ablation {
            found.push(Optimum {
                line,
                ablation: word.to_string(),
                at: at.at(row),
                lower: end(lower.at(row), at.at(row)),
                upper: end(upper.at(row), at.at(row)),
                interior: table.word(row, "interior") != "false",
                shift: shift.at(row),
                shift_half: end(shift_half.at(row), 0.0),
                gain: gain.at(row),
            });
        }
    }
    found.sort_by_key(|optimum| optimum.line);
    Ok(found)
}

impl Optimum {
    /// The optimum and its interval in words.
    fn text(&self) -> String {
        let write = |value: f64| Unit::Bytes.write(value);
        let end = if self.interior { "" } else { ", no fall proven on both sides" };
        format!("{} ({} to {}){end}", write(self.at), write(self.lower), write(self.upper))
    }

    /// Draws the interval, its marker and its numbers at this height of the panel, in the look of its line.
    pub fn draw(&self, canvas: &mut Canvas, panel: &Panel, y: f64) {
        let look = STYLE.line(self.line);
        let (low, high) = (panel.x_at(self.lower), panel.x_at(self.upper));
        canvas.line(vec![(low, y), (high, y)], Stroke::solid(look.color, 2.4));
        for x in [low, high] {
            canvas.line(vec![(x, y - 5.0), (x, y + 5.0)], Stroke::solid(look.color, 1.6));
        }
        canvas.marker((panel.x_at(self.at), y), look, (5.5, false));
        let text = self.text();
        let room = fonts::room(&text, STYLE.tick, false) + 12.0;
        let ink = Ink::new(STYLE.tick, STYLE.muted);
        if high + room <= panel.area.right {
            canvas.text((high + 12.0, y), &text, ink);
        } else if low - room >= panel.area.left {
            canvas.text((low - 12.0, y), &text, ink.align(Align::End));
        }
    }
}
