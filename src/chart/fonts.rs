//! The font that travels with us (`fonts/`): widths for the layout, glyphs for bitmaps.

use ab_glyph::{Font, FontRef, PxScale, ScaleFont};
use std::sync::LazyLock;

/// What an SVG asks for. The family that we measured comes first; the others are not wider by more than [`SLACK`].
pub const FAMILY: &str = "Inter, Helvetica Neue, Helvetica, Arial, Liberation Sans, DejaVu Sans, sans-serif";

/// Layout takes every text to be this much wider than measured, because an SVG may meet another font than ours.
pub const SLACK: f64 = 1.1;

type Face = Option<FontRef<'static>>;
static REGULAR: LazyLock<Face> =
    LazyLock::new(|| FontRef::try_from_slice(include_bytes!("fonts/Inter-Regular.otf")).ok());
static BOLD: LazyLock<Face> = LazyLock::new(|| FontRef::try_from_slice(include_bytes!("fonts/Inter-Bold.otf")).ok());

fn face(bold: bool) -> Option<&'static FontRef<'static>> {
    if bold { BOLD.as_ref() } else { REGULAR.as_ref() }
}

/// The scale at which an em of the font is `size` pixels.
fn scale(font: &FontRef<'_>, size: f64) -> PxScale {
    let em = f64::from(font.units_per_em().unwrap_or(1000.0));
    PxScale::from((size * f64::from(font.height_unscaled()) / em) as f32)
}

/// The width of a text in pixels at this font size, as our own font draws it.
pub fn width(text: &str, size: f64, bold: bool) -> f64 {
    let Some(font) = face(bold) else { return text.chars().count() as f64 * size * 0.6 };
    let scaled = font.as_scaled(scale(font, size));
    text.chars().map(|c| f64::from(scaled.h_advance(font.glyph_id(c)))).sum()
}

/// The width to reserve for a text: [`width`] with [`SLACK`].
pub fn room(text: &str, size: f64, bold: bool) -> f64 {
    width(text, size, bold) * SLACK
}

/// Cuts a text so that it needs no more than `space` pixels, with an ellipsis where something is missing.
pub fn fit(text: &str, size: f64, space: f64) -> String {
    if room(text, size, false) <= space {
        return text.to_string();
    }
    let mut kept: Vec<char> = text.chars().collect();
    while kept.pop().is_some() {
        let short: String = kept.iter().collect::<String>().trim_end().to_string() + "…";
        if room(&short, size, false) <= space {
            return short;
        }
    }
    String::new()
}

/// Where a text starts: left end, base line, font size, weight.
#[derive(Clone, Copy, Debug)]
pub struct Pen {
    /// Left end.
    pub x: f64,
    /// Base line.
    pub y: f64,
    /// Font size.
    pub size: f64,
    /// Bold or regular.
    pub bold: bool,
}

/// Calls `dot(x, y, cover)` for every pixel that the text touches, with the covered share of that pixel.
pub fn raster(text: &str, pen: Pen, mut dot: impl FnMut(i32, i32, f64)) {
    let Some(font) = face(pen.bold) else { return };
    let scale = scale(font, pen.size);
    let mut x = pen.x as f32;
    for c in text.chars() {
        let id = font.glyph_id(c);
        let glyph = id.with_scale_and_position(scale, ab_glyph::point(x, pen.y as f32));
        if let Some(outline) = font.outline_glyph(glyph) {
            let corner = outline.px_bounds().min;
            outline.draw(|dx, dy, cover| {
                dot(corner.x as i32 + dx as i32, corner.y as i32 + dy as i32, f64::from(cover).min(1.0))
            });
        }
        x += font.as_scaled(scale).h_advance(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_faces_load_and_know_our_symbols() {
        for bold in [false, true] {
            let font = face(bold).expect("the font is part of the binary");
            for c in "Az09éµ·–×±≤≥→−…≈Δλ".chars() {
                assert_ne!(font.glyph_id(c).0, 0, "no glyph for {c}");
            }
        }
    }

    #[test]
    fn widths_add_up_and_grow_with_the_size() {
        let (a, b) = (width("GiB", 10.0, false), width("heap", 10.0, false));
        assert!((width("GiBheap", 10.0, false) - a - b).abs() < 1e-3);
        assert!((width("GiB", 20.0, false) - 2.0 * a).abs() < 1e-3);
        assert_eq!(width("", 10.0, true), 0.0);
    }

    #[test]
    fn a_cut_text_fits() {
        let text = "a long name of an allocation policy";
        assert_eq!(fit(text, 12.0, 1e4), text);
        let cut = fit(text, 12.0, 100.0);
        assert!(cut.ends_with('…') && room(&cut, 12.0, false) <= 100.0);
        assert_eq!(fit(text, 12.0, 0.0), "");
    }
}
