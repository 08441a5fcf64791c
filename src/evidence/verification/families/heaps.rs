//! Heaps, what their collections cost, and the rules around them: fluid models of collection.

use super::super::family::{Family, unknown_quantity};
use super::super::models::budget::Budget;
use super::super::models::collection;
use super::super::models::optimum;
use super::super::rows::{Answer, Params, Refusal};
use crate::heap::OverheadLimit;

pub(super) const FAMILIES: &[Family] = &[
    Family::exact("gc_full_stw_fluid", |params, quantity| {
        let found = collection::Full {
            live: params.positive("live")?,
            heap: params.positive("heap")?,
            rate: params.positive("alloc_Bps")?,
            live_byte: params.number("s_per_live_byte")?,
            heap_byte: params.number("s_per_heap_byte")?,
            fixed: params.number("s_fixed")?,
        };
        found.answer(quantity)
    }),
    Family::exact("gc_generational_fluid", |params, quantity| {
        let found = collection::Generational {
            eden: params.positive("eden")?,
            promoted: params.positive("promoted_fraction")?,
            minor_fixed: params.number("minor_fixed_s")?,
            copied_byte: params.number("s_per_copied_byte")?,
            old: params.positive("old")?,
            old_live: params.positive("old_live")?,
            live_byte: params.number("s_per_old_live_byte")?,
            rate: params.positive("alloc_Bps")?,
        };
        found.answer(quantity)
    }),
    Family::exact("gc_overhead_limit", overhead_limit),
    Family::exact("membalancer_split", |params, quantity| {
        let [live, garbage, speed] = params.lists(["live_mb", "garbage_mb_per_s", "gc_speed_mb_per_s"])?;
        Budget { live, garbage, speed, extra: params.positive("total_extra_mb")? }.answer(quantity)
    }),
    Family::exact("dc_cost_optimum", |params, quantity| {
        let prices = optimum::Prices {
            core: params.number("price_per_core_h")?,
            gigabyte: params.positive("price_per_gb_h")?,
            cpu: params.positive("cpu_s_per_record")?,
            collection: params.positive("gc_coeff_s")?,
            live: params.positive("live_gb_per_core")?,
        };
        prices.answer(quantity)
    }),
    Family::exact("dc_greedy_cache_optimum", |params, quantity| {
        let greedy = optimum::GreedyCache {
            cpu: params.positive("cpu_s")?,
            miss: params.positive("miss_s")?,
            keys: u64::from(params.count("keys", u32::MAX)?),
            entry: params.positive("bytes_per_key")?,
            headroom: u64::from(params.count("headroom_mb", 1_000_000)?),
            garbage: params.positive("garbage_bytes_per_record")?,
            live_byte: params.number("gc_s_per_live_byte")?,
            skew: params.number("zipf")?,
        };
        greedy.answer(quantity)
    }),
];

/// The collection that Parallel's rule ends the program after; 0 where it never does.
fn overhead_limit(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    if quantity != "oom_at_gc" {
        return Err(unknown_quantity(quantity));
    }
    let (time, free) = (params.number("time_limit")? / 100.0, params.number("free_limit")? / 100.0);
    let mut limit = OverheadLimit::new(time, free, params.count("consecutive", u32::MAX)?);
    for (number, pair) in params.text("full_gcs_time_pct_colon_free_pct")?.split('|').enumerate() {
        let parts = pair.split_once(':').and_then(|(time, free)| Some((share(time)?, share(free)?)));
        let (time, free) =
            parts.ok_or_else(|| Refusal::Parameters(format!("`{pair}`, expected time:free in per cent")))?;
        if limit.full_collection(time, free, 1) {
            return Ok(Answer::Number(number as f64 + 1.0));
        }
    }
    Ok(Answer::Number(0.0))
}

fn share(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|share: &f64| share.is_finite()).map(|share| share / 100.0)
}
