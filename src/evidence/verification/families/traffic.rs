//! What goes to disk or over the network: replacement, sorts, joins, filters, and state that moves while its task runs.

use super::super::family::{Family, unknown_quantity};
use super::super::models::caches::{Choice, faults};
use super::super::parts::{bytes, part};
use super::super::rows::{Answer, Params, Refusal};
use crate::base::{Bytes, SimSpan, Value};
use crate::price::spill::{SPILL_PRICES, external_sort, hybrid_hash};
use crate::price::state::lsm::false_positives;
use crate::price::transfer::{Move, TRANSFER_PRICES};

pub(super) const FAMILIES: &[Family] = &[
    Family::exact("page_replacement", replacement),
    Family::exact("external_merge_sort", sort),
    Family::exact("hybrid_hash_join", join),
    Family::exact("bloom_fpr", |params, quantity| match quantity {
        "fpr_optimal" => Ok(Answer::Number(false_positives(params.positive("bits_per_key")?))),
        _ => Err(unknown_quantity(quantity)),
    }),
    Family::exact("precopy_migration", pre_copy),
];

/// Bytes of a page where only numbers of pages count.
const PAGE: u64 = 1 << 30;

fn replacement(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    let choice = match quantity {
        "faults_lru" => Choice::Reference,
        "faults_fifo" => Choice::Loading,
        "faults_min" => Choice::NextUse,
        _ => return Err(unknown_quantity(quantity)),
    };
    let frames = params.count("frames", 1_000_000)?;
    Ok(Answer::Number(f64::from(faults(&params.list("sequence")?, frames, choice)?)))
}

fn sort(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    let (pages, buffers) = (u64::from(params.count("pages", u32::MAX)?), u64::from(params.count("buffers", u32::MAX)?));
    let given = [("memory", bytes(buffers * PAGE)), ("page", bytes(PAGE))];
    let price = part(SPILL_PRICES, "external-sort", &given)?;
    let (runs, passes) = external_sort::runs_and_passes(pages, buffers);
    // The price is that of runs; the input is read first, and the output written last.
    let moved = price.io(Bytes(pages * PAGE)).bytes.as_f64() / PAGE as f64;
    let pages = pages as f64;
    Ok(Answer::Number(match quantity {
        "initial_runs" => runs as f64,
        "merge_passes" => f64::from(passes),
        "page_ios_excl_final_write" => pages + moved,
        "page_ios_incl_final_write" => 2.0 * pages + moved,
        _ => return Err(unknown_quantity(quantity)),
    }))
}

fn join(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    let (build, probe) = (params.positive("build_pages")?, params.number("probe_pages")?);
    let (buffers, fudge) = (u64::from(params.count("memory_pages", u32::MAX)?), params.positive("fudge")?);
    let given = [
        ("memory", bytes(buffers * PAGE)),
        ("page", bytes(PAGE)),
        ("fudge", Value::Number(fudge)),
        ("probe", Value::Number(probe / build)),
    ];
    let price = part(SPILL_PRICES, "hybrid-hash", &given)?;
    let division = hybrid_hash::division(build, fudge, buffers);
    let moved = price.io(Bytes::from_f64(build * PAGE as f64)).bytes.as_f64() / PAGE as f64;
    Ok(Answer::Number(match quantity {
        "spilled_partitions" => division.partitions as f64,
        "resident_fraction" => division.resident,
        "page_ios" => build + probe + moved,
        "spill_write_pages" => moved / 2.0,
        _ => return Err(unknown_quantity(quantity)),
    }))
}

/// Whole bytes and nanoseconds are too coarse for the last rounds: all sizes and times are so many times as large.
const LONGER: f64 = 1e6;

fn pre_copy(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    let rounds = u64::from(params.count("precopy_rounds", 1000)?.max(1));
    let (bandwidth, dirty) = (params.positive("bandwidth_Bps")?, params.number("dirty_Bps")?);
    // The model knows no other reason to stop than the number of rounds.
    let given = [
        ("rounds", Value::Count(rounds)),
        ("threshold", bytes(0)),
        ("most", Value::Number(1e6)),
        ("fixed", Value::Span(SimSpan::ZERO)),
    ];
    let price = part(TRANSFER_PRICES, "pre-copy", &given)?;
    let cost = price.cost(&Move { state: Bytes::from_f64(params.positive("bytes")? * LONGER), dirty, bandwidth });
    Ok(Answer::Number(match quantity {
        "total_bytes" => cost.bytes().as_f64() / LONGER,
        "total_s" => cost.total(bandwidth).as_secs() / LONGER,
        "downtime_s" => cost.downtime(bandwidth).as_secs() / LONGER,
        _ => return Err(unknown_quantity(quantity)),
    }))
}
