//! The parts that every chart shares: title, subtitle, legend, notes.

use super::canvas::{Align, Area, Canvas, Ink, Stroke};
use super::design::Design;
use super::fonts;
use super::style::{Color, LineLook, STYLE};
use super::tables::Context;

/// Breaks a text at spaces into lines that need no more than `space` pixels.
pub fn wrap(text: &str, size: f64, space: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if fonts::room(&format!("{line} {word}"), size, false) <= space => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_string()),
        }
    }
    lines
}

/// What stands above a chart.
#[derive(Clone, Debug)]
pub struct Heading<'a> {
    /// The title.
    pub title: &'a str,
    /// What the subtitle says beyond scenario, replications and seed.
    pub notes: Vec<String>,
}

/// Writes title and subtitle; returns the area below them.
pub fn heading(canvas: &mut Canvas, context: &Context, heading: &Heading<'_>) -> Area {
    let margin = STYLE.margin;
    let space = STYLE.width - 2.0 * margin;
    let mut y = margin + 8.0;
    canvas.text((margin, y), &fonts::fit(heading.title, STYLE.title, space), Ink::new(STYLE.title, STYLE.ink).bold());
    y += 29.0;
    let mut parts = vec![context.scenario.clone()];
    match context.replications.as_deref() {
        Some("1") => parts.push("1 replication".to_string()),
        Some(count) => parts.push(format!("{count} replications")),
        None => {}
    }
    parts.extend(context.seed.as_ref().map(|seed| format!("seed {seed}")));
    parts.extend(heading.notes.iter().cloned());
    for line in wrap(&parts.join(" · "), STYLE.subtitle, space).iter().take(4) {
        canvas.text((margin, y), &fonts::fit(line, STYLE.subtitle, space), Ink::new(STYLE.subtitle, STYLE.muted));
        y += 21.0;
    }
    Area { left: margin, top: y + 4.0, right: STYLE.width - margin, bottom: canvas.height - margin }
}

/// What a legend shows beside a name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Key {
    /// A line with its marker.
    Line(LineLook),
    /// A line alone.
    Stroke(Stroke),
    /// A marker alone; the flag says whether it is hollow.
    Marker(LineLook, bool),
    /// A filled area.
    Fill(Color),
}

/// An entry of a legend.
pub type Entry = (Key, String);

const KEY: f64 = 44.0;

fn draw_key(canvas: &mut Canvas, (x, y): (f64, f64), key: Key) {
    match key {
        Key::Line(look) => {
            canvas.line(vec![(x, y), (x + KEY, y)], Stroke::of(look));
            canvas.marker((x + KEY / 2.0, y), look, (4.5, false));
        }
        Key::Stroke(stroke) => canvas.line(vec![(x, y), (x + KEY, y)], stroke),
        Key::Marker(look, hollow) => canvas.marker((x + KEY - 6.0, y), look, (5.0, hollow)),
        Key::Fill(color) => {
            let area = Area { left: x + KEY - 22.0, top: y - 7.0, right: x + KEY, bottom: y + 7.0 };
            canvas.rect(area, color, 1.0);
            canvas.frame(area, Stroke::solid(STYLE.ink, 0.6));
        }
    }
}

/// Writes a legend in rows at the top of an area; returns what is left below.
pub fn legend(canvas: &mut Canvas, area: Area, entries: &[Entry]) -> Area {
    if entries.is_empty() {
        return area;
    }
    let (mut x, mut y) = (area.left, area.top + 10.0);
    for (key, name) in entries {
        let name = fonts::fit(name, STYLE.label, area.width() - KEY - 10.0);
        let lead = match key {
            Key::Fill(_) => KEY - 22.0,
            Key::Marker(..) => KEY - 12.0,
            Key::Line(_) | Key::Stroke(_) => 0.0,
        };
        let width = KEY - lead + 8.0 + fonts::room(&name, STYLE.label, false);
        if x > area.left && x + width > area.right {
            x = area.left;
            y += 24.0;
        }
        draw_key(canvas, (x - lead, y), *key);
        canvas.text((x - lead + KEY + 8.0, y), &name, Ink::new(STYLE.label, STYLE.ink));
        x += width + 26.0;
    }
    Area { top: y + 22.0, ..area }
}

/// Legend entries for all lines.
pub fn all_entries(design: &Design) -> Vec<Entry> {
    design.lines.iter().enumerate().map(|(line, named)| (Key::Line(STYLE.line(line)), named.label.clone())).collect()
}

/// Columns and rows of a grid for this many panels: wide rather than tall.
pub fn grid(panels: usize) -> (usize, usize) {
    let columns = match panels {
        0 | 1 => 1,
        2 | 4 => 2,
        _ => 3,
    };
    (columns, panels.div_ceil(columns).max(1))
}

/// The ink of tick labels with this alignment.
pub fn tick_ink(align: Align) -> Ink {
    Ink::new(STYLE.tick, STYLE.muted).align(align)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapped_lines_fit_and_lose_nothing() {
        let text = "one two three four five six seven";
        let lines = wrap(text, 12.0, 90.0);
        assert!(lines.len() > 1 && lines.iter().all(|line| fonts::room(line, 12.0, false) <= 90.0));
        assert_eq!(lines.join(" "), text);
    }

    #[test]
    fn a_legend_takes_the_rows_that_it_needs() {
        let area = Area { left: 0.0, top: 0.0, right: 300.0, bottom: 500.0 };
        let entries: Vec<Entry> = (0..6).map(|i| (Key::Line(STYLE.line(i)), format!("policy {i}"))).collect();
        let one = legend(&mut Canvas::default(), area, &entries[..1]);
        let all = legend(&mut Canvas::default(), area, &entries);
        assert!(all.top > one.top);
        assert_eq!(legend(&mut Canvas::default(), area, &[]), area);
    }
}
