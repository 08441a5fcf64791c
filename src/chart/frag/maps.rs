//! Memory maps: address against time, coloured by consumer or by size.

use super::super::axes::{Axis, Panel, label_room};
use super::super::canvas::{Canvas, Ink};
use super::super::number::Unit;
use super::super::page::{self, Key, fitted};
use super::super::raster::Raster;
use super::super::scale::Scale;
use super::super::style::{Color, STYLE};
use super::{head, panels, time_axis};
use crate::experiment::frag::{MemoryMap, Pixel, Subject};

/// Where nothing lies.
const FREE: Color = Color(255, 255, 255);

/// One panel a map.
pub(super) fn paint(subject: &Subject<'_>) -> Canvas {
    let mut canvas = Canvas::default();
    let maps = &subject.comparison.maps;
    let memory = subject.settings.sizes.first().map_or(0.0, |size| size.as_f64());
    let notes = vec![format!("memory {}", Unit::Bytes.write(memory)), "white is free; paler is less full".into()];
    let area = head(&mut canvas, subject, "Memory map: where blocks lie", notes);
    let names = maps.first().map_or(&[][..], |map| &map.classes);
    let mut entries: Vec<page::Entry> =
        names.iter().enumerate().map(|(class, name)| (Key::Fill(color(class as u8)), name.clone())).collect();
    entries.push((Key::Fill(FREE), "free".into()));
    let area = page::legend(&mut canvas, area, &entries);
    let (grid, area) = panels(&mut canvas, area, maps.len());
    let (time, _) = time_axis(subject.trace);
    for (place, map) in maps.iter().enumerate() {
        let cell = area.cell(place, grid, super::GAP);
        fitted(
            &mut canvas,
            (cell.left, cell.top + 8.0),
            (subject.label(map.contender), cell.width()),
            Ink::new(STYLE.label, STYLE.ink).bold(),
        );
        let inner = super::super::canvas::Area { top: cell.top + 22.0, ..cell };
        let address = Axis::new(Scale::linear(0.0, map.top.as_f64(), Unit::Bytes), "Address");
        let room = label_room(&address, inner.height());
        let panel = Panel::draw(&mut canvas, inner, (&time, &address), room);
        canvas.picture(panel.area, raster(map));
    }
    canvas
}

fn color(class: u8) -> Color {
    // Okabe and Ito's colours, of which neighbours differ in lightness.
    const COLORS: [Color; 6] = [
        Color(86, 180, 233),
        Color(0, 68, 136),
        Color(230, 159, 0),
        Color(170, 51, 0),
        Color(60, 170, 120),
        Color(60, 60, 60),
    ];
    COLORS[class as usize % COLORS.len()]
}

fn raster(map: &MemoryMap) -> Raster {
    let shade = |pixel: &Pixel| match pixel.class {
        None => FREE,
        // A little of a block must still be seen.
        Some(class) => color(class).tint(0.85 * (1.0 - f64::from(pixel.taken))),
    };
    // Addresses rise upwards, pictures are written downwards.
    let rows = map.pixels.chunks(map.columns.max(1)).rev();
    Raster { columns: map.columns, cells: rows.flat_map(|row| row.iter().map(shade)).collect() }
}
