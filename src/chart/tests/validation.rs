//! Measured against predicted: every kind of quantity, and tables with little in them.

use super::super::validation::{draw_validation, paint, throughput};
use super::{assert_texts_apart, place};
use crate::evidence::validation::toy::validation;
use crate::evidence::validation::{Curve, DATASETS, Fit, Over, Panel, Point, Table, Validation, sample, validate};

const HEAD: &str = "id,gc,speed,told_speed,share,told_share,young,told_young,status,told_status\n";

/// Rows with errors of every size, some out of memory.
fn rows(count: u32) -> String {
    let row = |n: u32| {
        let (gc, x) = (["serial", "parallel", "g1"][n as usize % 3], f64::from(n));
        let (speed, off) = (1e5 * (1.0 + x).powi(2), 0.3 * (x * 1.7).sin());
        let (share, young) = (1.0 / (1.0 + x / 9.0), n * n / 7);
        let status = |bad: bool| if bad { "oom" } else { "ok" };
        format!(
            "r{n},{gc},{speed},{},{share},{},{young},{},{},{}\n",
            speed * (1.0 + off),
            (share + 0.2 * off).clamp(0.0, 1.0),
            (f64::from(young) * (1.0 + off)).round(),
            status(n.is_multiple_of(9)),
            status(n.is_multiple_of(9) || n == 5),
        )
    };
    (0..count).map(row).collect()
}

fn heap_curves() -> Validation {
    let dataset = DATASETS.iter().find(|dataset| dataset.name == "heap-curves").expect("a dataset");
    let (name, bytes) = sample("heap-curves").expect("measurements");
    validate(dataset, Table::read(name, bytes, dataset).expect("sound"), &Fit::default()).expect("predictions")
}

fn validations() -> Vec<(&'static str, Validation)> {
    let fit = Fit { share: Some(0.3), ..Fit::default() };
    let of = |rows: &str| validation(&(HEAD.to_string() + rows), &fit);
    vec![
        ("validation", of(&rows(60))),
        ("validation-one", of("a,g1,100,105,0.5,0.4,3,0,ok,ok\n")),
        ("validation-zero", of("a,g1,0,0,0,0,0,0,ok,oom\nb,serial,0,5,1,0,9,0,failed,a long word indeed\n")),
        ("validation-bare", of("a,g1,,,,,,,,\n")),
        ("validation-huge", of("a,g1,1e300,1e-300,1e9,-1e9,1e12,0,ok,ok\n")),
        ("heap-curves", heap_curves()),
    ]
}

#[test]
fn texts_of_validations_neither_overlap_nor_leave_the_sheet() {
    for (name, validation) in validations() {
        assert_texts_apart(&paint(&validation), name);
    }
}

#[test]
fn panels_name_their_quantities_and_errors() {
    let all = validations();
    let canvas = paint(&all[0].1);
    let texts: Vec<&str> = canvas.marks.iter().filter_map(place).map(|(_, text)| text).collect();
    for wanted in
        ["measured speed (records/s)", "predicted share", "measured young", "of 60 rows right", "not fitted: median"]
    {
        assert!(texts.iter().any(|text| text.contains(wanted)), "{wanted}: {texts:?}");
    }
    let bare = paint(&all[3].1);
    assert_eq!(bare.marks.iter().filter_map(place).filter(|(_, text)| text.contains("nothing to compare")).count(), 4);
}

/// A panel with a curve whose lower half thrashes, for each of `groups`.
fn panel(title: &str, over: Over, groups: &[&str]) -> Panel {
    let point = |x: f64, y: f64| Point { x, rate: 1e5 * y, paused: if x < 4e8 { 0.9 } else { 0.1 }, fitted: x > 9e8 };
    let curve = |(place, group): (usize, &&str)| {
        let points =
            |steps: i32| (0..steps).map(move |step| point(1e8 * f64::from(step + 1), f64::from(step) + place as f64));
        Curve { group: group.to_string(), measured: points(4).collect(), predicted: points(12).collect() }
    };
    Panel { title: title.into(), over, curves: groups.iter().enumerate().map(curve).collect() }
}

#[test]
fn curves_are_drawn_whatever_there_is() {
    let all = ["g1", "parallel", "serial", "shenandoah", "z"];
    let bare = Panel {
        curves: vec![Curve { group: "g1".into(), measured: vec![], predicted: vec![] }],
        ..panel("", Over::Entries, &[])
    };
    let sets: [&[Panel]; 4] = [
        &[],
        &[bare],
        &[panel(
            "alone, with a title that is much longer than any that the program itself would ever make",
            Over::Entries,
            &["g1"],
        )],
        &[1, 2, 3, 4, 5].map(|n| panel(&format!("{n} cores"), Over::HeapPerCore, &all[..n])),
    ];
    for (place, panels) in sets.into_iter().enumerate() {
        let canvas = throughput::paint(panels, "my.csv");
        assert_texts_apart(&canvas, &format!("curves {place}"));
    }
}

#[test]
fn a_validation_comes_out_as_png() {
    let dir = tempfile::tempdir().unwrap();
    let (_, validation) = validations().into_iter().next().unwrap();
    let path = dir.path().join("validation.png");
    draw_validation(&validation, &path).unwrap();
    assert!(std::fs::read(path).unwrap().starts_with(b"\x89PNG"));
}
