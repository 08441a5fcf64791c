//! A histogram whose buckets grow with the value, for quantiles at a fixed relative error.
//!
//! Idea: HdrHistogram (G. Tene): a bucket is the exponent of the value and its leading bits. Here the leading five
//! bits of the float's own mantissa, so that finding a bucket is a shift and the same on every machine. A bucket is
//! at most 1/32 of its value wide; its middle is at most 1.6 % away from anything in it. Weights may be counts or
//! seconds. Departure: no fixed range; the table grows to the buckets between the smallest and largest value seen.

/// Bits of the mantissa that tell buckets apart.
const BITS: u32 = 5;

/// Values in `lower .. upper` have this weight together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bucket {
    /// Least value of the bucket.
    pub lower: f64,
    /// Least value above the bucket.
    pub upper: f64,
    /// Count or seconds.
    pub weight: f64,
}

/// Weights by value; values are at least 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histogram {
    /// Weight of values that are 0 (or were negative or NaN).
    zero: f64,
    /// Weights of the buckets from number `first` on.
    weights: Vec<f64>,
    first: u64,
    total: f64,
    sum: f64,
    max: f64,
}

fn bucket_of(value: f64) -> u64 {
    value.to_bits() >> (52 - BITS)
}

fn lower_of(bucket: u64) -> f64 {
    f64::from_bits(bucket << (52 - BITS))
}

impl Histogram {
    /// Counts `value` once.
    pub fn push(&mut self, value: f64) {
        self.push_weighted(value, 1.0);
    }

    /// Adds `weight` (at least 0), such as the seconds for which `value` held.
    pub fn push_weighted(&mut self, value: f64, weight: f64) {
        self.total += weight;
        self.sum += if value > 0.0 && value.is_finite() { value * weight } else { 0.0 };
        if !(value > 0.0 && value.is_finite()) {
            self.zero += weight;
            return;
        }
        self.max = self.max.max(value);
        *self.slot(bucket_of(value)) += weight;
    }

    /// The weight of a bucket, with the table grown to hold it.
    fn slot(&mut self, bucket: u64) -> &mut f64 {
        if self.weights.is_empty() {
            self.first = bucket;
        }
        if bucket < self.first {
            let missing = (self.first - bucket) as usize;
            self.weights.splice(0..0, std::iter::repeat_n(0.0, missing));
            self.first = bucket;
        }
        let place = (bucket - self.first) as usize;
        if place >= self.weights.len() {
            self.weights.resize(place + 1, 0.0);
        }
        &mut self.weights[place]
    }

    /// Adds all of `other`.
    pub fn merge(&mut self, other: &Histogram) {
        self.total += other.total;
        self.sum += other.sum;
        self.zero += other.zero;
        self.max = self.max.max(other.max);
        for (place, weight) in other.weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
            *self.slot(other.first + place as u64) += weight;
        }
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        *self = Histogram::default();
    }

    /// Weight of all values.
    pub fn total(&self) -> f64 {
        self.total
    }

    /// Sum of values times their weights, exactly.
    pub fn sum(&self) -> f64 {
        self.sum
    }

    /// Largest value, exactly.
    pub fn max(&self) -> Option<f64> {
        (self.total > 0.0).then_some(self.max)
    }

    /// The value below which a share `p` (0 ..= 1) of the weight lies, within 1.6 %.
    pub fn quantile(&self, p: f64) -> Option<f64> {
        if self.total <= 0.0 {
            return None;
        }
        let target = p.clamp(0.0, 1.0) * self.total;
        let mut below = self.zero;
        if below >= target && self.zero > 0.0 {
            return Some(0.0);
        }
        for bucket in self.positive() {
            below += bucket.weight;
            if below >= target {
                return Some((0.5 * (bucket.lower + bucket.upper)).min(self.max));
            }
        }
        Some(self.max)
    }

    fn positive(&self) -> impl Iterator<Item = Bucket> {
        let filled = self.weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0);
        filled.map(|(place, weight)| {
            let bucket = self.first + place as u64;
            Bucket { lower: lower_of(bucket), upper: lower_of(bucket + 1), weight: *weight }
        })
    }

    /// All buckets that hold something, from the smallest values on. Values of 0 come first, as the bucket 0 .. 0.
    pub fn buckets(&self) -> Vec<Bucket> {
        let zero = Bucket { lower: 0.0, upper: 0.0, weight: self.zero };
        std::iter::once(zero).filter(|bucket| bucket.weight > 0.0).chain(self.positive()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn zeros_and_weights_count() {
        let mut levels = Histogram::default();
        levels.push_weighted(0.0, 30.0);
        levels.push_weighted(0.5, 10.0);
        assert_eq!(levels.quantile(0.5), Some(0.0));
        assert!((levels.quantile(0.9).unwrap() - 0.5).abs() < 0.01);
        assert_eq!(levels.buckets()[0], Bucket { lower: 0.0, upper: 0.0, weight: 30.0 });
        assert_eq!(Histogram::default().quantile(0.5), None);
    }

    #[test]
    fn buckets_are_narrow_everywhere() {
        for value in [1e-12, 0.3, 1.0, 31.9, 7e9] {
            let (lower, upper) = (lower_of(bucket_of(value)), lower_of(bucket_of(value) + 1));
            assert!(lower <= value && value < upper && (upper - lower) / lower <= 1.0 / 32.0 + 1e-12);
        }
    }

    proptest! {
        #[test]
        fn quantiles_are_within_two_percent_of_the_sorted_sample(
            mut values in prop::collection::vec(1e-6f64..1e6, 1..200), p in 0.0f64..1.0,
        ) {
            let mut histogram = Histogram::default();
            values.iter().for_each(|v| histogram.push(*v));
            values.sort_by(f64::total_cmp);
            let rank = ((p * values.len() as f64).ceil() as usize).clamp(1, values.len());
            let exact = values[rank - 1];
            let near = histogram.quantile(p).unwrap();
            prop_assert!((near - exact).abs() <= 0.02 * exact, "{near} for {exact}");
        }

        #[test]
        fn merging_is_pushing_all(left in prop::collection::vec(0.0f64..9.0, 0..40), right in prop::collection::vec(0.0f64..9.0, 0..40)) {
            let (mut a, mut b, mut all) = (Histogram::default(), Histogram::default(), Histogram::default());
            left.iter().for_each(|v| { a.push(*v); all.push(*v) });
            right.iter().for_each(|v| { b.push(*v); all.push(*v) });
            a.merge(&b);
            prop_assert_eq!(a.buckets(), all.buckets());
            prop_assert_eq!(a.max(), all.max());
        }
    }
}
