//! Every chart, drawn from realistic and from degenerate tables.

mod degenerate;
mod fixture;
mod process;
mod validation;
mod whatif;

use super::canvas::{Align, Area, Mark};
use super::style::STYLE;
use super::*;
use fixture::{Sample, write};

const FULL: Sample = Sample { policies: 3, ablations: 5, cores: &[4, 8, 16], times: 600, crossed: false };

/// Realistic sweeps: few and many policies, heaps crossed with cores or not, no ablation.
fn samples() -> [(&'static str, Sample); 5] {
    [
        ("one", Sample { policies: 1, ..FULL }),
        ("three", FULL),
        ("crossed", Sample { policies: 2, ablations: 1, crossed: true, ..FULL }),
        ("six", Sample { policies: 6, cores: &[4], ..FULL }),
        ("eight", Sample { policies: 6, cores: &[4], ablations: 8, times: 40, ..FULL }),
    ]
}

/// Draws all charts onto canvases; those that were skipped are left out.
fn canvases(sample: Sample) -> Vec<(&'static str, Canvas)> {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), sample);
    let tables = Tables::open(dir.path(), &FILES).unwrap();
    let drawn = CHARTS.iter().map(|entry| (entry.name, draw_one(&*(entry.build)(), &tables).unwrap()));
    drawn.filter(|(_, (outcome, _))| *outcome == Outcome::Drawn).map(|(name, (_, canvas))| (name, canvas)).collect()
}

/// The place that a text takes.
fn place(mark: &Mark) -> Option<(Area, &str)> {
    let Mark::Text((x, y), text, ink) = mark else { return None };
    let width = fonts::room(text, ink.size, ink.bold);
    let left = match ink.align {
        Align::Start => *x,
        Align::Middle => x - width / 2.0,
        Align::End => x - width,
    };
    let half = ink.size * 0.45;
    Some((Area { left, top: y - half, right: left + width, bottom: y + half }, text.as_str()))
}

/// Whether all texts of a canvas lie inside the sheet and apart from each other.
fn assert_texts_apart(canvas: &Canvas, name: &str) {
    let boxes: Vec<(Area, &str)> = canvas.marks.iter().filter_map(place).collect();
    for (index, (a, text)) in boxes.iter().enumerate() {
        let inside = a.left >= 0.0 && a.right <= STYLE.width && a.top >= 0.0 && a.bottom <= canvas.height;
        assert!(inside, "{name}: \"{text}\" leaves the sheet");
        for (b, other) in &boxes[index + 1..] {
            let apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
            assert!(apart, "{name}: \"{text}\" covers \"{other}\"");
        }
    }
}

#[test]
fn texts_neither_overlap_nor_leave_the_sheet() {
    for (name, sample) in samples() {
        for (chart, canvas) in canvases(sample) {
            assert_texts_apart(&canvas, &format!("{name}/{chart}"));
        }
    }
}

#[test]
fn every_chart_is_drawn_from_a_full_sweep() {
    assert_eq!(canvases(FULL).len(), CHARTS.len());
    let without = canvases(Sample { ablations: 1, cores: &[4], ..FULL });
    let names: Vec<&str> = without.iter().map(|(name, _)| *name).collect();
    assert!(!names.contains(&"attribution") && !names.contains(&"throughput-map"), "{names:?}");
    assert_eq!(names.len(), CHARTS.len() - 2);
}

#[test]
fn pictures_come_out_as_svg_and_png() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), Sample { policies: 1, times: 20, ..FULL });
    let drawn = draw_all(dir.path(), &["waiting".to_string()]).unwrap();
    assert_eq!(drawn.len(), 1);
    let start = |index: usize| std::fs::read(&drawn[0].files[index]).unwrap()[..4].to_vec();
    assert_eq!((start(0), start(1)), (b"<svg".to_vec(), b"\x89PNG".to_vec()));
}

#[test]
fn names_of_charts_are_unique_and_unknown_ones_are_refused() {
    let mut names: Vec<&str> = CHARTS.iter().map(|entry| entry.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), CHARTS.len());
    let error = draw_all(Path::new("/nowhere"), &["wating".to_string()]).unwrap_err().to_string();
    assert!(error.contains("did you mean \"waiting\"?"), "{error}");
    let error = draw_all(Path::new("/nowhere"), &[]).unwrap_err().to_string();
    assert!(error.contains("/nowhere") && error.contains("not a directory"), "{error}");
}
