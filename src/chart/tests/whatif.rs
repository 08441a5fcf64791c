//! What if: every kind of answer.

use super::super::whatif::{draw_whatif, paint};
use super::{assert_texts_apart, place};
use crate::experiment::whatif::toy::reply;
use std::path::Path;

#[test]
fn texts_neither_overlap_nor_leave_the_sheet() {
    let canvas = paint(&reply());
    assert_texts_apart(&canvas, "whatif");
    let texts: Vec<&str> = canvas.marks.iter().filter_map(place).map(|(_, text)| text).collect();
    for wanted in ["throughput lost (%)", "live set", "G1, 2 cores", "measured by the log"] {
        assert!(texts.contains(&wanted), "{wanted}: {texts:?}");
    }
}

#[test]
fn an_answer_in_which_nothing_runs_is_drawn_too() {
    let mut reply = reply();
    reply.answer.rows.iter_mut().for_each(|row| row.cost = None);
    reply.measured = None;
    assert_texts_apart(&paint(&reply), "whatif without costs");
}

/// Keeps the picture for the eye: `HEAPWISE_CHARTS=dir cargo test whatif_for_the_eye`.
#[test]
fn whatif_for_the_eye() {
    let kept = std::env::var_os("HEAPWISE_CHARTS");
    let scratch = tempfile::tempdir().unwrap();
    let path = kept.as_deref().map_or(scratch.path(), Path::new).join("whatif.png");
    draw_whatif(&reply(), &path).unwrap();
    assert!(std::fs::read(path).unwrap().starts_with(b"\x89PNG"));
}
