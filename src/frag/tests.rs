//! Traces whose outcome is known by hand, and all allocators under all reclamations.

use super::*;
use crate::frag::allocations::{Reading, read};
use crate::input::Input;

fn trace(text: &str) -> Recording {
    let bytes: &'static [u8] = Box::leak(text.as_bytes().to_vec().into_boxed_slice());
    read(&Input::from_bytes("t.csv", bytes), Reading::default()).unwrap_or_else(|faults| panic!("{faults}"))
}

fn settings(names: &str, size: u64) -> Settings {
    Settings {
        contenders: contenders(names).unwrap(),
        sizes: vec![Bytes(size)],
        probe: Bytes(4),
        reclamation: Reclamation::EAGER,
        reserve: None,
        search: true,
        holes: true,
        maps: vec![],
        threads: 1,
    }
}

/// Fills 8 bytes with pairs, frees every other one, and asks for 4: contiguous rules must refuse, pages need not.
const CHEESE: &str = "alloc,0,2\nalloc,1,2\nalloc,2,2\nalloc,3,2\nfree,0\nfree,2\nalloc,4,4\nfree,4\n";

#[test]
fn a_swiss_cheese_is_refused_where_addresses_matter_and_its_debt_is_known() {
    let told = compare(&trace(CHEESE), &settings("first-fit,segments{page = 1 B},unbounded", 8)).unwrap();
    let refusals: Vec<(u64, u64)> = told.runs.iter().map(|run| (run.refusals, run.moot)).collect();
    assert_eq!(refusals, [(1, 1), (0, 0), (0, 0)]);
    // Two bytes lie between the holes once both are there, which lasts three of eight operations.
    let last = told.runs[0].samples.last().unwrap();
    assert_eq!((last.free[2], last.free.iter().sum::<u64>()), (4, 4));
    // The probe of 4 fits after two operations, and for three others 2 bytes are in its way; in between too little is free.
    assert_eq!(told.runs[0].debt, MeanDebt { bytes: Some(6.0 / 5.0), due: 3, looks: 3 });
    assert_eq!((told.runs[0].means.external, told.runs[0].footprint), (3.0 * 0.5 / 8.0, Bytes(8)));
    // First fit needs 2 + 2 + 2 + 2 + 4; pages need what is live.
    let smallest: Vec<Option<Bytes>> = told.smallest.iter().map(|one| one.bytes).collect();
    assert_eq!(smallest, [Some(Bytes(12)), Some(Bytes(8)), Some(Bytes(8))]);
}

#[test]
fn compaction_serves_it_and_counts_what_it_moves() {
    let full = Settings { reclamation: Reclamation::Compact, ..settings("first-fit,best-fit", 8) };
    let told = compare(&trace(CHEESE), &full).unwrap();
    assert_eq!(told.runs.iter().map(|run| (run.refusals, run.moved)).collect::<Vec<_>>(), [(0, 4); 2]);
    assert_eq!(told.smallest[0].bytes, Some(Bytes(8)));
    let part = Settings { reclamation: Reclamation::Partial(Bytes(2)), ..full.clone() };
    assert_eq!(compare(&trace(CHEESE), &part).unwrap().runs[0].moved, 2);
    let little = Settings { reclamation: Reclamation::Partial(Bytes(1)), ..full };
    assert_eq!(compare(&trace(CHEESE), &little).unwrap().runs[0].refusals, 1);
}

#[test]
fn the_footprint_and_what_the_system_gives_are_exact_under_every_reclamation() {
    for reclamation in ["eager", "lazy", "mark-and-sweep"] {
        let reserve = Some(crate::pool::Reservation::Steps(Bytes(5)));
        let how = Settings { reclamation: reclamation_of(reclamation), reserve, ..settings("first-fit,unbounded", 16) };
        let told = compare(&trace(CHEESE), &how).unwrap();
        // 5 from the first operation on, 10 from the third; the last block ends at 12.
        let committed = Committed { peak: Bytes(15), mean: (2 * 5 + 4 * 10 + 2 * 15) as f64 / 8.0, growths: 3 };
        assert_eq!((told.runs[0].footprint, told.runs[0].committed), (Bytes(12), Some(committed)), "{reclamation}");
        assert_eq!(told.runs[1].footprint, Bytes(8));
    }
}

#[test]
fn a_block_grows_over_its_own_memory_and_stays_where_it_cannot() {
    let text = "op,id,size_bytes\na,0,4\nr,0,6\na,1,2\nr,0,7\nr,0,2\nr,0,5\nf,0,\n";
    let told = compare(&trace(text), &settings("first-fit", 8)).unwrap();
    assert_eq!((told.runs[0].refusals, told.runs[0].refused, told.runs[0].moved), (1, 7, 0));
    assert_eq!(told.runs[0].footprint, Bytes(8));
}

#[test]
fn every_allocator_plays_under_every_reclamation_and_threads_change_nothing() {
    let mut text = String::from("op,id,size_bytes\n");
    let mut state = 7u64;
    for id in 0..400u64 {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        text += &format!("a,{id},{}\n", 1 + (state >> 40) % 900);
        if id > 20 {
            text += &format!(
                "{},{},{}\n",
                if id % 3 == 0 { "r" } else { "f" },
                id - 20,
                if id % 3 == 0 { "300" } else { "" }
            );
        }
    }
    let trace = trace(&text);
    for reclamation in ["eager", "lazy", "mark-and-sweep{share = 0.01}", "compact", "partial{budget = 2 KiB}"] {
        let reclamation = reclamation_of(reclamation);
        let one = Settings { reclamation, probe: trace.largest(), maps: vec![2], ..settings("all", 64 << 10) };
        let told = compare(&trace, &one).unwrap();
        assert_eq!(
            (told.runs.len(), told.smallest.len(), told.maps.len()),
            (one.contenders.len(), one.contenders.len(), 1)
        );
        let again = compare(&trace, &Settings { threads: 3, ..one.clone() }).unwrap();
        assert_eq!(format!("{told:?}"), format!("{again:?}"));
        for (contender, smallest) in one.contenders.iter().zip(&told.smallest) {
            assert!(smallest.bytes.is_none_or(|bytes| bytes >= trace.most_live()), "{}", contender.label);
        }
        assert_eq!(told.smallest[0].bytes, Some(trace.most_live()));
    }
}

fn reclamation_of(text: &str) -> Reclamation {
    reclamation(text).unwrap_or_else(|faults| panic!("{faults:?}"))
}

#[test]
fn a_memory_map_shows_where_blocks_are() {
    let told = compare(
        &trace("alloc,0,4\nalloc,1,4\nfree,0\nfree,1\n"),
        &Settings { maps: vec![0], ..settings("first-fit", 8) },
    );
    let map = &told.unwrap().maps[0];
    let at =
        |x: f64, y: f64| map.pixels[(y * map.rows as f64) as usize * map.columns + (x * map.columns as f64) as usize];
    // Four operations: block 0 takes the lower half over the first half, block 1 the upper one over the middle.
    let taken = [(0.1, 0.1), (0.1, 0.9), (0.4, 0.9), (0.6, 0.1), (0.6, 0.9), (0.9, 0.9)].map(|(x, y)| at(x, y).taken);
    assert_eq!(taken, [1.0, 0.0, 1.0, 0.0, 1.0, 0.0]);
    assert_eq!((at(0.1, 0.1).class, at(0.1, 0.9).class, map.top), (Some(0), None, Bytes(8)));
}
