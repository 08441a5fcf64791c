//! Pictures of many small cells: one mark however many there are.
//!
//! In an SVG such a picture is an embedded PNG, which stays small where a rectangle a cell would not.

use super::style::Color;
use flate2::Crc;
use flate2::write::ZlibEncoder;
use std::io::Write;

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

    /// The picture as a data URI.
    ///
    /// # Errors
    /// A text; none is known to occur.
    pub fn data_uri(&self) -> Result<String, String> {
        let png = self.png().map_err(|error| error.to_string())?;
        Ok(format!("data:image/png;base64,{}", base64(&png)))
    }

    /// PNG, eight bits a colour (ISO/IEC 15948).
    fn png(&self) -> std::io::Result<Vec<u8>> {
        let mut packer = ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        for row in self.cells.chunks(self.columns.max(1)) {
            // Each row begins with its filter: none.
            packer.write_all(&[0])?;
            for Color(red, green, blue) in row {
                packer.write_all(&[*red, *green, *blue])?;
            }
        }
        let mut head = Vec::new();
        head.extend((self.columns as u32).to_be_bytes());
        head.extend((self.rows() as u32).to_be_bytes());
        head.extend([8, 2, 0, 0, 0]);
        let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
        chunk(&mut file, b"IHDR", &head);
        chunk(&mut file, b"IDAT", &packer.finish()?);
        chunk(&mut file, b"IEND", &[]);
        Ok(file)
    }
}

fn chunk(file: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    let mut sum = Crc::new();
    sum.update(name);
    sum.update(data);
    file.extend((data.len() as u32).to_be_bytes());
    file.extend(name);
    file.extend(data);
    file.extend(sum.sum().to_be_bytes());
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len() * 4 / 3 + 4);
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let sign = SIGNS[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place > three.len() { '=' } else { sign as char });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_encoded_as_the_standard_says() {
        let told = ["", "f", "fo", "foo", "foob", "fooba", "foobar"].map(|text| base64(text.as_bytes()));
        assert_eq!(told, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]);
    }

    #[test]
    fn a_png_has_its_size_and_sums() {
        let raster = Raster { columns: 3, cells: vec![Color(1, 2, 3); 6] };
        let png = raster.png().unwrap();
        assert_eq!(png[..8], *b"\x89PNG\r\n\x1a\n");
        assert_eq!((&png[16..20], &png[20..24]), (&[0, 0, 0, 3][..], &[0, 0, 0, 2][..]));
        // The sum of an empty IEND is a constant of the format.
        assert_eq!(png[png.len() - 4..], [0xae, 0x42, 0x60, 0x82]);
        assert_eq!(raster.runs(), [(0, 0, 3, Color(1, 2, 3)), (1, 0, 3, Color(1, 2, 3))]);
    }
}
