//! Admission to memory, and caches.

use super::super::family::{Family, unknown_quantity};
use super::super::models::caches::References;
use super::super::models::memory::{Admission, Class};
use super::super::rows::{Answer, Params, Refusal};
use super::super::trial::Trial;
use crate::cache::{Eviction, Zipf};

pub(super) const FAMILIES: &[Family] = &[
    Family::simulated("loss_with_reservation", reservation),
    Family::simulated("multi_resource_loss", resources),
    Family::simulated("memory_fcfs_saturated", backlog),
    Family::both("cache_irm_small", references, hits),
    Family::exact("cache_irm_large", hits),
];

type Prepared = Result<Box<dyn Trial>, Refusal>;

const MOST: u32 = 1_000_000;

fn prepared(pools: Vec<u64>, classes: Vec<Class>, backlog: bool) -> Prepared {
    Ok(Box::new(Admission { pools, classes, backlog }.trial()?))
}

fn reservation(params: &Params) -> Prepared {
    let [rates, sizes, keeps] = params.lists(["erlangs", "sizes", "keep_free_after_admit"])?;
    let class = |number: usize| Class {
        rate: rates[number],
        leave: 1.0,
        needs: vec![sizes[number] as u64],
        keeps: keeps[number] as u64,
    };
    prepared(vec![u64::from(params.count("C", MOST)?)], (0..rates.len()).map(class).collect(), false)
}

fn resources(params: &Params) -> Prepared {
    let [rates, cores, memory] = params.lists(["erlangs", "cpu_per_task", "mem_per_task"])?;
    let class = |number: usize| Class {
        rate: rates[number],
        leave: 1.0,
        needs: vec![cores[number] as u64, memory[number] as u64],
        keeps: 0,
    };
    let pools = vec![u64::from(params.count("cpu", MOST)?), u64::from(params.count("mem", MOST)?)];
    prepared(pools, (0..rates.len()).map(class).collect(), false)
}

fn backlog(params: &Params) -> Prepared {
    let [sizes, mix, leave] = params.lists(["sizes", "mix", "mu"])?;
    if leave.iter().any(|rate| *rate <= 0.0) || mix.iter().sum::<f64>() <= 0.0 {
        return Err(Refusal::Parameters("mu and mix: expected numbers above 0".into()));
    }
    let class =
        |number: usize| Class { rate: mix[number], leave: leave[number], needs: vec![sizes[number] as u64], keeps: 0 };
    prepared(vec![u64::from(params.count("C", MOST)?)], (0..sizes.len()).map(class).collect(), true)
}

fn references(params: &Params) -> Prepared {
    let exponent = params.number("zipf")?;
    let (items, capacity) = (params.count("items", MOST)?, params.count("capacity", MOST)?);
    Ok(Box::new(References { items, capacity, exponent }.trial()?))
}

/// Hit ratios as the simulator's caches state them.
fn hits(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    let (items, capacity) = (params.count("items", u32::MAX)?, params.positive("capacity")?);
    let zipf = Zipf::new(u64::from(items), params.number("zipf")?);
    Ok(Answer::Number(match quantity {
        "hit_static_topC" => zipf.hit_ratio(Eviction::Static, capacity),
        "hit_lru_che" => zipf.hit_ratio(Eviction::Lru, capacity),
        "hit_fifo_approx" => zipf.hit_ratio(Eviction::Fifo, capacity),
        "char_time_requests" => zipf.characteristic_time(Eviction::Lru, capacity),
        _ => return Err(unknown_quantity(quantity)),
    }))
}
