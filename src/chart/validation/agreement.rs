//! How often words were told right: a field for each measured and predicted word, with its number of rows.

use super::super::canvas::{Align, Area, Canvas, Ink, Stroke};
use super::super::style::STYLE;
use crate::evidence::validation::{Prediction, Validation};
use std::collections::BTreeMap;

/// Words shown at most.
const MOST: usize = 5;
/// Room for words at the left.
const LEFT: f64 = 96.0;
/// For the title and the words above.
const HEAD: f64 = 64.0;
/// Fields are no larger than this.
const FIELD: f64 = 96.0;

/// Draws the panel of the quantity at `place`.
pub(super) fn draw(canvas: &mut Canvas, outer: Area, (validation, place): (&Validation, usize)) {
    let Some(quantity) = validation.dataset.build.quantities.get(place) else { return };
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (row, told) in validation.rows.iter().enumerate() {
        let measured = validation.table.text(row, quantity.column);
        if let (Some(Some(Prediction::Word(word))), false) = (told.values.get(place), measured.is_empty()) {
            *counts.entry((measured, word)).or_default() += 1;
        }
    }
    let right: usize = counts.iter().filter(|(words, _)| words.0 == words.1).map(|(_, count)| count).sum();
    let all: usize = counts.values().sum();
    let told = if all == 0 { "nothing to compare".into() } else { format!("{right} of {all} rows right") };
    canvas.fitted((outer.left, outer.top + 6.0), &told, outer.width(), Ink::new(STYLE.tick, STYLE.muted));
    let title = format!("{}: measured (down), predicted (across)", quantity.column);
    canvas.fitted((outer.left, outer.top + 28.0), &title, outer.width(), Ink::new(STYLE.label, STYLE.ink));
    let mut words: Vec<&str> = counts.keys().flat_map(|(a, b)| [*a, *b]).collect();
    words.sort_unstable();
    words.dedup();
    words.truncate(MOST);
    let room = (outer.width() - LEFT).min(outer.height() - HEAD) / words.len().max(1) as f64;
    let fields = Area { left: outer.left + LEFT, top: outer.top + HEAD, right: 0.0, bottom: 0.0 };
    Matrix { words: &words, counts: &counts }.draw(canvas, fields, room.min(FIELD));
}

/// How often each predicted word met each measured one.
struct Matrix<'a> {
    words: &'a [&'a str],
    /// By measured and predicted word.
    counts: &'a BTreeMap<(&'a str, &'a str), usize>,
}

impl Matrix<'_> {
    /// Draws fields of that side from the left upper corner of an area.
    fn draw(&self, canvas: &mut Canvas, corner: Area, side: f64) {
        let Matrix { words, counts } = *self;
        let ink = Ink::new(STYLE.tick, STYLE.muted);
        for (down, measured) in words.iter().enumerate() {
            let middle = |place: usize| (place as f64 + 0.5) * side;
            canvas.fitted(
                (corner.left - 10.0, corner.top + middle(down)),
                measured,
                LEFT - 14.0,
                ink.align(Align::End),
            );
            canvas.fitted((corner.left + middle(down), corner.top - 12.0), measured, side, ink.align(Align::Middle));
            for (across, predicted) in words.iter().enumerate() {
                let (left, top) = (corner.left + across as f64 * side, corner.top + down as f64 * side);
                let field = Area { left, top, right: left + side, bottom: top + side };
                let count = counts.get(&(*measured, *predicted)).copied().unwrap_or(0);
                let color = if down == across { STYLE.lines[2].color } else { STYLE.lines[1].color };
                canvas.rect(field, color.tint(if count > 0 { 0.6 } else { 0.94 }), 1.0);
                canvas.frame(field, Stroke::solid(STYLE.grid, 1.0));
                let text = Ink::new(STYLE.subtitle, STYLE.ink).align(Align::Middle);
                canvas.text((left + side / 2.0, top + side / 2.0), &count.to_string(), text);
            }
        }
    }
}
