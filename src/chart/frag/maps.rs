//! Memory maps: address against time, coloured by consumer or by size.

use super::super::axes::{Axes, Axis, Panel, label_room};
use super::super::canvas::{Area, Canvas, Ink};
use super::super::number::Unit;
use super::super::page::{self, Key};
use super::super::raster::Raster;
use super::super::scale::Scale;
use super::super::style::{Color, STYLE};
use super::{head, panels, time_axis};
use crate::frag::{MemoryMap, Pixel, Subject};

/// Where nothing lies but something lies above.
const HOLE: Color = Color(255, 255, 255);
/// Where nothing lies, nor anywhere above.
const OPEN: Color = Color(226, 226, 226);
/// Height of a mark of a refusal.
const TICK: f64 = 7.0;

/// One panel a map.
pub(super) fn paint(subject: &Subject<'_>) -> Canvas {
    let mut canvas = Canvas::default();
    let maps = &subject.comparison.maps;
    let memory = subject.settings.sizes.first().map_or(0.0, |size| size.as_f64());
    let what = if subject.trace.consumers.is_empty() { "by the size of blocks" } else { "by consumer" };
    let notes = vec![
        format!("memory {}", Unit::Bytes.write(memory)),
        format!("coloured {what}; the paler, the more of it is holes"),
    ];
    let area = head(&mut canvas, subject, "Memory map: where blocks lie", notes);
    let names = maps.first().map_or(&[][..], |map| &map.classes);
    let mut entries: Vec<page::Entry> =
        names.iter().enumerate().map(|(class, name)| (Key::Fill(color(class as u8)), name.clone())).collect();
    entries.push((Key::Fill(HOLE), "hole".into()));
    entries.push((Key::Fill(OPEN), "free above all blocks".into()));
    if maps.iter().any(|map| !map.refusals.is_empty()) {
        entries.push((Key::Fill(STYLE.ink), "tick above: a block is refused".into()));
    }
    let area = page::legend(&mut canvas, area, &entries);
    let (grid, area) = panels(&mut canvas, area, maps.len());
    let (time, _) = time_axis(subject.trace);
    for (place, map) in maps.iter().enumerate() {
        let cell = area.cell(place, grid, super::GAP);
        let ink = Ink::new(STYLE.label, STYLE.ink).bold();
        canvas.fitted((cell.left, cell.top + 8.0), subject.label(map.contender), cell.width(), ink);
        let inner = Area { top: cell.top + 22.0, ..cell };
        let address = Axis::new(Scale::linear(0.0, map.top.as_f64(), Unit::Bytes), "Address");
        let room = label_room(&address, inner.height());
        let panel = Panel::draw(&mut canvas, inner, Axes { x: &time, y: &address, left: room });
        canvas.picture(panel.area, raster(map));
        refusals(&mut canvas, panel.area, map);
    }
    canvas
}

/// Ticks above a map, where a block was refused.
fn refusals(canvas: &mut Canvas, area: Area, map: &MemoryMap) {
    let wide = area.width() / map.columns.max(1) as f64;
    for column in &map.refusals {
        let middle = area.left + (*column as f64 + 0.5) * wide;
        let half = wide.max(1.4) / 2.0;
        let tick =
            Area { left: middle - half, right: middle + half, top: area.top - TICK - 1.0, bottom: area.top - 1.0 };
        canvas.rect(tick, STYLE.ink, 1.0);
    }
}

fn color(class: u8) -> Color {
    STYLE.blocks[class as usize % STYLE.blocks.len()]
}

fn raster(map: &MemoryMap) -> Raster {
    let columns = map.columns.max(1);
    let mut seen = vec![false; columns];
    let mut shade = |(column, pixel): (usize, &Pixel)| {
        seen[column] |= pixel.class.is_some();
        match pixel.class {
            None if seen[column] => HOLE,
            None => OPEN,
            // A little of a block must still be seen.
            Some(class) => color(class).tint(0.85 * (1.0 - f64::from(pixel.taken))),
        }
    };
    // Addresses rise upwards, pictures are written downwards.
    let rows = map.pixels.chunks(columns).rev();
    Raster { columns, cells: rows.flat_map(|row| row.iter().enumerate()).map(&mut shade).collect() }
}
