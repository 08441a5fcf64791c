//! Rules of HotSpot that have exact answers, asked of the functions that the collectors use.

use heapwise::base::Bytes;
use heapwise::memory::heap::collector::g1::humongous::Humongous;
use heapwise::memory::heap::collector::g1::ihop::Adaptive;
use heapwise::memory::heap::collector::rates::AllocationRule;
use heapwise::memory::heap::hotspot::{CollectorKind, Flags, Machine, shape};

use heapwise::experiment::verify::Params;

use super::rows::{self, number};

const FAMILIES: &[&str] = &["g1_region_size", "g1_humongous", "g1_adaptive_ihop", "zgc_alloc_rate_rule"];

/// What the code says of a quantity; `None` where it knows none of that name.
fn answer(model: &str, params: &Params, quantity: &str) -> Option<f64> {
    match model {
        "g1_region_size" => region_size(params, quantity),
        "g1_humongous" => humongous(params, quantity),
        "g1_adaptive_ihop" => threshold(params, quantity),
        "zgc_alloc_rate_rule" => allocation(params, quantity),
        _ => None,
    }
}

fn mib(params: &Params, key: &str) -> Bytes {
    Bytes::from_f64(number(params, key) * 1048576.0)
}

fn region_size(params: &Params, quantity: &str) -> Option<f64> {
    // The release that rounds up is 15; the table names ranges around it.
    let jdk = if quantity.contains("round_down") { 11 } else { 18 };
    let (max, initial) = (mib(params, "max_heap_mb"), mib(params, "initial_heap_mb"));
    let flags = Flags { collector: Some(CollectorKind::G1), xms: Some(initial), ..Flags::default() };
    let machine = Machine { jdk, cpus: 2, memory: max };
    shape(max, &flags, &machine).region.map(|(size, _)| size.as_mib())
}

fn humongous(params: &Params, quantity: &str) -> Option<f64> {
    let object = Humongous::of(Bytes(number(params, "object_bytes") as u64), mib(params, "region_mb"));
    match quantity {
        "humongous" => Some(if object.regions > 0 { 1.0 } else { 0.0 }),
        "regions" => Some(object.regions as f64),
        "tail_waste_bytes" => Some(object.waste.as_f64()),
        _ => None,
    }
}

fn threshold(params: &Params, quantity: &str) -> Option<f64> {
    let bytes = |key: &str| Bytes::from_f64(number(params, key));
    let rule = Adaptive {
        capacity: bytes("max_capacity"),
        target: bytes("target_occupancy"),
        reserve: number(params, "reserve_pct"),
        waste: number(params, "waste_pct"),
        marking: number(params, "marking_s"),
        growth: number(params, "old_alloc_Bps"),
        young: bytes("young_at_mixed"),
    };
    match quantity {
        "effective_target" => Some(rule.effective_target().as_f64()),
        "mark_start_threshold" => Some(rule.threshold().as_f64()),
        _ => None,
    }
}

fn allocation(params: &Params, quantity: &str) -> Option<f64> {
    let rule = AllocationRule {
        free: Bytes::from_f64(number(params, "free")),
        rate: (number(params, "alloc_avg_Bps"), number(params, "alloc_sd_Bps")),
        tolerance: number(params, "spike_tolerance"),
        serial: number(params, "serial_s"),
        parallel: number(params, "parallel_work_s"),
        workers: number(params, "workers") as u32,
        sigma: number(params, "sigma_mult"),
    };
    match quantity {
        "max_alloc_Bps" => Some(rule.max_rate()),
        "time_until_oom_s" => Some(rule.until_out_of_memory()),
        "gc_duration_s" => Some(rule.duration()),
        "time_until_gc_s" => Some(rule.until_collection()),
        _ => None,
    }
}

#[test]
fn rules_of_hotspot_have_their_exact_answers() {
    let cases = rows::cases(FAMILIES);
    let mut wrong = Vec::new();
    for case in &cases {
        for asked in &case.asked {
            let expected = asked.number().unwrap();
            let got = answer(&case.model, &case.params, &asked.quantity);
            // The table gives ten digits.
            let holds = got.is_some_and(|got| (got - expected).abs() <= 1e-9 * expected.abs());
            if !holds {
                wrong.push(format!("{}: {got:?} for {expected}", asked.id));
            }
        }
    }
    for family in FAMILIES {
        assert!(cases.iter().any(|case| case.model == *family), "no row of {family}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
