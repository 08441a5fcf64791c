//! Rules of HotSpot that have exact answers, asked of the functions that the collectors use.

use super::super::family::{Family, unknown_quantity};
use super::super::rows::{Answer, Params, Refusal};
use crate::base::Bytes;
use crate::heap::collector::g1::humongous::Humongous;
use crate::heap::collector::g1::ihop::Adaptive;
use crate::heap::collector::rates::AllocationRule;
use crate::heap::hotspot::{CollectorKind, Flags, Machine, shape};

pub(super) const FAMILIES: &[Family] = &[
    Family::exact("g1_region_size", region_size),
    Family::exact("g1_humongous", humongous),
    Family::exact("g1_adaptive_ihop", threshold),
    Family::exact("zgc_alloc_rate_rule", allocation),
];

fn mib(params: &Params, key: &str) -> Result<Bytes, Refusal> {
    Ok(Bytes::from_f64(params.positive(key)? * 1048576.0))
}

fn region_size(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    // The release that rounds up is 15; the table names ranges around it.
    let jdk = match quantity {
        "region_mb_round_down_jdk8to17" => 11,
        "region_mb_round_up_jdk18plus" => 18,
        _ => return Err(unknown_quantity(quantity)),
    };
    let (max, initial) = (mib(params, "max_heap_mb")?, mib(params, "initial_heap_mb")?);
    let flags = Flags { collector: Some(CollectorKind::G1), xms: Some(initial), ..Flags::default() };
    let region = shape(max, &flags, &Machine { jdk, cpus: 2, memory: max }).region;
    let (size, _) = region.ok_or_else(|| Refusal::Unable("the heap has no regions".into()))?;
    Ok(Answer::Number(size.as_mib()))
}

fn humongous(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    let object = Humongous::of(Bytes::from_f64(params.positive("object_bytes")?), mib(params, "region_mb")?);
    Ok(Answer::Number(match quantity {
        "humongous" => f64::from(u8::from(object.regions > 0)),
        "regions" => object.regions as f64,
        "tail_waste_bytes" => object.waste.as_f64(),
        _ => return Err(unknown_quantity(quantity)),
    }))
}

fn threshold(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    let bytes = |key: &str| Ok(Bytes::from_f64(params.number(key)?));
    let rule = Adaptive {
        capacity: bytes("max_capacity")?,
        target: bytes("target_occupancy")?,
        reserve: params.number("reserve_pct")?,
        waste: params.number("waste_pct")?,
        marking: params.number("marking_s")?,
        growth: params.number("old_alloc_Bps")?,
        young: bytes("young_at_mixed")?,
    };
    Ok(Answer::Number(match quantity {
        "effective_target" => rule.effective_target().as_f64(),
        "mark_start_threshold" => rule.threshold().as_f64(),
        _ => return Err(unknown_quantity(quantity)),
    }))
}

fn allocation(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    let rule = AllocationRule {
        free: Bytes::from_f64(params.number("free")?),
        rate: (params.number("alloc_avg_Bps")?, params.number("alloc_sd_Bps")?),
        tolerance: params.number("spike_tolerance")?,
        serial: params.number("serial_s")?,
        parallel: params.number("parallel_work_s")?,
        workers: params.count("workers", 1_000_000)?.max(1),
        sigma: params.number("sigma_mult")?,
    };
    Ok(Answer::Number(match quantity {
        "max_alloc_Bps" => rule.max_rate(),
        "time_until_oom_s" => rule.until_out_of_memory(),
        "gc_duration_s" => rule.duration(),
        "time_until_gc_s" => rule.until_collection(),
        _ => return Err(unknown_quantity(quantity)),
    }))
}
