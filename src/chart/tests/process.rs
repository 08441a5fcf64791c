//! The boxes of processes: real layouts, common and odd, measured on the sheet.

use super::super::canvas::{Area, Mark};
use super::super::process::{Part, PartKind, Process, Sheet, draw_process, paint};
use super::super::style::STYLE;
use super::{assert_texts_apart, place};
use crate::base::Bytes;
use crate::flink::layout::{Component, Derivation, JobManagerLayout, Layout, Options};

const TOTAL: &str = "taskmanager.memory.process.size";
const SLOTS: &str = "taskmanager.numberOfTaskSlots";

fn note(how: Derivation) -> String {
    let text = match how {
        Derivation::Given => "flink-conf/production/config.yaml:13",
        Derivation::Preset => "default",
        Derivation::Fraction => "fraction of total Flink memory",
        Derivation::AtMin => "fraction, raised to the minimum",
        Derivation::AtMax => "fraction, cut to the maximum",
        Derivation::Rest => "what the others leave",
    };
    text.to_string()
}

fn task_manager(options: &[(&str, &str)]) -> Process {
    let options: Options = options.iter().copied().collect();
    let layout = Layout::derive(&options).unwrap();
    let part = Part::of_task_manager(&layout, |component: Component| note(layout.derivation(component)));
    Process { caption: "A: config.yaml".to_string(), part, slots: layout.slots }
}

fn job_manager(process: &str) -> Process {
    let options: Options = [("jobmanager.memory.process.size", process)].into_iter().collect();
    let layout = JobManagerLayout::derive(&options).unwrap();
    let part = Part::of_job_manager(&layout, layout.derivations.map(note));
    Process { caption: "A: config.yaml".to_string(), part, slots: 0 }
}

fn sheet(process: Process, other: Option<Process>) -> Sheet {
    let other = other.map(|other| Process { caption: "B: config-larger.yaml".to_string(), ..other });
    let title = "Memory of a TaskManager".to_string();
    Sheet { title, subtitle: "config.yaml · Flink 2.1".to_string(), process, other }
}

fn sheets() -> Vec<(&'static str, Sheet)> {
    let shipped = || task_manager(&[(TOTAL, "1728m")]);
    let managed = "taskmanager.memory.managed.size";
    let large = task_manager(&[(TOTAL, "4g"), (SLOTS, "4"), ("taskmanager.memory.task.off-heap.size", "256m")]);
    vec![
        ("shipped", sheet(shipped(), None)),
        ("two-slots", sheet(task_manager(&[(TOTAL, "1728m"), (SLOTS, "2")]), None)),
        ("large", sheet(task_manager(&[(TOTAL, "64g"), (SLOTS, "8")]), None)),
        ("huge", sheet(task_manager(&[(TOTAL, "4096g")]), None)),
        ("small", sheet(task_manager(&[(TOTAL, "1g")]), None)),
        ("unmanaged", sheet(task_manager(&[(TOTAL, "4g"), (managed, "0"), (SLOTS, "4")]), None)),
        ("sixteen-slots", sheet(task_manager(&[(TOTAL, "16g"), (SLOTS, "16")]), None)),
        ("many-slots", sheet(task_manager(&[(TOTAL, "64g"), (SLOTS, "1000")]), None)),
        ("job-manager", sheet(job_manager("1600m"), None)),
        ("diff", sheet(shipped(), Some(large))),
        ("diff-large", sheet(task_manager(&[(TOTAL, "64g")]), Some(task_manager(&[(TOTAL, "48g"), (managed, "0")])))),
        ("diff-same", sheet(shipped(), Some(shipped()))),
        ("diff-job-manager", sheet(job_manager("1600m"), Some(job_manager("4g")))),
    ]
}

/// The filled rectangles of a sheet.
fn fills(sheet: &Sheet) -> Vec<Area> {
    let area = |mark: &Mark| match mark {
        Mark::Fill(points, _, _) if points.len() == 4 => {
            Some(Area { left: points[0].0, top: points[0].1, right: points[2].0, bottom: points[2].1 })
        }
        _ => None,
    };
    paint(sheet).marks.iter().filter_map(area).collect()
}

fn leaves(part: &Part) -> Vec<&Part> {
    if part.parts.is_empty() { vec![part] } else { part.parts.iter().flat_map(leaves).collect() }
}

#[test]
fn texts_of_boxes_neither_overlap_nor_leave_the_sheet() {
    for (name, sheet) in sheets() {
        assert_texts_apart(&paint(&sheet), name);
    }
}

#[test]
fn every_part_is_named_in_full() {
    for (name, sheet) in sheets() {
        let canvas = paint(&sheet);
        let texts: Vec<&str> = canvas.marks.iter().filter_map(place).map(|(_, text)| text).collect();
        for part in leaves(&sheet.process.part) {
            assert!(texts.iter().any(|text| text.contains(&part.name)), "{name}: {}", part.name);
        }
        assert!(!texts.iter().any(|text| text.contains('…')), "{name}: {texts:?}");
    }
}

// To scale is the promise: each leaf of a hairline or more is a rectangle at its exact place.
#[test]
fn leaves_are_to_scale() {
    for (name, sheet) in sheets() {
        let fills = fills(&sheet);
        let processes = [Some(&sheet.process), sheet.other.as_ref()];
        let largest = processes.iter().flatten().map(|process| process.part.size.0).max().unwrap() as f64;
        let top = fills.iter().map(|fill| fill.top).fold(f64::INFINITY, f64::min);
        let bottom = fills.iter().map(|fill| fill.bottom).fold(0.0, f64::max);
        for process in processes.into_iter().flatten() {
            let mut from = 0;
            for leaf in leaves(&process.part) {
                let at = |bytes: u64| top + (bottom - top) * (bytes as f64 / largest);
                let (upper, lower) = (at(from), at(from + leaf.size.0));
                let fits = |fill: &Area| (fill.top - upper).abs() < 0.01 && (fill.bottom - lower).abs() < 0.01;
                assert!(lower - upper < 1.0 || fills.iter().any(fits), "{name}: {}", leaf.name);
                from += leaf.size.0;
            }
        }
    }
}

#[test]
fn boxes_lie_inside_the_sheet_and_the_total_fills_its_height() {
    for (name, sheet) in sheets() {
        let height = paint(&sheet).height;
        for fill in fills(&sheet) {
            assert!(fill.left >= STYLE.margin && fill.right <= STYLE.width - STYLE.margin, "{name}: {fill:?}");
            assert!(fill.top >= STYLE.margin && fill.bottom <= height - STYLE.margin, "{name}: {fill:?}");
        }
    }
}

fn texts(sheet: &Sheet) -> String {
    let canvas = paint(sheet);
    canvas.marks.iter().filter_map(place).map(|(_, text)| text).collect::<Vec<&str>>().join("\n")
}

#[test]
fn notes_tell_slots_empty_and_thin_parts() {
    let of = |wanted: &str| texts(&sheets().into_iter().find(|(name, _)| *name == wanted).unwrap().1);
    assert!(of("two-slots").contains("2 slots, each 256 MiB of managed memory; heap and network memory are shared."));
    assert!(of("shipped").contains("task off-heap memory: 0."));
    assert!(!of("shipped").contains("slots"));
    assert!(of("unmanaged").contains("4 slots, without managed memory"));
    assert!(of("huge").contains("Thinner than the line that shows it"));
    assert!(of("diff").contains("+2.31 GiB") && of("diff").contains("±0"));
}

#[test]
fn odd_trees_are_drawn_without_a_panic() {
    let leaf = |name: &str, size| {
        let (name, kind) = (name.to_string(), PartKind::Native);
        Part { name, size: Bytes(size), note: String::new(), flag: Some("limit".into()), kind, parts: Vec::new() }
    };
    let many: Vec<Part> = (0..60).map(|index| leaf(&format!("part {index}"), index)).collect();
    let nested = |parts| Part { parts, ..leaf("all", u64::MAX) };
    for part in [leaf("nothing", 0), nested(vec![leaf("a", u64::MAX), leaf("b", u64::MAX)]), nested(many)] {
        let process = Process { caption: "x".repeat(400), part, slots: u32::MAX };
        let drawn = [None, Some(process.clone())].map(|other| paint(&sheet(process.clone(), other)));
        drawn.iter().for_each(|canvas| assert_texts_apart(canvas, "odd"));
    }
}

#[test]
fn boxes_come_out_as_svg_and_png() {
    let dir = tempfile::tempdir().unwrap();
    let (_, sheet) = sheets().into_iter().next().unwrap();
    for (name, start) in [("boxes.svg", &b"<svg"[..]), ("boxes.png", b"\x89PNG")] {
        let path = dir.path().join(name);
        draw_process(&sheet, &path).unwrap();
        assert!(std::fs::read(path).unwrap().starts_with(start), "{name}");
    }
}
