//! What a window keeps, by hand-worked numbers.

use super::super::testing::{expected, faults_of, graph_at};
use crate::base::{Bytes, SimSpan};
use crate::workload::graph::{State, Window};

fn state(given: &[(&str, &str)], rate: Option<f64>) -> State {
    graph_at("sliding-window", given, rate).operators[1].state.clone().unwrap()
}

fn window(given: &[(&str, &str)]) -> Window {
    graph_at("sliding-window", given, None).operators[1].window.unwrap()
}

/// Copies kept at `now` by a window operator that copies: each window [end - length, end) is open until its end. Whole
/// seconds.
fn copies(length: u64, slide: u64, now: f64) -> f64 {
    let ends = (1..).map(|k| (k * slide) as f64).skip_while(|end| *end <= now);
    ends.map(|end| now - (end - length as f64)).take_while(|filled| *filled > 0.0).sum()
}

/// The same by the derived window: panes of a slide, each of which leaves when `length` has passed since its start. In
/// copies a record and second, `shift` after the start of a pane.
fn by_panes(window: Window, shift: f64) -> f64 {
    let (length, slide) = (window.length.as_secs(), window.slide.as_secs());
    let starts = (0..).map(|pane| shift + f64::from(pane) * slide).take_while(|age| *age < length);
    starts.map(|age| age.min(slide)).sum::<f64>() * window.retain.as_f64()
}

/// Family window_buffer: 60 s sliding by 10 s at 1000 /s keeps 180,000 copies in the mean, 210,000 just before one
/// fires.
#[test]
fn kept_copies_are_those_of_theory() {
    for case in ["window_buffer-01", "window_buffer-02"] {
        let (given, mean) = expected(&format!("{case}-mean_buffered_elements"));
        let (_, peak) = expected(&format!("{case}-peak_buffered_just_before_fire"));
        let (_, factor) = expected(&format!("{case}-copies_per_element"));
        let (size, slide) = (format!("{} s", given[1]), format!("{} s", given[2]));
        let window = window(&[("window", &size), ("slide", &slide), ("copy", "1 B")]);
        let (rate, copies) = (given[0], window.retain.as_f64());
        assert_eq!(copies, factor);
        // Panes of a slide fill, and the oldest leaves whole: between length - slide and length of records are kept.
        let (length, slide) = (window.length.as_secs(), window.slide.as_secs());
        assert_eq!((rate * copies * length, rate * copies * (length - slide / 2.0)), (peak, mean));
    }
}

#[test]
fn panes_keep_what_copying_keeps_at_every_instant() {
    for (length, slide) in [(60, 10), (50, 10), (10, 10), (12, 3)] {
        let window = window(&[("window", &format!("{length} s")), ("slide", &format!("{slide} s")), ("copy", "1 B")]);
        // Panes leave half a slide off the windows where the number of copies is even.
        let offset = if (length / slide) % 2 == 0 { slide as f64 / 2.0 } else { 0.0 };
        for step in 0..40 {
            let phase = (f64::from(step) + 0.5) / 40.0 * slide as f64;
            let exact = copies(length, slide, 1000.0 * slide as f64 + phase);
            let kept = by_panes(window, (phase + offset) % slide as f64);
            assert!((kept - exact).abs() < 1e-6, "{length}/{slide} at {phase}: {kept} against {exact}");
        }
    }
}

#[test]
fn a_ragged_slide_keeps_the_mean() {
    let window = window(&[("window", "60 s"), ("slide", "25 s"), ("copy", "100 B")]);
    assert_eq!((window.retain, window.length), (Bytes(240), SimSpan::millis(42_500)));
    // r W^2 / (2 S) = 72 copies a record and second.
    let steps = (0..2500).map(|step| (f64::from(step) + 0.5) / 100.0);
    let exact: f64 = steps.clone().map(|now| copies(60, 25, 100_000.0 + now)).sum::<f64>() / 2500.0;
    let kept: f64 = steps.map(|shift| by_panes(window, shift)).sum::<f64>() / 2500.0;
    assert!((exact - 72.0).abs() < 1e-6 && (kept / 100.0 - 72.0).abs() < 1e-6, "{exact} {kept}");
}

#[test]
fn lateness_keeps_whole_windows_longer() {
    // Two more slides: 2 S r W / S = 120 copies a record and second above 6 x (35 - 5) = 180.
    let window = window(&[("lateness", "20 s"), ("copy", "1 B")]);
    assert_eq!((window.length, window.retain), (SimSpan::secs(55), Bytes(6)));
}

/// Uniform keys, r t = 100 t among 1000: 1000 (1 - e^(-t / 10)) accumulators after t seconds.
#[test]
fn accumulators_are_the_distinct_keys_of_each_window() {
    let met = |secs: f64| 1000.0 * (1.0 - (-secs / 10.0).exp());
    let given = [("keys", "1000"), ("skew", "0"), ("window", "30 s"), ("slide", "10 s")];
    let with = |keep, late| [&given[..], &[("keep", keep), ("lateness", late)]].concat();
    let each = state(&with("accumulators", "0 s"), Some(100.0));
    assert_eq!((each.keys as f64, each.accesses), ((met(30.0) + met(20.0) + met(10.0)).round(), 3.0));
    let shared = state(&with("panes", "0 s"), Some(100.0));
    assert_eq!((shared.keys as f64, shared.accesses), ((3.0 * met(10.0)).round(), 1.0));
    let late = state(&with("accumulators", "20 s"), Some(100.0));
    assert_eq!(late.keys as f64, (3.0 * met(30.0) + met(20.0) + met(10.0)).round());
    assert_eq!(state(&with("panes", "20 s"), Some(100.0)).keys as f64, (5.0 * met(10.0)).round());
    // Without a rate, every key is in every part.
    assert_eq!((state(&with("panes", "0 s"), None).keys, state(&with("accumulators", "0 s"), None).keys), (3000, 3000));
}

#[test]
fn panes_divide_window_and_slide() {
    // 60 s by 25 s: panes of 5 s, 12 of them.
    let given = [("keep", "panes"), ("keys", "100"), ("window", "60 s"), ("slide", "25 s")];
    assert_eq!(state(&given, None).keys, 1200);
}

#[test]
fn windows_that_make_no_sense_are_refused() {
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[("slide", "2 min")], "slide = 2 min: expected at most the window, 1 min"),
        (&[("slide", "0 s")], "slide = 0 ns: expected more than 0 s"),
        (&[("window", "0 s")], "window = 0 ns: expected more than 0 s"),
        (&[("slide", "1 ms")], "slide = 1 ms: expected at least 1/10000 of window and lateness, 1 min"),
        (&[("slide", "7001 ms"), ("keep", "panes")], "slide = 7.001 s: expected at most 10000 panes, not of 1 ms"),
        (&[("state", "managed")], "state = \"managed\": expected \"heap\""),
        (&[("cache", "1 MiB")], "cache = 1 MiB: expected none"),
        (&[("copy", "0 B")], "copy = 0 B: expected at least 1 B"),
        (&[("keep", "panes"), ("entry", "0 B")], "entry = 0 B: expected at least 1 B"),
    ];
    for (given, text) in cases {
        let faults = faults_of("sliding-window", given, None);
        assert!(faults.starts_with(text) && faults.lines().count() == 1, "{faults}");
    }
}
