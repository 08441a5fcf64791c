//! Quantities of a case from its batches, with standard errors by the jackknife over batches.

use super::scenario::Setup;
use super::watch::Sums;

/// An estimate and its standard error.
#[derive(Clone, Copy, Debug)]
pub struct Estimate {
    pub value: f64,
    pub error: f64,
}

/// The quantity from sums over any span; `None` where nobody knows it.
pub fn quantity(name: &str, setup: &Setup, sums: &Sums) -> Option<f64> {
    let span = sums.span;
    let units = |integral: f64| integral / span / setup.unit as f64;
    let present = || sums.present.iter().enumerate().map(|(count, time)| count as f64 * time).sum::<f64>();
    Some(match name {
        "rho" => sums.running / span / setup.servers,
        "L" => present() / span,
        "Lq" => sums.waiting / span,
        "W" | "W_accepted" => sums.stay / sums.done,
        "Wq" => sums.wait / sums.placed,
        "P_wait" => sums.waited / sums.placed,
        "mean_busy" => sums.running / span,
        "slowdown" => sums.slowdown / sums.done,
        "busy_period_mean" => (span - sums.present.first().unwrap_or(&0.0)) / sums.emptied,
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

fn lost(sums: &Sums, of: impl Fn(&super::watch::Class) -> f64) -> f64 {
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

/// The quantity over all batches. The spread of the values without one batch each gives the standard error, for ratios and
/// quantiles as well as for means.
pub fn estimate(name: &str, setup: &Setup, batches: &[Sums]) -> Option<Estimate> {
    let mut total = Sums::default();
    batches.iter().for_each(|batch| total.add(batch, 1.0));
    let value = quantity(name, setup, &total)?;
    let mut without = Vec::with_capacity(batches.len());
    for batch in batches {
        total.add(batch, -1.0);
        without.push(quantity(name, setup, &total)?);
        total.add(batch, 1.0);
    }
    let n = without.len() as f64;
    let mean = without.iter().sum::<f64>() / n;
    let squares = without.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
    Some(Estimate { value, error: ((n - 1.0) / n * squares).sqrt() })
}

#[test]
fn the_jackknife_of_a_mean_is_its_standard_error() {
    // 1, 2, 3, 4: variance 5/3 of one, so the standard error of the mean is sqrt(5/12).
    let batch = |done: u32| Sums { span: 1.0, done: f64::from(done), ..Sums::default() };
    let batches: Vec<Sums> = (1..=4).map(batch).collect();
    let setup = super::scenario::of(&super::rows::cases_of(super::SAMPLE, &["mm1"])[0]).unwrap();
    let Estimate { value, error } = estimate("throughput", &setup, &batches).unwrap();
    assert_eq!(value, 2.5);
    assert!((error - (5.0f64 / 12.0).sqrt()).abs() < 1e-12);
}
