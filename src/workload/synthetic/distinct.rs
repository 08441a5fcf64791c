//! How many distinct keys a number of events meets.
//!
//! Events come by a Poisson process, each with a key of its own draw from a Zipf law: key k is met with probability 1 -
//! exp(-p_k n) among n expected events, so the mean number of keys met is the sum of that (Poisson occupancy). The
//! hottest keys are summed one by one; the tail, where terms change slowly, is an integral over the logarithm of the
//! rank.

use crate::cache::Zipf;

/// Ranks summed one by one.
const EXACT: u64 = 1024;

/// Pieces of the integral for each unit of the logarithm of the rank, two abscissas each.
const PIECES: f64 = 40.0;

/// Mean number of keys met by `events` expected events; all keys for infinitely many.
pub fn distinct(zipf: &Zipf, events: f64) -> f64 {
    if events == f64::INFINITY { zipf.keys() as f64 } else { sum(zipf, |p| -(-p * events).exp_m1()) }
}

/// Share of events after which none of the same key comes among the next `events` expected ones (of all keys).
pub fn last_of_key(zipf: &Zipf, events: f64) -> f64 {
    sum(zipf, |p| p * (-p * events).exp())
}

/// Sum over all keys of a smooth function of their probability.
fn sum(zipf: &Zipf, f: impl Fn(f64) -> f64) -> f64 {
    let exact = zipf.keys().min(EXACT);
    let head: f64 = (1..=exact).map(|rank| f(zipf.probability(rank as f64))).sum();
    if exact == zipf.keys() {
        return head;
    }
    // Key k stands for the ranks k - 1/2 .. k + 1/2.
    let (from, to) = ((exact as f64 + 0.5).ln(), (zipf.keys() as f64 + 0.5).ln());
    let pieces = ((to - from) * PIECES).ceil().max(1.0);
    let half = (to - from) / pieces / 2.0;
    let at = |x: f64| f(zipf.probability(x.exp())) * x.exp();
    // Gauss-Legendre with two nodes at 1/sqrt(3) of the half width.
    let offset = half / 3.0_f64.sqrt();
    let piece = |i: u32| {
        let centre = from + half * (2.0 * f64::from(i) + 1.0);
        (at(centre - offset) + at(centre + offset)) * half
    };
    head + (0..pieces as u32).map(piece).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::super::testing::expected;
    use super::*;

    #[test]
    fn the_published_means_are_met() {
        for case in 1..=3 {
            let (given, mean) = expected(&format!("distinct_keys_in_window-0{case}-mean_distinct"));
            let [keys, exponent, rate, window] = [0, 1, 2, 3].map(|index| given[index]);
            let met = distinct(&Zipf::new(keys as u64, exponent), rate * window);
            assert!((met / mean - 1.0).abs() < 1e-6, "{met} against {mean}");
        }
    }

    #[test]
    fn the_integral_agrees_with_the_plain_sum() {
        for (exponent, events) in [(0.0, 1e5), (0.8, 1e6), (1.2, 1e7), (3.0, 1e7)] {
            let zipf = Zipf::new(200_000, exponent);
            let plain: f64 = (1..=200_000).map(|k| -(-zipf.probability(f64::from(k)) * events).exp_m1()).sum();
            let met = distinct(&zipf, events);
            assert!((met / plain - 1.0).abs() < 1e-6, "{exponent}: {met} against {plain}");
            // The last event of a key is what the next expected event adds: the derivative of the number of keys met.
            let slope = (distinct(&zipf, events * 1.001) - distinct(&zipf, events * 0.999)) / (0.002 * events);
            assert!((last_of_key(&zipf, events) / slope - 1.0).abs() < 1e-5, "{exponent}");
        }
    }

    #[test]
    fn endless_events_meet_all_keys_and_none_meet_none() {
        let zipf = Zipf::new(5000, 0.9);
        assert_eq!((distinct(&zipf, f64::INFINITY), distinct(&zipf, 0.0)), (5000.0, 0.0));
    }
}
