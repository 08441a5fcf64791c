//! Charts of many blocks, and of hardly any.

use super::*;
use crate::base::Bytes;
use crate::chart::render;
use crate::experiment::frag::{Reclamation, Settings, compare, contenders};
use crate::workload::allocations::{Reading, read};
use crate::workload::trace::TraceInput;

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
    read(&TraceInput::from_bytes("t.csv", bytes), Reading { lenient: true, memory: None }).expect("a trace")
}

fn settings(trace: &Recording) -> Settings {
    Settings {
        contenders: contenders("first-fit,best-fit").expect("allocators"),
        sizes: vec![trace.most_live().scale(1.5)],
        probe: Bytes(4096),
        reclamation: Reclamation::EAGER,
        search: true,
        maps: vec![0, 1],
        threads: 1,
    }
}

#[test]
fn charts_of_many_blocks_stay_small() {
    let trace = many(20_000);
    let settings = settings(&trace);
    let comparison = compare(&trace, &settings).expect("a comparison");
    let (capacity, reclamation) = (Some(Bytes(1 << 25)), "eager");
    let subject =
        Subject { name: "t.csv", trace: &trace, settings: &settings, reclamation, capacity, comparison: &comparison };
    for canvas in [comparison::paint(&subject), maps::paint(&subject), holes::paint(&subject, &[0, 1])] {
        let text = render::svg(&canvas).expect("a picture");
        assert!(text.len() < 2 << 20, "{} bytes", text.len());
        assert!(text.contains("first-fit") && !text.contains("NaN"));
    }
}

#[test]
fn nothing_to_show_is_drawn_too() {
    let trace = many(1);
    let settings = Settings { search: false, maps: vec![], ..settings(&trace) };
    let comparison = compare(&trace, &settings).expect("a comparison");
    let subject = Subject {
        name: "t",
        trace: &trace,
        settings: &settings,
        reclamation: "lazy",
        capacity: None,
        comparison: &comparison,
    };
    for canvas in [comparison::paint(&subject), maps::paint(&subject), holes::paint(&subject, &[])] {
        assert!(!render::svg(&canvas).expect("a picture").contains("NaN"));
    }
}
