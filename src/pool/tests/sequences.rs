//! Address sequences worked out by hand from the placement rules, and bounds on how far first fit reaches.

use std::collections::BTreeMap;

use super::*;
use crate::pool::Robson;

const FIRST: &str = "a1:20|a2:15|a3:10|a4:25|a5:12|f1|f3|a6:8|a7:15|f4|a8:22|a9:9|a10:30";
const SECOND: &str = "a1:8|a2:16|a3:4|a4:12|f1|a5:5|f3|a6:3|a7:8|f2|a8:14|a9:2";

/// Plays operations such as "a1:20" (allocate block 1 of 20 units) and "f1" (free it); lists the addresses.
fn play(rule: &str, units: u64, operations: &[&str]) -> String {
    let mut pool = pool(rule, units);
    let mut live = BTreeMap::new();
    let mut addresses = vec![];
    for operation in operations {
        let (verb, rest) = operation.split_at(1);
        if verb == "f" {
            pool.free(&live.remove(rest).expect("a live block"));
            continue;
        }
        let (name, size) = rest.split_once(':').expect("name and size");
        let block = pool.allocate(Bytes(size.parse().expect("a size")));
        addresses.push(block.map_or("fail".into(), |block| block.address.to_string()));
        live.extend(block.map(|block| (name, block)));
    }
    addresses.join("|")
}

#[test]
fn each_rule_places_as_worked_out_by_hand() {
    let play = |rule, units, operations: &str| play(rule, units, &operations.split('|').collect::<Vec<_>>());
    assert_eq!(play("first-fit", 100, FIRST), "0|20|35|45|70|0|82|35|8|fail");
    assert_eq!(play("best-fit", 100, FIRST), "0|20|35|45|70|35|82|43|0|fail");
    assert_eq!(play("worst-fit", 100, FIRST), "0|20|35|45|70|0|82|35|57|fail");
    assert_eq!(play("next-fit", 100, FIRST), "0|20|35|45|70|82|0|35|57|fail");
    assert_eq!(play("best-fit", 64, SECOND), "0|8|24|28|0|5|40|48|62");
    assert_eq!(play("next-fit", 64, SECOND), "0|8|24|28|40|45|48|0|14");
    let buddy = "a1:5|a2:9|a3:3|a4:16|f2|a5:4|a6:7|f1|a7:8|f3|a8:20";
    assert_eq!(play("buddy", 64, buddy), "0|16|8|32|12|16|0|fail");
}

#[test]
fn each_rule_places_as_in_the_exact_sequences() {
    for row in exact_rows("alloc_sequence_") {
        let rule = row.model.trim_start_matches("alloc_sequence_");
        let rule = if rule == "buddy" { rule.into() } else { format!("{rule}-fit") };
        let found = play(&rule, row.number("units") as u64, &row.list("ops"));
        assert_eq!(found, row.expected, "{} with {}", row.model, row.parameters);
    }
}

fn robson(live: u64, block: u64) -> Robson {
    Robson::new(Bytes(live), Bytes(block)).expect("a power of two")
}

#[test]
fn robsons_bounds_are_the_tabulated_ones() {
    assert_eq!(robson(1024, 16).optimal(), Bytes(3057));
    for row in exact_rows("robson_bounds") {
        let program = robson(row.number("max_live") as u64, row.number("max_block") as u64);
        let bound = match row.quantity.as_str() {
            "optimal_worst_case" => program.optimal(),
            "first_fit_bound" => program.first_fit(),
            "half_fit_bound" => program.half_fit(),
            _ => program.best_fit(),
        };
        assert_eq!(bound.0.to_string(), row.expected, "{}", row.quantity);
    }
    assert_eq!(Robson::new(Bytes(100), Bytes(24)), None);
    assert_eq!(Robson::new(Bytes(16), Bytes(32)), None);
}

#[test]
fn the_adversary_forces_every_rule_to_the_optimum_and_none_beyond_its_bound() {
    for (live, block) in [(256, 16), (1024, 16), (2048, 64)] {
        let program = robson(live, block);
        for rule in CONTIGUOUS {
            let mut pool = pool(rule, 64 * live);
            let reach = program.play(&mut pool).expect("room");
            assert!(reach >= program.optimal(), "{rule}: {} for {live} live bytes", reach.0);
            let bound = match rule {
                "first-fit" => program.first_fit(),
                "half-fit" => program.half_fit(),
                "best-fit" => program.best_fit(),
                _ => pool.capacity(),
            };
            assert!(reach <= bound, "{rule}: {} beyond {}", reach.0, bound.0);
        }
    }
    assert_eq!(robson(256, 16).play(&mut pool("first-fit", 300)), None);
}
