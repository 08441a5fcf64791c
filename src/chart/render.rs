//! Turns a [`Canvas`] into files: SVG and PNG, with plotters as the backend of both.
//!
//! Plotters counts whole pixels. An SVG is therefore drawn on a grid ten times finer than the sheet and scaled back by
//! its `viewBox`; a PNG is drawn three times as large and averaged down to one and a half times the sheet. Glyphs are
//! set by [`fonts`], because plotters drops the side bearing of each glyph, which makes words uneven.

use super::canvas::{Align, Area, Canvas, Ink, Mark, Point, Stroke};
use super::fonts::{self, FAMILY, Pen};
use super::raster::Raster;
use super::style::{Color, STYLE};
use plotters::prelude::{BitMapBackend, DrawingBackend, FontFamily, FontStyle, RGBAColor, SVGBackend, ShapeStyle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color as _, FontDesc, TextStyle};
use std::path::Path;

const SVG_GRID: f64 = 10.0;
const PNG_GRID: u32 = 3;
const PNG_SHRINK: u32 = 2;

/// A base line lies this share of the font size below the middle of small letters (half the x-height of our font).
const BASE: f64 = 0.273;

fn paint(color: Color, opacity: f64) -> RGBAColor {
    RGBAColor(color.0, color.1, color.2, opacity)
}

fn place((x, y): Point, grid: f64) -> (i32, i32) {
    let whole = |value: f64| (value * grid).round().clamp(-1e6, 1e6) as i32;
    (whole(x), whole(y))
}

/// Cuts a line into the strokes of its dash pattern.
fn dashes(points: &[Point], pattern: &[f64]) -> Vec<Vec<Point>> {
    if pattern.is_empty() || pattern.iter().sum::<f64>() <= 0.0 {
        return vec![points.to_vec()];
    }
    let (mut step, mut left, mut strokes) = (0, pattern[0], Vec::new());
    let mut stroke = vec![points[0]];
    for pair in points.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        loop {
            let length = (to.0 - from.0).hypot(to.1 - from.1);
            if length <= left {
                left -= length;
                stroke.push(to);
                break;
            }
            let share = left / length;
            from = (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
            stroke.push(from);
            if step % 2 == 0 {
                strokes.push(std::mem::take(&mut stroke));
            }
            stroke = vec![from];
            step += 1;
            left = pattern[step % pattern.len()];
        }
    }
    if step % 2 == 0 && stroke.len() > 1 {
        strokes.push(stroke);
    }
    strokes
}

fn draw_line<B: DrawingBackend>(
    backend: &mut B,
    grid: f64,
    (points, stroke): (&[Point], &Stroke),
) -> Result<(), String> {
    let width = ((stroke.width * grid).round() as u32).max(1);
    let style = ShapeStyle { color: paint(stroke.color, 1.0), filled: false, stroke_width: width };
    for piece in dashes(points, stroke.dash) {
        let mut path: Vec<(i32, i32)> = piece.iter().map(|&point| place(point, grid)).collect();
        path.dedup();
        if path.len() > 1 {
            backend.draw_path(path, &style).map_err(|error| error.to_string())?;
        }
    }
    Ok(())
}

/// Sets a text on a backend.
type Write<B> = fn(&mut B, Point, (&str, Ink)) -> Result<(), String>;

/// Draws all marks but the texts, which each format sets in its own way, through `write`.
fn replay<B: DrawingBackend>(marks: &[Mark], backend: &mut B, grid: f64, write: Write<B>) -> Result<(), String> {
    for mark in marks {
        match mark {
            Mark::Line(points, stroke) => draw_line(backend, grid, (points, stroke))?,
            Mark::Fill(points, color, opacity) => {
                let mut path: Vec<(i32, i32)> = points.iter().map(|&point| place(point, grid)).collect();
                path.dedup();
                if path.len() > 2 {
                    backend.fill_polygon(path, &paint(*color, *opacity)).map_err(|error| error.to_string())?;
                }
            }
            Mark::Text(at, text, ink) => write(backend, *at, (text, *ink))?,
            Mark::Picture(area, raster) => draw_picture(backend, grid, (*area, raster))?,
        }
    }
    Ok(())
}

fn svg_text(backend: &mut SVGBackend<'_>, at: Point, (text, ink): (&str, Ink)) -> Result<(), String> {
    let weight = if ink.bold { FontStyle::Bold } else { FontStyle::Normal };
    // Plotters divides the size by 1.24 on its way to the file.
    let font = FontDesc::new(FontFamily::Name(FAMILY), ink.size * SVG_GRID * 1.24, weight);
    let side = match ink.align {
        Align::Start => HPos::Left,
        Align::Middle => HPos::Center,
        Align::End => HPos::Right,
    };
    let color = paint(ink.color, 1.0);
    let style = TextStyle::from(font).color(&color).pos(Pos::new(side, VPos::Center));
    backend.draw_text(text, &style, place(at, SVG_GRID)).map_err(|error| error.to_string())
}

fn png_text(backend: &mut BitMapBackend<'_>, at: Point, (text, ink): (&str, Ink)) -> Result<(), String> {
    let grid = f64::from(PNG_GRID);
    let back = match ink.align {
        Align::Start => 0.0,
        Align::Middle => 0.5,
        Align::End => 1.0,
    };
    let x = at.0 - fonts::width(text, ink.size, ink.bold) * back;
    let pen = Pen { x: x * grid, y: (at.1 + ink.size * BASE) * grid, size: ink.size * grid, bold: ink.bold };
    let mut result = Ok(());
    fonts::raster(text, pen, |x, y, cover| {
        if x >= 0 && y >= 0 && result.is_ok() {
            result = backend
                .draw_pixel((x, y), paint(ink.color, cover).to_backend_color())
                .map_err(|error| error.to_string());
        }
    });
    result
}

/// Fills the cells of a picture one by one.
fn draw_picture<B: DrawingBackend>(backend: &mut B, grid: f64, (area, raster): (Area, &Raster)) -> Result<(), String> {
    let (wide, tall) = (area.width() / raster.columns as f64, area.height() / raster.rows() as f64);
    for (row, from, to, color) in raster.runs() {
        let corner =
            |column: usize, row: usize| place((area.left + wide * column as f64, area.top + tall * row as f64), grid);
        let (start, end) = (corner(from, row), corner(to, row + 1));
        if end.0 > start.0 && end.1 > start.1 {
            backend.draw_rect(start, end, &paint(color, 1.0), true).map_err(|error| error.to_string())?;
        }
    }
    Ok(())
}

/// Some marks as a whole SVG, on white or on nothing.
fn layer(marks: &[Mark], (width, height): (u32, u32), on_white: bool) -> Result<String, String> {
    let mut text = String::new();
    {
        let mut backend = SVGBackend::with_string(&mut text, (width, height));
        let sheet = [(0, 0), (width as i32, 0), (width as i32, height as i32), (0, height as i32)];
        if on_white {
            backend.fill_polygon(sheet, &paint(Color(255, 255, 255), 1.0)).map_err(|error| error.to_string())?;
        }
        replay(marks, &mut backend, SVG_GRID, svg_text)?;
        backend.present().map_err(|error| error.to_string())?;
    }
    Ok(text)
}

/// A picture as an element of an SVG.
fn image(area: Area, raster: &Raster) -> Result<String, String> {
    let ((x, y), (right, bottom)) =
        (place((area.left, area.top), SVG_GRID), place((area.right, area.bottom), SVG_GRID));
    Ok(format!(
        "<image x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{}\" preserveAspectRatio=\"none\" \
         style=\"image-rendering:pixelated\" href=\"{}\"/>\n",
        right - x,
        bottom - y,
        raster.data_uri()?
    ))
}

/// The picture as SVG text.
///
/// # Errors
/// A text from the backend; none is known to occur.
pub fn svg(canvas: &Canvas) -> Result<String, String> {
    const END: &str = "</svg>";
    let size = ((STYLE.width * SVG_GRID) as u32, (canvas.height * SVG_GRID) as u32);
    let mut layers = canvas.marks.split_inclusive(|mark| matches!(mark, Mark::Picture(..)));
    let mut text = String::new();
    let mut first = true;
    while let Some(marks) = layers.next().or(first.then_some(&[])) {
        let (plain, last) = match marks.split_last() {
            Some((Mark::Picture(area, raster), plain)) => (plain, image(*area, raster)?),
            _ => (marks, String::new()),
        };
        let layer = layer(plain, size, first)?;
        if first {
            text = layer;
        } else if let (Some(at), Some(head), Some(end)) = (text.rfind(END), layer.find('>'), layer.rfind(END)) {
            text.insert_str(at, layer[head + 1..end].trim_start());
        }
        if let Some(at) = text.rfind(END) {
            text.insert_str(at, &last);
        }
        first = false;
    }
    let drawn = format!("width=\"{}\" height=\"{}\"", size.0, size.1);
    let shown = format!("width=\"{}\" height=\"{}\"", STYLE.width, canvas.height.round());
    Ok(text.replacen(&drawn, &shown, 1))
}

/// Averages squares of [`PNG_SHRINK`] pixels.
fn shrink(large: &[u8], (width, height): (usize, usize)) -> Vec<u8> {
    let factor = PNG_SHRINK as usize;
    let mut small = Vec::with_capacity(width * height * 3);
    for index in 0..width * height * 3 {
        let (part, x, y) = (index % 3, index / 3 % width, index / 3 / width);
        let mut sum = 0_usize;
        for dy in 0..factor {
            let row = (y * factor + dy) * width * factor + x * factor;
            sum += (0..factor).map(|dx| usize::from(large[(row + dx) * 3 + part])).sum::<usize>();
        }
        small.push(((sum + factor * factor / 2) / (factor * factor)) as u8);
    }
    small
}

/// Writes the picture as PNG.
///
/// # Errors
/// A text that says what went wrong when the file was written.
pub fn png(canvas: &Canvas, path: &Path) -> Result<(), String> {
    let grid = f64::from(PNG_GRID);
    let small = |pixels: f64| (pixels * grid / f64::from(PNG_SHRINK)).round() as u32;
    let size = (small(STYLE.width), small(canvas.height));
    let large = (size.0 * PNG_SHRINK, size.1 * PNG_SHRINK);
    let mut pixels = vec![255_u8; large.0 as usize * large.1 as usize * 3];
    replay(&canvas.marks, &mut BitMapBackend::with_buffer(&mut pixels, large), grid, png_text)?;
    let picture = shrink(&pixels, (size.0 as usize, size.1 as usize));
    let mut file = BitMapBackend::new(path, size);
    file.blit_bitmap((0, 0), size, &picture).map_err(|error| error.to_string())?;
    file.present().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_follow_the_line_round_corners() {
        // A line of length 8 with strokes of 3 and gaps of 2: 0..3, 5..8; the corner lies at 4, inside the gap.
        let strokes = dashes(&[(0.0, 0.0), (4.0, 0.0), (4.0, 4.0)], &[3.0, 2.0]);
        assert_eq!(strokes, [vec![(0.0, 0.0), (3.0, 0.0)], vec![(4.0, 1.0), (4.0, 4.0)]]);
        assert_eq!(dashes(&[(0.0, 0.0), (1.0, 0.0)], &[]).len(), 1);
    }

    #[test]
    fn texts_are_escaped_and_the_sheet_keeps_its_size() {
        let mut canvas = Canvas::default();
        canvas.text((10.0, 10.0), "a < b & c", Ink::new(12.0, STYLE.ink));
        let text = svg(&canvas).unwrap();
        assert!(text.contains("a &lt; b &amp; c"));
        assert!(text.starts_with("<svg width=\"1200\" height=\"800\" viewBox=\"0 0 12000 8000\""));
    }

    #[test]
    fn pictures_keep_their_place_among_the_marks() {
        let mut canvas = Canvas::default();
        let area = Area { left: 10.0, top: 20.0, right: 40.0, bottom: 60.0 };
        canvas.text((10.0, 10.0), "before", Ink::new(12.0, STYLE.ink));
        canvas.picture(area, Raster { columns: 2, cells: vec![Color(1, 2, 3); 4] });
        canvas.picture(area, Raster { columns: 1, cells: vec![Color(9, 9, 9)] });
        canvas.text((10.0, 10.0), "after", Ink::new(12.0, STYLE.ink));
        let text = svg(&canvas).unwrap();
        let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part} is missing in {text}"));
        assert!(
            at("before") < at("<image x=\"100\" y=\"200\" width=\"300\" height=\"400\"") && at("<image") < at("after")
        );
        assert_eq!((text.matches("<svg").count(), text.matches("</svg>").count()), (1, 1));
        assert_eq!(text.matches("<image").count(), 2);
        assert!(text.ends_with("</svg>\n"));
    }

    #[test]
    fn averaging_keeps_even_colours() {
        assert_eq!(shrink(&[7; 4 * 4 * 3], (2, 2)), [7; 12]);
    }
}
