//! What every chart looks like: one value, so that a change of taste is a change of one line.
//!
//! The colours are the palette of Okabe and Ito (2008, "Color Universal Design"), which people with any of the common
//! colour-vision deficiencies can tell apart; yellow is left out because it vanishes on white. Print may be grey, so
//! every line also has its own dash pattern and marker.

/// A colour: red, green, blue, 0 ..= 255 each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color(pub u8, pub u8, pub u8);

impl Color {
    /// Mixes `share` (0 ..= 1) of white into the colour.
    pub fn tint(self, share: f64) -> Color {
        let mix = |part: u8| (f64::from(part) + (255.0 - f64::from(part)) * share.clamp(0.0, 1.0)).round() as u8;
        Color(mix(self.0), mix(self.1), mix(self.2))
    }

    /// Perceived lightness, 0 (black) ..= 1 (white), by the weights of ITU-R BT.601.
    pub fn lightness(self) -> f64 {
        (0.299 * f64::from(self.0) + 0.587 * f64::from(self.1) + 0.114 * f64::from(self.2)) / 255.0
    }
}

/// The shape that marks a point of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// A disc.
    Circle,
    /// A square.
    Square,
    /// A triangle, tip up.
    Triangle,
    /// A square on its corner.
    Diamond,
    /// A triangle, tip down.
    Wedge,
    /// A plus sign.
    Plus,
    /// A plus sign, turned.
    Cross,
    /// A six-sided figure.
    Hexagon,
}

/// How one line differs from the others, in colour and in grey.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LineLook {
    /// Its colour.
    pub color: Color,
    /// Lengths of strokes and gaps in pixels; empty for a solid line.
    pub dash: &'static [f64],
    /// Its marker.
    pub marker: Marker,
}

/// Sizes (pixels of a 1200 pixel wide sheet) and colours of all charts.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Width of the sheet.
    pub width: f64,
    /// Height of the sheet, unless a chart asks for more.
    pub height: f64,
    /// Space left free at the edges.
    pub margin: f64,
    /// Font size of the title.
    pub title: f64,
    /// Font size of the subtitle and of panel titles.
    pub subtitle: f64,
    /// Font size of legends and axis titles.
    pub label: f64,
    /// Font size of tick labels and notes.
    pub tick: f64,
    /// Width of data lines.
    pub stroke: f64,
    /// Text and frames.
    pub ink: Color,
    /// Less important text.
    pub muted: Color,
    /// Grid lines.
    pub grid: Color,
    /// The looks of lines, in order of use.
    pub lines: [LineLook; 6],
    /// The looks of ablations: the full model, then M1 and so on.
    pub ablations: [LineLook; 8],
    /// Fills of stacked areas, in order of use; lightness alternates so that neighbours differ in grey.
    pub areas: [Color; 7],
    /// Fills of memory maps, by class of block; neighbours differ in lightness, and none is grey.
    pub blocks: [Color; 6],
    /// Ends of the sequential scale of maps: lightness falls evenly from the first to the last.
    pub ramp: [Color; 5],
}

const fn look(color: Color, dash: &'static [f64], marker: Marker) -> LineLook {
    LineLook { color, dash, marker }
}

/// The style in use.
pub const STYLE: Style = Style {
    width: 1200.0,
    height: 800.0,
    margin: 32.0,
    title: 24.0,
    subtitle: 15.0,
    label: 14.0,
    tick: 13.0,
    stroke: 2.2,
    ink: Color(34, 34, 34),
    muted: Color(95, 95, 95),
    grid: Color(226, 226, 226),
    lines: [
        look(Color(0, 114, 178), &[], Marker::Circle),
        look(Color(213, 94, 0), &[9.0, 4.0], Marker::Square),
        look(Color(0, 158, 115), &[2.5, 3.5], Marker::Triangle),
        look(Color(204, 121, 167), &[12.0, 3.5, 2.5, 3.5], Marker::Diamond),
        look(Color(0, 0, 0), &[5.0, 3.0], Marker::Wedge),
        look(Color(230, 159, 0), &[16.0, 4.0], Marker::Plus),
    ],
    ablations: [
        look(Color(0, 0, 0), &[], Marker::Circle),
        look(Color(0, 114, 178), &[9.0, 4.0], Marker::Square),
        look(Color(213, 94, 0), &[2.5, 3.5], Marker::Triangle),
        look(Color(0, 158, 115), &[12.0, 3.5, 2.5, 3.5], Marker::Diamond),
        look(Color(204, 121, 167), &[5.0, 3.0], Marker::Wedge),
        look(Color(230, 159, 0), &[16.0, 4.0], Marker::Plus),
        look(Color(86, 180, 233), &[9.0, 3.0, 2.0, 3.0, 2.0, 3.0], Marker::Cross),
        look(Color(120, 120, 120), &[3.0, 6.0], Marker::Hexagon),
    ],
    areas: [
        Color(250, 225, 150),
        Color(60, 170, 120),
        Color(140, 45, 0),
        Color(215, 145, 185),
        Color(45, 45, 45),
        Color(0, 114, 178),
        Color(165, 210, 240),
    ],
    blocks: [
        Color(86, 180, 233),
        Color(0, 68, 136),
        Color(230, 159, 0),
        Color(170, 51, 0),
        Color(60, 170, 120),
        Color(90, 30, 110),
    ],
    ramp: [Color(240, 246, 252), Color(182, 212, 233), Color(107, 166, 205), Color(41, 101, 157), Color(8, 41, 86)],
};

impl Style {
    /// The look of the line with this index; after the last, looks repeat.
    pub fn line(&self, index: usize) -> LineLook {
        self.lines[index % self.lines.len()]
    }

    /// The look of the ablation with this index; 0 is the full model.
    pub fn ablation(&self, index: usize) -> LineLook {
        self.ablations[index % self.ablations.len()]
    }

    /// The colour at `share` (0 ..= 1, clamped; NaN gives the first) of the sequential scale.
    pub fn ramp_at(&self, share: f64) -> Color {
        let last = self.ramp.len() - 1;
        let place = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) * last as f64 };
        let low = (place.floor() as usize).min(last - 1);
        let (from, to, part) = (self.ramp[low], self.ramp[low + 1], place - low as f64);
        let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * part).round() as u8;
        Color(mix(from.0, to.0), mix(from.1, to.1), mix(from.2, to.2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_of_maps_gets_darker_all_the_way() {
        let steps: Vec<f64> = (0..=40).map(|i| STYLE.ramp_at(f64::from(i) / 40.0).lightness()).collect();
        assert!(steps.windows(2).all(|pair| pair[1] < pair[0]));
        assert_eq!(STYLE.ramp_at(f64::NAN), STYLE.ramp[0]);
        assert_eq!(STYLE.ramp_at(7.0), STYLE.ramp[4]);
    }

    #[test]
    fn areas_differ_in_grey_and_neighbours_clearly() {
        for (i, a) in STYLE.areas.iter().enumerate() {
            assert!(STYLE.areas[i + 1..].iter().all(|b| (a.lightness() - b.lightness()).abs() > 0.06));
        }
        assert!(STYLE.areas.windows(2).all(|pair| (pair[0].lightness() - pair[1].lightness()).abs() > 0.15));
    }

    #[test]
    fn classes_of_blocks_differ_from_their_neighbours_in_grey() {
        assert!(STYLE.blocks.windows(2).all(|pair| (pair[0].lightness() - pair[1].lightness()).abs() > 0.15));
    }

    #[test]
    fn no_two_lines_share_dash_or_marker() {
        for looks in [&STYLE.lines[..], &STYLE.ablations[..]] {
            for (i, a) in looks.iter().enumerate() {
                for b in &looks[i + 1..] {
                    assert!(a.dash != b.dash && a.marker != b.marker && a.color != b.color);
                }
            }
        }
    }
}
