//! Writes a picture so that it appears whole or not at all.

use super::super::canvas::Canvas;
use super::super::error::ChartError;
use super::super::render;
use std::path::{Path, PathBuf};

/// The format of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Lines and texts.
    Svg,
    /// Pixels.
    Png,
}

impl Format {
    /// The format that the ending of `path` asks for.
    pub fn of(path: &Path) -> Result<Format, ChartError> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("svg") => Ok(Format::Svg),
            Some("png") => Ok(Format::Png),
            Some(other) => Err(fault(path, format!("a chart ends in .svg or .png, not in .{other}"))),
            None => Err(fault(path, "a chart ends in .svg or .png; this name has no ending".to_string())),
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Format::Svg => "svg",
            Format::Png => "png",
        }
    }
}

fn fault(path: &Path, problem: String) -> ChartError {
    ChartError::File { path: path.to_path_buf(), problem }
}

/// A name beside `path` that no other process uses. It keeps the ending, by which the PNG writer knows its format.
fn beside(path: &Path, format: Format) -> PathBuf {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!(".{stem}.{}.{}", std::process::id(), format.ending()))
}

/// Writes `canvas` beside `path` and moves it there.
///
/// # Errors
/// The file cannot be written; nothing is left behind then.
pub fn write(canvas: &Canvas, path: &Path, format: Format) -> Result<(), ChartError> {
    let draft = beside(path, format);
    let written = match format {
        Format::Svg => {
            render::svg(canvas).and_then(|text| std::fs::write(&draft, text).map_err(|error| error.to_string()))
        }
        Format::Png => render::png(canvas, &draft),
    };
    let moved = written.and_then(|()| std::fs::rename(&draft, path).map_err(|error| error.to_string()));
    moved.map_err(|problem| {
        // The draft may not exist, and the first problem is the one to report.
        let _ = std::fs::remove_file(&draft);
        fault(path, problem)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_decides_and_others_are_refused() {
        assert_eq!(Format::of(Path::new("a/b.SVG")), Ok(Format::Svg));
        assert_eq!(Format::of(Path::new("b.png")), Ok(Format::Png));
        for (name, found) in [("b.pdf", ".pdf"), ("svg", "no ending")] {
            let text = Format::of(Path::new(name)).unwrap_err().to_string();
            assert!(text.contains(".svg or .png") && text.contains(found), "{text}");
        }
    }

    #[test]
    fn a_failure_leaves_no_file() {
        let dir = tempfile::tempdir().unwrap();
        let taken = dir.path().join("taken.svg");
        std::fs::create_dir(&taken).unwrap();
        assert!(write(&Canvas::default(), &taken, Format::Svg).is_err());
        assert!(write(&Canvas::default(), &dir.path().join("absent/a.png"), Format::Png).is_err());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
        assert_eq!(write(&Canvas::default(), &dir.path().join("a.png"), Format::Png), Ok(()));
    }
}
