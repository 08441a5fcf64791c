//! Address sequences worked out by hand from the placement rules, and bounds on how far first fit reaches.

use std::collections::BTreeMap;

use super::*;

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
fn each_rule_places_as_in_the_shared_sequences() {
    for row in shared_rows("alloc_sequence_").into_iter().flatten() {
        let rule = row.model.trim_start_matches("alloc_sequence_");
        let rule = if rule == "buddy" { rule.into() } else { format!("{rule}-fit") };
        let found = play(&rule, row.number("units") as u64, &row.list("ops"));
        assert_eq!(found, row.expected, "{} with {}", row.model, row.parameters);
    }
}

/// Robson's adversary in outline: fill with blocks of 2^k, keep one in each window of 2^(k+1), double k.
fn reach_of_first_fit(max_live: u64, max_block: u64) -> u64 {
    let mut pool = pool("first-fit", 64 * max_live);
    let (mut live, mut reach, mut size) = (vec![], 0, 1);
    while size <= max_block {
        while pool.allocated().0 + size <= max_live {
            live.push(pool.allocate(Bytes(size)).expect("room"));
        }
        reach = reach.max(pool.extent().0);
        let mut window = u64::MAX;
        live.sort_by_key(|block| block.address);
        live.retain(|block| {
            let keep = block.address / (2 * size) != window;
            window = if keep { block.address / (2 * size) } else { window };
            if !keep {
                pool.free(block);
            }
            keep
        });
        size *= 2;
    }
    reach
}

#[test]
fn first_fit_stays_within_robsons_bound_and_the_adversary_makes_it_grow() {
    let bound = |live: u64, block: u64| live * (1 + u64::from(block.ilog2()));
    assert_eq!(bound(1024, 16), 5120);
    for (live, block) in [(1024, 16), (4096, 256)] {
        let reach = reach_of_first_fit(live, block);
        assert!(reach <= bound(live, block), "{reach} for {live} live bytes");
        assert!(reach > live * 3 / 2, "the adversary achieved only {reach} for {live} live bytes");
    }
    for row in shared_rows("robson_bounds").into_iter().flatten().filter(|row| row.quantity == "first_fit_bound") {
        let (live, block) = (row.number("max_live") as u64, row.number("max_block") as u64);
        assert_eq!(bound(live, block).to_string(), row.expected);
        assert!(reach_of_first_fit(live, block) <= bound(live, block));
    }
}
