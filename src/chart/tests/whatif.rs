//! What if: every kind of answer.

use super::super::whatif::{draw_whatif, paint};
use super::{assert_texts_apart, place};
use crate::gc_study::whatif::toy::reply;

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

#[test]
fn an_answer_comes_out_as_png() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("whatif.png");
    draw_whatif(&reply(), &path).unwrap();
    assert!(std::fs::read(path).unwrap().starts_with(b"\x89PNG"));
}
