//! Block allocators: addresses of given sequences, measures of given layouts, rounding, and worst cases.

use std::collections::BTreeMap;

use super::super::family::{Family, unknown_quantity};
use super::super::models::numbered;
use super::super::parts::{bytes, pool};
use super::super::rows::{Answer, Params, Refusal};
use crate::base::Bytes;
use crate::pool::{Block, Pool, Robson};

pub(super) const FAMILIES: &[Family] = &[
    Family::exact("alloc_sequence_first", |params, quantity| sequence(params, quantity, ("first-fit", "granule"))),
    Family::exact("alloc_sequence_best", |params, quantity| sequence(params, quantity, ("best-fit", "granule"))),
    Family::exact("alloc_sequence_worst", |params, quantity| sequence(params, quantity, ("worst-fit", "granule"))),
    Family::exact("alloc_sequence_next", |params, quantity| sequence(params, quantity, ("next-fit", "granule"))),
    Family::exact("alloc_sequence_buddy", |params, quantity| sequence(params, quantity, ("buddy", "smallest"))),
    Family::exact("frag_metrics_layout", measures),
    Family::exact("internal_frag_uniform", uniform_waste),
    Family::exact("internal_frag_loguniform", log_uniform_waste),
    Family::exact("slab_waste", slab),
    Family::exact("robson_bounds", bounds),
];

const MOST: u32 = 1 << 30;

fn fault(text: &str, expected: &str) -> Refusal {
    Refusal::Parameters(format!("`{text}`, expected {expected}"))
}

/// Addresses that an allocator gives to blocks which come ("a1:20") and go ("f1").
fn sequence(params: &Params, quantity: &str, (rule, rounding): (&str, &'static str)) -> Result<Answer, Refusal> {
    if quantity != "addresses" {
        return Err(unknown_quantity(quantity));
    }
    let mut pool = pool(rule, u64::from(params.count("units", MOST)?), &[(rounding, bytes(1))])?;
    let (mut live, mut addresses) = (BTreeMap::<&str, Block>::new(), Vec::new());
    for step in params.text("ops")?.split('|') {
        let wrong = || fault(step, "a1:20 to allocate 20 units for block 1, or f1 to free it");
        match (step.strip_prefix('a').and_then(|rest| rest.split_once(':')), step.strip_prefix('f')) {
            (Some((name, size)), _) => {
                let size = size.parse().ok().filter(|size| *size > 0).ok_or_else(wrong)?;
                let block = pool.allocate(Bytes(size));
                addresses.push(block.map_or("fail".into(), |block| block.address.to_string()));
                live.extend(block.map(|block| (name, block)));
            }
            (None, Some(name)) => pool.free(&live.remove(name).ok_or_else(wrong)?),
            _ => return Err(wrong()),
        }
    }
    Ok(Answer::Text(addresses.join("|")))
}

/// A pool with live blocks ("A16") and holes ("F8") in the order given.
fn laid_out(layout: &str) -> Result<Pool, Refusal> {
    let part = |text: &str| {
        let (kind, size) = text.split_at_checked(1)?;
        let size: u64 = size.parse().ok().filter(|size| (1..=u64::from(MOST)).contains(size))?;
        matches!(kind, "A" | "F").then_some((kind == "F", size))
    };
    let parts =
        layout.split('|').map(|text| part(text.trim()).ok_or_else(|| fault(text, "A16 or F8: a kind and units")));
    let parts: Vec<(bool, u64)> = parts.collect::<Result<_, _>>()?;
    let mut pool = pool("first-fit", parts.iter().map(|part| part.1).sum(), &[("granule", bytes(1))])?;
    // From below, so that blocks come to lie in their order.
    let blocks: Vec<Option<Block>> = parts.iter().map(|(_, size)| pool.allocate(Bytes(*size))).collect();
    for ((is_hole, _), block) in parts.iter().zip(&blocks) {
        block.iter().filter(|_| *is_hole).for_each(|block| pool.free(block));
    }
    Ok(pool)
}

fn measures(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    let pool = laid_out(params.text("layout")?)?;
    let number = |value: Option<f64>| value.map_or(Answer::Text("na".into()), Answer::Number);
    let all = pool.fragmentation(Bytes(1));
    match quantity {
        "free" => return Ok(number(Some(all.free.as_f64()))),
        "holes" => return Ok(number(Some(all.holes as f64))),
        "largest" => return Ok(number(Some(all.largest.as_f64()))),
        "ext_frag" => return Ok(number(Some(all.external))),
        "pair_index" => return Ok(number(Some(all.pair))),
        _ => {}
    }
    let (name, size) = numbered(quantity).ok_or_else(|| unknown_quantity(quantity))?;
    let size = Bytes(size as u64);
    let seen = pool.fragmentation(size);
    Ok(number(match name {
        "unusable_" => Some(seen.unusable),
        "unplaceable_" => Some(seen.unplaceable),
        "frag_index_" => seen.index,
        "compaction_bytes_" => pool.compaction_debt(size).map(Bytes::as_f64),
        _ => return Err(unknown_quantity(quantity)),
    }))
}

/// An empty pool whose allocator rounds sizes up to its classes, with room for anything of up to `most` bytes.
fn classes(name: &str, most: u64) -> Result<Pool, Refusal> {
    let capacity = most.checked_next_power_of_two().and_then(|size| size.checked_mul(4));
    let capacity = capacity.ok_or_else(|| fault(&most.to_string(), "sizes that a pool can hold"))?;
    match name {
        "binary" | "binary_buddy" => pool("buddy", capacity, &[("smallest", bytes(1))]),
        "fibonacci" | "fibonacci_buddy" => pool("fibonacci-buddy", capacity, &[("smallest", bytes(1))]),
        "4_classes_per_doubling" => {
            let given = [("quantum", bytes(1)), ("page", bytes(1)), ("small", bytes(capacity))];
            pool("size-classes", capacity, &given)
        }
        _ => Err(Refusal::Unable(format!("nothing rounds sizes to `{name}`"))),
    }
}

/// Internal fragmentation when each size is requested once from a pool that is empty again each time.
fn waste(pool: &mut Pool, sizes: impl Iterator<Item = Bytes>) -> Result<f64, Refusal> {
    let (mut requested, mut allocated) = (0.0, 0.0);
    for size in sizes {
        let block = pool.allocate(size).ok_or_else(|| fault(&size.0.to_string(), "a size that a pool can hold"))?;
        requested += block.requested.as_f64();
        allocated += block.size.as_f64();
        pool.free(&block);
    }
    Ok(1.0 - requested / allocated)
}

fn uniform_waste(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    let (least, most) = (u64::from(params.count("size_min", MOST)?), u64::from(params.count("size_max", MOST)?));
    if !(1..=most).contains(&least) || most - least > 10_000_000 {
        return Err(fault(&format!("{least} to {most}"), "at most 10 million sizes from 1 on"));
    }
    let name = quantity.strip_prefix("waste_").ok_or_else(|| unknown_quantity(quantity))?;
    waste(&mut classes(name, most)?, (least..=most).map(Bytes)).map(Answer::Number)
}

/// Sizes spread evenly on a logarithmic scale over the sizes of one class: one octave, or from one Fibonacci number to the
/// next; far up, where whole bytes and the ratio of neighbours have converged.
fn log_uniform_waste(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    if quantity != "waste" {
        return Err(unknown_quantity(quantity));
    }
    const STEPS: u32 = 20_000;
    let name = params.text("classes")?;
    let (low, high): (f64, f64) = match name {
        "fibonacci" => (20_365_011_074.0, 32_951_280_099.0),
        _ => (f64::from(1u32 << 31), 2.0 * f64::from(1u32 << 31)),
    };
    let middle = |step: u32| (f64::from(step) + 0.5) / f64::from(STEPS);
    let sizes = (0..STEPS).map(|step| Bytes::from_f64((low * (high / low).powf(middle(step))).ceil()));
    waste(&mut classes(name, high as u64)?, sizes).map(Answer::Number)
}

/// Objects of a slab, and what else it takes.
fn slab(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    let of = |key: &str| params.count(key, MOST).map(u64::from);
    let (slab, object) = (of("slab_bytes")?, of("object_bytes")?);
    let given = [("slab", bytes(slab)), ("object", bytes(object)), ("header", bytes(of("header_bytes")?))];
    let mut pool = pool("slab", slab, &given)?;
    while pool.allocate(Bytes(object)).is_some() {}
    match quantity {
        "objects" => Ok(Answer::Number(pool.blocks() as f64)),
        "waste_fraction" => Ok(Answer::Number(pool.fragmentation(Bytes(1)).internal)),
        _ => Err(unknown_quantity(quantity)),
    }
}

/// What Robson's program proves. The allocators play it: a bound that one breaks has no value.
fn bounds(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    let (live, block) = (params.count("max_live", MOST)?, params.count("max_block", MOST)?);
    let program = Robson::new(Bytes(u64::from(live)), Bytes(u64::from(block)));
    let program =
        program.ok_or_else(|| fault(&block.to_string(), "a power of two of at most max_live as max_block"))?;
    let (bound, rule) = match quantity {
        "optimal_worst_case" => (program.optimal(), "first-fit"),
        "first_fit_bound" => (program.first_fit(), "first-fit"),
        "half_fit_bound" => (program.half_fit(), "half-fit"),
        "best_fit_bound" => (program.best_fit(), "best-fit"),
        _ => return Err(unknown_quantity(quantity)),
    };
    let mut pool = pool(rule, 4 * program.half_fit().0, &[("granule", bytes(1))])?;
    let Some(reach) = program.play(&mut pool) else {
        return Ok(Answer::Text(format!("{rule} needs more than {}", pool.capacity().0)));
    };
    let holds = match quantity {
        "optimal_worst_case" => reach >= bound,
        // What best fit may come close to limits nobody's small blocks.
        "best_fit_bound" => reach <= bound || block < 8,
        _ => reach <= bound,
    };
    Ok(if holds { Answer::Number(bound.as_f64()) } else { Answer::Text(format!("{rule} needs {}", reach.0)) })
}
