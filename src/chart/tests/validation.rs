//! Measured against predicted: every kind of quantity, and tables with little in them.

use super::super::validation::{draw_validation, paint};
use super::{assert_texts_apart, place};
use crate::experiment::validate::toy::validation;
use crate::experiment::validate::{DATASETS, Fit, Table, Validation, sample, validate};
use std::path::Path;

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
        ["measured speed (records/s)", "predicted share", "measured young", "of 60 rows right", "held out: median"]
    {
        assert!(texts.iter().any(|text| text.contains(wanted)), "{wanted}: {texts:?}");
    }
    let bare = paint(&all[3].1);
    assert_eq!(bare.marks.iter().filter_map(place).filter(|(_, text)| text.contains("nothing to compare")).count(), 4);
}

/// Keeps all pictures for the eye: `HEAPWISE_CHARTS=dir cargo test validations_for_the_eye`.
#[test]
fn validations_for_the_eye() {
    let kept = std::env::var_os("HEAPWISE_CHARTS");
    let scratch = tempfile::tempdir().unwrap();
    let dir = kept.as_deref().map_or(scratch.path(), Path::new);
    for (name, validation) in validations().into_iter().take(if kept.is_some() { 99 } else { 1 }) {
        let path = dir.join(format!("{name}.png"));
        draw_validation(&validation, &path).unwrap();
        assert!(std::fs::read(path).unwrap().starts_with(b"\x89PNG"));
    }
}
