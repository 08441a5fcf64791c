//! One row an allocator: the smallest memory that serves the trace, and footprint over live memory in four ways.

use super::super::axes::{Axes, Axis, Panel};
use super::super::canvas::{Align, Area, Canvas, Ink, Stroke};
use super::super::fonts;
use super::super::number::{Unit, digits};
use super::super::page::{self, Key};
use super::super::scale::Scale;
use super::super::style::STYLE;
use super::head;
use crate::base::Bytes;
use crate::frag::{MOST, Run, Subject};

const ROW: f64 = 32.0;
/// Distance of the markers of a row from top to bottom.
const APART: f64 = 7.0;
/// Beyond this many times the bound, an axis becomes logarithmic.
const WIDE: f64 = 5.0;
const RATIOS: [&str; 4] = ["JW1: average", "JW2: when most is live", "JW3: when widest", "JW4: widest over most live"];

/// Both panels under one legend.
pub(super) fn paint(subject: &Subject<'_>) -> Canvas {
    let mut canvas = Canvas::default();
    let (trace, settings) = (subject.trace, subject.settings);
    let memory = settings.sizes.iter().copied().max().unwrap_or_default();
    let bound = trace.most_live();
    let mut notes = vec![format!("most live {}", Unit::Bytes.write(bound.as_f64()))];
    notes.push(format!("JW in a memory of {}", Unit::Bytes.write(memory.as_f64())));
    let area = head(&mut canvas, subject, "Allocators on one trace", notes);
    let mut entries: Vec<page::Entry> = vec![(Key::Stroke(bound_line()), "most that is live".into())];
    if subject.capacity.is_some() {
        entries.push((Key::Stroke(capacity_line()), "a packing is known".into()));
    }
    let ratios =
        RATIOS.iter().enumerate().map(|(place, name)| (Key::Marker(STYLE.line(place), false), name.to_string()));
    entries.extend(ratios);
    let area = page::legend(&mut canvas, area, &entries);
    let rows = settings.contenders.len();
    let bottom = area.top + rows as f64 * ROW + 86.0;
    canvas.height = bottom + STYLE.margin;
    let area = Area { bottom, ..area };
    let room = settings.contenders.iter().map(|one| fonts::room(&one.label, STYLE.tick, false)).fold(0.0, f64::max);
    let room = room.min(260.0) + 12.0;
    let body = Area { left: area.left + room, ..area };
    let (left, right) = if subject.comparison.smallest.is_empty() { (body, body) } else { body.split(0.5, 40.0) };
    let middles = ratio_panel(&mut canvas, right, (subject, memory));
    if !subject.comparison.smallest.is_empty() {
        smallest(&mut canvas, left, subject);
    }
    for (number, middle) in middles.iter().enumerate() {
        let ink = Ink::new(STYLE.tick, STYLE.ink).align(Align::End);
        canvas.fitted((area.left + room - 12.0, *middle), subject.label(number), room - 12.0, ink);
    }
    canvas
}

fn bound_line() -> Stroke {
    Stroke::solid(STYLE.ink, 1.6)
}

fn capacity_line() -> Stroke {
    Stroke { color: STYLE.lines[1].color, width: 1.8, dash: &[7.0, 4.0] }
}

/// An axis of multiples that holds 1 and all values.
fn multiples(values: &[f64]) -> Scale {
    let high = values.iter().copied().fold(1.0, f64::max);
    if high > WIDE {
        return Scale::log([1.0, high * 1.2], Unit::Plain);
    }
    Scale::linear(1.0, (1.0 + (high - 1.0) * 1.12).max(1.05), Unit::Plain)
}

fn rows_panel(canvas: &mut Canvas, area: Area, axis: &Axis<'_>, rows: usize) -> (Panel, Vec<f64>) {
    let nothing = Scale { levels: vec![f64::NAN], ..Scale::linear(0.0, 1.0, Unit::Plain) };
    let panel =
        Panel::draw(canvas, area, Axes { x: axis, y: &Axis { scale: nothing, title: "", labels: false }, left: 0.0 });
    let step = panel.area.height() / rows.max(1) as f64;
    let middles = (0..rows).map(|row| panel.area.top + step * (row as f64 + 0.5)).collect();
    (panel, middles)
}

fn smallest(canvas: &mut Canvas, area: Area, subject: &Subject<'_>) {
    let bound = subject.trace.most_live().as_f64().max(1.0);
    let over = |bytes: Option<Bytes>| bytes.map(|bytes| bytes.as_f64() / bound);
    let found = &subject.comparison.smallest;
    let mut values: Vec<f64> = found.iter().filter_map(|one| over(one.bytes)).collect();
    values.extend(over(subject.capacity.map(|known| known.bytes)));
    let title = "Smallest memory that serves the trace, over the most that is live";
    let (panel, middles) =
        rows_panel(canvas, area, &Axis::new(multiples(&values), title), subject.settings.contenders.len());
    let upright = |canvas: &mut Canvas, value: f64, stroke: Stroke| {
        let x = panel.x_at(value);
        canvas.line(vec![(x, panel.area.top), (x, panel.area.bottom)], stroke);
    };
    upright(canvas, 1.0, bound_line());
    over(subject.capacity.map(|known| known.bytes))
        .into_iter()
        .for_each(|value| upright(canvas, value, capacity_line()));
    for one in found {
        let (look, middle) = (STYLE.line(0), middles[one.contender]);
        let Some(value) = over(one.bytes) else {
            canvas.text(
                (panel.area.left + 8.0, middle),
                &format!("none up to {MOST}×"),
                Ink::new(STYLE.tick, STYLE.muted),
            );
            continue;
        };
        let (from, to) = (panel.x_at(1.0), panel.x_at(value));
        canvas.line(vec![(from, middle), (to, middle)], Stroke::solid(look.color.tint(0.4), 4.0));
        canvas.marker((to, middle), look, (4.5, false));
        let text = format!("{}×", digits(value, 4));
        let space = fonts::room(&text, STYLE.tick, false) + 12.0;
        let (x, align) =
            if to + space > panel.area.right { (to - 10.0, Align::End) } else { (to + 10.0, Align::Start) };
        canvas.text(
            (x, middle - if align == Align::End { 11.0 } else { 0.0 }),
            &text,
            Ink::new(STYLE.tick, STYLE.ink).align(align),
        );
    }
}

/// Returns the middles of the rows. Where blocks are refused, what lives is not the trace, so no ratio is shown.
fn ratio_panel(canvas: &mut Canvas, area: Area, (subject, memory): (&Subject<'_>, Bytes)) -> Vec<f64> {
    let ratios = |run: &Run| {
        let ratios = run.means.ratios;
        [ratios.average(), ratios.at_most_live(), ratios.at_widest(), ratios.of_extremes()]
    };
    let runs: Vec<&Run> = subject.comparison.runs.iter().filter(|run| run.size == memory).collect();
    let served = |run: &&&Run| run.refusals == 0;
    let values: Vec<f64> = runs.iter().filter(served).flat_map(|run| ratios(run)).flatten().collect();
    let rows = subject.settings.contenders.len();
    let title = "Footprint over live memory";
    let (panel, middles) = rows_panel(canvas, area, &Axis::new(multiples(&values), title), rows);
    for run in runs {
        let middle = middles[run.contender];
        if run.refusals > 0 {
            let text = format!("refuses {} blocks", run.refusals);
            canvas.text((panel.area.left + 8.0, middle), &text, Ink::new(STYLE.tick, STYLE.muted));
            continue;
        }
        let places: Vec<f64> = ratios(run).iter().flatten().map(|value| panel.x_at(*value)).collect();
        let low = places.iter().copied().fold(f64::INFINITY, f64::min);
        let high = places.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        canvas.line(vec![(low, middle), (high, middle)], Stroke::solid(STYLE.grid, 3.0));
        for (place, value) in ratios(run).iter().enumerate() {
            if let Some(value) = value {
                // Equal ratios stay visible side by side.
                let shift = (place as f64 - 1.5) * APART;
                canvas.marker((panel.x_at(*value), middle + shift), STYLE.line(place), (2.9, false));
            }
        }
    }
    middles
}
