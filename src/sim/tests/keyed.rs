//! Keyed state on the heap that is not there from the start, against sums on paper.

use crate::metrics::columns as c;
use crate::metrics::series as s;
use crate::scenario::load;
use crate::sim::{Ending, RunResult, run};

/// One core and a heap that never fills; an operator that takes a millisecond a record, with `more` of its keys.
fn answer(cpu: &str, seconds: u32, more: &str) -> RunResult {
    let text = format!(
        "name = \"keyed\"\n[run]\nduration = \"{seconds} s\"\nwarm_up = \"0 s\"\nbatch = 100\nsample_every = \"500 ms\"\n\
         [groups.a]\ncores = 1\nslots = 1\ntask_heap = \"512 MiB\"\nmanaged = \"16 MiB\"\nnetwork = \"8 MiB\"\n\
         collector = \"none\"\nframework_live = \"0 B\"\n\
         [workloads.w]\nkind = \"graph\"\n[workloads.w.operators.o]\nparallelism = 1\ncpu = \"{cpu}\"\ngarbage = \"0 B\"\n\
         state = \"heap\"\nstate_price = \"free\"\n{more}"
    );
    let loaded =
        load(&text, "keyed.toml", &[]).unwrap_or_else(|faults| panic!("{}", crate::scenario::listing(&faults)));
    let result = run(&loaded.cells[0].scenario, 1, None);
    assert_eq!(result.ending, Ending::Complete);
    result
}

const KEYS: &str = "keys = 1000\nskew = 0\nentry = \"1 KiB\"\n";

/// Live KiB at the end of each half second.
fn live(result: &RunResult) -> Vec<f64> {
    result.series.iter().map(|row| row.get(s::HEAP_LIVE).expect("a live set") / 1024.0).collect()
}

/// A batch of 100 records is under way at any time: what it brings is there already.
fn among(kib: f64, least: f64, most: f64) {
    assert!((least - 0.01..=most + 0.01).contains(&kib), "{kib} KiB, not {least} to {most}");
}

#[test]
fn state_is_there_from_the_start_unless_it_is_loaded() {
    assert_eq!(live(&answer("1 ms", 3, KEYS))[0], 1000.0);
    let loaded = live(&answer("1 ms", 3, &format!("{KEYS}fill = \"loaded\"\n")));
    among(loaded[0], 500.0, 600.0);
    assert_eq!(loaded[2..], [1000.0; 4]);
}

#[test]
fn keys_are_met_as_often_as_chance_brings_them() {
    let met = live(&answer("1 ms", 20, &format!("{KEYS}fill = \"met\"\n")));
    // Of n keys, n (1 - exp(-r / n)) have been met after r records.
    let after = |records: f64| -1000.0 * (-records / 1000.0).exp_m1();
    among(met[0], after(500.0), after(600.0));
    among(met[1], after(1000.0), after(1100.0));
    among(met[39], 999.99, 1000.0);
}

#[test]
fn what_stays_of_an_entry_is_there_before_its_value() {
    let fixed = live(&answer("1 ms", 3, &format!("{KEYS}fill = \"loaded\"\nentry_fixed = \"2 KiB\"\n")));
    among(fixed[0], 2500.0, 2600.0);
    assert_eq!(fixed[5], 3000.0);
}

#[test]
fn values_that_nobody_keeps_are_garbage_and_those_of_new_keys_are_not() {
    let allocated = |more: &str| {
        let result = answer("1 ms", 3, &format!("{KEYS}fill = \"loaded\"\nwrites = 0.25\n{more}"));
        result.record.get(c::HEAP_ALLOCATED).expect("bytes") / 1024.0
    };
    // A second of loading, then two in which a quarter of the records makes a value, or each of them.
    among(allocated(""), 500.0, 525.0);
    among(allocated("makes = 1\n"), 2000.0, 2100.0);
    among(allocated("entry_garbage = \"1 KiB\"\n"), 1000.0 + 1000.0, 1050.0 + 1000.0);
}

#[test]
fn a_cache_fills_and_misses_as_the_law_says() {
    let keys = "keys = 5_000_000\nskew = 0.6\nentry = \"288 B\"\nwrites = 0\nfill = \"met\"\n";
    let result = answer("1 us", 20, &format!("{keys}cache = \"144 MB\"\ncache_order = \"lru\"\n"));
    // Bytes are whole: growth loses less than an entry to rounding.
    assert!((live(&result)[39] * 1024.0 - 144e6).abs() < 288.0);
    // Measured jobs of this kind missed 74 % of the time once 500,000 of their 5 M keys were held. It takes 0.6 s to fill.
    let hit = result.record.get(c::CACHE_HIT).expect("accesses");
    assert!((hit - 0.257).abs() < 0.01, "{hit}");
}

#[test]
fn records_cost_more_until_code_is_compiled() {
    // Of 20 s of work, ln 2 s are lost to records that cost 1 + exp(-w) at work w; a batch pays what its first record does.
    let result = answer("1 ms", 20, &format!("{KEYS}warm_up_cost = 1\nwarm_up = \"1 s\"\n"));
    let records = result.record.get(c::RECORDS_DONE).expect("records");
    assert!((19_100.0..=19_310.0).contains(&records), "{records}");
}
