//! Charts of many blocks, and of hardly any.

use super::*;
use crate::base::Bytes;
use crate::chart::render;
use crate::frag::allocations::{Reading, read};
use crate::frag::{Capacity, Comparison, Reclamation, Settings, compare, contenders};
use crate::input::Input;

/// Many blocks of many sizes, most of them short-lived.
fn many(blocks: u64) -> Recording {
    let (mut text, mut state) = (String::from("op,id,size_bytes\n"), 1u64);
    for id in 0..blocks {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        text += &format!("a,{id},{}\n", 1u64 << (4 + (state >> 60)));
        if id > 200 && id % 50 > 0 {
            text += &format!("f,{},\n", id - 200);
        }
    }
    let bytes: &'static [u8] = Box::leak(text.into_bytes().into_boxed_slice());
    read(&Input::from_bytes("t.csv", bytes), Reading { lenient: true, memory: None }).expect("a trace")
}

fn settings(trace: &Recording) -> Settings {
    Settings {
        contenders: contenders("first-fit,best-fit").expect("allocators"),
        sizes: vec![trace.most_live().scale(1.5)],
        probe: Bytes(4096),
        reclamation: Reclamation::EAGER,
        reserve: None,
        search: true,
        holes: true,
        maps: vec![0, 1],
        threads: 1,
    }
}

/// An SVG without the pictures in it, whose bytes may spell anything.
fn words(svg: &str) -> String {
    let outside = |part: &str| part.split_once('"').map_or(String::new(), |(_, rest)| rest.to_string());
    svg.split("data:image")
        .enumerate()
        .map(|(place, part)| if place == 0 { part.into() } else { outside(part) })
        .collect()
}

fn subject<'a>(
    (trace, settings): (&'a Recording, &'a Settings),
    reclamation: &'a str,
    comparison: &'a Comparison,
) -> Subject<'a> {
    Subject { name: "t.csv", trace, leak: None, watch: None, settings, reclamation, capacity: None, comparison }
}

#[test]
fn charts_of_many_blocks_stay_small() {
    let trace = many(20_000);
    let settings = settings(&trace);
    let comparison = compare(&trace, &settings).expect("a comparison");
    let known = Capacity { bytes: Bytes(1 << 25), source: "a test" };
    let subject = Subject { capacity: Some(known), ..subject((&trace, &settings), "eager", &comparison) };
    for canvas in [comparison::paint(&subject), maps::paint(&subject), holes::paint(&subject, &[0, 1])] {
        let text = render::svg(&canvas).expect("a picture");
        assert!(text.len() < 2 << 20, "{} bytes", text.len());
        assert!(text.contains("first-fit") && !words(&text).contains("NaN"));
    }
}

#[test]
fn nothing_to_show_is_drawn_too() {
    let trace = many(1);
    let settings = Settings { search: false, maps: vec![], ..settings(&trace) };
    let comparison = compare(&trace, &settings).expect("a comparison");
    let subject = subject((&trace, &settings), "lazy", &comparison);
    for canvas in [comparison::paint(&subject), maps::paint(&subject), holes::paint(&subject, &[])] {
        assert!(!words(&render::svg(&canvas).expect("a picture")).contains("NaN"));
    }
}
