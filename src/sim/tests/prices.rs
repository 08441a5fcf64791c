//! What accesses to keyed state cost in whole runs, against sums on paper.

use crate::metrics::columns as c;
use crate::scenario::{Override, load};
use crate::sim::{Ending, RunResult, run};

/// Two cores without garbage or pauses; a disk that writes the 3200 B of an update in 1 us.
const CORES: &str = r#"
name = "prices"
[run]
duration = "20 s"
warm_up = "2 s"
[groups.a]
cores = 2
slots = 2
task_heap = "64 MiB"
managed = "64 MiB"
network = "8 MiB"
collector = "none"
disk = "3.2 GB/s"
"#;

/// A source with an access a record and 700 ns of its own; all its state fits into memory.
fn source(name: &str, place: &str) -> String {
    format!(
        "[workloads.{name}]\nkind = \"graph\"\n[workloads.{name}.operators.only]\nparallelism = 1\ncpu = \"700 ns\"\n\
         garbage = \"0 B\"\nwrites = 0\nstate = \"{place}\"\nkeys = 100\nentry = \"32 KiB\"\n"
    )
}

fn answer(text: &str, sets: &[&str]) -> RunResult {
    let sets: Vec<Override> = sets.iter().map(|set| Override::set(set)).collect();
    let loaded =
        load(text, "prices.toml", &sets).unwrap_or_else(|faults| panic!("{}", crate::scenario::listing(&faults)));
    let result = run(&loaded.cells[0].scenario, 1, None);
    assert_eq!(result.ending, Ending::Complete);
    result
}

/// Microseconds of a record, by what a saturated source comes to, or several of them.
fn holds(text: &str, sets: &[&str], each: &[f64]) {
    let rate = answer(text, sets).record.get(c::THROUGHPUT).expect("a rate");
    let expected: f64 = each.iter().map(|micros| 1e6 / micros).sum();
    assert!((rate / expected - 1.0).abs() < 1e-3, "{sets:?}: {rate} records a second, not {expected}");
}

#[test]
fn an_access_costs_what_its_place_says() {
    let text = |place| format!("{CORES}{}", source("w", place));
    holds(&text("none"), &[], &[0.7]);
    // A look-up in a map: 300 ns.
    holds(&text("heap"), &[], &[0.7 + 0.3]);
    // A hit of 3 us, 200 B that are written 1 + 3 x 10 / 2 = 16 times: 5 ns of compaction each, and 1 us of the disk.
    holds(&text("managed"), &[], &[0.7 + 3.0 + 16.0 + 1.0]);
}

#[test]
fn an_operator_pays_what_it_names_itself() {
    let key = "workloads.w.operators.only.state_price";
    let text = |place| format!("{CORES}{}", source("w", place));
    for (place, price, access) in [
        ("heap", "free", 0.0),
        ("managed", "free", 0.0),
        ("heap", "{ kind = \"heap\", access = \"1300 ns\" }", 1.3),
        ("managed", "{ kind = \"lsm\", compaction = 0 }", 3.0 + 1.0),
        ("heap", "{ kind = \"spin\", hit = \"2 us\" }", 2.0),
        ("managed", "{ kind = \"spin\", hit = \"2 us\" }", 2.0),
    ] {
        holds(&text(place), &[&format!("{key}={price}")], &[0.7 + access]);
    }
}

#[test]
fn a_price_for_all_holds_only_where_it_fits() {
    let both = format!("{CORES}{}{}", source("mine", "heap"), source("store", "managed"));
    holds(&both, &[], &[1.0, 20.7]);
    holds(&both, &["prices.state={ kind = \"lsm\", compaction = 0 }"], &[1.0, 4.7]);
    holds(&both, &["prices.state={ kind = \"heap\", access = \"1300 ns\" }"], &[2.0, 20.7]);
    holds(&both, &["prices.state=free"], &[0.7, 0.7]);
    // What an operator names goes first.
    let sets = ["prices.state=free", "workloads.store.operators.only.state_price={ kind = \"lsm\", compaction = 0 }"];
    holds(&both, &sets, &[0.7, 4.7]);
}

/// What a heap cache in front of the store serves is part of the record's own time.
#[test]
fn a_cache_in_front_of_the_store_keeps_accesses_from_it() {
    let text = format!("{CORES}{}", source("w", "managed"));
    holds(&text, &["workloads.w.operators.only.cache=4 MiB"], &[0.7]);
}

/// A generator's operators pay alike: the aggregate's 300 ns, once a record of the source.
#[test]
fn generators_price_their_state_too() {
    let generator = "[workloads.w]\nkind = \"keyed-aggregation\"\nparallelism = 1\nsource_cpu = \"100 ns\"\ncpu = \"700 ns\"\n\
                     sink_cpu = \"100 ns\"\nsource_garbage = \"0 B\"\ngarbage = \"0 B\"\nskew = 0\nkeys = 100\nentry = \"32 KiB\"\n";
    let text = format!("{CORES}{generator}").replace("cores = 2\nslots = 2", "cores = 8\nslots = 8");
    let text = text.replace("task_heap = \"64 MiB\"", "task_heap = \"900 GiB\"");
    holds(&text, &[], &[1.0]);
    holds(&text, &["workloads.w.state=managed", "prices.state={ kind = \"lsm\", compaction = 0 }"], &[4.7]);
    holds(&text, &["workloads.w.state=managed", "workloads.w.state_price=free"], &[0.7]);
    holds(&text, &["workloads.w.state_price={ kind = \"heap\", access = \"1300 ns\" }"], &[2.0]);
}

/// A group without a description in a scenario without a collection price is the one that names the bundled description.
#[test]
fn the_description_that_is_supposed_is_the_one_that_is_named() {
    let text = "name = \"x\"\n[run]\nduration = \"20 s\"\nwarm_up = \"5 s\"\n[groups.a]\ntask_heap = \"700 MiB\"\n\
                [workloads.w]\nkind = \"keyed-aggregation\"\nkeys = 1_000_000\n";
    for collector in ["serial", "parallel", "g1", "z", "shenandoah"] {
        let sets = |jvm| ["groups.a.collector=".to_string() + collector, jvm];
        let (none, named) = (sets("run.seed=1".into()), sets("groups.a.jvm=openjdk17-flink".into()));
        let answer = |sets: &[String; 2]| answer(text, &[&sets[0], &sets[1]]).record.values().to_vec();
        let (supposed, named) = (answer(&none), answer(&named));
        assert!(supposed == named, "{collector}");
        assert!(supposed != answer(&sets("prices.collection=linear".into())), "{collector}");
    }
    let supposed = answer(text, &["groups.a.collector=mark-compact"]);
    let linear = answer(text, &["groups.a.collector=mark-compact", "prices.collection=linear"]);
    assert_eq!(supposed.record.values(), linear.record.values());
}
