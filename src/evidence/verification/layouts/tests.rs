//! The chains of small memories against their published values.

use std::collections::BTreeMap;

use super::chain::{Beside, Chain, Run};
use super::*;
use crate::evidence::verification::parts::{bytes, pool};
use crate::evidence::verification::{CASES, Table};
use crate::pool::Pool;

fn make(rule: &str, units: u32) -> Result<Pool, String> {
    let rounding = if rule == "buddy" { "smallest" } else { "granule" };
    pool(rule, u64::from(units), &[(rounding, bytes(1))]).map_err(|refusal| refusal.reason().into())
}

fn learnt(rule: &str, world: &World) -> Chain {
    let make = || make(rule, world.units);
    memory::learn(world, &Maker { make: &make, unit: 1 }, 1).unwrap()
}

fn blocking(chain: &Chain, class: u32) -> f64 {
    let name = format!("block_{class}");
    chain.averages().unwrap().into_iter().find(|(other, _)| *other == name).unwrap().1
}

#[test]
fn eight_units_have_as_many_layouts_as_published() {
    let world = &World::published()[1];
    assert_eq!(learnt("first-fit", world).states(), 985);
    // With the rover of next fit as part of the state: the end of the last block, at the start again where that is the end.
    let make = || make("next-fit", 8);
    let maker = Maker { make: &make, unit: 1 };
    let rover = |run: &Run| run.last_end % 8;
    let told = Chain::explore(world, &maker, &Beside::Known(&rover)).unwrap();
    assert_eq!((told.states(), told.layouts()), (6828, 985));
    // States that behave alike are one where the rover is not told, which changes no average.
    let learnt = learnt("next-fit", world);
    assert!((985..6828).contains(&learnt.states()), "{}", learnt.states());
    for ((name, one), (_, other)) in told.averages().unwrap().into_iter().zip(learnt.averages().unwrap()) {
        assert!((one - other).abs() < 1e-10, "{name}: {one} and {other}");
    }
}

#[test]
fn published_blocking_is_met_by_every_rule() {
    let worlds = World::published();
    let known = [
        (0, "best-fit", 0.15671),
        (0, "first-fit", 0.16442),
        (0, "next-fit", 0.16284),
        (0, "worst-fit", 0.17763),
        (1, "buddy", 0.09558),
        (1, "best-fit", 0.10469),
        (1, "worst-fit", 0.13386),
        (2, "best-fit", 0.19063),
        (2, "first-fit", 0.19673),
        (2, "worst-fit", 0.21552),
    ];
    for (world, rule, expected) in known {
        let found = blocking(&learnt(rule, &worlds[world]), 2);
        assert!((found - expected).abs() < 6e-6, "{rule} {world}: {found} for {expected}");
    }
}

#[test]
fn all_averages_of_the_table_are_exact() {
    let families = ["contiguous_first_fit", "contiguous_best_fit", "contiguous_worst_fit", "contiguous_next_fit"];
    let only: Vec<String> = families.into_iter().chain(["binary_buddy"]).map(String::from).collect();
    let table = Table::read(CASES.0, CASES.1.as_bytes(), &only).unwrap();
    for case in &table.cases {
        let rule = case.model.trim_start_matches("contiguous_").trim_start_matches("binary_").replace('_', "-");
        let [sizes, rates] = case.params.lists(["sizes", "lambda"]).unwrap();
        let classes = sizes.iter().map(|size| *size as u32).zip(rates).collect();
        let world = World { units: case.params.count("units", 10).unwrap(), classes };
        let averages: BTreeMap<String, f64> = learnt(&rule, &world).averages().unwrap().into_iter().collect();
        for asked in &case.asked {
            let (found, expected) = (averages[&asked.quantity], asked.number().unwrap());
            assert!((found - expected).abs() <= 1e-6 * expected.abs().max(1e-3), "{}: {found}", asked.id);
        }
    }
}

#[test]
fn paged_memory_blocks_as_the_recursion_for_scattered_blocks_says() {
    let world = &World::published()[1];
    let make = || pool("segments", 8, &[("page", bytes(1))]).map_err(|refusal| refusal.reason().into());
    let chain = memory::learn(world, &Maker { make: &make, unit: 1 }, 1).unwrap();
    assert!((blocking(&chain, 2) - 0.08040).abs() < 6e-6);
}

#[test]
fn what_has_no_chain_says_why() {
    let plan = Plan { precision: 0.1, seed: 1, quiet: true };
    let fault = |name: &str, world: World| certify(name, &[world], plan).unwrap_err().join("\n");
    let small = || World { units: 4, classes: vec![(1, 1.0)] };
    assert!(fault("unbounded", small()).contains("more than the memory has"));
    assert!(fault("bets-fit", small()).ends_with("did you mean `best-fit`?"));
    assert!(fault("best-fit", World { units: 11, ..small() }).contains("11 units, expected 1 ..= 10"));
    assert!(fault("best-fit", World { classes: vec![(1, 1e9)], ..small() }).contains("at most 1e8"));
    assert!(fault("best-fit", World { classes: vec![(5, 1.0)], ..small() }).contains("5@1"));
}
