//! The smallest heap whose loss stays under a bound.
//!
//! Loss falls with the heap, but simulated loss wobbles: a collection more or less falls into the simulated time. So curves
//! are first made to fall (the nearest falling curve, by pooling neighbours that rise: Ayer et al., "An empirical
//! distribution function for sampling with incomplete information", Ann. Math. Stat. 26, 1955), then crossed.

/// The falling curve nearest to `values` (least squares), in their order.
pub fn falling(values: &[f64]) -> Vec<f64> {
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for &value in values {
        let mut pool = (value, 1);
        while let Some(last) = pools.last().copied().filter(|last| last.0 < pool.0) {
            pools.pop();
            let count = last.1 + pool.1;
            pool = ((last.0 * last.1 as f64 + pool.0 * pool.1 as f64) / count as f64, count);
        }
        pools.push(pool);
    }
    pools.into_iter().flat_map(|(value, count)| std::iter::repeat_n(value, count)).collect()
}

/// Where the falling curve through `points` (heap in bytes, rising; loss) reaches `bound`, between neighbours by the
/// heap's logarithm. The first heap where it begins below, infinite where it never falls so far.
pub fn crossing(points: &[(f64, f64)], bound: f64) -> f64 {
    let losses = falling(&points.iter().map(|point| point.1).collect::<Vec<_>>());
    let Some(at) = losses.iter().position(|loss| *loss <= bound) else { return f64::INFINITY };
    let heap = |at: usize| points.get(at).map_or(f64::NAN, |point| point.0);
    let Some(before) = at.checked_sub(1) else { return heap(at) };
    let share = (losses[before] - bound) / (losses[before] - losses[at]);
    heap(before) * (heap(at) / heap(before)).powf(share)
}

/// The smallest heap under `bound`: starts from `points` (heap, loss; at least one, rising) and asks `loss` at up to
/// `steps` heaps more, each between the last heap that is over the bound and the first that is under it. `None` where no
/// point is under it.
pub fn smallest(mut points: Vec<(f64, f64)>, bound: f64, steps: usize, loss: impl Fn(f64) -> f64) -> Option<f64> {
    for _ in 0..steps {
        let losses = falling(&points.iter().map(|point| point.1).collect::<Vec<_>>());
        let under = losses.iter().position(|loss| *loss <= bound)?;
        let Some(over) = under.checked_sub(1) else { break };
        let (low, high) = (points[over].0, points[under].0);
        if high / low < 1.005 {
            break;
        }
        let middle = (low * high).sqrt();
        points.insert(under, (middle, loss(middle)));
    }
    Some(crossing(&points, bound)).filter(|heap| heap.is_finite())
}

/// `heap` bytes rounded up to what people would write: 32 steps from one power of two to the next, at least a MiB each.
pub fn readable(heap: f64) -> f64 {
    let mib = heap / 1_048_576.0;
    let step = (mib.max(1.0).log2().floor() - 5.0).max(0.0).exp2();
    // A hair above a step is that step.
    (mib / step - 1e-6).ceil() * step * 1_048_576.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn neighbours_that_rise_are_pooled() {
        assert_eq!(falling(&[5.0, 3.0, 4.0, 1.0]), [5.0, 3.5, 3.5, 1.0]);
        assert_eq!(falling(&[1.0, 2.0, 3.0]), [2.0; 3]);
        assert_eq!(falling(&[]), [0.0; 0]);
    }

    #[test]
    fn the_crossing_of_a_known_curve_is_found() {
        // Loss 1 / heap crosses 5 % at 20.
        let coarse: Vec<(f64, f64)> = [4.0, 8.0, 64.0].map(|heap| (heap, 1.0 / heap)).to_vec();
        let found = smallest(coarse, 0.05, 12, |heap| 1.0 / heap).unwrap();
        assert!((found / 20.0 - 1.0).abs() < 0.005, "{found}");
    }

    #[test]
    fn ends_of_the_line_are_told() {
        let points = vec![(4.0, 0.3), (8.0, 0.2)];
        assert_eq!(smallest(points.clone(), 0.1, 5, |_| 0.0), None);
        assert_eq!(smallest(points.clone(), 0.4, 5, |_| 1.0), Some(4.0));
        assert_eq!(crossing(&points, 0.1), f64::INFINITY);
    }

    #[test]
    fn sizes_are_rounded_up_to_readable_ones() {
        let mib = |mib: f64| readable(mib * 1_048_576.0) / 1_048_576.0;
        assert_eq!([mib(1024.0), mib(1025.0), mib(2400.0), mib(40.2)], [1024.0, 1056.0, 2432.0, 41.0]);
    }

    proptest! {
        #[test]
        fn falling_curves_fall_and_keep_their_sum(values in prop::collection::vec(0.0..1.0f64, 0..20)) {
            let made = falling(&values);
            prop_assert!(made.windows(2).all(|pair| pair[0] >= pair[1] - 1e-12));
            prop_assert!((made.iter().sum::<f64>() - values.iter().sum::<f64>()).abs() < 1e-9);
        }
    }
}
