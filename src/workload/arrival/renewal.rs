//! Renewal arrivals: gaps are independent draws from any law (an empirical one replays the shape of a measured
//! source).

use super::Arrival;
use crate::base::{Args, Build, Entry, Kind, SimSpan, SimTime, required};
use crate::kernel::{Dist, Stream};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn Arrival>> = Entry {
    name: "renewal",
    summary: "independent gaps from any distribution",
    source: "renewal process (GI)",
    params: &[required("gap", Kind::SpanLaw, "time between two arrivals")],
    traits: &[],
    build,
};

fn build(args: &Args) -> Result<Box<dyn Arrival>, String> {
    let gap = Dist::new(&args.law("gap"))?;
    let mean = gap.mean();
    match mean.is_finite() && mean >= 10.0 {
        true => Ok(Box::new(Renewal(gap))),
        false => Err(format!("mean gap {mean} ns: expected a finite time of at least 10 ns")),
    }
}

struct Renewal(Dist);

impl Arrival for Renewal {
    fn next_gap(&mut self, _now: SimTime, stream: &mut Stream) -> SimSpan {
        SimSpan::from_nanos(self.0.sample(stream))
    }

    fn mean_rate(&self) -> f64 {
        1e9 / self.0.mean()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{build, dispersion};
    use crate::base::{Law, Value};

    #[test]
    fn dispersion_is_the_squared_variation_of_the_gaps() {
        // Gamma gaps with a squared coefficient of variation of 1/4, which the index of dispersion tends to.
        let gap = Law::with("gamma", &[("mean", 0.1e9), ("scv", 0.25)]);
        let mut process = build("renewal", &[("gap", Value::Law(gap))]);
        assert!((process.mean_rate() - 10.0).abs() < 1e-9);
        let (mean, idc) = dispersion(&mut *process, 1000, 100.0);
        assert!((idc / 0.25 - 1.0).abs() < 0.14, "{idc}");
        assert!((mean - 1000.0).abs() < 3.0 * (250.0f64 / 1000.0).sqrt(), "{mean}");
    }
}
