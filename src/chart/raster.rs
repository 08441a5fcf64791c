//! Pictures of many small cells: one mark however many there are.
//!
//! In an SVG such a picture is an embedded PNG, which stays small where a rectangle a cell would not.

use super::style::Color;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// Cells of one colour each.
#[derive(Clone, Debug, PartialEq)]
pub struct Raster {
    /// Cells in a row, at least 1.
    pub columns: usize,
    /// Row by row, the uppermost first.
    pub cells: Vec<Color>,
}

impl Raster {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.cells.len() / self.columns.max(1)
    }

    /// Runs of equal cells in a row: row, first column, column after the last, colour.
    pub fn runs(&self) -> Vec<(usize, usize, usize, Color)> {
        let mut runs: Vec<(usize, usize, usize, Color)> = Vec::new();
        for (row, cells) in self.cells.chunks(self.columns.max(1)).enumerate() {
            for (column, color) in cells.iter().enumerate() {
                match runs.last_mut() {
                    Some(run) if run.0 == row && run.3 == *color => run.2 = column + 1,
                    _ => runs.push((row, column, column + 1, *color)),
                }
            }
        }
        runs
    }

    /// The picture as a data URI: a PNG, eight bits a colour.
    ///
    /// # Errors
    /// A picture without cells, in words.
    pub fn data_uri(&self) -> Result<String, String> {
        let png = self.png().map_err(|error| error.to_string())?;
        Ok(format!("data:image/png;base64,{}", BASE64_STANDARD.encode(png)))
    }

    fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.columns as u32, self.rows() as u32);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(png::Compression::Best);
        // Runs of equal cells pack best as they are.
        encoder.set_filter(png::FilterType::NoFilter);
        let bytes: Vec<u8> = self.cells.iter().flat_map(|Color(red, green, blue)| [*red, *green, *blue]).collect();
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&bytes)?;
        writer.finish()?;
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_png_holds_the_cells() {
        let raster = Raster { columns: 3, cells: vec![Color(1, 2, 3); 6] };
        let png = raster.png().unwrap();
        let mut reader = png::Decoder::new(&png[..]).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((info.width, info.height), (3, 2));
        assert_eq!(pixels, [1, 2, 3].repeat(6));
        assert_eq!(raster.runs(), [(0, 0, 3, Color(1, 2, 3)), (1, 0, 3, Color(1, 2, 3))]);
    }
}
