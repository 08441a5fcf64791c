//! Quantities of a case from the sums of its batches.

use super::setup::Setup;
use super::watch::{Class, Sums};

/// The quantity from sums over any span; `None` where nobody knows it.
pub fn quantity(name: &str, setup: &Setup, sums: &Sums) -> Option<f64> {
    let span = sums.span;
    let units = |integral: f64| integral / span / setup.unit as f64;
    // Moments of the number present.
    let moment = |power: i32| {
        let parts = sums.present.iter().enumerate().map(|(count, time)| (count as f64).powi(power) * time);
        parts.sum::<f64>() / span
    };
    let empty = sums.present.first().unwrap_or(&0.0);
    Some(match name {
        "rho" => sums.running / span / setup.servers,
        "L" | "mean" => moment(1),
        "var" => moment(2) - moment(1).powi(2),
        "P_empty" => empty / span,
        "Lq" => sums.waiting / span,
        "W" | "W_accepted" => sums.stay / sums.done,
        "Wq" => sums.wait / sums.placed,
        "P_wait" | "sigma" => sums.waited / sums.placed,
        "mean_busy" => sums.running / span,
        "slowdown" => sums.slowdown / sums.done,
        // A session is the time in which some record of its key is younger than the gap.
        "busy_period_mean" | "mean_open_s" => (span - empty) / sums.emptied,
        "mean_events" => sums.done / sums.emptied,
        "P_open" => 1.0 - empty / span,
        "mean_buffered_elements" => units(sums.kept),
        "peak_buffered_just_before_fire" => sums.at_firing / sums.fired / setup.unit as f64,
        "throughput" => (sums.done + sums.records) / span,
        "P_block" => lost(sums, |class| class.lost),
        "mean_used" | "used" => units(sums.pool[0]),
        "utilisation" => units(sums.pool[0]) / setup.units,
        "holes" => sums.pool[1] / span,
        "largest" => units(sums.pool[2]),
        "extfrag" => sums.pool[3] / span,
        // The scenario's probe is the size of the second class.
        "unusable_2" => sums.pool[4] / span,
        _ => return numbered(name, sums),
    })
}

fn lost(sums: &Sums, of: impl Fn(&Class) -> f64) -> f64 {
    sums.classes.iter().map(of).sum::<f64>() / sums.classes.iter().map(|class| class.arrived).sum::<f64>()
}

/// Quantities whose name ends in a number.
fn numbered(name: &str, sums: &Sums) -> Option<f64> {
    let split = name.rfind(|c: char| !c.is_ascii_digit())? + 1;
    let (stem, number) = (&name[..split], name[split..].parse::<usize>().ok()?);
    let class = || sums.classes.get(number.checked_sub(1)?);
    Some(match stem {
        "W_p" => sums.stays.quantile(number as f64 / 100.0),
        "Wq_p" => sums.waits.quantile(number as f64 / 100.0),
        "P_N_ge_" => sums.present.iter().skip(number).sum::<f64>() / sums.span,
        "block_" | "P_block_class" => class()?.lost / class()?.arrived,
        "fragfail_" => class()?.cut_up / class()?.arrived,
        _ => return None,
    })
}
